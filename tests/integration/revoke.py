# SPDX-License-Identifier: MIT
"""Our own revocation service: each state is switched while the server runs, and the next
request gets IIS's answer; what the service says is checked by OpenSSL and GnuTLS. Clients
are Python's ssl, openssl s_client and curl."""
import base64
import http.client
import json
import select
import shutil
import socket
import ssl
import statistics
import subprocess
import time
import urllib.request

from harness import CERTGATE, DEADLINE, Server, Tap, context, get, need, read_answer, \
    substatus

need("openssl", "curl")
tap = Tap()
TIMEOUT_MS = 1500
PKI = ("--listen", "127.0.0.1:0,pki", "--listen", "127.0.0.1:0,control")
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
REVOKED, UNKNOWN, OFFLINE = ("403.13 0x80092010", "403.13 0x80092012", "403.13 0x80092013")
STATES = {"revoked": REVOKED, "hold": REVOKED, "unknown": UNKNOWN, "stale": OFFLINE,
          "unreachable": OFFLINE, "garbage": OFFLINE, "slow": OFFLINE, "good": "200"}


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True,
                          timeout=DEADLINE, stdin=subprocess.DEVNULL, **more)


def revoke(server, *words):
    return run(CERTGATE, "revoke", *words, env=server.env)


def code_of(status, body):
    code = substatus(body)
    hresult = "0x" + body.decode("utf-8", "replace").lower().partition("0x")[2][:8]
    return f"{code} {hresult}" if code else str(status)


def ask(server, case="good", version=None, **more):
    """IIS's answer to a case, and how long it took."""
    start = time.monotonic()
    status, _, body, _, _ = get(server.ports["Require"], cert=server.cases / f"{case}.pem",
                                version=version, **more)
    return code_of(status, body), time.monotonic() - start


def states(server):
    for name, version in VERSIONS.items():
        for state, want in STATES.items():
            done = revoke(server, "good", "--as", state)
            tap.ok(done.returncode == 0 and done.stdout.split()[:2] == ["good", state],
                   f"revoke good --as {state}", done.stdout + done.stderr)
            code, seconds = ask(server, version=version)
            # Two places are asked, one after the other, each with its time-out.
            tap.ok(code == want and seconds < 2 * TIMEOUT_MS / 1000 + 4 and
                   (state != "slow" or seconds >= TIMEOUT_MS / 1000 * 0.9),
                   f"TLS {name}, {state}: {want}, in time", f"{code} after {seconds:.2f} s")
            tap.equal(ask(server, "both-purposes", version)[0], "200",
                      f"TLS {name}, {state}: another certificate is as before")
    revoke(server, "good", "--as", "revoked")
    done = revoke(server, "--list")
    tap.ok("good" in [line.split()[0] for line in done.stdout.splitlines()] and
           "on-hold" in done.stdout, "revoke --list", done.stdout + done.stderr)
    revoke(server, "good", "--reset")
    tap.equal(ask(server)[0], "200", "--reset: as the tables say")


def other_clients(server):
    pem = server.cases / "good.pem"
    revoke(server, "good", "--as", "unknown")
    for flag, name in (("-tls1_2", "1.2"), ("-tls1_3", "1.3")):
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Require']}",
             flag, "-cert", str(pem), "-key", str(pem), "-ign_eof", "-quiet"],
            input=b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            capture_output=True, timeout=DEADLINE)
        tap.ok(b"403.13" in done.stdout and b"0x80092012" in done.stdout.lower(),
               f"openssl s_client on TLS {name} sees it", done.stdout[:300])
    for state, word in (("hold", "0x80092010"), ("good", "")):
        revoke(server, "good", "--as", state)
        done = run("curl", "-sk", "--cert", pem, "-w", "%{http_code}",
                   f"https://localhost:{server.ports['Require']}/", "--resolve",
                   f"localhost:{server.ports['Require']}:127.0.0.1")
        tap.ok(done.stdout.endswith("403" if word else "200") and word in done.stdout.lower(),
               f"curl sees {state}", done.stdout[-300:])
    revoke(server, "--reset")


def kept_connections(server):
    """One connection and one resumed session, switched between requests."""
    port = server.ports["Require"]
    for name, version in VERSIONS.items():
        tls = context(version, server.cases / "good.pem")
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain, \
                tls.wrap_socket(plain, server_hostname="localhost") as s:
            got = []
            for state in ("good", "revoked", "unknown", "good"):
                revoke(server, "good", "--as", state)
                s.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
                status, _, body = read_answer(s)
                got.append(code_of(status, body))
            tap.equal(got, ["200", REVOKED, UNKNOWN, "200"],
                      f"TLS {name}: a connection that is kept alive")
            session = s.session
        revoke(server, "good")
        status, _, body, _, resumed = get(port, tls=tls, session=session)
        tap.equal((code_of(status, body), resumed), (REVOKED, True),
                  f"TLS {name}: a resumed session")
        revoke(server, "good", "--reset")


def against_the_store(server):
    """What was switched counts more than the CRL in the store, and nothing else does."""
    tap.equal(ask(server, "revoked")[0], REVOKED, "by the tables: revoked")
    revoke(server, "revoked", "--as", "good")
    tap.equal(ask(server, "revoked")[0], "200", "switched to good, against the store's CRL")
    revoke(server, "revoked", "--reset")
    tap.equal(ask(server, "revoked")[0], REVOKED, "and back")
    revoke(server, "issuing")
    tap.equal(ask(server)[0], REVOKED, "a CA is revoked, and so what it issued")
    done = revoke(server, "ca/revoked", "--as", "good")
    tap.ok(done.stdout.startswith("ca/revoked "), "ca/NAME where a case has the name",
           done.stdout + done.stderr)
    done = revoke(server, "--reset")
    tap.equal(sorted(line.split()[0] for line in done.stdout.splitlines()),
              ["ca/revoked", "issuing"], "--reset alone: all that were switched")
    tap.equal(ask(server)[0], "200", "and all is as before")


def wrong_use(server):
    for words, text in (
        (("goood",), "did you mean good?"), (("good", "--as", "gone"), "'gone' is no state: good, revoked, "),
        ((), "name a certificate"), (("good", "--list"), "stands alone"),
        (("good", "--as", "good", "--reset"), "exclude each other"),
        (("none",), "No certificate 'none'"),
        (("good", "--control", "http://127.0.0.1:1"), "no certgated answers"),
        (("good", "--control", "ftp://127.0.0.1"), "http: URL"),
        (("good", "--control", "http://192.0.2.1:8441"), "not this machine"),
    ):
        done = revoke(server, *words)
        tap.ok(done.returncode == 2 and text in done.stderr,
               f"revoke {' '.join(words)}: {text}", done.stdout + done.stderr)
    url = f"http://127.0.0.1:{server.ports['control']}"
    done = run(CERTGATE, "revoke", "--list", env=dict(server.env, CERTGATE_CONTROL=url,
                                                      XDG_RUNTIME_DIR="/nowhere"))
    tap.equal(done.returncode, 0, "CERTGATE_CONTROL says where")


def from_a_page(server):
    """What a page in the user's browser could send."""
    port = server.ports["control"]
    wish = json.dumps({"name": "good", "state": "revoked"})
    for title, headers, body, status in (
        ("a form", {"Content-Type": "application/x-www-form-urlencoded"}, wish, 415),
        ("a form as text", {"Content-Type": "text/plain"}, wish, 415),
        ("a form with files", {"Content-Type": "multipart/form-data"}, wish, 415),
        ("a type that begins so", {"Content-Type": "application/jsonp"}, wish, 415),
        ("no type", {}, wish, 415),
        ("a foreign origin", {"Content-Type": "application/json",
                              "Origin": "http://evil.example"}, wish, 403),
        ("a rebound name", {"Content-Type": "application/json",
                            "Host": f"evil.example:{port}",
                            "Origin": f"http://evil.example:{port}"}, wish, 403),
        ("the browser says so", {"Content-Type": "application/json",
                                 "Sec-Fetch-Site": "cross-site"}, wish, 403),
        ("no JSON", {"Content-Type": "application/json"}, "name=good", 400),
        ("more than it takes", {"Content-Type": "application/json"},
         '{"name":"good","state":"good","x":1}', 400),
        ("a name that is no text", {"Content-Type": "application/json"},
         '{"name":["good"],"state":"good"}', 400),
        ("deep nesting", {"Content-Type": "application/json"}, "[" * 60000, 400),
        ("too much", {"Content-Type": "application/json"}, " " * 70000, 413),
    ):
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        c.request("POST", "/revocations", body=body, headers=headers)
        answer = c.getresponse()
        answer.read()
        tap.ok(answer.status == status and
               answer.getheader("Access-Control-Allow-Origin") is None,
               f"control, {title}: {status}", answer.status)
        c.close()
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    c.request("OPTIONS", "/revocations", headers={
        "Origin": "http://evil.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    answer = c.getresponse()
    tap.ok(answer.status == 403 and not answer.getheader("Access-Control-Allow-Origin"),
           "control: a browser that asks first is told no", answer.status)
    c.close()
    tap.equal(ask(server)[0], "200", "none of them switched anything")


def urlopen(url, body=None, kind=None):
    request = urllib.request.Request(url, body, {"Content-Type": kind} if kind else {})
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
        return answer.headers["Content-Type"], answer.read()


def checked_by_others(server):
    top, base = server.folder, f"http://127.0.0.1:{server.ports['pki']}"
    leaf = server.cases / "good.crt"
    names = run("openssl", "x509", "-in", leaf, "-noout", "-ext",
                "authorityInfoAccess,crlDistributionPoints").stdout
    for url in ("/ocsp/issuing", "/ca/issuing.crt", "/crl/issuing/good.crl"):
        tap.ok(f"URI:http://127.0.0.1:8440{url}" in names, f"the certificate names {url}", names)

    roots = "".join(file.read_text() for file in
                    sorted((server.store / "LocalMachine" / "Root").iterdir()))
    (top / "roots.pem").write_text(roots)
    kind, body = urlopen(base + "/ca/issuing.crt")
    (top / "issuing.der").write_bytes(body)
    run("openssl", "x509", "-inform", "DER", "-in", top / "issuing.der", "-out", top / "ca.pem")
    done = run("openssl", "verify", "-CAfile", top / "roots.pem", top / "ca.pem")
    tap.ok(kind == "application/pkix-cert" and done.returncode == 0,
           "caIssuers: openssl reads it, and it hangs below the root", done.stderr)

    (top / "all.pem").write_text(roots + (top / "ca.pem").read_text())
    serial = run("openssl", "x509", "-in", leaf, "-noout", "-serial").stdout.split("=")[1].strip()
    for state, word in (("good", "good"), ("revoked", "revoked"), ("hold", "revoked"),
                        ("unknown", "unknown")):
        revoke(server, "good", "--as", state)
        done = run("openssl", "ocsp", "-issuer", top / "ca.pem", "-cert", leaf, "-url",
                   base + "/ocsp/issuing", "-CAfile", top / "all.pem", "-no_nonce",
                   "-reqout", top / "req.der", "-respout", top / "post.der")
        tap.ok("Response verify OK" in done.stderr and f": {word}" in done.stdout,
               f"openssl ocsp, POST: {word}", done.stdout + done.stderr)
        asked = base64.b64encode((top / "req.der").read_bytes()).decode()
        for title, text in (("escaped", urllib.request.quote(asked, safe="")), ("bare", asked)):
            kind, body = urlopen(f"{base}/ocsp/issuing/{text}")
            (top / "get.der").write_bytes(body)
            done = run("openssl", "ocsp", "-issuer", top / "ca.pem", "-cert", leaf, "-respin",
                       top / "get.der", "-CAfile", top / "all.pem", "-no_nonce")
            tap.ok(kind == "application/ocsp-response" and
                   "Response verify OK" in done.stderr and f": {word}" in done.stdout,
                   f"openssl ocsp, GET, {title}: {word}", done.stdout + done.stderr)
        if shutil.which("ocsptool"):
            done = run("ocsptool", "--verify-response", "--load-response", top / "get.der",
                       "--load-trust", top / "ca.pem")
            tap.ok("Success" in done.stdout + done.stderr, f"ocsptool: {state}",
                   done.stdout + done.stderr)
        if state == "unknown":
            continue
        kind, body = urlopen(base + "/crl/issuing/good.crl")
        (top / "list.der").write_bytes(body)
        done = run("openssl", "crl", "-inform", "DER", "-in", top / "list.der", "-noout",
                   "-text", "-CAfile", top / "all.pem")
        tap.ok("verify OK" in done.stderr and (serial in done.stdout) == (word == "revoked")
               and (state != "hold" or "Certificate Hold" in done.stdout),
               f"openssl crl: {state}", done.stderr)
        if shutil.which("certtool"):
            done = run("certtool", "--crl-info", "--inder", "--infile", top / "list.der")
            tap.ok(done.returncode == 0 and
                   (serial.lower() in done.stdout.lower()) == (word == "revoked"),
                   f"certtool --crl-info: {state}", done.stdout[:500] + done.stderr)
    revoke(server, "--reset")
    kind, body = urlopen(base + "/ocsp/issuing", b"\x30\x03hello", "application/ocsp-request")
    tap.equal(body, bytes.fromhex("30030a0101"), "no OCSP request: malformedRequest")


def wait_for_nobody(server):
    """100 requests wait for a list that never comes; one that needs none does not."""
    def usual(n=25):
        times = [ask(server, "both-purposes", ssl.TLSVersion.TLSv1_2) for _ in range(n)]
        return statistics.median(t for _, t in times), {code for code, _ in times}

    port, waiting = server.ports["Require"], []
    tls = context(ssl.TLSVersion.TLSv1_2, server.cases / "good.pem")
    usual(5)
    before, codes = usual()
    tap.equal(codes, {"200"}, "alone: 200")
    revoke(server, "good", "--as", "slow")
    for _ in range(100):
        s = tls.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=DEADLINE))
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        waiting.append(s)
    during, codes = usual()
    answered = select.select(waiting, [], [], 0)[0]
    tap.equal((codes, len(answered)), ({"200"}, 0), "while 100 wait: 200, and all still wait")
    print(f"# median {before * 1000:.1f} ms alone, {during * 1000:.1f} ms while 100 wait")
    tap.ok(during < 3 * before + 0.05, "in the usual time",
           f"{before:.4f} s alone, {during:.4f} s")
    start = time.monotonic()
    revoke(server, "good", "--as", "good")
    got = [read_answer(s)[0] for s in waiting]
    seconds = time.monotonic() - start
    for s in waiting:
        s.close()
    tap.ok(got == [200] * 100 and seconds < 10,
           "switched to good, all who wait are answered at once", f"{seconds:.2f} s {set(got)}")
    revoke(server, "--reset")


def hostile(server):
    """Answers that are slow on purpose hold few places, and none for who has gone."""
    port, held = server.ports["pki"], []

    def ask_for(name="good"):
        s = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        s.sendall(f"GET /crl/issuing/{name}.crl HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return s

    def status(name="good"):
        """The status that comes at once, or None, and the socket that waits."""
        s = ask_for(name)
        readable = select.select([s], [], [], 0.05 if len(held) < 128 else DEADLINE)[0]
        return (read_answer(s)[0] if readable else None), s

    revoke(server, "good", "--as", "slow")
    held += [ask_for() for _ in range(128)]
    # Requests are read in the order in which they came: before this answer are all of them.
    code, s = status("both-purposes")
    s.close()
    tap.equal((code, select.select(held, [], [], 0)[0]), (200, []),
              "128 wait for an answer that is slow on purpose")
    code, s = status()
    s.close()
    tap.equal(code, 503, "one more is turned away")
    code, s = status("both-purposes")
    s.close()
    tap.equal(code, 200, "and other lists are to be had")
    for s in held:
        s.close()
    held.clear()
    end = time.monotonic() + DEADLINE
    while True:
        code, s = status()
        s.close()
        if code is None or time.monotonic() > end:
            break
    tap.equal(code, None, "who hangs up leaves its place to others")
    revoke(server, "--reset")
    for title, path in (("an endless name", "/crl/" + "a" * 4000 + ".crl"),
                        ("an escape from the folder", "/ca/..%2f..%2fauthorities%2froot.key"),
                        ("a NUL", "/ca/issuing.crt%00.txt"), ("nobody's OCSP", "/ocsp/nobody/AA"),
                        ("a key", "/ca/issuing.key")):
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            code, _, body = read_answer(s)
        tap.ok(code in (400, 404) and b"PRIVATE KEY" not in body, f"pki, {title}: refused", code)
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as s:
        s.sendall(b"GET /ocsp/issuing/" + b"%" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        tap.ok(read_answer(s)[0] in (200, 400), "pki, OCSP that is no base64: answered")


def without_the_service():
    with Server("--quiet", "--listen", "127.0.0.1:0,control") as server:
        tap.equal(ask(server)[0], "200", "no pki site: the store's CRL as ever")
        done = revoke(server, "good", "--as", "good")
        tap.ok("note: This server has no site with the role pki" in done.stdout,
               "a switch says that nobody will answer", done.stdout + done.stderr)
        revoke(server, "good", "--reset")
        tap.equal((ask(server)[0], ask(server, "revoked")[0]), ("200", REVOKED),
                  "and after it all is as ever")
        tap.equal(server.stop(), 0, "the server ends with 0")
    with Server("--quiet", "--fetch", "none", *PKI) as server:
        done = revoke(server, "good")
        tap.ok("--fetch none" in done.stdout, "--fetch none: the switch says so", done.stdout)
        tap.equal((ask(server)[0], ask(server, "revoked")[0]), (OFFLINE, REVOKED),
                  "and what was switched cannot be told")
        tap.equal(server.stop(), 0, "the server ends with 0")


def a_killed_check(server):
    """What `check --on-revoke` writes for the command goes with the next check at the latest."""
    place = server.folder / "tmp"
    place.mkdir()
    (place / "certgate-crls-nobody").write_text("not locked: a dead one's")
    (place / "certgate-crlsx").write_text("somebody else's")
    port = server.ports["Require"]
    env = dict(server.env, TMPDIR=str(place))

    def check(command):
        return run(CERTGATE, "check", f"https://localhost:{port}/", "good", "none", "expired",
                   "--resolve", f"localhost:{port}:127.0.0.1", "--survey", "--on-revoke", command,
                   env=env)

    def left():
        return sorted(path.name for path in place.glob("certgate-crls*"))
    done = check('head -n 1 "$CERTGATE_CRLS" >"$TMPDIR/said"; kill -9 $PPID')
    tap.equal((done.returncode, (place / "said").read_text()),
              (-9, "-----BEGIN X509 CRL-----\n"), "check --on-revoke is killed in its command")
    tap.ok(len(left()) == 2 and "certgate-crls-nobody" not in left(),
           "an older one's file is gone, its own is left", left())
    done = check('ls "$TMPDIR" >"$TMPDIR/said"')
    tap.equal(((place / "said").read_text().count("certgate-crls-"), left()),
              (1, ["certgate-crlsx"]), "the next check removes it, and nothing else")


def main():
    with Server("--quiet", "--urlretrievaltimeout", str(TIMEOUT_MS), *PKI) as server:
        states(server)
        other_clients(server)
        kept_connections(server)
        against_the_store(server)
        wrong_use(server)
        from_a_page(server)
        checked_by_others(server)
        tap.equal(server.stop(), 0, "the server ends with 0")
    with Server("--quiet", *PKI) as server:
        wait_for_nobody(server)
        hostile(server)
        a_killed_check(server)
        tap.equal(server.stop(), 0, "the server ends with 0")
    without_the_service()
    tap.done()


main()
