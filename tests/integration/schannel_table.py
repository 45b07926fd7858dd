# SPDX-License-Identifier: MIT
"""schannel.tsv: the cipher suites that Microsoft documents, and a server certificate for those that
want an RSA key."""
import pathlib
import re
import subprocess

from harness import DEADLINE

TABLE = pathlib.Path(__file__).with_name("schannel.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")]
PROFILES = list(dict.fromkeys(row[0] for row in ROWS))
# mbedTLS 3.6 has none of these.
LACKING = re.compile("_3DES_|_RC4_|_DSS_")


def documented(profile, key):
    """(TLS 1.2's, TLS 1.3's), as far as a server with such a key can take them: "ECDSA", "RSA"."""
    of = [(version, suite) for name, version, suite in ROWS
          if name == profile and not LACKING.search(suite)]
    ours = f"_{key}_WITH_"
    return ([suite for version, suite in of if version == "1.2" and ours in suite],
            [suite for version, suite in of if version == "1.3"])


def make_rsa(store):
    """A self-signed certificate in LocalMachine\\My; its thumbprint."""
    path = store / "LocalMachine" / "My" / "rsa.pem"
    key, cert = path.with_name("k"), path.with_name("c")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "30"],
                   check=True, capture_output=True, timeout=DEADLINE)
    path.write_bytes(key.read_bytes() + cert.read_bytes())
    path.chmod(0o600)
    out = subprocess.run(["openssl", "x509", "-in", cert, "-noout", "-fingerprint", "-sha1"], check=True,
                         capture_output=True, text=True, timeout=DEADLINE).stdout
    key.unlink()
    cert.unlink()
    return out.strip().partition("=")[2].replace(":", "")
