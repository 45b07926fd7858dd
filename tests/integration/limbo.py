# SPDX-License-Identifier: MIT
"""x509-limbo's cases, made over for client certificates, through `certgate explain
--json`; and the same files through openssl verify, certtool --verify and mbedTLS alone.

The vectors do not belong to the project: CERTGATE_VECTORS or ../shared/vectors beside
the checkout names their folder. Without a folder this test is skipped, and scripts/test
names it at its end; a folder that is named and has no vectors is a failure. Every case that
we judge otherwise than expected stands below with its reason.
"""
import concurrent.futures
import datetime
import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile

from harness import CERTGATE, ROOT, Tap, skip_all

SCORED = ("core", "clock", "crl", "nc")
# By the plain command: the time, and a store that holds the roots and the lists. The figures
# and what is judged otherwise stand in docs/verdicts.md.
WANTED = 97
# What Windows does with a CRL that lacks its number is not documented, so believing it is
# our default, and RFC 5280's rule is a switch.
ASSUMED = ("--assume", "crl-number=refuse")
BY_SWITCH = "crl::crlnumber-missing"
QUICK_S = 0.5 if os.environ.get("CERTGATE_BUILD_KIND", "") == "" else 5.0
DIFFERENT = {
    "cve::cve-2024-0567":
        "a certificate that is not self-signed lies among the roots: IIS 8 and later "
        "refuse every client then (KB 2802568), and no path of Windows ends in it",
    "rfc5280::root-and-intermediate-swapped":
        "the same: an intermediate in LocalMachine\\Root is no anchor on Windows",
    "rfc5280::nc::invalid-dnsname-leading-period":
        "\".example.com\" as a dNSName constraint: against RFC 5280, but written by many CAs "
        "and taken by OpenSSL, NSS, Go and Wine's crypt32, which compares the ends of the "
        "names; to refuse it would only lock out",
}

tap = Tap()
folder = pathlib.Path(os.environ.get("CERTGATE_VECTORS", ROOT.parent / "shared" / "vectors"))
if not (folder / "limbo-client.json").is_file():
    if "CERTGATE_VECTORS" not in os.environ:
        skip_all(f"no vectors in {folder}")
    tap.ok(False, "CERTGATE_VECTORS names a folder with limbo-client.json", folder)
    tap.done()

work = pathlib.Path(tempfile.mkdtemp(prefix="certgate-limbo-"))
ENV = dict(os.environ, XDG_DATA_HOME=str(work / "nothing"), LC_ALL="C")
MBEDTLS = os.environ.get("LIMBO_MBEDTLS")
# faketime is preloaded, which a sanitizer does not bear.
PLAIN = os.environ.get("CERTGATE_BUILD_KIND", "") == ""


def write(path, parts):
    path.write_text("\n".join(part.strip() for part in parts) + "\n")
    return str(path)


class Case:
    def __init__(self, test, number):
        self.id = test["id"]
        here = work / str(number)
        here.mkdir()
        self.leaf = write(here / "leaf.pem", [test["peer_certificate"]])
        others = test["untrusted_intermediates"]
        self.others = write(here / "others.pem", others) if others else None
        self.chain = write(here / "chain.pem", [test["peer_certificate"], *others])
        self.roots = write(here / "roots.pem", test["trusted_certs"])
        self.crls = write(here / "crls.pem", test["crls"]) if test.get("crls") else None
        self.store = here / "store"
        for name in ("Root", "CA", "My"):
            (self.store / "LocalMachine" / name).mkdir(parents=True)
        for i, root in enumerate(test["trusted_certs"]):
            write(self.store / "LocalMachine" / "Root" / f"{i}.crt", [root])
        for i, crl in enumerate(test.get("crls") or []):
            write(self.store / "LocalMachine" / "CA" / f"{i}.crl", [crl])
        when = test["validation_time"]
        self.time = (datetime.datetime.fromisoformat(when) if when
                     else datetime.datetime.now(datetime.timezone.utc))


def run(command, env=ENV):
    try:
        return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    except subprocess.TimeoutExpired:
        return None


def ours(case, *more):
    command = [CERTGATE, "explain", "--json", "--store", case.store,
               "--time", case.time.strftime("%Y-%m-%dT%H:%M:%SZ"), *more]
    done = run([*command, case.chain])
    if done is None or done.returncode not in (0, 1):
        return "REJECT", f"exit {done and done.returncode}: {done and done.stderr.strip()}"
    result = json.loads(done.stdout)["results"][0]
    assert result["let_in"] == (done.returncode == 0), case.id
    faults = [f["name"] for f in result["chain"]["findings"] if not f["is_note"]]
    return "ACCEPT" if result["let_in"] else "REJECT", " ".join(faults)


def openssl(case):
    command = ["openssl", "verify", "-purpose", "sslclient", "-CAfile", case.roots,
               "-no-CApath", "-no-CAstore", "-attime", str(int(case.time.timestamp()))]
    command += ["-untrusted", case.others] if case.others else []
    command += ["-crl_check", "-CRLfile", case.crls] if case.crls else []
    done = run([*command, case.leaf])
    return "ACCEPT" if done and done.returncode == 0 else "REJECT", ""


def at(case):
    """The clock stands still: starting a program may take long."""
    return ["faketime", "-f", case.time.strftime("%Y-%m-%d %H:%M:%S")]


def gnutls(case):
    command = [*at(case), "certtool", "--verify", "--verify-purpose", "1.3.6.1.5.5.7.3.2",
               "--load-ca-certificate", case.roots, "--infile", case.chain]
    command += ["--load-crl", case.crls] if case.crls else []
    done = run(command, dict(ENV, TZ="UTC"))
    return "ACCEPT" if done and done.returncode == 0 else "REJECT", ""


def mbedtls(case):
    command = [*at(case), MBEDTLS, case.chain, case.roots]
    command += [case.crls] if case.crls else []
    done = run(command, dict(ENV, TZ="UTC"))
    return "ACCEPT" if done and done.returncode == 0 else "REJECT", ""


def read_classes():
    rows = (folder / "classes.tsv").read_text().splitlines()[1:]
    return {row.split("\t")[0]: row.split("\t")[1:3] for row in rows}


def main():
    classes = read_classes()
    tests = json.loads((folder / "limbo-client.json").read_text())["testcases"]
    scored, slow = [], []
    for number, test in enumerate(tests):
        class_, want = classes[test["id"]]
        if class_ in SCORED and want in ("ACCEPT", "REJECT"):
            scored.append((Case(test, number), want))
        elif class_ == "dos":
            slow.append(Case(test, number))

    judges = {"certgate": ours, "certgate with --assume crl-number=refuse":
              lambda case: ours(case, *ASSUMED)}
    if shutil.which("openssl"):
        judges["openssl verify"] = openssl
    if shutil.which("faketime") and PLAIN:
        if shutil.which("certtool"):
            judges["certtool --verify"] = gnutls
        if MBEDTLS:
            judges["mbedTLS alone"] = mbedtls
    scores = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, judge in judges.items():
            answers = list(pool.map(lambda pair: judge(pair[0]), scored))
            wrong = {case.id: (want, *answer)
                     for (case, want), answer in zip(scored, answers) if answer[0] != want}
            scores[name] = len(scored) - len(wrong)
            given = {answer[0] for answer in answers}
            tap.equal(given, {"ACCEPT", "REJECT"}, f"{name} accepts some and refuses some")
            print(f"# {name}: {scores[name]} of {len(scored)} as expected")
            if name == "certgate":
                report_ours(wrong, {**DIFFERENT, BY_SWITCH: "--assume crl-number=refuse"})
            elif name.startswith("certgate"):
                report_ours(wrong, DIFFERENT)
            else:
                print("#   otherwise: " + ", ".join(sorted(wrong)))
    tap.ok(scores["certgate"] >= WANTED, f"at least {WANTED} of {len(scored)} as expected",
           scores)
    documented(scores, len(scored))
    for name, score in scores.items():
        if not name.startswith("certgate"):
            tap.ok(scores["certgate"] > score, f"ahead of {name}", scores)
    tap.ok(slow, "there are cases that want to be slow")
    for case in slow:
        spent = spent_by(case)
        tap.ok(spent < QUICK_S, f"{case.id} ends soon", f"{spent:.1f} s")


def spent_by(case):
    """Processor time, for others work on this machine, too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours(case)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report_ours(wrong, reasons):
    for id_, (want, got, why) in sorted(wrong.items()):
        print(f"#   {id_}: expected {want}, ours {got} ({why}); "
              f"{reasons.get(id_, 'NO REASON KNOWN')}")
    tap.equal(sorted(wrong), sorted(reasons), "only what has a reason is judged otherwise")


def documented(scores, n):
    """The document's figures and names are these."""
    text = " ".join((ROOT / "docs" / "verdicts.md").read_text().split())
    by_switch = scores["certgate with --assume crl-number=refuse"]
    tap.ok(f"{scores['certgate']} of {n}" in text and f"{by_switch} of {n}" in text,
           "docs/verdicts.md has the figures", (scores["certgate"], by_switch, n))
    for more, score in (((), scores["certgate"]), (ASSUMED, by_switch)):
        words = " ".join(("$ certgate explain --store STORE --time TIME", *more, "chain.pem"))
        tap.ok(f"{words} # {score} of {n}" in text, f"docs/verdicts.md has the command: {words}")
    missing = [id_ for id_ in (*DIFFERENT, BY_SWITCH) if f"`{id_}`" not in text]
    tap.ok(not missing, "docs/verdicts.md names what is judged otherwise", missing)


try:
    main()
finally:
    shutil.rmtree(work, ignore_errors=True)
tap.done()
