"""Telegram with nothing stood in for: the real channel process, Rasa and action server, and a Bot API server of ours on the wire."""

from __future__ import annotations

import re
import secrets
import signal
import urllib.request

import pytest

from door.settings import STATE
from door.telegram import words
from knowledge import load, look_up
from processes.ports import free_port
from processes.stack import Part, stop, telegram
from tools.fake_telegram.people import Person, data, labels
from tools.fake_telegram.server import BotApi

DANGER = "help there is a man with a knife in my house"
# Shorter than Rasa's start, so that a question waits in vain once; longer than a test wants to.
PATIENCE = 3
CHATS = 200


@pytest.fixture(scope="module")
def api():
    api = BotApi()
    api.served.start()
    yield api
    api.served.stop()


def channel_part(assistant, api: BotApi, folder, patience: int) -> Part:
    """The channel as `make run` starts it."""
    part = telegram(int(assistant.url.rsplit(":", 1)[1]), free_port())
    part.environment.update({
        "TELEGRAM_BOT_TOKEN": api.new_token(), "TELEGRAM_API_URL": api.url, "DATABASE_URL": f"sqlite:///{folder}/telegram.db",
        "SECRET_KEY": secrets.token_hex(32), "TELEGRAM_PERSON_LIMIT": "1000", "TELEGRAM_PATIENCE": str(patience)})
    return part


def end(part: Part) -> None:
    """Stops a channel for good."""
    stop(part)
    (STATE / f"telegram-{part.environment['TELEGRAM_BOT_TOKEN'].split(':')[0]}.lock").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def channel(assistant, api: BotApi, tmp_path_factory):
    part = channel_part(assistant, api, tmp_path_factory.mktemp("telegram"), PATIENCE)
    assistant.stack.launch(part)
    assistant.stack.wait(part)
    yield part
    end(part)


@pytest.fixture
def person(api: BotApi, channel: Part) -> Person:
    return Person(api, channel.environment["TELEGRAM_BOT_TOKEN"])


@pytest.fixture(scope="module")
def facts():
    return load()


class Chat:
    """One person's chat: each turn gives the messages that answer it."""

    def __init__(self, person: Person):
        self._person = person
        self.seen = 0

    def asks(self, text: str, count: int = 1):
        self._person.says(text)
        return self.hears(count)

    def presses(self, message, label: str):
        self._person.presses(message, data(message, label))
        return self.hears()

    def sends(self, **content):
        self._person.sends(**content)
        return self.hears()

    def hears(self, count: int = 1):
        new = self._person.hears(self.seen + count, seconds=30)[self.seen:]
        self.seen += count
        return new if count > 1 else new[0]

    def rest(self):
        """All further messages of what was asked; a chat is answered in order, so they end where the next answer begins."""
        self._person.says("/help")
        answers = self._person.api.wait_for(lambda: self._help_and_before(), seconds=30)
        self.seen += len(answers)
        return answers[:-1]

    def _help_and_before(self):
        new = self._person.api.to(self._person.chat)[self.seen:]
        return new if new and new[-1]["text"] == words.HELP else None


def fact(facts, topic: str, force: str | None = None) -> str:
    """What is held of a topic, as far as it stands in every answer about it."""
    return look_up(facts, topic, force).text.split("\n")[0]


def test_a_conversation_of_twenty_turns_with_a_restart_in_the_middle(assistant, channel: Part, person: Person, facts) -> None:
    chat = Chat(person)
    hello = chat.asks("/start")
    assert hello["text"] == words.START
    assert fact(facts, "duties_overview") in chat.presses(hello, facts.answers["duties_overview"].question)["text"]
    detain = chat.asks("can a pcso detain me?")
    assert fact(facts, "powers_detain") in detain["text"]
    assert detain["links"] and "checked" in detain["text"]
    there = chat.asks("and in Dorset?")["text"]  # what was just told isn't told again
    assert "from Dorset Police on this" in there and look_up(facts, "powers_detain", "dorset").held[0].in_short not in there
    assert "Derbyshire" in chat.asks("/force Derby")["text"]
    assert fact(facts, "recruitment_status", "derbyshire") in chat.asks("are you recruiting?")["text"]
    compared = chat.asks("how do derbyshire and dorset differ on detaining people")
    assert "Derbyshire Constabulary" in compared["text"] and "Dorset Police" in compared["text"]
    pay, arrest = chat.asks("how much do PCSOs get paid and can they arrest people?", 2)
    assert fact(facts, "powers_arrest", "derbyshire") in arrest["text"] and pay["text"] != arrest["text"]

    stop(channel)
    assistant.stack.launch(channel)
    person.presses(detain, data(detain, words.HELPED))
    person.api.wait_for(lambda: person.api.called("answerCallbackQuery", text=words.THANKS_HELPED), seconds=60)

    assert fact(facts, "recruitment_status", "derbyshire") in chat.asks("are you recruiting?")["text"]
    which = chat.asks("i live in holt")
    assert "more than one place" in which["text"]
    assert "Norfolk" in chat.presses(which, "Norfolk")["text"]
    unclear = chat.asks("asdfgh")
    assert chat.presses(unclear, labels(unclear)[0])["text"] != unclear["text"]
    message = person.message("can they arest me")
    person.api.bring(person.token, "message", message)
    chat.hears()
    person.edits(message, "can they search me")
    assert words.EDITED in chat.hears()["text"]
    assert "I can only read text" in chat.sends(voice={"file_id": "a", "file_unique_id": "b", "duration": 3})["text"]
    alarm = chat.asks(DANGER)
    assert alarm["text"].startswith("Call 999 now") and "<b>Call 999 now" in alarm["html"]
    assert all("999" in message["text"] for message in chat.rest())
    held = chat.asks("/privacy")["text"]
    assert "Police force: Norfolk" in held and "1 of them marked by you" in held
    assert "was deleted on" in chat.asks("/forget")["text"]
    after = chat.asks("can a pcso detain me?")["text"]
    assert fact(facts, "powers_detain") in after and "Norfolk" not in after
    assert "Police force: none" in chat.asks("/privacy")["text"]
    assert chat.rest() == []


def test_with_the_action_server_dead_999_is_still_first_and_questions_are_answered_truthfully(person: Person, dead_action_server) -> None:
    chat = Chat(person)
    assert chat.asks(DANGER)["text"].startswith("Call 999 now")
    chat.rest()
    broken = chat.asks("can a pcso detain me?")["text"]
    assert "999" in broken and "101" in broken


def test_rasa_killed_in_the_middle_costs_nobody_an_answer_and_nobody_gets_two(assistant, api: BotApi, channel: Part, facts) -> None:
    people = [Person(api, channel.environment["TELEGRAM_BOT_TOKEN"]) for _ in range(30)]
    rasa = assistant.stack.parts[1]
    followed, crowd = people[0], people[1:]
    chat = Chat(followed)
    assert fact(facts, "powers_detain", "dorset") in chat.asks("can a pcso detain me in dorset?")["text"]

    for person in crowd:
        person.says("can a pcso detain me?")
    stop(rasa, signal.SIGKILL)
    assert chat.asks(DANGER)["text"].startswith("Call 999 now")
    chat.rest()
    broken = chat.asks("and in Kent?")["text"]
    assert "999" in broken and "101" in broken
    for person in crowd:
        text = person.hears(1, 60)[0]["text"]
        assert fact(facts, "powers_detain") in text or ("999" in text and "101" in text)

    assistant.stack.launch(rasa)
    assistant.stack.wait(rasa)
    assert fact(facts, "powers_detain", "derbyshire") in chat.asks("and in Derbyshire?")["text"], "the thread is still there"
    assert chat.rest() == []
    for person in crowd:
        person.says("/help")
    assert [len(person.hears(2)) for person in crowd] == len(crowd) * [2]


@pytest.mark.slow
def test_two_hundred_chats_at_once_across_a_restart_of_telegram_and_of_rasa(assistant, api: BotApi, facts, tmp_path) -> None:
    """Three messages each, all at once: each is answered, once, in order, however long Rasa and the channel are away."""
    part = channel_part(assistant, api, tmp_path, patience=120)
    assistant.stack.launch(part)
    assistant.stack.wait(part)
    rasa = assistant.stack.parts[1]
    people = [Person(api, part.environment["TELEGRAM_BOT_TOKEN"]) for _ in range(CHATS)]
    try:
        for text in ("can a pcso detain me?", "and in Dorset?", "/help"):
            for person in people:
                person.says(text)

        def answers() -> int:
            return sum(len(api.to(person.chat)) for person in people)

        api.wait_for(lambda: answers() >= CHATS // 2, seconds=120)
        stop(rasa, signal.SIGKILL)
        assistant.stack.launch(rasa)
        stop(part)  # while the questions wait for Rasa
        assert part.process.returncode == 0
        assistant.stack.launch(part)
        api.wait_for(lambda: answers() >= 3 * CHATS, seconds=300)
        api.wait_for(lambda: _in_progress(part) == 0, seconds=30)
    finally:
        end(part)
        assistant.stack.wait(rasa)
    expected = [fact(facts, "powers_detain"), fact(facts, "powers_detain", "dorset"), words.HELP]
    for person in people:
        got = [message["text"] for message in api.to(person.chat)]
        assert len(got) == len(expected) and all(map(str.__contains__, got, expected)), got


def _in_progress(part: Part) -> float:
    with urllib.request.urlopen(part.ready_url, timeout=5) as answer:
        return float(re.search(r"^pcso_telegram_updates_in_progress (\S+)$", answer.read().decode(), re.MULTILINE)[1])
