"""Settings from environment variables: a frozen dataclass whose fields are made with `setting`.

Each field knows its variable, what it means, and how its text is read; `read` fills the
class, `table` prints it for the docs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

Settings = TypeVar("Settings")


class SettingsError(Exception):
    """A variable has a value that can't be used. The message names it and says what would do."""


def setting(variable: str, meaning: str, reader: Callable[[str], Any], default: Any, shown: str = "") -> Any:
    """A field of a settings class.

    `reader` turns the variable's text into the value, and raises `ValueError` with the words that
    follow the variable's name: "must be …". `shown` is the default as the docs have it.
    """
    return dataclasses.field(default=default, metadata={
        "variable": variable, "meaning": meaning, "read": reader, "shown": shown or f"`{default}`"})


def read(kind: type[Settings], environment: Mapping[str, str], **parts: type) -> Settings:
    """A `kind` from the environment; an empty variable counts as unset.

    `parts` are fields that are settings classes of their own. Raises `SettingsError` that names every
    wrong variable, theirs too.
    """
    values: dict[str, Any] = {}
    problems = []
    for name, part in parts.items():
        try:
            values[name] = read(part, environment)
        except SettingsError as error:
            problems.append(str(error))
    for field in _fields(kind):
        given = environment.get(field.metadata["variable"], "").strip()
        if given:
            try:
                values[field.name] = field.metadata["read"](given)
            except ValueError as error:
                problems.append(f"{field.metadata['variable']} {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return kind(**values)


def table(kind: type) -> str:
    """The settings as a Markdown table: variable, meaning, default."""
    rows = [f"| `{f.metadata['variable']}` | {f.metadata['meaning']} | {f.metadata['shown']} |" for f in _fields(kind)]
    return "\n".join(["| variable | meaning | default |", "| --- | --- | --- |", *rows])


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers."""
    def read_number(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return read_number


def address(example: str) -> Callable[[str], str]:
    """A reader of http and https addresses, without a slash at the end."""
    def read_address(value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:  # a port that is no number, half of an IPv6 address
            good = False
        if not good:
            raise ValueError(f"must be an address such as {example}")
        return value.rstrip("/")

    return read_address


def addresses(example: str) -> Callable[[str], str]:
    """A reader of one or more such addresses, separated by commas."""
    return lambda value: ",".join(map(address(example), value.replace(",", " ").split()))


def _fields(kind: type) -> list[dataclasses.Field]:
    return [field for field in dataclasses.fields(kind) if field.metadata]
