"""Edits of YAML texts change what they are about and nothing else."""

import datetime as dt
import difflib
from pathlib import Path

import pytest
from tests.content.small_project import FILES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from door.content import nlu_text, snapshot, words
from door.content.yaml_text import YamlText
from door.content.yaml_writing import CannotEdit, Flow
from knowledge.yaml_lines import BrokenYaml

ROOT = Path(__file__).resolve().parents[2]
REAL = [path for pattern in ("data/nlu/*.yml", "data/knowledge/**/*.yml", "data/stories/rules.yml", "domain.yml")
        for path in ROOT.glob(pattern)]
DORSET = FILES["data/knowledge/forces/dorset.yml"]
HOSTILE = ["| a", "- b", "# c", "{{ d }}", "? e", "* f", "& g", "! h", "%i", "@j", "`k`", "'l", '"m', "n: o", "p #q", "r: ", "[s", "}t",
           "null", "true", "12", "1e3", "2026-01-01", "2026-11-23 09:00", "---", "...", "<<", "=", "~", "\\n", "\u202eabc", "x" * 5000,
           "é ü 漢字 👋",
           "a" * 130 + ": b # c", "word " * 60 + "# end", "- item " * 40]


def changed_lines(before, after):
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_reading_and_writing_a_real_file_changes_no_byte(path):
    name = path.relative_to(ROOT).as_posix()
    file = snapshot._read(name, path.read_bytes())
    if name.startswith("data/nlu"):
        again = nlu_text.read(file.text).text
    else:
        again = YamlText(file.text).text
    assert snapshot.File(file.data, again).written() == path.read_bytes()


@pytest.mark.parametrize("path", sorted((ROOT / "data/knowledge/forces").glob("*.yml")), ids=lambda path: path.stem)
def test_an_edit_of_a_real_fact_touches_its_own_lines_only(path):
    before = YamlText(path.read_text("utf-8"))
    topic = list(before.data["facts"])[-1]
    after = before.within(("facts", topic), lambda lines: lines.set((topic, "text"), "A new text: with a colon.").set(
        (topic, "checked"), dt.date(2026, 1, 1)))
    old = before.raw(("facts", topic)).splitlines()
    assert [line[2:] for line in changed_lines(before.text, after.text) if line[0] == "-"] != []
    assert {line[2:] for line in changed_lines(before.text, after.text) if line[0] == "-"} <= set(old)
    assert len(changed_lines(before.text, after.text)) <= 2 * len(old)


def test_comments_order_and_styles_around_an_edit_stay():
    text = FILES["data/knowledge/national.yml"]
    after = YamlText(text).set(("answers", "powers_detain", "text"), "Short now, and clear.").text
    assert after == text.replace(text[text.index("    text: >-"):text.index("    sources: [act]\n    checked: 2026-01-02")],
                                 "    text: Short now, and clear.\n")


def test_a_comment_behind_a_value_stays():
    text = FILES["data/knowledge/forces/dorset.yml"]
    after = YamlText(text).set(("facts", "powers_search", "sources"), Flow(["page", "b"])).text
    assert "sources: [page, b]   # undated\n" in after


@pytest.mark.parametrize(("edit", "old", "new"), [
    (lambda y: y.add(("sources", "b"), {"title": "T: t", "publisher": "P"}), "    publisher: Dorset Police\n",
     "    publisher: Dorset Police\n  b:\n    title: 'T: t'\n    publisher: P\n"),
    (lambda y: y.delete(("facts", "recruitment_status")), DORSET[DORSET.index("  recruitment_status:"):DORSET.index("# the end")], ""),
    (lambda y: y.rename(("facts", "powers_search"), "powers_look"), "  powers_search:", "  powers_look:"),
    (lambda y: y.add(("campaigns",), [{"opens": "2026-11-23 09:00"}]), "    review_by: 2026-05-01\n",
     "    review_by: 2026-05-01\ncampaigns:\n  - opens: '2026-11-23 09:00'\n"),
    (lambda y: y.set(("facts", "recruitment_status", "sources"), Flow(["page", "b"])), "    sources:\n      - page\n",
     "    sources: [page, b]\n"),
    (lambda y: y.set(("covers", 0), "a, b"), "covers: [Dorset]", 'covers: ["a, b"]'),
])
def test_each_kind_of_edit(edit, old, new):
    text = FILES["data/knowledge/forces/dorset.yml"]
    assert edit(YamlText(text)).text == text.replace(old, new, 1)


def test_what_is_empty_is_filled_and_what_is_emptied_stays_valid():
    norfolk = YamlText(FILES["data/knowledge/forces/norfolk.yml"])
    filled = norfolk.add(("facts", "a"), {"text": "b"})
    assert "facts:\n  a:\n    text: b\nwithout_pcsos:" in filled.text
    assert filled.delete(("facts", "a")).text == norfolk.text


@pytest.mark.parametrize("text", ["a: [1, 2\n", "a: 1\na: 2\n", "a: \x07\n", "a: &x [*x]\n", "? [a]\n: b\n", "a: 2026-02-30\n"])
def test_broken_texts_are_told_with_their_line(text):
    with pytest.raises(BrokenYaml) as caught:
        YamlText(text)
    assert caught.value.line >= 1


def test_an_edit_that_would_swallow_a_comment_is_refused():
    with pytest.raises(CannotEdit, match="something else"):
        YamlText(FILES["data/knowledge/forces/dorset.yml"]).set(("facts", "powers_search", "sources"), "word " * 60 + "end")


def test_what_shares_its_line_is_not_guessed_at():
    with pytest.raises(CannotEdit):
        YamlText("a: {b: 1, c: 2}\n").delete(("a", "b"))


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("path", [("facts", "powers_search", "text"), ("sources", "page", "title"), ("places", 0)])
def test_hostile_values_are_text_and_nothing_else(value, path):
    before = YamlText(FILES["data/knowledge/forces/dorset.yml"])
    try:
        after = before.set(path, value)
    except CannotEdit:
        pytest.fail(f"{value!r} could not be written")
    assert after.get(path) == value
    assert "\n# the end\n" in after.text


any_text = st.text(st.characters(blacklist_categories=("Cs",)), max_size=400) | st.sampled_from(HOSTILE)
edits = st.tuples(st.sampled_from(["set", "add", "delete", "rename"]),
                  st.sampled_from(["powers_search", "recruitment_status", "x_a", "x_b"]), any_text)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(edits, min_size=4, max_size=5))
def test_500_random_edits_keep_the_file_valid_and_say_what_was_meant(many):
    file = YamlText(FILES["data/knowledge/forces/dorset.yml"])
    for kind, key, raw in many:
        text, facts = words.paragraphs(raw), dict(file.data["facts"])
        path = ("facts", key)
        if kind in ("set", "add"):
            file = file.put((*path, "text"), text) if key in facts else file.add(path, {"text": text, "sources": Flow(["page"])})
            assert file.get((*path, "text")) == text
        elif key in facts and kind == "delete":
            file = file.delete(path)
        elif key in facts and kind == "rename" and f"{key}2" not in facts:
            file = file.rename(path, f"{key}2")
        others = {name: entry for name, entry in facts.items() if name != key}
        assert {name: entry for name, entry in file.data["facts"].items() if name in others} == others
    assert file.text.startswith(FILES["data/knowledge/forces/dorset.yml"].split("facts:")[0])
    assert "# the end" in file.text


@pytest.mark.parametrize("empty", [nlu_text.EMPTY_FILE, nlu_text.GONE_FILE, '# Ours.\nnlu: []  # none yet\n# the end\n', "nlu:"])
def test_a_file_loses_its_last_example_and_gets_another(empty):
    file = nlu_text.read(empty).add("powers_detain", ["may i go"])
    assert file.examples == (nlu_text.Example("may i go", "powers_detain", file.text[:file.text.index("may i go")].count("\n") + 1),)
    none = file.remove({file.examples[0].line})
    assert "nlu: []" in none.text and none.examples == ()
    assert none.text.replace("nlu: []", "nlu:").rstrip() == empty.replace("nlu: []", "nlu:").rstrip()
    assert none.add("powers_detain", ["may i go"]).text == file.text


def test_a_file_without_a_list_of_examples_gets_none():
    with pytest.raises(CannotEdit, match="by hand"):
        nlu_text.read('version: "3.1"\n').add("powers_detain", ["may i go"])


def test_another_topic_is_written_as_the_file_is():
    assert nlu_text.read(FILES["data/nlu/more.yml"]).add("powers_dogs", ["dogs"]).text == (
        FILES["data/nlu/more.yml"] + "- intent: powers_dogs\n  examples: |\n    - dogs\n")


examples = st.lists(any_text.map(words.example).filter(lambda text: text and words.example_problem(text) is None), min_size=1, max_size=4)


@settings(max_examples=125, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["powers_detain", "powers_search", "new_topic"]), examples), min_size=1, max_size=4))
def test_500_random_examples_come_back_as_they_were_given(additions):
    file, expected = nlu_text.read(FILES["data/nlu/powers.yml"]), []
    for topic, texts in additions:
        file = file.add(topic, texts)
        expected += [(topic, text) for text in texts]
    said = [(example.topic, example.text) for example in file.examples]
    for pair in expected:
        assert pair in said
    lines = {example.line for example in file.examples if (example.topic, example.text) in expected}
    assert nlu_text.read(file.text).remove(lines).text == FILES["data/nlu/powers.yml"]
