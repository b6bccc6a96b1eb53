"""Whether a force recruits at a given moment, and how to say so: what changes by the clock, not by an edit."""

from __future__ import annotations

import datetime as dt
from typing import Iterable, Iterator
from zoneinfo import ZoneInfo

from msgspec import Struct

from knowledge.schema import Campaign, Force, State

# Forces open and close by the clock on the wall, in winter and in summer time.
LONDON = ZoneInfo("Europe/London")
NOON = "midday"


class Standing(Struct, frozen=True):
    """How one campaign stands at a moment."""

    state: State
    campaign: Campaign


def moment(local: str) -> dt.datetime:
    """'2026-11-23 09:00' → that moment. An hour that the clocks repeat counts as the first one.

    Raises `ValueError` where there is no such day or hour, or a year that nobody can mean.
    """
    parsed = _parse(local)
    if not 2000 <= parsed.year < 2200:
        raise ValueError(f"no year for a campaign: {parsed.year}")
    there = parsed.replace(tzinfo=LONDON).astimezone(dt.timezone.utc)
    if there.astimezone(LONDON).replace(tzinfo=None) != parsed:
        raise ValueError(f"the clocks go forward over {local}")
    return there


def standing(force: Force, now: dt.datetime) -> Standing | None:
    """The campaign that matters at `now` (with a time zone): the open one, else the next, else the last.

    A closed one counts only until somebody has checked the written fact on a later day; after that, and
    where there is no campaign, the answer is None: the written fact holds.
    """
    opened = [campaign for campaign in force.campaigns if moment(campaign.opens) <= now]
    current = [campaign for campaign in opened if campaign.closes is None or now < moment(campaign.closes)]
    if current:
        return Standing("open", max(current, key=lambda campaign: moment(campaign.opens)))
    coming = [campaign for campaign in force.campaigns if campaign not in opened]
    if coming:
        return Standing("later", min(coming, key=lambda campaign: moment(campaign.opens)))
    if not opened:
        return None
    last = max(opened, key=lambda campaign: moment(campaign.closes))
    written = force.facts.get("recruitment_status")
    if written and written.checked > moment(last.closes).astimezone(LONDON).date():
        return None
    return Standing("closed", last)


def recruiting(forces: Iterable[Force], now: dt.datetime) -> list[Force]:
    """Those of `forces` with a campaign that is open at `now`, by name."""
    found = [force for force in forces if force.campaigns and (stands := standing(force, now)) and stands.state == "open"]
    return sorted(found, key=lambda force: force.name)


def sentence(force: Force, found: Standing) -> str:
    """One or two sentences for the public. They stay true as long as `found` does."""
    campaign = found.campaign
    if found.state == "closed":
        return (f"The last PCSO campaign of {force.name} that I know of closed {_closed(campaign.closes)}. "
                f"For the next one, look at {campaign.link or force.website}")
    until = f" until {_until(campaign.closes)}" if campaign.closes else ""
    if found.state == "open":
        does, apply = f"is recruiting PCSOs{until or ' now. No closing date is given'}", "Apply here"
    else:
        does, apply = f"will recruit PCSOs from {_from(campaign.opens)}{until}", "Apply here from then"
    publisher = campaign.sources[0].publisher
    # A force's own word is given as its own; anybody else's as theirs.
    said = f"{force.name} says it {does}." if publisher == force.name else f"According to {publisher}, {force.name} {does}."
    return f"{said} {apply}: {campaign.link}" if campaign.link else said


def mistakes(force: Force, today: dt.date) -> Iterator[tuple[tuple, str]]:
    """(place below `campaigns`, what is wrong and what to do) for each campaign that can't be right."""
    spans: list[tuple[dt.datetime, dt.datetime]] = []
    for index, campaign in enumerate(force.campaigns):
        if campaign.checked > today:
            yield ((index, "checked"), f"'checked' is in the future ({campaign.checked}). Give the day the force said so")
        times = {}
        for name in ("opens", "closes"):
            try:
                times[name] = moment(getattr(campaign, name)) if getattr(campaign, name) else None
            except ValueError:
                yield ((index, name), f"'{getattr(campaign, name)}' is no day and hour. Write it as 2026-11-23 09:00")
        if len(times) < 2:
            continue
        closes = times["closes"] or dt.datetime.max.replace(tzinfo=dt.timezone.utc)
        if closes <= times["opens"]:
            yield ((index, "closes"), "this campaign closes before it opens. Correct one of the two")
        elif any(opens < closes and times["opens"] < end for opens, end in spans):
            yield ((index, "opens"), "this campaign overlaps with another one. Close that one first")
        spans.append((times["opens"], closes))
    if force.campaigns and force.without_pcsos:
        yield ((), "this force has no PCSOs ('without_pcsos'), so it can't recruit any. Take the one or the other out")


def _clock(local: dt.datetime) -> str:
    """'9am', '5:30pm', 'midday'."""
    if (local.hour, local.minute) == (12, 0):
        return NOON
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def _day(local: dt.datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"


def _parse(local: str) -> dt.datetime:
    return dt.datetime.strptime(local, "%Y-%m-%d %H:%M")


def _from(opens: str) -> str:
    local = _parse(opens)
    # 'Midnight' belongs to which day? Nobody knows, so it is never said.
    return _day(local) if (local.hour, local.minute) == (0, 0) else f"{_clock(local)} on {_day(local)}"


def _until(closes: str) -> str:
    local = _parse(closes)
    if (local.hour, local.minute) == (0, 0):
        return f"the end of {_day(local - dt.timedelta(days=1))}"
    return f"{_clock(local)} on {_day(local)}"


def _closed(closes: str) -> str:
    local = _parse(closes)
    if (local.hour, local.minute) == (0, 0):
        return f"at the end of {_day(local - dt.timedelta(days=1))}"
    return f"at {_clock(local)} on {_day(local)}"
