#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`certgate check` against other people's servers: each answers as recorded in
recorded/NAME.tsv.

  check.py            compares (TAP)
  check.py --record   writes what they answer, and the table in docs/servers.md again
  ... NAME...         only these servers
"""
import copy
import json
import os
import pathlib
import subprocess
import sys

from servers import SERVERS, Nginx, World
import harness

# How often each server is asked when its table is recorded: what it answers by turns
# (Node, which sometimes drops what it could not parse) becomes "this|that".
RECORDINGS = 4
RECORDED = pathlib.Path(__file__).resolve().parent / "recorded"


def read_table(path):
    """(notes by name, rows as case -> [TLS 1.2, TLS 1.3])"""
    notes, rows = {}, {}
    for line in path.read_text().splitlines():
        if line.startswith("# ") and ": " in line:
            name, value = line[2:].split(": ", 1)
            notes[name] = value
        elif line and not line.startswith("#"):
            case, *words = line.split("\t")
            rows[case] = words
    return notes, rows


def write_table(path, server, setting, rows):
    lines = [f"# server: {server}", f"# setting: {setting}", "# case\tTLS 1.2\tTLS 1.3"]
    lines += ["\t".join([case, *words]) for case, words in rows.items()]
    path.write_text("\n".join(lines) + "\n")


def merge(rows, more):
    for case, words in more.items():
        rows[case] = ["|".join(sorted({*was.split("|"), now}))
                      for was, now in zip(rows[case], words)]


def check(world, server, *arguments):
    """certgate's exit code, its JSON, and the words as --save-expect has them."""
    saved = server.folder / "saved.tsv"
    done = world.run("check", f"https://localhost:{server.port}/", "--json",
                     "--resolve", f"localhost:{server.port}:127.0.0.1",
                     "--save-expect", str(saved), *arguments, check=False)
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"certgate check: {done.stderr}")
    return done.returncode, json.loads(done.stdout), read_table(saved)[1]


def compare(tap, name, notes, recorded, version, rows):
    changed = [f"{case} TLS {tls}: recorded {was}, got {now}"
               for case, words in rows.items()
               for tls, was, now in zip(("1.2", "1.3"), recorded.get(case, ("?", "?")), words)
               if now not in was.split("|")]
    if changed and notes.get("server") != version:
        tap.skip(f"{name}: answers as recorded",
                 f"recorded with {notes.get('server')}, this is {version}: {len(changed)} differ")
    else:
        tap.ok(not changed and set(rows) == set(recorded),
               f"{name}: {version} answers each of {len(rows)} cases as recorded",
               "\n".join(changed) or "other cases than recorded")


def examine(tap, name, server, world, setting, record):
    version = server.version()
    code, report, rows = check(world, server)
    if record:
        RECORDED.mkdir(exist_ok=True)
        for _ in range(RECORDINGS - 1):
            merge(rows, check(world, server)[2])
        write_table(RECORDED / f"{name}.tsv", version, setting, rows)
        return
    notes, recorded = read_table(RECORDED / f"{name}.tsv")
    compare(tap, name, notes, recorded, version, rows)
    tap.equal(report["expect"], "strict", f"{name}: is not taken for IIS")
    likes = [like["dialect"] for like in report["server"]["answers_like"]]
    tap.equal(likes, [name], f"{name}: is recognised")
    for survey in report["server"]["survey"]:
        spoken = any(row["word"] == "200" for row in report["results"]
                     if row["tls"] == survey["tls"])
        tap.ok(not spoken or survey["resumed"]["accepted"],
               f"{name}: TLS {survey['tls']}: who comes again is still who he was",
               survey["resumed"])
    found = set(report["server"]["lets_in"])
    if "lax" in name or "no-ca" in name:
        tap.ok(found and code == 1, f"{name}: is found out to accept {len(found)} bad ones",
               f"exit {code}")
    good = [row["got"] for row in report["results"] if row["case"] == "good"]
    tap.ok("200" in good, f"{name}: lets in a good certificate", good)
    tap.ok(RECORDED.joinpath(f"{name}.tsv").exists() and
           check(world, server, "--expect", str(RECORDED / f"{name}.tsv"))[0] == 0
           if notes.get("server") == version else True,
           f"{name}: its recorded table is an expectation that it meets")


def check_issuer(tap, world, folder):
    """--issuer: nginx trusts a CA of somebody else's, and is told of no other."""
    if Nginx.missing():
        tap.skip("--issuer", Nginx.missing())
        return
    place = folder / "issuer"
    place.mkdir()
    place.chmod(0o755)
    # Its key identifier is no hash of the key, as RFC 5280 4.2.1.2 allows.
    config = place / "req.conf"
    config.write_text("[req]\ndistinguished_name = dn\n[dn]\n")
    for name, extra in (("ca", "CA:TRUE"), ("short", "CA:TRUE,pathlen:0")):
        subprocess.run(["openssl", "req", "-config", config, "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/O=Somebody/CN=Own CA", "-keyout", place / f"{name}.key",
                        "-out", place / f"{name}.pem", "-addext",
                        f"basicConstraints=critical,{extra}", "-addext",
                        "keyUsage=critical,keyCertSign,cRLSign", "-addext",
                        "subjectKeyIdentifier=01020304"], check=True, capture_output=True)
    own = copy.copy(world)
    own.ca, own.crl = place / "ca.pem", None
    with Nginx(own, place) as server:
        arguments = ["check", f"https://localhost:{server.port}/", "--resolve",
                     f"localhost:{server.port}:127.0.0.1", "--cacert",
                     str(world.home / "authorities" / "root.crt")]
        done = world.run(*arguments, "--issuer", str(place / "ca.pem"), "--issuer-key",
                         str(place / "ca.key"), check=False)
        tap.ok(done.returncode == 0 and "of CN=Own CA,O=Somebody" in done.stdout,
               "--issuer: a server is checked under the CA that it trusts already",
               done.stdout[-1500:] + done.stderr)
        for issuer, key, says in (("ca.pem", "short.key", "the private key is not the CA's"),
                                  ("short.pem", "short.key", "path length 0"),
                                  (str(world.cert), str(world.key), "is no CA's")):
            done = world.run(*arguments, "--issuer", str(place / issuer), "--issuer-key",
                             str(place / key), check=False)
            tap.ok(done.returncode == 2 and says in done.stderr,
                   f"--issuer: refused, for {says}", done.stderr)


# Makes nginx read other lists, and waits until the worker that has the old ones is gone.
RELOAD = """
set -eu
cp "$CERTGATE_CRLS" "{crl}"
echo "$CERTGATE_STATE" >>"{place}/states"
master=$(cat "{place}/nginx.pid")
old=$(cat /proc/$master/task/$master/children)
kill -HUP $master
for i in $(seq 500); do
    children=" $(cat /proc/$master/task/$master/children) "
    left=no
    for worker in $old; do case "$children" in *" $worker "*) left=yes ;; esac; done
    [ $left = yes ] || exit 0
    sleep 0.02
done
exit 1
"""


def check_revoked(tap, world, folder):
    """--on-revoke: a certificate is revoked while a session of it is kept."""
    if Nginx.missing():
        tap.skip("--on-revoke", Nginx.missing())
        return
    place = folder / "revoked"
    place.mkdir()
    place.chmod(0o755)
    own = copy.copy(world)
    own.crl = place / "crl.pem"
    own.crl.write_bytes(world.crl.read_bytes())
    world.env["TMPDIR"] = str(folder)
    # A ticket key of its own lets sessions outlive the reload; without one nginx makes a
    # new key each time.
    ticket_key = place / "ticket.key"
    ticket_key.write_bytes(os.urandom(80))
    with Nginx(own, place, lines=[f"ssl_session_ticket_key {ticket_key}"]) as server:
        arguments = ["check", f"https://localhost:{server.port}/", "good", "none", "expired",
                     "--resolve", f"localhost:{server.port}:127.0.0.1", "--json"]
        done = world.run(*arguments, "--on-revoke",
                         RELOAD.format(crl=own.crl, place=place), check=False)
        tap.equal((place / "states").read_text().split(), ["revoked", "good"],
                  "--on-revoke: is called twice")
        for survey in json.loads(done.stdout)["server"]["survey"]:
            answer = survey["revoked-since"]
            tap.ok(answer["session"] and answer["resumed"],
                   f"--on-revoke: TLS {survey['tls']}: the session is taken back", answer)
            # Then nginx judges by what it has kept in the session: a finding.
            tap.equal(answer["accepted"], True,
                      f"--on-revoke: TLS {survey['tls']}: {server.version()} lets it in")
        tap.equal(json.loads(world.run(*arguments, check=False).stdout)["summary"]["differ"], 0,
                  "--on-revoke: afterwards the server is as before")
        done = world.run(*arguments, "--on-revoke", "exit 3", check=False)
        tap.ok(done.returncode == 2 and '"exit 3" failed with 3' in done.stderr,
               "--on-revoke: a command that fails is named", done.stderr)
        tap.equal(list(folder.glob("certgate-crls-*")), [], "--on-revoke: leaves no file")


def main():
    record = "--record" in sys.argv
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    tap = harness.Tap()
    with harness.folder() as folder:
        world = World(folder)
        for name, kind, settings, setting in SERVERS:
            if wanted and name not in wanted:
                continue
            if kind.missing():
                tap.skip(name, kind.missing())
                continue
            place = folder / name
            place.mkdir()
            place.chmod(0o755)
            with kind(world, place, **settings) as server:
                examine(tap, name, server, world, setting, record)
        if not record and not wanted:
            check_issuer(tap, world, folder)
            check_revoked(tap, world, folder)
    if record:
        subprocess.run([harness.ROOT / "scripts" / "docs"], check=True)
        return
    tap.done()


if __name__ == "__main__":
    main()
