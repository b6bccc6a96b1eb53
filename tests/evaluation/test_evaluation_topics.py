"""Topic scores, confusion and calibration against figures worked out by hand."""

from __future__ import annotations

import pytest

from evaluation import calibration, topics


def answers(make, *pairs):
    return [make.judged(make.question(topics=(wanted,)), make.message(given)) for wanted, given in pairs]


def test_precision_recall_and_f1(make):
    counted = topics.pairs(answers(make, ("greet", "greet"), ("greet", "greet"), ("greet", "thanks"), ("thanks", "greet")))
    found = {score.topic: score for score in topics.scores(counted)}
    greet = found["greet"]
    assert (greet.expected, greet.given, greet.right) == (3, 3, 2)
    assert (greet.precision, greet.recall, greet.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (found["thanks"].precision, found["thanks"].recall, found["thanks"].f1) == (0, 0, 0)
    assert topics.macro_f1(topics.scores(counted)) == pytest.approx(1 / 3)


def test_the_weakest_topic_stands_first(make):
    counted = topics.pairs(answers(make, ("greet", "greet"), ("thanks", "greet")))
    assert [score.topic for score in topics.scores(counted)] == ["thanks", "greet"]


def test_a_topic_that_was_only_given_has_no_part_in_the_mean(make):
    assert topics.macro_f1(topics.scores(topics.pairs(answers(make, ("greet", "greet"), ("greet", "thanks"))))) == pytest.approx(2 / 3)


def test_the_given_one_of_several_right_topics_counts_as_expected(make):
    asked = make.question(topics=("role_purpose", "duties_patrol"))
    counted = topics.pairs([make.judged(asked, make.message("duties_patrol")), make.judged(asked, make.message("greet"))])
    assert counted == {("duties_patrol", "duties_patrol"): 1, ("role_purpose", "greet"): 1}


def test_emergencies_count_as_a_topic_and_follow_ups_and_other_languages_dont(make):
    found = [make.judged(make.question(emergency="yes"), make.alarm()), make.judged(make.question(topics=("greet",), lang="pl")),
             make.judged(make.question(topics=("greet",), follow_up=True)), make.judged(make.question(emergency="maybe"))]
    assert topics.pairs(found) == {("emergency", "emergency"): 1}


def test_the_commonest_mistake_stands_first(make):
    counted = topics.pairs(answers(make, ("greet", "thanks"), ("greet", "goodbye"), ("greet", "goodbye"), ("thanks", "thanks")))
    assert topics.mistaken(counted) == [("greet", "goodbye", 2), ("greet", "thanks", 1)]


def test_calibration_error_weighs_bins_by_their_questions():
    # 0.9 claimed and 3 of 4 right: 0.15 off; 0.25 claimed and none of 1 right: 0.25 off.
    found = calibration.calibrate([(0.9, True), (0.9, True), (0.9, True), (0.9, False), (0.25, False)])
    assert found.error == pytest.approx((4 * 0.15 + 1 * 0.25) / 5)
    assert [(bar.low, bar.count, bar.accuracy) for bar in found.bins] == [(0.2, 1, 0.0), (0.9, 4, 0.75)]
    assert found.bins[1].confidence == pytest.approx(0.9)


def test_certainty_stands_in_the_last_bin_and_nothing_gives_nothing():
    assert calibration.calibrate([(1.0, True)]).bins[0].low == 0.9
    assert calibration.calibrate([]) is None


def test_claims_are_the_likeliest_topics_of_single_questions(make):
    ranking = (("powers_arrest", 0.8), ("greet", 0.1))
    found = [make.judged(make.question(topics=("powers_arrest",)), ranking=ranking),
             make.judged(make.question(topics=("greet",)), ranking=ranking),
             make.judged(make.question(topics=("greet",))), make.judged(make.question(emergency="yes"), ranking=ranking),
             make.judged(make.question(topics=("greet",), kind="conversation"), ranking=ranking)]
    assert calibration.claims(found) == [(0.8, True), (0.8, False)]
