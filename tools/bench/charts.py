"""Lines and bars as inline SVG: sharp at every zoom, nothing to load, no plotting library."""

from __future__ import annotations

import math
from html import escape
from typing import List, NamedTuple, Sequence, Tuple

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 46
LINES = ("one", "two", "three")


class Line(NamedTuple):
    """A name for the legend, and its points."""

    name: str
    points: Sequence[Tuple[float, float]]


def lines(title: str, across: str, upwards: str, drawn: List[Line]) -> str:
    """A picture of up to three lines; upwards from nothing, so that what looks flat is flat."""
    xs = [x for line in drawn for x, _ in line.points]
    top = _round_up(max(y for line in drawn for _, y in line.points))
    low, high = min(xs), max(xs)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}: {escape(upwards)} by {escape(across)}. '
        'The table below has its numbers.">'
    ]
    for step in range(5):
        value = top * step / 4
        y = _up(value, top)
        parts.append(
            f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>'
        )
    for x in sorted(set(xs)) if len(set(xs)) <= 6 else [low, (low + high) / 2, high]:
        parts.append(f'<text x="{_along(x, low, high):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_short(x)}</text>')
    for kind, line in zip(LINES, drawn, strict=False):
        places = [(_along(x, low, high), _up(y, top)) for x, y in line.points]
        parts.append(f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        parts += [
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3">'
            f'<title>{escape(line.name)}: {_short(px)} → {_short(py)}</title></circle>'
            for (x, y), (px, py) in zip(places, line.points, strict=True)
        ]
    for index, (kind, line) in enumerate(zip(LINES, drawn, strict=False)):
        x = LEFT + 10 + index * 150
        parts.append(f'<path class="{kind}" d="M{x} {TOP + 4}h18"/><text x="{x + 24}" y="{TOP + 8}">{escape(line.name)}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(upwards)}</text></svg>'
    )
    return "".join(parts)


def _along(x: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * ((x - low) / (high - low) if high > low else 0.5)


def _up(y: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / top


def _round_up(value: float) -> float:
    """The next 'round' number: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * 0.999)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"
