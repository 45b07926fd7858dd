# SPDX-License-Identifier: MIT
"""No sentence claims what was not seen. Of every case and of files that are made to
provoke it, each finding of certgate explain is asked whether its words are backed by
what was given: a missing issuer is really absent, a circle is really there, a list
really is none, a date is really over."""
import base64
import json
import pathlib
import re
import subprocess

from harness import CERTGATE, Server, Tap, folder, need
from openssl_ca import CA, LEAF, Maker

need("openssl")
tap = Tap()
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
ANY = ("2.5.29.37.0", "1.3.6.1.4.1.311.10.12.1")


class Given:
    """What a judgement had before it."""

    def __init__(self, result, store):
        self.result = result
        self.chain = result["chain"]["path"]
        self.sent = result["certificates"]
        self.time = result["time"]
        self.store = store

    def issuers_of(self, cert):
        """Certificates at hand that bear the issuer's name."""
        return [c for c in [*self.sent, *self.store["certificates"]]
                if not c["malformed"] and c["subject"] == cert["issuer"]]

    def lists_of(self, cert):
        return cert["issuer"] in self.store["lists"]

    def in_folder(self, cert, name):
        return cert["thumbprint_sha1"] in self.store["folders"].get(name, ())


def purposes(cert):
    return None if cert["purposes"] is None else [p["oid"] for p in cert["purposes"]]


def policies(cert):
    return [p["oid"] for p in cert["application_policies"] or []]


def repeated(cert):
    oids = [e["oid"] for e in cert["extensions"]]
    return len(set(oids)) < len(oids)


# A finding, and what has to be so of the certificate that has it.
BACKED = {
    "MALFORMED": lambda g, c: c["malformed"],
    "PARTIAL_CHAIN": lambda g, c: not g.issuers_of(c) and c["subject"] != c["issuer"],
    "CYCLIC": lambda g, c: c["issuer"] in [x["subject"] for x in g.chain],
    "UNTRUSTED_ROOT": lambda g, c: c["subject"] == c["issuer"] and not g.in_folder(c, "Root"),
    "UNTRUSTED_SELF_SIGNED": lambda g, c: c["subject"] == c["issuer"] and len(g.chain) == 1 and
    not g.in_folder(c, "Root"),
    "EXPLICIT_DISTRUST": lambda g, c: g.in_folder(c, "Disallowed"),
    "TRUSTED_PEOPLE": lambda g, c: g.in_folder(c, "TrustedPeople"),
    "EXPIRED": lambda g, c: c["valid_to"] < g.time,
    "NOT_YET_VALID": lambda g, c: c["valid_from"] > g.time,
    "EKU_NOT_CLIENT_AUTH": lambda g, c: CLIENT_AUTH not in purposes(c),
    "EKU_ANY": lambda g, c: set(ANY) & set(purposes(c)) and CLIENT_AUTH not in purposes(c),
    "EKU_ABSENT": lambda g, c: not purposes(c) and
    "2.5.29.37" not in [e["oid"] for e in c["extensions"]],
    "CA_EKU_NOT_CLIENT_AUTH": lambda g, c: c is not g.chain[0] and
    CLIENT_AUTH not in purposes(c),
    "APP_POLICY_NOT_CLIENT_AUTH": lambda g, c: policies(c) and CLIENT_AUTH not in policies(c),
    "APP_POLICY_ANY": lambda g, c: set(ANY) & set(policies(c)),
    "APP_POLICY_COUNTS": lambda g, c: CLIENT_AUTH in policies(c) and
    CLIENT_AUTH not in (purposes(c) or []),
    "CA_APP_POLICY_NOT_CLIENT_AUTH": lambda g, c: policies(c) and
    CLIENT_AUTH not in policies(c),
    "KU_CERT_SIGN_NOT_CA": lambda g, c: "keyCertSign" in c["key_usage"] and not is_ca(c),
    "KU_NO_DIGITAL_SIGNATURE": lambda g, c: "digitalSignature" not in c["key_usage"],
    "KU_EKU_INCONSISTENT": lambda g, c: c["key_usage"] is not None and purposes(c),
    "CA_KU_NO_CERT_SIGN": lambda g, c: "keyCertSign" not in c["key_usage"] and is_ca(c),
    "CA_AS_CLIENT": lambda g, c: is_ca(c) and c is g.chain[0],
    "ISSUER_NOT_CA": lambda g, c: not is_ca(c) and c is not g.chain[0],
    "PATH_LEN_EXCEEDED": lambda g, c: c["basic_constraints"]["path_len"] < g.chain.index(c) - 1,
    "WEAK_KEY": lambda g, c: c["key"]["text"].startswith("RSA") and c["key"]["bits"] < 1024,
    "SHORT_KEY": lambda g, c: 1024 <= c["key"]["bits"] < 2048,
    "WEAK_HASH": lambda g, c: "md" in c["signature"]["text"].lower(),
    "SHA1_SIGNATURE": lambda g, c: "sha1" in c["signature"]["text"].lower(),
    "EXTENSION_DUPLICATE": lambda g, c: repeated(c),
    "CRITICAL_UNKNOWN": lambda g, c: any(e["critical"] for e in c["extensions"]),
    "EXTENSION_MALFORMED": lambda g, c: c["extensions"],
    # "no list is at hand", "no place to ask, and no list", "the list at hand"
    "REVOCATION_OFFLINE": lambda g, c: not g.lists_of(c),
    "NO_REVOCATION_POINTER": lambda g, c: not g.lists_of(c) and
    not any(a["kind"] in ("crl", "ocsp") for a in c["addresses"]),
    "REVOCATION_STALE": lambda g, c: g.lists_of(c),
    "REVOCATION_UNUSABLE": lambda g, c: g.lists_of(c) or g.store["unread"],
    "REVOKED": lambda g, c: g.lists_of(c),
    # Of signatures, names and policies, other tests know what is so.
    "SIGNATURE_INVALID": lambda g, c: g.issuers_of(c),
    "SIGNATURE_UNSUPPORTED": lambda g, c: g.issuers_of(c),
    "SIGNATURE_UNCHECKED": lambda g, c: g.issuers_of(c),
    "NAME_NOT_PERMITTED": lambda g, c: len(g.chain) > 1,
    "NAME_EXCLUDED": lambda g, c: len(g.chain) > 1,
    "NAME_CONSTRAINT_UNSUPPORTED": lambda g, c: len(g.chain) > 1,
    "POLICY_INVALID": lambda g, c: len(g.chain) > 1,
    "KEY_NOT_OFFERED": lambda g, c: not c["key"]["text"].startswith("RSA ") and
    c["key"].get("curve") not in ("prime256v1", "secp384r1", "secp521r1"),
    "SEARCH_LIMIT": lambda g, c: len(g.sent) > 10,
}


def is_ca(cert):
    return bool(cert["basic_constraints"] and cert["basic_constraints"]["ca"])


def explain(env, store, *words):
    done = subprocess.run([CERTGATE, "explain", "--json", "-s", str(store), *map(str, words)],
                          env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["results"]


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True,
                          check=False).stdout


def read_store(env, store):
    """Its certificates by folder, and whose lists it has, by OpenSSL's reading."""
    files = [p for p in pathlib.Path(store).glob("*/*/*") if p.suffix in (".crt", ".pem")]
    found = explain(env, store, *files)
    folders = {}
    for path, result in zip(files, found):
        folders.setdefault(path.parent.name, []).append(
            result["certificates"][0]["thumbprint_sha1"])
    lists, unread = set(), []
    for path in pathlib.Path(store).glob("*/*/*.crl"):
        form = "PEM" if path.read_bytes().startswith(b"-----") else "DER"
        issuer = openssl("crl", "-inform", form, "-in", path, "-noout", "-issuer", "-nameopt",
                         "RFC2253").strip()
        lists.add(issuer.removeprefix("issuer="))
        if not issuer:
            unread.append(path.name)
    # In a certificate store only CAs are looked up as issuers.
    return {"certificates": [c for r in found for c in r["certificates"]], "folders": folders,
            "lists": lists, "unread": unread}


def check(results, store):
    """How often each finding was met; what is not backed is red."""
    met = {}
    bad = []
    for result in results:
        given = Given(result, store)
        for finding in result["chain"]["findings"]:
            name, at = finding["name"], finding["certificate"]
            cert = given.chain[at] if at < len(given.chain) else None
            met[name] = met.get(name, 0) + 1
            if name in BACKED and cert is not None and not BACKED[name](given, cert):
                bad.append(f"{pathlib.Path(result['source']).name}: {name}: {finding['fault']} "
                           f"({finding['detail']}): {cert['subject']}")
    return met, bad


def provoke(place):
    """Issuers that were sent and are not found; circles; lists that are damaged."""
    maker = Maker(place / "ca")
    root = maker.make("root", "root", CA)
    issuing = maker.make("issuing", "root", CA)
    leaf = maker.make("leaf", "issuing", LEAF)
    alone = maker.bundle("leaf", leaf)
    files = [alone]
    der = bytearray(subprocess.run(["openssl", "x509", "-in", issuing, "-outform", "DER"],
                                   check=True, capture_output=True).stdout)
    for name, at, byte in (("version", 12, 0x09), ("outer", 1, 0x83), ("serial", 13, 0x1f)):
        broken = bytearray(der)
        broken[at] = byte
        (place / "broken.der").write_bytes(broken)
        pem = "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(broken).decode() + \
            "-----END CERTIFICATE-----\n"
        path = place / f"issuer-broken-{name}.pem"
        path.write_text(leaf.read_text() + pem)
        files.append(path)
    # a and b certify each other
    for name, issuer in (("a", "a"), ("b", "a")):
        maker.make(name, issuer, CA)
    cross = maker.make("a", "b", CA, file="a-by-b")
    inner = maker.make("inner", "a", LEAF)
    circle = place / "circle.pem"
    circle.write_text(inner.read_text() + cross.read_text() +
                      (maker.place / "b.crt").read_text())
    files.append(circle)
    store = place / "store"
    (store / "LocalMachine/Root").mkdir(parents=True)
    (store / "LocalMachine/My").mkdir()
    (store / "LocalMachine/Root/root.crt").write_text(root.read_text())
    return store, files


def lists(env, place, store):
    """A list whose signature has unused bits is read, and is not the issuer's."""
    (place / "index").write_text("")
    (place / "number").write_text("01\n")
    conf = place / "crl.conf"
    conf.write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={place}/index\ncrlnumber={place}/number\n"
                    "default_md=sha256\n")
    openssl("ca", "-config", conf, "-gencrl", "-crldays", "7", "-cert", place / "ca/issuing.crt",
            "-keyfile", place / "ca/issuing.key", "-out", place / "list.pem")
    openssl("crl", "-in", place / "list.pem", "-outform", "DER", "-out", place / "list.crl")
    der = bytearray((place / "list.crl").read_bytes())
    at = max(m.start() for m in re.finditer(rb"\x03[\x40-\x4f]\x00\x30", bytes(der))) + 2
    der[at] = 1
    (place / "bits.crl").write_bytes(der)
    for name, says in (("list.crl", None), ("bits.crl", "another key of its CA signed it|"
                                            "not the issuer's signature|signature")):
        result = explain(env, store, "--crl", place / name, "--with", place / "ca/issuing.crt",
                         place / "ca/leaf.pem")[0]
        at_leaf = [f for f in result["chain"]["findings"] if f["certificate"] == 0 and
                   f["name"].startswith("REVOCATION")]
        tap.ok(not at_leaf if says is None else
               len(at_leaf) == 1 and re.search(says, at_leaf[0]["detail"]) and
               "cannot be read" not in at_leaf[0]["detail"], f"{name}: {says or 'is believed'}",
               at_leaf)


def main():
    with Server("--quiet") as server, folder() as place:
        files = sorted(server.cases.glob("*.pem"))
        store = read_store(server.env, server.store)
        met, bad = check(explain(server.env, server.store, *files), store)
        tap.ok(len(met) > 30, "the cases have findings of many kinds", sorted(met))
        tap.none(bad, files, "every case: each sentence is backed", 100)
        for line in bad:
            print(f"# {line}")
        unknown = sorted(set(met) - set(BACKED))
        tap.ok(not unknown, "each finding of a case is asked", unknown)
        made, provoking = provoke(pathlib.Path(place))
        more, bad = check(explain(server.env, made, *provoking), read_store(server.env, made))
        tap.ok({"PARTIAL_CHAIN", "CYCLIC"} <= set(more), "the files provoke it", sorted(more))
        tap.none(bad, provoking, "files that provoke it: each sentence is backed", 5)
        for line in bad:
            print(f"# {line}")
        lists(server.env, pathlib.Path(place), made)
        for path in provoking[1:4]:
            text = subprocess.run([CERTGATE, "explain", "-s", str(made), str(path)],
                                  env=server.env, capture_output=True, text=True).stdout
            tap.absent("was not sent and", " ".join(text.split()),
                       f"{path.name}: nobody says that the issuer was not sent", "issuer")
    tap.done()


main()
