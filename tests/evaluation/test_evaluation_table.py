"""What is printed."""

from __future__ import annotations

from evaluation import figures, runs, table
from evaluation.figures import Figure, Line
from evaluation.judging import unanswered


def test_percentages_keep_what_the_targets_need():
    assert [table.percent(share) for share in (0.9312, 0.002, 0.0, 1.0)] == ["93.1%", "0.20%", "0.0%", "100.0%"]


def test_a_figure_stands_beside_its_target():
    printed = table.headline_table([Figure("topic", "Right topic", 180, 200, 0.93), Figure("x", "Nothing asked", 0, 0, 0.9)], {})
    assert printed.splitlines()[1].split() == ["Right", "topic", "180/200", "90.0%", "at", "least", "93.0%", "below"]
    assert "Nothing asked" not in printed


def test_the_change_since_the_last_run_stands_behind_it():
    figure = Figure("topic", "Right topic", 180, 200, 0.93)
    assert table.headline_table([figure], {"topic": 5.0, "force": 1.0}).endswith("below  +5 points")
    assert table.headline_table([figure], {}).endswith("below")


def test_a_line_has_a_column_for_each_aspect_that_was_judged():
    lines = [Line("role.yml", 71, 96, {"topic": (72, 96), "force": (23, 32)}), Line("two.yml", 1, 2, {"both": (1, 2)})]
    head, role, two = table.line_table("File", lines).splitlines()
    assert head.split() == ["File", "all", "right", "share", "topic", "both", "force"]
    assert role.split() == ["role.yml", "71/96", "74.0%", "72/96", "23/32"]
    assert two.split() == ["two.yml", "1/2", "50.0%", "1/2"]


def test_a_long_list_of_tags_says_what_it_leaves_out():
    lines = [Line(str(number), 1, 1, {}) for number in range(5)]
    assert table.line_table("Tag", lines, 3).splitlines()[-1] == "… and 2 rarer ones in the report"


def test_a_miss_shows_text_place_expected_and_got(make):
    asked = make.question("can they nick me", topics=("powers_arrest", "powers_detain"), forces=("kent",))
    printed = table.miss_list([make.judged(asked, make.message("greet", force="essex"))], 5)
    assert printed.splitlines() == [
        "Misses: 1", "- can they nick me", "    powers.yml:1  wrong: topic, force",
        "    expected powers_arrest or powers_detain, kent  |  got greet, essex"]


def test_missed_emergencies_stand_first_then_false_alarms(make):
    ordinary = make.judged(make.question("ordinary", topics=("greet",)))
    alarm = make.judged(make.question("alarm"), make.alarm())
    missed = make.judged(make.question("missed", emergency="yes"))
    fine = make.judged(make.question("fine"))
    found = table.most_serious_first([ordinary, fine, alarm, missed])
    assert [item.question.text for item in found] == ["missed", "alarm", "ordinary"]


def test_only_so_many_misses_are_printed(make):
    missed = [make.judged(make.question(str(number), topics=("greet",))) for number in range(5)]
    printed = table.miss_list(missed, 2).splitlines()
    assert printed[0] == "Misses: 5" and printed[-1] == "… and 3 more in the report (or --misses 5)"
    assert len(printed) == 1 + 2 * 3 + 1


def test_expectations_in_words(make):
    assert table.expected(make.question()) == "no alarm"
    assert table.expected(make.question(emergency="maybe")) == "perhaps an emergency"
    assert table.expected(make.question(emergency="yes", extra="silent", lang="pl")) == "EMERGENCY, extra silent, in pl"
    assert table.expected(make.question(both=("greet", "thanks"))) == "greet then thanks"
    assert table.expected(make.question(topics=("force_compare",), forces=("kent", "essex"))) == "force_compare, kent and essex"
    assert table.expected(make.question(topics=("emergency",), emergency="yes")) == "EMERGENCY"


def test_answers_in_words(make):
    assert table.got(make.judged(make.question(), make.message("greet", force="kent"), make.message(None, force="kent"))) \
        == "greet then (no topic), kent"
    assert table.got(make.judged(make.question(), make.alarm(lang="pl"))) == "EMERGENCY, emergency, in pl"
    assert table.got(unanswered(make.question(), "status 500")) == "no answer: status 500"


def test_what_got_worse_is_listed_with_then_and_now(make):
    asked = make.question("a", topics=("greet",))
    then, now = make.judged(asked, make.message("greet")), make.judged(asked, make.message("thanks"))
    earlier = runs.Run("2026-11-20T10:00:00Z", ["powers.yml"], figures.headlines([then]), [then])
    assert table.comparison_list(runs.compare(earlier, [now]), 5).splitlines() == [
        "Since 2026-11-20T10:00:00Z: 0 better, 1 worse, 0 still wrong, 0 new questions, 0 gone.",
        "- worse: a", "    then greet  |  now thanks"]
