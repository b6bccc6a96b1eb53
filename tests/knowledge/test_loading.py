"""Bad knowledge is refused with file, line and what to do; a running process keeps the last good one."""

import datetime as dt

import pytest

from knowledge import KnowledgeError, load

DORSET = "forces/dorset.yml"
POWERS = "points/powers.yml"
# What a force says on a particular question: its name, and a source.
OWN = "points:\n  powers_search:\n    {}:\n      text: In Dorset you may not.\n      sources: [{}]\n      checked: 2026-02-01\n"


def problems(folder):
    with pytest.raises(KnowledgeError) as caught:
        load(folder, today=dt.date(2026, 11, 21))
    return [str(problem) for problem in caught.value.problems]


def test_the_projects_own_knowledge_is_in_order():
    knowledge = load()
    assert len([force for force in knowledge.forces.values() if force.nation in ("england", "wales", "both")]) == 44
    assert {"scotland", "northern_ireland"} < set(knowledge.forces)


@pytest.mark.parametrize(("file", "old", "new", "line", "words"), [
    (DORSET, "area: Dorset", "area: [Dorset", 10, "not valid YAML"),
    (DORSET, "  powers_search:", "  powers_fly:", 16, "no topic 'powers_fly'"),
    (DORSET, "id: dorset", "id: dorsetshire", 1, "differs from the file's name"),
    (DORSET, "    sources: [page]\n", "", 16, "missing"),
    (DORSET, "sources: [page]", "sources: []", 18, "without a source"),
    (DORSET, "sources: [page]", "sources: [pgae]", 18, "'pgae' isn't under 'sources:'"),
    (DORSET, "checked: 2026-02-01", "checked: 2027-02-01", 19, "in the future"),
    (DORSET, "checked: 2026-02-01", "checked: last week", 19, "not a date"),
    (DORSET, "checked: 2026-02-01", "checked: 2026-02-30", 19, "can't be read"),
    (DORSET, "area: Dorset", "area: \aDorset", 10, "a character that YAML doesn't allow"),
    (DORSET, "area: Dorset", "? [area]: Dorset", 10, "can't be the name"),
    (DORSET, "    checked: 2026-02-01", "    checked: 2026-02-01\n  powers_search:\n    text: Another fact for the same cell.", 20,
     "stands twice"),
    (DORSET, "website: https://www", "website: www", 5, "form"),
    (DORSET, "area: Dorset", "area: Dorset\ncolour: blue", 1, "unknown field"),
    ("national.yml", "    review_by: 2027-01-03\n", "", 21, "review_by"),
    ("national.yml", "    varies: true", "    varies: true\n    goes_stale: true", 7, "go stale: add 'review_by'"),
    ("national.yml", "    varies: true", "    varies: true\n    campaign_first: [shut]", 11, "form"),
    ("national.yml", "question: Can a PCSO search me?", "question: can a pcso detain me?", 16, "same question"),
    ("national.yml", "question: Can a PCSO search me?", "question: Can a PCSO search me", 16, "ends with a question mark"),
    ("national.yml", "answers:\n", "most_asked: [powers_search, powers_fly]\nanswers:\n", 6, "no answer 'powers_fly'"),
    (POWERS, "  powers_search:", "  powers_fly:", 2, "no topic 'powers_fly'"),
    (POWERS, "sources: [act]", "sources: [acts]", 5, "'acts' isn't under 'sources:' in national.yml"),
    (POWERS, "      sources: [act]\n      checked: 2026-01-05", "      sources: []\n      checked: null", 3, "has no source"),
    (POWERS, "checked: 2026-01-05", "checked: 2030-01-05", 6, "in the future"),
    (POWERS, "    refuse:", "    after_powers_serch:", 3, "names no topic behind 'after_'"),
    (POWERS, "text: You may", "texts: You may", 3, "unknown field"),
    (DORSET, "facts:\n", OWN.format("agree", "page") + "facts:\n", 17, "no particular question 'powers_search/agree'"),
    (DORSET, "facts:\n", OWN.format("refuse", "pgae") + "facts:\n", 19, "'pgae' isn't under 'sources:'"),
    (DORSET, "facts:\n", OWN.format("refuse", "page").replace("text", "texts") + "facts:\n", 17, "unknown field"),
    ("national.yml", "    sources: [act]\n    checked: 2026-01-02", "    sources: []\n    checked: null", 7, "has no source"),
])
def test_mistakes_are_named_with_file_line_and_advice(folder, change, file, old, new, line, words):
    change(file, old, new)
    found = problems(folder)
    assert any(message.startswith(f"data/knowledge/{file}:") and words in message for message in found), found
    named = next(message for message in found if words in message)
    assert abs(int(named.split(":")[1]) - line) <= 1, named


def test_what_goes_stale_needs_the_day_to_look_again_of_forces_and_points_too(folder, change):
    change("national.yml", "    question: Can a PCSO search me?\n", "    question: Can a PCSO search me?\n    goes_stale: true\n")
    found = [message.split(":")[0].removeprefix("data/knowledge/") for message in problems(folder) if "'powers_search' go stale" in message]
    assert sorted(found) == [DORSET, "national.yml", POWERS]


def test_a_point_stands_in_one_file(folder):
    (folder / "points" / "twice.yml").write_text((folder / POWERS).read_text("utf-8"), "utf-8")
    assert any("has a point 'refuse' in another file already" in message for message in problems(folder))


def test_all_mistakes_are_told_at_once(folder, change):
    change(DORSET, "sources: [page]", "sources: [pgae]")
    change("national.yml", "checked: 2026-01-02", "checked: 2030-01-02")
    assert len(problems(folder)) == 2


def test_a_missing_national_file_is_a_problem_not_a_crash(folder):
    (folder / "national.yml").unlink()
    assert any("missing" in message for message in problems(folder))


def test_a_file_that_is_no_text_is_a_problem(folder):
    (folder / DORSET).write_bytes(b"\xff\xfe\x00name")
    assert any("UTF-8" in message for message in problems(folder))
