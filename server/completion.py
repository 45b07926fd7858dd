#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a completion script for certgated from what its --help says.

  completion.py CERTGATED bash|zsh|fish >SCRIPT
"""
import re
import subprocess
import sys

# What stands for an option's value: by its name, or by what --help calls it.
WORDS = {
    "sslflags": "Require Accept Ignore",
    "fetch": "loopback any none",
    "sslctlstorename": "ClientAuthIssuer Root CA TrustedPeople",
    "clientauthtrustmode": "0 1 2",
    "damaged-store": "refuse ignore",
    "weak-hash": "md5 sha1 none",
    "profile": "2012 2012R2 2016 2019 2022 2025",
    "errormode": "DetailedLocalOnly Detailed Custom",
    "color": "auto always never",
    "show": "sslcert",
    "SWITCH": "enable disable",
    "1.2|1.3": "1.2 1.3",
}
FILES, FOLDERS = ("FILE",), ("DIR",)
TEXT_COLUMN = 26


def read_options(program):
    """(name, letter, value, what it says, repeatable) of each."""
    options = []
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        match = re.match(r"\s{2,6}(?:-(\w), )?--([\w.-]+)(?: (\S+))?(?:\s{2,}(.*)|$)", line)
        if match:
            options.append([match[2], match[1], match[3], match[4] or ""])
        elif options and line.startswith(" " * TEXT_COLUMN):
            options[-1][3] += " " + line.strip()
    if len(options) < 10:
        sys.exit(f"completion.py: only {len(options)} options in {program} --help")
    return [(name, letter, value, says.strip(), "repeatable" in says) for name, letter, value, says in options]


def find_words(name, value):
    return WORDS.get(name) or WORDS.get(value) or ""


def first_sentence(says):
    return re.split(r"(?<=[^.])[.;](?: |$)", says)[0]


def bash(options):
    rows = []
    for name, letter, value, _, _ in options:
        if value is None:
            continue
        pattern = f"--{name}" + (f" | -{letter}" if letter else "")
        words = find_words(name, value)
        action = ("_certgated_files -f\n        return" if value in FILES else
                  "_certgated_files -d\n        return" if value in FOLDERS else
                  f"words='{words}'" if words else "return")
        rows.append(f"    {pattern})\n        {action}\n        ;;\n")
    names = " ".join(f"--{name}" + (f" -{letter}" if letter else "") for name, letter, *_ in options)
    return f"""# bash completion of certgated, made from its --help
_certgated_files() {{
    mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
    compopt -o filenames 2>/dev/null
}}

_certgated() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
    local words='{names}'
    case $previous in
{''.join(rows)}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}

complete -F _certgated certgated
"""


def zsh(options):
    rows = []
    for name, letter, value, says, repeats in options:
        plus, equals = ("+", "=") if value else ("", "")
        text = re.sub(r"([\[\]\\])", r"\\\1", first_sentence(says)).replace("'", "'\\''")
        if letter:
            head = "'*'" if repeats else f"'(-{letter} --{name})'"
            head += f"{{-{letter}{plus},--{name}{equals}}}'"
        else:
            head = f"'{'*' if repeats else ''}--{name}{equals}"
        words = find_words(name, value)
        action = ("" if value is None else f":{value.replace(':', chr(92) + ':')}:" + (
            "_files" if value in FILES else "_files -/" if value in FOLDERS else f"({words})" if words else " "))
        rows.append(f"    {head}[{text}]{action}' \\\n")
    return "#compdef certgated\n# zsh completion of certgated, made from its --help\n" + \
        "_arguments -s \\\n" + "".join(rows).removesuffix(" \\\n") + "\n"


def fish(options):
    rows = ["# fish completion of certgated, made from its --help\ncomplete -c certgated -f\n"]
    for name, letter, value, says, _ in options:
        words = find_words(name, value)
        text = re.sub(r"(['\\])", r"\\\1", first_sentence(says))
        rows.append(f"complete -c certgated -l {name}" + (f" -s {letter}" if letter else "") + (
            "" if value is None else " -r -F" if value in FILES else
            " -x -a '(__fish_complete_directories)'" if value in FOLDERS else
            f" -x -a '{words}'" if words else " -x") + f" -d '{text}'\n")
    return "".join(rows)


print({"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[2]](read_options(sys.argv[1])), end="")
