# SPDX-License-Identifier: MIT
"""Options that no other script has a use for: each does what its manual says.

tests/lint/docs-table wants every option in some test.
"""
import json
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, folder, get

tap = Tap()


def run(server, *arguments):
    return subprocess.run([CERTGATE, *map(str, arguments)], env=server.env, timeout=2 * DEADLINE,
                          capture_output=True, text=True, check=False)


def url(server, site="Require"):
    return f"https://localhost:{server.ports[site]}/"


def get_options(server):
    shown = run(server, "get", "--case", "good", "--no-cert", "-k", url(server))
    tap.ok("403.7" in shown.stdout, "get --no-cert shows no certificate after all",
           shown.stdout + shown.stderr)
    for option, want in (((), "http/1.1"), (("--no-alpn",), None)):
        shown = run(server, "get", "--case", "good", "-k", "--json", *option, url(server))
        got = json.loads(shown.stdout)["tls"].get("alpn")
        tap.equal(got, want, f"get {' '.join(option) or 'by default'}: ALPN")
    with folder() as kept:
        for option, resumed in (("--session-out", "false"), ("--session-in", "true")):
            shown = run(server, "get", "--case", "good", "-k", "--json", option,
                        kept / "session", url(server))
            tap.ok(f'"resumed": {resumed}' in shown.stdout, f"get {option}: resumed is {resumed}",
                   shown.stdout + shown.stderr)


def exported_cas(server):
    def count(*option):
        return run(server, "ca", "export", *option).stdout.count("BEGIN CERTIFICATE")
    tap.equal(count(), 1, "ca export writes the root")
    tap.ok(count("--intermediates") > 1, "ca export --intermediates writes more",
           count("--intermediates"))


def other_places(server):
    """Where the test world lies, and what is asked in place of a name."""
    with folder() as world:
        done = run(server, "ca", "export", "--cases", world)
        made = (world / "authorities" / "root.crt").exists()
        tap.ok(made and "BEGIN CERTIFICATE" in done.stdout, "ca export --cases makes a world",
               done.stdout + done.stderr)
    done = run(server, "wait", "https://nowhere.test:1/", "--connect-to",
               f"nowhere.test:1:localhost:{server.ports['Require']}", "--timeout", "20s")
    tap.equal(done.returncode, 0, "wait --connect-to: it is another that answers")


def locked_key(server):
    """--pass opens the key of --cert."""
    with folder() as where:
        pem = (server.cases / "good.pem").read_text()
        key = subprocess.run(["openssl", "pkey", "-aes128", "-passout", "pass:word"],
                             input=pem, capture_output=True, text=True, check=True).stdout
        (where / "key.pem").write_text(key)
        for word, want in (("word", 0), ("other", 58)):
            done = run(server, "get", "-k", "--cert", server.cases / "good.crt", "--key",
                       where / "key.pem", "--pass", word, url(server))
            tap.equal(done.returncode, want, f"get --pass {word}")


def forged_usage(server):
    with folder() as out:
        done = run(server, "forge", "--eku", "clientAuth", "--ku", "keyAgreement",
                   "--out", out / "mine", "mine")
        text = "".join(run(server, "explain", path).stdout for path in out.rglob("*.pem"))
        tap.ok("Key Agreement" in text, "forge --ku keyAgreement: the certificate has it",
               done.stdout + done.stderr + text)


def verdict_header():
    """Hidden by a custom page, the verdict is told by the header alone."""
    with Server("--reveal-header", "--errormode", "Custom") as server:
        for case in ("expired", "eku-server"):
            done = run(server, "check", "--verdict-header", url(server), case)
            tap.ok(done.returncode == 0 and f"{case} " in done.stdout,
                   f"check --verdict-header: {case} is as expected", done.stdout)
        # What is wanted where one is required comes from a site that lets all in.
        done = run(server, "check", "--verdict-header", "--sslflags", "Require",
                   url(server, "Accept"), "none")
        tap.ok(done.returncode == 1, "check --verdict-header: another verdict is none",
               done.stdout)


def key_log():
    with folder() as out:
        with Server("--keylog", str(out / "keys")) as server:
            get(server.ports["Ignore"])
            text = (out / "keys").read_text()
            tap.ok("CLIENT_TRAFFIC_SECRET_0 " in text, "--keylog: the secrets are in the file",
                   text[:200])


def main():
    with Server() as server:
        get_options(server)
        exported_cas(server)
        other_places(server)
        locked_key(server)
        forged_usage(server)
    verdict_header()
    key_log()
    tap.done()


main()
