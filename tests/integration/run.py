# SPDX-License-Identifier: MIT
"""certgate run: a server for the length of a command, and nothing left of it.

Every run has this test's own TMPDIR, whose path is in the command line or environment of
all that belongs to a run: so what is left can be found.
"""
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import harness

RUNS = int(os.environ.get("CERTGATE_RUNS", "64"))  # scripts/test asks for more
AT_A_TIME = 8
KILLS = 12
SLOW = os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind")


def command(*args, run_options=(), certgated=harness.CERTGATED):
    return [harness.CERTGATE, "run", "--certgated", certgated, *run_options, "--", *args]


def run(tmp, *args, run_options=(), **more):
    env = dict(os.environ, TMPDIR=str(tmp), HOME=str(tmp.parent))
    env.update(more.pop("env", {}))
    return subprocess.run(command(*args, run_options=run_options), env=env, timeout=harness.DEADLINE,
                          capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, **more)


def processes(tmp):
    """Those that have the folder in their command line or environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() + \
                pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if str(tmp).encode() in text and state not in "ZX":
            found.append((int(pid), text[:80]))
    return found


def wait_gone(tmp):
    """True once no process is left; a bounded wait, as ends take their time."""
    end = time.monotonic() + 20
    while processes(tmp):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def environment(tap, tmp):
    script = """import json, os
names = ["URL", "PORT", "CA", "CERT", "KEY", "P12", "P12_PASSWORD", "CASES", "CONTROL", "DESK",
         "HOME", "CASE"]
e = {n: os.environ["CERTGATE_" + n] for n in names}
for n in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"]:
    e[n] = os.environ[n]
for n in ["CA", "CERT", "KEY", "P12", "CASES", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
          "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"]:
    assert os.path.exists(e[n]), n
assert e["URL"] == "https://127.0.0.1:" + e["PORT"]
for n in ["KEY", "P12", "CERT"]:
    assert os.stat(e[n]).st_mode & 0o77 == 0, n
print(json.dumps(e))"""
    done = run(tmp, sys.executable, "-c", script)
    tap.ok(done.returncode == 0, "the variables name what is there, keys for the user only",
           done.stderr)
    asks = """import os, ssl, http.client, sys
tls = ssl.create_default_context()
tls.load_cert_chain(os.environ["CERTGATE_CERT"])
for host in ["127.0.0.1", "localhost"]:
    c = http.client.HTTPSConnection(host, int(os.environ["CERTGATE_PORT"]), context=tls)
    c.request("GET", "/whoami")
    print(c.getresponse().status)"""
    done = run(tmp, sys.executable, "-c", asks)
    tap.equal(done.stdout.split(), ["200", "200"],
              "Python trusts the server by SSL_CERT_FILE alone, by address and by name")
    done = run(tmp, sys.executable, "-c", asks, run_options=["--case", "expired"])
    tap.equal(done.stdout.split(), ["403", "403"], "--case chooses the certificate")
    done = run(tmp, "sh", "-c", f'exec {harness.CERTGATE} check "$CERTGATE_URL" --sslflags accept '
               "good expired revoked rsa-2048 signed-rsa signed-sha1 rsa-768 none",
               run_options=["--sslflags", "accept"])
    tap.ok(done.returncode == 0, "certgate inside has the same world, RSA keys made on demand",
           done.stdout + done.stderr)
    done = run(tmp, "sh", "-c", 'test -f "$CERTGATE_CASES/rsa-2048.p12" && test -z "${CERTGATE_CERT-}"',
               run_options=["--case", "none", "--case", "rsa-2048"])
    tap.equal(done.returncode, 0, "several cases; none has no variables")


def isolation(tap, tmp):
    """The user's own server, its configuration and files have no part in it."""
    home = tmp.parent / "home"
    (home / ".config" / "certgate").mkdir(parents=True)
    (home / ".config" / "certgate" / "certgated.ini").write_text("no-such-option = 1\n")
    done = run(tmp, "true", env={"HOME": str(home)})
    tap.equal(done.returncode, 0, "the user's certgated.ini is not read")
    left = sorted(str(p.relative_to(home)) for p in home.rglob("*") if p.is_file())
    tap.equal(left, [".config/certgate/certgated.ini"], "nothing is written to the user's folders")


def codes(tap, tmp):
    plain = tmp.parent / "plain.txt"
    plain.write_text("no program\n")
    for name, args, code in [
            ("success", ["true"], 0),
            ("the command's own code", ["sh", "-c", "exit 3"], 3),
            ("a signal", ["sh", "-c", "kill -9 $$"], 137),
            ("what cannot be run", [str(plain)], 126),
            ("what is not there", ["certgate-no-such-program"], 127)]:
        done = run(tmp, *args)
        tap.equal(done.returncode, code, f"exit code: {name}")
    done = subprocess.run([harness.CERTGATE, "run", "--certgated", "/nonexistent", "--", "true"],
                          capture_output=True, text=True)
    tap.ok(done.returncode == 125 and "/nonexistent" in done.stderr, "no server is 125",
           done.stderr)
    for args in ([], ["--"], ["true"], ["--case", "x"]):
        done = subprocess.run([harness.CERTGATE, "run", *args], capture_output=True, text=True)
        tap.ok(done.returncode == 2 and "--" in done.stderr, f"wrong usage is 2: {args}",
               done.stderr)
    done = run(tmp, "true", run_options=["--case", "god"])
    tap.ok(done.returncode == 125 and "good meant?" in done.stderr, "a case that is none",
           done.stderr)
    done = run(tmp, "true", run_options=["-o", "--no-such-option"])
    tap.ok(done.returncode == 125 and "no-such-option" in done.stderr,
           "why the server did not start", done.stderr)
    done = run(tmp, "sh", "-c", 'printf x | openssl s_client -connect 127.0.0.1:$CERTGATE_PORT '
               "-tls1 >/dev/null 2>&1; curl -s -o /dev/null $CERTGATE_URL/here; exit 9")
    tap.ok(done.returncode == 9 and "handshake-failed" in done.stderr and
           "path=/here" in done.stderr and " note: " not in done.stderr,
           "a failure shows what the server saw", done.stderr)
    done = run(tmp, "sh", "-c", "exit 9", run_options=["--quiet"])
    tap.equal(done.stderr, "", "--quiet shows nothing")
    done = run(tmp, "true", run_options=["--keep"])
    kept = done.stderr.split()[-1]
    tap.ok(pathlib.Path(kept, "home", "cases", "good.pem").exists(), "--keep keeps", done.stderr)
    shutil.rmtree(kept, ignore_errors=True)


def start(tmp, *args, certgated=harness.CERTGATED, env=(), stderr=subprocess.DEVNULL, **more):
    return subprocess.Popen(command(*args, certgated=certgated),
                            env=dict(os.environ, TMPDIR=str(tmp), HOME=str(tmp.parent),
                                     **dict(env)),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                            **more)


def signals(tap, tmp):
    trap = "trap 'echo got it; exit 7' TERM; echo begun; while :; do sleep 0.05; done"
    # bash passes over a SIGINT that its own child (sleep) did not die of, too.
    plain = "echo begun; exec sleep 600"
    for sign, code, script in [(signal.SIGTERM, 7, trap), (signal.SIGHUP, 129, trap),
                               (signal.SIGINT, 130, plain)]:
        p = start(tmp, "bash", "-c", script)
        p.stdout.readline()
        p.send_signal(sign)
        tap.equal(p.wait(harness.DEADLINE), code, f"{sign.name} reaches the command")
        p.stdout.close()
    tap.ok(wait_gone(tmp), "no process is left", processes(tmp))
    tap.equal(os.listdir(tmp), [], "no file is left")
    p = start(tmp, "bash", "-c", trap)
    p.stdout.readline()
    p.kill()
    p.wait()
    p.stdout.close()
    tap.ok(wait_gone(tmp), "SIGKILL takes the command and the server along", processes(tmp))
    tap.equal(len(os.listdir(tmp)), 1, "and leaves its folder")
    tap.equal(run(tmp, "true").returncode, 0, "the next run works")
    tap.equal(os.listdir(tmp), [], "and removes it")


def pending(*numbers):
    """Before exec: these are blocked and on their way."""
    def act():
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        for number in numbers:
            os.kill(os.getpid(), number)
    return act


def ignoring(*numbers):
    def act():
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
    return act


def ends_early(tap, tmp, p, number, name):
    began = time.monotonic()
    code = p.wait(harness.DEADLINE)
    seconds = time.monotonic() - began
    said = p.stderr.read()
    p.stdout.close()
    p.stderr.close()
    tap.equal(code, 128 + number, f"{name}: 128 and the number")
    tap.ok(SLOW or seconds < 10, f"{name}: at once", seconds)
    tap.ok(b"before the command was started" in said, f"{name}: says so", said)
    tap.ok(wait_gone(tmp), f"{name}: no process is left", processes(tmp))
    tap.equal(os.listdir(tmp), [], f"{name}: no file is left")


def before_ready(tap, tmp):
    """Signals that come before there is a command: the run ends, and nothing is left."""
    started = tmp.parent / "started"
    never = tmp.parent / "never-ready"
    never.write_text("#!/bin/sh\necho up > \"$STARTED\"\nexec sleep 600\n")
    never.chmod(0o755)
    os.mkfifo(started)
    ran = tmp.parent / "ran"
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        p = start(tmp, "touch", str(ran), preexec_fn=pending(sign), stderr=subprocess.PIPE)
        ends_early(tap, tmp, p, sign, f"{sign.name} that waited at the start")
        p = start(tmp, "touch", str(ran), certgated=str(never), stderr=subprocess.PIPE,
                  env={"STARTED": str(started)})
        started.read_text()  # the server runs, and will never be ready
        p.send_signal(sign)
        ends_early(tap, tmp, p, sign, f"{sign.name} before the server is ready")
    tap.ok(not ran.exists(), "the command was not run")
    started.unlink()


def handed_on(tap, tmp):
    """Where a signal could get lost between a run and its command."""
    # It waits when the command is forked, and is let through as soon as that is there.
    early = tmp.parent / "signals-first"
    early.write_text(f"#!/bin/sh\nkill -USR1 $PPID\nexec {harness.CERTGATED} \"$@\"\n")
    early.chmod(0o755)
    p = start(tmp, "sleep", "600", certgated=str(early))
    tap.equal(p.wait(harness.DEADLINE), 128 + signal.SIGUSR1,
              "a signal that came before the command is handed on to it")
    p.stdout.close()
    status = "grep -E '^Sig(Blk|Ign|Pnd):' /proc/self/status"
    done = run(tmp, "sh", "-c", status,
               preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)))
    tap.equal(done.stdout.split()[1::2], ["0" * 16] * 3,
              "what is blocked at the start is blocked and ignored by no command")
    for code in (0, 3):
        done = run(tmp, "sh", "-c", f"exit {code}", preexec_fn=ignoring(signal.SIGCHLD))
        tap.equal((done.returncode, "in order" in done.stderr), (code, False),
                  f"started by who ignores SIGCHLD: {code}")
    p = start(tmp, "sh", "-c", "echo begun; kill -STOP $$; exit 5")
    p.stdout.readline()
    [command] = [pid for pid, text in processes(tmp) if text.startswith(b"sh\0")]
    while pathlib.Path(f"/proc/{command}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
        time.sleep(0.01)  # there is no event to wait for; the test's own limit ends it
    p.terminate()
    tap.equal(p.wait(harness.DEADLINE), 143, "a command that is stopped ends by SIGTERM, too")
    p.stdout.close()
    p = start(tmp, "sh", "-c", "grep ^SigIgn /proc/$$/status; exec sleep 600",
              preexec_fn=ignoring(signal.SIGHUP))
    ignored = int(p.stdout.readline().split()[1], 16)
    tap.equal(ignored, 1 << (signal.SIGHUP - 1), "what nohup ignores the command ignores")
    p.send_signal(signal.SIGHUP)
    p.terminate()
    tap.equal(p.wait(harness.DEADLINE), 143, "and the run")
    p.stdout.close()
    tap.ok(wait_gone(tmp), "no process is left", processes(tmp))
    tap.equal(os.listdir(tmp), [], "no file is left")


def foreign_folders(tap, tmp):
    """What has a run's name but is not a dead run's."""
    outside = tmp.parent / "outside"
    outside.mkdir()
    (outside / "file").write_text("x")
    (tmp / "certgate-run-link").symlink_to(outside)
    (tmp / "other").mkdir()
    alive = start(tmp, "sh", "-c", "echo begun; exec sleep 60")
    alive.stdout.readline()
    run(tmp, "true")
    names = sorted(os.listdir(tmp))
    tap.ok((outside / "file").exists(), "a link is not followed")
    tap.ok("other" in names and len(names) == 3, "a live run's folder and others' stay", names)
    alive.terminate()
    alive.wait()
    alive.stdout.close()
    (tmp / "certgate-run-link").unlink()
    (tmp / "other").rmdir()


def many(tap, tmp):
    def one(_):
        done = run(tmp, "sh", "-c", "echo $CERTGATE_PORT", run_options=["--case", "good"])
        return done.returncode, done.stdout, done.stderr
    n = 24 if SLOW else RUNS
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        results = list(pool.map(one, range(n)))
    seconds = time.monotonic() - began
    bad = [r for r in results if r[0] != 0]
    tap.ok(not bad, f"{n} runs, {AT_A_TIME} at a time ({seconds:.1f} s)", bad[:2])
    tap.ok(wait_gone(tmp), "no process is left of them", processes(tmp)[:3])
    tap.equal(os.listdir(tmp), [], "no file is left of them")


def at_random(tap, tmp):
    seed = int(os.environ.get("CERTGATE_SEED", random.randrange(10 ** 6)))
    chance = random.Random(seed)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for _ in range(KILLS):
            p = start(tmp, "sleep", "60")
            time.sleep(chance.uniform(0, 0.5))  # the moment is the point
            p.send_signal(sign)
            p.wait(harness.DEADLINE)
            p.stdout.close()
        tap.ok(wait_gone(tmp), f"{sign.name} at {KILLS} random moments: no orphan (seed {seed})",
               processes(tmp)[:3])
        if sign == signal.SIGKILL:
            run(tmp, "true")
        tap.equal(os.listdir(tmp), [], f"{sign.name}: no file is left")


def main():
    # What a run's command ignores is a matter of the test; started by nohup or in the
    # background of a script, it would ignore these for no reason of ours.
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    tap = harness.Tap()
    with harness.folder() as folder:
        tmp = folder / "tmp"
        tmp.mkdir()
        for part in (environment, isolation, codes, signals, before_ready, handed_on, foreign_folders, at_random, many):
            part(tap, tmp)
    tap.done()


main()
