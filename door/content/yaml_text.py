"""Edits a YAML text in place: ruamel.yaml finds the lines and writes the new ones, all others stay as they are.

A whole-file round trip keeps comments, but wraps lines and indents lists its own way; the
project's files are wrapped and indented in several. So only the edited entry is written anew,
and each edit proves itself: the new text is read again and must say what was meant, no more.
"""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Callable
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from door.content import yaml_writing
from door.content.yaml_writing import CannotEdit, bare
from knowledge import yaml_lines

Path = tuple[Any, ...]


class YamlText:
    """One YAML text. Edits give a new one. Raises `knowledge.yaml_lines.BrokenYaml`."""

    def __init__(self, text: str):
        self.text = text
        self._root, constructor = yaml_lines.compose(text)
        self.data, self.lines = yaml_lines.plain(self._root, constructor)

    def has(self, path: Path) -> bool:
        """Whether there is something at `path`."""
        return path in self.lines

    def get(self, path: Path) -> Any:
        """The plain value at `path`. Raises `KeyError`."""
        value = self.data
        for key in path:
            try:
                value = value[key]
            except (IndexError, TypeError):
                raise KeyError(path) from None
        return value

    def raw(self, path: Path) -> str:
        """The lines of the entry at `path`, as written."""
        start, end = self._entry_span(path)
        return self.text[start:end]

    def set(self, path: Path, value: Any) -> YamlText:
        """Gives an existing entry another value; one that says the same already stays as it is written."""
        if self.get(path) == value and type(self.get(path)) is type(bare(value)):
            return self
        node = self._node(path)
        if self._in_flow(path[:-1]):
            start, written = node.start_mark.index, yaml_writing.inline(value, in_flow=True)
            end = self._end(node)
        elif isinstance(path[-1], int):
            column = self._dash_column(self._node(path[:-1])) + 2
            start, end = node.start_mark.index, self._end(node)
            written = textwrap.indent(yaml_writing.item(value, column, True), " " * column).strip()
        else:
            # Key and all: '>-' and lists begin on the key's line or below it.
            key = self._key_node(path)
            start, end = key.start_mark.index, self._end(node, key)
            written = textwrap.indent(yaml_writing.lines({path[-1]: value}, key.start_mark.column), " " * key.start_mark.column).strip()
        return self._proved(self.text[:start] + written + self.text[end:], path, value)

    def within(self, path: Path, change: Callable[[YamlText], YamlText]) -> YamlText:
        """Several edits to one entry, made on its lines alone: `change` gets them as a text of its own with that one key."""
        start, end = self._entry_span(path)
        inner = change(YamlText(self.text[start:end]))
        return self._proved(self.text[:start] + inner.text + self.text[end:], path, inner.data[path[-1]])

    def set_words(self, paths: list[Path], word: str) -> YamlText:
        """Gives many short values the same new one at once."""
        new_data, new = copy.deepcopy(self.data), self.text
        for path in paths:
            _at(new_data, path[:-1])[path[-1]] = word
        spans = sorted((node.start_mark.index, node.end_mark.index) for node in map(self._node, paths))
        for start, end in reversed(spans):
            new = new[:start] + yaml_writing.inline(word, in_flow=True) + new[end:]
        return self._checked(new, new_data)

    def put(self, path: Path, value: Any) -> YamlText:
        """`set`, or a new entry at the end of its mapping where there is none."""
        return self.set(path, value) if self.has(path) else self.add(path, value)

    def add(self, path: Path, value: Any, after: Any = None, first: bool = False) -> YamlText:
        """A new key in the mapping at `path[:-1]`: behind the key `after`, or `first`, or last. Raises `KeyError`, `CannotEdit`."""
        parent = self._node(path[:-1])
        if not isinstance(parent, MappingNode) or self.has(path):
            raise CannotEdit(f"'{path[-1]}' can't be added here")
        new_data = copy.deepcopy(self.data)
        _insert_key(_at(new_data, path[:-1]), path[-1], bare(value), after, first)
        if not parent.value:
            return self._fill_empty(path, {path[-1]: value}, new_data)
        if parent.flow_style:
            raise CannotEdit("this is written on one line in braces")
        column = parent.value[0][0].start_mark.column
        before = next((pair for pair in parent.value if pair[0].value == after), parent.value[-1])
        head = parent.value[0][0].start_mark
        place = head.index - head.column if first else self._line_end(self._end(before[1], before[0]))
        return self._insert(place, yaml_writing.lines({path[-1]: value}, column), column, new_data)

    def append(self, path: Path, value: Any, after: int | None = None) -> YamlText:
        """A new item in the list at `path`: behind the item number `after`, or last. Raises `CannotEdit`."""
        parent = self._node(path)
        if not isinstance(parent, SequenceNode):
            raise CannotEdit("this is no list")
        new_data = copy.deepcopy(self.data)
        items = _at(new_data, path)
        place = len(items) if after is None else after + 1
        items.insert(place, bare(value))
        if not parent.value:
            return self._fill_empty(path, [value], new_data)
        if parent.flow_style:
            raise CannotEdit("this is written on one line in brackets")
        column = self._dash_column(parent)
        return self._insert(self._line_end(self._end(parent.value[place - 1])), yaml_writing.lines([value], column), column, new_data)

    def delete(self, path: Path) -> YamlText:
        """Takes an entry or a list item out, with its lines. The last one leaves '{}' or '[]'."""
        parent = self._node(path[:-1])
        new_data = copy.deepcopy(self.data)
        del _at(new_data, path[:-1])[path[-1]]
        if parent.flow_style:
            raise CannotEdit("this is written on one line in brackets")
        if len(parent.value) == 1:
            if not path[:-1]:
                raise CannotEdit("this is all that the file holds")
            return self.set(path[:-1], [] if isinstance(parent, SequenceNode) else {})
        start, end = self._entry_span(path)
        return self._checked(self.text[:start] + self.text[end:], new_data)

    def rename(self, path: Path, key: str) -> YamlText:
        """Gives an entry another key, in its place."""
        node = self._key_node(path)
        new_data = copy.deepcopy(self.data)
        mapping = _at(new_data, path[:-1])
        if key in mapping:
            raise CannotEdit(f"'{key}' is there already")
        renamed = {key if name == path[-1] else name: value for name, value in mapping.items()}
        mapping.clear()
        mapping.update(renamed)
        return self._checked(self.text[:node.start_mark.index] + yaml_writing.inline(key) + self.text[node.end_mark.index:], new_data)

    # Places in the text.

    def _node(self, path: Path) -> Node:
        node = self._root
        for key in path:
            if isinstance(node, MappingNode):
                node = next((value for name, value in node.value if _is_key(name, key)), None)
            elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
            else:
                node = None
            if node is None:
                raise KeyError(path)
        return node

    def _key_node(self, path: Path) -> Node:
        return next(name for name, _ in self._node(path[:-1]).value if _is_key(name, path[-1]))

    def _in_flow(self, path: Path) -> bool:
        return any(self._node(path[:length]).flow_style for length in range(len(path) + 1)
                   if not isinstance(self._node(path[:length]), ScalarNode))

    def _dash_column(self, node: SequenceNode) -> int:
        line = self.text.rfind("\n", 0, node.value[0].start_mark.index) + 1
        return self.text.rindex("-", line, node.value[0].start_mark.index) - line

    def _end(self, node: Node, key: Node | None = None) -> int:
        """Just behind the last character of a value; comments and blank lines below it aren't its own."""
        if isinstance(node, ScalarNode):
            if node.style in ("|", ">"):
                return self._block_end(node)
            if node.start_mark.index == node.end_mark.index:  # nothing at all: 'key:'
                return self.text.index(":", key.end_mark.index) + 1 if key else node.end_mark.index
            return node.end_mark.index
        if node.flow_style or not node.value:
            return node.end_mark.index
        if isinstance(node, MappingNode):
            return self._end(node.value[-1][1], node.value[-1][0])
        return self._end(node.value[-1])

    def _block_end(self, node: ScalarNode) -> int:
        end = self._line_end(node.start_mark.index)
        indent, last = None, end
        while end < len(self.text):
            start, end = end, self._line_end(end)
            line = self.text[start:end]
            if line.strip(" \n"):
                width = len(line) - len(line.lstrip(" "))
                indent = width if indent is None else indent
                if start >= node.end_mark.index or width < indent:
                    break
                last = end
        return last - 1 if self.text[last - 1:last] == "\n" else last

    def _line_end(self, index: int) -> int:
        """Just behind the line break at or after `index`."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found + 1

    def _entry_span(self, path: Path) -> tuple[int, int]:
        parent = self._node(path[:-1])
        if isinstance(parent, SequenceNode):
            line = self.text.rfind("\n", 0, parent.value[path[-1]].start_mark.index) + 1
            return line, self._line_end(self._end(parent.value[path[-1]]))
        key = self._key_node(path)
        start = self.text.rfind("\n", 0, key.start_mark.index) + 1
        if self.text[start:key.start_mark.index].strip():
            raise CannotEdit("this entry shares its line with another one")
        return start, self._line_end(self._end(self._node(path), key))

    # New texts.

    def _fill_empty(self, path: Path, content: Any, new_data: Any) -> YamlText:
        where = path if isinstance(content, list) else path[:-1]
        if not where:
            return self._checked(self.text.rstrip("\n") + "\n" + yaml_writing.lines(content, 0), new_data)
        key, node = self._key_node(where), self._node(where)
        column = key.start_mark.column + 2
        end = self.text.index(":", key.end_mark.index) + 1
        written = "\n" + textwrap.indent(yaml_writing.lines(content, column), " " * column).rstrip("\n")
        return self._checked(self.text[:end] + written + self.text[self._end(node, key):], new_data)

    def _insert(self, index: int, lines: str, column: int, new_data: Any) -> YamlText:
        head = self.text[:index]
        if not head.endswith("\n"):
            head += "\n"
        return self._checked(head + textwrap.indent(lines, " " * column) + self.text[index:], new_data)

    def _proved(self, new: str, path: Path, value: Any) -> YamlText:
        new_data = copy.deepcopy(self.data)
        _at(new_data, path[:-1])[path[-1]] = bare(value)
        return self._checked(new, new_data)

    def _checked(self, new: str, expected: Any) -> YamlText:
        try:
            edited = YamlText(new)
        except yaml_lines.BrokenYaml as error:
            raise CannotEdit(f"this can't be written here: line {error.line}: {error.message}") from error
        if not _same(edited.data, expected):
            raise CannotEdit("writing this would have changed something else in the file")
        return edited


def _is_key(node: Node, key: Any) -> bool:
    return isinstance(node, ScalarNode) and node.value == str(key)


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _insert_key(mapping: dict, key: Any, value: Any, after: Any, first: bool) -> None:
    behind = list(mapping)[0 if first else list(mapping).index(after) + 1:] if first or after in mapping else []
    mapping[key] = value
    for name in behind:
        mapping[name] = mapping.pop(name)


def _same(one: Any, other: Any) -> bool:
    """Equal in value, type and order of keys."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
