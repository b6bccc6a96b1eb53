"""The reader of data/evaluation: its four shapes, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation import apart, questions
from knowledge import taught

GOOD = """
- text: can they arrest me
  topic: powers_arrest
  tags: [angry]
- {text: "who has more powers, kent or essex", topic: [force_compare, powers_overview], forces: [kent, essex]}
- {text: "he has a knife", emergency: true, extra: ambulance, lang: pl}
- {text: "i dont feel safe", emergency: maybe}
- text: pay and hours
  topics: [recruitment_pay, recruitment_hours]
  force: kent
- turns:
    - {text: can they detain me, topic: powers_detain}
    - {text: "and in dorset?", topic: powers_detain, force: dorset}
    - {text: "he has a gun", topic: emergency}
- claim: Recruitment has closed.
  document: derbyshire
  topic: recruitment_status
  force: derbyshire
  keywords: [closed]
  questions: [are you hiring, any jobs]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mixed.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other.yml").write_text("- {text: hello, topic: greet}\n", encoding="utf-8")
    return tmp_path


def refused(folder: Path, content: str) -> str:
    (folder / "broken.yml").write_text(content, encoding="utf-8")
    with pytest.raises(questions.QuestionsError) as error:
        questions.load(["broken"], folder)
    return str(error.value)


def test_a_single_question_has_topics_forces_and_tags(folder):
    single, both = (conversation[0] for conversation in questions.load(["mixed"], folder)[:2])
    assert (single.kind, single.topics, single.forces) == ("single", ("powers_arrest",), ())
    assert (single.tags, single.emergency) == (("angry",), "no")
    assert (both.topics, both.forces) == (("force_compare", "powers_overview"), ("kent", "essex"))


def test_a_question_knows_its_file_and_line(folder):
    single, both = (conversation[0] for conversation in questions.load(["mixed"], folder)[:2])
    assert (single.file, single.line, both.line) == ("mixed.yml", 2, 5)


def test_emergencies_are_yes_no_or_maybe(folder):
    found = questions.load(["mixed"], folder)
    assert [found[index][0].emergency for index in (0, 2, 3)] == ["no", "yes", "maybe"]
    assert (found[2][0].extra, found[2][0].lang) == ("ambulance", "pl")


def test_two_questions_keep_their_order(folder):
    two = questions.load(["mixed"], folder)[4][0]
    assert (two.kind, two.both, two.topics, two.forces) == ("two", ("recruitment_pay", "recruitment_hours"), (), ("kent",))


def test_turns_after_the_first_are_follow_ups_and_named_by_what_came_before(folder):
    turns = questions.load(["mixed"], folder)[5]
    assert [turn.follow_up for turn in turns] == [False, True, True]
    assert turns[1].key == "mixed.yml: can they detain me | and in dorset?"
    assert [turn.emergency for turn in turns] == ["no", "no", "yes"]


def test_every_question_of_a_claim_is_asked_apart(folder):
    first, second = (conversation[0] for conversation in questions.load(["mixed"], folder)[6:])
    assert (first.text, second.text) == ("are you hiring", "any jobs")
    assert (first.kind, first.keywords, first.forces, first.tags) == ("document", ("closed",), ("derbyshire",), ("derbyshire",))


@pytest.mark.parametrize("name", ["other", "other.yml", "data/evaluation/other.yml"])
def test_only_reads_the_files_that_are_named(folder, name):
    assert [[question.text for question in conversation] for conversation in questions.load([name], folder)] == [["hello"]]


def test_an_unknown_file_is_named_with_those_there_are(folder):
    with pytest.raises(questions.QuestionsError, match="pawers.*mixed, other"):
        questions.load(["pawers"], folder)


@pytest.mark.parametrize("content, sentence", [
    ("- {text: hi, topic: powers_arest}", "broken.yml:1: there is no topic 'powers_arest'"),
    ("\n- {text: hi, topic: greet, force: derby}", "broken.yml:2: there is no force 'derby'"),
    ("- {text: hi, topc: greet}", "broken.yml:1: .*topc"),
    ("- {text: hi, topic: greet}\n- {text: hi, topic: thanks}", "broken.yml:2: the same question stands on line 1"),
    ("- text: 'hi", "broken.yml:.*not valid YAML"),
    ("text: hi", "broken.yml:1: this must be a list"),
])
def test_a_mistake_is_refused_with_its_place(folder, content, sentence):
    assert re.search(sentence, refused(folder, content))


def test_all_mistakes_are_told_at_once(folder):
    assert len(refused(folder, "- {text: a, topic: b}\n- {text: c, force: d}").splitlines()) == 2


def test_the_questions_of_the_project_can_be_read():
    assert sum(map(len, questions.load())) >= 1500


def test_training_examples_are_found_without_their_entity_marks(tmp_path):
    (tmp_path / "a.yml").write_text(
        "nlu:\n  - intent: greet\n    examples: |\n      - hello from [Derby](force) to you\n"
        "  - synonym: x\n    examples: |\n      - y\n", encoding="utf-8")
    assert list(apart.training_examples(tmp_path)) == ["hello from Derby to you"]


def test_a_question_that_is_also_an_example_is_found_whatever_its_case_and_punctuation(make):
    asked = [make.question("What's a PCSO, then?"), make.question("hello"), make.question("who is my local pcso")]
    assert apart.leaks(asked, ["whats a pcso then", "hello"]) == asked[:1]


def test_follow_ups_and_phrases_of_points_count_as_examples(tmp_path):
    (tmp_path / "powers.yml").write_text('powers_fines:\n  powers_fines:\n    - "how much would it be"\n', "utf-8")
    (tmp_path / "role.yml").write_text("# none yet\n", "utf-8")
    assert [said.text for said in taught.follow_ups(tmp_path)] == ["how much would it be"]
    assert {said.text for said in (*taught.follow_ups(), *taught.phrases())} < set(apart.all_taught())


def test_what_is_taught_in_other_languages_counts_as_examples(tmp_path):
    (tmp_path / "pl.yml").write_text('emergency:\n  - "pali sie"\nother:\n  - "jak zostac pcso"\n', "utf-8")
    assert list(apart.told_in_other_languages(tmp_path)) == ["pali sie", "jak zostac pcso"]
    assert set(apart.told_in_other_languages()) < set(apart.all_taught())
