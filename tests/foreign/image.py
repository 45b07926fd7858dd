#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example of a Dockerfile and a compose file. No image can be built where there is no
container engine; what can be had without one is had: each instruction is read and held to
the sources, the packages to what the programs link, the command lines are run by the
programs themselves, and the scripts of the services, with other ports and folders, against
the real certgated and nginx. TAP.
"""
import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

from runner import can_read_yaml, read_yaml
from servers import Nginx, free_port
import harness

FOLDER = pathlib.Path(__file__).resolve().parent / "examples" / "docker"
HOME = "/var/lib/certgate"  # in the container
INSTRUCTIONS = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "VOLUME", "EXPOSE",
                "HEALTHCHECK", "ENTRYPOINT", "CMD"}
# https://github.com/compose-spec/compose-spec: those of its keys that are used.
SERVICE_KEYS = {"build", "image", "read_only", "cap_drop", "security_opt", "volumes", "ports",
                "network_mode", "depends_on", "user", "environment", "entrypoint", "command"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


# ---- reading

class Dockerfile:
    """Stages, each a list of (instruction, value); continued lines are one."""

    def __init__(self, text):
        text = re.sub(r"^\s*#.*\n", "", text, flags=re.M)
        text = re.sub(r"\\\n", " ", text)
        self.stages = []
        for line in filter(str.strip, text.splitlines()):
            word, _, value = line.strip().partition(" ")
            if word == "FROM":
                self.stages.append([])
            self.stages[-1].append((word, value.strip()))

    def all(self, word, stage=-1):
        return [value for name, value in self.stages[stage] if name == word]

    def last(self, word):
        found = self.all(word)
        return found[-1] if found else ""

    def env(self):
        return dict(pair.split("=", 1) for value in self.all("ENV") for pair in shlex.split(value))

    def healthcheck(self):
        _, _, command = self.last("HEALTHCHECK").partition("CMD ")
        return json.loads(command or "[]")

    def command(self):
        return json.loads(self.last("ENTRYPOINT")) + json.loads(self.last("CMD"))

    def packages(self, stage=-1):
        found = re.search(r"apt-get install (.*?)(?:&&|$)", " ".join(self.all("RUN", stage)))
        return {word for word in found[1].split() if not word.startswith("-")} if found else set()

    def listens(self):
        command = self.command()
        return [command[i + 1] for i, word in enumerate(command[:-1]) if word == "--listen"]


def ignored(path, rules):
    """As .dockerignore has it: the last rule that fits a path or a folder above it decides."""
    parts = pathlib.PurePosixPath(path).parts
    result = False
    for rule in rules:
        keep, pattern = rule.startswith("!"), rule.lstrip("!")
        for n in range(1, len(parts) + 1):
            prefix = "/".join(parts[:n])
            if fnmatch.fnmatchcase(prefix, pattern) or \
                    (pattern.startswith("**/") and fnmatch.fnmatchcase(parts[n - 1], pattern[3:])):
                result = not keep
    return result


def context_files(ignore_text):
    """What of the sources would be sent to the builder."""
    rules = [line for line in ignore_text.splitlines() if line and not line.startswith("#")]
    try:
        done = subprocess.run(["git", "-C", str(harness.ROOT), "ls-files", "--cached", "--others",
                               "--exclude-standard"], capture_output=True, text=True, check=True)
        files = done.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        files = [str(p.relative_to(harness.ROOT)) for p in harness.ROOT.rglob("*") if p.is_file()]
    return {f for f in files if not ignored(f, rules)}


def foreign_inputs():
    """What of other folders the programs are built from, by their meson.build files."""
    found = set()
    for path in harness.ROOT.glob("*/**/meson.build"):
        if path.relative_to(harness.ROOT).parts[0] in ("lib", "server", "client"):
            found |= {os.path.relpath(path.parent / name, harness.ROOT) + "/" * name.endswith("/")
                      for name in re.findall(r"'(\.\./[^']+)'", path.read_text())}
    return found


def linked_packages():
    """Debian's packages of the libraries that the programs link, but for the C library's;
    None where they cannot be told."""
    if shutil.which("dpkg") is None or shutil.which("ldd") is None:
        return None
    packages = set()
    for program in (harness.CERTGATED, harness.CERTGATE):
        text = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
        if "asan" in text:
            return None
        for path in re.findall(r"=> (/\S+)", text):
            # /lib is /usr/lib now, and dpkg knows a file by the name that it was packed with.
            real = os.path.realpath(path)
            for name in (real, real.removeprefix("/usr")):
                done = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True)
                if done.returncode == 0:
                    break
            else:
                return None
            packages.add(done.stdout.split(":")[0])
    return packages - {"libc6"}


# ---- rules, each with a change that breaks it

def image_wrong(text, ignore_text):
    """What is wrong with the Dockerfile, as sentences."""
    it = Dockerfile(text)
    wrong = []
    sent = context_files(ignore_text)
    for number, stage in enumerate(it.stages):
        wrong += [f"no such instruction: {word}" for word, _ in stage if word not in INSTRUCTIONS]
        if not re.fullmatch(r"debian:12-slim( AS \w+)?", stage[0][1]):
            wrong.append(f"stage {number} is from {stage[0][1]}")
        for value in it.all("COPY", number):
            *sources, _ = value.split()
            if sources[0].startswith("--from="):
                continue
            wrong += [f"COPY {name}: nothing of that name is sent" for name in sources
                      if name != "." and not any(f == name or f.startswith(name.rstrip("/") + "/")
                                                 for f in sent)]
    for name in {"meson.build", "tests/meson.build", "subprojects/llhttp-c/meson.build",
                 "subprojects/mbedtls.wrap"} | foreign_inputs():
        if not any(f == name or name.endswith("/") and f.startswith(name) for f in sent):
            wrong.append(f"{name} is needed and not sent")
    if any(f.startswith(("tests/unit", "build")) for f in sent):
        wrong.append("tests or builds are sent")
    if len(it.stages) != 2 or not any("scripts/deps build" in run for run in it.all("RUN", 0)):
        wrong.append("no stage of its own that builds, with scripts/deps")
    needed = linked_packages()
    if needed is not None and it.packages() != needed:
        wrong.append(f"installs {sorted(it.packages())}, the programs link {sorted(needed)}")
    if "apt-get" in " ".join(it.all("RUN")) and "rm -rf /var/lib/apt/lists/*" not in \
            " ".join(it.all("RUN")):
        wrong.append("apt's lists stay in the image")
    user = it.last("USER").split(":")[0]
    if not user.isdigit() or int(user) == 0:
        wrong.append(f"the user is {user or 'root'}")
    if HOME not in it.all("VOLUME") or any(not v.startswith(HOME) for v in it.env().values()):
        wrong.append("what is written does not lie in the volume")
    if it.healthcheck()[:2] != ["certgate", "wait"]:
        wrong.append("the health check is not certgate wait")
    public = [l.split(",")[0].rsplit(":", 1)[1] for l in it.listens() if not l.startswith("127.")]
    if it.all("EXPOSE") != public:
        wrong.append(f"exposes {it.all('EXPOSE')}, public are {public}")
    if any(role in l for l in it.listens() for role in ("desk", "control")
           if not l.startswith("127.")):
        wrong.append("desk or control can be reached from outside")
    return wrong


IMAGE_FAULTS = [
    ("USER 10001:10001\n", "", "the user is root"),
    ("libuv1 ", "libuv1-dev ", "the programs link"),
    ("COPY subprojects/ subprojects/", "COPY subproject/ subprojects/", "COPY subproject/"),
    ("VOLUME /var/lib/certgate", "VOLUME /data", "lie in the volume"),
    ("EXPOSE 8443", "EXPOSE 443", "exposes"),
    ("127.0.0.1:8441,control", "0.0.0.0:8441,control", "can be reached"),
    ('"certgate", "wait"', '"curl", "wait"', "health check"),
    ("FROM debian:12-slim\n", "FROM debian:latest\n", "debian:latest"),
    (" \\\n && rm -rf /var/lib/apt/lists/*", "", "lists stay"),
    ("RUN scripts/deps build", "RUN apt-get install -y gcc", "no stage of its own"),
]
IGNORE_FAULTS = [
    ("!tests/foreign/recorded", "", "recorded/ is needed"),
    ("\ntests\n", "\n", "tests or builds"),
]


def compose_wrong(text):
    """What is wrong with the compose file."""
    try:
        it = read_yaml(text)
    except ValueError as e:
        return [f"not YAML: {e}"]
    services, volumes = it["services"], it.get("volumes", {})
    wrong = [f"no such key: {key}" for key in set(it) - {"services", "volumes"}]
    for name, service in services.items():
        wrong += [f"{name}: no such key: {key}" for key in set(service) - SERVICE_KEYS]
        build = service.get("build")
        if isinstance(build, dict):
            context = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", build["context"])
            if not (FOLDER / context / build["dockerfile"]).is_file():
                wrong.append(f"{name}: no {build['dockerfile']} in {context}")
        elif build and not (FOLDER / build / "Dockerfile").is_file():
            wrong.append(f"{name}: no Dockerfile in {build}")
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if not ((FOLDER / source).exists() if source.startswith(".") else source in volumes):
                wrong.append(f"{name}: no {source}")
        for other, row in service.get("depends_on", {}).items():
            if other not in services or row["condition"] not in CONDITIONS:
                wrong.append(f"{name}: depends on {other}, {row['condition']}")
        mode = service.get("network_mode", "")
        if mode.startswith("service:") and mode[8:] not in services:
            wrong.append(f"{name}: no network of {mode[8:]}")
        wrong += [f"{name}: {port} is for the whole network" for port in service.get("ports", [])
                  if not str(port).startswith("127.0.0.1:")]
    return wrong


COMPOSE_FAULTS = [
    ("127.0.0.1:8443:8443", "8443:8443", "whole network"),
    ("service:certgate", "service:certgated", "no network of"),
    ("./nginx.conf", "./nginx2.conf", "no ./nginx2.conf"),
    ("condition: service_healthy", "condition: healthy", "depends on"),
    ("    read_only", "    readonly", "no such key"),
    ("docker/Dockerfile", "docker/Containerfile", "no tests/foreign"),
    ("volumes:\n  certgate:\n", "volumes:\n", "no certgate"),
]


def look(tap, compose):
    text, ignore = ((FOLDER / n).read_text() for n in ("Dockerfile", "Dockerfile.dockerignore"))
    wrong = image_wrong(text, ignore)
    tap.ok(not wrong, "the Dockerfile fits the sources", "\n".join(wrong))
    for was, now, complaint in IMAGE_FAULTS:
        if "link" in complaint and linked_packages() is None:
            tap.skip("the packages", "what the programs link cannot be told here")
            continue
        wrong = image_wrong(text.replace(was, now), ignore)
        tap.ok(was in text and any(complaint in w for w in wrong),
               f"Dockerfile, seen to fail: {complaint}", wrong)
    for was, now, complaint in IGNORE_FAULTS:
        wrong = image_wrong(text, ignore.replace(was, now))
        tap.ok(was in ignore and any(complaint in w for w in wrong),
               f"Dockerfile.dockerignore, seen to fail: {complaint}", wrong)
    wrong = compose_wrong(compose)
    tap.ok(not wrong, "the compose file fits it", "\n".join(wrong))
    for was, now, complaint in COMPOSE_FAULTS:
        wrong = compose_wrong(compose.replace(was, now))
        tap.ok(was in compose and any(complaint in w for w in wrong),
               f"compose.yaml, seen to fail: {complaint}", wrong)
    if shutil.which("docker-compose"):
        done = subprocess.run(["docker-compose", "-f", str(FOLDER / "compose.yaml"), "config", "-q"],
                              capture_output=True, text=True)
        tap.ok(done.returncode == 0, "docker-compose config takes it", done.stdout + done.stderr)
    else:
        tap.skip("docker-compose config", "docker-compose is not installed")
    return Dockerfile(text)


# ---- running

class Container:
    """What the image's user would see, on this machine: other ports, and a folder in place
    of the volume. As root it is the image's user by number, so that his rights show, too."""

    def __init__(self, image, folder, **ports):
        self.volume, self.ports = folder / "volume", ports
        self.volume.mkdir(mode=0o700)
        self.uid = None
        if os.geteuid() == 0:
            self.uid = int(image.last("USER").split(":")[0])
            os.chown(self.volume, self.uid, self.uid)
        # The programs may lie where only root comes: they are installed, as in the image.
        self.bin = folder / "bin"
        self.bin.mkdir(mode=0o755)
        for program in (harness.CERTGATE, harness.CERTGATED):
            shutil.copy(program, self.bin)
        self.env = {name: self.fill(value) for name, value in image.env().items()}
        self.env.update({"PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1"})
        self.env.update({n: v for n, v in os.environ.items() if n.endswith("SAN_OPTIONS")})

    def fill(self, text):
        for was, now in self.ports.items():
            text = text.replace(was.lstrip("p"), str(now))
        return text.replace("0.0.0.0", "127.0.0.1").replace(HOME, str(self.volume))

    def words(self, command):
        """The program by its path: the PATH that is looked at is else this process's."""
        first, *rest = [self.fill(word) for word in command]
        return [shutil.which(first, path=self.env["PATH"]) or first, *rest]

    def start(self, command, env=None, **more):
        return subprocess.Popen(self.words(command), env=dict(self.env, **(env or {})),
                                cwd=self.volume, user=self.uid, group=self.uid,
                                extra_groups=None if self.uid is None else [],
                                stdin=subprocess.DEVNULL, text=True, **more)

    def run(self, command, env=None):
        process = self.start(command, env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text, _ = process.communicate(timeout=300)
        return process.returncode, text


def run_image(tap, folder, image, services):
    ports = {f"p{port}": free_port() for port in (8443, 8440, 8441)}
    box = Container(image, folder, **ports)
    code, text = box.run([*image.command(), "--check"])
    tap.ok(code == 0, "certgated takes the image's command line", text)
    tap.ok("Host" not in text and "127.0.0.1" not in image.listens()[0],
           "whose site listens on all addresses", text)
    exact = [harness.CERTGATED, *image.command()[1:], "--check"]
    with tempfile.TemporaryDirectory() as home:
        env = dict(os.environ, HOME=home, CERTGATE_HOME=home + "/h")
        done = subprocess.run(exact, capture_output=True, text=True, env=env)
        tap.ok(done.returncode == 0, "as it stands, too", done.stderr)
        done = subprocess.run([w for w in exact if w != "--unsafe-listen"], capture_output=True,
                              text=True, env=env)
        tap.ok(done.returncode == 2 and "--unsafe-listen" in done.stderr,
               "and without --unsafe-listen not", done.stderr)
    health = image.healthcheck()
    tap.equal(box.run(health)[0], 1, "the health check fails while there is no server")
    client = services["client"]
    script = ["sh", str(folder / "test.sh")]
    shutil.copy(FOLDER / "client" / "test.sh", folder)
    env = {name: box.fill(value) for name, value in client["environment"].items()}
    for faults, good in (({}, True), ({"CERTGATED_USAGECHECK": "disable"}, False),
                         ({"CERTGATED_ERRORMODE": "Custom"}, True)):
        # The command line's own --errormode counts more than the variable.
        server = box.start(image.command(), faults, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        code, text = box.run([*health[:-1], "--timeout", "60s", health[-1]])
        tap.equal(code, 0, "the health check passes once it answers")
        code, text = box.run(script, env)
        name = ", ".join("=".join(pair) for pair in faults.items()) or "as it is"
        tap.ok((code == 0) == good and ("eku-server: not 403" in text) != good,
               f"the client's test {'passes' if good else 'fails'} with the server {name}", text)
        server.terminate()
        said = server.communicate(timeout=60)[0]
        tap.equal(server.returncode, 0, "the server ends in order on SIGTERM")
    written = sorted(p.name for p in box.volume.iterdir())
    tap.ok({"home", "state"} <= set(written), "what it keeps is in the volume", written + [said])


def run_server(tap, folder, image, services):
    if Nginx.missing():
        tap.skip("the service under test", Nginx.missing())
        return
    box = Container(image, folder)
    code, text = box.run(services["trust"]["entrypoint"] +
                         [services["trust"]["command"][0].replace("$$", "$")])
    tap.ok(code == 0 and {"ca.pem", "crl.pem", "server.pem"} <= set(os.listdir(box.volume)),
           "the service trust makes what the server needs", text)
    port = free_port()
    place = f"https://server:{port}/"
    check = services["check"]["command"][0].replace("$$", "$").replace(
        "https://server/", f"{place} --resolve server:{port}:127.0.0.1")
    some = "good none expired revoked unknown-root eku-server"
    for verify, good in (("on", True), ("off", False)):
        config = (FOLDER / "nginx.conf").read_text()
        config = config.replace("/trust/", f"{box.volume}/").replace(
            "listen 443", f"listen 127.0.0.1:{port}").replace(
            "ssl_verify_client on", f"ssl_verify_client {verify}")
        config = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n" + \
            ("user root;\n" if os.getuid() == 0 else "") + config.replace(
                "http {", "http {\n    access_log off;\n" + "".join(
                    f"    {kind}_temp_path {folder};\n"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")))
        (folder / "nginx.conf").write_text(config)
        nginx = subprocess.Popen([Nginx.find(), "-p", str(folder), "-e", str(folder / "error.log"),
                                  "-c", str(folder / "nginx.conf")], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        code, text = box.run(services["check"]["entrypoint"] + [check], {"CERTGATE_CASES": some})
        tap.ok(code == (0 if good else 1) and (box.volume / "certgate.xml").exists(),
               f"check {'passes' if good else 'fails'} with ssl_verify_client {verify}", text)
        nginx.terminate()
        nginx.wait(60)


def main():
    tap = harness.Tap()
    if not can_read_yaml():
        harness.skip_all("python3-yaml is not installed")
    harness.need("curl")
    compose = (FOLDER / "compose.yaml").read_text()
    image = look(tap, compose)
    services = read_yaml(compose)["services"]
    with harness.folder() as folder:
        folder.chmod(0o755)
        for name, part in (("image", run_image), ("server", run_server)):
            (folder / name).mkdir(mode=0o755)
            part(tap, folder / name, image, services)
    tap.done()


main()
