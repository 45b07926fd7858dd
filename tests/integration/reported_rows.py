# SPDX-License-Identifier: MIT
"""The reported kinds: what is run in each folder of the vectors, and the right answer."""
import dataclasses

IN, OFFLINE, REVOKED = "S_OK", "CRYPT_E_REVOCATION_OFFLINE", "CRYPT_E_REVOKED"
USAGE, NAME, SIGNATURE = "CERT_E_WRONG_USAGE", "CERT_E_INVALID_NAME", "TRUST_E_CERT_SIGNATURE"
PARTIAL = "CERT_E_CHAINING"
CHAIN = "--cacert trusted.pem chain.pem"
LISTED = "--cacert trusted.pem --crl crls.pem chain.pem"
EMPTY_FIELDS = r"Issued to -|Serial number -"


@dataclasses.dataclass
class Row:
    """Runs: a command's words, the verdict's symbol (or "exit 2"), what the text says of it
    (with ! what it does not)."""
    name: str
    runs: list
    checks: tuple = ()


def sends_nothing(_, results):
    return {c["sends"] for c in results[0]["clients"] if c["tls"] == "TLS 1.3"} == \
        {"nothing"}, "no client sends it on TLS 1.3"


def schannel_sends_the_leaf(_, results):
    rows = {c["sends"] + " " + c["verdict"]["symbol"] if "verdict" in c else
            c["sends"] + " " + c["hresult"] for c in results[0]["clients"]
            if "Schannel" in c["name"]}
    return rows == {"leaf 0x800B010A"}, "Schannel's clients send the leaf alone"


def is_readable(text, _):
    lines = text.splitlines()
    return len(lines) < 300 and max(map(len, lines)) < 300 and \
        max(len(line) - len(line.lstrip()) for line in lines) < 48, "it stays readable"


def same_as_clean(_, results):
    cert = results[0]["certificates"][0]
    return cert["malformed"] is None and bool(cert["subject"] and cert["serial"]), \
        "its fields are there"


def all_addresses(text, results):
    listed = [a["url"] for a in results[0]["certificates"][0]["addresses"]]
    return bool(listed) and all(u in text.replace("\n", "") for u in listed) and \
        any(u.startswith("ldap:") for u in listed), "all addresses stand there"


def two_purposes(name, want):
    base = "--verifyclientcertrevocation disable --cacert c-root.pem --with c-sub.pem "
    return [base + f"{name}.pem", want]


ROWS = [
    Row("aia-caissuers-only", [
        [CHAIN, IN, "names no place to ask for its revocation"],
        ["--cacert ica-trusted.pem ica-chain.pem", IN]]),
    Row("newest-crl-not-used", [[LISTED, IN]]),
    Row("crl-idp-onlyusers", [
        [f"--cacert r-root.pem --with r-sub.pem --crl step-root.crl --crl {crl} step.pem", want]
        for crl, want in (("step.crl", IN), ("step-rev.crl", REVOKED))]),
    Row("crl-idp-case", [["--cacert root.pem --crl crl-idp-case.crl alice.pem", IN]]),
    Row("cdp-reasons", [
        [f"--cacert n-root.pem --crl n-idp.crl {x}.pem", OFFLINE, "another distribution point"]
        for x in ("n-reasons", "n-crlissuer")]),
    Row("crl-key-rollover", [
        [LISTED, OFFLINE, "another key of its CA signed it", "!not the issuer's"],
        ["--assume crl-other-key=accept " + LISTED, IN]]),
    Row("damaged-crl-silent", [
        [LISTED, OFFLINE, r"crls\.pem.*cannot be read", "!none is known for its issuer of"]]),
    Row("app-policies", [
        two_purposes("app-client-eku-server", IN), two_purposes("app-server-eku-client", USAGE),
        two_purposes("app-server-only-noeku", USAGE),
        ["--assume app-policies=ignore " + two_purposes("app-server-eku-client", IN)[0], IN],
        ["--assume app-policies=ignore " + two_purposes("app-client-eku-server", IN)[0], USAGE],
        ["--assume app-policies=union " + two_purposes("app-server-eku-client", IN)[0], IN]]),
    Row("key-not-offered", [
        [f"--cacert {root}-root.pem {x}.pem", "E_ACCESSDENIED", "No client can send it"]
        for root, x in (("ed", "ed"), ("ed", "bp"), ("ed", "k1"), ("pss", "pssl"))],
        (sends_nothing,)),
    Row("pfx-chain-dotnet", [["--pass x --cacert r-root.pem r-full.p12", IN]],
        (schannel_sends_the_leaf,)),
    Row("rc2-40-pfx", [["--pass x win.pfx", PARTIAL, "!not supported"]]),
    Row("pss-key-pkcs1-signature", [[CHAIN, SIGNATURE]]),
    Row("sha224", [[CHAIN, SIGNATURE, "The signature's algorithm is not one"]]),
    Row("cost-limit-says-cyclic", [[CHAIN, IN, "!circle"]]),
    Row("cost-limit-3-tier-crl", [[LISTED, IN, "!publish"]]),
    Row("depth-60-text", [[CHAIN, PARTIAL, "ended at its limit",
                           r"at most \d+ certificates in one path", "!was not sent"]],
        (is_readable,)),
    Row("roots-same-name-over-limit", [[CHAIN, IN]]),
    Row("nc-uri-ip-host", [[f"--cacert {x}-trusted.pem {x}-chain.pem", NAME]
                           for x in ("excl", "perm")]),
    Row("nc-trailing-dot", [[f"--cacert {x}-trusted.pem {x}-chain.pem", NAME]
                            for x in ("dns", "percent")]),
    Row("signature-unused-bits", [["--cacert root.pem --with sub.pem leaf.pem", SIGNATURE,
                                   "The signature does not fit", "!missing"]]),
    Row("time-forms", [[f"--cacert root.pem {x}.pem", IN, "written in a form that RFC 5280",
                        f"!{EMPTY_FIELDS}"]
                       for x in ("gen-fraction", "gen-noseconds", "gen-offset",
                                 "utc-noseconds", "utc-offset")]),
    Row("der-trailing", [["a_trail.der", PARTIAL, "2 bytes behind its end"],
                         ["a_zero.der", PARTIAL, "700 bytes behind its end"],
                         ["ab.der", PARTIAL, "!behind its end"],
                         ["clean.der", PARTIAL, "!behind its end"]], (same_as_clean,)),
    Row("ldap-https-addresses", [["user.pem", PARTIAL, "ldap: Windows asks it, certgate does not"],
                                 ["user2.pem", PARTIAL, "http://pki.contoso.example/ca1.crl"]],
        (all_addresses,)),
    Row("subject-oids", [["eid.pem", PARTIAL, "organizationIdentifier=NTR", "!2.5.4.97=#"]]),
    Row("unhelpful-messages", [
        ["b64-noheader.txt", PARTIAL, "read from base64 text"],
        ["csr.pem", IN, "if a CA issues it", "certificate request"],
        ["j.jks", "exit 2", "Java keystore", "keytool -importkeystore"],
        ["--pass x p12-b64.txt", "CERT_E_UNTRUSTEDROOT", "read from base64 text"],
        ["urlenc.txt", PARTIAL, "percent-encoding"],
        ["xfcc.txt", PARTIAL, "X-Forwarded-Client-Cert"]]),
    Row("java-leaf-only", [["--pass x --cacert r-root.pem r-leafonly.p12", PARTIAL]]),
    Row("dialect-no-crl", [["--cacert r-root.pem r-chain.pem", IN]]),
]
