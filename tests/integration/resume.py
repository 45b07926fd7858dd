# SPDX-License-Identifier: MIT
"""Resumption keeps the identity and never the verdict, on TLS 1.2 and 1.3.

Python's ssl (OpenSSL) is the client, so nothing of ours can hide a fault of ours.
"""
import ssl
import subprocess
import time

from harness import DEADLINE, Server, Tap, context, get, substatus

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
tap = Tap()


def visit(server, tls, session=None, port="Require", name="localhost"):
    status, _, body, new, reused = get(server.ports[port], "/", tls=tls, session=session,
                                       name=name)
    return (substatus(body) or str(status)), new, reused


def none_stays_none(server, version, tls_version):
    tls = context(tls_version)
    code, session, _ = visit(server, tls)
    tap.equal(code, "403.7", f"TLS {version}: no certificate")
    # The same client now has a good certificate, but resumes the session without one.
    tls.load_cert_chain(server.cases / "good.pem")
    code, _, reused = visit(server, tls, session)
    tap.ok(reused and code == "403.7", f"TLS {version}: came with none, resumes: still 403.7",
           f"reused={reused} {code}")
    code, _, reused = visit(server, tls)
    tap.ok(not reused and code == "200", f"TLS {version}: a full handshake is let in",
           f"reused={reused} {code}")


def good_stays_good(server, version, tls_version):
    tls = context(tls_version, server.cases / "good.pem")
    code, session, _ = visit(server, tls)
    tap.equal(code, "200", f"TLS {version}: good")
    code, _, reused = visit(server, tls, session)
    tap.ok(reused and code == "200", f"TLS {version}: good, resumed", f"{reused} {code}")
    code, _, reused = visit(server, tls, session, port="Accept")
    tap.ok(not reused and code == "200", f"TLS {version}: a ticket of another listener is refused",
           f"{reused} {code}")


def revoked_since(server, version, tls_version, case):
    tls = context(tls_version, server.cases / f"{case}.pem")
    code, session, _ = visit(server, tls)
    tap.equal(code, "200", f"TLS {version}: {case} before it is revoked")
    revoke(server, case)
    end = time.monotonic() + DEADLINE
    while True:  # until the server has read its stores again
        code, _, reused = visit(server, tls, session)
        if code != "200" or time.monotonic() > end:
            break
        time.sleep(0.1)
    tap.ok(reused and code == "403.13", f"TLS {version}: revoked since, resumes: 403.13",
           f"reused={reused} {code}")


def openssl(*words):
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words}: {done.stderr}")


def revoke(server, case):
    """Writes a CRL with that serial by openssl, with our test CA's own key."""
    authorities = server.folder / "data" / "certgate" / "authorities"
    work = server.folder / "ca"
    work.mkdir(exist_ok=True)
    pem = (server.cases / f"{case}.pem").read_text()
    issuer = subprocess.run(["openssl", "x509", "-noout", "-issuer", "-nameopt", "RFC2253"],
                            input=pem, capture_output=True, text=True, check=True).stdout
    for crt in (c for c in authorities.glob("*.crt") if c.with_suffix(".key").exists()):
        subject = subprocess.run(["openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253",
                                  "-in", str(crt)], capture_output=True, text=True).stdout
        if subject.split("=", 1)[1] == issuer.split("=", 1)[1]:
            break
    else:
        raise RuntimeError(f"no authority {issuer}")
    (work / "index.txt").touch()
    (work / "number").write_text("7" * 16 + "\n")  # of several lists the newest decides
    (work / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=d\n[d]\ndatabase={work}/index.txt\ncrlnumber={work}/number\n"
        f"certificate={crt}\nprivate_key={crt.with_suffix('.key')}\ndefault_md=sha256\n"
        "default_crl_days=1\n")
    config = ["ca", "-config", str(work / "ca.cnf")]
    (work / "leaf.pem").write_text(pem)
    openssl(*config, "-revoke", str(work / "leaf.pem"), "-crl_reason", "keyCompromise")
    openssl(*config, "-gencrl", "-out", str(server.folder / "new.crl"))
    (server.folder / "new.crl").rename(server.store / "LocalMachine" / "CA" / "extra.crl")


def main():
    with Server("--quiet") as server:
        for version, tls_version in VERSIONS.items():
            none_stays_none(server, version, tls_version)
            good_stays_good(server, version, tls_version)
        revoked_since(server, "1.2", VERSIONS["1.2"], "good")
        revoked_since(server, "1.3", VERSIONS["1.3"], "both-purposes")
        tap.equal(server.stop(), 0, "the server ends with 0")
    tap.done()


main()
