"""What the form of a recruitment campaign gives, checked field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from door.content import words
from door.staff import answer_forms
from door.staff.forms import Form
from knowledge.campaigns import moment
from knowledge.schema import Campaign, Source


def read(form: Form, today: dt.date) -> tuple[Campaign | None, dict[str, str]]:
    """The campaign of the form and what is wrong (field → words); no campaign where something is."""
    errors: dict[str, str] = {}
    opens = _time(form, "opens", errors)
    closes = _time(form, "closes", errors)
    if not opens:
        errors.setdefault("opens_day", "Enter the day and the hour it opens")
    if opens and closes and "opens_day" not in errors and "closes_day" not in errors and moment(closes) <= moment(opens):
        errors["closes_day"] = "It must close after it opens"
    link = words.line(form.text("link"))
    answer_forms.check_address(errors, "link", link)
    source = answer_forms.source(form, "source_", errors)
    checked = _day(form, "checked", errors)
    if not checked:
        errors.setdefault("checked", "Enter the day the force said so")
    elif checked > today:
        errors["checked"] = "This day is in the future. Give the day the force said so"
    if errors:
        return None, errors
    return Campaign(opens, [Source(**source)], checked, closes, link or None), {}


def values(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the form's values."""
    opens, closes = campaign.opens.split(" "), (campaign.closes or " ").split(" ")
    source = campaign.sources[0]
    return {"opens_day": opens[0], "opens_hour": opens[1], "closes_day": closes[0], "closes_hour": closes[1], "link": campaign.link or "",
            "source_title": source.title, "source_publisher": source.publisher, "source_url": source.url or "",
            "source_date": source.date or "", "checked": campaign.checked.isoformat()}


def from_file(entries: list[dict[str, Any]]) -> list[Campaign]:
    """Campaigns as they stand in a file. Raises `msgspec.ValidationError`."""
    return msgspec.convert(entries, list[Campaign])


def _time(form: Form, name: str, errors: dict[str, str]) -> str | None:
    day, hour = form.text(f"{name}_day"), form.text(f"{name}_hour")
    if not day:  # the hour is filled in beforehand
        return None
    local = f"{day} {hour or '00:00'}"
    try:
        # Written again, so that '2026-1-5 9:00' becomes what the file needs.
        local = dt.datetime.strptime(local, "%Y-%m-%d %H:%M").strftime("%Y-%m-%d %H:%M")
        moment(local)
    except ValueError:
        errors[f"{name}_day"] = "Enter a day such as 2026-11-23 and an hour such as 09:00"
        return None
    return local


def _day(form: Form, name: str, errors: dict[str, str]) -> dt.date | None:
    try:
        return dt.datetime.strptime(form.text(name), "%Y-%m-%d").date() if form.text(name) else None
    except ValueError:
        errors[name] = "Enter a day such as 2026-11-21"
        return None
