"""Releases: what is live, what could be, what was; publish and roll back."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from fastapi import APIRouter
from msgspec import Struct
from starlette.responses import FileResponse, HTMLResponse, Response

from door.api.problems import Problem
from door.staff.guard import PATH, Editor, Publisher
from door.staff.pages import Link
from door.staff.pages.changes import find
from door.staff.visit import Visit
from evaluation.judging import Judged
from evaluation.runs import RunError
from knowledge import KnowledgeError
from releases import differences, drafts, followers, gate
from releases.gate import NotYet
from releases.store import PROJECT, REPORT, Live, Release, Store, StoreError

router = APIRouter()
AT = "/releases"
LINK = Link("Releases", PATH + AT)
STYLE = PROJECT / "evaluation" / "page.css"
SHOWN = 50
# What is judged of a reply (evaluation/judging.py), in words.
ASPECTS = {"topic": "the topic", "both": "both questions, in order", "force": "the police force", "alarm": "whether 999 is said",
           "extra": "what helps besides 999", "lang": "the language", "keywords": "words that have to be in it",
           "point": "the particular question"}
# The report brings its style along for a file that is opened by itself; the console allows only styles of its own.
_OWN_STYLE = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>|<style>.*?</style>", re.DOTALL)


class Moved(Struct, frozen=True):
    """A question that got better or worse: the two replies, and what about them; `alike` where topics, forces and 999 are the same."""

    then: Judged
    now: Judged
    about: list[str]
    alike: bool


@router.get(AT)
async def show(visit: Editor) -> Response:
    """What is live, and all others."""
    store = visit.parts.releases
    live, releases, history = await asyncio.to_thread(lambda: (store.live(), store.releases()[:SHOWN], store.history()[:SHOWN]))
    return await visit.render("releases.html", live=live, releases=releases, history=history, before=_before(live, history),
                              following=await asyncio.to_thread(followers.following), made_by=drafts.MAKE_RUN,
                              published={entry.release for entry in history}, made={release.id: release for release in releases})


@router.get(AT + "/following")
async def following(visit: Editor) -> Response:
    """The part of the page that says which parts of the assistant have what is live; asked for again until all have."""
    return await visit.render("following.html", following=await asyncio.to_thread(followers.following))


@router.get(AT + "/report.css")
async def style(visit: Editor) -> Response:
    """How reports look."""
    return FileResponse(STYLE, media_type="text/css")


@router.get(AT + "/{release}")
async def one(visit: Editor, release: str) -> Response:
    """One release against what is live."""
    return await _page(visit, release)


@router.get(AT + "/{release}/report")
async def report(visit: Editor, release: str) -> Response:
    """The report of its evaluation, as `make evaluate` writes it."""
    store = visit.parts.releases
    check = store.check_of(await asyncio.to_thread(find, store, release))
    if check is None:
        raise Problem(404, "not_found", "This release was never checked.")
    page = await asyncio.to_thread(lambda: store.object_path(check.report, REPORT).read_text(encoding="utf-8"))
    return HTMLResponse(_OWN_STYLE.sub("", page).replace("</head>", f'<link rel="stylesheet" href="{PATH}{AT}/report.css"></head>', 1))


@router.get(AT + "/{release}/publish")
async def before_publishing(visit: Publisher, release: str) -> Response:
    """What publishing would do, and the button."""
    visit.need_force(None)
    return await _page(visit, release)


@router.post(AT + "/{release}/publish")
async def publish(visit: Publisher, release: str) -> Response:
    """Makes a candidate live."""
    visit.need_force(None)
    store, reason = visit.parts.releases, visit.form.text("reason")
    candidate = await asyncio.to_thread(find, store, release)
    try:
        live = await asyncio.to_thread(gate.publish, store, candidate, visit.account.name, reason)
    except (NotYet, StoreError, RunError) as error:
        return await _page(visit, release, errors={"reason": str(error)}, values=visit.form.as_values())
    await visit.audit("release published", candidate.id, before=live.previous, after=reason or candidate.note or None)
    return await visit.redirect(PATH + AT, "Published. It reaches everybody within a few seconds.",
                                action=f"{PATH}{AT}/{live.previous}/roll-back", label="Roll back",
                                fields={"reason": "straight after publishing"})


@router.post(AT + "/{release}/roll-back")
async def roll_back(visit: Publisher, release: str) -> Response:
    """Makes a release live that was live before."""
    visit.need_force(None)
    store, reason = visit.parts.releases, visit.form.text("reason")
    earlier = await asyncio.to_thread(find, store, release)
    if earlier.id not in {entry.release for entry in await asyncio.to_thread(store.history)}:
        return await _page(visit, release, errors={"reason": "This release was never live. Publish it instead"})
    try:
        live = await asyncio.to_thread(drafts.roll_back, store, earlier.id, visit.account.name, reason)
    except StoreError as error:
        return await _page(visit, release, errors={"reason": str(error)}, values=visit.form.as_values())
    await visit.audit("rolled back", earlier.id, before=live.previous, after=reason or None)
    return await visit.redirect(PATH + AT, "Rolled back. It reaches everybody within a few seconds.")


def _before(live: Live | None, history: list[Live]) -> str | None:
    """What to go back to: what was live before the release that is. After a roll back that isn't the one that was rolled back."""
    older = [entry for entry in history if live and entry.number < live.number]
    if live and live.action == "roll_back":
        first = next((entry.number for entry in older if entry.release == live.release), 0)
        older = [entry for entry in older if entry.number < first]
    return next((entry.release for entry in older if entry.release != live.release), None) if live else None


async def _page(visit: Visit, release: str, **more: Any) -> Response:
    store = visit.parts.releases
    found = await asyncio.to_thread(find, store, release)
    is_draft = found.kind != "candidate" or await asyncio.to_thread(_is_draft, visit, found)
    if visit.request.url.path.endswith("/publish"):
        return await visit.render("publish.html", release=found, is_draft=is_draft,
                                  **await asyncio.to_thread(_before_publishing, store, found, visit.account.name), **more)
    return await visit.render("release.html", release=found, names=await asyncio.to_thread(visit.parts.force_names), is_draft=is_draft,
                              **await asyncio.to_thread(_against_live, store, found, visit.account.name), **more)


def _before_publishing(store: Store, release: Release, by: str) -> dict[str, Any]:
    try:
        live = store.live()
        return {"verdict": gate.judge(store, release, by), "found": gate.changes(store, release.id, live.release) if live else None,
                "trouble": None}
    except (StoreError, RunError) as error:
        return {"verdict": None, "found": None, "trouble": str(error)}


def _is_draft(visit: Visit, release: Release) -> bool:
    """Whether the draft is still as it was when the release was made of it."""
    store = visit.parts.releases
    try:
        checked = drafts.state(store, visit.parts.content).checked
        made = store.get(checked) if checked else None
    except (KnowledgeError, StoreError, OSError):
        return False
    return made is not None and (made.knowledge, made.trained_from) == (release.knowledge, release.trained_from)


def _moved(pairs: list[tuple[Judged, Judged]]) -> list[Moved]:
    return [Moved(then, now, [ASPECTS.get(name, name) for name, right in now.aspects.items() if right != then.aspects.get(name, right)],
                  (then.got.topics, then.got.forces, then.got.emergency) == (now.got.topics, now.got.forces, now.got.emergency))
            for then, now in pairs]


def _against_live(store: Store, release: Release, by: str) -> dict[str, Any]:
    live = store.live()
    values: dict[str, Any] = {"is_live": bool(live and live.release == release.id), "check": store.check_of(release), "trouble": None,
                              "was_live": release.id in {entry.release for entry in store.history()},
                              "difference": None, "compared": None, "sentence": "", "moved": {}, "verdict": None}
    if live is None or values["is_live"]:
        return values
    try:
        current = store.get(live.release)
        values["difference"] = differences.between(store, current, release)
        values["compared"] = compared = gate.comparison(store, release, current)
        if compared:
            values["sentence"] = gate.in_a_sentence(compared)
            values["moved"] = {"What got worse": _moved(compared.worse), "What got better": _moved(compared.better)}
        values["verdict"] = gate.judge(store, release, by)
    except (StoreError, RunError) as error:
        values["trouble"] = str(error)
    return values
