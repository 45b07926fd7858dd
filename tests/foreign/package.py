#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Debian package that scripts/package has made, in a bare Debian 12: installed by apt with what
it depends on, both programs at work, its units read by systemd-analyze (and started, where a systemd
can be booted), an upgrade from a lower version, and a purge that leaves nothing. TAP.

Needs root, mmdebstrap and an archive of Debian's; the package is CERTGATE_DEB, or what lies in
build/package. Without one of them it is skipped, and says what is missing.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
# pylint: disable=wrong-import-position
import harness

tap = harness.Tap()
PATIENCE = 900
# What apt and dpkg keep of a package that is gone, and what any installation changes.
KEPT = re.compile(r"/(var/(lib/(dpkg|apt|systemd)|cache|log)|etc/(ld\.so\.cache|systemd)|tmp|root|proc|sys|dev|run)(/|$)")


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE, **more)


def find_package():
    given = os.environ.get("CERTGATE_DEB")
    found = [pathlib.Path(given)] if given else sorted((harness.ROOT / "build" / "package").glob("certgate_*.deb"))
    return found[-1] if found and found[-1].is_file() else None


class Bare:
    """A Debian in a folder. Its apt asks the archive as this machine's does."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder) / "root"
        self.done = run("mmdebstrap", "--variant=minbase", "bookworm", str(self.root))
        if self.done.returncode == 0:
            way = [line for line in run("apt-config", "dump", "Acquire").stdout.splitlines()
                   if re.match(r"Acquire::\w+::Proxy", line)]
            (self.root / "etc/apt/apt.conf.d/00way").write_text("\n".join(way) + "\n")
            shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")

    def call(self, *words):
        """In it, with /proc and /dev, and with no process left behind."""
        return run("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
                   'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"', str(self.root),
                   *words, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                                "DEBIAN_FRONTEND": "noninteractive"})

    def apt(self, *words):
        return self.call("apt-get", "-y", "-o", "Dpkg::Use-Pty=0", *words)

    def files(self):
        return {path for folder, folders, names in os.walk(self.root) for name in (*folders, *names)
                if not KEPT.match(path := "/" + os.path.relpath(os.path.join(folder, name), self.root))}


def make_older(deb, folder):
    """The same package with a lower version, and one file that the new one has not."""
    tree = pathlib.Path(folder) / "older"
    run("dpkg-deb", "-R", str(deb), str(tree))
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 0.0.1", control.read_text(), flags=re.M))
    (tree / "usr/share/certgate/of-the-old-version").write_text("")
    older = pathlib.Path(folder) / "certgate_0.0.1.deb"
    run("dpkg-deb", "--root-owner-group", "-b", str(tree), str(older))
    return older


def check_programs(bare, version):
    for program in ("certgated", "certgate"):
        done = bare.call(program, "--version")
        tap.ok(done.returncode == 0 and version in done.stdout, f"{program} starts", done.stdout + done.stderr)
    done = bare.call("certgate", "run", "--", "sh", "-c",
                     'certgate get -s --case good --cases /tmp/none --cacert "$CERTGATE_CA" "$CERTGATE_URL/"; '
                     'certgate get -s --cert "$CERTGATE_CERT" --cacert "$CERTGATE_CA" "$CERTGATE_URL/" >/dev/null; echo "it was $?"')
    tap.ok("it was 0" in done.stdout and "403.16" in done.stdout, "both work together: one is let in, a stranger is not",
           (done.stdout + done.stderr)[-2000:])
    done = bare.call("certgate", "doctor")
    tap.ok(done.returncode == 0, "certgate doctor has no complaint", done.stdout + done.stderr)


def check_files(bare):
    listed = bare.call("dpkg", "-L", "certgate").stdout.split()
    tap.none([path for path in listed if not os.path.lexists(f"{bare.root}{path}") and not path.startswith("/usr/share/doc")
              and not path.startswith("/usr/share/man")], listed, "every file of the package is there", 30)
    for path in ("bash-completion/completions/certgate.bash", "bash-completion/completions/certgated.bash",
                 "zsh/vendor-completions/_certgate", "zsh/vendor-completions/_certgated",
                 "fish/vendor_completions.d/certgate.fish", "fish/vendor_completions.d/certgated.fish", "certgate/load.schema.json"):
        tap.ok(f"/usr/share/{path}" in listed, f"it has {path}")
    done = bare.call("dpkg", "--verify", "certgate")
    tap.ok(done.returncode == 0, "and as it was packed", done.stdout + done.stderr)


def check_units(bare):
    if shutil.which("systemd-analyze") is None:
        tap.skip("systemd-analyze verify", "systemd-analyze is not installed")
        return
    done = bare.apt("install", "--no-install-recommends", "systemd", "systemd-sysv", "dbus")
    if done.returncode != 0:
        tap.ok(False, "systemd is installed there", done.stdout + done.stderr)
        return
    units = [str(path) for path in sorted((bare.root / "lib/systemd/system").glob("certgated.*"))]
    done = run("systemd-analyze", "--man=no", f"--root={bare.root}", "verify", *[path[len(str(bare.root)):] for path in units])
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "certgated" in line]
    tap.ok(len(units) == 2 and not complaints, "systemd-analyze verify has nothing against the units",
           done.stdout + done.stderr)


def boot(bare):
    """A systemd of its own, where this machine lets one be booted."""
    if shutil.which("systemd-nspawn") is None:
        tap.skip("systemctl start certgated", "systemd-nspawn is not installed")
        return
    script = bare.root / "usr/local/sbin/try"
    script.write_text("#!/bin/sh\nexec >/try.log 2>&1\n"
                      "systemctl start certgated && echo started\nsystemctl is-active certgated\n"
                      "get() { CERTGATE_HOME=/var/lib/certgate/home certgate get --case expired https://localhost:8443/ |\n"
                      "grep -o 'HTTP Error [0-9.]*'; }\nget\nsystemctl reload certgated && echo reloaded\nget\n"
                      "journalctl --no-pager -u certgated\nsystemctl stop certgated && echo stopped\n"
                      "echo end\nsystemctl poweroff\n")
    script.chmod(0o755)
    (bare.root / "etc/systemd/system/try.service").write_text(
        "[Service]\nType=oneshot\nExecStart=/usr/local/sbin/try\n[Install]\nWantedBy=multi-user.target\n")
    bare.call("systemctl", "enable", "try.service")
    try:
        done = subprocess.run(["systemd-nspawn", "--quiet", "--boot", "--private-network", "--register=no", "--keep-unit",
                               f"--directory={bare.root}"], capture_output=True, text=True, check=False, timeout=120,
                              stdin=subprocess.DEVNULL)
        said = done.stdout + done.stderr
    except subprocess.TimeoutExpired as error:
        said = f"no end in 120 s: {error.output}"
    log = bare.root / "try.log"
    if not log.is_file() or "end" not in log.read_text().split():
        tap.skip("systemctl start certgated", f"no systemd can be booted here: {' '.join(said.split())[:160]}")
        return
    text = log.read_text()
    words = text.split()
    tap.ok("started" in words and "active" in words, "systemctl start certgated, under a systemd", text)
    tap.ok(text.count("HTTP Error 403.17") == 2, "it answers root's certgate, before and after a reload", text)
    tap.ok("reloaded" in words and "stopped" in words, "systemctl reload and stop", text)
    tap.ok((bare.root / "var/lib/private/certgate/home/authorities/root.key").is_file(), "its test CAs are in /var/lib")
    log.unlink()


def clean_boot(bare):
    """What the try has put there itself."""
    for path in ("usr/local/sbin/try", "etc/systemd/system/try.service",
                 "etc/systemd/system/multi-user.target.wants/try.service"):
        (bare.root / path).unlink(missing_ok=True)


def try_package(deb, folder):
    bare = Bare(folder)
    if not tap.ok(bare.done.returncode == 0, "a bare Debian 12", bare.done.stderr[-1500:]):
        return
    for file in (deb, make_older(deb, folder)):
        shutil.copy(file, bare.root / "tmp" / file.name)
    tap.ok(bare.apt("update").returncode == 0, "its apt reaches an archive")
    before = bare.files()
    version = run("dpkg-deb", "-f", str(deb), "Version").stdout.strip()

    done = bare.apt("install", "--no-install-recommends", "/tmp/certgate_0.0.1.deb")
    tap.ok(done.returncode == 0, "apt install ./certgate_*.deb, of a lower version", (done.stdout + done.stderr)[-2000:])
    done = bare.apt("install", "--no-install-recommends", f"/tmp/{deb.name}")
    tap.ok(done.returncode == 0 and f"Unpacking certgate ({version}) over (0.0.1)" in done.stdout,
           "the upgrade of it", (done.stdout + done.stderr)[-2000:])
    tap.ok(not (bare.root / "usr/share/certgate/of-the-old-version").exists(), "nothing of the old version stays")
    check_files(bare)
    check_programs(bare, version)
    check_units(bare)
    boot(bare)
    clean_boot(bare)

    # What the service would have made: the test CAs with their keys.
    for place in ("lib", "cache"):
        state = bare.root / "var" / place / "private" / "certgate" / "home"
        state.mkdir(parents=True, exist_ok=True)
        link = bare.root / "var" / place / "certgate"
        if not link.is_symlink():
            link.symlink_to("private/certgate")
    done = bare.apt("remove", "certgate")
    tap.ok(done.returncode == 0 and (bare.root / "var/lib/private/certgate/home").is_dir(), "apt remove keeps the test CAs",
           done.stdout + done.stderr)
    done = bare.apt("purge", "certgate")
    tap.ok(done.returncode == 0, "apt purge", (done.stdout + done.stderr)[-2000:])
    left = sorted(path for path in bare.files() | {
        f"/var/{place}/{name}" for place in ("lib", "cache") for name in ("certgate", "private/certgate")
        if os.path.lexists(bare.root / "var" / place / name)} if "certgate" in path and path not in before)
    tap.equal(left, [], "nothing is left of it")
    bare.apt("autoremove", "--purge", "systemd", "dbus")


def main():
    deb = find_package()
    if deb is None:
        harness.skip_all("there is no package: scripts/package makes one, or CERTGATE_DEB names it")
    harness.need("mmdebstrap", "dpkg-deb", "unshare")
    if os.geteuid() != 0:
        harness.skip_all("only root can install a Debian in a folder")
    with tempfile.TemporaryDirectory(prefix="certgate-test-", ignore_cleanup_errors=True) as folder:
        try_package(deb, folder)
    tap.done()


main()
