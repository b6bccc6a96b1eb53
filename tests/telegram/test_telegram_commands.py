"""Commands, deep links, the force, privacy, and what people see before they write."""

import re

import pytest
from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person, data, labels
from telegram_process import ChannelProcess
from telegram_rasa import Line, StandIn, plain

from door.telegram import words


def test_start_says_999_first_then_who_it_is_and_offers_questions_and_the_force(person: Person) -> None:
    person.says("/start")
    [hello] = person.hears()
    assert hello["text"].startswith("In an emergency call 999")
    assert "not a person" in hello["text"]
    assert labels(hello)[-1] == words.FORCE_BUTTON and len(labels(hello)) == 6


@pytest.mark.parametrize("link, asked", [
    ("powers_search", "Can a PCSO stop and search me?"),
    ("recruitment_apply-dorset", "How do I become a PCSO?")])
def test_a_posters_link_answers_its_topic_at_once(person: Person, rasa: StandIn, link: str, asked: str) -> None:
    person.says(f"/start {link}")
    text = person.hears()[0]["text"]
    assert text.startswith("In an emergency call 999") and "Answer to: " in text
    assert ("in dorset" in text) == link.endswith("dorset")


def test_a_link_with_a_force_chooses_it_and_a_wrong_link_is_a_plain_start(person: Person) -> None:
    person.says("/start dorset")
    assert "I'll answer for Dorset Police" in person.hears()[0]["text"]
    person.says("/start no_such_topic")
    assert person.hears(2)[1]["text"].startswith("In an emergency call 999")


def test_help_and_unknown_commands_help(person: Person) -> None:
    person.says("/help")
    person.says("/nonsense now")
    helped, unknown = person.hears(2)
    assert all(f"/{name}" in helped["text"] for name in ("force", "privacy", "forget"))
    assert unknown["text"].startswith(words.UNKNOWN_COMMAND) and helped["text"] in unknown["text"]


def test_a_typed_place_chooses_its_force_and_answers_are_for_it_from_then_on(person: Person, rasa: StandIn) -> None:
    person.says("/force weymouth")
    assert "I'll answer for Dorset Police" in person.hears()[0]["text"]
    person.says("Are you recruiting?")
    assert "in dorset" in person.hears(2)[1]["text"]


def test_an_ambiguous_place_asks_which_and_an_unknown_one_shows_the_list(person: Person) -> None:
    person.says("/force Staveley")
    which = person.hears()[0]
    assert which["text"] == words.WHICH_FORCE and len(labels(which)) > 1
    person.says("/force Atlantis")
    assert "don't know a place" in person.hears(2)[1]["text"]
    person.presses(which, data(which, "Derbyshire"))
    assert "Derbyshire" in person.hears(3)[2]["text"]


def test_a_place_that_is_one_of_several_is_asked_about_even_where_one_of_them_is_the_best_known(person: Person) -> None:
    person.says("/force Newport")
    which = person.hears()[0]
    assert which["text"] == words.WHICH_FORCE and labels(which)[0] == "Gwent Police" and len(labels(which)) == 7


def test_what_is_not_a_name_letter_by_letter_is_read_by_rasa(person: Person, rasa: StandIn) -> None:
    rasa.prepare("My force is Birmingam", {"text": "Birmingham is covered by West Midlands Police.",
                                                  "custom": plain("set_force", force="west_midlands", scope="force")})
    person.says("/force Birmingam")
    assert "West Midlands" in person.hears()[0]["text"]
    person.says("/privacy")
    assert "Police force: West Midlands Police" in person.hears(2)[1]["text"]
    rasa.prepare("My force is stavley", {"text": "Which one?", "custom": plain("set_force", scope="unknown"),
                                                "buttons": [{"title": "Cumbria", "payload": "Cumbria"}]})
    person.says("/force stavley")
    assert labels(person.hears(3)[2]) == ["Cumbria"]


@pytest.mark.parametrize("command", ["/delete", "/stop"])
def test_other_words_for_forget_forget(person: Person, rasa: StandIn, command: str) -> None:
    person.says(f"A question before {command}?")
    person.says(command)
    assert person.hears(2)[1]["text"].startswith(words.FORGOTTEN.split(" on ")[0])
    assert rasa.senders(f"A question before {command}?")[0] in rasa.forgotten


def test_the_list_of_forces_is_paged_complete_and_marks_the_chosen_one(person: Person, api: BotApi) -> None:
    person.says("/force Dorset")
    person.hears()
    person.says("/force")
    shown = person.hears(2)[1]
    seen, page = [], 0
    while True:
        keyboard = api.messages[person.chat, shown["message_id"]]["reply_markup"]["inline_keyboard"]
        seen += [row[0]["text"] for row in keyboard if row[0]["callback_data"].startswith("f:")]
        further = [button for button in keyboard[-1] if button["text"] == words.NEXT]
        if not further:
            break
        assert all(len(row) == 1 for row in keyboard[:-1])
        page += 1
        person.presses(shown, further[0]["callback_data"])
        api.wait_for(lambda page=page: f"{page + 1} of" in str(api.messages[person.chat, shown["message_id"]]["reply_markup"]))
    assert len(seen) == len(set(seen)) == 46 and "✓ Dorset Police" in seen
    assert len(api.called("answerCallbackQuery")) >= page


def test_privacy_shows_what_is_held_and_forget_deletes_it_here_and_in_rasa(person: Person, rasa: StandIn) -> None:
    person.says("/force Dorset")
    person.says("A question to forget?")
    answer = person.hears(2)[1]
    person.presses(answer, data(answer, words.HELPED))
    person.says("/privacy")
    held = person.hears(3)[2]["text"]
    assert "Police force: Dorset Police" in held and "answers: 2, 1 of them marked" in held and "30 days" in held
    person.says("/forget")
    receipt = person.hears(4)[3]["text"]
    assert re.search(r"deleted on \d+ \w+ 20\d\d at \d\d:\d\d UTC", receipt)
    assert rasa.senders("A question to forget?")[0] in rasa.forgotten
    person.says("/privacy")
    assert "Police force: none" in person.hears(5)[4]["text"] and "answers: 0," in person.hears(5)[4]["text"]
    person.says("And now?")
    assert "in dorset" not in person.hears(6)[5]["text"]


def test_with_rasa_away_a_force_is_kept_here_and_told_with_the_next_question(new_channel, line: Line, api: BotApi) -> None:
    person = Person(api, new_channel().start().token)
    line.cut()
    person.says("/force weymouth")
    assert person.hears()[0]["text"] == words.FORCE_KEPT.format(force="Dorset Police")
    line.restore()
    person.says("Are you recruiting?")
    assert "in dorset" in person.hears(2)[1]["text"]


def test_with_rasa_away_forgetting_is_finished_once_it_is_back(new_channel, line: Line, rasa: StandIn, api: BotApi) -> None:
    person = Person(api, new_channel(patches={"housekeeping.LOOK_SECONDS": 0.3}).start().token)
    person.says("To be forgotten later")
    person.hears()
    line.cut()
    person.says("/forget")
    assert person.hears(2)[1]["text"].startswith(words.FORGOTTEN_LATER.split(" on ")[0])
    assert rasa.senders("To be forgotten later")[0] not in rasa.forgotten
    line.restore()
    api.wait_for(lambda: rasa.senders("To be forgotten later")[0] in rasa.forgotten)


def test_the_menu_and_the_descriptions_are_set_once(api: BotApi, channel: ChannelProcess, new_channel) -> None:
    api.wait_for(lambda: "setMyShortDescription" in api.profile)
    assert [command["command"] for command in api.profile["setMyCommands"]["commands"]] == [
        "start", "help", "force", "privacy", "forget"]
    assert api.profile["setMyDescription"]["description"].startswith("In an emergency call 999")
    assert len(words.DESCRIPTION) <= 512 and len(words.SHORT_DESCRIPTION) <= 120
    before = len(api.called("setMyCommands"))
    new_channel().start()
    api.wait_for(lambda: len(api.called("getMyShortDescription")) >= 2)
    assert len(api.called("setMyCommands")) == before
