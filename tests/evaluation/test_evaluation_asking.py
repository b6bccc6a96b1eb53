"""Questions asked over HTTP, of a server that plays Rasa."""

from __future__ import annotations

import pytest

from evaluation import asking
from evaluation.client import Client, RasaError


def test_a_conversation_has_one_sender_and_single_questions_fresh_ones(stand_in, make):
    conversation = [make.question(text, kind="conversation") for text in ("one", "two", "three")]
    asking.ask_all(Client(stand_in.url), [conversation, [make.question("four")], [make.question("five")]], {}, lambda *_: None)
    senders = {text: sender for sender, text in stand_in.received}
    assert senders["one"] == senders["two"] == senders["three"]
    assert len(set(senders.values())) == 3
    order = [text for _, text in stand_in.received if text in ("one", "two", "three")]
    assert order == ["one", "two", "three"]


def test_answers_come_in_the_order_of_the_questions(stand_in, make):
    asked = [[make.question(str(number))] for number in range(30)]
    counts = []
    found = asking.ask_all(Client(stand_in.url), asked, {}, lambda done, total: counts.append((done, total)))
    assert [item.question.text for item in found] == [str(number) for number in range(30)]
    assert counts[-1] == (30, 30)


@pytest.mark.parametrize("answer", [500, [], {"not": "a list"}, ["not", "objects"]])
def test_what_is_no_reply_is_a_miss_that_says_why(stand_in, make, answer):
    stand_in.answers["bad"] = answer
    found = asking.ask_all(Client(stand_in.url), [[make.question("bad", topics=("greet",))]], {}, lambda *_: None)
    assert found[0].got.error and not found[0].right


def test_nobody_there_ends_the_run_with_a_sentence(make, stand_in):
    stand_in.stop()
    with pytest.raises(RasaError, match="20 questions in a row had no answer"):
        asking.ask_all(Client(stand_in.url), [[make.question(str(number))] for number in range(40)], {}, lambda *_: None)


def test_confidence_is_left_out_where_the_server_doesnt_tell(stand_in):
    assert Client(stand_in.url).understand("hello") is None
    stand_in.rankings = {"hello": [{"name": f"topic{number}", "confidence": 0.1} for number in range(10)]}
    assert len(Client(stand_in.url).understand("hello").ranking) == 5


def test_what_was_answered_in_a_talk_is_what_the_server_says_it_told(stand_in, make):
    def ask():
        talk = [make.question("can they arrest me", kind="conversation"),
                make.question("without a warrant", kind="conversation", follow_up=True, points=("warrant",))]
        return asking.ask_all(Client(stand_in.url), [talk], {}, lambda *_: None)[1].aspects
    assert "point" not in ask()
    stand_in.told = {"topic": "powers_arrest", "point": "warrant"}
    assert ask()["point"] is True
    stand_in.told = {"topic": "powers_arrest", "point": None}
    assert ask()["point"] is False
