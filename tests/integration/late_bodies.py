# SPDX-License-Identifier: MIT
"""Requests with bodies to a site that asks late, sent by openssl and by curl: of no byte, of
uploadReadAheadSize, of one byte more and of 1 MiB; with Content-Length and in chunks, with Expect
and without, one after the other and pipelined.
"""
import os
import re
import subprocess
import time

from harness import DEADLINE, Server, Tap, need, substatus
from late_tools import READ_AHEAD, count, request

MIB = 1024 * 1024
SIZES = (0, READ_AHEAD, READ_AHEAD + 1, MIB)
# What does not fit is refused before anybody is asked.
WITHOUT_EXPECT = {0: "200", READ_AHEAD: "200", READ_AHEAD + 1: "413.0", MIB: "413.0"}
# Asked from the head, so the body is read after the handshake and may have any length.
WITH_EXPECT = {0: "200", READ_AHEAD: "200", READ_AHEAD + 1: "200", MIB: "200"}

tap = Tap()


def chunked(body):
    pieces = [body[at:at + 20000] for at in range(0, len(body), 20000)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


# ---- curl

def curl(port, pem, path, *options, more=()):
    """The answers' codes, and how many connections they took."""
    url = f"https://127.0.0.1:{port}/"
    common = ["-s", "-k", "--tls-max", "1.2", "--cert", pem, "--max-time", str(int(DEADLINE)), "-w",
              "\n%{http_code} %{num_connects}\n"]
    done = subprocess.run(["curl", *common, *options, "--data-binary", f"@{path}", url, *more],
                          capture_output=True, timeout=2 * DEADLINE, check=False)
    answers = re.split(rb"\n(\d{3}) (\d)\n", done.stdout)
    codes = [substatus(answers[i]) or answers[i + 1].decode() for i in range(0, len(answers) - 1, 3)]
    return codes, sum(int(n) for n in answers[2::3]), done


def ask_curl(server, pem, paths):
    port = server.ports["Require"]
    for size in SIZES:
        for how, options in (("", ()), ("chunked, ", ("-H", "Transfer-Encoding: chunked"))):
            for expect in (False, True):
                if size == 0 and how and expect:
                    continue  # curl 7.88 never sends the last chunk then, and gets 408 anywhere
                want = (WITH_EXPECT if expect else WITHOUT_EXPECT)[size]
                words = ("-H", "Expect: 100-continue" if expect else "Expect:")
                asked = count(server, " late path=/ ")
                codes, _, done = curl(port, pem, paths[size], *options, *words)
                title = f"curl, {size} bytes, {how}{'with' if expect else 'without'} Expect: {want}"
                tap.ok(codes == [want], title, f"{codes} {done.returncode} {done.stderr[-300:]}")
                asked = count(server, " late path=/ ") - asked
                tap.equal(asked, 1 if want == "200" else 0, "and asked once, or not at all")
    for size in (0, READ_AHEAD, READ_AHEAD + 1):
        want = WITHOUT_EXPECT[size]
        more = ("--next", "-s", "-k", "--tls-max", "1.2", "--cert", pem, "-w", "\n%{http_code} %{num_connects}\n",
                f"https://127.0.0.1:{port}/whoami")
        codes, connects, done = curl(port, pem, paths[size], "-H", "Expect:", more=more)
        tap.ok(codes == [want, "200"] and connects == (1 if want == "200" else 2),
               f"curl, {size} bytes and then another request: {want}, 200, on {connects} connection(s)",
               f"{codes} {connects} {done.stderr[-300:]}")


# ---- openssl s_client

def s_client(port, pem, path):
    """All that comes back for the bytes of a file."""
    with open(path, "rb") as stdin:
        done = subprocess.run(
            ["openssl", "s_client", "-quiet", "-ign_eof", "-tls1_2", "-connect", f"127.0.0.1:{port}", "-cert",
             pem], stdin=stdin, capture_output=True, timeout=DEADLINE, check=False)
    return done.stdout


def codes_of(stream):
    return [substatus(part) or part[9:12].decode() for part in stream.split(b"HTTP/1.1")[1:]
            for part in [b"HTTP/1.1" + part] if not part.startswith(b"HTTP/1.1 100 ")]


CLOSE = "Connection: close\r\n"


def head_and_body(body, is_chunked, head=""):
    if is_chunked:
        return (f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n{head}\r\n".encode(),
                chunked(body))
    return (f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode(), body)


def ask_s_client(server, pem, paths):
    port, file = server.ports["Require"], server.folder / "request"
    for size in SIZES:
        body = paths[size].read_bytes()
        for is_chunked in (False, True):
            how = "chunked, " if is_chunked else ""
            want = WITHOUT_EXPECT[size]
            file.write_bytes(b"".join(head_and_body(body, is_chunked, CLOSE)))
            said = s_client(port, pem, file)
            tap.equal(codes_of(said), [want], f"s_client, {size} bytes, {how}without Expect: {want}")
            if size > 0:
                said = wait_for_100(port, pem, *head_and_body(body, is_chunked,
                                                              CLOSE + "Expect: 100-continue\r\n"))
                tap.equal(codes_of(said), [WITH_EXPECT[size]],
                          f"s_client, {size} bytes, {how}with Expect: {WITH_EXPECT[size]}")
        # s_client makes a record of 8 KiB, so the second request begins in the first one's last.
        file.write_bytes(b"".join(head_and_body(body, False)) + request("GET", "/whoami", CLOSE))
        said = s_client(port, pem, file)
        want = ["200", "200"] if WITHOUT_EXPECT[size] == "200" else ["413.0"]
        tap.equal(codes_of(said), want, f"s_client, {size} bytes and a second request behind: {want}")
        tap.ok(b'"issued_to"' in said or want == ["413.0"], "which has the identity", said[-300:])


def wait_for_100(port, pem, head, body):
    """Sends the body only once it is asked for, as s_client's user would."""
    with subprocess.Popen(["openssl", "s_client", "-quiet", "-ign_eof", "-tls1_2", "-connect",
                           f"127.0.0.1:{port}", "-cert", pem], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        process.stdin.write(head)
        process.stdin.flush()
        said, end = b"", time.monotonic() + DEADLINE
        while b"\r\n\r\n" not in said and time.monotonic() < end:
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                return said
            said += piece
        if not said.startswith(b"HTTP/1.1 100 "):
            process.kill()
            return said
        process.stdin.write(body)
        process.stdin.flush()
        return said + process.stdout.read()


def main():
    need("openssl", "curl")
    with Server("--clientcertnegotiation", "disable", listen=("Require",)) as server:
        pem = server.cases / "good.pem"
        paths = {}
        for size in SIZES:
            paths[size] = server.folder / f"body-{size}"
            paths[size].write_bytes(b"x" * size)
        ask_curl(server, pem, paths)
        ask_s_client(server, pem, paths)
        tap.equal(server.stop(), 0, "the server ends with 0")
    tap.done()


main()
