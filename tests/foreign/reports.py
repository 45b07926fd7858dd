#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reports of `certgate check` in the hands of those who are to read them: JUnit by
junitparser, JSON by its schema, TAP 13 by prove and TAP 14 by npm's tap-parser, HTML by a parser of Python's, annotations
as GitHub's runner decodes them. TAP."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree

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


# What a strict reader of TAP 14 makes of it: the counts and names of all tests, by level.
READ_TAP = """
const { Parser } = require('tap-parser');
function read(parser) {
    const found = { name: parser.name, tests: [], subtests: [], odd: [] };
    parser.on('assert', test => found.tests.push([test.ok, test.name, test.diag]));
    parser.on('extra', text => found.odd.push(text));
    parser.on('child', child => found.subtests.push(read(child)));
    parser.on('version', version => { found.version = version; });
    parser.on('complete', results => {
        found.ok = results.ok;
        found.errors = results.failures.filter(f => f.tapError).map(f => f.tapError);
    });
    return found;
}
const parser = new Parser({ strict: true });
const found = read(parser);
parser.on('complete', () => console.log(JSON.stringify(found)));
parser.end(require('fs').readFileSync(process.argv[1]));
"""
TAP_PARSER = pathlib.Path(__file__).resolve().parent / "node_modules" / "tap-parser"
SESSIONS = ["resumed", "made-without", "made-with-expired", "other-host-name", "from-other-host"]
# Test points of one server: every case and question about sessions, on both versions.
N_POINTS = 2 * (len(CASES) + len(SESSIONS))


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


def read_junit(path):
    return json.loads(subprocess.run([PYTHON, "-c", READ_JUNIT, str(path)], check=True,
                                     capture_output=True, text=True).stdout)


def check_junit(tap, world, server, other):
    path = world.folder / "report.xml"
    world.run("check", url(server), *CASES, *resolve(server), "--expect", "iis", "--survey",
              "--junit", str(path), "-o", os.devnull, check=False)
    both = world.folder / "both.xml"
    world.run("check", url(server), url(other), *CASES, *resolve(server, other), "--junit",
              str(both), "-o", os.devnull, check=False)
    if not can("junitparser"):
        tap.skip("JUnit is read by junitparser", "python3-junitparser is not installed")
        return
    suites = read_junit(path)
    tap.equal([suite["name"] for suite in suites],
              ["certgate check TLS 1.2", "certgate check TLS 1.3"], "JUnit: a suite a version")
    for suite in suites:
        tap.equal((suite["tests"], len(suite["cases"])), (N_POINTS // 2, N_POINTS // 2),
                  f"JUnit: {suite['name']} has every case and question about sessions")
        failed = [name for name, results in suite["cases"] if results == ["Failure"]]
        tap.equal(len(failed), suite["failures"], f"JUnit: {suite['name']} counts its failures")
        tap.ok(failed, f"JUnit: nginx is not IIS, and {suite['name']} says so")
    tap.equal([suite["name"] for suite in read_junit(both)],
              [f"certgate check {url(target)}, TLS {tls}" for target in (server, other)
               for tls in ("1.2", "1.3")], "JUnit: of two servers, a suite for each and version")
    root = xml.etree.ElementTree.parse(both).getroot()
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    tap.equal((len(names), len(set(names))), (2 * N_POINTS, 2 * N_POINTS),
              "JUnit: and each test has a name of its own")
    tap.equal((root.get("tests"), root.get("failures")),
              (str(2 * N_POINTS), str(len(list(root.iter("failure"))))), "JUnit: the root adds up")


def check_json(tap, world, server, other):
    paths = []
    for number, (targets, *options) in enumerate((
            ([server],), ([server], "--expect", "iis"), ([other], "--survey"),
            ([server], "--tls", "1.3"), ([server, other],),
            ([server], "--diff", str(world.folder / "report-1.json")),
            ([server, other], "--diff", str(world.folder / "report-4.json")))):
        paths.append(str(world.folder / f"report-{number}.json"))
        world.run("check", *map(url, targets), *CASES, *resolve(*targets), *options, "--json",
                  "-o", paths[-1], check=False)
    reports = [json.loads(pathlib.Path(path).read_text()) for path in paths]
    tap.equal([report["url"] for report in reports[4]["reports"]], [url(server), url(other)],
              "JSON: two servers are two reports")
    tap.equal((reports[5]["changes"]["compared"], reports[5]["changes"]["changed"]),
              (2 * len(CASES), []), "JSON: what has changed since is in it")
    tap.equal([report["changes"]["changed"] for report in reports[6]["reports"]], [[], []],
              "JSON: and each server is compared with itself")
    if not can("jsonschema"):
        tap.skip("JSON is as its schema says", "python3-jsonschema is not installed")
        return
    done = subprocess.run([PYTHON, "-c", CHECK_SCHEMA, str(SCHEMA), *paths],
                          capture_output=True, text=True)
    tap.ok(done.returncode == 0 and not done.stdout, "JSON is as its schema says",
           done.stdout + done.stderr)
    # The schema is no rubber stamp.
    wrong_word, no_case, no_report = reports[0], reports[2], reports[4]
    wrong_word["results"][0]["word"] = "no such WORD"
    del no_case["results"][1]["case"]
    no_report["reports"][1] = {}
    for number in (0, 2, 4):
        pathlib.Path(paths[number]).write_text(json.dumps(reports[number]))
    done = subprocess.run([PYTHON, "-c", CHECK_SCHEMA, str(SCHEMA), *paths],
                          capture_output=True, text=True)
    tap.equal([line.split()[0] for line in done.stdout.splitlines()],
              [paths[0], paths[2], paths[4]], "and three faults are three faults to it")


def write_tap(world, targets, name, *options):
    path = world.folder / name
    world.run("check", *map(url, targets), *CASES, *resolve(*targets), *options, "-o", str(path),
              check=False)
    return path


def check_tap_13(tap, world, server, other):
    if shutil.which("prove") is None:
        tap.skip("TAP 13 is read by prove", "perl's prove is not installed")
        return
    for targets, expect, good in (([server], "strict", True), ([server], "iis", False),
                                  ([server, other], "strict", False)):
        path = write_tap(world, targets, f"{expect}-{len(targets)}.tap", "--tap-version", "13",
                         "--survey", "--expect", expect)
        done = subprocess.run(["prove", "-e", "cat", str(path)], capture_output=True, text=True)
        name = f"TAP 13: {len(targets)} held to {expect}"
        tap.equal(done.returncode == 0, good, f"{name}: prove agrees")
        tap.ok(f"Tests={len(targets) * N_POINTS}," in done.stdout and
               "Parse errors" not in done.stdout, f"{name}: it reads every test", done.stdout)


def read_tap(path):
    done = subprocess.run(["node", "-e", READ_TAP, str(path)], capture_output=True, text=True,
                          env=dict(os.environ, NODE_PATH=str(TAP_PARSER.parent)))
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def check_tap_14(tap, world, server, other):
    if shutil.which("node") is None or not TAP_PARSER.exists():
        tap.skip("TAP 14 is read by tap-parser", "scripts/deps foreign installs it")
        return
    found = read_tap(write_tap(world, [server], "one-14.tap", "--tap"))
    tap.equal((found["version"], found["ok"], found["errors"], found["odd"]), (14, True, [], []),
              "TAP 14: tap-parser reads one server's")
    tap.equal(len(found["tests"]), N_POINTS, "TAP 14: with every test")
    found = read_tap(write_tap(world, [server, other], "two-14.tap", "--tap"))
    tap.equal((found["version"], found["ok"], found["errors"], found["odd"]), (14, False, [], []),
              "TAP 14: it reads two servers'")
    tap.equal([test[:2] for test in found["tests"]], [[True, url(server)], [False, url(other)]],
              "TAP 14: each is one test")
    tap.equal([(len(sub["tests"]), sub["ok"], sub["name"]) for sub in found["subtests"]],
              [(N_POINTS, True, url(server)), (N_POINTS, False, url(other))],
              "TAP 14: and a subtest with every test")
    worst = [test for test in found["subtests"][1]["tests"] if not test[0]]
    tap.ok(worst and all("message" in test[2] for test in worst),
           "TAP 14: what fails says why", worst)


def check_html(tap, world, server, other):
    path = world.folder / "report.html"
    world.run("check", url(server), url(other), *CASES, *resolve(server, other), "--html",
              str(path), "-o", os.devnull, check=False)
    text = path.read_text()
    page = Page(text)
    cells = [link for link, kind in zip(page.links, page.cells)
             if kind in ("met", "differs", "untold")]
    tap.equal(len(cells), 2 * 2 * len(CASES), "HTML: a cell for each case, version and server")
    tap.none([link for link in cells if link[1:] not in page.ids], cells, "HTML: each leads to its transcript")
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
    done = world.run("check", url(server), url(other), "--save-expect", "file", check=False)
    tap.ok(done.returncode == 2 and "call it once for each URL" in done.stderr,
           "--save-expect with two URLs is refused", done.stderr)


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
    done = world.run("check", url(server), url(other), "good", *resolve(server, other), "--diff",
                     str(old), check=False)
    tap.ok(done.returncode == 2 and f"no report of {url(other)} is in it" in done.stderr,
           "--diff: two servers want a report of each", done.stderr)
    both = world.folder / "old-both.json"
    world.run("check", url(other), url(server), *CASES, *resolve(server, other), "--json", "-o",
              str(both), check=False)
    for format_, says in (((), f"\nA  0 of {2 * len(CASES)} answers are others than in"),
                          (("--markdown",), f"\n### **B** 0 of {2 * len(CASES)} answers"),
                          (("--tap",), f"\n    # 0 of {2 * len(CASES)} answers")):
        done = world.run("check", url(server), url(other), *CASES, *resolve(server, other),
                         "--diff", str(both), *format_, check=False)
        tap.ok(says in done.stdout, f"--diff: two servers, {format_ or 'as a table'}",
               done.stdout[-600:] + done.stderr)
    done = world.run("check", url(server), *CASES, *resolve(server), "--diff", str(both),
                     check=False)
    tap.ok(f"\n0 of {2 * len(CASES)} answers are others" in done.stdout,
           "--diff: one of two is found by its URL", done.stderr)
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
            check_junit(tap, world, server, other)
            check_json(tap, world, server, other)
            check_tap_13(tap, world, server, other)
            check_tap_14(tap, world, server, other)
            check_html(tap, world, server, other)
            check_github(tap, world, server)
            check_compare(tap, world, server, other)
            check_diff(tap, world, server, other)
    tap.done()


main()
