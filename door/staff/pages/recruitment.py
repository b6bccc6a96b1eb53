"""Recruitment: open, close or plan a force's campaign. It is live within seconds, without training."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import recruiting
from door.content.draft import Edit
from door.content.snapshot import Snapshot, digest
from door.staff import recruitment_forms
from door.staff.editing import BROKEN, NotSaved, save
from door.staff.guard import PATH, Publisher
from door.staff.pages import Link
from door.staff.pages.answers import held
from door.staff.visit import Visit
from knowledge import Force, Knowledge, look_up
from knowledge.campaigns import LONDON, standing
from knowledge.schema import Campaign
from releases import drafts
from releases.store import StoreError

router = APIRouter()

AT = "/recruitment"
LINK = Link("Recruitment", PATH + AT, "publisher")
TOPIC = "recruitment_status"
STATES = {"open": "Open", "later": "Opens later", "closed": "Closed"}


@router.get(AT)
async def show(visit: Publisher) -> Response:
    """Every force and how its campaign stands now."""
    _, knowledge = await held(visit)
    now = dt.datetime.now(dt.UTC)
    by_name = sorted(knowledge.forces.values(), key=lambda force: force.name)
    rows = [(force, standing(force, now)) for force in by_name if not force.without_pcsos]
    return await visit.render("recruitment.html", rows=rows, states=STATES, topic=TOPIC)


@router.get(AT + "/{force}")
async def one(visit: Publisher, force: str) -> Response:
    """The form of one force; ?edit= fills in one of its campaigns."""
    return await _page(visit, force)


@router.post(AT + "/{force}")
async def keep(visit: Publisher, force: str) -> Response:
    """Keeps a campaign, a new one or (field 'number') one that is there, and publishes it."""
    campaign, errors = recruitment_forms.read(visit.form, dt.datetime.now(LONDON).date())
    if campaign is None:
        return await _page(visit, force, errors=errors, values=visit.form.as_values())
    number = visit.form.text("number")

    def change(there: list[Campaign]) -> list[Campaign]:
        rest = [old for place, old in enumerate(there) if str(place) != number]
        return sorted([*rest, campaign], key=lambda one: one.opens)

    return await _change(visit, force, change, "campaign changed" if number else "campaign added")


@router.post(AT + "/{force}/close")
async def close(visit: Publisher, force: str) -> Response:
    """Closes a campaign at this minute."""
    number = visit.form.text("number")
    now = dt.datetime.now(LONDON)

    def change(there: list[Campaign]) -> list[Campaign]:
        return [msgspec.structs.replace(one, closes=f"{now:%Y-%m-%d %H:%M}", checked=now.date()) if str(place) == number else one
                for place, one in enumerate(there)]

    return await _change(visit, force, change, "campaign closed")


@router.post(AT + "/{force}/remove")
async def remove(visit: Publisher, force: str) -> Response:
    """Takes a campaign out altogether."""
    number = visit.form.text("number")
    return await _change(visit, force, lambda there: [one for place, one in enumerate(there) if str(place) != number], "campaign removed")


@router.post(AT + "/{force}/undo")
async def undo(visit: Publisher, force: str) -> Response:
    """Has the campaigns again that were there before the last press."""
    try:
        before = msgspec.json.decode(visit.form.text("campaigns"), type=list[Campaign])
    except msgspec.MsgspecError as error:
        raise Problem(404, "not_found", "There is nothing to undo.") from error
    return await _change(visit, force, lambda there: before, "last change taken back", undone=True)


async def _change(visit: Visit, force: str, change: Callable[[list[Campaign]], list[Campaign]], what: str,
                  undone: bool = False) -> Response:
    """Saves in the draft, then puts the same campaigns into what is live, and nothing else of the draft. `undone`: a change was
    taken back."""
    visit.need_force(force)
    _, _, found = await _find(visit, force)
    before: list[Campaign] = []

    def make(files: Snapshot) -> Edit:
        before[:] = recruitment_forms.from_file(recruiting.campaigns(files, force))
        return recruiting.set_campaigns(files, force, change(before), visit.form.text("based_on"))

    try:
        saved = await save(visit, make, "opens_day")
        live = await asyncio.to_thread(_publish, visit, force, f"Recruitment of {found.name}: {what}")
    except NotSaved as error:
        return await _page(visit, force, errors=error.errors, values=visit.form.as_values())
    except (StoreError, OSError, *BROKEN) as error:
        await visit.audit(f"recruitment: {what}", force, after="kept in the draft, not published")
        return await visit.redirect(f"{PATH}{AT}/{force}", f"Saved in the draft, but it isn’t live: {error}")
    await visit.audit(f"recruitment: {what}", force, after=f"commit {saved.commit[:12]}, release {live}")
    if undone:
        return await visit.redirect(f"{PATH}{AT}/{force}", "The last change is taken back. It is live within seconds.")
    now = await asyncio.to_thread(lambda: digest(recruiting.campaigns(visit.parts.draft.look(), force)))
    return await visit.redirect(f"{PATH}{AT}/{force}", "Saved and published. It is live within seconds.", action=f"{PATH}{AT}/{force}/undo",
                                label="Undo", fields={"campaigns": msgspec.json.encode(before).decode(), "based_on": now})


def _publish(visit: Visit, force: str, note: str) -> str:
    def change(live: bytes) -> bytes:
        # The draft's campaigns of this moment, not of the save: who saved first may publish last.
        campaigns = recruitment_forms.from_file(recruiting.campaigns(visit.parts.draft.look(), force))
        return recruiting.with_campaigns(live.decode("utf-8").replace("\r\n", "\n"), campaigns).encode("utf-8")

    path = visit.parts.draft.look().force_files()[force]
    return drafts.publish_knowledge(visit.parts.releases, {path: change}, visit.account.name, note).release


async def _find(visit: Visit, force: str) -> tuple[Snapshot, Knowledge, Force]:
    look, knowledge = await held(visit)
    found = knowledge.forces.get(force)
    if found is None or found.without_pcsos:
        raise Problem(404, "not_found", "There is no such force, or it has no PCSOs.")
    return look, knowledge, found


async def _page(visit: Visit, force: str, *, errors: dict[str, str] | None = None, values: dict[str, Any] | None = None) -> Response:
    visit.need_force(force)
    look, knowledge, found = await _find(visit, force)
    number = (values or {}).get("number", visit.request.query_params.get("edit", ""))
    if values is None:
        chosen = next((one for place, one in enumerate(found.campaigns) if str(place) == number), None)
        empty = {"source_publisher": found.name, "checked": f"{dt.datetime.now(LONDON):%Y-%m-%d}", "opens_hour": "09:00",
                 "closes_hour": "17:00"}
        values = recruitment_forms.values(chosen) if chosen else empty
    now = dt.datetime.now(dt.UTC)
    return await visit.render("recruitment_force.html", force=found, now_said=look_up(knowledge, TOPIC, force, now).text, states=STATES,
                              standing=standing(found, now), number=number, based_on=digest(recruiting.campaigns(look, force)),
                              errors=errors, values=values)
