# SPDX-License-Identifier: MIT
"""Certificates by order: over the desk's form, as JSON and by certgate forge; what comes
is what was ordered, says OpenSSL, and gets the answer that it should on its own origin."""
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.parse

from harness import CERTGATE, Server, Tap, need

tap = Tap()
DEADLINE = 30.0
SLOW = os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind")


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body=body,
                       headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def order(port, **members):
    status, content = ask(port, "POST", "/mint", json.dumps(members),
                          Content_Type="application/json")
    return status, json.loads(content)


def text_of(pem):
    return subprocess.run(["openssl", "x509", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"],
                          input=pem, capture_output=True, check=True).stdout.decode()


def connect(server, name, pem):
    """To the certificate's own origin, with it or without any."""
    root = server.store.parent / "authorities" / "root.crt"
    context = ssl.create_default_context(cafile=root)
    if pem:
        context.load_cert_chain(pem)
    connection = http.client.HTTPSConnection("127.0.0.1", server.ports["Require"],
                                             context=context, timeout=30)
    raw = socket.create_connection(("127.0.0.1", server.ports["Require"]), 30)
    connection.sock = context.wrap_socket(raw, server_hostname=f"{name}.mint.localhost")
    return connection


def request(connection, name):
    connection.request("GET", "/whoami", headers={"Host": f"{name}.mint.localhost"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def visit(server, name, pem):
    """The status that the certificate gets on its own origin."""
    connection = connect(server, name, pem)
    _, body = request(connection, name)
    connection.close()
    return json.loads(body)["verdict"]["code"]


def take(server, port, name):
    path = pathlib.Path(server.folder) / f"{name}.pem"
    status, content = ask(port, "GET", f"/download/{name}.pem")
    path.write_bytes(content)
    tap.equal(status, 200, f"{name}: its file")
    return path


def by_json(server, port):
    status, made = order(port, name="alice", subject="O=Acme,CN=alice <b>", ku=["digitalSignature"],
                         eku=["clientAuth", "emailProtection"], key="rsa2048",
                         san=["DNS:a.example", "email:a@b.example"], not_after="3d")
    tap.equal((status, made.get("status")), (200, "200"), "alice is minted")
    pem = take(server, port, "alice")
    text = text_of(pem.read_bytes())
    for part in ("alice <b>", "TLS Web Client Authentication, E-mail Protection", "2048 bit",
                 "DNS:a.example, email:a@b.example", "Digital Signature"):
        tap.ok(part in text, f"OpenSSL sees {part}", text)
    tap.equal(visit(server, "alice", pem), "200", "alice is let in on her origin")
    for name, members, code in (
        ("late", {"not_before": "-9d", "not_after": "-1d"}, "403.17"),
        ("server", {"eku": ["serverAuth"]}, "403.16"),
        ("broken", {"faults": ["bad-signature"]}, "403.16"),
        ("alone", {"issuer": "self"}, "403.16"),
    ):
        members = {"eku": ["clientAuth"], **members}
        tap.equal(order(port, name=name, **members)[1].get("status"), code, f"{name}: foretold")
        tap.equal(visit(server, name, take(server, port, name)), code, f"{name}: {code}")
    order(port, name="gone", eku="clientAuth", revoked=True)
    pem = take(server, port, "gone")
    end = time.monotonic() + DEADLINE
    while (code := visit(server, "gone", pem)) != "403.13" and time.monotonic() < end:
        time.sleep(0.2)  # the server reads the new list when it sees it
    tap.equal(code, "403.13", "gone: revoked")


def refused(port):
    for members, says in (({"eku": ["nothing"]}, "eku"), ({"name": "../x"}, "name"),
                          ({"key": "rsa4096"}, "certgate forge"), ({"colour": "red"}, "not known"),
                          ({"subject": 7}, "texts"), ({"not_before": "soon"}, "from"),
                          ({"name": "good"}, "there is a case"), ({"name": "alice"}, "name"),
                          ({"subject": "CN=a\u0000b"}, "NUL"), ({"subject": "x" * 20000}, "long")):
        status, made = order(port, **members)
        tap.ok(status == 400 and says in made["error"], f"{str(members)[:40]}: 400", made)
    for field, value, says in (
            ("eku", "nothing", '<a href="#eku-7">Enhanced Key Usage</a>: &quot;nothing&quot;'),
            ("not_before", "soon", '<a href="#not-before">Validity, from</a>: '),
            ("not_after", "later", '<a href="#not-after">Validity, until</a>: '),
            ("key", "dsa", '<a href="#key">Key</a>: '), ("name", "../x", '<a href="#name">Its name</a>: '),
            ("san", "nothing:x", '<a href="#san">Subject alternative names</a>: '),
            ("issuer", "nobody", '<a href="#issuer">Issued by</a>: '),
            ("subject", "a=\tb", '<a href="#subject">Subject</a> has a tab')):
        status, page = ask(port, "POST", "/mint", urllib.parse.urlencode({field: value}),
                           Content_Type="application/x-www-form-urlencoded")
        tap.ok(status == 400 and f"Nothing was minted: {says}" in page.decode(),
               f"the form's own word for {field}", page.decode()[1000:3000])
    page = ask(port, "POST", "/mint", "subject=a%00b", Content_Type=
               "application/x-www-form-urlencoded")[1].decode()
    tap.ok("NUL" in page and 'value="a\\x00b"' in page, "a NUL stays, as it can be sent again", page)
    for subject, want in (("Bob", "Bob"), ("Bob, the <builder>", "Bob, the <builder>")):
        name = f"bare-{len(subject)}"
        tap.equal(order(port, name=name, subject=subject, eku="clientAuth")[0], 200, f"{subject}: 200")
        text = ask(port, "GET", f"/download/{name}.pem")[1]
        tap.ok(f"Subject: CN={want}\n" in text_of(text),
               f"{subject}: a bare name is a CN", text_of(text)[:600])
    tap.equal(ask(port, "POST", "/mint", "{", Content_Type="application/json")[0], 400,
              "no JSON: 400")
    status, content = ask(port, "POST", "/mint", '{"name": "x"}', Content_Type="application/jsonx")
    tap.ok(status == 400 and b"neither a form nor JSON" in content, "nearly JSON: 400", content)
    for label, headers in (("foreign page", {"Origin": "http://evil.example"}),
                           ("cross-site", {"Sec_Fetch_Site": "cross-site"}),
                           ("rebound name", {"Host": "evil.example"})):
        tap.equal(ask(port, "POST", "/mint", "name=evil", Content_Type=
                      "application/x-www-form-urlencoded", **headers)[0], 403, f"{label}: 403")
    tap.equal(ask(port, "GET", "/download/evil.pem")[0], 404, "and nothing was minted")


def by_form(port):
    body = urllib.parse.urlencode([("subject", 'CN=<img src=x onerror=alert(1)>"'), ("eku", "clientAuth"),
                                   ("eku", ""), ("ku", "digitalSignature"), ("san", ""),
                                   ("from_days", "-30"), ("until_days", "-2"), ("not_before", ""),
                                   ("not_after", ""), ("issuer", "issuing"), ("key", "p256"),
                                   ("revoked", ""), ("name", "form")])
    status, page = ask(port, "POST", "/mint", body,
                       Content_Type="application/x-www-form-urlencoded")
    page = page.decode()
    tap.ok(status == 200 and "403.17" in page, "the form's sliders: it has expired", page[-2000:])
    tap.ok("<img" not in page and "&lt;img src=x onerror" in page, "a hostile subject is text")


def switch(server, name, state):
    return ask(server.ports["control"], "POST", "/revocations",
               json.dumps({"name": name, "state": state}), Content_Type="application/json")


def fill(port, first, n):
    """Mints n, and says how many of the orders were not met."""
    return sum(order(port, name=f"m{i}", eku="clientAuth")[0] != 200
               for i in range(first, first + n))


def given_up(server, port):
    """The oldest gives way, and says so at its origin, on connections that are open, too."""
    order(port, name="oldest", eku="clientAuth")
    pem = take(server, port, "oldest")
    kept = connect(server, "oldest", pem)
    tap.equal(json.loads(request(kept, "oldest")[1])["verdict"]["code"], "200",
              "oldest: let in, and its connection is kept")
    tap.equal(switch(server, "oldest", "revoked")[0], 200, "oldest: switched to revoked")
    tap.equal(visit(server, "oldest", pem), "403.13", "oldest: 403.13")
    names = [r["name"] for r in json.loads(ask(server.ports["control"], "GET",
                                               "/revocations")[1])["revocations"]]
    tap.ok("oldest" in names and "alice" in names, "/revocations lists what was minted")
    status, crl = ask(port, "GET", "/crl/issuing/oldest.crl")
    serial = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=pem.read_bytes(),
                            capture_output=True, check=True).stdout.decode().strip()[7:]
    text = subprocess.run(["openssl", "crl", "-inform", "DER", "-noout", "-text"], input=crl,
                          capture_output=True, check=False).stdout.decode()
    tap.ok(status == 200 and serial in text, "its issuer's list, by its own address, has it",
           f"{status} {serial}")
    tap.equal(fill(port, 0, 256), 0, "256 more are minted")
    for label, connection in (("the open connection", kept),
                              ("a new one", connect(server, "oldest", None))):
        status, body = request(connection, "oldest")
        body = body.decode()
        tap.ok(status == 404 and "<strong>oldest</strong>" in body and "given up" in body and
               f"http://localhost:{port}/mint" in body, f"oldest: {label} says so", body[:3000])
        connection.close()
    tap.equal(ask(port, "GET", "/download/oldest.pem")[0], 404, "its file is gone")
    tap.equal(switch(server, "oldest", "good")[0], 404, "and cannot be switched")
    tap.equal(visit(server, "m255", take(server, port, "m255")), "200", "the newest is let in")
    tap.equal(order(port, name="oldest", eku="clientAuth")[1].get("status"), "200",
              "oldest is minted again")
    tap.equal(visit(server, "oldest", take(server, port, "oldest")), "200",
              "and not revoked, as its predecessor was")
    order(port, name="gone-too", eku="clientAuth", revoked=True)
    before = server.rss_kib()
    tap.equal(fill(port, 1000, 600), 0, "600 more are minted")
    grown = server.rss_kib() - before
    tap.ok(SLOW or grown < 4096, "and memory does not grow", f"{grown} KiB")
    tap.ok("gone-too" not in server.errors(), "no trouble of our own", server.errors())


def by_program(server):
    def forge(*words):
        return subprocess.run([CERTGATE, "forge", *words], env=server.env, capture_output=True,
                              text=True, check=False)
    done = forge("carol", "--subject", "CN=carol", "--eku", "clientAuth", "--not-before", "-2d",
                 "--not-after", "-1d", "--san", "DNS:c.example", "--fault", "hash=sha384")
    path = pathlib.Path(done.stdout.strip())
    tap.ok(path.name == "carol.pem" and path.stat().st_mode & 0o777 == 0o600,
           "certgate forge writes it, for its owner alone", done)
    text = text_of(path.read_bytes())
    tap.ok("CN=carol" in text.replace(" = ", "=") and "ecdsa-with-SHA384" in text, "as ordered", text)
    done = forge("dave", "--eku", "clientAuth", "--p12")
    listed = subprocess.run(["openssl", "pkcs12", "-in", done.stdout.strip(), "-passin",
                             "pass:certgate", "-nokeys", "-info"], capture_output=True, text=True,
                            check=False)
    tap.ok("certgate dave" in listed.stdout, "as PKCS #12", listed)
    for words in (("--eku", "zz"), ("a", "b", "--eku", "clientAuth"), ("--key", "dsa"),
                  ("--issuer", "nobody"), ("--san", "a b"), ("good", "--eku", "clientAuth")):
        done = forge(*words)
        tap.ok(done.returncode != 0 and done.stderr.startswith("certgate forge: "),
               f"{' '.join(words)}: refused with a sentence", done)


def main():
    need("openssl")
    with Server("--quiet", "--listen", "127.0.0.1:0,desk,pki",
                "--listen", "127.0.0.1:0,control") as server:
        port = server.ports["desk"]
        by_json(server, port)
        refused(port)
        by_form(port)
        by_program(server)
        given_up(server, port)
        tap.equal(server.stop(), 0, "the server ends with 0")
    tap.done()


main()
