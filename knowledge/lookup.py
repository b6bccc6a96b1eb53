"""Topic × force → reply: the one place where facts become an answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec
from msgspec import Struct

from knowledge import campaigns
from knowledge.schema import Fact, Force, Knowledge, NationalAnswer, Point, Source

# Topics that stand for themselves wherever PCSOs exist or not: contact ways and history. Complaints and volunteers
# are left out: what is held on them is the law of England and Wales.
NOT_ABOUT_PCSOS_THERE = {"contact_emergency", "contact_non_emergency", "contact_report_crime", "contact_deaf_speech",
                         "contact_anonymous", "contact_general", "contact_force", "role_history"}
# What a campaign's dates add to, and in which states: a closed one says nothing on how to apply.
CAMPAIGN_BEFORE = {"recruitment_alerts": ("open", "later", "closed"), "recruitment_apply": ("open", "later")}
IN_GENERAL = "In general:"
# What such a text opens with says nothing after 'I don't have anything from Kent Police'.
_DEPENDS = re.compile(r"^It depends on the force[^.:]*[.:] ")
ASK_FOR_FORCE = "For the answer where you are, tell me your town or police force."


class Reply(Struct, frozen=True):
    """One message of the contract, without its `recipient_id`."""

    text: str
    topic: str
    force: str | None = None
    scope: str = "national"
    emergency: bool = False
    checked: str | None = None
    sources: list[dict[str, str]] = []
    buttons: list[dict[str, str]] = []
    lang: str | None = None

    def custom(self) -> dict[str, Any]:
        """The contract's `custom` object."""
        fields = {name: getattr(self, name)
                  for name in ("topic", "force", "scope", "emergency", "checked", "sources")}
        return {**fields, "lang": self.lang} if self.lang else fields


def look_up(knowledge: Knowledge, topic: str, force_id: str | None, now: dt.datetime | None = None, point: str | None = None,
            told: bool = False) -> Reply:
    """Answers `topic` for a force, or for England and Wales where `force_id` is None.

    `point` names a particular question within the topic; one that isn't held (any more) is answered by the whole topic. `told`: what
    the force says on the topic was said just before, and needn't be said once more beside a point.
    `now` (with a time zone; by default this moment) decides what recruitment campaigns mean.
    Raises `KeyError` for a topic or a force that doesn't exist.
    """
    national = knowledge.answers[topic]
    particular = knowledge.points.get(topic, {}).get(point or "")
    now = now or dt.datetime.now(dt.timezone.utc)
    if force_id is None:
        recruiting = campaigns.recruiting(knowledge.forces.values(), now) if topic == "recruitment_status" else []
        if recruiting and (particular is None or particular.varies):
            return _recruiting(knowledge, topic, national, recruiting, now)
        return _point(knowledge, topic, particular) if particular else _national(knowledge, topic, national)
    force = knowledge.forces[force_id]
    found = campaigns.standing(force, now) if force.campaigns else None
    if found and topic == "recruitment_status" and (particular is None or particular.varies):
        return _campaign(topic, force, found)
    if particular and not (force.without_pcsos and topic not in NOT_ABOUT_PCSOS_THERE):
        return _point_of_force(knowledge, topic, particular, force, told)
    reply = _of_force(knowledge, topic, national, force)
    if found and found.state in CAMPAIGN_BEFORE.get(topic, ()):
        return _after_campaign(_campaign(topic, force, found), reply, force)
    return reply


def _of_force(knowledge: Knowledge, topic: str, national: NationalAnswer, force: Force) -> Reply:
    fact = force.facts.get(topic)
    if fact is None and force.without_pcsos and topic not in NOT_ABOUT_PCSOS_THERE:
        fact = force.without_pcsos
    if fact is not None and fact.adds:
        text = f"{in_general(national)}\n\n{fact.text}"
        return compose(knowledge, topic, text, [fact, national], force=force.id, scope="force")
    if fact is not None:
        return compose(knowledge, topic, fact.text, [fact], force=force.id, scope="force")
    if topic == "contact_force":  # the file of every force has its website
        text = f"{force.name}'s website is {force.website}. {_whole(national)}"
        reply = compose(knowledge, topic, text, [national], force=force.id, scope="force")
        return msgspec.structs.replace(reply, sources=[website(force), *reply.sources])
    if national.varies or national.unknown:
        return _unknown(knowledge, topic, national, force)
    return compose(knowledge, topic, _whole(national), [national], force=force.id, scope="national")


def _point(knowledge: Knowledge, topic: str, point: Point) -> Reply:
    text = f"{point.text}\n\n{ASK_FOR_FORCE}" if point.varies else point.text
    return compose(knowledge, topic, text, [point], scope="unknown" if point.unknown else "national")


def _point_of_force(knowledge: Knowledge, topic: str, point: Point, force: Force, told: bool) -> Reply:
    """What holds everywhere on the point, beside what the force says on the topic, unless that was `told` just before.

    The force goes first where nothing is held everywhere: it may say what nobody else does.
    """
    fact = force.facts.get(topic)
    if fact and not told:
        both = (fact.text, point.text) if point.unknown else (point.text, fact.text)
        return compose(knowledge, topic, "\n\n".join(both), [fact, point], force=force.id, scope="force")
    if fact or not point.varies:
        text = point.text if told or not point.unknown else f"{point.text}\n\n{_to_be_sure(force)}"
        return compose(knowledge, topic, text, [point], force=force.id, scope="unknown" if point.unknown else "national")
    text = f"{point.text}\n\n{_nothing_from(force)} {_to_be_sure(force)}"
    return compose(knowledge, topic, text, [point], force=force.id, scope="unknown")


def _campaign(topic: str, force: Force, found: campaigns.Standing) -> Reply:
    campaign = found.campaign
    return Reply(text=campaigns.sentence(force, found), topic=topic, force=force.id, scope="force",
                 sources=[_public(source) for source in campaign.sources], checked=campaign.checked.isoformat())


def _recruiting(knowledge: Knowledge, topic: str, national: NationalAnswer, recruiting: list[Force],
                now: dt.datetime) -> Reply:
    """Whose campaigns are open, and what holds for the others; dated by the oldest of all."""
    names, rest = ", ".join(force.name for force in recruiting), _national(knowledge, topic, national)
    each = [_campaign(topic, force, campaigns.standing(force, now)) for force in recruiting]
    sources = [source for reply in (*each, rest) for source in reply.sources]
    text = f"Open now, as far as I know: {names}. Name one for its dates.\n\n{rest.text}"
    return msgspec.structs.replace(rest, text=text, sources=sources,
                                   checked=min(filter(None, (reply.checked for reply in (*each, rest)))))


def _after_campaign(first: Reply, rest: Reply, force: Force) -> Reply:
    """The campaign, then what is held besides; dated by the older of the two."""
    # 'I don't have anything from them' would be untrue right after what they say.
    text = rest.text.replace(_nothing_from(force), f"I don't have anything more from {force.name} on this.")
    more = [source for source in rest.sources if source not in first.sources]
    return msgspec.structs.replace(first, text=f"{first.text}\n\n{text}", sources=[*first.sources, *more],
                                   checked=min(filter(None, (first.checked, rest.checked))))


def _national(knowledge: Knowledge, topic: str, national: NationalAnswer) -> Reply:
    text = _whole(national)
    if national.varies:
        text += f"\n\n{ASK_FOR_FORCE}"
    return compose(knowledge, topic, text, [national], scope="unknown" if national.unknown else "national")


def _unknown(knowledge: Knowledge, topic: str, national: NationalAnswer, force: Force) -> Reply:
    opening, where = _nothing_from(force), _to_be_sure(force)
    if national.unknown:
        return compose(knowledge, topic, f"{opening} {where}", [], force=force.id, scope="unknown")
    text = f"{opening} {in_general(national)}\n\n{where}"
    return compose(knowledge, topic, text, [national], force=force.id, scope="unknown")


def _nothing_from(force: Force) -> str:
    return f"I don't have anything reliable from {force.name} on this."


def in_general(national: NationalAnswer) -> str:
    """What holds everywhere, to stand beside what one force says or doesn't."""
    text = _DEPENDS.sub("", national.text) or national.text
    return f"{IN_GENERAL} {text[0].upper()}{text[1:]}"


def _to_be_sure(force: Force) -> str:
    return f"To be sure, ask {force.name}: {force.website}"


def _whole(national: NationalAnswer) -> str:
    return f"{national.text}\n\n{national.more}" if national.more else national.text


def compose(knowledge: Knowledge, topic: str, text: str, facts: list[Fact | NationalAnswer | Point], *,
            scope: str, force: str | None = None) -> Reply:
    """A reply with the sources of `facts`, as old as the oldest of them."""
    sources = [_public(knowledge.sources[key]) for fact in facts for key in fact.sources]
    dates = [fact.checked for fact in facts if fact.checked]
    return Reply(text=text, topic=topic, force=force, scope=scope, sources=sources,
                 checked=min(dates).isoformat() if dates and sources else None)


def website(force: Force) -> dict[str, str]:
    """The force's own website as a source."""
    return {"title": f"{force.name}: website", "publisher": force.name, "url": force.website}


def _public(source: Source) -> dict[str, str]:
    shown = {"title": source.title, "publisher": source.publisher}
    if source.url:
        shown["url"] = source.url
    if source.date:
        shown["date"] = source.date
    return shown
