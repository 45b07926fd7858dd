# SPDX-License-Identifier: MIT
"""What one peer asks for holds nobody else up: how long an ordinary client with a
certificate waits beside each of these, and how much memory they take.

The client is another process, which goes on asking over one connection. How long it waits
is told as figures, which on a busy machine say more of that than of the server. What is
bounded is how long the thread of the server's event loop computed while the client waited:
50 ms, and more under a sanitizer, where all takes longer.
"""
import base64
import contextlib
import multiprocessing
import os
import pathlib
import re
import resource
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

from harness import CERTGATE, CERTGATED, DEADLINE, Server, Tap, context, folder, need, read_answer
from loop_turns import LoopTurns
from openssl_ca import Maker

need("openssl")
tap = Tap()
turns = LoopTurns()
BOUND_MS = 50 * (5 if os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind") else 1)
GROWTH_MIB = 64
ASKED_AT_LEAST = 20
CLIENTS = 4
NON_READERS = 120
SLOW = 1600
LIST_ENTRIES = 500000
ANSWERS_MAX = 32 * 1024 * 1024  # CONNECTION_ANSWERS_MAX


# ---- the ordinary client

def loop_ms(pid):
    """How long the main thread of a process has computed."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e6


def long_request(path, port):
    """What an event of the bus has room for."""
    return (f"GET {path}?{'q' * 400} HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"User-Agent: {'a' * 400}\r\n\r\n").encode()


def ask_on(pid, port, cert, begin, end, answers):
    """Asks over one connection until `end`; sends how long each answer took, in ms, and how
    long the loop computed for it, and for others."""
    waited, computed = [], []
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        with context(cert=cert).wrap_socket(plain, server_hostname="localhost") as s:
            request = long_request("/whoami", port)
            s.sendall(request)
            read_answer(s)
            begin.set()
            while not end.is_set() or len(waited) < ASKED_AT_LEAST:
                busy, before = loop_ms(pid), time.monotonic()
                s.sendall(request)
                status, _, _ = read_answer(s)
                waited.append((time.monotonic() - before) * 1000 if status == 200 else 1e9)
                computed.append(loop_ms(pid) - busy)
                time.sleep(0.002)
    answers.put((waited, computed))


def percentile(sorted_values, percent):
    return sorted_values[min(len(sorted_values) - 1, len(sorted_values) * percent // 100)]


class Client:
    """with Client(server) as client: ...; then client.waited and client.computed in ms."""

    def __init__(self, server):
        self.begin, self.end = multiprocessing.Event(), multiprocessing.Event()
        self.answers = multiprocessing.Queue()
        self.process = multiprocessing.Process(
            target=ask_on, args=(server.process.pid, server.ports["Require"], server.cases / "good.pem", self.begin,
                                 self.end, self.answers))

    def __enter__(self):
        self.process.start()
        self.begin.wait(DEADLINE)
        return self

    def __exit__(self, *_):
        self.end.set()
        waited, computed = self.answers.get(timeout=2 * DEADLINE)
        self.process.join()
        self.waited, self.computed = sorted(waited), sorted(computed)

    def __str__(self):
        return " ".join(f"{what} p50 {percentile(v, 50):.1f} p99 {percentile(v, 99):.1f} most "
                        f"{v[-1]:.1f} ms," for what, v in (("waits", self.waited),
                                                         ("loop", self.computed))
                        ) + f" {len(self.waited)} times"


def beside(server, title, attack, growth_mib=GROWTH_MIB):
    before = server.rss_kib()
    with Client(server) as client:
        server.forget_peak()
        turns.reset()
        said = attack()
        grown = (server.peak_kib() - before) / 1024
        figures = turns.judge(tap, title)
    print(f"# {title} ({said}): {client}; {figures}; memory {grown:+.1f} MiB at most", flush=True)
    computed = percentile(client.computed, 99)
    tap.ok(computed <= BOUND_MS, f"{title}: an ordinary client is held up for {BOUND_MS} ms at "
           "most", f"p99 {computed:.1f} ms")
    tap.ok(grown <= growth_mib, f"{title}: at most {growth_mib} MiB", f"{grown:.1f} MiB")


def in_threads(n, work):
    """What each of the threads returns, in their order."""
    results = [None] * n

    def run(i):
        results[i] = work(i)
    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# ---- chains whose signatures are costly

def costly_chain(top):
    """A leaf, and CAs of its issuer's name, with the dearest keys, of which none has
    signed it."""
    maker = Maker(top / "costly")
    for name in ("leaf", "ca", *(f"twin{i}" for i in range(8))):
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                        "ec_paramgen_curve:" + ("P-256" if name == "leaf" else "brainpoolP512r1"),
                        "-out", maker.place / f"{name}.key"], check=True, capture_output=True)
    ca = ["basicConstraints=critical,CA:TRUE"]
    for i in range(8):
        subprocess.run(["openssl", "req", "-new", "-x509", "-key", maker.place / f"twin{i}.key",
                        "-subj", "/CN=ca", "-days", "30", "-out", maker.place / f"twin{i}.crt"],
                       check=True, capture_output=True)
    maker.make("ca", "ca", ca)
    leaf = maker.make("leaf", "ca", ["extendedKeyUsage=clientAuth"])
    return maker.bundle("leaf", leaf, *(maker.place / f"twin{i}.crt" for i in range(8)))


def show_chain(port, cert, name="localhost"):
    """One connection; "403.16" or how it ended."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
            with context(cert=cert).wrap_socket(plain, server_hostname=name) as s:
                s.sendall(f"GET /whoami HTTP/1.1\r\nHost: {name}:{port}\r\n"
                          "Connection: close\r\n\r\n".encode())
                status, _, body = read_answer(s)
                return f"{status} {'SIGNATURE' in body.decode()}"
    except ssl.SSLError as error:
        return error.reason


def chains(server, top):
    cert = costly_chain(top)
    port = server.ports["Require"]
    n = 6

    def on_site(name, wanted):
        def attack():
            got = sum(in_threads(CLIENTS, lambda _: [show_chain(port, cert, name)
                                                    for _ in range(n)]), [])
            tap.ok(set(got) == {wanted}, f"costly chains at {name} are refused, each",
                   str(set(got)))
            return f"{len(got)} chains"
        return attack
    beside(server, "chains with brainpoolP512r1", on_site("localhost", "403 True"))
    beside(server, "the same where the handshake ends",
           on_site("alert.localhost", "SSLV3_ALERT_BAD_CERTIFICATE"))


# ---- the desk

def post(port, path, body, kind):
    with socket.create_connection(("127.0.0.1", port), timeout=2 * DEADLINE) as s:
        s.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: {kind}\r\n"
                  f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        status, _, answer = read_answer(s)
        return status, answer.decode("utf-8", "replace")


FORM = "application/x-www-form-urlencoded"


def look(port, text):
    return post(port, "/view", urllib.parse.urlencode(
        {"text": text, "password": "x"}).encode(), FORM)


def encrypted_key():
    """EncryptedPrivateKeyInfo with PBKDF2, 2^31 - 1 times."""
    der = bytes.fromhex("302b302506092a864886f70d01050d3018301606092a864886f70d01050c3009"
                        "0401010204" "7fffffff" "04020000")
    return ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base64.b64encode(der).decode() +
            "\n-----END ENCRYPTED PRIVATE KEY-----\n")


def desk_files(server, top):
    port = server.ports["desk"]
    good = (server.cases / "good.pem").read_text()
    p12 = top / "slow.p12"
    subprocess.run(["openssl", "pkcs12", "-export", "-in", server.cases / "good.pem", "-passout",
                    "pass:x", "-iter", "150000", "-out", p12], check=True, capture_output=True)
    block = ("-----BEGIN PKCS12-----\n" + base64.encodebytes(p12.read_bytes()).decode() +
             "-----END PKCS12-----\n")

    def keys():
        got = in_threads(CLIENTS, lambda _: look(port, good + encrypted_key() * 20))
        tap.ok(all(status == 200 and "Issued to" in text for status, text in got),
               "the certificates beside a key that nobody can wait for are shown",
               str([status for status, _ in got]))
        return f"{len(got)} files"

    def blocks():
        got = in_threads(CLIENTS, lambda _: look(port, block * 10))
        tap.ok(all(status == 400 and "hash" in text for status, text in got),
               "PKCS #12 that takes too long is refused, with the reason",
               str([(status, "hash" in text) for status, text in got]))
        return f"{len(got)} files"

    def many():
        certificate = good[good.index("-----BEGIN CERTIFICATE"):]
        got = in_threads(CLIENTS, lambda _: look(port, certificate * 300)[0])
        tap.ok(set(got) == {200}, "hundreds of certificates are looked at", str(got))
        return f"{len(got)} files"
    beside(server, "keys with 2^31 - 1 iterations", keys)
    beside(server, "PKCS #12, ten blocks", blocks)
    beside(server, "hundreds of certificates in a file", many)


def mint(server):
    port = server.ports["desk"]

    def attack():
        got = in_threads(CLIENTS, lambda i: [post(
            port, "/mint", b'{"name": "slow%d-%d", "key": "rsa2048"}' % (i, k),
            "application/json")[0] for k in range(3)])
        tap.ok(all(status == 200 for row in got for status in row), "RSA keys are minted",
               str(got))
        return f"{sum(map(len, got))} keys"
    beside(server, "RSA keys for /mint", attack)


# ---- the bus

def fill_bus(server):
    """A thousand events, with long texts, of a hundred connections."""
    port = server.ports["Ignore"]
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain, \
                context().wrap_socket(plain, server_hostname="localhost") as s:
            for _ in range(9):
                s.sendall(long_request("/x", port))
                read_answer(s)


def read_all(s):
    got = bytearray()
    with s, contextlib.suppress(ConnectionResetError):
        s.settimeout(0.5)  # it is kept alive
        with contextlib.suppress(TimeoutError):
            while piece := s.recv(65536):
                got += piece
    return got


def fetch_plain(port, path):
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n"
                  "Connection: close\r\n\r\n".encode())
        return read_answer(s)


def pages(server):
    port = server.ports["desk"]
    fill_bus(server)

    def readers():
        got = in_threads(CLIENTS, lambda _: [fetch_plain(port, "/live")[2].count(b'<li class="event')
                                            for _ in range(4)])
        tap.ok(all(rows > 50 for row in got for rows in row), "the live page has its rows",
               str(got))
        return f"{sum(map(len, got))} pages"

    def non_readers():
        held = []
        for _ in range(NON_READERS):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.settimeout(DEADLINE)
            s.connect(("127.0.0.1", port))
            s.sendall(f"GET /live/w3c.log HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
            s.recv(1, socket.MSG_PEEK)  # it is being answered
            held.append(s)
        status, _, body = fetch_plain(port, "/live/w3c.log")
        tap.ok(status == 200 and body.count(b"\n") > 900, "who reads has the log",
               f"{status} {len(body)}")
        whole = sum(len(read_all(s)) > len(body) for s in held)
        # Neither we nor the kernel, which is not seen in our memory, keep more for them.
        tap.ok(0 < whole * len(body) <= ANSWERS_MAX, "and the answers that nobody reads are "
               "bounded", f"{whole} of {len(held)} were kept")
        return f"{len(held)} that do not read, {whole} of them kept"
    beside(server, "the live page, with a full bus", readers)
    beside(server, "logs that nobody reads", non_readers)


# ---- a reader of standard error that stalls

def terminal(own):
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [CERTGATED, "--listen", "127.0.0.1:0,sslflags=Ignore"], stderr=writing,
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=dict(os.environ, HOME=str(own), XDG_DATA_HOME=str(own), XDG_STATE_HOME=str(own),
                 XDG_CACHE_HOME=str(own), XDG_RUNTIME_DIR=str(own)))
    os.close(writing)
    port = None
    for line in process.stdout:
        if line.startswith(b"listening "):
            port = int(line.split()[1].decode().rstrip("/").rsplit(":", 1)[1])
        if line.startswith(b"ready"):
            break
    answered = 0
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        with context().wrap_socket(plain, server_hostname="localhost") as s:
            for _ in range(4000):
                s.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: "
                          f"{'a' * 250}\r\n\r\n".encode())
                answered += read_answer(s)[0] == 200
    tap.equal(answered, 4000, "nobody reads standard error: requests are answered all the same")
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        code = "hung"
    tap.equal(code, 0, "and SIGTERM ends the server")
    os.close(reading)
    process.stdout.close()


# ---- places

class Silent:
    """Takes connections and says nothing."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.taken = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                self.taken.append(self.listener.accept()[0])
            except OSError:
                return


def strangers(top):
    """Certificates whose issuer is to be fetched from an address that hangs; beside them
    one whose revocation has to be asked for."""
    silent = Silent()
    maker = Maker(top / "strangers")
    maker.make("nobody", "nobody", ["basicConstraints=critical,CA:TRUE"])
    bundles = []
    for i in range(40):
        leaf = maker.make("stranger", "nobody", [
            "extendedKeyUsage=clientAuth",
            f"authorityInfoAccess=caIssuers;URI:http://127.0.0.1:{silent.port}/{i}"],
            file=f"stranger{i}")
        bundles.append((maker.place / "stranger.key", leaf))
    with Server("--quiet", "--listen", "127.0.0.1:0,desk,pki", "--listen",
                "127.0.0.1:0,control") as server:
        held = []
        port = server.ports["Require"]
        for key, leaf in bundles:
            c = context()
            c.load_cert_chain(leaf, key)
            plain = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
            s = c.wrap_socket(plain, server_hostname="localhost")
            s.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
            held.append(s)
        # Switched, so that the revocation service has to be asked.
        done = subprocess.run([CERTGATE, "revoke", "--as", "good", "good"], env=server.env,
                              capture_output=True, text=True, check=False)
        tap.equal(done.returncode, 0, "the good one's revocation has to be asked for")
        before = time.monotonic()
        status = fetch_with(port, server.cases / "good.pem")
        waited = time.monotonic() - before
        print(f"# strangers with an address that hangs: a good client waits {waited:.2f} s; "
              f"{len(silent.taken)} of {len(held)} are asked", flush=True)
        tap.equal(status, 200, "40 strangers whose issuer hangs: a good client is let in")
        tap.ok(waited < 5, "and does not wait for them", f"{waited:.1f} s")
        tap.ok(0 < len(silent.taken) <= 2, "strangers have two places at one host",
               str(len(silent.taken)))
        for s in held:
            s.close()
    silent.listener.close()


def fetch_with(port, cert):
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        with context(cert=cert).wrap_socket(plain, server_hostname="localhost") as s:
            s.sendall(f"GET /whoami HTTP/1.1\r\nHost: localhost:{port}\r\n"
                      "Connection: close\r\n\r\n".encode())
            return read_answer(s)[0]


def slow_handshakes():
    with Server("--quiet", "--max-connections", "200") as server:
        port = server.ports["Require"]
        held = []
        for _ in range(SLOW):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", port))
            held.append(s)
        before = time.monotonic()
        status = fetch_with(port, server.cases / "good.pem")
        waited = time.monotonic() - before
        print(f"# {SLOW} handshakes that say nothing, 200 places: a good client waits "
              f"{waited:.2f} s", flush=True)
        tap.equal(status, 200, f"{SLOW} handshakes that say nothing: a good client is let in")
        tap.ok(waited < 8, "within some seconds", f"{waited:.1f} s")
        for s in held:
            s.close()
        tap.equal(server.stop(), 0, "and the server ends in order")


def write_many(server, n):
    """So often the same certificate, in the store's folder CA."""
    good = (server.cases / "good.pem").read_text()
    first = good[good.index("-----BEGIN CERTIFICATE"):]
    first = first[:first.index("-----END CERTIFICATE-----") + 26]
    (server.store / "LocalMachine" / "CA" / "many.pem").write_text(first * n)


def reloads():
    with Server("--listen", "127.0.0.1:0,desk", env=turns.env) as server:
        root = pathlib.Path(server.root)
        write_many(server, 3000)

        def signals():
            for _ in range(300):
                server.process.send_signal(signal.SIGHUP)
                time.sleep(0.005)
            return "300 SIGHUP"

        def touches():
            n, end = 0, time.monotonic() + 20
            while count() == first and time.monotonic() < end:  # it never rests meanwhile
                root.touch()
                n += 1
                time.sleep(0.02)
            tap.ok(count() > first, "a file that is touched all the time is read all the same",
                   f"{n} times touched")
            return f"{n} times touched"

        def count():
            return sum(" reload " in line for line in server.errors().splitlines())
        began = time.monotonic()
        beside(server, "SIGHUP again and again", signals)
        first = -1
        while first != count():  # the last one may be put off
            first = count()
            time.sleep(1)
        took = [int(n) / 1000 for n in re.findall(r" reload .* ms=(\d+)", server.errors())]
        elapsed = time.monotonic() - began
        tap.ok(len(took) == first >= 1 and sum(took) < elapsed / 4, "reloads are put together",
               f"{first} reloads, {sum(took):.2f} of {elapsed:.2f} s")
        beside(server, "a file that is touched all the time", touches)
        tap.equal(server.stop(), 0, "the server ends in order")


def der(tag, content):
    n = len(content)
    length = bytes([n]) if n < 128 else b"\x84" + n.to_bytes(4, "big")
    return bytes([tag]) + length + content


def long_list():
    """A revocation list of 18 MiB, of nobody's."""
    algorithm = der(0x30, bytes.fromhex("06082a8648ce3d040302"))
    name = der(0x30, der(0x31, der(0x30, bytes.fromhex("0603550403") + der(0x0c, b"long"))))
    times = [der(0x17, year + b"0101000000Z") for year in (b"26", b"49")]
    entries = b"".join(der(0x30, der(2, n.to_bytes(16, "big")) + times[0])
                       for n in range(1 << 120, (1 << 120) + LIST_ENTRIES))
    body = der(2, b"\x01") + algorithm + name + times[0] + times[1] + der(0x30, entries)
    return der(0x30, der(0x30, body) + algorithm +
               der(3, b"\x00" + der(0x30, der(2, b"\x01") * 2)))


def large_store():
    """What a reload reads is long; the loop goes on meanwhile, and misses nothing."""
    with Server("--listen", "127.0.0.1:0,desk", env=turns.env) as server:
        machine = server.store / "LocalMachine"

        def until(done):
            end = time.monotonic() + DEADLINE
            while not done() and time.monotonic() < end:
                time.sleep(0.05)
            return done()

        def read_it():
            write_many(server, 10000)
            (machine / "CA" / "long.crl").write_bytes(long_list())
            tap.ok(until(lambda: "CA=100" in server.errors().split(" reload ")[-1] and
                         "crls=2" in server.errors().split(" reload ")[-1]),
                   "10,000 certificates and a list of 18 MiB are read", server.errors()[-500:])
            return "a reload"
        beside(server, "a large store", read_it, growth_mib=4 * GROWTH_MIB)
        # While it is read once more, its root goes.
        server.process.send_signal(signal.SIGHUP)
        for root in (machine / "Root").iterdir():
            root.unlink()
        server.process.send_signal(signal.SIGHUP)
        tap.ok(until(lambda: fetch_with(server.ports["Require"], server.cases / "good.pem") == 403),
               "what changes while it is read is seen")
        tap.equal(server.stop(), 0, "the server ends in order")


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, SLOW + 500), hard))
    with folder() as top:
        with Server("--quiet", "--listen", "127.0.0.1:0,desk,pki", env=turns.env) as server:
            with Client(server) as calm:
                time.sleep(0.5)
            print(f"# calm: {calm}; {turns.judge(tap, 'since the start')}", flush=True)
            chains(server, top)
            desk_files(server, top)
            mint(server)
            pages(server)
            tap.equal(server.stop(), 0, "the server ends in order")
        terminal(top)
        strangers(top)
        slow_handshakes()
    reloads()
    large_store()



if __name__ == "__main__":
    main()
