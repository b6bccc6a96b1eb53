"""The follow-ups that the thread is learnt from: all usable, and the made ones the same each time."""

from collections import Counter

import pytest

from bot.nlu import follow_ups
from knowledge import load, taught
from knowledge.phrase_text import ASKED, THEN, Phrase
from knowledge.topics import named


def test_each_written_one_is_about_topics_that_exist():
    held, examples = load(), set(taught.examples())
    known = {*held.answers, *(named(topic, point) for topic, points in held.points.items() for point in points)}
    written = list(taught.follow_ups())
    assert len(written) > 1000
    assert not {item.last for item in written} - known and not {item.topic for item in written} - examples


def test_plain_ones_are_short_say_what_they_ask_and_are_the_same_each_time():
    examples = [("powers_fines", "can they fine me"), ("unclear", "how long"), ("role_history", "word " * 40)]
    made = follow_ups.plain(examples, ["recruitment_pay", "powers_entry"])
    assert {(item.text, item.topic) for item in made} == {("can they fine me", "powers_fines")}
    assert made == follow_ups.plain(examples, ["recruitment_pay", "powers_entry"])
    assert follow_ups.plain(examples, []) == []


def test_a_new_topic_with_few_examples_is_heard_in_a_thread_as_often_as_an_old_one():
    examples = [("powers_fines", f"can they fine me {number}") for number in range(900)] + [("powers_dogs", "have they got dogs")]
    made = follow_ups.plain(examples, ["recruitment_pay", "powers_entry"])
    assert Counter(item.topic for item in made) == {"powers_fines": follow_ups.PLAIN_EACH, "powers_dogs": follow_ups.PLAIN_EACH}
    cries = follow_ups.plain([("emergency", f"help me {number}") for number in range(100)], ["recruitment_pay"])
    assert len(cries) == 100 > follow_ups.PLAIN_EACH  # danger breaks into any talk
    assert {item.last for item in made if item.topic == "powers_dogs"} == {"recruitment_pay", "powers_entry"}


def test_what_asks_a_point_is_learnt_behind_another_point_of_its_topic():
    phrases = [Phrase("powers_fines", point, kind, text, 1) for point, kind, text in [
        ("appeal", THEN, "can i appeal"), ("amount", THEN, "how much is it"), ("amount", ASKED, "how much is a fine")]]
    phrases.append(Phrase("recruitment_pay", "holidays", THEN, "and holidays", 1))  # its topic has no other
    assert follow_ups.beside(phrases) == [("powers_fines/amount", "can i appeal", "powers_fines"),
                                          ("powers_fines/appeal", "how much is it", "powers_fines")]


@pytest.mark.parametrize("broken", ["how long", "[16]", ""])
def test_what_is_no_list_of_texts_is_refused(tmp_path, broken):
    (tmp_path / "f.yml").write_text(f"powers_fines:\n  powers_fines: {broken}\n", "utf-8")
    with pytest.raises(ValueError, match="powers_fines needs a list"):
        list(taught.follow_ups(tmp_path))
