"""Templates: the one Jinja environment of the console, and its filters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from door import templates
from knowledge import days
from knowledge.campaigns import LONDON

HERE = Path(__file__).resolve().parent


def moment(iso: str) -> str:
    """'2026-11-21T20:46:00.123456Z' → '21 November 2026, 20:46', as clocks show it in England and Wales."""
    at = dt.datetime.fromisoformat(iso).astimezone(LONDON)
    return f"{at.day} {at:%B %Y, %H:%M}"


def percent(part: float) -> str:
    """0.873 → '87%'."""
    return f"{round(100 * part)}%"


def number(value: int) -> str:
    """12345 → '12,345'."""
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """3, 'message' → '3 messages'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


environment = templates.environment(HERE / "templates", moment=moment, date=days.in_words, percent=percent, number=number, plural=plural)


def render(template: str, **values: Any) -> str:
    """A page as HTML. Everything in `values` is escaped."""
    return environment.get_template(template).render(**values)
