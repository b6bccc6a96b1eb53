"""A stand-in for Rasa on the wire: the contract's messages, quickly; and a line to it that can be cut."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import safety
from processes.ports import free_port
from tools.fake_telegram.served import Served

SOURCE = {"title": "PCSO <Powers> & \"duties\"", "publisher": "Dorset Police", "url": "https://example.org/a?b=1&c=\"2\""}


def custom(topic: str = "powers_search", **more: Any) -> dict[str, Any]:
    return {"topic": topic, "force": None, "scope": "national", "emergency": False, "checked": "2026-11-21",
            "sources": [SOURCE], **more}


def plain(topic: str, **more: Any) -> dict[str, Any]:
    return custom(topic, sources=[], checked=None, **more)


class StandIn:
    """Answers 'Answer to: …', or what a test has prepared for a text."""

    def __init__(self) -> None:
        self.served = Served(Starlette(routes=[
            Route("/webhooks/rest/webhook", self._webhook, methods=["POST"]),
            Route("/webhooks/rest/conversations/{sender}", self._forget, methods=["DELETE"])]))
        self.url = self.served.url
        self.asked: list[tuple[str, str]] = []
        self.forgotten: list[str] = []
        self.prepared: dict[str, list[dict[str, Any]]] = {}
        self.forces: dict[str, str] = {}
        self.delays: dict[str, float] = {}

    def prepare(self, text: str, *messages: dict[str, Any]) -> None:
        self.prepared[text] = list(messages)

    def senders(self, text: str) -> list[str]:
        """Who has asked this."""
        return [sender for sender, asked in list(self.asked) if asked == text]

    async def _webhook(self, request: Request) -> Response:
        body = await request.json()
        sender, text = body["sender"], body["message"]
        self.asked.append((sender, text))
        await asyncio.sleep(self.delays.get(text, 0))
        return JSONResponse([{"recipient_id": sender, **message} for message in self._answer(sender, text)])

    async def _forget(self, request: Request) -> Response:
        sender = request.path_params["sender"]
        self.forgotten.append(sender)
        self.forces.pop(sender, None)
        return Response(status_code=204)

    def _answer(self, sender: str, text: str) -> list[dict[str, Any]]:
        if text in self.prepared:
            return self.prepared[text]
        alarm = safety.check(text)
        if alarm.level == "emergency":
            return safety.reply_to_emergency(alarm)
        if text.startswith("My force is "):
            name = text.removeprefix("My force is ")
            if not name.endswith(("Police", "Constabulary")):
                return [{"text": "Which police force do you mean?", "custom": plain("set_force", scope="unknown")}]
            self.forces[sender] = "dorset" if "Dorset" in name else "derbyshire"
            return [{"text": f"I'll answer for {name} from now on.",
                     "custom": plain("set_force", force=self.forces[sender], scope="force")}]
        force = self.forces.get(sender)
        return [{"text": f"Answer to: {text}" + (f" in {force}" if force else ""),
                 "custom": custom(force=force, scope="force" if force else "national")}]


class Line:
    """A TCP line to Rasa. While it is cut, connections are refused, as when Rasa is dead."""

    def __init__(self, target: str):
        host, port = target.removeprefix("http://").split(":")
        self._target = host, int(port)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._writers: set[asyncio.StreamWriter] = set()
        self.restore()

    def restore(self) -> None:
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    def cut(self) -> None:
        async def close() -> None:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()

        self._run(close())

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._writers -= {writer, back}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.transport.abort()
