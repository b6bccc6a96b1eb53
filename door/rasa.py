"""Talks to Rasa's REST channel (bot/channels/rest.py) and believes nothing that breaks the contract."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

import httpx
import msgspec
from msgspec import Meta, Struct

import safety
from safety.text import without_slashes

Answer = TypeVar("Answer")

# Rasa's server drops idle connections after 5 s; letting go first avoids writing to one that closes.
KEEP_ALIVE_SECONDS = 3.0
# Rasa is one core; more at once only wait there instead of here.
MOST_CONNECTIONS = 64
# A long answer with sources is 5 kB; this much is a fault.
MOST_ANSWER_BYTES = 512 * 1024
FORGET_SECONDS = 5.0

Id = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,64}$")]


class RasaFailed(Exception):
    """Rasa can't be reached, is too slow, or its answer isn't one. `reason` is one word for logs."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Source(Struct):
    """Where a fact can be read."""

    title: str
    publisher: str
    url: Annotated[str, Meta(pattern=r"^https?://\S+$")] | None = None


class Custom(Struct):
    """What a text is and where it comes from (docs/contract.md)."""

    topic: Id
    force: Id | None
    scope: Literal["force", "national", "unknown"]
    emergency: bool
    checked: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None
    sources: list[Source]
    lang: Annotated[str, Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None = None


class Button(Struct):
    """A quick reply: what it shows, and what it says for the person."""

    title: Annotated[str, Meta(min_length=1)]
    payload: Annotated[str, Meta(min_length=1, max_length=2000)]


class Reply(Struct):
    """One message of the contract; fields that are not named here are passed on within `custom`."""

    text: Annotated[str, Meta(min_length=1)]
    custom: Custom
    buttons: list[Button] = []


class Understood(Struct, frozen=True):
    """How sure Rasa was of a message's topic, and of which others (`ranking`, likeliest first).

    `danger` is what its emergency detector said, None where there is no detector.
    """

    topic: Id
    confidence: Annotated[float, Meta(ge=0, le=1)]
    ranking: Annotated[list[tuple[Id, float]], Meta(max_length=10)] = []
    danger: Literal["none", "perhaps", "emergency"] | None = None


Replies = Annotated[list[Reply], Meta(min_length=1, max_length=20)]


class Rasa:
    """Connections to Rasa that are kept open. `seconds` is all the time an answer has.

    `url` may be several, separated by commas. Each conversation has one of them that it goes to
    as long as that can be reached; the thread is in the database, so any other can go on with it.
    """

    def __init__(self, url: str, seconds: float):
        self._seconds = seconds
        self._urls = url.split(",")
        # trust_env: a proxy variable of the machine must not lead conversations elsewhere.
        self._client = httpx.AsyncClient(
            trust_env=False, timeout=httpx.Timeout(seconds),
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS,
                                keepalive_expiry=KEEP_ALIVE_SECONDS))

    async def ask(self, conversation: str, text: str) -> tuple[list[dict[str, Any]], Understood | None]:
        """Rasa's replies, and what it made of the message, where it says so (bot/understood.py).

        A reply is `{"text", "custom"}`, with `buttons` where there are some. Raises `RasaFailed`.
        Never asks twice: what came to Rasa may have changed the thread.
        """
        # Our own channel refuses orders too; a stock one would not.
        body = {"sender": conversation, "message": without_slashes(text)}
        try:
            async with asyncio.timeout(self._seconds):
                answer, headers = await self._first_reached(
                    conversation, lambda url: self._post(f"{url}/webhooks/rest/webhook", body))
        except (httpx.TimeoutException, TimeoutError):
            raise RasaFailed("slow") from None
        except httpx.TransportError:
            raise RasaFailed("unreachable") from None
        except httpx.DecodingError:  # compressed otherwise than it says
            raise RasaFailed("rubbish") from None
        return _checked(answer), _understood(headers)

    async def forget(self, conversation: str) -> None:
        """Has Rasa forget a conversation; one it doesn't know is fine. Raises `RasaFailed`."""
        try:
            answer = await self._first_reached(conversation, lambda url: self._client.delete(
                f"{url}/webhooks/rest/conversations/{conversation}", timeout=FORGET_SECONDS))
        except httpx.TransportError:
            raise RasaFailed("unreachable") from None
        except httpx.DecodingError:
            raise RasaFailed("rubbish") from None
        if not answer.is_success:
            raise RasaFailed(f"status_{answer.status_code}")

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _first_reached(self, conversation: str, ask: Callable[[str], Awaitable[Answer]]) -> Answer:
        """Asks the conversation's own Rasa; where no connection can be made, nothing was sent: then the next."""
        *others, last = sorted(self._urls, key=lambda url: hashlib.blake2b(f"{conversation} {url}".encode()).digest())
        for url in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await ask(url)
        return await ask(last)

    async def _post(self, address: str, body: dict[str, str]) -> tuple[bytes, httpx.Headers]:
        async with self._client.stream("POST", address, json=body) as response:
            if response.status_code != 200:
                raise RasaFailed(f"status_{response.status_code}")
            read = bytearray()
            async for piece in response.aiter_bytes():
                read += piece
                if len(read) > MOST_ANSWER_BYTES:
                    raise RasaFailed("too_long")
        return bytes(read), response.headers


def overlooks_danger(alarm: safety.Alarm, replies: list[dict[str, Any]], understood: Understood | None) -> bool:
    """Whether the words tell of danger and nothing in Rasa has weighed that: a release without the detector, or another Rasa.

    Where the detector did, it knows more than the words; at the least its reply starts with 'If this is happening now, call 999', or
    with the note in another language, which begins with 999, too.
    """
    weighed = understood is not None and understood.danger is not None
    return alarm.level == "emergency" and not weighed and not any(reply["custom"]["emergency"] for reply in replies)


def _checked(answer: bytes) -> list[dict[str, Any]]:
    try:
        replies = msgspec.json.decode(answer)
        msgspec.convert(replies, Replies)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # Not chained: the error could quote the answer, and with it the question.
        raise RasaFailed("rubbish") from None
    return [{key: reply[key] for key in ("text", "custom", "buttons") if reply.get(key)} for reply in replies]


def _understood(headers: httpx.Headers) -> Understood | None:
    # Any other Rasa than ours says nothing of it, and is answered all the same.
    try:
        return msgspec.json.decode(headers.get("x-understood", ""), type=Understood)
    except (msgspec.DecodeError, UnicodeError):
        return None
