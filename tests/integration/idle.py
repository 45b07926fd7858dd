# SPDX-License-Identifier: MIT
"""What a connection costs while it waits, and what is left of it when it is gone."""
import os
import resource
import socket
import ssl
import time

from harness import DEADLINE, Server, Tap, context, read_answer, skip_all

N = 400
IDLE_MAX_KIB = 28    # of a connection that had its answer; 22 where it was measured
LEFT_MAX_KIB = 22    # of each, when all are gone; 15
QUESTION = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

if os.environ.get("CERTGATE_BUILD_KIND"):
    skip_all("a sanitizer's or valgrind's memory is not the server's")
if os.environ.get("CERTGATE_MBEDTLS") == "system":
    skip_all("a system mbedTLS keeps its buffers")
tap = Tap()


def connect(server, tls):
    plain = socket.create_connection(("127.0.0.1", server.ports["Require"]), timeout=DEADLINE)
    return tls.wrap_socket(plain, server_hostname="localhost")


def ask(s):
    s.sendall(QUESTION)
    return read_answer(s)[0]


def crowd(server, version, name):
    tls = context(version, server.cases / "good.pem")
    with connect(server, tls) as s:
        ask(s)
    before = server.rss_kib()
    held = [connect(server, tls) for _ in range(N)]
    statuses = {ask(s) for s in held}
    each = (server.rss_kib() - before) / N
    tap.ok(statuses == {200} and each < IDLE_MAX_KIB, f"TLS {name}: {each:.1f} KiB each", statuses)
    # Those that have waited are awake at once, each with what is its own.
    statuses = {ask(s) for s in held[::7] + held[::-1]}
    tap.equal(statuses, {200}, f"TLS {name}: who waited is answered")
    each = (server.rss_kib() - before) / N
    tap.ok(each < IDLE_MAX_KIB, f"TLS {name}: {each:.1f} KiB each after a second answer")
    for s in held:
        s.close()
    end = time.monotonic() + DEADLINE
    while (server.rss_kib() - before) / N > LEFT_MAX_KIB and time.monotonic() < end:
        time.sleep(0.1)  # there is no event of another process to wait for
    left = (server.rss_kib() - before) / N
    tap.ok(left < LEFT_MAX_KIB, f"TLS {name}: {left:.1f} KiB of each are left")


def receive(s, n):
    got = b""
    while len(got) < n:
        piece = s.recv(65536)
        if not piece:
            break
        got += piece
    return got


def pipelined(n=100):
    """Of two questions at once, the second one's answer waits in a queue, whose memory goes
    with it."""
    question = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with Server("--listen", "127.0.0.1:0,desk", "--max-connections", "1000") as server:
        def open_one():
            return socket.create_connection(("127.0.0.1", server.ports["desk"]), timeout=DEADLINE)
        with open_one() as s:
            s.sendall(question)
            _, head, body = read_answer(s)
            size = len(head) + 4 + len(body)
        held, before = [], server.rss_kib()
        for _ in range(n):
            held.append(open_one())
            held[-1].sendall(question * 2)
            if len(receive(held[-1], 2 * size)) != 2 * size:
                tap.ok(False, "two answers come")
        each = (server.rss_kib() - before) / n
        tap.ok(size > 64 * 1024 and each < IDLE_MAX_KIB,
               f"two answers of {size // 1024} KiB: {each:.1f} KiB each")
        for s in held:
            s.close()
        tap.equal(server.stop(), 0, "it ends after them")


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * N), hard))
    for name, version in (("1.3", ssl.TLSVersion.TLSv1_3), ("1.2", ssl.TLSVersion.TLSv1_2)):
        with Server("--max-connections", str(2 * N), nofile=4 * N) as server:
            crowd(server, version, name)
            tap.equal(server.stop(), 0, "ends")
    pipelined()
    tap.done()


main()
