"""The audit trail, for administrators."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from door.content import topics
from door.staff.editing import BROKEN
from door.staff.guard import PATH, Administrator
from door.staff.pages import Link
from door.staff.visit import Visit
from knowledge.topics import parted

router = APIRouter()

AT = "/trail"
LINK = Link("Audit trail", PATH + AT, "administrator")
ENTRIES = 50


def _names(visit: Visit) -> dict[str, str]:
    """Topic → words; none while a file of the draft has a mistake, since the trail doesn't hang on that."""
    try:
        return topics.names(visit.parts.draft.look())
    except BROKEN:
        return {}


def _named(subject: str, names: dict[str, str]) -> str:
    """What a change was of: 'west_yorkshire: powers_fines/appeal' → 'west_yorkshire: Fines: appeal'."""
    place, colon, about = subject.rpartition(": ")
    topic, point = parted(about)
    if topic not in names:
        return subject
    return place + colon + names[topic] + (f": {point.replace('_', ' ')}" if point else "")


@router.get(AT)
async def show(visit: Administrator) -> Response:
    """Who changed what, newest first, as far as the filters ask."""
    asked = visit.request.query_params
    chosen = {name: asked.get(name, "").strip()[:200] for name in ("who", "what", "containing")}
    before = asked.get("before", "")
    # One more than is shown tells whether there is another page.
    entries = await asyncio.to_thread(visit.parts.audit.read, **chosen, most=ENTRIES + 1,
                                      before_number=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None)
    who, what = await asyncio.to_thread(visit.parts.audit.kinds)
    names = await asyncio.to_thread(_names, visit)
    return await visit.render("trail.html", named=lambda subject: _named(subject, names), entries=entries[:ENTRIES],
                              more=len(entries) > ENTRIES, who=who, what=what, values=chosen)
