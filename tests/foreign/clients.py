#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Other people's TLS clients show every case to certgated: what does each send, and what
does its user get to see? As recorded in recorded/clients/NAME.tsv.

  clients.py            compares (TAP)
  clients.py --record   writes it, and the table in docs/servers.md again
  ... NAME...           only these clients

What was sent is taken from certgated's own log, what is seen from the client's output.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from servers import output
import harness

RECORDED = pathlib.Path(__file__).resolve().parent / "recorded" / "clients"
DEBIAN_PYTHON = "/usr/bin/python3"
REQUEST = "GET /c/{case} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", NODE_NO_WARNINGS="1")


def run(*command, stdin=""):
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True,
                          text=True, errors="replace", timeout=60, env=ENVIRONMENT)
    return done.stdout + "\n" + done.stderr


def run_open(*command, stdin):
    """The same; standard input stays open until the program ends by itself."""
    with tempfile.TemporaryFile("w+", errors="replace") as told, subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=told, text=True, errors="replace", env=ENVIRONMENT) as process:
        killer = threading.Timer(60, process.kill)
        killer.start()
        try:
            os.write(process.stdin.fileno(), stdin.encode())
        except BrokenPipeError:
            pass  # it ended before it was asked for anything
        text = process.stdout.read()
        killer.cancel()
        told.seek(0)
        return text + "\n" + told.read()


def certificate(option, key_option, pem):
    return [option, pem, key_option, pem] if pem else []


# Each takes the file of the case (None: no certificate), the file of the root, the port and
# the case's name, and gives all that the client prints.

def curl(pem, root, port, case):
    return run("curl", "-sS", "-f", "--cacert", root, *(["--cert", pem] if pem else []),
               "-o", os.devnull, f"https://localhost:{port}/c/{case}")


PYCURL = """
import sys, pycurl
url, root, pem = sys.argv[1:4]
c = pycurl.Curl()
c.setopt(c.URL, url); c.setopt(c.CAINFO, root); c.setopt(c.FAILONERROR, True)
c.setopt(c.WRITEFUNCTION, lambda _: None)
if pem:
    c.setopt(c.SSLCERT, pem); c.setopt(c.SSLKEY, pem)
try:
    c.perform()
except pycurl.error as e:
    print("curl: (%d) %s" % e.args)
"""


def curl_gnutls(pem, root, port, case):
    return run(DEBIAN_PYTHON, "-c", PYCURL, f"https://localhost:{port}/c/{case}", root, pem or "")


def wget(pem, root, port, case):
    return run("wget", "--no-config", "-nv", "-t", "1", "-O", os.devnull, "--ca-certificate", root,
               *certificate("--certificate", "--private-key", pem),
               f"https://localhost:{port}/c/{case}")


def gnutls_cli(pem, root, port, case):
    # At the end of its input it closes, and asks for no answer that is not there yet.
    return run_open("gnutls-cli", "--x509cafile", root, "-p", port,
               *certificate("--x509certfile", "--x509keyfile", pem), "localhost",
               stdin=REQUEST.format(case=case))


def s_client(pem, root, port, case):
    chain = ["-cert_chain", pem] if pem else []
    return run("openssl", "s_client", "-quiet", "-ign_eof", "-servername", "localhost",
               "-CAfile", root, *certificate("-cert", "-key", pem), *chain,
               "-connect", f"127.0.0.1:{port}", stdin=REQUEST.format(case=case))


# Debian's Node 18 tries the first address of a name only, and that is ::1.
NODE = """
const fs = require('fs'), https = require('https');
const [url, root, pem] = process.argv.slice(1);
const options = { ca: fs.readFileSync(root), family: 4 };
if (pem) { options.cert = options.key = fs.readFileSync(pem); }
try {
    https.get(url, options, (r) => { r.resume(); console.log('HTTP ' + r.statusCode); })
        .on('error', (e) => console.log(e.code + ': ' + e.message));
} catch (e) { console.log(e.code + ': ' + e.message); }
"""


def node(pem, root, port, case):
    return run("node", "-e", NODE, f"https://localhost:{port}/c/{case}", root, pem or "")


PYTHON = """
import ssl, sys, urllib.request
url, root, pem = sys.argv[1:4]
try:
    context = ssl.create_default_context(cafile=root)
    if pem:
        context.load_cert_chain(pem)
    urllib.request.urlopen(url, context=context)
except OSError as e:
    print("%s: %s" % (type(e).__name__, e))
"""


def python(pem, root, port, case):
    return run(DEBIAN_PYTHON, "-c", PYTHON, f"https://localhost:{port}/c/{case}", root, pem or "")


JAVA = pathlib.Path(__file__).resolve().parent / "Client.java"


class Java:
    """One virtual machine for all cases: it is asked by its standard input."""

    def __init__(self):
        self.process = None

    def __call__(self, pem, root, port, case):
        if self.process is None:
            self.process = subprocess.Popen(
                ["java", str(JAVA), str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, errors="replace")
        self.process.stdin.write(f"https://localhost:{port}/c/{case}\t{pem or ''}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


def first(*command):
    return output(*command).splitlines()[0]


# name, package, what it needs, version, function
CLIENTS = [
    ("curl", "curl", lambda: shutil.which("curl"),
     lambda: " ".join(re.findall(r"curl [\d.]+|OpenSSL/[\d.]+", first("curl", "--version"))[:2]),
     curl),
    ("curl-gnutls", "python3-pycurl",
     lambda: os.path.exists(DEBIAN_PYTHON) and "GnuTLS" in output(
         DEBIAN_PYTHON, "-c", "import pycurl; print(pycurl.version)"),
     lambda: " ".join(re.findall(r"libcurl/[\d.]+|GnuTLS/[\d.]+", output(
         DEBIAN_PYTHON, "-c", "import pycurl; print(pycurl.version)"))), curl_gnutls),
    ("wget", "wget", lambda: shutil.which("wget"),
     lambda: "wget " + first("wget", "--version").split()[2], wget),
    ("gnutls-cli", "gnutls-bin", lambda: shutil.which("gnutls-cli"),
     lambda: "gnutls-cli " + first("gnutls-cli", "--version").split()[1], gnutls_cli),
    ("s_client", "openssl", lambda: shutil.which("openssl"),
     lambda: "s_client " + first("openssl", "version").split()[1], s_client),
    ("node", "nodejs", lambda: shutil.which("node"),
     lambda: "Node " + first("node", "--version").lstrip("v"), node),
    ("python", "python3", lambda: os.path.exists(DEBIAN_PYTHON),
     lambda: first(DEBIAN_PYTHON, "--version"), python),
    ("java", "default-jdk-headless", lambda: shutil.which("java") and "jdk.compiler" in output(
        "java", "--list-modules"),
     lambda: "Java " + re.search(r'"([\d.]+)', output("java", "-version"))[1], Java()),
]

# Lines that tell a user why: OpenSSL's own reason, else the first that fits, else the
# last line.
REASON = re.compile(r"error:[0-9A-F]{8}")
TELLING = re.compile(r"curl: \(\d+\)|ERROR \d|error:[0-9A-F]{8}|Fatal error|rror (load|sett)|"
                     r"Error: |Exception|^\w*E\w+: |alert|Unable to establish|GnuTLS: |Error in|"
                     r"HTTP/1\.1 [45]|unable to load|Could not")


def normalise(text, names):
    """The line that tells, without what is another in each run."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if REASON.search(line)] or \
        [line for line in lines if TELLING.search(line)] or lines[-1:]
    line = told[0] if told else ""
    for name in names:
        line = line.replace(name, "FILE")
    line = re.sub(r"^[0-9A-F]{16}:", "", line)
    line = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ?", "", line)
    line = re.sub(r"localhost:\d+|127\.0\.0\.1:\d+", "HOST", line)
    line = re.sub(r"^https://HOST\S*: ?", "", line)
    line = re.sub(r"(\.\./)?[\w/]+\.c:\d+:?", "", line)
    line = re.sub(r"0x[0-9a-f]{6,}|\b[0-9A-F]{12,16}\b", "", line)
    line = "".join(c if c.isprintable() else "?" for c in line).replace("\t", " ")
    return line[:160].strip() or "-"


class Log:
    """What certgated says of the connections since the last time."""

    def __init__(self, server, port):
        self.server, self.port, self.seen = server, port, 0

    def take(self, marker):
        """Lines up to those of a request of our own, so that none is still to come."""
        harness.get(self.port, f"/marker/{marker}")
        end = time.monotonic() + harness.DEADLINE
        while time.monotonic() < end:
            lines = self.server.errors().splitlines()
            for number, line in enumerate(lines[self.seen:], self.seen):
                if f"path=/marker/{marker} " in line:
                    found = lines[self.seen:number]
                    self.seen = number + 1
                    return found
            time.sleep(0.005)  # it is written after the answer
        raise RuntimeError("certgated has not logged our own request")


def tell_seen(lines, case):
    """What certgated has seen of the client, in a few words."""
    for line in lines:
        request = re.search(r" request status=(\S+) verdict=(\S+)", line)
        if request and f"path=/c/{case} " in line:
            if request[2] == "CERT_REQUIRED" and case != "none":
                return "nothing sent, 403.7"
            return "let in" if request[2] == "OK" else request[1]
    for line in lines:
        failed = re.search(r" handshake-failed .* end=(\S+)", line)
        if failed:
            alert = re.search(r"alert-(?:received|sent)=([a-z_]+)", line)
            return f"no handshake: {alert[1] if alert else failed[1]}"
    return "no connection"


def ask_all(name, client, server, port, root, cases):
    log, rows = Log(server, port), {}
    for case in cases:
        pem = None if case == "none" else server.cases / f"{case}.pem"
        text = client(pem, root, port, case)
        seen = tell_seen(log.take(f"{name}-{case}"), case)
        rows[case] = (seen, "-" if seen == "let in" else normalise(
            text, [str(pem), str(root), str(server.folder)]))
    return rows


def read_table(path):
    lines = path.read_text().splitlines()
    version = lines[0].partition("# client: ")[2]
    return version, {row[0]: tuple(row[1:]) for row in
                     (line.split("\t") for line in lines if not line.startswith("#"))}


def write_table(path, version, rows):
    path.parent.mkdir(exist_ok=True)
    lines = [f"# client: {version}", "# case\twhat certgated saw\twhat the user sees"]
    lines += ["\t".join((case, *row)) for case, row in rows.items()]
    path.write_text("\n".join(lines) + "\n")


def compare(tap, name, version, rows):
    was_version, recorded = read_table(RECORDED / f"{name}.tsv")
    changed = [f"{case}: recorded {recorded.get(case)}, got {row}"
               for case, row in rows.items() if recorded.get(case) != row]
    if changed and version != was_version:
        tap.skip(f"{name}: as recorded", f"recorded with {was_version}, this is {version}: "
                 f"{len(changed)} differ")
        return
    tap.ok(not changed and set(rows) == set(recorded),
           f"{name}: {version} shows each of {len(rows)} cases as recorded",
           "\n".join(changed) or "other cases than recorded")


def main():
    record = "--record" in sys.argv
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    tap = harness.Tap()
    with harness.Server() as server:
        port, root = server.ports["Require"], server.cases.parent / "authorities" / "root.crt"
        listed = subprocess.run([harness.CERTGATE, "list", "--json"], capture_output=True,
                                env=server.env, check=True)
        cases = [row["case"] for row in json.loads(listed.stdout)]
        for name, package, is_here, get_version, client in CLIENTS:
            if wanted and name not in wanted:
                continue
            if not is_here():
                tap.skip(name, f"{package} is not installed")
                continue
            rows = ask_all(name, client, server, port, root, cases)
            if record:
                write_table(RECORDED / f"{name}.tsv", get_version(), rows)
                continue
            compare(tap, name, get_version(), rows)
            tap.equal(rows["good"][0], "let in", f"{name}: the good one is let in")
            tap.equal(rows["none"][0], "403.7", f"{name}: none is 403.7")
    if record:
        subprocess.run([harness.ROOT / "scripts" / "docs"], check=True)
        return
    tap.done()


if __name__ == "__main__":
    main()
