# SPDX-License-Identifier: MIT
"""A certificate that is asked for late: behind the request, by renegotiation on TLS 1.2.

What a client gets, whose identity a request has, and what becomes of clients that do
anything but answer HelloRequest. late_hostile.py has what attacks it, late_bodies.py what other
people's clients send.
"""
import json
import os
import signal
import socket
import ssl
import subprocess
import time

from harness import CERTGATE, DEADLINE, Server, Tap, context, get
from late_tools import HANDSHAKE_S, READ_AHEAD, SLOW, V12, Client, code, count, ends, request, who

LATE = "clientcertnegotiation=disable"

tap = Tap()


def answers(server):
    """The up-front answers, and one question for each connection."""
    for flags, case, want in (("Require", "good", "200"), ("Require", "expired", "403.17"),
                              ("Require", "revoked", "403.13"), ("Require", None, "403.7"),
                              ("Accept", "good", "200"), ("Accept", "expired", "403.17"),
                              ("Accept", None, "200"), ("Ignore", "expired", "200")):
        cert = case and server.cases / f"{case}.pem"
        with Client(server.ports[flags], cert) as client:
            tap.equal(code(client.get()), want, f"{flags}, {case}: {want}")
            tap.equal(code(client.get()), want, f"{flags}, {case}: {want} again")
    tap.equal(count(server, " late path=/ "), 7, "each connection was asked once")
    tap.equal(get(server.ports["Require"], "/healthz", version=V12)[0], 200,
              "what is open to all asks nobody")
    tap.equal(count(server, " late path=/healthz"), 0, "and was not asked for")


def alpn(server):
    """OpenSSL offers ALPN in its first handshake only, and takes it for an error to hear of
    it in the second."""
    for words in (["http/1.1"], ["h2", "http/1.1"]):
        tls = context(V12, server.cases / "good.pem")
        tls.set_alpn_protocols(words)
        status = ends(lambda: get(server.ports["Require"], "/", tls=tls)[0])
        tap.equal(status, 200, f"ALPN {words} in the first handshake: 200")


def sessions(server):
    port, good = server.ports["Require"], server.cases / "good.pem"
    with Client(port, good) as first:
        before = first.tls.session
        first.get()
        after = first.tls.session
    asked = count(server, " late ")
    with Client(port, like=first, session=after) as client:
        tap.equal((client.tls.session_reused, code(client.get())), (True, "200"),
                  "a session of after the question has the identity")
        tap.equal(who(client.get("/whoami")), "good", "by its name")
    tap.equal(count(server, " late "), asked, "and is not asked again")
    with Client(port, server.cases / "expired.pem", like=first, session=before) as client:
        tap.equal((client.tls.session_reused, code(client.get())), (True, "403.17"),
                  "a session of before has none: it is asked, and another certificate counts")
    with Client(port, like=first, session=after) as client:
        client.get()
        again = client.tls.session
    with Client(port, like=first, session=again) as client:
        tap.equal(code(client.get()), "200", "a session that was resumed goes on")


def bodies(server):
    port, good = server.ports["Require"], server.cases / "good.pem"
    for size, want in ((0, "200"), (READ_AHEAD, "200"), (READ_AHEAD + 1, "413.0")):
        with Client(port, good) as client:
            client.send(request("POST", "/", body=b"x" * size))
            answer = client.answer()
            tap.equal(code(answer), want, f"a body of {size} bytes: {want}")
            if want == "413.0":
                tap.ok("connection: close" in answer[1].lower(), "and it closes", answer[1])
    with Client(port, good) as client:
        client.send(request("POST", "/", "Content-Length: 1048576\r\n", b"")
                    .replace(b"Content-Length: 0\r\n", b""))
        tap.equal(code(client.answer()), "413.0", "1 MiB that is announced: 413.0 at once")
    for size, want in ((READ_AHEAD, "200"), (READ_AHEAD + 1, "413.0")):
        with Client(port, good) as client:
            client.send(request("POST", "/", "Transfer-Encoding: chunked\r\n")
                        .replace(b"Content-Length: 0\r\n", b"") +
                        f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n")
            tap.equal(code(client.answer()), want, f"{size} bytes in a chunk: {want}")
    with Client(port, good) as client:
        client.get()
        client.send(request("POST", "/", body=b"x" * 100000))
        tap.equal(code(client.answer()), "200", "GET first, and a large body passes")
    with Client(port, good) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
                    b"Expect: 100-continue\r\n\r\n")
        interim = client.recv(65536)
        tap.ok(interim.startswith(b"HTTP/1.1 100 "), "Expect: asked before 100 Continue", interim)
        tap.equal(server.says(" late path=/ "), True, "it was asked by then")
        client.send(b"x" * 100000)
        tap.equal(code(client.answer()), "200", "and a large body passes")
    with Client(port, good) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
                    b"Expect: 100-continue\r\n\r\n")
        client.wait_for_question()
        client.send(b"x" * 100)
        tap.equal(client.end(), "reset", "a body in place of the handshake: a reset")
    tap.ok(server.says("sent data where the handshake was expected"), "which the log says",
           server.errors()[-600:])


def identities(server):
    """A request is its sender's, whatever is sent before, behind and between."""
    port, good = server.ports["Require"], server.cases / "good.pem"
    with Client(port, good) as client:
        client.send(request("GET", "/whoami") + request("GET", "/whoami", "X-Second: 1\r\n"))
        got = [who(client.answer()), who(client.answer())]
        tap.equal(got, ["good", "good"], "two in one record: both have the identity")
    with Client(port, good) as client:
        client.send(request("GET", "/whoami"))
        client.send(request("GET", "/whoami"))
        tap.ok(ends(lambda: code(client.answer())) != "200",
               "a second record behind the one that waits: no answer")
    with Client(port, good) as one, Client(port, server.cases / "both-purposes.pem") as two:
        one.send(request("GET", "/whoami"))
        two.send(request("GET", "/whoami"))
        names = [who(two.answer()), who(one.answer())]
        tap.ok(names[1] == "good" and names[0] not in (None, "good"),
               "two connections at once are not mixed up", names)
        tap.equal(who(one.get("/whoami")), "good", "nor later")
    with Client(port) as client:
        tap.equal([code(client.get()) for _ in range(2)], ["403.7", "403.7"],
                  "who sent none is not asked again")


def refusals(server, profile):
    """Whoever does not answer the question is reset; the log says how."""
    port, good = server.ports["Require"], server.cases / "good.pem"
    with Client(port, good, refuse=True) as client:
        tap.equal(ends(lambda: code(client.get())), "reset", "no_renegotiation: a reset")
    tap.ok(server.says("alert-received=no_renegotiation(100)"), "the log names the alert")
    with Client(port, good) as client:
        client.send(request("GET", "/"))
        client.wait_for_question()
        tap.equal(client.end(), "reset", "silence: a reset after the time for a handshake")
    tap.ok(server.says("did not until the time was up"), "the log says that it was silent")
    with Client(port, good) as client:
        client.send(request("GET", "/"))
        client.wait_for_question()
        try:
            client.tls.unwrap()
        except ssl.SSLError:
            pass
        client.flush()
        tap.equal(client.end(), "reset", "close_notify: a reset")
    with Client(port, good) as client:
        client.send(request("GET", "/"))
        client.wait_for_question()
        client.raw.shutdown(socket.SHUT_WR)
        client.end()
    tap.ok(server.says("in the middle of the handshake that asks"), "a FIN is logged",
           server.errors()[-500:])
    with Client(port, good) as client:
        client.send(request("GET", "/"))
        client.wait_for_question()
        client.raw.sendall(b"\x17\x03\x03\x00\x40" + b"\x00" * 64)
        tap.equal(client.end(), "reset", "garbage: a reset")
    tap.ok(server.says("end=bad-record"), "as the log says")
    del profile


def storm(server):
    """A client's own renegotiations are refused, and too many of them end it."""
    process = subprocess.run(
        ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{server.ports['Ignore']}"],
        input=b"R\n" * 30, capture_output=True, timeout=DEADLINE, check=False)
    said = process.stdout + process.stderr
    tap.ok(b"no renegotiation" in said.lower() or b"RENEGOTIATING" in said,
           "openssl begins to renegotiate, and is refused", said[-400:])
    tap.equal(get(server.ports["Ignore"], "/")[0], 200, "others are served")


def endings():
    """SIGHUP and SIGTERM while a client is asked."""
    with Server("--listen", f"127.0.0.1:0,sslflags=Require,{LATE}", listen=()) as server:
        port, good = server.ports["Require"], server.cases / "good.pem"
        with Client(port, good) as client:
            client.send(request("GET", "/"))
            client.wait_for_question()
            os.kill(server.process.pid, signal.SIGHUP)
            tap.ok(server.says("reload"), "it reloads while it asks")
            tap.equal(code(client.answer()), "200", "and the answer is judged by the new store")
        with Client(port, good) as client:
            client.send(request("GET", "/"))
            client.wait_for_question()
            start = time.monotonic()
            tap.equal(server.stop(), 0, "SIGTERM while it asks: it ends with 0")
            tap.ok(time.monotonic() - start < 8, "soon", time.monotonic() - start)


def words():
    """By site, and with a size of its own."""
    with Server("--listen", f"127.0.0.1:0,sslflags=Require,{LATE},uploadreadaheadsize=100",
                "--listen", "127.0.0.1:0,sslflags=Accept", listen=()) as server:
        good = server.cases / "good.pem"
        for size, want in ((100, "200"), (101, "413.0")):
            with Client(server.ports["Require"], good) as client:
                client.send(request("POST", "/", body=b"x" * size))
                tap.equal(code(client.answer()), want, f"uploadreadaheadsize=100, {size}: {want}")
        tap.equal(get(server.ports["Accept"], "/", version=V12, cert=good)[0], 200,
                  "the site beside it asks at once")
        tap.equal(count(server, " late "), 1, "and only the one asked late")


PATHS = ("--path", "/secure,sslflags=Require", "--path", "/secure/open,sslflags=Ignore",
         "--path", "/accept/,sslflags=Accept,uploadreadaheadsize=10",
         "--path", "/map,Ssl,SslRequireCert", "--path", "1/secure,sslflags=Ignore")


def paths():
    """By URL: the longest prefix of whole segments, without case."""
    table = (("/", "200"), ("/secure", "403.7"), ("/secure/", "403.7"), ("/SECURE/x", "403.7"),
             ("/secure%2fx", "403.7"), ("/secure%5cx", "403.7"), ("/x/../secure/", "403.7"),
             ("/secured", "404.0"), ("/secure/open", "200"), ("/secure/open/whoami", "200"),
             ("/secure/opener", "403.7"), ("/secure/healthz", "403.7"), ("/accept", "200"),
             ("/accept/none", "404.0"), ("/map", "403.7"))
    for late in ("disable", "enable"):
        with Server("--clientcertnegotiation", late, *PATHS, listen=("Ignore",)) as server:
            port, good = server.ports["Ignore"], server.cases / "good.pem"
            for path, want in table:
                with Client(port) as client:
                    tap.equal(code(client.get(path)), want, f"{late}, no certificate, {path}: {want}")
            with Client(port, good) as client:
                names = [who(client.get(path)) for path in
                         ("/whoami", "/secure/whoami", "/accept/whoami")]
                first = None if late == "disable" else "good"
                tap.equal(names, [first, "good", "good"], f"{late}: known where it was asked for")
            with Client(port, server.cases / "expired.pem") as client:
                got = [code(client.get(path)) for path in ("/", "/accept/", "/", "/secure/")]
                tap.equal(got, ["200", "403.17", "200", "403.17"],
                          f"{late}: a bad one is refused where it counts")
            want = "413.0" if late == "disable" else "200"
            with Client(port, good) as client:
                client.send(request("POST", "/accept/", body=b"x" * 11))
                tap.equal(code(client.answer()), want, f"{late}: uploadreadaheadsize of a path")
            asked = count(server, " late path=")
            tap.equal(asked > 0, late == "disable", f"{late}: late or not")
            tap.equal(count(server, " late path=/map"), 0, "SslRequireCert alone asks nobody")
            tap.ok("SslRequireCert without SslNegotiateCert" in server.errors(),
                   "which the start says", server.errors()[:500])


def revoked():
    """The identity stays, the verdict does not: revoked between two requests."""
    with Server("--clientcertnegotiation", "disable", "--listen", "127.0.0.1:0,control",
                "--listen", "127.0.0.1:0,desk,pki") as server:
        with Client(server.ports["Require"], server.cases / "good.pem") as client:
            tap.equal(code(client.get()), "200", "good, asked late: 200")
            done = subprocess.run([CERTGATE, "revoke", "good"], env=server.env,
                                  capture_output=True, timeout=DEADLINE, check=False)
            tap.equal(done.returncode, 0, f"certgate revoke good {done.stderr[-300:]}")
            tap.equal(code(client.get()), "403.13", "revoked since, the same connection: 403.13")
        tap.equal(count(server, " late path=/"), 1, "without a second question")


def client():
    """certgate follows the question, and says that it came late."""
    with Server("--clientcertnegotiation", "disable", "--tls-max", "1.2",
                listen=("Require",)) as server:
        url = f"https://localhost:{server.ports['Require']}/"

        def run(*arguments):
            return subprocess.run([CERTGATE, *arguments], env=server.env, capture_output=True,
                                  timeout=DEADLINE, check=False)
        done = run("get", "-v", "-o", os.devnull, url, "--case", "good")
        tap.ok(b"asked for a client certificate late" in done.stderr and
               b"HTTP/1.1 200" in done.stderr, "get -v: asked late, and 200", done.stderr[-1500:])
        done = run("get", "-v", "-o", os.devnull, f"{url}healthz", "--case", "good")
        tap.ok(b"did not ask" in done.stderr, "get -v: not asked", done.stderr[-1500:])
        is_patched = os.environ.get("CERTGATE_MBEDTLS") != "system"
        some = [] if is_patched and not SLOW else ["good", "expired", "wrong-key", "none"]
        done = run("check", "--tls", "1.2", "--json", url, *some)
        cells = [cell["result"]["tls"] for cell in json.loads(done.stdout)["results"]]
        late = [cell for cell in cells if cell.get("requested_late")]
        tap.ok(done.returncode == 0 and len(late) == len(cells) and
               len(cells) >= (len(some) or 100),
               "check: each case is as expected, and was asked late",
               f"{done.returncode} {len(late)} of {len(cells)} {done.stderr[-500:]}")
        done = run("check", "--tls", "1.2", "--survey", url, *some)
        tap.ok(b"late: behind the request" in done.stdout, "the survey says when it asks",
               done.stdout[-2000:])
        tap.ok(b"is asked for one late" in done.stdout and b"LETS IN" not in done.stdout,
               "and that a session without a certificate is asked for one", done.stdout[-2000:])
        tap.ok(b"a POST of 49153 bytes gets 413 in place of the question" in done.stdout,
               "and that a long body keeps it from asking", done.stdout[-2000:])
    for words, sentence in ((",uploadreadaheadsize=60000", b"is above IIS's default"),
                            (",clientcertnegotiation=enable", None)):
        with Server("--clientcertnegotiation", "disable", "--tls-max", "1.2", "--listen",
                    f"127.0.0.1:0,sslflags=Require{words}", listen=()) as server:
            done = subprocess.run([CERTGATE, "check", "--tls", "1.2", "--survey",
                                   f"https://localhost:{server.ports['Require']}/", "good"],
                                  env=server.env, capture_output=True, timeout=DEADLINE,
                                  check=False)
            tap.ok((sentence or b"no CA") in done.stdout and
                   (b"49153" in done.stdout) == (sentence is not None),
                   f"survey with {words[1:]}: {sentence or 'nothing of a body'}",
                   done.stdout[-2000:])


def main():
    with Server("--clientcertnegotiation", "disable", "--handshake-timeout", HANDSHAKE_S) as server:
        answers(server)
        alpn(server)
        sessions(server)
        bodies(server)
        identities(server)
        refusals(server, "2025")
        storm(server)
        tap.equal(server.stop(), 0, "the server ends with 0")
    endings()
    words()
    paths()
    revoked()
    client()
    tap.done()


main()
