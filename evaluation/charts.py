"""The two pictures of the report as inline SVG: sharp at every zoom, nothing to load, no plotting library."""

from __future__ import annotations

from markupsafe import escape

from evaluation.calibration import Calibration
from evaluation.topics import Pairs

CELL = 14
LABELS = 190
PLOT = 320
MARGIN = 46


def confusion_picture(counted: Pairs, order: list[str]) -> str:
    """Expected topics downwards, given ones across; a square is as strong as its share of the row.

    Right answers (the diagonal) are blue, mistakes orange with their number, so that neither
    colour nor place alone tells them apart.
    """
    topics = [topic for topic in order if any(topic in pair for pair in counted)]
    topics += sorted({topic for pair in counted for topic in pair} - set(topics))
    place = {topic: index for index, topic in enumerate(topics)}
    totals: dict[str, int] = {}
    for (wanted, _), number in counted.items():
        totals[wanted] = totals.get(wanted, 0) + number
    side = LABELS + CELL * len(topics)
    mistakes = sum(number for (wanted, got), number in counted.items() if wanted != got)
    parts = [f'<svg class="confusion" viewBox="0 0 {side} {side}" width="{side}" height="{side}" role="img" '
             f'aria-label="Confusion matrix of {len(topics)} topics: {sum(counted.values())} questions, {mistakes} mistakes. '
             'The table below it lists the mistakes.">']
    for topic, index in place.items():
        middle = LABELS + index * CELL + CELL / 2
        parts.append(f'<text x="{LABELS - 4}" y="{middle + 3}" text-anchor="end">{escape(topic)}</text>')
        parts.append(f'<text transform="translate({middle + 3} {LABELS - 4}) rotate(-90)">{escape(topic)}</text>')
        parts.append(f'<path class="grid" d="M{LABELS} {middle - CELL / 2}H{side}M{middle - CELL / 2} {LABELS}V{side}"/>')
    for (wanted, got), number in sorted(counted.items()):
        x, y, kind = LABELS + place[got] * CELL, LABELS + place[wanted] * CELL, "right" if wanted == got else "wrong"
        count = f'<text class="count" x="{x + CELL / 2}" y="{y + CELL - 4}" text-anchor="middle">{number}</text>'
        parts.append(f'<g><title>{escape(wanted)} answered as {escape(got)}: {number} of {totals[wanted]}</title>'
                     f'<rect class="{kind}" x="{x}" y="{y}" width="{CELL}" height="{CELL}" '
                     f'fill-opacity="{0.25 + 0.75 * number / totals[wanted]:.2f}"/>{count if kind == "wrong" else ""}</g>')
    return "".join(parts) + "</svg>"


def reliability_picture(calibration: Calibration) -> str:
    """Accuracy over confidence: on the dotted line the confidence means what it says."""
    size = PLOT + 2 * MARGIN
    parts = [f'<svg class="reliability" viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" '
             f'aria-label="Reliability plot of {calibration.count} answers. The table below it has its numbers.">']
    for tenth in range(0, 11, 2):
        x, y = MARGIN + PLOT * tenth / 10, MARGIN + PLOT * (1 - tenth / 10)
        parts.append(f'<path class="grid" d="M{MARGIN} {y}H{MARGIN + PLOT}M{x} {MARGIN}V{MARGIN + PLOT}"/>'
                     f'<text x="{x}" y="{MARGIN + PLOT + 16}" text-anchor="middle">{tenth / 10:.1f}</text>'
                     f'<text x="{MARGIN - 6}" y="{y + 4}" text-anchor="end">{tenth / 10:.1f}</text>')
    for bar in calibration.bins:
        x, y = MARGIN + PLOT * bar.low, MARGIN + PLOT * (1 - bar.accuracy)
        width, height = PLOT * (bar.high - bar.low), PLOT * bar.accuracy
        parts.append(f'<g><title>confidence {bar.confidence:.2f}, right {bar.accuracy:.2f}, {bar.count} answers</title>'
                     f'<rect class="right" x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{height:.1f}" '
                     f'fill-opacity="0.6"/>'
                     f'<circle class="mean" cx="{MARGIN + PLOT * bar.confidence:.1f}" cy="{y:.1f}" r="4"/></g>')
    middle = MARGIN + PLOT / 2
    parts.append(f'<path class="ideal" d="M{MARGIN} {MARGIN + PLOT}L{MARGIN + PLOT} {MARGIN}"/>'
                 f'<text x="{middle}" y="{size - 8}" text-anchor="middle">confidence of the likeliest topic</text>'
                 f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">share that was right</text></svg>')
    return "".join(parts)
