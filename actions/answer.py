"""The one action that answers questions: topic × force → facts, in the contract's form."""

from __future__ import annotations

import logging
import re
from typing import Any, Callable, Collection

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import clarify, compare, more, places, repeats, thread
from actions.thread import Question
from actions.turn import Told, Turn, known_to, now_asked, now_said, read, words_in
from knowledge import Knowledge, Reply, live_knowledge, look_up
from knowledge.schema import AFTER
from knowledge.topics import ABOUT_THE_ANSWER, HELD_BY_RASA, NOT_ASKED, NOTHING_ELSE

log = logging.getLogger(__name__)

LIVE = live_knowledge("actions")
IF_NOW = "If this is happening now, or somebody is in danger, call 999."
# How answers begin that tell people themselves to call 999.
SAYS_999 = re.compile(r"(?:Call 999|999 if|In danger now: call 999|If (?:it is|this is|you feel|somebody|anybody)[^.:]*\bcall 999)\b")

Answerer = Callable[[Knowledge, Question, Turn], Reply]
# Every other topic is looked up in the facts.
ANSWERERS: dict[str, Answerer] = {
    "force_for_place": places.force_for_place,
    "force_list": places.force_list,
    "set_force": places.set_force,
    "force_compare": compare.compare_forces,
    "unclear": clarify.offer_topics,
    "affirm": clarify.what_next,
    "tell_more": more.tell_more,
    "say_simply": more.say_simply,
    "not_helpful": more.not_helpful,
}


class ActionAnswer(Action):
    """Answers each question of the message in order, and remembers the thread."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Sends one message for each question; sets force, topic and what was asked back."""
        knowledge = LIVE.get()
        turn = known_to(read(tracker), knowledge.forces)
        questions = thread.resolve(turn, knowledge)
        # In another language the note itself begins with 999.
        only_about_words = turn.intent in ("say_simply", "tell_more")  # 'not understand. more easy words please'
        warning = IF_NOW if turn.alarm_level == "perhaps" and turn.language == "en" and not only_about_words else ""
        answered: list[tuple[Question, Reply]] = []
        said = {key for keys in turn.said for key in keys}
        for asked in _naming_each_place_once(questions):
            question = _after_the_last(asked, turn, knowledge, said)
            if question.topic in HELD_BY_RASA:
                if warning:
                    dispatcher.utter_message(text=warning, json_message=Reply(text=warning, topic=question.topic).custom())
                dispatcher.utter_message(response=f"utter_{question.topic}")
            else:
                reply = answer(knowledge, question, turn, said)
                if SAYS_999.match(reply.text):
                    warning = ""
                dispatcher.utter_message(text=f"{warning}\n\n{reply.text}".strip(), json_message=reply.custom(), buttons=reply.buttons)
                answered.append((question, reply))
                said |= {held.key for held in reply.held}
            warning = ""
        return [SlotSet(name, value) for name, value in remembered(answered, turn, knowledge).items()]


def answer(knowledge: Knowledge, question: Question, turn: Turn, said: Collection[str]) -> Reply:
    """The reply to one question. `said`: the keys of what was told a moment ago."""
    if question.ambiguous:
        return _while_asking_which(knowledge, question, said)
    if question.topic in ANSWERERS:
        return ANSWERERS[question.topic](knowledge, question, turn)
    if question.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    buttons = clarify.near(knowledge, question, turn, said)
    if question.closer:
        question = msgspec.structs.replace(question, point=turn.told.point)
    reply = look_up(knowledge, question.topic, question.force, point=question.point, surely=_is_surely(question, turn))
    if not turn.asks_whether:
        reply = _without_yes(reply)
    if question.closer and reply.held:
        reply = repeats.nothing_more(knowledge, question, turn, reply)
        buttons = buttons if reply.held else [*buttons, *clarify.instead(knowledge, turn, turn.told)][:clarify.OFFERED]
    elif not question.pressed:
        reply = repeats.without_what_was_said(knowledge, question, turn, reply, said)
    reply = more.later(msgspec.structs.replace(reply, buttons=[*buttons, *reply.buttons]), said)
    place, force = question.because_of, knowledge.forces.get(question.force or "")
    if place and force and not places.is_name_of(place.label, force):
        return msgspec.structs.replace(reply, text=f"{places.covers(question, force)} {reply.text}")
    return reply


def _naming_each_place_once(questions: list[Question]) -> list[Question]:
    """The questions, of which only the first on a place says whose it is: 'NG7 is covered by Nottinghamshire Police.'"""
    named: set[str] = set()
    left = []
    for question in questions:
        label = question.because_of.label if question.because_of else ""
        again = label in named and question.topic != "force_for_place"
        left.append(msgspec.structs.replace(question, because_of=None) if again else question)
        named |= {label} - {""}
    return left


def _without_yes(reply: Reply) -> Reply:
    """Who asks how long, or only says where, isn't told 'Yes. PCSOs in Kent …'."""
    plain = [msgspec.structs.replace(held, text=held.text.removeprefix("Yes. ")) for held in reply.held]
    return reply.saying(plain) if plain != list(reply.held) else reply


def _is_surely(question: Question, turn: Turn) -> bool:
    """Whether nothing else comes near the point that was found."""
    found = (asked for asked in turn.asked if (asked.topic, asked.point) == (question.topic, question.point))
    return question.pressed or any(asked.surely for asked in found)


def _is_asked_closer(question: Question, turn: Turn, knowledge: Knowledge) -> bool:
    """Whether the message goes on about the answer just given, and asks nothing that has an answer of its own."""
    told = turn.told
    if told is None or question.pressed or not any(asked.leans for asked in turn.asked):
        return False
    known = told.point is None or told.point in knowledge.points.get(told.topic, {})
    same = (question.topic, question.force) == (told.topic, told.force) and question.point in (None, told.point)
    return known and same and not _asks_the_whole(question, turn, knowledge)


def _asks_the_whole(question: Question, turn: Turn, knowledge: Knowledge) -> bool:
    """'So what can they fine for' after a particular question: surely the topic as a whole, which wasn't told, in words of its answer."""
    if question.point is not None or turn.told is None or turn.told.point is None or any(question.topic in keys for keys in turn.said):
        return False
    answer = knowledge.answers.get(question.topic)
    surely = any(asked.surely for asked in turn.asked if (asked.topic, asked.point) == (question.topic, None))
    return answer is not None and surely and bool(turn.telling_words & words_in(f"{answer.question} {answer.text}"))


def _after_the_last(question: Question, turn: Turn, knowledge: Knowledge, said: Collection[str]) -> Question:
    """The question as it is meant behind the last answer: closer about that, or about something else.

    'What about nights' after the hours is taken for the point that stands out, where the topic as a whole was told a moment ago.
    """
    # 'It was for shoplifting when I was 14': who wants to join asks whether it matters.
    of_oneself = turn.only_tells and question.topic in knowledge.answers and knowledge.answers[question.topic].joining
    may_be = of_oneself or question.topic in said and not turn.only_tells
    closer = _is_asked_closer(question, turn, knowledge)
    if question.point is not None or not may_be or not closer:
        return msgspec.structs.replace(question, closer=closer)
    point = clarify.standing_out(knowledge, question, turn, said)
    return msgspec.structs.replace(question, point=point, closer=point in (None, turn.told.point))


def _while_asking_which(knowledge: Knowledge, question: Question, said: Collection[str]) -> Reply:
    """What holds everywhere, then which of the places is meant: the answer may be all they came for."""
    which = places.which_one(knowledge, question)
    if question.topic not in knowledge.answers:
        return which
    reply = look_up(knowledge, question.topic, None, point=question.point)
    new = [held for held in reply.held if held.key not in said and not held.is_more]
    return msgspec.structs.replace(reply.saying(new, which.text), scope=reply.scope if new else "unknown", buttons=which.buttons)


def remembered(answered: list[tuple[Question, Reply]], turn: Turn, knowledge: Knowledge) -> dict[str, Any]:
    """Slots after the turn. The last question is the one that a follow-up continues."""
    said = [held.key for _, reply in answered for held in reply.held]
    if not answered:
        return {"pending": None, "told": None, "said": now_said(turn, said)}
    question, reply = answered[-1]
    told = _told(question, reply, turn, knowledge)
    slots: dict[str, Any] = {"pending": _asked_back(question, reply, turn, knowledge), "told": told and msgspec.to_builtins(told),
                             "said": now_said(turn, said)}
    if turn.alarm_talk and any(asked.topic not in NOTHING_ELSE for asked, _ in answered):
        slots["alarm_talk"] = None
    topic = _goes_on_about(question, reply, turn, knowledge)
    if topic:
        slots["topic"] = topic
    if any(asked.topic not in NOT_ASKED | {"unclear"} for asked, _ in answered):
        slots["story"] = now_asked(turn)
    named = next((asked.force for asked, _ in reversed(answered) if asked.force and asked.named), None)
    if reply.topic == "force_compare" and len(turn.places) == 1 and turn.force in question.forces[1:]:
        named = question.forces[0]  # 'is it better in Essex?' after Kent: what follows is about Essex
    if named and named != turn.force:
        slots["force"] = named
    return slots


def _told(question: Question, reply: Reply, turn: Turn, knowledge: Knowledge) -> Told | None:
    """What 'why' and 'says who' will be about."""
    if reply.topic == "force_compare":
        return Told(compare.topic_of(knowledge, turn), reply.force)
    if question.topic in ABOUT_THE_ANSWER:
        return turn.told
    if reply.topic not in knowledge.answers:
        return None
    if question.closer:
        return turn.told
    return Told(reply.topic, reply.force, question.point, tuple(sorted(turn.telling_words)))


def _asked_back(question: Question, reply: Reply, turn: Turn, knowledge: Knowledge) -> dict[str, Any] | None:
    """What a short reply of theirs will answer, None where nothing was asked."""
    if question.ambiguous:
        place = question.ambiguous
        return {"ask": "force", "topic": question.topic, "place": place.label, "forces": list(place.forces)}
    if reply.topic == "unclear":
        return {"ask": "topic", "topics": clarify.likeliest(knowledge, turn)} if reply.buttons else None
    if reply.topic == "force_compare" and len(question.forces) > 1:
        return {"ask": None, "compared": list(question.forces)}
    if _leaves_open(reply, turn, knowledge):
        return {"ask": "force", "topic": turn.topic}
    if reply.force is None and reply.topic in knowledge.answers:
        # Also after a point that holds everywhere, which asks for no force: who then says 'I'm in Coventry' means this topic there.
        return {"ask": "force", "topic": reply.topic} if knowledge.answers[reply.topic].varies else None
    return None


def _goes_on_about(question: Question, reply: Reply, turn: Turn, knowledge: Knowledge) -> str | None:
    """The topic that 'and in Dorset?' will ask about, None where it stays what it was."""
    if question.ambiguous:
        return question.topic if question.topic in knowledge.answers else None
    if reply.topic == "force_compare" and len(question.forces) > 1:
        return compare.topic_of(knowledge, turn)
    if _leaves_open(reply, turn, knowledge):
        return None
    if (question.point or "").startswith(AFTER):
        return turn.topic  # 'what if I refuse' was about the alcohol, and so is what follows
    return reply.topic if reply.topic in knowledge.answers or reply.topic in ("force_for_place", "force_list") else None


def _leaves_open(reply: Reply, turn: Turn, knowledge: Knowledge) -> bool:
    """'I don't know which force that is' answers no question: the one before it waits."""
    return reply.topic == "force_for_place" and reply.force is None and turn.topic in knowledge.answers
