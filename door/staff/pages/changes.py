"""What would change: the replies that differ between a candidate and what is live, in words."""

from __future__ import annotations

import asyncio
import contextlib

from fastapi import APIRouter
from msgspec import Struct
from starlette.responses import Response

from door.api.problems import Problem
from door.staff import kept, teaching
from door.staff.editing import BROKEN
from door.staff.guard import PATH, Editor
from door.staff.visit import Visit
from releases import differences, gate
from releases.answers import SEPARATOR, SORTS, Change, Changes
from releases.jobs import Busy, Jobs
from releases.store import Release, Store, StoreError

router = APIRouter()
AT = "/changes"
SHOWN_OF_A_GROUP = 50


class Said(Struct, frozen=True):
    """A change as it is shown: what was asked (each turn of a conversation), and by how many."""

    turns: list[str]
    times: int
    from_people: bool
    change: Change


class Group(Struct, frozen=True):
    """Changes of one sort between the same topics. `worked_on`: the candidate has something else on one of them."""

    worked_on: bool
    sort: str
    then: str
    now: str
    said: list[Said]


@router.get(AT + "/{release}")
async def show(visit: Editor, release: str) -> Response:
    """The list; whoever opens it has seen it."""
    store = visit.parts.releases
    candidate = await asyncio.to_thread(find, store, release)
    live = await asyncio.to_thread(store.live)
    found = await asyncio.to_thread(gate.changes, store, candidate.id, live.release) if live else None
    worked_on, trained = await asyncio.to_thread(_worked_on, store, candidate, found.live) if found else (set(), False)
    groups = await asyncio.to_thread(_groups, visit, found, worked_on) if found else []
    if found:
        await asyncio.to_thread(gate.note_seen, store, candidate.id, found.live, visit.account.name)
    return await visit.render("changes.html", candidate=candidate, found=found, groups=groups,
                              names=await asyncio.to_thread(visit.parts.force_names), most=SHOWN_OF_A_GROUP,
                              is_live=bool(live and live.release == candidate.id), trained=trained)


@router.post(AT + "/{release}/find-out")
async def find_out(visit: Editor, release: str) -> Response:
    """Asks the candidate and what is live now."""
    visit.need_force(None)
    candidate = await asyncio.to_thread(find, visit.parts.releases, release)
    try:
        await asyncio.to_thread(lambda: Jobs(visit.parts.releases).start(
            "changes", visit.account.name, kept.latest(visit.parts.service.database), candidate=candidate.id))
    except (Busy, StoreError) as error:
        return await visit.redirect(f"{PATH}{AT}/{release}", str(error))
    return await visit.redirect(f"{PATH}/check")


def find(store: Store, release: str) -> Release:
    """A release by the id of an address. Raises `Problem` 404."""
    try:
        return store.get(release)
    except StoreError as error:
        raise Problem(404, "not_found", str(error)) from error


def _worked_on(store: Store, candidate: Release, live: str) -> tuple[set[str], bool]:
    """The topics on which the candidate has something else, and whether it was trained anew; a damaged release still shows its list."""
    try:
        current = store.get(live)
        return differences.topics_between(store, current, candidate), current.model != candidate.model
    except StoreError:
        return set(), False


def _groups(visit: Visit, found: Changes, worked_on: set[str]) -> list[Group]:
    numbers = [number for change in found.changes for number in change.numbers]
    words = kept.texts(visit.parts.service.database, numbers)
    labels: dict[str, str] = {}
    with contextlib.suppress(*BROKEN):  # a mistake in the draft doesn't keep anybody from reading what would change
        labels = teaching.labels(visit.parts)
    groups: dict[tuple[bool, str, str, str], list[Said]] = {}
    for sort in SORTS:
        for change in found.of(sort):
            there = [number for number in change.numbers if number in words]
            if change.text is None and not there:
                continue  # those people have deleted their chats since
            turns = change.text.split(SEPARATOR) if change.text else [words[there[-1]]]
            key = (not worked_on.isdisjoint((*change.then.topics, *change.now.topics)), sort, _topics(change.then.topics, labels),
                   _topics(change.now.topics, labels))
            groups.setdefault(key, []).append(Said(turns, len(there) or 1, change.text is None, change))
    return [Group(*key, said=sorted(said, key=lambda item: (-item.times, item.turns))) for key, said in groups.items()]


def _topics(topics: list[str], labels: dict[str, str]) -> str:
    return " and ".join(dict.fromkeys(labels.get(topic, topic.replace("_", " ")) for topic in topics if topic)) or "no topic"
