"""The door held to its own OpenAPI by schemathesis: what it promises is what it does, whatever is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import assume, given, settings
from schemathesis import GenerationMode
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import safety
from door.app import create_app
from door.settings import Settings
from tools.fake_telegram.served import Served

CUSTOM = {"topic": "powers_detain", "force": None, "scope": "national", "emergency": False, "checked": None, "sources": []}
REPLIES = [{"recipient_id": "x", "text": "They can detain you for 30 minutes.", "custom": CUSTOM}]
# `make test-slow` asks for more.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 20)


async def _reply(_: object) -> Response:
    return JSONResponse(REPLIES)


async def _well(_: object) -> Response:
    return JSONResponse({})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A door on a real port before a Rasa that always answers."""
    rasa = Served(Starlette(routes=[
        Route("/webhooks/rest/webhook", _reply, methods=["POST"]), Route("/webhooks/rest/", _well), Route("/health", _well),
        Route("/webhooks/rest/conversations/{sender}", _well, methods=["DELETE"])]))
    folder = tmp_path_factory.mktemp("openapi")
    door = Served(create_app(Settings(rasa_url=rasa.url, actions_url=rasa.url, secret_key="k" * 32, address_limit=1_000_000,
                                      conversation_limit=1_000_000, database_url=f"sqlite:///{folder}/door.db")))
    rasa.start()
    door.start()
    yield door.url
    door.stop()
    rasa.stop()


BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("path, method, mode", [
    *(("/api/messages", "POST", mode) for mode in BOTH), *(("/api/feedback", "POST", mode) for mode in BOTH),
    *(("/api/conversation", method, mode) for method in ("GET", "DELETE") for mode in BOTH), ("/health", "GET", BOTH[0])])
def test_every_answer_is_as_described(address: str, path: str, method: str, mode: GenerationMode):
    """What fits the description (positive) and what doesn't (negative); schemathesis checks status, headers and body."""
    operation = schemathesis.openapi.from_url(f"{address}/openapi.json")[path][method]

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        # The description can't say which signs are invisible: a message of nothing else is refused as an empty one.
        assume(mode is GenerationMode.NEGATIVE or path != "/api/messages" or safety.clean(case.body["message"]))
        case.call_and_validate(base_url=address)

    ask()


def test_nothing_that_is_described_is_left_out(address: str):
    described = httpx.get(f"{address}/openapi.json").json()["paths"]
    assert sum(map(len, described.values())) == 5, "a new operation: add it above"


def test_a_described_walk_through_a_conversation(address: str):
    """What schemathesis can't guess is a valid token: the same addresses with one."""
    with httpx.Client(base_url=address) as client:
        answer = client.post("/api/messages", json={"message": "hello"}).json()
        bearer = {"authorization": f"Bearer {answer['conversation']}"}
        assert len(client.get("/api/conversation", headers=bearer).json()["messages"]) == 2
        rating = {"conversation": answer["conversation"], "message_id": answer["messages"][0]["id"], "helpful": True}
        assert client.post("/api/feedback", json=rating).status_code == 204
        assert client.delete("/api/conversation", headers=bearer).status_code == 204
        assert client.get("/api/conversation", headers=bearer).status_code == 401
