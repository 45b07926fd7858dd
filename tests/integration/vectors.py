# SPDX-License-Identifier: MIT
"""The inputs that were reported as judged wrongly, each by the plain command with its right
answer; and they and x509-limbo's cases through certgate explain's text, its JSON and /view,
which must not differ.

The files do not belong to the project: CERTGATE_VECTORS or ../shared/vectors beside the
checkout names their folder. Without one this test is skipped, and scripts/test names it at
its end. tests/integration/reported.py plays the same kinds with forged files."""
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

from harness import CERTGATE, DEADLINE, ROOT, Server, Tap, context, folder, get, need, skip_all
from reported_rows import ROWS
from surfaces import of_explain, of_page, of_text, verdict_of_view, view
from x509_maker import CA, SERVER, Pki, dns, eku, san

TIME = "2026-12-01T00:00:00Z"
SCORED = ("core", "clock", "crl", "nc")
# faketime is preloaded, which a sanitizer does not bear.
PLAIN = os.environ.get("CERTGATE_BUILD_KIND", "") == ""

need("openssl")
tap = Tap()
vectors = pathlib.Path(os.environ.get("CERTGATE_VECTORS", ROOT.parent / "shared" / "vectors"))
if not (vectors / "reported" / "README.md").is_file():
    if "CERTGATE_VECTORS" not in os.environ:
        skip_all(f"no vectors in {vectors}")
    tap.ok(False, "CERTGATE_VECTORS names a folder with reported/README.md", vectors)
    tap.done()


def run(*words):
    return subprocess.run([CERTGATE, *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=DEADLINE)


# ---- stores, as explain's options and as the server's folders

def make_store(place, mine, roots=(), others=(), lists=()):
    for name, files in (("Root", roots), ("CA", [*others, *lists]), ("My", [mine])):
        under = place / "LocalMachine" / name
        under.mkdir(parents=True)
        for i, path in enumerate(files):
            shutil.copyfile(path, under / f"{i}-{path.name}")
    return place


def parts(here, words):
    """A row's options as the store that stands for them."""
    found = {"--cacert": [], "--with": [], "--crl": []}
    for option, value in zip(words, words[1:]):
        if option in found:
            found[option].append(here / value)
    return found["--cacert"], found["--with"], found["--crl"]


# ---- rows

def explained(row, here, empty, words):
    words = [str(here / w) if (here / w).is_file() else w for w in words]
    base = ("explain", "--time", TIME, "--store", empty)
    text = run(*base, *words)
    if text.returncode not in (0, 1):
        return text, None
    return text, json.loads(run(*base, "--json", *words).stdout)["results"]


def check_row(row, here, empty):
    for words, want, *says in row.runs:
        name = f"{row.name}: {words.split()[-1]}"
        text, results = explained(row, here, empty, words.split())
        got = results[0]["verdict"]["symbol"] if results else f"exit {text.returncode}"
        tap.equal(got, want, f"{name}: {want}")
        shown = " ".join((text.stdout + text.stderr).split())
        for pattern in says:
            absent = pattern.startswith("!")
            found = re.search(pattern.removeprefix("!"), shown)
            tap.ok(bool(found) != absent, f"{name}: {pattern}", shown[:1500])
        for check in row.checks:
            good, what = check(text.stdout, results)
            tap.ok(good, f"{name}: {what}", text.stdout[:1500])


# ---- surfaces

def find_library():
    """What faketime preloads. It names its semaphore by its process, and ends where one of
    that number has left its own behind: then another process is asked."""
    if not PLAIN or shutil.which("faketime") is None:
        return None
    for _ in range(5):
        done = subprocess.run(["faketime", "-f", "2026-01-01 00:00:00", "env"],
                              capture_output=True, text=True, check=False)
        found = re.search(r"^LD_PRELOAD=(.*)$", done.stdout, re.M)
        if found:
            return found[1]
    raise RuntimeError(done.stderr)


library = find_library()


def clock(when):
    """The environment in which the server has that time; None: there is none."""
    if when is None:
        return {}
    if library is None:
        return None
    # It stands still, for some cases are about a second; the server's timers go on.
    return {"LD_PRELOAD": library, "FAKETIME": when.strftime("%Y-%m-%d %H:%M:%S"), "TZ": "UTC",
            "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def surfaces(label, store, chain, when, options=()):
    """What differs between explain's JSON, its text and /view; None: not compared."""
    env = clock(when)
    if env is None:
        return None
    words = ["--time", when.strftime("%Y-%m-%dT%H:%M:%SZ")] if when else []
    base = ("explain", "-s", store, *options, *words)
    result = json.loads(run(*base, "--json", chain).stdout)["results"][0]
    text = run(*base, chain).stdout
    want = of_explain(result)
    with Server("--quiet", "--fetch", "none", "--store", store, "--damaged-store", "ignore",
                "--listen", "127.0.0.1:0,desk", *options, listen=(), env=env) as server:
        page = view(server, chain)
    faults = {f["fault"]: f["name"] for f in result["chain"]["findings"]}
    bad = [f"text {k}: {want[k]!r} and {got!r}" for k, got in of_text(text, faults).items()
           if k == "verdict" and got != want[k] or
           k == "findings" and sorted(set(got)) != sorted(set(want[k]))]
    other = of_page(page, verdict_of_view(page))
    bad += [f"/view {k}: {want[k]!r} and {other[k]!r}"
            for k in ("verdict", "findings", "deciding") if want[k] != other[k]]
    return [f"{label}: {line}" for line in bad]


def rows_through_surfaces(place, mine):
    when = datetime.datetime.strptime(TIME, "%Y-%m-%dT%H:%M:%SZ")
    jobs = []
    for row in ROWS:
        for i, (words, want, *_) in enumerate(row.runs):
            words = words.split()
            here = vectors / "reported" / row.name
            if want.startswith("exit") or words[-1].endswith((".txt", ".p12", ".pfx")) or \
                    "--assume" in words:
                continue  # /view asks for a password on a form of its own
            roots, others, lists = parts(here, words)
            store = make_store(place / f"{row.name}-{i}", mine, roots, others, lists)
            options = ("--verifyclientcertrevocation", "disable") \
                if "--verifyclientcertrevocation" in words else ()
            jobs.append((f"{row.name} {words[-1]}", store, here / words[-1], when, options))
    return jobs


def limbo(place, mine):
    classes = {line.split("\t")[0]: line.split("\t")[1:3]
               for line in (vectors / "classes.tsv").read_text().splitlines()[1:]}
    jobs = []
    for i, test in enumerate(json.loads((vectors / "limbo-client.json").read_text())["testcases"]):
        class_, want = classes[test["id"]]
        if class_ not in SCORED or want not in ("ACCEPT", "REJECT"):
            continue
        here = place / f"limbo-{i}"
        here.mkdir()
        files = {}
        for kind, texts in (("root", test["trusted_certs"]), ("crl", test.get("crls") or [])):
            files[kind] = [here / f"{kind}{n}.{'crl' if kind == 'crl' else 'crt'}"
                           for n in range(len(texts))]
            for path, text in zip(files[kind], texts):
                path.write_text(text)
        chain = here / "chain.pem"
        chain.write_text("\n".join([test["peer_certificate"], *test["untrusted_intermediates"]]))
        store = make_store(here / "store", mine, files["root"], (), files["crl"])
        time = test["validation_time"]
        when = datetime.datetime.fromisoformat(time) if time else None
        jobs.append((test["id"], store, chain, when, ()))
    return jobs


def compare(jobs, what, least):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda job: surfaces(*job), jobs))
    asked = [a for a in answers if a is not None]
    bad = [line for a in asked for line in a]
    tap.ok(len(jobs) >= least, f"{what}: {len(jobs)} to compare")
    if asked:
        tap.ok(not bad, f"{what}: explain, its JSON and /view say the same of {len(asked)}",
               "\n".join(bad))
    if len(asked) < len(jobs):
        tap.skip(f"{what}: {len(jobs) - len(asked)} at their own time", "no faketime here")


# ---- what a live server says

def live(place, pki, mine):
    here = vectors / "reported"
    store = make_store(place / "java", mine, [here / "java-leaf-only/r-root.pem"])
    with Server("--quiet", "--store", store, "--send-trusted-issuer-list",
                listen=("Require",)) as server:
        status, _, body, *_ = get(server.ports["Require"])
        page = " ".join(body.decode().split())
        tap.ok(status == 403 and "Java" in page and "keystore" in page,
               "java-leaf-only: the page speaks of programs, too", page[:1500])
    when = clock(datetime.datetime.strptime(TIME, "%Y-%m-%dT%H:%M:%SZ"))
    if when is None:
        tap.skip("dialect-no-crl", "no faketime here")
        return
    store = make_store(place / "dialect", mine, [here / "dialect-no-crl/r-root.pem"])
    with Server("--quiet", "--store", store, "--listen", "127.0.0.1:0,sslflags=Require,dialect=nginx",
                listen=(), env=when) as server:
        status, *_ = get(server.ports["Require"],
                         tls=context(cert=here / "dialect-no-crl/r-chain.pem"))
        tap.equal(status, 200, "dialect-no-crl: nginx without ssl_crl lets in")


def main(place):
    folders = {p.name for p in (vectors / "reported").iterdir() if p.is_dir()}
    tap.equal({r.name for r in ROWS}, folders, "each folder has its row")
    pki = Pki(place / "ca")
    pki.make("root", "root", *CA)
    pki.make("localhost", "root", eku(SERVER), san(dns("localhost")))
    mine = pki.with_key("localhost")
    empty = make_store(place / "empty", mine)
    for row in ROWS:
        check_row(row, vectors / "reported" / row.name, empty)
    live(place, pki, mine)
    compare(rows_through_surfaces(place, mine), "reported", 30)
    compare(limbo(place, mine), "x509-limbo", 80)


with folder() as top:
    main(top)
tap.done()
