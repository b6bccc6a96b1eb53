"""What the form of a particular question gives, checked field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from msgspec import Struct

from door.content import topics, words
from door.content.answers import NATIONAL_PLACE
from door.content.draft import Refused
from door.content.points import FEWEST_PHRASES, Fields, Held
from door.staff import answer_forms
from door.staff.forms import Form
from knowledge import Knowledge, Reply, look_up
from knowledge.phrase_text import ASKED, THEN
from knowledge.schema import Point

# A particular question wants a particular answer: what is longer than this is read to its end by few.
LONG = 320
# As `knowledge.schema.Point` has it.
SHORTEST_QUESTION, LONGEST_QUESTION = 8, 60


class Given(Struct, frozen=True):
    """What the form gives: the point, a source to be added with it (key → source), and what is wrong (field → words)."""

    fields: Fields
    new_sources: dict[str, dict[str, str]]
    errors: dict[str, str]


def read(form: Form, known: dict[str, Any], today: dt.date, goes_stale: bool, before: Held | None = None) -> Given:
    """Reads the form of a point; `known` are the sources of national.yml, `before` is the point as it stands in its files.

    `goes_stale`: what is said on its topic needs the day to look again.
    """
    errors: dict[str, str] = {}
    text = words.paragraphs(form.text("text"))
    answer_forms.check_text(errors, "text", text, "The answer")
    with_force = words.paragraphs(form.text("with_force"))
    if with_force:
        answer_forms.check_text(errors, "with_force", with_force, "The answer where the force is known")
    new_sources = answer_forms.new_source(form, known, errors)
    # One value may hold several keys: a notice's 'Undo' has one field of each name.
    sources = [key for value in form.texts("sources") for key in value.split() if key in known] + list(new_sources)
    unknown = form.text("unknown") == "yes"
    if not sources and not unknown:
        errors.setdefault("sources", "Choose at least one source, add one, or say that nothing reliable is held")
    checked, review_by = answer_forms.days(form, goes_stale, bool(sources), today, before.entry if before else None, errors)
    asked, then = _phrases(form, ASKED, words.example_problem, errors), _phrases(form, THEN, words.follow_up_problem, errors)
    if len(asked) < FEWEST_PHRASES:
        errors.setdefault(ASKED, f"Give at least {FEWEST_PHRASES} phrases, one on each line: people ask in many ways")
    said = {words.same(phrase) for phrase in asked}
    twice = next((phrase for phrase in then if words.same(phrase) in said), None)
    if twice:
        errors.setdefault(THEN, f"‘{twice}’ stands above already. Leave it out of one of the two")
    question = words.line(form.text("question"))
    if question and not SHORTEST_QUESTION <= len(question) <= LONGEST_QUESTION:
        errors["question"] = f"Enter {SHORTEST_QUESTION} to {LONGEST_QUESTION} characters, or leave it empty: this has {len(question)}"
    elif question and not question.endswith("?"):
        errors["question"] = words.NO_QUESTION_MARK
    fields = Fields(text, sources, checked if sources else None, form.text("varies") == "yes", unknown, review_by, asked, then,
                    question or None, with_force or None)
    return Given(fields, new_sources, errors)


def values(held: Held | None) -> dict[str, Any]:
    """A point of the files as the form's values."""
    if held is None:
        return {"chosen": []}
    entry = held.entry or {}
    return {**{name: str(entry.get(name) or "") for name in ("text", "with_force", "question", "checked", "review_by")},
            **{name: "yes" if entry.get(name) else "" for name in ("varies", "unknown")}, "chosen": list(entry.get("sources") or ()),
            ASKED: "\n".join(held.asked), THEN: "\n".join(held.then)}


def reply(knowledge: Knowledge, topic: str, given: Given, known: dict[str, Any]) -> Reply:
    """What a person will be answered with these fields in the draft, before a force is known."""
    fields, name = given.fields, "shown"
    knowledge = answer_forms.with_sources(knowledge, NATIONAL_PLACE, {**known, **given.new_sources})
    point = Point(fields.text, [f"{NATIONAL_PLACE}.{key}" for key in fields.sources], fields.checked, fields.varies, fields.unknown,
                  fields.review_by, question=fields.question)
    return look_up(msgspec.structs.replace(knowledge, points={topic: {name: point}}), topic, None, point=name)


def _phrases(form: Form, kind: str, problem: Any, errors: dict[str, str]) -> list[str]:
    lines = form.lines(kind)
    try:
        return topics.cleaned(lines, kind, problem) if lines else []
    except Refused as error:
        errors[kind] = str(error)
        return []
