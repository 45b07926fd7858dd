# SPDX-License-Identifier: MIT
"""What IIS's reference says of the answers themselves, seen from outside: the rows
that are no certificate's fault, the pages, their headers, HTTP, and the logs."""
import base64
import hashlib
import json
import re
import socket
import ssl
import subprocess
import time

from harness import (CERTGATED, DEADLINE, Server, Tap, context, folder, get, need_patches,
                     read_answer, substatus)

tap = Tap()
KEY_SUFFIXES = (".key", ".p12", ".pfx")


def raw(port, data, tls=None, name="localhost", limit=65536):
    """Sends bytes, over TLS if `tls` is a context; all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        s = tls.wrap_socket(plain, server_hostname=name) if tls else plain
        out = b""
        try:
            s.sendall(data)
            while len(out) < limit:
                piece = s.recv(65536)
                if not piece:
                    break
                out += piece
        except OSError:
            pass
        if tls:
            s.close()
        return out


def status(answer):
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(found.group(1)) if found else None


def last_log_line(server):
    logs = sorted((server.folder / "state" / "certgate" / "logs").glob("u_ex*.log"))
    return logs[-1].read_text(encoding="utf-8").splitlines()[-1]


def pages(server):
    port = server.ports["Require"]
    code, head, body, _, _ = get(port, "/some/where?q=1")
    text = body.decode()
    tap.equal(code, 403, "no certificate: 403")
    tap.equal(substatus(body), "403.7", "row 1: 403.7")
    for words in ("IIS 10.0 Detailed Error - 403.7 - Forbidden", "HTTP Error 403.7 - Forbidden",
                  "The page you are attempting to access requires your browser to have a Secure "
                  "Sockets Layer (SSL) client certificate that the Web server recognizes.",
                  "Most likely causes:", "Things you can try:", "Detailed Error Information:",
                  "Module", "IIS Web Core", "Notification", "Handler", "Error Code", "0x80070005",
                  "Requested URL", f"https://localhost:{port}/some/where?q=1", "Physical Path",
                  "Logon Method", "Logon User", "Not yet determined", "More Information:",
                  "LinkID=62293"):
        tap.ok(words in text, f"the detailed page has: {words[:40]}")
    lines = head.lower().split("\r\n")
    for header in ("server: microsoft-iis/10.0", "x-powered-by: asp.net",
                   "cache-control: private", "content-type: text/html; charset=utf-8"):
        tap.ok(header in lines, f"header {header}", head)
    csp = [line for line in lines if line.startswith("content-security-policy:")]
    tap.ok(csp and "default-src 'none'" in csp[0] and "unsafe" not in csp[0], "a strict CSP", csp)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    tap.ok(text.count("<script") == len(scripts) <= 1 and all(
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode().lower() in csp[0]
        for each in scripts), "no script but ours, by its hash", csp)

    line = last_log_line(server).split(" ")
    tap.equal(line[-4:-1], ["403", "7", "5"], "the log says 403 7 5")
    tap.equal(line[4:6], ["/some/where", "q=1"], "the log has stem and query")

    for case, code_, hresult, win32 in (
            ("unknown-root", "403.16", "0x800b0109", "2148204809"),
            ("expired", "403.17", "0x800b0101", "2148204801"),
            ("revoked", "403.13", "0x80092010", "2148081680"),
            ("crl-unreachable", "403.13", "0x80092013", "2148081683"),
            ("eku-server", "403.16", "0x800b0110", "2148204816")):
        for flags in ("Require", "Accept"):
            _, _, body, _, _ = get(server.ports[flags], "/", cert=server.cases / f"{case}.pem")
            tap.ok(substatus(body) == code_ and hresult in body.decode().lower(),
                   f"{case} under {flags}: {code_} {hresult}", substatus(body))
            line = last_log_line(server).split(" ")
            tap.equal(line[-4:-1], [*code_.split("."), win32], f"{case} under {flags}: its log line")
        answer = get(server.ports["Ignore"], "/", cert=server.cases / f"{case}.pem")
        tap.equal(answer[0], 200, f"{case} under Ignore: 200")
    tap.equal(get(server.ports["Accept"], "/")[0], 200, "row 2: none under Accept: 200")


def whoami(server):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        _, _, body, _, _ = get(server.ports["Require"], "/whoami", version=version,
                               cert=server.cases / "good.pem")
        seen = json.loads(body)
        tap.equal(seen["verdict"]["code"], "200", f"{version.name}: whoami lets good in")
        tap.equal(seen["tls"]["version"].replace("v", "").replace(".", "_"),
                  version.name.replace("v", ""), f"{version.name}: whoami has the version")
        tap.equal(seen["tls"]["server_name"], "localhost", f"{version.name}: and SNI")
    _, head, body, _, _ = get(server.ports["Accept"], "/healthz")
    tap.equal(body.strip(), b"ok", "/healthz")


def http(server):
    tls = context()
    port = server.ports["Ignore"]
    host = b"Host: localhost\r\n"
    end = b"Connection: close\r\n\r\n"
    for name, request, want in (
            ("GET", b"GET /healthz HTTP/1.1\r\n" + host + end, 200),
            ("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", 200),
            ("OPTIONS", b"OPTIONS / HTTP/1.1\r\n" + host + end, 200),
            ("POST", b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 3\r\n" + end + b"abc", 200),
            ("chunked", b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n" + end +
             b"3\r\nabc\r\n0\r\n\r\n", 200),
            ("unknown path", b"GET /nothing/here HTTP/1.1\r\n" + host + end, 404),
            ("DELETE", b"DELETE / HTTP/1.1\r\n" + host + end, 405),
            ("no Host", b"GET / HTTP/1.1\r\n" + end, 400),
            ("two Hosts", b"GET / HTTP/1.1\r\n" + host + host + end, 400),
            ("POST without a length", b"POST / HTTP/1.1\r\n" + host + end, 411),
            ("two lengths", b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\n"
             b"Content-Length: 2\r\n" + end + b"ab", 400),
            ("length and chunked", b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 3\r\n"
             b"Transfer-Encoding: chunked\r\n" + end + b"0\r\n\r\n", 400),
            ("a huge body", b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 99999999999\r\n" +
             end, 413),
            ("a long URL", b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n" + host + end, 414),
            ("large headers", b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 40000 + b"\r\n" + end,
             431),
            ("many headers", b"GET / HTTP/1.1\r\n" + host + b"A: b\r\n" * 500 + end, 431),
            ("an unknown method", b"BREW / HTTP/1.1\r\n" + host + end, 501),
            ("HTTP/2.0", b"GET / HTTP/2.0\r\n" + host + end, 505),
            ("garbage", b"\x00\x01\x02\r\n\r\n", 400)):
        got = raw(port, request, tls)
        tap.equal(status(got), want, f"HTTP: {name}")
    got = raw(port, b"HEAD / HTTP/1.1\r\n" + host + end, tls)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head, re.I)
    tap.ok(status(got) == 200 and body == b"" and length and int(length.group(1)) > 0,
           "HTTP: HEAD has the length and no body", got[:300])
    got = raw(port, (b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n") * 4 +
              b"GET /healthz HTTP/1.1\r\n" + host + end, tls)
    tap.equal(got.count(b"HTTP/1.1 200"), 5, "HTTP: five pipelined requests, five answers")
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain:
        with tls.wrap_socket(plain, server_hostname="localhost") as s:
            s.sendall(b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 2\r\n"
                      b"Expect: 100-continue\r\n\r\n")
            tap.ok(s.recv(100).startswith(b"HTTP/1.1 100"), "HTTP: 100 Continue comes first")
            s.sendall(b"ab")
            tap.equal(read_answer(s)[0], 200, "HTTP: and then the answer")
    got = raw(port, b"GET /x%0d%0aSet-Cookie:%20a HTTP/1.1\r\n" + host + end, tls)
    tap.absent(b"\nSet-Cookie", got, "HTTP: no header can be injected by the path",
               b"HTTP/1.1 404 ")
    tap.equal(last_log_line(server).split(" ")[4], "/x%0D%0ASet-Cookie:+a", "and no log line")


def plain(server):
    got = raw(server.ports["Require"], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    tap.equal(got, b"", "plain HTTP on a TLS port: dropped without an answer")
    with Server("--quiet", "--friendly") as friendly:
        got = raw(friendly.ports["Require"], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        tap.ok(status(got) == 400 and b"HTTPS" in got, "--friendly: a 400 that says HTTPS",
               got[:300])
        tap.equal(friendly.stop(), 0, "the friendly server ends with 0")


def sites():
    """403.4, 403.5, 413.0, 500.0: the rows of section 1 that a site's settings make."""
    with Server("--quiet", "--listen", "127.0.0.1:0,plain,ssl", listen=()) as server:
        port = [int(re.search(r":(\d+)", line.split("//")[1]).group(1))
                for line in server.lines if line.startswith("listening http://")][0]
        got = raw(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        tap.equal(substatus(got), "403.4", "plain HTTP to a site that demands SSL: 403.4")
        tap.equal(server.stop(), 0, "the plain server ends with 0")
    with Server("--quiet", "--null-ciphers", "--ciphers", "TLS_RSA_WITH_NULL_SHA256:"
                "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "--listen",
                "127.0.0.1:0,sslflags=Ignore,ssl128", listen=()) as server:
        port = list(server.ports.values())[0]
        tls = context(ssl.TLSVersion.TLSv1_2)
        tls.set_ciphers("NULL:@SECLEVEL=0")
        tap.equal(substatus(get(port, "/", tls=tls)[2]), "403.5",
                  "a site that demands 128 bits, and a cipher of none: 403.5")
    with Server("--quiet", "--clientcertnegotiation", "disable") as server:
        v12, v13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
        good = server.cases / "good.pem"
        port = server.ports["Require"]
        tap.equal(get(port, "/", version=v12, cert=good)[0], 200,
                  "asked for late, TLS 1.2: 200 (tests/integration/late.py has the rest)")
        code, _, body, _, _ = get(port, "/", version=v13, cert=good)
        tap.ok(code == 500 and b"0x80070032" in body,
               "asked for late, TLS 1.3, Windows Server 2025: 500.0 0x80070032", body[:200])
        body = b"a" * 60000
        got = raw(port, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n"
                  b"Connection: close\r\n\r\n" + body, context(v12))
        tap.equal(status(got), 413, "a body over uploadReadAheadSize: 413")
    with Server("--quiet", "--clientcertnegotiation", "disable", "--profile", "2022") as server:
        try:
            got = get(server.ports["Require"], "/", version=ssl.TLSVersion.TLSv1_3)[0]
        except (ConnectionResetError, ssl.SSLError, OSError) as error:
            got = type(error).__name__
        tap.ok(got in ("ConnectionResetError", "SSLEOFError", None, "SSLError"),
               "Windows Server 2022, TLS 1.3: a reset", got)


def error_modes():
    with Server("--quiet", "--errormode", "Custom") as server:
        _, head, body, _, _ = get(server.ports["Require"], "/", cert=server.cases / "expired.pem")
        text = body.decode("latin-1")
        tap.ok("403 - Forbidden: Access is denied." in text and "403.17" not in text and
               "expired" not in text.lower(),
               "--errormode Custom: no sub-status, nothing of ours", text[:300])
    with Server("--quiet", "--plain-iis") as server:
        _, _, body, _, _ = get(server.ports["Require"], "/", cert=server.cases / "expired.pem")
        text = body.decode()
        tap.absent("certgate", text, "--plain-iis: IIS's page, and nothing of ours",
                   "HTTP Error 403.17 - Forbidden")
    for option, code_ in (("usagecheck", "eku-server"), ("verifyclientcertrevocation", "revoked")):
        with Server("--quiet", f"--{option}", "disable") as server:
            got = get(server.ports["Require"], "/", cert=server.cases / f"{code_}.pem")[0]
            tap.equal(got, 200, f"row 19: --{option} disable lets {code_} in")
    for name, case in (("any-eku", "eku-any"), ("no-digital-signature", "ku-encipherment"),
                       ("ca-as-client", "ca-as-client"), ("no-cdp", "crl-none"),
                       ("sha1", "signed-sha1")):
        with Server("--quiet", "--assume", f"{name}=refuse") as server:
            got = get(server.ports["Require"], "/", cert=server.cases / f"{case}.pem")
            tap.equal(got[0], 403, f"--assume {name}=refuse refuses {case}")
    with Server("--quiet", "--assume", "ca-time=nested") as server:
        for case, want in (("issuer-expired", "403.16"), ("expired", "403.17"), ("good", "200")):
            status, _, body = get(server.ports["Require"], "/", cert=server.cases / f"{case}.pem")[:3]
            tap.equal(substatus(body) or str(status), want, f"--assume ca-time=nested: {case} is {want}")
            tap.ok((b"0x800b0102" in body.lower()) == (want == "403.16"), "with its HRESULT", body[:300])


def ca_names(port, version):
    """What OpenSSL prints of the CertificateRequest."""
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", version],
        input=b"", capture_output=True, timeout=DEADLINE).stdout


def issuer_list():
    with Server("--quiet", "--send-trusted-issuer-list") as server:
        for version in ("-tls1_2", "-tls1_3"):
            out = ca_names(server.ports["Require"], version)
            tap.ok(b"Acceptable client certificate CA names" in out and b"certgate tests" in out,
                   f"SendTrustedIssuerList: the CertificateRequest names the roots {version}",
                   out[:300])
        tap.ok("TLS 1.2 only" not in server.errors(), "no word of a missing patch")
    with Server("--quiet") as server:
        for version in ("-tls1_2", "-tls1_3"):
            out = ca_names(server.ports["Require"], version)
            tap.ok(b"No client certificate CA names sent" in out,
                   f"none by default, as since 2012 {version}")


def key_log():
    with folder() as place:
        log = place / "keys.txt"
        with Server("--quiet", env={"SSLKEYLOGFILE": str(log)}) as server:
            get(server.ports["Accept"], "/", version=ssl.TLSVersion.TLSv1_2)
            get(server.ports["Accept"], "/", version=ssl.TLSVersion.TLSv1_3)
        text = log.read_text()
        for label in ("CLIENT_RANDOM ", "CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
                      "SERVER_TRAFFIC_SECRET_0 "):
            tap.ok(label in text, f"SSLKEYLOGFILE: {label}")
        tap.equal(log.stat().st_mode & 0o777, 0o600, "SSLKEYLOGFILE is 0600")


def broken_logs():
    with Server("--quiet", "--log-dir", "/dev/null/nowhere") as server:
        tap.equal(get(server.ports["Accept"], "/healthz")[0], 200,
                  "a log folder that cannot be: answers come all the same")
        tap.ok("/dev/null/nowhere" in server.errors(), "and it is reported", server.errors())


def keys_are_private():
    with Server("--quiet") as server:
        keys = [p for p in (server.folder / "data").rglob("*")
                if p.is_file() and (b"PRIVATE KEY" in p.read_bytes() or p.suffix in KEY_SUFFIXES)]
        tap.none([p for p in keys if p.stat().st_mode & 0o077], keys,
                 "every private key is 0600", 100)
        for place in ("authorities", "cases", "store"):
            tap.ok(any(place in p.parts for p in keys), f"there are keys below {place}", keys[:3])
        bad = get(server.ports["Require"], "/", cert=server.cases / "subject-script.pem")[2]
        tap.absent(b"<script>alert", bad, "HTML in a name stays text", b"&lt;script&gt;alert")
        tap.absent(b"PRIVATE", bad, "no key in a page", b"&lt;script&gt;alert")


def check_only():
    with folder() as home:
        done = subprocess.run([CERTGATED, "--check"], capture_output=True, timeout=DEADLINE,
                              env={"HOME": str(home), "PATH": "/usr/bin:/bin"})
        tap.equal(done.returncode, 0, "--check on a new machine")
        done = subprocess.run([CERTGATED, "--sslflags", "sometimes"], capture_output=True,
                              timeout=DEADLINE, env={"HOME": str(home), "PATH": "/usr/bin:/bin"})
        tap.ok(done.returncode == 2 and b"sslflags" in done.stderr, "a bad option is 2",
               done.stderr)


def main():
    need_patches("the list of CAs on TLS 1.3")
    with Server("--quiet") as server:
        pages(server)
        whoami(server)
        http(server)
        plain(server)
        tap.equal(server.stop(), 0, "the server ends with 0")
    sites()
    error_modes()
    issuer_list()
    key_log()
    broken_logs()
    keys_are_private()
    check_only()
    tap.done()


main()
