"""The line between the browser and the server, with all that can go wrong on it.

A reverse proxy in front of the door. Tests cut it, slow it, and change
what passes; it also serves the host pages of site.py, so that a page and the chat share an origin, as the door's own
page does. `Wire.other` is the same proxy at another origin: a police force's site that embeds the widget.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.browser import site

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "date", "server"}


class Wire:
    """What tests turn. `requests` lists (method, path, body) of the API as they came."""

    def __init__(self) -> None:
        self.server = urlsplit("")
        self.reset()
        self.here = self._listen()
        self.other = self._listen()

    def lead_to(self, server: str) -> None:
        """Connects the line to a server."""
        self.server = urlsplit(server)

    def reset(self) -> None:
        """A healthy line."""
        self.down = False
        self.delay = 0.0
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        self.change: Callable[[dict], None] | None = None
        self.cuts: random.Random | None = None
        self.cut_share = 0.0
        self.requests: list[tuple[str, str, bytes]] = []
        self.reports: list[str] = []

    @property
    def asked(self) -> list[dict]:
        """The questions that passed, repeats included."""
        return [json.loads(body) for method, path, body in self.requests if path == "/api/messages" and method == "POST"]

    def _listen(self) -> str:
        handler = type("Bound", (Handler,), {"wire": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wire: Wire

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _serve(self) -> None:
        wire = self.wire
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/csp-report":
            wire.reports.append(body.decode())
            return self._send(204, {}, b"")
        if path.startswith("/site/"):
            return self._send(*site.page(path, wire))
        is_api = path.startswith("/api/")
        if is_api and self.command != "OPTIONS":
            wire.requests.append((self.command, path, body))
        if wire.down and path != "/widget.js":
            return self._cut()
        cut = wire.cuts.random() < wire.cut_share if is_api and wire.cuts else False
        # Half of the cuts come before the server hears of the question, half when its answer is on the way.
        if cut and wire.cuts.random() < 0.5:
            return self._cut()
        if is_api:
            time.sleep(wire.delay)
        if is_api and wire.answer and self.command != "OPTIONS":
            return self._send(*wire.answer)
        try:
            status, headers, data = self._pass_on(body)
        except OSError:
            return self._cut()
        if path == "/api/messages" and wire.change and status == 200:
            answer = json.loads(data)
            for message in answer["messages"]:
                wire.change(message)
            data = json.dumps(answer).encode()
        if cut:
            return self._cut()
        self._send(status, headers, data)

    def _pass_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        line = http.client.HTTPConnection(self.wire.server.hostname or "", self.wire.server.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP | {"accept-encoding"}}
        line.request(self.command, self.path, body or None, headers)
        response = line.getresponse()
        data = response.read()
        line.close()
        return response.status, dict(response.getheaders()), data

    do_GET = do_POST = do_DELETE = do_OPTIONS = do_HEAD = _serve
