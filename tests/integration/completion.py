#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The completions of both programs in the shells themselves: bash and zsh at a terminal, where Tab
is pressed, fish by its own `complete -C`. TAP.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time

from harness import BUILD, CERTGATE, CERTGATED, Tap

tap = Tap()
DEADLINE = 30.0
ENV = {"PATH": f"{pathlib.Path(CERTGATE).parent}:{pathlib.Path(CERTGATED).parent}:{os.environ['PATH']}", "TERM": "dumb", "LC_ALL": "C.UTF-8"}

# What is typed before Tab, and what stands there then.
TYPED = [
    ("certgate revo", "certgate revoke "),
    ("certgate help compl", "certgate help completion "),
    ("certgate get --case expired-s", "certgate get --case expired-server "),
    ("certgate get --offer-as dot", "certgate get --offer-as dotnet "),
    ("certgate revoke good --as garb", "certgate revoke good --as garbage "),
    ("certgate revoke eku-smart-card-", "certgate revoke eku-smart-card-client "),
    ("certgate explain a-certif", "certgate explain a-certificate.pem "),
    ("certgate get --cert a-certif", "certgate get --cert a-certificate.pem "),
    ("certgate ca export --interm", "certgate ca export --intermediates "),
    ("certgate store l", "certgate store list "),
    ("certgated --errorm", "certgated --errormode"),
    ("certgated --listen 8443 --color al", "certgated --listen 8443 --color always "),
    ("certgated --mapping a-certif", "certgated --mapping a-certificate.pem "),
    ("certgated --profile 2012R", "certgated --profile 2012R2 "),
    ("certgated --usagecheck dis", "certgated --usagecheck disable "),
    ("certgated -f Req", "certgated -f Require "),
]
SERVER_SCRIPT = {"bash": "certgated.bash", "zsh": "_certgated", "fish": "certgated.fish"}


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


def script(shell):
    return run(CERTGATE, "completion", shell).stdout


def server_script(shell):
    return (BUILD / "server" / SERVER_SCRIPT[shell]).read_text()


def server_options():
    text = run(CERTGATED, "--help").stdout
    return set(re.findall(r"^\s{2,6}(?:-\w, )?(--[\w.-]+)", text, re.M))


def commands():
    return re.findall(r"^  (\w+) ", run(CERTGATE, "help").stdout, re.M)


def options(command):
    """As --help has them."""
    text = run(CERTGATE, command, "--help").stdout
    return set(re.findall(r"^\s{2,6}(?:-\w, )?(--[\w.-]+)", text, re.M))


class Terminal:
    """A shell that believes in a person."""

    def __init__(self, folder, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, dict(ENV, HOME=str(folder)))
        self.text = ""

    def send(self, text):
        self.text = ""
        os.write(self.fd, text.encode())

    def wait(self, words):
        end = time.monotonic() + DEADLINE
        while words not in self.text and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.text += re.sub(r"\x1b\[[?\d;]*\w|\x07|.\x08|\r", "",
                                        os.read(self.fd, 65536).decode(errors="replace"))
                except OSError:
                    return False
        return words in self.text

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def press_tab(folder, shell, words, setup):
    terminal = Terminal(folder, *words)
    terminal.send(f"{setup}; echo rea''dy\n")
    if not tap.ok(terminal.wait("ready"), f"{shell}: reads its script", terminal.text):
        return
    for typed, completed in TYPED:
        terminal.send(f"{typed}\t")
        done = terminal.wait(completed)
        tap.ok(done, f"{shell}: {typed}<Tab>", repr(terminal.text))
        terminal.send("\x15")  # Control-U empties the line
    terminal.close()


def in_bash(folder):
    (folder / "c.bash").write_text(script("bash"))
    (folder / "d.bash").write_text(server_script("bash"))
    press_tab(folder, "bash", ("bash", "--norc", "--noprofile", "-i"),
              "PS1='> '; bind 'set enable-bracketed-paste off'; . ./c.bash; . ./d.bash")
    done = run("bash", "--norc", "-c", '. ./d.bash; COMP_WORDS=(certgated -); COMP_CWORD=1; _certgated; '
               'printf "%s\\n" "${COMPREPLY[@]}"', cwd=folder)
    tap.equal({word for word in done.stdout.split() if word.startswith("--")}, server_options(),
              "bash: all options of certgated")
    for command in [name for name in commands() if name != "help"]:
        done = run("bash", "--norc", "-c", '. ./c.bash; COMP_WORDS=(certgate "$0" -); COMP_CWORD=2; '
                   '_certgate; printf "%s\\n" "${COMPREPLY[@]}"', command, cwd=folder)
        found = {word for word in done.stdout.split() if word.startswith("--")}
        tap.equal(found, options(command), f"bash: all options of {command}")
    if shutil.which("shellcheck"):
        done = run("shellcheck", "-s", "bash", "c.bash", "d.bash", cwd=folder)
        tap.equal(done.stdout, "", "bash: shellcheck finds nothing")


def in_zsh(folder):
    if shutil.which("zsh") is None:
        tap.skip("zsh", "zsh is not installed")
        return
    (folder / "fpath").mkdir()
    (folder / "fpath" / "_certgate").write_text(script("zsh"))
    (folder / "fpath" / "_certgated").write_text(server_script("zsh"))
    press_tab(folder, "zsh", ("zsh", "-f", "-i"),
              "PS1='> '; unsetopt zle_bracketed_paste 2>/dev/null; fpath=($PWD/fpath $fpath); "
              "autoload -U compinit; compinit -D -u")


def in_fish(folder):
    if shutil.which("fish") is None:
        tap.skip("fish", "fish is not installed")
        return
    (folder / "c.fish").write_text(script("fish"))
    (folder / "d.fish").write_text(server_script("fish"))

    def complete(line):
        done = run("fish", "--no-config", "-c", f"source c.fish; source d.fish; complete -C '{line}'", cwd=folder,
                   env=dict(ENV, HOME=str(folder)))
        return [row.split("\t")[0] for row in done.stdout.splitlines()], done.stderr
    for typed, completed in TYPED:
        found, said = complete(typed)
        tap.equal((found, said), ([completed.split()[-1]], ""), f"fish: {typed}<Tab>")
    found = {word for word in complete("certgated --")[0] if word.startswith("--")}
    tap.equal(found, server_options(), "fish: all options of certgated")
    for command in [name for name in commands() if name != "help"]:
        found = {word for word in complete(f"certgate {command} --")[0] if word.startswith("--")}
        tap.equal(found, options(command), f"fish: all options of {command}")


def words_are_understood():
    """Each word that is offered for a value is one that certgated takes."""
    offered = re.findall(r"-l ([\w-]+)(?: -s \w)? -x -a '([^'(]+)' ", server_script("fish"))
    wrong = [(option, word) for option, words in offered for word in words.split()
             if run(CERTGATED, f"--{option}={word}", "--help").returncode != 0]
    tap.none(wrong, offered, "certgated takes each word that is offered for a value", 15)
    tap.equal(run(CERTGATED, "--weak-hash=no-such", "--help").returncode, 2, "and not any other")


def main():
    with tempfile.TemporaryDirectory(prefix="certgate-test-") as name:
        folder = pathlib.Path(name)
        (folder / "a-certificate.pem").write_text("")
        in_bash(folder)
        in_zsh(folder)
        in_fish(folder)
    words_are_understood()
    done = run(CERTGATE, "completion", "tcsh")
    tap.ok(done.returncode == 2 and "bash, zsh or fish is meant" in done.stderr,
           "another shell is an error", done.stderr)
    tap.done()


main()
