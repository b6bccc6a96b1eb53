"""Recruitment campaigns in a force's file."""

from __future__ import annotations

from typing import Any

import msgspec

from door.content.answers import file_of
from door.content.draft import Changed, Edit
from door.content.snapshot import Snapshot, digest
from door.content.yaml_text import YamlText
from knowledge.schema import Campaign

PLACE = ("campaigns",)


def campaigns(snapshot: Snapshot, force: str) -> list[dict[str, Any]]:
    """The force's campaigns as they stand in its file."""
    return list(snapshot.yaml(file_of(snapshot, force)).data.get("campaigns") or [])


def set_campaigns(snapshot: Snapshot, force: str, new: list[Campaign], based_on: str) -> Edit:
    """Writes all campaigns of a force. `based_on` is `digest(campaigns(…))` of the form's making.

    Raises `Changed`, with the campaigns as they are now.
    """
    now = campaigns(snapshot, force)
    if digest(now) != based_on:
        raise Changed("Somebody else has changed this force's recruitment since you opened it. Look at what is there now, "
                      "and save again", now)
    name = file_of(snapshot, force)
    return Edit({name: with_campaigns(snapshot.text(name), new)}, f"{force}: recruitment changed")


def with_campaigns(text: str, new: list[Campaign]) -> str:
    """The text of a force's file with these campaigns and nothing else changed, be it the draft's or what is live."""
    file = YamlText(text)
    if file.has(PLACE):
        file = file.delete(PLACE)
    return file.add(PLACE, [_written(campaign) for campaign in new]).text if new else file.text


def _written(campaign: Campaign) -> dict[str, Any]:
    fields: dict[str, Any] = {"opens": campaign.opens}
    if campaign.closes:
        fields["closes"] = campaign.closes
    if campaign.link:
        fields["link"] = campaign.link
    sources = [{name: value for name, value in msgspec.to_builtins(source).items() if value} for source in campaign.sources]
    return {**fields, "sources": sources, "checked": campaign.checked}
