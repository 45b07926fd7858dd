#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server from its own files: the script of `certgate collect`, and `--like` on folders in the
shape that it leaves, whole, damaged and hostile. TAP.
"""
import html
import json
import os
import pathlib
import re
import shutil
import ssl
import struct
import subprocess

from harness import CERTGATE, CERTGATED, Server, Tap, folder, get, substatus

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3

tap = Tap()

# Cmdlets that Microsoft documents; nothing that removes, sets or runs anything else.
CMDLETS = {"Join-Path", "Get-Location", "Split-Path", "New-Item", "Get-Content", "Out-File",
           "Out-Null", "Test-Path", "Get-ChildItem", "Export-Certificate", "ForEach-Object",
           "Where-Object"}
PROGRAMS = {"netsh http show sslcert", "netsh http show sslcert json=enable", "reg export"}
STORES = {"Root", "CA", "Disallowed", "TrustedPeople", "ClientAuthIssuer", "AuthRoot"}


def certgate(*words, **more):
    return subprocess.run([CERTGATE, *map(str, words)], capture_output=True, text=True,
                          check=False, **more)


def without_text(line):
    """A line of the script without its comment and what stands in quotes."""
    return re.sub(r"'(?:''|[^'])*'|\"[^\"]*\"", "", line.split("# ")[0])


def test_collect():
    done = certgate("collect")
    script = done.stdout
    tap.equal((done.returncode, done.stderr), (0, ""), "collect prints its script")
    tap.ok("was NOT run on Windows" in script[:700], "the script says that it was not run on Windows",
           script[:700])
    tap.ok(script.isascii() and len(script.splitlines()) <= 100, "it is short, and ASCII")
    code = "\n".join(without_text(line) for line in script.splitlines())
    functions = set(re.findall(r"^function ([\w-]+)", script, re.M))
    tap.equal(set(re.findall(r"(?<![\w$-])[A-Z][A-Za-z]+-[A-Z]\w+", code)) - functions, CMDLETS,
              "its cmdlets are those that are listed here")
    tap.equal({word.strip() for word in re.findall(
        r"\b(?:netsh|reg|certutil|cmd|appcmd)(?: (?!\$)[\w=]+)+", code)}, PROGRAMS,
        "its programs are those that are listed here")
    for pair in ("()", "{}", "[]"):
        tap.equal(*(code.count(c) for c in pair), f"its {pair} are in pairs")
    stores = re.search(r"foreach \(\$Store in (.*?)\)", script)[1]
    tap.equal(set(re.findall(r"\w+", stores)), STORES, "it exports these stores")
    tap.absent("PrivateKey", script, "no private key", "Export-Certificate")
    tap.absent("Pfx", script, "no PFX", "Export-Certificate")
    patterns = re.findall(r"-replace '(\(\?i\).*?)', '\$1\$2\"\"'", script)
    blank = re.compile(patterns[0].replace("''", "'"))
    for line in ['password="pass word"', "PASSWORD = 'x'", 'userPassword="[enc:AesProvider:x:enc]"',
                 'sqlConnectionString="Password=x"', 'validationKey="AB"', 'decryptionKey="AB"']:
        tap.equal(blank.sub(r'\1\2""', line), line.split("=")[0] + ("= " if " = " in line else "=")
                  + '""', f"it blanks {line}")
    done = certgate("collect", "C:\\folder")
    tap.ok(done.returncode == 2 and "C:\\folder" in done.stderr, "collect takes no operand",
           done.stderr)



# ---- folders

NETSH = """
SSL Certificate bindings:
-------------------------

    IP:port                      : {address}
    Certificate Hash             : 5f2d1c3b4a59687766554433221100ffeeddccbb
    Application ID               : {appid}
    Certificate Store Name       : MY
    Verify Client Certificate Revocation : {revocation}
    Verify Revocation Using Cached Client Certificate Only : Disabled
    Usage Check                  : Enabled
    Revocation Freshness Time    : {freshness}
    URL Retrieval Timeout        : 0
    Ctl Identifier               : (null)
    Ctl Store Name               : {store}
    DS Mapper Usage              : {mapper}
    Negotiate Client Certificate : {negotiate}
    Reject Connections           : Disabled
    Disable HTTP2                : Not Set
    Disable QUIC                 : Not Set
    Disable TLS1.2               : Not Set
    Disable TLS1.3               : {no_tls13}
    Disable OCSP Stapling        : Not Set
    Disable Legacy TLS Versions  : Not Set
"""
NEGOTIATE_LINE, STORE_LINE = 17, 15
SCHANNEL = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
HTTP = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\HTTP\Parameters"
STORE_OF = {"root": "Root", "issuing": "CA"}


def netsh(**words):
    values = {"address": "0.0.0.0:443", "appid": "{4dc3e181-e14b-4a21-b022-59fc669b0914}",
              "revocation": "Enabled", "freshness": 0, "store": "(null)", "mapper": "Disabled",
              "negotiate": "Enabled", "no_tls13": "Not Set"}
    return NETSH.format(**{**values, **words}).replace("\n", "\r\n")


def reg(*keys):
    """(key, {name: number}), ... as `reg export` writes them: UTF-16 with its mark."""
    text = "Windows Registry Editor Version 5.00\n\n"
    for key, values in keys:
        text += f"[{key}]\n" + "".join(f'"{name}"=dword:{number:08x}\n'
                                       for name, number in values.items()) + "\n"
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def sst(*certificates):
    """A serialized store, as Export-Certificate -Type SST writes it."""
    out = b"\0\0\0\0CERT"
    for der in certificates:
        out += struct.pack("<III", 3, 1, 20) + bytes(20) + struct.pack("<III", 32, 1, len(der)) + der
    return out + struct.pack("<IIQ", 0, 1, 0)[:12]


class World:
    """The test CAs, and folders of servers that trust them."""

    def __init__(self, place):
        self.place = place
        self.home = place / "data" / "certgate"
        self.n = 0
        done = certgate("forge", "--out", self.home)
        assert done.returncode == 0, done.stderr
        self.store = self.home / "store" / "LocalMachine"
        self.env = dict(os.environ, HOME=str(place), XDG_DATA_HOME=str(place / "data"), NO_COLOR="1",
                        XDG_STATE_HOME=str(place / "state"), XDG_CACHE_HOME=str(place / "cache"),
                        XDG_CONFIG_HOME=str(place / "config"), XDG_RUNTIME_DIR=str(place))

    def der(self, name):
        return ssl.PEM_cert_to_DER_cert((self.home / "authorities" / f"{name}.crt").read_text())

    def case(self, name):
        return self.home / "cases" / f"{name}.pem"

    def make(self, files=(), stores=None):
        """A folder with these files. `stores`: name -> CAs; the revocation lists come along."""
        self.n += 1
        server = self.place / f"server {self.n}"
        local = server / "LocalMachine"
        stores = {"Root": ["root"], "CA": ["issuing"]} if stores is None else stores
        for name in sorted(STORES):
            (local / name).mkdir(parents=True)
            if stores.get(name):
                (local / name / f"{name}.sst").write_bytes(sst(*map(self.der, stores[name])))
        for name in ("root", "issuing"):
            shutil.copy(self.home / "authorities" / f"{name}.crl", local / "CA")
        for name, content in {"os.txt": "10.0.20348.0\r\n", "netsh.txt": netsh(),
                              **dict(files)}.items():
            path = server / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return server

    def serve(self, like, *options, n=1):
        return Server("--like", str(like), *options, *(["--listen", "127.0.0.1:0"] * n),
                      data=self.place, listen=())

    def check(self, like, *options):
        """--check: the exit code and what is said."""
        done = subprocess.run([CERTGATED, "--check", "--like", str(like), *options], env=self.env,
                              capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stderr

    def explain(self, like, name, *options):
        return certgate("explain", "--like", like, *options, self.case(name), env=self.env)


def port_of(server, plays):
    for line in server.lines:
        if line.startswith("listening ") and line.endswith(f" plays={plays}"):
            return int(re.search(r":(\d+) ", line)[1])
    return None


def ask(server, cert, version=None, path="/", plays="0.0.0.0:443"):
    """The status and sub-status, 200 or "403.16"; "reset" without an answer."""
    try:
        status, _, body, _, _ = get(port_of(server, plays), path, version, cert)
    except (ConnectionError, ssl.SSLError, OSError) as problem:
        return "reset" if isinstance(problem, (ConnectionResetError, ssl.SSLEOFError)) else \
            str(problem)
    return substatus(body) or status or "reset"


def has_line(text, *words):
    """Whether one line has all of the words."""
    return any(all(word in line for word in words) for line in text.splitlines())


# ---- what is played

def asked_late(world):
    like = world.make({"os.txt": "10.0.17763.0\n", "netsh.txt": netsh(negotiate="Disabled")})
    with world.serve(like) as server:
        tap.equal(ask(server, world.case("good"), V12), 200, "late: TLS 1.2, a good certificate")
        tap.equal(ask(server, None, V12), "403.7", "late: none")
        tap.ok(any("clientcertnegotiation=disable" in line for line in server.lines),
               "late: the site says so", server.lines)
        tap.ok(has_line(server.errors(), "trap", f"netsh.txt:{NEGOTIATE_LINE}:", "by renegotiation"),
               "late: the note names file and line", server.errors())
        tap.ok(has_line(server.errors(), "taken", "os.txt:1:", "Windows Server 2019"),
               "late: the version of Windows", server.errors())
    with world.serve(like, "--clientcertnegotiation", "enable") as server:
        tap.ok(not any("clientcertnegotiation=disable" in line for line in server.lines),
               "late: an option of the user's counts more", server.lines)
        tap.equal(ask(server, world.case("good")), 200, "late: what helps")


def tls_1_3(world):
    for build, want in ((20348, "reset"), (26100, "500.0")):
        like = world.make({"os.txt": f"10.0.{build}.1\n", "netsh.txt": netsh(negotiate="Disabled")})
        with world.serve(like) as server:
            tap.equal(ask(server, world.case("good"), V13), want, f"TLS 1.3 of build {build}")
            tap.ok(has_line(server.errors(), "trap", f"netsh.txt:{NEGOTIATE_LINE}:", "TLS 1.3"),
                   f"TLS 1.3 of build {build}: a note", server.errors())
    like = world.make({"netsh.txt": netsh(no_tls13="Set")})
    with world.serve(like) as server:
        answer = str(ask(server, world.case("good"), V13))
        tap.ok("ALERT" in answer, "TLS 1.3 is off by netsh", answer)
        tap.equal(ask(server, world.case("good"), V12), 200, "TLS 1.2 is not")
    like = world.make({"schannel.reg": reg((SCHANNEL + r"\Protocols\TLS 1.3\Server", {"Enabled": 0}))})
    with world.serve(like) as server:
        answer = str(ask(server, world.case("good"), V13))
        tap.ok("ALERT" in answer, "TLS 1.3 is off by the registry", answer)
        tap.ok(has_line(server.errors(), "taken", "schannel.reg:4:", r"TLS 1.3\Server\Enabled = 0"),
               "its line", server.errors())


def ctl_store(world):
    files = {"netsh.txt": netsh(store="ClientAuthIssuer")}
    stores = {"Root": ["root"], "CA": ["issuing"], "ClientAuthIssuer": ["rsa"]}
    for issuer, want in (("rsa", "403.16"), ("root", 200)):
        like = world.make(files, {**stores, "ClientAuthIssuer": [issuer]})
        with world.serve(like) as server:
            tap.equal(ask(server, world.case("good")), want, f"CTL store with {issuer}")
            tap.ok(has_line(server.errors(), "taken", f"netsh.txt:{STORE_LINE}:", "ClientAuthIssuer"),
                   f"CTL store with {issuer}: its line", server.errors())
    code, said = world.check(world.make(files))
    tap.ok(code == 0 and has_line(said, "trap", f"netsh.txt:{STORE_LINE}:", "is empty"),
           "an empty CTL store is a trap", said)
    code, said = world.check(world.make({"netsh.txt": netsh(store="MyIssuers")}))
    tap.ok(code == 0 and has_line(said, "left-out", f"netsh.txt:{STORE_LINE}:", "'MyIssuers'"),
           "a store of one's own is not reproduced, and that is said", said)


def intermediate_in_root(world):
    like = world.make(stores={"Root": ["root", "issuing"]})
    with world.serve(like) as server:
        tap.equal(ask(server, world.case("good")), "403.16", "an intermediate in Root")
        tap.ok(has_line(server.errors(), "trap", "LocalMachine/Root/Root.sst", "is not self-signed"),
               "an intermediate in Root: the note names the file", server.errors())
    like = world.make(stores={"AuthRoot": ["root"], "CA": ["issuing"]})
    with world.serve(like) as server:
        tap.equal(ask(server, world.case("good")), 200, "a root in AuthRoot")


def trust_mode_2(world):
    files = {"schannel.reg": reg((SCHANNEL, {"EventLogging": 1, "ClientAuthTrustMode": 2}))}
    stores = {"Root": ["root"], "ClientAuthIssuer": ["issuing"]}
    with world.serve(world.make(files, stores)) as server:
        tap.equal(ask(server, world.case("good")), 200, "trust mode 2: an intermediate is enough")
        tap.ok(has_line(server.errors(), "taken", "schannel.reg:5:", "ClientAuthTrustMode = 2"),
               "trust mode 2: its line", server.errors())
        tap.ok(has_line(server.errors(), "schannel.reg:4:", "36877"), "EventLogging: what it leaves out",
               server.errors())
    with world.serve(world.make(files, {**stores, "ClientAuthIssuer": ["rsa"]})) as server:
        tap.equal(ask(server, world.case("good")), "403.16", "trust mode 2: another issuer")
    code, said = world.check(world.make(files))
    tap.ok(code == 0 and has_line(said, "trap", "schannel.reg:5:", "ClientAuthIssuer is empty"),
           "trust mode 2 with an empty store is a trap", said)


def issuer_list(world):
    like = world.make({"schannel.reg": reg((SCHANNEL, {"SendTrustedIssuerList": 1}))})
    for n in range(110):
        certgate("forge", "--out", world.home, f"many-{n}", "--issuer", "self",
                 "--subject", f"O={'long ' * 12}x,OU={'long ' * 12}x,CN=root {n:03}")
        pem = (world.home / "minted" / f"many-{n}.pem").read_text()
        certificate = re.search("-----BEGIN CERT.*?-----END CERTIFICATE-----", pem, re.S)[0]
        (like / "LocalMachine" / "Root" / f"{n:03}.cer").write_text(certificate)
    code, said = world.check(like)
    tap.ok(code == 0 and has_line(said, "trap", "Schannel event 36885", "are left out"),
           "an issuer list that is too long", said[-3000:])
    tap.ok(has_line(said, "taken", "schannel.reg:4:", "SendTrustedIssuerList = 1"),
           "an issuer list: its line", said[:2000])
    n_left_out = re.search(r"so (\d+) of \d+ names are left out", said)
    text = " ".join(world.explain(like, "unknown-root", "--windows-events").stdout.split())
    tap.ok("36885 The list of trusted issuers that is sent with the question is too long, and was cut: "
           f"{n_left_out and n_left_out[1]} names are left out." in text,
           "events: an issuer list that is too long", text[-1500:])
    (like / "schannel.reg").unlink()
    tap.absent("36885", world.explain(like, "unknown-root", "--windows-events").stdout,
               "events: no list is sent", "36880")


def bindings(world):
    two = netsh() + netsh(address="192.0.2.1:8444", revocation="Disabled", negotiate="Disabled",
                          mapper="Enabled", appid="{00000000-0000-0000-0000-000000000000}")
    like = world.make({"netsh.txt": two})
    with world.serve(like, n=2) as server:
        tap.equal([ask(server, world.case("revoked"), V12, plays=plays)
                   for plays in ("0.0.0.0:443", "192.0.2.1:8444")], ["403.13", 200],
                  "two bindings: each checks revocation as it says")
        for words in (["trap", "netsh.txt:29:", "verifyclientcertrevocation of 192.0.2.1:8444"],
                      ["trap", "netsh.txt:31:", "all zeros"], ["trap", "netsh.txt:33:", "Revoked"],
                      ["left-out", "netsh.txt:40:", "DS Mapper Usage"]):
            tap.ok(has_line(server.errors(), *words), f"two bindings: {' '.join(words[1:])}",
                   server.errors())
        tap.equal(server.errors().count("all zeros"), 1, "two bindings: only one is broken")
    document = ('{"SslCertificateBindings": [\n {"IpPort": "0.0.0.0:443",\n  "DefaultFlags": 64,\n'
                '  "DefaultCertCheckMode": 1, "Mystery": 1}]}')
    both = world.make({"netsh.json": document, "netsh.txt": netsh(revocation="Disabled")})
    code, said = world.check(both)
    tap.ok(code == 0 and has_line(said, "taken", "netsh.txt:9:") and "netsh.json" not in said,
           "where both are there, the text counts", said)
    like = world.make({"netsh.json": document, "netsh.txt": None})
    with world.serve(like) as server:
        tap.equal(ask(server, world.case("revoked"), V12), 200, "JSON: check mode 1 checks no revocation")
        tap.ok(has_line(server.errors(), "taken", "netsh.json:3:", "Negotiate Client Certificate: Disabled"),
               "JSON: its line", server.errors())
        tap.ok(has_line(server.errors(), "unread", "netsh.json:4:", '"Mystery"'), "JSON: what is unknown",
               server.errors())
    like = world.make({"netsh.txt": "    IP:port : 0.0.0.0:443\n    Usage Check : Enabled\n"})
    code, said = world.check(like)
    tap.ok(code == 0 and has_line(said, "taken", "netsh.txt:1:", "netsh's default, Disabled, holds"),
           "what is not said is netsh's default", said)
    own = subprocess.run([CERTGATED, "--show", "sslcert", "--usagecheck", "disable"], env=world.env,
                         capture_output=True, text=True, check=False).stdout
    code, said = world.check(world.make({"netsh.txt": own}))
    line = 1 + own[:own.index("Usage Check")].count("\n")
    tap.ok(code == 0 and has_line(said, "taken", f"netsh.txt:{line}:", "Usage Check: Disabled"),
           "what certgated shows of itself is read", said)
    german = "SSL-Zertifikatbindungen:\n\n    IP:Port                 : 0.0.0.0:443\n" \
             "    Zertifikathash          : 00\n    Clientzertifikat aushandeln : Aktiviert\n"
    like = world.make({"netsh.txt": german, "http.reg": reg(
        (HTTP + r"\SslBindingInfo\0.0.0.0:443", {"DefaultSslCertCheckMode": 1, "DefaultFlags": 2}))})
    with world.serve(like) as server:
        tap.equal(ask(server, world.case("revoked")), 200, "a German netsh: the registry has it")
        tap.ok(has_line(server.errors(), "unread", "netsh.txt:", "in English only"),
               "a German netsh: that is said", server.errors())
        tap.ok(has_line(server.errors(), "taken", "http.reg:5:", "Negotiate Client Certificate: Enabled"),
               "a German netsh: the line of the registry", server.errors())


HOST_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <configSections>
    <sectionGroup name="system.webServer">
      <sectionGroup name="security">
        <section name="access" overrideModeDefault="Allow" />
      </sectionGroup>
    </sectionGroup>
  </configSections>
  <system.applicationHost>
    <sites>
      <site name="Default Web Site" id="1">
        <application path="/">
          <virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" />
        </application>
        <bindings><binding protocol="https" bindingInformation="*:443:" /></bindings>
      </site>
      <site name="Second" id="2">
        <application path="/">
          <virtualDirectory path="/" physicalPath="D:\\second" />
        </application>
        <bindings><binding protocol="https" bindingInformation="*:444:" /></bindings>
      </site>
    </sites>
  </system.applicationHost>
  <location path="Default Web Site/secure">
    <system.webServer><security><access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" /></security>
    </system.webServer>
  </location>
  <location path="Second">
    <system.webServer><security><access sslFlags="Ssl, SslNegotiateCert" /></security></system.webServer>
  </location>
</configuration>
"""
WEB_CONFIG = """<configuration>
  <system.webServer><security><access sslFlags="Ssl,SslNegotiateCert,SslRequireCert" /></security>
  </system.webServer>
</configuration>
"""


def per_path(world):
    files = {"applicationHost.config": HOST_CONFIG, "sites/Default Web Site/app/web.config": WEB_CONFIG,
             "netsh.txt": netsh() + netsh(address="0.0.0.0:444")}
    place = world.make(files).rename(world.place / "a = b 'c'")
    with world.serve(place, n=2) as server:
        got = {path: ask(server, None, V12, path)
               for path in ("/", "/secure/", "/SECURE", "/app/", "/secured/")}
        tap.equal(got, {"/": 200, "/secure/": "403.7", "/SECURE": "403.7", "/app/": "403.7",
                        "/secured/": "404.0"}, "per path: none is refused where one is required")
        tap.equal([ask(server, world.case(case), V12, "/app/") for case in ("good", "revoked")],
                  [200, "403.13"], "per path: a certificate is judged there")
        tap.equal([ask(server, world.case("revoked"), V12, "/", plays) for plays in
                   ("0.0.0.0:443", "0.0.0.0:444")], [200, "403.13"],
                  "per path: each binding has its own site")
        tap.ok(has_line(server.errors(), "taken", "sites/Default Web Site/app/web.config",
                        "Default Web Site/app"), "per path: the web.config has its line", server.errors())
    late = {**files, "netsh.txt": netsh(negotiate="Disabled")}
    with world.serve(world.make(late)) as server:
        tap.equal([ask(server, world.case("good"), V13, path) for path in ("/", "/app/")], [200, "reset"],
                  "per path, asked late: TLS 1.3 is reset where a certificate is required")
        tap.equal([ask(server, world.case("good"), V12, path) for path in ("/", "/app/")], [200, 200],
                  "per path, asked late: TLS 1.2 is not")
    locked = HOST_CONFIG.replace("Allow", "Deny")
    with world.serve(world.make({**files, "applicationHost.config": locked})) as server:
        tap.equal(ask(server, world.case("good"), V12, "/app/"), "500.19", "a locked section is 500.19")


def mappings(world):
    config = (world.home / "mapping.config").read_text()
    config = re.sub(r'password="[^"]*"', 'password=""', config)
    with world.serve(world.make({"applicationHost.config": config})) as server:
        tap.equal([ask(server, world.case(case), V12) for case in
                   ("good", "eku-absent", "subject-script")], [200, "403.12", "401.2"],
                  "mappings: who is mapped, denied, not known")
        line = 1 + config[:config.index("<iisClient")].count("\n")
        tap.ok(has_line(server.errors(), "taken", f"applicationHost.config:{line}:", "mappings"),
               "mappings: the line", server.errors())


def explained(world):
    """`explain --like` says what the server answers, and names the lines."""
    stores = {"Root": ["root"], "CA": ["issuing"]}
    mode = {"schannel.reg": reg((SCHANNEL, {"ClientAuthTrustMode": 2}))}
    ctl = {"netsh.txt": netsh(store="ClientAuthIssuer")}
    rows = [
        ("a sound one", world.make(), "good", 0, "IIS would let it in", "taken netsh.txt:9:"),
        ("revoked", world.make(), "revoked", 1, "HTTP Error 403.13", "taken netsh.txt:9:"),
        ("no revocation check", world.make({"netsh.txt": netsh(revocation="Disabled")}), "revoked", 0,
         "IIS would let it in", "trap netsh.txt:9:"),
        ("CTL store", world.make(ctl, {**stores, "ClientAuthIssuer": ["rsa"]}), "good", 1,
         "HTTP Error 403.16", f"taken netsh.txt:{STORE_LINE}:"),
        ("an empty CTL store", world.make(ctl), "good", 1, "HTTP Error 403.16",
         f"trap netsh.txt:{STORE_LINE}: The store of trusted issuers is empty"),
        ("trust mode 2", world.make(mode, {"Root": ["root"], "ClientAuthIssuer": ["issuing"]}), "good", 0,
         "IIS would let it in", "taken schannel.reg:4: ClientAuthTrustMode = 2"),
        ("an intermediate in Root", world.make(stores={"Root": ["root", "issuing"]}), "good", 1,
         "HTTP Error 403.16", "taken os.txt:1: Build 20348"),
        ("late", world.make({"netsh.txt": netsh(negotiate="Disabled")}), "good", 0, "IIS would let it in",
         f"trap netsh.txt:{NEGOTIATE_LINE}: The certificate is asked for late"),
    ]
    for label, like, case, code, answer, line in rows:
        done = world.explain(like, case)
        words = " ".join(done.stdout.split())
        tap.ok(done.returncode == code and answer in words and line in words, f"explain: {label}",
               done.stdout[-2500:] + done.stderr)
    done = world.explain(rows[2][1], "revoked", "--verifyclientcertrevocation", "enable")
    tap.equal(done.returncode, 1, "explain: an option of the user's counts more")
    done = world.explain(rows[4][1], "good", "--json")
    lines = json.loads(done.stdout)["like"]
    tap.ok({"kind": "taken", "file": "netsh.txt", "line": STORE_LINE,
            "text": "Ctl Store Name: ClientAuthIssuer."} in lines, "explain: JSON", lines)
    for options, words in ((["--store", world.store], "leave out --store"), ([], "does not exist")):
        done = world.explain(rows[0][1] if options else world.place / "none", "good", *options)
        tap.ok(done.returncode == 2 and words in done.stderr, f"explain: {words}", done.stderr)


def page_events(body):
    """What certgate's part of a page says of Windows' logs: "36880 The TLS handshake ...", ..."""
    part = re.search(r"<details><summary>What Windows' logs would hold, in the form of them</summary>"
                     r"(.*?)</details>|$", body.decode(), re.S)
    return [f"{number} {html.unescape(text)}" for number, text in re.findall(
        r"<dt><code>(\d+)</code></dt><dd><bdi>(.*?)</bdi></dd>", part[1] or "", re.S)]


def windows_events(world):
    refused, logged = "0x800B0109", "The certificate received from the remote client"
    for level, worked, failed in ((1, "not ", "not "), (3, "not ", ""), (4, "", "")):
        like = world.make({"schannel.reg": reg((SCHANNEL, {"EventLogging": level}))})
        done = world.explain(like, "unknown-root", "--windows-events")
        text = " ".join(done.stdout.split())
        said = [f"36880 The TLS handshake worked: no certificate ends it. Written if EventLogging is 4 or "
                f"more; this server's is {level}, so it is {worked}written.",
                f"36877 {logged} has not validated correctly: {refused}. Written if EventLogging is 3 or "
                f"more; this server's is {level}, so it is {failed}written."]
        tap.ok("in the form of its logs" in text and " ".join(said) in text,
               f"events: EventLogging {level}", done.stdout[-1500:])
        tap.ok("11 BuildChain: subjectName unknown-root, TrustStatus ErrorStatus 0x20" in text and
               f"30 VerifyChainPolicy: subjectName unknown-root, Result {refused}" in text,
               f"events: CAPI2, EventLogging {level}", done.stdout[-1500:])
        with world.serve(like) as server:
            _, _, body, _, _ = get(port_of(server, "0.0.0.0:443"), "/", cert=world.case("unknown-root"))
        tap.equal(page_events(body), said + [
            "11 BuildChain: subjectName unknown-root, TrustStatus ErrorStatus 0x20",
            f"30 VerifyChainPolicy: subjectName unknown-root, Result {refused}"],
            f"events: the page says the same, EventLogging {level}")
    done = world.explain(world.make(), "good", "--windows-events")
    tap.absent("36877", done.stdout, "events: a good certificate", "Result 0x00000000")
    done = world.explain(world.make(), "good", "--windows-events", "--sslflags", "Ignore")
    tap.absent("36880", done.stdout, "events: it is not validated", "Nothing about the certificate")


def pages_with_events(world):
    """Which pages have them, and that they stay small and text."""
    name = "<b>&" + "A" * 3000
    certgate("forge", "--out", world.home, "self-made", "--issuer", "self", "--subject", f"CN={name}")
    made = world.home / "minted" / "self-made.pem"
    handshake = ["36880 The TLS handshake worked: no certificate ends it. Written if EventLogging is 4 or "
                 "more; unless it was set it is 1."]
    with world.serve(world.make()) as server:
        port = port_of(server, "0.0.0.0:443")
        tap.equal(page_events(get(port, "/")[2]), handshake, "events: no certificate came")
        good = get(port, "/", cert=world.case("good"))[2]
        tap.absent(b"Windows' logs", good, "events: none on the page of one that is let in", b"This site's settings")
        told = page_events(get(port, "/", cert=made)[2])
        tap.equal(told[2:], [f"11 BuildChain: subjectName {name[:160]}, TrustStatus ErrorStatus 0x20",
                             f"30 VerifyChainPolicy: subjectName {name[:160]}, Result 0x800B0109"],
                  "events: a long name is cut, and HTML in it stays text")
    for options in (["--plain-iis"], ["--errormode", "Custom"], ["--sslflags", "Ignore"]):
        with world.serve(world.make(), *options) as server:
            body = get(port_of(server, "0.0.0.0:443"), "/", cert=world.case("unknown-root"))[2]
            tap.absent(b"Windows' logs", body, f"events: none with {options}", b"</html>")


# ---- what is no such folder

def refused(world):
    file = world.place / "a file"
    file.write_text("x")
    for path, words in ((world.place / "none", "does not exist"), (file, "is no folder")):
        code, said = world.check(path)
        tap.ok(code == 2 and words in said and "certgate collect" in said and str(path) in said,
               f"--like: {words}", said)
    code, said = world.check(world.make(stores={}))
    tap.ok(code == 0 and has_line(said, "trap", "LocalMachine/Root", "no root"), "no certificates", said)
    empty = world.place / "empty"
    empty.mkdir()
    code, said = world.check(empty)
    tap.ok(code == 0 and has_line(said, "unread", "os.txt") and has_line(said, "unread", "LocalMachine:")
           and has_line(said, "netsh.txt", "defaults of netsh"), "an empty folder", said)


def damaged(world):
    like = world.make()
    path = like / "LocalMachine" / "Root" / "Root.sst"
    path.write_bytes(path.read_bytes()[:-30])
    code, said = world.check(like)
    tap.ok(code == 2 and "Root.sst is a damaged serialized store" in said, "a cut .sst", said)
    code, said = world.check(like, "--damaged-store", "ignore")
    tap.ok(code == 0 and "Root.sst" in said, "a cut .sst, ignored", said)
    code, said = world.check(world.make({"applicationHost.config": b"<a>\n\0"}))
    tap.ok(code == 2 and "applicationHost.config, line 2: this is no XML" in said and "\0" not in said,
           "an applicationHost.config that is no XML", said)
    lines = "".join(f'"Value {n}"=dword:{n:08x}\n' for n in range(100000))
    rows = [
        ("a binary .reg", {"schannel.reg": b"\0\1\2\xff" * 1000}, ["unread", "schannel.reg:", "reg export"]),
        ("a damaged .reg", {"schannel.reg": "REGEDIT4\n[K\n" + "\x1b]0;x\n" * 50},
         ["unread", "schannel.reg:", "more lines are damaged"]),
        ("100,000 lines of .reg", {"schannel.reg": f"REGEDIT4\n[{SCHANNEL}]\n{lines}"},
         ["unread", "schannel.reg:", "99992 more values"]),
        ("100,000 lines of netsh", {"netsh.txt": netsh() + "    Strange : x\n" * 100000},
         ["unread", "netsh.txt:", "99992 more labels"]),
        ("5 MiB", {"netsh.txt": b" " * (5 << 20)}, ["unread", "netsh.txt:", "larger than 4 MiB"]),
        ("JSON that is none", {"netsh.json": "{" * 1000, "netsh.txt": None}, ["unread", "netsh.json:", "no JSON"]),
        ("a version that is none", {"os.txt": "Windows\n"}, ["unread", "os.txt:1:", '"Windows"']),
        ("a version that is too large", {"os.txt": "9" * 5000}, ["unread", "os.txt:1:"]),
        ("certificates at the top", {"root.sst": b"x"}, ["unread", "root.sst:", "LocalMachine/Root/"]),
        ("a file that is not known", {"notes.docx": b"x"}, ["unread", "notes.docx:", "not known"]),
        ("a name that moves the cursor", {"\x1b[2J.txt": b"x"}, ["unread", r"\x1b[2J.txt"]),
        ("a value that is none", {"netsh.txt": netsh(revocation="Maybe\x1b[2J")},
         ["unread", "netsh.txt:9:", r"Maybe\x1b[2J"]),
        ("a number that is none", {"netsh.txt": netsh(freshness="9" * 30)}, ["netsh.txt:12:", "Not taken"]),
        ("a folder in place of a file", {"netsh.txt/x": b"", "netsh.txt": None},
         ["unread", "netsh.txt:", "cannot be read"]),
    ]
    for label, files, words in rows:
        if label.startswith("a folder"):
            like = world.make({"netsh.txt": netsh()})
            (like / "netsh.txt").unlink()
            (like / "netsh.txt").mkdir()
        else:
            like = world.make(files)
        code, said = world.check(like)
        tap.ok(code == 0 and has_line(said, *words) and "\x1b" not in said and said.count("\n") < 200,
               label, said[:3000])


def hostile(world):
    like = world.make({"applicationHost.config": "<configuration/>\n"})
    (like / "sites" / "a").mkdir(parents=True)
    (like / "sites" / "a" / "loop").symlink_to(like / "sites")
    deep = like / "sites" / "deep"
    for _ in range(30):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (like / "LocalMachine" / "CA" / "loop").symlink_to(like / "LocalMachine" / "CA" / "loop")
    (like / "LocalMachine" / "CA" / "up.cer").symlink_to("/dev/zero")
    os.mkfifo(like / "schannel.reg")
    code, said = world.check(like, "--damaged-store", "ignore")
    tap.ok(code == 0 and has_line(said, "unread", "sites/a/loop", "not followed"), "a loop of links", said)
    tap.ok(has_line(said, "unread", "sites/deep/d", "16 folders deep"), "folders without end", said)
    tap.ok(has_line(said, "unread", "schannel.reg:", "no file"), "a pipe", said)
    tap.ok("up.cer" in said, "a device among the certificates", said)


def main():
    test_collect()
    with folder() as place:
        world = World(pathlib.Path(place))
        for test in (asked_late, tls_1_3, ctl_store, intermediate_in_root, trust_mode_2, issuer_list,
                     bindings, per_path, mappings, explained, windows_events,
                     pages_with_events, refused, damaged, hostile):
            test(world)
    tap.done()


main()
