"""The page of figures that a drill ends in."""

from __future__ import annotations

import datetime as dt

from tools.drill.afternoon import Afternoon, Phase
from tools.drill.ledger import CALL_999, LOST, MISSED, OTHER, RIGHT, TOLD, WRONG, Figures, Question

MEANINGS = (
    (RIGHT, "answered rightly"),
    (TOLD, "told that it can't be answered just now, with 999 and 101"),
    (OTHER, "answered with something else"),
    (WRONG, "answered with a fact that the drill had made wrong"),
    (CALL_999, "in danger, told 999 first"),
    (MISSED, "in danger, **not** told 999 first"),
    (LOST, "lost: no answer at all"),
)
TIMES = (("first answer, median", "p50"), ("first answer, 95 of 100 within", "p95"), ("first answer, longest", "longest"),
         ("999, longest", "longest_999"))


def must_be_zero(afternoon: Afternoon) -> dict[str, int]:
    """What may not happen, and how often it did."""
    all_ = afternoon.ledger.figures()
    return {"questions lost": all_.outcomes[LOST], "answers doubled": all_.doubled, "emergencies without 999 first": all_.outcomes[MISSED],
            "answers missing from a kept conversation": afternoon.ledger.missing_from_history,
            "messages doubled in a kept conversation": afternoon.ledger.doubled_in_history,
            "faults that didn't heal": sum(not phase.healed for phase in afternoon.phases)}


def page(afternoon: Afternoon, title: str) -> str:
    """The figures in Markdown; `title` says how the drill was set up."""
    bad = must_be_zero(afternoon)
    verdict = "Nothing was lost, doubled or left unhealed." if not any(bad.values()) else "**Not everything held: see below.**"
    return "\n".join([
        "# An afternoon, played by `make drill`", "", f"{dt.date.today():%d %B %Y}. {title} {verdict}", "",
        *_totals(afternoon), "", *_zeros(bad), "", *_events(afternoon), ""])


def _totals(afternoon: Afternoon) -> list[str]:
    ways = ("widget", "Telegram")
    columns = [afternoon.ledger.figures(lambda question, way=way: question.way == way) for way in ways] + [afternoon.ledger.figures()]
    rows = [("questions asked", [str(column.asked) for column in columns])]
    rows += [(meaning, [str(column.outcomes[outcome]) for column in columns]) for outcome, meaning in MEANINGS]
    rows += [(name, [_ms(getattr(column, field)) for column in columns]) for name, field in TIMES]
    return ["| | widget | Telegram | both |", "| --- | ---: | ---: | ---: |",
            *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)]


def _zeros(bad: dict[str, int]) -> list[str]:
    return ["| must be 0 | |", "| --- | ---: |", *(f"| {name} | {count} |" for name, count in bad.items())]


def _events(afternoon: Afternoon) -> list[str]:
    lines = ["## What happened", "", "| from | what | asked | right | told | other | wrong | 999 | median | 95 of 100 | longest 999 |",
             "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for phase in afternoon.phases:
        def within(question: Question, phase: Phase = phase) -> bool:
            return phase.begun <= question.asked < phase.ended
        found = afternoon.ledger.figures(within)
        if found.asked or phase.found:
            lines.append(_row(phase, found))
    lines += ["", *(f"- **{phase.title}.** {phase.found}" for phase in afternoon.phases if phase.found)]
    return lines


def _row(phase: Phase, found: Figures) -> str:
    counts = [found.asked, *(found.outcomes[outcome] for outcome in (RIGHT, TOLD, OTHER, WRONG, CALL_999))]
    clock = f"{int(phase.begun) // 60:02}:{int(phase.begun) % 60:02}"
    return f"| {clock} | {phase.title} | {' | '.join(map(str, counts))} | {_ms(found.p50)} | {_ms(found.p95)} | {_ms(found.longest_999)} |"


def _ms(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"
