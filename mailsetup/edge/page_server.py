"""One page on a loopback address until somebody interrupts: nothing else is answered, nobody else can ask."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = frozenset((LOOPBACK, "localhost"))


def server(page: bytes, port: int = 0) -> ThreadingHTTPServer:
    """A server of a page, not yet serving; its port is ``server_address[1]``."""

    class Handler(BaseHTTPRequestHandler):
        """Answers for the page; a request for another host's name is refused (DNS rebinding)."""

        def do_GET(self) -> None:
            name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            if name not in LOCAL_NAMES or self.path.partition("?")[0] not in ("/", "/index.html"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the terminal is the user's."""

    return ThreadingHTTPServer((LOOPBACK, port), Handler)


def serve(page: bytes, port: int, ready: Callable[[str], None]) -> None:
    """Serves until interrupted; ``ready`` is told the address."""
    with server(page, port) as one:
        ready(f"http://{LOOPBACK}:{one.server_address[1]}/")
        try:
            one.serve_forever()
        except KeyboardInterrupt:
            return
