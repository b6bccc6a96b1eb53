"""Particular questions: text and phrases come, change and go together, each in its own lines."""

import datetime as dt
import re

import msgspec
import pytest

from door.content import answers, checks, follow_ups, history, points, topic_names, topics
from door.content.draft import Changed, Refused
from knowledge import phrase_text
from knowledge import yaml_lines
from knowledge.schema import Knowledge, Point
from tests.content.points_project import PHRASES, POINT_FILES, TEXTS, add_points
from tests.content.small_project import ADA, BEN, git
from tests.content.test_content_topics import NEW

EVALUATION = "data/evaluation/points.yml"
ASKED = ["may they hold me twice", "held two times by a pcso", "can a pcso hold me again", "twice in a day", "again the same day"]
FIELDS = points.Fields("Nothing says how often a PCSO may detain you.", ["act"], dt.date(2026, 2, 3), False, False, None, ASKED,
                       ["and again"])


@pytest.fixture
def draft(draft, project):
    """The draft with particular questions."""
    add_points(project)
    return draft


def fields_of(held, **other):
    """The point as a form that changes nothing gives it, but for `other`."""
    entry = held.entry
    return msgspec.structs.replace(points.Fields(
        entry["text"], entry["sources"], entry["checked"], bool(entry.get("varies")), bool(entry.get("unknown")), entry.get("review_by"),
        held.asked, held.then, entry.get("question"), entry.get("with_force")), **other)


def change(draft, name, by=ADA, **other):
    held = points.one(draft.look(), "powers_detain", name)
    draft.change(lambda files: points.edit(files, "powers_detain", name, fields_of(held, **other), points.state(held)), by)


def test_the_small_projects_points_are_as_they_should_be(draft):
    assert checks.problems(draft.look()) == []
    held = points.of_topic(draft.look(), "powers_detain")
    assert list(held) == ["how_long", "walk_off"] and held["how_long"].asked[3] == "hw long do i wate"
    assert held["walk_off"].then == ["and if I run"] and points.of_topic(draft.look(), "powers_search") == {}


def test_what_is_changed_is_changed_in_its_own_lines(draft, project):
    change(draft, "how_long", checked=dt.date(2026, 3, 4), varies=True)
    assert draft.look().text(TEXTS) == POINT_FILES[TEXTS].replace(
        "[act]   # section 38\n      checked: 2026-01-02\n", "[act]   # section 38\n      checked: 2026-03-04\n      varies: true\n")
    assert draft.look().text(PHRASES) == POINT_FILES[PHRASES]
    assert git(project, "log", "-1", "--format=%an|%s") == "Ada Shah|powers_detain/how_long changed"
    change(draft, "how_long", checked=dt.date(2026, 1, 2), varies=False)
    assert draft.look().text(TEXTS) == POINT_FILES[TEXTS]


def test_what_the_form_does_not_ask_for_stays(draft, project):
    path = project / TEXTS
    more = "      unknown: true\n      by_thread: true\n      alone: true\n"
    path.write_text(path.read_text("utf-8").replace("      unknown: true\n", more), "utf-8")
    change(draft, "walk_off", text="I don't know what happens then.")
    entry = points.one(draft.look(), "powers_detain", "walk_off").entry
    assert entry["by_thread"] is True and entry["alone"] is True


def test_phrases_that_stay_keep_their_lines_and_new_ones_come_behind_them(draft):
    held = points.one(draft.look(), "powers_detain", "how_long")
    change(draft, "how_long", asked=["is it: 30", *held.asked[2:], "yes"], then=[])
    assert draft.look().text(PHRASES) == POINT_FILES[PHRASES].replace(
        "      - how long can a pcso hold me\n      - can they keep me for hours\n", "").replace(
        "may she hold me\n", "may she hold me\n      - 'is it: 30'\n      - yes\n").replace(
        "    then:\n      - for how many minutes\n      - all night?\n", "    then: []\n")
    assert points.one(draft.look(), "powers_detain", "how_long").asked[-2:] == ["is it: 30", "yes"]
    change(draft, "how_long", then=["all night?"])
    assert "    then:\n      - all night?\n" in draft.look().text(PHRASES)


def test_a_new_one_stands_behind_those_of_its_topic(draft):
    draft.change(lambda files: points.add(files, "powers_detain", "twice", FIELDS), ADA)
    assert draft.look().text(TEXTS) == POINT_FILES[TEXTS].replace("# the end\n", "") + (
        "    twice:\n      text: Nothing says how often a PCSO may detain you.\n      sources: [act]\n      checked: 2026-02-03\n"
        "# the end\n")
    assert draft.look().text(PHRASES) == POINT_FILES[PHRASES].replace("# the end\n", "") + (
        "  twice:\n    asked:\n" + "".join(f"      - {text}\n" for text in ASKED) + "    then:\n      - and again\n# the end\n")
    assert checks.problems(draft.look()) == []


def test_a_topic_or_group_without_any_gets_its_place(draft):
    draft.change(lambda files: points.add(files, "powers_search", "bag", FIELDS), ADA)
    assert list(draft.look().yaml(TEXTS).data["points"]) == ["powers_detain", "powers_search"]
    other = msgspec.structs.replace(FIELDS, sources=[], checked=None, unknown=True, review_by=dt.date(2027, 1, 1),
                                    asked=[f"{text} by the recruiters" for text in ASKED])
    draft.change(lambda files: points.add(files, "recruitment_status", "places", other), ADA)
    new = draft.look().text("data/knowledge/points/recruitment.yml")
    assert new.startswith("# Particular questions on recruitment") and "      unknown: true\n      review_by: 2027-01-01\n" in new
    assert points.one(draft.look(), "recruitment_status", "places").then == ["and again"]
    assert checks.problems(draft.look()) == [] and checks.knowledge(draft.look()).points["recruitment_status"]["places"].unknown


def test_a_source_comes_with_it(draft):
    source = {"title": "Holding people", "publisher": "The Home Office"}
    fields = msgspec.structs.replace(FIELDS, sources=["act", "home"])
    draft.change(lambda files: points.add(files, "powers_detain", "twice", fields, {"home": source}), ADA)
    assert answers.sources(draft.look(), "national")["home"] == source


def test_deleting_takes_both_and_questions_of_the_evaluation_expect_the_topic_then(draft):
    for name in ("how_long", "walk_off"):
        held = points.one(draft.look(), "powers_detain", name)
        draft.change(lambda files, held=held: points.delete(files, "powers_detain", held.name, points.state(held)), ADA)
        assert "how_long" not in draft.look().text(TEXTS) + draft.look().text(PHRASES) + draft.look().text(EVALUATION)
    assert points.of_topic(draft.look(), "powers_detain") == {}
    assert draft.look().text(TEXTS).endswith("points:\n  powers_detain: {}\n# the end\n")
    assert draft.look().text(EVALUATION) == POINT_FILES[EVALUATION].replace("how_long", "none").replace("walk_off", "none")
    assert checks.problems(draft.look()) == []


def test_deleting_takes_what_is_typed_after_its_answer_along(with_dogs):
    held = points.one(with_dogs.look(), "powers_dogs", "bites")
    with_dogs.change(lambda files: points.delete(files, "powers_dogs", "bites", points.state(held)), ADA)
    assert not follow_ups.after(with_dogs.look(), "powers_dogs/bites") and checks.problems(with_dogs.look()) == []
    with pytest.raises(Refused, match="no answer of 'powers_dogs/bites'"):
        follow_ups.add(with_dogs.look(), "powers_dogs/bites", "powers_dogs", ["even a small one"])


def test_a_button_asks_one_thing(draft):
    change(draft, "how_long", question="For how long can they hold me?")
    assert points.one(draft.look(), "powers_detain", "how_long").entry["question"] == "For how long can they hold me?"
    change(draft, "how_long", question="For how long may they hold me?")
    topic = draft.look().yaml("data/knowledge/national.yml").data["answers"]["powers_detain"]["question"]
    for asked, by in (("for how long may they hold me?", "powers_detain/how_long"), (topic, "powers_detain")):
        with pytest.raises(checks.Invalid, match=f"the button of '{by}' asks"):
            change(draft, "walk_off", question=asked)
    change(draft, "how_long", question=None)
    assert draft.look().text(TEXTS) == POINT_FILES[TEXTS]


def test_two_at_once_are_told_what_the_other_wrote(draft):
    held = points.one(draft.look(), "powers_detain", "how_long")
    change(draft, "how_long", by=BEN, then=["for ever"])
    for late in (lambda files: points.edit(files, "powers_detain", "how_long", fields_of(held, text="Half an hour."), points.state(held)),
                 lambda files: points.delete(files, "powers_detain", "how_long", points.state(held))):
        with pytest.raises(Changed) as refused:
            draft.change(late, ADA)
        assert refused.value.theirs["then"] == ["for ever"] and refused.value.theirs["text"].startswith("You may have to wait")


@pytest.mark.parametrize(("kind", "text", "expected"), [
    ("asked", "Can I leave?", "powers_detain/walk_off already"),
    ("then", "and if I RUN", "powers_detain/walk_off already"),
    ("asked", "can they search my bag", "an example of powers_search already"),
    ("then", "and my bag", "means powers_search already after powers_detain"),
])
def test_a_phrase_that_means_something_else_is_refused(draft, kind, text, expected):
    held = points.one(draft.look(), "powers_detain", "how_long")
    with pytest.raises(Refused, match=expected) as refused:
        change(draft, "how_long", **{kind: [*getattr(held, kind), text]})
    assert refused.value.field == kind


@pytest.mark.parametrize("name", ["", "Twice", "a b", "none", "x" * 41, "how_long", "../x"])
def test_names_that_cannot_be_are_refused(draft, name):
    with pytest.raises(Refused) as refused:
        draft.change(lambda files: points.add(files, "powers_detain", name, FIELDS), ADA)
    assert refused.value.field == "name"


@pytest.mark.parametrize(("path", "old", "new", "expected"), [
    (PHRASES, "  walk_off:\n", "  run_off:\n", rf"{PHRASES}:14: there is no text for 'run_off' of 'powers_detain'"),
    (PHRASES, "  walk_off:\n", "  run_off:\n", rf"{TEXTS}:11: 'walk_off' of 'powers_detain' has no phrases"),
    (PHRASES, "can I leave", "all night", r":18: 'all night' asks 'walk_off' of 'powers_detain' here and 'how_long' in"),
    (PHRASES, "can I leave", "What if I just walk off?", r":18: .*stands twice under 'walk_off'"),
    (PHRASES, "can I leave", "are you hiring?", r":18: .*'powers_detain' here and is an example of 'recruitment_status' in"),
    (PHRASES, "- can I leave", "- 16", r":18: '16' below 'walk_off' isn't read as a text"),
    (PHRASES, "    asked:\n      - what if", "    said:\n      - what if", r":15: below 'walk_off' there need to be 'asked' and 'then'"),
    (PHRASES, "and if I run", "and if I " + "run " * 16, r":22: .*up to 16 words"),
    (PHRASES, "powers_detain:\n", "powers_fly:\n", r":2: there is no answer 'powers_fly'"),
    (PHRASES, "- can I leave", '- "can I leave', rf"{PHRASES}:\d+: this is not valid YAML"),
    (TEXTS, "[act]", "[acts]", rf"{TEXTS}:9: the source 'acts' isn't under 'sources:' in national.yml"),
])
def test_mistakes_made_by_hand_are_told_with_file_and_line(draft, project, path, old, new, expected):
    (project / path).write_text(POINT_FILES[path].replace(old, new), "utf-8")
    told = [re.sub(r"^.*/(?=data/)", "", str(problem)) for problem in checks.problems(draft.look())]
    assert any(re.search(expected, line) for line in told), told


def test_points_of_one_topic_in_two_files_stay_where_they_are(draft, project):
    for path, head in ((TEXTS, "points:\n  powers_detain:\n"), (PHRASES, "powers_detain:\n")):
        text = POINT_FILES[path].replace("# the end\n", "")
        cut = text.index("  walk_off:\n") if path == PHRASES else text.index("    walk_off:\n")
        (project / path).write_text(text[:cut], "utf-8")
        (project / path.replace("powers.yml", "powers_more.yml")).write_text(head + text[cut:], "utf-8")
    change(draft, "walk_off", text="Nobody knows, and nor do I.", then=["and if I hop off"])
    assert "Nobody knows" in draft.look().text(TEXTS.replace("powers.yml", "powers_more.yml"))
    assert "hop off" in draft.look().text(PHRASES.replace("powers.yml", "powers_more.yml"))
    assert checks.problems(draft.look()) == []


def test_somebody_elses_mistake_keeps_nobody_from_saving(draft, project):
    wrong = POINT_FILES[PHRASES].replace("can I leave", "are you hiring?")
    wrong = wrong.replace("does walking off", "what if I just walk off\n      - does it")
    (project / PHRASES).write_text(wrong, "utf-8")
    assert len(checks.problems(draft.look())) == 2
    change(draft, "how_long", then=["for ever"])
    assert points.one(draft.look(), "powers_detain", "how_long").then == ["for ever"]


@pytest.fixture
def with_dogs(draft):
    """The draft with a topic of its own that has a particular question."""
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    draft.change(lambda files: points.add(files, "powers_dogs", "bites", FIELDS), ADA)
    draft.change(lambda files: follow_ups.add(files, "powers_dogs/bites", "powers_dogs", ["even a small one"]), ADA)
    draft.change(lambda files: follow_ups.add(files, "powers_dogs/bites", "powers_search", ["and my bag then"]), ADA)
    return draft


def test_renaming_a_topic_takes_its_points_along(with_dogs):
    before = points.one(with_dogs.look(), "powers_dogs", "bites")
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    assert points.one(with_dogs.look(), "powers_hounds", "bites").plain == before.plain
    after = follow_ups.after(with_dogs.look(), "powers_hounds/bites")
    assert [(item.text, item.meant) for item in after] == [("even a small one", "powers_hounds"), ("and my bag then", "powers_search")]
    assert [path for path, file in with_dogs.look().files.items() if "powers_dogs" in file.text] == []
    assert checks.problems(with_dogs.look()) == []


@pytest.mark.parametrize(("target", "names"), [("powers_detain", ["how_long", "walk_off", "bites"]), ("powers_search", ["bites"])])
def test_merging_a_topic_takes_its_points_along(with_dogs, target, names):
    before = points.one(with_dogs.look(), "powers_dogs", "bites")
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", target), BEN)
    look = with_dogs.look()
    assert list(points.of_topic(look, target)) == names and points.one(look, target, "bites").plain == before.plain
    assert {(item.text, item.meant) for item in follow_ups.after(look, f"{target}/bites")} == {
        ("even a small one", target), ("and my bag then", "powers_search")}
    assert "powers_dogs" not in look.text(TEXTS) + look.text(PHRASES) and checks.problems(look) == []


def test_a_merge_that_would_lose_a_point_is_refused(with_dogs):
    with pytest.raises(Refused, match="no answer that they could belong to"):
        topic_names.merge(with_dogs.look(), "powers_dogs", "greet")
    twice = msgspec.structs.replace(FIELDS, asked=[f"{text} of dogs" for text in ASKED], then=["the dog"])
    with_dogs.change(lambda files: points.add(files, "powers_dogs", "how_long", twice), ADA)
    with pytest.raises(Refused, match="called how_long"):
        topic_names.merge(with_dogs.look(), "powers_dogs", "powers_detain")


def test_old_texts_are_found_and_one_comes_back(draft):
    change(draft, "how_long", text="Half an hour, no more.")
    change(draft, "walk_off", text="Nobody knows, and nor do I.")
    path = points.where("powers_detain", "how_long")
    old = history.versions(draft.repository, points.file_of(draft.look(), "powers_detain", "how_long"), path)
    assert [item.entry["text"][:12] for item in old] == ["Half an hour", "You may have"]
    now = points.one(draft.look(), "powers_detain", "how_long")
    draft.change(lambda files: points.restore(files, "powers_detain", "how_long", old[-1].entry, {}, points.state(now)), ADA)
    restored = points.one(draft.look(), "powers_detain", "how_long")
    assert restored.entry == old[-1].entry and restored.asked == now.asked


def test_what_is_no_mapping_is_odd_and_what_is_empty_is_nothing():
    assert phrase_text.read("# nothing\n") == phrase_text.PhraseText({}, {}, (), ())
    assert "below 'a_b'" in phrase_text.read("a_b: [c]\n").odd[0].message
    with pytest.raises(yaml_lines.BrokenYaml):
        phrase_text.read("a: [")


def test_points_count_among_what_is_due():
    point = Point("x" * 10, [], None, unknown=True, review_by=dt.date(2026, 1, 1))
    cell, = answers.points_grid(Knowledge({}, {}, {}, {"a_b": {"c": point}}), dt.date(2026, 1, 1))
    assert (cell.topic, cell.point, cell.place, cell.status, cell.due) == ("a_b", "c", "national", "unknown", True)
