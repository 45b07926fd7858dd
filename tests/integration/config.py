# SPDX-License-Identifier: MIT
"""IIS's own files (--iis) as their users see them: each path answers as the files say, and
what IIS refuses is a 500.19 with the file and the line."""
import pathlib
import tempfile

from harness import Server, Tap, get, substatus

tap = Tap()
TOP = pathlib.Path(tempfile.mkdtemp(prefix="certgate-config-"))

HOST = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <configSections>
    <sectionGroup name="system.webServer">
      <section name="serverRuntime" overrideModeDefault="Deny" />
      <section name="httpErrors" overrideModeDefault="Allow" />
      <sectionGroup name="security">
        <section name="access" overrideModeDefault="Deny" />
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
    </sites>
  </system.applicationHost>
  <location path="Default Web Site/secure">
    <system.webServer>
      <security><access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" /></security>
    </system.webServer>
  </location>
</configuration>
"""
LOCKED = """<configuration>
  <system.webServer>
    <security>
      <access sslFlags="Ssl" />
    </security>
  </system.webServer>
</configuration>
"""


def write(name, text):
    file = TOP / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return str(file)


def by_path():
    host = write("applicationHost.config", HOST)
    locked = write("wwwroot/sub/web.config", LOCKED)
    with Server("--iis", host, "--iis", locked, listen=("Ignore",)) as server:
        port = server.ports["Ignore"]
        good = server.cases / "good.pem"
        status, _, body = get(port, "/")[:3]
        tap.equal(status, 200, "where no file wants a certificate: 200")
        status, _, body = get(port, "/secure/")[:3]
        tap.equal(substatus(body), "403.7", "below <location path> with SslRequireCert: 403.7")
        status, _, body = get(port, "/SECURE/", cert=good)[:3]
        tap.equal(status, 200, "with a certificate: 200, in any case of letters")
        status, _, body = get(port, "/sub/x")[:3]
        tap.equal(substatus(body), "500.19", "below a web.config with a locked section: 500.19")
        tap.ok(b"0x80070021" in body, "with 0x80070021", body)
        tap.ok(f"{locked}, line 4: 500.19 with 0x80070021" in server.errors(),
               "the start names the file and the line", server.errors())


by_path()
tap.done()
