"""Questions and replies made by hand, and a small server that plays Rasa."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Iterator, Optional

import pytest

from evaluation.client import Reply, Understood
from evaluation.judging import Judged, judge
from evaluation.questions import Question

NAMES = {"kent": "Kent Police", "essex": "Essex Police", "dorset": "Dorset Police"}


def question(text: str = "can a pcso arrest me", **fields: Any) -> Question:
    """A single question of powers.yml, with what differs."""
    file = fields.get("file", "powers.yml")
    return Question(**{"key": f"{file}: {text}", "file": file, "line": 1, "kind": "single", "text": text, **fields})


def message(topic: Optional[str] = "powers_arrest", text: str = "No, they can't.", force: Optional[str] = None,
            emergency: bool = False, **more: Any) -> dict[str, Any]:
    """One message of the contract."""
    return {"recipient_id": "x", "text": text, "custom": {"topic": topic, "force": force, "scope": "national", "emergency": emergency,
                                                         "checked": None, "sources": [], **more}}


def alarm(**more: Any) -> dict[str, Any]:
    """The 999 message."""
    return message("emergency", "Call 999 now if you or anyone else is in danger. Ask for an ambulance or the fire service.",
                   emergency=True, **more)


def judged(asked: Question, *messages: dict[str, Any], seconds: float = 0.01, ranking: tuple = ()) -> Judged:
    """`asked`, judged with this reply."""
    found = judge(asked, Reply(messages or (message(),), seconds), NAMES)
    return Judged(found.question, found.got, found.aspects, found.seconds, Understood(ranking) if ranking else None)


class StandIn:
    """Plays Rasa: `answers` maps a text to messages, a status code, or what isn't a reply."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.rankings: dict[str, list[dict[str, Any]]] = {}
        self.told: dict[str, Any] = {}
        self.received: list[tuple[str, str]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/webhooks/rest/webhook":
                    stand_in.received.append((body["sender"], body["message"]))
                    self._send(stand_in.answers.get(body["message"], [message("unclear", "I'm not sure what you mean.")]))
                elif self.path == "/webhooks/rest/parse" and stand_in.rankings:
                    self._send({"intent_ranking": stand_in.rankings.get(body["text"], [])})
                else:
                    self._send(404)

            def do_GET(self) -> None:
                self._send({"told": stand_in.told} if self.path.endswith("/slots") and stand_in.told else 404)

            def _send(self, answer: Any) -> None:
                content = b"" if isinstance(answer, int) else json.dumps(answer).encode()
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A server that plays Rasa."""
    server = StandIn()
    yield server
    server.stop()


@pytest.fixture
def make() -> Callable[..., Any]:
    """The builders of this file, for tests: make.question, make.message, make.alarm, make.judged."""
    return type("Make", (), {name: staticmethod(function) for name, function in
                             {"question": question, "message": message, "alarm": alarm, "judged": judged}.items()})
