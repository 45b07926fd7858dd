# SPDX-License-Identifier: MIT
"""Certificate mappings as their users see them: IIS's XML in, curl's and openssl's view
of the answers, the log and the JSON out, on TLS 1.2 and 1.3.

Which check shows which row of the reference: their names say "row 33" (Deny, 403.12),
"row 34" (a stored certificate that is cut off, 401.1 2148086018), "row 35" (a wrong
password, 401.1 1326), "row 36" (nothing fits and Anonymous is off, 401.2 5) and "row 37"
(mappings at the level of an application, ignored); "3d" is its section on mappings."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

from harness import CERTGATED, DEADLINE, Server, Tap, folder, get, need, substatus

need("curl", "openssl")
tap = Tap()
VERSIONS = ("1.2", "1.3")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <location path="{path}">
    <system.webServer>
      <security>
        <access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" />
        <authentication>
          <anonymousAuthentication enabled="{anonymous}" />
          <iisClientCertificateMappingAuthentication enabled="true">
"""
TAIL = """          </iisClientCertificateMappingAuthentication>
        </authentication>
      </security>
    </system.webServer>
  </location>
</configuration>
"""


def one(*rows):
    return ("<oneToOneMappings>" + "".join(
        f'<add enabled="true" userName="{user}" password="{password}" certificate="{blob}" />'
        for user, password, blob in rows) + "</oneToOneMappings>\n")


def many(*rows):
    """Rows (name, mode, user, [(field, sub-field, criteria, case)...])."""
    out = "<manyToOneMappings>"
    for name, mode, user, rules in rows:
        out += (f'<add name="{name}" enabled="true" permissionMode="{mode}" userName="{user}" '
                'password="secret"><rules>')
        for field, sub_field, criteria, case in rules:
            out += (f'<add certificateField="{field}" certificateSubField="{sub_field}" '
                    f'matchCriteria="{criteria}" compareCaseSensitive="{case}" />')
        out += "</rules></add>"
    return out + "</manyToOneMappings>\n"


class World:
    """The forged certificates, made once for all servers of this test."""

    def __init__(self, top):
        self.top = top
        with Server(data=top, listen=("Require",)) as server:
            self.cases = server.cases

    def blob(self, case):
        """A certificate as Microsoft's instructions make it: one line, no markers."""
        text = (self.cases / f"{case}.pem").read_text()
        body = re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.S).group(1)
        return "".join(body.split())

    def write(self, content, name="applicationHost.config", path="Default Web Site",
              anonymous="false"):
        file = self.top / name
        file.write_text(HEAD.format(path=path, anonymous=anonymous) + content + TAIL)
        return file

    def serve(self, file, *options):
        return Server("--mapping", str(file), *options, data=self.top,
                      listen=("Require", "Accept"))


def curl(port, version, pem, path="/"):
    command = ["curl", "-sk", "-i", f"--tlsv{version}", "--tls-max", version, "--max-time", "30",
               f"https://localhost:{port}{path}"]
    if pem:
        command[1:1] = ["--cert", str(pem)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE)
    return done.stdout.decode("utf-8", "replace")


def s_client(port, version, pem, path="/"):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet",
               "-servername", "localhost", f"-tls{version.replace('.', '_')}"]
    if pem:
        command += ["-cert", str(pem), "-key", str(pem)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE,
                          input=f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                                "Connection: close\r\n\r\n".encode())
    return done.stdout.decode("utf-8", "replace")


def code_of(answer):
    """'403.12' by the page, else the status alone."""
    found = substatus(answer.encode())
    return found or (answer.split(" ", 2)[1] if answer.startswith("HTTP/") else None)


def log_line(server):
    """Status, sub-status, win32 status and cs-username of the last line."""
    logs = sorted((server.folder / "state" / "certgate" / "logs").glob("u_ex*.log"))
    fields = logs[-1].read_text(encoding="utf-8").splitlines()[-1].split(" ")
    return fields[-4:-1], fields[7]


def expect(server, case, code, log, user, name, site="Accept"):
    """The answer by two clients on two versions, and the line in the log."""
    pem = server.cases / f"{case}.pem" if case else None
    for version in VERSIONS:
        for client in (curl, s_client):
            answer = client(server.ports[site], version, pem)
            label = f"{name}: {client.__name__}, TLS {version}"
            tap.equal(code_of(answer), code, label)
            tap.equal(log_line(server), (log, user), f"{label}: the log")


# ---- section 3d

def rules(world):
    file = world.write(many(
        ("no tests", "Deny", "", [("Subject", "CN", "eku-*", "true")]),
        ("two rules", "Allow", "CONTOSO\\both", [
            ("Subject", "OU", "TWO", "false"), ("Issuer", "CN", "*issuing*", "true")]),
        ("case", "Allow", "CONTOSO\\case", [("Subject", "CN", "GOOD", "true")]),
        ("staff", "Allow", "CONTOSO\\staff", [("Subject", "O", "certgate *", "true")]),
        ("all", "Deny", "", [("Subject", "CN", "*", "true")])))
    with world.serve(file) as server:
        expect(server, "eku-absent", "403.12", ["403", "12", "5"], "-",
               "row 33: a mapping that denies")
        expect(server, "good", "200", ["200", "0", "0"], "CONTOSO\\staff",
               "3d: a many-to-one mapping, case counts")
        expect(server, "subject-multi-rdn", "200", ["200", "0", "0"], "CONTOSO\\both",
               "3d: both rules fit, one ignores case")
        expect(server, "subject-bmp", "200", ["200", "0", "0"], "CONTOSO\\staff",
               "3d: a BMPString beside a UTF8String")
        expect(server, "subject-nul", "403.12", ["403", "12", "5"], "-",
               "row 33: the last mapping denies the rest")
        expect(server, "expired", "403.17", ["403", "17", "2148204801"], "-",
               "a bad certificate is refused before it is mapped")
        expect(server, None, "401.2", ["401", "2", "5"], "-",
               "row 36: no certificate, and Anonymous is off")
        json_and_page(server)
        terminal(server)


def json_and_page(server):
    pem = server.cases / "good.pem"
    answer = curl(server.ports["Accept"], "1.3", pem, "/whoami")
    logon = json.loads(answer.split("\r\n\r\n", 1)[1])["logon"]
    tap.equal(logon["user"], "CONTOSO\\staff", "/whoami: the user")
    tap.equal(logon["method"], "SSL/PCT", "/whoami: the method")
    tap.equal(logon["mapping"]["name"], "staff", "/whoami: the mapping")
    tap.equal([(s["name"], s["fits"]) for s in logon["steps"]],
              [("no tests", False), ("two rules", False), ("case", False), ("staff", True)],
              "/whoami: the mappings that were looked at")
    tap.equal(logon["steps"][2]["why"], "Subject CN is not 'GOOD': it has good",
              "/whoami: why one does not fit")
    page = curl(server.ports["Accept"], "1.3", pem, "/nowhere")
    tap.ok("<th>Logon Method</th><td>SSL/PCT</td>" in page, "404: the logon method", page[-900:])
    tap.ok("<th>Logon User</th><td>CONTOSO\\staff</td>" in page, "404: the logon user")
    page = curl(server.ports["Accept"], "1.3", server.cases / "eku-absent.pem")
    tap.ok("<th>Notification</th><td>AuthenticateRequest</td>" in page, "403.12: notification")
    tap.ok("no tests" in page, "403.12: the page names the mapping")
    tap.absent("secret", answer, "/whoami: no password", "CONTOSO")
    tap.absent("secret", page, "403.12: no password", "no tests")


def terminal(server):
    lines = [l for l in server.errors().splitlines() if " request " in l]
    tap.ok(any("user=CONTOSO\\staff" in l and "status=200" in l for l in lines),
           "the terminal: the user", lines[-1])
    tap.ok(any("verdict=MAPPER_DENIED" in l and "'no tests'" in l for l in lines),
           "the terminal: which mapping denies", lines[-1])
    tap.absent("secret", server.errors() + "\n".join(server.lines), "no password there",
               "CONTOSO\\staff")


def one_to_one(world):
    good, absent = world.blob("good"), world.blob("eku-absent")
    file = world.write(
        one(("CONTOSO\\alice", "right", good), ("CONTOSO\\bob", "wrong", absent)) +
        many(("rest", "Deny", "", [("Subject", "CN", "*", "true")])))
    accounts = world.top / "accounts.ini"
    accounts.write_text("[contoso\\Alice]\npassword = right\nno-access = /private\n"
                        "[CONTOSO\\bob]\npassword = right\n")
    accounts.chmod(0o600)
    with world.serve(file, "--accounts", str(accounts)) as server:
        expect(server, "good", "200", ["200", "0", "0"], "CONTOSO\\alice",
               "3d: a one-to-one mapping")
        expect(server, "eku-absent", "401.1", ["401", "1", "1326"], "-",
               "row 35: the account's password is another")
        expect(server, "both-purposes", "403.12", ["403", "12", "5"], "-",
               "3d: one-to-one does not fit another certificate")
        pem = server.cases / "good.pem"
        tap.equal(code_of(curl(server.ports["Accept"], "1.3", pem, "/private/x")), "401.3",
                  "401.3: the account may not read this")
        tap.equal(log_line(server), (["401", "3", "5"], "CONTOSO\\alice"), "401.3: the log")
        tap.equal(code_of(curl(server.ports["Accept"], "1.3", pem, "/privateer")), "404.0",
                  "401.3 is not for names that begin alike")
    with world.serve(file, "--assume", "mapping-order=many-to-one") as server:
        expect(server, "good", "403.12", ["403", "12", "5"], "-",
               "assumed: many-to-one mappings come first")


def damaged(world):
    for label, blob in (("cut off", world.blob("good")[:-40]),
                        ("one character missing", world.blob("good")[:200] +
                         world.blob("good")[201:])):
        with world.serve(world.write(one(("u", "p", blob)))) as server:
            tap.ok("the certificate is cut off or damaged" in server.errors(),
                   f"row 34: {label}: said at the start", server.errors())
            expect(server, "good", "401.1", ["401", "1", "2148086018"], "-", f"row 34: {label}")
    blob = world.blob("good")
    with world.serve(world.write(one(("u", "p", blob[:64] + "\n" + blob[64:])))) as server:
        tap.ok("put it on one line" in server.errors(), "3d: line ends are warned of")
        expect(server, "good", "401.2", ["401", "2", "5"], "-", "3d: line ends fit nobody")


def nothing_fits(world):
    content = many(("x", "Allow", "u", [("Subject", "CN", "somebody", "true")]))
    with world.serve(world.write(content)) as server:
        expect(server, "good", "401.2", ["401", "2", "5"], "-",
               "row 36: nothing fits, Anonymous is off", site="Require")
    with world.serve(world.write(content), "--assume", "mapping-no-match=401.1") as server:
        expect(server, "good", "401.1", ["401", "1", "1326"], "-", "row 36, assumed otherwise")
    with world.serve(world.write(content), "--anonymous", "enable") as server:
        expect(server, "good", "200", ["200", "0", "0"], "-", "nothing fits, Anonymous is on")
    content = many(("x", "Deny", "", [("Subject", "CN", "good", "true")]))
    with world.serve(world.write(content, anonymous="true")) as server:
        expect(server, "good", "403.12", ["403", "12", "5"], "-", "Anonymous does not help")
    with world.serve(world.write(content, anonymous="true"), "--assume",
                     "mapping-anonymous=anonymous") as server:
        expect(server, "good", "200", ["200", "0", "0"], "-", "unless assumed otherwise")


def wrong_level(world):
    content = many(("x", "Allow", "u", [("Subject", "CN", "*", "true")]))
    for name, path in (("applicationHost.config", "Default Web Site/app"), ("web.config", "app")):
        file = world.write(content, name=name, path=path)
        with world.serve(file, "--anonymous", "disable") as server:
            tap.ok(server.says("are below it and do nothing") and server.says("trap"),
                   f"row 37: {name}: said at the start", server.errors())
            expect(server, "good", "401.2", ["401", "2", "5"], "-",
                   f"row 37: {name}: ignored, so as row 36")


def sample(world):
    """The file that lies beside the forged certificates, and what its comment promises."""
    file = world.cases.parent / "mapping.config"
    promised = re.findall(r"^ {7}([a-z0-9-]+) +(401\.\d|403\.12|CONTOSO.\w+)", file.read_text(),
                          re.M)
    tap.equal(len(promised), 5, "the sample says what five cases get")
    with world.serve(file) as server:
        tap.ok("trap" not in server.errors(), "the sample has no traps", server.errors())
        for case, result in promised:
            answer = curl(server.ports["Require"], "1.3", server.cases / f"{case}.pem")
            got = code_of(answer)
            tap.equal(log_line(server)[1] if got == "200" else got, result, f"the sample: {case}")


# ---- what stands beside

def reload(world):
    """SIGHUP reads the file again; one that cannot be read leaves the old in force."""
    file = world.write(many(("x", "Deny", "", [("Subject", "CN", "*", "true")])))
    with world.serve(file) as server:
        ask = lambda: code_of(curl(server.ports["Accept"], "1.3", server.cases / "good.pem"))
        tap.equal(ask(), "403.12", "before a reload")
        world.write(many(("x", "Allow", "u", [("Subject", "CN", "*", "true")])))
        server.process.send_signal(signal.SIGHUP)
        tap.ok(wait_for(lambda: " reload " in server.errors()), "reloaded", server.errors())
        tap.equal(ask(), "200", "after it")
        file.write_text("<broken")
        server.process.send_signal(signal.SIGHUP)
        tap.ok(wait_for(lambda: "this is no XML" in server.errors()), "told", server.errors())
        tap.equal(ask(), "200", "the old mappings stay")


def wait_for(condition):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def refused(world):
    """What does not start, exit code and sentence."""
    accounts = world.top / "open.ini"
    accounts.write_text("[a]\npassword = x\n")
    accounts.chmod(0o644)
    good = world.write("")
    nonsense = world.top / "bad.ini"
    nonsense.write_text("[a]\npasswort = x\n")
    nonsense.chmod(0o600)
    for options, sentence in (
            (["--mapping", str(world.top / "nowhere")], "nowhere"),
            (["--mapping", CERTGATED], "larger than"),
            (["--mapping", str(accounts)], "open.ini, line 1: this is no XML"),
            (["--accounts", str(accounts)], "which is not given"),
            (["--mapping", str(good), "--accounts", str(accounts)], "Run chmod 600 on it"),
            (["--mapping", str(good), "--accounts", str(nonsense)],
             "bad.ini, line 2: unknown key 'passwort'"),
            (["--anonymous", "maybe"], "neither enable nor disable")):
        env = dict(os.environ, HOME=str(world.top), XDG_DATA_HOME=str(world.top / "data"),
                   XDG_STATE_HOME=str(world.top / "state"),
                   XDG_CONFIG_HOME=str(world.top / "config"))
        done = subprocess.run([CERTGATED, "--listen", "127.0.0.1:0", "--check", *options],
                              capture_output=True, text=True, env=env, timeout=DEADLINE)
        tap.ok(done.returncode != 0 and sentence in done.stderr,
               f"refused: {' '.join(pathlib.Path(o).name for o in options)}", done.stderr)


with folder() as top:
    world = World(top)
    for check in (rules, one_to_one, damaged, nothing_fits, wrong_level, sample, reload, refused):
        check(world)
tap.done()
