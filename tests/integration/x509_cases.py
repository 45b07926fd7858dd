# SPDX-License-Identifier: MIT
"""The cases of kinds.py: what is forged, what IIS answers, and why others judge otherwise."""
import dataclasses
import pathlib
import typing

from x509_maker import (ANY, C, CA, CLIENT, CN, DAY, LEAF, O, SERVER, Pki, aia, application, basic, bmp,
                        cdp, constraints, delta_of, directory, dn, dns, eku, ext, freshest, full_name,
                        idp, inhibit_any, integer, ip, mail, mappings, number, octets, point,
                        policies, policy_constraints, printable, rdn, relative, san, seq, tlv,
                        upn, uri, usage, utf8)

P1, P2, ANY_POLICY = "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2", "2.5.29.32.0"
URL = "http://pki.example.test/ca.crl"
POINT = cdp(point(full_name(uri(URL))))
MAIL_IN_NAME = "1.2.840.113549.1.9.1"
UNKNOWN = ext("1.3.6.1.4.1.99999.9", b"\x05\x00", True)


@dataclasses.dataclass
class Given:
    leaf: pathlib.Path
    chain: pathlib.Path
    roots: list
    crls: tuple = ()
    others: tuple = ()  # not sent, but in LocalMachine\\CA
    words: tuple = ()


@dataclasses.dataclass
class Case:
    name: str
    want: str            # the verdict's symbol
    finding: str         # "NAME: words of its detail", or ""
    build: typing.Callable


class Forge:
    """One root, and keys that are used again: making one takes longer than all else."""

    def __init__(self, place):
        self.pki = Pki(place)
        self.pki.make("root", "root", *CA)
        self.n = 0

    def ca(self, *extensions, by="root", **more):
        self.n += 1
        more.setdefault("key", f"ca-key{1 if by == 'root' else 2}")
        name = more.pop("name", f"ca{self.n}")
        self.pki.make(name, by, *(extensions or CA), **more)
        return name

    def leaf(self, by, *extensions, **more):
        self.n += 1
        more.setdefault("key", "leaf-key")
        more.setdefault("subject", dn("leaf"))
        name = f"leaf{self.n}"
        self.pki.make(name, by, *extensions, **more)
        return name

    def given(self, *chain, roots=("root",), others=(), **more):
        pki = self.pki
        return Given(pki.certs[chain[0]]["path"], pki.bundle(f"chain{self.n}", *chain),
                     [pki.certs[r]["path"] for r in roots],
                     others=tuple(pki.certs[o]["path"] for o in others), **more)

    def path(self, ca_extensions, leaf_extensions, **more):
        """A leaf below a CA below the root."""
        ca = self.ca(*ca_extensions)
        return self.given(self.leaf(ca, *leaf_extensions, **more), ca)


def constrained(permitted=(), excluded=(), names=(), **more):
    return lambda f: f.path((*CA, constraints(permitted, excluded)),
                            (*LEAF, *((san(*names),) if names else ())), **more)


EXAMPLE = seq(rdn(C, printable("DE")), rdn(O, utf8("Example")))
IN_EXAMPLE = seq(rdn(C, printable("DE")), rdn(O, printable("  EXAMPLE ")), rdn(CN, utf8("x")))
OUT_OF_EXAMPLE = seq(rdn(C, printable("DE")), rdn(O, utf8("Examples")), rdn(CN, utf8("x")))
IP6 = bytes.fromhex("20010db8000000000000000000000001")
NET6 = bytes.fromhex("20010db8000000000000000000000000" "ffffffff000000000000000000000000")
TEN = (10, 0, 0, 0, 255, 0, 0, 0)
MINIMUM = tlv(0xa0, seq(dns("example.com"), integer(1, 0x80)))

NAMES = [
    Case("nc-ip-in", "S_OK", "", constrained([ip(TEN)], names=[ip((10, 1, 2, 3))])),
    Case("nc-ip-out", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: 11.0.0.1",
         constrained([ip(TEN)], names=[ip((11, 0, 0, 1))])),
    Case("nc-ip-excluded", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: 10.1.2.3",
         constrained((), [ip(TEN)], names=[ip((10, 1, 2, 3))])),
    Case("nc-ip6-in", "S_OK", "", constrained([ip(NET6)], names=[ip(IP6)])),
    Case("nc-ip4-and-ip6", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([ip(TEN)], names=[ip(IP6)])),
    Case("nc-uri-in", "S_OK", "",
         constrained([uri(".example.com")], names=[uri("https://www.example.com/x")])),
    Case("nc-uri-is-a-host", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([uri("example.com")], names=[uri("https://www.example.com/x")])),
    Case("nc-uri-userinfo", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: ",
         constrained((), [uri("evil.example")],
                     names=[uri("https://good.example@evil.example:443/")])),
    Case("nc-dir-in", "S_OK", "", constrained([directory(EXAMPLE)], subject=IN_EXAMPLE)),
    Case("nc-dir-out", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([directory(EXAMPLE)], subject=OUT_OF_EXAMPLE)),
    Case("nc-dir-excluded", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: ",
         constrained((), [directory(EXAMPLE)], subject=IN_EXAMPLE)),
    Case("nc-dir-alternative", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([directory(EXAMPLE)], names=[directory(OUT_OF_EXAMPLE)],
                     subject=IN_EXAMPLE)),
    Case("nc-dir-empty-subject", "S_OK", "",
         constrained([directory(EXAMPLE)], names=[dns("a.example")], subject=seq())),
    Case("nc-mail-host", "S_OK", "",
         constrained([mail("example.com")], names=[mail("a@Example.COM")])),
    Case("nc-mail-below", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([mail("example.com")], names=[mail("a@sub.example.com")])),
    Case("nc-mail-box", "S_OK", "",
         constrained([mail("a@example.com")], names=[mail("a@EXAMPLE.com")])),
    Case("nc-mail-in-subject", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: ",
         constrained((), [mail("example.com")],
                     subject=seq(rdn(CN, utf8("x")),
                                 rdn(MAIL_IN_NAME, tlv(0x16, b"a@example.com"))))),
    Case("nc-dns-label", "CERT_E_INVALID_NAME", "NAME_NOT_PERMITTED: ",
         constrained([dns("example.com")], names=[dns("badexample.com")])),
    Case("nc-dns-empty-excludes-all", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: ",
         constrained((), [dns("")], names=[dns("a.example")])),
    Case("nc-dns-not-the-cn", "S_OK", "",
         constrained((), [dns("evil.example")], subject=dn("www.evil.example"))),
    Case("nc-upn-excluded", "CERT_E_INVALID_NAME", "NAME_EXCLUDED: ",
         constrained((), [upn("example.com")], names=[upn("a@example.com")])),
    Case("nc-minimum", "CERT_E_INVALID_NAME", "NAME_CONSTRAINT_UNSUPPORTED: ",
         lambda f: f.path((*CA, ext("2.5.29.30", seq(MINIMUM), True)),
                          (*LEAF, san(dns("a.example.com"))))),
    Case("nc-other-kind", "S_OK", "", constrained([mail("example.com")], names=[dns("a.test")])),
]


def self_issued(f):
    """A CA that certifies its next key: its own constraint and its own limit pass it over."""
    old = f.ca(basic(path_len=0), usage(5, 6), constraints([directory(EXAMPLE)]),
               f.pki.ski("ca-key1"), subject=dn("rolling"))
    new = f.ca(*CA, f.pki.ski("ca-key2"), f.pki.aki("ca-key1"), by=old, subject=dn("rolling"))
    return f.given(f.leaf(new, *LEAF, subject=IN_EXAMPLE), new, old)


LENGTHS = [
    Case("length-self-issued", "S_OK", "", self_issued),
    Case("length-exceeded", "TRUST_E_BASIC_CONSTRAINTS", "PATH_LEN_EXCEEDED: ",
         lambda f: two_below(f, basic(path_len=0), usage(5, 6))),
    Case("length-enough", "S_OK", "", lambda f: two_below(f, basic(path_len=1), usage(5, 6))),
    Case("ca-without-usage", "S_OK", "", lambda f: two_below(f, basic())),
    Case("ca-false", "TRUST_E_BASIC_CONSTRAINTS", "ISSUER_NOT_CA: ",
         lambda f: f.path((basic(ca=False), usage(5, 6)), LEAF)),
    Case("ca-no-certsign", "CERT_E_WRONG_USAGE", "CA_KU_NO_CERT_SIGN: ",
         lambda f: f.path((basic(), usage(0, 6)), LEAF)),
    Case("ca-version-1", "TRUST_E_BASIC_CONSTRAINTS", "ISSUER_NOT_CA: ",
         lambda f: below(f, v1_ca(f))),
    Case("root-version-1", "S_OK", "", lambda f: v1_root(f)),
    Case("leaf-version-1", "S_OK", "EKU_ABSENT: ", lambda f: leaf_only(f, version=1)),
]


def two_below(f, *extensions):
    upper = f.ca(*extensions)
    lower = f.ca(by=upper)
    return f.given(f.leaf(lower, *LEAF), lower, upper)


def below(f, ca, *extensions, **more):
    return f.given(f.leaf(ca, *(extensions or LEAF), **more), ca)


def leaf_only(f, *extensions, **more):
    return f.given(f.leaf("root", *extensions, **more))


def v1_ca(f):
    f.pki.make("v1", "root", version=1)
    return "v1"


def v1_root(f):
    f.pki.make("root1", "root1", version=1)
    return f.given(f.leaf("root1", *LEAF), roots=["root1"])


PURPOSES = [
    Case("eku-ca-server", "CERT_E_WRONG_USAGE", "CA_EKU_NOT_CLIENT_AUTH: ",
         lambda f: f.path((*CA, eku(SERVER)), LEAF)),
    Case("eku-ca-any", "S_OK", "", lambda f: f.path((*CA, eku(ANY)), LEAF)),
    Case("eku-critical-and-more", "S_OK", "",
         lambda f: leaf_only(f, usage(0), eku(CLIENT, "1.3.6.1.4.1.99999.5", critical=True))),
    Case("eku-server", "CERT_E_WRONG_USAGE", "EKU_NOT_CLIENT_AUTH: ",
         lambda f: leaf_only(f, usage(0), eku(SERVER))),
    Case("app-ca-server", "CERT_E_WRONG_USAGE", "CA_APP_POLICY_NOT_CLIENT_AUTH: ",
         lambda f: f.path((*CA, application(SERVER)), LEAF)),
    Case("app-any", "S_OK", "APP_POLICY_ANY: ",
         lambda f: leaf_only(f, *LEAF, application("1.3.6.1.4.1.311.10.12.1"))),
    Case("app-server", "CERT_E_WRONG_USAGE", "APP_POLICY_NOT_CLIENT_AUTH: ",
         lambda f: leaf_only(f, *LEAF, application(SERVER))),
    Case("app-client-under-ca-eku", "CERT_E_WRONG_USAGE", "CA_EKU_NOT_CLIENT_AUTH: ",
         lambda f: f.path((*CA, eku(SERVER)), (usage(0), application(CLIENT)))),
    Case("usage-certsign-of-a-leaf", "CERT_E_WRONG_USAGE", "KU_CERT_SIGN_NOT_CA: ",
         lambda f: leaf_only(f, usage(0, 5), eku(CLIENT))),
]


def with_policies(*ca_more, leaf=(), ca=(P1,)):
    return lambda f: f.path((*CA, policies(*ca), *ca_more),
                            (*LEAF, *((policies(*leaf),) if leaf else ())))


EXPLICIT = policy_constraints(explicit=0)


def inhibited(f):
    upper = f.ca(*CA, policies(P1), policy_constraints(0, 0))
    lower = f.ca(*CA, policies(P1), mappings((P1, P2)), by=upper)
    return f.given(f.leaf(lower, *LEAF, policies(P2)), lower, upper)


POLICIES = [
    Case("policy-wanted", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ", with_policies(EXPLICIT)),
    Case("policy-given", "S_OK", "", with_policies(EXPLICIT, leaf=(P1,))),
    Case("policy-another", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ",
         with_policies(EXPLICIT, leaf=(P2,))),
    Case("policy-not-wanted", "S_OK", "", with_policies(leaf=(P2,))),
    Case("policy-mapped", "S_OK", "", with_policies(EXPLICIT, mappings((P1, P2)), leaf=(P2,))),
    Case("policy-mapped-away", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ",
         with_policies(EXPLICIT, mappings((P1, P2)), leaf=(P1,))),
    Case("policy-mapped-any", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ",
         with_policies(EXPLICIT, mappings((ANY_POLICY, P2)), leaf=(P2,))),
    # RFC 5280 6.1.4: what inhibits mappings counts for those of the certificates below.
    Case("policy-mapping-and-inhibition", "S_OK", "",
         with_policies(policy_constraints(0, 0), mappings((P1, P2)), leaf=(P2,))),
    Case("policy-mapping-inhibited", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ", inhibited),
    Case("policy-any", "S_OK", "", with_policies(EXPLICIT, ca=(ANY_POLICY,), leaf=(P2,))),
    Case("policy-any-inhibited", "CERT_E_INVALID_POLICY", "POLICY_INVALID: ",
         with_policies(EXPLICIT, inhibit_any(0), leaf=(ANY_POLICY,))),
    Case("policy-wanted-later", "S_OK", "",
         with_policies(policy_constraints(explicit=2), leaf=())),
]


def crossed(f):
    """The CA is certified by an unknown root and by ours; the unknown one is sent."""
    f.pki.make("elsewhere", "elsewhere", *CA)
    theirs = f.ca(by="elsewhere", subject=dn("crossed"), key="crossed")
    ours = f.ca(subject=dn("crossed"), key="crossed")
    return f.given(f.leaf(theirs, *LEAF), theirs, others=[ours])


def twin(f):
    """The CA's expired certificate is sent; a current one for the same key is at hand."""
    old = f.ca(subject=dn("twin"), key="twin", start=-9 * DAY, end=-DAY)
    new = f.ca(subject=dn("twin"), key="twin")
    return f.given(f.leaf(old, *LEAF), old, others=[new])


def no_twin(f):
    return below(f, f.ca(start=-9 * DAY, end=-DAY))


def same_name(f):
    """Two CAs of one name: the authority key identifier tells which."""
    wrong = f.ca(*CA, f.pki.ski("wrong"), subject=dn("same"), key="wrong")
    right = f.ca(*CA, f.pki.ski("right"), subject=dn("same"), key="right")
    return f.given(f.leaf(right, *LEAF, f.pki.aki("right")), wrong, others=[right])


def misled(f):
    """The identifier is wrong, the name and the signature are right."""
    ca = f.ca(*CA, f.pki.ski("right"), key="misled")
    return below(f, ca, *LEAF, f.pki.aki("wrong"))


def root_twin(f):
    f.pki.make("old", "old", *CA, subject=dn("renewed"), key="renewed", start=-9 * DAY, end=-DAY)
    f.pki.make("new", "new", *CA, subject=dn("renewed"), key="renewed")
    return f.given(f.leaf("old", *LEAF), roots=["old", "new"])


def impostor(f):
    """The right name, another key."""
    f.pki.key("impostor")
    return leaf_only(f, *LEAF, signer="impostor")


PATHS = [
    Case("path-crossed", "S_OK", "", crossed),
    Case("path-twin", "S_OK", "", twin),
    Case("path-expired-ca", "CERT_E_EXPIRED", "EXPIRED: ", no_twin),
    Case("path-same-name", "S_OK", "", same_name),
    Case("path-wrong-identifier", "S_OK", "", misled),
    Case("path-renewed-root", "S_OK", "", root_twin),
    Case("path-impostor", "TRUST_E_CERT_SIGNATURE", "SIGNATURE_INVALID: ", impostor),
    Case("path-critical-in-ca", "CERT_E_CRITICAL", "CRITICAL_UNKNOWN: ",
         lambda f: f.path((*CA, UNKNOWN), LEAF)),
]


def issued(subject, issuer):
    return lambda f: below(f, f.ca(subject=subject), issuer_name=issuer)


FORMS = [
    Case("name-utf8-and-bmp", "S_OK", "",
         issued(seq(rdn(CN, bmp("Prüf-CA"))), seq(rdn(CN, utf8("Prüf-CA"))))),
    Case("name-spaces-and-case", "S_OK", "",
         issued(seq(rdn(CN, printable("Some CA"))), seq(rdn(CN, utf8(" some   CA "))))),
    Case("name-other-order", "CERT_E_CHAINING", "PARTIAL_CHAIN: ",
         issued(seq(rdn(O, utf8("a")), rdn(CN, utf8("b"))),
                seq(rdn(CN, utf8("b")), rdn(O, utf8("a"))))),
    Case("serial-negative", "S_OK", "", lambda f: leaf_only(f, *LEAF, serial=-5)),
    Case("serial-zero", "S_OK", "", lambda f: leaf_only(f, *LEAF, serial=0)),
    Case("serial-40-bytes", "S_OK", "", lambda f: leaf_only(f, *LEAF, serial=1 << 316)),
    Case("extension-twice", "CERT_E_MALFORMED", "EXTENSION_DUPLICATE: ",
         lambda f: leaf_only(f, *LEAF, eku(CLIENT))),
    Case("extension-broken", "CERT_E_MALFORMED", "EXTENSION_MALFORMED: ",
         lambda f: leaf_only(f, usage(0), ext("2.5.29.37", b"\x30\x05\x06"))),
    Case("hash-md5", "TRUST_E_CERT_SIGNATURE", "WEAK_HASH: ",
         lambda f: rsa(f, "2048", hash_="md5")),
    Case("hash-sha1", "S_OK", "SHA1_SIGNATURE: ", lambda f: rsa(f, "2048", hash_="sha1")),
    Case("hash-sha224", "TRUST_E_CERT_SIGNATURE", "SIGNATURE_UNSUPPORTED: ",
         lambda f: rsa(f, "2048", hash_="sha224")),
    Case("key-512", "TRUST_E_CERT_SIGNATURE", "WEAK_KEY: 512 bits", lambda f: rsa(f, "512")),
    Case("key-1024", "S_OK", "SHORT_KEY: ", lambda f: rsa(f, "1024")),
    Case("time-2050", "S_OK", "", lambda f: leaf_only(f, *LEAF, end=365 * 40 * DAY)),
    Case("time-not-yet", "CERT_E_EXPIRED", "NOT_YET_VALID: ",
         lambda f: leaf_only(f, *LEAF, start=DAY)),
]


def rsa(f, size, **more):
    """A CA with an RSA key signs."""
    ca = f.ca(key=f"rsa{size}", kind=f"RSA{size}")
    return below(f, ca, **more)


def listed(*extensions, leaf=(POINT,), revoked=True, **more):
    """A leaf, and its issuer's list that has it."""
    def build(f):
        name = f.leaf("root", *LEAF, *leaf)
        crl = f.pki.crl(f"list{f.n}", "root", [(name, 1)] if revoked else (), *extensions, **more)
        return f.given(name, crls=(crl,))
    return build


def two_lists(f):
    """The older list has the greater number."""
    name = f.leaf("root", *LEAF, POINT)
    return f.given(name, crls=(
        f.pki.crl(f"old{f.n}", "root", [(name, 6)], number(9), this=-3 * DAY),
        f.pki.crl(f"new{f.n}", "root", (), number(8), this=-2 * DAY)))


def base_and_delta(f):
    name = f.leaf("root", *LEAF, POINT)
    return f.given(name, crls=(f.pki.crl(f"base{f.n}", "root", [(name, 6)], number(5)),
                               f.pki.crl(f"delta{f.n}", "root", [(name, 8)], number(6),
                                         delta_of(5))))


def of_serial(serial):
    def build(f):
        name = f.leaf("root", *LEAF, POINT, serial=serial)
        return f.given(name, crls=(f.pki.crl(f"list{f.n}", "root", [(serial, 1)], number(1)),))
    return build


def no_crl_sign(f):
    ca = f.ca(basic(), usage(5))
    name = f.leaf(ca, *LEAF, POINT)
    return f.given(name, ca, crls=(f.pki.crl(f"list{f.n}", ca, (), number(1)),))


OFFLINE, REVOKED = "CRYPT_E_REVOCATION_OFFLINE", "CRYPT_E_REVOKED"
HERE = full_name(uri(URL))
LISTS = [
    Case("list-revoked", REVOKED, "REVOKED: keyCompromise", listed(number(1))),
    Case("list-version-1", REVOKED, "REVOKED: ", listed()),
    Case("list-negative-serial", REVOKED, "REVOKED: ", of_serial(-5)),
    Case("list-long-serial", REVOKED, "REVOKED: ", of_serial((1 << 158) + 7)),
    Case("list-no-next-update", "S_OK", "", listed(number(1), revoked=False, next_=None)),
    Case("list-out-of-date", OFFLINE, "REVOCATION_STALE: ",
         listed(number(1), revoked=False, this=-9 * DAY, next_=-DAY)),
    Case("list-not-yet", OFFLINE, "REVOCATION_STALE: ",
         listed(number(1), revoked=False, this=DAY)),
    Case("list-critical", OFFLINE, "REVOCATION_UNUSABLE: critical extension",
         listed(number(1), UNKNOWN, revoked=False)),
    Case("list-entry-critical", OFFLINE, "REVOCATION_UNUSABLE: critical extension",
         listed(number(1), entry_extensions=[UNKNOWN])),
    Case("list-no-crl-sign", OFFLINE, "REVOCATION_UNUSABLE: cRLSign", no_crl_sign),
    Case("list-of-another", OFFLINE, "REVOCATION_OFFLINE: ",
         listed(number(1), revoked=False, name=dn("another"))),
    Case("list-another-key", OFFLINE, "REVOCATION_UNUSABLE: not the issuer's",
         listed(number(1), revoked=False, signer="leaf-key")),
    Case("list-here", "S_OK", "", listed(number(1), idp(HERE), revoked=False)),
    Case("list-elsewhere", OFFLINE, "REVOCATION_UNUSABLE: another distribution point",
         listed(number(1), idp(full_name(uri("http://pki.example.test/b.crl"))), revoked=False)),
    Case("list-one-of-two-names", "S_OK", "",
         listed(number(1), idp(full_name(uri("ldap:///CN=x"), uri(URL))), revoked=False)),
    Case("list-mail-without-case", "S_OK", "",
         listed(number(1), idp(full_name(mail("CRL@example.test"))), revoked=False,
                leaf=[cdp(point(full_name(mail("crl@EXAMPLE.test"))))])),
    Case("list-directory-bytes", OFFLINE, "REVOCATION_UNUSABLE: another distribution point",
         listed(number(1), idp(full_name(directory(seq(rdn(CN, utf8("List")))))), revoked=False,
                leaf=[cdp(point(full_name(directory(seq(rdn(CN, utf8("list")))))))])),
    Case("list-relative", OFFLINE, "REVOCATION_UNUSABLE: relative to its issuer",
         listed(number(1), idp(relative((CN, utf8("part")))), revoked=False,
                leaf=[cdp(point(relative((CN, utf8("part")))))])),
    Case("list-point-of-reasons", OFFLINE, "REVOCATION_UNUSABLE: another distribution point",
         listed(number(1), idp(HERE), revoked=False,
                leaf=[cdp(point(HERE, reasons=(1,)))])),
    Case("list-second-point", "S_OK", "",
         listed(number(1), idp(HERE), revoked=False,
                leaf=[cdp(point(full_name(uri("http://a.test/")), issuer=dn("x")), point(HERE))])),
    Case("list-for-cas", OFFLINE, "REVOCATION_UNUSABLE: only CAs",
         listed(number(1), idp(cas=True), revoked=False)),
    Case("list-for-users", REVOKED, "REVOKED: ", listed(number(1), idp(users=True))),
    Case("list-for-attributes", OFFLINE, "REVOCATION_UNUSABLE: attribute certificates",
         listed(number(1), idp(attributes=True), revoked=False)),
    Case("list-for-reasons", OFFLINE, "REVOCATION_UNUSABLE: some reasons",
         listed(number(1), idp(reasons=(1, 2)), revoked=False)),
    Case("list-indirect", OFFLINE, "REVOCATION_UNUSABLE: indirect",
         listed(number(1), idp(indirect=True), revoked=False)),
    Case("list-two", REVOKED, "REVOKED: certificateHold", two_lists),
    Case("list-delta-removes", "S_OK", "", base_and_delta),
    Case("list-delta-alone", OFFLINE, "REVOCATION_UNUSABLE: delta",
         listed(number(6), delta_of(5), revoked=False)),
    Case("no-point-no-list", "S_OK", "NO_REVOCATION_POINTER: ", lambda f: leaf_only(f, *LEAF)),
    Case("aia-issuers-only", "S_OK", "NO_REVOCATION_POINTER: ",
         lambda f: leaf_only(f, *LEAF, aia("1.3.6.1.5.5.7.48.2", "http://127.0.0.1:1/ca.crt"))),
    Case("freshest-alone", "S_OK", "NO_REVOCATION_POINTER: ",
         lambda f: leaf_only(f, *LEAF, freshest("http://127.0.0.1:1/delta.crl"))),
]

CASES = [*NAMES, *LENGTHS, *PURPOSES, *POLICIES, *PATHS, *FORMS, *LISTS]
