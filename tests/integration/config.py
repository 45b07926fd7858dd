# SPDX-License-Identifier: MIT
"""IIS's own files (--iis) as their users see them: `--show config PATH` says what
Microsoft's documentation says of its examples, written anew here; a server answers each
path as the files say; damaged and hostile files are told clearly; and no password that
stands in a file is ever seen."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from harness import CERTGATED, DEADLINE, Server, Tap, get, read_answer, substatus

tap = Tap()
TOP = pathlib.Path(tempfile.mkdtemp(prefix="certgate-config-"))
SECRET = "Pa55-w0rd-of-a-file"
REFERENCE = "learn.microsoft.com/iis/configuration/system.webserver/"
ARCHITECTURE = "learn.microsoft.com/iis/get-started/planning-your-iis-architecture/"
LOCKING = ("learn.microsoft.com/iis/get-started/planning-for-security/"
           "how-to-use-locking-in-iis-configuration")
DELEGATION = "learn.microsoft.com/iis/manage/managing-your-configuration-settings/"
FLAGS, AHEAD, MODE = "access sslFlags", "serverRuntime uploadReadAheadSize", "httpErrors errorMode"
ANONYMOUS, BASIC = "anonymousAuthentication enabled", "basicAuthentication enabled"
MAPPING = "iisClientCertificateMappingAuthentication enabled"
MANY = "iisClientCertificateMappingAuthentication manyToOneCertificateMappingsEnabled"

# What IIS's own applicationHost.config registers and locks, of what is read.
SECTIONS = """<configSections>
<sectionGroup name="system.applicationHost">
<section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
</sectionGroup>
<sectionGroup name="system.webServer">
<section name="httpErrors" overrideModeDefault="Allow" />
<section name="serverRuntime" overrideModeDefault="Deny" />
<sectionGroup name="security">
<section name="access" overrideModeDefault="Deny" />
<sectionGroup name="authentication">
<section name="anonymousAuthentication" overrideModeDefault="Deny" />
<section name="basicAuthentication" overrideModeDefault="Deny" />
<section name="iisClientCertificateMappingAuthentication" overrideModeDefault="Deny" />
</sectionGroup></sectionGroup></sectionGroup></configSections>
"""


def site(name, number, *folders, port=443):
    """Folders: (application, virtual directory, physical path)."""
    rows = "".join(f'<application path="{application}"><virtualDirectory path="{path}" '
                   f'physicalPath="{physical}" /></application>'
                   for application, path, physical in folders)
    return (f'<site name="{name}" id="{number}">{rows}<bindings><binding protocol="https" '
            f'bindingInformation="*:{port}:" /></bindings></site>')


def host(*rest, sites=None, sections=SECTIONS):
    sites = sites or [site("Default Web Site", 1, ("/", "/", r"%SystemDrive%\inetpub\wwwroot"))]
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<configuration>\n' + sections +
            "<system.applicationHost><sites>" + "".join(sites) +
            "</sites></system.applicationHost>\n" + "\n".join(rest) + "\n</configuration>\n")


def web(*rest):
    return "<configuration>\n" + "\n".join(rest) + "\n</configuration>\n"


def server(text):
    return f"<system.webServer>{text}</system.webServer>"


def security(text):
    return server(f"<security>{text}</security>")


def authentication(text):
    return security(f"<authentication>{text}</authentication>")


def at(path, text, words=""):
    return f'<location path="{path}"{words}>{text}</location>'


def access(flags):
    return security(f'<access sslFlags="{flags}" />')


def write(name, text, top=TOP):
    file = top / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return str(file)


def run(*options):
    return subprocess.run([CERTGATED, *options], capture_output=True, text=True, timeout=DEADLINE,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, HOME=str(TOP)))


def options_of(files):
    """Writes them into a folder of their own."""
    top = pathlib.Path(tempfile.mkdtemp(dir=TOP))
    return top, [word for name, text in files.items() for word in ("--iis", write(name, text, top))]


def show(files, path):
    """(settings, fault, all): each setting's value with the file and line that decided."""
    top, options = options_of(files)
    done = run(*options, "--show", "config", path, "--json")
    if done.returncode != 0:
        return {}, done.stderr, done
    shown = json.loads(done.stdout)

    def where(row):
        return "default" if row["file"] is None else \
            f"{pathlib.Path(row['file']).relative_to(top)}:{row['line']}"

    fault = shown["fault"]
    return ({f"{row['section'].rsplit('/', 1)[1]} {row['attribute']}": (row["value"], where(row))
             for row in shown["settings"]},
            fault and (fault["hresult"], where(fault)), done)


def line_of(text, words):
    return next(i for i, line in enumerate(text.splitlines(), 1) if words in line)


# ---- Microsoft's examples: (page, name, files, [(path, {setting: value} or (HRESULT, where))])

HOST, ROOT = "config/applicationHost.config", "inetpub/wwwroot/"
CONTOSO = site("Contoso", 2, ("/", "/", r"C:\Contoso\Content"), ("/CRM", "/", r"C:\Contoso\Content\CRM"),
               ("/CRM", "/Images", r"E:\Images"))
DEFAULT = site("Default Web Site", 1, ("/", "/", r"%SystemDrive%\inetpub\wwwroot"),
               ("/app", "/", r"C:\tmp"))


def documented():
    unlock = at(".", authentication(
        '\n<anonymousAuthentication enabled="true" userName="IUSR" />'), ' overrideMode="Allow"')
    lock_enabled = at(".", authentication(
        '\n<anonymousAuthentication enabled="true" lockAttributes="enabled" />'),
        ' overrideMode="Allow"')
    many = at("Default Web Site", security(
        '\n<authentication>\n<anonymousAuthentication enabled="false" />\n'
        '<iisClientCertificateMappingAuthentication enabled="true" '
        'manyToOneCertificateMappingsEnabled="true">\n<manyToOneMappings>'
        f'<add name="Employees" userName="User" password="{SECRET}"><rules>'
        '<add certificateField="Subject" certificateSubField="O" matchCriteria="Contoso" />'
        '</rules></add></manyToOneMappings></iisClientCertificateMappingAuthentication>'
        '</authentication>\n<access sslFlags="Ssl, SslNegotiateCert" />'))
    return [
        (REFERENCE + "security/access", "SSL is required on one site, in ApplicationHost.config",
         {HOST: host(at("Contoso", "\n" + access("ssl")), sites=[DEFAULT, CONTOSO])},
         [("Contoso/", {FLAGS: ("Ssl", "<access")}), ("/", {FLAGS: ("None", None)}),
          ("Contoso/CRM/x.aspx", {FLAGS: ("Ssl", "<access")})]),
        (REFERENCE + "security/authentication/iisclientcertificatemappingauthentication/",
         "many-to-one mappings, Ssl and SslNegotiateCert", {HOST: host(many)},
         [("/", {FLAGS: ("Ssl, SslNegotiateCert", "<access"), ANONYMOUS: ("false", "<anonymous"),
                 MAPPING: ("true", "<iisClient"), MANY: ("true", "<iisClient")})]),
        (REFERENCE + "serverruntime", "serverRuntime, whose uploadReadAheadSize is 49152 by default",
         {HOST: host(at("Default Web Site", server(
             '\n<serverRuntime enabled="true" frequentHitThreshold="5" '
             'frequentHitTimePeriod="00:00:20" />')), at("Contoso", server(
                 '\n<serverRuntime uploadReadAheadSize="2147483647" />')), sites=[DEFAULT, CONTOSO])},
         [("/", {AHEAD: ("49152", None)}), ("Contoso/", {AHEAD: ("2147483647", "2147483647")})]),
        (REFERENCE + "httperrors/", "httpErrors in a web.config: <remove>, then another <error>",
         {HOST: host(server('<httpErrors><error statusCode="500" path="500.htm" /></httpErrors>')),
          ROOT + "web.config": web(server(
              '\n<httpErrors errorMode="Custom" defaultResponseMode="File"><remove statusCode="500" />'
              '<error statusCode="500" path="mine.htm" /></httpErrors>'))},
         [("/", {MODE: ("Custom", ("web.config", "errorMode"))})]),
        (ARCHITECTURE + "deep-dive-into-iis-configuration-with-iis-7-and-iis-8",
         "location tags that refer to child paths of one another",
         {HOST: host(at(".", "\n" + access("Ssl")), at("Contoso", "\n" + access("None")),
                     at("Contoso/CRM/Images", "\n" + access("Ssl128")), sites=[DEFAULT, CONTOSO])},
         [("/", {FLAGS: ("Ssl", '"Ssl"')}), ("Contoso/", {FLAGS: ("None", '"None"')}),
          ("Contoso/CRM", {FLAGS: ("None", '"None"')}),
          ("Contoso/crm/images/x.png", {FLAGS: ("Ssl128", '"Ssl128"')})]),
        (LOCKING + "#task-1-locking-a-section-using-a-location-tag", "unlocked for all applications",
         {HOST: host(unlock), ROOT + "web.config": web(authentication(
             '\n<anonymousAuthentication enabled="false" />'))},
         [("/", {ANONYMOUS: ("false", ("web.config", "enabled"))})]),
        (LOCKING + "#task-1-locking-a-section-using-a-location-tag",
         "unlocked for one site, locked for the others",
         {HOST: host(authentication('\n<anonymousAuthentication enabled="true" />'),
                     at("Contoso", authentication("<anonymousAuthentication />"),
                        ' overrideMode="Allow"'), sites=[DEFAULT, CONTOSO]),
          "Contoso/Content/web.config": web(authentication(
              '\n<anonymousAuthentication enabled="false" />')),
          ROOT + "web.config": web(authentication('\n<anonymousAuthentication enabled="false" />'))},
         [("Contoso/", {ANONYMOUS: ("false", ("Content/web.config", "enabled"))}),
          ("/", ("0x80070021", ("wwwroot/web.config", "enabled")))]),
        (LOCKING + "#task-1-locking-a-section-using-a-location-tag",
         'a section outside and inside <location path="."> is invalid',
         {HOST: host(authentication('<anonymousAuthentication enabled="true" />'), unlock)},
         [("/", ("0x800700B7", "IUSR"))]),
        (LOCKING + "#task-2-locking-specific-elements-and-attributes",
         "a locked attribute that is set to the same value",
         {HOST: host(lock_enabled), ROOT + "web.config": web(authentication(
             '\n<anonymousAuthentication enabled="true" />'))},
         [("/", ("0x80070021", ("web.config", "enabled")))]),
        (LOCKING + "#task-2-locking-specific-elements-and-attributes",
         "all can be overridden but the attribute that is locked",
         {HOST: host(lock_enabled), ROOT + "web.config": web(authentication(
             '\n<anonymousAuthentication userName="other" />'))},
         [("/", {ANONYMOUS: ("true", "lockAttributes")})]),
        (LOCKING + "#task-3-locking-everything-except-specific-attributes",
         "everything is locked but one attribute",
         {HOST: host(at(".", server('\n<serverRuntime lockAllAttributesExcept="uploadReadAheadSize" />'),
                        ' overrideMode="Allow"')),
          ROOT + "web.config": web(server('\n<serverRuntime uploadReadAheadSize="1000" />')),
          ROOT + "sub/web.config": web(server('\n<serverRuntime enabled="true" />'))},
         [("/", {AHEAD: ("1000", ("web.config", "1000"))}),
          ("/sub", ("0x80070021", ("sub/web.config", "enabled")))]),
        (LOCKING + "#task-4-locking-some-collection-directives", "<remove> and <clear> are locked",
         {HOST: host(server('\n<httpErrors lockElements="remove,clear">'
                            '<error statusCode="404" path="404.htm" /></httpErrors>')),
          ROOT + "web.config": web(server('\n<httpErrors><error statusCode="403" /></httpErrors>')),
          ROOT + "sub/web.config": web(server('\n<httpErrors><remove statusCode="404" /></httpErrors>'))},
         [("/", {MODE: ("DetailedLocalOnly", None)}),
          ("/sub", ("0x80070021", ("sub/web.config", "<remove")))]),
        (LOCKING + "#task-5-locking-specific-elements-in-a-collection", "one entry is locked",
         {HOST: host(server('\n<httpErrors><error statusCode="404" lockItem="true" />'
                            '<error statusCode="500" /></httpErrors>')),
          ROOT + "a/web.config": web(server('\n<httpErrors><remove statusCode="500" /></httpErrors>')),
          ROOT + "b/web.config": web(server('\n<httpErrors><remove statusCode="404" /></httpErrors>')),
          ROOT + "c/web.config": web(server('\n<httpErrors><clear /></httpErrors>'))},
         [("/a", {MODE: ("DetailedLocalOnly", None)}),
          ("/b", ("0x80070021", ("b/web.config", "<remove"))),
          ("/c", ("0x80070021", ("c/web.config", "<clear")))]),
        (ARCHITECTURE + "deep-dive-into-iis-configuration-with-iis-7-and-iis-8#locking",
         "an unlocked section is locked for one site",
         {HOST: host(at("Contoso", server('\n<httpErrors errorMode="Detailed" />'),
                        ' overrideMode="Deny"'), sites=[DEFAULT, CONTOSO]),
          "Contoso/Content/web.config": web(server('\n<httpErrors errorMode="Custom" />')),
          ROOT + "web.config": web(server('\n<httpErrors errorMode="Custom" />'))},
         [("Contoso/", ("0x80070021", ("Content/web.config", "Custom"))),
          ("/", {MODE: ("Custom", ("wwwroot/web.config", "Custom"))})]),
        (ARCHITECTURE + "deep-dive-into-iis-configuration-with-iis-7-and-iis-8#locking",
         "allowOverride is the older word, and not both may stand",
         {HOST: host(at("Contoso", server('\n<httpErrors errorMode="Detailed" />'),
                        ' allowOverride="false"'),
                     at("Default Web Site", server("\n<httpErrors />"),
                        ' allowOverride="true" overrideMode="Allow"'), sites=[DEFAULT, CONTOSO]),
          "Contoso/Content/web.config": web(server('\n<httpErrors errorMode="Custom" />'))},
         [("Contoso/", ("0x80070021", ("Content/web.config", "Custom"))),
          ("/", ("0x8007000D", "allowOverride=\"true\""))]),
        (ARCHITECTURE + "deep-dive-into-iis-configuration-with-iis-7-and-iis-8#unlocking",
         "unlocked above what a web.config between locks",
         {HOST: host(at("Default Web Site/shopping", server("\n<httpErrors />"),
                        ' overrideMode="Allow"')),
          ROOT + "web.config": web('<location overrideMode="Deny">' + server("<httpErrors />") +
                                   "</location>")},
         [("/", {MODE: ("DetailedLocalOnly", None)}), ("/shopping", ("0x80070021", "<httpErrors />"))]),
        (DELEGATION + "how-to-use-configuration-delegation-in-iis",
         "the application may set what was moved into <location overrideMode=\"Allow\">, and no more",
         {HOST: host(unlock, sites=[DEFAULT]),
          "tmp/web.config": web(authentication('\n<anonymousAuthentication enabled="false" />')),
          "tmp/sub/web.config": web(authentication('\n<basicAuthentication enabled="true" />'))},
         [("/app/x", {ANONYMOUS: ("false", ("tmp/web.config", "enabled")), BASIC: ("false", None)}),
          ("/app/sub", ("0x80070021", ("sub/web.config", "<basic"))), ("/", {ANONYMOUS: ("true", "IUSR")})]),
        ("learn.microsoft.com/iis/configuration/system.applicationhost/sites/site/application/"
         "virtualdirectory", "an application with a virtual directory",
         {HOST: host(at("Contoso/CRM/Images", "\n" + access("Ssl")), sites=[DEFAULT, CONTOSO]),
          "Contoso/Content/CRM/web.config": web(server('\n<httpErrors errorMode="Custom" />')),
          "Images/web.config": web(server('\n<httpErrors errorMode="Detailed" />'))},
         [("Contoso/CRM", {MODE: ("Custom", ("CRM/web.config", "Custom")), FLAGS: ("None", None)}),
          ("Contoso/CRM/Images/a", {MODE: ("Detailed", ("Images/web.config", "Detailed")),
                                    FLAGS: ("Ssl", '"Ssl"')}),
          ("Contoso/", {MODE: ("DetailedLocalOnly", None)})]),
    ]


def expected_origin(files, where):
    if where is None:
        return "default"
    name, words = (HOST, where) if isinstance(where, str) else where
    name = next(file for file in files if file.endswith(name))
    return f"{name}:{line_of(files[name], words)}"


def as_documented():
    pages = set()
    for page, name, files, paths in documented():
        pages.add(page)
        for path, wanted in paths:
            settings, fault, done = show(files, path)
            if isinstance(wanted, tuple):
                tap.equal(fault, (wanted[0], expected_origin(files, wanted[1])),
                          f"{page}: {name}: {path} is {wanted[0]}")
                continue
            for setting, (value, where) in wanted.items():
                tap.equal((fault, settings.get(setting)),
                          (None, (value, expected_origin(files, where))),
                          f"{page}: {name}: {path} has {setting} {value}")
            tap.ok(SECRET not in done.stdout + done.stderr, f"{name}: no password is shown")
    tap.ok(len(documented()) >= 10 and len(pages) >= 8, f"{len(documented())} configurations of "
           f"{len(pages)} places in Microsoft's documentation")


def shown_as_text():
    files = {HOST: host(at("Default Web Site/a", "\n" + access("Ssl"))),
             ROOT + "b/web.config": web("\n" + access("Ssl"))}
    top, options = options_of(files)
    text = run(*options, "--show", "config", "/a/x").stdout
    tap.ok(re.search(r"^Default Web Site/a/x\n  system\.webServer/security/access sslFlags: Ssl "
                     r"\(.*applicationHost\.config, line \d+\)\n  system\.webServer/serverRuntime "
                     r"uploadReadAheadSize: 49152 \(default\)\n", text), "--show config as text", text)
    tap.ok("trap: " in text and "500.19 with 0x80070021 for" in text, "with the notes", text)
    text = run(*options, "--show", "config", "Default Web Site/b").stdout
    tap.ok(re.search(r"^  500\.19 with 0x80070021: <access> is locked at a parent level: .*config, "
                     r"line \d+ \(.*b/web\.config, line 3\)$", text, re.M), "a 500.19 as text", text)
    text = run(*options, "--path", "/a,sslflags=Require,uploadreadaheadsize=7", "--errormode", "Custom",
               "--anonymous", "disable", "--show", "config", "/a").stdout
    for row in ("sslFlags: Require, Ssl (--path)", "uploadReadAheadSize: 7 (--path)",
                "errorMode: Custom (--errormode)", "anonymousAuthentication enabled: false (--anonymous)"):
        tap.ok(row in text, f"what counts more: {row}", text)
    odd = write("a=b/web.config", web("\n" + server('<httpErrors errorMode="Custom" />')))
    for value in (odd, f"/={odd}"):
        text = run("--iis", value, "--show", "config").stdout
        tap.ok(f"errorMode: Custom ({odd}, line 3)" in text, "a file's name may have a '=' in it", text)
    for words, want in ((["--show", "config"], "--iis, which is not given"),
                        ([*options, "--show", "config", "Contoso/"], "no site 'Contoso'"),
                        ([*options, "--show", "config", "/a", "/b"], "'/b' is no option"),
                        ([*options, "/a"], "'/a' is no option"),
                        ([*options, "--show", "config", ""], "from 1 to 1023 bytes")):
        done = run(*words)
        tap.ok(done.returncode == 2 and want in done.stderr and not done.stdout, f"refused: {want}",
               f"{done.returncode} {done.stderr}")


# ---- a server

def serve(files, *more, **how):
    top, options = options_of(files)
    return top, Server(*options, *more, **how)


def post(port, path, size, version=ssl.TLSVersion.TLSv1_2):
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode, tls.maximum_version = False, ssl.CERT_NONE, version
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plain, \
            tls.wrap_socket(plain, server_hostname="localhost") as s:
        s.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {size}\r\n"
                  "Connection: close\r\n\r\n".encode() + b"x" * size)
        return read_answer(s)


def by_path():
    files = {
        HOST: host(at("Default Web Site/secure", server(
            '<serverRuntime uploadReadAheadSize="10" /><security>\n'
            '<access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" /></security>')),
            at("Default Web Site/large", server(
                '<serverRuntime uploadReadAheadSize="100000" /><security>'
                '<access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" /></security>')),
            at("Default Web Site/accept", access("SslNegotiateCert")),
            at("Default Web Site/custom", server(
                '<httpErrors errorMode="Custom" /><security><access sslFlags="SslRequireCert, '
                'SslNegotiateCert" /></security>')),
            at("Default Web Site/private", authentication(
                f'<anonymousAuthentication enabled="false" password="{SECRET}" />'))),
        ROOT + "sub/web.config": web(server("<security>\n<access sslFlags=\"Ssl\" /></security>")),
        ROOT + "twice/web.config": web(server(
            '<httpErrors><error statusCode="404" />\n<error statusCode="404" /></httpErrors>')),
        ROOT + "wrong/web.config": web(server('<httpErrors errorMode="On" />'))}
    top, running = serve(files, "--listen", "127.0.0.1:0,plain",
                         listen=("Ignore", "Ignore,clientcertnegotiation=disable"))
    with running as s:
        plain, port, late = (int(line.split()[1].rsplit(":", 1)[1]) for line in s.lines
                             if line.startswith("listening"))
        good = s.cases / "good.pem"
        tap.equal(get(port, "/")[0], 200, "where no file wants a certificate: 200")
        with socket.create_connection(("127.0.0.1", plain), timeout=DEADLINE) as bare:
            bare.sendall(b"GET /secure/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            tap.equal(substatus(read_answer(bare)[2]), "403.4", "Ssl over plain HTTP: 403.4")
        tap.equal(get(port, "/private/")[0], 401, "where Anonymous is off: 401")
        tap.equal(substatus(get(port, "/private/")[2]), "401.2", "which is 401.2")
        tap.equal(substatus(get(port, "/secure/")[2]), "403.7", "below <location> with SslRequireCert: 403.7")
        tap.equal(get(port, "/Secure/", cert=good)[0], 200, "with a certificate: 200, in any case")
        tap.equal(get(port, "/accept/")[0], 200, "SslNegotiateCert without one: 200")
        tap.equal(substatus(get(port, "/accept/", cert=s.cases / "expired.pem")[2]), "403.17",
                  "SslNegotiateCert with an expired one: 403.17")
        tap.equal(get(port, "/", cert=s.cases / "expired.pem")[0], 200, "None with an expired one: 200")
        status, _, body = get(port, "/custom/")[:3]
        tap.ok(status == 403 and b"403.7" not in body and b"403 - Forbidden" in body,
               "errorMode Custom: the page of other machines", body)
        for path, code, file, words in (("/sub/x", "0x80070021", "sub", "<access> is locked"),
                                        ("/twice/", "0x800700b7", "twice", "this key already"),
                                        ("/wrong/", "0x8007000d", "wrong", "errorMode of &lt;httpErrors&gt;")):
            status, _, body = get(port, path)[:3]
            text = body.decode()
            tap.equal((status, substatus(body)), (500, "500.19"), f"{path}: 500.19")
            tap.ok(code in text, f"{path}: {code}", text)
            row = re.search(r"<th>Config File</th><td>(.*?), line (\d+)</td>", text)
            tap.ok(row and row.group(1).endswith(f"{file}/web.config") and
                   row.group(2) == ("2" if file == "wrong" else "3"), f"{path}: the file and the line", text)
            tap.ok(words.replace("<access>", "&lt;access&gt;") in text, f"{path}: {words}", text)
        tap.ok(s.says("500.19") and f"{top}/{ROOT}sub/web.config, line 3" in s.errors(),
               "the start names the file and the line", s.errors())
        shown = json.loads(get(port, "/sub/whoami")[2])
        tap.equal((shown["verdict"]["name"], shown["config_fault"]["line"]), ("CONFIG_LOCKED", 3),
                  "/whoami says the same")
        log = sorted((s.folder / "state" / "certgate" / "logs").glob("u_ex*.log"))[-1].read_text()
        tap.ok(re.search(r"GET /sub/x - \d+ - 127\.0\.0\.1 - - 500 19 33 ", log), "the log: 500 19 33", log)
        tap.equal(substatus(post(late, "/secure/", 11)[2]), "413.0", "asked late, a body of 11 bytes: 413.0")
        tap.equal(substatus(post(late, "/secure/", 10)[2]), "403.7", "asked late, a body of 10 bytes: 403.7")
        tap.equal(substatus(post(late, "/large/", 60000)[2]), "403.7", "with room for 100000: 403.7")
        tap.equal(substatus(post(late, "/accept/", 60000)[2]), "413.0", "with IIS's own 49152: 413.0")
        tap.equal(substatus(post(late, "/sub/", 60000)[2]), "500.19", "a 500.19 asks for nothing")
        tap.ok(SECRET not in s.errors() + log + "".join(s.lines), "no password is told", s.errors())
        tap.ok(s.alive(), "the server is there")


def by_binding():
    """Which site a port plays; --path counts more."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    files = {HOST: host(at("Second", access("SslNegotiateCert, SslRequireCert")),
                        sites=[site("First", 1), site("Second", 2, port=port)])}
    top, running = serve(files, "--listen", f"127.0.0.1:{port}", "--path", "/open,sslflags=Ignore",
                         listen=("Require",))
    with running as s:
        other = next(int(line.split()[1].rsplit(":", 1)[1]) for line in s.lines
                     if line.startswith("listening") and f":{port}" not in line)
        tap.equal(substatus(get(port, "/")[2]), "403.7", "the site with a binding at the port")
        tap.equal(get(port, "/open/")[0], 200, "--path counts more than the files")
        tap.equal(get(other, "/")[0], 200, "another port: the site with the lowest id")
        tap.equal(substatus(get(other, "/", name="require.localhost")[2]), "403.7",
                  "a site that the handshake names is not the files'")


def by_reload():
    files = {HOST: host(at("Default Web Site/a", access("SslNegotiateCert, SslRequireCert")))}
    top, running = serve(files, listen=("Ignore",))
    with running as s:
        port = s.ports["Ignore"]
        tap.equal(get(port, "/a/")[0], 403, "before")
        write(HOST, host(), top)
        s.process.send_signal(signal.SIGHUP)
        tap.ok(s.says("reload"), "SIGHUP reads the files again", s.errors())
        tap.equal(get(port, "/a/")[0], 404, "what they say now holds: let in, and nothing is there")
        write(HOST, "<configuration>", top)
        s.process.send_signal(signal.SIGHUP)
        tap.ok(s.says("this is no XML"), "a damaged file is told", s.errors())
        tap.equal(get(port, "/a/")[0], 404, "and what held still holds")


def by_mapping():
    def mapped(name, user):
        return at(name, security(
            '<access sslFlags="Ssl, SslNegotiateCert" /><authentication>'
            '<anonymousAuthentication enabled="false" />'
            '<iisClientCertificateMappingAuthentication enabled="true"><manyToOneMappings>'
            f'<add name="all" userName="{user}" password="{SECRET}"><rules><add certificateField='
            '"Subject" certificateSubField="CN" matchCriteria="good" /></rules></add>'
            '</manyToOneMappings></iisClientCertificateMappingAuthentication></authentication>'))

    files = {HOST: host(mapped("Default Web Site", "here"), mapped("Contoso", "there"),
                        sites=[DEFAULT, CONTOSO])}
    top, running = serve(files, listen=("Ignore",))
    with running as s:
        port = s.ports["Ignore"]
        shown = json.loads(get(port, "/whoami", cert=s.cases / "good.pem")[2])
        tap.equal(shown["logon"]["user"], "here", "the site's own certificate mappings")
        tap.equal(substatus(get(port, "/", cert=s.cases / "rsa-2048.pem")[2]), "401.2", "who fits none: 401.2")
        tap.ok(SECRET not in s.errors(), "no password is told")
    files = {HOST: host(mapped("Default Web Site", "here").replace("Subject", "Nobody"))}
    top, running = serve(files, listen=("Ignore",))
    with running as s:
        tap.ok(s.says("the mappings are left out"), "mappings that cannot be read end no start", s.errors())


# ---- damaged and hostile

def damaged():
    deep = "<a>" * 100
    for name, text, want in (
            ("cut off", host()[:-20], "this is no XML"),
            ("empty", "", "this is no XML"),
            ("binary", "\x00\x01\x02" * 100, "this is no XML"),
            ("entities", '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;">]><configuration>&c;'
             "</configuration>", "line 1: a document type declaration is not read"),
            ("an outside entity", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><configuration/>',
             "a document type declaration is not read"),
            ("deep", "<configuration>" + deep, "elements stand more than 64 deep"),
            ("large", "<configuration><!--" + "x" * (2 * 1024 * 1024) + "--></configuration>",
             "large")):
        top, options = options_of({"applicationHost.config": text})
        for more in (["--show", "config", "/"], ["--check"]):
            done = run(*options, *more)
            tap.ok(done.returncode == 2 and want in done.stderr and "--iis: " in done.stderr and
                   "applicationHost.config" in done.stderr, f"{name}: {more[0]} says {want}",
                   f"{done.returncode} {done.stderr}")
    done = run("--iis", str(TOP / "nothing.config"), "--show", "config", "/")
    tap.ok(done.returncode == 2 and "nothing.config" in done.stderr, "a file that is not there", done.stderr)
    done = run("--iis", str(TOP), "--show", "config", "/")
    tap.ok(done.returncode == 2 and str(TOP) in done.stderr, "a folder", done.stderr)
    top, options = options_of({HOST: host(), ROOT + "web.config": "<configuration>\x1b[31m"})
    done = run(*options, "--show", "config", "/")
    tap.ok(done.returncode == 0 and "0x8007000D" in done.stdout and "\x1b" not in done.stdout,
           "a damaged web.config is a 500.19 below it", done.stdout + done.stderr)
    top, options = options_of({HOST: host(at("Default Web Site", access("\\u202e\u202eSsl")))})
    done = run(*options, "--show", "config", "/")
    tap.ok("\u202e" not in done.stdout and "u{202e}" in done.stdout, "what a file has is escaped", done.stdout)
    many = ["--iis", "x"] * 65
    tap.ok("more than 64 files" in run(*many, "--check").stderr, "a bound for the files")


as_documented()
shown_as_text()
by_path()
by_binding()
by_reload()
by_mapping()
damaged()
shutil.rmtree(TOP, ignore_errors=True)
tap.done()
