# SPDX-License-Identifier: MIT
"""A store that changes under certgated: its files, its folder moved away and back, and the
link that leads to it switched, as deployments do it. Each is seen, and what comes behind it,
too."""
import os
import shutil
import time

from harness import DEADLINE, Server, Tap, folder, get

tap = Tap()


def code(server, pem):
    try:
        return get(server.ports["Require"], cert=pem)[0]
    except OSError as error:
        return repr(error)


def until(server, pem, want, what):
    end = time.monotonic() + DEADLINE
    while (got := code(server, pem)) != want and time.monotonic() < end:
        time.sleep(0.1)  # there is no event of another process to wait for
    tap.equal(got, want, what)


def main(place):
    with Server("--quiet") as forge:  # a store and a client of ours
        shutil.copytree(forge.store, place / "good")
        shutil.copytree(forge.store, place / "empty")
        shutil.copy(forge.cases / "good.pem", place / "good.pem")
    pem = place / "good.pem"
    kept = place / "certgate-root.crt"
    shutil.move(place / "empty" / "LocalMachine" / "Root" / kept.name, kept)
    os.symlink("good", place / "current")

    def switch(target):
        os.symlink(target, place / "next")
        os.replace(place / "next", place / "current")

    with Server("--quiet", "--store", str(place / "current"),
                "--verifyclientcertrevocation", "disable") as server:
        until(server, pem, 200, "the store is served")
        switch("empty")
        until(server, pem, 403, "its link is switched: the other store")
        shutil.copy(kept, place / "empty" / "LocalMachine" / "Root")
        until(server, pem, 200, "and what changes in that is seen")
        (place / "empty" / "LocalMachine" / "Root" / kept.name).unlink()
        until(server, pem, 403, "and again")
        switch("good")
        until(server, pem, 200, "switched back")
        (place / "good").rename(place / "away")
        (place / "empty").rename(place / "good")
        until(server, pem, 403, "the folder is moved away, and another comes in its place")
        (place / "good").rename(place / "empty")
        (place / "away").rename(place / "good")
        until(server, pem, 200, "moved back")
        (place / "good" / "LocalMachine" / "Root" / kept.name).unlink()
        until(server, pem, 403, "and what changes in it then is seen")
        tap.equal(server.stop(), 0, "the server ends in order")


with folder() as where:
    main(where)
tap.done()
