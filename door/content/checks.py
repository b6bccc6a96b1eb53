"""What is wrong with the draft's files, in the words of a person who edits them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from door.content import follow_up_text, nlu_text, point_checks, words
from door.content.snapshot import DOMAIN, FOLLOW_UPS, FORCES, NATIONAL, NLU, POINTS, RULES, Snapshot
from knowledge import Knowledge, KnowledgeError, Problem, load, yaml_lines
from knowledge.topics import AFTER_ALARM


class Invalid(Exception):
    """A change can't be saved; `problems` says why."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def problems(snapshot: Snapshot) -> list[Problem]:
    """Everything that is wrong, by file and line."""
    found = [*_knowledge(snapshot), *_examples(snapshot), *_follow_ups(snapshot), *point_checks.problems(snapshot), *_topics(snapshot)]
    return sorted(found)


def new_problems(before: Snapshot, after: Snapshot) -> list[Problem]:
    """What `after` has wrong and `before` hadn't: nobody is kept from work by somebody else's mistake."""
    known = Counter((problem.file, problem.message) for problem in problems(before))
    fresh = []
    for problem in problems(after):
        if known[problem.file, problem.message] > 0:
            known[problem.file, problem.message] -= 1
        else:
            fresh.append(problem)
    return fresh


def knowledge(snapshot: Snapshot) -> Knowledge:
    """The facts of the draft. Raises `knowledge.KnowledgeError`."""
    with tempfile.TemporaryDirectory(prefix="pcso-check-") as folder:
        for path, file in snapshot.files.items():
            if path == NATIONAL or path.startswith((f"{FORCES}/", f"{POINTS}/")):
                target = Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.text, encoding="utf-8")
        return load(Path(folder) / "data" / "knowledge")


def _knowledge(snapshot: Snapshot) -> list[Problem]:
    try:
        knowledge(snapshot)
    except KnowledgeError as error:
        return error.problems
    return []


def _examples(snapshot: Snapshot) -> Iterator[Problem]:
    seen: dict[str, tuple[str, str, int, str]] = {}
    for path, file in _readable(snapshot):
        for odd in file.odd:
            yield Problem(path, odd.line, f"'{odd.text[:60]}' among the examples of '{odd.topic}' is none: each is a line "
                                          "that begins with '- '. Comments belong above the topic")
        for example in file.examples:
            problem = words.example_problem(example.text)
            if problem:
                yield Problem(path, example.line, f"'{example.text[:60]}': {problem}")
            topic, where, line, text = seen.setdefault(words.same(example.text), (example.topic, path, example.line, example.text))
            if topic != example.topic and words.with_marks(text) != words.with_marks(example.text):
                continue  # a mark can make the difference between two topics: 'help' asks what there is, 'help!!!!' is a cry
            if topic != example.topic:
                yield Problem(path, example.line, f"'{example.text}' is an example of '{example.topic}' here and of '{topic}' in "
                                                  f"{where}. It can mean only one: delete it there or here")
            elif (where, line) != (path, example.line):
                yield Problem(path, example.line, f"'{example.text}' stands twice under '{topic}' (also in {where}). Delete one")


def _readable(snapshot: Snapshot) -> Iterable[tuple[str, Any]]:
    try:
        return snapshot.nlu().items()
    except yaml_lines.BrokenYaml:
        return ()


def _follow_ups(snapshot: Snapshot) -> Iterator[Problem]:
    """Whether each is a text about topics that exist, and has one meaning after one answer."""
    topics, answers = _names(snapshot.intents), _names(snapshot.answered)
    seen: dict[tuple[str, str], tuple[str, str, int]] = {}
    for path in [path for path in snapshot.files if path.startswith(f"{FOLLOW_UPS}/")]:
        try:
            file = follow_up_text.read(snapshot.text(path))
        except yaml_lines.BrokenYaml as error:
            yield Problem(path, error.line, error.message)
            continue
        for odd in file.odd:
            yield Problem(path, odd.line, odd.message)
        for names, entry in file.entries.items():
            if len(names) == 1 and answers is not None and names[0] not in answers:
                yield Problem(path, entry.first + 1, f"there is no answer '{names[0]}' that something could be typed after. Correct the "
                                                     "name, or delete it with what is below it")
            elif names[1:] == (words.AFTER_ANYTHING,):
                yield Problem(path, entry.first + 1,
                              f"danger is the same after any answer: move what is below this line to the examples of "
                                                     f"'{words.AFTER_ANYTHING}' in {NLU}, and delete the line")
            elif len(names) == 2 and topics is not None and names[1] not in topics:
                yield Problem(path, entry.first + 1, f"after '{names[0]}' there are texts that mean '{names[1]}', and there is no such "
                                                     "topic. Correct the name, or delete it with what is below it")
        for item in file.items:
            problem = words.follow_up_problem(words.example(item.text))
            if problem:
                yield Problem(path, item.line, f"'{item.text[:60]}': {problem}")
            meant, where, line = seen.setdefault((item.last, words.same(item.text)), (item.meant, path, item.line))
            if meant != item.meant:
                yield Problem(path, item.line, f"after '{item.last}', '{item.text}' means '{item.meant}' here and '{meant}' in {where}. "
                                               "It can mean only one: delete it there or here")
            elif (where, line) != (path, item.line):
                yield Problem(path, item.line,
                              f"after '{item.last}', '{item.text}' stands twice under '{meant}' (also in {where}). Delete one")


def _names(look: Callable[[], Iterable[str]]) -> set[str] | None:
    """What `look` gives; None where its file can't be read, which is told elsewhere."""
    try:
        return set(look())
    except (yaml_lines.BrokenYaml, KeyError, TypeError):
        return None


def _topics(snapshot: Snapshot) -> Iterator[Problem]:
    """Whether domain, rules, examples and answers name the same topics."""
    broken = list(_broken(snapshot))
    yield from broken
    if broken or not {DOMAIN, RULES, NATIONAL} <= set(snapshot.files):
        return
    intents, lines = snapshot.intents(), snapshot.yaml(DOMAIN).lines
    for topic, count in Counter(intents).items():
        if count > 1:
            yield Problem(DOMAIN, lines["intents", intents.index(topic)], f"'{topic}' stands twice under 'intents'. Delete one")
    ruled, taught = set(_intents_in(snapshot.yaml(RULES).data)), set()
    for path, file in snapshot.nlu().items():
        for block in file.blocks:
            taught.add(block.topic)
            if block.topic not in intents:
                yield Problem(path, block.entry + 1, f"there is no topic '{block.topic}'. Add it to 'intents' in {DOMAIN}")
    for index, topic in enumerate(intents):
        if topic not in ruled:
            yield Problem(DOMAIN, lines["intents", index], f"no rule answers '{topic}'. Add it to the list in {RULES}")
        if topic not in taught and topic not in AFTER_ALARM:
            yield Problem(DOMAIN, lines["intents", index], f"there are no examples of '{topic}'. Add some in {NLU}/{topic}.yml")
    for topic in ruled - set(intents):
        yield Problem(RULES, 1, f"a rule names the topic '{topic}', and there is none. Add it to 'intents' in {DOMAIN}")
    try:
        answers = snapshot.yaml(NATIONAL)
    except yaml_lines.BrokenYaml:
        return  # told by the knowledge's own check
    for topic in answers.data.get("answers") or {}:
        if topic not in intents:
            yield Problem(NATIONAL, answers.lines["answers", topic],
                          f"there is no topic '{topic}'. Add it to 'intents' in {DOMAIN}, or delete the answer")


def _broken(snapshot: Snapshot) -> Iterator[Problem]:
    for path, file in snapshot.files.items():
        try:
            if path.startswith(f"{NLU}/"):
                nlu_text.read(file.text)
            elif path in (DOMAIN, RULES):
                snapshot.yaml(path)
        except yaml_lines.BrokenYaml as error:
            yield Problem(path, error.line, error.message)


def _intents_in(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(data.get("intent"), str):
            yield data["intent"]
        for value in data.values():
            yield from _intents_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from _intents_in(value)
