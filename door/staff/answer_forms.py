"""What the form of an answer or fact gives, checked field by field."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec
from msgspec import Struct

from door.content import answers, words
from door.content.answers import NATIONAL_PLACE, Fields
from door.staff.forms import Form
from knowledge import Knowledge, Reply, Source, look_up
from knowledge.schema import Fact
from knowledge.topics import parted

SHORTEST, LONGEST = 10, 1_200
_ADDRESS = re.compile(r"https://\S+")
_PART_OF_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Given(Struct, frozen=True):
    """What the form gives: the answer, a source to be added with it (key → source), and what is wrong (field → words)."""

    fields: Fields
    new_sources: dict[str, dict[str, str]]
    errors: dict[str, str]


def read(form: Form, place: str, known: dict[str, Any], today: dt.date, goes_stale: bool, before: dict[str, Any] | None = None) -> Given:
    """Reads the form of an answer at `place`; `known` are the sources of its file, `before` the entry as it stands in it.

    `goes_stale`: what is said on its topic needs the day to look again.
    """
    errors: dict[str, str] = {}
    national = place == NATIONAL_PLACE
    # In the order of the form: so are the mistakes.
    label, question = words.line(form.text("label")), words.line(form.text("question"))
    if national and not 3 <= len(label) <= 40:
        errors["label"] = f"Enter a label of 3 to 40 characters: this has {len(label)}"
    if national and not 8 <= len(question) <= 90:
        errors["question"] = f"Enter a question of 8 to 90 characters: this has {len(question)}"
    elif national and not question.endswith("?"):
        errors["question"] = words.NO_QUESTION_MARK
    text, more = words.paragraphs(form.text("text")), words.paragraphs(form.text("more"))
    check_text(errors, "text", text, "The answer")
    if more:
        check_text(errors, "more", more, "More, if you like")
    new_sources = new_source(form, known, errors)
    sources = [key for key in form.texts("sources") if key in known] + list(new_sources)
    if not sources and not national:
        errors.setdefault("sources", "Choose at least one source, or add one: a fact without a source can’t be shown")
    checked, review_by = days(form, goes_stale, bool(sources), today, before, errors)
    fields = Fields(text, sources, checked if sources else None, review_by, label if national else None, question if national else None,
                    form.text("varies") == "yes" if national else None, (more or None) if national else None, (before or {}).get("adds"))
    return Given(fields, new_sources, errors)


def values(entry: dict[str, Any] | None) -> dict[str, Any]:
    """An entry of a file as the form's values."""
    if entry is None:
        return {"chosen": []}
    shown = {key: entry.get(key) or "" for key in ("text", "more", "label", "question")}
    return {**shown, "checked": str(entry.get("checked") or ""), "review_by": str(entry.get("review_by") or ""),
            "varies": "yes" if entry.get("varies") else "", "chosen": list(entry.get("sources") or ())}


def reply(knowledge: Knowledge, place: str, name: str, given: Given, known: dict[str, Any]) -> Reply:
    """What a person will be answered with these fields in the draft; `name` is a topic's or, of a force, a point's."""
    fields, prefix = given.fields, place
    keys = [f"{prefix}.{key}" for key in fields.sources]
    knowledge = with_sources(knowledge, prefix, {**known, **given.new_sources})
    if place == NATIONAL_PLACE:
        answer = msgspec.structs.replace(
            knowledge.answers[name], label=fields.label or "", question=fields.question or "", varies=bool(fields.varies),
            text=fields.text, sources=keys, checked=fields.checked, more=fields.more, review_by=fields.review_by, unknown=not keys)
        return look_up(msgspec.structs.replace(knowledge, answers={**knowledge.answers, name: answer}), name, None)
    force = knowledge.forces[place]
    fact = Fact(fields.text, keys, fields.checked or dt.date.today(), fields.review_by, bool(fields.adds))
    topic, point = parted(name)
    if point:
        force = msgspec.structs.replace(force, points={**force.points, topic: {**force.points.get(topic, {}), point: fact}})
    else:
        force = msgspec.structs.replace(force, facts={**force.facts, topic: fact})
    return look_up(msgspec.structs.replace(knowledge, forces={**knowledge.forces, place: force}), topic, place, point=point or None)


def with_sources(knowledge: Knowledge, place: str, sources: dict[str, dict[str, str]]) -> Knowledge:
    """`knowledge` with the sources of a place's file as the form has them."""
    held = {f"{place}.{key}": Source(found.get("title", ""), found.get("publisher", ""), found.get("url") or None,
                                     found.get("date") or None)
            for key, found in sources.items()}
    return msgspec.structs.replace(knowledge, sources={**knowledge.sources, **held})


def source(form: Form, prefix: str, errors: dict[str, str], optional: bool = False) -> dict[str, str] | None:
    """A source from the fields `prefix` + title, publisher, url, date; None where `optional` and nothing was typed."""
    found = {name: words.line(form.text(prefix + name)) for name in ("title", "publisher", "url", "date")}
    if optional and not any(found.values()):
        return None
    if len(found["title"]) < 3:
        errors[prefix + "title"] = "Enter the title of the page or document"
    if len(found["publisher"]) < 2:
        errors[prefix + "publisher"] = "Enter who published it"
    check_address(errors, prefix + "url", found["url"])
    if found["date"] and not _PART_OF_DATE.fullmatch(found["date"]):
        errors[prefix + "date"] = "Enter a year, a month or a day, such as 2026, 2026-11 or 2026-11-21"
    return {name: value for name, value in found.items() if value}


def days(form: Form, goes_stale: bool, has_source: bool, today: dt.date, before: dict[str, Any] | None,
         errors: dict[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """The day it was checked and the day to look again. What is `before` in the file may stay as it is, though its day has passed."""
    checked, review_by = _date(form, "checked", errors), _date(form, "review_by", errors)
    if checked and checked > today:
        errors["checked"] = "This day is in the future. Give the day you read the source"
    if has_source and not checked:
        errors.setdefault("checked", "Enter the day you compared this with its source")
    if goes_stale and not review_by:
        errors.setdefault("review_by", "Facts on this topic go stale. Enter the day to look again")
    stayed = (before or {}).get("review_by") == review_by and (before or {}).get("checked") == checked
    if review_by and review_by <= today and not stayed:
        errors["review_by"] = "This day isn’t in the future. Enter the day on which somebody has to look at the source again"
    return checked, review_by


def new_source(form: Form, known: dict[str, Any], errors: dict[str, str]) -> dict[str, dict[str, str]]:
    """The source that is to be added: key → source, or nothing."""
    found = source(form, "new_", errors, optional=True)
    return {answers.source_key(found.get("title", ""), found.get("publisher", ""), known): found} if found else {}


def check_address(errors: dict[str, str], name: str, address: str) -> None:
    """Notes where an address isn't a whole one, or isn't safe to send people to."""
    if address and not _ADDRESS.fullmatch(address):
        errors[name] = "Enter the whole address. It begins with https://, such as https://www.dorset.police.uk/pcso"


def check_text(errors: dict[str, str], name: str, text: str, called: str) -> None:
    """Notes where a text is too short or too long; `called` is the field's label."""
    if not SHORTEST <= len(text) <= LONGEST:
        errors[name] = f"{called}: enter {SHORTEST} to {LONGEST:,} characters; this has {len(text):,}"


def _date(form: Form, name: str, errors: dict[str, str]) -> dt.date | None:
    given = form.text(name)
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").date() if given else None
    except ValueError:
        errors[name] = "Enter a day such as 2026-11-21"
        return None
