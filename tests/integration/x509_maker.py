# SPDX-License-Identifier: MIT
"""Certificates and revocation lists of any form, also of forms that no CA writes: DER by
this file, keys and signatures by the openssl command. Dates count from now, so that nothing
expires."""
import base64
import datetime
import hashlib
import subprocess

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
CLIENT, SERVER, ANY = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
CN, O, OU, C = "2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.6"


# ---- DER

def tlv(tag, *parts):
    content = b"".join(parts)
    n = len(content)
    size = bytes([n]) if n < 128 else \
        bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + content


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def octets(data):
    return tlv(0x04, data)


def bits(data, unused=0):
    return tlv(0x03, bytes([unused]), data)


def named_bits(*numbers):
    last = max(numbers)
    data = bytearray(last // 8 + 1)
    for n in numbers:
        data[n // 8] |= 0x80 >> n % 8
    return bits(bytes(data), 7 - last % 8)


def true():
    return tlv(0x01, b"\xff")


def integer(n, tag=0x02):
    return tlv(tag, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted):
    first, second, *arcs = map(int, dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *arcs):
        part = [arc & 0x7f]
        while arc > 0x7f:
            arc >>= 7
            part.append(0x80 | arc & 0x7f)
        out += bytes(reversed(part))
    return tlv(0x06, bytes(out))


def utf8(text):
    return tlv(0x0c, text.encode())


def printable(text):
    return tlv(0x13, text.encode())


def bmp(text):
    return tlv(0x1e, text.encode("utf-16-be"))


def time(when):
    if when.year < 2050:
        return tlv(0x17, when.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, when.strftime("%Y%m%d%H%M%SZ").encode())


def rdn(kind, value):
    return set_of(seq(oid(kind), value))


def dn(common, *before):
    """A Name; `before` are RDNs above the common name."""
    return seq(*before, rdn(CN, utf8(common)))


# ---- GeneralNames

def dns(text):
    return tlv(0x82, text.encode())


def mail(text):
    return tlv(0x81, text.encode())


def uri(text):
    return tlv(0x86, text.encode())


def ip(data):
    return tlv(0x87, bytes(data))


def directory(name):
    return tlv(0xa4, name)


def upn(text):
    return tlv(0xa0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xa0, utf8(text)))


# ---- extensions

def ext(kind, value, critical=False):
    return seq(oid(kind), true() if critical else b"", octets(value))


def basic(ca=True, path_len=None, critical=True):
    return ext("2.5.29.19", seq(true() if ca else b"",
                                b"" if path_len is None else integer(path_len)), critical)


def usage(*numbers):
    return ext("2.5.29.15", named_bits(*numbers), True)


def eku(*purposes, critical=False):
    return ext("2.5.29.37", seq(*map(oid, purposes)), critical)


def san(*names):
    return ext("2.5.29.17", seq(*names))


def constraints(permitted=(), excluded=()):
    def trees(tag, names):
        return tlv(tag, *(seq(n) for n in names)) if names else b""
    return ext("2.5.29.30", seq(trees(0xa0, permitted), trees(0xa1, excluded)), True)


def policies(*ids, kind="2.5.29.32", critical=False):
    return ext(kind, seq(*(seq(oid(i)) for i in ids)), critical)


def mappings(*pairs):
    return ext("2.5.29.33", seq(*(seq(oid(a), oid(b)) for a, b in pairs)), True)


def policy_constraints(explicit=None, inhibit=None):
    return ext("2.5.29.36", seq(b"" if explicit is None else integer(explicit, 0x80),
                                b"" if inhibit is None else integer(inhibit, 0x81)), True)


def inhibit_any(n):
    return ext("2.5.29.54", integer(n), True)


def application(*ids):
    return policies(*ids, kind="1.3.6.1.4.1.311.21.10")


def full_name(*names):
    return tlv(0xa0, tlv(0xa0, *names))


def relative(*attributes):
    return tlv(0xa0, tlv(0xa1, *(seq(oid(kind), value) for kind, value in attributes)))


def point(name, reasons=(), issuer=None):
    return seq(name, tlv(0x81, named_bits(*reasons)[2:]) if reasons else b"",
               tlv(0xa2, directory(issuer)) if issuer else b"")


def cdp(*points, kind="2.5.29.31"):
    return ext(kind, seq(*points))


def freshest(*urls):
    return cdp(*(point(full_name(uri(u))) for u in urls), kind="2.5.29.46")


def idp(name=b"", users=False, cas=False, reasons=(), indirect=False, attributes=False):
    def flag(tag, on):
        return tlv(tag, b"\xff") if on else b""
    return ext("2.5.29.28", seq(name, flag(0x81, users), flag(0x82, cas),
                                tlv(0x83, named_bits(*reasons)[2:]) if reasons else b"",
                                flag(0x84, indirect), flag(0x85, attributes)), True)


def aia(method, url):
    return ext("1.3.6.1.5.5.7.1.1", seq(seq(oid(method), uri(url))))


def number(n):
    return ext("2.5.29.20", integer(n))


def delta_of(n):
    return ext("2.5.29.27", integer(n), True)


CA = (basic(), usage(5, 6))
LEAF = (usage(0), eku(CLIENT))
SHA = {"sha1": "1.2.840.10045.4.1", "sha224": "1.2.840.10045.4.3.1",
       "sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
RSA = {"md5": "1.2.840.113549.1.1.4", "sha1": "1.2.840.113549.1.1.5",
       "sha224": "1.2.840.113549.1.1.14", "sha256": "1.2.840.113549.1.1.11"}


class Pki:
    """Keys and certificates by name, in a folder."""

    def __init__(self, place):
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self.certs, self.next_serial = {}, 0x1000
        self.spkis = {}  # what to write instead of a key's own SubjectPublicKeyInfo

    # ---- keys

    def key(self, name, kind="P-256"):
        path = self.place / f"{name}.key"
        if not path.exists():
            options = ("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind[3:]}") \
                if kind.startswith("RSA") else \
                ("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{kind}")
            subprocess.run(["openssl", "genpkey", *options, "-out", path], check=True,
                           capture_output=True)
            (self.place / f"{name}.kind").write_text(kind)
        return path

    def spki(self, name):
        return self.spkis.get(name) or subprocess.run(["openssl", "pkey", "-in", self.key(name), "-pubout", "-outform",
                               "DER"], check=True, capture_output=True).stdout

    def signed(self, content, signer, hash_="sha256", outer=None):
        """The algorithm of tbs is in `content` already."""
        signature = subprocess.run(["openssl", "dgst", f"-{hash_}", "-sign", self.key(signer)],
                                   input=content, check=True, capture_output=True).stdout
        return seq(content, outer or self.algorithm(signer, hash_), bits(signature))

    def algorithm(self, signer, hash_):
        self.key(signer)
        is_rsa = (self.place / f"{signer}.kind").read_text().startswith("RSA")
        return seq(oid(RSA[hash_]), b"\x05\x00") if is_rsa else seq(oid(SHA[hash_]))

    # ---- certificates

    def validity(self, start=-DAY, end=30 * DAY):
        return seq(time(NOW + start), time(NOW + end))

    def make(self, name, issuer, *extensions, subject=None, issuer_name=None, signer=None,
             key=None, serial=None, version=3, start=-DAY, end=30 * DAY, hash_="sha256",
             file=None, kind="P-256"):
        """A certificate, as PEM in a file; `issuer` is a name given before or its own."""
        key = key or name
        self.key(key, kind)
        subject = subject if subject is not None else dn(name)
        signer = signer or (key if issuer == name else self.certs[issuer]["key"])
        by = issuer_name or (subject if issuer == name else self.certs[issuer]["subject"])
        if serial is None:
            self.next_serial += 1
            serial = self.next_serial
        content = seq(tlv(0xa0, integer(version - 1)) if version > 1 else b"",
                      integer(serial), self.algorithm(signer, hash_), by,
                      self.validity(start, end), subject, self.spki(key),
                      tlv(0xa3, seq(*extensions)) if extensions else b"")
        der = self.signed(content, signer, hash_)
        path = self.place / f"{file or name}.crt"
        path.write_text(pem(der))
        self.certs[file or name] = {"key": key, "subject": subject, "path": path, "der": der,
                                    "serial": serial}
        return path

    def bundle(self, file, *names):
        path = self.place / f"{file}.pem"
        path.write_text("".join(self.certs[n]["path"].read_text() for n in names))
        return path

    def with_key(self, name, *others):
        path = self.place / f"{name}-key.pem"
        path.write_text(self.key(self.certs[name]["key"]).read_text() +
                        self.bundle(f"{name}-chain", name, *others).read_text())
        return path

    def crl(self, file, issuer, revoked=(), *extensions, this=-DAY, next_=7 * DAY, signer=None,
            hash_="sha256", name=None, entry_extensions=()):
        """`revoked`: pairs of a certificate's name or serial, and the reason or None."""
        entries = []
        for who, reason in revoked:
            serial = who if isinstance(who, int) else self.certs[who]["serial"]
            more = list(entry_extensions)
            if reason is not None:
                more.insert(0, ext("2.5.29.21", tlv(0x0a, bytes([reason]))))
            entries.append(seq(integer(serial), time(NOW - 2 * DAY),
                               seq(*more) if more else b""))
        signer = signer or self.certs[issuer]["key"]
        content = seq(integer(1) if extensions else b"", self.algorithm(signer, hash_),
                      name or self.certs[issuer]["subject"], time(NOW + this),
                      time(NOW + next_) if next_ is not None else b"",
                      seq(*entries) if entries else b"",
                      tlv(0xa0, seq(*extensions)) if extensions else b"")
        path = self.place / f"{file}.crl"
        path.write_bytes(self.signed(content, signer, hash_))
        return path

    def ski(self, name):
        return ext("2.5.29.14", octets(hashlib.sha1(self.spki(name)).digest()))

    def aki(self, name):
        return ext("2.5.29.35", seq(tlv(0x80, hashlib.sha1(self.spki(name)).digest())))


def pem(der, label="CERTIFICATE"):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"
