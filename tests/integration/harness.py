# SPDX-License-Identifier: MIT
"""Runs certgated for a test, in its own folder, on ports of the system's choice.

Nothing here sleeps to wait for a state: the server says on stdout when it listens,
and every wait has a deadline. Each test prints TAP.
"""
import atexit
import contextlib
import os
import pathlib
import resource
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CERTGATE_BUILD", ROOT / "build"))
CERTGATED = os.environ.get("CERTGATED", str(BUILD / "server" / "certgated"))
CERTGATE = os.environ.get("CERTGATE", str(BUILD / "client" / "certgate"))
DEADLINE = 60.0


class Tap:
    """Counts and prints TAP; `done` ends the process with the right code."""

    def __init__(self):
        self.n = 0
        self.failed = 0

    def ok(self, good, name, detail=""):
        self.n += 1
        self.failed += 0 if good else 1
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}", flush=True)
        if not good and detail:
            for line in str(detail).splitlines()[:40]:
                print(f"# {line}", flush=True)  # indented, it is none to Meson 1.0
        return good

    def equal(self, got, want, name):
        return self.ok(got == want, name, f"got {got!r}, want {want!r}")

    def absent(self, what, text, name, beside):
        """`what` is not in `text`, which has `beside`: so the right thing was looked at."""
        return self.ok(beside in text and what not in text, name,
                       f"{beside!r} is not there either" if beside not in text else
                       f"{what!r} in {text[max(0, text.index(what) - 200):][:400]!r}"
                       if what in text else "")

    def none(self, bad, among, name, least=1):
        """Nothing of `among` is in `bad`, and there was something to look at."""
        return self.ok(not bad and len(among) >= least, name,
                       f"{len(among)} were looked at, bad are {list(bad)[:5]}")

    def skip(self, name, why):
        self.n += 1
        print(f"ok {self.n} - {name} # SKIP {why}", flush=True)

    def done(self):
        if self.n == 0:
            self.ok(False, "there is something to test")  # "1..0" would be a skip
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)  # TAP says it; Meson takes 77 for an error beside it


def need(*tools):
    for tool in tools:
        if shutil.which(tool) is None:
            skip_all(f"{tool} is not installed")


def need_patches(what):
    """Skips all with -Dmbedtls=system, which has not our patches."""
    if os.environ.get("CERTGATE_MBEDTLS") == "system":
        skip_all(f"a system mbedTLS lacks our patches: {what}")


class Server:
    """certgated with its own XDG folders. `ports` maps sslflags to a port, and the role of
    a site (desk, pki, control).

    The first one of a test makes its test CAs itself. Those after it get a copy, which takes
    a tenth of the time, unless `data` names a folder."""
    made = None

    def __init__(self, *options, data=None, listen=("Require", "Accept", "Ignore"),
                 nofile=None, env=None, fds=()):
        self.own_folder = data is None
        self.folder = pathlib.Path(data or tempfile.mkdtemp(prefix="certgate-test-"))
        self.env = dict(os.environ, HOME=str(self.folder), NO_COLOR="1",
                        XDG_DATA_HOME=str(self.folder / "data"),
                        XDG_CONFIG_HOME=str(self.folder / "config"),
                        XDG_STATE_HOME=str(self.folder / "state"),
                        XDG_CACHE_HOME=str(self.folder / "cache"),
                        XDG_RUNTIME_DIR=str(self.folder / "run"))
        self.env.update(env or {})
        if self.own_folder and Server.made:
            shutil.copytree(Server.made, self.folder / "data")
        command = [CERTGATED, *options]
        for flags in listen:
            command += ["--listen", f"127.0.0.1:0,sslflags={flags}"]
        self.err = open(self.folder / "stderr.txt", "w+b")
        self.limit = nofile
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.err, stdin=subprocess.DEVNULL,
            env=self.env, preexec_fn=self._limit, pass_fds=fds)
        self.ports = {}
        self.lines = []
        self._wait_ready()
        if self.own_folder and not Server.made and self.cases.is_dir():
            Server.made = tempfile.mkdtemp(prefix="certgate-test-")
            atexit.register(shutil.rmtree, Server.made, ignore_errors=True)
            shutil.copytree(self.folder / "data", Server.made, dirs_exist_ok=True)

    def _limit(self):
        if self.limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.limit, self.limit))

    def _wait_ready(self):
        end = time.monotonic() + DEADLINE
        text = b""
        out = self.process.stdout.fileno()
        os.set_blocking(out, False)
        while b"\nready" not in b"\n" + text:
            left = end - time.monotonic()
            if left <= 0 or self.process.poll() is not None:
                raise RuntimeError(f"certgated did not start: {text!r} {self.errors()}")
            readable, _, _ = select.select([out], [], [], min(left, 0.5))
            if readable:
                text += os.read(out, 65536)
        self.lines = text.decode().splitlines()
        for line in self.lines:
            if line.startswith("listening "):
                _, url, *words = line.split()
                for word in words:
                    key, _, value = word.partition("=")
                    for name in value.split(",") if key in ("sslflags", "roles") else []:
                        self.ports[name] = int(url.rstrip("/").rsplit(":", 1)[1])

    @property
    def store(self):
        return self.folder / "data" / "certgate" / "store"

    @property
    def cases(self):
        return self.folder / "data" / "certgate" / "cases"

    @property
    def root(self):
        """The test root's certificate as a PEM file."""
        found = sorted((self.store / "LocalMachine" / "Root").glob("*.c*r*t")) or \
            sorted((self.store / "LocalMachine" / "Root").iterdir())
        return found[0]

    def errors(self):
        self.err.flush()
        return pathlib.Path(self.err.name).read_text(errors="replace")

    def says(self, words):
        """Whether the terminal has `words`, or has them soon: "ready" may come first."""
        end = time.monotonic() + 10
        while words not in self.errors() and time.monotonic() < end and self.alive():
            time.sleep(0.02)
        return words in self.errors()

    def rss_kib(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        return 0

    def peak_kib(self):
        """The most since forget_peak()."""
        return self.rss_kib("VmHWM")

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def alive(self):
        return self.process.poll() is None

    def stop(self, sign=signal.SIGTERM):
        """The exit code; a sanitizer's or an assertion's is not 0."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            code = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "hung"
        self.process.stdout.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.err.close()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def context(version=None, cert=None):
    """A client context that takes any server certificate and any key size."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    c.set_ciphers("DEFAULT:@SECLEVEL=0")
    if version:
        c.minimum_version = c.maximum_version = version
    if cert:
        c.load_cert_chain(cert)
    return c


def read_answer(connection):
    """One HTTP answer: (status, head, body) from a socket-like object."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None, data.decode("latin-1"), b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    head = head.decode("latin-1")
    length = 0
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return int(head.split()[1]), head, body


def get(port, path="/", version=None, cert=None, session=None, name="localhost", tls=None):
    """GET over TLS by Python's own stack. Returns status, head, body, TLS socket's session
    and whether it was resumed."""
    tls = tls or context(version, cert)
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        with tls.wrap_socket(plain, server_hostname=name, session=session) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\n"
                      "Connection: close\r\n\r\n".encode())
            status, head, body = read_answer(s)
            return status, head, body, s.session, s.session_reused


def substatus(body):
    """'403.16' from IIS's detailed page, or None."""
    text = body.decode("utf-8", "replace")
    _, found, rest = text.partition("HTTP Error ")
    return rest.split()[0] if found else None


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="certgate-test-")
    try:
        yield pathlib.Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)
