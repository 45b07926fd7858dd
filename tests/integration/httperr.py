#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--httperr-log: what never reaches IIS, in the form of http.sys' error log. TAP.

Each end that certgated makes and that Microsoft's "Types of Errors Logged by the HTTP
Server API" has a reason for, by a raw socket; the others leave no line.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import time

from harness import CERTGATE, CERTGATED, DEADLINE, Server, context, folder, get, read_answer, Tap

tap = Tap()
FIELDS = ("date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid "
          "s-reason s-queuename")
GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /in?q HTTP/1.1\r\nHost: a\r\n"
# What is sent, and the end of its line: cs-version cs-method cs-uri sc-status and the reason.
REFUSED = [
    (b"\x01\x02\r\n", "- - - 400", "BadRequest"),
    (b"GET / FTP/1.1\r\n", "- GET / 400", "BadRequest"),
    (b"GET / HTTP/2.0\r\n", "HTTP/2.0 GET / 505", "Version_N/S"),
    (b"G{T / HTTP/1.1\r\n", "- - - 400", "Verb"),
    (b"BREW / HTTP/1.1\r\n", "HTTP/1.1 BREW / 501", "N/I"),
    (b"GET /%zz HTTP/1.1\r\n", "HTTP/1.1 GET - 400", "URL"),
    (b"GET /" + 9000 * b"x", "- - - 414", "URL_Length"),
    (b"GET /a?b=c HTTP/1.1\r\n\r\n", "HTTP/1.1 GET /a?b=c 400", "Hostname"),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "HTTP/1.1 GET / 400", "Hostname"),
    (GET + b"Host: b\r\n\r\n", "HTTP/1.1 GET / 400", "Hostname"),
    (GET + b" folded: x\r\n", "HTTP/1.1 GET / 400", "Header"),
    (GET + b"X: " + 20000 * b"x", "HTTP/1.1 GET / 431", "RequestLength"),
    (GET + b"X: y\n", "HTTP/1.1 GET / 400", "Invalid_CR/LF"),
    (POST + b"\r\n", "HTTP/1.1 POST /in?q 411", "LengthRequired"),
    (POST + b"Content-Length: 9x\r\n\r\n", "HTTP/1.1 POST /in?q 400", "Number"),
    (POST + b"Content-Length: 99999999\r\n\r\n", "HTTP/1.1 POST /in?q 413", "EntityTooLarge"),
    (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 POST /in?q 501", "N/I"),
    (b"GET  HTTP/1.1\r\n", "- GET - 400", "URL"),
    (b"GET x HTTP/1.1\r\n", "HTTP/1.1 GET - 400", "URL"),
    (b"GET /#x HTTP/1.1\r\n", "HTTP/1.1 GET - 400", "URL"),
    (b"GET https://a:b:c/ HTTP/1.1\r\n", "HTTP/1.1 GET https://a:b:c/ 400", "Hostname"),
    (GET + b"X: \0\r\n", "HTTP/1.1 GET / 400", "BadRequest"),
    (GET + b"no colon\r\n", "HTTP/1.1 GET / 400", "Header"),
    (GET + b"X@Y: z\r\n\r\n", "HTTP/1.1 GET / 400", "Header"),
    (GET + 300 * b"X: y\r\n" + b"\r\n", "HTTP/1.1 GET / 431", "RequestLength"),
    (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 POST /in?q 400", "Header"),
    (POST + b"Transfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 POST /in?q 400", "Header"),
    (POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 POST /in?q 400", "Number"),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n", "HTTP/1.1 POST /in?q 400", "Invalid_CR/LF"),
    (POST + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", "HTTP/1.1 POST /in?q 413", "EntityTooLarge"),
    # Nothing that is sent ends its field or its line.
    (b"GET /%0D%0A2026-01-01%20%09%1B?x HTTP/1.1\r\n\r\n", "HTTP/1.1 GET /++2026-01-01+++?x 400",
     "Hostname"),
    (b"GET /%ff%c2%85 HTTP/1.1\r\n\r\n", "HTTP/1.1 GET /%FF%C2%85 400", "Hostname"),
]
WAITED = [  # nothing more comes
    (b"", "- - - -", "Timer_ConnectionIdle"),
    (b"GET / HTTP/1.1\r\nHost", "HTTP/1.1 GET / 408", "Timer_HeaderWait"),
    (POST + b"Content-Length: 9\r\n\r\nabc", "HTTP/1.1 POST /in?q 408", "Timer_EntityBody"),
]


def speak(port, sent, tls=True):
    """Sends it and reads to the end. Returns the client's port and the answer."""
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as raw:
        own = raw.getsockname()[1]
        with (context().wrap_socket(raw) if tls else raw.dup()) as s:
            data = b""
            try:
                s.sendall(sent)
                while piece := s.recv(65536):
                    data += piece
            except OSError:
                pass
        return own, data


def logged(place, n):
    """The lines of the log, when there are at least n."""
    end = time.monotonic() + DEADLINE
    while True:
        files = sorted(place.glob("*"))
        text = "".join(f.read_text() for f in files)
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        if len(lines) >= n or time.monotonic() > end:
            return files, text, lines
        time.sleep(0.02)


def each_reason(place):
    with Server("--httperr-log", str(place), "--request-timeout", "2", "--idle-timeout", "2",
                "--friendly", "--listen", "127.0.0.1:0,desk", listen=("Require",)) as server:
        port = server.ports["Require"]
        tap.ok(f"httperr {place}" in re.sub(" +", " ", "\n".join(server.lines)),
               "the start names the folder", server.lines)
        expected = []
        for sent, middle, reason in REFUSED + WAITED:
            own, answer = speak(port, sent)
            expected.append(f"127.0.0.1 {own} 127.0.0.1 {port} {middle} - {reason} -")
            status = middle.split()[-1]
            tap.equal(answer.split(b" ")[1:2], [] if status == "-" else [status.encode()],
                      f"{reason}: {sent[:40]!r} is answered so")
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as raw, \
                context().wrap_socket(raw) as s:
            s.sendall(GET + b"\r\n")
            read_answer(s)
            expected.append(f"127.0.0.1 {s.getsockname()[1]} 127.0.0.1 {port} - - - - - "
                            "Timer_ConnectionIdle -")
            tap.equal(s.recv(100), b"", "a connection that is kept and idle is closed")
        files, text, lines = logged(place, len(expected))
        tap.equal([line.split(" ", 2)[2] for line in lines], expected,
                  "each has its line, in order, and nothing else has one")
        tap.ok(all(re.fullmatch(r"httperr\d{6}\.log", f.name) for f in files), "its file", files)
        tap.ok(text.startswith("#Software: Microsoft HTTP API 2.0\n#Version: 1.0\n#Date: "), "its head",
               text[:200])
        tap.ok(f"\n#Fields: {FIELDS}\n" in text, "and its fields", text[:400])
        silent(server, place, len(expected))
    return len(expected)


def silent(server, place, n):
    """What http.sys has no reason for, or what is not its own, has no line."""
    port, desk = server.ports["Require"], server.ports["desk"]
    get(port)
    get(port, "/healthz")
    speak(desk, b"G{T / HTTP/1.1\r\n", tls=False)
    for plain in (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
        tap.ok(speak(port, plain, tls=False)[1].startswith(b"HTTP/1.1 400 "), f"--friendly: {plain}")
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as raw, \
            context().wrap_socket(raw, server_hostname="expired.localhost") as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: revoked.localhost\r\n\r\n")
        tap.equal(read_answer(s)[0], 421, "a request for another host than the handshake's")
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as raw, \
            context().wrap_socket(raw, server_hostname="nginx.localhost") as s:
        s.sendall(b"G{T / HTTP/1.1\r\n")
        tap.equal(read_answer(s)[0], 400, "a bad request to a site that plays nginx")
    own, _ = speak(port, b"G{T / HTTP/1.1\r\n")
    lines = logged(place, n + 1)[2]
    tap.equal([line.split()[3] for line in lines[n:]], [str(own)],
              "answers of IIS and desk, plain HTTP, 421 and nginx have no line")


def summed_up(place, n):
    """certgate why --log understands every line of it."""
    files = [str(f) for f in sorted(place.glob("*"))]
    done = subprocess.run([CERTGATE, "why", "--log", "--json", *files], capture_output=True, timeout=60)
    told = json.loads(done.stdout)
    tap.equal((done.returncode, told["requests"], told["damaged_lines"]), (0, n, 0),
              "why --log: every line is understood")
    found = {cause["id"]: cause["count"] for cause in told["causes"]}
    tap.equal((found.get("httperr-idle"), found.get("httperr-wait"), found.get("413.0")), (2, 2, 2),
              "why --log: idle, waiting and too large are summed up")
    tap.ok(sum(found.values()) == n, "why --log: every reason has its cause", found)


def start(home):
    """What cannot be written is an error at the start; nothing is written unless told."""
    def run(*options):
        return subprocess.run([CERTGATED, "--quiet", "--listen", "127.0.0.1:0", *options],
                              capture_output=True, timeout=DEADLINE,
                              env=dict(os.environ, HOME=str(home), XDG_DATA_HOME=str(home / "data"),
                                       XDG_STATE_HOME=str(home / "state")))
    done = run("--httperr-log", "/dev/null/logs")
    tap.ok(done.returncode == 2 and b"--httperr-log: " in done.stderr and b"/dev/null/logs" in done.stderr,
           "a folder that cannot be ends the start", (done.returncode, done.stderr))
    made = home / "checked"
    done = run("--httperr-log", str(made), "--check")
    tap.ok(done.returncode == 0 and not made.exists(), "--check writes nothing", done.stderr)
    for options in ((), ("--httperr-log", "none")):
        with Server(*options, listen=("Require",)) as server:
            speak(server.ports["Require"], b"G{T / HTTP/1.1\r\n")
            server.stop()
            tap.equal([f for f in server.folder.rglob("httperr*")] + list(pathlib.Path.cwd().glob("none")),
                      [], f"nothing is written by {options}")


def main():
    with folder() as home:
        place = home / "log s"
        n = each_reason(place)
        summed_up(place, n + 1)
        start(home)
    tap.done()


main()
