# SPDX-License-Identifier: MIT
"""The certificate that `certgate get` shows, in each form that a user may have it in: PEM,
DER and PKCS #12, ours and OpenSSL's, with and without its key and password."""
import os
import pty
import select
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, need

need("openssl")
tap = Tap()
NO_CERTIFICATE = 58  # curl's exit code for it


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def get(server, *words, **more):
    return subprocess.run([CERTGATE, "get", f"https://localhost:{server.ports['Require']}/whoami",
                           "--json", *map(str, words)], env=server.env, capture_output=True,
                          text=True, timeout=DEADLINE, stdin=subprocess.DEVNULL, **more)


def expect_shown(server, name, *words):
    done = get(server, *words)
    tap.ok(done.returncode == 0 and '"status": 200' in done.stdout, f"{name}: is shown",
           done.stderr + done.stdout)


def expect_refused(server, name, says, *words):
    done = get(server, *words)
    tap.ok(done.returncode == NO_CERTIFICATE and says in done.stderr and
           "certgate get: (58) " in done.stderr, f"{name}: is refused with a sentence",
           f"exit {done.returncode}: {done.stderr}")


def answer_prompt(server, path, password):
    """What stands on the terminal, and the exit code, when the password is typed in."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(CERTGATE, [CERTGATE, "get", "-s", "-E", str(path),
                             f"https://localhost:{server.ports['Require']}/"], server.env)
    shown, is_asked = b"", False
    try:
        while select.select([terminal], [], [], DEADLINE)[0]:
            shown += os.read(terminal, 65536)
            if not is_asked and b"Password for " in shown:
                is_asked = True
                os.write(terminal, password.encode() + b"\n")
    except OSError:  # its end
        pass
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return shown, code


with Server() as server:
    subprocess.run([CERTGATE, "forge", "--p12"], env=server.env, check=True, capture_output=True)
    subprocess.run([CERTGATE, "forge", "--p12-modern"], env=server.env, check=True,
                   capture_output=True)
    pem, p12 = server.cases / "good.pem", server.cases / "good.p12"
    place = server.folder
    for name, words in (("legacy", ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES",
                                    "-macalg", "sha1"]), ("default", [])):
        openssl("pkcs12", "-export", "-in", pem, "-inkey", pem, "-passout", "pass:word", *words,
                "-out", place / f"{name}.pfx")
    openssl("pkcs12", "-export", "-in", pem, "-nokeys", "-passout", "pass:word", "-out",
            place / "no-key.p12")
    openssl("pkcs12", "-export", "-in", pem, "-inkey", pem, "-passout", "pass:", "-out",
            place / "empty.p12")
    openssl("x509", "-in", pem, "-outform", "DER", "-out", place / "good.der")
    (place / "a:b.p12").write_bytes(p12.read_bytes())

    expect_shown(server, "PEM with its key", "-E", pem)
    expect_shown(server, "DER and a key file", "-E", place / "good.der", "--key", pem)
    expect_shown(server, "our PKCS #12, Triple DES", "-E", f"{p12}:certgate")
    expect_shown(server, "our PKCS #12, AES", "-E", server.cases / "good-modern.p12", "--pass",
                 "certgate")
    expect_shown(server, "OpenSSL's PKCS #12 of today", "-E", f"{place / 'default.pfx'}:word")
    expect_shown(server, "OpenSSL's PKCS #12 of old", "-E", f"{place / 'legacy.pfx'}:word")
    expect_shown(server, "PKCS #12 with an empty password", "-E", place / "empty.p12")
    expect_shown(server, "PKCS #12 and a key file", "-E", f"{place / 'no-key.p12'}:word", "--key",
                 pem)
    expect_shown(server, "a name with a colon", "-E", f"{place / 'a:b.p12'}", "--pass", "certgate")

    expect_refused(server, "a wrong password", "password", "-E", f"{p12}:wrong")
    expect_refused(server, "no password", "password", "-E", p12)
    expect_refused(server, "PKCS #12 without a key", "no private key in it",
                   "-E", f"{place / 'no-key.p12'}:word")
    (place / "cut.p12").write_bytes(p12.read_bytes()[:-40])
    expect_refused(server, "PKCS #12 that is cut off", "cut.p12", "-E",
                   f"{place / 'cut.p12'}:certgate")

    openssl("pkcs12", "-export", "-in", pem, "-inkey", pem, "-passout", "pass:xyzzy", "-out",
            place / "asked.p12")
    shown, code = answer_prompt(server, place / "asked.p12", "xyzzy")
    tap.ok(code == 0 and b"Password for" in shown and b"xyzzy" not in shown,
           "a password is asked for at a terminal, and not shown", f"exit {code}: {shown[:300]!r}")
    shown, code = answer_prompt(server, place / "asked.p12", "wrong")
    tap.ok(code == NO_CERTIFICATE, "and a wrong one is refused", f"exit {code}: {shown[:300]!r}")
tap.done()
