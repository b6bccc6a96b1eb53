"""Finds evaluation questions that are training examples too: asked again, they prove nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable, Iterator

from evaluation.questions import ROOT, Question
from knowledge import taught, yaml_lines

OTHER_LANGUAGES = ROOT / "data" / "safety" / "examples"
DANGER = tuple(ROOT / "data" / "safety" / name for name in ("after_alarm.yml", "kind_examples.yml", "help_examples.yml"))
# 'hello' and 'in derby' are what everybody writes: no surprise, and no leak.
SHORTEST_LEAK_WORDS = 4
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def training_examples(folder: Path = taught.NLU) -> Iterator[str]:
    """The text of every example below `folder`, without entity marks."""
    for texts in taught.examples(folder).values():
        yield from (_ENTITY.sub(r"\1", text) for text in texts)


def told_of_danger(files: Iterable[Path] = DANGER) -> Iterator[str]:
    """The text of every example of what helps in danger, and of what is typed after 999 was said."""
    for path in files:
        for texts in yaml_lines.read(path)[0].values():
            yield from texts


def told_in_other_languages(folder: Path = OTHER_LANGUAGES) -> Iterator[str]:
    """The text of every example below `folder`, of danger or not."""
    for path in sorted(folder.glob("*.yml")):
        for texts in yaml_lines.read(path)[0].values():
            yield from texts


def all_taught() -> list[str]:
    """All that the assistant learns from."""
    after_answers = [*taught.follow_ups(), *taught.phrases()]
    return [*training_examples(), *(said.text for said in after_answers), *told_in_other_languages(), *told_of_danger()]


def leaks(questions: Iterable[Question], examples: Iterable[str]) -> list[Question]:
    """Questions of four words or more that stand among the examples; case and punctuation don't matter."""
    known = {_words(example) for example in examples}
    return [question for question in questions
            if len(_words(question.text)) >= SHORTEST_LEAK_WORDS and _words(question.text) in known]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))
