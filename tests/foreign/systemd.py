#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The units of server/systemd in the hands of systemd's own tools: systemd-analyze reads
and rates them, systemd-socket-activate starts certgated with the socket unit's sockets. And
as there need not be a systemd that runs the machine, what the service unit forbids is
forbidden by the same means: its system calls by a filter of libseccomp's, its files by
bubblewrap. TAP."""
import os
import pathlib
import re
import resource
import select
import shlex
import shutil
import signal
import socket
import subprocess
import time

from servers import free_port
import harness

UNITS = harness.ROOT / "server" / "systemd"
PROGRAM = "/usr/local/bin/certgated"  # as the unit has it
PYTHON = "/usr/bin/python3"  # Debian's modules belong to Debian's python3
EXPOSURE_MAX = 10  # tenths, of `systemd-analyze security`: 0.9 is what it says of the unit
NOFILE = 512
ATTEMPTS = 5  # somebody else may take a port that was free
ADDRESSES = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}

# Starts argv[3:] with nothing but the system calls in argv[1]; what else is called kills it,
# as systemd has it. Of sockets only the families in argv[2] can be had
# (RestrictAddressFamilies); memory that is written and run, or made to be run, is not allowed
# (MemoryDenyWriteExecute).
FILTER = """
import errno, os, seccomp, socket, sys
from seccomp import ALLOW, ERRNO, Arg, EQ, MASKED_EQ
WRITE, EXEC = 2, 4
families = [int(getattr(socket, name)) for name in sys.argv[2].split(",")]
f = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
for name in set(sys.argv[1].split(",")) - {"socket", "mmap", "mprotect"}:
    try:
        f.add_rule(ALLOW, name)
    except (RuntimeError, OSError, ValueError):
        pass  # of another architecture
for family in range(64):
    f.add_rule(ALLOW if family in families else ERRNO(errno.EAFNOSUPPORT), "socket",
               Arg(0, EQ, family))
for bits in (0, WRITE, EXEC):
    f.add_rule(ALLOW, "mmap", Arg(2, MASKED_EQ, WRITE | EXEC, bits))
f.add_rule(ALLOW, "mprotect", Arg(2, MASKED_EQ, EXEC, 0))
f.set_attr(seccomp.Attr.CTL_NNP, 1)
f.load()
os.execv(sys.argv[3], sys.argv[3:])
"""


def unit(name="certgated.service", text=None):
    """[(section, key, value)] in order; a continued or repeated key stays as it is."""
    rows, section = [], ""
    for line in (text or (UNITS / name).read_text()).splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith(("#", ";")):
            key, value = line.split("=", 1)
            rows.append((section, key, value.strip()))
    return rows


def values(key, rows=None):
    return [value for _, name, value in rows or unit() if name == key]


def for_user(text):
    """The unit as its head says it is for one user."""
    kept = re.sub(r"^DynamicUser=.*?^UMask=.*?\n", "", text, flags=re.M | re.S)
    return kept.replace("multi-user.target", "default.target")


# ---- systemd-analyze

def analyze(folder, *words, service=None):
    """Its code and what it says of the units, which name the program under test."""
    text = (service or (UNITS / "certgated.service").read_text()).replace(PROGRAM, harness.CERTGATED)
    (folder / "certgated.service").write_text(text)
    shutil.copy(UNITS / "certgated.socket", folder)
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, cwd=folder,
                          env=dict(os.environ, XDG_RUNTIME_DIR=str(folder), SYSTEMD_COLORS="0"))
    return done.returncode, done.stdout + done.stderr


def read(tap, folder):
    service = (UNITS / "certgated.service").read_text()
    verify = ["verify", "--man=no", "./certgated.service", "./certgated.socket"]
    code, text = analyze(folder, *verify)
    tap.ok(code == 0 and text == "", "systemd-analyze verify has nothing to say", text)
    for was, now, complaint in (("WatchdogSec=", "WatchDogSec=", "Unknown key"),
                                ("Type=notify\n", "Type=notified\n", "service type"),
                                (PROGRAM, "/nonexistent/certgated", "not executable"),
                                ("SystemCallFilter=@system-service", "SystemCallFilter=@system-servis",
                                 "system-servis")):
        _, text = analyze(folder, *verify, service=service.replace(was, now))
        tap.ok(was in service and complaint in text, f"verify, seen to object: {complaint}", text)
    code, text = analyze(folder, "verify", "--user", "--man=no", "./certgated.service",
                         service=for_user(service))
    if "Failed to initialize manager" in text:
        tap.skip("the unit of one user", text.splitlines()[-1])
    else:
        tap.ok(code == 0 and text == "", "nor of the unit of one user", text)
    tap.ok("DynamicUser" in service and "Protect" not in for_user(service) and
           "ExecReload" in for_user(service), "which is cut as the unit's head says")


def rate(tap, folder):
    words = ["security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager",
             "./certgated.service"]
    code, text = analyze(folder, *words)
    if "unrecognized option" in text:
        tap.skip("systemd-analyze security", "this systemd-analyze has no --offline")
        return
    score = re.search(r"exposure level.*?: ([\d.]+)", text)
    tap.ok(code == 0, f"systemd-analyze security: exposure {score and score[1]}, "
           f"at most {EXPOSURE_MAX / 10}", text[-1500:])
    service = (UNITS / "certgated.service").read_text()
    code, _ = analyze(folder, *words, service=service.replace("DynamicUser=yes", "DynamicUser=no"))
    tap.ok(code != 0, "and more is seen: without DynamicUser")


# ---- the service, under what the unit forbids

def allowed_calls():
    """The unit's SystemCallFilter as names, sets resolved by systemd-analyze."""
    def members(word):
        if not word.startswith("@"):
            return {word}
        text = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True,
                              text=True, check=True).stdout
        names = [line.strip() for line in text.splitlines()[1:]]
        return set().union(*(members(name) for name in names if name and name[0] != "#"))
    calls = set()
    for line in values("SystemCallFilter"):
        named = set().union(*map(members, line.lstrip("~").split()))
        calls = calls - named if line.startswith("~") else calls | named
    # systemd always allows these: what a program needs to begin and end at all.
    return calls | members("@default")


class Service:
    """certgated as the unit starts it, but for the place of its folders, its ports, and who
    forbids what the unit forbids."""

    def __init__(self, folder, calls, families=None):
        families = families or values("RestrictAddressFamilies")[0]
        self.places = {kind: folder / kind for kind in ("lib", "cache", "run", "tmp")}
        for path in self.places.values():
            path.mkdir(parents=True, exist_ok=True)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.places["run"] / "notify"))
        self.notify.settimeout(harness.DEADLINE)
        env = dict(pair.split("=", 1) for pair in values("Environment")[0].split())
        for name, value in env.items():
            env[name] = value.replace("%S", "/var/lib").replace("%C", "/var/cache").replace("%t", "/run")
        env.update(NOTIFY_SOCKET="/run/notify", WATCHDOG_USEC="200000", PATH="/usr/bin:/bin",
                   **{n: v for n, v in os.environ.items() if n.endswith("SAN_OPTIONS")})
        program, *options = values("ExecStart")[0].split()
        assert program == PROGRAM
        self.port = free_port()
        # StateDirectory, CacheDirectory and RuntimeDirectory can be written, all else not:
        # ProtectSystem=strict; homes and /tmp are empty; /dev is small; no other processes.
        box = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid",
               "--unshare-uts", "--unshare-ipc", "--tmpfs", "/tmp", "--tmpfs", "/home",
               "--tmpfs", "/root", "--die-with-parent", "--cap-drop", "ALL",
               "--bind", str(self.places["lib"]), "/var/lib",
               "--bind", str(self.places["cache"]), "/var/cache",
               "--bind", str(self.places["run"]), "/run",
               "--ro-bind", harness.CERTGATED, "/tmp/certgated", "--clearenv"]
        for name, value in env.items():
            box += ["--setenv", name, value]
        self.log = open(folder / "log.txt", "w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(
            [*box, PYTHON, "-c", FILTER, ",".join(sorted(calls)),
             families.replace(" ", ","), "/tmp/certgated", *options,
             "--listen", f"127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=self.limit)

    @staticmethod
    def limit():
        """systemd's soft limit of open files is low, too, so certgated has to raise it."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(NOFILE, hard), hard))

    def until(self, wanted):
        """The message of sd_notify that begins so; what came instead, if the server ends."""
        said = ""
        end = time.monotonic() + harness.DEADLINE
        while time.monotonic() < end:
            readable, _, _ = select.select([self.notify], [], [], 0.2)
            if readable:
                said = self.notify.recv(4096).decode()
                if said.startswith(wanted):
                    return said
            elif self.process.poll() is not None:
                return f"ended with {self.process.returncode}"
        return said

    def main_pid(self):
        """Of certgated, below bwrap; the box's own process 1 is between them."""
        pid = self.process.pid
        while True:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if not children:
                return pid
            pid = int(children[0])

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(errors="replace")[-2000:]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()
        self.notify.close()


def confined(tap, folder):
    if shutil.which("bwrap") is None or subprocess.run(
            ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "true"],
            capture_output=True).returncode != 0:
        tap.skip("the service as the unit confines it", "bubblewrap is not installed or may not")
        return
    if not os.path.exists(PYTHON) or subprocess.run([PYTHON, "-c", "import seccomp"],
                                                    capture_output=True).returncode != 0:
        tap.skip("the service as the unit confines it", "python3-seccomp is not installed")
        return
    if os.environ.get("CERTGATE_BUILD_KIND"):
        tap.skip("the service as the unit confines it", "sanitizers need more than the unit gives")
        return
    calls = allowed_calls()
    (folder / "all").mkdir()
    service = Service(folder / "all", calls)
    state = service.until("READY=1")
    if not tap.ok(state.startswith("READY=1"), "certgated starts with what the unit allows",
                  f"{state}\n{service.said()}"):
        service.close()
        return
    cases = service.places["lib"] / "certgate" / "home" / "cases"
    tap.equal(harness.get(service.port, cert=cases / "good.pem")[0], 200, "lets a good client in")
    tap.equal(harness.get(service.port, cert=cases / "revoked.pem")[0], 403, "and refuses a revoked one")
    limits = pathlib.Path(f"/proc/{service.main_pid()}/limits").read_text()
    soft = int(re.search(r"Max open files\s+(\d+)", limits)[1])
    tap.ok(soft > NOFILE, "raises its limit of open files", limits)
    tap.ok(service.until("WATCHDOG=1") == "WATCHDOG=1", "feeds the watchdog")
    reload = values("ExecReload")[0].replace("$MAINPID", str(service.main_pid()))
    code = subprocess.run(shlex.split(reload)).returncode
    tap.ok(code == 0 and service.until("RELOADING=1").startswith("RELOADING=1") and
           service.until("READY=1").startswith("READY=1"), "reloads by ExecReload", service.said())
    os.kill(service.main_pid(), signal.SIGTERM)
    tap.equal(service.process.wait(harness.DEADLINE), 0, "and ends in order")
    written = {p.name for kind in ("lib", "cache", "run") for p in service.places[kind].rglob("*")
               if p.is_file()}
    tap.ok("root.crt" in written, "what it keeps is in its directories", sorted(written)[:20])
    service.close()
    for name, less in (("without the call listen", (calls - {"listen"},)),
                       ("with sockets of AF_UNIX only", (calls, "AF_UNIX"))):
        (folder / name).mkdir()
        service = Service(folder / name, *less)
        state = service.until("READY=1")
        tap.ok(state.startswith("ended with"), f"{name} it does not start", state)
        service.close()


# ---- systemd-socket-activate

def sockets_of_unit():
    """[(address, port)] of the socket unit, and the name of its descriptors."""
    rows = unit("certgated.socket")
    listens = [v.rsplit(":", 1) for v in values("ListenStream", rows)]
    return [(address.strip("[]"), int(port)) for address, port in listens], \
        values("FileDescriptorName", rows)[0]


def has(address):
    try:
        with socket.socket(ADDRESSES[address]) as s:
            s.bind((address, 0))
            return True
    except OSError:
        return False


class Activated:
    """systemd-socket-activate with these sockets, which waits for a client."""

    def __init__(self, folder, addresses, name, *options):
        for _ in range(ATTEMPTS):
            self.port = free_port()
            words = ["systemd-socket-activate", f"--fdname={name}"]
            for address in addresses:
                words += ["-l", f"[{address}]:{self.port}" if ":" in address
                          else f"{address}:{self.port}"]
            env = {"HOME": folder, "CERTGATE_HOME": folder / "home", "XDG_RUNTIME_DIR": folder,
                   "XDG_STATE_HOME": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder,
                   **{n: v for n, v in os.environ.items() if n.endswith("SAN_OPTIONS")}}
            words += [f"-E{name}={value}" for name, value in env.items()]
            self.process = subprocess.Popen(
                [*words, harness.CERTGATED, *options], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.said = ""
            if all(self.wait_line("Listening on") for _ in addresses):
                return
            self.close()
        raise RuntimeError(f"systemd-socket-activate did not start: {self.said}")

    def wait_line(self, words):
        """Reads until a line has the words; False at the end or when time is up."""
        end = time.monotonic() + harness.DEADLINE
        out = self.process.stdout.fileno()
        while time.monotonic() < end:
            line, found = self.said.partition("\n")[0], "\n" in self.said
            if found:
                self.said = self.said[len(line) + 1:]
                if words in line:
                    return True
                continue
            readable, _, _ = select.select([out], [], [], 0.2)
            piece = os.read(out, 4096) if readable else b""
            if readable and not piece:
                return False
            self.said += piece.decode(errors="replace")
        return False

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(harness.DEADLINE)
        self.process.stdout.close()
        return code


def activate(tap, folder):
    listens, name = sockets_of_unit()
    tap.ok({port for _, port in listens} == {8443} and name == "require",
           "the socket unit has certgated's default ports and a name that it knows", listens)
    addresses = [address for address, _ in listens if has(address)]
    if len(addresses) < len(listens):
        tap.skip("the socket of ::1", "this machine has no such address")
    for what, place in (("its address", None), ("its name", "127.0.0.1:0,sslflags=Require")):
        inner = folder / what.replace(" ", "-")
        inner.mkdir()
        chosen = addresses if place is None else addresses[:1]
        server = start(inner, chosen, name, place)
        results = []
        for address in chosen:
            with socket.create_connection((address, server.port), timeout=harness.DEADLINE):
                pass  # the first client has certgated started
        ready = server.wait_line("ready")
        cases = inner / "home" / "cases"
        for case, want in (("good", 200), ("expired", 403)):
            for address in chosen:
                results.append((case, address, ask(address, server.port, cases / f"{case}.pem"), want))
        tap.ok(ready and all(got == want for _, _, got, want in results),
               f"a socket that systemd-socket-activate passes is taken by {what}",
               f"{results}\n{server.said}")
        tap.equal(server.close(), 0, "and certgated ends in order")
    inner = folder / "other"
    inner.mkdir()
    server = start(inner, addresses[:1], "else", "127.0.0.1:0,sslflags=Require")
    with socket.create_connection((addresses[0], server.port), timeout=harness.DEADLINE):
        pass
    told = server.wait_line("sockets=1")
    tap.ok(told, "one with another name is left, which certgated says", server.said)
    server.close()


def start(folder, addresses, name, place):
    """With a judged site at `place`; None = at the sockets' own port. That is known only once
    they are bound: certgated, which is started later, finds it in its configuration."""
    if place is not None:
        return Activated(folder, addresses, name, "--listen", place, "--listen",
                         "127.0.0.1:0,control")
    server = Activated(folder, addresses, name, "--config", str(folder / "certgated.ini"))
    (folder / "certgated.ini").write_text(f"listen = {server.port}\nlisten = 127.0.0.1:0,control\n")
    return server


def ask(address, port, cert):
    """The status that a client with this certificate gets."""
    with socket.create_connection((address, port), timeout=harness.DEADLINE) as plain:
        with harness.context(cert=cert).wrap_socket(plain, server_hostname="localhost") as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return harness.read_answer(s)[0]


def main():
    tap = harness.Tap()
    harness.need("systemd-analyze", "systemd-socket-activate")
    with harness.folder() as folder:
        for part in (read, rate, confined, activate):
            inner = folder / part.__name__
            inner.mkdir()
            part(tap, inner)
    tap.done()


main()
