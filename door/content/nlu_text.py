"""The examples of one file of data/nlu, by line: read, added, taken out, everything else untouched."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from door.content.yaml_writing import CannotEdit
from knowledge import yaml_lines

EMPTY_FILE = 'version: "3.1"\nnlu:\n'


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
        else:
            place = max((block.end for block in self.blocks), default=len(lines))
            if not self.blocks and self.text != EMPTY_FILE:
                raise CannotEdit("this file has no examples yet. Add the first ones by hand")
            entry = [f"  - intent: {topic}\n", "    examples: |\n", *(f"      - {text}\n" for text in texts)]
            lines[place - 1:place] = [_ended(lines[place - 1]), *entry]
        added = [(topic, text) for text in texts]
        return self._proved("".join(lines), sorted([*self._said(), *added]))

    def remove(self, places: set[int]) -> NluText:
        """Takes out the examples on these lines (from 1). An entry that loses its last one goes with them."""
        gone = {line - 1 for line in places}
        if not places <= {example.line for example in self.examples}:
            raise CannotEdit("there is no example on that line")
        for block in self.blocks:
            if all(number in gone for number in range(block.first, block.end)):
                gone.update(range(block.entry, block.end))
        left = [(example.topic, example.text) for example in self.examples if example.line not in places]
        lines = self.text.splitlines(keepends=True)
        if not left:
            raise CannotEdit("the last example of a file can't be taken out. Delete the file by hand")
        return self._proved("".join(line for number, line in enumerate(lines) if number not in gone), sorted(left))

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


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n"
