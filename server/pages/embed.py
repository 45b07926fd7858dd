#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns the templates into one C file: embed.py OUTPUT FILE...

Indentation, comments ({{! ... }}) and the ends of lines that hold nothing but a
section's tag go, so that pages are small and lists have no blank lines. For every
style sheet the hash that a Content-Security-Policy wants is worked out here.
"""
import base64
import hashlib
import os
import re
import sys

ALONE = re.compile(r"\{\{[#^/>][^}]*\}\}")


def squeeze(text):
    text = re.sub(r"\{\{!.*?\}\}\n?", "", text, flags=re.S)
    out = []
    for line in text.split("\n"):
        line = line.strip()
        if line:
            out.append(line if ALONE.fullmatch(line) else line + "\n")
    return "".join(out)


def c_bytes(data):
    lines = []
    for i in range(0, len(data), 20):
        lines.append("    " + ", ".join(str(b) for b in data[i : i + 20]) + ",\n")
    return "".join(lines)


def main():
    output, files = sys.argv[1], sys.argv[2:]
    rows, arrays, hashes = [], [], []
    for number, path in enumerate(files):
        # pages/verdicts/revoked.html is "verdicts/revoked", style.css is "style.css"
        name = re.split(r"(?:^|/)pages/", path)[-1]
        name = name[:-5] if name.endswith(".html") else name
        with open(path, encoding="utf-8") as file:
            data = squeeze(file.read()).encode()
        if name.endswith(".css"):
            digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
            hashes.append("'sha256-%s'" % digest)
        arrays.append("static const unsigned char page_%d[] = {\n%s};\n" % (number, c_bytes(data)))
        rows.append('    { "%s", page_%d, sizeof page_%d },\n' % (name, number, number))
    with open(output + ".tmp", "w", encoding="utf-8") as out:
        out.write("/* Made by embed.py from server/pages. */\n")
        out.write('#include "pages/pages_data.h"\n\n')
        out.write("\n".join(arrays))
        out.write("\nconst struct pages_source pages_sources[] = {\n%s};\n" % "".join(rows))
        out.write("const size_t pages_n_sources = sizeof pages_sources / sizeof pages_sources[0];\n")
        out.write('const char pages_style_hashes[] = "%s";\n' % " ".join(hashes))
    os.replace(output + ".tmp", output)


main()
