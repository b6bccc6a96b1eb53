"""/openapi.json, made from the same structs that read requests and check Rasa's replies."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from msgspec import Meta, Struct
from starlette.responses import Response

from door.questions import MOST_CHARACTERS, Ask, Feedback
from door.rasa import Button, Custom

router = APIRouter()


class Shown(Struct, kw_only=True):
    """A message as the door shows it."""

    recipient_id: str
    id: str
    from_: str = msgspec.field(name="from")
    at: str
    text: Annotated[str, Meta(min_length=1)]
    custom: Custom | msgspec.UnsetType = msgspec.UNSET
    buttons: list[Button] | msgspec.UnsetType = msgspec.UNSET
    helpful: bool | msgspec.UnsetType = msgspec.UNSET


class Answered(Struct):
    """The token to go on with, and the replies in order."""

    conversation: str
    messages: Annotated[list[Shown], Meta(min_length=1)]


class History(Struct):
    """The messages so far, oldest first."""

    messages: list[Shown]


class ProblemBody(Struct):
    """RFC 9457. `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class Healthy(Struct):
    """Questions can be answered."""

    status: str


REFUSALS = {400: "Not understood", 401: "A forged or expired token, or a deleted conversation", 404: "Not there",
            413: f"A message over {MOST_CHARACTERS:,} characters", 415: "Not JSON", 429: "Too many; see Retry-After",
            503: "Nothing behind the door; the detail names 999 and 101"}


@router.get("/openapi.json")
async def openapi() -> Response:
    """The description of the API."""
    return Response(_described(), media_type="application/json")


@cache
def _described() -> bytes:
    structs = (Ask, Feedback, Answered, History, ProblemBody, Healthy)
    references, components = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    ask, feedback, answered, history, problem, healthy = references

    def operation(summary: str, answers: dict[int, Any], refusals: tuple[int, ...], body: Any = None,
                  token: bool = False) -> dict[str, Any]:
        responses = {str(status): _answer(status, schema) for status, schema in answers.items()}
        responses |= {str(status): {"description": REFUSALS[status],
                                    "content": {"application/problem+json": {"schema": problem}}}
                      for status in refusals}
        described: dict[str, Any] = {"summary": summary, "responses": responses}
        if body:
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        if token:
            described["security"] = [{"conversation": []}]
        return described

    return msgspec.json.encode({
        "openapi": "3.1.0",
        "info": {"title": "PCSO assistant: public door", "version": "1"},
        "paths": {
            "/api/messages": {"post": operation("Ask", {200: answered}, (400, 401, 413, 415, 429, 503), ask)},
            "/api/conversation": {
                "get": operation("The messages so far", {200: history}, (401, 429, 503), token=True),
                "delete": operation("Delete the conversation", {204: None, 202: None}, (401, 429, 503), token=True)},
            "/api/feedback": {"post": operation("Say whether a reply helped", {204: None},
                                                (400, 401, 404, 413, 415, 429, 503), feedback)},
            "/health": {"get": operation("Whether questions can be answered", {200: healthy}, (503,))},
        },
        "components": {"schemas": components,
                       "securitySchemes": {"conversation": {"type": "http", "scheme": "bearer"}}},
    })


def _answer(status: int, schema: Any) -> dict[str, Any]:
    words = {200: "Done", 202: "Deleted here; the rest follows", 204: "Done"}
    content = {"content": {"application/json": {"schema": schema}}} if schema else {}
    return {"description": words[status], **content}
