"""The real action server and Rasa, started once for all tests of this folder."""

from __future__ import annotations

import json
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, List

import pytest

from processes.ports import free_port
from processes.stack import ROOT, Stack, action_server, rasa, stop


class Assistant:
    """The assistant over its REST channel."""

    def __init__(self, stack: Stack, port: int):
        self.stack = stack
        self.url = f"http://127.0.0.1:{port}"

    def post(self, body: Any) -> List[Dict]:
        """Any JSON body → the parsed answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/webhooks/rest/webhook", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200
            return json.load(answer)

    def ask(self, message: str, sender: str = "") -> List[Dict]:
        """One message in a conversation; a fresh one without `sender`."""
        return self.post({"sender": sender or uuid.uuid4().hex, "message": message})

    def chat(self, *messages: str) -> List[Dict]:
        """The first reply to each message of one conversation."""
        sender = uuid.uuid4().hex
        return [self.ask(message, sender)[0] for message in messages]


@pytest.fixture(scope="session")
def assistant(tmp_path_factory) -> Assistant:
    """Started on free ports with a database of its own."""
    folder: Path = tmp_path_factory.mktemp("stack")
    actions_port, port = free_port(), free_port()
    environment = {"DATABASE_URL": f"sqlite:///{folder}/conversations.db"}
    with Stack([action_server(actions_port), rasa(port, actions_port)], ROOT / ".state" / "logs" / "tests", environment) as stack:
        yield Assistant(stack, port)


@pytest.fixture
def dead_action_server(assistant):
    """The action server killed for one test, and started again."""
    part = assistant.stack.parts[0]
    stop(part)
    yield
    assistant.stack.launch(part)
    assistant.stack.wait(part)
