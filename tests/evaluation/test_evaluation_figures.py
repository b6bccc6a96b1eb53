"""Every figure, counted on a handful of answers whose sum is known."""

from __future__ import annotations

import pytest

from evaluation import figures
from evaluation.figures import Figure
from evaluation.judging import Judged, unanswered


def counted(found: list[Figure]) -> dict[str, tuple[int, int]]:
    return {figure.id: (figure.right, figure.total) for figure in found if figure.total}


def test_topic_counts_single_questions_in_english(make):
    right = make.judged(make.question("a", topics=("powers_arrest",)))
    wrong = make.judged(make.question("b", topics=("powers_detain",)))
    document = make.judged(make.question("c", topics=("powers_arrest",), kind="document"))
    turn = make.judged(make.question("d", topics=("powers_arrest",), kind="conversation"))
    polish = make.judged(make.question("e", topics=("powers_arrest",), lang="pl"), make.message(lang="pl"))
    assert counted(figures.headlines([right, wrong, document, turn, polish]))["topic"] == (1, 2)


def test_force_counts_where_one_is_meant(make):
    right = make.judged(make.question("a", forces=("kent",)), make.message(force="kent"))
    wrong = make.judged(make.question("b", forces=("kent",), kind="two", both=("greet",)), make.message())
    none = make.judged(make.question("c"))
    turn = make.judged(make.question("d", forces=("kent",), kind="conversation"), make.message(force="kent"))
    assert counted(figures.headlines([right, wrong, none, turn]))["force"] == (1, 2)


def test_two_questions(make):
    asked = make.question(kind="two", both=("greet", "thanks"))
    both = make.judged(asked, make.message("greet"), make.message("thanks"))
    one = make.judged(asked, make.message("greet"))
    assert counted(figures.headlines([both, one]))["two_questions"] == (1, 2)


def test_particular_questions_in_a_talk_have_a_figure_of_their_own(make):
    def turn(point, follow_up=True):
        asked = make.question(kind="conversation", follow_up=follow_up, topics=("powers_arrest",), points=("warrant",))
        found = make.judged(asked, make.message("powers_arrest"))
        return Judged(asked, found.got, {**found.aspects, "point": point})
    headlines = counted(figures.headlines([turn(True), turn(False), turn(True, follow_up=False)]))
    assert headlines["points_in_talk"] == (1, 2) and headlines["points"] == (1, 1) and "follow_ups" not in headlines


def test_follow_ups_need_topic_and_force_and_leave_the_first_turn_out(make):
    def turn(force, follow_up=True):
        asked = make.question(kind="conversation", follow_up=follow_up, topics=("powers_arrest",), forces=("kent",))
        return make.judged(asked, make.message(force=force))
    assert counted(figures.headlines([turn("kent"), turn(None), turn("kent", follow_up=False)]))["follow_ups"] == (1, 2)


def test_out_of_scope(make):
    asked = make.question(topics=("out_of_scope",))
    found = [make.judged(asked, make.message("out_of_scope")), make.judged(asked),
             make.judged(make.question(topics=("powers_arrest",)))]
    assert counted(figures.headlines(found))["out_of_scope"] == (1, 2)


def test_recall_counts_emergencies_in_every_language_and_in_conversations(make):
    found = [make.judged(make.question(emergency="yes"), make.alarm()),
             make.judged(make.question(emergency="yes", lang="pl"), make.alarm(lang="pl")),
             make.judged(make.question(emergency="yes", kind="conversation", follow_up=True)),
             make.judged(make.question(emergency="maybe"), make.alarm())]
    assert counted(figures.headlines(found))["recall"] == (2, 3)


def test_other_languages_are_counted_again_by_themselves(make):
    found = [make.judged(make.question(emergency="yes", lang="pl"), make.alarm(lang="pl")),
             make.judged(make.question(emergency="yes", lang="ar")),
             make.judged(make.question(emergency="yes")), make.judged(make.question(lang="pl"), make.alarm(lang="pl")),
             make.judged(make.question(lang="cy")), make.judged(make.question(), make.alarm())]
    headlines = counted(figures.headlines(found))
    assert headlines["recall_languages"] == (1, 2) and headlines["recall"] == (1, 3)
    assert headlines["alarms_languages"] == (1, 2) and headlines["alarms_ordinary"] == (2, 3)


def test_false_alarms_are_counted_apart_for_questions_about_emergencies(make):
    about = make.question(tags=("about_emergencies",))
    found = [make.judged(about, make.alarm()), make.judged(about), make.judged(make.question(tags=("idiom",)), make.alarm()),
             make.judged(make.question()), make.judged(make.question(kind="two", both=("greet",))),
             make.judged(make.question(emergency="maybe"), make.alarm())]
    assert counted(figures.headlines(found))["alarms_about"] == (1, 2)
    assert counted(figures.headlines(found))["alarms_ordinary"] == (1, 3)


def test_statements_that_only_sound_like_danger_are_counted_apart(make):
    alike = make.question(tags=("sounds_alarming",), kind="conversation", follow_up=True, topics=("powers_arrest",))
    found = [make.judged(alike, make.alarm()), make.judged(alike, make.message("powers_arrest")), make.judged(make.question())]
    headlines = counted(figures.headlines(found))
    assert headlines["alarms_alike"] == (1, 2) and headlines["alarms_ordinary"] == (0, 1) and "follow_ups" not in headlines
    assert counted(figures.information(found))["follow_ups_alike"] == (1, 2)


def test_role_documents_need_everything(make):
    asked = make.question(kind="document", topics=("powers_arrest",), forces=("kent",), keywords=("closed",))
    found = [make.judged(asked, make.message(text="closed", force="kent")),
             make.judged(asked, make.message(text="open", force="kent"))]
    assert counted(figures.headlines(found))["documents"] == (1, 2)


def test_information_about_emergencies(make):
    line = make.message(text="If this is happening now, call 999.")
    maybe = make.question(emergency="maybe")
    found = [make.judged(make.question(emergency="yes", extra="samaritans"), make.alarm(), make.message(text="116 123")),
             make.judged(make.question(emergency="yes", lang="pl"), make.alarm()),
             make.judged(make.question(lang="pl"), make.message(lang="pl")),
             make.judged(maybe, line), make.judged(maybe, make.alarm()), make.judged(maybe),
             make.judged(make.question(), line), make.judged(make.question(tags=("about_emergencies",)), line)]
    info = counted(figures.information(found))
    assert info["extra"] == (1, 1)
    assert info["emergency_language"] == (0, 1)
    assert info["ordinary_language"] == (1, 1)
    assert (info["maybe_if_now"], info["maybe_alarm"]) == ((1, 3), (1, 3))
    assert (info["if_now_ordinary"], info["if_now_about"]) == ((1, 2), (1, 1))


def test_information_about_single_questions(make):
    ranking = (("greet", 0.5), ("thanks", 0.2), ("powers_arrest", 0.1), ("powers_detain", 0.05))
    found = [make.judged(make.question(topics=("powers_arrest",)), make.message(), make.message(force="kent"), ranking=ranking),
             make.judged(make.question(topics=("powers_detain",)), ranking=ranking),
             make.judged(make.question(forces=("kent",)), make.message(force="kent")),
             unanswered(make.question(), "gone")]
    info = counted(figures.information(found))
    assert info["split"] == (1, 4)
    assert info["unmeant_force"] == (1, 3)
    assert info["likeliest_three"] == (1, 2)
    assert info["no_answer"] == (1, 4)


@pytest.mark.parametrize("right, total, target, at_most, verdict", [
    (93, 100, 0.93, False, "ok"), (92, 100, 0.93, False, "below"), (2, 100, 0.02, True, "ok"), (3, 100, 0.02, True, "above"),
    (0, 0, 0.93, False, ""), (1, 2, None, False, "")])
def test_the_verdict_looks_at_the_side_that_counts(right, total, target, at_most, verdict):
    assert Figure("x", "X", right, total, target, at_most).verdict == verdict


def test_lines_by_file_and_tag_count_each_aspect(make):
    found = [make.judged(make.question("a", topics=("powers_arrest",), tags=("angry", "short"))),
             make.judged(make.question("b", topics=("powers_detain",), tags=("angry",))),
             make.judged(make.question("c", file="z.yml", emergency="maybe", tags=("angry",)))]
    (line,) = figures.by_file(found)
    assert (line.name, line.right, line.total) == ("powers.yml", 1, 2)
    assert line.aspects == {"topic": (1, 2), "alarm": (2, 2)}
    assert [(tag.name, tag.right, tag.total) for tag in figures.by_tag(found)] == [("angry", 1, 2), ("short", 1, 1)]


def test_latencies_are_nearest_ranks_in_milliseconds(make):
    found = [make.judged(make.question(), make.message(), seconds=number / 1000) for number in range(1, 101)]
    assert figures.latencies(found) == pytest.approx({"p50": 50, "p95": 95})
    assert figures.latencies([unanswered(make.question(), "gone")]) == {}
    assert figures.percentile([7.0], 95) == 7.0
