# SPDX-License-Identifier: MIT
"""Revocation fetched while the request waits: lists that are good, late, wrong, huge or
not to be had, and an issuer that is fetched. Certificates and lists are openssl's, the
web server is Python's; all on loopback."""
import http.server
import os
import pathlib
import signal
import subprocess
import threading
import time

from harness import Server, Tap, get, need, substatus

need("openssl")
tap = Tap()
TIMEOUT_MS = 1500
SLOW = os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind")


class Web(http.server.ThreadingHTTPServer):
    """Serves `files` (path -> bytes or a function of the handler) and counts."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.asked = []
        self.never = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        content = self.server.files.get(self.path)
        if callable(content):
            content = content(self)
        if content is None:
            self.send_response(404)
            content = b"no"
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def openssl(*words, cwd):
    done = subprocess.run(["openssl", *words], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words}: {done.stderr}")


def new_key(where, name):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
            f"{name}.key", cwd=where)


class Ca:
    """A CA of openssl's in a folder of its own."""

    def __init__(self, top, name, parent=None):
        self.where = pathlib.Path(top) / name
        self.where.mkdir()
        self.name = name
        new_key(self.where, "ca")
        (self.where / "index.txt").touch()
        (self.where / "number").write_text("01\n")
        (self.where / "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n"
            "default_crl_days=1\ncertificate=ca.crt\nprivate_key=ca.key\n"
            "[req]\ndistinguished_name=n\n[n]\n")
        extensions = ["-addext", "basicConstraints=critical,CA:TRUE",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        if parent is None:
            openssl("req", "-x509", "-config", "ca.cnf", "-key", "ca.key", "-subj", f"/CN={name}",
                    "-days", "30", "-out", "ca.crt", *extensions, cwd=self.where)
        else:
            parent.issue(self.where, "ca", name, "basicConstraints=critical,CA:TRUE\n"
                         "keyUsage=critical,keyCertSign,cRLSign\n")

    def issue(self, where, file, cn, extensions):
        openssl("req", "-new", "-config", str(self.where / "ca.cnf"), "-key", f"{file}.key",
                "-subj", f"/CN={cn}", "-out", f"{file}.csr", cwd=where)
        (where / "ext").write_text(extensions)
        openssl("x509", "-req", "-in", f"{file}.csr", "-CA", str(self.where / "ca.crt"), "-CAkey",
                str(self.where / "ca.key"), "-set_serial", str(time.monotonic_ns()), "-days", "10",
                "-extfile", "ext", "-out", f"{file}.crt", cwd=where)

    def client(self, name, extensions):
        """A client's PEM: key and certificate."""
        new_key(self.where, name)
        self.issue(self.where, name, name, "extendedKeyUsage=clientAuth\n"
                   "keyUsage=critical,digitalSignature\n" + extensions)
        pem = self.where / f"{name}.pem"
        pem.write_text((self.where / f"{name}.key").read_text() +
                       (self.where / f"{name}.crt").read_text())
        return pem

    def crl(self, *options, revoke=None):
        if revoke:
            openssl("ca", "-config", "ca.cnf", "-revoke", f"{revoke}.crt", "-crl_reason",
                    "keyCompromise", cwd=self.where)
        openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "list.pem", *options, cwd=self.where)
        openssl("crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der", cwd=self.where)
        return (self.where / "list.der").read_bytes()


def ask(server, pem):
    start = time.monotonic()
    status, _, body, _, _ = get(server.ports["Require"], "/", cert=pem)
    hresult = "0x" + body.decode("utf-8", "replace").lower().partition("0x")[2][:8]
    code = substatus(body)
    return (f"{code} {hresult}" if code else str(status)), time.monotonic() - start


def switches(server, web, names, root, point):
    """The rest of netsh's switches, and the cache on disk, in further runs."""
    offline = "403.13 0x80092013"
    cache = pathlib.Path(server.env["XDG_CACHE_HOME"]) / "certgate" / "evidence"
    tap.ok(cache.stat().st_mode & 0o777 == 0o600, "the cache is kept, for its owner only")
    before = len(web.asked)
    with Server("--quiet", "--verifyrevocationwithcachedclientcertonly", "enable",
                data=server.folder) as cached:
        tap.equal(ask(cached, names["good"])[0], "200", "cached only: what was cached counts")
        tap.equal(ask(cached, names["revoked"])[0], "403.13 0x80092010",
                  "cached only: also that it is revoked")
        tap.equal(ask(cached, names["late"])[0], offline, "cached only: all else is offline")
        tap.equal(len(web.asked), before, "cached only: nobody is asked")
        tap.equal(cached.stop(), 0, "the server ends with 0")
    # Hours, for both ends are whole seconds, and the list is made and asked for in some.
    for hours, want in ((3, "200"), (1, offline)):
        with Server("--quiet", "--revocationfreshnesstime", str(hours * 3600),
                    data=server.folder) as fresh:
            tap.equal(ask(fresh, names["good"])[0], want,
                      f"revocationfreshnesstime: a good list of two hours ago, and {hours} allowed")
            tap.equal(fresh.stop(), 0, "the server ends with 0")
    with Server("--quiet", "--verifyclientcertrevocation", "disable",
                data=server.folder) as careless:
        tap.equal(ask(careless, names["revoked"])[0], "200",
                  "verifyclientcertrevocation disable: nobody is revoked")
        tap.equal(careless.stop(), 0, "the server ends with 0")

    good = cache.read_bytes()
    for title, content in (("cut off", good[:len(good) // 2]), ("no cache at all", b"hello")):
        cache.write_bytes(content)
        with Server("--quiet", data=server.folder) as broken:
            tap.ok("cache" in broken.errors() and "delete it" in broken.errors(),
                   f"a cache that is {title}: a warning", broken.errors())
            tap.equal(ask(broken, names["good"])[0], "200", "and the list is fetched anew")
            tap.equal(broken.stop(), 0, "the server ends with 0")
        kept = cache.read_bytes()
        tap.ok(kept.startswith(b"\x30") and b"/good.crl" in kept and kept != content,
               "and the next cache is whole", kept[:80])
    cache.unlink()
    with Server("--quiet", "--cache-file", "none", data=server.folder) as forgetful:
        tap.equal(ask(forgetful, names["good"])[0], "200", "--cache-file none")
        tap.equal(forgetful.stop(), 0, "the server ends with 0")
    tap.ok(not cache.exists(), "writes none")

    slow_disk(server, cache, names)

    many = root.client("many", "crlDistributionPoints=" + ",".join(
        f"URI:{web.url(f'/many-{i}')}" for i in range(300)) + "\n")
    with Server("--quiet", "--cache-file", "none", data=server.folder) as bounded:
        code, seconds = ask(bounded, many)
        n = sum(path.startswith("/many-") for path in web.asked)
        tap.ok(code == offline and 0 < n <= 6 and seconds < 10,
               "a certificate with 300 addresses: few are asked", f"{code}, {n}, {seconds:.1f} s")
        tap.equal(bounded.stop(), 0, "the server ends with 0")
    full(server, web, names)


def slow_disk(server, cache, names):
    """A pipe without a reader is a disk that never answers: no request waits for it, and the
    end does not wait for long, or not at all when it is asked for twice."""
    for twice in (False, True):
        with Server(data=server.folder) as slow:
            for _ in range(20):
                code, _ = ask(slow, names["good"])
            tap.ok(code == "200" and not cache.exists(), "no request is a write of the cache")
            os.mkfifo(cache)
            slow.process.terminate()
            began = time.monotonic()
            while twice and "stop" not in slow.errors():
                time.sleep(0.01)
            code = slow.stop(signal.SIGTERM if twice else 0)
            seconds = time.monotonic() - began
            tap.ok(code == 0 and (SLOW or (seconds < 4 if twice else 4 < seconds < 15)),
                   "a disk that never answers: " +
                   ("the second signal ends at once" if twice else "the end waits 5 s for it"),
                   f"{code} after {seconds:.1f} s")
            tap.ok("takes too long" in slow.errors(), "and it is said", slow.errors()[-300:])
            cache.unlink()
    with Server("--quiet", data=server.folder) as late:
        ask(late, names["good"])
        os.mkfifo(cache)
        late.process.terminate()
        kept = cache.read_bytes()  # opens it, and so lets the writer go on
        tap.ok(late.stop(0) == 0 and kept.startswith(b"\x30") and b"/good.crl" in kept,
               "a disk that is slow gets all of it", kept[:80])
        cache.unlink()


def full(server, web, names):
    """With all places taken by those who wait for a list, the next one still gets in, and
    those who made room have an answer."""
    web.files["/late.crl"] = lambda handler: time.sleep(8) or b""
    web.asked.clear()
    with Server("--quiet", "--cache-file", "none", "--max-connections", "6",
                data=server.folder) as small:
        answers = []
        crowd = [threading.Thread(target=lambda: answers.append(ask(small, names["late"])))
                 for _ in range(6)]
        for thread in crowd:
            thread.start()
        end = time.monotonic() + 30
        while "/late.crl" not in web.asked and time.monotonic() < end:
            time.sleep(0.01)
        code, seconds = ask(small, names["good"])
        for thread in crowd:
            thread.join()
        tap.ok(code == "200" and seconds < 7, "a full server makes room",
               f"{code} after {seconds:.1f} s")
        tap.equal([a[0] for a in answers], ["403.13 0x80092013"] * 6,
                  "and who made it has an answer, not an end")
        tap.equal(small.stop(), 0, "the server ends with 0")


def main():
    web = Web()
    with Server("--quiet", "--urlretrievaltimeout", str(TIMEOUT_MS)) as server:
        top = server.folder / "ca"
        top.mkdir()
        root = Ca(top, "live root")
        stranger = Ca(top, "live root 2")
        (server.store / "LocalMachine" / "Root" / "live.crt").write_bytes(
            (root.where / "ca.crt").read_bytes())

        def point(path):
            return f"crlDistributionPoints=URI:{web.url(path)}\n"

        names = {n: root.client(n, point(f"/{n}.crl")) for n in (
            "good", "revoked", "stale", "missing", "garbage", "signer", "huge", "slow", "late")}
        away = root.client("away", "crlDistributionPoints=URI:http://192.0.2.1/x.crl\n")
        plain = root.client("plain", "")
        ago = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - 2 * 3600))
        soon = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400))
        web.files["/good.crl"] = root.crl("-crl_lastupdate", ago, "-crl_nextupdate", soon)
        web.files["/stale.crl"] = root.crl("-crl_lastupdate", "20200101000000Z",
                                           "-crl_nextupdate", "20200102000000Z")
        web.files["/garbage.crl"] = b"<html>not a list</html>"
        web.files["/signer.crl"] = stranger.crl()
        web.files["/huge.crl"] = b"0" * (9 * 1024 * 1024)
        web.files["/slow.crl"] = lambda handler: handler.server.never.wait(30) and b""
        web.files["/revoked.crl"] = root.crl(revoke="revoked")

        end = time.monotonic() + 60  # the server reads its stores again by itself
        while ask(server, plain)[0] != "200" and time.monotonic() < end:
            time.sleep(0.05)
        tap.equal(ask(server, plain)[0], "200", "a certificate that names no list")
        tap.equal(web.asked, [], "and nothing is fetched for it")

        tap.equal(ask(server, names["good"])[0], "200", "a good list")
        tap.equal(ask(server, names["good"])[0], "200", "a good list, again")
        tap.equal(web.asked.count("/good.crl"), 1, "it is fetched once")
        tap.equal(ask(server, names["revoked"])[0], "403.13 0x80092010", "row 12: revoked")
        offline = "403.13 0x80092013"
        for name in ("stale", "missing", "garbage", "signer", "huge"):
            tap.equal(ask(server, names[name])[0], offline, f"row 13: {name}")
        tap.equal(ask(server, away)[0], offline, "an address that is not this machine's")

        # One waits for a list that never comes; nobody else does.
        seen = {}
        waiting = threading.Thread(target=lambda: seen.update(slow=ask(server, names["slow"])))
        waiting.start()
        end = time.monotonic() + 30
        while "/slow.crl" not in web.asked and time.monotonic() < end:
            time.sleep(0.01)
        code, seconds = ask(server, plain)
        tap.ok(code == "200" and seconds < TIMEOUT_MS / 1000, "another is answered meanwhile",
               f"{code} after {seconds:.2f} s")
        waiting.join()
        code, seconds = seen["slow"]
        tap.ok(code == offline and seconds >= TIMEOUT_MS / 1000 * 0.9,
               "row 13: slow, answered after urlretrievaltimeout", f"{code} after {seconds:.2f} s")
        web.never.set()

        # A missing intermediate, fetched from its issuer's address.
        middle = Ca(top, "live middle", parent=root)
        openssl("x509", "-in", "ca.crt", "-outform", "DER", "-out", "ca.der", cwd=middle.where)
        web.files["/middle.crt"] = (middle.where / "ca.der").read_bytes()
        leaf = middle.client("below", f"authorityInfoAccess=caIssuers;URI:{web.url('/middle.crt')}\n")
        code, _ = ask(server, leaf)
        tap.ok("/middle.crt" in web.asked and not code.startswith("403.16"),
               "row 7: a missing intermediate is fetched by AIA", code)
        tap.equal(server.stop(), 0, "the server ends with 0")
        before = list(web.asked).count("/middle.crt")
        with Server("--quiet", "--disableauthorityinfoaccess", "enable", data=server.folder,
                    env={"XDG_CACHE_HOME": str(server.folder / "empty")}) as strict:
            code, _ = ask(strict, leaf)
            tap.ok(code.startswith("403.16") and list(web.asked).count("/middle.crt") == before,
                   "disableauthorityinfoaccess: it is not fetched", f"{code} {web.asked}")
            tap.equal(strict.stop(), 0, "the strict server ends with 0")

        switches(server, web, names, root, point)
        with Server("--quiet", "--fetch", "none", data=server.folder) as silent:
            before = len(web.asked)
            tap.equal(ask(silent, names["good"])[0], offline, "--fetch none: nothing is known")
            tap.equal(len(web.asked), before, "and nothing is asked")
            tap.equal(silent.stop(), 0, "the silent server ends with 0")
    web.shutdown()
    tap.done()


main()
