# SPDX-License-Identifier: MIT
"""The same request, again and again on one connection: an answer that was given before is
given again only while nothing has changed. Revocation is switched, the store is loaded anew
and time goes on between two requests, mostly within one second."""
import http.client
import json
import os
import signal
import socket
import time

from harness import DEADLINE, Server, Tap, context, read_answer, substatus

TIMES = 6  # so that some of them do not straddle a second
tap = Tap()


class Kept:
    """One connection on which all is asked."""

    def __init__(self, server, case="good"):
        self.port = server.ports["Require"]
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE)
        self.socket = context(cert=server.cases / f"{case}.pem").wrap_socket(
            plain, server_hostname="localhost")

    def ask(self, path="/", more=""):
        """Status, Date, body."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{more}"
                            "\r\n".encode())
        status, head, body = read_answer(self.socket)
        date = head.partition("\r\nDate: ")[2].partition("\r\n")[0]
        return substatus(body) or str(status), date, body

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def switch(server, state):
    c = http.client.HTTPConnection("127.0.0.1", server.ports["control"], timeout=DEADLINE)
    c.request("POST", "/revocations", json.dumps({"name": "good", "state": state}),
              {"Content-Type": "application/json"})
    assert c.getresponse().status == 200
    c.close()


def reload(server):
    n = server.errors().count(" reload ")
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + DEADLINE
    while server.errors().count(" reload ") == n and time.monotonic() < end:
        time.sleep(0.002)


def is_seen(server, change, undo, refused, what):
    """Each change is seen by the very next request, and so is its end."""
    same, got = 0, []
    with Kept(server) as kept:
        for _ in range(TIMES):
            first, repeated = kept.ask(), kept.ask()
            change()
            after = kept.ask()
            undo()
            last = kept.ask()
            same += repeated[1] == after[1]
            got.append((first[0], repeated[0], after[0], last[0]))
    print(f"# {same} of {TIMES} within one second")
    tap.equal(got, [("200", "200", refused, "200")] * TIMES, what)


def what_differs(server):
    """Requests that differ in anything have their own answers."""
    with Kept(server) as kept, Kept(server, "eku-server") as other:
        for _ in range(2):
            own = json.loads(kept.ask("/whoami", "User-Agent: one\r\n")[2])
            tap.equal((own["request"]["user_agent"], own["request"]["path"]), ("one", "/whoami"),
                      "one agent")
            own = json.loads(kept.ask("/whoami?x", "User-Agent: two\r\n")[2])
            tap.equal((own["request"]["user_agent"], own["request"]["query"]), ("two", "x"),
                      "another one, at once")
            tap.equal(other.ask()[0], "403.16", "another certificate")
            tap.equal(kept.ask()[0], "200", "beside it")
            port = json.loads(kept.ask("/whoami")[2])["request"]["peer"].rpartition(":")[2]
            tap.equal(port, str(kept.socket.getsockname()[1]), "its own address")


def time_goes_on(server):
    """Date is never older than the request."""
    with Kept(server) as kept:
        dates = set()
        end = time.monotonic() + 10
        while len(dates) < 3 and time.monotonic() < end:
            dates.add(kept.ask("/whoami")[1])
            time.sleep(0.05)
    tap.equal(len(dates), 3, "time goes on under a connection")


def logs(server):
    """What is answered again stands in the log as often."""
    n = server.errors().count("path=/again")
    with Kept(server) as kept:
        for _ in range(5):
            kept.ask("/again")
    tap.equal(server.errors().count("path=/again") - n, 5, "each of them is in the log")


def main():
    with Server("--listen", "127.0.0.1:0,pki", "--listen", "127.0.0.1:0,control") as server:
        away = server.folder / "root.away"
        root = server.store / "LocalMachine" / "Root" / "certgate-root.crt"

        def remove():
            os.rename(root, away)
            reload(server)

        def restore():
            os.rename(away, root)
            reload(server)

        is_seen(server, lambda: switch(server, "revoked"), lambda: switch(server, "reset"), "403.13",
                "a switched revocation")
        is_seen(server, remove, restore, "403.16", "a store without its root")
        what_differs(server)
        time_goes_on(server)
        logs(server)
        tap.equal(server.stop(), 0, "ends")
    tap.done()


main()
