#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What certgate says to a person: the verdict first at a terminal, what was probably meant
by a wrong word, what to try when there is no answer. TAP.
"""
import http.server
import os
import pty
import subprocess
import threading

from harness import CERTGATE, Server, Tap

tap = Tap()


def run(server, *words):
    return subprocess.run([CERTGATE, *words], env=server.env, capture_output=True, text=True)


def at_terminal(server, *words):
    """What a person sees; standard error is the same terminal."""
    screen, keyboard = pty.openpty()
    child = subprocess.Popen([CERTGATE, *words], env=server.env, stdin=keyboard, stdout=keyboard,
                             stderr=keyboard)
    os.close(keyboard)
    text = b""
    while True:
        try:
            more = os.read(screen, 65536)
        except OSError:  # nobody has it open any more
            break
        text += more
        if not more:
            break
    child.wait()
    os.close(screen)
    return text.decode().replace("\r\n", "\n")


def verdict_first(server):
    url = f"https://localhost:{server.ports['Require']}/"
    line = "403.17 CERT_E_EXPIRED 0x800B0101: Client certificate has expired or is not yet valid\n"
    text = at_terminal(server, "get", url, "--case", "expired")
    tap.ok(text.startswith(line + "<!DOCTYPE html>"), "get at a terminal begins with the verdict",
           text[:300])
    text = at_terminal(server, "get", "-s", url, "--case", "expired")
    tap.ok(text.startswith("<!DOCTYPE html>"), "-s: the body alone", text[:300])
    done = run(server, "get", url, "--case", "expired")
    tap.ok(done.stdout.startswith("<!DOCTYPE html>") and done.stderr == "",
           "and not in a pipe", done.stderr)
    text = at_terminal(server, "get", url.replace("localhost", "good.localhost"), "--case", "good",
                       "--resolve", f"good.localhost:{server.ports['Require']}:127.0.0.1")
    tap.ok(text.startswith("<!DOCTYPE html>"), "nothing before the page of who is let in", text[:300])


def colours(server):
    path = str(server.cases / "expired.pem")
    server.env.pop("NO_COLOR")
    text = at_terminal(server, "explain", path)
    server.env["NO_COLOR"] = "1"
    tap.ok("\x1b[31mIIS would refuse it.\x1b[0m\n" in text, "explain at a terminal is in colour", text[:300])
    for plain in (at_terminal(server, "explain", path), run(server, "explain", path).stdout):
        tap.absent("\x1b", plain, "and not with NO_COLOR, or in a pipe", "IIS would refuse it.")


class Plain(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass


def hints(server):
    plain = http.server.HTTPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    for url, text in ((f"https://127.0.0.1:{plain.server_port}/", "; is http:// meant?"),
                      (f"http://127.0.0.1:{server.ports['Require']}/", "; is https:// meant?")):
        done = run(server, "get", url)
        tap.ok(done.returncode != 0 and done.stderr.endswith(text + "\n"), f"get {url[:6]}: {text}",
               done.stderr)
    plain.shutdown()
    plain.server_close()
    done = run(server, "get", f"http://127.0.0.1:{plain.server_port}/")
    tap.ok(done.returncode == 7 and "; is the server running there?" in done.stderr,
           "get from nobody: is it running?", done.stderr)


def wrong_words(server):
    for words, text in (
            (("chek",), 'no command "chek" (did you mean check?)'),
            (("help", "explian"), 'no command "explian" (did you mean explain?)'),
            (("xyz",), 'no command "xyz"; certgate help lists them'),
            (("get", "--cse", "good"), "unknown option --cse (did you mean --case?)"),
            (("store", "lst"), '"lst": list, add, check or convert is meant'),
            (("store", "add", "web.pfx", "My"),
             "the folder comes first, then the files: certgate store add My web.pfx"),
            (("store", "add", "web.pfx", "Mine"), '"web.pfx" is no folder of the stores: My, Root')):
        done = run(server, *words)
        tap.ok(done.returncode == 2 and text in done.stderr, f"certgate {' '.join(words)}",
               done.stderr)


def main():
    with Server() as server:
        verdict_first(server)
        colours(server)
        hints(server)
        wrong_words(server)
    tap.done()


main()
