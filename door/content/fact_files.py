"""National answers and forces' facts as one CSV file, to take away and bring back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from door.content import answers, words
from door.content.answers import NATIONAL_PLACE, Fields
from door.content.draft import Edit, Refused
from door.content.snapshot import NATIONAL, Snapshot, digest
from door.content.tables import Import, Row, Trouble, cell, read_rows, write_rows
from knowledge.topics import named

# The topic of what a force says on a particular question has its name behind it: 'recruitment_vetting/appeal'.
COLUMNS = ("force", "topic", "text", "sources", "checked", "review_by")


def as_csv(snapshot: Snapshot) -> str:
    """Every answer and fact; 'force' is 'national' for the answers, sources are keys of the file they belong to."""
    rows = []
    for place in (NATIONAL_PLACE, *snapshot.force_files()):
        for topic, entry in _entries(snapshot, place).items():
            rows.append((place, topic, entry["text"], " ".join(entry.get("sources") or ()), _day(entry.get("checked")),
                         _day(entry.get("review_by"))))
    return write_rows(COLUMNS, rows)


def read_csv(snapshot: Snapshot, text: str) -> Import:
    """What a CSV file would change: rows that differ from the draft."""
    rows, troubles = read_rows(text, COLUMNS)
    topics = set(snapshot.yaml(NATIONAL).data["answers"])
    particular = {named(topic, name) for file in snapshot.points().values() for topic, held in file.data["points"].items() for name in held}
    changed, unchanged, seen = [], 0, {}
    for row in rows:
        values = {name: cell(value) for name, value in row.values.items()}
        place, topic = words.line(values["force"]), words.line(values["topic"])
        wrong = _wrong(snapshot, place, topic, values, topics if place == NATIONAL_PLACE else topics | particular)
        first = seen.setdefault((place, topic), row.line)
        if first != row.line:
            wrong.append(f"'{topic}' of '{place}' stands on line {first} already. Delete one")
        if wrong:
            troubles.extend(Trouble(row.line, message) for message in wrong)
            continue
        clean = {"force": place, "topic": topic, "text": words.paragraphs(values["text"]), "sources": " ".join(_keys(values["sources"])),
                 "checked": values["checked"].strip(), "review_by": values["review_by"].strip()}
        if _same(answers.entry(snapshot, place, topic), clean):
            unchanged += 1
        else:
            changed.append(Row(row.line, clean))
    return Import(changed, sorted(troubles), unchanged)


def edit(snapshot: Snapshot, wanted: Import) -> Edit:
    """Writes the rows of an import. Raises `draft.Refused`."""
    changes: dict[str, str] = {}
    for row in wanted.rows:
        place, topic = row.values["force"], row.values["topic"]
        now = snapshot.with_changes(changes)
        entry = answers.entry(now, place, topic)
        changes |= answers.edit(now, place, topic, _fields(row, entry), digest(entry)).changes
    return Edit(changes, f"{len(wanted.rows)} answers and facts imported")


def _fields(row: Row, entry: dict[str, Any] | None) -> Fields:
    old = entry or {}
    return Fields(row.values["text"], row.values["sources"].split(), _date(row.values["checked"]), _date(row.values["review_by"]),
                  old.get("label"), old.get("question"), old.get("varies"), old.get("more"), old.get("adds"))


def _wrong(snapshot: Snapshot, place: str, topic: str, values: dict[str, str], topics: set[str]) -> list[str]:
    try:
        known = answers.sources(snapshot, place)
    except Refused:
        return [f"there is no force '{place[:60]}'. Use its id, such as 'dorset', or 'national'"]
    wrong = []
    if topic not in topics:
        wrong.append(f"there is no topic '{topic[:60]}'. Correct the name, or make the topic first")
    text = words.paragraphs(values["text"])
    if not 10 <= len(text) <= 1_200:
        wrong.append(f"the text has {len(text):,} characters: it needs 10 to 1,200")
    keys = _keys(values["sources"])
    wrong.extend(f"there is no source '{key[:60]}' in the file of '{place}'. Add it on the page of an answer first"
                 for key in keys if key not in known)
    if not keys and place != NATIONAL_PLACE:
        wrong.append("a fact needs at least one source")
    for name in ("checked", "review_by"):
        try:
            _date(values[name])
        except ValueError:
            wrong.append(f"'{values[name][:20]}' under '{name}' is not a date. Write it as 2026-11-21")
    if keys and not values["checked"].strip():
        wrong.append("a fact with a source needs the day it was 'checked'")
    return wrong


def _same(entry: dict[str, Any] | None, row: dict[str, str]) -> bool:
    if entry is None:
        return False
    held = (entry["text"], " ".join(entry.get("sources") or ()), _day(entry.get("checked")), _day(entry.get("review_by")))
    return held == (row["text"], row["sources"], row["checked"], row["review_by"])


def _entries(snapshot: Snapshot, place: str) -> dict[str, Any]:
    data = snapshot.yaml(answers.file_of(snapshot, place)).data
    if place == NATIONAL_PLACE:
        return data["answers"]
    return (data.get("facts") or {}) | {named(topic, name): entry for topic, held in (data.get("points") or {}).items()
                                        for name, entry in held.items()}


def _keys(value: str) -> list[str]:
    return value.replace(";", " ").replace(",", " ").split()


def _date(value: str) -> dt.date | None:
    return dt.datetime.strptime(value.strip(), "%Y-%m-%d").date() if value.strip() else None


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
