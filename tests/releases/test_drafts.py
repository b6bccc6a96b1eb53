"""From the draft's files to what is live: takeover, publishing facts, what needs training."""

from __future__ import annotations

import ast
import re
import threading

import pytest

from knowledge import Knowledge, KnowledgeError
from knowledge.schema import Point
from releases import differences, drafts
from releases.store import PROJECT, Check, StoreError
from tests.releases.conftest import KENT, second
from tools import release as command

NATIONAL = "data/knowledge/national.yml"
NLU = "data/nlu/role_definition.yml"


def test_a_fresh_release_is_the_same_as_its_files(store, first):
    assert drafts.state(store) == drafts.State(False, False)


def test_a_changed_fact_needs_no_training_but_names_and_examples_do(store, first, edit):
    edit(KENT, "checked: 2026-", "checked: 2025-")
    assert drafts.state(store) == drafts.State(True, False)
    edit(KENT, "aliases:", "aliases:\n  - kentish coppers")
    assert drafts.state(store) == drafts.State(True, True)


def test_an_added_example_needs_training(store, first, edit):
    edit(NLU, "examples: |\n", "examples: |\n      - is a pcso a kind of copper then\n")
    assert drafts.state(store) == drafts.State(True, True)


def test_what_was_trained_and_checked_needs_no_more_until_it_is_changed_again(store, first, edit, content, tmp_path):
    edit(NLU, "examples: |\n", "examples: |\n      - is a pcso a kind of copper then\n")
    made = second(store, content, tmp_path)
    assert drafts.state(store) == drafts.State(True, True, True)
    store.add_check(made.id, Check(run="r", report="r", answers="a"))
    assert drafts.state(store) == drafts.State(True, True, True, made.id)
    edit(KENT, "name: Kent Police", "name: Kent Police\n")
    assert drafts.state(store) == drafts.State(True, True, True)


def test_make_trains_again_for_all_that_a_release_does():
    made_from = re.search(r"^MODEL_INPUTS := (.*?)\n\n", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE | re.DOTALL)[1].split()
    learnt_from = {path for pattern in (*drafts.LEARNT_FROM, *drafts.LEARNT_WITH) for path in PROJECT.glob(pattern)}
    forgotten = {path for path in learnt_from if not any(path.is_relative_to(PROJECT / name) for name in made_from)}
    assert len(learnt_from) > 100 and not forgotten


def test_whatever_else_the_pipeline_learns_from_needs_training_too(store, first, content):
    # Parsed and written again: a path stands on one line, wherever its file breaks it.
    code = "".join(ast.unparse(ast.parse(path.read_text("utf-8"))) for path in (PROJECT / "bot" / "nlu").glob("*.py"))
    named = {"/".join(re.findall(r"'([^']+)'", path)) for path in re.findall(r"ROOT((?: / '[^']+')+)", code)}
    learnt_from = {content / name for name in named if name.startswith("data/") and name.endswith(".yml")}
    learnt_from |= {path for name in named if name.startswith("data/") for path in (content / name).glob("*.yml")}
    assert {path.parent.name for path in learnt_from} >= {"examples", "safety", "language"} and len(learnt_from) >= 6
    for path in learnt_from:
        text = path.read_bytes()
        path.write_bytes(text + b"# another example\n")
        assert drafts.state(store).needs_training, path
        path.write_bytes(text)
    assert not drafts.state(store).needs_training


def test_before_the_first_save_what_the_files_hold_becomes_live(store, first, edit, content):
    edit(KENT, "name: Kent Police", "name: Kent Edited")
    drafts.before_editing(store, "ada")
    live = store.live()
    assert live.action == "taken_over" and not live.follows_files
    assert b"Kent Edited" in drafts.live_files(store)[KENT]
    edit(KENT, "name: Kent Edited", "name: Kent Draft")
    drafts.before_editing(store, "ada")
    assert store.live() == live and b"Kent Draft" not in drafts.live_files(store)[KENT]


def test_publishing_a_fact_changes_that_file_alone(store, first, content, edit):
    drafts.before_editing(store, "ada")
    edit("data/knowledge/forces/dorset.yml", "name: Dorset Police", "name: Dorset Draft")
    live = drafts.publish_knowledge(store, {KENT: lambda kent: kent.replace(b"name: Kent Police", b"name: Kent Open", 1)}, "ada",
                                    "Recruitment of Kent: open")
    files = drafts.live_files(store)
    assert b"Kent Open" in files[KENT] and b"Dorset Draft" not in files["data/knowledge/forces/dorset.yml"]
    release = store.live_release()
    assert (release.model, release.kind, release.parent, live.action) == (first.model, "knowledge", first.id, "knowledge")


def test_a_mistake_is_not_published(store, first):
    before = store.live()
    with pytest.raises(KnowledgeError, match="kent.yml:1"):
        drafts.publish_knowledge(store, {KENT: lambda live: b"id: Kent!\n"}, "ada", "oops")
    with pytest.raises(StoreError, match="atlantis.yml isn't live yet"):
        drafts.publish_knowledge(store, {"data/knowledge/forces/atlantis.yml": lambda live: live}, "ada", "oops")
    assert store.live().release == before.release


def test_two_who_publish_at_once_keep_each_others_change(store, first):
    drafts.before_editing(store, "ada")
    changes = ((KENT, b"name: Kent Police"), (KENT, b"area: Kent"), ("data/knowledge/forces/dorset.yml", b"name: Dorset Police"))
    threads = [threading.Thread(target=drafts.publish_knowledge, args=(
        store, {name: lambda live, old=old: live.replace(old, old + b" X", 1)}, "ada", name)) for name, old in changes]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    live = drafts.live_files(store)
    assert all(old + b" X" in live[name] for name, old in changes)


@pytest.mark.parametrize("words, action", [(["roll-back"], "roll_back"), (["follow"], "follow")])
def test_what_is_taken_back_while_somebody_publishes_stays_taken_back(store, first, content, tmp_path, model, monkeypatch, words, action):
    monkeypatch.setenv("RELEASES_DIR", str(store.folder))
    monkeypatch.setattr(command, "TRAINED", model)
    wrong = second(store, content, tmp_path)
    store.publish(wrong.id, "ada")
    taking_back = threading.Thread(target=command.main, args=([*words, *([first.id] if action == "roll_back" else [])],))

    def change(kent: bytes) -> bytes:
        taking_back.start()
        taking_back.join(0.5)
        return kent + b"# open\n"

    drafts.publish_knowledge(store, {KENT: change}, "ben", "Recruitment of Kent: open")
    taking_back.join()
    assert [entry.action for entry in store.history()][:3] == [action, "knowledge", "publish"]
    assert store.live_release().model == first.model != wrong.model


def test_nothing_can_be_published_before_the_first_release(store, content):
    with pytest.raises(StoreError, match="make run"):
        drafts.publish_knowledge(store, {}, "ada", "early")


def test_the_difference_is_told_in_words(store, first, content, edit, tmp_path):
    edit(KENT, "name: Kent Police", "name: Kent Police\n")
    edit(NLU, "examples: |\n", "examples: |\n      - is a pcso a kind of copper then\n")
    text = (content / NATIONAL).read_text()
    start = text.index("text: >-", text.index("answers:"))
    another = "text: >-\n      Quite another answer than before, in a sentence. "
    (content / NATIONAL).write_text(text[:start] + another + text[start + 8:].lstrip())
    found = differences.between(store, first, second(store, content, tmp_path))
    assert [(fact.place, "Quite another" in fact.after, "Quite another" in fact.before) for fact in found.facts] == [(None, True, False)]
    assert [topic.added for topic in found.topics] == [["is a pcso a kind of copper then"]] and found.other_model
    assert found.files == [KENT] and not found.is_empty
    assert differences.between(store, first, first).is_empty


TEXTS, PHRASES = "data/knowledge/points/role.yml", "data/points/role.yml"


def test_what_a_new_button_asks_has_to_be_learnt_and_a_new_text_has_not():
    def names(**more):
        return drafts._names(Knowledge({}, {}, {}, {"role_numbers": {"women": Point("I don't know.", [], None, unknown=True, **more)}}))

    assert names() != names(question="How many are women?") != names(question="Are there women?")
    assert names() == names(varies=True)


def test_a_particular_question_is_told_as_a_fact_and_its_phrases_as_examples(store, content, edit, model, tmp_path):
    for name, text in ((TEXTS, "points:\n  role_numbers:\n    women:\n      text: I don't know how many are women.\n      sources: []\n"
                               "      checked: null\n      unknown: true\n      review_by: 2027-01-01\n"),
                       (PHRASES, "role_numbers:\n  women:\n    asked:\n      - how many PCSOs are women\n    then: []\n")):
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text(text, "utf-8")
    before = drafts.make(store, content, model, "ada", "candidate")
    edit(TEXTS, "how many are women", "how many women there are")
    edit(PHRASES, "    then: []\n", "    then:\n      - how many women\n")
    later = second(store, content, tmp_path)
    found = differences.between(store, before, later)
    assert [(fact.place, fact.topic) for fact in found.facts] == [(None, "role_numbers/women")] and found.files == []
    assert [(topic.topic, topic.added) for topic in found.topics] == [("role_numbers/women", ["how many women"])]
    edit(TEXTS, "2027-01-01", "2027-02-01")
    assert differences.between(store, later, drafts.make(store, content, model, "ada", "candidate")).files == [TEXTS]


def test_phrases_that_an_older_release_never_kept_are_not_told_as_new():
    assert differences.between_examples({"a": ["x"]}, {"a": ["x", "y"], "a/b": ["z"]}) == [differences.TopicChange("a", ["y"], [])]
