# SPDX-License-Identifier: MIT
"""certgate against hostile servers: answers without end, by drops, with control characters,
markup and redirects, and floods that are no TLS.

Each command ends in time, in bounded memory, follows nobody and lets nothing of the peer's
text act on a terminal or in a report.
"""
import concurrent.futures
import json
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree

from harness import CERTGATE, Tap, folder, need

need("openssl")
tap = Tap()

TIMEOUT_S = 1
AT_A_TIME = 4
# A sanitizer's shadow memory does not count for it; then only the time is looked at.
MEMORY_MAX_KB = 200 * 1024
IS_PLAIN = not any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))
# A field's value with the first of these is no HTTP to us.
CONTROLS = "\x1b[31m\x1b]0;owned\x07"
MARKUP = '<script>alert(1)</script>&"\']]>\u202e\x9b2J|`@all'
EVIL = CONTROLS + MARKUP
PAGE = f"<html><h1>HTTP Error 403.7 - {EVIL}</h1></html>"


class Hostile:
    """Serves each connection with `behave(connection)`, after a handshake if `tls`."""

    def __init__(self, place, behave, tls=True):
        self.behave, self.n = behave, 0
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(place / "evil.pem")
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def accept(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            self.n += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(60)
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
                connection.recv(65536)
            self.behave(connection)
        except OSError:  # the client has had enough
            pass
        finally:
            connection.close()


def endlessly(start, more, pause_s=0.0):
    def behave(connection):
        connection.sendall(start)
        while True:
            connection.sendall(more)
            time.sleep(pause_s)
    return behave


def once(answer):
    return lambda connection: connection.sendall(answer)


def be_silent(connection):
    connection.recv(1)


def page(status, fields, body):
    body = body.encode()
    return (f"HTTP/1.1 {status}\r\n{fields}Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n").encode() + body


def run(place, *arguments):
    """(exit code, output, errors, seconds, KiB at the most)"""
    env = dict(os.environ, HOME=str(place), XDG_DATA_HOME=str(place / "data"), NO_COLOR="1")
    env.pop("GITHUB_ACTIONS", None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen([CERTGATE, *arguments], env=env, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        return process.returncode, out.read(), errors.read(), seconds, usage.ru_maxrss


def is_calm(text):
    """No control character, in UTF-8 or alone, and no override of the direction."""
    shown = text.decode("utf-8", "replace")
    return not any(c < " " and c not in "\n\t" or "\x7f" <= c <= "\x9f" or c == "\u202e" or
                   c == "\ufffd" for c in shown)


FLOODS = {
    "a head without end": endlessly(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 500),
    "one field without end": endlessly(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 8192),
    "a body without end": endlessly(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 16384),
    "chunks without end": endlessly(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                    b"1\r\na\r\n" * 2000),
    "100 Continue without end": endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 400),
    "an answer by drops": endlessly(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.05),
    "silence": be_silent,
}
NO_TLS = {
    "zeros instead of TLS": endlessly(b"", bytes(16384)),
    "warnings instead of a ServerHello": endlessly(b"", b"\x15\x03\x03\x00\x02\x01\x5a" * 1000),
    "a handshake message without end":
        endlessly(b"\x16\x03\x03\x40\x00\x0b\xff\xff\xff" + bytes(16380),
                  b"\x16\x03\x03\x40\x00" + bytes(16384)),
    "a handshake by drops": endlessly(b"\x16\x03\x03\x40\x00\x02", b"\x00", 0.05),
}


def floods(place):
    """Some at a time, for most of it is waiting for the time-out."""
    def one(title, behaviour, tls):
        with Hostile(place, behaviour, tls) as hostile:
            return list(flood(place, title, hostile))
    jobs = [(*row, True) for row in FLOODS.items()] + [(*row, False) for row in NO_TLS.items()]
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for checks in pool.map(lambda job: one(*job), jobs):
            for check in checks:
                tap.ok(*check)


def flood(place, name, server):
    """What was seen of each command: whether it is good, a title, and the details."""
    url = f"https://localhost:{server.port}/"
    to = ["-k", "--resolve", f"localhost:{server.port}:127.0.0.1"]
    for command, bound_s in ((["check", url, "good", "none", *to, "--tls", "1.3", "--timeout",
                               str(TIMEOUT_S)], 90),
                             (["get", url, *to, "--max-time", str(TIMEOUT_S), "-o", os.devnull], 20),
                             (["wait", url, *to[1:], "--timeout", f"{TIMEOUT_S}s"], 20)):
        code, out, errors, seconds, kb = run(place, *command)
        yield (code >= 0 and seconds < bound_s and (kb < MEMORY_MAX_KB or not IS_PLAIN),
               f"{name}: certgate {command[0]} ends in time and in little memory",
               f"exit {code} after {seconds:.1f} s with {kb} KiB\n{errors.decode(errors='replace')}")
        yield (is_calm(out) and is_calm(errors) and (code == 0 or out + errors),
               f"{name}: certgate {command[0]} stays readable",
               repr(out[-500:] + errors))


def check_text(place, server, is_http):
    url = f"https://localhost:{server.port}/"
    to = ["-k", "--resolve", f"localhost:{server.port}:127.0.0.1"]
    names = [place / f"report.{end}" for end in ("txt", "json", "xml", "html", "tap", "md")]
    table, json_, junit, html, tap_, markdown = names
    base = ["check", url, "good", "none", *to]
    code, _, errors, _, _ = run(place, *base, "--junit", str(junit), "--html", str(html), "-o",
                                str(table))
    kind = "evil text" if is_http else "evil fields"
    tap.ok(code in (0, 1, 2) and is_calm(errors), f"{kind}: certgate check works", errors)
    for path, option in ((json_, "--json"), (tap_, "--tap"), (markdown, "--markdown")):
        run(place, *base, option, "-o", str(path))
    for path in names:
        text = path.read_bytes()
        # JSON has the text as it is, in escapes; HTML and JUnit escape the rest.
        tap.ok(b"good" in text and (is_calm(text) if path != json_ else b"\x1b" not in text),
               f"{kind}: {path.name} has no control character",
               [line for line in text.splitlines() if not is_calm(line)][:3])
    tap.ok(b"<script" not in html.read_bytes().lower(), f"{kind}: no script in the page")
    tap.ok(xml.etree.ElementTree.parse(junit).getroot().tag == "testsuites",
           f"{kind}: JUnit is XML")
    tap.ok(not is_http or "alert(1)" in json.dumps(json.loads(json_.read_text())),
           f"{kind}: JSON has it, parsed")
    tap.ok(b"<script" not in markdown.read_bytes() and b"`@all" not in markdown.read_bytes(),
           f"{kind}: Markdown has no markup of it")
    code, _, errors, _, _ = run(place, "get", url, *to, "-v", "-o", os.devnull)
    tap.equal((code, is_calm(errors)), (0 if is_http else 8, True),
              f"{kind}: get -v shows its head in safety")


def check_redirect(place):
    with Hostile(place, once(page("200 OK", "", "followed"))) as other:
        to_other = page("302 Found", f"Location: https://localhost:{other.port}/\r\n"
                        f"Refresh: 0; url=https://localhost:{other.port}/\r\n", "")
        with Hostile(place, once(to_other)) as server:
            url = f"https://localhost:{server.port}/"
            to = ["-k", "--resolve", f"localhost:{server.port}:127.0.0.1"]
            code = run(place, "get", url, *to)[0]
            tap.equal(code, 0, "a redirect: get shows it")
            run(place, "check", url, "good", "none", *to)
            tap.ok(other.n == 0, "a redirect: nobody follows it", f"{other.n} connections")


def check_terminal(place, server):
    """What is shown on a terminal is not what acts on it."""
    need_pty = __import__("pty")
    url = f"https://localhost:{server.port}/"
    ours, theirs = need_pty.openpty()
    env = dict(os.environ, HOME=str(place), XDG_DATA_HOME=str(place / "data"), NO_COLOR="1")
    done = subprocess.run([CERTGATE, "get", url, "-k", "--resolve",
                           f"localhost:{server.port}:127.0.0.1"], env=env, stdin=theirs,
                          stdout=theirs, stderr=subprocess.PIPE, timeout=120)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # all of it was read
        pass
    os.close(ours)
    tap.ok(done.returncode == 23 and b"-o - shows it" in done.stderr and b"\x1b" not in shown,
           "evil text: get does not write escape sequences to a terminal",
           f"exit {done.returncode}: {done.stderr!r} {shown!r}")


with folder() as place:
    place = pathlib.Path(place)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=evil", "-keyout", place / "evil.key", "-out", place / "evil.crt"],
                   check=True, capture_output=True)
    (place / "evil.pem").write_text((place / "evil.key").read_text() +
                                    (place / "evil.crt").read_text())
    tap.equal(run(place, "forge")[0], 0, "the certificates are made")
    floods(place)
    for fields in (MARKUP, EVIL):
        evil = page("403 Forbidden", f"Server: {fields}\r\nX-Evil: {fields}\r\n", PAGE)
        with Hostile(place, once(evil)) as hostile:
            check_text(place, hostile, fields == MARKUP)
    with Hostile(place, once(page("200 OK", "", PAGE))) as hostile:
        check_terminal(place, hostile)
    check_redirect(place)
tap.done()
