"""Small pieces of HTML, every text escaped: questions are people's words and may hold anything."""

from __future__ import annotations

from typing import Iterable, Sequence, Union

from markupsafe import Markup, escape

Cell = Union[str, int, float, Markup]


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Sequence[int] = ()) -> Markup:
    """A table whose first column heads its rows; `numbers` are the columns to set right."""
    rows = list(rows)
    if not rows:
        return Markup(f"<p>{escape(caption)}: none.</p>")
    head = "".join(f'<th scope="col"{_number(index in numbers)}>{escape(header)}</th>' for index, header in enumerate(headers))
    body = "".join(
        "<tr>" + "".join(f'<th scope="row">{escape(cell)}</th>' if index == 0 else f"<td{_number(index in numbers)}>{escape(cell)}</td>"
                         for index, cell in enumerate(row)) + "</tr>" for row in rows)
    return Markup(f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
                  f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def section(anchor: str, title: str, *content: str) -> Markup:
    """A headed part of the page."""
    return Markup(f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{escape(title)}</h2>{"".join(content)}</section>')


def paragraph(words: str) -> Markup:
    """One paragraph of plain text."""
    return Markup(f"<p>{escape(words)}</p>")


def folded(summary: str, content: str, is_open: bool = False) -> Markup:
    """Content behind a line that opens it."""
    return Markup(f"<details{' open' if is_open else ''}><summary>{escape(summary)}</summary>{content}</details>")


def verdict(word: str) -> Markup:
    """'ok', 'below' or 'above' as a word that is coloured too."""
    return Markup(f'<span class="{escape(word)}">{escape(word)}</span>' if word else "")


def _number(yes: bool) -> str:
    return ' class="number"' if yes else ""
