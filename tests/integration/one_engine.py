# SPDX-License-Identifier: MIT
"""One engine, one answer: certgate explain as text and as JSON, the desk's /view, the
server's /whoami and the page that it serves say the same of the same certificate, store
and time: the verdict, the findings and their order, what decided, and what clients send.
Every case of certs/cases.tsv, and files of openssl's that no case stands for."""
import concurrent.futures
import html
import http.client
import json
import pathlib
import re
import ssl
import subprocess

from harness import CERTGATE, Server, Tap, context, folder, get, need, substatus
from openssl_ca import CA, LEAF, Maker

need("openssl")
tap = Tap()
BOUNDARY = "----certgate-test"
# These are not judged from the file alone: the key is another one's, or nothing is sent.
NO_FILE = {"none"}
NO_HANDSHAKE = {"wrong-key"}


def run(server, *words):
    return subprocess.run([CERTGATE, *map(str, words)], env=server.env, capture_output=True,
                          text=True, check=False, timeout=120)


# ---- each surface, as what is compared: dictionaries of the same keys

def by_certificate(names, elements):
    """Findings as a page shows them: those of one certificate after the other's, root
    first, and those of none last."""
    rows = sorted(zip(elements, range(len(names)), names), key=lambda r: (-r[0], r[1]))
    return [name for _, _, name in rows]


def of_json(chain, deciding, verdict):
    findings = chain["findings"] if chain else []
    n = len(chain["path"]) if chain else 0
    elements = [f["certificate"] if f["certificate"] < n else -1 for f in findings]
    return {"verdict": verdict, "path": n,
            "findings": by_certificate([f["name"] for f in findings], elements),
            "details": by_certificate([f["detail"] or "" for f in findings], elements),
            "deciding": deciding}


def of_explain(result):
    deciding = result["deciding"]
    name = None if deciding is None else result["chain"]["findings"][deciding]["name"]
    verdict = (result["verdict"]["status"], result["verdict"]["hresult"])
    return of_json(result["chain"], name, verdict)


def of_whoami(answer):
    deciding = answer["deciding"]
    verdict = (answer["verdict"]["code"], answer["verdict"]["hresult"])
    return of_json(answer["chain"], deciding and deciding["name"], verdict)


def of_page(text, verdict):
    """The viewer's tab Certification path of its first certificate."""
    _, _, panel = text.partition('class="panel panel-3"')
    panel = re.split(r"<h3>What a client|<h2>The connection|<footer>", panel)[0]
    faults = re.findall(r'<div class="fault(?: note)?">(.*?)</div>', panel, re.S)
    names, details, deciding = [], [], None
    for fault in faults:
        names.append(re.findall(r"<code>(\w+)</code>", fault)[-1])
        detail = re.search(r'</strong> <span class="mono"><bdi>(.*?)</bdi>', fault, re.S)
        details.append(html.unescape(detail[1]) if detail else "")
        if "this one decides" in fault:
            deciding = names[-1]
    return {"verdict": verdict, "path": len(re.findall(r'<li class="level-', panel)),
            "findings": names, "details": details, "deciding": deciding}


def of_text(text, faults):
    """certgate explain's own words; `faults` maps what a finding says to its name."""
    _, _, rest = text.partition("\nCertification path\n")
    tree = " ".join(rest.split("\n\n")[0].split())
    found = sorted((m.start(), name) for fault, name in faults.items()
                   for m in re.finditer(r"(?:- note: |! [\w. ]+: )" + re.escape(fault), tree))
    refusal = re.search(r"HTTP Error ([\d.]+) - .*\n\s+Error Code (0x\w+)", text)
    return {"verdict": refusal.groups() if refusal else ("200", "0x00000000"),
            "findings": [name for _, name in found]}


def verdict_of_view(page):
    refusal = re.search(r"IIS would refuse this client: ([\d.]+) .*?<code>(0x\w+)</code>",
                        page, re.S)
    return refusal.groups() if refusal else ("200", "0x00000000") \
        if "IIS would let this client in" in page else None


def verdict_of_served(page):
    refusal = re.search(r"HTTP Error ([\d.]+)", page)
    code = re.search(r"0x[0-9A-F]{8}", page)
    return (refusal[1], code[0]) if refusal else ("200", "0x00000000") \
        if "You are let in" in page else None


def clients_of_view(page):
    rows = re.findall(r'<tr><th scope="row">(.*?)\n.*?</th>(.*?)</tr>', page, re.S)
    return [(html.unescape(name.strip()), *(re.sub(r"<[^>]*>", "", cell).split()
                                            for cell in re.findall("<td>(.*?)</td>", cells)))
            for name, cells in rows]


def clients_of_explain(result):
    rows = {}
    for c in result["clients"]:
        cell = [c["sends"] + ":", c["status"]]
        if c["sends"] != "nothing" and c["status"] != "200":
            cell.append(c["hresult"])
        rows.setdefault(c["name"], []).append(cell)
    return [(name, *cells) for name, cells in rows.items()]


def clients_of_text(text, names):
    rows = []
    for name in names:
        found = re.search(rf"^  {re.escape(name)}\s+(\w+: \S+(?: 0x\w+)?)\s+(\w+:.*)$", text,
                          re.M)
        rows.append((name, found[1].split(), found[2].split()) if found else (name,))
    return rows


# ---- asking

def view(server, path):
    body = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; "
            f"filename=\"{path.name}\"\r\n\r\n").encode() + path.read_bytes() + \
        f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.ports["desk"], timeout=60)
    connection.request("POST", "/view", body=body,
                       headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def asked(server, path, page, version):
    done = run(server, "get", "-k", "--tlsv" + version, "--tls-max", version, "--cert", path,
               f"https://localhost:{server.ports['Require']}{page}")
    return done.stdout, done.stderr


def served(server, path):
    """[whoami, page]; None where no handshake comes about."""
    whoami, why = asked(server, path, "/whoami", "1.3")
    page, _ = asked(server, path, "/", "1.3")
    return (json.loads(whoami), page, why) if whoami.startswith("{") else (None, page, why)


def at_its_time(wants, got):
    """Of what explain said before and after, that which has the other's details: "30 days ago"
    moves on in between."""
    return next((want for want in wants if want["details"] == got["details"]), wants[0])


def compare(name, one, other, what, keys=("verdict", "path", "findings", "details", "deciding")):
    bad = [f"{key}: {one[key]!r} and {other[key]!r}" for key in keys if one[key] != other[key]]
    return tap.ok(not bad, f"{name}: {what}", "\n".join(bad))


def by_openssl(server, name, path, result):
    """What the table of clients says of OpenSSL is what its library does, and gets."""
    for version, word in ((ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")):
        try:
            tls = context(version, path)
        except ssl.SSLError:
            return False  # it cannot load the file
        want = next(c["status"] for c in result["clients"]
                    if (c["name"], c["tls"]) == ("curl, OpenSSL", word))
        status, _, body, *_ = get(server.ports["Require"], tls=tls)
        tap.equal(substatus(body) or str(status), want, f"{name}: {word} by OpenSSL")
    return True


# What is only explain's to say: the server does not judge what nobody can send.
def told(server, files, options=()):
    """explain's results for files, as JSON and as text."""
    documents = json.loads(run(server, "explain", "--json", "-s", server.store, *options,
                               *files.values()).stdout)["results"]
    texts = [run(server, "explain", "-s", server.store, *options, f).stdout
             for f in files.values()]
    return dict(zip(files, zip(documents, texts)))


def surfaces(server, files, sent):
    early = told(server, files)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pages = dict(zip(files, pool.map(lambda f: view(server, f), files.values())))
        answers = dict(zip(files, pool.map(
            lambda n: served(server, files[n]) if n in sent else None, files)))
    results = told(server, files)
    unread = [n for n, f in files.items()
              if n not in NO_HANDSHAKE and not by_openssl(server, n, f, results[n][0])]
    tap.ok(len(unread) < 12, "OpenSSL can send most of them", unread)
    print(f"# OpenSSL does not load {unread}")
    faults = {f["fault"]: f["name"] for result, _ in results.values()
              for f in result["chain"]["findings"]}
    for name, (result, text) in results.items():
        want = of_explain(result)
        wants = [of_explain(early[name][0]), want]

        def same(got, what):
            compare(name, at_its_time(wants, got), got, what)
        names = [c["name"] for c in result["clients"]][::2]
        compare(name, want, of_text(text, faults), "explain's text", ("verdict", "findings"))
        same(of_page(pages[name], verdict_of_view(pages[name])), "/view")
        tap.equal(clients_of_view(pages[name]), clients_of_explain(result),
                  f"{name}: /view tells what clients send")
        tap.equal(clients_of_text(text, names), clients_of_explain(result),
                  f"{name}: explain's text tells what clients send")
        if name not in sent:
            continue
        whoami, page, why = answers[name]
        if tap.ok(whoami is not None, f"{name}: it comes to a request", why):
            same(of_whoami(whoami), "/whoami")
            same(of_page(page, verdict_of_served(page)), "the page")


def others(place):
    """What no case is: kinds of keys and extensions that the forge does not make."""
    maker = Maker(place)
    maker.make("root", "root", CA)
    issuing = maker.make("issuing", "root", CA)
    files = {}

    def add(name, *extensions, key=None, chain=(issuing,), **more):
        if key:
            subprocess.run(["openssl", "genpkey", *key, "-out", place / f"{name}.key"],
                           check=True, capture_output=True)
        files[name] = maker.bundle(name, maker.make(name, "issuing", [*LEAF, *extensions],
                                                    **more), *chain)

    def curve(c):
        return ("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{c}")
    add("plain")
    add("alone", chain=())
    add("aia-issuers-only", "authorityInfoAccess=caIssuers;URI:http://127.0.0.1:1/ca.crt")
    add("cdp-ldap", "crlDistributionPoints=URI:ldap:///CN=x?certificateRevocationList")
    add("ed25519", key=("-algorithm", "ED25519"))
    add("brainpool", key=curve("brainpoolP256r1"))
    add("pss", key=("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"))
    add("p521", key=curve("P-521"))
    add("expired", days="-1")
    return files


def main():
    with Server("--quiet", "--fetch", "none", "--listen", "127.0.0.1:0,desk,pki",
                listen=("Require",)) as server, folder() as place:
        cases = [c["case"] for c in json.loads(run(server, "list", "--json").stdout)]
        files = {c: server.cases / f"{c}.pem" for c in cases if c not in NO_FILE}
        missing = [c for c, f in files.items() if not f.exists()]
        if missing:
            run(server, "forge", *missing)
        tap.ok(len(files) > 100, "there are cases", len(files))
        surfaces(server, files, set(files) - NO_HANDSHAKE)
        more = others(pathlib.Path(place) / "ca")
        run(server, "store", "-s", server.store, "add", "Root",
            pathlib.Path(place) / "ca" / "root.crt")
        with Server("--quiet", "--fetch", "none", "--listen", "127.0.0.1:0,desk,pki",
                    "--store", server.store, data=server.folder,
                    listen=("Require",)) as second:
            surfaces(second, more, {"plain", "alone", "aia-issuers-only", "cdp-ldap", "p521",
                                    "expired"})
    tap.done()


main()
