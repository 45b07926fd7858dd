# SPDX-License-Identifier: MIT
"""Hostile peers: garbage, slow ones, ones that vanish at each byte, far too many.

While each is at work, an honest client is answered; afterwards neither memory nor
descriptors have grown. All traffic stays on loopback and is bounded in count.
"""
import random
import socket
import ssl
import time

from harness import DEADLINE, Server, Tap, context, get

GARBAGE = 200
SLOW = 500
CROWD = 1000
LIMIT = 256

tap = Tap()


def connect(port, timeout=DEADLINE):
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


def answers(server, what, longest=10.0):
    """An honest request, timed."""
    start = time.monotonic()
    try:
        status = get(server.ports["Accept"], "/healthz")[0]
    except (OSError, ssl.SSLError) as error:
        status = str(error)
    seconds = time.monotonic() - start
    tap.ok(status == 200 and seconds < longest and server.alive(),
           f"{what}: others are answered", f"{status} after {seconds:.1f} s\n{server.errors()}")


def settle(server, descriptors):
    """Waits until the server has closed what it is going to close."""
    end = time.monotonic() + DEADLINE
    while server.descriptors() > descriptors and time.monotonic() < end:
        time.sleep(0.05)  # there is no event of another process to wait for
    return server.descriptors()


def first_flight(port):
    """The bytes of one real ClientHello."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def client_flights(port):
    """All bytes that a client sends in a whole TLS 1.2 exchange, flight by flight."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(ssl.TLSVersion.TLSv1_2).wrap_bio(incoming, outgoing,
                                                   server_hostname="localhost")
    total = 0
    with connect(port) as s:
        while True:
            try:
                tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            flight = outgoing.read()
            total += len(flight)
            s.sendall(flight)
            if done:
                return total
            incoming.write(s.recv(65536))


def vanish_after(port, n):
    """Handshakes, but goes away with a reset after n bytes were sent."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(ssl.TLSVersion.TLSv1_2).wrap_bio(incoming, outgoing,
                                                   server_hostname="localhost")
    with connect(port) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        while n > 0:
            try:
                tls.do_handshake()
                return
            except ssl.SSLWantReadError:
                pass
            flight = outgoing.read()[:n]
            n -= len(flight)
            s.sendall(flight)
            if n > 0:
                data = s.recv(65536)
                if not data:
                    return
                incoming.write(data)


def garbage(server):
    rng = random.Random(20261122)
    for i in range(GARBAGE):
        data = rng.randbytes(rng.randint(1, 4000))
        if i % 4 == 0:  # looks like a TLS record
            data = b"\x16\x03\x01" + len(data).to_bytes(2, "big") + data
        if i % 4 == 1:  # looks like a handshake message
            data = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + data
        if i % 4 == 2:
            data = b"GET / HTTP/1.1\r\n" + data
        with connect(server.ports["Require"]) as s:
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                while s.recv(65536):
                    pass
            except OSError:
                pass
    answers(server, f"{GARBAGE} garbage connections")


def slow(server):
    hello = first_flight(server.ports["Require"])
    held = []
    for i in range(SLOW):
        s = connect(server.ports["Require"])
        try:
            s.sendall(hello[:i % len(hello)])
        except OSError:
            pass
        held.append(s)
    answers(server, f"{SLOW} slow connections")
    for s in held[::2]:
        try:
            s.send(b"\x00")
        except OSError:
            pass
    answers(server, f"{SLOW} slow connections, dripping")
    for s in held:
        s.close()


def vanish(server):
    total = client_flights(server.ports["Require"])
    for n in range(1, total + 1):
        try:
            vanish_after(server.ports["Require"], n)
        except OSError:
            pass
    answers(server, f"gone after each of {total} bytes")


def crowd():
    """More connections than the server may have descriptors."""
    with Server("--quiet", nofile=LIMIT) as server:
        held = []
        for _ in range(CROWD):
            s = socket.socket()
            s.settimeout(DEADLINE)
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", server.ports["Require"]))
            held.append(s)
        answers(server, f"{CROWD} connections with ulimit -n {LIMIT}", longest=30.0)
        for s in held:
            s.close()
        answers(server, "after the crowd", longest=30.0)
        tap.equal(server.stop(), 0, "the crowded server ends with 0")


def half_bodies(n=100, size=1024 * 1024):
    """Uploads that never end, to a site that reads them and to one that does not."""
    with Server("--quiet", "--listen", "127.0.0.1:0,desk", "--max-connections", "1000") as server:
        for port, path in ((server.ports["desk"], "/view"), (server.ports["Ignore"], "/")):
            before, held, refused = server.rss_kib(), [], 0
            tls = context() if path == "/" else None
            for _ in range(n):
                s = connect(port)
                s = tls.wrap_socket(s, server_hostname="localhost") if tls else s
                s.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
                          "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
                try:
                    s.sendall(b"x" * (size - 1))
                except OSError:
                    pass  # an answer came before the end
                held.append(s)
            answers(server, f"{n} uploads to {path}")
            grown = server.rss_kib() - before
            for s in held:
                s.setblocking(False)
                try:
                    refused += b"HTTP/1.1 503" in s.recv(4096)
                except ConnectionError:
                    refused += 1  # what was sent after the 503 came too late, and a reset with it
                except OSError:
                    pass  # still waiting for the last byte
                s.close()
            print(f"# {n} uploads to {path}: {grown} KiB, {refused} refused", flush=True)
            tap.ok(grown < 64 * 1024, f"{n} uploads to {path}: at most 64 MiB", f"{grown} KiB")
            tap.ok((refused > 0) == (path == "/view"), f"{n} uploads to {path}: refused by 503 "
                   "only where they are kept", refused)
        tap.equal(server.stop(), 0, "the server with uploads ends with 0")


def main():
    with Server("--quiet") as server:
        for _ in range(20):
            get(server.ports["Accept"], "/healthz")
        garbage(server)
        before_fd = server.descriptors()
        before_kib = server.rss_kib()
        garbage(server)
        slow(server)
        vanish(server)
        after_fd = settle(server, before_fd)
        tap.ok(after_fd <= before_fd, "no descriptor is kept", f"{before_fd} -> {after_fd}")
        for _ in range(2):
            garbage(server)
            slow(server)
        middle_kib = server.rss_kib()
        for _ in range(3):
            garbage(server)
            slow(server)
        settle(server, before_fd)
        after_kib = server.rss_kib()
        tap.ok(after_kib - middle_kib < 2048, "memory does not grow",
               f"{before_kib} -> {middle_kib} -> {after_kib} KiB")
        print(f"# {before_kib} -> {middle_kib} -> {after_kib} KiB", flush=True)
        tap.equal(server.stop(), 0, "the server ends with 0")
    crowd()
    half_bodies()
    tap.done()


main()
