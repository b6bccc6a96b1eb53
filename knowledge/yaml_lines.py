"""YAML that remembers its lines, so that an error can say where to look.

PyYAML and ruamel's loaders forget line numbers, and PyYAML lets a repeated key overwrite the
first one silently; a person who edits facts by hand needs to hear about both.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Tuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.main import CParser  # None where its part in C isn't installed
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

Path = Tuple[Any, ...]
# Below this sum of its longest line and its brackets a text is parsed in C, several times as fast: nothing in it can be nested deeper
# than the stack bears.
SURELY_FLAT = 2_000
# What the two parsers take for different things: tabs, rare ends of lines, directives.
_READ_OTHERWISE = re.compile(r"[\t\x85\u2028\u2029]|^\ufeff?%", re.MULTILINE)
# Forty times the largest file: ten lines of '&' and '*' can stand for a thousand million values.
MOST_PLACES = 200_000


class BrokenYaml(Exception):
    """The file is no YAML, or has one key twice. `line` counts from 1."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line
        self.message = message


def read(path: FilePath) -> tuple[Any, dict[Path, int]]:
    """Reads one file.

    Returns the plain data and, for each path of keys and indices into it, the line where
    it stands. Raises `BrokenYaml`, or `OSError`/`UnicodeDecodeError` for the file itself.
    """
    return parse(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=128)
def parse(text: str) -> tuple[Any, dict[Path, int]]:
    """`read` for the text of a file. What comes out is shared with the next caller: read it only.

    All knowledge takes a moment to read, and one edit changes one file of fifty.
    """
    if CParser and _is_surely_flat(text) and not _READ_OTHERWISE.search(text):
        with suppress(YAMLError, UnicodeError, BrokenYaml):  # what is wrong, the other parser says better
            return _parsed_in_c(text)
    return plain(*compose(text))


def _is_surely_flat(text: str) -> bool:
    return max(map(len, text.splitlines()), default=0) + text.count("[") + text.count("{") < SURELY_FLAT


def _parsed_in_c(text: str) -> tuple[Any, dict[Path, int]]:
    constructor, parser = YAML(typ="safe").get_constructor_parser(text)
    try:
        return plain(parser.get_single_node(), constructor)
    finally:
        parser.dispose()


def compose(text: str) -> tuple[Any, Any]:
    """The tree of nodes with their places in `text`, and the constructor that `plain` needs. Raises `BrokenYaml`."""
    yaml = YAML(typ="safe", pure=True)
    try:
        constructor, parser = yaml.get_constructor_parser(text)
        try:
            return constructor.composer.get_single_node(), constructor
        finally:
            parser.dispose()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenYaml(mark.line + 1 if mark else 1,
                         f"this is not valid YAML ({error.problem}). "
                         "Look for a missing quotation mark, colon or indent here or just above") from error
    except ReaderError as error:
        raise BrokenYaml(text.count("\n", 0, error.position) + 1,
                         f"there is a character that YAML doesn't allow ({error.reason}). Delete it") from error
    except RecursionError as error:
        raise BrokenYaml(1, "this file is nested too deep. Look for brackets that don't belong here") from error


def plain(root: Any, constructor: Any) -> tuple[Any, dict[Path, int]]:
    """The data below `root` and the line of each path. Raises `BrokenYaml` where a key stands twice."""
    lines: dict[Path, int] = {(): 1}
    try:
        return _plain(root, constructor, (), lines), lines
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenYaml(mark.line + 1 if mark else 1, f"this value can't be read ({error.problem}). Correct it") from error
    except RecursionError as error:
        raise BrokenYaml(1, "this file refers to itself ('&' and '*'), or is nested too deep. Write it out") from error


def _plain(node: Any, constructor: Any, path: Path, lines: dict[Path, int]) -> Any:
    if node is None:
        return None
    if len(lines) > MOST_PLACES:
        raise BrokenYaml(node.start_mark.line + 1, f"this file holds more than {MOST_PLACES:,} values, or repeats itself "
                                                   "by '&' and '*'. Write it out, or split it")
    if isinstance(node, MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise BrokenYaml(line, "a list can't be the name of something. Look for brackets or a '?' that don't belong here")
            key = _scalar(key_node, constructor)
            if key in result:
                raise BrokenYaml(line, f"'{key}' stands twice in the same place (first on line "
                                       f"{lines[path + (key,)]}). Merge the two or delete one")
            lines[path + (key,)] = line
            result[key] = _plain(value_node, constructor, path + (key,), lines)
        return result
    if isinstance(node, SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            lines[path + (index,)] = item.start_mark.line + 1
            items.append(_plain(item, constructor, path + (index,), lines))
        return items
    return _scalar(node, constructor)


def _scalar(node: Any, constructor: Any) -> Any:
    try:
        return constructor.construct_object(node, deep=True)
    except ValueError as error:  # 2026-02-30 looks like a date
        raise BrokenYaml(node.start_mark.line + 1, f"'{node.value}' can't be read ({error}). Correct it") from error
