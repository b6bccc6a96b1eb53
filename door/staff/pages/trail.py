"""The audit trail, for administrators."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from door.staff.guard import PATH, Administrator
from door.staff.pages import Link

router = APIRouter()

AT = "/trail"
LINK = Link("Audit trail", PATH + AT, "administrator")
ENTRIES = 50


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
    return await visit.render("trail.html", entries=entries[:ENTRIES], more=len(entries) > ENTRIES, who=who, what=what,
                              values=chosen)
