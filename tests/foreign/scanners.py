#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scanners of TLS servers against each profile, with an EC and with an RSA certificate: they see
the cipher suites that Microsoft documents (tests/integration/schannel.tsv), in that order, and no
other. TAP.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))
sys.dont_write_bytecode = True

import harness  # noqa: E402
from schannel_table import PROFILES, documented, make_rsa  # noqa: E402

SCAN_S = 300  # testssl takes 20 s where nothing else runs
tap = harness.Tap()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SCAN_S,
                          check=False)
    return done.stdout


def to_iana():
    out = run("openssl", "ciphers", "-stdname", "-s", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {line.split()[2]: line.split()[0] for line in out.splitlines()}


IANA = to_iana()


def sslscan(port, _):
    out = run("sslscan", "--no-colour", "--no-failed", "--no-fallback", "--no-renegotiation",
              "--no-heartbleed", "--no-groups", "--no-check-certificate", "--no-compression",
              f"127.0.0.1:{port}")
    found = re.findall(r"^(?:Preferred|Accepted) +TLSv1\.([23]) +\d+ bits +(\S+)", out, re.M)
    return [[IANA.get(name, name) for number, name in found if number == version] for version in "23"], out


def nmap(port, _):
    out = run("nmap", "-Pn", "-n", "-p", str(port), "--script", "ssl-enum-ciphers", "127.0.0.1")
    parts = re.split(r"\|   TLSv1\.([23]): ", out)
    found = {parts[i]: re.findall(r"\|       (TLS_\w+)", parts[i + 1]) for i in range(1, len(parts), 2)}
    if re.search(r"cipher preference: client", out):
        return None, out
    # nmap's own word for TLS 1.3's key exchange
    return [[name.replace("TLS_AKE_WITH_", "TLS_") for name in found.get(version, [])]
            for version in "23"], out


def testssl(port, folder, *options):
    path = folder / f"testssl-{port}.json"
    path.unlink(missing_ok=True)
    run(shutil.which("testssl") or "testssl.sh", "--quiet", "--color", "0", "--warnings", "off", "--nodns",
        "none", "--ip", "127.0.0.1", *(options or ("-P",)), "--jsonfile", str(path), f"localhost:{port}")
    said = {row["id"]: row["finding"] for row in json.loads(path.read_text())}
    return [[IANA.get(name, name) for name in said.get(f"cipherorder_TLSv1_{version}", "").split()]
            for version in "23"], json.dumps(said, indent=1)


SCANNERS = [("sslscan", ("sslscan",), sslscan), ("nmap", ("nmap",), nmap),
            ("testssl", ("testssl", "testssl.sh"), testssl)]


def scan(server, profile, kind, key):
    port = server.ports["Ignore"]
    want = list(documented(profile, key))
    for name, commands, scanner in SCANNERS:
        words = f"{name}, Windows Server {profile}, {kind}"
        if not any(shutil.which(command) for command in commands):
            tap.skip(words, f"{name} is not installed")
            continue
        found, said = scanner(port, server.folder)
        tap.ok(found == want, f"{words}: the documented suites in their order",
               f"found {found}\nwant {want}\n{said[-2000:]}")


def staple(server):
    if not any(shutil.which(command) for command in ("testssl", "testssl.sh")):
        tap.skip("testssl, the staple", "testssl is not installed")
        return
    said = json.loads(testssl(server.ports["Ignore"], server.folder, "-S")[1])
    tap.ok(said.get("OCSP_stapling") == "offered", "testssl sees the staple",
           {key: value for key, value in said.items() if "OCSP" in key})


def main():
    for profile in PROFILES:
        with harness.Server("--profile", profile, listen=("Ignore",)) as server:
            scan(server, profile, "an EC certificate", "ECDSA")
            if profile == PROFILES[-1]:
                staple(server)
            digest = make_rsa(server.store)
            with harness.Server("--profile", profile, "--certhash", digest, data=server.folder,
                                listen=("Ignore",)) as other:
                scan(other, profile, "an RSA certificate", "RSA")
    tap.done()


harness.need_patches("the server's order on TLS 1.3")
harness.need("openssl")
main()
