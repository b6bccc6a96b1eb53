"""Topic × force → reply: the one place where facts become an answer."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import msgspec

from knowledge import campaigns
from knowledge.reply import MORE, Held, Reply, compose, held, public, sentences
from knowledge.schema import Force, Knowledge, NationalAnswer, Point
from knowledge.topics import named

# What such a text opens with says nothing where a force was named.
_DEPENDS = re.compile(r"^It depends on the force[^.:]*[.:] ")
# What a force says on a topic may answer the topic's own question, and not the particular one.
_YES_OR_NO = re.compile(r"(?:Yes|No)\b")
# Many a text of the facts says of a part of what is asked that it isn't known, and is no `unknown` one for that.
NOT_KNOWN = "I don't know"
# Shorter ones ('met', 'mps') are words, too, or no text's.
_SHORTEST_ALIAS = 4
# 'Kent Police' → 'Kent', as texts name it.
_OF_A_FORCE = re.compile(r" (?:Police|Constabulary)(?: Service)?$")
TELL_ME = "tell me your town or police force."


def look_up(knowledge: Knowledge, topic: str, force_id: str | None, now: dt.datetime | None = None, point: str | None = None,
            surely: bool = False) -> Reply:
    """Answers `topic` for a force, or for England and Wales where `force_id` is None.

    `point` names a particular question within the topic; one that isn't held (any more) is answered by the whole topic. `surely`: no
    other comes near it, so that what the force says on the topic needn't stand beside one that is answered `alone`.
    `now` (with a time zone; by default this moment) decides what recruitment campaigns mean.
    Raises `KeyError` for a topic or a force that doesn't exist.
    """
    national = knowledge.answers[topic]
    particular = knowledge.points.get(topic, {}).get(point or "")
    now = now or dt.datetime.now(dt.timezone.utc)
    if force_id is None:
        everywhere = _everywhere(knowledge, topic, national, point if particular else None)
        recruiting = campaigns.recruiting(knowledge.forces.values(), now) if topic == "recruitment_status" else []
        if recruiting and (particular is None or particular.varies):
            return _recruiting(_everywhere(knowledge, topic, national, None), recruiting, now)
        return everywhere
    force = knowledge.forces[force_id]
    found = campaigns.standing(force, now) if force.campaigns else None
    if found and topic == "recruitment_status" and (particular is None or particular.varies):
        return compose(topic, [_campaign(force, found)], force=force.id, scope="force")
    if particular and knowledge.holds_in(topic, force):
        return _point_of_force(knowledge, topic, point, particular, force, surely)
    if found and found.state in national.campaign_first:
        rest = _of_force(knowledge, topic, national, force, more="more ")
        return compose(topic, [_campaign(force, found), *rest.held], force=force.id, scope="force", closing=rest.closing,
                       is_general=rest.is_general, admits=rest.admits)
    return _of_force(knowledge, topic, national, force)


def _everywhere(knowledge: Knowledge, topic: str, national: NationalAnswer, point: str | None) -> Reply:
    fact = knowledge.points[topic][point] if point else national
    said = [held(knowledge, named(topic, point), fact)] if point else _whole(knowledge, topic, national)
    return compose(topic, said, scope="unknown" if fact.unknown else "national",
                   closing=ask_for_force(knowledge, topic, point) if fact.varies else "")


def _of_force(knowledge: Knowledge, topic: str, national: NationalAnswer, force: Force, more: str = "") -> Reply:
    """`more` goes into 'I don't have anything …', where something of the force stands before it."""
    fact = force.facts.get(topic)
    if fact is None and not knowledge.holds_in(topic, force):
        return compose(topic, [held(knowledge, f"{force.id}:without_pcsos", force.without_pcsos)], force=force.id, scope="force")
    if fact is not None:
        of_force, general = held(knowledge, f"{force.id}:{topic}", fact), held(knowledge, topic, national, in_general(national.text))
        return compose(topic, [general, of_force] if fact.adds else [of_force], force=force.id, scope="force")
    general = _whole(knowledge, topic, national, of_force=True)
    if national.website:  # the file of every force has it
        site = Held(f"{force.id}:website", f"{force.name}'s website is {force.website}.", (website(force),))
        return compose(topic, [site, *general], force=force.id, scope="force")
    if national.unknown or national.varies:
        return compose(topic, [] if national.unknown else general, force=force.id, scope="unknown", admits="nothing_from",
                       closing=f"{nothing_from(force, more)} {to_be_sure(force)}", is_general=not national.unknown)
    return compose(topic, general, force=force.id, scope="national")


def _point_of_force(knowledge: Knowledge, topic: str, name: str, point: Point, force: Force, surely: bool) -> Reply:
    """What the force says on just this; else what holds everywhere on the point, beside what the force says on the topic.

    The force goes first where nothing is held everywhere, or where that begins with what other forces say.
    """
    fact, said = force.facts.get(topic), held(knowledge, named(topic, name), point, point.with_force)
    own = force.points.get(topic, {}).get(name)
    if own:
        of_force = held(knowledge, f"{force.id}:{named(topic, name)}", own)
        return compose(topic, [said, of_force] if own.adds else [of_force], force=force.id, scope="force")
    tells_of = named_in(knowledge, said.text)
    if fact and not (point.alone and surely):
        of_force = held(knowledge, f"{force.id}:{topic}", fact)
        of_others = force.id not in tells_of and bool(named_in(knowledge, sentences(said.text)[0])) and not _YES_OR_NO.match(fact.text)
        return compose(topic, (of_force, said) if point.unknown or of_others else (said, of_force), force=force.id, scope="force")
    if point.varies and tells_of and force.id not in tells_of and not said.text.startswith(NOT_KNOWN):
        aside = msgspec.structs.replace(said, text=f"{not_known_of(force)} {said.text}")
        return compose(topic, [aside], force=force.id, scope="unknown", closing=to_be_sure(force), admits="not_known_of")
    if point.varies and force.id not in tells_of:
        return compose(topic, [said], force=force.id, scope="unknown", closing=f"{nothing_from(force)} {to_be_sure(force)}",
                       admits="nothing_from")
    if point.varies:
        return compose(topic, [said], force=force.id, scope="unknown", closing=to_be_sure(force))
    return compose(topic, [said], force=force.id, scope="unknown" if point.unknown else "national",
                   closing=to_be_sure(force) if point.unknown else "")


def _campaign(force: Force, found: campaigns.Standing) -> Held:
    campaign = found.campaign
    return Held(f"{force.id}:campaign {campaign.opens} {found.state}", campaigns.sentence(force, found),
                tuple(public(source) for source in campaign.sources), campaign.checked.isoformat())


def _recruiting(rest: Reply, recruiting: list[Force], now: dt.datetime) -> Reply:
    """Whose campaigns are open, and what holds for the others; dated by the oldest of all."""
    each = [_campaign(force, campaigns.standing(force, now)) for force in recruiting]
    text = f"Open now, as far as I know: {', '.join(force.name for force in recruiting)}. Name one for its dates."
    opened = Held(" ".join(("recruiting", *(force.id for force in recruiting))), text,
                  tuple(source for campaign in each for source in campaign.sources),
                  min(campaign.checked for campaign in each))
    return rest.saying([opened, *rest.held])


def ask_for_force(knowledge: Knowledge, topic: str, point: str | None = None) -> str:
    """What telling the force would bring: a promise only where most forces' own words on the topic, or the point, are held."""
    fact = knowledge.points[topic][point] if point else knowledge.answers[topic]
    with_pcsos = [force for force in knowledge.forces.values() if not force.without_pcsos]
    known = sum(point in force.points.get(topic, {}) for force in with_pcsos) or sum(topic in force.facts for force in with_pcsos)
    if 2 * known >= len(with_pcsos):
        return f"For the answer where you are, {TELL_ME}"
    if not known or fact.unknown:
        return f"For whom to ask where you are, {TELL_ME}"
    return f"I know more for {'one force' if known == 1 else f'{known} forces'}: {TELL_ME}"


def nothing_from(force: Force, more: str = "") -> str:
    """That the force's own word isn't held; `more` is 'more ' where something of it was said before."""
    return f"I don't have anything {more or 'reliable '}from {force.name} on this."


def not_known_of(force: Force) -> str:
    """Stands before what other forces do, where that one's own word isn't held."""
    return f"{NOT_KNOWN} about {force.name}."


def named_in(knowledge: Knowledge, text: str) -> set[str]:
    """Ids of the forces that `text` tells of."""
    return {force.id for force in knowledge.forces.values() if not force.without_pcsos and _named(force.name, *force.aliases).search(text)}


@lru_cache(maxsize=128)
def _named(name: str, *aliases: str) -> re.Pattern[str]:
    names = [_OF_A_FORCE.sub("", name), *(alias for alias in aliases if len(alias) >= _SHORTEST_ALIAS)]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)


def in_general(text: str) -> str:
    """A text for everywhere as it is said where a force is named."""
    rest = _DEPENDS.sub("", text) or text
    return f"{rest[0].upper()}{rest[1:]}"


def to_be_sure(force: Force) -> str:
    """Where to ask."""
    return f"To be sure, ask {force.name}: {force.website}"


def _whole(knowledge: Knowledge, topic: str, national: NationalAnswer, of_force: bool = False) -> list[Held]:
    first = held(knowledge, topic, national, in_general(national.text) if of_force else national.text)
    return [first, held(knowledge, f"{topic}{MORE}", national, national.more)] if national.more else [first]


def website(force: Force) -> dict[str, str]:
    """The force's own website as a source."""
    return {"title": f"{force.name}: website", "publisher": force.name, "url": force.website}
