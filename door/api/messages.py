"""`/api`: what the widget and other programs call. Shapes are in docs/contract.md and /openapi.json."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from door.api.body import read_json
from door.api.edge import client_address
from door.api.problems import Problem
from door.questions import Ask, Feedback
from door.service import Service
from door.tokens import BadToken

router = APIRouter()

# Far more than anybody scrolls back; a reload stays one answer of a size that arrives.
HISTORY_MESSAGES = 500


@router.post("/api/messages")
async def ask(request: Request) -> Response:
    """Answers a message and hands out the token of its conversation."""
    service = await _admitted(request)
    asked: Ask = await read_json(request, Ask)
    token, turn = await service.ask(asked.message, asked.conversation, asked.id)
    return _json({"conversation": token, "messages": [service.shown(token, reply) for reply in turn.replies]})


@router.get("/api/conversation")
async def read(request: Request) -> Response:
    """The messages so far, for a page that was reloaded."""
    service = await _admitted(request)
    token = _bearer(request)
    history = await service.history(token, HISTORY_MESSAGES)
    return _json({"messages": [service.shown(token, message) for message in history]})


@router.delete("/api/conversation")
async def forget(request: Request) -> Response:
    """Deletes the conversation: 204 where that is complete, 202 where Rasa is yet to be told."""
    service = await _admitted(request)
    complete = await service.forget(_bearer(request))
    return Response(status_code=204 if complete else 202)


@router.post("/api/feedback")
async def rate(request: Request) -> Response:
    """Keeps whether a reply helped."""
    service = await _admitted(request)
    given: Feedback = await read_json(request, Feedback)
    if not await service.rate(given.conversation, given.message_id, given.helpful):
        raise Problem(404, "message_unknown", "This conversation has no reply with that id.")
    return Response(status_code=204)


async def _admitted(request: Request) -> Service:
    service: Service = request.app.state.service
    await service.admit(client_address(request, service.settings.trusted_proxies))
    return service


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken
    return token.strip()


def _json(body: Any) -> Response:
    # no-store: a shared computer must not keep a chat with the police in its cache.
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"cache-control": "no-store"})
