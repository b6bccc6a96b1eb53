"""What people type after a topic's answer and what they mean: the list, adding, moving and deleting."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import follow_ups, topics
from door.content.follow_ups import Found
from door.content.words import AFTER_ANYTHING, LONGEST_FOLLOW_UP
from door.staff.editing import BROKEN, NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.visit import Visit

router = APIRouter()

AT = "/topics/{topic}/after"


@router.get(AT)
async def show(visit: Editor, topic: str) -> Response:
    """The follow-ups after a topic's answer, and the form for more."""
    return await _page(visit, topic)


@router.post(AT + "/add")
async def add(visit: Editor, topic: str) -> Response:
    """Teaches what the texts mean after this answer."""
    visit.need_force(None)
    lines, means = visit.form.lines("texts"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.add(files, topic, means, lines), "texts")
    except NotSaved as error:
        return await _page(visit, topic, errors=error.errors, values=visit.form.as_values())
    await visit.audit("follow-ups added", topic, after="\n".join([f"They mean {means}:", *lines]))
    return await visit.redirect(_at(topic), "Added to the draft.", action=f"{_at(topic)}/take-back", label="Undo",
                                fields={"texts": "\n".join(lines), "means": means})


@router.post(AT + "/take-back")
async def take_back(visit: Editor, topic: str) -> Response:
    """Undoes an addition."""
    visit.need_force(None)
    lines, means = visit.form.lines("texts"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.take_out(files, topic, means, follow_ups.cleaned(lines)))
    except NotSaved as error:
        return await _page(visit, topic, errors=error.errors)
    await visit.audit("follow-ups taken out", topic, before="\n".join([f"They meant {means}:", *lines]))
    return await visit.redirect(_at(topic), "Taken out again.")


@router.post(AT + "/delete")
async def delete(visit: Editor, topic: str) -> Response:
    """Takes one out."""
    visit.need_force(None)
    text, means = visit.form.text("text"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.take_out(files, topic, means, [text]))
    except NotSaved as error:
        return await _page(visit, topic, errors=error.errors)
    await visit.audit("follow-up deleted", topic, before=f"{text} (meant {means})")
    return await visit.redirect(_at(topic), "Deleted from the draft.", action=f"{_at(topic)}/add", label="Undo",
                                fields={"texts": text, "means": means})


@router.post(AT + "/move")
async def move(visit: Editor, topic: str) -> Response:
    """Has one mean another topic."""
    visit.need_force(None)
    text, means, to = (visit.form.text(name) for name in ("text", "means", "to"))
    try:
        await save(visit, lambda files: follow_ups.move(files, topic, means, text, to))
    except NotSaved as error:
        return await _page(visit, topic, (text, means), errors=error.errors, values={"to": to})
    await visit.audit("follow-up moved", f"{text} (after {topic})", before=means, after=to)
    return await visit.redirect(_at(topic), f"It means {to} now.", action=f"{_at(topic)}/move", label="Undo",
                                fields={"text": text, "means": to, "to": means})


@router.get(AT + "/move")
async def choose_move(visit: Editor, topic: str) -> Response:
    """The form that asks what one means."""
    visit.need_force(None)
    asked = visit.request.query_params
    return await _page(visit, topic, (asked.get("text", "")[:4_000], asked.get("means", "")[:200]))


def _at(topic: str) -> str:
    return PATH + AT.format(topic=topic)


async def _page(visit: Visit, topic: str, moving: tuple[str, str] | None = None, **more: object) -> Response:
    """The page; `moving` is a text and what it means, where the form asks what it should mean."""
    look = await asyncio.to_thread(visit.parts.draft.look)
    try:
        everything = {item.id: item for item in await asyncio.to_thread(topics.all_topics, look)}
        found = await asyncio.to_thread(follow_ups.after, look, topic)
        elsewhere = await asyncio.to_thread(follow_ups.elsewhere, look, topic)
    except BROKEN as error:
        raise Problem(500, "draft_broken", f"A file of the draft has a mistake, made by hand: {error}") from error
    this = everything.get(topic)
    if this is None or this.label is None:
        raise Problem(404, "not_found", "There is no such topic with an answer of its own.")
    meanings = {name: item.label or name for name, item in everything.items() if name != AFTER_ANYTHING}
    names = {topic: this.label, **meanings}  # this one first
    groups: dict[str, list[Found]] = {meant: [] for meant in names}
    for item in found:
        groups.setdefault(item.meant, []).append(item)
    return await visit.render("topic_after.html", topic=this, groups={meant: items for meant, items in groups.items() if items},
                              total=len(found), elsewhere=elsewhere, names=names, moving=moving, longest=LONGEST_FOLLOW_UP, **more)
