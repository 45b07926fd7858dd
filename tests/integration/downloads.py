# SPDX-License-Identifier: MIT
"""The desk's downloads: each case in each form, read by importers that share no line with
us (openssl, NSS's pk12util, GnuTLS's certtool, Java's keytool), the same as `certgate forge
--p12` makes, and private keys only for this machine and for no other site's page.
"""
import http.client
import pathlib
import shutil
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, folder

PASSWORD = "certgate"
# Their subjects break their own string types, and OpenSSL reads none such.
OPENSSL_CANNOT = {"subject-bad-utf8", "subject-bmp-broken"}
TYPES = {".p12": "application/x-pkcs12", "-modern.p12": "application/x-pkcs12",
         ".pem": "application/x-pem-file", ".crt": "application/x-x509-user-cert"}
tap = Tap()


def ask(port, path, headers=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request(method, path, headers={"Host": f"localhost:{port}", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def cases_of(server):
    return sorted(path.stem for path in server.cases.glob("*.crt"))


def fetch_all(port, names, out):
    wrong = []
    for name in names:
        for suffix, content_type in TYPES.items():
            answer, body = ask(port, f"/download/{name}{suffix}")
            want = f'attachment; filename="certgate-{name}{suffix}"'
            if (answer.status, answer.getheader("Content-Type"),
                    answer.getheader("Content-Disposition"),
                    answer.getheader("Cache-Control")) != (200, content_type, want, "no-store"):
                wrong.append(f"{name}{suffix}: {answer.status} {answer.getheaders()}")
            (out / f"{name}{suffix}").write_bytes(body)
    tap.ok(len(names) > 100 and not wrong, f"{len(names)} cases x {len(TYPES)} files: status, "
           "type, name, no-store", "\n".join(wrong))


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True,
                          timeout=DEADLINE, stdin=subprocess.DEVNULL, **options)


def read_by_openssl(path, name):
    done = run("openssl", "pkcs12", "-in", path, "-passin", f"pass:{PASSWORD}", "-nodes")
    text = done.stdout.decode(errors="replace")
    if name in OPENSSL_CANNOT:
        return None if done.returncode != 0 else "OpenSSL reads it, after all"
    # Twice, with the key and with its certificate, and the same localKeyID.
    ids = [line for line in text.splitlines() if "localKeyID" in line]
    good = (done.returncode == 0 and text.count(f"friendlyName: certgate {name}\n") == 2 and
            len(ids) == 2 and ids[0] == ids[1] and "PRIVATE KEY" in text)
    return None if good else text[:300] + done.stderr.decode(errors="replace")[:300]


def read_by_certtool(path, name):
    done = run("certtool", "--p12-info", "--inder", "--infile", path, "--password", PASSWORD)
    return None if done.returncode == 0 else done.stderr.decode(errors="replace")[:300]


def read_by_pk12util(path, name):
    """All of a flavour into one database, which the name of the file's form chooses."""
    db = path.parent / ("modern" if path.name.endswith("-modern.p12") else "legacy")
    if not db.exists():
        db.mkdir()
        run("certutil", "-N", "-d", f"sql:{db}", "--empty-password")
    done = run("pk12util", "-i", path, "-d", f"sql:{db}", "-W", PASSWORD)
    return None if done.returncode == 0 else done.stderr.decode(errors="replace")[:300]


def keys_in_nss(names, out):
    for flavour in ("legacy", "modern"):
        if not (out / flavour).exists():
            tap.skip(f"NSS has every key ({flavour})", "pk12util is not installed")
            continue
        keys = run("certutil", "-K", "-d", f"sql:{out / flavour}").stdout.decode(errors="replace")
        missing = [name for name in names if f"certgate {name}\n" not in keys]
        tap.ok(not missing, f"NSS has every key ({flavour})", missing)


def read_by_keytool(path, name):
    done = run("keytool", "-list", "-storetype", "PKCS12", "-keystore", path, "-storepass",
               PASSWORD)
    good = done.returncode == 0 and f"certgate {name}".encode() in done.stdout
    return None if good else done.stdout.decode(errors="replace")[:300]


# keytool starts a Java machine for each file, so it reads a choice.
IMPORTERS = [
    (("openssl",), read_by_openssl, None),
    (("certtool",), read_by_certtool, None),
    (("pk12util", "certutil"), read_by_pk12util, None),
    (("keytool",), read_by_keytool, ("good", "subject-script", "chain-huge")),
]


def importers(names, out):
    for tools, read, choice in IMPORTERS:
        for suffix in (".p12", "-modern.p12"):
            label = f"{tools[0]} reads every NAME{suffix}" if choice is None else \
                f"{tools[0]} reads {', '.join(choice)}{suffix}"
            missing = [tool for tool in tools if shutil.which(tool) is None]
            if missing:
                tap.skip(label, f"{missing[0]} is not installed")
                continue
            faults = [f"{name}: {fault}" for name in choice or names
                      if (fault := read(out / f"{name}{suffix}", name)) is not None]
            tap.ok(not faults, label, "\n".join(faults))
    keys_in_nss(names, out)
    faults = []
    for name in names:
        pem = (out / f"{name}.pem").read_text()
        crt = (out / f"{name}.crt").read_text()
        if pem.count("PRIVATE KEY") != 2 or "PRIVATE KEY" in crt or \
                crt.count("BEGIN CERTIFICATE") != 1 or crt not in pem:
            faults.append(name)
    tap.ok(not faults, "every NAME.pem has the key and begins with NAME.crt", faults)


def root(server, port):
    answer, body = ask(port, "/download/certgate-root.crt")
    tap.equal((answer.status, answer.getheader("Content-Type"),
               answer.getheader("Content-Disposition")),
              (200, "application/x-x509-ca-cert", 'inline; filename="certgate-root.crt"'),
              "the root's certificate, for browsers to import")
    stored = (server.store / "LocalMachine" / "Root" / "certgate-root.crt").read_bytes()
    tap.equal(body, stored, "the root is the one of the store")


def guards(port):
    for label, path, headers, want in [
            ("a foreign Host (DNS rebinding)", "/download/good.p12",
             {"Host": "evil.example"}, 403),
            ("a foreign Host, the page", "/", {"Host": "evil.example"}, 403),
            ("another site's page asks for a key", "/download/good.p12",
             {"Sec-Fetch-Site": "cross-site"}, 403),
            ("another site's page asks for a key as PEM", "/download/good.pem",
             {"Sec-Fetch-Site": "cross-site"}, 403),
            ("another port's page asks for a key", "/download/good-modern.p12",
             {"Sec-Fetch-Site": "same-site"}, 403),
            ("a foreign Origin", "/download/good.p12", {"Origin": "http://evil.example"}, 403),
            ("our own page asks", "/download/good.p12", {"Sec-Fetch-Site": "same-origin"}, 200),
            ("a person asks", "/download/good.p12", {"Sec-Fetch-Site": "none"}, 200),
            ("a certificate is public", "/download/good.crt",
             {"Sec-Fetch-Site": "cross-site"}, 200),
            ("the root is public", "/download/certgate-root.crt",
             {"Sec-Fetch-Site": "cross-site"}, 200),
            ("another name of this machine", "/download/good.p12",
             {"Host": "desk.localhost"}, 200),
            ("no such case", "/download/no-such-case.p12", {}, 404),
            ("the case without a certificate", "/download/none.p12", {}, 404),
            ("up and away", "/download/../good.p12", {}, 404),
            ("a CA's key", "/download/root.key", {}, 404),
            ("nothing named", "/download/", {}, 404)]:
        answer, body = ask(port, path, headers)
        tap.equal(answer.status, want, f"{label}: {want}")
        if want != 200:
            tap.ok(b"PRIVATE" not in body and 0 < len(body) < 400, f"{label}: nothing leaks", body)
    answer, _ = ask(port, "/download/good.p12", method="POST")
    tap.equal(answer.status, 405, "POST: 405")


def forge_writes_the_same(server):
    """Byte for byte it cannot be: salts are random. The contents are."""
    env = dict(server.env)
    done = run(CERTGATE, "forge", "--p12", "good", env=env)
    path = pathlib.Path(done.stdout.decode().strip())
    tap.ok(done.returncode == 0 and path.name == "good.p12" and
           path.stat().st_mode & 0o777 == 0o600, "certgate forge --p12 good: its path, mode 0600",
           done.stdout + done.stderr)
    both = [run("openssl", "pkcs12", "-in", file, "-passin", f"pass:{PASSWORD}", "-nodes").stdout
            for file in (path, server.folder / "out" / "good.p12")]
    tap.ok(both[0] == both[1] and b"friendlyName" in both[0], "and what the desk hands out")
    done = run(CERTGATE, "forge", "--p12-modern", env=env)
    made = list(server.cases.glob("*-modern.p12"))
    tap.ok(done.returncode == 0 and len(made) == len(cases_of(server)),
           "certgate forge --p12-modern: a file for each case", done.stdout + done.stderr)


def imported_again(server):
    """Issued again a day later, it is a new certificate and imports beside the old one."""
    if shutil.which("pk12util") is None:
        tap.skip("NSS takes a case that was issued again", "pk12util is not installed")
        return
    with folder() as db:
        run("certutil", "-N", "-d", f"sql:{db}", "--empty-password")
        for now in ("+0s", "+2d"):
            done = run(CERTGATE, "forge", "--now", now, "--p12", "good", env=dict(server.env))
            path = done.stdout.decode().strip()
            done = run("pk12util", "-i", path, "-d", f"sql:{db}", "-W", PASSWORD)
            tap.ok(done.returncode == 0, f"NSS takes good, issued at {now}", done.stderr)


with Server("--listen", "127.0.0.1:0,desk", listen=("Require",)) as server:
    port = server.ports["desk"]
    out = server.folder / "out"
    out.mkdir()
    names = cases_of(server)
    fetch_all(port, names, out)
    importers(names, out)
    root(server, port)
    guards(port)
    forge_writes_the_same(server)
    imported_again(server)
    tap.equal(server.stop(), 0, "the server ends in order")
tap.done()
