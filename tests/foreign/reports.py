#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reports of `certgate check` in the hands of those who are to read them: JUnit by
junitparser, JSON by its schema, TAP by prove, HTML by a parser of Python's, annotations
as GitHub's runner decodes them. TAP."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess

from servers import Nginx, SServer, World
import harness

SCHEMA = harness.ROOT / "client" / "check.schema.json"
# Debian's modules belong to Debian's python3.
PYTHON = "/usr/bin/python3"
CASES = ["good", "none", "expired", "unknown-root", "wrong-key", "subject-script"]

READ_JUNIT = """
import json, sys, junitparser
suites = []
for suite in junitparser.JUnitXml.fromfile(sys.argv[1]):
    cases = [(c.name, [type(r).__name__ for r in (c.result if isinstance(c.result, list)
              else [c.result] if c.result else [])]) for c in suite]
    suites.append({"name": suite.name, "tests": suite.tests, "failures": suite.failures,
                   "cases": cases})
print(json.dumps(suites))
"""
CHECK_SCHEMA = """
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(path))):
        print(path, list(error.absolute_path), error.message[:200])
"""


class Page(html.parser.HTMLParser):
    """What matters of the page: links, ids, and anything that could load or run."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.active, self.cells = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        if tag == "a":
            self.links.append(found.get("href", ""))
            self.cells.append(found.get("class", ""))
        if tag in ("script", "img", "iframe", "object", "link", "form", "base") or \
                any(name.startswith("on") or name == "src" for name in found):
            self.active.append((tag, found))


def can(python_module):
    return os.path.exists(PYTHON) and subprocess.run(
        [PYTHON, "-c", f"import {python_module}"], capture_output=True).returncode == 0


def url(server):
    return f"https://localhost:{server.port}/"


def resolve(*servers):
    return [word for server in servers
            for word in ("--resolve", f"localhost:{server.port}:127.0.0.1")]


def check_junit(tap, world, server):
    path = world.folder / "report.xml"
    world.run("check", url(server), *CASES, *resolve(server), "--expect", "iis", "--junit",
              str(path), "-o", os.devnull, check=False)
    if not can("junitparser"):
        tap.skip("JUnit is read by junitparser", "python3-junitparser is not installed")
        return
    suites = json.loads(subprocess.run([PYTHON, "-c", READ_JUNIT, str(path)], check=True,
                                       capture_output=True, text=True).stdout)
    tap.equal([suite["name"] for suite in suites],
              ["certgate check TLS 1.2", "certgate check TLS 1.3"], "JUnit: a suite a version")
    for suite in suites:
        tap.equal((suite["tests"], len(suite["cases"])), (len(CASES), len(CASES)),
                  f"JUnit: {suite['name']} has every case")
        failed = [name for name, results in suite["cases"] if results == ["Failure"]]
        tap.equal(len(failed), suite["failures"], f"JUnit: {suite['name']} counts its failures")
        tap.ok(failed, f"JUnit: nginx is not IIS, and {suite['name']} says so")


def check_json(tap, world, server, other):
    paths = []
    for number, (target, *options) in enumerate((
            (server,), (server, "--expect", "iis"), (other, "--survey"),
            (server, "--tls", "1.3"))):
        paths.append(str(world.folder / f"report-{number}.json"))
        world.run("check", url(target), *CASES, *resolve(target), *options, "--json",
                  "-o", paths[-1], check=False)
    if not can("jsonschema"):
        tap.skip("JSON is as its schema says", "python3-jsonschema is not installed")
        return
    done = subprocess.run([PYTHON, "-c", CHECK_SCHEMA, str(SCHEMA), *paths],
                          capture_output=True, text=True)
    tap.ok(done.returncode == 0 and not done.stdout, "JSON is as its schema says",
           done.stdout + done.stderr)
    # The schema is no rubber stamp.
    report = json.loads(pathlib.Path(paths[0]).read_text())
    report["results"][0]["word"] = "no such WORD"
    del report["results"][1]["case"]
    pathlib.Path(paths[0]).write_text(json.dumps(report))
    done = subprocess.run([PYTHON, "-c", CHECK_SCHEMA, str(SCHEMA), paths[0]],
                          capture_output=True, text=True)
    tap.equal(len(done.stdout.splitlines()), 2, "and two faults are two faults to it")


def check_tap(tap, world, server):
    if shutil.which("prove") is None:
        tap.skip("TAP is read by prove", "perl's prove is not installed")
        return
    for expect, good in (("strict", True), ("iis", False)):
        path = world.folder / f"{expect}.tap"
        world.run("check", url(server), *CASES, *resolve(server), "--expect", expect,
                  "--tap", "-o", str(path), check=False)
        done = subprocess.run(["prove", "-e", "cat", str(path)], capture_output=True, text=True)
        tap.equal(done.returncode == 0, good, f"TAP: prove agrees on --expect {expect}")
        tap.ok(f"Tests={2 * len(CASES)}" in done.stdout, "TAP: prove counts every test",
               done.stdout)


def check_html(tap, world, server, other):
    path = world.folder / "report.html"
    world.run("check", url(server), url(other), *CASES, *resolve(server, other), "--html",
              str(path), "-o", os.devnull, check=False)
    text = path.read_text()
    page = Page(text)
    cells = [link for link, kind in zip(page.links, page.cells)
             if kind in ("met", "differs", "untold")]
    tap.equal(len(cells), 2 * 2 * len(CASES), "HTML: a cell for each case, version and server")
    tap.ok(all(link[1:] in page.ids for link in cells), "HTML: each leads to its transcript")
    tap.equal(page.active, [], "HTML: nothing in it loads or runs")
    tap.ok("<script" not in text.lower(), "HTML: no script, though a case's title is about one")
    tap.ok("HTTP/1.1 400 Bad Request" in text, "HTML: a transcript has the answer's head")


def check_github(tap, world, server):
    summary = world.folder / "summary.md"
    summary.write_text("before\n")
    world.env.update(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    done = world.run("check", url(server), *resolve(server), "--expect", "iis", check=False)
    world.env.pop("GITHUB_ACTIONS")
    lines = [line for line in done.stderr.splitlines() if line.startswith("::")]
    errors = [line for line in lines
              if re.fullmatch(r"::error title=[^:,]*%2C TLS 1\.[23]::.*", line)]
    tap.equal(len(errors), 9, "GitHub: nine annotations, for a step shows ten")
    tap.ok(lines[-1].startswith("::notice title=certgate check::"), "GitHub: and how many more",
           lines[-1])
    tap.ok(not any(line.startswith("::") for line in done.stdout.splitlines()),
           "GitHub: the report itself has none")
    text = summary.read_text()
    tap.ok(text.startswith("before\n## certgate check\n"), "GitHub: the summary is appended to")
    tap.ok("### Not as expected" in text and "| `expired` | ❌ 400/495 | ❌ 400/495 | 403.17" in text,
           "GitHub: with what differs first", text[:1500])


def check_compare(tap, world, server, other):
    done = world.run("check", url(server), url(other), *CASES, *resolve(server, other),
                     check=False)
    line = [row for row in done.stdout.splitlines() if row.startswith("expired ")][0]
    tap.equal(line.split()[1:6], ["400/495", "400/495", "200", "!", "200"],
              "side by side: one refuses, the other does not")
    tap.ok(line.endswith("* expired a day ago"), "side by side: and that is marked", line)
    tap.ok("answers like          nginx" in done.stdout and
           done.stdout.count("\nThe server") == 2, "side by side: each is described")
    tap.equal(done.returncode, 1, "side by side: the worse one decides")
    done = world.run("check", url(server), url(other), "--json", check=False)
    tap.equal(done.returncode, 2, "--json with two URLs is refused")


def check_diff(tap, world, server, other):
    old = world.folder / "old.json"
    world.run("check", url(server), *CASES, *resolve(server), "--json", "-o", str(old),
              check=False)
    done = world.run("check", url(server), *CASES, *resolve(server), "--diff", str(old),
                     check=False)
    tap.ok(f"\n0 of {2 * len(CASES)} answers are others than in" in done.stdout,
           "--diff: nothing has changed", done.stdout[-600:])
    done = world.run("check", url(other), *CASES, "both-purposes", *resolve(other), "--diff",
                     str(old), check=False)
    tap.ok("\n  expired, TLS 1.2: 400/495 -> 200\n" in done.stdout and
           "\n  both-purposes, TLS 1.3: not in it -> 200\n" in done.stdout,
           "--diff: what has changed", done.stdout[-900:])
    old.write_text("{}")
    done = world.run("check", url(server), "good", *resolve(server), "--diff", str(old),
                     check=False)
    tap.ok(done.returncode == 2 and "that is no report" in done.stderr,
           "--diff: another file is refused", done.stderr)


def main():
    tap = harness.Tap()
    if Nginx.missing():
        harness.skip_all(Nginx.missing())
    with harness.folder() as folder:
        world = World(folder)
        for name in ("nginx", "openssl"):
            (folder / name).mkdir()
            (folder / name).chmod(0o755)
        with Nginx(world, folder / "nginx") as server, \
                SServer(world, folder / "openssl", options=("-verify", "10")) as other:
            check_junit(tap, world, server)
            check_json(tap, world, server, other)
            check_tap(tap, world, server)
            check_html(tap, world, server, other)
            check_github(tap, world, server)
            check_compare(tap, world, server, other)
            check_diff(tap, world, server, other)
    tap.done()


main()
