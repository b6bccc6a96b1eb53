"""Particular questions within a topic: what there is, and the changes to it. Each change gives an `Edit` to be saved.

What is said stands in data/knowledge/points, how people ask it in data/points: a point has both, and they come and go together.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from msgspec import Struct

from door.content import answers, follow_ups, topics, words
from door.content.draft import Changed, Edit, Refused
from door.content.snapshot import NATIONAL, PHRASES, POINTS, Snapshot, digest
from door.content.yaml_text import Path, YamlText
from door.content.yaml_writing import Flow, lines
from knowledge.phrase_text import ASKED, THEN
from knowledge.schema import AFTER
from knowledge.topics import named

# Fewer can't be told from the rest of the topic; the project's own have some thirty.
FEWEST_PHRASES = 5
GOOD_NUMBER = 10
LONGEST_NAME = 40
# The point of an evaluation question that no point answers: evaluation/questions.py.
NO_POINT = "none"
# 'new' is the address of the form for a new one.
NOT_NAMES = (NO_POINT, "new")
_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
# What new files begin with, as those that are there.
_TEXTS = """\
# Particular questions on {group} and their answers, by topic; what people say for each stands in data/points/{group}.yml.
# varies: true = a force decides on it, so that somebody who names none is asked for theirs;
# unknown: true = nothing reliable is held, and the text says so.
points: {{}}
"""
_ASKED = """\
# How people ask the particular questions on {group} (their answers: data/knowledge/points/{group}.yml).
# asked: understood by itself; then: typed after an answer about the topic.
"""


class Held(Struct, frozen=True):
    """A point of a topic: what stands in its two files. `entry` is None where nothing is said, `asked` and `then` are phrases."""

    topic: str
    name: str
    entry: dict[str, Any] | None
    asked: list[str] = []
    then: list[str] = []

    @property
    def plain(self) -> dict[str, Any]:
        """All of it as one: what a form is made from."""
        return {**(self.entry or {}), ASKED: self.asked, THEN: self.then}


class Fields(Struct, frozen=True):
    """A point as the form gives it, cleaned. `sources` are keys of national.yml."""

    text: str
    sources: list[str]
    checked: dt.date | None
    varies: bool
    unknown: bool
    review_by: dt.date | None
    asked: list[str]
    then: list[str]
    # How a button asks it, None where none is to.
    question: str | None = None
    # What is said instead where a force is known, None where that is the text.
    with_force: str | None = None


def of_topic(snapshot: Snapshot, topic: str) -> dict[str, Held]:
    """Name → point, in the order of the files; those that have only a text or only phrases too."""
    found: dict[str, Held] = {}
    for file in snapshot.points().values():
        for name, entry in _below(file.data, "points", topic).items():
            found[name] = Held(topic, name, dict(entry))
    for file in snapshot.phrases().values():
        for name in (name for at, name in file.points if at == topic):
            asked, then = ([phrase.text for phrase in file.phrases if (phrase.topic, phrase.point, phrase.kind) == (topic, name, kind)]
                           for kind in (ASKED, THEN))
            found[name] = Held(topic, name, found[name].entry if name in found else None, asked, then)
    return found


def one(snapshot: Snapshot, topic: str, name: str) -> Held | None:
    """A point as it stands in its files; None where there is none."""
    return of_topic(snapshot, topic).get(name)


def state(held: Held | None) -> str:
    """`digest` of a point: the `based_on` of a form that is made from it."""
    return digest(held.plain if held else None)


def file_of(snapshot: Snapshot, topic: str, name: str) -> str:
    """The file of a point's text: where it stands, or where others of its topic do, or its group's, be it there or not."""
    files = snapshot.points()
    return next((path for place in (where(topic, name), where(topic, name)[:-1]) for path, file in files.items() if file.has(place)),
                _home(POINTS, topic))


def phrases_file_of(snapshot: Snapshot, topic: str, name: str) -> str:
    """The file of a point's phrases, found likewise."""
    files = snapshot.phrases()
    return next((path for path, file in files.items() if (topic, name) in file.points),
                next((path for path, file in files.items() if topic in file.topics), _home(PHRASES, topic)))


def where(topic: str, name: str) -> Path:
    """Where in its file a point's text stands."""
    return ("points", topic, name)


def add(snapshot: Snapshot, topic: str, name: str, fields: Fields, new_sources: dict[str, dict[str, str]] | None = None) -> Edit:
    """A new point. Raises `Refused`."""
    if one(snapshot, topic, name):
        raise Refused(f"There is a question '{name}' of {topic} already. Change that one, or choose another name", "name")
    return Edit(_written(snapshot, topic, name, None, fields, new_sources or {}), f"{named(topic, name)} added")


def edit(snapshot: Snapshot, topic: str, name: str, fields: Fields, based_on: str,
         new_sources: dict[str, dict[str, str]] | None = None) -> Edit:
    """Writes a point, text and phrases. `based_on` is `state(one(…))` of the form's making.

    Raises `Changed`, with the point's `plain` as it is now (None where it is gone), and `Refused`.
    """
    now = one(snapshot, topic, name)
    if state(now) != based_on:
        raise Changed("Somebody else has changed this since you opened it. Both are below: "
                      "put into yours what you want of theirs, and save again", now.plain if now else None)
    return Edit(_written(snapshot, topic, name, now, fields, new_sources or {}), f"{named(topic, name)} {'changed' if now else 'added'}")


def delete(snapshot: Snapshot, topic: str, name: str, based_on: str) -> Edit:
    """Takes a point out, text and phrases, and what forces say on it: the topic's answer holds again. Raises `Changed`.

    What is typed after its answer goes too. Evaluation questions that expect it expect the topic as a whole then.
    """
    now = one(snapshot, topic, name)
    if now is None or state(now) != based_on:
        raise Changed("Somebody else has changed or deleted this since you opened it", now.plain if now else None)
    return Edit({**_taken_out(snapshot, topic, name), **_forces_without(snapshot, topic, name),
                 **follow_ups.without(snapshot, named(topic, name)), **_labels(snapshot, topic, name, NO_POINT)},
                f"{named(topic, name)} deleted")


def restore(snapshot: Snapshot, topic: str, name: str, old: dict[str, Any], old_sources: dict[str, Any], based_on: str) -> Edit:
    """Makes an old text the present one, with the sources it names; the phrases stay. Raises `Changed` and `Refused`."""
    known, now = answers.sources(snapshot, answers.NATIONAL_PLACE), one(snapshot, topic, name)
    missing = {key: old_sources[key] for key in old.get("sources") or () if key not in known and key in old_sources}
    asked, then = (now.asked, now.then) if now else ([], [])
    fields = Fields(old["text"], [key for key in old.get("sources") or () if key in known or key in missing], old.get("checked"),
                    bool(old.get("varies")), bool(old.get("unknown")), old.get("review_by"), asked, then, old.get("question"),
                    old.get("with_force"))
    return Edit(edit(snapshot, topic, name, fields, based_on, missing).changes, f"{named(topic, name)} restored")


def renamed(snapshot: Snapshot, old: str, new: str) -> dict[str, str]:
    """The files of points, and of what forces say on them, with the topic's new name: path → text."""
    changes = {}
    of_forces = [path for path in snapshot.force_files().values() if old in snapshot.text(path)]
    for path in [*(path for path in snapshot.files if path.startswith((f"{POINTS}/", f"{PHRASES}/"))), *of_forces]:
        above: Path = () if path.startswith(f"{PHRASES}/") else ("points",)
        file = snapshot.yaml(path)
        if file.has((*above, old)):
            file = file.rename((*above, old), new)
        for topic in _below(file.data, *above):
            here = (*above, topic)
            if file.has((*here, AFTER + old)) and not file.has((*here, AFTER + new)):
                file = file.rename((*here, AFTER + old), AFTER + new)
        if file.text != snapshot.text(path):
            changes[path] = file.text
    return changes


def without_topic(snapshot: Snapshot, topic: str) -> dict[str, str]:
    """The files of points, and of what forces say on them, without the topic's: path → text."""
    changes = {}
    for path in (*snapshot.points(), *snapshot.phrases(), *snapshot.force_files().values()):
        where_topic = (topic,) if path.startswith(f"{PHRASES}/") else ("points", topic)
        if topic in snapshot.text(path) and snapshot.yaml(path).has(where_topic):
            is_all = list(snapshot.yaml(path).data) == [topic]
            changes[path] = _ASKED.format(group=topics.group_of(topic)) + "{}\n" if is_all else snapshot.yaml(path).delete(where_topic).text
    return changes


def merged(snapshot: Snapshot, source: str, target: str) -> dict[str, str]:
    """The files of points as they are when `source` has become part of `target`, which gets its points: path → text.

    Raises `Refused` where `target` can't have them.
    """
    ours, theirs = of_topic(snapshot, source), of_topic(snapshot, target)
    if ours and target not in snapshot.yaml(NATIONAL).data["answers"]:
        raise Refused(f"{source} has particular questions ({', '.join(ours)}), and {target} has no answer that they could belong to. "
                      "Delete them first", "into")
    twice = [name for name in ours if name in theirs]
    if twice:
        raise Refused(f"Both topics have a particular question called {' and '.join(twice)}. Delete it in one of them first", "into")
    changes: dict[str, str] = {}
    for name, held in ours.items() if theirs else ():
        changes |= _taken_out(snapshot.with_changes(changes), source, name)
        changes |= _put(snapshot.with_changes(changes), target, name, held.entry, held.asked, held.then)
    changes |= _forces_merged(snapshot, source, target)
    return {**changes, **renamed(snapshot.with_changes(changes), source, target)}


def of_forces(snapshot: Snapshot, topic: str, name: str) -> dict[str, str]:
    """Force's id → what it says on just this."""
    return {force: snapshot.yaml(path).get(("points", topic, name, "text")) for force, path in snapshot.force_files().items()
            if name in snapshot.text(path) and snapshot.yaml(path).has(("points", topic, name))}


def _forces_without(snapshot: Snapshot, topic: str, name: str) -> dict[str, str]:
    files = snapshot.force_files()
    return {files[force]: answers.without(snapshot.yaml(files[force]), ("points", topic, name)).text
            for force in of_forces(snapshot, topic, name)}


def _forces_merged(snapshot: Snapshot, source: str, target: str) -> dict[str, str]:
    """The files of forces that say something on points of both: `target` gets those of `source` there. (`renamed` does the others.)"""
    changes = {}
    for path in snapshot.force_files().values():
        if source in snapshot.text(path) and all(snapshot.yaml(path).has(("points", topic)) for topic in (source, target)):
            file = snapshot.yaml(path)
            for name, entry in file.get(("points", source)).items():
                file = file.add(("points", target, name), entry)
            changes[path] = file.delete(("points", source)).text
    return changes


def _taken_out(snapshot: Snapshot, topic: str, name: str) -> dict[str, str]:
    changes = {path: answers.without(file, ("points", topic, name)).text for path, file in snapshot.points().items()
               if file.has(("points", topic, name))}
    return changes | {path: answers.without(snapshot.yaml(path), (topic, name)).text for path, file in snapshot.phrases().items()
                      if (topic, name) in file.points}


def _written(snapshot: Snapshot, topic: str, name: str, now: Held | None, fields: Fields,
             new_sources: dict[str, dict[str, str]]) -> dict[str, str]:
    if topic not in snapshot.yaml(NATIONAL).data["answers"]:
        raise Refused(f"There is no topic '{topic}' with an answer")
    if now is None:
        _must_be_a_name(name)
    _must_be_free(snapshot, topic, name, now, fields)
    values: dict[str, Any] = {"question": fields.question} if fields.question else {}
    values |= {"text": fields.text, **({"with_force": fields.with_force} if fields.with_force else {})}
    values |= {"sources": Flow(fields.sources), "checked": fields.checked}
    values |= {key: True for key, is_so in (("varies", fields.varies), ("unknown", fields.unknown)) if is_so}
    if fields.review_by:
        values["review_by"] = fields.review_by
    # The form doesn't ask for these.
    values |= {key: now.entry[key] for key in ("by_thread", "alone") if now and key in (now.entry or {})}
    changes = _put(snapshot, topic, name, values, fields.asked, fields.then)
    if new_sources:
        changes[NATIONAL] = answers.with_sources(snapshot.yaml(NATIONAL), new_sources).text
    return changes


def _put(snapshot: Snapshot, topic: str, name: str, values: dict[str, Any] | None, asked: list[str], then: list[str]) -> dict[str, str]:
    changes = {}
    if values is not None:
        path = file_of(snapshot, topic, name)
        file = snapshot.yaml(path) if path in snapshot.files else YamlText(_TEXTS.format(group=topics.group_of(topic)))
        if file.has(("points", topic, name)):
            file = file.within(("points", topic, name), lambda inner: answers.with_values(inner, name, values))
        else:
            file = answers.placed(snapshot, file, ("points",), named(topic, name), values)
        changes[path] = file.text
    path = phrases_file_of(snapshot, topic, name)
    phrases = {ASKED: asked, THEN: then}
    if path not in snapshot.files or not snapshot.yaml(path).data:  # `without_topic` leaves nothing below the head
        changes[path] = _ASKED.format(group=topics.group_of(topic)) + lines({topic: {name: phrases}}, 0)
    elif snapshot.yaml(path).has((topic, name)):
        changes[path] = snapshot.yaml(path).within((topic, name), lambda inner: _with_phrases(inner, name, phrases)).text
    else:
        changes[path] = answers.placed(snapshot, snapshot.yaml(path), (), named(topic, name), phrases).text
    return changes


def _with_phrases(inner: YamlText, name: str, phrases: dict[str, list[str]]) -> YamlText:
    """Those that stay keep their lines and order; new ones come behind them."""
    for kind, texts in phrases.items():
        there = list(inner.get((name, kind))) if inner.has((name, kind)) else None
        if there is None:
            inner = inner.add((name, kind), texts)
            continue
        for text in texts:
            if text not in there:
                inner = inner.append((name, kind), text)
        for index in reversed([index for index, text in enumerate(there) if text not in texts]):
            inner = inner.delete((name, kind, index))
    return inner


def _must_be_a_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refused("A name has small letters, digits and underscores, such as closing_date, and at most "
                      f"{LONGEST_NAME} characters", "name")
    if name in NOT_NAMES:
        raise Refused(f"'{name}' has a meaning of its own here. Choose another name", "name")


def _must_be_free(snapshot: Snapshot, topic: str, name: str, now: Held | None, fields: Fields) -> None:
    """Raises `Refused` where a phrase that is new means something else already."""
    known = {*now.asked, *now.then} if now else set()
    for kind, texts in ((ASKED, fields.asked), (THEN, fields.then)):
        taken = _taken(snapshot, topic, name, kind)
        for text in texts:
            if text not in known and words.same(text) in taken:
                raise Refused(f"'{text}' {taken[words.same(text)]}. Leave it out, or delete it there", kind)


def _taken(snapshot: Snapshot, topic: str, name: str, kind: str) -> dict[str, str]:
    """What other phrases and examples say, and what each means. Within a topic a phrase asks one point; what is understood by itself
    belongs to one topic; what leans on an answer means one thing after it."""
    found = {}
    if kind == ASKED:
        found = {words.same(example.text): f"is an example of {other} already ({path}, line {example.line})"
                 for other, examples in snapshot.examples().items() if other != topic for path, example in examples}
    else:
        found = {words.same(item.text): f"means {item.meant} already after {topic} ({item.file}, line {item.line})"
                 for item in follow_ups.after(snapshot, topic) if item.meant != topic}
    return found | {words.same(phrase.text): f"asks {phrase.name} already ({path}, line {phrase.line})"
                    for path, file in snapshot.phrases().items() for phrase in file.phrases
                    if (phrase.topic, phrase.point) != (topic, name) and (phrase.topic == topic or phrase.kind == kind == ASKED)}


def _labels(snapshot: Snapshot, topic: str, name: str, new: str) -> dict[str, str]:
    """The files of evaluation questions that expect the point, with `new` in its place."""
    changes = {}
    for path in topics.label_files(snapshot):
        if name in snapshot.text(path):
            file = snapshot.yaml(path)
            places = _expected(file.data, topic, name)
            if places:
                changes[path] = file.set_words(places, new).text
    return changes


def _expected(data: Any, topic: str, name: str, path: Path = ()) -> list[Path]:
    if isinstance(data, list):
        return [place for index, value in enumerate(data) for place in _expected(value, topic, name, (*path, index))]
    if not isinstance(data, dict):
        return []
    found = [place for key, value in data.items() for place in _expected(value, topic, name, (*path, key))]
    expected = data.get("topic") or data.get("topics")
    if topic in (expected if isinstance(expected, list) else [expected]):
        points = data.get("point")
        if points == name:
            found.append((*path, "point"))
        elif isinstance(points, list):
            found += [(*path, "point", index) for index, point in enumerate(points) if point == name]
    return found


def _below(data: Any, *path: str) -> dict[str, Any]:
    for key in path:
        data = (data or {}).get(key)
    return data or {}


def _home(folder: str, topic: str) -> str:
    return f"{folder}/{topics.group_of(topic)}.yml"

