"""Tables as CSV, read with the line of each row, so that a mistake can be found in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

# A spreadsheet takes a cell that begins like this for a formula, and may do what it says.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 20_000


class Row(Struct, frozen=True):
    """One row: the line of the file it begins on, and its cells by column."""

    line: int
    values: dict[str, str]


class Trouble(NamedTuple):
    """What is wrong on a line of an imported file, and what to do."""

    line: int
    message: str


class Import(Struct, frozen=True):
    """What an imported file would change (`rows`), what is wrong with it, and how many rows say what is there already.

    `scrubbed`: how many of `rows` had personal data in them, which was taken out.
    """

    rows: list[Row]
    troubles: list[Trouble]
    unchanged: int
    scrubbed: int = 0


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file that a spreadsheet opens as text; `cell` undoes its marks."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(f"'{value}" if value.startswith((*_FORMULA, "'")) else value for value in row)
    return stream.getvalue()


def cell(value: str) -> str:
    """A cell without the mark that keeps a spreadsheet from reading it as a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in (*_FORMULA, "'") else value


def read_rows(text: str, columns: Sequence[str]) -> tuple[list[Row], list[Trouble]]:
    """The rows of a CSV file with at least these columns, separated by commas or semicolons."""
    text = text.removeprefix("\ufeff").replace("\0", "")
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    rows: list[Row] = []
    troubles: list[Trouble] = []
    names: list[str] | None = None
    line = 1
    csv.field_size_limit(LONGEST_CELL)
    try:
        for values in reader:
            begins, line = line, reader.line_num + 1
            if not any(value.strip() for value in values):
                continue
            if names is None:
                names = [value.strip().lower() for value in values]
                missing = [column for column in columns if column not in names]
                if missing:
                    return [], [Trouble(begins, f"the first line must name the columns {', '.join(columns)}; "
                                                f"{', '.join(missing)} is missing")]
            elif len(values) != len(names):
                troubles.append(Trouble(begins, f"this row has {len(values)} cells, the first line has {len(names)}. "
                                                "Put a text with commas in quotation marks"))
            else:
                rows.append(Row(begins, {name: value for name, value in zip(names, values, strict=True) if name in columns}))
    except csv.Error as error:
        troubles.append(Trouble(line, f"this row can't be read ({error}). Look for a quotation mark that isn't closed"))
    if names is None:
        troubles.append(Trouble(1, "the file is empty"))
    return rows, troubles
