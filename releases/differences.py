"""What differs between two releases, in words: facts, examples, figures."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from evaluation import runs
from knowledge import yaml_lines
from knowledge.paths import FORCES, NATIONAL, POINTS
from knowledge.topics import named, parted
from releases import drafts
from releases.drafts import Examples
from releases.store import EXAMPLES, RUN, Release, Store

# The parts of an entry that people read.
READ = ("text", "more", "with_force")


class FactChange(Struct, frozen=True):
    """One answer or fact: `place` is a force's id, None for England and Wales. A text is None where there is none.

    `topic` of a particular question has its name behind it: 'recruitment_vetting/appeal'.
    """

    place: str | None
    topic: str
    before: str | None
    after: str | None


class TopicChange(Struct, frozen=True):
    """Examples of one topic that came and went."""

    topic: str
    added: list[str]
    removed: list[str]


class FigureChange(Struct, frozen=True):
    """One figure of the evaluation: shares from 0 to 1; None where it wasn't measured."""

    label: str
    before: float | None
    after: float | None


class Difference(Struct, frozen=True):
    """`files` are other files of the knowledge that differ, by name."""

    facts: list[FactChange]
    topics: list[TopicChange]
    figures: list[FigureChange]
    files: list[str]
    other_model: bool

    @property
    def is_empty(self) -> bool:
        """Whether the two would answer alike."""
        return not (self.facts or self.topics or self.files or self.other_model)


def between(store: Store, before: Release, after: Release) -> Difference:
    """What `after` has otherwise than `before`. Raises `StoreError`, `RunError`."""
    then, current = drafts.files_of(store, before), drafts.files_of(store, after)
    changed = sorted(name for name in {*then, *current} if then.get(name) != current.get(name))
    by_file = {name: _facts(name, then.get(name), current.get(name)) for name in changed}
    return Difference(
        facts=[change for changes in by_file.values() for change in changes],
        topics=between_examples(_examples(store, before), _examples(store, after)), figures=_figures(store, before, after),
        files=[name for name, changes in by_file.items() if not changes], other_model=before.model != after.model)


def topics_between(store: Store, before: Release, after: Release) -> set[str]:
    """The topics of `between`, without its figures: whose answers, facts, examples or particular questions differ. Raises `StoreError`."""
    then, current = drafts.files_of(store, before), drafts.files_of(store, after)
    facts = (change for name in {*then, *current} if then.get(name) != current.get(name)
             for change in _facts(name, then.get(name), current.get(name)))
    return {parted(change.topic)[0] for change in (*facts, *between_examples(_examples(store, before), _examples(store, after)))}


def between_examples(before: Examples, after: Examples) -> list[TopicChange]:
    """Topics, and particular questions ('recruitment_vetting/appeal'), whose examples differ, by name."""
    found = []
    # Older releases kept nothing of particular questions: that isn't all new.
    known = {*before, *after} if any(parted(name)[1] for name in before) else {name for name in after if not parted(name)[1]} | {*before}
    for topic in sorted(known):
        then, current = before.get(topic, []), after.get(topic, [])
        added, removed = [text for text in current if text not in set(then)], [text for text in then if text not in set(current)]
        if added or removed:
            found.append(TopicChange(topic, added, removed))
    return found


def _facts(name: str, before: bytes | None, after: bytes | None) -> list[FactChange]:
    if not name.startswith((NATIONAL, f"{FORCES}/", f"{POINTS}/")):
        return []
    place = name.removeprefix(f"{FORCES}/").removesuffix(".yml") if name.startswith(f"{FORCES}/") else None
    then, current = _texts(before), _texts(after)
    return [FactChange(place, topic, then.get(topic), current.get(topic))
            for topic in sorted({*then, *current}) if then.get(topic) != current.get(topic)]


def _texts(content: bytes | None) -> dict[str, str]:
    """Topic → what people read about it, campaigns and particular questions with them."""
    data: dict[str, Any] = yaml_lines.parse(content.decode())[0] if content else {}
    entries = {**(data.get("answers") or {}), **(data.get("facts") or {})}
    entries |= {named(topic, name): point for topic, points in (data.get("points") or {}).items() for name, point in points.items()}
    if data.get("without_pcsos"):
        entries["without_pcsos"] = data["without_pcsos"]
    found = {topic: "\n\n".join(str(entry[part]) for part in READ if entry.get(part)) for topic, entry in entries.items()}
    if data.get("campaigns"):
        found["recruitment campaigns"] = "\n".join(
            f"from {campaign.get('opens')} until {campaign.get('closes') or 'further notice'} {campaign.get('link') or ''}".strip()
            for campaign in data["campaigns"])
    return found


def _figures(store: Store, before: Release, after: Release) -> list[FigureChange]:
    checks = store.check_of(before), store.check_of(after)
    if not checks[1]:
        return []
    then, current = ({figure.id: figure for figure in runs.read(store.object_path(check.run, RUN)).figures} if check else {}
                     for check in checks)
    return [FigureChange(figure.label, then[key].share if key in then else None, figure.share)
            for key, figure in current.items() if figure.target is not None and figure.total]


def _examples(store: Store, release: Release) -> Examples:
    return json.loads(store.object_path(release.examples, EXAMPLES).read_bytes())
