"""Whole conversations with the stand-in for Rasa; tests/stack/test_telegram.py has the real one."""

import threading
import time

import pytest
from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person, data
from telegram_process import ChannelProcess
from telegram_rasa import Line

from door.telegram import words

CONVERSATION = [
    "Hello", "What is a PCSO?", "How is that different from a police officer?", "Can a PCSO search me?", "Can they arrest me?",
    "What about fines?", "I live in Weymouth", "Are you recruiting?", "What about the pay?", "and in Derbyshire?",
    "Can they detain me there?", "no, I meant Dorset", "What is Neighbourhood Watch?", "How do I report a crime?",
    "What's the weather tomorrow?", "asdf qwer", "Who is my local PCSO?", "Can they drive police cars?", "Thanks", "Goodbye"]
CHATS = 200


def answered(api: BotApi, person: Person, count: int, seconds: float = 30) -> None:
    """Waits until `count` of the person's messages are answered."""
    api.wait_sent(person.chat, count, seconds)


def test_twenty_turns_with_a_restart_and_a_dead_rasa_in_the_middle(new_channel, line: Line, api: BotApi) -> None:
    channel: ChannelProcess = new_channel().start()
    person = Person(api, channel.token)
    for turn, text in enumerate(CONVERSATION):
        if turn == 8:
            channel.stop()
            channel.start()
        before = len(api.to(person.chat))
        if turn == 12:
            line.cut()
            threading.Timer(2, line.restore).start()  # Rasa is being restarted; people just wait a little longer
        person.says(text)
        answered(api, person, before + 1)
        channel.idle()
        new = api.to(person.chat)[before:]
        assert 1 <= len(new) <= 3 and all(message["text"].strip() for message in new)
        assert "isn't working" not in new[0]["text"]
    rated = next(message for message in api.to(person.chat) if words.HELPED in str(message["keyboard"]))
    person.presses(rated, data(rated, words.HELPED))
    api.wait_for(lambda: api.called("answerCallbackQuery", text=words.THANKS_HELPED))


def test_the_force_that_is_chosen_here_is_the_one_rasa_answers_for(new_channel, api: BotApi) -> None:
    person = Person(api, new_channel().start().token)
    person.says("/force Weymouth")
    assert "Dorset" in person.hears()[0]["text"]
    person.says("Are you recruiting?")
    assert "dorset" in person.hears(2)[1]["text"].lower()
    person.says("/privacy")
    assert "Police force: Dorset Police" in person.hears(3)[2]["text"]
    person.says("/forget")
    person.says("Are you recruiting?")
    person.says("/privacy")
    assert "Police force: none" in person.hears(6)[5]["text"]


@pytest.mark.slow
def test_two_hundred_chats_at_once_across_a_restart_of_telegram_and_of_rasa(new_channel, line: Line, api: BotApi) -> None:
    """Two messages each, all at once: each is answered, once, in order."""
    channel: ChannelProcess = new_channel().start()
    people = [Person(api, channel.token) for _ in range(CHATS)]
    begun = time.monotonic()
    for text in ("Can a PCSO search me?", "/help"):
        for person in people:
            person.says(text)
    api.wait_for(lambda: sum(len(api.to(person.chat)) for person in people) >= 60)
    line.cut()
    channel.stop()
    line.restore()
    channel.start()
    for person in people:
        answered(api, person, 2, 60)
    print(f"400 messages answered in {time.monotonic() - begun:.1f} s")
    time.sleep(1)
    for person in people:
        answer, help_ = [message["text"] for message in api.to(person.chat)]
        assert help_ == words.HELP and answer != words.HELP and "isn't working" not in answer
