"""A local web server that can be slow to finish, forget ranges, and change its files."""

from __future__ import annotations

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.break_after: int | None = None
        self.ranges = self.versions = True
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self._http.server_port}/{name}"

    def stop(self):
        self._http.shutdown()
        self._http.server_close()

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = self.headers.get("Range", "")
                server.requests.append((self.path, asked))
                content = server.files.get(self.path.lstrip("/"))
                if content is None:
                    self.send_error(404)
                    return
                etag = f'"{hashlib.sha256(content).hexdigest()[:8]}"'
                start = int(match[1]) if (match := re.match(r"bytes=(\d+)-", asked)) else 0
                if not server.ranges or self.headers.get("If-Range", etag) != etag:
                    start = 0
                if start >= len(content) > 0 and start:
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(content) - start))
                if server.versions:
                    self.send_header("ETag", etag)
                self.end_headers()
                self.wfile.write(content[start : server.break_after])

            def log_message(self, *args):
                pass

        return Handler
