"""What is wrong with the particular questions within topics: each needs a text and phrases, and a phrase means one thing."""

from __future__ import annotations

from collections.abc import Iterator

from door.content import words
from door.content.snapshot import NATIONAL, PHRASES, POINTS, Snapshot
from knowledge import phrase_text
from knowledge import Problem
from knowledge.phrase_text import ASKED, Phrase
from knowledge.yaml_lines import BrokenYaml


def problems(snapshot: Snapshot) -> Iterator[Problem]:
    """All of them. What a point's text has wrong is told by the knowledge's own check."""
    said, phrased = _said(snapshot), {}
    answers = _answers(snapshot)
    broken = False
    for path in [path for path in snapshot.files if path.startswith(f"{PHRASES}/")]:
        try:
            file = phrase_text.read(snapshot.text(path))
        except BrokenYaml as error:
            broken = True
            yield Problem(path, error.line, error.message)
            continue
        for odd in file.odd:
            yield Problem(path, odd.line, odd.message)
        for topic, line in file.topics.items():
            if answers is not None and topic not in answers:
                yield Problem(path, line, f"there is no answer '{topic}' that something particular could be asked about. Correct the "
                                          "name, or delete it with what is below it")
        for point, line in file.points.items():
            if point in phrased:
                yield Problem(path, line, f"'{point[0]}' has a point '{point[1]}' in {phrased[point]} already. Make one of the two")
            phrased[point] = path
            if said is not None and point not in said:
                yield Problem(path, line, f"there is no text for '{point[1]}' of '{point[0]}'. Add one below {POINTS}, or delete it here")
    with_phrases = {(phrase.topic, phrase.point) for _, phrase in _phrases(snapshot)}
    for point, (path, line) in (said or {}).items():
        if point not in with_phrases and not broken:
            yield Problem(path, line, f"'{point[1]}' of '{point[0]}' has no phrases, so nobody is answered with it. Add some below "
                                      f"{PHRASES}, or delete it here")
    yield from _meanings(snapshot)


def _meanings(snapshot: Snapshot) -> Iterator[Problem]:
    examples = _examples(snapshot)
    seen: dict[tuple[str, str], tuple[str, Phrase]] = {}
    for path, phrase in _phrases(snapshot):
        shown = f"'{phrase.text[:60]}'"
        problem = (words.example_problem if phrase.kind == ASKED else words.follow_up_problem)(words.example(phrase.text))
        if problem:
            yield Problem(path, phrase.line, f"{shown}: {problem}")
        same = words.same(phrase.text)
        where, first = seen.setdefault((phrase.topic, same), (path, phrase))
        if first.point != phrase.point:
            yield Problem(path, phrase.line, f"{shown} asks '{phrase.point}' of '{phrase.topic}' here and '{first.point}' in {where}. It "
                                             "can mean only one: delete it there or here")
        elif first is not phrase:
            yield Problem(path, phrase.line,
                          f"{shown} stands twice under '{phrase.point}' of '{phrase.topic}' (also in {where}). Delete one")
        topic, file = examples.get(same, (phrase.topic, ""))
        if phrase.kind == ASKED and topic != phrase.topic:
            yield Problem(path, phrase.line, f"{shown} asks '{phrase.topic}' here and is an example of '{topic}' in {file}. It can mean "
                                             "only one: delete it there or here")


def _said(snapshot: Snapshot) -> dict[tuple[str, str], tuple[str, int]] | None:
    """(topic, point) → where its text stands; None where a file can't be read, which is told elsewhere."""
    found = {}
    try:
        for path, file in snapshot.points().items():
            for topic, points in file.data["points"].items():
                for name in points:
                    found[topic, name] = path, file.lines["points", topic, name]
    except (BrokenYaml, KeyError, TypeError, AttributeError):
        return None
    return found


def _answers(snapshot: Snapshot) -> set[str] | None:
    try:
        return set(snapshot.yaml(NATIONAL).data["answers"])
    except (BrokenYaml, KeyError, TypeError):
        return None


def _phrases(snapshot: Snapshot) -> list[tuple[str, Phrase]]:
    try:
        return [(path, phrase) for path, file in snapshot.phrases().items() for phrase in file.phrases]
    except BrokenYaml:
        return []


def _examples(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """What an example says → its topic and file."""
    try:
        return {words.same(example.text): (example.topic, path) for found in snapshot.examples().values() for path, example in found}
    except BrokenYaml:
        return {}
