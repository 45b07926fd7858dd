# SPDX-License-Identifier: MIT
"""As much of GitHub's runner as the example of a composite action needs: YAML, expressions,
steps one after the other, and the files by which steps talk to the runner. What would need
GitHub itself (checkout, the cache, artifacts) is played.

The forms are those of "Workflow syntax for GitHub Actions", "Metadata syntax for GitHub
Actions" and "Workflow commands for GitHub Actions" in GitHub's documentation.
"""
import json
import os
import pathlib
import re
import subprocess

PYTHON = "/usr/bin/python3"  # Debian's modules belong to Debian's python3
TIMEOUT = 900
READ_YAML = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.S)
REFERENCE = re.compile(r"\b(?:inputs|steps|runner|github|env)(?:\.[\w-]+)+")


def read_yaml(text):
    """The same as Python has it; `on` is a boolean there (YAML 1.1) and so "true" here."""
    done = subprocess.run([PYTHON, "-c", READ_YAML], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout)


def can_read_yaml():
    return os.path.exists(PYTHON) and subprocess.run(
        [PYTHON, "-c", "import yaml"], capture_output=True).returncode == 0


def references(value):
    """All that expressions in this piece of YAML name: ["inputs.case", ...]."""
    if isinstance(value, dict):
        found = [name for key, inner in value.items() for name in
                 (REFERENCE.findall(str(inner)) if key == "if" else references(inner))]
    elif isinstance(value, list):
        found = [name for inner in value for name in references(inner)]
    else:
        found = [name for inside in EXPRESSION.findall(str(value))
                 for name in REFERENCE.findall(inside)]
    return found


class Failed(Exception):
    """A step failed that was not to."""


class Runner:
    """One job on one machine. `said` is what its log would show."""

    def __init__(self, folder, source, env):
        self.workspace = folder / "workspace"
        self.temp = folder / "temp"
        self.source = source
        for path in (self.workspace, self.temp):
            path.mkdir(exist_ok=True)
        self.summary = folder / "summary.md"
        self.env = dict(env, CI="true", GITHUB_ACTIONS="true", RUNNER_TEMP=str(self.temp),
                        GITHUB_WORKSPACE=str(self.workspace),
                        GITHUB_STEP_SUMMARY=str(self.summary))
        self.cached = False     # is what the cache is asked for there?
        self.artifacts = []     # paths that were kept
        self.ran = []           # names of the steps that ran
        self.said = ""

    # ---- expressions

    def _value(self, name, context):
        place = context
        for part in name.split("."):
            place = place.get(part, "") if isinstance(place, dict) else ""
        return place

    def fill(self, text, context):
        return EXPRESSION.sub(lambda m: str(self._value(m[1].strip(), context)), str(text))

    def _holds(self, condition, context, failed):
        """`if:`; without a function of its state a step wants those before it to be well."""
        if condition is None:
            return not failed
        if condition.strip() in ("always()", "failure()"):
            return failed or "always" in condition
        found = re.fullmatch(r"\s*([\w.-]+)\s*(==|!=)\s*'([^']*)'\s*", condition)
        if not found:
            raise ValueError(f"this condition is not understood here: {condition}")
        return not failed and (str(self._value(found[1], context)) == found[3]) == (found[2] == "==")

    # ---- steps

    def _shell(self, step, context):
        script = self.temp / "step.sh"
        script.write_text(self.fill(step["run"], context))
        told = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        for path in told.values():
            path.write_text("")
        env = dict(self.env, **{name: str(path) for name, path in told.items()},
                   **{name: self.fill(value, context) for name, value in step.get("env", {}).items()})
        where = self.workspace / self.fill(step.get("working-directory", "."), context)
        # A file, not a pipe: what a step starts in the background may go on.
        with open(self.temp / "log", "w+", encoding="utf-8", errors="replace") as log:
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                                  cwd=where, env=env, stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=subprocess.STDOUT, timeout=TIMEOUT)
            log.seek(0)
            self.said += log.read()
        def pairs(name):
            return dict(line.split("=", 1) for line in told[name].read_text().splitlines())
        self.env.update(pairs("GITHUB_ENV"))
        for line in told["GITHUB_PATH"].read_text().splitlines():
            self.env["PATH"] = line + os.pathsep + self.env["PATH"]
        return done.returncode == 0, pairs("GITHUB_OUTPUT")

    def _use(self, step, context):
        name, words = step["uses"].split("@")[0], step.get("with", {})
        words = {key: self.fill(str(value).lower() if isinstance(value, bool) else value, context)
                 for key, value in words.items()}
        if name.startswith("./"):
            return self.action(self.workspace / name, words)
        if name == "actions/checkout":
            if "path" in words and not (self.workspace / words["path"]).exists():
                (self.workspace / words["path"]).symlink_to(self.source)
            return True, {}
        if name == "actions/cache":
            return True, {"cache-hit": "true" if self.cached else ""}
        if name == "actions/upload-artifact":
            self.artifacts.append(words["path"])
            return os.path.exists(words["path"]), {}
        raise ValueError(f"{name} is not played here")

    def steps(self, steps, context):
        failed = False
        for step in steps:
            if not self._holds(step.get("if"), context, failed):
                continue
            self.ran.append(step.get("name", step.get("uses")))
            good, outputs = (self._shell if "run" in step else self._use)(step, context)
            failed = failed or not good
            if "id" in step:
                context["steps"][step["id"]] = {"outputs": outputs}
        return not failed

    def _context(self, **more):
        return dict(more, steps={}, runner={"temp": str(self.temp), "os": "Linux", "arch": "X64"})

    def action(self, folder, words):
        """A composite action: whether it passed, and its outputs."""
        action = read_yaml((folder / "action.yml").read_text())
        inputs = {name: str(row.get("default", "")) for name, row in action["inputs"].items()}
        unknown = set(words) - set(inputs)
        if unknown:
            raise ValueError(f"no such input: {', '.join(sorted(unknown))}")
        inputs.update(words)
        context = self._context(inputs=inputs, github={"action_path": str(folder)})
        good = self.steps(action["runs"]["steps"], context)
        return good, {name: self.fill(row["value"], context)
                      for name, row in action["outputs"].items()}

    def job(self, job):
        return self.steps(job["steps"], self._context())
