"""Follow-ups: what a short message means after an answer, changed in its own lines and in no others."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.content.small_project import ADA, BEN, FILES
from tests.content.test_content_topics import NEW
from tests.content.test_content_yaml import any_text

from bot.nlu import thread_weights
from door.content import checks, follow_up_text, follow_ups, topic_names, topics, words
from door.content.draft import Changed, Refused
from door.content.yaml_writing import CannotEdit
from knowledge import yaml_lines

POWERS, RECRUITMENT = "data/follow_ups/powers.yml", "data/follow_ups/recruitment.yml"
TEXT = FILES[POWERS]
# What YAML would take for something else, or for the end of the text.
LOOK_LIKE_OTHERS = ["yes", "no", "16", "1.5", "null", "2026-01-02", "10:30", "# mine", "- that", "a: b", "[x", "{y", "*z", "&w",
                    'the "big" one', "back\\slash", "zł 👋 ß"]


def meanings(draft, last):
    """What there is after an answer: text → meaning."""
    return {found.text: found.meant for found in follow_ups.after(draft.look(), last)}


def save(draft, change, *arguments):
    draft.change(lambda files: change(files, *arguments), ADA)


def test_the_longest_is_as_long_as_the_assistant_looks_back_for():
    assert words.LONGEST_FOLLOW_UP == thread_weights.LONGEST_WORDS


def test_what_is_added_stands_behind_its_like_and_no_other_line_changes(draft):
    save(draft, follow_ups.add, "powers_detain", "powers_detain", ["for how long then", "yes"])
    save(draft, follow_ups.add, "powers_search", "recruitment_status", ["any jobs"])
    assert draft.look().text(POWERS) == TEXT.replace(
        "night   # by hand\n", 'night   # by hand\n    - "for how long then"\n    - "yes"\n') + '  recruitment_status:\n    - "any jobs"\n'


def test_what_goes_on_stands_before_what_begins():
    put = [("role_new", "role_new", "a"), ("powers_search", "role_new", "b"), ("powers_search", "powers_detain", "c")]
    assert follow_up_text.read(TEXT).changed([], put).text == TEXT + (
        '  - "c"\n  role_new:\n    - "b"\nrole_new:\n  role_new:\n    - "a"\n')


def test_a_new_last_topic_and_a_new_group_have_a_place(draft):
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    save(draft, follow_ups.add, "powers_dogs", "powers_dogs", ["even puppies"])
    save(draft, follow_ups.add, "recruitment_status", "powers_dogs", ["with a dog"])
    look = draft.look()
    assert look.text(POWERS) == TEXT + 'powers_dogs:\n  powers_dogs:\n    - "even puppies"\n'
    assert look.text(RECRUITMENT) == follow_up_text.EMPTY_FILE + 'recruitment_status:\n  powers_dogs:\n    - "with a dog"\n'
    assert follow_ups.elsewhere(look, "powers_dogs") == {"recruitment_status": 1}
    assert checks.problems(look) == []


def test_a_project_without_any_gets_its_folder(draft, project):
    (project / POWERS).unlink()
    (project / POWERS).parent.rmdir()
    save(draft, follow_ups.add, "powers_detain", "powers_detain", ["how long"])
    assert meanings(draft, "powers_detain") == {"how long": "powers_detain"}


def test_what_looks_like_something_else_to_yaml_stays_a_text(draft):
    save(draft, follow_ups.add, "powers_detain", "powers_search", LOOK_LIKE_OTHERS)
    data, _ = yaml_lines.parse(draft.look().text(POWERS))
    assert data["powers_detain"]["powers_search"] == ["and my bag", *LOOK_LIKE_OTHERS]


texts = st.lists(any_text.map(words.example).filter(lambda text: text and words.follow_up_problem(text) is None), min_size=1, max_size=4)


@settings(max_examples=125, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["powers_detain", "powers_new"]), st.sampled_from(["powers_search", "role_new"]), texts)
def test_random_texts_come_back_as_they_were_given(last, meant, many):
    before = follow_up_text.read(TEXT)
    after = before.changed([], [(last, meant, text) for text in many])
    data, _ = yaml_lines.parse(after.text)
    assert data[last][meant][-len(many):] == many
    assert after.changed([item for item in after.items if item.text in many and item not in before.items], []).text == TEXT


@pytest.mark.parametrize(("last", "meant", "lines", "expected", "field"), [
    ("powers_detain", "powers_detain", ["", "  "], "at least one", "texts"),
    ("powers_detain", "powers_detain", ["short", "word " * 17], "Line 2: .* up to 16 words, and this has 17", "texts"),
    ("powers_detain", "powers_detain", ["x" * 1001], "1,000 characters", "texts"),
    ("powers_detain", "powers_detain", ["[Derby](force) too"], "brackets", "texts"),
    ("powers_detain", "powers_detain", ["Even at night?"], "it means powers_detain .*powers.yml, line 5.*Leave it out", "texts"),
    ("powers_detain", "powers_detain", ["and my bag"], "it means powers_search .*powers.yml, line 8.*Move it", "texts"),
    ("powers_detain", "powers_fly", ["to the moon"], "no topic 'powers_fly'", "means"),
    ("powers_detain", "emergency", ["he has a gun"], "the examples of 'emergency' instead", "means"),
    ("greet", "powers_detain", ["how long"], "no answer of 'greet'", ""),
])
def test_what_cannot_be_is_refused_at_its_field(draft, last, meant, lines, expected, field):
    with pytest.raises(Refused, match=expected) as caught:
        follow_ups.add(draft.look(), last, meant, lines)
    assert caught.value.field == field


def test_what_is_taken_out_takes_what_is_empty_then_with_it(draft):
    save(draft, follow_ups.take_out, "powers_detain", "powers_detain", ["how long"])
    save(draft, follow_ups.take_out, "powers_detain", "powers_search", ["and my bag"])
    left = TEXT.replace('    - "how long"\n', "").replace('  powers_search:\n    - "and my bag"\n', "")
    assert draft.look().text(POWERS) == left
    save(draft, follow_ups.take_out, "powers_detain", "powers_detain", ["even at night"])
    save(draft, follow_ups.take_out, "powers_search", "powers_search", ["my car too"])
    save(draft, follow_ups.take_out, "powers_search", "powers_detain", ["then what", "and if I walk off"])
    assert yaml_lines.parse(draft.look().text(POWERS))[0] is None  # which the assistant reads as none
    assert draft.look().text(POWERS).startswith("# After an answer.\n")
    with pytest.raises(Changed, match="any more"):
        save(draft, follow_ups.take_out, "powers_search", "powers_search", ["my car too"])


def test_one_is_moved_to_another_meaning(draft):
    save(draft, follow_ups.move, "powers_detain", "powers_search", "and my bag", "powers_detain")
    assert meanings(draft, "powers_detain") == {"how long": "powers_detain", "even at night": "powers_detain",
                                                "and my bag": "powers_detain"}
    for to, expected in (("powers_detain", "another topic"), ("powers_fly", "no topic"), ("emergency", "same after any answer")):
        with pytest.raises(Refused, match=expected):
            save(draft, follow_ups.move, "powers_detain", "powers_detain", "how long", to)
    with pytest.raises(Changed):
        save(draft, follow_ups.move, "powers_detain", "powers_search", "and my bag", "recruitment_status")


@pytest.fixture
def with_dogs(draft):
    """The draft with a topic of its own that follow-ups name everywhere."""
    draft.change(lambda files: topics.new_topic(files, NEW), ADA)
    path = draft.root / POWERS
    path.write_text(TEXT.replace("  powers_search:\n  - 'my", "  powers_dogs:\n  - \"is there a dog\"\n  powers_search:\n  - 'my") + """\
powers_dogs:
  # its own
  powers_dogs:
    - "which breed"
    - "my car too"
    - "THEN WHAT?"
  powers_search:
    - "it sniffs me"
  powers_detain:
    - "Is there a dog?"
""", "utf-8")
    (draft.root / RECRUITMENT).write_text('recruitment_status:\n  powers_dogs:\n    - "with a dog"\n', "utf-8")
    return draft


def test_renaming_changes_the_name_where_it_stands_and_nothing_else(with_dogs):
    before = {path: with_dogs.look().text(path) for path in (POWERS, RECRUITMENT)}
    with_dogs.change(lambda files: topic_names.rename(files, "powers_dogs", "powers_hounds"), BEN)
    look = with_dogs.look()
    assert {path: look.text(path) for path in before} == {path: text.replace("powers_dogs", "powers_hounds")
                                                          for path, text in before.items()}


def test_merging_joins_what_follows_and_what_stood_after_the_target_stays_as_it_is(with_dogs):
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "powers_search"), BEN)
    # 'my car too' was after both, and 'THEN WHAT?' and 'Is there a dog?' meant something else after powers_dogs.
    assert meanings(with_dogs, "powers_search") == {
        "my car too": "powers_search", "then what": "powers_detain", "and if I walk off": "powers_detain",
        "is there a dog": "powers_search", "which breed": "powers_search", "it sniffs me": "powers_search"}
    assert meanings(with_dogs, "recruitment_status") == {"with a dog": "powers_search"}
    look = with_dogs.look()
    assert "powers_dogs" not in look.text(POWERS) + look.text(RECRUITMENT)
    assert checks.problems(look) == []


def test_merging_into_a_topic_without_any_takes_them_to_its_group(with_dogs):
    (with_dogs.root / RECRUITMENT).unlink()
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "recruitment_status"), BEN)
    assert meanings(with_dogs, "recruitment_status") == {
        "which breed": "recruitment_status", "my car too": "recruitment_status", "THEN WHAT?": "recruitment_status",
        "it sniffs me": "powers_search",
        "Is there a dog?": "powers_detain"}
    assert with_dogs.look().text(RECRUITMENT).startswith(follow_up_text.EMPTY_FILE)


def test_merging_into_a_topic_without_an_answer_keeps_what_means_it_and_lets_go_what_followed(with_dogs):
    with_dogs.change(lambda files: topic_names.merge(files, "powers_dogs", "greet"), BEN)
    assert meanings(with_dogs, "recruitment_status") == {"with a dog": "greet"}
    look = with_dogs.look()
    assert "powers_dogs" not in look.text(POWERS) and not follow_ups.after(look, "greet")
    assert checks.problems(look) == []


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("powers_search:\n  powers_search:", "powers_fly:\n  powers_search:", "9: there is no answer 'powers_fly'"),
    ("powers_search:\n  powers_search:", "greet:\n  powers_search:", "9: there is no answer 'greet'"),
    ("  powers_search:\n    -", "  powers_fly:\n    -", "7: .* mean 'powers_fly', and there is no such topic"),
    ("  powers_search:\n  -", "  emergency:\n  -", "10: danger is the same after any answer: move what is below"),
    ("'my car too'", "16", "11: '16' .* Put quotation marks"),
    ("'my car too'", "[my, car]", "11: .* Put quotation marks"),
    ('"then what"', '"my car too!"', "13: .* means 'powers_detain' here and 'powers_search' in .*delete it there or here"),
    ('"then what"', '"And if I walk off"', "14: .* stands twice under 'powers_detain'.* Delete one"),
    ('"then what"', '"a b c d e f g h i j k l m n o p q"', "13: .* up to 16 words"),
    ('\n  - "then what"\n  - "and if I walk off"', "", "12: below 'powers_detain', after 'powers_search', there needs to be a list"),
    ("# After an answer.\n", "powers_fly:\n", "1: below 'powers_fly' there need to be topics"),
    ("# After an answer.\n", "how long\n---\n", "2: this is not valid YAML"),
    (TEXT, "- how long\n", "1: this file needs topics"),
])
def test_mistakes_made_by_hand_are_told_with_file_and_line(draft, project, old, new, expected):
    assert old in TEXT
    (project / POWERS).write_text(TEXT.replace(old, new, 1), "utf-8")
    found = [str(problem) for problem in checks.problems(draft.look())]
    assert any(re.match(rf"{POWERS}:{expected}", message) for message in found), found


def test_somebody_elses_mistake_keeps_nobody_from_saving(draft, project):
    (project / POWERS).write_text(TEXT.replace("'my car too'", "16"), "utf-8")
    save(draft, follow_ups.add, "powers_detain", "powers_detain", ["for how long then"])
    save(draft, follow_ups.add, "powers_search", "powers_search", ["my boot"])
    assert "  - 16\n  - \"my boot\"\n" in draft.look().text(POWERS)


def test_what_is_written_on_one_line_is_not_guessed_at():
    file = follow_up_text.read("powers_detain:\n  powers_detain: [how long, and then]\n")
    for out, put in ((file.items[:1], []), ([], [("powers_detain", "powers_detain", "x")])):
        with pytest.raises(CannotEdit, match="brackets"):
            file.changed(out, put)
