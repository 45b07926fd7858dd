# SPDX-License-Identifier: MIT
"""certgate explain on certificates that others made: this machine's CAs, Python's and
mbedTLS's test data. What it reads must be what `openssl x509` and `certtool -i` read.

With arguments, a number and folders: as many certificates at least, also from all files of
these folders (tests/foreign/certificates.py).
"""
import base64
import concurrent.futures
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile

from harness import CERTGATE, ROOT, Tap, need, skip_all

need("openssl")
tap = Tap()
work = pathlib.Path(tempfile.mkdtemp(prefix="certgate-foreign-"))
ENV = dict(os.environ, XDG_DATA_HOME=str(work), LC_ALL="C", TZ="UTC")
PEM = re.compile(r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.S)
AT_LEAST = int(sys.argv[1]) if len(sys.argv) > 1 else 10
FILE_MAX = 8 * 1024 * 1024
AT_A_TIME = 50
UNKNOWN = object()  # not compared

SOURCES = (
    ("this machine's CAs", pathlib.Path("/usr/share/ca-certificates"), "**/*.crt"),
    ("Python's test data", pathlib.Path(sysconfig.get_path("stdlib")) / "test", "**/*.pem"),
    ("Python's pip", pathlib.Path(sysconfig.get_path("stdlib")), "site-packages/pip/**/*.pem"),
    ("mbedTLS's test data", ROOT / "subprojects", "mbedtls-*/framework/data_files/*.[cp][re][tm]"),
    ("Node.js packages", pathlib.Path("/usr/share/nodejs"), "**/*.pem"),
    *((pathlib.Path(folder).name, pathlib.Path(folder), "**/*") for folder in sys.argv[2:]),
)


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, env=ENV, timeout=120)


def blocks_of(path):
    """The DER of each certificate of a file: of PEM in any text, also of a program's, where a
    line's end may be written \\n; or the whole of a binary one."""
    if not path.is_file() or path.stat().st_size > FILE_MAX:
        return
    data = path.read_bytes()
    if path.suffix in (".der", ".cer", ".crt") and data[:1] == b"\x30":
        yield data
    for block in PEM.findall(data.decode("latin-1").replace("\\n", "\n")):
        try:
            yield base64.b64decode("".join(block.split()), validate=True)
        except ValueError:
            pass  # mbedTLS's bad ones, and what stands in strings of some other form


def collect():
    """Each certificate once, as a DER file: name -> path."""
    found = {}
    for label, folder, pattern in SOURCES:
        n = 0
        for path in sorted(folder.glob(pattern)) if folder.is_dir() else []:
            for i, der in enumerate(blocks_of(path)):
                hash_ = hashlib.sha256(der).hexdigest()
                if hash_ not in found and der:
                    file = work / f"{hash_[:16]}.der"
                    file.write_bytes(der)
                    found[hash_] = (f"{path.name}#{i}", file)
                    n += 1
        print(f"# {label}: {n} certificates" if n else f"# {label}: none in {folder}")
    return list(found.values())


def ours(paths):
    """Of each file the first certificate; None: there is none in it, says certgate."""
    done = run(CERTGATE, "explain", "--json", *paths)
    results = {r["source"]: r["certificates"][0] for r in json.loads(done.stdout)["results"]}
    unread = [str(p) for p in paths if str(p) not in results]
    assert all(p in done.stderr.decode() for p in unread), done.stderr.decode()
    return [results.get(str(p)) for p in paths]


# ---- what the two others say, in the form of our JSON

TYPES = {"emailAddress": "E", "EMAIL": "E", "email": "E", "ST": "S", "GN": "G",
         "givenName": "G", "T": "title", "surname": "SN", "surName": "SN", "street": "STREET",
         "organizationIdentifier": "2.5.4.97", "INN": "1.2.643.3.131.1.1",
         "OGRN": "1.2.643.100.1", "mail": "0.9.2342.19200300.100.1.3",
         "jurisdictionOfIncorporationCountryName": "jurisdictionC",
         "2.5.4.45": "x500UniqueIdentifier"}


def name(text):
    """Attributes of a distinguished name as a sorted list: the order of attributes in
    one RDN and the words for the types differ between programs."""
    parts, value, escaped = [], "", False
    for c in text:
        if not escaped and c in ",+":
            parts.append(value)
            value = ""
        else:
            value += c
        escaped = c == "\\" and not escaped
    parts.append(value)
    out = []
    for part in parts:
        kind, _, rest = part.strip(" ").partition("=")
        if re.match("#(0c|12|13|14|16)[0-7]", rest):  # RFC 4514 2.4: text of a type without a name
            rest = bytes.fromhex(rest[5:]).decode()
        rest = re.sub(r"\\([^0-9A-Fa-f])", r"\1", rest)
        rest = re.sub(rb"\\([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]),
                      rest.encode()).decode("utf-8", "replace")
        kind = TYPES.get(kind, kind)
        if kind == "x500UniqueIdentifier" or "\ufffd" in rest:
            return UNKNOWN  # bits, and what is no UTF-8, are written in three ways
        out.append((kind, rest.strip()))
    return sorted(out)


def iso(text):
    year, dash, rest = text.strip().replace(" ", "T").partition("-")
    return year.zfill(4) + dash + rest


def signed(serial):
    """A serial number as it is written, two's complement, as openssl has it."""
    number = int.from_bytes(bytes.fromhex(serial), "big", signed=True) if serial else 0
    return f"{'-' if number < 0 else ''}{abs(number):x}"


KEY_USAGE = {"Digital Signature": "digitalSignature", "Non Repudiation": "nonRepudiation",
             "Key Encipherment": "keyEncipherment", "Data Encipherment": "dataEncipherment",
             "Key Agreement": "keyAgreement", "Certificate Sign": "keyCertSign",
             "CRL Sign": "cRLSign", "Encipher Only": "encipherOnly",
             "Decipher Only": "decipherOnly"}


def section(text, heading):
    """The lines below an extension's heading in -text, joined; None = not there."""
    match = re.search(rf"^( +)X509v3 {heading}: *(critical)?\s*\n((?:\1 +.*\n?)*)", text, re.M)
    return match and " ".join(line.strip() for line in match[3].splitlines())


def openssl(path):
    done = run("openssl", "x509", "-inform", "DER", "-in", path, "-noout", "-text", "-serial",
               "-dates", "-dateopt", "iso_8601", "-subject", "-issuer", "-nameopt",
               "sep_comma_plus,sname,utf8,esc_2253,esc_ctrl")
    if done.returncode != 0:
        return None
    text = done.stdout.decode("utf-8", "replace")

    def line(key):
        match = re.search(rf"^{key}=(.*)$", text, re.M)
        return match[1] if match else ""
    der = whole(path.read_bytes())
    version = re.search(r"Version: (-?\d+)", text)
    usage = section(text, "Key Usage")
    basic = section(text, "Basic Constraints")
    bits = re.search(r"Public-Key: \((\d+) bit", text)
    key_id = section(text, "Subject Key Identifier")
    names = section(text, "Subject Alternative Name") or ""
    return {
        "version": int(version[1]) if version else UNKNOWN,  # "Unknown (7)"
        "serial": re.sub("^(-?)0+(?=.)", r"\1", line("serial").lower()),
        "subject": name(line("subject")),
        "issuer": name(line("issuer")),
        "valid_from": iso(line("notBefore")),
        "valid_to": iso(line("notAfter")),
        "key bits": int(bits[1]) if bits else UNKNOWN,  # of Ed25519 it writes none
        "key_usage": usage and sorted(KEY_USAGE[u.strip()] for u in usage.split(",") if u.strip()),
        "ca": basic is not None and "CA:TRUE" in basic,
        "path_len": int(basic.split("pathlen:")[1]) if basic and "pathlen:" in basic else None,
        "subject_key_id": key_id.replace(":", "").lower() if key_id else None,
        "critical": len(re.findall(r"^            \S.*: critical$", text, re.M)),
        "alt_names": alt_names([n.strip() for n in re.findall(r"\w+:[^,]*", names)]),
        "purposes": openssl_purposes(text),
        "thumbprint_sha1": hashlib.sha1(der).hexdigest(),
        "thumbprint_sha256": hashlib.sha256(der).hexdigest(),
    }


def alt_names(names):
    """DNS, e-mail and URI names; other kinds, and a NUL, are written differently."""
    names = [n for n in names if n.split(":")[0] in ("DNS", "email", "URI")]
    return UNKNOWN if any("\0" in n for n in names) else sorted(names)


def openssl_purposes(text):
    """How many, for their names differ; None = no Enhanced Key Usage."""
    purposes = section(text, "Extended Key Usage")
    return purposes and (0 if "<EMPTY>" in purposes else purposes.count(",") + 1)


def whole(data):
    """The first element, without what stands behind its end."""
    if data[1] < 0x80:
        return data[:2 + data[1]]
    size = data[1] & 0x7f
    return data[:2 + size + int.from_bytes(data[2:2 + size], "big")]


def certtool(path):
    done = run("certtool", "-i", "--inder", "--infile", path)
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0 or "Fingerprint:" not in text:
        return None

    def value(pattern, default=None):
        match = re.search(pattern, text, re.M)
        return match[1] if match else default

    def names(key):
        text = value(rf"^\t{key}: (.*)$", "")
        return UNKNOWN if "CN=#" in text else name(text)  # so it writes a NUL
    bits = int(value(r"Security Level: [^(]*\((\d+) bits\)", "0"))

    def when(key):
        try:
            when = datetime.datetime.strptime(value(rf"{key}: (.*)$"),
                                              "%a %b %d %H:%M:%S UTC %Y").isoformat() + "Z"
            return UNKNOWN if when.startswith("1970-01-01T00:00:00") else when  # or earlier
        except (TypeError, ValueError):
            return None
    return {
        "version": int(value(r"Version: (\d+)", "0")),
        "serial": signed(value(r"Serial Number \(hex\): (\w+)", "")),
        "subject": names("Subject"),
        "issuer": names("Issuer"),
        "valid_from": when("Not Before"),
        "valid_to": when("Not After"),
        # P-521 counts as 528 there, and a damaged key as none.
        "key bits": {0: UNKNOWN, 528: 521}.get(bits, bits),
        "ca": value(r"Certificate Authority \(CA\): (\w+)") == "TRUE",
        "thumbprint_sha1": value(r"sha1:([0-9a-f]{40})"),
        "thumbprint_sha256": value(r"sha256:([0-9a-f]{64})"),
    }


def as_compared(cert):
    usage = cert["key_usage"]
    return {
        "version": cert["version"],
        "serial": signed(cert["serial"]),
        "subject": name(cert["subject"]),
        "issuer": name(cert["issuer"]),
        "valid_from": cert["valid_from"],
        "valid_to": cert["valid_to"],
        "key bits": cert["key"]["bits"] or UNKNOWN,  # of a curve that we do not know
        "key_usage": usage if usage is None else sorted(usage),
        "ca": bool(cert["basic_constraints"] and cert["basic_constraints"]["ca"]),
        "path_len": cert["basic_constraints"] and cert["basic_constraints"]["path_len"],
        "subject_key_id": cert["subject_key_id"] or None,
        "critical": sum(e["critical"] for e in cert["extensions"]),
        "thumbprint_sha1": cert["thumbprint_sha1"],
        "thumbprint_sha256": cert["thumbprint_sha256"],
        "alt_names": alt_names(cert["alt_names"] or []),
        "purposes": cert["purposes"] if cert["purposes"] is None else len(cert["purposes"]),
    }


def compare(tool, answers, certs, fields):
    for field in fields:
        wrong = [f"{label}: ours {mine[field]!r}, {tool} {theirs[field]!r}"
                 for (label, _), mine, theirs in zip(certs, mine_all, answers)
                 if theirs is not None and mine is not None and
                 UNKNOWN not in (mine[field], theirs[field]) and mine[field] != theirs[field]]
        n = sum(a is not None for a in answers)
        tap.ok(not wrong, f"{field} of {n} certificates: as {tool}", "\n".join(wrong))


certs = collect()
if len(sys.argv) == 1 and len(certs) < AT_LEAST:
    skip_all(f"{len(certs)} certificates of others on this machine")
read = []
for start in range(0, len(certs), AT_A_TIME):
    read += ours([path for _, path in certs[start:start + AT_A_TIME]])
# What is no certificate to either is none: a key, a list, an OCSP answer.
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    answers = list(pool.map(openssl, [path for _, path in certs]))
rows = [row for row in zip(certs, read, answers) if row[1] is not None or row[2] is not None]
certs, read, answers = map(list, zip(*rows))
by_openssl = sum(a is not None for a in answers)
tap.ok(by_openssl >= AT_LEAST, f"at least {AT_LEAST} certificates", by_openssl)
malformed = [f"{label}: {cert['malformed'] if cert else 'no certificate'}"
             for (label, _), cert in zip(certs, read) if cert is None or cert["malformed"]]
print("\n".join(f"# malformed to us: {line}" for line in malformed))
mine_all = [None if cert is None or cert["malformed"] else as_compared(cert) for cert in read]

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    paths = [path for _, path in certs]
    compare("openssl", answers, certs, list(next(m for m in mine_all if m)))
    # A date that is none to openssl, too, is the one reason that there is.
    refused = [label for (label, _), a, mine in zip(certs, answers, mine_all)
               if a is not None and mine is None and
               "Bad" not in a["valid_from"] + a["valid_to"]]
    tap.ok(not refused, "what openssl reads is not malformed to us", "\n".join(refused))
    if shutil.which("certtool"):
        answers = [b and a for a, b in zip(pool.map(certtool, paths), answers)]
        compare("certtool", answers, certs, [
            "version", "serial", "subject", "issuer", "valid_from", "valid_to", "key bits",
            "ca", "thumbprint_sha1", "thumbprint_sha256"])
    else:
        tap.skip("as certtool", "certtool is not installed")

some = [mine for mine in mine_all if mine is not None]
print(f"# names beyond ASCII: {sum(not str(m['subject']).isascii() for m in some)}")
print(f"# serial numbers of 16 octets and more: {sum(len(m['serial']) > 30 for m in some)}")
print(f"# GeneralizedTime: {sum(m['valid_to'] >= '2050' for m in some)}")
print(f"# elliptic keys: {sum(m['key bits'] in (256, 384, 521) for m in some)}")
shutil.rmtree(work, ignore_errors=True)
tap.done()
