"""Quick replies and feedback."""

from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person, data, labels
from telegram_process import ChannelProcess
from telegram_rasa import StandIn, custom

from door.telegram import words

LONG = "Tell me " + "more and " * 30 + "more"


def test_a_quick_reply_asks_its_payload_and_shows_what_was_asked(person: Person, rasa: StandIn) -> None:
    rasa.prepare("quick", {"text": "Text.", "custom": custom(), "buttons": [{"title": "A title " * 12, "payload": LONG}]})
    person.says("quick")
    answer = person.hears()[0]
    assert len(labels(answer)[0]) <= 60
    person.presses(answer, data(answer, "A title"))
    assert person.hears(2)[1]["text"].startswith(f"{LONG}\n\nAnswer to: {LONG}")
    assert person.api.called("answerCallbackQuery")


def test_buttons_still_work_after_a_restart(new_channel, api: BotApi, rasa: StandIn) -> None:
    rasa.prepare("buttons please", {"text": "Text.", "custom": custom(), "buttons": [{"title": "More", "payload": LONG}]})
    channel: ChannelProcess = new_channel().start()
    person = Person(api, channel.token)
    person.says("buttons please")
    person.says("/start")
    answer, hello = person.hears(2)
    channel.stop()
    channel.start()
    person.presses(answer, data(answer, "More"))
    person.presses(answer, data(answer, words.NOT_HELPED))
    person.presses(hello, data(hello, words.FORCE_BUTTON))
    assert LONG in person.hears(3)[2]["text"]
    assert person.hears(4)[3]["text"] == words.CHOOSE_FORCE
    assert channel.metric('pcso_telegram_feedback_total{helpful="false"}') == 1


def test_a_start_button_asks_the_topics_question(person: Person) -> None:
    person.says("/start")
    hello = person.hears()[0]
    person.presses(hello, hello["keyboard"][0][0]["callback_data"])
    assert "Answer to: " in person.hears(2)[1]["text"]


def test_an_old_or_foreign_button_says_so(person: Person, api: BotApi) -> None:
    person.says("A question")
    answer = person.hears()[0]
    for forged in ("q:0123", "t:no_topic", "f:atlantis", "x", "f:", "r:none:1"):
        before = len(api.called("answerCallbackQuery"))
        person.presses(answer, forged)
        calls = api.wait_for(lambda before=before: api.called("answerCallbackQuery")[before:])
        assert calls[0]["text"] in (words.OLD_BUTTON, words.RATING_GONE)
    person.hears_nothing(0.2)


def test_feedback_is_kept_thanked_for_and_its_buttons_go(person: Person, api: BotApi, channel: ChannelProcess) -> None:
    before = channel.metric('pcso_telegram_feedback_total{helpful="true"}')
    person.says("Was this good?")
    answer = person.hears()[0]
    person.presses(answer, data(answer, words.HELPED))
    api.wait_for(lambda: api.called("answerCallbackQuery", text=words.THANKS_HELPED))
    api.wait_for(lambda: not api.messages[person.chat, answer["message_id"]]["reply_markup"]["inline_keyboard"])
    assert channel.metric('pcso_telegram_feedback_total{helpful="true"}') == before + 1


def test_too_old_a_press_is_answered_all_the_same(person: Person, api: BotApi) -> None:
    person.says("/start")
    hello = person.hears()[0]
    api.fault("answerCallbackQuery", status=400)
    person.presses(hello, hello["keyboard"][0][0]["callback_data"])
    person.hears(2)
