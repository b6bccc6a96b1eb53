"""Reads a request's body: never more of it than allowed, never for longer than allowed."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect, Request

from door.api.problems import CALL, Problem
from door.questions import MOST_CHARACTERS, NotUnderstood

# 2,000 characters as JSON escapes ('\\ud83d\\ude00') are 24,000 bytes; the rest is for token and id.
MOST_JSON_BYTES = 32 * 1024
# A form may hold far too much text, so that the page can give it back to be shortened.
MOST_FORM_BYTES = 128 * 1024
# A phone in a tunnel sends 32 kB in less; a longer wait serves only who wants to hold the door.
BODY_SECONDS = 10.0
MOST_FORM_FIELDS = 12


async def read_json(request: Request, shape: type) -> Any:
    """The body as a `shape` (a msgspec Struct). Fields it doesn't know are ignored.

    Raises `Problem` 413 and 415, and `NotUnderstood`.
    """
    _expect(request, "application/json")
    body = await read_bytes(request, MOST_JSON_BYTES)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        # msgspec names field and type ('Expected `str`, got `int` - at `$.message`'), never the value.
        raise NotUnderstood("body_malformed", f"The request doesn't have the right fields: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood("body_not_json", "The request isn't valid JSON in UTF-8.") from None
    except RecursionError:
        raise NotUnderstood("body_too_deep", "The request's JSON is nested too deep.") from None


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a plain HTML form; of a repeated one the last.

    Raises `Problem` 413 and 415, and `NotUnderstood`.
    """
    _expect(request, "application/x-www-form-urlencoded")
    body = await read_bytes(request, MOST_FORM_BYTES)
    try:
        fields = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, errors="replace",
                           max_num_fields=MOST_FORM_FIELDS)
    except ValueError:
        raise NotUnderstood("body_malformed", "The form has more fields than this page has.") from None
    return dict(fields)


def _expect(request: Request, media_type: str) -> None:
    given, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if given.strip().lower() != media_type or charset not in ("", "utf-8", "utf8"):
        raise Problem(415, "media_type", f"Send {media_type} in UTF-8.", {"accept-post": media_type})


async def read_bytes(request: Request, most: int, seconds: float | None = None) -> bytes:
    """The body as it came, at most `most` bytes of it, within `seconds` or `BODY_SECONDS`. Raises `Problem` 413, and `NotUnderstood`."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large()
    read = bytearray()
    try:
        async with asyncio.timeout(seconds or BODY_SECONDS):
            async for piece in request.stream():
                read += piece
                if len(read) > most:  # a length may be missing, or a lie
                    raise _too_large()
    except TimeoutError:
        raise NotUnderstood("body_slow", "The request took too long to arrive.") from None
    except ClientDisconnect:
        raise NotUnderstood("body_incomplete", "The request ended too early.") from None
    return bytes(read)


def _too_large() -> Problem:
    # The rest of the body is still on its way: close, rather than read it as the next request.
    return Problem(413, "body_too_large", f"That is too much text: I can read {MOST_CHARACTERS:,} characters. {CALL}",
                   {"connection": "close"})
