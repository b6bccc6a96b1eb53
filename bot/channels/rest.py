"""The REST channel of the contract: one object a message, and never silence.

Rasa's own `rest` sends text and `custom` as two messages, cuts text at blank lines and
answers `[]` when anything behind it fails. See docs/decisions/0001-own-rest-channel.md.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import re
import uuid
from typing import Any, Awaitable, Callable, Dict, List, Text

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

import safety
from bot import lean, metrics, model_server, understood
from knowledge.personal_data import redact
from safety.text import without_slashes

_COMMAND = re.compile(r"^/\w+(?:\s*\{.*\}.*|\s*)$", re.DOTALL)

log = logging.getLogger(__name__)
lean.install()
model_server.install()
metrics.install()

# The public door takes 2,000 (contract); twice that keeps one message from holding up the
# event loop, where Rasa parses it.
MAX_CHARACTERS = 4_000
# Rasa gives an action 300 s; a person gives up long before.
TURN_SECONDS = 20.0
MAX_SENDER_CHARACTERS = 200


class ContractOutput(CollectingOutputChannel):
    """Collects each bot utterance as one object of the contract."""

    def __init__(self, recipient_id: Text) -> None:
        super().__init__()
        self._recipient_id = recipient_id

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Adds one message; Rasa would send its text, buttons and custom apart."""
        reply = {"recipient_id": self._recipient_id, "text": message.get("text") or ""}
        if message.get("custom"):
            reply["custom"] = message["custom"]
        if message.get("buttons"):
            reply["buttons"] = message["buttons"]
        self.messages.append(reply)


class ContractChannel(RestInput):
    """`POST /webhooks/rest/webhook`, `DELETE /webhooks/rest/conversations/<sender>`."""

    @classmethod
    def name(cls) -> Text:
        """The name in the URL."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes, mounted by Rasa below `/webhooks/rest`."""
        routes = Blueprint("contract_channel", inspect.getmodule(self).__name__)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"status": "ok" if ready else "loading"}, status=200 if ready else 503)

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = request.json if isinstance(request.json, dict) else {}
            with understood.noting() as notes, metrics.stage("total"), metrics.in_progress.track_inprogress():
                replies = await self._turn(on_new_message, body)
            metrics.count(notes, replies)
            return response.json(replies, ensure_ascii=False, headers=understood.headers(notes))

        @routes.get("/metrics")
        async def figures(request: Request) -> HTTPResponse:
            return response.raw(metrics.text(), content_type="text/plain; version=0.0.4")

        @routes.listener("after_server_stop")
        async def close(app: Any, loop: Any) -> None:
            await lean.actions.close()

        @routes.delete("/conversations/<sender:path>")
        async def forget(request: Request, sender: str) -> HTTPResponse:
            agent, key = request.app.ctx.agent, self._key(sender)
            store = agent.tracker_store
            # In its turn behind the messages that came before: one under way would write its words back at its end.
            async with agent.lock_store.lock(key):
                # Rasa wraps the store so that a failing one is replaced; deleting must not be.
                await getattr(store, "_tracker_store", store).delete(key)
            return response.empty()

        if os.environ.get("PCSO_DEBUG") == "1":
            @routes.post("/parse")
            async def parse(request: Request) -> HTTPResponse:
                return response.json(await request.app.ctx.agent.parse_message(safety.clean(request.json["text"])))

            @routes.get("/conversations/<sender:path>/slots")
            async def slots(request: Request, sender: str) -> HTTPResponse:
                tracker = await request.app.ctx.agent.tracker_store.retrieve(self._key(sender))
                return response.json(tracker.current_slot_values() if tracker else {})

        return routes

    async def _turn(self, on_new_message: Callable, body: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        sender = _sender(body.get("sender"))
        text = safety.clean(body.get("message"), keep_lines=True)
        output = ContractOutput(sender)
        if 0 < len(text) <= MAX_CHARACTERS:
            # The innermost place that every client passes: what is kept holds no personal data.
            message = UserMessage(redact(_without_command(text)), output, self._key(sender), input_channel=self.name())
            try:
                await asyncio.wait_for(on_new_message(message), TURN_SECONDS)
            except Exception:  # whatever broke, the person gets an answer
                log.exception("a turn failed")
            metrics.turns.labels("answered" if output.messages else "broken").inc()
            if not output.messages:
                await output.send_response(sender, safety.reply_when_broken(text))
        else:
            await output.send_response(sender, safety.reply_to_unreadable(text))
        return output.messages

    def _key(self, sender: Text) -> Text:
        # Trackers are keyed by sender alone: the prefix keeps channels out of each other's.
        return f"{self.name()}:{sender}"


def _sender(given: Any) -> Text:
    """The caller's own id; without one, a fresh conversation rather than a shared one."""
    if isinstance(given, (str, int)) and 0 < len(str(given)) <= MAX_SENDER_CHARACTERS:
        return str(given)
    return uuid.uuid4().hex


def _without_command(text: Text) -> Text:
    """A bare command means nothing here and becomes '?'; words behind a slash are read as words."""
    return without_slashes(_COMMAND.sub("", text.strip()))
