# SPDX-License-Identifier: MIT
"""certgate why as a program: exit codes, standard input, JSON, hostile text; each message
that tests/foreign recorded of a client is known; and each command that it offers makes
happen what it says.
"""
import concurrent.futures
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from harness import CERTGATE, CERTGATED, ROOT, Server, Tap

tap = Tap()
work = pathlib.Path(tempfile.mkdtemp(prefix="certgate-why-"))
ENV = dict(os.environ, XDG_DATA_HOME=str(work / "data"), HOME=str(work), LC_ALL="C", NO_COLOR="1",
           PATH=os.pathsep.join([str(pathlib.Path(CERTGATE).parent), str(pathlib.Path(CERTGATED).parent),
                                 os.environ["PATH"]]))
# What a command of a situation must bring about; one without an entry here has none.
SEEN = {
    "403": r"403 - Forbidden: Access is denied",
    "495": r"The SSL certificate error",
    "496": r"No required SSL certificate was sent",
    "no-certificate": r"HTTP Error 403\.7|alert 116",
    "client-certificate-refused": r"alert 48 \(unknown_ca\)",
    "protocol-error": r"\(35\)",
    "version-mismatch": r"alert 40 \(handshake_failure\)",
    "server-untrusted": r"\(60\)",
    "server-name": r"\(60\)",
    "reset": r"\(56\) a connection reset",
    "closed": r"\(52\)",
    "not-tls": r"\(35\)",
    "key-mismatch": r"wrong-key\.pem",
    "certificate-weak": r"signed-md5\.pem",
    "certificate-unreadable": r"extension-malformed\.pem",
    "key-usage": r"You are let in|HTTP/1.1 200|good for",
    "p12-password": r"good\.p12",
    "chain-too-long": r"You are let in",
    "post-handshake": r"HTTP Error 500\.0",
    "httperr-request": r"HTTP Error 400\. ",
    "event-36877": r"HTTP Error 403\.16",
    "event-36880": r"You are let in",
    "event-36885": r"HTTP Error 403\.7",
    "event-36887": r"alert 48 \(unknown_ca\)",
}


def why(*args, text=None):
    return subprocess.run([CERTGATE, "why", *args], capture_output=True, env=ENV, timeout=60,
                          input=b"" if text is None else text)


def answer(*args):
    done = why("--json", *args)
    return json.loads(done.stdout) if done.returncode == 0 else None


def program():
    done = why("403.16")
    first = done.stdout.decode().splitlines()[0]
    tap.ok(done.returncode == 0 and first.startswith("403.16 Client certificate is untrusted or invalid."),
           "the first line is the answer", first)
    tap.equal(answer("403", "16", "2148204809")["id"], "0x800B0109", "several words are one text")
    tap.equal(answer("-2146762487")["id"], "0x800B0109", "a negative number is no option")
    for args in ((), ("-",)):
        done = why("--json", *args, text=b"curl: (56) ... alert certificate required, errno 0\n")
        tap.equal(json.loads(done.stdout)["id"], "alert-116", f"{args}: standard input")
    document = answer("CERT_E_EXPIRED")
    tap.ok(document["schema"] == "certgate-why-1" and document["causes"] and document["look"] and
           document["remedies"] and "2148204801 in the log (sc-win32-status)" in document["also"],
           "--json has all of it", document)
    done = why("foo \x1b[2Jbar\n\u202e")
    told = done.stderr.decode()
    tap.ok(done.returncode == 1 and done.stdout == b"" and "an error message" in told and
           "alert 116" in told, "not known: 1, and the forms that are understood", told)
    tap.absent("\x1b", told, "what was pasted is escaped", beside="foo")
    tap.absent("\u202e", told, "so is what would reorder it", beside="foo")
    done = why("-", text=b"x" * 65537)
    tap.ok(done.returncode == 2 and b"65536" in done.stderr, "over 64 KiB: 2", done.stderr)
    tap.equal(why("--foo").returncode, 2, "wrong usage: 2")


def clients():
    """All that clients were recorded to say, but for what says nothing."""
    texts = set()
    for table in sorted((ROOT / "tests/foreign/recorded/clients").glob("*.tsv")):
        for line in table.read_text().splitlines():
            if not line.startswith("#"):
                texts.add(line.split("\t")[2])
    texts -= {"-", "what the user sees", "WARNING: Could not save SSL session data for socket 4"}
    bad = [text for text in sorted(texts) if answer(text) is None]
    tap.none(bad, texts, "each recorded message of a client is known", least=40)


FIELDS = "#Fields: date time c-ip sc-status sc-substatus sc-win32-status\r\n"


def logs():
    first, second = work / "u_ex261129.log", work / "u_ex261130.log"
    first.write_text(FIELDS + "2026-11-29 07:00:00 10.0.0.8 403 7 5\r\n" +
                     "2026-11-29 07:00:05 10.0.0.8 403 16 2148204809\r\n" * 2 + "damaged\r\n")
    second.write_text(FIELDS + "2026-11-30 07:00:00 \x1b[2J 403 16 2148204809\n" +
                      "x" * 70000 + "\n2026-11-30 07:00:01 10.0.0.9 200 0 0")
    done = why("--log", str(first), str(second))
    told = done.stdout.decode()
    tap.ok(done.returncode == 0 and
           told.startswith("4 of 5 requests were refused, most often with 403.16 0x800B0109.\n"
                           "2 lines could not be read.\n"),
           "--log: the first line is the answer", told)
    tap.ok(re.search(r"^ +3  times +2026-11-29 07:00:05 to 2026-11-30 07:00:00$", told, re.M) and
           re.search(r"^ +2  10\.0\.0\.8 +2026-11-29 07:00:05 to 2026-11-29 07:00:05$", told, re.M),
           "--log: how often and when, by cause and client", told)
    tap.absent("\x1b", told, "--log: a client's address is escaped", beside="\\x1b[2J")
    done = why("--log", "--json", text=first.read_bytes())
    document = json.loads(done.stdout)
    tap.equal((document["schema"], document["requests"], document["refused"], document["damaged_lines"],
               [cause["id"] for cause in document["causes"]],
               document["causes"][0]["clients"][0]["client"]),
              ("certgate-why-log-1", 3, 3, 1, ["0x800B0109", "403.7"], "10.0.0.8"),
              "--log --json, from standard input")
    done = why("--log", str(work / "missing.log"), str(first))
    tap.ok(done.returncode == 2 and b"missing.log" in done.stderr and b"3 of 3 requests" in done.stdout,
           "--log: a file that is missing: 2, the others are told", done.stderr)
    (work / "x.gz").write_bytes(b"\x1f\x8b\x08\x00")
    done = why("--log", str(work / "x.gz"))
    tap.ok(done.returncode == 2 and b"zcat" in done.stderr, "--log: a compressed one says so", done.stderr)
    our_own()


def our_own():
    """What certgated itself writes is understood."""
    command = ("certgate run -o --log-dir=$HOME/logs -- sh -c 'certgate get --case expired $CERTGATE_URL; "
               "certgate get --case none $CERTGATE_URL' >/dev/null; certgate why --log --json $HOME/logs/*.log")
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=ENV, timeout=120,
                          stdin=subprocess.DEVNULL)
    found = json.loads(done.stdout)
    tap.equal(sorted(cause["id"] for cause in found["causes"]), ["403.17", "403.7"],
              "--log: certgated's own log")


# ---- the desk


def desk():
    """Each refusal leads to the page that explains it."""
    with Server("--listen", "127.0.0.1:0,desk,pki", listen=("Require",)) as server:
        desk_port, port = server.ports["desk"], server.ports["Require"]

        def page(url):
            """Of a link that was found: its path and the page."""
            address = re.match(rf"http://localhost:{desk_port}(/why/\S+)$", url)
            connection = http.client.HTTPConnection("127.0.0.1", desk_port, timeout=60)
            connection.request("GET", address[1] if address else "/nothing")
            got = connection.getresponse()
            return (address[1].partition("?")[0] if address else url), got.status, got.read().decode()

        def ask(host, *more):
            done = subprocess.run([CERTGATE, "get", f"https://{host}:{port}/", "-i",
                                   "--resolve", f"{host}:{port}:127.0.0.1", *more],
                                  capture_output=True, env=server.env, timeout=60)
            return (done.stdout + done.stderr).decode(errors="replace")

        cert = server.cases / "expired.crt"
        sha256 = hashlib.sha256(ssl.PEM_cert_to_DER_cert(cert.read_text())).hexdigest()
        found = re.search(r'href="(http://localhost:\d+/why/[^"]+)"', ask("localhost", "--case", "expired"))
        path, status, text = page(found[1] if found else "")
        tap.equal((path, status), ("/why/403.17", 200), "the page of a refusal leads to its reason")
        tap.ok(f"- Certificate (SHA-256): `{sha256}`" in text and "PRIVATE" not in text,
               "its report names the certificate", text[-3000:])
        for case, want in (("none", "/why/496"), ("expired", "/why/495")):
            found = re.search(r"^Link: <(\S+)>; rel=\"help\"\r?$", ask("nginx.localhost", "--case", case), re.M)
            path, status, _ = page(found[1] if found else "")
            tap.equal((path, status), (want, 200), f"nginx's 400, {case}: named beside the page")
        ask("alert.localhost", "--case", "unknown-root")
        ask("localhost", "--case", "wrong-key")
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            plain.recv(100)
        for want in ("0x800B0109", "alert-51", "not-tls"):
            tap.ok(server.says(f"why=http://localhost:{desk_port}/why/{want}: "),
                   f"the terminal names the reason of a failed handshake: {want}", server.errors())
            tap.equal(page(f"http://localhost:{desk_port}/why/{want}")[1], 200, f"{want}: there is a page")
    with Server("--listen", "127.0.0.1:0,desk,pki", "--plain-iis", listen=("Require",)) as server:
        done = subprocess.run([CERTGATE, "get", f"https://127.0.0.1:{server.ports['Require']}/", "-i"],
                              capture_output=True, env=server.env, timeout=60)
        tap.absent(b"/why/", done.stdout, "--plain-iis: no link", beside=b"403.7")


# ---- the commands


def rows(path, pattern):
    return re.findall(pattern, (ROOT / path).read_text(), re.M)


def topics():
    """Each id, with what its commands must show."""
    for name, status, sub, hresult in rows("lib/chain/verdict_list.h",
                                           r"^    X\((\w+), +(\d+), +(\d+), 0x(\w{8})u"):
        if name == "APPLICATION_POOL":
            continue  # certgate does not give that answer
        if name == "OK":
            yield "200", r"You are let in"
        else:
            yield f"{status} {sub} {win32(int(hresult, 16))}", rf"HTTP Error {status}\.{sub} [^\0]*0x{hresult}"
    for number, name in rows("lib/tls/tls_alert.c", r'^    \{ +(\d+), "(\w+)"'):
        yield f"alert {number}", rf"alert {number} \({name}\)"
    situations = rows("lib/why/situation_list.h", r'^    X\(\w+, "([\w-]+)"')
    tap.none(SEEN.keys() - set(situations), SEEN, "there is nothing here that why does not know")
    for ident in situations:
        yield ident, SEEN.get(ident)


def win32(hresult):
    return hresult & 0xFFFF if hresult >> 16 == 0x8007 else hresult


def read_problems():
    """Of docs/problems.md: anchor, command, the lines that it says."""
    text = (ROOT / "docs/problems.md").read_text()
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = section.partition("\n")
        anchor = re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        block = re.search(r"^```\n\$ (.*)\n((?:.+\n)+)```$", body, re.M)
        yield anchor, block and block[1], block and block[2].splitlines()


def problems():
    found = list(read_problems())
    anchors = rows("lib/why/problem_list.h", r'^    X\("([\w-]+)"')
    tap.equal([anchor for anchor, *_ in found], anchors, "docs/problems.md has the problems that why names")
    tap.equal(len(found), 17, "seventeen")
    for anchor, command, wanted in found:
        if command is None:
            tap.ok(False, f"{anchor}: a command and what it says")
        elif "openssl" in command and shutil.which("openssl") is None:
            tap.skip(anchor, "openssl is not installed")
        else:
            done = subprocess.run(["sh", "-c", command], capture_output=True, env=ENV, timeout=120,
                                  stdin=subprocess.DEVNULL)
            seen = (done.stdout + done.stderr).decode(errors="replace")
            missing = [line for line in wanted if line not in seen]
            tap.ok(not missing, f"{anchor}: the command of docs/problems.md does it", f"{missing}\n{seen[-2000:]}")
    told = why("403.16").stdout.decode()
    tap.ok("docs/problems.md#root-not-trusted: " in told and
           answer("reset")["problems"][0]["anchor"] == "tls-13-asked-late", "why names the sections", told)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(ident, pattern, command):
    """The ports of the command are for people; here others may be in use."""
    for port in ("8445", "8080"):
        command = command.replace(port, str(free_port()))
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=ENV, timeout=120,
                          stdin=subprocess.DEVNULL)
    seen = (done.stdout + done.stderr).decode(errors="replace")
    return re.search(pattern or "$^", seen, re.I) is not None, f"{ident}: {command}\n{seen[:300]}\n{seen[-1500:]}"


def is_like_others(ident, command):
    """Each alert has one command that differs in its name only: one in eight is run."""
    name = re.search(r",enforce=alert:(\w+) -- certgate get -k https://127\.0\.0\.1:8445/$", command)
    return ident.startswith("alert ") and name is not None and int(ident.split()[1]) % 8 != 0


def commands():
    subprocess.run([CERTGATE, "forge"], check=True, capture_output=True, env=ENV)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {}
        for ident, pattern in topics():
            document = answer(ident)
            if tap.ok(document is not None, f"{ident}: has an answer"):
                jobs[ident] = [pool.submit(run, ident, pattern, command) for command in document["make"]
                               if not is_like_others(ident, command)]
                if pattern is not None:
                    tap.ok(document["make"], f"{ident}: has a command")
        tap.ok(sum(map(len, jobs.values())) > 60, "most of them are run")
        for ident, results in jobs.items():
            bad = [detail for good, detail in (result.result() for result in results) if not good]
            tap.ok(not bad, f"{ident}: its {len(results)} commands make it happen", "\n".join(bad))


program()
clients()
logs()
desk()
commands()
problems()
tap.done()
