# SPDX-License-Identifier: MIT
"""certgated without memory: every n-th allocation of the running server fails, n from 1 to
400, while requests, reloads, minting and fetching go on. It may refuse, it may be silent,
but it neither dies nor loses memory, and with memory again it answers as before.

tests/support/failing_malloc.c is preloaded, so that what libuv, mbedTLS, jansson, Expat and
libc ask for fails, too."""
import contextlib
import http.client
import json
import mmap
import os
import signal
import socket
import ssl
import struct
import tempfile
import time

from harness import DEADLINE, Server, Tap, context, folder, read_answer, skip_all

EVERY_MAX = 400
SELDOM = sorted(4 * (600, 900, 1300, 2000, 3000, 4500, 6500, 10000))
STEP = 12  # the n-th allocation of the start, each time 1/12 more
CROWD = 150
PATIENCE = 2.0  # for one question: without memory some are never answered
GROWTH_MAX_KIB = 16 * 1024
KIND = os.environ.get("CERTGATE_BUILD_KIND")
SITES = ("--listen", "127.0.0.1:0,desk,pki", "--listen", "127.0.0.1:0,control")
EXPECTED = (OSError, ssl.SSLError, http.client.HTTPException, ValueError, IndexError)

if KIND == "valgrind" or "FAILING_MALLOC_SO" not in os.environ:
    skip_all("the server has to be run by itself, with a library preloaded")

tap = Tap()


class Plan:
    """The file that the preloaded library maps: every, alone, growth, calls, failed."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile(prefix="certgate-test-")
        self.file.truncate(40)
        self.map = mmap.mmap(self.file.fileno(), 40)
        self.env = {"LD_PRELOAD": os.environ["FAILING_MALLOC_SO"], "FAILING_MALLOC": self.file.name}
        if "ASAN_OPTIONS" in os.environ:
            self.env["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"] + ":verify_asan_link_order=0"

    def every(self, n, growth=False):
        self.map[16:24] = struct.pack("=Q", growth)
        self.map[0:8] = struct.pack("=Q", n)

    def alone(self, n):
        self.map[8:40] = struct.pack("=QQQQ", n, 0, 0, 0)

    def counts(self):
        return struct.unpack("=QQ", self.map[24:40])


def ask(port, method, path, body=None, timeout=PATIENCE):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def connect(port, tls, timeout=PATIENCE):
    plain = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    try:
        return tls.wrap_socket(plain, server_hostname="localhost")
    except BaseException:
        plain.close()
        raise


def request(s, path="/"):
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return read_answer(s)[0]


def visit(port, tls, path="/", timeout=PATIENCE):
    with connect(port, tls, timeout) as s:
        return request(s, path)


class Load:
    """What goes on while allocations fail. Each part may be refused; none may hang."""

    def __init__(self, server, plan):
        self.server, self.plan, self.n = server, plan, 0
        case = server.cases / "good.pem"
        self.tls = [context(v, case) for v in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)]
        self.parts = [self.handshake, self.requests, self.switch, self.fetch, self.mint, self.desk,
                      self.control, self.reload]
        self.answered = dict.fromkeys((part.__name__ for part in self.parts), 0)

    def handshake(self):
        return visit(self.server.ports["Accept"], self.tls[(self.n + 1) % 2], "/whoami")

    def requests(self):  # on a connection that was there before
        return request(self.kept[0], ("/", "/whoami")[self.n % 2])

    def switch(self):
        state = ("good", "unknown", "revoked")[self.n % 3]
        return ask(self.server.ports["control"], "POST", "/revocations",
                   json.dumps({"name": "good", "state": state}))[0]

    def fetch(self):  # what was switched is asked for at its URL
        return request(self.kept[1], "/after-switch")

    def mint(self):
        return ask(self.server.ports["desk"], "POST", "/mint",
                   json.dumps({"name": f"m{self.n}", "eku": "clientAuth", "key": "p256"}))[0]

    def desk(self):
        path = ("/", "/live", "/live/events.jsonl", "/view", "/mint")[self.n % 5]
        return ask(self.server.ports["desk"], "GET", path)[0]

    def control(self):
        path = ("/", "/revocations", "/events")[self.n % 3]
        return ask(self.server.ports["control"], "GET", path)[0]

    def reload(self):
        self.server.process.send_signal(signal.SIGHUP)
        return ask(self.server.ports["control"], "GET", "/")[0]

    def turn(self, every=0):
        """The part in which the server died, or None."""
        self.n += 1
        self.kept = [connect(self.server.ports["Require"], self.tls[self.n % 2], DEADLINE)
                     for _ in range(2)]
        self.plan.every(every)
        for part in self.parts:
            try:
                status = part()
            except EXPECTED:
                status = None
            self.answered[part.__name__] += status is not None
            if not self.server.alive():
                return part.__name__
        self.plan.every(0)
        for s in self.kept:
            s.close()
        return None


def first_threads(plan):
    """The first work for libuv's threads comes when there is no memory to start any."""
    with Server("--quiet", *SITES, env=plan.env) as server:
        load = Load(server, plan)
        load.switch()
        for every in range(2, 42):
            with connect(server.ports["Require"], load.tls[1], DEADLINE) as s:
                plan.every(every)
                with contextlib.suppress(*EXPECTED):
                    request(s)
                plan.every(0)
        tap.equal((is_well(server), server.stop()), (200, 0), "fetching begins without memory")


def crowd(server, plan):
    """More connections than ever before, while nothing may grow: libuv's tables would."""
    plan.every(1, growth=True)
    held = []
    for _ in range(CROWD):
        held.append(socket.create_connection(("127.0.0.1", server.ports["Ignore"]), DEADLINE))
    while server.alive() and server.descriptors() < CROWD:
        time.sleep(0.01)  # there is no event of another process to wait for
    for s in held:
        s.close()
    plan.every(0)


def is_well(server):
    """Answers again as it should; a moment may pass, for listeners rest when memory is short."""
    end = time.monotonic() + DEADLINE
    tls = context(cert=server.cases / "good.pem")
    while True:
        try:
            ask(server.ports["control"], "POST", "/revocations", '{"name": "good", "state": "reset"}')
            status = visit(server.ports["Require"], tls, timeout=10)
        except EXPECTED as error:
            status = repr(error)
        if status == 200 or time.monotonic() > end:
            return status
        time.sleep(0.05)  # there is no event of another process to wait for


def running(plan):
    with Server("--quiet", *SITES, env=plan.env) as server:
        load = Load(server, plan)
        for _ in range(20):  # what is made once is made now
            load.turn()
        tap.ok(all(n > 0 for n in load.answered.values()), "all parts are answered with memory",
               load.answered)
        load.answered = dict.fromkeys(load.answered, 0)
        before = server.rss_kib()
        died = None
        for every in (*range(1, EVERY_MAX + 1), *SELDOM):
            died = load.turn(every)
            if died:
                tap.ok(False, f"every allocation no. {every}: dies in {died}",
                       f"{server.process.poll()} {server.errors()[-2000:]}")
                break
        calls, failed = plan.counts()
        print(f"# {failed} of {calls} allocations failed; answered all the same: {load.answered}")
        tap.ok(failed > 1000 and not died, "the server lives through failing allocations", failed)
        tap.ok(died or all(n > 0 for n in load.answered.values()),
               "and answers where there was enough of them", load.answered)
        if server.alive():
            tap.equal(is_well(server), 200, "and answers as before with memory again")
            grown = server.rss_kib() - before
            tap.ok(KIND or grown < GROWTH_MAX_KIB, f"it has grown by {grown} KiB")
            crowd(server, plan)
            tap.equal(is_well(server), 200, "and so it does after a crowd without memory")
        code = server.stop()
        tap.ok(code == 0, "and ends with 0 at SIGTERM, nothing lost", f"{code} {server.errors()[-4000:]}")


def starting(plan, place):
    """One allocation fails at the start: it starts or says why not."""
    def start():
        with Server("--quiet", *SITES, data=place, env=plan.env) as server:
            return server.stop()
    plan.alone(0)
    start()
    plan.alone(0)
    start()
    n_calls = plan.counts()[0]
    bad, n, refused = [], 1, 0
    while n < n_calls:
        plan.alone(n)
        try:
            code = start()
        except RuntimeError as error:  # it ended before it was ready
            words = str(error)
            refused += 1
            code = 0 if "certgated: " in words and "ssert" not in words and \
                "Sanitizer" not in words else words
        if code != 0:
            bad.append((n, code))
        n += 1 + n // STEP
    tap.ok(refused > 0 and not bad, f"of {n_calls} allocations of the start, any may fail", bad)


def main():
    plan = Plan()
    with folder() as place:
        starting(plan, place)
    first_threads(plan)
    running(plan)
    tap.done()


main()
