# SPDX-License-Identifier: MIT
"""certgate tells the truth about a server that is not ours: openssl s_server, which
ends the handshake of a client whose certificate it does not like, or does not."""
import json
import os
import re
import select
import subprocess
import time

from harness import CERTGATE, DEADLINE, Server, Tap, need

need("openssl")
tap = Tap()


class SServer:
    """openssl s_server on a port of the system's choice."""

    def __init__(self, ours, *options):
        pem = sorted((ours.store / "LocalMachine" / "My").glob("*"))
        cert = [p for p in pem if p.suffix in (".crt", ".pem", ".cer")][0]
        key = [p for p in pem if p.suffix in (".key", ".pem")][0]
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-accept", "0", "-cert", str(cert), "-key", str(key),
             "-CAfile", str(ours.folder / "cas.pem"), "-www", "-cipher", "ALL:@SECLEVEL=0",
             *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL)
        self.port = self._port()

    def _port(self):
        text = b""
        end = time.monotonic() + DEADLINE
        out = self.process.stdout.fileno()
        os.set_blocking(out, False)
        while time.monotonic() < end:
            select.select([out], [], [], 0.5)
            try:
                text += os.read(out, 4096)
            except BlockingIOError:
                continue
            found = re.search(rb"ACCEPT .*:(\d+)", text)
            if found:
                return int(found.group(1))
        raise RuntimeError(f"s_server did not start: {text!r}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def check(ours, port, *cases):
    """case -> version -> row of certgate's JSON; and its exit code."""
    done = subprocess.run(
        [CERTGATE, "check", f"https://localhost:{port}/", *cases, "--json", "-k", "--jobs", "1",
         "--resolve", f"localhost:{port}:127.0.0.1"],
        capture_output=True, env=ours.env, timeout=300)
    rows = {}
    for row in json.loads(done.stdout)["results"]:
        rows.setdefault(row["case"], {})[row["tls"]] = row
    return done.returncode, rows


def main():
    with Server("--quiet") as ours:
        # s_server gets the roots and intermediates that our store has.
        bundle = b""
        for folder in ("Root", "CA"):
            for path in sorted((ours.store / "LocalMachine" / folder).iterdir()):
                if path.suffix != ".crl" and "expired" not in path.name:
                    bundle += path.read_bytes() + b"\n"
        (ours.folder / "cas.pem").write_bytes(bundle)
        cases = ("good", "none", "expired", "unknown-root", "eku-server", "wrong-key")

        with SServer(ours, "-Verify", "1", "-verify_return_error") as strict:
            code, rows = check(ours, strict.port, *cases)
            tap.equal(code, 0, "-Verify 1: good is let in and bad is not, so 0")
            tap.equal(check(ours, strict.port, *cases, "--expect", "iis")[0], 1,
                      "--expect iis: some differ, so 1")
            for version in ("1.2", "1.3"):
                got = {case: rows[case][version]["got"] for case in cases}
                tap.equal(got["good"], "200", f"TLS {version}: good is let in")
                for case, alert in (("expired", 45), ("unknown-root", 48), ("none", None)):
                    result = rows[case][version]["result"]
                    # TLS 1.3: the client has finished by the time it is refused.
                    tap.equal(result["end"], "late-alert" if version == "1.3" else "alert",
                              f"TLS {version}: {case} is ended by an alert, not answered")
                    if alert is not None:
                        tap.equal(result["tls"]["alert_received"]["number"], alert,
                                  f"TLS {version}: {case} is told the alert {alert}")

        with SServer(ours, "-Verify", "1") as lax:
            # s_server then goes on whatever the certificate is: certgate must say so.
            code, rows = check(ours, lax.port, "good", "expired", "unknown-root", "none")
            tap.equal(code, 1, "a server that accepts anything is found out")
            for version in ("1.2", "1.3"):
                tap.equal(rows["expired"][version]["got"], "200",
                          f"TLS {version}: it accepts an expired certificate")
                tap.equal(rows["expired"][version]["outcome"], "differs",
                          f"TLS {version}: and that is called a difference")
                tap.ok(rows["none"][version]["got"] != "200",
                       f"TLS {version}: none is refused", rows["none"][version]["got"])

        with SServer(ours) as indifferent:
            code, rows = check(ours, indifferent.port, "good", "none")
            for version in ("1.2", "1.3"):
                tls = rows["good"][version]["result"]["tls"]
                tap.ok(tls["certificate_requested"] is False and not tls["certificate_sent"],
                       f"TLS {version}: a server that never asks is seen as such", tls)

        port = indifferent.port  # closed by now
        done = subprocess.run([CERTGATE, "get", f"https://127.0.0.1:{port}/", "-k"],
                              capture_output=True, env=ours.env, timeout=60)
        tap.equal(done.returncode, 7, "a refused connection is curl's 7")
        done = subprocess.run([CERTGATE, "check", f"https://127.0.0.1:{port}/", "-k"],
                              capture_output=True, env=ours.env, timeout=60)
        tap.ok(done.returncode == 2 and done.stderr.strip(), "check without a server is 2",
               done.stderr)
    tap.done()


main()
