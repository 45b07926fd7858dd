# SPDX-License-Identifier: MIT
"""The fixture `certgate`: a certgated on free ports for the whole test session, with
certificates and stores of its own that go away with it.

Copy this folder; certgated and certgate have to be in PATH.
"""
import json
import os
import shutil
import subprocess

import pytest

# What the fixtures take from certgate's table: `certgate list` shows all of it.
CASES = ["good", "none", "expired", "not-yet-valid", "revoked", "on-hold", "unknown-root",
         "chain-missing", "eku-*", "name-*"]
START_TIMEOUT_S = 60


def pytest_configure():
    for program in ("certgate", "certgated"):
        if shutil.which(program) is None:
            raise pytest.UsageError(f"{program} is not in PATH")


def table():
    done = subprocess.run(["certgate", "list", "--json", *CASES], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def pytest_generate_tests(metafunc):
    """A test with the argument `case` runs once for each of them."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", table(), ids=lambda case: case["case"])


class Certgate:
    """What a test needs of the running server."""

    def __init__(self, home, ports, env):
        self.port, self.control_port = ports
        self.url = f"https://localhost:{self.port}"
        self.ca = str(home / "authorities" / "root.crt")
        self.env = dict(env, CERTGATE_CONTROL=f"http://127.0.0.1:{self.control_port}")

    def run(self, *words):
        return subprocess.run(["certgate", *map(str, words)], env=self.env,
                              capture_output=True, text=True)

    def _done(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def certificate(self, case):
        """A PEM file with key and chain; None for the case without a certificate."""
        return None if case == "none" else self._done("forge", case).strip()

    def mark(self):
        """The number of the newest event: `expect(since=...)` looks behind it."""
        newest = self._done("events", "--json", "--limit", 1)
        return json.loads(newest)["sequence"] if newest else 0

    def expect(self, **what):
        """Fails the test, with what the server saw instead, if it did not see this:
        expect(subject="CN=alice", verdict="403.16", count=1)."""
        words = [word for name, value in what.items() for word in (f"--{name}", value)]
        done = self.run("expect", "--within", "5s", *words)
        if done.returncode != 0:
            pytest.fail(done.stderr, pytrace=False)

    def revoke(self, case, state="revoked"):
        self._done("revoke", case, "--as", state)

    def reset(self):
        self._done("revoke", "--reset")


@pytest.fixture(scope="session")
def certgate_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certgate")
    env = dict(os.environ, CERTGATE_HOME=str(folder / "home"))
    # Nothing of the developer's own certgated.
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        env[name] = str(folder)
    # One pipe says when the server is ready; the other ends it with us, however we end.
    ready, ready_end = os.pipe()
    lifeline_end, lifeline = os.pipe()
    with open(folder / "certgated.log", "w+", encoding="utf-8") as log:
        server = subprocess.Popen(
            ["certgated", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0,desk,pki",
             "--listen", "127.0.0.1:0,control", "--log-dir", str(folder),
             "--port-file", str(folder / "ports"), "--ready-fd", str(ready_end),
             "--lifeline-fd", str(lifeline_end)],
            env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            pass_fds=(ready_end, lifeline_end))
        os.close(ready_end)
        os.close(lifeline_end)
        with open(ready, "rb") as pipe:
            if not pipe.readline():  # closed without a word
                log.seek(0)
                pytest.exit(f"certgated did not start:\n{log.read()}", returncode=3)
        judged, _, control = map(int, (folder / "ports").read_text().split())
        yield Certgate(folder / "home", (judged, control), env)
        os.close(lifeline)
        code = server.wait(START_TIMEOUT_S)
    assert code == 0, f"certgated ended with {code}"


@pytest.fixture
def certgate(certgate_server):
    """The server, as it was at the start: what a test has revoked is good again after it."""
    yield certgate_server
    certgate_server.reset()
