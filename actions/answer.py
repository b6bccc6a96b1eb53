"""The one action that answers questions: topic × force → facts, in the contract's form."""

from __future__ import annotations

import logging
from typing import Any, Callable

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import clarify, compare, places, thread
from actions.thread import Question
from actions.turn import Turn, read
from knowledge import Knowledge, Reply, live_knowledge, look_up

log = logging.getLogger(__name__)

LIVE = live_knowledge("actions")
IF_NOW = "If this is happening now, or somebody is in danger, call 999."

Answerer = Callable[[Knowledge, Question, Turn], Reply]
# Every other topic is looked up in the facts.
ANSWERERS: dict[str, Answerer] = {
    "force_for_place": places.force_for_place,
    "force_list": places.force_list,
    "set_force": places.set_force,
    "force_compare": compare.compare_forces,
    "unclear": clarify.offer_topics,
    "affirm": clarify.what_next,
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
        replies = [answer(knowledge, question, turn) for question in questions]
        if turn.alarm_level == "perhaps":
            first = replies[0]
            replies[0] = msgspec.structs.replace(first, text=f"{IF_NOW}\n\n{first.text}")
        for reply in replies:
            dispatcher.utter_message(text=reply.text, json_message=reply.custom(), buttons=reply.buttons)
        return [SlotSet(name, value) for name, value in remembered(questions, replies, turn).items()]


def answer(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """The reply to one question."""
    if question.ambiguous:
        return places.which_one(knowledge, question)
    if question.topic in ANSWERERS:
        return ANSWERERS[question.topic](knowledge, question, turn)
    if question.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    reply = look_up(knowledge, question.topic, question.force)
    place, force = question.because_of, knowledge.forces.get(question.force or "")
    if place and force and not places.is_name_of(place.label, force):
        return msgspec.structs.replace(reply, text=f"{place.label} is covered by {force.name}. {reply.text}")
    return reply


def remembered(questions: list[Question], replies: list[Reply], turn: Turn) -> dict[str, Any]:
    """Slots after the turn. The last question is the one that a follow-up continues."""
    question, reply = questions[-1], replies[-1]
    slots: dict[str, Any] = {"pending": None}
    named = next((asked.force for asked in questions if asked.force and asked.named), None)
    if named and named != turn.force:
        slots["force"] = named
    if question.ambiguous:
        place = question.ambiguous
        slots["pending"] = {"ask": "force", "topic": question.topic, "place": place.label, "forces": list(place.forces)}
        if question.topic in LIVE.get().answers:
            slots["topic"] = question.topic
        return slots
    if reply.topic == "unclear":
        slots["pending"] = {"ask": "topic", "topics": clarify.likeliest(LIVE.get(), turn)}
        return slots
    if reply.topic == "force_compare" and len(question.forces) > 1:
        slots["pending"] = {"ask": None, "compared": list(question.forces)}
        return slots
    if reply.topic in LIVE.get().answers or reply.topic in ("force_for_place", "force_list"):
        slots["topic"] = reply.topic
    if reply.force is None and reply.topic in LIVE.get().answers and LIVE.get().answers[reply.topic].varies:
        slots["pending"] = {"ask": "force", "topic": reply.topic}
    return slots
