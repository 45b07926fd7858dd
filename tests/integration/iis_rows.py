# SPDX-License-Identifier: MIT
"""Every row of the reference, by its number, seen from outside: iis_rows.tsv says what
shows it, OpenSSL (TLS 1.2) and curl (TLS 1.3) ask, and the page, the HRESULT and the line
in the log must be the row's. That no row lacks a line is tests/lint/iis-rows' business."""
import os
import pathlib
import re
import shutil
import subprocess

from harness import (CERTGATE, CERTGATED, DEADLINE, Server, Tap, folder, need, need_patches,
                     substatus)
from iis_table import read_table
from openssl_ca import CA, LEAF, Maker

need("openssl", "curl")
tap = Tap()
# Debian's OpenSSL shows no weak certificate; the reference has rows for them.
WEAK = """openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = all
[all]
CipherString = DEFAULT:@SECLEVEL=0
"""


# ---- the server of a line, started once for all lines that want the same

class World:
    def __init__(self, top):
        self.top = pathlib.Path(top)
        (self.top / "weak.cnf").write_text(WEAK)
        os.environ["OPENSSL_CONF"] = str(self.top / "weak.cnf")
        (self.top / "made").mkdir()
        with Server("--quiet", data=self.top / "made") as server:
            self.cases = server.cases
            tap.equal(server.stop(), 0, "the certificates are made")

    def place(self, name):
        """The made world again, to be changed."""
        place = self.top / name
        if not place.exists():
            shutil.copytree(self.top / "made", place)
        return place

    def serve(self, options, **more):
        """`options` as in the table: "copy:FROM:TO" changes a store of its own first."""
        copies = [word.split(":")[1:] for word in options if word.startswith("copy:")]
        place = self.top / "made"
        if copies:
            place = self.place("copy-" + re.sub(r"\W+", "-", " ".join(sum(copies, []))))
            machine = place / "data" / "certgate" / "store" / "LocalMachine"
            for source, target in copies:
                shutil.copy(machine / source, machine / target)
        return Server("--quiet", *[w for w in options if not w.startswith("copy:")],
                      data=place, **more)


def log_fields(server):
    logs = sorted((server.folder / "state" / "certgate" / "logs").glob("u_ex*.log"))
    return logs[-1].read_text(encoding="utf-8").splitlines()[-1].split(" ")


# ---- two clients that share no line with us

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def by_openssl(port, pem):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-quiet",
               "-ign_eof", "-servername", "localhost"]
    if pem:
        command += ["-cert", pem, "-key", pem, "-cert_chain", pem]
    done = subprocess.run(command, input=REQUEST, capture_output=True, timeout=DEADLINE)
    return done.stdout, done.stderr


def by_curl(port, pem):
    command = ["curl", "-sik", "--tlsv1.3", "--max-time", "30",
               f"https://localhost:{port}/"]
    if pem:
        command += ["--cert", pem]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE)
    return done.stdout, done.stderr


def code_of(answer):
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return substatus(answer) or (found.group(1).decode() if found else None)


def hresult_of(win32):
    number = int(win32)
    return number if number == 0 or number > 0xffff else 0x80070000 | number


def expect(server, pem, site, code, win32, name):
    """The same answer for both clients: status, HRESULT on the page, line in the log."""
    for client in (by_openssl, by_curl):
        answer, errors = client(server.ports[site], str(pem) if pem else None)
        label = f"{name}, {client.__name__[3:]}"
        good = tap.equal(code_of(answer), code, label)
        if not good:
            print("#", errors[-300:])
        status, _, sub = code.partition(".")
        tap.equal(log_fields(server)[-4:-1], [status, sub or "0", win32], f"{label}: the log")
        if int(win32):
            tap.ok(b"0x%08x" % hresult_of(win32) in answer.lower(), f"{label}: the HRESULT",
                   answer[:200])


# ---- lines of the table

SITES = ("Require", "Accept", "Ignore")


def run_cases(world, rows):
    groups = {}
    for row in rows:
        if row[1] == "case":
            listen = SITES if row[3] in SITES else (row[3],)
            groups.setdefault((row[4], listen), []).append(row)
    for (options, listen), members in groups.items():
        with world.serve([] if options == "-" else options.split(" "), listen=listen) as server:
            for number, _, case, site, _, code, win32 in members:
                if site not in SITES:
                    server.ports = {site: list(server.ports.values())[0]}
                pem = None if case == "none" else world.cases / f"{case}.pem"
                expect(server, pem, site, code, win32, f"row {number}: {case} {site} {options}")
            tap.equal(server.stop(), 0, f"the server ends with 0: {options}")


# ---- rows that need more than one request

def certgate_get(server, case, *options):
    done = subprocess.run(
        [CERTGATE, "get", f"https://localhost:{server.ports['Require']}/", "--case", case, "-v",
         "--cases", str(server.folder / "data" / "certgate"), *options],
        capture_output=True, env=server.env, timeout=DEADLINE)
    return done.stdout, done.stderr.decode("utf-8", "replace")


VERSIONS = (("--tls-max", "1.2"), ("--tlsv1.3",))


def list_without_roots(world):
    options = ["copy:CA/certgate-issuing.crt:Root", "--send-trusted-issuer-list"]
    with world.serve(options) as server:
        for version in VERSIONS:
            body, log = certgate_get(server, "good", "--offer-as", "chrome", *version)
            tap.equal(substatus(body), "403.7", f"row 6: a browser is refused {version}")
            tap.ok("none of these CAs issued good" in log, "row 6: for it offers nothing", log)
            tap.equal(log_fields(server)[-4:-1], ["403", "7", "5"], "row 6: the log")
            body, _ = certgate_get(server, "good", *version)
            tap.equal(substatus(body), "403.16", "row 6: who sends it all the same: as row 5")
        tap.ok("KB 2802568" in server.errors(), "row 6: said at the start", server.errors())
    with world.serve(["--send-trusted-issuer-list"]) as server:
        for version in VERSIONS:
            body, log = certgate_get(server, "good", "--offer-as", "chrome", *version)
            tap.equal(substatus(body), None, f"row 6: without it the browser gets in {version}")
            tap.ok("of the CA CN=certgate tests root" in log, "the names are shown", log)


def browser_hides_encipherment(world):
    with world.serve([]) as server:
        for program in ("chrome", "dotnet"):
            body, log = certgate_get(server, "ku-encipherment", "--offer-as", program)
            tap.equal(substatus(body), "403.7", f"row 20: not offered by {program}")
            tap.ok("digitalSignature" in log, f"row 20: {program}: why", log)


def make_root(folder_, name, days="3650", names=0):
    """A self-signed CA by OpenSSL; `names` makes it large."""
    key, cert = folder_ / f"{name}.key", folder_ / f"{name}.crt"
    alt = ",".join(f"DNS:{'x' * 40}{n}.test" for n in range(names))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", cert, "-days", days, "-subj",
         f"/O={'long ' * 12}/CN={name}", *(["-addext", f"subjectAltName={alt}"] if alt else [])],
        check=True, capture_output=True)
    key.unlink()
    return cert


def machine(place):
    return place / "data" / "certgate" / "store" / "LocalMachine"


def large_root_store(world):
    place = world.place("large")
    for n in range(2):
        make_root(machine(place) / "Root", f"large {n}", names=160)
    for profile, code, win32 in (("2012", "403.16", "2148204809"), ("2012R2", "200", "0")):
        with Server("--quiet", "--profile", profile, data=place) as server:
            pem = world.cases / "good.pem"
            answer, _ = by_openssl(server.ports["Require"], str(pem))
            tap.equal(code_of(answer), code, f"row 32: over 16 KB of roots on {profile}")
            tap.equal(log_fields(server)[-2], win32, "row 32: the log")


# ---- rows 33 to 37

MAPPING = """<configuration><location path="{path}"><system.webServer><security><authentication>
<anonymousAuthentication enabled="false" />
<iisClientCertificateMappingAuthentication enabled="true">{mappings}
</iisClientCertificateMappingAuthentication>
</authentication></security></system.webServer></location></configuration>
"""


def many_to_one(mode, criteria):
    return (f'<manyToOneMappings><add name="m" enabled="true" permissionMode="{mode}" '
            'userName="u" password="p"><rules><add certificateField="Subject" '
            f'certificateSubField="CN" matchCriteria="{criteria}" /></rules></add>'
            '</manyToOneMappings>')


def one_to_one(world, cut=0):
    text = (world.cases / "good.pem").read_text()
    blob = "".join(re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END", text,
                             re.S).group(1).split())
    return ('<oneToOneMappings><add enabled="true" userName="u" password="p" '
            f'certificate="{blob[:len(blob) - cut]}" /></oneToOneMappings>')


def map_good(world, row, mappings, code, win32, *options, path="Default Web Site", user="-"):
    file = world.top / "applicationHost.config"
    file.write_text(MAPPING.format(path=path, mappings=mappings))
    with world.serve(["--mapping", str(file), *options]) as server:
        expect(server, world.cases / "good.pem", "Require", code, win32, f"row {row}: mapping")
        tap.equal(log_fields(server)[7], user, f"row {row}: cs-username")


def mapping_denies(world):
    map_good(world, 33, many_to_one("Deny", "*"), "403.12", "5")


def mapping_is_cut_off(world):
    map_good(world, 34, one_to_one(world, cut=40), "401.1", "2148086018")


def mapping_has_wrong_password(world):
    accounts = world.top / "accounts.ini"
    accounts.write_text("[u]\npassword = another\n")
    accounts.chmod(0o600)
    map_good(world, 35, one_to_one(world), "401.1", "1326", "--accounts", str(accounts))


def mapping_fits_nobody(world):
    map_good(world, 36, many_to_one("Allow", "nobody"), "401.2", "5")


def mapping_at_application(world):
    map_good(world, 37, many_to_one("Allow", "*"), "401.2", "5", "--anonymous", "disable",
             path="Default Web Site/app")


def mapping_one_to_one(world):
    map_good(world, "3d.oneToOneMappings", one_to_one(world), "200", "0", user="u")


def mapping_many_to_one(world):
    map_good(world, "3d.manyToOneMappings", many_to_one("Allow", "go*"), "200", "0", user="u")


def mapping_case_counts(world):
    map_good(world, "3d.rules", many_to_one("Allow", "GOOD"), "401.2", "5")


def mapping_precedence(world):
    both = one_to_one(world) + many_to_one("Deny", "*")
    map_good(world, "3d.precedence", both, "200", "0", user="u")
    map_good(world, "3d.precedence", both, "403.12", "5", "--assume",
             "mapping-order=many-to-one")


# ---- 3a: netsh

def handshake(port, *options):
    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options],
                          input=b"", capture_output=True, timeout=DEADLINE)


def versions_are_disabled(world):
    for option, refused, taken in (("disabletls12", "-tls1_2", "-tls1_3"),
                                   ("disabletls13", "-tls1_3", "-tls1_2")):
        with world.serve([f"--{option}", "enable"]) as server:
            port = server.ports["Ignore"]
            tap.ok(handshake(port, refused).returncode != 0, f"row 3a.{option}: not {refused}")
            tap.equal(handshake(port, taken).returncode, 0, f"row 3a.{option}: but {taken}")


def is_resumed(world, server, version):
    """Whether OpenSSL resumes a session that it was given."""
    kept = world.top / "session.pem"
    kept.unlink(missing_ok=True)
    port = str(server.ports["Ignore"])
    for option in ("-sess_out", "-sess_in"):
        if option == "-sess_in" and not kept.exists():
            return False
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", version, option, kept,
             "-servername", "localhost", "-ign_eof"], input=REQUEST, capture_output=True,
            timeout=DEADLINE)
    return b"Reused, " in done.stdout


def tickets_are_disabled(world):
    # Without tickets TLS 1.2 has session IDs.
    for options, wants in (([], (True, True)), (["--enablesessionticket", "disable"], (True, False))):
        with world.serve(options) as server:
            for version, want in zip(TLS, wants):
                tap.equal(is_resumed(world, server, version), want,
                          f"row 3a.enablesessionticket: {options} {version}")


def server_cache_time(world):
    with world.serve(["--servercachetime", "0"]) as server:
        for version in TLS:
            tap.equal(is_resumed(world, server, version), False,
                      f"row 3c.ServerCacheTime: 0 {version}")
    for options, seconds in (([], 36000), (["--servercachetime", "60000"], 60)):
        with world.serve(options) as server:
            out = handshake(server.ports["Ignore"], "-tls1_2").stdout.decode()
            hint = int(re.search(r"lifetime hint: (\d+)", out).group(1))
            tap.ok(seconds <= hint <= seconds + 1, f"row 3c.ServerCacheTime: {seconds} s", hint)


LABELS = [
    "IP:port", "Certificate Hash", "Application ID", "Certificate Store Name",
    "Verify Client Certificate Revocation",
    "Verify Revocation Using Cached Client Certificate Only", "Usage Check",
    "Revocation Freshness Time", "URL Retrieval Timeout", "Ctl Identifier", "Ctl Store Name",
    "DS Mapper Usage", "Negotiate Client Certificate", "Reject Connections", "Disable HTTP2",
    "Disable QUIC", "Disable TLS1.2", "Disable TLS1.3", "Disable OCSP Stapling",
    "Disable Legacy TLS Versions"]


def show(world, *options):
    made = world.top / "made"
    env = dict(os.environ, HOME=str(made), XDG_DATA_HOME=str(made / "data"),
               XDG_STATE_HOME=str(made / "state"), XDG_CONFIG_HOME=str(made / "config"))
    return subprocess.run(
        [CERTGATED, "--show", "sslcert", "--listen", "127.0.0.1:9443", *options], env=env,
        capture_output=True, text=True, timeout=DEADLINE)


def netsh_shows_the_sites(world):
    done = show(world, "--usagecheck", "disable", "--sslctlstorename", "ClientAuthIssuer")
    lines = [re.match(r"    (.*?) *: (.*)", line) for line in done.stdout.splitlines()]
    values = {found.group(1): found.group(2) for found in lines if found}
    tap.equal(done.returncode, 0, "row 3a.show: exit code 0")
    tap.equal(list(values), LABELS, "row 3a.show: netsh's labels in its order")
    tap.equal((values["IP:port"], values["Usage Check"], values["Ctl Store Name"],
               values["Verify Client Certificate Revocation"], len(values["Certificate Hash"])),
              ("127.0.0.1:9443", "Disabled", "ClientAuthIssuer", "Enabled", 40),
              "row 3a.show: and the values")
    older = show(world, "--profile", "2016").stdout
    tap.ok("Negotiate Client Certificate" in older and "Disable HTTP2" not in older,
           "row 3a.show: Windows Server 2016 has fewer", older)


# ---- 3b: sslFlags

def plain_http_is_refused(world):
    with world.serve(["--listen", "127.0.0.1:0,plain,sslflags=Ssl"], listen=()) as server:
        port = re.search(r"http://127.0.0.1:(\d+)", "\n".join(server.lines)).group(1)
        out = subprocess.run(["curl", "-s", f"http://localhost:{port}/"], capture_output=True,
                             timeout=DEADLINE).stdout
        tap.equal(substatus(out), "403.4", "row 3b.Ssl: plain HTTP is 403.4")
        tap.equal(log_fields(server)[-4:-1], ["403", "4", "5"], "row 3b.Ssl: the log")


def weak_encryption_is_refused(world):
    with world.serve(["--null-ciphers", "--ciphers", "TLS_RSA_WITH_NULL_SHA256:"
                      "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "--sslflags", "Ssl128"]) as server:
        out = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Ignore']}", "-tls1_2",
             "-quiet", "-ign_eof", "-cipher", "NULL:@SECLEVEL=0"], input=REQUEST,
            capture_output=True, timeout=DEADLINE).stdout
        tap.ok(out.startswith(b"HTTP/1.1 200"), "row 3b.Ssl128: not demanded here", out[:80])
    with world.serve(["--null-ciphers", "--ciphers", "TLS_RSA_WITH_NULL_SHA256:"
                      "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "--listen",
                      "127.0.0.1:0,sslflags=Ssl+Ssl128"], listen=()) as server:
        out = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{list(server.ports.values())[0]}",
             "-tls1_2", "-quiet", "-ign_eof", "-cipher", "NULL:@SECLEVEL=0"], input=REQUEST,
            capture_output=True, timeout=DEADLINE).stdout
        tap.equal(substatus(out), "403.5", "row 3b.Ssl128: a cipher without encryption is 403.5")


def require_without_negotiate_warns(world):
    with world.serve(["--listen", "127.0.0.1:0,Ssl,SslRequireCert"], listen=()) as server:
        tap.ok(server.says("SslRequireCert without SslNegotiateCert"),
               "row 3b.require-without-negotiate: said at the start", server.errors())
        expect(server, world.cases / "good.pem", "Require", "200", "0",
               "row 3b.require-without-negotiate: but the binding asks")


# ---- 2b: combinations that no case of the table has, made by OpenSSL

def untrusted_and_no_ca(world):
    maker = Maker(world.top / "2b.3")
    root = maker.make("root", "root", CA)
    middle = maker.make("middle", "root", ["basicConstraints=CA:FALSE"])
    leaf = maker.make("leaf", "middle", LEAF, days="-1")
    with world.serve([]) as server:
        expect(server, maker.bundle("leaf", leaf, middle, root), "Require", "403.16",
               "2148204809", "row 2b.3: untrusted root, no CA, expired")


def untrusted_and_excluded(world):
    maker = Maker(world.top / "2b.4")
    root = maker.make("root", "root", CA)
    middle = maker.make("middle", "root", CA + ["nameConstraints=critical,excluded;DNS:evil.test"])
    leaf = maker.make("leaf", "middle", LEAF + ["subjectAltName=DNS:a.evil.test"])
    with world.serve([]) as server:
        expect(server, maker.bundle("leaf", leaf, middle, root), "Require", "403.16",
               "2148204809", "row 2b.4: untrusted root, excluded name")


def partial_and_cyclic(world):
    maker = Maker(world.top / "2b.5")
    one = maker.make("one", "one", CA)
    two = maker.make("two", "one", CA)
    cross = maker.make("one", "two", ["basicConstraints=CA:FALSE"], file="cross")
    leaf = maker.make("leaf", "one", LEAF)
    one.unlink()
    with world.serve([]) as server:
        expect(server, maker.bundle("leaf", leaf, cross, two), "Require", "403.16",
               "2148204809", "row 2b.5: partial, cyclic, no CA")


# ---- 3c: Schannel

def names_sent(server, version):
    """The CA names by OpenSSL; None if there is no list."""
    out = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['Require']}", version],
        input=b"", capture_output=True, timeout=DEADLINE).stdout.decode()
    if "No client certificate CA names sent" in out:
        return None
    part = out.partition("Acceptable client certificate CA names\n")[2]
    names = re.split(r"\n(?:Client Certificate Types|Requested Signature)", part)[0]
    return sorted(re.search(r"CN ?= ?(.*)", name).group(1) for name in names.splitlines())


TLS = ("-tls1_2", "-tls1_3")
LIST = "--send-trusted-issuer-list"


def issuer_list_is_off(world):
    with world.serve([]) as server:
        for version in TLS:
            tap.equal(names_sent(server, version), None,
                      f"row 3c.SendTrustedIssuerList: none by default {version}")


def issuer_list_follows_its_sources(world):
    issuers = "copy:Root/certgate-expired-root.crt:ClientAuthIssuer"
    everything = ["certgate tests expired-root", "certgate tests root", "self-signed-trusted"]
    for label, options, want in (
            ("Root", [LIST], everything),
            ("ClientAuthIssuer", [issuers, LIST], everything[:1]),
            ("the site's store", [issuers, LIST, "--sslctlstorename", "Root"], everything)):
        with world.serve(options) as server:
            for version in TLS:
                tap.equal(names_sent(server, version), want,
                          f"row 3c.list-source: {label} {version}; else run scripts/deps, for "
                          "an unpacked mbedTLS lacks the patch")


def issuer_list_has_roots_only(world):
    options = ["copy:CA/certgate-issuing.crt:ClientAuthIssuer",
               "copy:Root/certgate-root.crt:ClientAuthIssuer", LIST]
    with world.serve(options) as server:
        for version in TLS:
            tap.equal(names_sent(server, version), ["certgate tests root"],
                      f"row 3c.list-content: no intermediate {version}")


def issuer_list_is_cut(world):
    place = world.place("many")
    for n in range(200):
        make_root(machine(place) / "Root", f"root {n:03}")
    with Server("--quiet", LIST, data=place) as server:
        tap.ok("Schannel event 36885" in server.errors(), "row 3c.list-size: event 36885",
               server.errors()[:500])
        found = re.search(r"so (\d+) of 203 names are left out", server.errors())
        for version in TLS:
            names = names_sent(server, version)
            tap.ok(found and names and len(names) == 203 - int(found.group(1)) and
                   len(names) > 100, f"row 3c.list-size: as many as fit {version}", names)
    shutil.rmtree(place)


def root_of_the_user(world):
    place = world.place("user")
    store = machine(place)
    user = store.parent / "CurrentUser" / "Root"
    user.mkdir(parents=True, exist_ok=True)
    shutil.move(store / "Root" / "certgate-self-signed-trusted.crt", user)
    with Server("--quiet", "--store", str(store.parent), data=place) as server:
        expect(server, world.cases / "self-signed-trusted.pem", "Require", "403.16",
               "2148204809", "row 3c.LocalMachine-only: in CurrentUser\\Root")


def main():
    need_patches("certificates that mbedTLS cannot parse")
    rows = read_table()
    with folder() as top:
        world = World(top)
        run_cases(world, rows)
        for name in dict.fromkeys(row[2] for row in rows if row[1] == "call"):
            globals()[name](world)
    tap.done()


main()
