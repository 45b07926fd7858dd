# SPDX-License-Identifier: MIT
"""A late question and clients that mean harm: the handshake that answers it is cut at every byte and
changed at every fifth, and crowds never answer. None of it is a request, others are served, and all is given
back.
"""
import concurrent.futures
import multiprocessing
import socket
import ssl
import time

from harness import DEADLINE, Server, Tap, context, get, read_answer
from late_tools import HANDSHAKE_S, IS_PLAIN, SLOW, Client, count, request

SILENT, CROWD, ASKED = (20, 30, 20) if SLOW else (50, 500, 200)
# Where a sanitizer looks on, only some bytes.
CUT_STEP, CHANGE_STEP = (1, 5) if IS_PLAIN else (97, 97)
WORKERS = 4
BOUND_MS = 50 if IS_PLAIN else 250

tap = Tap()


class Attacker:
    """One process's: its connections resume one session, which is of before the question and has
    no identity. So most of the work is that of the second handshake, which is a whole one."""

    def __init__(self, port, cert):
        self.port, self.cert = port, cert
        with Client(port, cert) as first:
            self.first, self.session = first, first.tls.session

    def flight(self, part):
        """What answers the question: ClientHello (0), or what follows it (1)."""
        client = Client(self.port, self.cert, like=self.first, session=self.session)
        client.send(request("GET", "/whoami"))
        client.wait_for_question()
        for _ in range(part):
            self.go_on(client)
            client.raw.sendall(client.outgoing.read())
            client.pull()
        self.go_on(client)
        return client, bytearray(client.outgoing.read())

    @staticmethod
    def go_on(client):
        try:
            client.tls.read(1)
        except ssl.SSLWantReadError:
            pass

    def attack(self, part, at, change):
        """Returns False if there was no such byte."""
        client, data = self.flight(part)
        with client:
            if at >= len(data):
                client.raw.shutdown(socket.SHUT_WR)
                client.end()
                return False
            if change:
                data[at] ^= 0x55
            client.raw.sendall(data if change else data[:at])
            try:
                client.raw.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it is reset already
            client.end()
        return True


def attack_all(port, cert, cases):
    """In a process of its own; how many there were."""
    attacker = Attacker(port, cert)
    return sum(attacker.attack(*case) for case in cases)


def cuts(server):
    """The second handshake, cut and changed: never an answer but to a whole one."""
    port, good = server.ports["Require"], server.cases / "good.pem"
    attacker = Attacker(port, good)
    lengths = []
    for part in range(2):
        client, data = attacker.flight(part)
        client.close()
        lengths.append(len(data))
    tap.ok(lengths[0] > 100 and lengths[1] > 500, "there are two flights to cut", lengths)
    cases = [(part, at, change) for part in range(2)
             for change, step in ((False, CUT_STEP), (True, CHANGE_STEP))
             for at in range(0, lengths[part], step)]
    before = (count(server, " request "), count(server, " late-failed "))
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=fork) as pool:
        done = list(pool.map(attack_all, [port] * WORKERS, [good] * WORKERS,
                             [cases[i::WORKERS] for i in range(WORKERS)]))
    tap.ok(sum(done) > len(cases) * 0.98, f"{len(cases)} handshakes, each cut or changed at one byte",
           f"{done} of {len(cases)}")
    end = time.monotonic() + DEADLINE
    while count(server, " late-failed ") - before[1] < len(cases) and time.monotonic() < end:
        time.sleep(0.02)
    tap.equal(count(server, " request ") - before[0], 0, "none is answered")
    tap.ok(count(server, " late-failed ") - before[1] >= len(cases),
           "each is a late handshake that failed", (count(server, " late-failed "), before, len(cases)))
    tap.ok(server.alive(), "and the server lives", server.errors()[-500:])
    with Client(port, good) as client:
        tap.equal(client.get()[0], 200, "and asks who means well")


def silent(server):
    """A crowd that never answers the question takes no place for long, and no memory."""
    clients = []
    for _ in range(SILENT):
        client = Client(server.ports["Require"])
        client.send(request("GET", "/"))
        clients.append(client)
    tap.equal(get(server.ports["Accept"], "/healthz")[0], 200, "beside a silent crowd: 200")
    tap.equal({client.end() for client in clients}, {"reset"}, "each of the crowd is reset")
    for client in clients:
        client.close()


def loop_ms(pid):
    """How long the main thread of a process has computed."""
    with open(f"/proc/{pid}/task/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e6


def ask_beside(server):
    """An ordinary client's requests with a certificate: how long each waited, and how long the
    event loop computed meanwhile, sorted, in ms."""
    waited, computed = [], []
    pid = server.process.pid
    with socket.create_connection(("127.0.0.1", server.ports["Accept"]), timeout=DEADLINE) as plain:
        tls = context(cert=server.cases / "good.pem")
        with tls.wrap_socket(plain, server_hostname="localhost") as s:
            for _ in range(ASKED):
                busy, start = loop_ms(pid), time.monotonic()
                s.sendall(request("GET", "/whoami"))
                status = read_answer(s)[0]
                waited.append((time.monotonic() - start) * 1000 if status == 200 else 1e9)
                computed.append(loop_ms(pid) - busy)
    return sorted(waited), sorted(computed)


def crowd():
    """Hundreds that never answer: others are served, and all is given back."""
    with Server("--clientcertnegotiation", "disable", "--handshake-timeout", "60", "--listen",
                "127.0.0.1:0,sslflags=Accept,clientcertnegotiation=enable", listen=("Require",)) as server:
        port, sizes = server.ports["Require"], []
        most = server.descriptors() + CROWD // 10
        for _ in range(3):
            clients = []
            first = Client(port)
            for _ in range(CROWD):
                client = Client(port, like=first, session=first.tls.session)
                client.send(request("GET", "/"))
                client.wait_for_question()
                clients.append(client)
            first.close()
            waited, computed = ask_beside(server)
            p99 = ASKED * 99 // 100 - 1
            print(f"# beside {CROWD} silent ones: waits p50 {waited[ASKED // 2]:.1f} p99 {waited[p99]:.1f} ms, "
                  f"loop p99 {computed[p99]:.1f} ms")
            tap.ok(waited[-1] < 1e9 and computed[p99] <= BOUND_MS,
                   f"beside {CROWD} silent ones {ASKED} requests are served, the p99 holds the loop for "
                   f"{BOUND_MS} ms at most", f"{computed[p99]:.1f} ms")
            tap.ok(server.descriptors() >= CROWD, "meanwhile all of them are there", server.descriptors())
            for client in clients:
                client.close()
            end = time.monotonic() + DEADLINE
            while server.descriptors() > most and time.monotonic() < end:
                time.sleep(0.02)  # there is no event of another process to wait for
            left = server.descriptors()
            tap.ok(left <= most, "they leave no descriptor", left)
            sizes.append(server.rss_kib())
        tap.ok(sizes[2] - sizes[1] < 4096 or not IS_PLAIN, "the third crowd takes no more memory", sizes)
        tap.equal(server.stop(), 0, "the server ends with 0")


def main():
    with Server("--clientcertnegotiation", "disable", "--handshake-timeout", HANDSHAKE_S) as server:
        silent(server)
        before = server.rss_kib()
        cuts(server)
        silent(server)
        tap.ok(server.rss_kib() - before < 8192 or not IS_PLAIN, "no growth", f"{before} to {server.rss_kib()}")
        tap.equal(server.stop(), 0, "the server ends with 0")
    crowd()
    tap.done()


main()
