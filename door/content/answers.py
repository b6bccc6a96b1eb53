"""National answers and forces' facts: the grid of what is held, and the changes to it.

`name` is a topic's, or, of a force, that of a particular question within it: 'recruitment_vetting/appeal'."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from msgspec import Struct

from door.content.draft import Changed, Edit, Refused
from door.content.snapshot import NATIONAL, Snapshot, digest
from door.content.yaml_text import Path, YamlText
from door.content.yaml_writing import Flow
from knowledge import Knowledge, Reply, look_up
from knowledge.topics import parted

# A fact that nobody has looked at for a year may have changed.
OLD_DAYS = 365
NATIONAL_PLACE = "national"

Status = Literal["held", "national", "website", "unknown", "none"]
# What the form of a national answer doesn't ask for, what the topic is like: it stays as it is in the file.
KEPT = ("everywhere", "joining", "goes_stale", "website", "campaign_first")
STATUSES: dict[Status, str] = {"held": "Held", "national": "National only", "website": "Website", "unknown": "Unknown",
                               "none": "No PCSOs there"}
AGES = {"due": "Due for review", "old": "Old"}


class Cell(Struct, frozen=True):
    """What is held on one topic for one force, or nationally (`place` is a force's id or 'national').

    `due`: the day to look again has come. `old`: nobody has checked it for a year. `point`: of a particular question within
    the topic, its name.
    """

    topic: str
    place: str
    status: Status
    checked: dt.date | None = None
    review_by: dt.date | None = None
    due: bool = False
    old: bool = False
    point: str | None = None


class Fields(Struct, frozen=True):
    """An answer or fact as the form gives it, cleaned. `label`, `question`, `varies` and `more` only nationally, `adds` only of a fact.

    The form doesn't ask for `adds`: it stays as it is in the file, None where it isn't there.
    """

    text: str
    sources: list[str]
    checked: dt.date | None
    review_by: dt.date | None = None
    label: str | None = None
    question: str | None = None
    varies: bool | None = None
    more: str | None = None
    adds: bool | None = None


def grid(knowledge: Knowledge, today: dt.date) -> dict[str, dict[str, Cell]]:
    """topic → place → cell, 'national' first."""
    return {topic: {NATIONAL_PLACE: _national_cell(topic, answer, today),
                    **{force_id: _cell(knowledge, topic, force_id, today) for force_id in knowledge.forces}}
            for topic, answer in knowledge.answers.items()}


def points_grid(knowledge: Knowledge, today: dt.date) -> list[Cell]:
    """A cell for each particular question, and for each that a force answers itself."""
    national = [Cell(topic, NATIONAL_PLACE, "unknown" if point.unknown else "held", point.checked, point.review_by, *_age(point, today),
                     name) for topic, points in knowledge.points.items() for name, point in points.items()]
    return national + [Cell(topic, force.id, "held", fact.checked, fact.review_by, *_age(fact, today), name)
                       for force in knowledge.forces.values() for topic, points in force.points.items() for name, fact in points.items()]


def file_of(snapshot: Snapshot, place: str) -> str:
    """The file of a force, or of the national answers. Raises `Refused`."""
    files = {NATIONAL_PLACE: NATIONAL, **snapshot.force_files()}
    if place not in files:
        raise Refused(f"There is no force '{place}'")
    return files[place]


def where(place: str, name: str) -> Path:
    """Where in its file an answer stands."""
    topic, point = parted(name)
    if point:
        return ("points", topic, point)
    return ("answers" if place == NATIONAL_PLACE else "facts", topic)


def entry(snapshot: Snapshot, place: str, name: str) -> dict[str, Any] | None:
    """The answer or fact as it stands in its file; None where there is none."""
    file = snapshot.yaml(file_of(snapshot, place))
    path = where(place, name)
    return dict(file.get(path)) if file.has(path) else None


def sources(snapshot: Snapshot, place: str) -> dict[str, dict[str, str]]:
    """key → source, of the place's file."""
    return dict(snapshot.yaml(file_of(snapshot, place)).data.get("sources") or {})


def source_key(title: str, publisher: str, known: dict[str, Any]) -> str:
    """A new short name for a source: 'Dorset Police' + 'PCSO jobs' → 'dorset_police_pcso_jobs'."""
    words = re.findall(r"[a-z0-9]+", f"{publisher} {title}".lower())
    base = "_".join(words)[:40].strip("_") or "source"
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 10_000))) if key not in known)


def edit(snapshot: Snapshot, place: str, name: str, fields: Fields, based_on: str,
         new_sources: dict[str, dict[str, str]] | None = None) -> Edit:
    """Writes an answer or fact; a new one where there is none. `based_on` is `digest(entry(…))` of the form's making.

    Raises `Changed`, with the entry as it is now, and `Refused`.
    """
    now = entry(snapshot, place, name)
    if digest(now) != based_on:
        raise Changed("Somebody else has changed this since you opened it. Both texts are below: "
                      "put into yours what you want of theirs, and save again", now)
    path, file_name = where(place, name), file_of(snapshot, place)
    file = with_sources(snapshot.yaml(file_name), new_sources or {})
    values = _values(fields, now, place)
    if values == now:
        return Edit({}, "")
    if now is None:
        _must_be_asked(snapshot, place, name)
        file = placed(snapshot, file, path[:1], name, values)
    else:
        file = file.within(path, lambda lines: with_values(lines, path[-1], values))
    return Edit({file_name: file.text}, f"{place}: {name} {'changed' if now else 'added'}")


def delete(snapshot: Snapshot, place: str, name: str, based_on: str) -> Edit:
    """Takes a force's fact out: the national answer holds again. Raises `Changed` and `Refused`."""
    if place == NATIONAL_PLACE:
        raise Refused("A national answer can't be deleted on its own: merge the topic into another one")
    now = entry(snapshot, place, name)
    if now is None or digest(now) != based_on:
        raise Changed("Somebody else has changed or deleted this since you opened it", now)
    file_name, path = file_of(snapshot, place), where(place, name)
    file = snapshot.yaml(file_name)
    return Edit({file_name: (without(file, path) if parted(name)[1] else file.delete(path)).text}, f"{place}: {name} deleted")


def restore(snapshot: Snapshot, place: str, name: str, old: dict[str, Any], old_sources: dict[str, Any], based_on: str) -> Edit:
    """Makes an old version the present one, with the sources it names. Raises `Changed` and `Refused`."""
    known = sources(snapshot, place)
    missing = {key: old_sources[key] for key in old.get("sources") or () if key not in known and key in old_sources}
    fields = Fields(old["text"], [key for key in old.get("sources") or () if key in known or key in missing], old.get("checked"),
                    old.get("review_by"), old.get("label"), old.get("question"), old.get("varies"), old.get("more"),
                    old.get("adds"))
    edited = edit(snapshot, place, name, fields, based_on, missing)
    return Edit(edited.changes, f"{place}: {name} restored")


def kept(entry: dict[str, Any] | None) -> dict[str, Any]:
    """What an entry of national.yml says of what the topic is like."""
    return {key: entry[key] for key in KEPT if key in entry} if entry else {}


def reply_now(knowledge: Knowledge, place: str, name: str) -> Reply:
    """What a person is answered by the draft as it is."""
    topic, point = parted(name)
    return look_up(knowledge, topic, None if place == NATIONAL_PLACE else place, point=point or None)


def left_out(knowledge: Knowledge, place: str, name: str, text: str) -> list[str]:
    """What a force's text on how to reach it has to say itself, because it is answered instead of the website and the rest."""
    if place == NATIONAL_PLACE or name not in knowledge.answers or not knowledge.answers[name].website:
        return []
    address = knowledge.forces[place].website.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return [*([] if address in text else [f"the website ({knowledge.forces[place].website})"]), *([] if "999" in text else ["999"])]


def with_sources(file: YamlText, new: dict[str, dict[str, str]]) -> YamlText:
    """`file` with more sources under 'sources', key → source."""
    for key, source in new.items():
        file = file.add(("sources", key), {name: value for name, value in source.items() if value})
    return file


def with_values(lines: YamlText, name: str, values: dict[str, Any]) -> YamlText:
    """The entry `name`, alone in `lines`, with these values and no others."""
    for key, value in values.items():
        lines = lines.put((name, key), value)
    for key in set(lines.data[name]) - set(values):
        lines = lines.delete((name, key))
    return lines


def _values(fields: Fields, now: dict[str, Any] | None, place: str) -> dict[str, Any]:
    """The entry to be, in the order that new ones are written in."""
    values: dict[str, Any] = {}
    if place == NATIONAL_PLACE:
        values = {"label": fields.label, "question": fields.question, "varies": bool(fields.varies), **kept(now)}
    values |= {"text": fields.text, "sources": Flow(fields.sources), "checked": fields.checked}
    if fields.more:
        values["more"] = fields.more
    if fields.review_by:
        values["review_by"] = fields.review_by
    if fields.adds is not None:
        values["adds"] = fields.adds
    if place == NATIONAL_PLACE and not fields.sources:
        values["unknown"] = True
    elif now and "unknown" in now:
        # Where nothing was held before and a source is given now.
        values["unknown"] = False
    return values


def placed(snapshot: Snapshot, file: YamlText, above: Path, name: str, value: Any) -> YamlText:
    """A new entry `name` below `above`: a topic that has none yet gets its place among the others."""
    topic, point = parted(name)
    if above and not file.has(above):
        file = file.add(above, {})
    if point and file.has((*above, topic)):
        return file.add((*above, topic, point), value)
    after = neighbour(snapshot, file.get(above) or {}, topic)
    return file.add((*above, topic), {point: value} if point else value, after=after, first=after is None)


def without(file: YamlText, path: Path) -> YamlText:
    """Without the entry, and without its topic where it was the last one there; the last of all leaves '{}'."""
    is_last = len(file.get(path[:-1])) == 1 and len(file.get(path[:-2])) > 1
    return file.delete(path[:-1] if is_last else path)


def _must_be_asked(snapshot: Snapshot, place: str, name: str) -> None:
    topic, point = parted(name)
    if topic not in snapshot.yaml(NATIONAL).data["answers"]:
        raise Refused(f"There is no topic '{topic}' with an answer")
    if point and (place == NATIONAL_PLACE or not any(file.has(("points", topic, point)) for file in snapshot.points().values())):
        raise Refused(f"There is no particular question '{name}' that a force could answer")


def neighbour(snapshot: Snapshot, entries: dict[str, Any], topic: str) -> str | None:
    """The topic's entry that a new one comes after, so that files keep the order of the topics."""
    order = list(snapshot.yaml(NATIONAL).data["answers"])
    before = [name for name in order[:order.index(topic)] if name in entries]
    return before[-1] if before else None


def _national_cell(topic: str, answer: Any, today: dt.date) -> Cell:
    return Cell(topic, NATIONAL_PLACE, "unknown" if answer.unknown else "held", answer.checked, answer.review_by, *_age(answer, today))


def _cell(knowledge: Knowledge, topic: str, force_id: str, today: dt.date) -> Cell:
    force, national = knowledge.forces[force_id], knowledge.answers[topic]
    fact = force.facts.get(topic)
    if fact:
        return Cell(topic, force_id, "held", fact.checked, fact.review_by, *_age(fact, today))
    if not knowledge.holds_in(topic, force):
        return Cell(topic, force_id, "none", force.without_pcsos.checked)
    if national.website:
        return Cell(topic, force_id, "website")
    return Cell(topic, force_id, "unknown" if national.varies or national.unknown else "national")


def _age(fact: Any, today: dt.date) -> tuple[bool, bool]:
    due = fact.review_by is not None and fact.review_by <= today
    return due, fact.checked is not None and (today - fact.checked).days > OLD_DAYS
