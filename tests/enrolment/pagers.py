"""A pager's web service on this machine, which keeps what it is sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Pager:
    def __init__(self) -> None:
        #: Answered in turn; the last one again and again.
        self.answers = [204]
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.address = ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def pager() -> Iterator[Pager]:
    found = Pager()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.headers.append(dict(self.headers.items()))
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(found.answers.pop(0) if found.answers[1:] else found.answers[0])
            self.send_header("Location", found.address)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}/in"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
