# SPDX-License-Identifier: MIT
"""certgate explain --fetch: revocation lists, OCSP answers and missing issuers are fetched
from where the certificates say, each within its time, and each is told: the address, what
came, and how long it took. Nothing is asked without the option."""
import json
import pathlib
import re
import subprocess

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
    site.over.set()


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
    usage(top, ca)
    server.shutdown()
tap.done()
