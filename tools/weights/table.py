"""What `make weights` prints of a decision."""

from __future__ import annotations

from pathlib import Path

from evaluation.questions import ROOT
from tools.weights.decision import Count, Outcome

LABEL_WIDTH, CELL_WIDTH = 40, 14


def of(found: Outcome) -> str:
    """Each weight now and fitted; then right/wrong on the half that may be read and on the other, with the weights now and with the
    fitted ones."""
    file = Path(found.decision.constants.module.__file__).relative_to(ROOT)
    rows = [f"{found.decision.title} ({file})", _row("", "now", "fitted")]
    rows += [_row(name, f"{now:.2f}", f"{fitted:.2f}")
             for name, now, fitted in zip(found.decision.constants.names, found.now, found.fitted, strict=True)]
    rows += ["", _row("right/wrong", "read, now", "read, fitted", "unread, now", "unread, fitted")]
    rows += [_row(read.label, *map(_cell, (read, read_fitted, unread, unread_fitted)))
             for read, unread, read_fitted, unread_fitted in zip(*found.with_now, *found.with_fitted, strict=True)]
    return "\n".join(rows)


def _cell(counted: Count) -> str:
    return f"{counted.right}/{counted.wrong}"


def _row(label: str, *cells: str) -> str:
    return f"{label:{LABEL_WIDTH}}" + "".join(f" {cell:>{CELL_WIDTH}}" for cell in cells)
