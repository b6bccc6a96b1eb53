"""Old versions of an answer or fact: compare with what is held now, restore."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import answers, history
from door.content.answers import NATIONAL_PLACE
from door.content.draft import Edit, Refused
from door.content.history import Old
from door.content.repository import GitTrouble
from door.content.snapshot import Snapshot, digest
from door.staff.editing import NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.visit import Visit

router = APIRouter()

AT = "/answers"


@router.get(AT + "/{place}/{name:path}/versions/{commit}")
async def show(visit: Editor, place: str, name: str, commit: str) -> Response:
    """One old version beside the present one."""
    return await _page(visit, place, name, commit)


@router.post(AT + "/{place}/{name:path}/versions/{commit}/restore")
async def restore(visit: Editor, place: str, name: str, commit: str) -> Response:
    """Makes the old version the present one, in the draft."""
    visit.need_force(None if place == NATIONAL_PLACE else place)
    look = await asyncio.to_thread(visit.parts.draft.look)
    old = await _find(visit, look, place, name, commit)
    if old.entry is None:
        raise Problem(404, "not_found", "There was no text in that version.")
    before = await asyncio.to_thread(answers.entry, look, place, name)
    then = await asyncio.to_thread(history.sources_at, visit.parts.draft.repository, answers.file_of(look, place), commit)

    def make(files: Snapshot) -> Edit:
        return answers.restore(files, place, name, old.entry or {}, then, visit.form.text("based_on"))

    try:
        await save(visit, make)
    except NotSaved as error:
        return await _page(visit, place, name, commit, errors=error.errors)
    await visit.audit("answer restored", f"{place}: {name}", before=(before or {}).get("text"), after=old.entry.get("text"))
    return await visit.redirect(f"{PATH}{AT}/{place}/{name}", "The old version is in the draft again.")


async def _find(visit: Visit, look: Snapshot, place: str, name: str, commit: str) -> Old:
    try:
        found = await asyncio.to_thread(history.versions, visit.parts.draft.repository, answers.file_of(look, place),
                                        answers.where(place, name))
    except (Refused, GitTrouble) as error:
        raise Problem(404, "not_found", str(error)) from error
    old = next((old for old in found if old.version.commit == commit), None)
    if old is None:
        raise Problem(404, "not_found", "There is no such version.")
    return old


async def _page(visit: Visit, place: str, name: str, commit: str, **more: Any) -> Response:
    look = await asyncio.to_thread(visit.parts.draft.look)
    old = await _find(visit, look, place, name, commit)
    now = await asyncio.to_thread(answers.entry, look, place, name)
    names = await asyncio.to_thread(visit.parts.force_names)
    return await visit.render("version.html", old=old, made=history.difference(old.before, old.entry), now=digest(now),
                              since=history.difference(old.entry, now),
                              at=f"{PATH}{AT}/{place}/{name}", named=f"{name}, {names.get(place, 'England and Wales')}",
                              may_edit=visit.account.may_change_force(None if place == NATIONAL_PLACE else place), **more)
