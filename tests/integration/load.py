#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`certgate load` against certgated, against servers that stall, hang, reset or are not there, and
what it refuses to do. TAP.
"""
import json
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time

from harness import CERTGATE, DEADLINE, ROOT, Server, Tap

tap = Tap()
FOLDER = {}


def load(*words, url=None, **more):
    return subprocess.run([CERTGATE, "load", *([url] if url else []), *words], capture_output=True,
                          text=True, check=False, env=FOLDER["env"], timeout=DEADLINE, **more)


def read(done, name):
    """The JSON report; an empty one if there is none."""
    try:
        return json.loads(done.stdout)
    except ValueError:
        tap.ok(False, f"{name}: a report", done.stdout + done.stderr)
        return {"cases": [], "summary": {}, "latencies_ms": {}}


def answers(report, case=None):
    """What came, and how often."""
    return {kind["answer"]: kind["count"] for one in report["cases"] if case in (None, one["case"])
            for kind in one["answers"]}


# ---- certgated

def full(server):
    url = f"https://localhost:{server.ports['Require']}/"
    done = load("--rate", "20", "--duration", "1", "--case", "good", "--case", "expired", "--case", "good",
                "--case", "none", "--timeout", "30", "--json", url=url)
    report = read(done, "full")
    counts = [(answers(report, case)) for case in ("good", "expired", "none")]
    tap.equal((done.returncode, counts), (0, [{"200": 10}, {"403.17": 5}, {"403.7": 5}]),
              "several cases take turns, a name twice gets two of them")
    tap.equal([report["latencies_ms"][name]["count"] for name in
               ("handshake_full", "handshake_resumed", "verdict", "begun_late_by")], [20, 0, 20, 20],
              "each has a handshake and a verdict of its own")
    tap.equal([(one["expected"], one["answers"][0]["expected"]) for one in report["cases"]],
              [("200", True), ("403.17", True), ("403.7", True)], "the expected answer is marked")
    latency = report["latencies_ms"]["verdict"]
    tap.ok(0 < report["latencies_ms"]["handshake_full"]["p50"] < latency["p50"] <= latency["p90"] <= latency["p99"] <=
           latency["p99_9"] <= latency["max"], "percentiles rise", latency)
    FOLDER["report"] = report


def kept_and_resumed(server):
    url = f"https://localhost:{server.ports['Require']}/"
    for version in ("1.2", "1.3"):
        report = read(load("--rate", "40", "--duration", "1", "--tls", version, "--resume", "--timeout", "30",
                           "--connections", "1", "--json", url=url), version)
        counts = [report["latencies_ms"][name]["count"] for name in ("handshake_full", "handshake_resumed")]
        tap.equal((counts, answers(report)), ([1, 39], {"200": 40}), f"--resume, TLS {version}: all but the first")
        report = read(load("--rate", "40", "--duration", "1", "--tls", version, "--keep-alive", "--timeout", "30",
                           "--connections", "2", "--case", "good", "--case", "expired", "--json", url=url), version)
        counts = report["latencies_ms"]["handshake_full"]["count"]
        tap.equal((counts, answers(report)), (2, {"200": 20, "403.17": 20}),
                  f"--keep-alive, TLS {version}: one connection for each certificate")


def stalled(server):
    """The server is stopped for a second: who counts from the real start sees two slow requests."""
    url = f"https://localhost:{server.ports['Require']}/"
    before = requests(server)
    process = subprocess.Popen([CERTGATE, "load", url, "--rate", "100", "--duration", "3", "--keep-alive",
                                "--connections", "2", "--timeout", "30", "--json"], env=FOLDER["env"],
                               stdout=subprocess.PIPE, text=True)
    wait_until_it_runs(server, process, before)
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(1.2)  # that is what is tested
    server.process.send_signal(signal.SIGCONT)
    report = json.loads(process.communicate(timeout=DEADLINE)[0])
    latency = report["latencies_ms"]["verdict"]
    tap.ok(latency["count"] == 300 and latency["p99"] > 900 and latency["max"] < 10000,
           "a stall of 1.2 s shows in p99 of 300 requests", latency)
    tap.ok(report["summary"]["late_for_want_of_connections"] >= 50,
           "and those that had to wait for a connection are counted", report["summary"])


def requests(server):
    return server.errors().count(" request status=")


def wait_until_it_runs(server, process, before):
    """A look at the server comes first, with a request of each certificate."""
    while requests(server) < before + 10 and process.poll() is None:
        time.sleep(0.01)


def unexpected(server):
    url = f"https://localhost:{server.ports['Accept']}/"
    words = ("--rate", "10", "--duration", "0.3", "--case", "good", "--case", "none", "--timeout", "30")
    done = load(*words, "--fail", url=url)
    tap.ok(done.returncode == 1 and re.search(r"none +1  200, NOT as expected: 403.7\n", done.stdout) and
           "1 not as expected (iis)." in done.stdout, "--fail: 1 for an answer that is not the case's",
           done.stdout + done.stderr)
    tap.equal(load(*words, url=url).returncode, 0, "without it, 0")
    tap.equal(load(*words, "--fail", "--sslflags", "accept", url=url).returncode, 0, "--sslflags says what to expect")
    done = load("--rate", "10", "--duration", "0.1", "--case", "expired", "--expect", "nginx", "--fail", "--mode",
                "require", "--timeout", "30", url=url)
    tap.ok(done.returncode == 1 and "NOT as expected: 400" in done.stdout, "--expect takes what check takes",
           done.stdout + done.stderr)


def own_certificate(server):
    url = f"https://127.0.0.1:{server.ports['Require']}/"
    certificate = server.cases / "good.pem"
    key = server.folder / "key.pem"
    key.write_text(certificate.read_text())
    done = load("--cert", str(certificate), "--key", str(key), "--pass", "unused", "--rate", "5", "--duration", "0.4",
                "--cacert", str(server.cases.parent / "authorities" / "root.crt"), "--cases", str(server.folder / "none"), "--max-time", "30", url=url)
    tap.ok(done.returncode == 0 and re.search(r"good\.pem +2  200\n", done.stdout), "a certificate of one's own",
           done.stdout + done.stderr)
    done = load("--rate", "5", "--duration", "0.2", "--connect-to", f"www.example.test:443:localhost:{server.ports['Require']}",
                "--insecure", "--output", str(server.folder / "report.txt"), url="https://www.example.test/")
    tap.ok(done.returncode == 0 and "200, as expected" in (server.folder / "report.txt").read_text() and
           done.stdout == "", "-o, and a name that leads to this machine", done.stderr)


def interrupted(server):
    url = f"https://localhost:{server.ports['Require']}/"
    before = requests(server)
    process = subprocess.Popen([CERTGATE, "load", url, "--rate", "50", "--duration", "3600", "--keep-alive"],
                               env=FOLDER["env"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until_it_runs(server, process, before)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE)
    tap.ok(process.returncode == 0 and "Ended early: " in out and "verdict" in out, "Control-C: the report, early",
           out + err)


# ---- servers that do not answer

class Bad:
    """Does one thing to each connection, but nothing to a few at first: those are the probe's."""

    def __init__(self, deed):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.socket.getsockname()[1]
        self.deed = deed
        self.kept = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.kept.append(connection)
            self.deed(connection)

    def close(self):
        self.socket.close()
        for connection in self.kept:
            connection.close()


def keep_silent(_):
    pass


def begin_handshake(connection):
    """A ServerHello's header, and no more."""
    connection.recv(65536)
    connection.sendall(bytes.fromhex("160303007a02000076"))


def reset(connection):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def close(connection):
    connection.recv(65536)
    connection.shutdown(socket.SHUT_RDWR)


def alert(connection):
    connection.recv(65536)
    connection.sendall(bytes.fromhex("1503030002022f"))
    connection.shutdown(socket.SHUT_WR)


def bad_servers():
    for deed, answer, least in ((keep_silent, "timeout in the handshake", 490),
                                (begin_handshake, "timeout in the handshake", 490),
                                (reset, "reset in the handshake", 0), (close, "closed in the handshake", 0),
                                (alert, "alert 47", 0)):
        bad = Bad(deed)
        began = time.monotonic()
        done = load("--rate", "20", "--duration", "0.5", "--timeout", "0.5", "--fail", "--json",
                    url=f"https://127.0.0.1:{bad.port}/")
        took = time.monotonic() - began
        report = read(done, deed.__name__)
        latency = report["latencies_ms"]["verdict"]
        tap.equal((done.returncode, answers(report)), (1, {answer: 10}), f"{deed.__name__}: counted by its kind")
        tap.ok(latency["p50"] >= least and took < DEADLINE / 2, f"{deed.__name__}: and with the time that it took",
               f"{latency} {took}")
        bad.close()
    # Two hold all there is; the rest waits for nothing, and that is told.
    bad = Bad(keep_silent)
    report = read(load("--rate", "20", "--duration", "0.5", "--timeout", "0.5", "--connections", "2", "--json",
                       url=f"https://127.0.0.1:{bad.port}/"), "few")
    came = answers(report)["timeout in the handshake"]
    tap.ok(2 <= came <= 6 and report["summary"]["never_begun"] == 10 - came and
           report["latencies_ms"]["verdict"]["count"] == 10 and report["latencies_ms"]["verdict"]["p90"] >= 500,
           "what never finds a connection counts with what it has waited", report["summary"])
    bad.close()


# ---- what it refuses

def refused(server):
    port = server.ports["Require"]
    for words, complaint in (
            (("--rate", "50001"), '"50001": a number from 1 to 50000 is meant'),
            (("--rate", "0"), '"0": a number from 1 to 50000 is meant'),
            (("--duration", "3601"), '"3601": at most 3600 seconds'),
            (("--connections", "1025"), '"1025": a number from 1 to 1024 is meant'),
            (("--case", "god"), 'no case "god": is good meant?'),
            (("--key", "x"), "--key without --cert"),
            (("--connections", "1", "--keep-alive", "--case", "good", "--case", "none"),
             "each of the 2 certificates needs one at least"),
            (("--resolve", f"localhost:{port}:192.0.2.1"),
             "192.0.2.1 is not this machine: if you may put load on it, say so with --allow-host 192.0.2.1"),
            (("--resolve", f"localhost:{port}:192.0.2.1", "--allow-host", "192.0.2.1", "--rate", "1001"),
             "at most 1000 a second to another machine"),
            (("--expect", "no-such-table"), "--expect")):
        done = load(*words, url=f"https://localhost:{port}/")
        tap.ok(done.returncode == 2 and complaint in done.stderr and not done.stdout, f"refused: {' '.join(words)}",
               done.stderr)
    for url, complaint in ((f"http://localhost:{port}/", "client certificates need https"), (None, "no URL")):
        done = load(url=url)
        tap.ok(done.returncode == 2 and complaint in done.stderr, complaint, done.stderr)
    with socket.create_server(("127.0.0.1", 0)) as free:
        dead = free.getsockname()[1]
    done = load(url=f"https://127.0.0.1:{dead}/")
    tap.ok(done.returncode == 2 and "no connection" in done.stderr and "is the server running" in done.stderr,
           "nobody is there", done.stderr)
    done = load("--connections", "500", url=f"https://localhost:{port}/", preexec_fn=limit_files)
    tap.ok(done.returncode == 2 and "only 100 files may be open (ulimit -n)" in done.stderr, "too few files",
           done.stderr)


def limit_files():
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))


# ---- the schema

def schema():
    root = json.loads((ROOT / "client" / "load.schema.json").read_text())
    try:
        import jsonschema
    except ImportError:
        tap.skip("the report is as load.schema.json says", "python3-jsonschema is not installed")
        return
    jsonschema.Draft202012Validator.check_schema(root)
    validator = jsonschema.Draft202012Validator(root)
    faults = [error.message for error in validator.iter_errors(FOLDER["report"])]
    tap.equal(faults, [], "the report is as load.schema.json says")
    for path in (("summary", "planned"), ("cases", 0, "answers", 0, "end"), ("latencies_ms", "verdict", "count")):
        damaged = json.loads(json.dumps(FOLDER["report"]))
        inner = damaged
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        tap.ok(list(validator.iter_errors(damaged)), f"and not without {path[-1]}")


def main():
    with Server() as server:
        FOLDER["env"] = server.env
        full(server)
        kept_and_resumed(server)
        stalled(server)
        unexpected(server)
        own_certificate(server)
        interrupted(server)
        bad_servers()
        refused(server)
        schema()
        tap.equal(server.stop(), 0, "the server has borne it")
    tap.done()


main()
