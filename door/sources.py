"""The sources of an answer as people read them, on the page and in Telegram; the widget does the same for itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def once(sources: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sources of a reply in their order, each title and publisher once, since several parts of an answer may name the same page."""
    first: dict[tuple[Any, Any], dict[str, Any]] = {}
    for source in sources:
        first.setdefault((source.get("title") or source.get("url"), source.get("publisher")), source)
    return list(first.values())
