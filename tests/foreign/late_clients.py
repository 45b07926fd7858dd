#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Other people's TLS clients at a site that asks late: what does each do, and what does its
user get to see? As recorded in late_clients.tsv.

  late_clients.py            compares (TAP)
  late_clients.py --record   writes it, and the table in docs/late.md again

What a client did is taken from certgated's own log, what is seen from its output.
"""
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

from clients import CLIENTS, REQUEST, Log, first, normalise, run
import harness

RECORDED = pathlib.Path(__file__).resolve().parent / "late_clients.tsv"
SOURCE = pathlib.Path(__file__).resolve().parent / "late_client.go"
SETTINGS = [
    ("TLS 1.2", ("--tls-max", "1.2")),
    ("TLS 1.3, 2022", ("--tls-min", "1.3", "--profile", "2022")),
    ("TLS 1.3, 2025", ("--tls-min", "1.3", "--profile", "2025")),
]


def s_client_refuses(pem, root, port, case):
    return run("openssl", "s_client", "-quiet", "-ign_eof", "-no_renegotiation", "-servername",
               "localhost", "-CAfile", root, *(["-cert", pem, "-key", pem] if pem else []),
               "-connect", f"127.0.0.1:{port}", stdin=REQUEST.format(case=case))


def silent(pem, root, port, case):
    """Sends its request over TLS and then looks at nothing but the end of TCP."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = harness.context(cert=pem).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", port), timeout=harness.DEADLINE) as raw:
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                raw.sendall(outgoing.read())
                incoming.write(raw.recv(65536))
        tls.write(REQUEST.format(case=case).encode())
        raw.sendall(outgoing.read())
        try:
            while raw.recv(65536):
                pass
        except ConnectionResetError:
            return "ConnectionResetError"
    return "closed"


class Go:
    """Built once, for both of what a Go program can say of renegotiation."""
    folder = None

    def __init__(self, renegotiation):
        self.renegotiation = renegotiation

    def __call__(self, pem, root, port, case):
        if Go.folder is None:
            Go.folder = tempfile.TemporaryDirectory(prefix="certgate-go-")
            env = dict(os.environ, GOCACHE=f"{Go.folder.name}/cache", GOPATH=Go.folder.name,
                       GO111MODULE="off", GOFLAGS="", CGO_ENABLED="0")
            subprocess.run(["go", "build", "-o", f"{Go.folder.name}/client", SOURCE], env=env, check=True,
                           timeout=300)
        return run(f"{Go.folder.name}/client", self.renegotiation, root,
                   f"https://localhost:{port}/c/{case}", *([pem] if pem else []))


def go_version():
    return "Go " + re.search(r"go([\d.]+)", first("go", "version"))[1]


# name, package, whether it is here, version, function: as in clients.py
EXTRA = [
    ("refuses", "openssl", CLIENTS[4][2], lambda: CLIENTS[4][3]() + " -no_renegotiation",
     s_client_refuses),
    ("go", "golang-go", lambda: shutil.which("go"), go_version, Go("never")),
    ("go-once", "golang-go", lambda: shutil.which("go"),
     lambda: go_version() + " RenegotiateOnceAsClient", Go("once")),
    ("silent", "python3", lambda: True, lambda: "a client that stays silent", silent),
]


def tell_done(lines, case):
    """What certgated has seen of the client, in a few words."""
    text = "\n".join(lines)
    late = re.search(r" late path=\S+ certificate=(\w+)", text)
    failed = re.search(r" late-failed .*", text)
    asked = f"asked late, {'sent one' if late[1] == 'yes' else 'sent none'}: " if late else ""
    if failed:
        alert = re.search(r"alert-received=([a-z_]+)", failed[0])
        how = alert or re.search(r"end=([\w-]+)", failed[0])
        return f"asked late, {how[1]}: reset"
    request = re.search(rf" request status=(\S+) .*path=/c/{case} ", text)
    if request:
        return asked + request[1]
    return "no connection"


def ask(client, server, log, marker):
    port, row = server.ports["Require"], []
    root = server.cases.parent / "authorities" / "root.crt"
    for case in ("good", "none"):
        pem = None if case == "none" else server.cases / f"{case}.pem"
        text = client(pem, root, port, case)
        done = tell_done(log.take(f"{marker}-{case}"), case)
        seen = normalise(text, [str(pem), str(root), str(server.folder)])
        row += [done, "-" if re.search(r": 200$|: 404\.0$", done) else seen]
    return row


def read_table():
    return {tuple(row[:2]): row[2:] for row in
            (line.split("\t") for line in RECORDED.read_text().splitlines()
             if not line.startswith("#"))}


def main():
    record = "--record" in sys.argv
    tap = harness.Tap()
    here = []
    for name, package, is_here, get_version, client in CLIENTS + EXTRA:
        if is_here():
            here.append((name, get_version(), client))
        else:
            tap.skip(name, f"{package} is not installed")
    found = {}
    for number, (setting, options) in enumerate(SETTINGS):
        with harness.Server("--clientcertnegotiation", "disable", "--handshake-timeout", "3",
                            *options, listen=("Require", "Ignore")) as server:
            log = Log(server, server.ports["Ignore"])
            for name, version, client in here:
                if name == "java":
                    client = type(client)()
                found[version, setting] = ask(client, server, log, f"{number}-{name}")
    if record:
        lines = ["# client\tsetting\twith a good certificate: what certgated saw\twhat the user "
                 "sees\twith none: what certgated saw\twhat the user sees"]
        lines += ["\t".join((*key, *row)) for key, row in found.items()]
        RECORDED.write_text("\n".join(lines) + "\n")
        subprocess.run([harness.ROOT / "scripts" / "docs"], check=True)
        return
    recorded = read_table()
    for (version, setting), row in found.items():
        if (version, setting) not in recorded:
            tap.skip(f"{version}, {setting}", "recorded with another version")
        else:
            tap.equal(row, recorded[version, setting], f"{version}, {setting}: as recorded")
    tap.done()


main()
