"""Plots as inline SVG: drawn here, coloured by staff.css, each beside a table that says the same."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

WIDTH = 960
# Columns: room for the numbers at the left and the labels below.
LEFT, TOP, BOTTOM, TALL = 56, 12, 34, 220
# Rows: room for the names and for the number behind the bar.
NAMES, ROW, AFTER = 300, 30, 70
MOST_LABELS = 9


def columns(title: str, labels: list[str], series: list[tuple[str, list[int]]], name: str) -> Markup:
    """Stacked columns: for each label the series' values one on the other, the first at the bottom. `name` is an id."""
    sums = [sum(values) for values in zip(*(values for _, values in series), strict=True)]
    top = _round_up(max(sums, default=0))
    width = (WIDTH - LEFT) / max(1, len(labels))
    parts = [_grid(top)]
    for place, label in enumerate(labels):
        below = 0
        x, bar = LEFT + place * width, max(1.0, width * 0.8)
        for number, (words, values) in enumerate(series, start=1):
            if values[place]:
                tall = TALL * values[place] / top
                left, y = x + (width - bar) / 2, TOP + TALL - TALL * below / top - tall
                parts.append(f'<rect class="plot-{number}" x="{left:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{tall:.1f}">'
                             f"<title>{escape(label)}: {values[place]:,} {escape(words.lower())}</title></rect>")
            below += values[place]
        if place % max(1, math.ceil(len(labels) / MOST_LABELS)) == 0:
            parts.append(f'<text x="{x + width / 2:.1f}" y="{TOP + TALL + 22}" text-anchor="middle">{escape(label)}</text>')
    return _svg(title, name, TOP + TALL + BOTTOM, "".join(parts))


def rows(title: str, values: list[tuple[str, int]], name: str) -> Markup:
    """A bar to the right for each value, with its name and number. `name` is an id."""
    top = max((value for _, value in values), default=0) or 1
    parts = []
    for place, (label, value) in enumerate(values):
        y, long = place * ROW, (WIDTH - NAMES - AFTER) * value / top
        parts.append(f'<text x="{NAMES - 10}" y="{y + 20}" text-anchor="end">{escape(_short(label))}</text>'
                     f'<rect class="plot-1" x="{NAMES}" y="{y + 4}" width="{long:.1f}" height="{ROW - 8}"/>'
                     f'<text x="{NAMES + long + 8:.1f}" y="{y + 20}">{value:,}</text>')
    return _svg(title, name, max(1, len(values)) * ROW, "".join(parts))


def _svg(title: str, name: str, tall: int, inner: str) -> Markup:
    return Markup(f'<svg class="plot" viewBox="0 0 {WIDTH} {tall}" role="img" aria-labelledby="{escape(name)}-title">'
                  f'<title id="{escape(name)}-title">{escape(title)}</title>{inner}</svg>')


def _grid(top: int) -> str:
    lines = []
    for part in range(5):
        y, value = TOP + TALL - TALL * part / 4, top * part / 4
        words = f"{value:,.0f}" if value == int(value) else ""
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
                     f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{words}</text>')
    return "".join(lines)


def _round_up(value: int) -> int:
    """The axis' top: 4, 8, 20, 40, 80, 200 …, so that its quarters are whole from 4 on."""
    if value <= 4:
        return 4
    power = 10 ** int(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value and step * power % 4 == 0)


def _short(label: str) -> str:
    return label if len(label) <= 36 else label[:35] + "…"
