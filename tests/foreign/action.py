#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example of a composite GitHub action and the workflow that uses it: read as YAML,
held to what GitHub's documentation wants, their scripts given to shellcheck, and their jobs
run, by runner.py, with the action's own build of certgate. TAP.

CERTGATE_EXAMPLES_BUILD=no plays a hit of the cache and takes the programs under test in
place of that build.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from runner import Runner, can_read_yaml, read_yaml, references
from servers import free_port
import harness

FOLDER = pathlib.Path(__file__).resolve().parent / "examples" / "github-action"
BUILDS = os.environ.get("CERTGATE_EXAMPLES_BUILD") != "no"
# https://docs.github.com: "Metadata syntax", `runs` for composite actions.
STEP_KEYS = {"name", "id", "if", "run", "shell", "env", "uses", "with", "working-directory",
             "continue-on-error"}
KNOWN_OUTPUTS = {"actions/cache": {"cache-hit"}}


def steps_wrong(steps, inputs, outputs_of):
    """What is wrong with the steps of an action or a job; `outputs_of` a local action."""
    seen = {}
    for step in steps:
        name = step.get("name", step.get("uses"))
        for reference in references(step):
            kind, *rest = reference.split(".")
            if kind == "inputs" and rest[0] not in (inputs or {}):
                yield f"{name}: no input {rest[0]}"
            if kind == "steps" and rest[0] not in seen:
                yield f"{name}: no step {rest[0]} before it"
            elif kind == "steps" and rest[2] not in seen[rest[0]]:
                yield f"{name}: step {rest[0]} has no output {rest[2]}"
        for key in set(step) - STEP_KEYS:
            yield f"{name}: no such key: {key}"
        if ("run" in step) == ("uses" in step):
            yield f"{name}: either run or uses"
        if "uses" in step and not step["uses"].startswith("./") and "@" not in step["uses"]:
            yield f"{name}: no version"
        if references(step.get("run", "")):
            yield f"{name}: an expression in a script"
        if "id" in step:
            uses = step.get("uses", "").split("@")[0]
            seen[step["id"]] = outputs_of(uses) if uses else \
                set(re.findall(r"\b([a-z-]+)=", step["run"]))

def action_wrong(text):
    """What is wrong with this action.yml, as sentences."""
    try:
        action = read_yaml(text)
    except ValueError as e:
        return [f"not YAML: {e}"]
    wrong = [f"no {key}" for key in ("name", "description", "inputs", "outputs", "runs")
             if key not in action]
    if wrong:
        return wrong
    runs = action["runs"]
    if runs.get("using") != "composite":
        wrong.append(f"runs.using is {runs.get('using')}")
    wrong += [f"input {name} lacks {key}" for name, row in action["inputs"].items()
              for key in ("description", "default") if key not in row]
    # YAML has `true` for a boolean; an input is text.
    wrong += [f"the default of {name} is no text" for name, row in action["inputs"].items()
              if not isinstance(row.get("default"), str)]
    wrong += [f"{step.get('name')}: no shell" for step in runs["steps"]
              if "run" in step and "shell" not in step]
    wrong += steps_wrong(runs["steps"], action["inputs"], lambda uses: KNOWN_OUTPUTS.get(uses, set()))
    used = {r.split(".")[1] for r in references(runs["steps"]) if r.startswith("inputs.")}
    wrong += [f"input {name} is not used" for name in action["inputs"] if name not in used]
    ids = {step["id"]: step for step in runs["steps"] if "id" in step}
    for name, row in action["outputs"].items():
        for reference in references(row["value"]):
            _, step, _, output = reference.split(".")
            if step not in ids or f"{output}=" not in ids[step].get("run", ""):
                wrong.append(f"output {name}: nobody writes {reference}")
    return wrong


def workflow_wrong(text, action):
    try:
        workflow = read_yaml(text)
    except ValueError as e:
        return [f"not YAML: {e}"]
    wrong = [f"no {key}" for key in ("name", "true", "permissions", "jobs") if key not in workflow]
    for name, job in workflow.get("jobs", {}).items():
        wrong += [f"{name}: no {key}" for key in ("runs-on", "timeout-minutes") if key not in job]
        wrong += steps_wrong(job["steps"], None, lambda uses: set(action["outputs"])
                             if uses.startswith("./") else set())
        wrong += [f"{name}: the action has no input {word}" for step in job["steps"]
                  if step.get("uses", "").startswith("./") for word in step.get("with", {})
                  if word not in action["inputs"]]
    return wrong


def shell_wrong(steps):
    """shellcheck's opinion of every script, as the runner would start it."""
    scripts = [(step["run"], step.get("env", {})) for step in steps if "run" in step]
    scripts += [(step["with"]["run"], {}) for step in steps if "run" in step.get("with", {})]
    found = ""
    for script, env in scripts:
        head = "#!/bin/bash\nset -eo pipefail\n" + "".join(f"export {name}=x\n" for name in env)
        done = subprocess.run(["shellcheck", "-"], text=True, capture_output=True,
                              input=head + script)
        found += done.stdout + done.stderr
    return found


# The checks above, seen to object.
ACTION_FAULTS = [
    ("using: composite", "using: docker", "runs.using is docker"),
    ("      shell: bash\n", "", "no shell"),
    ("inputs.sslflags }}", "inputs.sslflag }}", "no input sslflag"),
    ("steps.source.outputs.hash", "steps.source.outputs.digest", "has no output digest"),
    ("id: check", "id: checks", "nobody writes steps.check.outputs.junit"),
    ("cache@v4", "cache", "no version"),
    ('"$SOURCE/scripts/deps" build', '"${{ inputs.source }}/scripts/deps" build', "an expression"),
    ("default: 'false'", "default: false", "is no text"),
    ("inputs:\n", "inputs:\n\t", "not YAML"),
    ("id: cache\n", "id: cache\n      with-key: 1\n", "no such key"),
]
WORKFLOW_FAULTS = [
    ("serve: true", "server: true", "no input server"),
    ("outputs.junit", "outputs.report", "has no output report"),
    ("permissions:", "permission:", "no permissions"),
    ("runs-on: ", "on: ", "no runs-on"),
]


def look(tap):
    action_text, text = ((FOLDER / name).read_text() for name in ("action.yml", "workflow.yml"))
    wrong = action_wrong(action_text)
    if not tap.ok(not wrong, "action.yml is a composite action", "\n".join(wrong)):
        return None, None
    action, workflow = read_yaml(action_text), read_yaml(text)
    wrong = workflow_wrong(text, action)
    tap.ok(not wrong, "workflow.yml uses what the action has", "\n".join(wrong))
    for was, now, complaint in ACTION_FAULTS:
        wrong = action_wrong(action_text.replace(was, now))
        tap.ok(was in action_text and any(complaint in w for w in wrong),
               f"action.yml, seen to fail: {complaint}", wrong)
    for was, now, complaint in WORKFLOW_FAULTS:
        wrong = workflow_wrong(text.replace(was, now), action)
        tap.ok(was in text and any(complaint in w for w in wrong),
               f"workflow.yml, seen to fail: {complaint}", wrong)
    steps = action["runs"]["steps"] + [s for job in workflow["jobs"].values() for s in job["steps"]]
    if shutil.which("shellcheck"):
        found = shell_wrong(steps)
        tap.ok(not found, "shellcheck has nothing to say of the scripts", found)
    else:
        tap.skip("shellcheck", "shellcheck is not installed")
    return action, workflow


class Job:
    """A fresh workspace and home; the folder of the build is that of all jobs."""
    number = 0

    def __init__(self, folder, **env):
        Job.number += 1
        self.home = folder / f"job{Job.number}"
        self.home.mkdir()
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("CERTGATE", "GITHUB_", "XDG_", "RUNNER_"))}
        self.runner = Runner(self.home, harness.ROOT,
                             dict(clean, HOME=str(self.home), NO_COLOR="1", **env))
        shared = folder / "built"
        (self.runner.temp / "certgate").symlink_to(shared / "certgate")
        (self.runner.temp / "certgate-build").symlink_to(shared / "build")
        self.runner.cached = not BUILDS or (shared / "certgate" / "bin" / "certgate").exists()

    def run(self, job, *changes):
        """Whether the job passes; what it says is in `said`."""
        text = json.dumps(job)
        for was, now in changes:
            assert was in text, was
            text = text.replace(was, now)
        return self.runner.job(json.loads(text))

    @property
    def said(self):
        return self.runner.said

    def processes(self):
        """Those that have this job's folder in their command line or environment."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() + \
                    pathlib.Path(f"/proc/{pid}/environ").read_bytes()
                state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if f"{self.home}/".encode() in text and state not in "ZX":
                found.append(int(pid))
        return found

    def end(self):
        """As the runner does at the end of a job; whether all are gone in time."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        end = time.monotonic() + 20
        while self.processes() and time.monotonic() < end:
            time.sleep(0.02)  # asks again, until they are gone
        return not self.processes()


def run_client(tap, folder, job):
    it = Job(folder)
    good = it.run(job)
    tap.ok(good, "the job with run passes", it.said[-3000:])
    tap.ok(not BUILDS or "Build certgate" in it.runner.ran, "certgate was built for it")
    tap.ok(it.end(), "nothing goes on after it")
    it = Job(folder, CERTGATED_ERRORMODE="Custom")
    tap.ok(not it.run(job) and "what the server saw" in it.said,
           "it fails when the server does not say why", it.said[-3000:])


def run_steps(tap, folder, job):
    it = Job(folder)
    good = it.run(job)
    tap.ok(good, "the job with serve passes", it.said[-3000:])
    tap.ok("What the server saw" not in it.runner.ran, "a step for failures does not run")
    tap.ok(len(it.processes()) >= 2, "the server goes on to the job's end", it.processes())
    tap.ok(it.end() and not list(it.runner.temp.glob("certgate-run-*")),
           "which ends it, and nothing is left", list(it.runner.temp.iterdir()))
    it = Job(folder, CERTGATED_VERIFYCLIENTCERTREVOCATION="disable")
    tap.ok(not it.run(job) and "What the server saw" in it.runner.ran and "GET / by CN=good" in it.said,
           "it fails when revocation is not looked at, and shows events", it.said[-3000:])
    it.end()


def run_server(tap, folder, job):
    if shutil.which("openssl") is None:
        tap.skip("the job with check", "openssl is not installed")
        return
    port = ("8443", str(free_port()))
    it = Job(folder)
    good = it.run(job, port)
    tap.ok(good, "the job with check passes", it.said[-3000:])
    tap.equal(it.runner.artifacts, [str(report_of(it))], "its report is kept")
    tap.ok("eku-server" in it.runner.summary.read_text(), "the summary has the table")
    tap.ok(it.end(), "the server ends with the job")
    it = Job(folder)
    good = it.run(job, port, (" -Verify 10", " -verify 10"))
    tap.ok(not good and "::error title=none" in it.said,
           "it fails when the server lets in those without a certificate", it.said[-3000:])
    tap.ok(it.runner.artifacts and "<failure" in report_of(it).read_text(),
           "and the report is kept then, too")
    it.end()


def report_of(it):
    return it.runner.workspace / "certgate.xml"


def run_inputs(tap, folder):
    """Inputs that the workflow does not use, and wrong ones."""
    def use(env=None, **words):
        it = Job(folder, **(env or {}))
        (it.runner.workspace / "certgate").symlink_to(harness.ROOT)
        good, outputs = it.runner.action(
            it.runner.workspace / "certgate/tests/foreign/examples/github-action",
            {name.replace("_", "-"): value for name, value in words.items()})
        return it, good, outputs
    it, good, _ = use(source="/nonexistent")
    tap.ok(not good and 'the input "source"' in it.said, "no source there", it.said)
    it, good, outputs = use(run="pwd; exit 3", sslflags="ignore")
    tap.ok(not good and outputs["version"] and str(it.runner.workspace) in it.said,
           "what a command returns counts", it.said[-2000:])
    it, good, _ = use(run='curl -fsk "$CERTGATE_URL/" >page; curl -s "$CERTGATE_URL/" | grep -c "" ',
                      sslflags="accept", server_options="--friendly\n--profile=2016\n")
    tap.ok(good, "sslflags and server-options reach the server", it.said[-2000:])
    it, good, _ = use(serve="true", server_options="--no-such-option")
    tap.ok(not good and "no-such-option" in it.said and "did not start" in it.said,
           "a server that does not start is told", it.said[-2000:])
    it, good, _ = use(run="true", case="good; touch $(echo owned)")
    tap.ok(not good and not list(it.home.rglob("owned")), "an input is no script", it.said[-2000:])
    it, good, outputs = use(serve="true", case="eku-server none")
    tap.ok(good and outputs["url"] == it.runner.env.get("CERTGATE_URL") and
           it.runner.env.get("CERTGATE_CASE") == "eku-server", "serve has cases and a URL", it.said)
    os.kill(int(outputs["pid"]), signal.SIGTERM)
    end = time.monotonic() + 20
    while it.processes() and time.monotonic() < end:
        time.sleep(0.02)  # asks again, until they are gone
    tap.equal(it.processes(), [], "its pid stops it")
    it, good, outputs = use(check="https://localhost:1/", wait="1s", junit="sub/../x.xml")
    tap.ok(not good and "no answer in 1 s" in it.said and outputs["junit"].endswith("workspace/x.xml"),
           "no server to check is told", it.said[-2000:])


def main():
    tap = harness.Tap()
    if not can_read_yaml():
        harness.skip_all("python3-yaml is not installed")
    for tool in ("bash", "curl"):
        harness.need(tool)
    _, workflow = look(tap)
    if workflow is None:
        tap.done()
    with harness.folder() as folder:
        binaries = folder / "built" / "certgate" / "bin"
        for name in ("build", "certgate"):
            (folder / "built" / name).mkdir(parents=True)
        if not BUILDS:
            binaries.mkdir()
            for program in (harness.CERTGATE, harness.CERTGATED):
                (binaries / pathlib.Path(program).name).symlink_to(program)
        jobs = workflow["jobs"]
        run_client(tap, folder, jobs["client"])
        run_steps(tap, folder, jobs["client-in-steps"])
        run_server(tap, folder, jobs["server"])
        run_inputs(tap, folder)
    tap.done()


main()
