# SPDX-License-Identifier: MIT
"""Sites with roles: where they listen, what they answer, and who may ask. Python's own
HTTP client and bare sockets ask."""
import http.client
import json
import pathlib
import socket

from harness import Server, Tap, read_answer

tap = Tap()
SITES = ("--listen", "127.0.0.1:0,desk,pki", "--listen", "127.0.0.1:0,control")


def ask(port, path="/", method="GET", body=None, **headers):
    """Status, content type and body over plain HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body=body, headers=names)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), content


def guards(control, desk):
    own = f"http://127.0.0.1:{control}"
    for title, headers, status in (
        ("no browser", {}, 200),
        ("its own page", {"Origin": own}, 200),
        ("an address that was typed", {"Sec_Fetch_Site": "none"}, 200),
        ("localhost", {"Host": f"localhost:{control}"}, 200),
        ("a name below localhost", {"Host": f"a.localhost:{control}"}, 200),
        ("::1", {"Host": f"[::1]:{control}"}, 200),
        ("a foreign page", {"Origin": "http://evil.example"}, 403),
        ("the desk's port", {"Origin": f"http://127.0.0.1:{desk}"}, 403),
        ("https", {"Origin": f"https://127.0.0.1:{control}"}, 403),
        ("a page without an origin", {"Origin": "null"}, 403),
        ("a rebound name", {"Host": f"evil.example:{control}"}, 403),
        ("a rebound name with its origin",
         {"Host": f"evil.example:{control}", "Origin": f"http://evil.example:{control}"}, 403),
        ("a name that looks like an address", {"Host": "127.0.0.1.evil.example"}, 403),
        ("a name that looks like localhost", {"Host": "localhost.evil.example"}, 403),
        ("an image of a foreign page", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("an image of another port's page", {"Sec_Fetch_Site": "same-site"}, 403),
    ):
        tap.equal(ask(control, **headers)[0], status, f"control, {title}: {status}")
    tap.equal(ask(control, "/nothing", Host="evil.example")[0], 403,
              "control: a stranger does not learn what there is")
    tap.equal(ask(desk, Host="evil.example")[0], 403, "desk: a rebound name: 403")
    tap.equal(ask(desk, Sec_Fetch_Site="cross-site")[0], 200, "desk: a link leads there")
    tap.equal(ask(desk, "/ca/issuing.crt", Host="pki.example.test")[0], 200,
              "pki: whatever it is called")


def switches(desk):
    """The desk's switch of a certificate, and the way to an origin that asks anew."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    own = {"Origin": f"http://127.0.0.1:{desk}"}
    tap.ok(b"<h1>good is not revoked</h1>" in ask(desk, "/try/good")[2], "the state of a certificate")
    for body, state in ((b"state=revoked", b"good is revoked"), (b"state=reset", b"good is not revoked")):
        tap.equal(ask(desk, "/try/good", "POST", body, **form, **own)[0], 303,
                  f"{body.decode()}: back to the page")
        tap.ok(state in ask(desk, "/try/good")[2], f"{state.decode()}")
    for title, headers, body, status in (
        ("a foreign page", {**form, "Origin": "http://evil.example"}, b"state=revoked", 403),
        ("a foreign page without an origin", {**form, "Origin": "null"}, b"state=revoked", 403),
        ("another port's page", {**form, "Sec_Fetch_Site": "same-site"}, b"state=revoked", 403),
        ("a state that it has no button for", form, b"state=slow", 400),
        ("no form", {}, b"state=revoked", 400),
    ):
        tap.equal(ask(desk, "/try/good", "POST", body, **headers)[0], status, f"{title}: {status}")
    tap.ok(b"good is not revoked" in ask(desk, "/try/good")[2], "and nothing was switched")
    for path in ("/try/", "/try/nobody", "/try/%3Cscript%3E", "/try/" + "x" * 2000, "/again/",
                 "/again/a.b", "/again/" + "x" * 51):
        tap.equal(ask(desk, path)[0], 404, f"{path[:20]}: 404")


def main():
    with Server("--quiet", *SITES) as server:
        desk, control = server.ports["desk"], server.ports["control"]
        switches(desk)
        tap.equal(server.ports["pki"], desk, "roles add up on one port")
        file = pathlib.Path(server.env["XDG_RUNTIME_DIR"]) / "certgate" / "control"
        tap.equal(file.read_text(), f"http://127.0.0.1:{control}\n", "the control file")
        tap.equal(file.stat().st_mode & 0o777, 0o600, "which is the user's alone")

        status, kind, body = ask(control)
        tap.ok(status == 200 and kind == "application/json" and
               json.loads(body)["role"] == "control", "control says what there is", body)
        status, kind, body = ask(desk)
        tap.ok(status == 200 and kind.startswith("text/html") and b"</html>" in body,
               "the desk has a page", body)
        status, kind, _ = ask(desk, "/crl/issuing.crl")
        tap.equal((status, kind), (200, "application/pkix-crl"), "pki has lists")
        tap.equal(ask(control, "/crl/issuing.crl")[0], 404, "and not where control is")
        tap.equal(ask(desk, "/crl/nobody.crl")[0], 404, "of its own authorities only")
        tap.equal(ask(desk, "/", "POST", b"x")[0], 405, "a method that is not for it")
        tap.equal(ask(desk, "/", "HEAD")[2], b"", "HEAD has no body")
        tap.equal(ask(desk, "/ocsp/issuing", "POST", b"x" * 65537)[0], 413,
                  "a body over 64 KiB")
        guards(control, desk)
        for name, port in (("desk", desk), ("control", control)):
            own = f"127.0.0.1:{port}"
            for title, line, wanted in (
                ("OPTIONS *", "OPTIONS * HTTP/1.1", 204),
                ("GET of an https resource", f"GET https://{own}/ HTTP/1.1", 421),
                ("GET of an http resource", f"GET http://{own}/ HTTP/1.1", 200),
                ("HTTP/1.2", "GET / HTTP/1.2", 200),
                ("a chunk of 2^63 - 1", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                 f"Host: {own}\r\n\r\n7fffffffffffffff", 413),
            ):
                with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
                    fields = "" if "\r\n" in line else f"\r\nHost: {own}\r\n"
                    s.sendall(f"{line}{fields}\r\n".encode())
                    status, head, _ = read_answer(s)
                    tap.equal(status, wanted, f"{name}, {title}: {wanted}")
                    tap.ok(wanted != 204 or "Allow: GET" in head, f"{name}, {title}: what is allowed",
                           head)

        with socket.create_connection(("127.0.0.1", control), timeout=30) as s:
            for _ in range(2):
                s.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{control}\r\n\r\n".encode())
                tap.equal(read_answer(s)[0], 200, "a connection is kept")

        # The server that came last is found; one that ends takes away its own file only.
        with Server("--quiet", *SITES, env={"XDG_RUNTIME_DIR": server.env["XDG_RUNTIME_DIR"]}) \
                as second:
            mine = f"http://127.0.0.1:{second.ports['control']}\n"
            tap.equal(file.read_text(), mine, "a second server is the one to be found")
            tap.equal(server.stop(), 0, "the first ends with 0")
            tap.equal(file.read_text(), mine, "and leaves the second's file")
            tap.equal(second.stop(), 0, "the second ends with 0")
            tap.ok(not file.exists(), "and its file is gone")
    tap.done()


main()
