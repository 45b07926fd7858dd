# SPDX-License-Identifier: MIT
"""A web server that publishes a test's revocation lists and certificates."""
import base64
import http.server
import threading
import urllib.parse

from harness import DEADLINE


class Site(http.server.ThreadingHTTPServer):
    """Serves `files`; what begins with "/hangs" answers when the test is over; `posts` are the
    paths of requests with a body. `ocsp`: a function from a request's DER to the answer's, of
    an address."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked, self.over = {}, [], threading.Event()
        self.ocsp, self.posts = {}, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.handle_error = lambda *_: None  # who was given up has gone
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/hangs"):
            self.server.over.wait(DEADLINE)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = self.server.files.get(self.path)
        for address, answer in self.server.ocsp.items():
            if sent and self.path == address:
                self.server.posts.append(self.path)
                body = answer(sent)
            elif not sent and self.path.startswith(address + "/"):  # RFC 6960 A.1
                rest = urllib.parse.unquote(self.path.removeprefix(address + "/"))
                body = answer(base64.b64decode(rest))
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")
    do_GET = do_POST = answer

    def log_message(self, *_):
        pass
