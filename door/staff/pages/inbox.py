"""The inbox: what the public asked and the assistant may have got wrong; one click or key teaches it."""

from __future__ import annotations

import asyncio
import secrets
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.staff import editing, inbox, teaching
from door.staff.forms import Form
from door.staff.guard import PATH, Editor
from door.staff.inbox import REASONS, Question
from door.staff.pages import Link, follow_ups, new_topics
from door.staff.rendering import plural
from door.staff.teaching import Card, Lesson
from door.staff.visit import Visit
from door.store import now

router = APIRouter()

AT = "/inbox"
LINK = Link("Inbox", PATH + AT)
CARDS = 20
MOST_FOR_NEW_TOPIC = 25
MOST_QUOTED = 80
# What the buttons beside the topics say, and the topic they teach.
OTHERS = {"out_of_scope": "Not for us", "emergency": "This was an emergency"}


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The messages, alike ones together, most asked first."""
    return await _page(visit)


@router.post(AT)
async def decide(visit: Editor) -> Response:
    """Teaches what is picked, or puts it aside."""
    visit.need_force(None)
    form = visit.form
    what, place = form.text("do"), form.text("place")
    questions = await asyncio.to_thread(teaching.find, visit.parts, set(form.texts("picked")))
    if not questions:
        return await _page(visit, {f"card-{place}": "Tick at least one message. If you did, it has been dealt with or deleted meanwhile"})
    texts = [question.text for question in questions]
    if what == "new":
        # Not by a redirect: what people wrote would stand in an address, and so in logs and in the browser's history.
        return await new_topics.form_with(visit, texts[:MOST_FOR_NEW_TOPIC])
    if what == "after":
        return await _only_after(visit, questions)
    topic = form.text("topic") if what == "other" else what
    if what == "other" and not topic:
        return await _page(visit, {f"topic-{place}": "Choose what it means"})
    lesson, notes = Lesson(texts, topic), ()
    if what != "nothing":
        try:
            notes = (await editing.save(visit, lesson.edit)).notes
        except editing.NotSaved as error:
            return await _page(visit, {f"card-{place}": str(error)})
    batch, kept = secrets.token_hex(8), None if what == "nothing" else topic
    await asyncio.to_thread(inbox.decide, visit.parts.service.database, batch, visit.account.name, lesson.became, kept, now())
    done = f"taught as ‘{await asyncio.to_thread(teaching.label, visit.parts, topic)}’: {_quoted(texts)}" if kept else "put aside."
    await visit.audit("messages taught" if kept else "put aside", kept or "", after="\n".join(texts) if kept else None)
    return await visit.redirect(_back(form, place), " ".join([f"{plural(len(texts), 'message')} {done}", *notes]),
                                action=f"{PATH}{AT}/undo", label="Undo", fields={"batch": batch})


@router.post(AT + "/undo")
async def undo(visit: Editor) -> Response:
    """Takes one click back: the examples leave the draft, the messages come back."""
    visit.need_force(None)
    database = visit.parts.service.database
    rows = await asyncio.to_thread(inbox.batch_of, database, visit.form.text("batch"))
    if not rows:
        raise Problem(404, "not_found", "This has been undone already.")
    try:
        await editing.save(visit, teaching.unlearn(rows))
    except editing.NotSaved as error:
        return await visit.redirect(PATH + AT, f"Not undone: {error}.")
    await asyncio.to_thread(inbox.undo, database, rows[0].batch)
    await visit.audit("teaching undone", rows[0].topic or "", before="\n".join(row.example for row in rows if row.example) or None)
    return await visit.redirect(PATH + AT, f"Undone: {plural(len(rows), 'message')} back in the inbox.")


async def _only_after(visit: Visit, questions: list[Question]) -> Response:
    """The page of what is typed after the answer that came before these, with those in its form that came after it."""
    came_after = {question.text: {message.before.topic for message in question.messages if message.before} for question in questions}
    can_be = await asyncio.to_thread(teaching.answered, visit.parts)
    last = next((topic for found in came_after.values() for topic in found if topic in can_be), None)
    if last is None:
        return await _page(visit, {f"card-{visit.form.text('place')}": "No answer came before it that staff can teach something to follow"})
    return await follow_ups.form_with(visit, last, [text for text, found in came_after.items() if last in found])


def _quoted(texts: list[str]) -> str:
    """Words for what was taught: a slip is seen by them."""
    shown = ", ".join(f"‘{text if len(text) <= MOST_QUOTED else text[:MOST_QUOTED] + '…'}’" for text in texts[:3])
    return shown + (f" and {len(texts) - 3} more." if len(texts) > 3 else ".")


def _back(form: Form, place: str) -> str:
    """To the place of what is done: the next message has moved up there."""
    query = urlencode({key: form.text(key) for key in ("why", "page") if form.text(key).isalnum()})
    return f"{PATH}{AT}{f'?{query}' if query else ''}{f'#card-{place}' if place.isdecimal() else ''}"


async def _page(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    asked = visit.request.query_params if visit.request.method == "GET" else visit.form.as_values()
    why = asked.get("why", "") if asked.get("why", "") in REASONS else ""
    everything = await asyncio.to_thread(teaching.cards, visit.parts)
    chosen = [card for card in everything if not why or why in card.reasons]
    pages = max(1, -(-len(chosen) // CARDS))
    number = asked.get("page", "")
    page = min(int(number), pages) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    cards = chosen[(max(page, 1) - 1) * CARDS:][:CARDS]
    return await visit.render(
        "inbox.html", errors=errors, cards=cards, total=len(chosen), counts=_counts(everything), why=why, page=max(page, 1), pages=pages,
        reasons=REASONS, others=OTHERS, labels=await asyncio.to_thread(teaching.labels, visit.parts),
        may_teach=visit.account.may_change_force(None), days=visit.parts.service.settings.retention_days, digest=inbox.digest,
        answers=await asyncio.to_thread(teaching.answered, visit.parts))


def _counts(cards: list[Card]) -> dict[str, int]:
    return {reason: sum(reason in card.reasons for card in cards) for reason in REASONS}
