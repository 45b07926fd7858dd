#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`certgate doctor`: a healthy machine, and each thing that it calls not ok, with its fix. TAP.
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from harness import CERTGATE, Server, Tap

tap = Tap()
TOP = pathlib.Path(tempfile.mkdtemp(prefix="certgate-test-"))
OLD = "-60d"


class World:
    """A home with a test world in it."""
    made = {}

    def __init__(self, now="-0s"):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="home-", dir=TOP))
        self.dir = self.home / "data" / "certgate"
        self.env = dict({key: value for key, value in os.environ.items() if key not in
                         ("CERTGATE_CONTROL", "CERTGATE_HOME", "SSL_CERT_FILE")},
                        HOME=str(self.home), XDG_DATA_HOME=str(self.home / "data"),
                        XDG_RUNTIME_DIR=str(self.home / "run"), XDG_STATE_HOME=str(self.home / "state"))
        if now and now not in World.made:
            World.made[now] = TOP / f"world{now}"
            subprocess.run([CERTGATE, "forge", "--p12", f"--now={now}", "--out", str(World.made[now])], check=True,
                           env=self.env, capture_output=True)
        if now:
            shutil.copytree(World.made[now], self.dir)

    def tool(self, *words):
        done = subprocess.run(words, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr}")

    def ask(self, *words, env=None, before=()):
        return subprocess.run([*before, CERTGATE, "doctor", *words], env=dict(self.env, **(env or {})), capture_output=True,
                              text=True, check=False)

    def nss(self, folder=".pki/nssdb"):
        path = self.home / folder
        path.mkdir(parents=True)
        self.tool("certutil", "-d", f"sql:{path}", "-N", "--empty-password")
        return f"sql:{path}"


with socket.create_server(("127.0.0.1", 0)) as probe:
    FREE = str(probe.getsockname()[1])


def lines(done):
    return [(line["id"], line["state"], line["says"], line.get("fix", "")) for line in json.loads(done.stdout)["lines"]]


def bad(world, line_id, says, fix, *words, name=None, **more):
    """Exactly this line is not ok, and it says so and what to do."""
    done = world.ask("--port", FREE, "--json", *words, **more)
    found = [line for line in lines(done) if line[1] == "not-ok"] if done.stdout else []
    tap.ok(done.returncode == 1 and len(found) == 1 and found[0][0] == line_id and says in found[0][2] and
           fix in found[0][3] and found[0][3], name or f"{line_id}: {says}", f"{found} {done.stderr}")


def note(world, line_id, says, fix, **more):
    done = world.ask("--port", FREE, "--json", **more)
    found = [line for line in lines(done) if line[1] == "note"]
    tap.ok(done.returncode == 0 and [line[0] for line in found] == [line_id] and says in found[0][2] and
           fix in found[0][3], f"{line_id}: {says}", f"{found} {done.stderr}")


def healthy():
    world = World()
    done = world.ask("--port", FREE)
    tap.ok(done.returncode == 0 and done.stdout.endswith("All is well.\n") and
           all(line.startswith(("ok ", "All")) for line in done.stdout.splitlines()), "all is well", done.stdout)
    tap.equal([line.split()[1] for line in done.stdout.splitlines()[:-1]],
              ["test-ca:", "clock:", "keys:", "keys:", "cases:", "store:", "trusted-by-server:",
               "server-certificate:", "ports:", "system:", "browser:"], "each thing has its line")
    report = json.loads(world.ask("--port", FREE, "--json").stdout)
    tap.equal((report["schema"], report["ok"]), ("certgate-doctor-1", True), "doctor --json: the same")
    done = World(now=None).ask("--port", FREE)
    tap.ok(done.returncode == 0 and "certgate forge makes it now" in done.stdout, "a machine before its first use",
           done.stdout)
    done = world.ask("--port", FREE, "--cases", str(World().dir))
    tap.equal(done.returncode, 0, "doctor --cases: another folder")
    for words, complaint in ((("--port", "x"), '"x" is no port'), (("x",), '"x"')):
        done = world.ask(*words)
        tap.ok(done.returncode == 2 and complaint in done.stderr, f"usage: {' '.join(words)}", done.stderr)


def files():
    world = World()
    (world.dir / "authorities" / "root.crt").write_text("garbage")
    bad(world, "test-ca", "no certificate that can be read", "certgate forge")
    done = World("+400d").ask("--port", FREE)
    tap.ok(done.returncode == 1 and "everything is not yet valid\n        set this machine's clock: timedatectl\n" in
           done.stdout, "clock: it is behind", done.stdout)
    done = World("2005-01-01").ask("--port", FREE)
    tap.ok(done.returncode == 1 and "NOT OK  clock: " in done.stdout and "the test CA ended at " in done.stdout and
           " of 1" in done.stdout.splitlines()[-1], "clock: the test CA is over", done.stdout)
    world = World()
    (world.dir / "authorities" / "root.key").chmod(0o640)
    bad(world, "keys", "others may read or change 1 of ", f"chmod go= {world.dir}/authorities/*.key")
    subprocess.run("chmod go= " + f"{world.dir}/authorities/*.key", shell=True, check=True)
    tap.equal(world.ask("--port", FREE).returncode, 0, "the fix of that works as it stands there")
    (world.dir / "cases" / "good.pem").chmod(0o604)
    bad(world, "keys", "cases/good.pem", f"chmod go= {world.dir}/cases/*.pem", name="keys: of a case")
    world = World(OLD)
    bad(world, "cases", "have expired, good at ", "certgate forge")
    world = World()
    (world.dir / "cases" / "good.crt").write_text("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")
    bad(world, "cases", "a certificate block that is no base64", "certgate forge")


def stores():
    world = World()
    root = world.dir / "store" / "LocalMachine" / "Root"
    shutil.copy(world.dir / "authorities" / "issuing.crt", root / "mine.crt")
    bad(world, "store", "1 known trap, first: ", "certgate store check")
    world = World()
    root = world.dir / "store" / "LocalMachine" / "Root"
    (root / "certgate-root.crt").unlink()
    bad(world, "trusted-by-server", "every client certificate gets 403.16",
        f"certgate store add Root {world.dir}/authorities/root.crt")
    world = World()
    shutil.rmtree(world.dir / "store" / "LocalMachine" / "My")
    (world.dir / "store" / "LocalMachine" / "My").mkdir()
    bad(world, "server-certificate", "LocalMachine", "certgate forge makes one")
    world = World()
    shutil.rmtree(world.dir / "store")
    bad(world, "store", "no certificate stores", "certgate forge")


def server():
    world = World()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bad(world, "ports", f"something else listens on 127.0.0.1:{port}", f"ss -ltnp 'sport = :{port}'", "--port",
            str(port))
    bad(world, "server", "no certgated answers at http://127.0.0.1:" + FREE, "another --control", "--control",
        f"http://127.0.0.1:{FREE}", name="doctor --control: nobody is there")
    bad(world, "server", "no certgated answers", "unset CERTGATE_CONTROL", name="server: CERTGATE_CONTROL is old",
        env={"CERTGATE_CONTROL": f"http://127.0.0.1:{FREE}"})
    with Server("--listen", "127.0.0.1:0,control") as running:
        done = world.ask("--control", f"http://127.0.0.1:{running.ports['control']}", "--port",
                         str(running.ports["Require"]))
        tap.ok(done.returncode == 0 and "ok      server: certgated runs" in done.stdout and "ports" not in done.stdout,
               "a running certgated, whose ports are its own", done.stdout)


def system():
    world = World()
    bad(world, "environment", "SSL_CERT_FILE is /nowhere", "unset SSL_CERT_FILE", env={"SSL_CERT_FILE": "/nowhere"})
    bundle = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    can = subprocess.run(["unshare", "-rm", "mount", "--bind", str(world.dir / "authorities" / "root.crt"), str(bundle)],
                         capture_output=True, check=False).returncode == 0 if shutil.which("unshare") else False
    for name, content, says, fix in (("system", "root.crt", "every program of this system trusts", "update-ca-certificates"),
                                     ("system", "root.key", "no certificate that can be read", "update-ca-certificates")):
        if not can:
            tap.skip(f"{name}: {says}", "no mount of one's own can be had (unshare -rm)")
            continue
        bad(world, name, says, fix, before=(
            "unshare", "-rm", "sh", "-c", f'mount --bind "$0" {bundle} && exec "$@"',
            str(world.dir / "authorities" / content)))


def browsers():
    if shutil.which("certutil") is None:
        tap.skip("browsers", "certutil is not installed")
        return
    world = World()
    root = str(world.dir / "authorities" / "root.crt")
    database = world.nss()
    note(world, "browser", "Chromium, Chrome and Edge does not know the test CA",
         f"certutil -d {database} -A -t C,, -n certgate -i {root}")
    note(world, "browser", "cannot be read without certutil", "apt install libnss3-tools", env={"PATH": "/nowhere"})
    subprocess.run(lines(world.ask("--json", "--port", FREE))[-1][3], shell=True, check=True, env=world.env)
    done = world.ask("--port", FREE)
    tap.ok("ok      browser: Chromium, Chrome and Edge trusts the test CA" in done.stdout, "and the fix works",
           done.stdout)
    profile = world.nss(".mozilla/firefox/abc.default")
    world.tool("certutil", "-d", profile, "-A", "-t", ",,", "-n", "a CA with  blanks", "-i", root)
    bad(world, "browser", "Firefox has the test CA, but does not trust it",
        f"certutil -d {profile} -M -t C,, -n 'a CA with  blanks'")
    subprocess.run(next(line[3] for line in lines(world.ask("--json", "--port", FREE)) if line[1] == "not-ok"), shell=True,
                   check=True, env=world.env)
    tap.equal(world.ask("--port", FREE).returncode, 0, "the fix of that works as it stands there")
    world = World()
    database = world.nss()
    World(OLD)
    world.tool("certutil", "-d", database, "-A", "-t", "C,,", "-n", "old", "-i",
               str(World.made[OLD] / "authorities" / "root.crt"))
    bad(world, "browser", "has another test CA of the same name", f"certutil -d {database} -D -n 'old'")
    subprocess.run(next(line[3] for line in lines(world.ask("--json", "--port", FREE)) if line[1] == "not-ok"), shell=True,
                   check=True, env=world.env)
    tap.equal(world.ask("--port", FREE).returncode, 0, "the fix of that works as it stands there")
    world = World(OLD)
    database = world.nss()
    world.tool("pk12util", "-d", database, "-i", str(world.dir / "cases" / "good.p12"), "-W", "certgate")
    found = [line for line in lines(world.ask("--json", "--port", FREE)) if line[0] == "browser" and line[1] == "not-ok"]
    tap.ok(len(found) == 1 and "a client certificate of the test CA that has expired" in found[0][2] and
           f"pk12util -d {database}" in found[0][3], "browser: an expired client certificate", found)
    world = World()
    (world.home / ".pki/nssdb").mkdir(parents=True)
    (world.home / ".pki/nssdb/cert9.db").write_text("garbage")
    bad(world, "browser", "certutil cannot read the certificates", "certutil -L -d sql:")


def main():
    try:
        healthy()
        files()
        stores()
        server()
        system()
        browsers()
    finally:
        shutil.rmtree(TOP, ignore_errors=True)
    tap.done()


main()
