"""500 planted items in messages as people write them, and 2,000 messages with nothing personal in them: what may be kept of each."""

from __future__ import annotations

import random

import pytest

from door.questions import read_text
from evaluation.apart import training_examples
from knowledge.personal_data import redact
from knowledge.personal_data.remains import blanked
from tests.privacy import corpus

CLEAN_MESSAGES = 2_000
MOST_TOUCHED = 0.005


def test_there_is_as_much_planted_as_is_asked_for():
    messages = corpus.planted()
    items = [item for message in messages for item in message.items]
    assert len(messages) >= 300 and len(items) >= 500
    assert {item.kind for item in items} == set("name phone email postcode address dob plate ni card link".split())


@pytest.mark.parametrize("message", corpus.planted(), ids=lambda message: message.text[:60])
def test_nothing_planted_is_left(message: corpus.Planted):
    kept = read_text(message.text)
    assert not corpus.found_in(kept, list(message.items)), kept
    assert redact(kept) == kept, "the channel behind the door takes out the same once more"


@pytest.mark.parametrize("item, kept", [
    (corpus.Item("phone", "07700 900142"), "ring 07700-900142"), (corpus.Item("name", "Jane Brackenbury"), "asked brackenbury"),
    (corpus.Item("postcode", "DE1 2QP"), "in de12qp"), (corpus.Item("dob", "3.4.99"), "born 3.4.99"),
    (corpus.Item("plate", "AB12 CDE"), '{"text": "ab12cde"}')])
def test_the_search_finds_what_is_there(item: corpus.Item, kept: str):
    assert corpus.found_in(kept, [item]) == [item]


def test_the_district_of_a_postcode_stays():
    for message in corpus.planted():
        for item in message.items:
            if item.kind == "postcode" and " " in item.text.strip() and message.text.count(item.text.split()[0]) == 1:
                district = "".join(item.text.split()[:-1])
                assert district.lower() in redact(message.text).lower().replace(" ", ""), message.text


def test_ordinary_messages_are_kept_as_they_are():
    own = corpus.clean()
    assert len(own) >= 300
    chosen = random.Random(7).sample(list(training_examples()), CLEAN_MESSAGES - len(own)) + own
    touched = [(text, redact(text)) for text in chosen if redact(text) != text]
    assert len(touched) / len(chosen) <= MOST_TOUCHED, touched


@pytest.mark.parametrize("kept, read", [
    ("my name is [name], can they search me?", "can they search me?"),
    ("I'm [name] and my number is [phone number]. how do I apply", "how do I apply"),
    ("my reg is [number plate] can they seize it", "can they seize it"),
    ("someone is at [address] with a knife", "someone is at with a knife"),
    ("can they ask my name and address", "can they ask my name and address"),
    ("my name is [name]", "my name is [name]"),
    ("hello, I'm [name]", "hello, I'm [name]"),
    ("what is [this]", "what is [this]"),
])
def test_what_is_left_of_it_does_not_disturb_understanding(kept: str, read: str):
    result = blanked(kept)
    assert len(result) == len(kept)
    assert " ".join(result.split()).lstrip(" .&").removeprefix("and ") == read
