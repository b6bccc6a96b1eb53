"""The planted messages through the public door and Telegram to the real processes, all logging as much as they can."""

from __future__ import annotations

import json
import urllib.request

import pytest

import safety
from tests.privacy import corpus
from tests.real import Real
from tools.fake_telegram.people import Person
from tools.fake_telegram.server import BotApi

pytestmark = pytest.mark.slow

# Nobody's name: what Telegram tells of people must not be kept either.
PROFILE = "Quetzalcoatlina"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory):
    api = BotApi()
    api.served.start()
    with Real(tmp_path_factory.mktemp("privacy"), api, log_level="debug") as real:
        real.api = api
        yield real
    api.served.stop()


def test_nothing_planted_is_found_anywhere_and_clean_words_are_kept(real: Real):
    messages, clean = corpus.planted(), corpus.clean()
    for number, message in enumerate(messages):
        answer = real.say(message.text)
        assert answer.status == 200 and all(answer.texts), message.text
        person = Person(real.api, real.token, name=PROFILE)
        person.says(message.text)
        if number % 10 == 0:
            # Past the door, straight to Rasa: no client can go round it.
            past_the_door(real, message.text)
        assert person.hears(seconds=60)
    touched = []
    for text in clean:
        token = real.say(text).body["conversation"]
        kept = real.history(token)[0]["text"]
        if kept != safety.clean(text):
            touched.append((text, kept))
    kept = real.kept()
    assert "can a pcso ask me for my name and address" in kept, "this looks at the right files"
    items = [item for message in messages for item in message.items]
    found = corpus.found_in(kept, items)
    assert not found, [(item, place(kept, item)) for item in found]
    assert PROFILE.lower() not in kept.lower()
    assert len(touched) / len(clean) <= 0.005, touched


def past_the_door(real: Real, text: str) -> None:
    url = f"http://127.0.0.1:{real.rasa.port}/webhooks/rest/webhook"
    request = urllib.request.Request(url, json.dumps({"sender": "direct", "message": text}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)


def place(kept: str, item: corpus.Item) -> str:
    """Where an item stands, for the report of a failure."""
    at = kept.lower().find(item.text.lower())
    return kept[max(0, at - 200):at + 100] if at >= 0 else "(in other signs)"
