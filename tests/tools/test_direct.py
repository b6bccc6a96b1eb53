"""The parts of the assistant are asked directly, whatever proxy the machine names."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from evaluation.client import Client
from processes import keeper
from processes.stack import Stack
from tools import chat, release_bench

REPLY = [{"text": "Hello"}]


class Part(BaseHTTPRequestHandler):
    """Says the same to everybody."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(REPLY).encode())

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(monkeypatch):
    """A part of the assistant, on a machine that names a proxy which answers nobody."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # which may have been made before
    server = ThreadingHTTPServer(("127.0.0.1", 0), Part)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_keeper_hears_a_part_that_lives(url):
    assert keeper._answers(url)


def test_the_start_sees_that_a_part_is_ready(url, tmp_path):
    said = []
    part = SimpleNamespace(name="Rasa", ready_url=url, process=SimpleNamespace(poll=lambda: None), log=None)
    Stack([], tmp_path, say=said.append).wait(part, seconds=5)
    assert "Rasa is ready" in said[0]


@pytest.mark.parametrize("ask", [
    lambda url: chat.ask(url, "a", "hello"),
    lambda url: release_bench.ask(url, "a", "hello"),
    lambda url: list(Client(url).ask("a", "hello").messages),
], ids=["chat", "release_bench", "evaluate"])
def test_questions_reach_rasa(url, ask):
    assert ask(url) == REPLY
