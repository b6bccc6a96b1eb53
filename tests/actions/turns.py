"""One turn as the action meets it, made by hand: what was understood and which slots there are."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import turn
from actions.answer import ActionAnswer

WHERE = {"label": "Dorset", "forces": ["dorset"], "certain": True}


def sent(questions, level="none", places=(), text="what some of them said", leans=False, language="en", point=None, near=(),
         ranking=(), particular=None, surely=True, only_told=False, **slots):
    """(messages, slots) of one turn; `questions` are (topic, confidence) pairs."""
    asked = [{"topic": topic, "confidence": confidence, "places": list(places), "leans": leans, "point": point, "near": near,
              "particular": particular, "surely": surely, "told": only_told}
             for topic, confidence in questions]
    message = {"text": text, "intent": {"name": questions[0][0]}, "questions": asked, "alarm": {"level": level, "language": language},
               "entities": [{"entity": "force", "text": place["label"].lower(), **place} for place in places],
               "intent_ranking": [{"name": topic, "confidence": confidence} for topic, confidence in ranking or questions]}
    dispatcher = CollectingDispatcher()
    events = ActionAnswer().run(dispatcher, Tracker("p", slots, message, [], False, None, {}, "action_listen"), {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def read_turn(questions):
    """The turn of a message that asks these."""
    message = {"text": "some words", "intent": {"name": questions[0]["topic"]}, "questions": questions}
    return turn.read(Tracker("p", {}, message, [], False, None, {}, "action_listen"))


def told(topic, force=None, point=None, words=()):
    """The slot of the same name after an answer to a question of these words."""
    return {"topic": topic, "force": force, "point": point, "words": tuple(words)}
