"""The real processes as `make run` starts them, on free ports and in a folder of their own: for privacy, faults and the soak."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from processes import stack
from processes.ports import free_port
from processes.stack import DOOR_PYTHON, MODEL, Part, Stack

SECRET = "a secret for tests alone, long enough"
# More than any test sends: what is tested is something else.
NO_LIMIT = "1000000"
ANSWER_SECONDS = 60


class Answer:
    """Status, headers and JSON body of one HTTP answer."""

    def __init__(self, status: int, headers: Any, body: bytes):
        self.status, self.headers, self.raw = status, headers, body

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def texts(self) -> list[str]:
        """What the person reads: the replies, or the problem's words."""
        return [message["text"] for message in self.body["messages"]] if self.status == 200 else [self.body["detail"]]


class Real:
    """Action server, Rasa, door and (with a Bot API) Telegram, with what a person does to them."""

    def __init__(self, folder: Path, telegram_api: Any = None, log_level: str = "warning", model: Path = MODEL, **environment: str):
        self.folder = folder
        self.logs = folder / "logs"
        self.database = folder / "conversations.db"
        environment = {"DATABASE_URL": f"sqlite:///{self.database}", "SECRET_KEY": SECRET, "CONVERSATION_LIMIT": NO_LIMIT,
                       "ADDRESS_LIMIT": NO_LIMIT, "TELEGRAM_PERSON_LIMIT": NO_LIMIT, **environment}
        actions_port, rasa_port, door_port = free_port(), free_port(), free_port()
        self.actions = stack.action_server(actions_port)
        if log_level == "debug":
            self.actions.command.append("--debug")
        self.rasa = stack.rasa(rasa_port, actions_port, model, log_level)
        self.door = stack.door(door_port, rasa_port, actions_port)
        self.door.environment["LOG_LEVEL"] = log_level.upper()
        parts = [self.actions, self.rasa, self.door]
        self.telegram = None
        if telegram_api is not None:
            self.token = telegram_api.new_token()
            port = free_port()
            self.telegram = Part("Telegram", [str(DOOR_PYTHON), "-m", "door.telegram"], port, "/metrics", {
                "RASA_URL": f"http://127.0.0.1:{rasa_port}", "TELEGRAM_METRICS_PORT": str(port), "TELEGRAM_BOT_TOKEN": self.token,
                "TELEGRAM_API_URL": telegram_api.url, "LOG_LEVEL": log_level.upper()})
            parts.append(self.telegram)
        self.stack = Stack(parts, self.logs, environment)
        self.url = f"http://127.0.0.1:{door_port}"

    def __enter__(self) -> Real:
        self.stack.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for part in self.stack.parts:
            self.resume(part)
        self.stack.stop()

    def say(self, message: str, conversation: str | None = None, **more: Any) -> Answer:
        """POST /api/messages."""
        body = {"message": message, **more, **({"conversation": conversation} if conversation else {})}
        return self.call("POST", "/api/messages", json.dumps(body).encode(), {"Content-Type": "application/json"})

    def history(self, conversation: str) -> list[dict[str, Any]]:
        """GET /api/conversation."""
        return self.call("GET", "/api/conversation", None, {"Authorization": f"Bearer {conversation}"}).body["messages"]

    def call(self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Any request to the door. Raises `OSError` where nobody answers."""
        request = urllib.request.Request(self.url + path, data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def missing(self) -> list[str]:
        """What /health misses now."""
        answer = self.call("GET", "/health")
        return [] if answer.status == 200 else answer.body["missing"]

    def kill(self, part: Part) -> None:
        """kill -9, with its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()

    def pause(self, part: Part) -> None:
        """Stands still: accepts connections, answers nothing."""
        os.killpg(part.process.pid, signal.SIGSTOP)

    def resume(self, part: Part) -> None:
        """Goes on after `pause`."""
        if part.process is not None and part.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.process.pid, signal.SIGCONT)

    def start(self, part: Part) -> None:
        """Starts a part again and waits until it answers."""
        self.stack.launch(part)
        self.stack.wait(part)

    def kept(self) -> str:
        """All that is on disk and in metrics: databases with their logs, and every process's log."""
        parts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(self.folder.rglob("*")) if path.is_file()]
        for part in (self.door, self.telegram):
            if part:
                with urllib.request.urlopen(f"http://127.0.0.1:{part.port}/metrics", timeout=ANSWER_SECONDS) as answer:
                    parts.append(answer.read().decode())
        return "\n".join(parts)


def until(what: Any, seconds: float = 60.0) -> Any:
    """Waits until `what()` is true and returns it."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            result = what()
            if result:
                return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s")
        time.sleep(0.1)
