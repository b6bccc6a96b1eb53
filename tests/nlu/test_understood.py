"""What the pipeline made of a message travels beside the reply, and only to who asked."""

import asyncio
import json

from rasa.shared.nlu.training_data.message import Message

from bot import understood


def message(topic="powers_search", confidence=0.81234567):
    ranking = [{"name": name, "confidence": 0.5} for name in ("powers_search", "powers_detain", "powers_arrest", "powers_fines")]
    return Message(data={"intent": {"name": topic, "confidence": confidence}, "intent_ranking": ranking})


def test_it_is_noted_across_the_turns_own_task():
    async def turn():
        understood.note(message(), "none")

    async def ask():
        with understood.noting() as notes:
            await asyncio.wait_for(turn(), 1)
        return understood.headers(notes)

    header = asyncio.run(ask())["X-Understood"]
    assert json.loads(header) == {"topic": "powers_search", "danger": "none", "confidence": 0.8123,
                                  "ranking": [["powers_search", 0.5], ["powers_detain", 0.5], ["powers_arrest", 0.5]]}
    assert header.isascii() and "\n" not in header


def test_two_at_once_do_not_mix():
    async def ask(topic):
        with understood.noting() as notes:
            await asyncio.sleep(0)
            understood.note(message(topic), "none")
            await asyncio.sleep(0)
        return json.loads(understood.headers(notes)["X-Understood"])["topic"]

    async def both():
        return await asyncio.gather(ask("powers_search"), ask("powers_fines"))

    assert asyncio.run(both()) == ["powers_search", "powers_fines"]


def test_training_and_other_channels_note_nothing():
    understood.note(message(), "none")
    with understood.noting() as notes:
        pass
    assert notes == [] and understood.headers(notes) == {}


def test_only_with_pcso_debug_is_it_told_why(monkeypatch):
    monkeypatch.delenv("PCSO_DEBUG", raising=False)
    asked = message()
    asked.set("alarm", {"level": "perhaps", "kinds": [], "language": "cy", "why": ["letters 0.40"]})
    with understood.noting() as notes:
        understood.note(asked, "perhaps")
        monkeypatch.setenv("PCSO_DEBUG", "1")
        understood.note(asked, "perhaps")
    assert "why" not in notes[0] and "language" not in notes[0]
    assert notes[1] == {**notes[0], "language": "cy", "why": ["letters 0.40"]}


def test_a_message_without_an_intent_is_unclear():
    with understood.noting() as notes:
        understood.note(Message(data={}), "none")
    assert notes == [{"topic": "unclear", "danger": "none", "confidence": 0.0, "ranking": []}]
