#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The session that README.md opens with: its commands are run, and print what it shows.
A line " ..." stands for any lines, " ... " within one for any text. TAP.
"""
import os
import pathlib
import re
import subprocess
import tempfile

from harness import CERTGATE, CERTGATED, ROOT, Tap, need

tap = Tap()


def read_session():
    """(command, lines) of the first block with commands."""
    text = (ROOT / "README.md").read_text()
    block = re.search(r"^```\n(\$ .*?)^```", text, re.M | re.S)[1]
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, *lines = part.splitlines()
        yield command, lines


def pattern(lines):
    out = ""
    for line in lines:
        if line == " ...":
            out += r"(?:.*\n)*?"
        else:
            words = [re.escape(word) for word in f" {line} ".split(" ... ")]
            out += ".*".join(words).removeprefix(r"\ ").removesuffix(r"\ ") + "\n"
    return re.compile(out)


def main():
    need("curl")
    with tempfile.TemporaryDirectory(prefix="certgate-test-") as name:
        folder = pathlib.Path(name)
        places = [str(pathlib.Path(each).parent) for each in (CERTGATE, CERTGATED)]
        env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        env.update(HOME=name, NO_COLOR="1", PATH=":".join([*places, env["PATH"]]))
        made = subprocess.run([CERTGATE, "forge", "alice", "--subject", "O=Acme,CN=alice", "--eku",
                               "serverAuth", "--p12"], env=env, capture_output=True, text=True)
        pathlib.Path(made.stdout.strip()).rename(folder / "alice.pfx")
        n = 0
        for command, lines in read_session():
            done = subprocess.run(["sh", "-c", command], cwd=folder, env=env, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            tap.ok(pattern(lines).match(done.stdout), f"README.md: {command}", done.stdout)
            n += 1
        tap.ok(n >= 2, "README.md opens with a session", str(n))
    tap.done()


main()
