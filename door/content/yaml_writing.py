"""How a new entry of a YAML file is written: long texts folded, short lists on one line, quotes where needed."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

# As wide as the project's files are written.
WIDTH = 140


class CannotEdit(Exception):
    """The text is written in a way that this can't edit without changing more than was asked."""


class Flow(list):
    """A list to be written on one line: [a, b]."""


def bare(value: Any) -> Any:
    """`value` as it will be read back: plain dicts, lists and strings."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [bare(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _dump(value: Any, width: int) -> str:
    yaml = YAML()
    yaml.width = width
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().removesuffix("...\n")


def inline(value: Any, in_flow: bool = False) -> str:
    """On one line; `in_flow` within brackets or braces, where commas and the like end a word."""
    if isinstance(value, list):
        return f"[{', '.join(inline(item, in_flow=True) for item in value)}]"
    if isinstance(value, dict):
        if value:
            raise CannotEdit("a group of entries can't be written on one line")
        return "{}"
    if not isinstance(value, str):
        return _scalar(value)
    written = _dump([value], 10 ** 6).removeprefix("  - ").rstrip("\n")
    if "\n" in written or (in_flow and written == value and any(char in value for char in ",[]{}:#")):
        written = _dump([DoubleQuotedScalarString(value)], 10 ** 6).removeprefix("  - ").rstrip("\n")
    return written


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def lines(content: dict | list, column: int) -> str:
    """A mapping or list as lines, not indented; `column` is where they will stand, for wrapping."""
    if isinstance(content, list):
        return "".join("- " + item(value, column, True) for value in content)
    return "".join(f"{inline(key)}:{item(value, column, False)}" for key, value in content.items())


def item(content: Any, column: int, in_list: bool) -> str:
    """What follows a key's colon, or a dash `in_list`, with its line break."""
    if isinstance(content, dict) and content:
        inner = textwrap.indent(lines(content, column + 2), "  ")
        return inner.lstrip(" ") if in_list else "\n" + inner
    if isinstance(content, list) and content and not isinstance(content, Flow):
        return "\n" + textwrap.indent(lines(content, column + 2), "  ")
    written = _value(content, column)
    return written if in_list else f" {written}"


def _value(value: Any, column: int) -> str:
    """One value with its line break. Long texts are folded, lists on one line."""
    if not isinstance(value, str):
        return inline(value) + "\n"
    folded = _folded(value, WIDTH - column - 2)
    if folded is not None:
        return folded
    return inline(SingleQuotedScalarString(value) if _looks_like_a_time(value) else value) + "\n"


def _looks_like_a_time(value: str) -> bool:
    """Other readers of YAML take '2026-11-23 09:00' for more than text."""
    return value[:4].isdigit() and value[4:5] == "-"


def _folded(value: str, width: int) -> str | None:
    """A long text as '>-', or None where it is short or folding would change it."""
    if len(value) <= width - 10 and "\n" not in value:
        return None
    folded: list[str] = []
    for paragraph in value.split("\n"):
        if paragraph != paragraph.strip() or "  " in paragraph or "\t" in paragraph:
            return None
        wrapped = textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
        # A line break in the text is a blank line in folded style.
        folded.extend(["", *wrapped] if folded else wrapped)
    if not folded or not folded[0] or not folded[-1]:
        return None
    return ">-\n" + "".join(f"  {line}".rstrip() + "\n" for line in folded)
