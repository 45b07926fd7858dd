# SPDX-License-Identifier: MIT
"""One TLS port, many origins: the name in the handshake decides whether a certificate is
asked for and required, the server's certificate is good for each of these names, and a
request for another host than the handshake's gets 421.

Python's ssl, curl, openssl and gnutls-cli are the clients.
"""
import json
import re
import shutil
import socket
import ssl
import subprocess

from harness import DEADLINE, ROOT, Server, Tap, context, get, read_answer, substatus

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
SITE_HOST = ROOT / "server" / "site" / "site_host.c"
tap = Tap()


def code_of(server, name, version, cert=None, path="/", port="Accept"):
    status, head, body, _, _ = get(server.ports[port], path, version,
                                   server.cases / f"{cert}.pem" if cert else None, name=name)
    return status, substatus(body), body


def names_decide(server, version, tls_version):
    """On the port whose own word is Accept."""
    for name, cert, want in [
            ("localhost", None, (200, None)),
            ("require.localhost", None, (403, "403.7")),
            ("REQUIRE.localhost", None, (403, "403.7")),
            ("accept.localhost", None, (200, None)),
            ("accept.localhost", "expired", (403, "403.17")),
            ("ignore.localhost", "expired", (200, None)),
            ("expired.localhost", "expired", (403, "403.17")),
            ("expired.localhost", None, (403, "403.7")),
            ("good.localhost", "good", (200, None)),
            ("no-such-case.localhost", None, (200, None)),
            ("expired.as200.localhost", "expired", (200, "403.17")),
            ("none.as200.localhost", None, (200, "403.7"))]:
        status, sub, _ = code_of(server, name, tls_version, cert)
        tap.equal((status, sub), want, f"TLS {version}: {name} with {cert or 'nothing'}")
    status, sub, _ = code_of(server, "localhost", tls_version, "expired", path="/?as=200")
    tap.equal((status, sub), (200, "403.17"), f"TLS {version}: ?as=200 keeps the page")
    status, sub, _ = code_of(server, "accept.localhost", tls_version, port="Require")
    tap.equal((status, sub), (200, None), f"TLS {version}: accept.localhost on the Require port")
    status, sub, body = code_of(server, "ignore.localhost", tls_version, "good", port="Require")
    tap.ok(b"sslFlags=Ignore" in body, f"TLS {version}: ignore.localhost does not ask")


def no_ticket_crosses(server, version, tls_version):
    """What was shown to one name is not good for another."""
    port = server.ports["Accept"]
    tls = context(tls_version, server.cases / "good.pem")
    _, _, _, session, _ = get(port, tls=tls, name="accept.localhost")
    status, _, body, _, reused = get(port, tls=tls, session=session, name="accept.localhost")
    tap.ok(reused and status == 200, f"TLS {version}: accept.localhost resumes")
    for name in ("require.localhost", "expired.localhost", "ignore.localhost", "localhost"):
        _, _, _, _, reused = get(port, tls=tls, session=session, name=name)
        tap.ok(not reused, f"TLS {version}: its ticket is refused at {name}")
    # The same ticket, by a client of its own that has no certificate.
    bare = context(tls_version)
    status, _, body, _, _ = get(port, tls=bare, name="require.localhost")
    tap.equal((status, substatus(body)), (403, "403.7"),
              f"TLS {version}: require.localhost knows nothing of accept.localhost")


def ask(server, sni, request):
    with socket.create_connection(("127.0.0.1", server.ports["Accept"]), DEADLINE) as plain:
        with context().wrap_socket(plain, server_hostname=sni) as s:
            s.sendall(request.encode())
            return read_answer(s)


def misdirected(server):
    port = server.ports["Accept"]
    for sni, host, want in [
            ("localhost", f"localhost:{port}", 200),
            ("localhost", "LocalHost.", 200),
            ("localhost", f"accept.localhost:{port}", 421),
            ("accept.localhost", "require.localhost", 421),
            ("localhost", "127.0.0.1", 421),
            (None, "127.0.0.1", 200),
            (None, "require.localhost", 200)]:  # no SNI: the site's own Accept
        status, head, body = ask(server, sni, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")
        tap.equal(status, want, f"SNI {sni}, Host {host}")
        if want == 421:
            tap.ok("Connection: close" in head and b"HTTP Error 421" in body,
                   f"SNI {sni}, Host {host}: says so and closes")
    status, _, _ = ask(server, "localhost", "GET / HTTP/1.0\r\n\r\n")
    tap.equal(status, 200, "SNI localhost, HTTP/1.0 without Host")
    status, _, _ = ask(server, "localhost", "GET https://accept.localhost/ HTTP/1.1\r\n"
                                            "Host: localhost\r\n\r\n")
    tap.equal(status, 421, "SNI localhost, an absolute target elsewhere")


def root(server):
    return server.store / "LocalMachine" / "Root" / "certgate-root.crt"


def certificate_covers(server):
    names = ["localhost", "expired.as200.localhost", "any.mint.localhost"]
    modes = re.findall(r'^    \{ "(\w+)", \{', SITE_HOST.read_text(), re.M)
    tap.ok({"require", "desk", "alert", "kestrel"} <= set(modes), "the server's own origins", modes)
    names += [f"{mode}.localhost" for mode in modes]
    names += [f"{path.stem}.localhost" for path in sorted(server.cases.glob("*.crt"))]
    port = server.ports["Ignore"]
    strict = ssl.create_default_context(cafile=str(root(server)))
    refused = []
    for name in names:
        try:
            with socket.create_connection(("127.0.0.1", port), DEADLINE) as plain:
                with strict.wrap_socket(plain, server_hostname=name):
                    pass
        except ssl.SSLError as error:
            refused.append(f"{name}: {error}")
    tap.ok(len(names) > 100 and not refused, f"OpenSSL takes the certificate for {len(names)} names",
           "\n".join(refused))
    for tool, command in {
            "curl": ["curl", "-sS", "--cacert", root(server), "--resolve",
                     f"expired.localhost:{port}:127.0.0.1",
                     f"https://expired.localhost:{port}/healthz"],
            "gnutls-cli": ["gnutls-cli", "--x509cafile", root(server), "--port", str(port),
                           "--sni-hostname", "expired.localhost", "--verify-hostname",
                           "expired.localhost", "127.0.0.1"]}.items():
        if shutil.which(tool) is None:
            tap.skip(f"{tool} takes expired.localhost", f"{tool} is not installed")
            continue
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=DEADLINE)
        tap.ok(done.returncode == 0, f"{tool} takes expired.localhost",
               (done.stdout + done.stderr).decode(errors="replace"))


def let_in_by_others(server):
    """Where another server is played, its guests are told of the certificate that came."""
    port = server.ports["Require"]
    for name in ("nginx", "apache", "haproxy", "kestrel", "alert", "reset"):
        host, good = f"{name}.localhost", server.cases / "good.pem"
        status, _, body, _, _ = get(port, name=host, cert=good)
        text = body.decode()
        tap.ok(status == 200 and "<h1>You are let in</h1>" in text and
               "<h2>The certificate that came</h2>" in text, f"{host}: the certificate is shown")
        tap.absent("No certificate came", text, f"{host}: nobody says that none came",
                   "You are let in")
        answer = json.loads(get(port, "/whoami", name=host, cert=good)[2])
        tap.equal([c["issued_to"] for c in answer["chain"]["path"]][0], "good",
                  f"{host}: /whoami has its path")
        tap.equal(answer["deciding"], None, f"{host}: nothing refused it")
    # What Windows minds and nginx does not is a note there.
    answer = json.loads(get(port, "/whoami", name="nginx.localhost",
                            cert=server.cases / "app-policy-server.pem")[2])
    tap.ok(answer["chain"]["trust_status"] == "0x00000000",
           "nginx.localhost: Windows' own faults are none of nginx's", answer["chain"])


def desk_over_tls(server):
    status, _, body, _, _ = get(server.ports["Require"], name="desk.localhost")
    tap.ok(status == 200 and b"Log in with a client certificate" in body,
           "desk.localhost: the desk, without a certificate")
    status, head, _, _, _ = get(server.ports["Require"], "/download/good.p12",
                                name="desk.localhost")
    tap.ok(status == 200 and "application/x-pkcs12" in head, "desk.localhost: downloads")
    status, _, _ = ask(server, "desk.localhost",
                       "GET / HTTP/1.1\r\nHost: require.localhost\r\n\r\n")
    tap.equal(status, 421, "SNI desk.localhost, Host require.localhost")
    status, _, _ = ask(server, "desk.localhost", "POST / HTTP/1.1\r\nHost: desk.localhost\r\n"
                       "Content-Length: 70000\r\n\r\n" + "x" * 70000)
    tap.equal(status, 405, "desk.localhost: a body where none is taken")


def ports_of_cases():
    """For those who cannot use names: --listen PORT,host=NAME."""
    with Server("--listen", "127.0.0.1:0,sslflags=Ignore,host=expired",
                "--listen", "127.0.0.1:0,sslflags=Ignore,host=expired.as200",
                listen=()) as server:
        ports = [int(line.split()[1].rstrip("/").rsplit(":", 1)[1]) for line in server.lines
                 if line.startswith("listening https://")]
        for port, status in zip(ports, (403, 200)):
            for name in (None, "localhost"):
                with socket.create_connection(("127.0.0.1", port), DEADLINE) as plain:
                    tls = context(cert=server.cases / "expired.pem")
                    with tls.wrap_socket(plain, server_hostname=name) as s:
                        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        got, _, body = read_answer(s)
                tap.equal((got, substatus(body)), (status, "403.17"),
                          f"a port of a case, SNI {name}: {status}")
            got, _, body, _, _ = get(port, name="ignore.localhost")
            tap.equal(got, 200, "a name still counts more than the port")
    try:
        with Server("--listen", "127.0.0.1:0,host=no-such-case", listen=()):
            tap.ok(False, "host=no-such-case is refused")
    except RuntimeError as error:
        tap.ok("no-such-case" in str(error), "host=no-such-case is refused", error)


ports_of_cases()
with Server() as server:
    let_in_by_others(server)
    desk_over_tls(server)
    for version, tls_version in VERSIONS.items():
        names_decide(server, version, tls_version)
        no_ticket_crosses(server, version, tls_version)
    misdirected(server)
    certificate_covers(server)
    tap.equal(server.stop(), 0, "the server ends in order")
tap.done()
