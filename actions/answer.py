"""The one action that answers questions: topic × force → facts, in the contract's form."""

from __future__ import annotations

import logging
from typing import Any, Callable

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import clarify, compare, more, places, thread
from actions.thread import Question
from actions.turn import Told, Turn, read
from knowledge import Knowledge, Reply, live_knowledge, look_up
from knowledge.lookup import ASK_FOR_FORCE
from knowledge.schema import AFTER
from knowledge.topics import HELD_BY_RASA

log = logging.getLogger(__name__)

LIVE = live_knowledge("actions")
IF_NOW = "If this is happening now, or somebody is in danger, call 999."
# How answers begin that say it themselves.
SAYS_IF_NOW = ("If it is happening now", "If this is happening now")

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
}


class ActionAnswer(Action):
    """Answers each question of the message in order, and remembers the thread."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Sends one message for each question; sets force, topic and what was asked back."""
        turn, knowledge = read(tracker), LIVE.get()
        questions = thread.resolve(turn, knowledge)
        # In another language the note itself begins with 999.
        warning = IF_NOW if turn.alarm_level == "perhaps" and turn.language == "en" else ""
        answered: list[tuple[Question, Reply]] = []
        for question in questions:
            if question.topic in HELD_BY_RASA:
                if warning:
                    dispatcher.utter_message(text=warning, json_message=Reply(text=warning, topic=question.topic).custom())
                dispatcher.utter_message(response=f"utter_{question.topic}")
            else:
                reply = answer(knowledge, question, turn)
                if reply.text.startswith(SAYS_IF_NOW):
                    warning = ""
                dispatcher.utter_message(text=f"{warning}\n\n{reply.text}".strip(), json_message=reply.custom(), buttons=reply.buttons)
                answered.append((question, reply))
            warning = ""
        return [SlotSet(name, value) for name, value in remembered(answered, turn, knowledge).items()]


def answer(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """The reply to one question."""
    if question.ambiguous:
        return _while_asking_which(knowledge, question)
    if question.topic in ANSWERERS:
        return ANSWERERS[question.topic](knowledge, question, turn)
    if question.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    told = turn.told is not None and (turn.told.topic, turn.told.force) == (question.topic, question.force)
    reply = look_up(knowledge, question.topic, question.force, point=question.point, told=told)
    place, force = question.because_of, knowledge.forces.get(question.force or "")
    if place and force and not places.is_name_of(place.label, force):
        return msgspec.structs.replace(reply, text=f"{places.covers(question, force)} {reply.text}")
    return more.nothing_more(knowledge, question) if _is_asked_closer(question, turn) else reply


def _is_asked_closer(question: Question, turn: Turn) -> bool:
    """Whether the message goes on about the answer just given, which is all there is."""
    return any(asked.leans for asked in turn.asked) and Told(question.topic, question.force, question.point) == turn.told


def _while_asking_which(knowledge: Knowledge, question: Question) -> Reply:
    """What holds everywhere, then which of the places is meant: the answer may be all they came for."""
    which = places.which_one(knowledge, question)
    if question.topic not in knowledge.answers:
        return which
    reply = look_up(knowledge, question.topic, None, point=question.point)
    text = reply.text.removesuffix(ASK_FOR_FORCE).strip()
    return msgspec.structs.replace(reply, text=f"{text}\n\n{which.text}", buttons=which.buttons)


def remembered(answered: list[tuple[Question, Reply]], turn: Turn, knowledge: Knowledge) -> dict[str, Any]:
    """Slots after the turn. The last question is the one that a follow-up continues."""
    if not answered:
        return {"pending": None, "told": None}
    question, reply = answered[-1]
    told = _told(question, reply, turn, knowledge)
    slots: dict[str, Any] = {"pending": _asked_back(question, reply, turn, knowledge), "told": told and msgspec.to_builtins(told)}
    topic = _goes_on_about(question, reply, turn, knowledge)
    if topic:
        slots["topic"] = topic
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
    if reply.topic not in knowledge.answers:
        return None
    return turn.told if question.topic == "tell_more" else Told(reply.topic, reply.force, question.point)


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
