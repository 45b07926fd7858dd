# SPDX-License-Identifier: MIT
"""PKCS #12 files between programs: what OpenSSL 3 (with -legacy, too), Java's keytool,
GnuTLS's certtool and NSS's pk12util write is read; certgate store convert writes each anew
in both kinds, with the same key, certificates, name and localKeyID, and each of the four
reads it. explain's word on who imports a file is what those that are here do."""
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess

from harness import CERTGATE, DEADLINE, Tap, folder, need
from openssl_ca import CA, LEAF, Maker
from x509_maker import integer, octets, oid, seq

need("openssl")
tap = Tap()
PASSWORD = "secret 1234"  # keytool takes ASCII only
NAME = "some friend"
# The sanitizers and valgrind take their own time.
PBMAC1_S = 1.0 if os.environ.get("CERTGATE_BUILD_KIND", "") == "" else 60.0


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=DEADLINE, stdin=subprocess.DEVNULL, errors="replace",
                          env=dict(os.environ, LC_ALL="C.UTF-8"), **options)


# ---- writers: each makes a file of the key, its certificate and its issuers

def by_openssl(place, pem, *more):
    out = place / f"openssl{''.join(more)}.p12"
    done = run("openssl", "pkcs12", "-export", "-in", pem, "-out", out, "-name", NAME,
               "-passout", f"pass:{PASSWORD}", *more)
    return out if done.returncode == 0 else done.stderr


def by_keytool(place, pem):
    """From OpenSSL's file, since keytool takes no PEM key."""
    out = place / "keytool.p12"
    done = run("keytool", "-importkeystore", "-noprompt", "-srckeystore",
               place / "openssl.p12", "-srcstoretype", "PKCS12", "-srcstorepass", PASSWORD,
               "-destkeystore", out, "-deststoretype", "PKCS12", "-deststorepass", PASSWORD)
    return out if done.returncode == 0 else done.stdout + done.stderr


def by_certtool(place, pem):
    out = place / "certtool.p12"
    done = run("certtool", "--to-p12", "--load-privkey", pem, "--load-certificate", pem,
               "--p12-name", NAME, "--password", PASSWORD, "--outder", "--outfile", out)
    return out if done.returncode == 0 else done.stderr


def new_nss(place, name):
    db = place / name
    db.mkdir()
    run("certutil", "-N", "-d", f"sql:{db}", "--empty-password")
    return f"sql:{db}"


def by_pk12util(place, pem):
    out, db = place / "pk12util.p12", new_nss(place, "nss-writer")
    run("pk12util", "-i", place / "openssl.p12", "-d", db, "-W", PASSWORD)
    done = run("pk12util", "-o", out, "-n", NAME, "-d", db, "-W", PASSWORD)
    return out if done.returncode == 0 else done.stdout + done.stderr


# ---- readers: None, or what they say

def read_openssl(place, file):
    done = run("openssl", "pkcs12", "-in", file, "-passin", f"pass:{PASSWORD}", "-nodes")
    return None if done.returncode == 0 and "PRIVATE KEY" in done.stdout else done.stderr


def read_keytool(place, file):
    done = run("keytool", "-list", "-storetype", "PKCS12", "-keystore", file, "-storepass",
               PASSWORD)
    return None if "PrivateKeyEntry" in done.stdout else done.stdout + done.stderr


def read_certtool(place, file):
    done = run("certtool", "--p12-info", "--inder", "--infile", file, "--password", PASSWORD)
    return None if done.returncode == 0 and "PRIVATE KEY" in done.stdout else done.stderr


def read_pk12util(place, file):
    done = run("pk12util", "-l", file, "-d", new_nss(place, f"nss-{len(list(place.iterdir()))}"), "-W", PASSWORD)
    return None if done.returncode == 0 else done.stdout + done.stderr


READERS = {"openssl": read_openssl, "keytool": read_keytool, "certtool": read_certtool,
           "pk12util": read_pk12util}
# What explain calls the programs that can be asked here.
IMPORTERS = {"OpenSSL 3": "openssl", "Java 8u301, 11.0.12, 17": "keytool",
             "NSS (Firefox)": "pk12util"}


def contents(file):
    """Key, certificates, name and localKeyID, as OpenSSL lists them."""
    for legacy in ([], ["-legacy"]):
        done = run("openssl", "pkcs12", "-in", file, "-passin", f"pass:{PASSWORD}", "-nodes",
                   *legacy)
        if done.returncode == 0:
            blocks = re.findall(r"-----BEGIN ([A-Z ]+)-----(.*?)-----END", done.stdout, re.S)
            return {"blocks": sorted(blocks),
                    "names": set(re.findall(r"friendlyName: (.*)", done.stdout)),
                    "ids": set(re.findall(r"localKeyID: (.*)", done.stdout))}
    return None


def explained(file):
    done = run(CERTGATE, "explain", "--json", "--store", STORE, "--pass", PASSWORD, file)
    return json.loads(done.stdout)["results"][0] if done.stdout else done.stderr


def convert(file, *options):
    done = run(CERTGATE, "store", "convert", "--pass", PASSWORD, *options, file)
    out = pathlib.Path(done.stdout.split(":")[0]) if done.returncode == 0 else None
    return out, done.stdout + done.stderr


def check_importers(place, file, got):
    """What is said of the programs that are here."""
    said = {row["name"]: row["imports"] for row in got["importers"]}
    tap.ok(set(IMPORTERS) <= set(said), f"{file.name}: explain names the importers", said)
    for name, tool in IMPORTERS.items():
        if shutil.which(tool) and said[name] != "perhaps":
            why = READERS[tool](place, file)
            tap.equal(why is None, said[name] == "yes", f"{file.name}: {name}: {said[name]}")


def rewrite(place, file):
    want = contents(file)
    for kind in ("legacy", "modern"):
        out, says = convert(file, "--kind", kind, "--out", place / f"{file.stem}-as-{kind}.p12")
        if not tap.ok(out is not None, f"{file.name}: written as {kind}", says):
            continue
        got = contents(out)
        if "localKeyID" in str(want) and want["ids"]:
            tap.equal(got["ids"], want["ids"], f"{out.name}: the same localKeyID")
        tap.equal(got["blocks"], want["blocks"], f"{out.name}: the same key and certificates")
        tap.ok(got["names"] <= want["names"] and bool(got["names"]) == bool(want["names"]),
               f"{out.name}: the same friendly name", (got["names"], want["names"]))
        tap.equal(stat.S_IMODE(out.stat().st_mode), 0o600, f"{out.name}: for its owner only")
        for tool, read in READERS.items():
            if shutil.which(tool) is None:
                tap.skip(f"{tool} reads {out.name}", f"{tool} is not installed")
                continue
            why = read(place, out)
            tap.ok(why is None, f"{tool} reads {out.name}", why)
        said = {row["name"]: row["imports"] for row in explained(out)["importers"]}
        tap.equal([said[name] for name in IMPORTERS], ["yes"] * len(IMPORTERS),
                  f"{out.name}: explain says so")


def interop(place, maker):
    chain = [maker.place / f"{name}.crt" for name in ("leaf", "issuing", "root")]
    pem = maker.bundle("leaf", *chain)
    writers = [("openssl", by_openssl, ()), ("openssl", by_openssl, ("-legacy",)),
               ("keytool", by_keytool, ()), ("certtool", by_certtool, ()),
               ("pk12util", by_pk12util, ())]
    for tool, write, more in writers:
        if shutil.which(tool) is None:
            tap.skip(f"what {tool} writes is read", f"{tool} is not installed")
            continue
        file = write(place, pem, *more)
        if not tap.ok(isinstance(file, pathlib.Path), f"{tool} {' '.join(more)}: writes", file):
            continue
        got = explained(file)
        tap.ok(isinstance(got, dict) and got["has_key"] and
               got["certificates"][0]["issued_to"] == "leaf" and
               got["friendly_name"] == NAME, f"{file.name} is read", got)
        check_importers(place, file, got)
        rewrite(place, file)


def edges(place):
    file = shutil.copy(place / "openssl.p12", place / "mine.p12")
    out, says = convert(file)
    tap.ok(out == place / "mine-legacy.p12" and "legacy, Triple DES" in says,
           "without --kind: the other one, beside it", says)
    out, says = convert(file)
    tap.ok(out is None and "is there already" in says, "what is there is not written over", says)
    out, says = convert(place / "mine-legacy.p12", "--out", place / "x.p12")
    tap.ok(out and "modern" in says, "back again", says)
    out, says = convert(place / "ca" / "leaf.crt")
    tap.ok(out is None and "is no PKCS#12 file" in says, "a certificate is no PKCS#12 file", says)
    out, says = convert(file, "--kind", "rc2")
    tap.ok(out is None and "legacy or modern" in says, "--kind rc2 is refused", says)
    bare = place / "bare.p12"
    run("openssl", "pkcs12", "-export", "-nokeys", "-in", place / "ca" / "leaf.crt", "-out", bare,
        "-passout", f"pass:{PASSWORD}")
    out, says = convert(bare)
    tap.ok(out is None and "no certificate with a private key" in says, "without a key", says)


def with_pbmac1(place, name, hash_, iterations):
    """OpenSSL's file without a MAC, and a PBMAC1 put on (RFC 9579), which OpenSSL writes from
    3.4 on."""
    bare, out = place / "no-mac.p12", place / f"{name}.p12"
    run("openssl", "pkcs12", "-export", "-in", place / "ca" / "leaf.pem", "-out", bare,
        "-passout", f"pass:{PASSWORD}", "-nomac", "-iter", str(iterations))
    start = re.match(rb"\x30\x82..(\x02\x01\x03\x30\x82..\x06\x09.{9}\xa0\x82..\x04\x82..)",
                     data := bare.read_bytes(), re.S)
    safe = data[start.end():]
    kind, size = {"sha256": ("2.9", 32), "sha384": ("2.10", 48), "sha512": ("2.11", 64)}[hash_]
    salt = os.urandom(16)
    prf = seq(oid(f"1.2.840.113549.{kind}"), b"\x05\x00")
    kdf = seq(oid("1.2.840.113549.1.5.12"),
              seq(octets(salt), integer(iterations), integer(size), prf))
    key = hashlib.pbkdf2_hmac(hash_, PASSWORD.encode(), salt, iterations, size)
    mac = seq(seq(seq(oid("1.2.840.113549.1.5.14"), seq(kdf, prf)),
                  octets(hmac.new(key, safe, hash_).digest())), octets(salt), integer(1))
    out.write_bytes(seq(start[1] + safe, mac))
    return out


def pbmac1(place):
    """Read in under a second of processor time, also with as many iterations as anyone writes;
    a damaged one and a wrong password are told."""
    for hash_, iterations in (("sha256", 2048), ("sha384", 10000), ("sha512", 10000),
                              ("sha256", 600000)):
        file = with_pbmac1(place, f"{hash_}-{iterations}", hash_, iterations)
        start = os.times().children_user
        got = explained(file)
        used = os.times().children_user - start
        tap.ok(isinstance(got, dict) and got["has_key"], f"{file.name}: read", got)
        tap.ok(used < PBMAC1_S, f"{file.name}: under {PBMAC1_S:g} s", f"{used:.2f} s")
        print(f"# {file.name}: {used:.2f} s of processor time")
    done = run(CERTGATE, "explain", "-s", STORE, "--pass", "wrong", file)
    tap.ok(done.returncode == 2 and "password" in done.stderr, "PBMAC1, the wrong password",
           done.stderr)
    damaged = bytearray(file.read_bytes())
    damaged[200] ^= 1
    file.write_bytes(damaged)
    done = run(CERTGATE, "explain", "-s", STORE, "--pass", PASSWORD, file)
    tap.ok(done.returncode == 2 and "password" in done.stderr, "PBMAC1 of other contents",
           done.stderr)


def costly(place):
    """A million iterations are read in bounded time."""
    file = place / "million.p12"
    run("openssl", "pkcs12", "-export", "-in", place / "ca" / "leaf.pem", "-out", file,
        "-passout", f"pass:{PASSWORD}", "-iter", "1000000")
    start = os.times().children_user
    got = explained(file)
    used = os.times().children_user - start
    tap.ok(isinstance(got, dict) and got["has_key"], "a million iterations are read", got)
    print(f"# {used:.2f} s of processor time")


with folder() as top:
    STORE = top / "store"
    (STORE / "LocalMachine" / "Root").mkdir(parents=True)
    (STORE / "LocalMachine" / "My").mkdir()
    ca = Maker(top / "ca")
    ca.make("root", "root", CA)
    ca.make("issuing", "root", CA)
    ca.make("leaf", "issuing", LEAF)
    interop(top, ca)
    edges(top)
    pbmac1(top)
    costly(top)
tap.done()
