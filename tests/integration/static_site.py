# SPDX-License-Identifier: MIT
"""A web server that publishes a test's revocation lists and certificates."""
import http.server
import threading

from harness import DEADLINE


class Site(http.server.ThreadingHTTPServer):
    """Serves `files`; "/hangs" answers when the test is over."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked, self.over = {}, [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.handle_error = lambda *_: None  # who was given up has gone
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append(self.path)
        if self.path == "/hangs":
            self.server.over.wait(DEADLINE)
        body = self.server.files.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")
    do_GET = do_POST = answer

    def log_message(self, *_):
        pass
