# SPDX-License-Identifier: MIT
"""Sites that end the handshake of a bad certificate (--listen PORT,enforce=...), as curl,
openssl, Node.js and certgate see them, on TLS 1.2 and 1.3."""
import json
import re
import shutil
import subprocess
import urllib.request

from harness import CERTGATE, DEADLINE, Server, Tap, get, need

need("curl", "openssl")
tap = Tap()
VERSIONS = ("1.2", "1.3")
ALERT, NAMED, RESET, PLAIN = range(4)
SITES = ("Require,enforce=alert", "Accept,enforce=alert:access_denied", "Ignore,enforce=reset",
         "Require,enforce=http")

# What each fault is called in TLS: number and name; of none on TLS 1.2 and 1.3.
FAULTS = (("expired", 45, "certificate_expired"), ("revoked", 44, "certificate_revoked"),
          ("unknown-root", 48, "unknown_ca"), ("chain-missing", 48, "unknown_ca"),
          ("eku-server", 43, "unsupported_certificate"),
          ("bad-signature", 42, "bad_certificate"),
          ("in-disallowed", 46, "certificate_unknown"))
NONE = {"1.2": (40, "handshake_failure"), "1.3": (116, "certificate_required")}


def ports(server):
    found = re.findall(r"^listening https://127\.0\.0\.1:(\d+) ", "\n".join(server.lines), re.M)
    return [int(port) for port in found]


# ---- clients: each says (the alert's number, "reset", or None), and what it printed

def s_client(port, version, pem):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername",
               "localhost", "-quiet", "-ign_eof", f"-tls{version.replace('.', '_')}"]
    if pem:
        command += ["-cert", str(pem), "-key", str(pem)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE,
                          input=b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                                b"Connection: close\r\n\r\n")
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    alert = re.search(r"SSL alert number (\d+)", text)
    reset = "errno=104" in text or "Connection reset" in text
    return int(alert.group(1)) if alert else "reset" if reset else None, text


# OpenSSL's words, as curl prints them. (45 and 48 make curl 7.88 say "problem with the
# certificate" on TLS 1.2, as if the server's were meant.)
WORDS = {"certificate expired": 45, "certificate revoked": 44, "unknown ca": 48,
         "unsupported certificate": 43, "bad certificate": 42, "certificate unknown": 46,
         "handshake failure": 40, "certificate required": 116, "access denied": 49}


def curl(port, version, pem):
    command = ["curl", "-sSk", f"--tlsv{version}", "--tls-max", version, "--max-time", "30",
               f"https://localhost:{port}/healthz"]
    if pem:
        command += ["--cert", str(pem)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE)
    text = (done.stdout + done.stderr).decode("utf-8", "replace") + f" exit {done.returncode}"
    found = [number for words, number in WORDS.items() if f"alert {words}" in text]
    if not found and done.returncode == 60:
        found = [45]
    # A reset that comes before curl asks for the peer's name: there is none (ENOTCONN).
    reset = "reset by peer" in text or "getpeername() failed with errno 107" in text
    return found[0] if found else "reset" if reset else None, text


# Debian's Node 18 tries the first address of a name only, and that is ::1.
NODE = """
const https = require('https'), fs = require('fs');
const [port, version, pem] = process.argv.slice(1);
const own = pem ? { cert: fs.readFileSync(pem), key: fs.readFileSync(pem) } : {};
https.get({ host: 'localhost', family: 4, port, path: '/healthz', rejectUnauthorized: false,
            agent: false, minVersion: version, maxVersion: version, ...own },
          r => { r.resume(); r.on('end', () => console.log('status', r.statusCode)); })
    .on('error', e => console.log(e.code, e.message));
"""


def node(port, version, pem):
    done = subprocess.run(["node", "-e", NODE, str(port), f"TLSv{version}",
                           *([str(pem)] if pem else [])],
                          capture_output=True, text=True, timeout=DEADLINE)
    text = done.stdout + done.stderr
    alert = re.search(r"SSL alert number (\d+)", text)
    return int(alert.group(1)) if alert else "reset" if "ECONNRESET" in text else None, text


def clients():
    return (s_client, curl, node) if shutil.which("node") else (s_client, curl)


# ---- checks

def each(port, pem, name):
    """Calls for each client and version: (version, what it saw, what it printed, label)."""
    for version in VERSIONS:
        for client in clients():
            seen, text = client(port, version, pem)
            yield version, seen, text, f"{name}: {client.__name__}, TLS {version}"


def by_fault(server, port):
    for case, number, name in FAULTS:
        for _, seen, text, label in each(port, server.cases / f"{case}.pem", case):
            tap.ok(seen == number, f"{label}: alert {name}", f"got {seen}: {text}")
    for version, seen, text, label in each(port, None, "none"):
        tap.ok(seen == NONE[version][0], f"{label}: alert {NONE[version][1]}", text)
    for _, seen, text, label in each(port, server.cases / "good.pem", "good"):
        tap.ok(seen is None and ("ok" in text or "status 200" in text), f"{label}: let in", text)


def named(server, port):
    for _, seen, text, label in each(port, server.cases / "expired.pem", "access_denied"):
        tap.ok(seen == 49, f"{label}: the alert that was asked for", text)
    for _, seen, text, label in each(port, None, "Accept"):
        tap.ok(seen is None, f"{label}: none is accepted", text)


def reset(server, port):
    for _, seen, text, label in each(port, server.cases / "expired.pem", "reset"):
        tap.ok(seen == "reset", f"{label}: a reset", f"got {seen}: {text}")
    for _, seen, text, label in each(port, server.cases / "good.pem", "reset"):
        tap.ok(seen is None, f"{label}: good is let in", text)


def in_time(server, port):
    """Before the client is done on TLS 1.2, behind that on 1.3: what certgate calls late."""
    saved = server.folder / "saved.tsv"
    done = subprocess.run([CERTGATE, "check", f"https://localhost:{port}/", "--save-expect",
                           str(saved), "expired", "good"],
                          capture_output=True, text=True, env=server.env, timeout=DEADLINE)
    rows = [line.split("\t") for line in saved.read_text().splitlines() if line[0] != "#"]
    tap.equal(sorted(rows), [
        ["expired", "alert:certificate_expired", "late-alert:certificate_expired"],
        ["good", "200", "200"]], "certgate: an alert on TLS 1.2, a late one on TLS 1.3")
    tap.ok(done.returncode in (0, 1), "certgate check", done.stderr)


def logs(server):
    lines = [l for l in server.errors().splitlines() if "handshake-failed" in l]
    tap.ok(any("end=refused alert-sent=certificate_expired(45)" in l and
               "enforced=alert status=403.17 verdict=NOT_TIME_VALID hresult=0x800B0101 "
               "fault=\"EXPIRED:" in l for l in lines),
           "the terminal: alert, verdict and fault", lines[:1])
    logged = "".join(p.read_text() for p in server.folder.rglob("u_ex*.log"))
    tap.absent(" 403 ", logged, "IIS's log has none of it", " /healthz - ")
    tap.ok(any(line.split(" ")[-4:-1] == ["200", "0", "0"] for line in logged.splitlines()),
           "but what was let in", logged[-500:])


def events(server, port, how):
    """What /events and the live page have of it, and certgate expect finds."""
    for version in VERSIONS:
        since = str(server.events()[-1]["sequence"] if server.events() else 0)
        s_client(port, version, server.cases / "eku-server.pem")
        done = server.run("expect", "--verdict", "403.16", "--type", "failed", "--count", "1",
                          "--subject", "CN=eku-server", "--since", since, "--within", "30s")
        tap.ok(done.returncode == 0, f"TLS {version}: certgate expect finds it by its verdict",
               done.stderr)
        [event] = [e for e in server.events("?since=" + since) if e.get("outcome") == "failed"]
        tap.equal([event.get(key) for key in ("tls", "status", "verdict", "hresult", "enforced",
                                              "sslflags")] +
                  [event["fault"].split(":")[0], event.get("alert_sent", {}).get("name")],
                  [f"TLSv{version}", "403.16", "WRONG_USAGE", "0x800B0110", how, "Require",
                   "EKU_NOT_CLIENT_AUTH",
                   "unsupported_certificate" if how == "alert" else None],
                  f"TLS {version}: an event has the verdict, and that it was enforced")
        shown = server.run("events", "--verdict", "wrong_usage", "--since", since).stdout
        tap.ok("failed, 403.16 WRONG_USAGE" in shown and "EKU_NOT_CLIENT_AUTH" in shown,
               f"TLS {version}: certgate events shows it", shown)
    page = server.page("/live?verdict=403.16")
    tap.ok(page.count("handshake failed") >= 2 and "<code>403.16 WRONG_USAGE</code>" in page and
           "What decided: <bdi>EKU_NOT_CLIENT_AUTH" in page, "the live page shows it", page[-1500:])


def whoami(server):
    """What the site does is in /whoami and on the page, whoever asks."""
    for name, sites, want in (("localhost", ALERT, ("alert", "iis")),
                              ("localhost", NAMED, ("alert:access_denied", "iis")),
                              ("localhost", PLAIN, ("http", "iis")),
                              ("nginx.localhost", PLAIN, ("http", "nginx")),
                              ("reset.localhost", PLAIN, ("reset", "iis"))):
        _, _, body, _, _ = get(ports(server)[sites], "/whoami", cert=server.cases / "good.pem",
                               name=name)
        site = json.loads(body)["site"]
        tap.equal((site["enforce"], site["dialect"]), want, f"/whoami of {name}: {want}")


def resumed(server, port):
    """A ticket of a good client is judged anew: here nothing has changed."""
    done = subprocess.run([CERTGATE, "get", f"https://localhost:{port}/whoami", "--case", "good",
                           "--resume", "1", "-s"],
                          capture_output=True, text=True, env=server.env, timeout=DEADLINE)
    tap.ok('"resumed": true' in done.stdout and '"code": "200"' in done.stdout,
           "a resumed session passes the gate", done.stdout[-400:] + done.stderr)


class Site(Server):
    """With a control and a desk."""

    def __init__(self, listen):
        super().__init__("--listen", "127.0.0.1:0,control", "--listen", "127.0.0.1:0,desk",
                         listen=listen)

    def page(self, path, role="desk"):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[role]}{path}") as answer:
            return answer.read().decode()

    def events(self, query=""):
        return [json.loads(line) for line in
                self.page("/events" + query, "control").splitlines() if line]

    def run(self, *args):
        return subprocess.run([CERTGATE, *args, "--control",
                               f"http://127.0.0.1:{self.ports['control']}"],
                              capture_output=True, text=True, env=self.env, timeout=DEADLINE)


with Site(SITES) as server:
    sites = ports(server)
    tap.equal(len(sites), len(SITES), "all sites listen")
    by_fault(server, sites[ALERT])
    named(server, sites[NAMED])
    # "Ignore" judges nobody.
    status = get(sites[RESET], "/healthz", cert=server.cases / "expired.pem")[0]
    tap.equal(status, 200, "a site that ignores certificates ends no handshake")
    in_time(server, sites[ALERT])
    logs(server)
    resumed(server, sites[ALERT])
    whoami(server)
    events(server, sites[ALERT], "alert")
with Site(("Require,enforce=reset",)) as server:
    reset(server, ports(server)[0])
    events(server, ports(server)[0], "reset")
tap.done()
