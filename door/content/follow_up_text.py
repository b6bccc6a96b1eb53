"""The follow-ups of one file of data/follow_ups, by line: read, added, taken out, renamed, everything else untouched.

`yaml_text` edits any YAML, and proves each step by reading the whole file again: with thousands of lines in a file a
save of twenty would take a minute. Here a save is one step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from door.content.yaml_writing import CannotEdit
from knowledge import yaml_lines

# What a new file begins with, as those that are there.
EMPTY_FILE = """\
# What people type after an answer, and what they mean: under the topic of the last question, the topic that is meant now.
# The assistant learns from these what a short message leans on; one that says itself what it asks needs no line here.
"""

# (last topic, meant topic, text)
Said = tuple[str, str, str]


class FollowUp(Struct, frozen=True):
    """`text`, typed after an answer about `last`, is about `meant`. It stands on the lines `line` to `end`, from 1."""

    last: str
    meant: str
    text: str
    line: int
    end: int

    @property
    def said(self) -> Said:
        """All but its place."""
        return self.last, self.meant, self.text


class Entry(Struct, frozen=True):
    """A topic's name and what is below it. Lines count from 0, `end` is behind the last one; `size` is the number of entries below.

    `name_at` is where the name stands in the text; `indent` is that of the lines below.
    """

    first: int
    end: int
    indent: int
    size: int
    name_at: tuple[int, int]
    in_brackets: bool


class Odd(Struct, frozen=True):
    """Something that isn't written as follow-ups are: training stops at it. The message says what to do."""

    line: int
    message: str


class FollowUpText(Struct, frozen=True):
    """What a file says, and the edits to it; each gives a new text and proves that nothing else changed.

    `entries` are by (last topic,) and by (last topic, meant topic).
    """

    text: str
    entries: dict[tuple[str, ...], Entry]
    items: tuple[FollowUp, ...]
    odd: tuple[Odd, ...]

    def changed(self, out: Iterable[FollowUp], put: Iterable[Said]) -> FollowUpText:
        """Takes some out and puts others in, behind those of the same two topics. Entries that lose their last text go with it.

        Raises `CannotEdit`.
        """
        taken, given = set(out), list(put)
        for last, meant in {(last, meant) for last, meant, _ in [*given, *(item.said for item in taken)]}:
            if any(path in self.entries and self.entries[path].in_brackets for path in ((last,), (last, meant))):
                raise CannotEdit(f"what means '{meant}' after '{last}' is written on one line in brackets. "
                                 "Write each text on a line of its own there, behind '- '")
        gone = {number for item in taken for number in range(item.line - 1, item.end)} | self._emptied(taken, given)
        new = self._new_lines(given)
        lines = _ended(self.text).splitlines(keepends=True)
        written = []
        for number, line in enumerate([*lines, ""]):
            written += new.get(number, [])
            if number not in gone:
                written.append(line)
        return self._proved("".join(written), [*(item.said for item in self.items if item not in taken), *given], len(self.odd))

    def rename(self, old: str, new: str) -> FollowUpText:
        """Gives a topic another name, as last and as meant one. Raises `CannotEdit`, also where both are in one place."""
        text = self.text
        for start, end in sorted((entry.name_at for path, entry in self.entries.items() if path[-1] == old), reverse=True):
            text = text[:start] + new + text[end:]
        said = [(new if last == old else last, new if meant == old else meant, words) for last, meant, words in self._said()]
        return self._proved(text, said, len(self.odd))

    def _emptied(self, taken: set[FollowUp], given: list[Said]) -> set[int]:
        """The lines of entries that have nothing left below them."""
        kept = {path for last, meant, _ in given for path in ((last,), (last, meant))}
        left = {path: entry.size for path, entry in self.entries.items()}
        for item in taken:
            left[item.last, item.meant] -= 1
        empty = set()
        for path in sorted(left, key=len, reverse=True):  # the inner ones first
            if self.entries[path].size and not left[path] and path not in kept:
                empty.add(path)
                left[path[:-1]] = left.get(path[:-1], 0) - 1
        return {number for path in empty for number in range(self.entries[path].first, self.entries[path].end)}

    def _new_lines(self, given: list[Said]) -> dict[int, list[str]]:
        """Line number → what is to stand before it."""
        by_entry: dict[str, dict[str, list[str]]] = {}
        for last, meant, text in given:
            # JSON is YAML in double quotes: 'yes', '16' and 'a: b' stay texts, and letters of any script stay as they are.
            by_entry.setdefault(last, {}).setdefault(meant, []).append(f"- {json.dumps(text, ensure_ascii=False)}\n")
        new: dict[int, list[str]] = {}
        # Two places can be one line, the file's end: what goes on there comes before what begins.
        for last in sorted(by_entry, key=lambda last: (last,) not in self.entries):
            outer = self.entries.get((last,))
            indent = outer.indent if outer else 2
            begun: list[str] = []
            for meant, written in by_entry[last].items():
                inner = self.entries.get((last, meant))
                if inner:
                    new.setdefault(inner.end, []).extend(" " * inner.indent + line for line in written)
                else:
                    begun += [f"{' ' * indent}{meant}:\n", *(" " * (indent + 2) + line for line in written)]
            place = outer.end if outer else len(_ended(self.text).splitlines())
            if begun:
                new.setdefault(place, []).extend(begun if outer else [f"{last}:\n", *begun])
        return new

    def _said(self) -> list[Said]:
        return [item.said for item in self.items]

    def _proved(self, text: str, expected: list[Said], odd: int) -> FollowUpText:
        try:
            edited = read(text)
        except yaml_lines.BrokenYaml as error:
            raise CannotEdit(f"this can't be written here: line {error.line}: {error.message}") from error
        if sorted(edited._said()) != sorted(expected) or len(edited.odd) > odd:
            raise CannotEdit("writing this would have changed another follow-up")
        return edited


@lru_cache(maxsize=64)
def read(text: str) -> FollowUpText:
    """Reads a file of data/follow_ups. Raises `knowledge.yaml_lines.BrokenYaml`."""
    root, constructor = yaml_lines.compose(text)
    data, _ = yaml_lines.plain(root, constructor)
    lines = text.splitlines()
    entries: dict[tuple[str, ...], Entry] = {}
    items: list[FollowUp] = []
    odd: list[Odd] = []
    for last, last_node, meanings, value in _pairs(root, data, odd, 1, "this file needs"):
        entries[(last,)] = _entry(last_node, value, lines)
        below = _pairs(value, meanings, odd, last_node.start_mark.line + 1, f"below '{last}' there need to be")
        for meant, meant_node, texts, inner in below:
            entries[last, meant] = _entry(meant_node, inner, lines)
            if not isinstance(texts, list):
                odd.append(Odd(meant_node.start_mark.line + 1,
                               f"below '{meant}', after '{last}', there needs to be a list of texts, each on a "
                                                               "line of its own behind '- '. Write them so, or delete this line"))
                continue
            for text_node, said in zip(inner.value, texts, strict=True):
                line = text_node.start_mark.line + 1
                if isinstance(said, str):
                    items.append(FollowUp(last, meant, said, line, _end(text_node)))
                else:
                    shown = text_node.value if isinstance(text_node, ScalarNode) else "what stands here"
                    odd.append(Odd(line, f"'{shown}' below '{meant}', after '{last}', isn't read as a text. Put quotation marks around it"))
    return FollowUpText(text, entries, tuple(items), tuple(odd))


def _pairs(node: Any, data: Any, odd: list[Odd], line: int, needs: str) -> Iterator[tuple[str, Node, Any, Node]]:
    """(name, its node, what is below, its node) of a mapping; what is none is odd, except a file without a word."""
    if isinstance(data, dict):
        for (key, value), (name, below) in zip(node.value, data.items(), strict=True):
            yield str(name), key, below, value
    elif node is not None:
        odd.append(Odd(line,
                       f"{needs} topics with a colon behind them, and below each what people type. Write them so, or delete this line"))


def _entry(key: Node, value: Node, lines: list[str]) -> Entry:
    below = value.value if isinstance(value, (MappingNode, SequenceNode)) else []
    first = key.start_mark.line
    indent = key.start_mark.column + 2
    if below:
        at = lines[(below[0][0] if isinstance(value, MappingNode) else below[0]).start_mark.line]
        indent = len(at) - len(at.lstrip(" "))
    return Entry(first, max(first + 1, _end(value)), indent, len(below), (key.start_mark.index, key.end_mark.index),
                 bool(getattr(value, "flow_style", False)))


def _end(node: Node) -> int:
    """The number of its last line, from 1; comments and blank lines below it aren't its own."""
    if isinstance(node, (MappingNode, SequenceNode)) and node.value and not node.flow_style:
        last = node.value[-1]
        return max(last[0].end_mark.line + 1, _end(last[1])) if isinstance(last, tuple) else _end(last)
    if node.start_mark.index == node.end_mark.index:  # nothing at all: 'key:', which YAML sees where the next word is
        return 0
    # Folded texts end where the next line begins.
    return node.end_mark.line + (1 if node.end_mark.column else 0)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"
