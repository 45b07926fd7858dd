#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The server of a user's own files: the script of `certgate collect`. TAP.
"""
import re
import subprocess

from harness import CERTGATE, Tap

tap = Tap()

# Cmdlets that Microsoft documents; nothing that removes, sets or runs anything else.
CMDLETS = {"Join-Path", "Get-Location", "Split-Path", "New-Item", "Get-Content", "Out-File",
           "Out-Null", "Test-Path", "Get-ChildItem", "Export-Certificate", "ForEach-Object",
           "Where-Object"}
PROGRAMS = {"netsh http show sslcert", "netsh http show sslcert json=enable", "reg export"}
STORES = {"Root", "CA", "Disallowed", "TrustedPeople", "ClientAuthIssuer", "AuthRoot"}


def certgate(*words, **more):
    return subprocess.run([CERTGATE, *map(str, words)], capture_output=True, text=True,
                          check=False, **more)


def without_text(line):
    """A line of the script without its comment and what stands in quotes."""
    return re.sub(r"'(?:''|[^'])*'|\"[^\"]*\"", "", line.split("# ")[0])


def test_collect():
    done = certgate("collect")
    script = done.stdout
    tap.equal((done.returncode, done.stderr), (0, ""), "collect prints its script")
    tap.ok("was NOT run on Windows" in script[:700], "the script says that it was not run on Windows",
           script[:700])
    tap.ok(script.isascii() and len(script.splitlines()) <= 100, "it is short, and ASCII")
    code = "\n".join(without_text(line) for line in script.splitlines())
    functions = set(re.findall(r"^function ([\w-]+)", script, re.M))
    tap.equal(set(re.findall(r"(?<![\w$-])[A-Z][A-Za-z]+-[A-Z]\w+", code)) - functions, CMDLETS,
              "its cmdlets are those that are listed here")
    tap.equal({word.strip() for word in re.findall(
        r"\b(?:netsh|reg|certutil|cmd|appcmd)(?: (?!\$)[\w=]+)+", code)}, PROGRAMS,
        "its programs are those that are listed here")
    for pair in ("()", "{}", "[]"):
        tap.equal(*(code.count(c) for c in pair), f"its {pair} are in pairs")
    stores = re.search(r"foreach \(\$Store in (.*?)\)", script)[1]
    tap.equal(set(re.findall(r"\w+", stores)), STORES, "it exports these stores")
    tap.absent("PrivateKey", script, "no private key", "Export-Certificate")
    tap.absent("Pfx", script, "no PFX", "Export-Certificate")
    patterns = re.findall(r"-replace '(\(\?i\).*?)', '\$1\$2\"\"'", script)
    blank = re.compile(patterns[0].replace("''", "'"))
    for line in ['password="pass word"', "PASSWORD = 'x'", 'userPassword="[enc:AesProvider:x:enc]"',
                 'sqlConnectionString="Password=x"', 'validationKey="AB"', 'decryptionKey="AB"']:
        tap.equal(blank.sub(r'\1\2""', line), line.split("=")[0] + ("= " if " = " in line else "=")
                  + '""', f"it blanks {line}")
    done = certgate("collect", "C:\\folder")
    tap.ok(done.returncode == 2 and "C:\\folder" in done.stderr, "collect takes no operand",
           done.stderr)


def main():
    test_collect()
    tap.done()


main()
