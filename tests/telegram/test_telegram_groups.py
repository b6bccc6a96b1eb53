"""Groups: quiet unless named, except in danger; and nobody sees another's thread."""

import itertools

import pytest
from tools.fake_telegram.server import BOT_NAME, BotApi
from tools.fake_telegram.people import Person, data
from telegram_process import ChannelProcess
from telegram_rasa import StandIn, custom

import safety
from door.telegram import words
from door.telegram.gate import GROUP_ALARMS

GROUPS = itertools.count(-1_009_000_001, -1)


@pytest.fixture
def two(api: BotApi, channel: ChannelProcess) -> tuple[Person, Person]:
    """Two people in one group."""
    group = next(GROUPS)
    return Person(api, channel.token, group), Person(api, channel.token, group, "Ben")


def test_what_is_not_meant_for_the_bot_is_neither_answered_nor_passed_on(two, rasa: StandIn) -> None:
    ann, _ = two
    ann.says("What do you all think of PCSOs?")
    ann.says("/roll@other_bot 6")
    ann.says("/weather")  # a command that another bot may know
    ann.sends(sticker={"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "is_animated": False,
                       "is_video": False, "type": "regular"})
    ann.hears_nothing()
    assert not rasa.senders("What do you all think of PCSOs?")


def test_a_mention_a_reply_and_a_command_are_answered_as_replies(two, rasa: StandIn, api: BotApi, channel) -> None:
    ann, ben = two
    first = ann.says(f"@{BOT_NAME} what is a PCSO in a group?")
    answer = ann.hears()[0]
    assert answer["text"].startswith("Answer to: what is a PCSO in a group?")
    assert answer["given"]["reply_parameters"] == {"message_id": first["message_id"], "allow_sending_without_reply": True}
    bot = {"id": api.tokens[channel.token], "is_bot": True, "first_name": "PCSO", "username": BOT_NAME}
    ben.says("and what do they earn?", reply_to_message={**first, "from": bot})
    assert "what do they earn" in ben.hears(2)[1]["text"]
    ben.says(f"/help@{BOT_NAME}")
    ben.says("/privacy")
    ben.hears(4)


def test_an_emergency_is_answered_whoever_is_meant_and_not_passed_on(two, rasa: StandIn) -> None:
    ann, _ = two
    message = ann.says("Ben quick, he has a knife and he is coming at me")
    answer = ann.hears()[0]
    assert "999" in answer["text"].split(".")[0]
    assert answer["given"]["reply_parameters"]["message_id"] == message["message_id"]
    assert not rasa.senders(message["text"])


def test_who_plays_with_alarming_words_does_not_use_up_what_the_bot_may_send_to_a_group(
        two, channel: ChannelProcess, early_in_the_minute) -> None:
    ann, ben = two
    for _ in range(GROUP_ALARMS + 3):
        ann.says("Ben quick, he has a knife and he is coming at me")
    ben.says(f"@{BOT_NAME} still there?")
    ann.api.wait_for(lambda: any("still there?" in message["text"] for message in ann.api.to(ann.chat)))
    channel.idle()
    alarms = [message for message in ann.api.to(ann.chat) if message["text"].startswith(safety.CALL_999["en"])]
    assert len(alarms) == GROUP_ALARMS


def test_members_have_threads_of_their_own_apart_from_their_private_ones(two, rasa: StandIn, api: BotApi, channel) -> None:
    ann, ben = two
    alone = Person(api, channel.token)
    alone.id = alone.chat = alone.chat_object["id"] = alone.user["id"] = ann.id
    ann.says(f"/force@{BOT_NAME} Dorset")
    ann.hears()
    ann.says(f"@{BOT_NAME} thread?")
    ben.says(f"@{BOT_NAME} thread?")
    alone.says("thread?")
    texts = [message["text"].split("\n")[0] for message in ann.hears(3)[1:]]
    assert texts == ["Answer to: thread? in dorset", "Answer to: thread?"]
    assert alone.hears()[0]["text"].split("\n")[0] == "Answer to: thread?"
    assert len(set(rasa.senders("thread?"))) == 3


def test_only_who_asked_can_rate_and_whoever_presses_asks_for_themselves(two, api: BotApi, rasa: StandIn) -> None:
    ann, ben = two
    rasa.prepare("rate this", {"text": "Text.", "custom": custom(), "buttons": [{"title": "More", "payload": "More, for whoever asks"}]})
    ann.says(f"@{BOT_NAME} rate this")
    answer = ann.hears()[0]
    ben.presses(answer, data(answer, words.HELPED))
    api.wait_for(lambda: api.called("answerCallbackQuery", text=words.NOT_YOURS_TO_RATE))
    ann.says(f"/privacy@{BOT_NAME}")
    assert "answers: 1, 0 of them marked" in ann.hears(2)[1]["text"]
    ben.presses(answer, data(answer, "More"))
    ann.hears(3)
    assert rasa.senders("More, for whoever asks") != rasa.senders("rate this")


def test_an_anonymous_administrator_is_the_group_and_a_forum_keeps_its_topic(two) -> None:
    ann, _ = two
    ann.says(f"@{BOT_NAME} hello from the admin", sender_chat=ann.chat_object, message_thread_id=7, is_topic_message=True,
             **{"from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}})
    assert ann.hears()[0]["given"]["message_thread_id"] == 7


def test_it_says_hello_when_taken_into_a_group_and_nothing_when_put_out(two, api: BotApi, channel) -> None:
    ann, _ = two
    bot = {"id": api.tokens[channel.token], "is_bot": True, "first_name": "PCSO"}

    def change(old: str, new: str) -> None:
        api.bring(channel.token, "my_chat_member", {
            "chat": ann.chat_object, "from": ann.user, "date": 1,
            "old_chat_member": {"user": bot, "status": old, "until_date": 0},
            "new_chat_member": {"user": bot, "status": new, "until_date": 0}})

    change("left", "member")
    assert f"@{BOT_NAME}" in ann.hears()[0]["text"]
    change("member", "kicked")
    ann.hears_nothing()


def test_a_channels_posts_are_left_alone(api: BotApi, channel, rasa: StandIn) -> None:
    editor = Person(api, channel.token, next(GROUPS))
    editor.chat_object["type"] = "channel"
    api.bring(channel.token, "channel_post", editor.message("Channel post about PCSOs"))
    editor.says("Channel message about PCSOs")
    editor.hears_nothing()
