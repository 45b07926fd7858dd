# SPDX-License-Identifier: MIT
"""Resumption keeps the identity and never the verdict, on TLS 1.2 and 1.3, by tickets and by
session IDs.

Python's ssl (OpenSSL) is the client, so nothing of ours can hide a fault of ours.
"""
import base64
import ssl
import subprocess
import time

from harness import DEADLINE, Server, Tap, context, get, substatus

# The name of a way to resume: its version, what the client does not want, and a case that is
# revoked in between.
WAYS = {"1.2": (ssl.TLSVersion.TLSv1_2, 0, "good"),
        "1.3": (ssl.TLSVersion.TLSv1_3, 0, "both-purposes"),
        "1.2 by ID": (ssl.TLSVersion.TLSv1_2, ssl.OP_NO_TICKET, "eku-absent")}
tap = Tap()


def make_client(way, cert=None):
    version, options, _ = WAYS[way]
    tls = context(version, cert)
    tls.options |= options
    return tls


def visit(server, tls, session=None, port="Require", name="localhost"):
    status, _, body, new, reused = get(server.ports[port], "/", tls=tls, session=session,
                                       name=name)
    return (substatus(body) or str(status)), new, reused


def none_stays_none(server, version):
    tls = make_client(version)
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


def good_stays_good(server, version):
    tls = make_client(version, server.cases / "good.pem")
    code, session, _ = visit(server, tls)
    tap.ok(code == "200" and session.has_ticket == ("ID" not in version), f"TLS {version}: good",
           f"{code} {session.has_ticket}")
    code, _, reused = visit(server, tls, session)
    tap.ok(reused and code == "200", f"TLS {version}: good, resumed", f"{reused} {code}")
    code, _, reused = visit(server, tls, session, port="Accept")
    tap.ok(not reused and code == "200", f"TLS {version}: a session of another listener is refused",
           f"{reused} {code}")


def revoked_since(server, version):
    case = WAYS[version][2]
    tls = make_client(version, server.cases / f"{case}.pem")
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


def s_client(server, *words):
    """What OpenSSL's client, which wants no ticket, says about one request."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Require']}", "-tls1_2",
         "-no_ticket", "-servername", "localhost", "-cert", str(server.cases / "good.pem"),
         "-key", str(server.cases / "good.pem"), "-ign_eof", *words], capture_output=True,
        input=b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", timeout=DEADLINE)
    return done.stdout.decode("latin-1")


def s_client_by_id(server):
    said = s_client(server, "-reconnect")
    tap.equal((said.count("\nNew, "), said.count("\nReused, ")), (1, 5),
              "s_client -no_ticket -reconnect resumes five times")
    kept = server.folder / "session.pem"
    s_client(server, "-sess_out", str(kept))
    said = s_client(server, "-sess_in", str(kept))
    tap.ok("\nReused, " in said and "HTTP/1.1 200" in said, "and so it does later", said)
    lines = kept.read_text().splitlines()
    der = bytearray(base64.b64decode("".join(lines[1:-1])))
    der[der.index(b"\x04\x20") + 2] ^= 1  # SSL_SESSION: the first OCTET STRING of 32 is the ID
    lines[1:-1] = [base64.encodebytes(der).decode().strip()]
    kept.write_text("\n".join(lines) + "\n")
    said = s_client(server, "-sess_in", str(kept))
    tap.ok("\nNew, " in said and "HTTP/1.1 200" in said, "another ID: a full handshake", said)


def tickets_disabled():
    """As with netsh: that says nothing of session IDs, which TLS 1.3 does not have."""
    with Server("--quiet", "--enablesessionticket", "disable") as server:
        for version, want in (("1.2", True), ("1.3", False)):
            tls = make_client(version, server.cases / "good.pem")
            _, session, _ = visit(server, tls)
            code, _, reused = visit(server, tls, session)
            tap.ok((code, reused, session.has_ticket) == ("200", want, False),
                   f"TLS {version}: without tickets", f"{code} {reused} {session.has_ticket}")


def main():
    with Server("--quiet") as server:
        for way in WAYS:
            none_stays_none(server, way)
            good_stays_good(server, way)
        s_client_by_id(server)
        for way in WAYS:
            revoked_since(server, way)
        tap.equal(server.stop(), 0, "the server ends with 0")
    tickets_disabled()
    tap.done()


main()
