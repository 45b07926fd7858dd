#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers with two sites on one port that differ in whom they trust, in
`certgate check --other-host`: is a session of one site taken by the other? What certgate
says of each is held to what `openssl s_client` meets, and to sites.tsv.

  sites.py            compares (TAP)
  sites.py --record   writes what they do, and the table in docs/servers.md again
"""
import json
import os
import pathlib
import re
import subprocess
import sys

from servers import ANSWER, Apache, Haproxy, Lighttpd, Nginx, Node, Python, Stunnel, World
import harness

HERE, THERE = "localhost", "other.localhost"
RECORDED = pathlib.Path(__file__).resolve().parent / "sites.tsv"
VERSIONS = ("1.2", "1.3")


class NginxSites(Nginx):
    def command(self):
        w = self.world
        self.file("index.html", ANSWER)
        sites = "".join(f"""
    server {{
        listen 127.0.0.1:{self.port} ssl;
        server_name {name};
        root {self.folder};
        {'ssl_client_certificate %s; ssl_verify_client on; ssl_verify_depth 10;' % ca if ca else ''}
    }}""" for name, ca in ((HERE, w.ca), (THERE, self.settings["there"](w))))
        config = self.file("nginx.conf", f"""
daemon off;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log info;
worker_processes 1;
{'user root;' if os.getuid() == 0 else ''}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {self.folder}; proxy_temp_path {self.folder};
    fastcgi_temp_path {self.folder}; uwsgi_temp_path {self.folder};
    scgi_temp_path {self.folder};
    ssl_certificate {w.cert};
    ssl_certificate_key {w.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:sites:1m;
    ssl_session_tickets on;
    {sites}
}}
""")
        return [self.find(), "-p", str(self.folder), "-e", str(self.folder / "error.log"),
                "-c", config]


class ApacheSites(Apache):
    def command(self):
        w = self.world
        return self.configure("".join(f"""
<VirtualHost 127.0.0.1:{self.port}>
    ServerName {name}
    SSLEngine on
    SSLCertificateFile {w.cert}
    SSLCertificateKeyFile {w.key}
    {f'SSLCACertificateFile {ca}' if ca else ''}
    SSLVerifyClient {'require' if ca else 'none'}
    SSLVerifyDepth 10
</VirtualHost>""" for name, ca in ((HERE, w.ca), (THERE, self.settings["there"](w)))))


class HaproxySites(Haproxy):
    def command(self):
        w = self.world
        there = self.settings["there"](w)
        lines = self.file("crt-list.txt", "".join(
            f"{w.pair} [{f'ca-file {ca} verify required' if ca else 'verify none'}] {name}\n"
            for name, ca in ((HERE, w.ca), (THERE, there))))
        config = self.file("haproxy.cfg", f"""
global
    ssl-server-verify none
    tune.ssl.default-dh-param 2048
    {self.settings.get('global', '')}
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend site
    bind 127.0.0.1:{self.port} ssl crt-list {lines} {self.settings.get('bind', '')}
    http-request return status 200 content-type text/plain string "let in"
""")
        return [self.find(), "-db", "-f", config]


PYTHON = """
import http.server, ssl, sys
port, pair, here, there, name, tickets = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"let in\\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    def finish_request(self, request, address):
        tls = sites[""].wrap_socket(request, server_side=True)
        try:
            self.RequestHandlerClass(tls, address, self)
        finally:
            tls.close()
def make(ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    if tickets == "no":
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
    if ca:
        context.load_verify_locations(ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
def choose(tls, name, context):
    tls.context = sites.get(name, sites[""])
sites = {"": make(here), name: make(there)}
sites[""].sni_callback = choose
Server(("127.0.0.1", int(port)), Handler).serve_forever()
"""


class PythonSites(Python):
    def command(self):
        w = self.world
        return [self.find(), self.file("server.py", PYTHON), str(self.port), str(w.pair),
                str(w.ca), str(self.settings["there"](w) or ""), THERE,
                self.settings.get("tickets", "yes")]


NODE = """
const crypto = require('crypto'), fs = require('fs'), https = require('https');
const [port, cert, key, here, there, name, tickets] = process.argv.slice(2);
const pair = { cert: fs.readFileSync(cert), key: fs.readFileSync(key),
               secureOptions: tickets === 'no' ? crypto.constants.SSL_OP_NO_TICKET : 0 };
const server = https.createServer({
    ...pair, ca: fs.readFileSync(here), requestCert: true, rejectUnauthorized: true,
}, (request, response) => response.end('let in\\n'));
server.addContext(name, { ...pair, ca: fs.readFileSync(there) });
server.listen(+port, '127.0.0.1');
process.stdin.resume().on('end', () => process.exit(0));
"""


class NodeSites(Node):
    def command(self):
        w = self.world
        return [self.find(), self.file("server.js", NODE), str(self.port), str(w.cert),
                str(w.key), str(w.ca), str(self.settings["there"](w)), THERE,
                self.settings.get("tickets", "yes")]


class LighttpdSites(Lighttpd):
    def command(self):
        w = self.world
        self.file("index.html", ANSWER)
        there = self.settings["there"](w)
        config = self.file("lighttpd.conf", f"""
server.modules = ( "mod_indexfile", "{self.module}" )
server.bind = "127.0.0.1"
server.port = {self.port}
server.document-root = "{self.folder}"
server.errorlog = "{self.folder}/error.log"
server.upload-dirs = ( "{self.folder}" )
index-file.names = ( "index.html" )
mimetype.assign = ( ".html" => "text/html" )
ssl.engine = "enable"
ssl.pemfile = "{w.cert}"
ssl.privkey = "{w.key}"
ssl.verifyclient.activate = "enable"
ssl.verifyclient.enforce = "enable"
ssl.verifyclient.depth = 10
ssl.verifyclient.ca-file = "{w.ca}"
{self.settings.get('lines', '')}
$HTTP["host"] == "{THERE}" {{
    {f'ssl.verifyclient.ca-file = "{there}"' if there else 'ssl.verifyclient.activate = "disable"'}
}}
""")
        return [self.find(), "-D", "-f", config, "-m", str(self.modules)]


class StunnelSites(Stunnel):
    def command(self):
        w = self.world
        there = self.settings["there"](w)
        trust = f"CAfile = {there}\nrequireCert = yes\nverifyChain = yes" if there else ""
        config = self.file("stunnel.conf", f"""
foreground = yes
pid =
debug = err
cert = {w.pair}
sslVersionMin = TLSv1.2
[here]
accept = 127.0.0.1:{self.port}
connect = 127.0.0.1:{self.behind.port}
CAfile = {w.ca}
requireCert = yes
verifyChain = yes
{self.settings.get('lines', '')}
[there]
sni = here:{THERE}
connect = 127.0.0.1:{self.behind.port}
{trust}
{self.settings.get('lines', '')}
""")
        return [self.find(), config]


def nobody(_):
    return None


def strangers(world):
    return world.other_ca


OPEN, OTHERS = "asks nobody", "trusts another CA"
# name in the record, class, settings, what the other site does
SITES = [
    (f"{name}-{short}", kind, dict(more, there=there), says + more.get("says", ""))
    for name, kind, more, wanted in (
        ("nginx", NginxSites, {}, ("open", "others")),
        ("apache", ApacheSites, {}, ("open", "others")),
        ("haproxy", HaproxySites, {}, ("open", "others")),
        ("haproxy-sessionless", HaproxySites,
         {"global": "tune.ssl.cachesize 0", "bind": "no-tls-tickets",
          "says": ", with `no-tls-tickets` and `tune.ssl.cachesize 0`"}, ("open", "others")),
        ("lighttpd", LighttpdSites, {"tls": "openssl"}, ("open", "others")),
        ("lighttpd-sessionless", LighttpdSites,
         {"tls": "openssl", "lines": 'ssl.openssl.ssl-conf-cmd += ( "Options" => "-SessionTicket" )',
          "says": ", with `Options` `-SessionTicket`"}, ("open", "others")),
        ("stunnel", StunnelSites, {}, ("open", "others")),
        ("stunnel-sessionless", StunnelSites,
         {"lines": "sessionResume = no", "says": ", with `sessionResume = no`"},
         ("open", "others")),
        ("node", NodeSites, {}, ("others",)),
        ("node-sessionless", NodeSites, {"tickets": "no", "says": ", with `SSL_OP_NO_TICKET`"},
         ("others",)),
        ("python", PythonSites, {}, ("others",)),
        ("python-sessionless", PythonSites,
         {"tickets": "no", "says": ", without tickets"}, ("others",)),
    )
    for short, there, says in (("open", nobody, OPEN), ("others", strangers, OTHERS))
    if short in wanted
]


def make_other_ca(world):
    world.other_ca = world.folder / "other-ca.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=Another CA", "-keyout", world.folder / "other-ca.key", "-out",
                    world.other_ca, "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
                   check=True, capture_output=True)


# ---- the same by hand

def s_client(server, tls, name, case=None, session=None, keep=None):
    """(whether the session was taken, the answer's status; None = no answer)"""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-servername", name,
               "-tls1_" + tls[-1], "-ign_eof"]
    if case:
        path = server.world.case(case)
        command += ["-cert", path, "-key", path, "-cert_chain", path]
    if session:
        command += ["-sess_in", session]
    if keep:
        command += ["-sess_out", keep]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          input=f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n")
    status = re.search(r"HTTP/1\.\d (\d+)", done.stdout)
    return "Reused, TLS" in done.stdout, int(status[1]) if status else None


def tell(has_session, taken, is_in, is_in_alone):
    """What is recorded of a session at the site that did not make it."""
    if not has_session:
        return "none is made"
    if not taken:
        return "not taken"
    if not is_in:
        return "turned away"
    return "let in, as without" if is_in_alone else "LET IN"


def by_hand(server, tls, made_at, used_at, case):
    session = server.folder / f"{made_at}-{tls}.session"
    s_client(server, tls, made_at, case, keep=session)
    alone = s_client(server, tls, used_at, case)[1] == 200
    if not session.exists():
        return tell(False, False, False, alone)
    # Nothing is at hand but the session.
    taken, status = s_client(server, tls, used_at, session=session)
    return tell(True, taken, status == 200, alone)


# ---- what certgate says

QUESTIONS = {"other-host-name": (HERE, THERE, "good"), "from-other-host": (THERE, HERE, None)}


def check(world, server, *arguments):
    return world.run("check", f"https://{HERE}:{server.port}/", "good", "none", "--resolve",
                     f"{HERE}:{server.port}:127.0.0.1", "--other-host", THERE, *arguments,
                     check=False)


def by_certgate(report):
    """question -> what is recorded, for each TLS version"""
    found = {name: [] for name in QUESTIONS}
    for survey in report["server"]["survey"]:
        for name, words in found.items():
            answer = survey[name]
            words.append(tell(answer["session"], answer["resumed"], answer["accepted"],
                              answer.get("without_session") == "200"))
    return found


def read_record():
    rows = {}
    for line in RECORDED.read_text().splitlines():
        if not line.startswith("#"):
            name, version, _, *words = line.split("\t")
            rows[name] = (version, words)
    return rows


def examine(tap, name, server, world, recorded):
    done = check(world, server, "--json")
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"certgate check: {done.stderr}")
    report = json.loads(done.stdout)
    found = by_certgate(report)
    for question, words in found.items():
        for tls, word in zip(VERSIONS, words):
            hand = by_hand(server, tls, *QUESTIONS[question])
            tap.equal(word, hand, f"{name}: {question}, TLS {tls}: openssl meets the same")
            answer = [s for s in report["server"]["survey"] if s["tls"] == tls][0][question]
            tap.equal(answer["fault"], word == "LET IN",
                      f"{name}: {question}, TLS {tls}: {word} is {'a' if answer['fault'] else 'no'} "
                      "fault")
    flat = [word for words in found.values() for word in words]
    tap.equal(done.returncode, 1 if "LET IN" in flat else 0, f"{name}: the exit code says it")
    text = check(world, server).stdout
    tap.ok(any(line.startswith("!") and ("LETS IN THERE" in line or "LETS IN HERE" in line)
               for line in text.splitlines()) == ("LET IN" in flat),
           f"{name}: what is let in wrongly, and nothing else, is loud", text)
    if recorded is not None:
        version, words = recorded.get(name, ("nothing", []))
        if flat != words and version != server.version():
            tap.skip(f"{name}: does as recorded",
                     f"recorded with {version}, this is {server.version()}: {flat}")
        else:
            tap.equal(flat, words, f"{name}: {server.version()} does as recorded")
    return flat


def main():
    record = "--record" in sys.argv
    tap = harness.Tap()
    lines = ["# A session of one site at another on the same port: tests/foreign/sites.py",
             "# name\tserver\tthe other site\tmade here, TLS 1.2\tTLS 1.3\t"
             "made there without a certificate, TLS 1.2\tTLS 1.3"]
    with harness.folder() as folder:
        world = World(folder)
        make_other_ca(world)
        recorded = None if record else read_record()
        for name, kind, settings, says in SITES:
            if kind.missing():
                tap.skip(name, kind.missing())
                continue
            place = folder / name
            place.mkdir()
            place.chmod(0o755)
            with kind(world, place, **settings) as server:
                flat = examine(tap, name, server, world, recorded)
                lines.append("\t".join([name, server.version(), says, *flat]))
    if record:
        RECORDED.write_text("\n".join(lines) + "\n")
        subprocess.run([harness.ROOT / "scripts" / "docs"], check=True)
        return
    tap.done()


if __name__ == "__main__":
    main()
