"""Try it: one chat with the draft and with what is live, side by side, and why each answers as it does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from door.questions import NotUnderstood, read_text
from door.rasa import Rasa, RasaFailed
from door.staff.guard import PATH, Editor
from door.staff.pages import Link
from door.staff.talks import Exchange, Reading, Side
from door.staff.visit import Visit
from knowledge import KnowledgeError
from releases import drafts
from releases.store import StoreError

router = APIRouter()
AT = "/try"
LINK = Link("Try it", PATH + AT)
ASK_SECONDS = 20.0
NEAREST = 5
# Slots that say where a conversation stands; the others are for one turn.
SHOWN_SLOTS = ("force", "topic", "pending")


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The chat so far."""
    return await _page(visit)


@router.get(AT + "/state")
async def state(visit: Editor) -> Response:
    """While the draft starts: asks again, and shows the page when it is up."""
    if visit.parts.trial.state == "starting":
        return await visit.render("try_starting.html")
    return Response(status_code=200, headers={"hx-refresh": "true"})


@router.post(AT + "/start")
async def start(visit: Editor) -> Response:
    """Starts the draft."""
    try:
        await asyncio.to_thread(visit.parts.trial.start, visit.parts.releases, visit.parts.content)
    except (StoreError, OSError) as error:
        return await _page(visit, errors={"message": str(error)})
    return await visit.redirect(PATH + AT)


@router.post(AT + "/ask")
async def ask(visit: Editor) -> Response:
    """Sends one message to both."""
    try:
        text = read_text(visit.form.text("message"))
    except NotUnderstood as error:
        return await _page(visit, errors={"message": str(error)}, values=visit.form.as_values())
    talk, trial = visit.parts.talks.begun(visit.account.name), visit.parts.trial
    trial.keep()
    live, draft, nearest = await asyncio.gather(_ask(visit.parts.live_rasa, talk.sender, text), _ask(trial.url, talk.sender, text),
                                                asyncio.to_thread(_nearest, visit, text))
    talk.add(Exchange(text, live, draft, nearest))
    return await visit.redirect(PATH + AT + "#latest")


@router.post(AT + "/again")
async def again(visit: Editor) -> Response:
    """A new conversation: both forget the old one."""
    talk, service, draft = visit.parts.talks.find(visit.account.name), visit.parts.service, visit.parts.trial.url
    if talk:
        # Noted before it is tried: where the live Rasa is away, it is told again until it has forgotten.
        await asyncio.to_thread(service.store.forget, talk.sender)
        visit.parts.talks.end(visit.account.name)
        await service.forget_in_rasa(talk.sender)
        if draft:
            await _forget_in_draft(draft, talk.sender)
    return await visit.redirect(PATH + AT)


async def _ask(url: str | None, sender: str, text: str) -> Side:
    if url is None:
        return Side([], None, {}, "It isn’t running.")
    rest = f"{url}/webhooks/rest"
    # trust_env: as in door/rasa.py, no proxy of the machine sees what is asked.
    async with httpx.AsyncClient(trust_env=False, timeout=ASK_SECONDS) as client:
        try:
            reply = await client.post(f"{rest}/webhook", json={"sender": sender, "message": text})
            side = Side(reply.raise_for_status().json(), _reading(reply.headers), {})
        except (httpx.HTTPError, ValueError) as error:
            return Side([], None, {}, f"It didn’t answer ({type(error).__name__}).")
        with contextlib.suppress(httpx.HTTPError, ValueError):
            slots = await client.get(f"{rest}/conversations/{sender}/slots")
            if slots.status_code == 200:
                side.slots = {name: slots.json().get(name) for name in SHOWN_SLOTS}
        return side


def _reading(headers: httpx.Headers) -> Reading | None:
    # The reading that was answered: one asked for apart would know neither the thread nor what was taken out of the words.
    try:
        return msgspec.json.decode(headers.get("x-understood", ""), type=Reading)
    except (msgspec.DecodeError, UnicodeError):
        return None


async def _forget_in_draft(url: str, sender: str) -> None:
    rasa = Rasa(url, ASK_SECONDS)
    with contextlib.suppress(RasaFailed):  # one that has stopped kept nothing: its database went with it
        await rasa.forget(sender)
    await rasa.close()


def _nearest(visit: Visit, text: str) -> list[Any]:
    understanding = visit.parts.understanding
    return understanding.nearest(text, NEAREST) if understanding.progress() >= 1 else []


async def _page(visit: Visit, **more: Any) -> Response:
    trial = visit.parts.trial
    return await visit.render("try.html", talk=visit.parts.talks.find(visit.account.name), trial=trial, state=trial.state,
                              names=await asyncio.to_thread(visit.parts.force_names), stale=await asyncio.to_thread(_stale, visit), **more)


def _stale(visit: Visit) -> bool:
    """Whether examples changed since the model that the draft answers with was trained."""
    release = visit.parts.trial.release
    try:
        return release is not None and drafts.trained_from(visit.parts.content) != release.trained_from
    except (KnowledgeError, OSError):
        return True
