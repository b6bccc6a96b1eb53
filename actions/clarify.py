"""When a message isn't understood: one useful question back, with the likeliest topics as buttons."""

from __future__ import annotations

from typing import Collection, Iterable

from actions.thread import Question
from actions.turn import Told, Turn
from knowledge import Knowledge, Reply
from knowledge.schema import AFTER
from knowledge.topics import named
from safety.languages import UNKNOWN

OFFERED = 3
# A ranking flatter than this says nothing about what was meant.
WORTH_OFFERING = 0.04


def offer_topics(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """Asks which of the likeliest topics was meant; in another language, says so in that language."""
    note = knowledge.notes.get(turn.language)
    if note:
        return Reply(text=note, topic="unclear", scope="unknown", lang=None if turn.language == UNKNOWN else turn.language)
    buttons = _buttons(knowledge, likeliest(knowledge, turn))
    return Reply(text="I'm not sure what you mean. Is it one of these? If not, try asking in a few other words. "
                      "In an emergency call 999; to reach the police otherwise, call 101.",
                 topic="unclear", scope="unknown", buttons=buttons)


def most_asked(knowledge: Knowledge) -> list[dict[str, str]]:
    """What most people come for, as buttons."""
    return _buttons(knowledge, knowledge.most_asked[:OFFERED])


def _buttons(knowledge: Knowledge, topics: Iterable[str]) -> list[dict[str, str]]:
    return [{"title": knowledge.answers[topic].label, "payload": knowledge.answers[topic].question} for topic in topics]


def what_next(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """A 'yes' to nothing in particular."""
    return Reply(text="Good. What would you like to know about PCSOs?", topic="affirm")


def standing_out(knowledge: Knowledge, question: Question, turn: Turn, said: Collection[str]) -> str | None:
    """The particular question that is meant if the topic as a whole, told a moment ago, isn't: 'what about nights', after the hours."""
    names = (asked.particular for asked in turn.asked if asked.topic == question.topic and asked.point is None)
    points = knowledge.points.get(question.topic, {})
    known = (name for name in names if name in points and not name.startswith(AFTER) and not points[name].by_thread)
    return next((name for name in known if named(question.topic, name) not in said), None)


def near(knowledge: Knowledge, question: Question, turn: Turn, said: Collection[str]) -> list[dict[str, str]]:
    """Particular questions of the topic that may be meant, as buttons, where the topic as a whole is asked; none that was answered a
    moment ago. Where it is asked `closer` about the last answer, the topic's own question may be meant, too."""
    if question.point is not None:
        return []
    points, national = knowledge.points.get(question.topic, {}), knowledge.answers[question.topic]
    names = next((asked.near for asked in turn.asked if asked.topic == question.topic and asked.point is None), ())
    names = dict.fromkeys((*filter(None, [standing_out(knowledge, question, turn, said)]), *names)) if question.closer else names
    questions = [points[name].question for name in names if name in points and named(question.topic, name) not in said]
    if question.closer and question.topic not in said:
        questions = [*questions[:OFFERED - 1], national.question]
    return [{"title": each, "payload": each} for each in questions if each][:OFFERED]


def instead(knowledge: Knowledge, turn: Turn, told: Told) -> list[dict[str, str]]:
    """What may be asked where the answer just given doesn't hold it: the likeliest other topics, as buttons."""
    likely = [topic for topic, confidence in turn.ranking
              if topic in knowledge.answers and topic != told.topic and confidence >= WORTH_OFFERING]
    return [{"title": question, "payload": question} for question in (knowledge.answers[topic].question for topic in likely[:OFFERED])]


def other_questions(knowledge: Knowledge, told: Told, said: Collection[str]) -> list[dict[str, str]]:
    """What else may have been meant where the last answer was no use: the topic's own question, and particular ones, as buttons."""
    questions = [] if told.point is None else [knowledge.answers[told.topic].question]
    questions += [point.question for name, point in knowledge.points.get(told.topic, {}).items()
                  if point.question and name != told.point and named(told.topic, name) not in said]
    return [{"title": each, "payload": each} for each in questions[:OFFERED]]


def likeliest(knowledge: Knowledge, turn: Turn) -> list[str]:
    """Topics to offer, likeliest first."""
    likely = [topic for topic, confidence in turn.ranking if topic in knowledge.answers and confidence >= WORTH_OFFERING]
    return (likely or list(knowledge.most_asked))[:OFFERED]
