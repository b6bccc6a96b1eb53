"""`/`: the chat as a plain page. It works without JavaScript; the widget upgrades it."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid

from fastapi import APIRouter
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from door import templates
from door.api import problems
from door.api.body import read_form
from door.api.edge import client_address
from door.api.files import GET, HERE
from door.service import Service
from door.sources import once
from door.store import Gone, Message
from door.tokens import BadToken
from door.turns import Unavailable
from knowledge import days

router = APIRouter()

# Twenty questions back: more makes a page that a screen reader has to wade through.
PAGE_MESSAGES = 40
THANKS = "Thank you. We use this to improve answers."
NOT_KEPT = "That couldn't be kept: this chat doesn't have that answer any more."
_NONCE = re.compile(r"[0-9a-f]{32}")
_BLANK_LINE = re.compile(r"\n\s*\n")


class Page(Struct):
    """What the template shows.

    `nonce` makes a form that is sent twice (a reload, a double click) one question; `text` is
    what stands in the field; `error` and `notice` are words for the person, or ''.
    """

    nonce: str
    token: str = ""
    messages: list[Message] = []
    text: str = ""
    error: str = ""
    notice: str = ""


@router.api_route("/", methods=GET)
async def show(request: Request) -> Response:
    """The empty page."""
    return _render(Page(secrets.token_hex(16)))


@router.post("/")
async def submit(request: Request) -> Response:
    """Takes the page's form: a question, a quick reply, 'did this help', or 'delete this chat'."""
    service: Service = request.app.state.service
    page = Page(secrets.token_hex(16))
    fields: dict[str, str] = {}
    try:
        fields = await read_form(request)  # before the limit: a person over it gets back what they wrote
        page.token = fields.get("conversation", "")
        page.text = fields.get("message", "").replace("\r\n", "\n")
        await service.admit(client_address(request, service.settings.trusted_proxies))
        await _act(service, fields, page)
    except problems.HANDLED as error:
        problem = problems.of(error)
        if problem.status == 415:
            raise  # no browser sends that: the caller is a program
        await _explain(service, page, problem, fields)
        return _render(page, problem)
    return _render(page)


async def _act(service: Service, fields: dict[str, str], page: Page) -> None:
    if fields.get("do") == "forget":
        if page.token:
            await service.forget(page.token)
        page.token, page.notice = "", "This chat has been deleted."
        return
    for answer, helpful in (("helped", True), ("unhelped", False)):
        if answer in fields and page.token:
            kept = await service.rate(page.token, fields[answer], helpful)
            page.messages = await _history(service, page.token)
            page.notice = THANKS if kept else NOT_KEPT
            return
    quick = fields.get("say")
    text = page.text if quick is None else quick
    token, turn = await service.ask(text, page.token or None, _id(fields.get("nonce", ""), text))
    page.token = token
    page.messages = await _history(service, token) or [turn.question, *turn.replies]
    if quick is None:
        page.text = ""


async def _explain(service: Service, page: Page, problem: problems.Problem, fields: dict[str, str]) -> None:
    page.error = problem.detail
    # The same nonce again: sending what failed once more is the same question.
    page.nonce = nonce if _NONCE.fullmatch(nonce := fields.get("nonce", "")) else page.nonce
    if problem.status == 401:
        page.token = ""
        page.error = f"This chat has ended or was deleted. Your text is kept: press Ask to start a new chat. {problems.CALL}"
    elif page.token and problem.status != 429:  # a limit spares the database, too
        page.messages = await _history(service, page.token)


async def _history(service: Service, token: str) -> list[Message]:
    """What was said so far; nothing where that can't be read, since the page must show all the same."""
    try:
        return await service.history(token, PAGE_MESSAGES)
    except (BadToken, Gone, Unavailable):
        return []


def _id(nonce: str, text: str) -> str | None:
    # Of nonce and text: going back and asking something else is a new question, not a repeat.
    if not _NONCE.fullmatch(nonce):
        return None
    digest = hashlib.sha256(f"{nonce}\n{text}".encode("utf-8", "replace")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _render(page: Page, problem: problems.Problem | None = None) -> Response:
    headers = {"cache-control": "no-store", **(problem.headers if problem else {})}
    return Response(_template.render(page=page), problem.status if problem else 200, headers,
                    "text/html; charset=utf-8")


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _BLANK_LINE.split(text) if part.strip()]


def _is_link(url: str | None) -> bool:
    return bool(url) and url.startswith(("https://", "http://"))


_environment = templates.environment(HERE / "templates", date=days.in_words, paragraphs=_paragraphs, once=once)
_environment.tests["link"] = _is_link
_template = _environment.get_template("page.html")
