"""Answers and facts: the grid of what is held, editing with preview, deleting; two editors at once lose nothing.

`name` is a topic's or, of a force, that of a particular question within it: '/answers/kent/recruitment_vetting/appeal'."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import answers, checks, history, topics
from door.content.answers import AGES, NATIONAL_PLACE, STATUSES, Cell
from door.content.draft import Refused
from door.content.readability import reading_ease
from door.content.repository import GitTrouble
from door.content.snapshot import Snapshot, digest
from door.staff import answer_forms, widget_preview
from door.staff.answer_forms import Given
from door.staff.editing import NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.pages import Link
from door.staff.visit import Visit
from knowledge import Knowledge
from knowledge.days import in_words
from knowledge.topics import parted

router = APIRouter()

AT = "/answers"
LINK = Link("Answers", PATH + AT)


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The grid of one group of topics; with a filter a list of the cells that fit."""
    _, knowledge = await held(visit)
    query = visit.request.query_params
    grid = await asyncio.to_thread(answers.grid, knowledge, dt.date.today())
    groups = list(dict.fromkeys(map(topics.group_of, grid)))
    status, age, place = query.get("status", ""), query.get("age", ""), query.get("force", "")
    group = query.get("group", "") if query.get("group") in groups or status or age or place else groups[0]
    rows = {topic: cells for topic, cells in grid.items() if not group or topics.group_of(topic) == group}
    listed = None
    particular = await asyncio.to_thread(answers.points_grid, knowledge, dt.date.today())
    if status or age or place:
        # Particular questions are many: they are listed where something has to be done about them, and those that one force answers.
        shown = particular if age else [cell for cell in particular if cell.place == place != NATIONAL_PLACE]
        cells = [*(cell for cells in rows.values() for cell in cells.values()), *shown]
        listed = [cell for cell in cells if cell.topic in rows and _fits(cell, status, age, place)]
    return await visit.render("answers.html", rows=rows, listed=listed, groups=groups, statuses=STATUSES, ages=AGES,
                              force_names=await asyncio.to_thread(visit.parts.force_names), answers=knowledge.answers,
                              due=sum(cell.due for cell in particular),
                              values={"group": group, "status": status, "age": age, "force": place})


@router.get("/preview.js")
async def preview_script(visit: Editor) -> Response:
    """<reply-preview>: the widget's own drawing."""
    return Response(await asyncio.to_thread(widget_preview.script), media_type="text/javascript; charset=utf-8")


@router.get(AT + "/{place}/{name:path}")
async def one(visit: Editor, place: str, name: str) -> Response:
    """The form of an answer or fact, with its preview and its versions."""
    look, knowledge = await held(visit)
    entry = await _entry(look, knowledge, place, name)
    return await _page(visit, look, knowledge, place, name, {**answer_forms.values(entry), "based_on": digest(entry)})


@router.post(AT + "/{place}/{name:path}/preview")
async def preview(visit: Editor, place: str, name: str) -> Response:
    """The preview of what is in the form: a part of the page, asked for while somebody types."""
    look, knowledge = await held(visit)
    await _entry(look, knowledge, place, name)
    return await visit.render("answer_preview.html", **await asyncio.to_thread(_drawn, visit, look, knowledge, place, name))


@router.post(AT + "/{place}/{name:path}/delete")
async def delete(visit: Editor, place: str, name: str) -> Response:
    """Takes a force's fact out."""
    visit.need_force(None if place == NATIONAL_PLACE else place)
    look, knowledge = await held(visit)
    before = await _entry(look, knowledge, place, name)
    try:
        await save(visit, lambda files: answers.delete(files, place, name, visit.form.text("based_on")), "text")
    except NotSaved as error:
        return await _not_saved(visit, place, name, {**answer_forms.values(before), "based_on": digest(before)}, error)
    await visit.audit("answer deleted", f"{place}: {name}", before=(before or {}).get("text"))
    return await visit.redirect(f"{PATH}{AT}/{place}/{name}", "Taken out of the draft. Its versions are below.")


@router.post(AT + "/{place}/{name:path}")
async def change(visit: Editor, place: str, name: str) -> Response:
    """Saves the answer or fact, or with do=preview only draws it."""
    visit.need_force(None if place == NATIONAL_PLACE else place)
    look, knowledge = await held(visit)
    before = await _entry(look, knowledge, place, name)
    given = _given(visit, look, place, name)
    values = {**visit.form.as_values(), "chosen": visit.form.texts("sources")}
    if visit.form.text("do") == "preview" or given.errors:
        errors = {} if visit.form.text("do") == "preview" else given.errors
        return await _page(visit, look, knowledge, place, name, values, errors=errors)
    based_on = visit.form.text("based_on")
    try:
        saved = await save(visit, lambda files: answers.edit(files, place, name, given.fields, based_on, given.new_sources), "text")
    except NotSaved as error:
        return await _not_saved(visit, place, name, values, error)
    if not saved.paths:
        return await visit.redirect(f"{PATH}{AT}/{place}/{name}", "It stands in the draft like this already.")
    await visit.audit("answer changed" if before else "answer added", f"{place}: {name}", before=(before or {}).get("text"),
                      after=given.fields.text)
    undated = bool(before) and before["text"] != given.fields.text and str(before.get("checked")) == str(given.fields.checked)
    still = (f" It still says that it was checked on {in_words(given.fields.checked)}: if you have compared the new text with its source, "
             "give the day." if undated and given.fields.checked != dt.date.today() and given.fields.checked else "")
    return await visit.redirect(f"{PATH}{AT}/{place}/{name}", f"Saved in the draft.{still}", warn=bool(still),
                                next=["Train and check", f"{PATH}/check"], **await asyncio.to_thread(_undo, visit, place, name, before))


def _undo(visit: Visit, place: str, name: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """The button beside a notice that takes a save back: the version before it, or none of what was new; nothing where git can't say."""
    look, at = visit.parts.draft.look(), f"{PATH}{AT}/{place}/{name}"
    based_on = {"based_on": digest(answers.entry(look, place, name))}
    if before is None:
        return {"action": f"{at}/delete", "label": "Undo", "fields": based_on}
    try:
        old = history.versions(visit.parts.draft.repository, answers.file_of(look, place), answers.where(place, name))
    except GitTrouble:
        return {}
    there = next((old.version.commit for old in old[1:2] if old.entry == before), None)
    return {"action": f"{at}/versions/{there}/restore", "label": "Undo", "fields": based_on} if there else {}


async def _not_saved(visit: Visit, place: str, name: str, values: dict[str, Any], error: NotSaved) -> Response:
    """The form with what was typed; where somebody else was quicker, their text beside it, and a save that goes on from theirs."""
    look, knowledge = await held(visit)
    theirs = None
    if error.conflict:
        theirs = {"entry": error.theirs, "pieces": history.compare((error.theirs or {}).get("text", ""), values.get("text", ""))}
        values = {**values, "based_on": digest(error.theirs)}
    return await _page(visit, look, knowledge, place, name, values, errors=error.errors, theirs=theirs)


async def held(visit: Visit) -> tuple[Snapshot, Knowledge]:
    """The draft's files and the facts in them. Raises what is in `editing.BROKEN` where one has a mistake."""
    look = await asyncio.to_thread(visit.parts.draft.look)
    return look, await asyncio.to_thread(checks.knowledge, look)


async def _entry(look: Snapshot, knowledge: Knowledge, place: str, name: str) -> dict[str, Any] | None:
    topic, point = parted(name)
    is_asked = point in knowledge.points.get(topic, {}) and place != NATIONAL_PLACE if point else topic in knowledge.answers
    if not is_asked or (place != NATIONAL_PLACE and place not in knowledge.forces):
        raise Problem(404, "not_found", "There is no such answer.")
    try:
        return await asyncio.to_thread(answers.entry, look, place, name)
    except Refused as error:
        raise Problem(404, "not_found", str(error)) from error


def _given(visit: Visit, look: Snapshot, place: str, name: str) -> Given:
    return answer_forms.read(visit.form, place, answers.sources(look, place), dt.date.today(), topics.goes_stale(look, parted(name)[0]),
                             answers.entry(look, place, name))


def _drawn(visit: Visit, look: Snapshot, knowledge: Knowledge, place: str, name: str) -> dict[str, Any]:
    """What the preview shows of the form."""
    given = _given(visit, look, place, name)
    reply = answer_forms.reply(knowledge, place, name, given, answers.sources(look, place))
    return {"reply": reply, "message": widget_preview.message(reply), "ease": reading_ease(given.fields.text),
            "length": len(given.fields.text), "longest": answer_forms.LONGEST,
            "left_out": answers.left_out(knowledge, place, name, given.fields.text)}


async def _page(visit: Visit, look: Snapshot, knowledge: Knowledge, place: str, name: str, values: dict[str, Any],
                **more: Any) -> Response:
    entry = await asyncio.to_thread(answers.entry, look, place, name)
    if visit.request.method == "POST":
        drawn = await asyncio.to_thread(_drawn, visit, look, knowledge, place, name)
    else:
        reply = answers.reply_now(knowledge, place, name)
        drawn = {"reply": reply, "message": widget_preview.message(reply), "ease": reading_ease(values.get("text", "")),
                 "length": len(values.get("text", "")), "longest": answer_forms.LONGEST,
                 "left_out": answers.left_out(knowledge, place, name, entry["text"]) if entry else []}
    try:
        old = await asyncio.to_thread(history.versions, visit.parts.draft.repository, answers.file_of(look, place),
                                      answers.where(place, name))
        trouble = ""
    except GitTrouble as error:
        old, trouble = [], str(error)
    names = await asyncio.to_thread(visit.parts.force_names)
    topic, point = parted(name)
    own = knowledge.forces[place].points.get(topic, {}) if place != NATIONAL_PLACE else {}
    return await visit.render(
        "answer.html", place=place, name=name, topic=topic, point=point, entry=entry, answer=knowledge.answers[topic],
        national=place == NATIONAL_PLACE, gives_website=knowledge.answers[topic].website and not point,
        points=knowledge.points.get(topic, {}), own=own,
        place_name=names.get(place, "England and Wales"), sources=answers.sources(look, place), versions=old, trouble=trouble,
        may_edit=visit.account.may_change_force(None if place == NATIONAL_PLACE else place), today=dt.date.today(), values=values,
        now=digest(entry), **{"theirs": None, **drawn, **more})


def _fits(cell: Cell, status: str, age: str, place: str) -> bool:
    return ((not status or cell.status == status) and (not place or cell.place == place)
            and (not age or (cell.due if age == "due" else cell.old)))
