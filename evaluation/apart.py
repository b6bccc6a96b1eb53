"""Finds evaluation questions that are training examples too: asked again, they prove nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable, Iterator

from evaluation.questions import ROOT, Question
from knowledge import yaml_lines

EXAMPLES = ROOT / "data" / "nlu"
FOLLOW_UPS = ROOT / "data" / "follow_ups"
POINTS = ROOT / "data" / "points"
OTHER_LANGUAGES = ROOT / "data" / "safety" / "examples"
DANGER = tuple(ROOT / "data" / "safety" / name for name in ("after_alarm.yml", "kind_examples.yml", "help_examples.yml"))
# 'hello' and 'in derby' are what everybody writes: no surprise, and no leak.
SHORTEST_LEAK_WORDS = 4
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def training_examples(folder: Path = EXAMPLES) -> Iterator[str]:
    """The text of every example below `folder`, without entity marks."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml_lines.read(path)[0].get("nlu") or ():
            for line in str(block.get("examples") or "").splitlines():
                if block.get("intent") and line.strip().startswith("- "):
                    yield _ENTITY.sub(r"\1", line.strip()[2:])


def taught_follow_ups(folder: Path = FOLLOW_UPS) -> Iterator[str]:
    """The text of every follow-up below `folder`, whatever it follows."""
    for path in sorted(folder.glob("*.yml")):
        for topics in (yaml_lines.read(path)[0] or {}).values():
            yield from (text for texts in topics.values() for text in texts)


def asked_points(folder: Path = POINTS) -> Iterator[str]:
    """The text of every phrase below `folder`, whatever it asks."""
    for path in sorted(folder.glob("*.yml")):
        for points in yaml_lines.read(path)[0].values():
            yield from (text for phrases in points.values() for texts in phrases.values() for text in texts)


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
    return [*training_examples(), *taught_follow_ups(), *asked_points(), *told_in_other_languages(), *told_of_danger()]


def leaks(questions: Iterable[Question], examples: Iterable[str]) -> list[Question]:
    """Questions of four words or more that stand among the examples; case and punctuation don't matter."""
    known = {_words(example) for example in examples}
    return [question for question in questions
            if len(_words(question.text)) >= SHORTEST_LEAK_WORDS and _words(question.text) in known]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))
