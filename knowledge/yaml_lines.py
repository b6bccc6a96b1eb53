"""YAML that remembers its lines, so that an error can say where to look.

PyYAML and ruamel's fast loader forget line numbers and let a repeated key overwrite the
first one silently; a person who edits facts by hand needs to hear about both.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any, Tuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

Path = Tuple[Any, ...]


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
    yaml = YAML(typ="safe")
    try:
        with path.open(encoding="utf-8") as stream:
            constructor, parser = yaml.get_constructor_parser(stream)
            try:
                root = constructor.composer.get_single_node() if hasattr(
                    constructor, "composer") else parser.get_single_node()
                lines: dict[Path, int] = {(): 1}
                return _plain(root, constructor, (), lines), lines
            finally:
                parser.dispose()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenYaml(mark.line + 1 if mark else 1,
                         f"this is not valid YAML ({error.problem}). "
                         "Look for a missing quotation mark, colon or indent here or just above") from error


def _plain(node: Any, constructor: Any, path: Path, lines: dict[Path, int]) -> Any:
    if node is None:
        return None
    if isinstance(node, MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = constructor.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
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
    return constructor.construct_object(node, deep=True)
