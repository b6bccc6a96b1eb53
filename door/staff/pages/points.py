"""Particular questions within a topic: the list, one with its text and its phrases, adding, deleting, old texts."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import answers, history, points, topics, words
from door.content.answers import NATIONAL_PLACE
from door.content.draft import Edit
from door.content.history import Old
from door.content.points import FEWEST_PHRASES, GOOD_NUMBER, Held
from door.content.readability import reading_ease
from door.content.repository import GitTrouble
from door.content.snapshot import Snapshot
from door.content.words import LONGEST_FOLLOW_UP
from door.staff import point_forms, widget_preview
from door.staff.editing import NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.pages.answers import held
from door.staff.visit import Visit
from knowledge import Knowledge, look_up
from knowledge.phrase_text import ASKED, THEN
from knowledge.topics import named

router = APIRouter()

AT = "/topics/{topic}/points"


@router.get(AT)
async def show(visit: Editor, topic: str) -> Response:
    """The topic's particular questions."""
    look, knowledge = await _held(visit, topic)
    found = await asyncio.to_thread(points.of_topic, look, topic)
    cells = {cell.point: cell for cell in answers.points_grid(knowledge, dt.date.today())
             if (cell.topic, cell.place) == (topic, NATIONAL_PLACE)}
    return await visit.render("points.html", topic=topic, answer=knowledge.answers[topic], found=found, cells=cells)


@router.get(AT + "/new")
async def ask_new(visit: Editor, topic: str) -> Response:
    """The empty form."""
    visit.need_force(None)
    return await _page(visit, topic, "", point_forms.values(None))


@router.post(AT + "/new")
async def add(visit: Editor, topic: str) -> Response:
    """Makes a point: its text and its phrases in one commit."""
    visit.need_force(None)
    look, _ = await _held(visit, topic)
    name = visit.form.text("name").lower().replace(" ", "_")
    given, values = _given(visit, look, topic, None)
    errors = given.errors if name else {"name": "Enter a short name, such as closing_date", **given.errors}
    if errors or visit.form.text("do") == "preview":
        return await _page(visit, topic, "", values, errors={} if visit.form.text("do") == "preview" else errors)
    try:
        await save(visit, lambda files: points.add(files, topic, name, given.fields, given.new_sources), ASKED)
    except NotSaved as error:
        return await _page(visit, topic, "", values, errors=error.errors)
    await visit.audit("particular question added", named(topic, name),
                      after=_told(given.fields.text, given.fields.asked, given.fields.then))
    return await visit.redirect(_at(topic, name), "Added to the draft. Train and check it before you publish: people’s words are learnt."
                                + _told_scrubbed(visit))


@router.get(AT + "/{name}")
async def one(visit: Editor, topic: str, name: str) -> Response:
    """The form of one, with its preview and the versions of its text."""
    look, _ = await _held(visit, topic)
    found = await _find(look, topic, name)
    return await _page(visit, topic, name, {**point_forms.values(found), "based_on": points.state(found)})


@router.post(AT + "/{name}/preview")
async def preview(visit: Editor, topic: str, name: str) -> Response:
    """The preview of what is in the form: a part of the page, asked for while somebody types."""
    look, knowledge = await _held(visit, topic)
    return await visit.render("point_preview.html", **await asyncio.to_thread(_drawn, visit, look, knowledge, topic))


@router.post(AT + "/{name}")
async def change(visit: Editor, topic: str, name: str) -> Response:
    """Saves text and phrases, or with do=preview only draws the text."""
    visit.need_force(None)
    look, _ = await _held(visit, topic)
    before = await asyncio.to_thread(points.one, look, topic, name)
    if before is None and not visit.form.text("based_on"):
        raise Problem(404, "not_found", "There is no such particular question.")
    given, values = _given(visit, look, topic, before)
    if visit.form.text("do") == "preview" or given.errors:
        return await _page(visit, topic, name, values, errors={} if visit.form.text("do") == "preview" else given.errors)
    based_on = visit.form.text("based_on")
    try:
        saved = await save(visit, lambda files: points.edit(files, topic, name, given.fields, based_on, given.new_sources), "text")
    except NotSaved as error:
        return await _not_saved(visit, topic, name, values, error)
    await visit.audit("particular question changed", named(topic, name), before=_told_of(before),
                      after=_told(given.fields.text, given.fields.asked, given.fields.then))
    learnt = any(path.startswith("data/points/") for path in saved.paths)
    notice = "Saved in the draft." + (" The phrases are learnt with ‘Train and check’." if learnt else "")
    return await visit.redirect(_at(topic, name), notice + _told_scrubbed(visit))


@router.post(AT + "/{name}/delete")
async def delete(visit: Editor, topic: str, name: str) -> Response:
    """Takes one out, text and phrases."""
    visit.need_force(None)
    look, _ = await _held(visit, topic)
    before = await _find(look, topic, name)
    try:
        await save(visit, lambda files: points.delete(files, topic, name, visit.form.text("based_on")), "text")
    except NotSaved as error:
        return await _not_saved(visit, topic, name, {**point_forms.values(before), "based_on": points.state(before)}, error)
    await visit.audit("particular question deleted", named(topic, name), before=_told_of(before))
    values = point_forms.values(before)
    fields = {**{key: value for key, value in values.items() if key != "chosen"}, "sources": " ".join(values["chosen"]), "name": name}
    return await visit.redirect(_at(topic), f"{name} is taken out of the draft, text and phrases.", action=f"{_at(topic)}/new",
                                label="Undo", fields=fields)


@router.get(AT + "/{name}/versions/{commit}")
async def version(visit: Editor, topic: str, name: str, commit: str) -> Response:
    """One old text beside the present one."""
    return await _version_page(visit, topic, name, commit)


@router.post(AT + "/{name}/versions/{commit}/restore")
async def restore(visit: Editor, topic: str, name: str, commit: str) -> Response:
    """Makes the old text the present one, in the draft. The phrases stay."""
    visit.need_force(None)
    look, _ = await _held(visit, topic)
    before, old = await _find(look, topic, name), await _old(visit, look, topic, name, commit)
    if old.entry is None:
        raise Problem(404, "not_found", "There was no text in that version.")
    # An old text may name a source that has gone since.
    then = await asyncio.to_thread(history.sources_at, visit.parts.draft.repository, answers.file_of(look, NATIONAL_PLACE), commit)

    def make(files: Snapshot) -> Edit:
        return points.restore(files, topic, name, old.entry or {}, then, visit.form.text("based_on"))

    try:
        await save(visit, make)
    except NotSaved as error:
        return await _version_page(visit, topic, name, commit, errors=error.errors)
    await visit.audit("particular question restored", named(topic, name), before=(before.entry or {}).get("text"),
                      after=old.entry.get("text"))
    return await visit.redirect(_at(topic, name), "The old text is in the draft again.")


def _at(topic: str, name: str = "") -> str:
    return PATH + AT.format(topic=topic) + (f"/{name}" if name else "")


def _told(text: str, asked: list[str], then: list[str]) -> str:
    return "\n".join([text, *(f"asked: {phrase}" for phrase in asked), *(f"then: {phrase}" for phrase in then)])


def _told_scrubbed(visit: Visit) -> str:
    return words.told_scrubbed(visit.form.lines(ASKED) + visit.form.lines(THEN))


def _told_of(point: Held | None) -> str | None:
    return _told((point.entry or {}).get("text", ""), point.asked, point.then) if point else None


async def _held(visit: Visit, topic: str) -> tuple[Snapshot, Knowledge]:
    look, knowledge = await held(visit)
    if topic not in knowledge.answers:
        raise Problem(404, "not_found", "There is no such topic with an answer of its own.")
    return look, knowledge


async def _find(look: Snapshot, topic: str, name: str) -> Held:
    found = await asyncio.to_thread(points.one, look, topic, name)
    if found is None:
        raise Problem(404, "not_found", "There is no such particular question.")
    return found


def _given(visit: Visit, look: Snapshot, topic: str, before: Held | None) -> tuple[point_forms.Given, dict[str, Any]]:
    """What the form gives, and its values to fill it again."""
    given = point_forms.read(visit.form, answers.sources(look, NATIONAL_PLACE), dt.date.today(), topics.goes_stale(look, topic), before)
    return given, {**visit.form.as_values(), "chosen": given.fields.sources}


def _drawn(visit: Visit, look: Snapshot, knowledge: Knowledge, topic: str) -> dict[str, Any]:
    """What the preview shows of the form."""
    known = answers.sources(look, NATIONAL_PLACE)
    given = point_forms.read(visit.form, known, dt.date.today(), topics.goes_stale(look, topic))
    return _preview(point_forms.reply(knowledge, topic, given, known), given.fields.text)


def _preview(reply: Any, text: str) -> dict[str, Any]:
    return {"reply": reply, "message": widget_preview.message(reply), "ease": reading_ease(text), "length": len(text),
            "long": point_forms.LONG}


async def _not_saved(visit: Visit, topic: str, name: str, values: dict[str, Any], error: NotSaved) -> Response:
    """The form with what was typed; where somebody else was quicker, theirs beside it, and a save that goes on from theirs."""
    theirs = None
    if error.conflict:
        look, _ = await _held(visit, topic)
        now = await asyncio.to_thread(points.one, look, topic, name)
        theirs = {"point": now, "pieces": history.compare(_told_of(now) or "", _told(values.get("text", ""), *(
            [line for line in values.get(kind, "").split("\n") if line.strip()] for kind in (ASKED, THEN))))}
        values = {**values, "based_on": points.state(now)}
    return await _page(visit, topic, name, values, errors=error.errors, theirs=theirs)


async def _page(visit: Visit, topic: str, name: str, values: dict[str, Any], **more: Any) -> Response:
    """The form of a point, of a new one where `name` is empty."""
    look, knowledge = await _held(visit, topic)
    point = await asyncio.to_thread(points.one, look, topic, name) if name else None
    drawn: dict[str, Any] = {"reply": None, "ease": None, "length": 0, "long": point_forms.LONG, "message": ""}
    if visit.request.method == "POST":
        drawn = await asyncio.to_thread(_drawn, visit, look, knowledge, topic)
    elif name in knowledge.points.get(topic, {}):
        reply = look_up(knowledge, topic, None, point=name)
        drawn = _preview(reply, values.get("text", ""))
    old, trouble = await _versions(visit, look, topic, name)
    of_forces = {force.id: force.points[topic][name] for force in knowledge.forces.values() if name in force.points.get(topic, {})}
    return await visit.render(
        "point.html", topic=topic, name=name, point=point, answer=knowledge.answers[topic], sources=answers.sources(look, NATIONAL_PLACE),
        versions=old, trouble=trouble, may_edit=visit.account.may_change_force(None), today=dt.date.today(), values=values,
        now=points.state(point), of_forces=of_forces,
        force_names=await asyncio.to_thread(visit.parts.force_names), fewest=FEWEST_PHRASES, good=GOOD_NUMBER,
        most_words=LONGEST_FOLLOW_UP, **{"theirs": None, **drawn, **more})


async def _versions(visit: Visit, look: Snapshot, topic: str, name: str) -> tuple[list[Old], str]:
    """The versions of its text, newest first, or why there are none to be had."""
    if not name:
        return [], ""
    try:
        return await asyncio.to_thread(history.versions, visit.parts.draft.repository, points.file_of(look, topic, name),
                                       points.where(topic, name)), ""
    except GitTrouble as error:
        return [], str(error)


async def _old(visit: Visit, look: Snapshot, topic: str, name: str, commit: str) -> Old:
    found, _ = await _versions(visit, look, topic, name)
    old = next((old for old in found if old.version.commit == commit), None)
    if old is None:
        raise Problem(404, "not_found", "There is no such version.")
    return old


async def _version_page(visit: Visit, topic: str, name: str, commit: str, **more: Any) -> Response:
    look, _ = await _held(visit, topic)
    point, old = await _find(look, topic, name), await _old(visit, look, topic, name, commit)
    return await visit.render("version.html", old=old, made=history.difference(old.before, old.entry),
                              since=history.difference(old.entry, point.entry), now=points.state(point), at=_at(topic, name),
                              named=f"{topic}: {name}", may_edit=visit.account.may_change_force(None), **more)
