# SPDX-License-Identifier: MIT
"""Long and wide chains as OpenSSL sends them: 36 certificates, over 16 KB, over what
Windows takes, and a crowd of look-alikes. Each is answered, or refused with a reason
that the log shows, and nobody else waits meanwhile."""
import json
import shutil
import subprocess
import time

from harness import DEADLINE, Server, Tap, folder, get, need, need_patches
from openssl_ca import CA, LEAF, Maker

need("openssl")
tap = Tap()
VERSIONS = ("-tls1_2", "-tls1_3")
REQUEST = b"GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def ask(port, version, pem):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", version, "-quiet", "-ign_eof",
         "-servername", "localhost", "-cert", pem, "-key", pem, "-cert_chain", pem],
        input=REQUEST, capture_output=True, timeout=DEADLINE)
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def whoami(answer):
    return json.loads(answer.split("\r\n\r\n", 1)[1])


def make_line(maker, length):
    """leaf, CAs, root: `length` certificates."""
    maker.make("ca0", "ca0", CA)
    names = ["ca0"]
    for n in range(1, length - 1):
        maker.make(f"ca{n}", names[-1], CA + [f"nsComment={'x' * 120}"])
        names.append(f"ca{n}")
    leaf = maker.make("leaf", names[-1], LEAF)
    return [leaf] + [maker.place / f"{name}.crt" for name in reversed(names)]


def der_size(paths):
    return sum(len(subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"],
                                  capture_output=True, check=True).stdout) for path in paths)


def long_chain(server, chain, maker):
    size = der_size(chain)
    tap.ok(size > 16384 and len(chain) == 36, f"36 certificates, {size} bytes")
    pem = maker.bundle("leaf", *chain)
    for version in VERSIONS:
        answer, _ = ask(server.ports["Require"], version, pem)
        verdict = whoami(answer)
        tap.equal((verdict["verdict"]["code"], len(verdict["chain"]["path"])), ("200", 36),
                  f"36 certificates and a trusted root are let in {version}")
    without = maker.bundle("leaf", *chain[:20], *chain[21:])
    answer, _ = ask(server.ports["Require"], "-tls1_3", without)
    tap.equal(whoami(answer)["verdict"]["hresult"], "0x800B010A",
              "one of them missing: CERT_E_CHAINING")


def too_long(server, chain, maker):
    """Over 32 KB, where Windows stops, too."""
    pem = maker.bundle("leaf", *(chain * 3))
    tap.ok(der_size(chain) * 3 > 32768, "over 32 KB")
    for version in VERSIONS:
        before = len(server.errors())
        answer, _ = ask(server.ports["Require"], version, pem)
        said = server.errors()[before:]
        tap.equal(answer, "", f"over 32 KB: no answer {version}")
        tap.ok("handshake-failed" in said and "end=limit" in said and
               "a chain of many or very large certificates" in said,
               f"over 32 KB: the log says why {version}", said)


def many_certificates(server, maker, chain):
    """More certificates than are looked at (64), small ones: answered."""
    pem = maker.bundle("leaf", chain[0], *([chain[-1]] * 70))
    for version in VERSIONS:
        answer, _ = ask(server.ports["Require"], version, pem)
        tap.equal(whoami(answer)["verdict"]["hresult"], "0x800B010A",
                  f"70 copies of the root: judged by what is there {version}")


def crowd(server, maker):
    """Sixty cross-certified look-alikes: bounded, and nobody else waits."""
    names = [f"x{n}" for n in range(8)]
    for name in names:
        maker.make(name, name, CA)
    cross = []
    for subject in names:
        for issuer in names:
            if subject != issuer:
                cross.append(maker.make(subject, issuer, CA, file=f"{subject}-{issuer}"))
    leaf = maker.make("client", "x0", LEAF)
    pem = maker.bundle("client", leaf, *cross)
    for version in VERSIONS:
        began = time.monotonic()
        answer, _ = ask(server.ports["Require"], version, pem)
        took = time.monotonic() - began
        seen = whoami(answer)
        tap.equal(seen["verdict"]["code"], "403.16", f"a crowd of look-alikes {version}")
        tap.ok("SEARCH_LIMIT" in answer, f"its search was ended {version}")
        tap.ok(took < 5, f"in no time {version}", took)


def main():
    need_patches("chains over 16 KB")
    with folder() as top:
        line = Maker(top / "line")
        chain = make_line(line, 36)
        with Server() as server:
            machine = server.store / "LocalMachine"
            shutil.copy(chain[-1], machine / "Root" / "line-root.crt")
            end = time.monotonic() + DEADLINE
            while " reload " not in server.errors() and time.monotonic() < end:
                time.sleep(0.05)
            long_chain(server, chain, line)
            too_long(server, chain, line)
            many_certificates(server, line, chain)
            crowd(server, Maker(top / "crowd"))
            tap.equal(get(server.ports["Require"], "/", cert=server.cases / "good.pem")[0], 200,
                      "and others get in as before")
            tap.equal(server.stop(), 0, "the server ends with 0")
    tap.done()


main()
