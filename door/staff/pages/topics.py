"""Topics: the list, the examples of one, adding with advice, moving and deleting; a search over all."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import follow_ups, points, topics, words
from door.content.checks import problems
from door.content.draft import Edit
from door.content.snapshot import Snapshot
from door.content.topics import FEWEST_EXAMPLES, GOOD_NUMBER, Topic
from door.staff import advice
from door.staff.editing import BROKEN, NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.pages import Link
from door.staff.visit import Visit

router = APIRouter()

AT = "/topics"
LINK = Link("Topics", PATH + AT)
# More on one page is slow to draw and to listen to; the search finds the rest.
MOST_SHOWN = 250
# Advice takes a tenth of a second for each.
MOST_ADVICE = 10


@router.get(AT)
async def show(visit: Editor) -> Response:
    """All topics with their number of examples; with ?q= the examples that have these words."""
    wanted = visit.request.query_params.get("q", "").strip()[:200]
    look = await asyncio.to_thread(visit.parts.draft.look)
    wrong = (await asyncio.to_thread(problems, look))[:MOST_SHOWN]
    try:
        everything = await asyncio.to_thread(topics.all_topics, look)
        found = await asyncio.to_thread(topics.search, look, wanted, MOST_SHOWN) if wanted else []
    except BROKEN as error:
        return await visit.render("topics.html", groups={}, found=[], names={}, q=wanted, wrong=wrong, few=GOOD_NUMBER,
                                  errors={"q": f"A file of the draft has a mistake, made by hand: {error}"})
    groups: dict[str, list[Topic]] = {}
    for topic in everything:
        groups.setdefault(topic.group, []).append(topic)
    names = {topic.id: topic.name for topic in everything}
    return await visit.render("topics.html", groups=groups, found=found, names=names, q=wanted, wrong=wrong, few=GOOD_NUMBER)


@router.get(AT + "/{topic}")
async def one(visit: Editor, topic: str) -> Response:
    """The examples of a topic; with ?look= the advice on that text."""
    look = visit.request.query_params.get("look", "")[:4_000]
    return await _page(visit, topic, look.split("\n") if look else [])


@router.post(AT + "/{topic}/check")
async def check(visit: Editor, topic: str) -> Response:
    """What is known about the examples in the form, while they are typed: a part of the page."""
    names = await asyncio.to_thread(topics.names, await _find(visit, topic))
    advised = await _advice(visit, topic, visit.form.lines("examples"))
    return await visit.render("topic_advice.html", advised=advised, topic=topic, names=names, still_reading=advice.still_reading)


@router.post(AT + "/{topic}/add")
async def add(visit: Editor, topic: str) -> Response:
    """Teaches the examples, or with do=check only says what is known about them."""
    visit.need_force(None)
    await _find(visit, topic)
    lines, values = visit.form.lines("examples"), visit.form.as_values()
    if visit.form.text("do") == "check":
        return await _page(visit, topic, lines, values=values)
    try:
        await save(visit, lambda files: topics.add_examples(files, topic, lines), "examples")
    except NotSaved as error:
        return await _page(visit, topic, lines, errors=error.errors, values=values)
    kept = [words.scrubbed(line) for line in lines]
    await visit.audit("examples added", topic, after="\n".join(kept))
    torn = await asyncio.to_thread(advice.conflicts, visit.parts, kept, topic)
    warning = words.told_scrubbed(lines) + await asyncio.to_thread(advice.warning, visit.parts, torn)
    return await visit.redirect(f"{PATH}{AT}/{topic}?look={quote(chr(10).join(kept[:MOST_ADVICE]))}", f"Added to the draft.{warning}",
                                warn=bool(warning),
                                action=f"{PATH}{AT}/{topic}/take-back", label="Undo", fields={"examples": "\n".join(kept)})


@router.post(AT + "/{topic}/take-back")
async def take_back(visit: Editor, topic: str) -> Response:
    """Undoes an addition."""
    visit.need_force(None)
    lines = visit.form.lines("examples")

    def make(files: Snapshot) -> Edit:
        changes: dict[str, str] = {}
        for text in topics.cleaned(lines):
            changes |= topics.delete_example(files.with_changes(changes), topic, text).changes
        return Edit(changes, f"{topic}: {len(lines)} taken out again")

    try:
        await save(visit, make)
    except NotSaved as error:
        return await _page(visit, topic, [], errors=error.errors)
    await visit.audit("examples taken out", topic, before="\n".join(lines))
    return await visit.redirect(f"{PATH}{AT}/{topic}", "Taken out again.")


@router.post(AT + "/{topic}/delete")
async def delete(visit: Editor, topic: str) -> Response:
    """Takes one example out."""
    visit.need_force(None)
    text = visit.form.text("text")
    try:
        await save(visit, lambda files: topics.delete_example(files, topic, text))
    except NotSaved as error:
        return await _page(visit, topic, [], errors=error.errors)
    await visit.audit("example deleted", topic, before=text)
    return await visit.redirect(f"{PATH}{AT}/{topic}", "Deleted from the draft.", action=f"{PATH}{AT}/{topic}/add", label="Undo",
                                fields={"examples": text})


@router.post(AT + "/{topic}/move")
async def move(visit: Editor, topic: str) -> Response:
    """Gives one example to another topic."""
    visit.need_force(None)
    text, to = visit.form.text("text"), visit.form.text("to")
    try:
        await save(visit, lambda files: topics.move_example(files, topic, text, to))
    except NotSaved as error:
        return await _page(visit, topic, [], errors=error.errors, moving=text)
    await visit.audit("example moved", text, before=topic, after=to)
    return await visit.redirect(f"{PATH}{AT}/{topic}", f"Moved to ‘{await _name(visit, to)}’.",
                                action=f"{PATH}{AT}/{to}/move", label="Undo", fields={"text": text, "to": topic})


@router.get(AT + "/{topic}/move")
async def choose_move(visit: Editor, topic: str) -> Response:
    """The form that asks where one example belongs."""
    visit.need_force(None)
    return await _page(visit, topic, [], moving=visit.request.query_params.get("text", "")[:4_000])


async def with_errors(visit: Visit, topic: str, errors: dict[str, str]) -> Response:
    """A topic's page with what went wrong with it."""
    return await _page(visit, topic, [], errors=errors)


async def _name(visit: Visit, topic: str) -> str:
    return (await asyncio.to_thread(lambda: topics.names(visit.parts.draft.look()))).get(topic, topic)


async def _find(visit: Visit, topic: str) -> Snapshot:
    look = await asyncio.to_thread(visit.parts.draft.look)
    if topic not in await asyncio.to_thread(look.topics):
        raise Problem(404, "not_found", "There is no such topic.")
    return look


async def _advice(visit: Visit, topic: str, lines: list[str]) -> list[advice.Advice]:
    return [await advice.about(visit.parts, line, topic) for line in lines[:MOST_ADVICE] if line.strip()]


async def _page(visit: Visit, topic: str, look_at: list[str], moving: str = "", **more: object) -> Response:
    look = await _find(visit, topic)
    wanted = visit.request.query_params.get("q", "").strip()[:200]
    everything = await asyncio.to_thread(topics.all_topics, look)
    found = await asyncio.to_thread(topics.examples_of, look, topic, wanted)
    after = await asyncio.to_thread(follow_ups.after, look, topic)
    particular = await asyncio.to_thread(points.of_topic, look, topic)
    this = next(item for item in everything if item.id == topic)
    return await visit.render("topic.html", topic=this, found=found[:MOST_SHOWN], total=len(found), q=wanted, moving=moving,
                              after=len(after), points=len(particular),
                              advised=await _advice(visit, topic, look_at), still_reading=advice.still_reading, fewest=FEWEST_EXAMPLES,
                              names={item.id: item.name for item in everything},
                              others={item.id: item.name for item in everything if item.id != topic}, **more)
