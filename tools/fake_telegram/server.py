"""A Bot API server on the wire, with people and groups to play: real HTTP, real JSON, faults on demand.

It is as strict as Telegram: HTML that doesn't parse, texts over 4,096 units, button data over 64
bytes, a second poller and a blocked chat get the errors that Telegram gives.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Callable
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tools.fake_telegram.served import Served

BOT_NAME = "pcso_test_bot"
UPDATE_IDS = itertools.count(1000)
IDS = itertools.count(1)


class Refused(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, **parameters: int):
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Fault:
    """What goes wrong with a method after `skip` good calls: `status` and `parameters`, or `body` as it is, after
    `delay` seconds."""

    method: str
    times: int = 1
    status: int = 200
    parameters: dict[str, int] = field(default_factory=dict)
    body: bytes | None = None
    delay: float = 0.0
    chat: int | None = None
    skip: int = 0


class _Markup(HTMLParser):
    """Telegram's HTML: a few tags, all closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in ("b", "i", "u", "s", "a", "code", "pre"):
            raise Refused(400, f"Bad Request: can't parse entities: Unsupported start tag \"{tag}\"")
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(html: str) -> tuple[str, list[str]]:
    """The text people see, and the links in it."""
    markup = _Markup()
    markup.feed(html)
    markup.close()
    if markup.open:
        raise Refused(400, "Bad Request: can't parse entities: Can't find end tag")
    return markup.text, markup.links


class BotApi:
    """The server, and what a test does with it."""

    def __init__(self) -> None:
        self.served = Served(Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])]))
        self.url = self.served.url
        self.tokens: dict[str, int] = {}
        self._changed = threading.Condition()
        self.updates: dict[str, list[dict]] = defaultdict(list)  # by token, until they are confirmed
        self._repeats: dict[str, list[dict]] = defaultdict(list)
        self._pollers: dict[str, int] = defaultdict(int)
        self.webhooks: dict[str, dict] = {}
        self.sent: list[dict[str, Any]] = []
        self._sent_to: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[Fault] = []
        self.blocked: set[int] = set()
        self.profile: dict[str, Any] = {}
        self.messages: dict[tuple[int, int], dict] = {}
        self.conflicts = 0
        self.on_sent: Callable[[dict[str, Any]], None] = lambda message: None  # called in the server's thread
        self.abilities = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": True}
        self.webhook_trouble: dict[str, Any] = {}  # what getWebhookInfo says of failed deliveries

    # what tests do ------------------------------------------------------------------------

    def new_token(self) -> str:
        # By chance: the channel's lock file bears the number, and another run of the tests may have its own.
        bot = 700_000_000 + secrets.randbelow(100_000_000)
        token = f"{bot}:TEST-token_{bot}"
        self.tokens[token] = bot
        return token

    def fault(self, method: str, **how: Any) -> Fault:
        fault = Fault(method, **how)
        self.faults.append(fault)
        return fault

    def bring(self, token: str, kind: str, content: Any, update_id: int | None = None) -> int:
        """Makes an update and hands it to whoever fetches, or to the webhook."""
        update = {"update_id": next(UPDATE_IDS) if update_id is None else update_id, kind: content}
        return self.bring_raw(token, update)

    def bring_raw(self, token: str, update: dict) -> int:
        with self._changed:
            self.updates[token].append(update)
            self._changed.notify_all()
        if token in self.webhooks:
            self.deliver(token, update)
        return update.get("update_id", 0)

    def repeat(self, token: str, update_id: int, kind: str, content: Any) -> None:
        """Brings an update that was confirmed already, as Telegram does once in a while."""
        with self._changed:
            self._repeats[token].append({"update_id": update_id, kind: content})

    def deliver(self, token: str, update: dict, secret: str | None = None) -> int:
        """One webhook call; the status that came back."""
        hook = self.webhooks[token]
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"] if secret is None else secret}
        status = httpx.post(hook["url"], json=update, headers=headers, trust_env=False).status_code
        if status == 200:
            self.updates[token] = [kept for kept in self.updates[token] if kept is not update]
        return status

    def to(self, chat: int) -> list[dict[str, Any]]:
        """What has been sent to a chat so far."""
        return list(self._sent_to.get(chat, ()))

    def wait_for(self, what: Callable[[], Any], seconds: float = 15.0) -> Any:
        """Waits until `what` gives something true, and returns that."""
        end = time.monotonic() + seconds
        with self._changed:
            while not (found := what()):
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"waited {seconds} s in vain; sent so far: {[m['text'][:60] for m in self.sent[-5:]]}")
                self._changed.wait(min(left, 0.1))
        return found

    def wait_sent(self, chat: int, count: int = 1, seconds: float = 15.0) -> list[dict[str, Any]]:
        """The messages to a chat, once there are `count`."""
        return self.wait_for(lambda: (lambda got: got if len(got) >= count else None)(self.to(chat)), seconds)

    def called(self, method: str, **parameters: Any) -> list[dict[str, Any]]:
        """The parameters of all calls of a method that has these among them."""
        return [given for name, given in list(self.calls)
                if name == method and all(str(given.get(key)) == str(value) for key, value in parameters.items())]

    # the server ---------------------------------------------------------------------------

    async def _call(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        given = await _parameters(request)
        with self._changed:
            self.calls.append((method, given))
        fault = self._fault(method, given)
        try:
            if token not in self.tokens:
                raise Refused(401, "Unauthorized")
            if fault:
                await asyncio.sleep(fault.delay)
                if fault.body is not None:
                    return Response(fault.body, fault.status, media_type="application/json")
                if fault.status != 200:
                    raise Refused(fault.status, "Made to fail", **fault.parameters)
            return JSONResponse({"ok": True, "result": await self._do(token, method, given)})
        except Refused as refused:
            body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
            if refused.parameters:
                body["parameters"] = refused.parameters
            return JSONResponse(body, refused.status)
        finally:
            with self._changed:
                self._changed.notify_all()

    def _fault(self, method: str, given: dict) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fault.times and fault.chat in (None, given.get("chat_id")):
                if fault.skip:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    async def _do(self, token: str, method: str, given: dict[str, Any]) -> Any:
        action = getattr(self, f"_{method}", None)
        if action is None:
            if method.startswith("set"):
                self.profile[method] = given
                return True
            return self.profile.get("set" + method[3:], _EMPTY.get(method, True)) if method.startswith("get") else True
        result = action(token, given)
        return await result if asyncio.iscoroutine(result) else result

    def _getMe(self, token: str, _: dict) -> dict:
        return {"id": self.tokens[token], "is_bot": True, "first_name": "PCSO", "username": BOT_NAME, **self.abilities}

    def _getMyCommands(self, _: str, __: dict) -> list:
        return self.profile.get("setMyCommands", {}).get("commands", [])

    async def _getUpdates(self, token: str, given: dict) -> list:
        if token in self.webhooks:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._pollers[token] += 1
        me, offset = self._pollers[token], given.get("offset", 0)
        end = time.monotonic() + given.get("timeout", 0)
        while True:
            self.updates[token] = [update for update in self.updates[token] if update.get("update_id", 0) >= offset]
            repeats = self._repeats.pop(token, [])
            if repeats or self.updates[token] or time.monotonic() >= end:
                return repeats + self.updates[token][:100]
            await asyncio.sleep(0.002)
            if self._pollers[token] != me:
                self.conflicts += 1
                raise Refused(409, "Conflict: terminated by other getUpdates request")

    def _setWebhook(self, token: str, given: dict) -> bool:
        self.webhooks[token] = given
        return True

    def _deleteWebhook(self, token: str, _: dict) -> bool:
        self.webhooks.pop(token, None)
        return True

    def _getWebhookInfo(self, token: str, _: dict) -> dict:
        return {"url": self.webhooks.get(token, {}).get("url", ""), "has_custom_certificate": False,
                "pending_update_count": len(self.updates[token]), **self.webhook_trouble}

    def _sendMessage(self, token: str, given: dict) -> dict:
        chat = given["chat_id"]
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        text, links = read_html(given["text"]) if given.get("parse_mode") == "HTML" else (given["text"], [])
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refused(400, "Bad Request: message is too long")
        keyboard = given.get("reply_markup", {}).get("inline_keyboard", [])
        for button in itertools.chain(*keyboard):
            if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        message = {"message_id": next(IDS), "date": int(time.time()), "chat": {"id": chat, "type": _type(chat)},
                   "from": self._getMe(token, {}), "text": text}
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        with self._changed:
            self.messages[chat, message["message_id"]] = message
            self.sent.append({**message, "links": links, "html": given["text"], "at": time.monotonic(),
                              "given": given, "keyboard": keyboard})
            self._sent_to[chat].append(self.sent[-1])
        self.on_sent(self.sent[-1])
        return message

    def _editMessageReplyMarkup(self, _: str, given: dict) -> dict:
        message = self.messages[given["chat_id"], given["message_id"]]
        message["reply_markup"] = given.get("reply_markup", {"inline_keyboard": []})
        return message


_EMPTY = {"getMyDescription": {"description": ""}, "getMyShortDescription": {"short_description": ""}}


async def _parameters(request: Request) -> dict[str, Any]:
    """Query, form and JSON parameters alike; values that are JSON are read."""
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if "json" in request.headers.get("content-type", ""):
        given.update(json.loads(body or b"{}"))
    else:
        given.update(parse_qsl(body.decode(), keep_blank_values=True))
    return {key: _value(key, value) for key, value in given.items()}


def _value(key: str, value: Any) -> Any:
    if not isinstance(value, str) or key in ("text", "description", "short_description", "secret_token", "url"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _type(chat: int) -> str:
    return "private" if chat > 0 else "supergroup"
