# SPDX-License-Identifier: MIT
"""Every case again, asked by clients that share no line with ours: openssl s_client,
curl and gnutls-cli, on TLS 1.2 and 1.3. Each must get the status and sub-status that
certgate reports and certs/cases.tsv expects.

A client that refuses to send a certificate at all (its own rules) proves nothing
about the server: that is counted and named, never passed off as agreement. It must say
so in words that are known here; silence is a failure.
"""
import collections
import concurrent.futures
import json
import os
import re
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, need, need_patches, substatus

need("openssl", "curl", "gnutls-cli")
tap = Tap()
VERSIONS = ("1.2", "1.3")


def run(command, text, env=None):
    try:
        done = subprocess.run(command, input=text, capture_output=True, timeout=DEADLINE,
                              env=dict(os.environ, **(env or {})))
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        return "timeout", late.stdout or b"", late.stderr or b""


def request(port):
    return (f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").encode()


def code_of(output):
    """'403.16', '200' or None from what a client printed."""
    found = re.search(rb"HTTP/1\.1 (\d{3})", output)
    if not found:
        return None
    sub = substatus(output)
    return sub or found.group(1).decode()


def s_client(port, pem, version):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername",
               "localhost", "-quiet", "-ign_eof", "-cipher", "ALL:@SECLEVEL=0",
               "-tls1_2" if version == "1.2" else "-tls1_3"]
    if pem:
        command += ["-cert", pem, "-key", pem, "-cert_chain", pem]
    code, out, err = run(command, request(port))
    return code_of(out), (out + err)[-600:]


def curl(port, pem, version):
    v = ["--tlsv1.2", "--tls-max", "1.2"] if version == "1.2" else ["--tlsv1.3"]
    command = ["curl", "-sik", "--max-time", "30", "--ciphers", "DEFAULT:@SECLEVEL=0", *v,
               "--resolve", f"localhost:{port}:127.0.0.1", f"https://localhost:{port}/"]
    if pem:
        command += ["--cert", pem, "--key", pem]
    code, out, err = run(command, b"")
    return code_of(out), f"exit {code} ".encode() + err[-600:]


def gnutls(port, pem, version):
    priority = f"NORMAL:-VERS-ALL:+VERS-TLS{version}:%VERIFY_ALLOW_SIGN_WITH_SHA1"
    command = ["gnutls-cli", "--insecure", "--no-ca-verification", "--priority", priority,
               "--sni-hostname", "localhost", "-p", str(port), "127.0.0.1"]
    if pem:
        command += ["--x509certfile", pem, "--x509keyfile", pem]
    code, out, err = run(command, request(port))
    return code_of(out), (out + err)[-600:]


CLIENTS = {"s_client": s_client, "curl": curl, "gnutls-cli": gnutls}


# What each client says of a certificate that it will not send.
REFUSALS = {
    "s_client": (b"key values mismatch", b"Could not read", b"unable to load", b"key too small",
                 b"md too weak"),
    "curl": (b"exit 58 ",),  # CURLE_SSL_CERTPROBLEM
    "gnutls-cli": (b"Error loading cert file", b"Key usage violation in certificate",
                   b"Some constraint limits were reached"),
}


def expectations(port, server):
    """name -> {version: code} as certgate itself sees it, and as the table wants it."""
    done = subprocess.run([CERTGATE, "check", f"https://localhost:{port}/", "--json"],
                          capture_output=True, env=server.env, timeout=300)
    report = json.loads(done.stdout)
    seen = {}
    for row in report["results"]:
        seen.setdefault(row["case"], {})[row["tls"]] = row
    return done.returncode, seen


def main():
    need_patches("certificates that mbedTLS cannot parse")
    with Server("--quiet") as server:
        port = server.ports["Require"]
        code, seen = expectations(port, server)
        tap.equal(code, 0, "certgate finds all as expected")
        jobs = []
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for case, rows in sorted(seen.items()):
                pem = str(server.cases / f"{case}.pem")
                pem = pem if os.path.exists(pem) else None
                for version in VERSIONS:
                    for name, client in CLIENTS.items():
                        jobs.append((case, version, name, rows[version],
                                     pool.submit(client, port, pem, version)))
            judge(jobs)
        tap.equal(server.stop(), 0, "the server ends with 0")
    tap.done()


def ended(said):
    """The server ended the connection; the client did not just refuse its own file."""
    words = said.lower()
    return b"mismatch" not in words and (b"alert" in words or b"terminated" in words)


def judge(jobs):
    silent = []
    confirmed = set()
    agreed = collections.Counter()
    for case, version, name, row, job in jobs:
        got, said = job.result()
        want = row["got"]
        label = f"{case}, TLS {version}, {name}: {want}"
        if got == want:
            confirmed.add((case, version))
            agreed[name, version] += 1
            tap.ok(True, label)
        elif row["expected"] == "alert" and got is None and ended(said):
            confirmed.add((case, version))
            agreed[name, version] += 1
            tap.ok(True, label)
        elif got is None and any(words in said for words in REFUSALS[name]):
            silent.append((label, said))
        else:
            tap.ok(False, label, f"got {got}: {said!r}")
    for label, said in silent:
        tap.skip(label, f"the client gave up: {said.decode(errors='replace').split(chr(10))[-2:]}"[:120])
    n_cases = len({job[0] for job in jobs})
    for name in CLIENTS:
        for version in VERSIONS:
            tap.ok(agreed[name, version] * 10 >= n_cases * 8,
                   f"{name}, TLS {version}: confirms at least 80 % of all cases",
                   f"{agreed[name, version]} of {n_cases}")
    for case, version in sorted({(j[0], j[1]) for j in jobs}):
        tap.ok((case, version) in confirmed, f"{case}, TLS {version} is confirmed by another client")


main()
