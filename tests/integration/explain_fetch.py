# SPDX-License-Identifier: MIT
"""certgate explain --fetch: revocation lists, OCSP answers and missing issuers are fetched
from where the certificates say, each within its time, and each is told: the address, what
came, and how long it took. Nothing is asked without the option."""
import json
import pathlib
import re
import subprocess
import threading
import time

from harness import CERTGATE, DEADLINE, Tap, folder, need
from openssl_ca import CA, LEAF, Maker
from static_site import Site

need("openssl")
tap = Tap()


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


def make_list(maker, issuer, revoked=()):
    """A revocation list of `issuer`'s, in DER."""
    place = maker.place
    (place / "index").write_text("".join(
        f"R\t351231235959Z\t261101000000Z,keyCompromise\t{serial}\tunknown\t/CN=x\n"
        for serial in revoked))
    (place / "number").write_text("01\n")
    conf = place / "crl.conf"
    conf.write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={place}/index\ncrlnumber={place}/number\n"
                    "default_md=sha256\n")
    openssl("ca", "-config", conf, "-gencrl", "-crldays", "7", "-cert", place / f"{issuer}.crt",
            "-keyfile", maker.key(issuer), "-out", place / "list.pem")
    return openssl("crl", "-in", place / "list.pem", "-outform", "DER")


def explain(place, *words):
    base = [CERTGATE, "explain", "--store", place / "store", "--cacert", place / "ca/root.crt"]
    as_json = subprocess.run([*map(str, base), "--json", *map(str, words)], capture_output=True,
                             text=True, check=False, timeout=DEADLINE)
    if not as_json.stdout:
        return None, as_json.stderr
    result = json.loads(as_json.stdout)["results"][0]
    text = subprocess.run([*map(str, base), *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=DEADLINE).stdout
    return result, " ".join(text.split())


def has_line(result, kind, url, what):
    pattern = rf"{kind} +{re.escape(url)}: {what}, after \d+ ms"
    return any(re.fullmatch(pattern, line) for line in result["fetched"])


def check(place, maker, site):
    files = {}
    for name, path, more in (
            ("good", "/ca.crl", [f"authorityInfoAccess=caIssuers;URI:{site.url}/issuing.crt"]),
            ("lost", "/nothing.crl", []), ("slow", "/hangs", [])):
        maker.make(name, "issuing", [
            *LEAF, f"crlDistributionPoints=URI:ldap:///CN=ca,URI:{site.url}{path}", *more])
        files[name] = maker.bundle(name, place / "ca" / f"{name}.crt")
    sent = ("--with", place / "ca/issuing.crt")
    site.files["/issuing.crt"] = openssl("x509", "-in", place / "ca/issuing.crt", "-outform", "DER")
    site.files["/ca.crl"] = make_list(maker, "issuing")

    result, _ = explain(place, files["good"])
    tap.equal((result["verdict"]["symbol"], result["fetched"], site.asked),
              ("CERT_E_CHAINING", None, []), "without --fetch: nothing is asked")
    for where in ("loopback", "any"):
        result, text = explain(place, "--fetch", where, files["good"])
        tap.ok(result["let_in"] and "IIS would let it in" in text,
               f"--fetch {where}: the issuer and its list complete it", result["chain"])
        size = len(site.files["/issuing.crt"]), len(site.files["/ca.crl"])
        tap.ok(has_line(result, "issuer", f"{site.url}/issuing.crt", f"{size[0]} bytes came") and
               has_line(result, "CRL", f"{site.url}/ca.crl", f"{size[1]} bytes came"),
               f"--fetch {where}: each is told", result["fetched"])
        tap.ok("CRL ldap:///CN=ca: not asked, for it is not http:" in text,
               f"--fetch {where}: ldap: is named as not asked", text)
    serial = openssl("x509", "-in", place / "ca/good.crt", "-noout", "-serial").decode()
    site.files["/ca.crl"] = make_list(maker, "issuing", [serial.strip().split("=")[1]])
    result, _ = explain(place, "--fetch", "any", *sent, files["good"])
    tap.equal(result["verdict"]["symbol"], "CRYPT_E_REVOKED", "a list that was fetched revokes")
    result, text = explain(place, "--fetch", "any", *sent, files["lost"])
    tap.ok(result["verdict"]["symbol"] == "CRYPT_E_REVOCATION_OFFLINE" and
           has_line(result, "CRL", f"{site.url}/nothing.crl", "HTTP status 404") and
           "HTTP status 404" in text, "what is not there", result["fetched"])
    result, _ = explain(place, "--fetch", "any", "--urlretrievaltimeout", "200", *sent,
                        files["slow"])
    tap.ok(result["verdict"]["symbol"] == "CRYPT_E_REVOCATION_OFFLINE" and
           has_line(result, "CRL", f"{site.url}/hangs", "no answer in time"),
           "what does not answer is given up", result["fetched"])


# ---- OCSP

def responder(maker, signer, known, revoked=()):
    """An answer to each request, by openssl's own responder."""
    place = maker.place
    index = place / f"index-{signer}-{len(revoked)}"
    index.write_text("".join(
        f"{state}\t351231235959Z\t{when}\t{serial}\tunknown\t/CN={serial}\n"
        for state, when, serials in (("R", "261101000000Z,keyCompromise", revoked),
                                     ("V", "", known)) for serial in serials))
    lock = threading.Lock()

    def answer(request):
        with lock:
            (place / "request.der").write_bytes(request)
            openssl("ocsp", "-index", index, "-CA", place / "issuing.crt", "-rsigner",
                    place / f"{signer}.crt", "-rkey", maker.key(signer), "-reqin",
                    place / "request.der", "-respout", place / "response.der", "-ndays", "1",
                    "-noverify")
            return (place / "response.der").read_bytes()
    return answer


def ocsp(place, maker, site):
    serials = {}
    for name, path in (("fine", "/ocsp"), ("gone", "/ocsp"), ("strange", "/ocsp"),
                       ("delegated", "/delegate"), ("false", "/false"), ("later", "/later"),
                       ("long", "/" + 200 * "l")):
        cert = maker.make(name, "issuing", [*LEAF, f"authorityInfoAccess=OCSP;URI:{site.url}{path}"])
        serials[name] = openssl("x509", "-in", cert, "-noout", "-serial").decode().strip()[7:]
        maker.bundle(name, cert, place / "ca/issuing.crt")
    maker.make("delegate", "issuing", ["keyUsage=critical,digitalSignature",
                                       "extendedKeyUsage=OCSPSigning", "noCheck=ignored"])
    maker.make("nobody", "issuing", LEAF)
    known = [serials[n] for n in serials if n not in ("gone", "strange")]
    site.ocsp = {"/ocsp": responder(maker, "issuing", known, [serials["gone"]]),
                 "/delegate": responder(maker, "delegate", known),
                 "/false": responder(maker, "nobody", known),
                 "/later": lambda _: bytes.fromhex("30030a0103"),
                 "/" + 200 * "l": responder(maker, "issuing", known)}
    for name, path, want, says in (
            ("fine", "/ocsp", "S_OK", ""),
            ("gone", "/ocsp", "CRYPT_E_REVOKED", f"keyCompromise, says {site.url}/ocsp"),
            ("strange", "/ocsp", "CRYPT_E_NO_REVOCATION_CHECK", f"{site.url}/ocsp"),
            ("delegated", "/delegate", "S_OK", ""),
            ("false", "/false", "CRYPT_E_REVOCATION_OFFLINE", "OCSP"),
            ("later", "/later", "CRYPT_E_REVOCATION_OFFLINE", "OCSP answers tryLater"),
            ("long", "/" + 200 * "l", "S_OK", "")):
        site.posts.clear()
        result, _ = explain(place, "--fetch", "any", place / "ca" / f"{name}.pem")
        details = " ".join(f["detail"] or "" for f in result["chain"]["findings"])
        tap.ok(result["verdict"]["symbol"] == want and says in details, f"OCSP, {name}: {want}",
               (result["verdict"], details))
        tap.ok(has_line(result, "OCSP", site.url + path, r"\d+ bytes came"),
               f"OCSP, {name}: it is told", result["fetched"])
        tap.equal(bool(site.posts), name == "long",
                  f"OCSP, {name}: by {'POST' if name == 'long' else 'GET'} (RFC 5019 5)")


# ---- all together have 20 seconds

def start_slow(place, maker, site):
    """Two addresses that do not answer; each has 15 s."""
    maker.make("two", "issuing", [*LEAF, "crlDistributionPoints=" + ",".join(
        f"URI:{site.url}/hangs{i}" for i in (1, 2))])
    file = maker.bundle("two", place / "ca/two.crt", place / "ca/issuing.crt")
    return time.monotonic(), subprocess.Popen(
        [CERTGATE, "explain", "--store", place / "store", "--cacert", place / "ca/root.crt",
         "--fetch", "any", "--json", file], stdout=subprocess.PIPE, text=True)


def finish_slow(started, process):
    result = json.loads(process.communicate(timeout=DEADLINE)[0])["results"][0]
    took = time.monotonic() - started
    lines = result["fetched"]
    tap.ok(19 < took < 40 and len(lines) == 2 and
           re.fullmatch(r"CRL +\S+/hangs1: no answer in time, after 1[45]\d{3} ms", lines[0]) and
           lines[1] == "the rest was given up after 20 s, for all together",
           "all together have 20 s", (took, lines))
    tap.equal(result["verdict"]["symbol"], "CRYPT_E_REVOCATION_OFFLINE", "and the verdict says it")


def usage(place, maker):
    plain = maker.bundle("leaf", maker.make("leaf", "issuing", LEAF),
                         place / "ca/issuing.crt")
    result, text = explain(place, "--fetch", "any", plain)
    tap.ok(result["fetched"] == [] and "Fetched nothing: no address was to be asked" in text,
           "nothing to ask", text)
    for words, says in ((("--fetch", "all", plain), "none, loopback or any"),
                        (("--fetch", "any", "--as", "server", plain), "add --as client")):
        result, text = explain(place, *words)
        tap.ok(result is None and says in text, f"refused: {says}", text)


with folder() as top:
    (top / "store/LocalMachine/Root").mkdir(parents=True)
    (top / "store/LocalMachine/My").mkdir()
    ca = Maker(pathlib.Path(top) / "ca")
    ca.make("root", "root", CA)
    ca.make("issuing", "root", CA)
    server = Site()
    check(top, ca, server)
    slow = start_slow(top, ca, server)
    ocsp(top, ca, server)
    usage(top, ca)
    finish_slow(*slow)
    server.over.set()
    server.shutdown()
tap.done()
