"""The thread: what a message means after what was said before.

'and in Dorset?' is the last topic for another force; 'can they search me?' keeps the force.
`resolve` is a plain function of the turn, so that every case is a line in a table of tests.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from actions.turn import Asked, Place, Turn, puts_a_question
from knowledge import Force, Knowledge
from knowledge.normalising import normalise
from knowledge.schema import AFTER

LONGEST_CHOICE_WORDS = 6
# Words of many forces' and places' names that choose none of them.
NOT_TELLING = frozenset({"police", "service", "constabulary", "and", "of", "the", "on", "in", "upon", "under", "city", "county", "town"})

# 'Is it', of a place and a force, in messages that sound like one of these.
_IS_IT = re.compile(r"\b(?:is|are|does|do|isn'?t|which|whose|who)\b")
_OF_FORCES = re.compile(r"\b(?:(?:which|what|whose|my)(?: police)? (?:force|area|patch)|whose|who covers|cover(?:s|ed)?|"
                        r"(?:which|what) police|belong)\b")
ASKS_WHOSE = frozenset({"force_compare", "force_for_place", "set_force", "role_where", "contact_force"})
# A statement about where somebody lives is taken as that, unless the topic is this clear.
SURE_OF_TOPIC = 0.7


class Question(Struct, frozen=True):
    """One thing to answer: `ambiguous` is the place that may be in several forces, so that it has to be asked back."""

    topic: str
    force: str | None = None
    forces: tuple[str, ...] = ()
    ambiguous: Place | None = None
    # The force was found from this place in the message, so the answer says so.
    because_of: Place | None = None
    # The force was named in this very message, not kept from before.
    named: bool = False
    # The particular question within the topic, None for the topic as a whole.
    point: str | None = None
    # A button asked it: who presses one wants to read the answer.
    pressed: bool = False
    # It goes on about the answer just given, and asks nothing that has an answer of its own.
    closer: bool = False


def resolve(turn: Turn, knowledge: Knowledge) -> list[Question]:
    """The questions of a turn, each with its topic and force; at least one."""
    for meaning in _MEANINGS:
        found = meaning(turn, knowledge)
        if found:
            return [found]
    return [_question(_no_alarm(asked, turn), turn, knowledge) for asked in _without_bare_places(turn, knowledge)]


def _without_bare_places(turn: Turn, knowledge: Knowledge) -> tuple[Asked, ...]:
    """What is asked; 'do they take people on a visa? Surrey or Kent?' names places beside a question, and asks nothing of them."""
    asked = turn.asked or (Asked("unclear", 0.0),)
    answered = tuple(one for one in asked if one.topic not in ("set_force", "force_for_place"))
    beside = len(asked) > 1 and any(one.topic in knowledge.answers for one in answered) and not _OF_FORCES.search(turn.text.lower())
    return answered if beside else asked


def _pressed(turn: Turn, knowledge: Knowledge) -> Question | None:
    """What a button asks, word for word: known here, so that one that the model hasn't learnt yet asks the same."""
    said = turn.text.strip()
    if not said.endswith("?"):
        return None
    for topic, points in knowledge.points.items():
        for name, point in points.items():
            if point.question == said:
                return Question(topic, turn.force, point=name, pressed=True)
    return next((Question(topic, turn.force, pressed=True) for topic, answer in knowledge.answers.items() if answer.question == said), None)


def _in_another_language(turn: Turn, knowledge: Knowledge) -> Question | None:
    # The places and topics read from it are English guesses.
    return Question("unclear", turn.force) if turn.intent == "unclear" and turn.language != "en" else None


def _chosen(turn: Turn, knowledge: Knowledge) -> Question | None:
    """The answer to 'which of these forces?': 'the Yorkshire one', 'under lyme', 'the welsh one'."""
    offered = [knowledge.forces[force] for force in turn.pending.get("forces") or () if force in knowledge.forces]
    if not offered or len(turn.text.split()) > LONGEST_CHOICE_WORDS or turn.asks and not turn.only_names_a_place:
        return None
    if turn.places and _is_whole_question(turn, knowledge) and turn.asked and turn.asked[0].confidence >= SURE_OF_TOPIC:
        return None  # 'PCSO jobs Dorset' chooses nothing
    named = {force for place in turn.places for force in place.forces}
    said = set(normalise(turn.text).split())
    fitting = ([force for force in offered if force.id in named]
               or [force for force in offered if force.nation == turn.nation]
               or [force for force in offered if said & _telling_words(force, offered, turn.pending["place"])])
    topic = turn.pending["topic"]
    return Question(topic, fitting[0].id, named=True, point=_kept_point(topic, turn)) if len(fitting) == 1 else None


def _of_a_nation(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'wales the same?'."""
    return Question(turn.topic, point=_kept_point(turn.topic, turn)) if turn.topic in knowledge.answers and turn.nation else None


def _more_of_the_same(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'why', 'says who', 'are you sure that's right in Kent?'."""
    if turn.intent != "tell_more" or turn.topic not in knowledge.answers:
        return None
    return _after_place(turn, knowledge) if turn.places else Question("tell_more", turn.force)


def _compared_with_the_last(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'is that more than in Kent': Kent first, which the talk goes on about."""
    forces = tuple(dict.fromkeys((*_certain(turn), turn.force))) if turn.force else ()
    compares = turn.only_compares and turn.topic in knowledge.answers and len(forces) == 2
    return Question("force_compare", forces=forces) if compares else None


def _two_places(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'Kent or Essex'."""
    named = _certain(turn)
    return Question("force_compare", forces=named) if turn.only_names_a_place and len(named) > 1 else None


def _asks_whose_place(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'is Gillingham in Kent or Dorset', 'I live in Glossop, is that Manchester police': whose the place is, nothing is compared."""
    own, named = [place for place in turn.places if not place.is_force], [place.forces[0] for place in turn.places if place.is_force]
    asks_whose = turn.intent in ASKS_WHOSE and bool(_IS_IT.search(turn.text.lower())) and not turn.compares
    if len(own) != 1 or not named or not asks_whose:
        return None
    place = own[0].settled_by(named)
    if place.certain:
        return Question("force_for_place", place.forces[0], because_of=place, named=True)
    return Question("force_for_place", ambiguous=place, named=True)


def _compared_on_one_thing(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'compare Kent and Essex on pay': the pay is what they are compared on, no question of its own."""
    about = [asked for asked in turn.asked if asked.topic in knowledge.answers]
    compares = len(turn.asked) == 2 and len(about) == 1 and any(asked.topic == "force_compare" for asked in turn.asked)
    forces, (_, said, after) = _certain(turn), turn.text.lower().partition("compar")
    single = compares and len(forces) > 1 and said and not puts_a_question(after)  # 'compare Kent and Essex. What do they pay?' asks twice
    return Question("force_compare", forces=forces) if single else None


def _compared_on(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'and on fines?', 'which has more?' after a comparison."""
    compared = tuple(turn.pending.get("compared") or ())
    goes_on = turn.intent == "force_compare" or turn.continues and turn.intent in knowledge.answers
    return Question("force_compare", forces=compared) if compared and not turn.places and goes_on else None


def _moved(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'actually we moved to Preston', whatever topic that sounds like."""
    unsure = bool(turn.asked) and turn.asked[0].confidence < SURE_OF_TOPIC
    return _after_place(turn, knowledge) if turn.places and turn.states_where and not turn.asks and unsure else None


def _only_a_place(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'and in Dorset?', 'I live in Derby'."""
    if turn.places and turn.pending.get("ask") == "force" and turn.intent == "force_for_place" and turn.states_where:
        return _after_place(turn, knowledge)  # 'not sure which force, I'm in Kettering'
    names_it = turn.places and (turn.only_names_a_place or turn.intent == "set_force")
    return _after_place(turn, knowledge) if names_it and not _is_whole_question(turn, knowledge) else None


def _summed_up(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'so is that a yes or a no': the last answer, in short. ('Can they arrest him, yes or no' after a search asks something else.)"""
    told = turn.told
    known = told is not None and told.topic in knowledge.answers and not turn.telling_words - set(told.words)
    return Question(told.topic, told.force, point=told.point) if known and turn.asks_yes_or_no and not turn.places else None


def _agreed(turn: Turn, knowledge: Knowledge) -> Question | None:
    """'yes' to the first of the topics that were offered."""
    offered = turn.pending.get("topics")
    return Question(offered[0], turn.force) if turn.intent == "affirm" and offered else None


# What a message can mean besides what it asks by itself, tried in this order: the first that fits is meant.
_MEANINGS = (_pressed, _in_another_language, _chosen, _of_a_nation, _more_of_the_same, _compared_with_the_last, _asks_whose_place,
             _two_places, _compared_on_one_thing, _compared_on, _moved, _only_a_place, _summed_up, _agreed)


def _certain(turn: Turn) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.forces[0] for place in turn.places if place.certain))


def _telling_words(force: Force, offered: list[Force], place: str) -> set[str]:
    """Words of the force's name, and of its places called `place`, that no other has: 'lyme' for Newcastle-under-Lyme."""
    def words(other: Force) -> set[str]:
        places = (name for name in map(normalise, (*other.covers, *other.places)) if normalise(place) in name)
        return {word for name in (normalise(other.name), *places) for word in name.split()}

    return words(force).difference(*(words(other) for other in offered if other is not force)) - set(normalise(place).split()) - NOT_TELLING


def _no_alarm(asked: Asked, turn: Turn) -> Asked:
    """The detector has the last word on danger: where it sees none, the next likeliest topic is meant."""
    others = [item for item in turn.ranking if item[0] != "emergency"]
    if asked.topic != "emergency" or not others:
        return asked
    return msgspec.structs.replace(asked, topic=others[0][0], confidence=others[0][1], point=None)


def _is_whole_question(turn: Turn, knowledge: Knowledge) -> bool:
    """'Derby PCSO jobs' is short, but asks something by itself."""
    if turn.only_names_a_place and (turn.continues or turn.intent in knowledge.answers):
        return False  # 'and the neighbouring force, Humberside?'
    about_forces = turn.intent in ("force_for_place", "force_list", "force_compare") and len(turn.text.split()) > 3
    return turn.intent in knowledge.answers or about_forces


def _after_place(turn: Turn, knowledge: Knowledge) -> Question:
    place = turn.places[-1] if turn.corrects else turn.places[0]
    waiting = turn.pending.get("ask") == "force"
    topic = turn.topic if turn.topic in knowledge.answers else None
    if topic and (waiting or turn.corrects or not turn.states_where):
        return _question_about_place(topic, place, turn, _kept_point(topic, turn))
    if turn.pending.get("topic") == "force_for_place" or turn.topic == "force_for_place" and not turn.states_where:
        return _question_about_place("force_for_place", place, turn)
    return _question_about_place("set_force", place, turn)


def _kept_point(topic: str, turn: Turn) -> str | None:
    """'can I appeal?', and then 'in Kent?': still the appeal."""
    return turn.told.point if turn.told and turn.told.topic == topic else None


def _point(asked: Asked, turn: Turn, knowledge: Knowledge) -> str | None:
    """'what if I refuse' after alcohol is about refusing that: topics may have points that go by what was talked of before."""
    points, after = knowledge.points.get(asked.topic, {}), f"{AFTER}{turn.topic}"
    if after not in points or not (asked.leans or turn.is_short):
        return asked.point
    if asked.point is None or asked.point in points and points[asked.point].by_thread:
        return after
    of_another = asked.point.startswith(AFTER) and (asked.leans or not asked.surely)  # 'and if i refuse' is no search after a name
    return after if of_another else asked.point


def _question(asked: Asked, turn: Turn, knowledge: Knowledge) -> Question:
    point = _point(asked, turn, knowledge)
    places = asked.places or turn.places
    if asked.topic == "force_compare":
        forces = tuple(dict.fromkeys(place.forces[0] for place in turn.places))
        if len(forces) == 1 and turn.force and turn.force not in forces:
            forces = (*forces, turn.force)
        if len(forces) == 1 and turn.topic in knowledge.answers and not turn.compares:
            return _after_place(turn, knowledge)  # 'same rule in Cardiff?' with no force before it
        return Question("force_compare", forces=forces)
    if places:
        return _question_about_place(asked.topic, places[-1] if turn.corrects else places[0], turn, point)
    return Question(asked.topic, turn.force, point=point)


def _question_about_place(topic: str, place: Place, turn: Turn, point: str | None = None) -> Question:
    # The force talked of settles whose it is, or another place of the message: 'Newport in Gwent'.
    beside = (turn.force, *_certain(turn))
    settled = (place, *(place.settled_by((force,)) for force in beside))
    found = next((each for each in settled if each.certain), None)
    if found:
        return Question(topic, found.forces[0], because_of=place, named=True, point=point)
    return Question(topic, None, ambiguous=place, named=True, point=point)
