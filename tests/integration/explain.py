# SPDX-License-Identifier: MIT
"""certgate explain and certgate store as programs: exit codes, JSON, every format of
file as OpenSSL writes it, a server's own certificate, and stores that are added to.
"""
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile

from harness import CERTGATE, ROOT, Server, Tap, need
from openssl_ca import CA, LEAF, Maker

need("openssl")
tap = Tap()
work = pathlib.Path(tempfile.mkdtemp(prefix="certgate-explain-"))
ENV = dict(os.environ, XDG_DATA_HOME=str(work / "data"), HOME=str(work), LC_ALL="C")
SECRET = "gr\u00fcn 0123456789 0123456789 0123456789"


def certgate(*args, stdin=None):
    return subprocess.run([CERTGATE, *map(str, args)], capture_output=True, text=True, env=ENV,
                          stdin=subprocess.DEVNULL if stdin is None else stdin, timeout=60)


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


def result(*args):
    done = certgate("explain", "--json", *args)
    document = json.loads(done.stdout)
    assert document["schema"] == "certgate-explain-2"
    return done.returncode, document["results"]


def answers(cases):
    for name, exit_, status in (("good", 0, "200"), ("expired", 1, "403.17"),
                                ("eku-server", 1, "403.16"), ("revoked", 1, "403.13")):
        code, results = result(cases / f"{name}.pem")
        tap.equal((code, results[0]["verdict"]["status"], results[0]["let_in"]),
                  (exit_, status, exit_ == 0), f"{name}: exit {exit_}, {status}")
    code, results = result(cases / "good.pem", cases / "expired.pem")
    tap.equal((code, [r["let_in"] for r in results]), (1, [True, False]),
              "several files: one result each, 1 if one is refused")
    done = certgate("explain", cases / "good.pem", work / "missing.pem")
    tap.ok(done.returncode == 2 and "missing.pem" in done.stderr and
           "would let it in" in done.stdout, "an unreadable file: 2, the others are told",
           done.stderr)
    tap.equal(certgate("explain").returncode, 2, "nothing to explain: 2")
    code, results = result("--sslflags", "Ignore", cases / "expired.pem")
    tap.equal(code, 0, "sslFlags Ignore lets anything in")
    code, results = result("--time", "+400d", "--verifyclientcertrevocation", "disable",
                           cases / "good.pem")
    tap.equal(results[0]["verdict"]["status"], "403.17", "--time looks into the future")
    code, results = result("--usagecheck", "disable", cases / "eku-server.pem")
    tap.equal(code, 0, "--usagecheck disable")
    code, results = result("--assume", "any-eku=refuse", cases / "eku-any.pem")
    tap.equal(code, 1, "--assume any-eku=refuse")


def formats(cases):
    pem = cases / "good.pem"
    crt = cases / "good.crt"
    ca = work / "data/certgate/authorities/issuing.crt"
    openssl("x509", "-in", crt, "-outform", "DER", "-out", work / "a.cer")
    openssl("crl2pkcs7", "-nocrl", "-certfile", crt, "-certfile", ca, "-out", work / "a.p7b")
    openssl("crl2pkcs7", "-nocrl", "-certfile", crt, "-outform", "DER", "-out", work / "a.p7c")
    export = ("pkcs12", "-export", "-in", pem, "-passout", f"pass:{SECRET}", "-name", "my name")
    openssl(*export, "-out", work / "a.p12")
    openssl(*export, "-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES",
            "-macalg", "sha1", "-out", work / "b.pfx")
    openssl(*export, "-legacy", "-out", work / "rc2.pfx")
    for name, format_, key in (("a.cer", "DER", False), ("a.p7b", "PKCS #7", False),
                               ("a.p7c", "PKCS #7", False), ("a.p12", "PKCS #12", True),
                               ("b.pfx", "PKCS #12", True), ("rc2.pfx", "PKCS #12", True)):
        code, results = result("--pass", SECRET, work / name)
        got = results[0]
        tap.equal((code, got["format"], got["has_key"], got["certificates"][0]["issued_to"]),
                  (0, format_, key, "good"), f"{name}: {format_}")
    tap.equal(result("--pass", SECRET, work / "a.p12")[1][0]["friendly_name"], "my name",
              "the friendly name")
    (work / "pass").write_text(SECRET + "\nanother line\n")
    tap.equal(result("--pass-file", work / "pass", work / "a.p12")[0], 0, "--pass-file")
    for args, part in ((("--pass", "wrong"), "does not open with this password"),
                       ((), "is protected by a password")):
        done = certgate("explain", *args, work / "a.p12")
        tap.ok(done.returncode == 2 and part in done.stderr, f"a.p12: {part}", done.stderr)
    shutil.copy(cases / "chain-missing.pem", work / "missing-chain.pem")
    store = work / "empty"
    (store / "LocalMachine/Root").mkdir(parents=True)
    root = work / "data/certgate/authorities/root.crt"
    options = ("--store", store, "--cacert", root, "--verifyclientcertrevocation", "disable")
    tap.equal(result(*options, crt)[1][0]["verdict"]["symbol"], "CERT_E_CHAINING",
              "without its intermediate")
    tap.equal(result(*options, "--with", ca, crt)[0], 0, "--with and --cacert complete it")


def requests():
    """A certificate request is shown as what it would become."""
    key = work / "request.key"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    for eku, status in (("clientAuth", "200"), ("serverAuth", "403.16"), (None, "200")):
        csr = work / f"{eku}.csr"
        openssl("req", "-new", "-key", key, "-subj", "/O=Example/CN=asked for", "-out", csr,
                *([] if eku is None else ["-addext", f"extendedKeyUsage={eku}"]),
                "-addext", "subjectAltName=email:a@example.test")
        openssl("req", "-in", csr, "-outform", "DER", "-out", f"{csr}.der")
        for file in (csr, f"{csr}.der"):
            code, results = result("--store", work / "empty", file)
            got, cert = results[0], results[0]["certificates"][0]
            tap.equal((code, got["format"], got["verdict"]["status"], cert["subject"],
                       cert["alt_names"]),
                      (0 if status == "200" else 1, "certificate request", status,
                       "CN=asked for,O=Example", ["email:a@example.test"]),
                      f"{pathlib.Path(file).name}: {status}")
            tap.equal([f["name"] for f in got["chain"]["findings"] if not f["is_note"]],
                      [] if status == "200" else ["EKU_NOT_CLIENT_AUTH"],
                      f"{pathlib.Path(file).name}: nothing else is the matter")
    done = certgate("explain", "--store", work / "empty", work / "serverAuth.csr")
    tap.ok("serverAuth.csr, if a CA issues it: IIS would refuse it." in done.stdout and
           "note: the file is a certificate request" in " ".join(done.stdout.split()),
           "a request is called one", done.stdout)
    bad = bytearray((work / "clientAuth.csr.der").read_bytes())
    bad[-1] ^= 1
    (work / "bad.csr").write_bytes(bad)
    remarks = result("--store", work / "empty", work / "bad.csr")[1][0]["remarks"]
    tap.ok(any("not signed by its own key" in r for r in remarks), "a request without proof",
           remarks)


def paths(cases):
    """One leaf below a CA that two roots have certified."""
    done = certgate("explain", "--all-paths", cases / "chain-cross.pem")
    tap.ok(done.returncode == 0 and "Path 2 of " in done.stdout and
           "not taken: 403.16 CERT_E_" in done.stdout, "--all-paths draws those not taken",
           done.stdout)
    code, results = result("-a", cases / "chain-cross.pem")
    tap.ok(len(results[0]["paths"]) > 1 and results[0]["paths"][0]["path"] ==
           results[0]["chain"]["path"], "--all-paths as JSON: the one that counts is first")
    tap.equal(result(cases / "chain-cross.pem")[1][0]["paths"], None, "without it: null")
    done = certgate("explain", "-a", cases / "good.pem")
    tap.ok("There is no other path." in done.stdout, "--all-paths where there is one",
           done.stdout)
    tap.equal(certgate("explain", "-a", "--as", "server", cases / "good.pem").returncode, 2,
              "--all-paths is for clients")


def deltas():
    """A complete list and its delta, as OpenSSL writes and reads them."""
    maker = Maker(work / "deltas")
    root = maker.make("root", "root", CA)
    leaf = maker.make("leaf", "root", LEAF)
    serial = subprocess.run(["openssl", "x509", "-in", leaf, "-noout", "-serial"], check=True,
                            capture_output=True, text=True).stdout.split("=")[1].strip()
    place, conf = maker.place, maker.place / "ca.conf"
    conf.write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={place}/index\ncrlnumber={place}/number\n"
                    "default_md=sha256\n[complete]\nfreshestCRL=URI:http://127.0.0.1:1/d.crl\n"
                    "[delta]\n2.5.29.27=critical,ASN1:INTEGER:1\n")

    def write(kind, number, reason):
        (place / "number").write_text(f"{number}\n")
        (place / "index").write_text("" if not reason else
                                     f"R\t491231235959Z\t260101000000Z,{reason}\t{serial}\t"
                                     "unknown\t/CN=leaf\n")
        out = place / f"{kind}.crl"
        openssl("ca", "-config", conf, "-gencrl", "-crldays", "7", "-crlexts", kind, "-cert",
                root, "-keyfile", maker.key("root"), "-out", out)
        return out

    for name, before, since in (("revoked since", "", "keyCompromise"),
                                ("a hold, lifted since", "certificateHold", "removeFromCRL"),
                                ("revoked, and no change", "keyCompromise", ""),
                                ("good, and no change", "", "")):
        lists = [write("complete", "01", before), write("delta", "02", since)]
        code, results = result("--store", place, "--cacert", root, "--crl", lists[0], "--crl",
                               lists[1], leaf)
        theirs = subprocess.run(["openssl", "verify", "-crl_check", "-use_deltas", "-CAfile", root,
                                 "-CRLfile", lists[0], "-CRLfile", lists[1], leaf],
                                capture_output=True, text=True)
        tap.equal((code, theirs.returncode == 0), (1, False) if since in ("keyCompromise",) or
                  (before == "keyCompromise" and not since) else (0, True),
                  f"a delta CRL: {name}, and OpenSSL says so")


def schema(cases):
    """Every answer has the form that tests/schema promises, and no member beyond it."""
    root = json.loads((ROOT / "tests/schema/explain.schema.json").read_text())
    answers_ = [json.loads(certgate("explain", "--json", *args).stdout) for args in (
        sorted(cases.glob("*.pem")), ["--as", "server", cases / "expired-server.pem"],
        ["-a", cases / "chain-cross.pem"], ["--sslflags", "Ignore", cases / "good.crt"])]
    faults = [fault for a in answers_ for fault in against_schema(a, root, root, "document")]
    results = [result for a in answers_ for result in a["results"]]
    tap.none(faults, results, f"{len(results)} answers by the schema", 100)
    for damage in ({}, {"schema": "x", "results": []}, dict(answers_[2], more=1)):
        tap.ok(against_schema(damage, root, root, "document"), "the schema can refuse")


def against_schema(value, rule, root, where):
    """The part of JSON Schema (draft 7) that ours uses."""
    if "$ref" in rule:
        rule = root["definitions"][rule["$ref"].rsplit("/", 1)[1]]
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer",
             type(None): "null"}
    wanted = rule.get("type", [])
    if wanted and kinds[type(value)] not in ([wanted] if isinstance(wanted, str) else wanted):
        return [f"{where} is a {kinds[type(value)]}"]
    faults = []
    if value != rule.get("const", value) or value not in rule.get("enum", [value]):
        faults.append(f"{where} is {value!r}")
    if isinstance(value, str) and not re.search(rule.get("pattern", ""), value):
        faults.append(f"{where} is {value!r}")
    if isinstance(value, list) and "items" in rule:
        for i, item in enumerate(value):
            faults += against_schema(item, rule["items"], root, f"{where}[{i}]")
    if isinstance(value, dict) and "properties" in rule:
        faults += [f"{where} lacks {key}" for key in rule.get("required", []) if key not in value]
        for key, item in value.items():
            if key in rule["properties"]:
                faults += against_schema(item, rule["properties"][key], root, f"{where}.{key}")
            elif rule.get("additionalProperties") is False:
                faults.append(f"{where} has {key}")
    return faults


def servers():
    with Server("--quiet") as server:
        root = server.folder / "data/certgate/authorities/root.crt"
        url = f"https://localhost:{server.ports['Require']}"
        code, results = result("--url", url, "--cacert", root)
        tap.equal((code, results[0]["as"], results[0]["host"], results[0]["chrome"]),
                  (0, "server", "localhost", None), "a server's own certificate")
        code, results = result("--url", url, "--cacert", root, "--host", "other.example")
        tap.equal((code, results[0]["chrome"]), (1, "ERR_CERT_COMMON_NAME_INVALID"),
                  "for another host")
        code, results = result("--url", url, "--as", "client", "--cacert", root)
        tap.equal(results[0]["verdict"]["symbol"], "CERT_E_WRONG_USAGE", "as a client's")
        port = server.ports["Require"]
    done = certgate("explain", "--url", f"https://localhost:{port}")
    tap.ok(done.returncode == 2 and "shows no certificate" in done.stderr, "no server there: 2",
           done.stderr)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def stores(cases):
    store = work / "store"
    authorities = work / "data/certgate/authorities"

    def add(*args):
        return certgate("store", "--store", store, "add", *args)

    done = add("Root", authorities / "root.crt")
    files = list((store / "LocalMachine/Root").iterdir())
    tap.ok(done.returncode == 0 and len(files) == 1 and mode(files[0]) == 0o644 and
           files[0].suffix == ".crt", "add Root: one file, 0644", done.stderr)
    done = add("root", authorities / "root.crt")
    tap.ok("there already" in done.stdout and
           len(list((store / "LocalMachine/Root").iterdir())) == 1, "not a second time")
    done = add("My", "--pass", SECRET, work / "a.p12")
    files = sorted((store / "LocalMachine/My").iterdir())
    tap.equal([(f.suffix, mode(f)) for f in files], [(".crt", 0o644), (".key", 0o600)],
              "add My: a certificate and its key, 0600")
    tap.equal(certgate("store", "-s", store, "check").returncode, 0, "check: no trap")
    done = add("CA", "--pass", SECRET, work / "a.p12")
    tap.ok("left out" in done.stdout and not list((store / "LocalMachine/CA").glob("*.key")),
           "no key outside of My")
    done = add("Root", authorities / "issuing.crt")
    tap.ok("trap:" in done.stderr and "403.16" in done.stderr,
           "an intermediate in Root is named at once", done.stderr)
    done = certgate("store", "-s", store, "check")
    tap.ok(done.returncode == 1 and "KB 2802568" in done.stdout, "check: 1, with the KB")
    done = certgate("store", "-s", store, "list")
    tap.ok("certgate tests root" in done.stdout and "with key" in done.stdout, "list",
           done.stdout)
    done = add("My", cases / "subject-newline.pem")
    names = [f.name for f in (store / "LocalMachine/My").iterdir()]
    tap.ok(done.returncode == 0 and names and
           all(n.replace("-", "").replace(".", "").isalnum() for n in names),
           "hostile names become harmless", names)
    for args, part in ((("Roots", authorities / "root.crt"), "no folder"),
                       (("Root", work / "pass"), "neither PEM nor DER")):
        done = add(*args)
        tap.ok(done.returncode == 2 and part in done.stderr, f"refused: {part}", done.stderr)


try:
    certgate("forge")
    all_cases = work / "data/certgate/cases"
    answers(all_cases)
    formats(all_cases)
    requests()
    paths(all_cases)
    schema(all_cases)
    deltas()
    servers()
    stores(all_cases)
finally:
    shutil.rmtree(work, ignore_errors=True)
tap.done()
