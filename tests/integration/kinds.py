# SPDX-License-Identifier: MIT
"""Hard cases, forged: certgate explain's verdict, its finding and its words, beside those of
`openssl verify` and `certtool --verify` for the same files. Where one of these judges
otherwise, the case says why: what is not explained is a failure."""
import json
import re
import shutil
import subprocess

from harness import CERTGATE, DEADLINE, Tap, folder, need
from x509_cases import CASES, LISTS, POLICIES, Forge

need("openssl")
tap = Tap()
AT_LEAST = 60

# Why another judges otherwise. certtool is not asked about policies and revocation lists: it
# knows no policies, and believes a list whatever its scope, its extensions and its time.
UNREAD = "it does not read Application Policies"
OPENSSL = {
    "nc-uri-userinfo": "it takes what stands before the @ for the host",
    "nc-dns-not-the-cn": "it takes a common name for a DNS name; RFC 5280 4.2.1.10 does not",
    "eku-ca-any": "it wants the purpose by name",
    "app-ca-server": UNREAD, "app-server": UNREAD,
    "usage-certsign-of-a-leaf": "RFC 5280 4.2.1.3 forbids it, and it does not look",
    "path-crossed": "it follows the issuer that was sent, and does not turn back",
    "path-wrong-identifier": "it wants the identifiers to fit; Windows does not (iis.md 11.7)",
    "hash-md5": "its verify has no lower limit", "hash-sha224": "it has SHA-224",
    "key-512": "its verify has no lower limit",
    "list-mail-without-case": "it compares every letter",
    "list-directory-bytes": "it compares names as RFC 5280 7.1 does",
    "list-relative": "it reads such names; Windows does not",
    "list-two": "it goes by thisUpdate alone",
    "list-delta-removes": "it uses a delta only where freshestCRL names one",
    "list-delta-alone": "it takes a delta for a complete list",
}
GNUTLS = {
    "nc-ip4-and-ip6": "it compares within one version of IP",
    "nc-uri-is-a-host": "it knows no constraints on URIs",
    "nc-dir-out": "it knows no constraints on directory names",
    "nc-dir-alternative": "it knows no constraints on directory names",
    "nc-upn-excluded": "it knows no constraints on UPNs", "nc-minimum": "it does not look",
    "eku-ca-any": "it wants the purpose by name",
    "app-ca-server": UNREAD, "app-server": UNREAD,
    "usage-certsign-of-a-leaf": "RFC 5280 4.2.1.3 forbids it, and it does not look",
    "length-self-issued": "it counts self-issued CAs",
    "path-crossed": "it takes the chain as it was sent",
    "path-twin": "it takes the chain as it was sent",
    "path-wrong-identifier": "it wants the identifiers to fit",
    "name-spaces-and-case": "it compares bytes", "hash-sha1": "it refuses SHA-1",
    "hash-sha224": "it has SHA-224", "key-512": "certtool has no lower limit",
}
GNUTLS_SKIPS = {c.name for c in (*POLICIES, *LISTS)}


def run(*words):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False,
                          timeout=DEADLINE)


def certgate(store, given):
    words = [w for root in given.roots for w in ("--cacert", root)]
    words += [w for crl in given.crls for w in ("--crl", crl)]
    words += [w for cert in given.others for w in ("--with", cert)]
    done = run(CERTGATE, "explain", "--json", "-s", store, *words, *given.words, given.chain)
    assert done.returncode in (0, 1), (given.chain, done.stderr)
    return json.loads(done.stdout)["results"][0]


def openssl(place, given):
    roots, others, crls = (place / n for n in ("o-roots.pem", "o-others.pem", "o-crls.pem"))
    roots.write_text("".join(p.read_text() for p in given.roots))
    others.write_text(given.chain.read_text() + "".join(p.read_text() for p in given.others))
    words = ["-CAfile", roots, "-untrusted", others]
    if given.crls:
        crls.write_text("".join(run("openssl", "crl", "-inform", "DER", "-in", c).stdout
                                for c in given.crls))
        words += ["-crl_check", "-use_deltas", "-CRLfile", crls]
    done = run("openssl", "verify", "-purpose", "sslclient", "-no-CApath", "-no-CAstore",
               "-policy_check", "-policy", "2.5.29.32.0", *words, given.leaf)
    return done.returncode == 0, done.stderr


def gnutls(place, given):
    roots, chain, crls = (place / n for n in ("g-roots.pem", "g-chain.pem", "g-crls.pem"))
    roots.write_text("".join(p.read_text() for p in given.roots))
    chain.write_text(given.chain.read_text() + "".join(p.read_text() for p in given.others))
    words = ["--load-ca-certificate", roots, "--infile", chain]
    if given.crls:
        crls.write_text("".join(run("openssl", "crl", "-inform", "DER", "-in", c).stdout
                                for c in given.crls))
        words += ["--load-crl", crls]
    done = run("certtool", "--verify", "--verify-purpose", "1.3.6.1.5.5.7.3.2", *words)
    return done.returncode == 0, done.stdout


def judge(case, forge, store):
    given = case.build(forge)
    result = certgate(store, given)
    symbol = result["verdict"]["symbol"]
    found = [f"{f['name']}: {f['fault']} ({f['detail']})"
             for f in (result["chain"] or {"findings": []})["findings"]]
    tap.ok(symbol == case.want, f"{case.name}: {case.want}", f"{symbol}\n" + "\n".join(found))
    if case.finding:
        name, _, words = case.finding.partition(": ")
        tap.ok(any(f.startswith(name + ":") and re.search(words, f) for f in found),
               f"{case.name}: {case.finding}", "\n".join(found))
    return given, symbol == "S_OK"


def compare(case, name, differs, good, answer):
    same = answer[0] == good
    if case.name in differs:
        tap.ok(not same, f"{case.name}: otherwise than {name}: {differs[case.name]}", answer[1])
    else:
        tap.ok(same, f"{case.name}: as {name}", f"{name} {answer}")


with folder() as top:
    forge = Forge(top / "ca")
    store = top / "store"
    for name in ("Root", "My", "CA"):
        (store / "LocalMachine" / name).mkdir(parents=True)
    tap.ok(len(CASES) >= AT_LEAST, f"{len(CASES)} cases")
    names = {c.name for c in CASES}
    tap.equal(len(names), len(CASES), "each has a name of its own")
    tap.ok(names >= {*OPENSSL, *GNUTLS}, "each that is explained is a case", names)
    for case in CASES:
        given, good = judge(case, forge, store)
        compare(case, "OpenSSL", OPENSSL, good, openssl(top, given))
        if shutil.which("certtool") and case.name not in GNUTLS_SKIPS:
            compare(case, "GnuTLS", GNUTLS, good, gnutls(top, given))
tap.done()
