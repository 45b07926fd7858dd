# SPDX-License-Identifier: MIT
"""What the tests of a late question have in common: a client whose bytes are in their hands."""
import json
import os
import socket
import ssl

from harness import DEADLINE, context, read_answer, substatus

V12 = ssl.TLSVersion.TLSv1_2
READ_AHEAD = 49152
SLOW = os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind")
HANDSHAKE_S = "20" if SLOW else "2"  # what the silent ones wait for
# A sanitizer's memory is its own.
IS_PLAIN = not SLOW and not any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))


class Client:
    """One connection, with the bytes in our hands: what is sent, and when it is read."""

    def __init__(self, port, cert=None, refuse=False, like=None, session=None):
        """`like` = a client whose session is resumed, now with `cert`."""
        tls = like.context if like else context(V12)
        if cert:
            tls.load_cert_chain(cert)
        self.context = tls
        if refuse:
            tls.options |= ssl.OP_NO_RENEGOTIATION
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = tls.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost",
                                session=session)
        self.raw = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self.do(self.tls.do_handshake)

    def flush(self):
        self.raw.sendall(self.outgoing.read())

    def pull(self):
        piece = self.raw.recv(65536)
        self.incoming.write(piece) if piece else self.incoming.write_eof()

    def do(self, what, *args):
        while True:
            try:
                got = what(*args)
                self.flush()
                return got
            except ssl.SSLWantReadError:
                self.flush()
                self.pull()

    def send(self, data):
        self.tls.write(data)
        self.flush()

    def recv(self, size):
        try:
            return self.do(self.tls.read, size)
        except ssl.SSLZeroReturnError:
            return b""

    def get(self, path="/", head=""):
        self.send(request("GET", path, head))
        return self.answer()

    def answer(self):
        return read_answer(self)

    def end(self):
        """How the connection ends if nothing more is sent: "reset" or "closed"."""
        try:
            while self.raw.recv(65536):
                pass
        except ConnectionResetError:
            return "reset"
        return "closed"

    def wait_for_question(self):
        self.pull()

    def close(self):
        self.raw.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def request(method, path, head="", body=b""):
    length = f"Content-Length: {len(body)}\r\n" if body or method == "POST" else ""
    return (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{length}{head}\r\n"
            .encode() + body)


def code(answer):
    return substatus(answer[2]) or str(answer[0])


def ends(act):
    """How a connection ends for a client that means well."""
    try:
        return act()
    except ConnectionResetError:
        return "reset"
    except ssl.SSLError as error:
        return error.reason or "ssl"


def who(answer):
    """Whose certificate /whoami has."""
    presented = json.loads(answer[2])["presented"]
    return presented[0]["issued_to"] if presented else None


def count(server, words):
    return server.errors().count(words)
