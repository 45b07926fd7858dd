# SPDX-License-Identifier: MIT
"""Reported kinds (reported_rows.py) that no other test forges: a path of 60 CAs, names that
evade a constraint, lists of another key, signatures of a PSS key, programs that keep a
certificate back, nginx without a list. The other kinds stand in kinds.py and in the unit
tests; vectors.py plays the reported files themselves."""
import json
import re
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, context, folder, get, need
from x509_maker import (CA, LEAF, SERVER, Pki, bits, cdp, constraints, dns, eku, full_name, idp,
                        number, oid, point, san, seq, tlv, integer, uri, dn, pem)

need("openssl")
tap = Tap()
PATH_MAX = 48
MGF1, SHA256 = "1.2.840.113549.1.1.8", "2.16.840.1.101.3.4.2.1"


class World:
    def __init__(self, top):
        self.pki, self.top = Pki(top / "ca"), top
        self.pki.make("root", "root", *CA)
        self.pki.make("localhost", "root", eku(SERVER), san(dns("localhost")))
        self.empty = self.store("empty")

    def store(self, name, *roots):
        place = self.top / name / "LocalMachine"
        for kind in ("Root", "CA", "My"):
            (place / kind).mkdir(parents=True)
        (place / "My/server.pem").write_text(self.pki.with_key("localhost").read_text())
        for root in roots:
            (place / f"Root/{root}.crt").write_text(self.pki.certs[root]["path"].read_text())
        return place.parent

    def explain(self, chain, *words):
        base = [CERTGATE, "explain", "-s", self.empty, "--cacert", self.pki.certs["root"]["path"],
                *words]
        done = [subprocess.run([str(w) for w in (*base, *more, chain)], capture_output=True,
                               text=True, check=False, timeout=DEADLINE).stdout
                for more in ((), ("--json",))]
        return done[0], json.loads(done[1])["results"][0]

    def judged(self, name, want, chain, *words, says="", absent="nothing of this kind"):
        text, result = self.explain(chain, *words)
        flat = " ".join(text.split())
        tap.ok(result["verdict"]["symbol"] == want and says in flat and absent not in flat,
               f"{name}: {want}", flat[:1500])
        return text


def depth(w):
    """The limit is named, the sentence is true, and the text can be read."""
    names = ["root"]
    for i in range(60):
        w.pki.make(f"d{i}", names[-1], *CA, key=f"key{i % 2}")
        names.append(f"d{i}")
    w.pki.make("deep", names[-1], *LEAF)
    text = w.judged("60 CAs", "CERT_E_CHAINING",
                    w.pki.bundle("depth", "deep", *reversed(names[1:])),
                    says=f"at most {PATH_MAX} certificates in one path", absent="was not sent")
    lines = text.splitlines()
    tap.ok(len(lines) < 200 and all(len(line) <= 100 for line in lines) and
           sum(len(line.split()) == 1 for line in lines) < 12, "60 CAs: it stays readable", text)
    w.pki.make("within", f"d{PATH_MAX - 4}", *LEAF)
    w.judged("a path within the limit", "S_OK", w.pki.bundle("within", "within", *reversed(
        names[1:PATH_MAX - 2])), absent="limit")


def limits(w):
    """What a limit left out is not called missing, nor of a kind that cannot be compared."""
    w.pki.make("crowded", "root", *CA)
    w.pki.make("last", "crowded", *LEAF)
    chain = w.pki.bundle("crowded-chain", "last", *["root"] * 64, "crowded")
    w.judged("an issuer behind 64 others", "CERT_E_CHAINING", chain,
             says="at most 64 of the certificates that were sent", absent="is missing")
    w.judged("an issuer behind 60 others", "S_OK",
             w.pki.bundle("crowded-chain", "last", *["root"] * 60, "crowded"))
    w.pki.make("strict", "root", *CA, constraints([dns(f"d{i}.example") for i in range(900)]))
    w.pki.make("named", "strict", *LEAF, san(*(dns(f"x.d{i % 900}.example")
                                               for i in range(2500))))
    w.judged("2,500 names under 900 constraints", "CERT_E_INVALID_NAME",
             w.pki.bundle("named", "named", "strict"),
             says="the limit of comparisons is reached", absent="of a kind")


def constrained(w):
    for name, tree, given in (
            ("an address in a URI", dict(excluded=[uri("example.com")]), uri("https://10.0.0.1/")),
            ("an address in a URI", dict(permitted=[uri("example.com")]),
             uri("https://[2001:db8::1]/")),
            ("a period at the end", dict(excluded=[dns("example.com")]), dns("www.example.com.")),
            ("percent signs", dict(excluded=[uri("example.com")]), uri("https://ex%61mple.com/"))):
        w.pki.make("constrained", "root", *CA, constraints(**tree))
        w.pki.make("evading", "constrained", *LEAF, san(given))
        w.judged(name, "CERT_E_INVALID_NAME", w.pki.bundle("evading", "evading", "constrained"))


def lists(w):
    url = "http://pki.example.test/Ca.crl"
    w.pki.make("listed", "root", *LEAF, cdp(point(full_name(uri(url)))))
    chain = w.pki.bundle("listed", "listed")
    same = w.pki.crl("case", "root", (), number(1), idp(full_name(uri(url.upper()))))
    w.judged("the case of an address", "S_OK", chain, "--crl", same)
    w.pki.make("next", "root", *CA, subject=dn("root"))
    other = w.pki.crl("rollover", "root", [("listed", 1)], number(1), signer="next")
    (w.empty / "LocalMachine/CA/next.crt").write_text(w.pki.certs["next"]["path"].read_text())
    words = ("--crl", other)
    w.judged("a list of the CA's next key", "CRYPT_E_REVOCATION_OFFLINE", chain, *words,
             says="another key of its CA signed it", absent="not the issuer's")
    w.judged("the same, accepted", "CRYPT_E_REVOKED", chain, *words, "--assume",
             "crl-other-key=accept")


def pss(w):
    """A key for PSS alone: its PSS signatures are good, its PKCS #1 signatures are not."""
    key = w.pki.key("pss", "RSA2048")
    written = w.pki.spki("pss")
    algorithm = seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00")
    w.pki.spkis["pss"] = seq(seq(oid("1.2.840.113549.1.1.10")),
                             written[written.index(algorithm) + len(algorithm):])
    w.pki.make("pss", "root", *CA)
    hash_ = seq(oid(SHA256), b"\x05\x00")
    as_pss = seq(oid("1.2.840.113549.1.1.10"), seq(
        tlv(0xa0, hash_), tlv(0xa1, seq(oid(MGF1), hash_)), tlv(0xa2, integer(32))))
    as_pkcs1 = seq(oid("1.2.840.113549.1.1.11"), b"\x05\x00")
    for name, algorithm, words, want in (
            ("PSS", as_pss, (key, "-sigopt", "rsa_padding_mode:pss", "-sigopt",
                             "rsa_pss_saltlen:32"), "S_OK"),
            ("PKCS #1", as_pkcs1, (key,), "TRUST_E_CERT_SIGNATURE")):
        content = seq(tlv(0xa0, integer(2)), integer(77), algorithm, dn("pss"),
                      w.pki.validity(), dn("leaf"), w.pki.spki("leaf"), tlv(0xa3, seq(*LEAF)))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", *words], check=True,
                                   input=content, capture_output=True).stdout
        path = w.pki.place / "by-pss.pem"
        path.write_text(pem(seq(content, algorithm, bits(signature))) +
                        w.pki.certs["pss"]["path"].read_text())
        w.judged(f"a PSS key signs {name}", want, path)


def live(w):
    """The page of 403.7 speaks of programs, too; nginx without a list lets in."""
    store = w.store("java", "root")
    with Server("--quiet", "--store", store, "--send-trusted-issuer-list",
                listen=("Require",)) as server:
        status, _, body, *_ = get(server.ports["Require"])
        page = re.sub(r"\s+", " ", body.decode())
        tap.ok(status == 403 and "403.7" in page and "Java" in page and "keystore" in page,
               "named issuers: what Java does is told", page[:1500])
    w.pki.make("client", "root", *LEAF)
    with Server("--quiet", "--store", store, "--listen",
                "127.0.0.1:0,sslflags=Require,dialect=nginx", listen=()) as server:
        tap.equal(get(server.ports["Require"], tls=context(cert=w.pki.with_key("client")))[0], 200,
                  "nginx without a list lets in")
        tap.equal(get(server.ports["Require"])[0], 400, "and refuses who sends none")


with folder() as top:
    world = World(top)
    depth(world)
    limits(world)
    constrained(world)
    lists(world)
    pss(world)
    live(world)
tap.done()
