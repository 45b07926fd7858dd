# SPDX-License-Identifier: MIT
"""What the server saw: /events, certgate events, certgate expect; who never reads."""
import base64
import hashlib
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time

import harness

SLOW = os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind")
READERS = 50
RSS_BOUND_KIB = 40 * 1024
LATENCY_RATIO = 3
HOSTILE = ("subject-script", "subject-newline", "subject-nul", "subject-rtl", "subject-long",
           "subject-bad-utf8")


def listen(flags):
    return ("--listen", f"127.0.0.1:0,sslflags={flags}")


class Site(harness.Server):
    """A judged site, a desk and a control, each on a port of its own."""

    def __init__(self, *options):
        super().__init__(*listen("Require"), "--listen", "127.0.0.1:0,desk,pki",
                         "--listen", "127.0.0.1:0,control", *options, listen=())
        ports = [int(line.split()[1].rstrip("/").rsplit(":", 1)[1]) for line in self.lines
                 if line.startswith("listening ")]
        self.port, self.desk, self.control = ports

    def ask(self, path, headers="", port=None):
        """An answer of a plain site, read to its end."""
        with socket.create_connection(("127.0.0.1", port or self.control), 30) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                      f"{headers}\r\n".encode())
            data = b""
            while piece := s.recv(65536):
                data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode("latin-1"), body.decode()

    def events(self, query=""):
        status, _, body = self.ask("/events" + query)
        assert status == 200, (status, body)
        return [json.loads(line) for line in body.splitlines() if line]

    def visit(self, case=None, path="/"):
        return harness.get(self.port, path, cert=case and str(self.cases / f"{case}.pem"))

    def run(self, *args):
        return subprocess.run([harness.CERTGATE, *args, "--control",
                               f"http://127.0.0.1:{self.control}"],
                              capture_output=True, text=True, env=self.env, timeout=60)


def what_is_told(tap, site):
    site.visit("good", "/whoami")
    site.visit("eku-server", "/b")
    site.visit()
    old = harness.context(ssl.TLSVersion.TLSv1_1)
    try:
        harness.get(site.port, tls=old)
    except (ssl.SSLError, OSError):
        pass
    with socket.create_connection(("127.0.0.1", site.port)) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        s.recv(100)
    events = site.events()
    requests = [e for e in events if e["type"] == "request"]
    tap.equal([e["sequence"] for e in events], list(range(1, len(events) + 1)),
              "events are numbered from 1 on")
    tap.equal([(e["path"], e["status"], e["verdict"]) for e in requests],
              [("/whoami", "200", "OK"), ("/b", "403.16", "WRONG_USAGE"),
               ("/", "403.7", "CERT_REQUIRED")], "requests with their verdicts")
    tap.equal([e.get("subject") for e in requests],
              ["CN=good,O=certgate tests", "CN=eku-server,O=certgate tests", None],
              "with the subjects of their certificates")
    tap.ok(requests[1]["findings"][0]["name"] == "EKU_NOT_CLIENT_AUTH" and
           requests[1]["findings"][0]["decided"], "with all findings", requests[1])
    failed = [e for e in events if e.get("outcome") == "failed"]
    tap.equal([(e["end"], e.get("alert_sent", {}).get("name")) for e in failed],
              [("our-alert", "protocol_version"), ("not-tls", None)],
              "handshakes that failed, with their alerts")
    tap.ok(failed and failed[0]["browser"]["chrome"] == "ERR_SSL_VERSION_OR_CIPHER_MISMATCH" and
           "https://" in failed[1]["reason"], "with the reason and what a browser shows", failed)
    done = [e for e in events if e.get("outcome") == "done"]
    steps = done[0]["steps"]
    tap.ok(len(steps) >= 2 and steps[0]["from"] == "start" and steps[0]["bytes_in"] > 100 and
           steps[0]["bytes_out"] > 100 and steps[0]["at_us"] <= steps[1]["at_us"] <= done[0]["us"],
           "a handshake has its timeline", steps)


def queries(tap, site):
    last = site.events()[-1]["sequence"]
    for query, want in [
            ("?type=failed", 2), ("?type=request", 3), ("?verdict=403.16", 1),
            ("?verdict=cert_required", 1), ("?subject=CN%3Dgood", 2), ("?subject=good", 2),
            ("?subject=CN%3Dgoo", 0), ("?limit=2", 2), (f"?since={last - 1}", 1),
            (f"?since={last}", 0), ("?type=request&verdict=200&subject=o%3Dcertgate+tests", 1)]:
        tap.equal(len(site.events(query)), want, f"/events{query}")
    tap.equal([e["sequence"] for e in site.events("?limit=2")], [last - 1, last],
              "limit alone gives the newest")
    tap.equal([e["sequence"] for e in site.events("?since=1&limit=2")], [2, 3],
              "limit with since the first")
    for query in ["?since=x", "?limit=0", "?limit=-1", "?since=%zz", "?subject=" + "x" * 300]:
        tap.equal(site.ask("/events" + query)[0], 400, f"/events{query[:20]} is refused")
    tap.equal(site.ask("/events", "Origin: https://evil.test\r\n")[0], 403,
              "another site's page gets nothing")
    tap.equal(site.ask("/events", port=site.desk)[0], 404, "a desk has no /events")


def follow(tap, site):
    last = site.events()[-1]["sequence"]
    with socket.create_connection(("127.0.0.1", site.control), 30) as s:
        s.sendall(f"GET /events?follow=1&since={last} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        lines = s.makefile("rb")
        while lines.readline() not in (b"\r\n", b""):
            pass
        site.visit("expired", "/pushed")
        seen = [json.loads(lines.readline()), json.loads(lines.readline())]
        tap.equal([(e["type"], e.get("status")) for e in seen],
                  [("handshake", None), ("request", "403.17")], "events are pushed as they come")


def commands(tap, site):
    done = site.run("events")
    tap.ok(done.returncode == 0 and "403.16 WRONG_USAGE  GET /b by CN=eku-server" in done.stdout
           and "Chrome: ERR_SSL_VERSION" in done.stdout, "certgate events prints for people",
           done.stdout + done.stderr)
    done = site.run("events", "--json", "--verdict", "403.7")
    tap.equal([json.loads(x)["status"] for x in done.stdout.splitlines()], ["403.7"],
              "certgate events --json filters")
    for args, code in [
            (["--subject", "CN=eku-server", "--verdict", "403.16", "--count", "1"], 0),
            (["--verdict", "403.16"], 0),
            (["--verdict", "403.16", "--count", "2"], 1),
            (["--verdict", "403.16", "--count", "0"], 1),
            (["--verdict", "403.13", "--count", "0"], 0),
            (["--subject", "CN=alice"], 1),
            (["--type", "failed", "--count", "2"], 0),
            (["--count", "x"], 2)]:
        done = site.run("expect", *args)
        tap.equal(done.returncode, code, f"certgate expect {' '.join(args)}")
    done = site.run("expect", "--subject", "CN=alice", "--verdict", "403.16", "--count", "1")
    tap.ok("expected 1 event with verdict 403.16 by CN=alice, got 0" in done.stderr and
           "403.16 WRONG_USAGE  GET /b by CN=eku-server" in done.stderr,
           "the difference tells what came instead", done.stderr)
    threading.Timer(0.3, site.visit, ["revoked"]).start()
    began = time.monotonic()
    done = site.run("expect", "--verdict", "403.13", "--count", "1", "--within", "30s")
    tap.ok(done.returncode == 0 and time.monotonic() - began < 25,
           "certgate expect --within waits, and no longer than needed", done.stderr)
    # What is there already: one 403.13. So long does it wait for more, or not at all.
    for count, least_s, most_s in (("2", 1, 25), ("0", 0, 25)):
        within = f"{least_s or 30}s"
        began = time.monotonic()
        done = site.run("expect", "--verdict", "403.13", "--count", count, "--within", within)
        seconds = time.monotonic() - began
        tap.ok(done.returncode == 1 and f"expected {count} events" in done.stderr and
               ", got 1 within" in done.stderr and least_s <= seconds < most_s,
               f"certgate expect --count {count} --within {within}: one is " +
               ("not yet enough" if least_s else "too many at once"),
               f"{seconds:.2f} s: {done.stderr}")
    done = site.run("expect", "--verdict", "401.1", "--within", "1s")
    tap.ok(done.returncode == 1 and "within 1 s" in done.stderr, "and gives up in time",
           done.stderr)
    endless(tap)
    done = subprocess.run([harness.CERTGATE, "expect", "--control", "http://127.0.0.1:1"],
                          capture_output=True, text=True)
    tap.ok(done.returncode == 2 and "is certgated running" in done.stderr, "no server is 2",
           done.stderr)


def endless(tap):
    """A control that never comes to an end, with events, without line ends, by drops."""
    event = b'{"type":"request","status":"200","sequence":1}\n'
    for title, piece, pause_s in (("events", event * 200, 0), ("one line", b"x" * 4096, 0.001),
                                  ("empty lines", b"\n" * 4096, 0), ("drops", b"\n", 0.2)):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def serve(listener=listener, piece=piece, pause_s=pause_s):
                while True:
                    try:
                        s = listener.accept()[0]
                        s.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                        while True:
                            s.sendall(piece)
                            time.sleep(pause_s)  # what it is about
                    except OSError:
                        if listener.fileno() < 0:
                            return
            threading.Thread(target=serve, daemon=True).start()
            control = f"http://127.0.0.1:{listener.getsockname()[1]}"
            began = time.monotonic()
            try:
                code = subprocess.run([harness.CERTGATE, "expect", "--control", control, "--verdict",
                                       "403.7", "--count", "1000000000", "--within", "1s", "-q"],
                                      capture_output=True, timeout=30).returncode
            except subprocess.TimeoutExpired:
                code = "it does not end"
            seconds = time.monotonic() - began
            tap.ok(code in (1, 2) and seconds < 15,
                   f"expect --within 1s against a control of {title} without end",
                   f"{code} after {seconds:.1f} s")


def hostile(tap, site):
    for case in HOSTILE:
        subprocess.run([harness.CERTGATE, "get", f"https://127.0.0.1:{site.port}/%1b%5b2J",
                        "--case", case], capture_output=True, env=site.env)
    body = site.ask("/events")[2]
    tap.ok(body.isascii() and "\x1b" not in body and body.lower().count("/\\u001b[2j") >= len(HOSTILE),
           "/events is ASCII, whatever a peer sent", body[-2000:])
    n = len([line for line in body.splitlines() if line])
    tap.equal(n, site.events()[-1]["sequence"], "and no event is more than a line")
    page = site.ask("/live", port=site.desk)[2]
    tap.ok("#0<" not in page and all(f"#{i}<" in page for i in range(1, n + 1)),
           "/live shows each, a name with a NUL in it, too")
    out = site.run("events").stdout
    for character, shown in (("\x1b", r"GET /\x1b[2J"), ("\u202e", r"alice\u{202e}gnp"),
                             ("\x00", r"alice\00.mallory")):
        tap.absent(character, out, f"certgate events escapes {character!a} for the terminal", shown)


def turned_down(tap, site):
    """Clients that do not trust the server say so in an alert; OpenSSL's in the clear."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        tls = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(
            ssl.PEM_cert_to_DER_cert((site.cases / "self-signed.crt").read_text())))
        tls.minimum_version = tls.maximum_version = version
        try:
            harness.get(site.port, tls=tls)
        except ssl.SSLError:
            pass
        event = site.events("?type=failed")[-1]
        tap.ok(event["end"] == "peer-alert" and
               event["alert_received"]["name"] == "unknown_ca" and
               event["browser"]["chrome"] == "ERR_CERT_AUTHORITY_INVALID",
               f"{version.name}: a client that does not trust the server is told as such", event)


def other_name(tap, site):
    """A client that finds another name in the certificate is not said to distrust the CA."""
    root = str(site.store.parent / "authorities" / "root.crt")
    for name, cafile, alert, why, mismatch in (
            ("elsewhere.test", root, 42, "server-name", True),
            ("elsewhere.test", None, 48, "alert-48", None),
            ("localhost", None, 48, "alert-48", None)):
        client = ssl.create_default_context(cafile=cafile)
        try:
            with socket.create_connection(("127.0.0.1", site.port), 30) as s:
                client.wrap_socket(s, server_hostname=name)
        except ssl.SSLError:
            pass
        events = [e for e in site.events() if e.get("outcome") == "failed" and e.get("sni") == name]
        event = events[-1] if events else {}
        shown = event.get("browser", {}).get("text", "")
        tap.ok(event.get("alert_received", {}).get("number") == alert and event.get("why") == why and
               event.get("name_mismatch") == mismatch, f"{name}, alert {alert}: why {why}", event)
        tap.ok(("not for the name in the address" in shown) == bool(mismatch) and
               ("does not trust" in shown) != bool(mismatch), f"{name}, {alert}: what is shown", shown)


def live(tap, site):
    site.visit("subject-script", "/live-test")
    status, head, page = site.ask("/live", port=site.desk)
    last = site.events()[-1]["sequence"]
    tap.ok(status == 200 and f"#{last}<" in page and "403.16" in page and
           "handshake failed" in page and "ERR_SSL_VERSION_OR_CIPHER_MISMATCH" in page,
           "/live shows the last events without a script", page[-2000:])
    rows = re.findall(r'<tr class="connection" data-connection="(\d+)">', page)
    tap.ok(len(rows) > 3 and [int(x) for x in rows] == sorted(map(int, rows), reverse=True) and
           len(rows) == len(set(rows)) <= 20, "a row for each connection, the newest first", rows)
    newest = page.partition('<tr class="connection"')[2].partition("</tr>")[0]
    tap.ok(newest.index("handshake done") < newest.index("/live-test") and
           newest.count('<li class="event') == 2, "its handshake and its request in it", newest)
    tap.ok('<p class="scale"' in newest and '<a href="/why/' in page and
           '<a href="/why/alert-' in page, "the bars have a scale, refusals and alerts a reason", newest)
    for query, says in (("q=LIVE-TEST", "/live-test"), ("q=zzzz", "Nothing of what happened fits."),
                        ("verdict=200.9", "Nothing of what happened fits."),
                        ("q=%3Cscript%3Ealert", 'value="&lt;script&gt;alert"')):
        found = site.ask(f"/live?{query}", port=site.desk)[2]
        tap.ok(says in found and "Nothing yet" not in found and "<script>alert" not in found,
               f"/live?{query}", found[-2000:])
    tap.ok("<script>alert" not in page and "&lt;script&gt;alert" in page,
           "/live escapes a hostile subject")
    policy = [line for line in head.splitlines() if line.startswith("Content-Security-Policy")][0]
    scripts = re.search(r"script-src ([^;]*);", policy)[1].split()
    tap.ok("default-src 'none'" in policy and scripts and "connect-src 'self'" in policy and
           all(each.startswith("'sha256-") for each in scripts) and
           "unsafe" not in policy, "its script is its own, and nothing else may run", policy)
    tap.ok("<rect " in page and "style=" not in page, "handshakes have a drawing")
    _, _, page = site.ask("/live?type=failed&subject=%22%3E%3Cscript%3E", port=site.desk)
    tap.ok('"><script>' not in page and 'value="&quot;&gt;&lt;script&gt;"' in page and
           'href="/live/w3c.log?type=failed&amp;subject=%22%3E%3Cscript%3E"' in page,
           "the filter is kept, and is no way in")
    inline = re.findall(r"<script>(.*?)</script>", page, re.S)
    tap.ok(len(inline) == 2 and "EventSource" in inline[0] and all(
        f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" in policy
        for each in inline), "its scripts are in the page, and in the policy by their hashes")
    status, head, lines = site.ask("/live/events.jsonl?verdict=403.16", port=site.desk)
    tap.ok("attachment" in head and all(json.loads(x)["status"] == "403.16"
                                        for x in lines.splitlines()) and lines, "as JSON, filtered")
    log = site.ask("/live/w3c.log", port=site.desk)[2]
    rows = [x.split() for x in log.splitlines() if not x.startswith("#")]
    tap.ok(log.startswith("#Software: Microsoft Internet") and
           any(r[4:5] == ["/whoami"] and r[11:14] == ["200", "0", "0"] for r in rows) and
           any(r[11:14] == ["403", "16", "2148204816"] for r in rows) and
           {len(r) for r in rows} == {15}, "as IIS's W3C log", log[:600])
    with socket.create_connection(("127.0.0.1", site.desk), 30) as s:
        s.sendall(f"GET /live/events?since={last} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        stream = s.makefile("rb")
        while stream.readline() not in (b"\r\n", b""):
            pass
        site.visit("subject-script", "/streamed")
        text = b""
        while b"/streamed" not in text:
            text += stream.readline()
        text += stream.readline() + stream.readline()
        tap.ok(text.startswith(f"id: {last + 1}\n".encode()) and
               all(x.startswith((b"id: ", b"data: ")) or not x for x in text.split(b"\n")) and
               b"<script>alert" not in text, "the stream has the same rows, escaped", text[:500])
    tap.equal(site.ask("/live/nothing", port=site.desk)[0], 404, "nothing else is below /live/")


def median_ms(site, n=60):
    """Of a request on a connection that is kept: the loop's speed, not TLS's."""
    tls = harness.context(cert=str(site.cases / "good.pem"))
    times = []
    with socket.create_connection(("127.0.0.1", site.port)) as plain:
        with tls.wrap_socket(plain, server_hostname="localhost") as s:
            for _ in range(n):
                began = time.monotonic()
                s.sendall(b"GET /whoami HTTP/1.1\r\nHost: localhost\r\n\r\n")
                harness.read_answer(s)
                times.append((time.monotonic() - began) * 1000)
    return sorted(times)[n // 2]


def never_reading(tap, site):
    before_ms = min(median_ms(site) for _ in range(10))
    before_kib = site.rss_kib()
    sockets = []
    for i in range(READERS):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", site.control if i == 1 else site.desk))
        s.sendall(b"GET " + (b"/events?follow=1" if i == 1 else b"/live/events") +
                  b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        sockets.append(s)
    median_ms(site, 400 if SLOW else 2000)  # more than the ring holds
    with_ms = min(median_ms(site) for _ in range(10))
    kib = site.rss_kib()
    tap.ok(kib - before_kib < RSS_BOUND_KIB,
           f"{READERS} that never read: memory is bounded (+{(kib - before_kib) / 1024:.1f} MiB)")
    tap.ok(with_ms < before_ms * LATENCY_RATIO + 1,
           f"and others keep their speed ({before_ms:.2f} ms before, {with_ms:.2f} ms with)")
    lost = b""
    s = sockets[1]
    s.settimeout(30)
    end = time.monotonic() + 30
    while time.monotonic() < end and (piece := s.recv(65536)):  # ends by itself
        lost = (lost + piece)[-65536:]
    last = json.loads(lost.strip().splitlines()[-1])
    tap.ok(SLOW or (last["type"] == "lost" and last["lost"] > 0),
           "a slow reader's last line says how many he lost", last)
    for s in sockets:
        s.close()
    median_ms(site)


def main():
    tap = harness.Tap()
    with Site() as site:
        for part in (what_is_told, queries, follow, commands, hostile, turned_down, live, other_name,
                     never_reading):
            part(tap, site)
        tap.equal(site.stop(), 0, "the server stops in order")
    tap.done()


main()
