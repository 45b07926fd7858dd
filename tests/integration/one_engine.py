# SPDX-License-Identifier: MIT
"""One engine, one answer: certgate explain as text and as JSON, the desk's /view, the
server's /whoami and the page that it serves say the same of the same certificate, store
and time: the verdict, the findings and their order, what decided, and what clients send.
Every case of certs/cases.tsv, and files of openssl's that no case stands for."""
import concurrent.futures
import json
import pathlib
import ssl
import subprocess

from harness import CERTGATE, Server, Tap, context, folder, get, need, substatus
from openssl_ca import CA, LEAF, Maker
from surfaces import (clients_of_explain, clients_of_text, clients_of_view, of_explain, of_page,
                      of_text, of_whoami, verdict_of_served, verdict_of_view, view)

need("openssl")
tap = Tap()
# These are not judged from the file alone: the key is another one's, or nothing is sent.
NO_FILE = {"none"}
NO_HANDSHAKE = {"wrong-key"}


def run(server, *words):
    return subprocess.run([CERTGATE, *map(str, words)], env=server.env, capture_output=True,
                          text=True, check=False, timeout=120)


# ---- asking

def asked(server, path, page, version):
    done = run(server, "get", "-k", "--tlsv" + version, "--tls-max", version, "--cert", path,
               f"https://localhost:{server.ports['Require']}{page}")
    return done.stdout, done.stderr


def served(server, path):
    """[whoami, page]; None where no handshake comes about."""
    whoami, why = asked(server, path, "/whoami", "1.3")
    page, _ = asked(server, path, "/", "1.3")
    return (json.loads(whoami), page, why) if whoami.startswith("{") else (None, page, why)


def at_its_time(wants, got):
    """Of what explain said before and after, that which has the other's details: "30 days ago"
    moves on in between."""
    return next((want for want in wants if want["details"] == got["details"]), wants[0])


def compare(name, one, other, what, keys=("verdict", "path", "findings", "details", "deciding")):
    bad = [f"{key}: {one[key]!r} and {other[key]!r}" for key in keys if one[key] != other[key]]
    return tap.ok(not bad, f"{name}: {what}", "\n".join(bad))


def by_openssl(server, name, path, result):
    """What the table of clients says of OpenSSL is what its library does, and gets."""
    for version, word in ((ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")):
        try:
            tls = context(version, path)
        except ssl.SSLError:
            return False  # it cannot load the file
        want = next(c["status"] for c in result["clients"]
                    if (c["name"], c["tls"]) == ("curl, OpenSSL", word))
        status, _, body, *_ = get(server.ports["Require"], tls=tls)
        tap.equal(substatus(body) or str(status), want, f"{name}: {word} by OpenSSL")
    return True


# What is only explain's to say: the server does not judge what nobody can send.
def told(server, files, options=()):
    """explain's results for files, as JSON and as text."""
    documents = json.loads(run(server, "explain", "--json", "-s", server.store, *options,
                               *files.values()).stdout)["results"]
    texts = [run(server, "explain", "-s", server.store, *options, f).stdout
             for f in files.values()]
    return dict(zip(files, zip(documents, texts)))


def surfaces(server, files, sent):
    early = told(server, files)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pages = dict(zip(files, pool.map(lambda f: view(server, f), files.values())))
        answers = dict(zip(files, pool.map(
            lambda n: served(server, files[n]) if n in sent else None, files)))
    results = told(server, files)
    unread = [n for n, f in files.items()
              if n not in NO_HANDSHAKE and not by_openssl(server, n, f, results[n][0])]
    tap.ok(len(unread) < 12, "OpenSSL can send most of them", unread)
    print(f"# OpenSSL does not load {unread}")
    faults = {f["fault"]: f["name"] for result, _ in results.values()
              for f in result["chain"]["findings"]}
    for name, (result, text) in results.items():
        want = of_explain(result)
        wants = [of_explain(early[name][0]), want]

        def same(got, what):
            compare(name, at_its_time(wants, got), got, what)
        names = [c["name"] for c in result["clients"]][::2]
        compare(name, want, of_text(text, faults), "explain's text", ("verdict", "findings"))
        same(of_page(pages[name], verdict_of_view(pages[name])), "/view")
        tap.equal(clients_of_view(pages[name]), clients_of_explain(result),
                  f"{name}: /view tells what clients send")
        tap.equal(clients_of_text(text, names), clients_of_explain(result),
                  f"{name}: explain's text tells what clients send")
        if name not in sent:
            continue
        whoami, page, why = answers[name]
        if tap.ok(whoami is not None, f"{name}: it comes to a request", why):
            same(of_whoami(whoami), "/whoami")
            same(of_page(page, verdict_of_served(page)), "the page")


def others(place):
    """What no case is: kinds of keys and extensions that the forge does not make."""
    maker = Maker(place)
    maker.make("root", "root", CA)
    issuing = maker.make("issuing", "root", CA)
    files = {}

    def add(name, *extensions, key=None, chain=(issuing,), **more):
        if key:
            subprocess.run(["openssl", "genpkey", *key, "-out", place / f"{name}.key"],
                           check=True, capture_output=True)
        files[name] = maker.bundle(name, maker.make(name, "issuing", [*LEAF, *extensions],
                                                    **more), *chain)

    def curve(c):
        return ("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{c}")
    add("plain")
    add("alone", chain=())
    add("aia-issuers-only", "authorityInfoAccess=caIssuers;URI:http://127.0.0.1:1/ca.crt")
    add("cdp-ldap", "crlDistributionPoints=URI:ldap:///CN=x?certificateRevocationList")
    add("ed25519", key=("-algorithm", "ED25519"))
    add("brainpool", key=curve("brainpoolP256r1"))
    add("pss", key=("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"))
    add("p521", key=curve("P-521"))
    add("expired", days="-1")
    # One limit for all: the 65th certificate counts nowhere. So many do not fit into a
    # handshake, unless they are small.
    root = place / "root.crt"
    add("issuer-64th", chain=(*[root] * 62, issuing, root))
    add("issuer-65th", chain=(*[root] * 63, issuing))
    return files


def main():
    with Server("--quiet", "--fetch", "none", "--listen", "127.0.0.1:0,desk,pki",
                listen=("Require",)) as server, folder() as place:
        cases = [c["case"] for c in json.loads(run(server, "list", "--json").stdout)]
        files = {c: server.cases / f"{c}.pem" for c in cases if c not in NO_FILE}
        missing = [c for c, f in files.items() if not f.exists()]
        if missing:
            run(server, "forge", *missing)
        tap.ok(len(files) > 100, "there are cases", len(files))
        surfaces(server, files, set(files) - NO_HANDSHAKE)
        more = others(pathlib.Path(place) / "ca")
        run(server, "store", "-s", server.store, "add", "Root",
            pathlib.Path(place) / "ca" / "root.crt")
        with Server("--quiet", "--fetch", "none", "--listen", "127.0.0.1:0,desk,pki",
                    "--store", server.store, data=server.folder,
                    listen=("Require",)) as second:
            surfaces(second, more, {"plain", "alone", "aia-issuers-only", "cdp-ldap", "p521",
                                    "expired"})
            for name, code in (("issuer-64th", 0), ("issuer-65th", 1)):
                done = run(second, "explain", "-s", server.store, more[name])
                tap.ok(done.returncode == code and
                       ("at most 64 of the certificates that were sent" in done.stdout) == bool(code),
                       f"{name}: {code}", done.stdout)
    tap.done()


main()
