"""Import and export: what is taken away comes back unchanged; mistakes are told with their lines before anything is written."""

from __future__ import annotations

import pytest

from door.content import example_files, snapshot
from door.settings import PROJECT
from door.staff.forms import MOST_FILE_MB
from tests.content.small_project import git
from tests.staff.editing_harness import field, text, words
from tests.staff.editing_project import project as project
from tests.staff.harness import notice, problems

AT = "/staff/exchange"


async def upload(person, kind, data, status=200):
    """Sends a file; what the page says it would change."""
    await person.get(AT)
    answer = await person.client.post(AT, data={"csrf": person.csrf, "kind": kind}, files={"file": ("x", data)})
    assert answer.status_code == status, (answer.status_code, answer.text[:400])
    return answer


@pytest.mark.parametrize("kind", ["examples.csv", "examples.yml", "facts.csv"])
async def test_what_is_taken_away_comes_back_unchanged(project, staff, kind):
    ada = await staff("editor")
    taken = await ada.get(f"{AT}/{kind}")
    assert "attachment" in taken.headers["content-disposition"]
    page = await upload(ada, kind, taken.content)
    assert "0 rows would change something" in words(page) and "mistake" not in words(page)


async def test_examples_are_shown_first_and_then_written(project, staff):
    ada = await staff("editor")
    page = await upload(ada, "examples.csv", b"topic,text\npowers_detain,may i go off now\npowers_search,\"'=cmd() in my bag, sir\"\n")
    assert "2 rows would change something" in words(page)
    assert git(project, "rev-list", "--count", "HEAD") == "1"
    done = await ada.submit(AT + "/apply", kind="examples.csv", kept=field(page, "kept"))
    assert notice(done) == "Imported into the draft."
    assert "- =cmd() in my bag, sir\n" in text(project, "data/nlu/powers.yml")
    assert git(project, "rev-list", "--count", "HEAD") == "2"
    await ada.post(AT + "/apply", 422, kind="examples.csv", kept=field(page, "kept"))


async def test_personal_data_is_taken_out_of_what_is_new_and_said(project, staff):
    (project / "data/nlu/more.yml").write_text(text(project, "data/nlu/more.yml") + "    - my name is Dave Smith\n", "utf-8")
    ada = await staff("editor")
    page = await upload(ada, "examples.csv", b"topic,text\nunclear,my name is Dave Smith\nunclear,i am on 07700 900123 then\n")
    assert "Personal data was taken out of 1 row" in words(page) and "1 row would change something" in words(page)
    assert "07700" not in page.text and "i am on [phone number] then" in words(page)
    await ada.submit(AT + "/apply", kind="examples.csv", kept=field(page, "kept"))
    assert "07700" not in text(project, "data/nlu/more.yml") + text(project, "data/nlu/powers.yml")


async def test_what_another_topic_has_nearly_the_same_of_is_told_before_it_is_written(project, staff):
    rows = b"topic,text\npowers_detain,can they search my bags\npowers_detain,may i go\n"
    page = await upload(await staff("editor"), "examples.csv", rows)
    assert "1 row is nearly the same as an example of another topic" in words(page)
    assert "Line 2: ‘ can they search my bags ’ and ‘ can they search my bag ’ in Searching people" in words(page)
    assert "Write all of it" in page.text


@pytest.mark.parametrize(("kind", "data", "expected"), [
    ("examples.csv", b"topic,text\npowers_fly,can they fly\npowers_search,/start\n\npowers_search,how long can they keep me\n",
     ["Line 2: there is no topic 'powers_fly'", "Line 3: An example can't begin",
      "Line 5: 'how long can they keep me' is an example of 'powers_detain'"]),
    ("examples.csv", b"topic,text\npowers_search,one,two\npowers_search,three\npowers_search,Three?\n",
     ["Line 2: this row has 3 cells", "Line 4: 'Three?' stands on line 3"]),
    ("examples.csv", b"theme,words\na,b\n", ["Line 1: the first line must name the columns topic, text"]),
    ("examples.csv", b"", ["Line 1: the file is empty"]),
    ("examples.csv", b"topic,text\npowers_search,\"never closed\n", ["Line 2: this row can't be read"]),
    ("examples.yml", b"nlu:\n- intent: powers_search\n  examples: |\n    - ok this is new\n    # a comment\n",
     ["Line 5: '# a comment' is no example"]),
    ("examples.yml", b"nlu: [\n", ["Line 2: this is not valid YAML"]),
    ("facts.csv",
     b"force,topic,text,sources,checked,review_by\natlantis,powers_search,Some text here.,page,2026-01-01,\n"
     b"dorset,powers_fly,short,nix,yesterday,\n",
     ["Line 2: there is no force 'atlantis'", "Line 3: there is no topic 'powers_fly'", "Line 3: the text has 5",
      "Line 3: there is no source 'nix'", "Line 3: 'yesterday' under 'checked'"]),
])
async def test_every_mistake_is_told_with_its_line_and_nothing_can_be_written(project, staff, kind, data, expected):
    ada = await staff("editor")
    page = await upload(ada, kind, data)
    for sentence in expected:
        assert sentence in words(page)
    assert "Write all of it" not in page.text
    assert git(project, "rev-list", "--count", "HEAD") == "1"


async def test_facts_are_changed_and_keep_what_the_file_does_not_name(project, staff):
    ada = await staff("editor")
    rows = ("force;topic;text;sources;checked;review_by\r\ndorset;powers_search;Never in Dorset, says the force.;page;2026-03-01;\r\n"
            "national;powers_detain;It depends on your force.;act;2026-03-01;\r\n")
    page = await upload(ada, "facts.csv", rows.encode("utf-8-sig"))
    await ada.submit(AT + "/apply", kind="facts.csv", kept=field(page, "kept"))
    assert "Never in Dorset, says the force." in text(project, "data/knowledge/forces/dorset.yml")
    national = text(project, "data/knowledge/national.yml")
    assert "It depends on your force." in national and "label: Holding someone" in national and "# reworded in spring" in national


async def test_what_is_no_text_or_no_file_is_said(project, staff):
    ada = await staff("editor")
    assert "CSV UTF-8" in problems(await upload(ada, "examples.csv", b"\xff\xfet\x00o\x00", 422))["file"]
    answer = await ada.post(AT, 422, kind="nonsense")
    assert set(problems(answer)) == {"kind", "file"}
    for kept in ("0" * 64, "../../../etc/passwd", ""):
        await ada.post(AT + "/apply", 422, kind="examples.csv", kept=kept)
    await ada.get(AT + "/passwords.csv", 404)


async def test_all_examples_of_the_project_can_be_brought_back_and_what_is_too_much_says_how_to(project, staff):
    whole = example_files.as_csv(snapshot.take(PROJECT)).encode()
    assert len(whole) * 2 < MOST_FILE_MB * 1024 * 1024  # it grows
    ada = await staff("editor")
    await upload(ada, "examples.csv", b"topic,text\n" + b"powers_detain,can a pcso hold me\n" * (len(whole) // 32))
    page = await upload(ada, "examples.csv", b"x" * (MOST_FILE_MB * 1024 * 1024), 413)
    assert "A file can have 16 MB at most. Divide it" in words(page)


async def test_an_editor_of_one_force_only_takes_away(project, staff):
    ben = await staff("editor", "ben", force="dorset")
    await ben.get(AT + "/facts.csv")
    await ben.post(AT, 403, kind="examples.csv")
    await ben.post(AT + "/apply", 403, kind="examples.csv", kept="x")
