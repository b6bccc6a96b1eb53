"""What is right: every aspect with replies made by hand."""

from __future__ import annotations

import pytest

from evaluation.judging import missing_keywords, unanswered


def test_the_first_messages_topic_counts(make):
    asked = make.question(topics=("powers_arrest",))
    assert make.judged(asked, make.message("powers_arrest"), make.message("powers_detain")).aspects["topic"]
    assert not make.judged(asked, make.message("powers_detain"), make.message("powers_arrest")).aspects["topic"]


def test_any_topic_of_a_list_is_right(make):
    asked = make.question(topics=("role_purpose", "duties_patrol"))
    assert make.judged(asked, make.message("duties_patrol")).right
    assert not make.judged(asked, make.message("duties_overview")).right


def test_the_force_counts_only_where_one_is_meant(make):
    reply = make.message(force="kent")
    assert make.judged(make.question(forces=("kent",)), reply).aspects["force"]
    assert not make.judged(make.question(forces=("essex",)), reply).aspects["force"]
    assert "force" not in make.judged(make.question(), reply).aspects


def test_an_answer_about_two_forces_names_both(make):
    asked = make.question(forces=("kent", "essex"))
    assert make.judged(asked, make.message(text="Kent Police: no. Essex Police: no.", force="kent")).aspects["force"]
    assert not make.judged(asked, make.message(text="Kent Police: no.", force="kent")).aspects["force"]
    assert not make.judged(asked, make.message(text="Kent Police and Essex Police", force="dorset")).aspects["force"]


@pytest.mark.parametrize("topics, right", [
    (("recruitment_pay", "recruitment_hours"), True),
    (("recruitment_pay", "greet", "recruitment_hours"), True),
    (("recruitment_hours", "recruitment_pay"), False),
    (("recruitment_pay",), False),
    (("recruitment_pay", "recruitment_pay"), False),
])
def test_two_questions_are_both_answered_in_order(make, topics, right):
    asked = make.question(kind="two", both=("recruitment_pay", "recruitment_hours"))
    assert make.judged(asked, *map(make.message, topics)).aspects["both"] is right


def test_the_force_holds_for_both_of_two_questions(make):
    asked = make.question(kind="two", both=("recruitment_pay", "recruitment_hours"), forces=("kent",))
    pay = make.message("recruitment_pay", force="kent")
    assert make.judged(asked, pay, make.message("recruitment_hours", force="kent")).aspects["force"]
    assert not make.judged(asked, pay, make.message("recruitment_hours")).aspects["force"]


def test_an_emergency_is_recognised_in_the_first_message_with_999_in_its_first_words(make):
    asked = make.question(emergency="yes")
    late = "Stay calm and try to tell somebody close to you what is going on. Then call 999."
    assert make.judged(asked, make.alarm()).aspects == {"alarm": True}
    assert not make.judged(asked, make.message(), make.alarm()).aspects["alarm"]
    assert not make.judged(asked, make.message(text=late, emergency=True)).aspects["alarm"]
    assert not make.judged(asked, make.message(text="Call 999 now")).aspects["alarm"]


def test_an_alarm_in_any_message_is_a_false_one(make):
    asked = make.question(topics=("powers_arrest",))
    assert make.judged(asked, make.message()).aspects["alarm"]
    assert not make.judged(asked, make.message(), make.alarm()).aspects["alarm"]


def test_perhaps_emergencies_have_no_right_and_wrong(make):
    assert make.judged(make.question(emergency="maybe"), make.alarm()).aspects == {}


def test_the_line_for_what_is_perhaps_an_emergency_is_seen(make):
    reply = make.message(text="If this is happening now, or somebody is in danger, call 999.\n\nNo.")
    assert make.judged(make.question(), reply).got.if_now
    assert not make.judged(make.question(), make.message(text="If a crime is happening now, call 999.")).got.if_now


@pytest.mark.parametrize("extra, text, right", [
    ("samaritans", "Samaritans: 116 123", True), ("samaritans", "Childline: 0800 1111", False),
    ("silent", "then press 55", True), ("railway", "text 61016", True), ("domestic", "call 0808 2000 247", True),
    ("fire", "Get out and tell the fire service", True), ("fire", "Get out", False), ("coastguard", "Ask for the coastguard", True),
])
def test_the_right_extra_follows(make, extra, text, right):
    asked = make.question(emergency="yes", extra=extra)
    assert make.judged(asked, make.alarm(), make.message(text=text, emergency=True)).aspects["extra"] is right


def test_services_in_the_999_sentence_are_no_extra(make):
    assert not make.judged(make.question(emergency="yes", extra="fire"), make.alarm()).aspects["extra"]


def test_extras_told_by_words_are_judged_in_english_only(make):
    assert "extra" not in make.judged(make.question(emergency="yes", extra="fire", lang="pl"), make.alarm(lang="pl")).aspects
    assert "extra" in make.judged(make.question(emergency="yes", extra="silent", lang="pl"), make.alarm(lang="pl")).aspects


@pytest.mark.parametrize("wanted, given, right", [
    ("pl", "pl", True), ("zh-Hant", "zh-Hans", True), ("ur-Latn", "ur", True), ("pl", None, False)])
def test_the_language_is_the_askers_whatever_the_script(make, wanted, given, right):
    reply = make.alarm(lang=given) if given else make.alarm()
    assert make.judged(make.question(emergency="yes", lang=wanted), reply).aspects["lang"] is right


def test_the_topic_of_a_question_in_another_language_is_not_judged(make):
    asked = make.question(topics=("role_definition",), lang="pl")
    assert make.judged(asked, make.message("out_of_scope", lang="pl")).aspects == {"alarm": True, "lang": True}


def test_key_words_are_found_in_any_case_and_in_any_message(make):
    asked = make.question(kind="document", keywords=("closed", "force’s own page"))
    assert make.judged(asked, make.message(text="It has CLOSED."), make.message(text="See the force's\nown page.")).aspects["keywords"]
    assert missing_keywords(asked, "It has closed.") == ["force’s own page"]


def test_no_answer_is_wrong_in_all_that_was_expected(make):
    asked = make.question(topics=("powers_arrest",), forces=("kent",), keywords=("no",))
    found = unanswered(asked, "status 500")
    assert found.aspects == {"topic": False, "force": False, "alarm": False, "keywords": False}
    assert found.got.error == "status 500" and not found.right


def test_messages_that_break_the_contract_are_wrong_and_break_nothing(make):
    found = make.judged(make.question(topics=("powers_arrest",)), {"text": None}, {"custom": "x"})
    assert found.aspects == {"topic": False, "alarm": True} and found.got.topics == (None, None)


def test_what_came_is_kept_short(make):
    assert len(make.judged(make.question(), make.message(text="word " * 200)).got.text) == 160
