#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""certgated standing in for other servers (--listen PORT,dialect=NAME): its table equals
the one that was recorded of the real one, and `certgate check` takes it for that one.
The real ones need not be installed."""
import json
import re
import shutil

from servers import World
import harness
from check import RECORDED, read_table

# The dialect, what certgate calls the real one, its Server field.
DIALECTS = (("nginx", "nginx", "nginx/"), ("apache", "Apache httpd", "Apache/"),
            ("haproxy", "HAProxy", None), ("kestrel", None, "Kestrel"))


# Settings of the above: the site's words, the recorded table, whether with lists.
SETTINGS = (
    ("Accept,dialect=nginx", "nginx-optional", True),
    ("Require,dialect=nginx-optional-no-ca", "nginx-optional-no-ca", True),
    ("Require,dialect=haproxy-ca-ignore-err", "haproxy-ca-ignore-err", True),
    ("Require,dialect=haproxy-crt-ignore-err", "haproxy-crt-ignore-err", True),
    ("Require,dialect=nginx", "nginx-no-crl", False),
    ("Require,dialect=nginx-optional-no-ca", "nginx-optional-no-ca-no-crl", False),
)


def make_store(world, name="store", has_lists=True):
    """What the real ones were configured with: the root and the revocation lists."""
    machine = world.folder / name / "LocalMachine"
    for name in ("My", "Root"):
        (machine / name).mkdir(parents=True)
    shutil.copy(world.cert, machine / "My" / "server.crt")
    shutil.copy(world.key, machine / "My" / "server.key")
    shutil.copy(world.ca, machine / "Root" / "root.crt")
    lists = re.findall(r"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----\n",
                       world.crl.read_text(), re.S) if has_lists else []
    for number, pem in enumerate(lists):
        (machine / "Root" / f"{number}.crl").write_text(pem)
    return machine.parent


def check(world, port, *arguments):
    done = world.run("check", f"https://localhost:{port}/", *arguments, check=False)
    return done.returncode, done.stdout + done.stderr


def compare(tap, world, port, name, title):
    recorded = RECORDED / f"{name}.tsv"
    code, text = check(world, port, "--expect", str(recorded))
    tap.ok(code == 0, f"{name}: answers each of {len(read_table(recorded)[1])} cases as the "
                      "real one", text)
    if title is None:
        return
    code, text = check(world, port)
    like = re.search(r"answers like +(.*)", text)
    tap.ok(like and title in like.group(1), f"{name}: is taken for {title}",
           like.group(0) if like else text)


def silence(tap, world, port):
    """Kestrel is not at hand: what its documentation says."""
    _, text = check(world, port, "--json", "none", "good", "expired", "unknown-root",
                    "eku-server", "revoked")
    got = {(row["case"], row["got"]) for row in json.loads(text)["results"]}
    for case in ("none", "expired", "unknown-root", "eku-server"):
        ends = {word for name, word in got if name == case}
        tap.ok(ends <= {"closed", "reset", "dropped"} and ends,
               f"kestrel: {case}: the connection is closed without a word", ends)
    for case in ("good", "revoked"):
        tap.ok((case, "200") in got, f"kestrel: {case} is let in (revocation is off)", got)


def pages(tap, port, case, name, field):
    status, head, _, _, _ = harness.get(port, "/", cert=case)
    fields = re.findall(r"(?im)^server: (.*?)\r?$", head)
    tap.ok(status == 200 and (fields[0].startswith(field) if field else not fields),
           f"{name}: the Server field of an answer", head)
    tap.absent("X-Powered-By", head, f"{name}: nothing of IIS's in it", "Content-Type: ")


def nginx_pages(tap, world, port):
    for case, sentence in (("expired", "The SSL certificate error"),
                           (None, "No required SSL certificate was sent")):
        pem = world.case(case) if case else None
        status, head, body, _, _ = harness.get(port, "/x", cert=pem)
        text = body.decode()
        tap.ok(status == 400 and f"<title>400 {sentence}</title>" in text and
               "<center><h1>400 Bad Request</h1></center>" in text and
               f"<center>{sentence}</center>" in text and
               "<hr><center>nginx/" in text and "Connection: close" in head,
               f"nginx: its page for {case or 'none'}", head + text)
    status, _, body, _, _ = harness.get(port, "/nowhere", cert=world.case("good"))
    tap.ok(status == 404 and b"<center><h1>404 Not Found</h1></center>" in body,
           "nginx: its 404", body.decode())


def ending(port, pem, name):
    """The status, or how the connection ended, in words."""
    try:
        return str(harness.get(port, "/", cert=pem, name=name)[0] or "no answer")
    except OSError as error:  # ssl.SSLError is one
        return str(error).lower()


def hosts(tap, world, port):
    """The same by the name of the host, on a site that plays IIS."""
    expired = world.case("expired")
    status, head, body, _, _ = harness.get(port, "/", cert=expired, name="nginx.localhost")
    tap.ok(status == 400 and b"The SSL certificate error" in body, "nginx.localhost", head)
    for name, end in (("apache", "certificate expired"), ("haproxy", "certificate expired"),
                      ("alert", "certificate expired"), ("kestrel", "no answer"),
                      # A reset may come while the request is still being written.
                      ("reset", "no answer|reset by peer|broken pipe|eof occurred")):
        got = ending(port, expired, f"{name}.localhost")
        tap.ok(re.search(end, got), f"{name}.localhost", got)
    tap.equal(harness.get(port, "/", cert=expired)[0], 403, "localhost plays IIS all the while")


def ports_of(server):
    return [int(port) for port in re.findall(
        r"^listening https://127\.0\.0\.1:(\d+) ", "\n".join(server.lines), re.M)]


def settings(tap, world, folder):
    """Optional certificates, no revocation lists, and errors that are let pass."""
    for has_lists in (True, False):
        rows = [row for row in SETTINGS if row[2] == has_lists]
        store = make_store(world, f"store-{has_lists}", has_lists)
        with harness.Server("--store", str(store), data=folder,
                            listen=[words for words, *_ in rows]) as server:
            for (_, name, _), port in zip(rows, ports_of(server)):
                compare(tap, world, port, name, None)


def main():
    tap = harness.Tap()
    harness.need("openssl")
    with harness.folder() as folder:
        world = World(folder)
        sites = [f"Require,dialect={name}" for name, _, _ in DIALECTS]
        sites += ["Require,dialect=nginx,enforce=alert:unknown_ca", "Require"]
        with harness.Server("--store", str(make_store(world)), data=folder,
                            listen=sites) as server:
            ports = ports_of(server)
            for (name, title, field), port in zip(DIALECTS, ports):
                if title:
                    compare(tap, world, port, name, title)
                pages(tap, port, world.case("good"), name, field)
            silence(tap, world, ports[3])
            nginx_pages(tap, world, ports[0])
            saved = folder / "saved.tsv"
            check(world, ports[4], "--save-expect", str(saved), "expired")
            tap.equal(read_table(saved)[1], {
                "expired": ["alert:unknown_ca", "late-alert:unknown_ca"]},
                      "enforce= goes before the dialect's own way")
            hosts(tap, world, ports[5])
        settings(tap, world, folder)
    tap.done()


main()
