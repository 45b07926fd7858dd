# SPDX-License-Identifier: MIT
"""certgated under a service manager, played by this test: sd_notify's datagrams, sockets
that were passed, the lifeline; and certgate wait, for who starts it by hand."""
import os
import signal
import socket
import subprocess
import sys
import time

import harness


class Manager:
    """Listens where NOTIFY_SOCKET says, abstract or a path."""

    def __init__(self, name):
        self.name = name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.socket.settimeout(30)

    def next(self):
        return self.socket.recv(4096).decode()

    def until(self, wanted):
        for _ in range(200):
            state = self.next()
            if state.startswith(wanted):
                return state
        return "(none)"


def notify(tap, folder):
    for name in (str(folder / "notify"), f"@certgate-test-{os.getpid()}"):
        manager = Manager(name)
        env = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "100000"}
        with harness.Server(env=env) as server:
            kind = "abstract" if name[0] == "@" else "path"
            state = manager.until("READY=1")
            tap.ok("STATUS=serving" in state, f"{kind}: READY=1 with a status", state)
            tap.equal(manager.until("WATCHDOG=1"), "WATCHDOG=1", f"{kind}: the watchdog is fed")
            server.process.send_signal(signal.SIGHUP)
            state = manager.until("RELOADING=1")
            usec = int(state.split("MONOTONIC_USEC=")[1])
            now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            tap.ok(0 <= now - usec < 30e6, f"{kind}: RELOADING=1 with the time", state)
            tap.ok(manager.until("READY=1").startswith("READY=1"), f"{kind}: and READY=1 again")
            tap.equal(server.stop(), 0, f"{kind}: ends in order")
            tap.equal(manager.until("STOPPING=1"), "STOPPING=1", f"{kind}: STOPPING=1")
    with harness.Server(env={"NOTIFY_SOCKET": "/nonexistent/notify"}) as server:
        tap.equal(server.stop(), 0, "a manager that is not there is no trouble")


def activated(tap, folder, sockets, names, *options, pid=None):
    """certgated with these sockets as descriptors from 3 on, as systemd starts it."""
    starter = ("import os, sys\n"
               "n = int(sys.argv[1])\n"
               "os.environ['LISTEN_PID'] = sys.argv[2] or str(os.getpid())\n"
               "os.execv(sys.argv[3], sys.argv[3:])\n")
    env = dict(os.environ, LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=names, NO_COLOR="1",
               HOME=str(folder), XDG_DATA_HOME=str(folder / "d"), XDG_STATE_HOME=str(folder / "s"),
               XDG_CONFIG_HOME=str(folder / "c"), XDG_RUNTIME_DIR=str(folder / "r"),
               XDG_CACHE_HOME=str(folder / "k"))

    def place():
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(sockets)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i)
    ready_read, ready_write = os.pipe()
    os.set_inheritable(ready_write, True)
    process = subprocess.Popen(
        [sys.executable, "-c", starter, str(len(sockets)), str(pid or ""), harness.CERTGATED,
         "--ready-fd", str(ready_write), *options], env=env, preexec_fn=place, close_fds=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.close(ready_write)
    ready = os.read(ready_read, 10)
    os.close(ready_read)
    return process, ready


def activation(tap, folder):
    listeners = []
    for _ in range(2):
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen()
        listeners.append(s)
    port, named = (s.getsockname()[1] for s in listeners)
    process, ready = activated(tap, folder, listeners, "whatever:accept",
                               "--listen", f"127.0.0.1:{port},sslflags=Ignore",
                               "--listen", "127.0.0.1:0,sslflags=Accept")
    tap.equal(ready, b"ready\n", "starts with the sockets that were passed")
    tap.equal(harness.get(port)[0], 200, "a site takes the socket of its address")
    tap.equal(harness.get(named)[0], 200, "and else the one of its name")
    process.terminate()
    out, errors = process.communicate(timeout=60)
    tap.ok(process.returncode == 0 and f"127.0.0.1:{named}" in out and "sockets=" not in errors,
           "and ends in order", out + errors)
    process, ready = activated(tap, folder, listeners, "a:b", "--listen", "127.0.0.1:0")
    process.terminate()
    errors = process.communicate(timeout=60)[1]
    tap.ok(ready == b"ready\n" and "sockets=2" in errors, "sockets that nobody takes are told", errors)
    process, ready = activated(tap, folder, listeners, "a:accept", "--listen",
                               "127.0.0.1:0,sslflags=Accept", pid=1)
    process.terminate()
    out, errors = process.communicate(timeout=60)
    tap.ok(ready == b"ready\n" and "listening https://" in out and f":{named}" not in out and
           "sockets=" not in errors,
           "sockets for another process are left alone", out + errors)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wrong:
        process, ready = activated(tap, folder, [wrong], "x", "--listen", "127.0.0.1:0")
        errors = process.communicate(timeout=60)[1]
        tap.ok(process.returncode == 2 and "ListenStream=" in errors,
               "a socket that cannot be served is named", errors)
    for s in listeners:
        s.close()


def lifeline(tap, folder):
    read, write = os.pipe()
    os.set_inheritable(read, True)
    with LifelineServer(read) as server:
        os.close(read)
        held = socket.create_connection(("127.0.0.1", server.ports["Ignore"]))
        os.write(write, b"still here")
        tap.equal(harness.get(server.ports["Ignore"])[0], 200, "what is written into it is nothing")
        os.close(write)
        tap.equal(server.process.wait(20), 0, "the server ends with the lifeline, in order")
        held.close()
    process = subprocess.Popen(
        [harness.CERTGATED, "--listen", "127.0.0.1:0", "--lifeline-fd", "0"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=str(folder)))
    while process.stdout.readline() not in (b"ready\n", b""):
        pass
    process.stdin.close()
    try:
        tap.equal(process.wait(20), 0, "standard input is a lifeline, too")
    except subprocess.TimeoutExpired:
        process.kill()
        tap.ok(False, "standard input is a lifeline, too", "the server goes on")
    process.wait()
    process.stdout.close()
    done = subprocess.run([harness.CERTGATED, "--listen", "127.0.0.1:0", "--lifeline-fd", "99"],
                          capture_output=True, text=True, env=dict(os.environ, HOME=str(folder)))
    tap.ok(done.returncode == 2 and "--lifeline-fd 99" in done.stderr, "no such descriptor", done.stderr)


class LifelineServer(harness.Server):
    """With a descriptor that is kept open for it, as number 9."""

    def __init__(self, fd):
        self.fd = fd
        super().__init__("--lifeline-fd", "9", fds=(9,))

    def _limit(self):
        os.dup2(self.fd, 9)


def waiting(tap, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = [harness.CERTGATE, "wait", f"https://127.0.0.1:{port}"]
    env = dict(os.environ, HOME=str(folder))
    began = time.monotonic()
    done = subprocess.run(run + ["--timeout", "1s"], capture_output=True, text=True, env=env)
    tap.ok(done.returncode == 1 and "no answer in 1 s" in done.stderr and
           time.monotonic() - began < 20, "certgate wait gives up in time", done.stderr)
    waiter = subprocess.Popen(run + ["--timeout", "60s"], env=env)
    with harness.Server("--listen", f"127.0.0.1:{port}", listen=()) as server:
        tap.equal(waiter.wait(60), 0, "certgate wait ends when TLS answers, though no certificate is shown")
        tap.ok(server.alive(), "the server does not mind")
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            done = subprocess.run([harness.CERTGATE, "wait", "--timeout", "1s", "-q",
                                   f"https://127.0.0.1:{silent.getsockname()[1]}"],
                                  capture_output=True, text=True, env=env)
            tap.ok(done.returncode == 1 and done.stderr == "", "who accepts and is silent is not ready")
    tap.equal(subprocess.run([harness.CERTGATE, "wait"], capture_output=True).returncode, 2,
              "wrong usage is 2")


def killed(tap, folder):
    """What kill -9 left in the middle of writing goes at the next start, whatever it is."""
    data = folder / "killed"
    places = [data / "data/certgate/cases/good.pem", data / "data/certgate/authorities/root.key",
              data / "cache/certgate/evidence", data / "run/certgate/control", data / "ports"]
    data.mkdir()
    kept = data / "ports.~mine"
    with harness.Server("--listen", "127.0.0.1:0,control", data=data) as server:
        server.stop(signal.SIGKILL)
    for path in places:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(path.name + ".~kilLed").write_text("-----BEGIN PRIVATE KEY-----\n")
    kept.write_text("of the user")
    with harness.Server("--listen", "127.0.0.1:0,control", "--port-file", str(data / "ports"),
                        data=data) as server:
        left = sorted(str(path.relative_to(data)) for path in data.rglob("*.~*"))
        tap.equal(left, [kept.name], "what a killed process left is gone")
        tap.equal(server.stop(), 0, "and the server ends in order")


def main():
    tap = harness.Tap()
    with harness.folder() as folder:
        for part in (notify, activation, lifeline, waiting, killed):
            part(tap, folder)
    tap.done()


main()
