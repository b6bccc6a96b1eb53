"""What short messages mean after an answer: what there is, and the changes to it. Each change gives an `Edit` to be saved.

The answer, `last`, is that on a topic ('powers_fines') or to a particular question of one ('powers_fines/appeal').
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from door.content import follow_up_text, topics, words
from door.content.draft import Changed, Edit, Refused
from door.content.follow_up_text import EMPTY_FILE, FollowUp, Said
from door.content.snapshot import FOLLOW_UPS, NATIONAL, Snapshot
from knowledge.schema import AFTER
from knowledge.topics import parted, topic_or_point


class Found(Struct, frozen=True):
    """A follow-up, what it means, and where it stands."""

    text: str
    meant: str
    file: str
    line: int


def after(snapshot: Snapshot, last: str) -> list[Found]:
    """What people type after the answer about `last`, in the order of the files."""
    return [Found(item.text, item.meant, path, item.line) for path, item in _all(snapshot) if item.last == last]


def elsewhere(snapshot: Snapshot, meant: str) -> dict[str, int]:
    """How many mean this topic after the answers of others: last topic → number."""
    return dict(Counter(item.last for _, item in _all(snapshot) if item.meant == meant and item.last != meant))


def taught(snapshot: Snapshot) -> set[tuple[str, str]]:
    """(last, what `words.same` makes of the text) of all there are."""
    return {(item.last, words.same(item.text)) for _, item in _all(snapshot)}


def cleaned(texts: list[str]) -> list[str]:
    """Follow-ups as they will be kept, without empty ones. Raises `Refused` with the number of the line."""
    return topics.cleaned(texts, "texts", words.follow_up_problem)


def add(snapshot: Snapshot, last: str, meant: str, texts: list[str]) -> Edit:
    """Teaches that each of the texts means `meant` after the answer about `last`. Raises `Refused`."""
    _must_have_answer(snapshot, last)
    _can_be_meant(snapshot, meant, "means")
    texts = cleaned(texts)
    there = {words.same(found.text): found for found in after(snapshot, last)}
    for text in texts:
        found = there.get(words.same(text))
        if found:
            raise Refused(f"'{text}' is there already: after {last} it means {found.meant} ({found.file}, line {found.line}). "
                          + ("Leave it out" if found.meant == meant else "Move it from there, or leave it out"), "texts")
    return Edit(_changes(snapshot, [], [(last, meant, text) for text in texts]),
                f"After {last}: {_shown(texts)} taught as {meant}")


def take_out(snapshot: Snapshot, last: str, meant: str, texts: list[str]) -> Edit:
    """Takes some out. Raises `Changed` where one isn't there any more."""
    return Edit(_changes(snapshot, _places(snapshot, last, meant, texts), []), f"After {last}: {_shown(texts)} taken out, was {meant}")


def move(snapshot: Snapshot, last: str, meant: str, text: str, to: str) -> Edit:
    """Has one mean another topic after the same answer. Raises `Changed` and `Refused`."""
    _can_be_meant(snapshot, to, "to")
    if to == meant:
        raise Refused("Choose another topic than the one it means now", "to")
    return Edit(_changes(snapshot, _places(snapshot, last, meant, [text]), [(last, to, text)]),
                f"After {last}: {text[:60]!r}: {meant} → {to}")


def renamed(snapshot: Snapshot, old: str, new: str) -> dict[str, str]:
    """The files that name `old`, with its new name: path → text."""
    changes = {}
    for path, file in snapshot.follow_ups().items():
        names = {name: _renamed(name, old, new) for entry in file.entries for name in entry}
        for name, other in sorted(names.items()):
            file = file.rename(name, other) if other != name else file
        if file.text != snapshot.text(path):
            changes[path] = file.text
    return changes


def without(snapshot: Snapshot, last: str) -> dict[str, str]:
    """The files without what is typed after an answer that is no more: path → text."""
    return _changes(snapshot, [(path, item) for path, item in _all(snapshot) if item.last == last], [])


def without_topic(snapshot: Snapshot, topic: str) -> dict[str, str]:
    """The files without what follows the topic's answers, and without what means it: path → text."""
    return _changes(snapshot, [(path, item) for path, item in _all(snapshot) if topic in (parted(item.last)[0], item.meant)], [])


def merged(snapshot: Snapshot, source: str, target: str) -> dict[str, str]:
    """The files as they are when `source` has become part of `target`: path → text.

    A text has one meaning after one topic: what stands after `target` already stays as it is. Nothing follows a target
    without an answer, and none means danger.
    """
    answers = snapshot.yaml(NATIONAL).data["answers"]
    concerned = [(path, item) for path, item in _all(snapshot) if source in (parted(item.last)[0], item.meant)]
    there = {(item.last, words.same(item.text)) for _, item in _all(snapshot) if source not in (parted(item.last)[0], item.meant)}
    put: list[Said] = []
    for _, item in sorted(concerned, key=lambda place: place[1].last == source):  # the target's own first
        last, meant, text = _with_topic(item.last, source, target), target if item.meant == source else item.meant, item.text
        if parted(last)[0] in answers and meant != words.AFTER_ANYTHING and (last, words.same(text)) not in there:
            there.add((last, words.same(text)))
            put.append((last, meant, text))
    return _changes(snapshot, concerned, put)


def _renamed(last: str, old: str, new: str) -> str:
    """Also the point that another topic has on what was talked of before."""
    topic, point = parted(_with_topic(last, old, new))
    return topic_or_point(topic, AFTER + new if point == AFTER + old else point)


def _with_topic(last: str, old: str, new: str) -> str:
    topic, point = parted(last)
    return topic_or_point(new if topic == old else topic, point)


def _all(snapshot: Snapshot) -> list[tuple[str, FollowUp]]:
    return [(path, item) for path, file in snapshot.follow_ups().items() for item in file.items]


def _places(snapshot: Snapshot, last: str, meant: str, texts: list[str]) -> list[tuple[str, FollowUp]]:
    wanted = {(last, meant, text) for text in texts}
    places = [(path, item) for path, item in _all(snapshot) if item.said in wanted]
    for missing in sorted(wanted - {item.said for _, item in places}):
        raise Changed(f"'{missing[2]}' doesn't mean {meant} after {last} any more: somebody else has moved or deleted it")
    return places


def _changes(snapshot: Snapshot, out: Iterable[tuple[str, FollowUp]], put: Iterable[Said]) -> dict[str, str]:
    """Path → text of the files that are others then. What is put goes where its last topic is at home, or begins its group's file."""
    files = snapshot.follow_ups()
    changes: dict[str, tuple[list[FollowUp], list[Said]]] = {}
    for path, item in out:
        changes.setdefault(path, ([], []))[0].append(item)
    for said in put:
        home = f"{FOLLOW_UPS}/{topics.group_of(parted(said[0])[0])}.yml"
        path = next((path for path in (home, *files) if path in files and said[:1] in files[path].entries), home)
        changes.setdefault(path, ([], []))[1].append(said)
    return {path: (files.get(path) or follow_up_text.read(EMPTY_FILE)).changed(*change).text for path, change in changes.items()}


def _must_have_answer(snapshot: Snapshot, last: str) -> None:
    if last not in snapshot.answered():
        raise Refused(f"There is no answer of '{last}' any more that something could follow. Look at the list of topics")


def _can_be_meant(snapshot: Snapshot, topic: str, field: str) -> None:
    if topic == words.AFTER_ANYTHING:
        raise Refused(f"Danger is the same after any answer. Add it to the examples of '{words.AFTER_ANYTHING}' instead", field)
    topics.must_exist(snapshot, topic, field)


def _shown(texts: list[str]) -> str:
    return f"{texts[0][:60]!r}" + (f" and {len(texts) - 1} more" if len(texts) > 1 else "")
