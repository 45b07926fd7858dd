#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples of examples/, as a user has them: one folder, copied to some other place,
with certgate in PATH. Each passes, leaves nothing behind, and fails when the server does
what it must not. TAP.

  examples.py NAME     pytest, node, shell, curl or own-server
"""
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

from servers import Nginx, World
import harness

EXAMPLES = pathlib.Path(__file__).resolve().parent / "examples"
PYTHON = "/usr/bin/python3"  # Debian's modules belong to Debian's python3
TIMEOUT = 300

# certgated reads its options from such variables too: a server with a fault, of which the
# example knows nothing, and what the example has to complain of.
LETS_SERVERS_IN = {"CERTGATED_USAGECHECK": "disable"}
IGNORES_REVOCATION = {"CERTGATED_VERIFYCLIENTCERTREVOCATION": "disable"}
HIDES_REASONS = {"CERTGATED_ERRORMODE": "Custom"}
DOES_NOT_START = {"CERTGATED_MAX_CONNECTIONS": "many"}
IS_NOT_THERE = {"PATH": "/usr/bin:/bin"}

# name: the command, what it needs (a file or a module), what it says when all is well, and
# the faults: [environment, what it says of that]
RUNS = {
    "pytest": (
        [PYTHON, "-m", "pytest", "-p", "no:cacheprovider"],
        ["pytest", "requests"], ["passed"],
        [(LETS_SERVERS_IN, ["test_case[eku-server]", "7 failed"]),
         (IGNORES_REVOCATION, ["test_revoked_while_running", "DID NOT RAISE"]),
         (HIDES_REASONS, ["test_says_why"]),
         (DOES_NOT_START, ["certgated did not start", "CERTGATED_MAX_CONNECTIONS"]),
         (IS_NOT_THERE, ["certgate is not in PATH"])]),
    "node": (
        ["node", "--test"],
        ["node"], ["# fail 0", "ok 1 - good: 200"],
        [(LETS_SERVERS_IN, ["not ok 3 - eku-server: 403.16"]),
         (IGNORES_REVOCATION, ["- is refused when its certificate is revoked", "# fail 2"]),
         (DOES_NOT_START, ["certgated did not start", "CERTGATED_MAX_CONNECTIONS"]),
         (IS_NOT_THERE, ["spawn certgated ENOENT"])]),
    "shell": (
        ["sh", "test.sh"],
        ["curl"], ["ok 10 - and it is let in again", "1..10"],
        [(LETS_SERVERS_IN, ["not ok 3 - for servers only", "# got 200, want 403.16"]),
         (IGNORES_REVOCATION, ["not ok 8 - now it gets 403.13"]),
         (HIDES_REASONS, ["not ok 5 - expired: 403.17", "# got 403, want 403.17"]),
         (DOES_NOT_START, ["CERTGATED_MAX_CONNECTIONS"]),
         (IS_NOT_THERE, ["certgate: not found"])]),
    "curl": (
        ["certgate", "run", "--case", "good", "--case", "expired", "--", "sh", "oneliners.sh"],
        ["curl"], [],  # both ends of a pipe trace at a time: of the text little is sure
        [({"CERTGATED_TLS_MAX": "1.2"}, ["ended with 35", "handshake-failed"]),
         (HIDES_REASONS, ["ended with 1;", "verdict=NOT_TIME_VALID"]),
         (DOES_NOT_START, ["CERTGATED_MAX_CONNECTIONS"])]),
}


def lacks(what):
    """Why it cannot be had; None = it can."""
    if what in ("pytest", "requests"):
        there = os.path.exists(PYTHON) and subprocess.run(
            [PYTHON, "-c", f"import {what}"], capture_output=True).returncode == 0
        return None if there else f"python3-{what} is not installed"
    return None if shutil.which(what) else f"{what} is not installed"


class Place:
    """A project of somebody's, with the example's folder in it."""

    def __init__(self, folder, name):
        self.copy = folder / "project" / name
        shutil.copytree(EXAMPLES / name, self.copy)
        self.tmp = folder / "tmp"
        self.tmp.mkdir()
        path = os.pathsep.join([os.path.dirname(harness.CERTGATE),
                                os.path.dirname(harness.CERTGATED), os.environ["PATH"]])
        self.env = dict(os.environ, PATH=path, HOME=str(folder), TMPDIR=str(self.tmp),
                        NO_COLOR="1", PYTHONDONTWRITEBYTECODE="1")
        for name in list(self.env):
            if name.startswith(("CERTGATE_", "GITHUB_", "XDG_", "PYTEST_")):
                del self.env[name]

    def run(self, command, env=None):
        done = subprocess.run(command, cwd=self.copy, env=dict(self.env, **(env or {})),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT)
        return done.returncode, done.stdout

    def left(self):
        """What the example has left; pytest keeps its last folders for people to look at."""
        return [p.name for p in self.tmp.iterdir() if not p.name.startswith("pytest-of-")]


def examine(tap, folder, name):
    command, needs, says, faults = RUNS[name]
    for why in filter(None, map(lacks, needs)):
        harness.skip_all(why)
    place = Place(folder, name)
    code, text = place.run(command)
    tap.ok(code == 0 and all(words in text for words in says), f"{name}: passes", text[-3000:])
    if name == "shell":
        with_prove(tap, place)
    for fault, complaint in faults:
        if fault is IS_NOT_THERE and shutil.which("certgate", path=fault["PATH"]):
            tap.skip(f"{name}: without certgate", "it is installed on this machine")
            continue
        setting = ", ".join("=".join(pair) for pair in fault.items())
        code, text = place.run(command, fault)
        missing = [words for words in complaint if words not in text]
        tap.ok(code != 0 and not missing, f"{name}: fails with {setting}",
               f"code {code}, does not say {missing}\n{text[-2000:]}")
    tap.equal(place.left(), [], f"{name}: nothing is left behind")


def with_prove(tap, place):
    if shutil.which("prove") is None:
        tap.skip("shell: prove reads it", "prove is not installed")
        return
    code, text = place.run(["prove", "test.sh"])
    tap.ok(code == 0 and "Tests=10" in text, "shell: prove reads it", text)
    code, text = place.run(["prove", "test.sh"], LETS_SERVERS_IN)
    tap.ok(code != 0 and "Failed 1/10 subtests" in text, "shell: and sees a failure", text)


def own_server(tap, folder, name):
    """nginx plays the user's own server; then somebody changes its configuration."""
    if Nginx.missing():
        harness.skip_all(Nginx.missing())
    place = Place(folder, name)
    world = World(folder / "world")
    some = ["good", "none", "expired", "revoked", "unknown-root", "eku-server"]

    def regression(server, *words, **env):
        return place.run(["sh", "regression.sh", *words, f"https://localhost:{server.port}/",
                          *some, "--resolve", f"localhost:{server.port}:127.0.0.1"],
                         dict(CERTGATE_HOME=str(world.home), **env))

    with Nginx(world, fresh(folder, "strict")) as server:
        code, text = regression(server)
        tap.ok(code == 0, "without expected.tsv the server is held to what is sound", text)
        code, text = regression(server, "--record")
        tap.ok(code == 0 and (place.copy / "expected.tsv").exists(), "--record", text)
        code, text = regression(server)
        tap.ok(code == 0, "the same server passes", text)
    suite = xml.parse(place.copy / "certgate.xml").getroot()
    cases = [case for case in suite.iter("testcase")]
    tap.ok(len(cases) == 2 * len(some) and not list(suite.iter("failure")), "JUnit has each case")
    with Nginx(world, fresh(folder, "lax"), verify="optional_no_ca") as server:
        summary = folder / "summary.md"
        code, text = regression(server, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
        tap.ok(code == 1 and "::error title=none" in text,
               "one that lets in those without a certificate fails, annotated", text)
        tap.ok("none" in summary.read_text(), "and GitHub's summary has the table")
        tap.ok(list(xml.parse(place.copy / "certgate.xml").getroot().iter("failure")),
               "and JUnit the failure")
        code, text = regression(server, "--record")
        tap.ok(code == 0 and "not all of that is sound" in text,
               "--record says so if what it writes is not sound", text)
    code, text = place.run(["sh", "regression.sh", "--record", "https://localhost:1/", "nonsense"])
    tap.equal(code, 2, "wrong usage is told")


def fresh(folder, name):
    path = folder / name
    path.mkdir(mode=0o755)
    return path


def main():
    tap = harness.Tap()
    name = sys.argv[1]
    with harness.folder() as folder:
        folder.chmod(0o711)
        (folder / "world").mkdir()
        (own_server if name == "own-server" else examine)(tap, folder, name)
    tap.done()


main()
