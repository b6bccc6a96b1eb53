"""A reply of the contract as Telegram shows it: safe HTML, the source as a link, parts that fit."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from door.sources import once
from door.telegram import words
from door.telegram.splitting import LIMIT, length, split
from knowledge import days


class Page(Struct, frozen=True):
    """One message's text, as Telegram's HTML and as plain text."""

    html: str
    plain: str


def draw(reply: dict[str, Any], heading: str = "") -> list[Page]:
    """A reply in one page or more. `heading` (what was asked, or a remark) comes first, in bold.

    Whatever the texts hold, they are shown and never read as markup.
    """
    custom = reply.get("custom") or {}
    footer = _footer(custom)
    beginning = Page(f"<b>{_safe(heading)}</b>\n\n", f"{heading}\n\n") if heading else Page("", "")
    parts = split(reply["text"], LIMIT - length(beginning.plain))
    pages = [_body(part, bold_first=bool(custom.get("emergency")) and index == 0) for index, part in enumerate(parts)]
    pages[0] = _joined(beginning, pages[0])
    if footer:
        if length(pages[-1].plain) + length(footer.plain) + 2 <= LIMIT:
            pages[-1] = _joined(pages[-1], Page("\n\n", "\n\n"), footer)
        else:
            pages.append(footer)
    return pages


def draw_words(text: str) -> list[Page]:
    """The channel's own words."""
    return [_body(part) for part in split(text)]


def _body(text: str, bold_first: bool = False) -> Page:
    if not bold_first:
        return Page(_safe(text), text)
    first, blank, rest = text.partition("\n\n")
    return Page(f"<b>{_safe(first)}</b>{blank}{_safe(rest)}", text)


def _footer(custom: dict[str, Any]) -> Page | None:
    """'Source: PCSO Powers, Derbyshire Constabulary · checked 21 November 2026', the title as a link."""
    sources = [_source(source) for source in once(custom.get("sources") or ())]
    if not sources:
        return None
    checked = _date(custom.get("checked"))
    end = f" · {words.CHECKED.format(date=checked)}" if checked else ""
    if len(sources) == 1:
        shown = Page(f"{words.SOURCE}: {sources[0].html}", f"{words.SOURCE}: {sources[0].plain}")
    else:
        shown = Page("\n".join([f"{words.SOURCES}:", *(f"• {source.html}" for source in sources)]),
                     "\n".join([f"{words.SOURCES}:", *(f"• {source.plain}" for source in sources)]))
        end = end.replace(" · ", "\n")
    footer = Page(f"<i>{shown.html}{_safe(end)}</i>", f"{shown.plain}{end}")
    # Sources without end are a fault of the facts; the answer must not fail for it.
    return footer if length(footer.plain) <= LIMIT else None


def _source(source: dict[str, Any]) -> Page:
    title, publisher = str(source.get("title", "")), str(source.get("publisher", ""))
    after = "" if publisher.lower() in title.lower() else f", {publisher}"
    url = str(source.get("url") or "")
    if urlsplit(url).scheme not in ("http", "https"):
        return Page(_safe(f"{title}{after}"), f"{title}{after}")
    return Page(f'<a href="{html.escape(url)}">{_safe(title)}</a>{_safe(after)}', f"{title}{after} {url}")


def _date(iso: Any) -> str:
    try:
        return days.in_words(iso)
    except ValueError:
        return ""


def _safe(text: str) -> str:
    return html.escape(text, quote=False)


def _joined(*pages: Page) -> Page:
    return Page("".join(page.html for page in pages), "".join(page.plain for page in pages))
