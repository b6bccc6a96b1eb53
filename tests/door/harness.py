"""What the door's tests share: a running door, and the contract's schema to hold every answer to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema

from door.service import Service
from door.settings import Settings
from tests.door.rasa_on_the_wire import RasaOnTheWire

SCHEMA = json.loads((Path(__file__).parent.parent / "contract.schema.json").read_text())
SECRET = "a secret for tests alone, long enough"


def holds(shape: str, body: Any) -> Any:
    """Returns `body`; fails where it isn't a `shape` of the contract."""
    jsonschema.validate(body, {**SCHEMA, "$ref": f"#/$defs/{shape}"})
    return body


class Door:
    """A running door and what a person or a program does with it."""

    def __init__(self, app: Any, client: httpx.AsyncClient, rasa: RasaOnTheWire, settings: Settings):
        self.app, self.client, self.rasa, self.settings = app, client, rasa, settings
        self.service: Service = app.state.service

    async def post(self, message: Any, conversation: str | None = None, **more: Any) -> httpx.Response:
        body = {"message": message, **more}
        if conversation is not None:
            body["conversation"] = conversation
        return self.check(await self.client.post("/api/messages", json=body))

    async def say(self, message: str, conversation: str | None = None, **more: Any) -> dict[str, Any]:
        """Asks and expects an answer."""
        answer = await self.post(message, conversation, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, conversation: str) -> httpx.Response:
        return self.check(await self.client.get("/api/conversation", headers=bearer(conversation)), "history")

    async def forget(self, conversation: str) -> httpx.Response:
        return self.check(await self.client.delete("/api/conversation", headers=bearer(conversation)))

    def metric(self, name: str, **labels: str) -> float:
        """A value of /metrics."""
        return self.service.metrics.registry.get_sample_value(name, labels) or 0.0

    @staticmethod
    def check(answer: httpx.Response, shape: str = "answer") -> httpx.Response:
        """Holds an answer to the contract, whatever its status."""
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert holds("problem", answer.json())["status"] == answer.status_code
        elif answer.content:
            holds(shape, answer.json())
        return answer


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
