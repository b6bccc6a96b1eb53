"""Errors as `application/problem+json` (RFC 9457), each with what the person can do now."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from door.questions import NotUnderstood, TooLong
from door.service import TooMany
from door.store import Gone, IdReused
from door.tokens import BadToken
from door.turns import Unavailable

CALL = "In an emergency call 999. If it is not an emergency, call 101."
# Long enough for a restart of Rasa to get on, short enough to be waited for.
RETRY_SECONDS = 10


class Problem(Exception):
    """An error answer: `status`, a `code` for programs, a `detail` for people, and more members."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None, **members: Any):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.members = headers or {}, members

    def response(self) -> Response:
        """The answer on the wire."""
        body = {"type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status,
                "code": self.code, "detail": self.detail, **self.members}
        return Response(msgspec.json.encode(body), self.status, {"cache-control": "no-store", **self.headers},
                        "application/problem+json")


def unavailable() -> Problem:
    """503: nothing behind the door answers."""
    return Problem(503, "unavailable", f"{CALL} I can't answer right now because something behind me isn't working. "
                   "Please try again in a moment.", {"retry-after": str(RETRY_SECONDS)})


def unexpected() -> Problem:
    """500: a fault of the door itself."""
    return Problem(500, "unexpected", f"Something went wrong here, and it isn't your fault. {CALL}")


def of(error: Exception) -> Problem:
    """The problem that an error of the door's own makes; raises the error again if it is none."""
    match error:
        case Problem():
            return error
        case TooLong():
            return Problem(413, error.code, f"{error} {CALL}")
        case NotUnderstood():
            return Problem(400, error.code, str(error))
        case IdReused():
            return Problem(400, "id_reused", "This id already stands for another message. "
                           "Use a new id for a new message.")
        case BadToken() | Gone():
            return Problem(401, "conversation_unknown", f"This conversation has ended or been deleted. Start a new one. {CALL}",
                           {"www-authenticate": "Bearer"})
        case TooMany(seconds=seconds):
            return Problem(429, "too_many", "That was a lot of messages in a short time. "
                           f"Try again in {seconds} seconds. {CALL}", {"retry-after": str(seconds)})
        case Unavailable():
            return unavailable()
        case HTTPException():
            return _http(error)
    raise error


async def answer(_: Request, error: Exception) -> Response:
    """FastAPI's handler for all of them."""
    return of(error).response()


HANDLED = (Problem, NotUnderstood, IdReused, BadToken, Gone, TooMany, Unavailable, HTTPException)


def _http(error: HTTPException) -> Problem:
    details = {404: "There is nothing at this address.", 405: "This address doesn't take that kind of request."}
    return Problem(error.status_code, HTTPStatus(error.status_code).phrase.lower().replace(" ", "_"),
                   details.get(error.status_code, "The request was not understood."), dict(error.headers or {}))
