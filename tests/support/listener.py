"""A web service that is told things by POST, and answers as it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Listener:
    """What it has heard."""

    address: str
    statuses: list[int] = field(default_factory=list)
    """Answers to the next requests; then 204."""
    heard: list[dict[str, Any]] = field(default_factory=list)
    """Bodies that were taken, as objects."""
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of every request, names in lower case."""

    def events(self) -> list[str]:
        """Return what happened, in the order in which it was told."""
        return [each["event"] for each in self.heard]


@contextmanager
def listening() -> Iterator[Listener]:
    """Run one on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.headers.append({name.lower(): value for name, value in self.headers.items()})
            status = listener.statuses.pop(0) if listener.statuses else 204
            if status == 204:
                listener.heard.append(json.loads(body))
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener = Listener(f"http://127.0.0.1:{server.server_address[1]}/hook")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="listener")
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
