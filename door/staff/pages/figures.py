"""Figures: what is asked, understood and helped, as plots with a table behind each, and CSV."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter
from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response

from door.api.problems import Problem
from door.staff import numbers, plots, teaching
from door.staff.editing import BROKEN
from door.staff.guard import PATH, Editor
from door.staff.numbers import Count, Sum
from door.staff.pages import Link
from door.staff.visit import Visit

router = APIRouter()

AT = "/figures"
LINK = Link("Figures", PATH + AT)
CHANNELS = {"web": "Website", "telegram": "Telegram"}
USUAL_DAYS = 30
MOST_DAYS = 3 * 366
BARS = 15
MOST_WITHOUT_ANSWER = 50
# What a day's column is made of, from the bottom.
SERIES = {"Answered": lambda total: total.answers - total.unclear - total.unanswered, "No answer held": lambda total: total.unanswered,
          "Not understood": lambda total: total.unclear}
COLUMNS = ["questions", "understood", "not understood", "no answer held", "emergencies", "helped", "did not help"]


class Asked(Struct):
    """What the filters say; `errors` where they can't be."""

    first: dt.date
    last: dt.date
    force: str
    channel: str
    errors: dict[str, str]

    @property
    def query(self) -> str:
        """As the address says it."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat(), "force": self.force, "channel": self.channel})


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The page."""
    asked = await asyncio.to_thread(_asked, visit)
    counts, labels, names = await _read(visit, asked)
    days = numbers.by_day(counts, asked.first, asked.last)
    unanswered = [(labels.get(topic, topic), names.get(force, "No force named"), number)
                  for topic, force, number in numbers.without_answer(counts, MOST_WITHOUT_ANSWER)]
    channels = numbers.by(counts, lambda count: CHANNELS.get(count.channel, count.channel))
    return await visit.render(
        "figures.html", errors=asked.errors, total=numbers.total(counts), unanswered=unanswered, query=asked.query, forces=names,
        channels=CHANNELS, weekly=len(days) > 1 and (days[1][0] - days[0][0]).days == 7, series=list(SERIES),
        tables={"day": _days(days), "topic": _table("topic", _by_topic(counts, labels)), "force": _table("force", _by_force(counts, names)),
                "channel": _table("channel", channels)},
        values={"from": asked.first.isoformat(), "to": asked.last.isoformat(), "force": asked.force, "channel": asked.channel})


@router.get(AT + "/{table}.csv")
async def download(visit: Editor, table: str) -> Response:
    """One of the tables, or `all`: every count, for a spreadsheet."""
    asked = await asyncio.to_thread(_asked, visit)
    counts, labels, names = await _read(visit, asked)
    match table:
        case "day":
            rows = _sums(["day"], [([day.isoformat()], total) for day, total in numbers.by_day(counts, asked.first, asked.last)])
        case "topic":
            rows = _sums(["topic", "id"], [([labels.get(topic, topic), topic], total)
                                           for topic, total in numbers.by(counts, lambda count: count.topic)])
        case "force":
            rows = _sums(["force", "id"], [([names.get(force, "none named"), force], total)
                                           for force, total in numbers.by(counts, lambda count: count.force)])
        case "channel":
            rows = _sums(["channel"], [([channel], total) for channel, total in numbers.by(counts, lambda count: count.channel)])
        case "unanswered":
            rows = [["topic", "force", "asked"], *numbers.without_answer(counts, 10_000)]
        case "all":
            rows = [Count.__struct_fields__, *(msgspec.structs.astuple(count) for count in
                                               sorted(counts, key=lambda count: (count.day, count.topic)))]
        case _:
            raise Problem(404, "not_found", "There is no such table.")
    return _csv(table, asked, rows)


def _sums(head: list[str], rows: list[tuple[list[str], Sum]]) -> list[list[object]]:
    return [[*head, *COLUMNS], *([*names, total.answers, total.understood, total.unclear, total.unanswered, total.emergencies, total.helped,
                                  total.unhelped] for names, total in rows)]


def _days(days: list[tuple[dt.date, Sum]]) -> tuple[str, str, list[tuple[str, Sum]], Markup]:
    """Title, first column's head, rows and plot."""
    series = [(words, [value(total) for _, total in days]) for words, value in SERIES.items()]
    plot = plots.columns("Questions by day", [f"{day.day} {day:%b}" for day, _ in days], series, "plot-day")
    return "Questions by day", "Day", [(f"{day.day} {day:%b %Y}", total) for day, total in days], plot


def _table(name: str, rows: list[tuple[str, Sum]]) -> tuple[str, str, list[tuple[str, Sum]], Markup]:
    title = f"Questions by {name}"
    return title, name.capitalize(), rows, plots.rows(title, [(label, total.answers) for label, total in rows[:BARS]], f"plot-{name}")


def _by_topic(counts: list[Count], labels: dict[str, str]) -> list[tuple[str, Sum]]:
    return numbers.by(counts, lambda count: "Not understood" if count.topic == "unclear" else labels.get(count.topic, count.topic))


def _by_force(counts: list[Count], names: dict[str, str]) -> list[tuple[str, Sum]]:
    return numbers.by(counts, lambda count: names.get(count.force, count.force) or "No force named")


async def _labels(visit: Visit) -> dict[str, str]:
    """Words for topics; none while a file of the draft has a mistake, since numbers don't hang on that."""
    try:
        return await asyncio.to_thread(teaching.labels, visit.parts)
    except BROKEN:
        return {}


async def _read(visit: Visit, asked: Asked) -> tuple[list[Count], dict[str, str], dict[str, str]]:
    """The counts, and words for topics and forces."""
    counts = await asyncio.to_thread(numbers.read, visit.parts.service.database, asked.first, asked.last, asked.force, asked.channel)
    return counts, await _labels(visit), await asyncio.to_thread(visit.parts.force_names)


def _asked(visit: Visit) -> Asked:
    given, today = visit.request.query_params, dt.datetime.now(dt.UTC).date()
    asked = Asked(today - dt.timedelta(days=USUAL_DAYS - 1), today, "", "", {})
    for name, field in (("from", "first"), ("to", "last")):
        if given.get(name):
            try:
                setattr(asked, field, dt.date.fromisoformat(given[name]))
            except ValueError:
                asked.errors[name] = "Enter a day, such as 2026-11-21"
    if not asked.errors and not 0 <= (asked.last - asked.first).days < MOST_DAYS:
        asked.errors["to"] = "The last day must be the first day or later, and at most three years after it"
    if asked.errors:
        asked.first, asked.last = today - dt.timedelta(days=USUAL_DAYS - 1), today
    asked.force = given["force"] if given.get("force") in visit.parts.force_names() else ""
    asked.channel = given["channel"] if given.get("channel") in CHANNELS else ""
    return asked


def _csv(table: str, asked: Asked, rows: list) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    name = f"questions-{table}-{asked.first}-to-{asked.last}.csv"
    # With a byte order mark, or Excel takes it for another encoding.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8",
                    headers={"content-disposition": f'attachment; filename="{name}"'})


def _cell(value: object) -> object:
    """A spreadsheet takes '=…' for a formula, and runs it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
