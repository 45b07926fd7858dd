# SPDX-License-Identifier: MIT
"""Delta revocation lists (RFC 5280 5.2.4): the address of one stands in freshestCRL of the
certificate or of the complete list. explain --fetch and the server fetch it, what it says
changes what the complete list says, and where it cannot be had or used that list decides."""
import json
import re
import subprocess

from harness import CERTGATE, DEADLINE, Server, Tap, context, folder, get, need, substatus
from static_site import Site
from x509_maker import (CA, DAY, LEAF, SERVER, Pki, cdp, delta_of, dns, eku, freshest, full_name,
                        number, point, san, uri)

need("openssl")
tap = Tap()
HOLD, REMOVED, COMPROMISE = 6, 8, 1
FRESHEST_MAX = 4


class World:
    def __init__(self, place):
        self.site, self.pki = Site(), Pki(place / "ca")
        self.store = place / "store"
        for name in ("Root", "My", "CA"):
            (self.store / "LocalMachine" / name).mkdir(parents=True)
        self.pki.make("root", "root", *CA)
        self.pki.make("other", "root", *CA)
        (self.store / "LocalMachine/Root/root.crt").write_text(
            (place / "ca/root.crt").read_text())

    def url(self, name):
        return f"{self.site.url}/{name}.crl"

    def leaf(self, name, *more, base="base"):
        self.pki.make(name, "root", *LEAF, cdp(point(full_name(uri(self.url(base))))), *more)
        return self.pki.with_key(name)

    def publish(self, file, *words, **more):
        self.site.files[f"/{file}.crl"] = self.pki.crl(file, "root", *words, **more).read_bytes()

    def explain(self, path, *words):
        self.site.asked.clear()
        done = subprocess.run([CERTGATE, "explain", "--json", "-s", self.store,
                               *map(str, words), path], capture_output=True, text=True,
                              check=False, timeout=DEADLINE)
        result = json.loads(done.stdout)["results"][0]
        return result, [f["detail"] for f in result["chain"]["findings"] if not f["is_note"]]


def complete(w, *extensions, revoked=(), name="base", base=5):
    w.publish(name, revoked, number(base), *extensions)


def fetched(w, path, where, want, says, name):
    result, details = w.explain(path, "--fetch", "any")
    good = tap.equal(result["verdict"]["symbol"], want, name)
    tap.ok(where in w.site.asked and any(w.site.url + where in line
                                         for line in result["fetched"]),
           f"{name}: {where} was asked and is told", (w.site.asked, result["fetched"]))
    if says:
        tap.ok(any(re.search(says, d) for d in details), f"{name}: its words", details)
    return good


def usable(w, leaf):
    """Where the address stands, and what the delta says."""
    url = w.url("delta")
    for place, path in (("the list", leaf), ("the certificate", w.leaf("own", freshest(url)))):
        complete(w, *(() if path != leaf else (freshest(url),)))
        who = "leaf" if path == leaf else "own"
        w.publish("delta", [(who, COMPROMISE)], number(6), delta_of(5))
        fetched(w, path, "/delta.crl", "CRYPT_E_REVOKED",
                re.escape(f"keyCompromise, says {url}"), f"freshestCRL of {place}")
        result, _ = w.explain(path, "--fetch", "none", "--crl", w.pki.place / "base.crl")
        tap.equal((result["verdict"]["symbol"], w.site.asked), ("S_OK", []),
                  f"freshestCRL of {place}: without --fetch nothing is asked")
    complete(w, freshest(url), revoked=[("leaf", HOLD)])
    w.publish("delta", (), number(6), delta_of(5))
    fetched(w, leaf, "/delta.crl", "CRYPT_E_REVOKED",
            re.escape(f"certificateHold, says {w.url('base')}"), "a delta that says nothing of it")
    w.publish("delta", [("leaf", REMOVED)], number(6), delta_of(5))
    fetched(w, leaf, "/delta.crl", "S_OK", None, "removeFromCRL ends a hold")
    result, _ = w.explain(leaf, "--fetch", "any", "--crl", w.pki.place / "base.crl")
    tap.equal((result["verdict"]["symbol"], w.site.asked), ("S_OK", ["/delta.crl"]),
              "the complete list lies in the store: only its delta is fetched")


def unusable(w, leaf):
    """The complete list decides."""
    url = w.url("delta")
    revoking = [("leaf", COMPROMISE)]
    for why, words, more in (
            ("is out of date", (number(6), delta_of(5)), {"this": -3 * DAY, "next_": -DAY}),
            ("is not valid yet", (number(6), delta_of(5)), {"this": DAY}),
            ("is of a later list", (number(8), delta_of(7)), {}),
            ("is as old as the list", (number(5), delta_of(4)), {}),
            ("has another's signature", (number(6), delta_of(5)), {"signer": "other"}),
            ("has another issuer", (number(6), delta_of(5)),
             {"name": w.pki.certs["other"]["subject"]})):
        complete(w, freshest(url))
        w.publish("delta", revoking, *words, **more)
        fetched(w, leaf, "/delta.crl", "S_OK", None, f"a delta that {why} does not count")
    w.publish("delta", revoking, number(6))
    fetched(w, leaf, "/delta.crl", "S_OK", None, "a complete list where a delta should be")
    del w.site.files["/delta.crl"]
    fetched(w, leaf, "/delta.crl", "S_OK", None, "no delta is there")
    # The second address is asked where the first has none, and not where it has one.
    complete(w, freshest(url, w.url("second")))
    w.publish("second", revoking, number(6), delta_of(5))
    fetched(w, leaf, "/second.crl", "CRYPT_E_REVOKED", "second.crl", "the second address")
    for why, words, more in (("is out of date", (number(6), delta_of(5)),
                              {"this": -3 * DAY, "next_": -DAY}),
                             ("is a complete list", (number(6),), {}),
                             ("is another's", (number(6), delta_of(5)), {"signer": "other"})):
        w.publish("delta", (), *words, **more)
        fetched(w, leaf, "/second.crl", "CRYPT_E_REVOKED", "second.crl",
                f"the second address, for what the first has {why}")
    # Of two deltas the newer decides, wherever it lies.
    newest = w.pki.crl("newest", "root", [("leaf", REMOVED)], number(7), delta_of(5))
    result, _ = w.explain(leaf, "--fetch", "any", "--crl", w.pki.place / "base.crl", "--crl",
                          newest)
    tap.equal((result["verdict"]["symbol"], "/second.crl" in w.site.asked), ("S_OK", True),
              "the store's delta is newer than the one that was fetched")
    w.publish("delta", (), number(6), delta_of(5))
    w.explain(leaf, "--fetch", "any")
    tap.absent("/second.crl", str(w.site.asked), "the first address answered", "/delta.crl")
    complete(w, freshest(*(w.url(f"none{i}") for i in range(9)), w.url("second")))
    result, _ = w.explain(leaf, "--fetch", "any")
    tap.equal((result["verdict"]["symbol"], sum("none" in a for a in w.site.asked)),
              ("S_OK", FRESHEST_MAX), "of ten addresses four are asked")


def by_server(w, leaf):
    complete(w, freshest(w.url("delta")))
    w.publish("delta", [("leaf", COMPROMISE)], number(6), delta_of(5))
    good = w.leaf("good")
    w.pki.make("server", "root", eku(SERVER), san(dns("localhost")))
    (w.store / "LocalMachine/My/server.pem").write_text(w.pki.with_key("server").read_text())
    w.site.asked.clear()
    with Server("--quiet", "--store", w.store, listen=("Require",)) as server:
        for path, want in ((leaf, "403.13"), (leaf, "403.13"), (good, None), (leaf, "403.13")):
            status, _, body, *_ = get(server.ports["Require"], tls=context(cert=path))
            tap.equal((status, substatus(body)), (403 if want else 200, want),
                      f"the server, {path.name}")
        tap.equal(sorted(w.site.asked), ["/base.crl", "/delta.crl"],
                  "the server fetches each list once")


with folder() as top:
    world = World(top)
    first = world.leaf("leaf")
    usable(world, first)
    unusable(world, first)
    by_server(world, first)
    world.site.shutdown()
tap.done()
