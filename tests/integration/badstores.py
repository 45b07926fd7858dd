# SPDX-License-Identifier: MIT
"""certgated with each kind of bad store: the message, exit code 2, nothing bound.

The certificates are made by openssl, not by our forge.
"""
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from harness import CERTGATE, CERTGATED, Server, Tap, folder, get, need

need("openssl")
tap = Tap()


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make(where, name, eku=None, days="30", cn=None, key=True, pem=False, extra=()):
    """A self-signed certificate NAME.crt and its key NAME.key in `where`."""
    where.mkdir(parents=True, exist_ok=True)
    args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", days,
            "-subj", f"/CN={cn or name}", "-addext", "subjectAltName=DNS:localhost",
            "-addext", "basicConstraints=critical,CA:FALSE", *extra]
    if eku:
        args += ["-addext", f"extendedKeyUsage={eku}"]
    openssl(*args, cwd=where)
    os.chmod(where / f"{name}.key", 0o600)
    if not key:
        (where / f"{name}.key").unlink()


def expired(where, name):
    make(where, name)
    config = where / "ca.cnf"
    config.write_text("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\n"
                      "new_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n"
                      "[e]\nsubjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n")
    (where / "index.txt").write_text("")
    (where / "serial").write_text("01\n")
    openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", "r.csr",
            cwd=where)
    openssl("ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", f"{name}.key",
            "-in", "r.csr", "-out", f"{name}.crt", "-notext", "-extensions", "e",
            "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", cwd=where)
    for path in list(where.iterdir()):
        if path.name not in (f"{name}.crt", f"{name}.key"):
            path.unlink()


def start(store, *options):
    """Starts certgated on that store; it must end by itself. (code, stdout, stderr)"""
    with folder() as home:
        env = dict(os.environ, HOME=str(home), XDG_DATA_HOME=str(home / "d"),
                   XDG_STATE_HOME=str(home / "s"), XDG_CONFIG_HOME=str(home / "c"), NO_COLOR="1")
        try:
            done = subprocess.run(
                [CERTGATED, "--store", str(store), "--listen", "127.0.0.1:0", *options],
                env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        except subprocess.TimeoutExpired as late:
            return "still running", late.stdout or b"", late.stderr or b""
        return done.returncode, done.stdout, done.stderr


def thumbprint(path):
    out = subprocess.run(["openssl", "x509", "-in", str(path), "-noout", "-fingerprint",
                          "-sha1"], check=True, capture_output=True, text=True).stdout
    return out.strip().split("=")[1]


def refuse(name, build, words, options=(), absent=()):
    """`build(My, store)` makes the store; the message must hold each of `words`, and none
    of those in `absent`."""
    with folder() as top:
        store = top / "store"
        my = store / "LocalMachine" / "My"
        my.mkdir(parents=True)
        made = build(my, store)
        opts = options(my, store) if callable(options) else options
        code, out, err = start(store, *opts)
        text = err.decode(errors="replace")
        missing = [w for w in words if w.lower() not in text.lower()]
        missing += [f"not {w}" for w in absent if w in text]
        tap.ok(code == 2 and not missing and b"listening" not in out,
               name, f"exit {code}, missing {missing}\nstdout {out!r}\nstderr {text}")
        return made


def main():
    refuse("no certificate at all", lambda my, s: None, ["LocalMachine", "My"])

    def client_only(my, _):
        make(my, "alice", eku="clientAuth")
    refuse("client-only certificate", client_only,
           ["0x800B0110", "alice", "Client Authentication", "1.3.6.1.5.5.7.3.1"])

    def chosen(my, _):
        return ["--certhash", thumbprint(my / "alice.crt")]
    refuse("client-only certificate, by --certhash", client_only,
           ["0x800B0110", "alice", "Client Authentication"], chosen)

    refuse("without its private key", lambda my, s: make(my, "nokey", key=False),
           ["0x80070520", "A specified logon session does not exist. "
            "It may already have been terminated.", "nokey"])

    def wrong_key(my, _):
        make(my, "one")
        make(my, "two")
        shutil.move(my / "two.key", my / "one.key")
        (my / "two.crt").unlink()
    refuse("key of another certificate", wrong_key, ["one.key", "one.crt", "belong"])

    refuse("expired", lambda my, s: expired(my, "old"), ["old.crt", "expired", "2021-01-01"])

    def encrypted(my, _):
        make(my, "locked")
        openssl("pkcs8", "-topk8", "-in", "locked.key", "-out", "l2", "-passout", "pass:x",
                cwd=my)
        shutil.move(my / "l2", my / "locked.key")
        os.chmod(my / "locked.key", 0o600)
    refuse("encrypted key", encrypted, ["locked.key", "password"])

    def empty(my, _):
        make(my, "blank")
        (my / "blank.crt").write_bytes(b"")
    refuse("empty file", empty, ["blank.crt", "empty"])

    def unreadable(my, _):
        make(my, "dark")
        (my / "dark.crt").unlink()
        (my / "dark.crt").symlink_to(my / "nowhere")
    refuse("unreadable file", unreadable, ["dark.crt"])

    def garbage(my, _):
        make(my, "junk")
        (my / "junk.crt").write_text("-----BEGIN CERTIFICATE-----\nnot base64 !!\n"
                                     "-----END CERTIFICATE-----\n")
    refuse("garbage in a certificate file", garbage, ["junk.crt"])

    def current_user(_, store):
        make(store / "CurrentUser" / "My", "mine", eku="serverAuth")
    refuse("only in CurrentUser\\My", current_user, ["CurrentUser", "mine", "LocalMachine"])
    refuse("in CurrentUser\\My, by --certhash", current_user, ["CurrentUser", "LocalMachine"],
           lambda my, s: ["--certhash", thumbprint(s / "CurrentUser" / "My" / "mine.crt")])

    refuse("--certhash that is nowhere", lambda my, s: make(my, "other", eku="serverAuth"),
           ["LocalMachine", "dead"],
           ["--certhash", "dead" * 10])
    refuse("--certhash that is no thumbprint", lambda my, s: make(my, "other"), ["certhash"],
           ["--certhash", "xyz"])

    code, out, err = start("/dev/null/store")
    tap.ok(code == 2 and b"/dev/null/store" in err and b"listening" not in out,
           "a store that is no folder", f"{code} {err!r}")
    code, out, err = start("/nonexistent", "--listen", "192.0.2.1:0")
    tap.ok(code == 2 and b"listening" not in out, "not loopback without --unsafe-listen",
           f"{code} {err!r}")

    pfx()
    damaged()
    reload()
    folder_gone()
    good_ones()
    trap()
    tap.done()


CUT = "-----BEGIN X509 CRL-----\nMIIB\n"


def damaged():
    """What is lost may be what keeps somebody out: certgated does not start with it."""
    def store(folder_name, name):
        def build(my, top):
            make(my, "web", eku="serverAuth")
            place = top / "LocalMachine" / folder_name
            place.mkdir()
            (place / name).write_text(CUT)
        return build
    refuse("a cut file in Disallowed", store("Disallowed", "bad.crt"),
           ["the store is damaged", "bad.crt", "--damaged-store ignore"])
    refuse("a cut revocation list", store("CA", "ca.crl"),
           ["the store is damaged", "ca.crl", "--damaged-store ignore"])

    def many(my, top):
        store("Disallowed", "bad.txt")(my, top)
        for n in range(10001):
            (top / "LocalMachine" / "Disallowed" / f"{n}.txt").touch()
    refuse("more files than are listed in Disallowed", many,
           ["the store is damaged", "Disallowed"])
    with folder() as top:
        my = top / "store" / "LocalMachine" / "My"
        my.mkdir(parents=True)
        store("CA", "ca.crl")(my, top / "store")
        with Server("--store", str(top / "store"), "--damaged-store", "ignore") as server:
            tap.ok(get(server.ports["Ignore"])[0] == 200 and "ca.crl" in server.errors(),
                   "--damaged-store ignore goes on, and tells", server.errors())


def reload():
    """A damaged store does not come into force: who was out stays out."""
    with Server() as server:
        machine = server.store / "LocalMachine"
        revoked = server.cases / "revoked.pem"
        tap.equal(get(server.ports["Require"], cert=revoked)[0], 403, "revoked is out")
        lists = [path for path in machine.rglob("*.crl")]
        for path in lists:
            path.write_bytes(path.read_bytes()[:-30])
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 30
        while "the old store stays in use" not in server.errors() and time.monotonic() < end:
            time.sleep(0.05)
        tap.ok(lists and "the store is damaged" in server.errors(), "a cut list is told of",
               server.errors())
        tap.equal(get(server.ports["Require"], cert=revoked)[0], 403, "and revoked stays out")
        explained(server, revoked, lists[0].name)


def explained(server, cert, name):
    """explain looks at the damaged store all the same, and says so in its answer."""
    words = [CERTGATE, "explain", "--store", str(server.store), str(cert)]
    text = subprocess.run(words, env=server.env, capture_output=True, text=True).stdout
    damaged = " ".join(text.split()).split("Damaged: ")[1:]
    tap.ok(any(name in said for said in damaged), "explain names the damaged file", text[-900:])
    done = subprocess.run([*words, "--json"], env=server.env, capture_output=True, text=True)
    listed = json.loads(done.stdout)["results"][0]["damaged"]
    tap.ok(any(name in said for said in listed) and len(listed) == len(damaged),
           "and so does its JSON", listed)


def folder_gone():
    """What a folder held that is gone is not forgotten either."""
    with Server() as server:
        place = server.store / "LocalMachine" / "Disallowed"
        banned = server.cases / "in-disallowed.pem"
        tap.equal(get(server.ports["Require"], cert=banned)[0], 403, "who is disallowed is out")
        place.rename(server.folder / "away")
        end = time.monotonic() + 30
        while "the old store stays in use" not in server.errors() and time.monotonic() < end:
            time.sleep(0.05)
        tap.ok("the folder LocalMachine/Disallowed is gone" in server.errors(),
               "a folder that is gone is told of", server.errors()[-500:])
        tap.equal(get(server.ports["Require"], cert=banned)[0], 403, "and they stay out")


def make_pfx(my, name, *options, password="secret", key=True):
    """NAME.pfx with what make() made, which goes."""
    make(my, name, eku="serverAuth")
    keys = ["-inkey", f"{name}.key"] if key else ["-nokeys"]
    openssl("pkcs12", "-export", "-in", f"{name}.crt", *keys, "-out", f"{name}.pfx",
            "-passout", f"pass:{password}", *options, cwd=my)
    (my / f"{name}.crt").unlink()
    (my / f"{name}.key").unlink()


def put_password(path, text="secret\n", mode=0o600):
    path.write_text(text)
    path.chmod(mode)


def pfx():
    """PKCS#12 files in LocalMachine\\My, and the password beside them."""
    refuse("PKCS#12 without a password file", lambda my, s: make_pfx(my, "web"),
           ["web.pfx", "is protected by a password", "web.pfx.pass", "chmod 600"])

    def wrong(my, _):
        make_pfx(my, "web")
        put_password(my / "web.pass", "hunter2\n")
    refuse("PKCS#12 with the wrong password", wrong,
           ["web.pfx does not open with the password in web.pass"], absent=["hunter2"])

    def readable(my, _):
        make_pfx(my, "web")
        put_password(my / "web.pfx.pass", mode=0o644)
    refuse("a password that others may read", readable,
           ["web.pfx.pass is not used", "0644", "chmod 600"], absent=["secret"])

    def costly(my, _):
        make(my, "web")
        write_pfx(my / "web.pfx", [my / "web"], "secret", 0x7fffffff)
        (my / "web.crt").unlink()
        (my / "web.key").unlink()
        put_password(my / "web.pfx.pass")
    refuse("PKCS#12 that wants too much hashing", costly, ["web.pfx", "fewer iterations"])

    def no_key(my, _):
        make_pfx(my, "web", key=False)
        put_password(my / "web.pfx.pass")
    refuse("PKCS#12 without a key", no_key,
           ["0x80070520", "web.pfx holds no private key", "export it again"])

    def garbage(my, _):
        (my / "web.pfx").write_bytes(b"\x30\x03\x02\x01\x03")
    refuse("a .pfx that is none", garbage, ["web.pfx is no PKCS#12 file"])

    for name, options in (("PBES2", ()), ("legacy", (
            "-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg",
            "sha1")), ("600000 iterations", ("-iter", "600000"))):
        with folder() as top:
            my = top / "store" / "LocalMachine" / "My"
            make_pfx(my, "web", *options)
            put_password(my / "web.pfx.pass")
            with Server("--store", str(top / "store")) as server:
                said = server.errors() + "\n".join(server.lines)
                tap.ok(get(server.ports["Ignore"], "/healthz")[0] == 200 and
                       "issued-to=web" in said and "web.pfx" not in server.errors() and
                       "secret" not in said, f"a server's PKCS#12 file, {name}", said)
    two_keys()
    pbmac1()


def two_keys():
    """Each key with its certificate, and a note."""
    with folder() as top:
        my = top / "store" / "LocalMachine" / "My"
        make(my, "web", eku="serverAuth")
        make(my, "mail", eku="serverAuth")
        write_pfx(my / "both.pfx", [my / "web", my / "mail"])
        for name in ("web.crt", "web.key", "mail.crt", "mail.key"):
            shutil.move(my / name, top / name)
        for name in ("web", "mail"):
            with Server("--store", str(top / "store"), "--certhash",
                        thumbprint(top / f"{name}.crt")) as server:
                tap.ok(get(server.ports["Ignore"], "/healthz")[0] == 200,
                       f"two keys in one file: {name}")
                tap.ok("both.pfx holds 2 private keys" in server.errors(),
                       "two keys in one file: a note", server.errors())


def pbmac1():
    """RFC 9579, which OpenSSL 3.0 does not write: its file, with that MAC put on."""
    with folder() as top:
        my = top / "store" / "LocalMachine" / "My"
        make(my, "web", eku="serverAuth")
        write_pfx(my / "web.pfx", [my / "web"], password="secret")
        for name in ("web.crt", "web.key"):
            shutil.move(my / name, top / name)
        put_password(my / "web.pass")
        with Server("--store", str(top / "store")) as server:
            tap.ok(get(server.ports["Ignore"], "/healthz")[0] == 200, "PBMAC1 is read",
                   server.errors())
        refuse("PBMAC1 and the wrong password", lambda new, s: (
            shutil.copy(my / "web.pfx", new), put_password(new / "web.pass", "other\n")),
            ["does not open with the password in web.pass"])


def der(tag, *parts):
    body = b"".join(parts)
    size = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else
                           bytes([0x80 | len(size)]) + size) + body


def oid(text):
    out = subprocess.run(["openssl", "asn1parse", "-genstr", f"OID:{text}", "-noout", "-out",
                          "/dev/stdout"], check=True, capture_output=True)
    return out.stdout


def write_pfx(path, names, password=None, iterations=2048):
    """PKCS#12 (RFC 7292) of unencrypted bags, and PBMAC1 (RFC 9579) if `password` is given."""
    def bag(kind, value):
        return der(0x30, oid(f"1.2.840.113549.1.12.10.1.{kind}"), der(0xa0, value))

    def to_der(kind, name):
        return subprocess.run(["openssl", kind, "-in", name, "-outform", "DER"], check=True,
                              capture_output=True).stdout

    def data(content):
        return der(0x30, oid("1.2.840.113549.1.7.1"), der(0xa0, der(0x04, content)))

    bags = []
    for name in names:
        cert = to_der("x509", f"{name}.crt")
        key = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.key",
                              "-outform", "DER"], check=True, capture_output=True).stdout
        bags += [bag(1, key), bag(3, der(0x30, oid("1.2.840.113549.1.9.22.1"),
                                         der(0xa0, der(0x04, cert))))]
    safe = der(0x30, data(der(0x30, *bags)))
    mac = b""
    if password is not None:
        salt = os.urandom(16)
        count = iterations.to_bytes(4, "big")
        prf = der(0x30, oid("1.2.840.113549.2.9"), der(0x05))
        kdf = der(0x30, oid("1.2.840.113549.1.5.12"),
                  der(0x30, der(0x04, salt), der(0x02, count.lstrip(b"\0")), b"\x02\x01\x20",
                      prf))
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, min(iterations, 2048), 32)
        digest = hmac.new(key, safe, "sha256").digest()
        mac = der(0x30, der(0x30, der(0x30, oid("1.2.840.113549.1.5.14"),
                                      der(0x30, kdf, prf)), der(0x04, digest)),
                  der(0x04, salt), b"\x02\x01\x01")
    path.write_bytes(der(0x30, b"\x02\x01\x03", data(safe), mac))
    path.chmod(0o600)


def good_ones():
    """What is accepted: no EKU, both purposes, --certhash with blanks and colons."""
    with folder() as top:
        my = top / "store" / "LocalMachine" / "My"
        make(my, "plain")
        make(my, "both", eku="serverAuth,clientAuth")
        make(my, "client", eku="clientAuth")
        for name in ("plain", "both"):
            print_ = thumbprint(my / f"{name}.crt")
            for form in (print_, print_.replace(":", " ").lower()):
                with Server("--store", str(top / "store"), "--certhash", form) as server:
                    tap.ok(get(server.ports["Ignore"], "/healthz")[0] == 200,
                           f"{name} by --certhash {form[:8]}...")
        with Server("--store", str(top / "store")) as server:
            tap.ok(get(server.ports["Ignore"], "/healthz")[0] == 200, "the best fit")


def trap():
    """A certificate in Root that is not self-signed: every client 403.16 (KB 2802568)."""
    with folder() as top:
        with Server(data=top) as first:
            first.stop()
            intermediate = sorted((first.store / "LocalMachine" / "CA").glob("*"))
            intermediate = [p for p in intermediate if p.suffix != ".crl"][0]
            shutil.copy(intermediate, first.store / "LocalMachine" / "Root" / "trap.crt")
        with Server(data=top) as server:
            status, _, body, _, _ = get(server.ports["Require"], "/",
                                        cert=server.cases / "good.pem")
            tap.ok(status == 403 and b"403.16" in body and b"0x800b0109" in body.lower(),
                   "not self-signed in Root: a good client gets 403.16", body[:300])
            tap.ok("trap.crt" in server.errors() + "\n".join(server.lines),
                   "the start-up warning names the file", server.errors())


main()
