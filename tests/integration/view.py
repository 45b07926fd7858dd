# SPDX-License-Identifier: MIT
"""The desk's certificate viewer, asked as a browser's form and as curl would, and told
the same as certgate explain tells of the same file."""
import base64
import hashlib
import html
import http.client
import json
import pathlib
import re
import subprocess
import urllib.parse

from harness import CERTGATE, Server, Tap, need

tap = Tap()
BOUNDARY = "----certgate-test"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"


def multipart(fields, files=()):
    body = b""
    for name, value, more in [(n, v, "") for n, v in fields] + \
            [(n, v, f'; filename="{f}"') for n, v, f in files]:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
        body += head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def ask(port, path="/view", body=None, kind=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if kind:
        headers["Content-Type"] = kind
    connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers


def verdict_of(page):
    found = re.search(r'<h2 id="verdict">(.*?)</h2>', page)
    return html.unescape(found[1]) if found else ""


def explained(server, *words):
    done = subprocess.run([CERTGATE, "explain", "--json", "--store", str(server.store), *words],
                          env=server.env, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["results"][0]


def clients(server, port):
    for case in ("good", "eku-server", "expired", "unknown-root", "chain-missing",
                 "extension-duplicate", "subject-script", "crl-expired"):
        pem = server.cases / f"{case}.crt"
        want = explained(server, str(pem))["verdict"]
        status, page, _ = ask(port, body=multipart([], [("file", pem.read_bytes(), pem.name)]),
                              kind=MULTIPART)
        text = verdict_of(page)
        told = "IIS would let this client in" if want["name"] == "OK" else \
            f"IIS would refuse this client: {want['status']} {want['title']}"
        tap.equal(status, 200, f"{case}: 200")
        tap.equal(text, told, f"{case}: as certgate explain says")
        pasted = urllib.parse.urlencode({"text": pem.read_text()})
        tap.equal(verdict_of(ask(port, body=pasted, kind=URLENCODED)[1]), told,
                  f"{case}: pasted, the same")


def decided(server, port):
    """What decided and what to do come first; the browser keeps the page for its button Back."""
    for case, says, remedy in (
            ("expired", "<strong><bdi>expired</bdi></strong> ended ", "Renew it"),
            ("unknown-root", "The path ends in a root that is not in LocalMachine\\Root",
             "Import that root certificate")):
        page, headers = ask(port, body=multipart([], [
            ("file", (server.cases / f"{case}.pem").read_bytes(), "x.pem")]), kind=MULTIPART)[1:]
        found = page.partition('<div class="decided">')[2].partition("</div>")[0]
        tap.ok(says in found and "What to do: " + remedy in found, f"{case}: what decided", page)
        tap.ok(page.index('class="decided"') < page.index('class="viewer"'),
               f"{case}: before the certificate")
        tap.equal(headers["Cache-Control"], "private, max-age=0", f"{case}: Back shows it again")
    page = ask(port, body=multipart([("as", "server"), ("host", "localhost")], [
        ("file", (server.cases / "expired.pem").read_bytes(), "x.pem")]), kind=MULTIPART)[1]
    tap.ok('<div class="decided">' in page, "as a server: what a browser minds", page)
    tap.absent('class="decided"', ask(port, body=multipart([], [
        ("file", (server.cases / "good.pem").read_bytes(), "x.pem")]), kind=MULTIPART)[1],
               "good: nothing decided", 'id="verdict"')


def nothing(port, control):
    page = ask(port, "/nothing", Accept="text/html")[1]
    tap.ok("There is nothing at this address." in page and "/why" in page and
           '<nav aria-label="Pages">' in page, "the desk's 404 says what there is", page)
    status, text, headers = ask(control, "/nothing")
    told = json.loads(text)["error"] if headers["Content-Type"] == "application/json" else text
    tap.ok(status == 404 and "/revocations" in told and "/events" in told,
           "the control's 404 is JSON and says what there is", text)


def hostile(server, port):
    page = ask(port, body=multipart([("host", '"><img src=x>')], [
        ("file", (server.cases / "subject-script.crt").read_bytes(),
         "<img src=x onerror=alert(1)>.crt")]), kind=MULTIPART)[1]
    for markup in ("<img", "<script>alert"):
        tap.absent(markup, page, f"a hostile certificate, file name and host: no {markup}",
                   "&lt;script&gt;alert(1)&lt;/script&gt;")
    tap.ok("&lt;img src=x onerror=alert(1)&gt;.crt" in page, "the file's name is shown")
    for label, body, kind in (
        ("nothing", b"", URLENCODED),
        ("an empty file", multipart([], [("file", b"", "")]), MULTIPART),
        ("no certificate", "text=hello", URLENCODED),
        ("JSON", "{}", "application/json"),
        ("half a form", multipart([("text", "x")])[:60], MULTIPART),
        ("random bytes", multipart([], [("file", bytes(range(256)) * 40, "x.der")]), MULTIPART),
    ):
        status, page, _ = ask(port, body=body, kind=kind)
        tap.ok(status == 400 and 'role="alert"' in page, f"{label}: 400, and a sentence", status)
    for accept, says in (("text/html", "<h1>413 "), ("*/*", "That is more than 1 MiB")):
        status, page, headers = ask(port, body="a=" + "x" * (1024 * 1024), kind=URLENCODED,
                                    Accept=accept)
        tap.ok(status == 413 and says in page and "certgate explain" in page and
               headers["Server"] == "certgated" and headers["Connection"] == "close",
               f"over 1 MiB: 413 in words of the desk, for {accept}", page)
    tap.equal(ask(port, body="a=" + "x" * (1024 * 1024), kind=URLENCODED, Accept="text/html",
                  Host="evil.example")[0], 403, "over 1 MiB by a foreign name: 403")
    tap.equal(ask(port, "/", body="a=" + "x" * 70000, kind=URLENCODED)[0], 405,
              "no other page takes a form")
    tap.equal(ask(port, body="text=x", kind=URLENCODED, Origin="http://evil.example")[0], 403,
              "a foreign page's form: 403")


def shown(port, path, **fields):
    page = ask(port, body=multipart(list(fields.items()), [("file", path.read_bytes(), path.name)]),
               kind=MULTIPART)[1]
    return verdict_of(page), html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))), page


def requests(server, port):
    """A certificate request is shown as what it would become, as explain does."""
    for purpose, told in (("clientAuth", "IIS would let this client in, if a CA issues it"),
                          ("serverAuth", "IIS would refuse this client: 403.16 Client certificate "
                           "is untrusted or invalid, if a CA issues it")):
        csr = pathlib.Path(server.folder) / f"{purpose}.csr"
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{csr}.key", "-subj",
                        "/CN=asked for", "-addext", f"extendedKeyUsage={purpose}", "-out", csr],
                       check=True, capture_output=True)
        verdict, text, page = shown(port, csr)
        want = explained(server, str(csr))
        tap.equal(verdict, told, f"a request for {purpose}")
        names = re.findall(r"<code>([A-Z_]+)</code>",
                           page.partition('class="panel panel-3"')[2].partition("<h3>What")[0])
        tap.equal(sorted(n for n in names if "_E_" not in n and not n.startswith("CERT_")),
                  sorted(f["name"] for f in want["chain"]["findings"]),
                  f"a request for {purpose}: explain's findings")
        tap.ok(all(f"The file {line}" in text for line in want["remarks"]) and want["remarks"],
               f"a request for {purpose}: explain's remarks", (want["remarks"], text[:900]))
    # What it made for the request is forgotten: the same CA's name is nobody's issuer.
    tap.equal(shown(port, server.cases / "good.crt")[0], "IIS would let this client in",
              "after it the store is as it was")


def importers(server, port):
    """Who imports a PKCS#12 file, as explain says."""
    for name, options in (("new", ()), ("old", ("-legacy",))):
        p12 = pathlib.Path(server.folder) / f"{name}.p12"
        subprocess.run(["openssl", "pkcs12", "-export", *options, "-in",
                        server.cases / "good.pem", "-out", p12, "-passout", "pass:x"], check=True,
                       capture_output=True)
        want = explained(server, "--pass", "x", str(p12))["importers"]
        text = shown(port, p12, password="x")[1].partition("Who imports this file")[2]
        words = {"yes": "Imported by", "perhaps": "Perhaps by", "no": "Not by"}
        parts = dict(re.findall(r"(Imported by|Perhaps by|Not by) (.*?)\. ", text))
        wrong = [i["name"] for i in want
                 if i["name"] not in parts.get(words[i["imports"]], "")]
        tap.ok(len(want) > 5 and not wrong, f"{name}.p12: its importers", (wrong, text[:900]))
    tap.absent("Who imports", shown(port, server.cases / "good.pem")[1],
               "a PEM file has no importers", "What a client would send")


def files(server, port):
    p12 = pathlib.Path(server.folder) / "some.p12"
    subprocess.run(["openssl", "pkcs12", "-export", "-in", server.cases / "good.pem", "-out", p12,
                    "-name", "Bob's <own>", "-passout", "pass:secret"], check=True)
    for password, status, says in (("", 400, "some.p12 is protected by a password: choose it "
                                    "again, and type the password."),
                                   ("wrong", 400, "some.p12 does not open with that password: "
                                    "choose it again, and type the right one"),
                                   ("secret", 200, "Bob&#39;s &lt;own&gt;")):
        got, page, _ = ask(port, body=multipart(
            [("password", password)], [("file", p12.read_bytes(), "some.p12")]), kind=MULTIPART)
        tap.ok(got == status and says in page and "--pass" not in page, f"PKCS #12 with password '{password}': {status}",
               f"{got}\n{page[-3000:]}")
    text = base64.encodebytes(p12.read_bytes()).decode()
    page = ask(port, body=urllib.parse.urlencode({"text": text, "password": "secret"}),
               kind=URLENCODED)[1]
    tap.ok("<p>The file is read from base64 text.</p>" in page, "how a file was read is told",
           page[-3000:])
    key = (server.cases / "good.pem").read_text()
    page = ask(port, body=urllib.parse.urlencode({"text": key}), kind=URLENCODED)[1]
    tap.ok("PRIVATE KEY" not in page and 'id="verdict"' in page,
           "a private key that came along is not shown")


def own(port):
    status, page, headers = ask(port, "/view/server")
    tap.equal(status, 200, "the server's own certificate")
    tap.ok("would accept it" in verdict_of(page), "a browser with the test CA accepts it", page)
    tap.ok("Ensures the identity of a remote computer" in page, "its purpose in words")
    policy = headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]*);", policy)[1].split()
    tap.ok("default-src 'none'" in policy and "form-action 'self'" in policy and
           scripts and all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", each) for each in scripts),
           "no script may run there but ours, by its hash", policy)
    inline = re.findall(r"<script>(.*?)</script>", ask(port, "/view")[1], re.S)
    tap.ok(len(inline) == 2 and all("'sha256-" + base64.b64encode(hashlib.sha256(
        each.encode()).digest()).decode() + "'" in scripts for each in inline),
           "and these are the page's", policy)


def main():
    need("openssl")
    with Server("--quiet", "--listen", "127.0.0.1:0,desk,pki",
                "--listen", "127.0.0.1:0,control") as server:
        port = server.ports["desk"]
        decided(server, port)
        nothing(port, server.ports["control"])
        clients(server, port)
        hostile(server, port)
        files(server, port)
        requests(server, port)
        importers(server, port)
        own(port)
    tap.done()


main()
