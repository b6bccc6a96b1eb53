"""999 first, whatever has failed."""

import time

from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_rasa import Line, StandIn, plain

import safety

DANGER = "help he has a knife and is coming at me"
NOT_DANGER = "PCSOs wear blue hats"


def test_in_danger_999_comes_first_even_where_rasa_sees_none(person: Person, rasa: StandIn) -> None:
    rasa.prepare(DANGER, {"text": NOT_DANGER, "custom": plain("role_identify")})
    person.says(DANGER)
    first, *_ = person.hears(2)
    assert "999" in first["text"].split(".")[0] and "<b>" in first["html"]
    person.api.wait_for(lambda: person.api.to(person.chat)[-1]["text"] == NOT_DANGER)
    del rasa.prepared[DANGER]


def test_danger_behind_a_command_is_seen(person: Person) -> None:
    person.says(f"/help {DANGER}")
    assert "999" in person.hears()[0]["text"].split(".")[0]


def test_danger_under_a_photo_and_in_an_edit_is_seen(person: Person) -> None:
    person.sends(photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], caption=DANGER)
    assert "999" in person.hears()[0]["text"]
    message = person.says("hello")
    count = len(person.api.to(person.chat))
    person.edits(message, DANGER + " now")
    assert "999" in person.hears(count + 1)[count]["text"]


def test_danger_does_not_wait_behind_a_stuck_message_nor_for_a_stuck_rasa(person: Person, rasa: StandIn) -> None:
    stuck = DANGER + " please"
    rasa.delays.update({"stuck": 9, stuck: 9})
    person.says("stuck")
    time.sleep(0.2)
    begun = time.monotonic()
    person.says(stuck)
    assert "999" in person.hears(seconds=8)[0]["text"] and time.monotonic() - begun < 7.5


def test_with_rasa_dead_danger_is_told_999_at_once_and_the_rest_that_it_is_broken(new_channel, line: Line, api: BotApi) -> None:
    channel = new_channel(TELEGRAM_PATIENCE="2").start()
    person = Person(api, channel.token)
    line.cut()
    person.says(DANGER)
    begun = time.monotonic()
    assert person.hears()[0]["text"].startswith(safety.CALL_999["en"][:20]) and time.monotonic() - begun < 3
    channel.idle()
    before = len(api.to(person.chat))
    person.says("What is a PCSO?")
    broken = person.hears(before + 1)[before]["text"]
    assert "999" in broken and "101" in broken
    assert api.called("sendChatAction", chat_id=person.chat)


def test_with_the_database_broken_people_are_answered_all_the_same(new_channel, api: BotApi, tmp_path) -> None:
    (tmp_path / "no-database").mkdir()
    channel = new_channel(DATABASE_URL=f"sqlite:///{tmp_path}/no-database").start()
    person = Person(api, channel.token)
    person.says(DANGER)
    assert "999" in person.hears()[0]["text"]
    message = person.message("What is a PCSO?")
    number = api.bring(channel.token, "message", message)
    api.wait_for(lambda: any("What is a PCSO?" in sent["text"] for sent in api.to(person.chat)))
    count = len(api.to(person.chat))
    api.repeat(channel.token, number, "message", message)  # and still not twice
    person.says("Goodbye")
    api.wait_for(lambda: any("Goodbye" in sent["text"] for sent in api.to(person.chat)))
    person.hears_nothing()
    assert len(api.to(person.chat)) == count + 1
    assert channel.metric('pcso_telegram_errors_total{reason="OperationalError",where="database"}') >= 1


def test_a_person_has_a_limit_but_danger_has_none(new_channel, api: BotApi, early_in_the_minute) -> None:
    person = Person(api, new_channel(TELEGRAM_PERSON_LIMIT="3").start().token)
    for number in range(5):
        person.says(f"question {number}")
    person.says(DANGER)
    api.wait_for(lambda: any("999" in sent["text"].split(".")[0] for sent in api.to(person.chat)))
    texts = [sent["text"] for sent in api.to(person.chat)]
    assert [text.split("\n")[0] for text in texts[:3]] == [f"Answer to: question {number}" for number in range(3)]
    assert "Please wait" in texts[3] and "999" in texts[3]
    assert sum("Please wait" in text for text in texts) == 1  # said once, then silence
