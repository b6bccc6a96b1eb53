"""How a day is written wherever people read one."""

from __future__ import annotations

import datetime as dt


def in_words(day: dt.date | str) -> str:
    """A date, or the beginning of what is written in ISO form. Raises `ValueError` where that is no date.

    >>> in_words("2026-11-21")
    '21 November 2026'
    """
    date = dt.date.fromisoformat(str(day)[:10])
    return f"{date.day} {date:%B %Y}"
