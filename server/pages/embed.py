#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns the templates into one C file: embed.py OUTPUT ADVICE_LIST FILE...

ADVICE_LIST is lib/chain/advice_list.h: each of its rows becomes a template, too,
"verdicts/revoked", with the sections description, causes, tries and more.

Indentation, comments ({{! ... }}) and the ends of lines that hold nothing but a
section's tag go, so that pages are small and lists have no blank lines. For every
style sheet, and every script of inline/, the hash that a Content-Security-Policy wants
is worked out here.
"""
import base64
import hashlib
import html
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


def advice_templates(path):
    """(name, template) of each row."""
    text = read(path).replace("\\\n", "\n")
    token = re.compile(r'"((?:[^"\\]|\\.)*)"|\b(X|CAUSES|TRIES)\(|(\))')
    for row in re.split(r"^    X\(", text, flags=re.M)[1:]:
        name = re.match(r"\w+", row)[0].lower()
        parts, items = [], None
        for string, word, end in token.findall(row):
            if word:
                items = []
            elif end and items is not None:
                parts.append(items)
                items = None
            elif string:
                (parts if items is None else items).append(markup(string))
        description, causes, tries, more = parts
        lists = ["".join(f"<li>{item}</li>\n" for item in part) for part in (causes, tries)]
        yield f"verdicts/{name}", (
            f"{{{{#description}}}}{description}{{{{/description}}}}\n"
            f"{{{{#causes}}}}\n{lists[0]}{{{{/causes}}}}\n"
            f"{{{{#tries}}}}\n{lists[1]}{{{{/tries}}}}\n"
            f"{{{{#more}}}}{more}{{{{/more}}}}\n")


def markup(string):
    """HTML of a text with advice_list.h's marks, as a C string has it."""
    text = html.escape(re.sub(r"\\(.)", r"\1", string), quote=False)
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", text)
    return re.sub(r"\*([^*]*)\*", r"<em>\1</em>", text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def c_bytes(data):
    lines = []
    for i in range(0, len(data), 20):
        lines.append("    " + ", ".join(str(b) for b in data[i : i + 20]) + ",\n")
    return "".join(lines)


def main():
    output, advice, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    rows, arrays, styles, scripts = [], [], [], []
    # pages/custom/404.html is "custom/404", style.css is "style.css"
    templates = [(re.split(r"(?:^|/)pages/", path)[-1].removesuffix(".html"), read(path))
                 for path in files]
    for number, (name, text) in enumerate([*templates, *advice_templates(advice)]):
        data = squeeze(text).encode()
        digest = "'sha256-%s'" % base64.b64encode(hashlib.sha256(data).digest()).decode()
        if name.endswith(".css"):
            styles.append(digest)
        elif name.startswith("inline/"):
            scripts.append(digest)
        arrays.append("static const unsigned char page_%d[] = {\n%s};\n" % (number, c_bytes(data)))
        rows.append('    { "%s", page_%d, sizeof page_%d },\n' % (name, number, number))
    with open(output + ".tmp", "w", encoding="utf-8") as out:
        out.write("/* Made by embed.py from server/pages. */\n")
        out.write('#include "pages/pages_data.h"\n\n')
        out.write("\n".join(arrays))
        out.write("\nconst struct pages_source pages_sources[] = {\n%s};\n" % "".join(rows))
        out.write("const size_t pages_n_sources = sizeof pages_sources / sizeof pages_sources[0];\n")
        out.write('const char pages_style_hashes[] = "%s";\n' % " ".join(styles))
        out.write('const char pages_script_hashes[] = "%s";\n' % " ".join(scripts))
    os.replace(output + ".tmp", output)


main()
