"""What people type after the answer on a topic, or to a particular question of it, and what they mean: the list and its changes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from door.api.problems import Problem
from door.content import follow_ups, points, topics, words
from door.content.follow_ups import Found
from door.content.words import AFTER_ANYTHING, LONGEST_FOLLOW_UP
from door.staff.editing import NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.visit import Visit
from knowledge.topics import parted, topic_or_point

router = APIRouter()

# After the answer on a topic, and after that to one of its points.
AT, AT_POINT = "/topics/{topic}/after", "/topics/{topic}/points/{name}/after"


def _last(request: Request) -> str:
    """What was answered: 'powers_fines', 'powers_fines/appeal'."""
    return topic_or_point(request.path_params["topic"], request.path_params.get("name"))


Last = Annotated[str, Depends(_last)]


@router.get(AT)
@router.get(AT_POINT)
async def show(visit: Editor, last: Last) -> Response:
    """The follow-ups after this answer, and the form for more."""
    return await _page(visit, last)


async def form_with(visit: Visit, last: str, texts: list[str]) -> Response:
    """The page with these in the form: what was picked in the inbox."""
    return await _page(visit, last, values={"texts": "\n".join(texts)})


@router.post(AT + "/add")
@router.post(AT_POINT + "/add")
async def add(visit: Editor, last: Last) -> Response:
    """Teaches what the texts mean after this answer."""
    visit.need_force(None)
    lines, means = visit.form.lines("texts"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.add(files, last, means, lines), "texts")
    except NotSaved as error:
        return await _page(visit, last, errors=error.errors, values=visit.form.as_values())
    kept = [words.scrubbed(line) for line in lines]
    await visit.audit("follow-ups added", last, after="\n".join([f"They mean {means}:", *kept]))
    return await visit.redirect(_at(last), f"Added to the draft.{words.told_scrubbed(lines)}", action=f"{_at(last)}/take-back",
                                label="Undo", fields={"texts": "\n".join(kept), "means": means})


@router.post(AT + "/take-back")
@router.post(AT_POINT + "/take-back")
async def take_back(visit: Editor, last: Last) -> Response:
    """Undoes an addition."""
    visit.need_force(None)
    lines, means = visit.form.lines("texts"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.take_out(files, last, means, follow_ups.cleaned(lines)))
    except NotSaved as error:
        return await _page(visit, last, errors=error.errors)
    await visit.audit("follow-ups taken out", last, before="\n".join([f"They meant {means}:", *lines]))
    return await visit.redirect(_at(last), "Taken out again.")


@router.post(AT + "/delete")
@router.post(AT_POINT + "/delete")
async def delete(visit: Editor, last: Last) -> Response:
    """Takes one out."""
    visit.need_force(None)
    text, means = visit.form.text("text"), visit.form.text("means")
    try:
        await save(visit, lambda files: follow_ups.take_out(files, last, means, [text]))
    except NotSaved as error:
        return await _page(visit, last, errors=error.errors)
    await visit.audit("follow-up deleted", last, before=f"{text} (meant {means})")
    return await visit.redirect(_at(last), "Deleted from the draft.", action=f"{_at(last)}/add", label="Undo",
                                fields={"texts": text, "means": means})


@router.post(AT + "/move")
@router.post(AT_POINT + "/move")
async def move(visit: Editor, last: Last) -> Response:
    """Has one mean another topic."""
    visit.need_force(None)
    text, means, to = (visit.form.text(name) for name in ("text", "means", "to"))
    try:
        await save(visit, lambda files: follow_ups.move(files, last, means, text, to))
    except NotSaved as error:
        return await _page(visit, last, (text, means), errors=error.errors, values={"to": to})
    await visit.audit("follow-up moved", f"{text} (after {last})", before=means, after=to)
    return await visit.redirect(_at(last), f"It means ‘{await _name(visit, to)}’ now.", action=f"{_at(last)}/move", label="Undo",
                                fields={"text": text, "means": to, "to": means})


@router.get(AT + "/move")
@router.get(AT_POINT + "/move")
async def choose_move(visit: Editor, last: Last) -> Response:
    """The form that asks what one means."""
    visit.need_force(None)
    asked = visit.request.query_params
    return await _page(visit, last, (asked.get("text", "")[:4_000], asked.get("means", "")[:200]))


async def _name(visit: Visit, topic: str) -> str:
    return (await asyncio.to_thread(lambda: topics.names(visit.parts.draft.look()))).get(topic, topic)


def _at(last: str) -> str:
    topic, name = parted(last)
    return PATH + (AT_POINT if name else AT).format(topic=topic, name=name)


async def _page(visit: Visit, last: str, moving: tuple[str, str] | None = None, **more: object) -> Response:
    """The page; `moving` is a text and what it means, where the form asks what it should mean."""
    look = await asyncio.to_thread(visit.parts.draft.look)
    topic, name = parted(last)
    everything = {item.id: item for item in await asyncio.to_thread(topics.all_topics, look)}
    found = await asyncio.to_thread(follow_ups.after, look, last)
    elsewhere = {} if name else await asyncio.to_thread(follow_ups.elsewhere, look, topic)
    point = await asyncio.to_thread(points.one, look, topic, name) if name else None
    this = everything.get(topic)
    if this is None or this.label is None or name and point is None:
        raise Problem(404, "not_found", "There is no such topic with an answer of its own.")
    meanings = {name: item.name for name, item in everything.items() if name != AFTER_ANYTHING}
    names = {topic: this.label, **meanings}  # this one first
    groups: dict[str, list[Found]] = {meant: [] for meant in names}
    for item in found:
        groups.setdefault(item.meant, []).append(item)
    return await visit.render("topic_after.html", topic=this, at=_at(last), point=point,
                              groups={meant: items for meant, items in groups.items() if items},
                              total=len(found), elsewhere=elsewhere, names=names, moving=moving, longest=LONGEST_FOLLOW_UP, **more)
