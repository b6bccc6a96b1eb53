"""What is sent for a turn, and what is remembered of it."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import clarify
from actions.answer import IF_NOW, LIVE, SAYS_999
from actions.emergency import ActionReferEmergency
from actions.more import TELL_ME_MORE
from actions.thread import Question
from actions.turn import SAID_REPLIES
from knowledge import Held
from knowledge.topics import HELD_BY_RASA
from tests.actions.turns import WHERE, read_turn, sent, told


def test_the_last_question_is_the_one_that_goes_on():
    messages, slots = sent([("powers_search", 0.9), ("recruitment_pay", 0.9)])
    assert [message["custom"]["topic"] for message in messages] == ["powers_search", "recruitment_pay"]
    assert slots["topic"] == "recruitment_pay"
    assert slots["pending"] == {"ask": "force", "topic": "recruitment_pay"}


def test_a_force_that_was_named_is_kept():
    messages, slots = sent([("powers_search", 0.9)], places=[WHERE])
    assert messages[0]["custom"]["force"] == "dorset"
    assert slots == {"pending": None, "force": "dorset", "topic": "powers_search", "told": told("powers_search", "dorset"),
                     "said": [["powers_search"]], "story": ["what some of them said"]}


@pytest.mark.parametrize(("topic", "kept"), [("recruitment_pay", ["two", "three"]), ("thanks", None), ("unclear", None)])
def test_the_story_is_the_last_messages_that_asked_something(topic, kept):
    _, slots = sent([(topic, 0.9)], text="three", story=["one", "two"])
    assert slots.get("story") == kept


def test_which_of_two_places_is_asked_and_remembered():
    two = {"label": "Newport", "forces": ["gwent", "west_mercia"], "certain": False}
    messages, slots = sent([("powers_search", 0.9)], places=[two])
    assert [button["title"] for button in messages[0]["buttons"]] == ["Gwent Police", "West Mercia Police"]
    assert slots["pending"] == {"ask": "force", "topic": "powers_search", "place": "Newport", "forces": ["gwent", "west_mercia"]}


def test_what_is_unclear_offers_the_topics_that_are_likely():
    messages, slots = sent([("unclear", 0.1)], ranking=[("unclear", 0.1), ("powers_search", 0.1), ("recruitment_pay", 0.01)])
    search = LIVE.get().answers["powers_search"]
    assert messages[0]["custom"]["topic"] == "unclear"
    assert messages[0]["buttons"] == [{"title": search.label, "payload": search.question}]
    assert slots["pending"]["ask"] == "topic"


def test_after_a_comparison_the_new_force_is_meant():
    _, slots = sent([("force_compare", 0.9)], places=[WHERE], force="kent", topic="recruitment_pay")
    assert slots["force"] == "dorset" and slots["told"]["topic"] == "recruitment_pay"


def test_a_comparison_of_two_that_are_named_changes_no_force():
    _, slots = sent([("force_compare", 0.9)], places=[WHERE, {"label": "Kent", "forces": ["kent"], "certain": True}], force="kent")
    assert "force" not in slots


def test_not_knowing_the_force_leaves_the_question_open():
    messages, slots = sent([("force_for_place", 0.9)], topic="recruitment_apply")
    assert "topic" not in slots and slots["pending"] == {"ask": "force", "topic": "recruitment_apply"}
    assert messages[0]["custom"]["topic"] == "force_for_place"


@pytest.mark.parametrize(("force", "where"), [(None, "101"), ("kent", "https://www.kent.police.uk")])
def test_why_names_the_sources_and_who_knows_more_without_saying_it_all_again(force, where):
    first, before = sent([("powers_search", 0.9)], force=force)
    messages, slots = sent([("tell_more", 0.9)], topic="powers_search", force=force, told=told("powers_search", force), said=before["said"])
    custom = messages[0]["custom"]
    assert custom == first[0]["custom"] and slots["topic"] == "powers_search" and slots["told"] == told("powers_search", force)
    assert custom["sources"][0]["publisher"] in messages[0]["text"] and where in messages[0]["text"]
    assert first[0]["text"][:40] not in messages[0]["text"]


def test_what_an_answer_adds_is_said_once_it_is_asked_for():
    answer = LIVE.get().answers["powers_arrest"]
    first, slots = sent([("powers_arrest", 0.9)])
    assert first[0]["text"] == answer.text and first[0]["buttons"][-1] == TELL_ME_MORE
    asked, _ = sent([("tell_more", 0.9)], text="says who", topic="powers_arrest", told=slots["told"], said=slots["said"])
    again, _ = sent([("powers_arrest", 0.9)], text="so can they", leans=True, topic="powers_arrest", told=slots["told"], said=slots["said"])
    assert again[0]["text"].startswith("In short: ") and again[0]["buttons"][-1] == TELL_ME_MORE and "no more" not in again[0]["text"]
    assert "legislation.gov.uk" in asked[0]["text"] and answer.more not in asked[0]["text"] and asked[0]["buttons"] == [TELL_ME_MORE]
    messages, after = sent([("tell_more", 0.9)], text="Tell me more", topic="powers_arrest", told=slots["told"], said=slots["said"])
    assert messages[0]["text"].startswith(answer.more) and after["said"][-1] == ["powers_arrest#more"]
    again, _ = sent([("tell_more", 0.9)], topic="powers_arrest", told=slots["told"], said=after["said"])
    assert again[0]["text"].startswith("I don't know more about that than I said. ")


@pytest.mark.parametrize("text", ["in plain english please", "tldr"])
def test_who_asks_for_it_shorter_hears_it_in_short(text):
    messages, slots = sent([("say_simply", 0.9)], text=text, told=told("powers_fines", point="challenge"))
    point = LIVE.get().points["powers_fines"]["challenge"]
    assert messages[0]["text"].startswith(f"In short: {Held('', point.text).in_short}")
    assert messages[0]["custom"]["topic"] == "powers_fines" and slots["told"] == told("powers_fines", point="challenge")
    assert messages[0]["custom"]["scope"] == "national"  # something is held
    assert sent([("say_simply", 0.9)], text=text)[0][0]["custom"]["topic"] == "unclear"


@pytest.mark.parametrize(("before", "first_button"), [
    (None, "What do PCSOs do?"),
    (told("powers_fines", "kent", "challenge"), "Can a PCSO give me a fine?"),
    (told("powers_fines"), None),
])
def test_where_an_answer_was_no_use_others_are_offered_and_people_named(before, first_button):
    messages, slots = sent([("not_helpful", 0.9)], text="thats not what i asked", told=before)
    assert messages[0]["text"].startswith("I'm sorry") and messages[0]["custom"]["topic"] == "not_helpful" and slots["told"] == before
    assert ("kent.police.uk" if before and before["force"] else "101") in messages[0]["text"]
    assert len(messages[0]["buttons"]) == clarify.OFFERED and (first_button is None or messages[0]["buttons"][0]["payload"] == first_button)


def test_a_point_that_was_taken_away_since_is_no_answer_to_go_on_about():
    messages, _ = sent([("powers_search", 0.9)], leans=True, told=told("powers_search", point="gone"))
    assert messages == sent([("powers_search", 0.9)])[0]


def test_after_a_point_the_topic_as_a_whole_is_offered():
    messages, _ = sent([("powers_fines", 0.9)], leans=True, near=["amount"], told=told("powers_fines", point="challenge"))
    held = LIVE.get()
    assert [button["title"] for button in messages[0]["buttons"]] == [held.points["powers_fines"]["amount"].question,
                                                                      held.answers["powers_fines"].question]


@pytest.mark.parametrize(("text", "surely", "said", "whole"), [
    ("so what can they fine for", True, (), True),
    ("so what can they fine for", False, (), False),
    ("is it the council then", True, (), False),  # no word of the whole answer
    ("so what can they fine for", True, ("powers_fines",), False),  # told already
])
def test_after_a_particular_question_the_whole_of_its_topic_is_answered_where_surely_that_is_asked(text, surely, said, whole):
    messages, _ = sent([("powers_fines", 0.9)], text=text, leans=True, surely=surely, told=told("powers_fines", point="challenge"),
                       said=[[*said, "powers_fines/challenge"]])
    assert messages[0]["text"].startswith(LIVE.get().answers["powers_fines"].text[:60]) is whole


HOURS = {"topic": "recruitment_hours", "told": told("recruitment_hours"), "said": [["recruitment_hours"]]}


def test_what_stands_out_within_the_topic_just_told_is_answered_instead_of_telling_it_again():
    nights = LIVE.get().points["recruitment_hours"]["nights"]
    messages, slots = sent([("recruitment_hours", 0.9)], text="what about nights", leans=True, particular="nights", **HOURS)
    assert messages[0]["text"].startswith(nights.text[:60]) and slots["told"]["point"] == "nights"
    again, _ = sent([("recruitment_hours", 0.9)], text="what about nights", leans=True, particular="nights",
                    **{**HOURS, "said": [["recruitment_hours"], ["recruitment_hours/nights"]]})
    assert not again[0]["text"].startswith(nights.text[:60])
    unsaid, _ = sent([("recruitment_hours", 0.9)], text="ok and what hours in general", leans=True, particular="nights",
                     **{**HOURS, "told": told("recruitment_hours", point="breaks"), "said": [["recruitment_hours/breaks"]]})
    assert not unsaid[0]["text"].startswith(nights.text[:60])
    first, _ = sent([("recruitment_hours", 0.9)], text="what hours are they, any nights", particular="nights")
    assert first[0]["text"].startswith(LIVE.get().answers["recruitment_hours"].text[:60])


@pytest.mark.parametrize(("topic", "point", "where"), [("recruitment_vetting", "spent_old", None),
                                                       ("powers_fines", "challenge", "Ask the Police")])
def test_who_only_tells_of_a_case_is_thanked_and_of_oneself_when_applying_heard(topic, point, where):
    held = LIVE.get().points[topic][point]
    messages, _ = sent([(topic, 0.9)], text="it was when he was small", leans=True, particular=point, only_told=True, topic=topic,
                       told=told(topic), said=[[topic]])
    if where is None:
        assert messages[0]["text"].startswith(held.text[:60])
    else:
        assert messages[0]["text"].startswith("Thank you for telling me.") and where in messages[0]["text"]
        assert messages[0]["buttons"][0]["payload"] == held.question and messages[0]["custom"]["scope"] == "unknown"


def test_what_isnt_known_on_jobs_is_for_the_recruiters_to_say():
    text = sent([("recruitment_hours", 0.9)], text="could i wear sunglasses", leans=True, **HOURS)[0][0]["text"]
    assert "recruitment team" in text and "Ask the Police" not in text


@pytest.mark.parametrize("name", ["after_powers_search", "refusing"])
def test_what_goes_by_the_thread_stands_out_of_no_topic(name):
    point = LIVE.get().points["powers_obey"][name]
    messages, _ = sent([("powers_obey", 0.9)], text="and if I just walk off", leans=True, particular=name, told=told("powers_obey"),
                       topic="powers_obey", said=[["powers_obey"]])
    assert not messages[0]["text"].startswith(point.text[:40])


def test_of_two_forces_the_one_that_is_left_is_meant():
    where = {"label": "Newport", "forces": ["kent", "atlantis"], "certain": False}
    assert sent([("powers_fines", 0.9)], text="fines in newport", places=[where])[0][0]["custom"]["force"] == "kent"


@pytest.mark.parametrize("slots", [
    {"force": "atlantis"}, {"told": told("powers_fines", "atlantis")}, {"pending": {"ask": None, "compared": ["kent", "atlantis"]}},
    {"pending": {"ask": "force", "topic": "powers_fines", "place": "Atlantis", "forces": ["atlantis"]}},
])
@pytest.mark.parametrize("topic", ["powers_fines", "tell_more", "say_simply", "not_helpful", "force_for_place", "force_compare",
                                   "set_force"])
def test_a_force_that_the_facts_dont_know_any_more_breaks_nothing(slots, topic):
    where = {"label": "Atlantis", "forces": ["atlantis"], "certain": True}
    for places in ([], [where]):
        messages, after = sent([(topic, 0.9)], text="and in atlantis", topic="powers_fines", places=places, **slots)
        assert messages[0]["text"] and messages[0]["custom"].get("force") != "atlantis" and after.get("force") != "atlantis"


def test_a_button_asks_its_point_whatever_the_model_makes_of_it():
    question = LIVE.get().points["powers_fines"]["amount"].question
    messages, slots = sent([("recruitment_pay", 0.6)], text=question, leans=True, said=[["powers_fines/amount"]])
    assert messages[0]["text"].startswith(LIVE.get().points["powers_fines"]["amount"].text)
    assert slots["told"] == told("powers_fines", point="amount", words=["fine"])


def test_what_else_may_be_meant_within_a_topic_is_offered():
    asked = {"topic": "powers_fines", "confidence": 0.9, "near": ["gone", "challenge", "unpaid"]}
    knowledge, said = LIVE.get(), read_turn([asked])
    questions = [knowledge.points["powers_fines"][name].question for name in ("challenge", "unpaid")]
    assert [button["payload"] for button in clarify.near(knowledge, Question("powers_fines"), said, ())] == questions
    left = clarify.near(knowledge, Question("powers_fines"), said, {"powers_fines/challenge"})
    assert [button["title"] for button in left] == questions[1:]
    assert not clarify.near(knowledge, Question("powers_fines", point="challenge"), said, ())


def test_a_particular_question_gets_its_own_answer_and_is_remembered():
    whole, _ = sent([("recruitment_vetting", 0.9)])
    messages, slots = sent([("recruitment_vetting", 0.9)], point="appeal")
    assert messages[0]["text"] == " ".join(LIVE.get().points["recruitment_vetting"]["appeal"].text.split()) != whole[0]["text"]
    assert slots["told"] == told("recruitment_vetting", point="appeal") and slots["topic"] == "recruitment_vetting"
    after, _ = sent([("set_force", 0.9)], places=[WHERE], text="I live in Dorset", **slots)
    assert (after[0]["custom"]["topic"], after[0]["custom"]["force"]) == ("recruitment_vetting", "dorset")


def test_a_point_that_is_no_longer_held_is_answered_by_the_whole_topic():
    assert sent([("recruitment_vetting", 0.9)], point="gone")[0] == sent([("recruitment_vetting", 0.9)])[0]


def test_in_dorset_asks_the_same_point_for_dorset():
    messages, slots = sent([("set_force", 0.9)], places=[WHERE], text="and in dorset", topic="recruitment_vetting",
                           told=told("recruitment_vetting", point="appeal"))
    assert LIVE.get().points["recruitment_vetting"]["appeal"].text in messages[0]["text"]
    assert slots["told"] == told("recruitment_vetting", "dorset", "appeal")


def test_what_if_i_refuse_is_about_what_was_talked_of_and_the_talk_stays_there():
    messages, slots = sent([("powers_obey", 0.9)], text="what if i refuse", leans=True, topic="powers_alcohol_tobacco",
                           told=told("powers_alcohol_tobacco"))
    held = LIVE.get().points["powers_obey"]["after_powers_alcohol_tobacco"]
    assert messages[0]["text"].startswith(held.text[:40]) and messages[0]["custom"]["topic"] == "powers_obey"
    assert slots["topic"] == "powers_alcohol_tobacco" and slots["told"]["point"] == "after_powers_alcohol_tobacco"


def test_with_no_hint_at_all_what_most_people_come_for_is_offered():
    most = LIVE.get().most_asked[:clarify.OFFERED]
    messages, _ = sent([("unclear", 0.9)], ranking=[("powers_fines", 0.01)])
    assert [button["title"] for button in messages[0]["buttons"]] == [LIVE.get().answers[topic].label for topic in most]
    assert len(most) == clarify.OFFERED and sent([("not_helpful", 0.9)])[0][0]["buttons"] == messages[0]["buttons"]


@pytest.mark.parametrize(("text", "leans", "point", "meant"), [
    ("what if i dont", True, "refusing", "after_powers_alcohol_tobacco"),
    ("what if i dont", True, "after_powers_fines", "after_powers_alcohol_tobacco"),
    ("what if i run away", True, "running_away", "running_away"),  # asks something of its own
    ("can i swear at them", False, "swearing", "swearing"),
    ("what if i refuse to give a pcso my name when they ask for it", False, "after_powers_name_address", "after_powers_name_address"),
])
def test_only_what_goes_by_the_thread_is_turned_by_it(text, leans, point, meant):
    _, slots = sent([("powers_obey", 0.9)], text=text, leans=leans, point=point, topic="powers_alcohol_tobacco")
    assert slots["told"]["point"] == meant


def test_refusing_is_about_what_was_talked_of_unless_the_message_surely_says_what():
    point = {"point": "after_powers_search", "topic": "powers_name_address"}
    for surely, meant in ((False, "after_powers_name_address"), (True, "after_powers_search")):
        _, slots = sent([("powers_obey", 0.9)], text="and if i refuse", surely=surely, **point)
        assert slots["told"]["point"] == meant


def test_a_slot_of_an_older_form_is_no_answer():
    assert sent([("powers_search", 0.9)], leans=True, told=["powers_search", None])[0] == sent([("powers_search", 0.9)])[0]


def test_the_warning_is_not_said_twice():
    point = LIVE.get().points["contact_report_crime"]["threats"]
    messages, _ = sent([("contact_report_crime", 0.9)], level="perhaps", point="threats")
    assert messages[0]["text"].startswith(point.text) and "call 999" in point.text


def test_what_only_names_999_is_warned_before_it():
    held = LIVE.get()
    for topic, name in (("contact_emergency", "hoax"), ("contact_emergency", "by_mistake"), ("contact_emergency", "no_credit"),
                        ("contact_emergency", "number_112"), ("contact_deaf_speech", "register")):
        assert "999" in held.points[topic][name].text
        assert sent([(topic, 0.9)], level="perhaps", point=name)[0][0]["text"].startswith(IF_NOW), name
    assert SAYS_999.match("999 if the thief is still there.") and SAYS_999.match("If it is happening now, or you are hurt, call 999.")


def test_yes_after_a_note_in_another_language_answers_nothing():
    _, slots = sent([("unclear", 0.9)], language="pl")
    assert slots["pending"] is None


@pytest.mark.parametrize("slots", [{}, {"topic": "powers_arrest"}])
def test_why_after_no_answer_is_unclear(slots):
    assert sent([("tell_more", 0.9)], **slots)[0][0]["custom"]["topic"] == "unclear"


def test_in_another_language_the_note_says_999_first():
    messages, _ = sent([("unclear", 0.9)], level="perhaps", language="pl")
    assert IF_NOW not in messages[0]["text"] and "999" in messages[0]["text"].split(",")[0] and messages[0]["custom"]["lang"] == "pl"


@pytest.mark.parametrize("topic", sorted(HELD_BY_RASA))
def test_the_warning_stands_before_what_rasa_says(topic):
    messages, _ = sent([(topic, 0.9)], level="perhaps")
    assert messages[0]["text"] == IF_NOW and messages[1]["response"] == f"utter_{topic}"


@pytest.mark.parametrize(("topic", "warned"), [("say_simply", False), ("tell_more", False), ("not_helpful", True), ("powers_search", True)])
def test_who_only_asks_about_the_words_is_not_sent_to_999(topic, warned):
    messages, _ = sent([(topic, 0.9)], level="perhaps", topic="powers_search", told=told("powers_search"))
    assert messages[0]["text"].startswith(IF_NOW) == warned


def test_help_in_danger_is_not_said_again_in_the_next_breath():
    def helped(**slots):
        dispatcher = CollectingDispatcher()
        message = {"text": "hes outside", "alarm": {"level": "emergency", "kinds": ["stalking"]}}
        events = ActionReferEmergency().run(dispatcher, Tracker("p", slots, message, [], False, None, {}, "action_listen"), {})
        return dispatcher.messages, {event["name"]: event["value"] for event in events}

    first, slots = helped()
    assert "press 55" in first[0]["text"] and slots["said"][-1] and slots["alarm_talk"] is True and slots["told"] is None
    assert slots["story"] == ["hes outside"]
    again, after = helped(**slots)
    assert again == [] and len(after["said"]) == 2
    much_later, _ = helped(said=[*after["said"], ["powers_search"], ["powers_fines"], ["powers_drugs"]][-SAID_REPLIES:])
    assert much_later[0]["text"] == first[0]["text"]


@pytest.mark.parametrize(("topic", "before", "ends"), [
    ("recruitment_pay", True, True), ("recruitment_pay", None, False), ("set_force", True, False), ("bot_identity", True, False),
    ("unclear", True, False)])
def test_a_talk_about_danger_ends_where_something_else_is_asked(topic, before, ends):
    _, slots = sent([(topic, 0.9)], places=[WHERE] if topic == "set_force" else (), alarm_talk=before)
    assert ("alarm_talk" in slots) == ends and slots.get("alarm_talk") is None


@pytest.mark.parametrize(("text", "yes"), [
    ("do pcsos in dorset go on patrol", True), ("so they patrol, is that right in dorset", True),
    ("dont they patrol in dorset", True), ("patrols in dorset yes or no", True),
    ("how often do they patrol in dorset", False), ("patrols dorset", False), ("what do they do on patrol, im in dorset", False),
])
def test_yes_is_for_who_asks_whether(text, yes):
    messages, _ = sent([("duties_patrol", 0.99)], text=text, places=[WHERE])
    assert messages[0]["text"].startswith("Yes. PCSOs in Dorset" if yes else "PCSOs in Dorset")


def test_yes_or_no_with_a_place_is_asked_of_that_place():
    messages, slots = sent([("recruitment_eligibility", 0.99)], text="I'm in Dorset, is it yes or no", places=[WHERE],
                           told=told("recruitment_eligibility"), said=[["recruitment_eligibility"]])
    assert messages[0]["custom"]["force"] == "dorset" == slots["force"]
