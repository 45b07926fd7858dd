# SPDX-License-Identifier: MIT
"""Clients that change keys or ask for small records in the middle: openssl s_client with K, k
and -maxfraglen, gnutls-cli with ^rekey^. The connection goes on, or the client is told."""
import contextlib
import shutil
import subprocess
import time

from harness import DEADLINE, Server, Tap, need, need_patches

need("openssl")
need_patches("a KeyUpdate")
tap = Tap()
REQUEST = b"GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: %s\r\n\r\n"


class Talk:
    """A client program: what is typed, and what it has said so far."""

    def __init__(self, *words):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.said = b""

    def type(self, text):
        try:
            self.process.stdin.write(text)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def until(self, word, times=1):
        """Reads on until the word was said that often; false at the end or in too long a time."""
        end = time.monotonic() + DEADLINE
        while self.said.count(word) < times and time.monotonic() < end:
            piece = self.process.stdout.read1(65536)
            if not piece:
                break
            self.said += piece
        return self.said.count(word) >= times

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.said += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(DEADLINE)


def openssl(server, *words):
    pem = server.cases / "good.pem"
    return Talk("openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Require']}", "-cert",
                str(pem), "-key", str(pem), "-servername", "localhost", *words)


def key_update(server):
    for letter, name in ((b"K", "with a request for ours"), (b"k", "of its own only")):
        talk = openssl(server, "-tls1_3")
        talk.until(b"Verify return code")
        good = True
        for n in range(1, 6):
            talk.type(letter + b"\n")
            good = good and talk.until(b"KEYUPDATE", n)
            talk.type(REQUEST % b"keep-alive")
            good = good and talk.until(b'"possession_proved": true', n)
        talk.close()
        tap.ok(good, f"openssl s_client, five times {letter.decode()}: a KeyUpdate {name}",
               talk.said[-1500:].decode("latin-1"))


def renegotiation(server):
    talk = openssl(server, "-tls1_2")
    talk.until(b"Verify return code")
    talk.type(b"R\n")
    talk.until(b"RENEGOTIATING")
    talk.close()
    tap.ok(b"no renegotiation" in talk.said and server.alive(),
           "openssl s_client on TLS 1.2, R: no_renegotiation", talk.said[-800:].decode("latin-1"))


def fragments(server):
    for version in ("-tls1_2", "-tls1_3"):
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Ignore']}", version,
             "-maxfraglen", "512", "-servername", "localhost", "-ign_eof", "-trace"],
            input=REQUEST % b"close", capture_output=True, timeout=DEADLINE)
        _, _, hello = done.stdout.partition(b"ServerHello")
        hello = hello.partition(b"Certificate")[0]
        tap.ok(b"200 OK" in done.stdout and b"max_fragment_length" not in hello,
               f"openssl s_client {version} -maxfraglen 512: not agreed to, and served",
               (done.stdout[-800:] + done.stderr).decode("latin-1"))


def gnutls(server):
    if shutil.which("gnutls-cli") is None:
        tap.skip("gnutls-cli: ^rekey^", "it is not installed")
        return
    pem = str(server.cases / "good.pem")
    for version in ("1.2", "1.3"):
        talk = Talk("gnutls-cli", "--inline-commands", "--insecure", "--x509certfile", pem,
                    "--x509keyfile", pem, "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version}", "-p",
                    str(server.ports["Require"]), "--sni-hostname", "localhost", "127.0.0.1")
        talk.until(b"Simple Client Mode")
        talk.type(b"^rekey^\n")
        talk.until(b"ekey")
        talk.type(REQUEST % b"close")
        answered = talk.until(b'"possession_proved": true')
        talk.close()
        # On TLS 1.2 there is no such thing, and gnutls-cli knows it.
        knows = version == "1.2" and b"The request is invalid" in talk.said
        tap.ok((answered or knows) and server.alive(),
               f"gnutls-cli on TLS {version}, ^rekey^: it goes on",
               talk.said[-1500:].decode("latin-1"))


with Server("--quiet") as certgated:
    key_update(certgated)
    renegotiation(certgated)
    fragments(certgated)
    gnutls(certgated)
    tap.equal(certgated.stop(), 0, "the server ends in order")
tap.done()
