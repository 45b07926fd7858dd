# SPDX-License-Identifier: MIT
"""Other people's TLS servers, each with its own temporary configuration, on a loopback
port that was free a moment ago. Nothing of the system's own configuration is read.

A row of SERVERS is a server in one setting. `World` is what all of them trust: the
root of the test CAs and every revocation list, as `certgate ca export` gives them.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
from harness import CERTGATE, DEADLINE  # noqa: E402

ANSWER = "let in\n"
ATTEMPTS = 5  # to start: somebody else may take the port that was free


class World:
    """The files that a server is configured with."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o711)  # Apache's workers are nobody when we are root
        self.env = dict(os.environ, HOME=str(folder), NO_COLOR="1",
                        XDG_DATA_HOME=str(self.folder / "data"),
                        XDG_STATE_HOME=str(self.folder / "state"))
        self.env.pop("GITHUB_ACTIONS", None)
        self.run("forge")
        self.home = self.folder / "data" / "certgate"
        self.cert, self.key = self.folder / "server.crt", self.folder / "server.key"
        self.make_server(self.cert, self.key)
        self.pair = self.write("server.pem", self.cert.read_text() + self.key.read_text(), 0o600)
        self.ca = self.folder / "ca.pem"
        self.crl = self.folder / "crl.pem"
        self.run("ca", "export", "--out", str(self.ca), "--crls", str(self.crl))
        self.ca_and_crl = self.write("ca+crl.pem", self.ca.read_text() + self.crl.read_text())

    def make_server(self, cert, key, kind=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """A certificate for localhost by the test root, so that clients trust it."""
        root = self.home / "authorities" / "root"
        extensions = self.write("server.ext", "subjectAltName=DNS:localhost,DNS:other.localhost,"
                                "IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        for command in (
                ["req", "-newkey", *kind, "-nodes",
                 "-keyout", key, "-out", self.folder / "server.csr", "-subj", "/CN=localhost"],
                ["x509", "-req", "-in", self.folder / "server.csr", "-CA", f"{root}.crt",
                 "-CAkey", f"{root}.key", "-days", "2", "-extfile", extensions,
                 "-set_serial", "0x" + os.urandom(15).hex(), "-out", cert]):
            subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def run(self, *arguments, check=True, **more):
        done = subprocess.run([CERTGATE, *arguments], env=self.env, capture_output=True,
                              text=True, timeout=300, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f"certgate {' '.join(arguments)}: {done.stderr}")
        return done

    def case(self, name):
        return self.home / "cases" / f"{name}.pem"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Foreign:
    """One running server. A subclass says how its program is called and configured."""
    program = None    # what has to be installed
    package = None    # Debian's name for it
    site = ANSWER     # what it answers

    def __init__(self, world, folder, **settings):
        self.world, self.folder, self.settings = world, pathlib.Path(folder), settings
        self.process = None

    @classmethod
    def find(cls):
        """The program's path; None = not installed."""
        return shutil.which(cls.program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")

    @classmethod
    def missing(cls):
        """Why it cannot be had; None = it can."""
        return None if cls.find() else f"{cls.package} is not installed"

    def command(self):
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def start_once(self):
        self.port = free_port()
        self.log = open(self.folder / "log.txt", "w+b")
        self.process = subprocess.Popen(
            self.command(), cwd=self.folder, stdin=subprocess.PIPE, stdout=self.log,
            stderr=subprocess.STDOUT, start_new_session=True,
            env=dict(self.world.env, **self.environment()))
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            if self.answers():
                return True
            time.sleep(0.02)  # asks again, until it answers or is gone
        return False

    def environment(self):
        return {}

    def __enter__(self):
        for _ in range(ATTEMPTS):
            if self.start_once():
                return self
            self.__exit__()
        raise RuntimeError(f"{self.program} did not start: "
                           f"{(self.folder / 'log.txt').read_text(errors='replace')[-2000:]}")

    def __exit__(self, *_):
        if self.process is not None:
            self.process.stdin.close()
            if self.process.poll() is None:
                self.process.terminate()
                try:
                    self.process.wait(5)
                except subprocess.TimeoutExpired:
                    pass
            # Workers share the session that we have made for the server.
            try:
                os.killpg(self.process.pid, 9)
            except ProcessLookupError:
                pass
            self.process.wait()
            self.log.close()


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


class Nginx(Foreign):
    program, package = "nginx", "nginx-light"

    def version(self):
        return "nginx " + output(self.find(), "-v").split("nginx/")[1].split()[0]

    def command(self):
        w = self.world
        self.file("index.html", ANSWER)
        extra = "".join(f"        {line};\n" for line in self.settings.get("lines", ()))
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
    server {{
        listen 127.0.0.1:{self.port} ssl;
        server_name localhost;
        root {self.folder};
        ssl_certificate {w.cert};
        ssl_certificate_key {w.key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_client_certificate {w.ca};
        ssl_verify_client {self.settings.get('verify', 'on')};
        ssl_verify_depth 10;
        {f'ssl_crl {w.crl};' if w.crl and self.settings.get('crl', True) else ''}
{extra}    }}
}}
""")
        return [self.find(), "-p", str(self.folder), "-e", str(self.folder / "error.log"),
                "-c", config]


class Apache(Foreign):
    program, package = "apache2", "apache2-bin"
    modules = pathlib.Path("/usr/lib/apache2/modules")

    @classmethod
    def missing(cls):
        if super().missing():
            return super().missing()
        return None if (cls.modules / "mod_ssl.so").exists() else "mod_ssl is not installed"

    def version(self):
        return "Apache " + output(self.find(), "-v").split("Apache/")[1].split()[0]

    def configure(self, sites):
        """What all have in common, and their own lines; the command that runs it."""
        self.file("index.html", ANSWER)
        load = "\n".join(f"LoadModule {name}_module {self.modules}/mod_{name}.so"
                         for name in ("mpm_event", "authz_core", "dir", "socache_shmcb", "ssl")
                         if (self.modules / f"mod_{name}.so").exists())
        config = self.file("apache.conf", f"""
ServerRoot {self.folder}
ServerName localhost
DefaultRuntimeDir {self.folder}
PidFile {self.folder}/httpd.pid
ErrorLog {self.folder}/error.log
LogLevel info
{load}
{'User nobody' if os.getuid() == 0 else ''}
{'Group nogroup' if os.getuid() == 0 else ''}
Mutex file:{self.folder} default
Listen 127.0.0.1:{self.port}
DocumentRoot {self.folder}
DirectoryIndex index.html
<Directory {self.folder}>
    Require all granted
</Directory>
SSLSessionCache shmcb:{self.folder}/sessions(65536)
SSLProtocol -all +TLSv1.2 +TLSv1.3
{sites}
""")
        return [self.find(), "-X" if os.getuid() else "-DFOREGROUND", "-f", config]

    def command(self):
        w = self.world
        crl = f"SSLCARevocationFile {w.crl}\nSSLCARevocationCheck chain" \
            if self.settings.get("crl", True) else ""
        return self.configure(f"""
SSLEngine on
SSLCertificateFile {w.cert}
SSLCertificateKeyFile {w.key}
SSLCACertificateFile {w.ca}
{crl}
SSLVerifyClient {self.settings.get('verify', 'require')}
SSLVerifyDepth 10""")


class Haproxy(Foreign):
    program, package = "haproxy", "haproxy"

    def version(self):
        return "HAProxy " + output(self.find(), "-v").split("version ")[1].split("-")[0].split()[0]

    def command(self):
        w = self.world
        config = self.file("haproxy.cfg", f"""
global
    ssl-server-verify none
    tune.ssl.default-dh-param 2048
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend site
    bind 127.0.0.1:{self.port} ssl crt {w.pair} ca-file {w.ca} crl-file {w.crl} \
verify {self.settings.get('verify', 'required')} {self.settings.get('bind', '')}
    http-request return status 200 content-type text/plain string "let in"
""")
        return [self.find(), "-db", "-f", config]


class Lighttpd(Foreign):
    program, package = "lighttpd", "lighttpd"
    modules = pathlib.Path("/usr/lib/lighttpd")

    def version(self):
        return "lighttpd " + output(self.find(), "-v").split("lighttpd/")[1].split()[0]

    @property
    def module(self):
        return f"mod_{self.settings['tls']}"

    def command(self):
        w = self.world
        self.file("index.html", ANSWER)
        # Given our revocation lists, mod_mbedtls refuses every certificate.
        crl = "" if self.settings["tls"] == "mbedtls" else \
            f'ssl.verifyclient.ca-crl-file = "{w.crl}"'
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
ssl.verifyclient.enforce = "{self.settings.get('enforce', 'enable')}"
ssl.verifyclient.depth = 10
ssl.verifyclient.ca-file = "{w.ca}"
{crl}
""")
        return [self.find(), "-D", "-f", config, "-m", str(self.modules)]


class SServer(Foreign):
    program, package = "openssl", "openssl"

    def version(self):
        return "OpenSSL " + output(self.find(), "version").split()[1]

    def command(self):
        w = self.world
        return [self.find(), "s_server", "-accept", f"127.0.0.1:{self.port}", "-www", "-quiet",
                "-cert", str(w.cert), "-key", str(w.key), "-CAfile", str(w.ca_and_crl),
                "-crl_check_all",
                *self.settings.get("options", ("-Verify", "10", "-verify_return_error"))]


class GnutlsServ(Foreign):
    program, package = "gnutls-serv", "gnutls-bin"

    def version(self):
        return "GnuTLS " + output(self.find(), "--version").split("serv ")[1].split()[0]

    def command(self):
        w = self.world
        return [self.find(), "--port", str(self.port), "--http", "--quiet",
                "--x509certfile", str(w.cert), "--x509keyfile", str(w.key),
                "--x509cafile", str(w.ca), "--x509crlfile", str(w.crl),
                *self.settings.get("options", ("--require-client-cert", "--verify-client-cert"))]


NODE = """
const fs = require('fs'), https = require('https');
const [port, cert, key, ca, crl, refuse] = process.argv.slice(2);
const pem = fs.readFileSync(crl, 'latin1');
const lists = pem.match(/-----BEGIN X509 CRL-----[^]*?-----END X509 CRL-----\\n?/g);
https.createServer({
    cert: fs.readFileSync(cert), key: fs.readFileSync(key), ca: fs.readFileSync(ca), crl: lists,
    requestCert: true, rejectUnauthorized: refuse === 'yes',
}, (request, response) => response.end('let in\\n')).listen(+port, '127.0.0.1');
process.stdin.resume().on('end', () => process.exit(0));
"""


class Node(Foreign):
    program, package = "node", "nodejs"

    def version(self):
        return "Node " + output(self.find(), "--version").strip().lstrip("v")

    def command(self):
        w = self.world
        script = self.file("server.js", NODE)
        return [self.find(), script, str(self.port), str(w.cert), str(w.key), str(w.ca),
                str(w.crl), self.settings.get("refuse", "yes")]


PYTHON = """
import http.server, ssl, sys
port, pair, ca, crl = sys.argv[1:]
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
        tls = context.wrap_socket(request, server_side=True)
        try:
            self.RequestHandlerClass(tls, address, self)
        finally:
            tls.close()
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca)
context.load_verify_locations(crl)
context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
context.verify_mode = ssl.CERT_REQUIRED
context.load_cert_chain(pair)
Server(("127.0.0.1", int(port)), Handler).serve_forever()
"""


class Python(Foreign):
    program, package = "python3", "python3"

    @classmethod
    def find(cls):
        # Debian's own, not one that a developer has put before it.
        return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else super().find()

    def version(self):
        return "Python " + output(self.find(), "--version").split()[1]

    def command(self):
        w = self.world
        return [self.find(), self.file("server.py", PYTHON), str(self.port), str(w.pair),
                str(w.ca), str(w.crl)]


class Plain(Foreign):
    """What stands behind a proxy that knows nothing of HTTP."""
    program, package = "python3", "python3"

    def command(self):
        return [sys.executable, self.file("plain.py", """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"let in\\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""), str(self.port)]


class Stunnel(Foreign):
    program, package = "stunnel", "stunnel4"

    def version(self):
        return "stunnel " + output(self.find(), "-version").split("stunnel ")[1].split()[0]

    def command(self):
        w = self.world
        config = self.file("stunnel.conf", f"""
foreground = yes
pid =
debug = err
[https]
accept = 127.0.0.1:{self.port}
connect = 127.0.0.1:{self.behind.port}
cert = {w.pair}
CAfile = {w.ca}
CRLfile = {w.crl}
requireCert = yes
verifyChain = yes
sslVersionMin = TLSv1.2
""")
        return [self.find(), config]

    def __enter__(self):
        place = self.folder / "behind"
        place.mkdir(exist_ok=True)
        with contextlib.ExitStack() as stack:
            self.behind = stack.enter_context(Plain(self.world, place))
            super().__enter__()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *ends):
        super().__exit__(*ends)
        if hasattr(self, "stack"):
            self.stack.close()


# name (of its recorded table), class, settings, what is set
SERVERS = [
    ("nginx", Nginx, {}, "`ssl_verify_client on`"),
    ("nginx-optional-no-ca", Nginx, {"verify": "optional_no_ca"},
     "`ssl_verify_client optional_no_ca`"),
    ("nginx-optional", Nginx, {"verify": "optional"}, "`ssl_verify_client optional`"),
    ("nginx-no-crl", Nginx, {"crl": False}, "`ssl_verify_client on`, without `ssl_crl`"),
    ("nginx-optional-no-ca-no-crl", Nginx, {"verify": "optional_no_ca", "crl": False},
     "`ssl_verify_client optional_no_ca`, without `ssl_crl`"),
    ("apache", Apache, {}, "`SSLVerifyClient require`"),
    ("apache-optional-no-ca", Apache, {"verify": "optional_no_ca", "crl": False},
     "`SSLVerifyClient optional_no_ca`, without revocation lists"),
    ("haproxy", Haproxy, {}, "`verify required`"),
    ("haproxy-ca-ignore-err", Haproxy, {"bind": "ca-ignore-err all"},
     "`verify required`, `ca-ignore-err all`"),
    ("haproxy-crt-ignore-err", Haproxy, {"bind": "crt-ignore-err all"},
     "`verify required`, `crt-ignore-err all`"),
    ("lighttpd-openssl", Lighttpd, {"tls": "openssl"}, "its OpenSSL module, enforcing"),
    ("lighttpd-mbedtls", Lighttpd, {"tls": "mbedtls"}, "its mbedTLS module, enforcing, without revocation lists"),
    ("openssl", SServer, {}, "`s_server -Verify 10 -verify_return_error`"),
    ("openssl-lax", SServer, {"options": ("-Verify", "10")}, "`s_server -Verify 10`"),
    ("gnutls", GnutlsServ, {}, "`--require-client-cert --verify-client-cert`"),
    ("node", Node, {}, "`requestCert`, `rejectUnauthorized`"),
    ("node-lax", Node, {"refuse": "no"}, "`requestCert` without `rejectUnauthorized`"),
    ("python", Python, {}, "`CERT_REQUIRED`"),
    ("stunnel", Stunnel, {}, "`requireCert`, `verifyChain`"),
]
