"""Train and check: one button, what is happening, and what came of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from door.staff import kept
from door.staff.guard import PATH, Editor
from door.staff.pages import Link
from door.staff.visit import Visit
from knowledge import KnowledgeError
from releases import drafts, jobs
from releases.drafts import State
from releases.jobs import Busy, Job, Jobs
from releases.store import StoreError

router = APIRouter()
AT = "/check"
LINK = Link("Train and check", PATH + AT)
LONGEST_NOTE = 200


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The button, or how far it is."""
    return await _page(visit)


@router.get(AT + "/progress")
async def progress(visit: Editor) -> Response:
    """The part that changes while a job runs; the whole page once it is over."""
    job = await asyncio.to_thread(Jobs(visit.parts.releases).current)
    if job is None or job.state != "running":
        return Response(status_code=200, headers={"hx-refresh": "true"})
    return await visit.render("check_progress.html", **_of(job))


@router.post(AT + "/start")
async def start(visit: Editor) -> Response:
    """Trains and checks the draft."""
    visit.need_force(None)
    note = visit.form.text("note")
    if len(note) > LONGEST_NOTE:
        return await _page(visit, errors={"note": f"Use no more than {LONGEST_NOTE} characters"}, values=visit.form.as_values())
    try:
        await asyncio.to_thread(_start, visit, note)
    except (Busy, StoreError) as error:
        return await _page(visit, errors={"note": str(error)}, values=visit.form.as_values())
    await visit.audit("train and check started", "draft", after=note or None)
    return await visit.redirect(PATH + AT)


@router.post(AT + "/stop")
async def stop(visit: Editor) -> Response:
    """Stops the running job; nothing changes by that."""
    visit.need_force(None)
    await asyncio.to_thread(Jobs(visit.parts.releases).stop)
    await visit.audit("train and check stopped", "draft")
    return await visit.redirect(PATH + AT, "Stopping. Nothing was changed.")


def _start(visit: Visit, note: str) -> None:
    store = visit.parts.releases
    jobs.compared_with(store)
    Jobs(store).start("check", visit.account.name, kept.latest(visit.parts.service.database), note)


async def _page(visit: Visit, **more: Any) -> Response:
    job = await asyncio.to_thread(Jobs(visit.parts.releases).current)
    state, trouble = await asyncio.to_thread(_state, visit)
    return await visit.render("check.html", state=state, trouble=trouble, **_of(job), **more)


def _state(visit: Visit) -> tuple[State | None, str | None]:
    """How the draft stands against what is live, or what is wrong with it."""
    try:
        return drafts.state(visit.parts.releases, visit.parts.content), None
    except (KnowledgeError, StoreError, OSError) as error:
        return None, str(error)


def _of(job: Job | None) -> dict[str, Any]:
    return {"job": job, "seconds_left": round(job.seconds_left(time.time())) if job and job.state == "running" else 0}
