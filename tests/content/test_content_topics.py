"""Topics carry what has their name; evaluation questions too."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from door.content import answers, checks, example_files, fact_files, history, nlu_text, readability, snapshot, topic_names, topics, words
from door.content.contract_topics import CONTRACT_TOPICS
from door.content.draft import Changed, Draft, Edit, Refused
from door.content.snapshot import NATIONAL, digest
from door.staff.teaching import Lesson
from knowledge import NationalAnswer
from tests.content.small_project import ADA, BEN, FILES, git

ROOT = Path(__file__).resolve().parents[2]
NEW = topics.NewTopic("powers_dogs", ["do they have dogs", "is there a dog", "dogs", "police dog with pcso", "whose dog is it"],
                      "Dogs", "Do PCSOs have dogs?", "No, PCSOs do not have dogs.", ["act"], dt.date(2026, 1, 5))


@pytest.fixture
def with_dogs(draft: Draft) -> Draft:
    """The draft with a topic of its own, known to a force and to the evaluation too."""
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    for name, text in ((FORCE,
                        "  powers_dogs:\n    text: In Dorset there are no dogs.\n    sources: [page]\n"
                        "    checked: 2026-02-01\n# the end\n"),
                       (EVALUATION,
                        "- text: dog or search\n  topic: [powers_dogs, powers_search]\n- {text: \"woof, woof\", topic: powers_dogs}\n")):
        path = draft.root / name
        path.write_text(path.read_text("utf-8").removesuffix("# the end\n") + text, "utf-8")
    return draft


FORCE, EVALUATION = "data/knowledge/forces/dorset.yml", "data/evaluation/powers.yml"
DOGS, HOUNDS = "data/nlu/powers_dogs.yml", "data/nlu/powers_hounds.yml"


def test_the_names_of_the_contract_are_those_of_its_page():
    page = (ROOT / "docs" / "contract.md").read_text("utf-8")
    table = page[page.index("## Topics"):page.index("## Doors and settings")]
    assert {name for row in re.findall(r"^\| (`[^|]*?) \|", table, re.M) for name in re.findall(r"`([a-z_]+)`", row)} == CONTRACT_TOPICS


def test_a_new_topic_stands_beside_its_relatives(draft):
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    look = draft.look()
    assert look.intents() == ["powers_detain", "powers_search", "powers_dogs", "recruitment_status", "greet", "unclear"]
    assert list(look.yaml("data/knowledge/national.yml").data["answers"]) == ["powers_detain", "powers_search", "powers_dogs",
                                                                              "recruitment_status"]
    assert topics.question_rule(look.yaml("data/stories/rules.yml"))[1][2] == "powers_dogs"
    assert checks.problems(look) == []


def test_each_topic_of_the_project_has_a_file_of_its_name_and_no_other_holds_its_examples():
    assert {path: {block.topic for block in file.blocks} for path, file in snapshot.take(ROOT).nlu().items()} == {
        topics.own_file(topic): {topic} for topic in snapshot.take(ROOT).topics()}


def test_a_new_topic_begins_a_file_and_its_examples_stay_there(draft):
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    draft.change(lambda files: topics.add_examples(files, "powers_dogs", ["police puppies"]), BEN)
    draft.change(lambda files: topics.move_example(files, "powers_search", "can they search my bag", "powers_dogs"), BEN)
    assert draft.look().text(DOGS) == 'version: "3.1"\nnlu:\n  - intent: powers_dogs\n    examples: |\n' + "".join(
        f"      - {text}\n" for text in [*NEW.examples, "police puppies", "can they search my bag"])


def test_where_files_hold_several_topics_an_example_goes_where_most_of_its_topic_are(draft):
    for topic, path in (("powers_detain", "data/nlu/powers.yml"), ("recruitment_status", "data/nlu/more.yml")):
        saved = draft.change(lambda files, topic=topic: topics.add_examples(files, topic, [f"and {topic[:7]}"]), ADA)
        assert saved.paths == (path,)
    (draft.root / "data/nlu/greet.yml").write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - ay up', "utf-8")
    assert draft.change(lambda files: topics.add_examples(files, "greet", ["how do"]), ADA).paths == ("data/nlu/greet.yml",)
    assert checks.problems(draft.look()) == []


def test_a_renamed_topics_file_has_the_new_name_and_can_have_the_old_one_again(with_dogs):
    with_comment = "# Dogs.\n" + with_dogs.look().text(DOGS)
    (with_dogs.root / DOGS).write_text(with_comment, "utf-8")
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    look = with_dogs.look()
    assert (look.text(HOUNDS), look.text(DOGS)) == (with_comment.replace("powers_dogs", "powers_hounds"), nlu_text.GONE_FILE)
    with_dogs.change(lambda files: topic_names.rename(files, "powers_hounds", "powers_dogs"), BEN)
    look = with_dogs.look()
    assert (look.text(DOGS), look.text(HOUNDS)) == (with_comment, nlu_text.GONE_FILE)
    assert checks.problems(look) == []


def test_renaming_reaches_rules_facts_and_evaluation(with_dogs):
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    look = with_dogs.look()
    assert [path for path, file in look.files.items() if "powers_dogs" in file.text] == []
    assert "- {text: \"woof, woof\", topic: powers_hounds}\n" in look.text(EVALUATION)
    assert "topic: [powers_hounds, powers_search]" in look.text(EVALUATION)
    assert "  powers_hounds:\n    text: In Dorset there are no dogs.\n" in look.text(FORCE)
    assert look.text(EVALUATION).startswith(FILES[EVALUATION])


def test_merging_keeps_the_forces_fact_where_the_target_has_none(with_dogs):
    assert topic_names.lost(with_dogs.look(), "powers_dogs", "powers_detain") == [("national", "No, PCSOs do not have dogs.")]
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "powers_detain"), BEN)
    look = with_dogs.look()
    assert "  powers_detain:\n    text: In Dorset there are no dogs.\n" in look.text(FORCE)
    assert "powers_dogs" not in look.text("data/stories/rules.yml")
    assert {example.text for _, example in look.examples()["powers_detain"]} >= set(NEW.examples)


def test_a_merged_topics_examples_go_to_the_others_file_and_a_new_topic_can_have_its_name(with_dogs):
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "powers_detain"), BEN)
    look = with_dogs.look()
    assert look.text(DOGS) == nlu_text.GONE_FILE and "      - whose dog is it\n" in look.text("data/nlu/powers.yml")
    assert checks.problems(look) == []
    again = msgspec.structs.replace(NEW, examples=[f"{text} again" for text in NEW.examples])
    with_dogs.change(lambda files: topics.new_topic(files, again), ADA)
    assert with_dogs.look().text(DOGS).startswith(nlu_text.EMPTY_FILE + "  - intent: powers_dogs\n")


@pytest.mark.parametrize("by_hand", ["", "# dogs\n", 'version: "3.1"\n', "nlu: []\n"])
def test_a_file_of_the_topics_name_without_examples_is_no_obstacle(with_dogs, by_hand):
    (with_dogs.root / HOUNDS).write_text(by_hand, "utf-8")
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    assert set(NEW.examples) <= {example.text for _, example in with_dogs.look().examples()["powers_hounds"]}


def test_merging_leaves_what_else_stands_in_the_topics_file(with_dogs):
    path = with_dogs.root / DOGS
    path.write_text(path.read_text("utf-8") + "  - synonym: dog\n    examples: |\n      - hound\n", "utf-8")
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "powers_detain"), BEN)
    assert "- intent: powers_detain\n" in with_dogs.look().text(DOGS) and "- synonym: dog\n" in with_dogs.look().text(DOGS)


def test_merging_names_what_goes_and_leaves_one_label(with_dogs):
    assert [where for where, _ in topic_names.lost(with_dogs.look(), "powers_dogs", "powers_search")] == ["national", "dorset"]
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "powers_search"), BEN)
    assert "- text: dog or search\n  topic: powers_search\n" in with_dogs.look().text(EVALUATION)


def test_an_example_taught_twice_by_two_people_is_refused_the_second_time(draft):
    draft.change(lambda files: topics.add_examples(files, "powers_detain", ["may i leave"]), ADA)
    with pytest.raises(Refused, match="already, of powers_detain"):
        draft.change(lambda files: topics.add_examples(files, "powers_detain", ["May I leave?"]), BEN)


MANY = [f"quite new line {number}" for number in range(100)]


@pytest.mark.parametrize("change", [
    lambda files: topics.add_examples(files, "powers_detain", MANY),
    lambda files: topics.new_topic(files, msgspec.structs.replace(NEW, examples=MANY)),
    lambda files: example_files.edit(files, example_files.read_csv(files, "topic,text\n" + "".join(
        f"{'powers_detain' if number % 2 else 'greet'},{text}\n" for number, text in enumerate(MANY)))),
    lambda files: Lesson(MANY, "powers_detain").edit(files)])
def test_many_examples_are_each_compared_once_with_what_is_there(draft, monkeypatch, change):
    compared = []
    same = words.same
    monkeypatch.setattr(words, "same", lambda text: compared.append(text) or same(text))
    saved = change(draft.look())
    assert all(f"- {text}\n" in "".join(saved.changes.values()) for text in MANY)
    assert max(Counter(compared).values()) <= 5


def test_the_last_example_stays(draft):
    with pytest.raises(Refused, match="at least one"):
        draft.change(lambda files: topics.delete_example(files, "greet", "hello"), ADA)


def test_what_is_gone_already_is_said(draft):
    draft.change(lambda files: topics.delete_example(files, "powers_search", "can they search my bag"), ADA)
    with pytest.raises(Changed):
        draft.change(lambda files: topics.move_example(files, "powers_search", "can they search my bag", "greet"), BEN)


@pytest.mark.parametrize(("path", "old", "new", "expected"), [
    ("data/nlu/powers.yml", "      - can they search my bag\n", "      - can they search my bag\n      # my comment\n",
     "'# my comment' among the examples"),
    ("data/nlu/more.yml", "    - hello\n", "    - hello\n    - how long can they keep me\n", "It can mean only one"),
    ("data/nlu/more.yml", "    - hello\n", "    - hello\n    - Hello!\n", "stands twice"),
    ("data/nlu/more.yml", "    - hello\n", "    - hello\n    - /restart\n", "can't begin with '/'"),
    ("data/nlu/more.yml", "- intent: greet", "- intent: greed", "there is no topic 'greed'"),
    ("domain.yml", "  - greet\n", "  - greet\n  - wave\n", "no rule answers 'wave'"),
    ("data/stories/rules.yml", "intent: greet", "intent: wave", "a rule names the topic 'wave'"),
    ("domain.yml", "  - greet\n", "  - greet\n  - greet\n", "stands twice under 'intents'"),
    ("data/knowledge/national.yml", "  powers_search:\n", "  powers_fly:\n", "there is no topic 'powers_fly'"),
    ("data/nlu/more.yml", "nlu:\n", "nlu: [\n", "not valid YAML"),
])
def test_mistakes_made_by_hand_are_told_with_file_and_line(project, draft, path, old, new, expected):
    text = (project / path).read_text("utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new, 1), "utf-8")
    found = [str(problem) for problem in checks.problems(draft.look())]
    assert any(expected in message and re.match(r"[\w/.]+:\d+: ", message) for message in found), found


def test_a_fresh_install_has_no_mistakes():
    assert list(map(str, checks.problems(snapshot.take(ROOT)))) == []


def test_a_mark_can_make_the_difference_between_two_topics(draft):
    path = draft.root / "data/nlu/powers.yml"
    path.write_text(path.read_text("utf-8").replace("search my bag", "search my bag\n      - may she stop me leaving!!!"), "utf-8")
    assert checks.problems(draft.look()) == []


def test_an_entry_is_history_only_where_it_changed(draft):
    for text in ("First words of the fact.", "Second words of the fact."):
        look = draft.look()
        based = digest(answers.entry(look, "dorset", "powers_search"))
        draft.change(lambda files, text=text, based=based: answers.edit(
            files, "dorset", "powers_search", answers.Fields(text, ["page"], dt.date(2026, 3, 1)), based), ADA)
        other = digest(answers.entry(draft.look(), "dorset", "recruitment_status"))
        draft.change(lambda files, text=text, other=other: answers.edit(
            files, "dorset", "recruitment_status",
            answers.Fields(f"Another fact. {text}", ["page"], dt.date(2026, 3, 1), dt.date(2026, 5, 1)), other), BEN)
    found = history.versions(draft.repository, FORCE, ("facts", "powers_search"))
    assert [old.entry["text"] for old in found] == ["Second words of the fact.", "First words of the fact.",
                                                     "In Dorset a PCSO cannot stop and search you."]
    assert found[0].version.author == "Ada Shah" and found[0].before == found[1].entry and found[2].before is None


def test_what_a_topic_is_like_is_no_version_of_its_answer(draft):
    based = digest(answers.entry(draft.look(), "national", "recruitment_status"))
    fields = answers.Fields("Each force opens when it needs people.", ["act"], dt.date(2026, 3, 1), dt.date(2199, 5, 1), "Recruiting now",
                            "Is my force recruiting PCSOs now?", True)
    draft.change(lambda files: answers.edit(files, "national", "recruitment_status", fields, based), ADA)
    national = draft.root / NATIONAL
    national.write_text(national.read_text("utf-8").replace("    joining: true\n", ""), "utf-8")
    git(draft.root, "commit", "-qam", "by hand")
    found = history.versions(draft.repository, NATIONAL, ("answers", "recruitment_status"))
    assert [old.version.author for old in found][0] == "Ada Shah" and len(found) == 2
    made = history.difference(found[0].before, found[0].entry)
    assert ("gone", "campaigns") in made.pieces and made.others == ["checked", "review_by"]
    assert history.difference(found[0].entry, answers.entry(draft.look(), "national", "recruitment_status")).is_empty


def test_a_form_made_from_an_older_text_changes_nothing_and_gets_the_present_one(draft):
    based = digest(answers.entry(draft.look(), "dorset", "powers_search"))
    for author, text in ((ADA, "Ada's words on the matter."), (BEN, "Ben's words on the matter.")):
        fields = answers.Fields(text, ["page"], dt.date(2026, 3, 1))
        if author == ADA:
            draft.change(lambda files, fields=fields: answers.edit(files, "dorset", "powers_search", fields, based), author)
        else:
            with pytest.raises(Changed) as caught:
                draft.change(lambda files, fields=fields: answers.edit(files, "dorset", "powers_search", fields, based), author)
            assert caught.value.theirs["text"] == "Ada's words on the matter."
    with pytest.raises(Changed):
        draft.change(lambda files: answers.delete(files, "dorset", "powers_search", based), BEN)
    assert answers.entry(draft.look(), "dorset", "powers_search")["text"] == "Ada's words on the matter."


def test_a_restored_version_brings_its_source_back(draft):
    based = digest(answers.entry(draft.look(), "dorset", "powers_search"))
    old = {"text": "An older wording of it.", "sources": ["gone"], "checked": dt.date(2025, 1, 1)}
    draft.change(lambda files: answers.restore(files, "dorset", "powers_search", old, {"gone": {"title": "A page", "publisher": "P P"}},
                                               based), ADA)
    assert answers.entry(draft.look(), "dorset", "powers_search") == old
    assert "gone" in answers.sources(draft.look(), "dorset")


def test_a_detail_stays_one_when_it_is_deleted_and_restored_or_imported(draft):
    path = draft.root / FORCE
    path.write_text(path.read_text("utf-8").replace("  # undated\n", "  # undated\n    adds: true\n", 1), "utf-8")
    old = answers.entry(draft.look(), "dorset", "powers_search")
    draft.change(lambda files: answers.delete(files, "dorset", "powers_search", digest(old)), ADA)
    draft.change(lambda files: answers.restore(files, "dorset", "powers_search", old, {}, digest(None)), ADA)
    assert answers.entry(draft.look(), "dorset", "powers_search") == old and old["adds"] is True
    table = fact_files.as_csv(draft.look()).replace("a PCSO cannot stop and search", "no PCSO can search")
    draft.change(lambda files: fact_files.edit(files, fact_files.read_csv(files, table)), ADA)
    now = answers.entry(draft.look(), "dorset", "powers_search")
    assert (now["text"], now["adds"]) == ("In Dorset no PCSO can search you.", True)
    draft.change(lambda files: answers.restore(files, "dorset", "powers_search", {key: old[key] for key in old if key != "adds"}, {},
                                               digest(now)), ADA)
    assert "adds" not in answers.entry(draft.look(), "dorset", "powers_search")


def test_what_a_topic_is_like_stays_when_its_answer_is_edited_or_an_old_one_restored(draft):
    path = draft.root / snapshot.NATIONAL
    like = {"everywhere": True, "joining": True, "goes_stale": True, "website": True, "campaign_first": ["open", "later"]}
    assert set(like) == set(answers.KEPT)
    lines = "    joining: true\n    goes_stale: true\n"
    path.write_text(path.read_text("utf-8").replace(
        lines, f"{lines}    everywhere: true\n    website: true\n    campaign_first: [open, later]\n"), "utf-8")
    before = answers.entry(draft.look(), "national", "recruitment_status")
    fields = answers.Fields("Each force says so itself.", ["act"], dt.date(2026, 2, 3), dt.date(2027, 1, 1), "Now",
                            "Do they recruit now?", True)
    draft.change(lambda files: answers.edit(files, "national", "recruitment_status", fields, digest(before)), ADA)
    edited = answers.entry(draft.look(), "national", "recruitment_status")
    assert answers.kept(edited) == like and edited["text"] == fields.text
    older = {key: value for key, value in before.items() if key not in like}
    draft.change(lambda files: answers.restore(files, "national", "recruitment_status", older, {}, digest(edited)), ADA)
    assert answers.entry(draft.look(), "national", "recruitment_status") == before
    assert "    campaign_first: [open, later]\n" in draft.look().text(snapshot.NATIONAL)


def test_the_console_keeps_all_that_its_form_does_not_ask_for():
    asked = {"label", "question", "varies", "text", "sources", "checked", "more", "review_by", "unknown"}
    assert set(NationalAnswer.__struct_fields__) - asked == set(answers.KEPT)


def test_a_new_topic_is_like_its_group(draft):
    new = msgspec.structs.replace(NEW, id="recruitment_dogs", review_by=dt.date(2027, 1, 1))
    assert topics.goes_stale(draft.look(), new.id) and not topics.goes_stale(draft.look(), NEW.id)
    draft.change(lambda files: topics.new_topic(files, new), ADA)
    assert answers.kept(answers.entry(draft.look(), "national", new.id)) == {"joining": True, "goes_stale": True}
    assert topics.goes_stale(draft.look(), "recruitment_status") and not topics.goes_stale(draft.look(), "powers_detain")


@pytest.mark.parametrize(("change", "left"), [
    (lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), ["powers_search", "powers_hounds"]),
    (lambda files: topic_names.merge(files, "powers_dogs", "powers_search"), ["powers_search"]),
    (lambda files: topic_names.merge(files, "powers_dogs", "greet"), ["powers_search"])])
def test_what_most_people_come_for_keeps_the_names_of_topics(with_dogs, change, left):
    path = with_dogs.root / snapshot.NATIONAL
    path.write_text("most_asked: [powers_search, powers_dogs]\n" + path.read_text("utf-8"), "utf-8")
    with_dogs.change(change, ADA)
    assert with_dogs.look().yaml(snapshot.NATIONAL).data["most_asked"] == left and checks.problems(with_dogs.look()) == []


def test_texts_are_compared_by_words():
    assert history.compare("no PCSO may search you", "no PCSO can search you now") == [
        ("same", "no PCSO"), ("gone", "may"), ("new", "can"), ("same", "search you"), ("new", "now")]


def test_a_spreadsheet_gets_no_formula_and_the_text_comes_back(draft):
    draft.change(lambda files: topics.add_examples(files, "powers_search", ["=1+1 in my bag", "'quoted' bag", "-5 bags"]), ADA)
    taken = example_files.as_csv(draft.look())
    assert "powers_search,'=1+1 in my bag\r\n" in taken and "powers_search,'-5 bags" in taken
    back = example_files.read_csv(draft.look(), taken)
    assert (back.rows, back.troubles) == ([], [])
    assert fact_files.read_csv(draft.look(), fact_files.as_csv(draft.look())).rows == []


@pytest.mark.parametrize(("text", "level"), [
    ("You can go. They can't hold you.", "plain"),
    ("Discretionary designation of supplementary authorisations notwithstanding, operational considerations necessitate institutional "
     "accountability regarding proportionate utilisation.", "hard"),
])
def test_reading_ease(text, level):
    assert readability.reading_ease(text).level == level


def test_no_words_have_no_reading_ease():
    assert readability.reading_ease("https://www.dorset.police.uk/ 101") is None


@pytest.mark.parametrize(("given", "kept"), [
    ("a\u202eb\u0000c\x07", "abc"), ("  two   blanks ", "two blanks"), ("one\r\n\r\n\r\n\r\ntwo", "one\n\ntwo"),
    ("tab\there\u2028there", "tab here there")])
def test_typed_text_is_made_clean(given, kept):
    assert words.paragraphs(given) == kept


def test_what_is_typed_after_an_alarm_is_no_topic_that_staff_teach(draft):
    before, rules = draft.look(), "data/stories/rules.yml"
    domain = before.text("domain.yml").replace("  - unclear\n", "  - emergency_called\n  - unclear\n")
    rule = "\n  - rule: help was called\n    steps:\n      - intent: emergency_called\n      - action: utter_called\n"
    ruled = before.text(rules).rstrip("\n") + rule
    draft.change(lambda files: Edit({"domain.yml": domain, rules: ruled}, "learnt from data/safety"), ADA)
    look = draft.look()
    assert "emergency_called" in look.intents() and "emergency_called" not in {topic.id for topic in topics.all_topics(look)}
    with pytest.raises(Refused, match="no topic 'emergency_called'"):
        topics.add_examples(look, "emergency_called", ["ive rung them"])
    assert not any("no examples" in problem.message for problem in checks.problems(look))
