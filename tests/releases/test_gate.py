"""What must be seen and said before a release goes live."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from evaluation import figures, runs
from evaluation.judging import Got, Judged
from evaluation.questions import Question
from evaluation.runs import Run
from releases import drafts, gate
from releases.answers import Answered, Change, Changes, answered, sort_of
from releases.gate import NotYet
from releases.store import ANSWERS, REPORT, RUN, Check
from tests.releases.conftest import KENT, second

EMERGENCIES, TOPICS = 10, 200


def run(recognised: int, right: int) -> Run:
    """An evaluation in which so many of the emergencies and of the topics were right."""
    asked = [Judged(Question(key=f"e: {n}", file="e", line=n, kind="single", text=f"danger {n}", emergency="yes"), Got(),
                    {"alarm": n < recognised})
             for n in range(EMERGENCIES)]
    asked += [Judged(Question(key=f"t: {n}", file="t", line=n, kind="single", text=f"question {n}", topics=("x",)), Got(),
                     {"topic": n < right})
              for n in range(TOPICS)]
    return Run("2026-01-01T00:00:00Z", ["e", "t"], figures.headlines(asked) + figures.information(asked), asked)


def checked(store, found: Run) -> Check:
    return Check(run=store.put(RUN, msgspec.json.encode(found)), report=store.put(REPORT, b"report"), answers=store.put(ANSWERS, b"{}"))


@pytest.fixture
def candidate(store, first, content, tmp_path):
    """Made and compared, as good as what is live."""
    drafts.before_editing(store, "ada")
    store.add_check(first.id, checked(store, run(10, 190)))
    release = second(store, content, tmp_path)
    store.add_check(release.id, checked(store, run(10, 190)))
    gate.keep_changes(store, Changes(release.id, first.id, "2026-01-01T00:00:00Z", 1, 0, []))
    return release


def worse(store, candidate, recognised: int, right: int) -> None:
    store.add_check(candidate.id, checked(store, run(recognised, right)))


def test_a_list_that_the_publisher_never_opened_stops_it(store, candidate):
    gate.note_seen(store, candidate.id, store.live().release, "ben")
    with pytest.raises(NotYet, match="Look at the list"):
        gate.publish(store, candidate, "ada", "")
    gate.note_seen(store, candidate.id, store.live().release, "ada")
    assert gate.publish(store, candidate, "ada", "").release == candidate.id


def test_all_who_open_the_list_at_once_are_noted(store, candidate, first):
    people = [f"person {number}" for number in range(20)]
    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(lambda by: gate.note_seen(store, candidate.id, first.id, by), people))
    assert sorted(seen.by for seen in gate.seen_by(store, candidate.id, first.id)) == sorted(people)


def test_without_a_list_or_a_report_it_is_stopped(store, first, content, tmp_path):
    drafts.before_editing(store, "ada")
    with pytest.raises(NotYet, match="Train and check it first.*Find out what would change"):
        gate.publish(store, second(store, content, tmp_path), "ada", "")


@pytest.mark.parametrize("recognised, right, needs_reason",
                         [(10, 190, False), (9, 200, True), (10, 188, False), (10, 187, True), (10, 200, False)])
def test_losing_an_emergency_or_more_than_a_point_of_topics_needs_a_reason(store, candidate, recognised, right, needs_reason):
    worse(store, candidate, recognised, right)
    gate.note_seen(store, candidate.id, store.live().release, "ada")
    assert bool(gate.judge(store, candidate, "ada").losses) == needs_reason
    if needs_reason:
        for reason in ("", "   ", "because"):
            with pytest.raises(NotYet, match="Say in a sentence"):
                gate.publish(store, candidate, "ada", reason)
    assert gate.publish(store, candidate, "ada", "A force asked for it by noon").reason == "A force asked for it by noon"


@pytest.mark.parametrize("recognised, right, words", [
    (10, 190, "No real difference"), (10, 193, "No real difference"), (10, 187, "No real difference"),
    (9, 190, "No real difference: what moved is no more than chance explains, or than 1 point in a hundred of the right topics. "
             "0 emergencies newly recognised, 1 no longer."),
    (10, 196, "Better: 3.0 points more topics are right."), (4, 190, "Worse: 6 emergencies fewer recognised."),
    (10, 184, "Worse: 3.0 points fewer topics are right."), (4, 198, "6 emergencies fewer recognised, though 4.0 points more topics"),
])
def test_only_what_chance_does_not_explain_is_called_better_or_worse(store, candidate, recognised, right, words):
    worse(store, candidate, recognised, right)
    compared = gate.comparison(store, candidate, store.live_release())
    assert words in gate.in_a_sentence(compared)


def test_emergencies_that_come_and_go_by_chance_are_no_gain():
    then, now = run(7, 190), run(10, 190)
    swapped = msgspec.structs.replace(now.judged[0], aspects={"alarm": False})
    compared = runs.compare(then, [swapped, *now.judged[1:]])
    assert compared.moved["recall"] == (3, 1) and gate.in_a_sentence(compared).startswith("No real difference")


def test_a_list_against_something_else_does_not_count(store, candidate, first, content, tmp_path):
    gate.note_seen(store, candidate.id, first.id, "ada")
    other = second(store, content, tmp_path, by="ben")
    store.add_check(other.id, checked(store, run(10, 190)))
    store.publish(other.id, "ben")
    with pytest.raises(NotYet, match="Find out what would change"):
        gate.publish(store, candidate, "ada", "")


def test_a_campaign_opened_meanwhile_is_not_undone(store, candidate):
    gate.note_seen(store, candidate.id, store.live().release, "ada")
    drafts.publish_knowledge(store, {KENT: lambda kent: kent.replace(b"name: Kent Police", b"name: Kent Open", 1)}, "ben",
                             "Recruitment of Kent: open")
    with pytest.raises(NotYet, match="Recruitment of Kent: open .ben."):
        gate.publish(store, candidate, "ada", "")


def test_a_campaign_opened_while_the_candidate_was_trained_is_not_undone(store, first, content, tmp_path, monkeypatch):
    drafts.before_editing(store, "ada")
    copied_at = "2026-01-01T10:00:00Z"
    copy = tmp_path / "copy"
    shutil.copytree(content, copy)
    monkeypatch.setattr("releases.store.now", lambda: "2026-01-01T10:02:00Z")
    drafts.publish_knowledge(store, {KENT: lambda kent: kent + b"# open\n"}, "ben", "Recruitment of Kent: open")
    monkeypatch.setattr("releases.drafts.now", lambda: "2026-01-01T10:05:00Z")
    candidate = drafts.make(store, copy, first.model, "ada", "candidate", copied_at=copied_at)
    assert [entry.reason for entry in gate.changed_since(store, candidate)] == ["Recruitment of Kent: open"]


def test_what_is_live_already_is_not_published_again(store, first):
    with pytest.raises(NotYet, match="live already"):
        gate.publish(store, first, "ada", "")


def reply(text: str = "No.", topic: str = "powers_search", force: str | None = None, emergency: bool = False) -> Answered:
    return answered([{"text": text, "custom": {"topic": topic, "force": force, "emergency": emergency}}])


@pytest.mark.parametrize("then, now, sort", [
    (reply(), reply(), None), (reply(), reply("Yes."), "text"), (reply(), reply(force="kent"), "force"),
    (reply(), reply(topic="powers_drugs", force="kent"), "topic"), (reply(emergency=True), reply(), "alarm_lost"),
    (reply(), reply(topic="emergency", emergency=True), "alarm_gained")])
def test_the_gravest_difference_names_a_change(then, now, sort):
    assert sort_of(then, now) == sort


def test_changes_are_read_back_as_they_were_kept(store, candidate, first):
    found = Changes(candidate.id, first.id, "2026-01-01T00:00:00Z", 2, 1, [Change("text", reply(), reply("Yes."), numbers=[4])])
    gate.keep_changes(store, found)
    assert gate.changes(store, candidate.id, first.id) == found
