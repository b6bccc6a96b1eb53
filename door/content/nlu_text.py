"""The examples of one file of data/nlu, by line: read, added, taken out, everything else untouched."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from msgspec import Struct
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from door.content.yaml_writing import CannotEdit
from knowledge import yaml_lines

EMPTY_FILE = 'version: "3.1"\nnlu:\n'
# What a topic's own file becomes when the topic has another name or is part of another one: a save deletes no files.
GONE_FILE = '# Nothing is left here, and this file can be deleted: its topic has another name now, or is part of another one.\n' \
            'version: "3.1"\nnlu: []\n'
_NOTHING = re.compile(r"^nlu:(?: \[\])?(?= *(?:#.*)?$)", re.MULTILINE)


class Example(Struct, frozen=True):
    """What somebody may say. `line` counts from 1."""

    text: str
    topic: str
    line: int


class Block(Struct, frozen=True):
    """One entry `- intent: … examples: |`. Lines count from 0; `end` is behind the last example.

    `intent_at` is where the topic's name stands in the text; `indent` is that of the examples' dashes.
    """

    topic: str
    entry: int
    first: int
    end: int
    indent: int
    intent_at: tuple[int, int]


class Odd(Struct, frozen=True):
    """A line among examples that is none (a comment, a missing dash): Rasa leaves it out with a warning."""

    line: int
    topic: str
    text: str


class NluText(Struct, frozen=True):
    """What a file says, and the edits to it; each gives a new text and proves that nothing else changed."""

    text: str
    blocks: tuple[Block, ...]
    examples: tuple[Example, ...]
    odd: tuple[Odd, ...]

    def add(self, topic: str, texts: list[str]) -> NluText:
        """Puts examples behind the topic's last ones in this file; a new entry where it has none."""
        lines = self.text.splitlines(keepends=True)
        block = next((block for block in self.blocks if block.topic == topic), None)
        if block:
            lines[block.end - 1:block.end] = [_ended(lines[block.end - 1]), *(f"{' ' * block.indent}- {text}\n" for text in texts)]
            edited = "".join(lines)
        elif self.blocks:
            last = max(self.blocks, key=lambda block: block.end)
            dash = len(lines[last.entry]) - len(lines[last.entry].lstrip(" "))
            lines[last.end - 1:last.end] = [_ended(lines[last.end - 1]), _entry(topic, texts, dash)]
            edited = "".join(lines)
        else:
            nothing = _NOTHING.search(self.text)
            if not nothing:
                raise CannotEdit("this file has no examples yet. Add the first ones by hand")
            head, below = self.text[nothing.end():].partition("\n")[::2]
            edited = f"{self.text[:nothing.start()]}nlu:{head}\n{_entry(topic, texts, 2)}{below}"
        added = [(topic, text) for text in texts]
        return self._proved(edited, sorted([*self._said(), *added]))

    def remove(self, places: set[int]) -> NluText:
        """Takes out the examples on these lines (from 1). An entry that loses its last one goes with them, the file stays."""
        gone = {line - 1 for line in places}
        if not places <= {example.line for example in self.examples}:
            raise CannotEdit("there is no example on that line")
        for block in self.blocks:
            if all(number in gone for number in range(block.first, block.end)):
                gone.update(range(block.entry, block.end))
        left = [(example.topic, example.text) for example in self.examples if example.line not in places]
        text = "".join(line for number, line in enumerate(self.text.splitlines(keepends=True)) if number not in gone)
        if not left and not _value(yaml_lines.compose(text)[0], "nlu", SequenceNode):
            text = _NOTHING.sub("nlu: []", text, count=1)  # a list for whoever reads the file
        return self._proved(text, sorted(left))

    def rename(self, old: str, new: str) -> NluText:
        """Gives the topic's entries another topic."""
        text = self.text
        for block in reversed(self.blocks):
            if block.topic == old:
                start, end = block.intent_at
                text = text[:start] + new + text[end:]
        return self._proved(text, sorted((new if topic == old else topic, said) for topic, said in self._said()))

    def _said(self) -> list[tuple[str, str]]:
        return [(example.topic, example.text) for example in self.examples]

    def _proved(self, text: str, expected: list[tuple[str, str]]) -> NluText:
        try:
            edited = read(text)
        except yaml_lines.BrokenYaml as error:
            raise CannotEdit(f"this can't be written here: line {error.line}: {error.message}") from error
        if sorted(edited._said()) != expected:
            raise CannotEdit("writing this would have changed another example")
        return edited


@lru_cache(maxsize=128)
def read(text: str) -> NluText:
    """Reads a file of data/nlu. Raises `knowledge.yaml_lines.BrokenYaml`."""
    root, _ = yaml_lines.compose(text)
    blocks: list[Block] = []
    examples: list[Example] = []
    odd: list[Odd] = []
    lines = text.splitlines(keepends=True)
    for entry in _value(root, "nlu", SequenceNode):
        intent, said = _pair(entry, "intent"), _pair(entry, "examples")
        if not isinstance(intent, ScalarNode) or said is None:
            continue
        if isinstance(said, ScalarNode) and said.style == "|":
            block = _block(entry, intent, said, lines)
            blocks.append(block)
            for number in range(block.first, block.end):
                words = lines[number].strip()
                if words.startswith("-"):
                    examples.append(Example(words[1:].strip(), block.topic, number + 1))
                else:
                    odd.append(Odd(number + 1, block.topic, words))
        else:
            odd.append(Odd(said.start_mark.line + 1, intent.value, "examples that aren't written below 'examples: |'"))
    return NluText(text, tuple(blocks), tuple(examples), tuple(odd))


def _block(entry: Any, intent: ScalarNode, said: ScalarNode, lines: list[str]) -> Block:
    first = end = said.start_mark.line + 1
    indent = None
    for number in range(first, len(lines)):
        content = lines[number].strip("\n ")
        if not content:
            continue
        width = len(lines[number]) - len(lines[number].lstrip(" "))
        indent = width if indent is None else indent
        if width < indent or width <= entry.start_mark.column:
            break
        end = number + 1
    return Block(intent.value, entry.start_mark.line, first, end,
                 indent if indent is not None and end > first else entry.start_mark.column + 4,
                 (intent.start_mark.index, intent.end_mark.index))


def _pair(node: Any, key: str) -> Any:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _value(node: Any, key: str, shape: type) -> list:
    found = _pair(node, key)
    return found.value if isinstance(found, shape) else []


def _entry(topic: str, texts: list[str], dash: int) -> str:
    indent = " " * dash
    return f"{indent}- intent: {topic}\n{indent}  examples: |\n" + "".join(f"{indent}    - {text}\n" for text in texts)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n"
