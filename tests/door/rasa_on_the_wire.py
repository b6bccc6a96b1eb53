"""A small HTTP server that plays Rasa's REST channel, well or badly, as a test asks."""

from __future__ import annotations

import asyncio
import json
from typing import Any


def reply(text: str, **custom: Any) -> dict[str, Any]:
    """One message of the contract."""
    return {"recipient_id": "whoever", "text": text, "custom": {
        "topic": "powers_detain", "force": None, "scope": "national", "emergency": False, "checked": "2026-11-01",
        "sources": [{"title": "Police Reform Act 2002", "publisher": "UK Parliament",
                     "url": "https://www.legislation.gov.uk/ukpga/2002/30"}], **custom}}


class RasaOnTheWire:
    """Answers 'You said: …' with one source.

    `asked` lists (sender, message) in the order of arrival, `forgotten` the senders deleted.
    Set `delay` (seconds), `raw` (bytes sent instead of an HTTP answer), `status`, `body`
    (bytes instead of replies) or `replies` to play badly; `understood` is the header of bot/understood.py, `parsed` what
    /parse says; `stop` and `start` to die and come back.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.forgotten: list[str] = []
        self.delay = 0.0
        self.raw: bytes | None = None
        self.status = 200
        self.body: bytes | None = None
        self.replies: list[dict[str, Any]] | None = None
        self.understood: dict[str, Any] | None = None
        self.parsed: dict[str, Any] = {}
        self.healthy = True
        self.most_at_once = 0
        self._at_once: dict[str, int] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split(" ", 2)
                length = 0
                while (header := await reader.readline()) not in (b"\r\n", b""):
                    name, _, value = header.decode().partition(":")
                    if name.lower() == "content-length":
                        length = int(value)
                body = await reader.readexactly(length)
                answer = await self._answer(method, path, body)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, method: str, path: str, body: bytes) -> bytes | None:
        if method == "GET":
            return _http(200 if self.healthy else 500, b'{"status":"ok"}')
        if method == "DELETE":
            self.forgotten.append(path.rsplit("/", 1)[1])
            return _http(204, b"") if self.raw is None else self.raw or None
        asked = json.loads(body)
        if path.endswith("/parse"):
            return _http(200, json.dumps(self.parsed).encode())
        sender, message = asked["sender"], asked["message"]
        self.asked.append((sender, message))
        self._at_once[sender] = self._at_once.get(sender, 0) + 1
        self.most_at_once = max(self.most_at_once, self._at_once[sender])
        await asyncio.sleep(self.delay)
        self._at_once[sender] -= 1
        if self.raw is not None:
            return self.raw or None
        replies = self.replies or [reply(f"You said: {message}")]
        understood = {"x-understood": json.dumps(self.understood)} if self.understood else {}
        return _http(self.status, self.body if self.body is not None else json.dumps(replies).encode(), understood)


def _http(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return (head + ("" if status == 204 else f"content-length: {len(body)}\r\n") + "\r\n").encode() + body
