"""What people type after a topic's answer, as somebody in a browser changes it."""

from __future__ import annotations

import html
import re

import pytest

from tests.content.small_project import FILES, git
from tests.staff.editing_harness import text, words
from tests.staff.editing_project import project as project
from tests.staff.harness import notice, problems, title

TOPIC = "/staff/topics/powers_detain"
AT = TOPIC + "/after"
FILE = "data/follow_ups/powers.yml"


async def undo(person, page):
    """Presses the notice's button and follows."""
    form = re.search(r'class="notice".*?<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.S)
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])}
    return await person.submit(form[1], **{name: value for name, value in fields.items() if name != "csrf"})


async def test_the_page_is_linked_with_its_number_and_groups_by_meaning(project, staff):
    ada = await staff("editor")
    assert f'<a href="{AT}">What people type after its answer (3)</a>' in (await ada.get(TOPIC)).text
    page = await ada.get(AT)
    assert title(page) == "What people type after the answer to ‘Can a PCSO detain me?’"
    said = words(page)
    assert said.index("Holding someone (2)") < said.index("how long") < said.index("Searching people (1)") < said.index("and my bag")
    assert "2 messages after other answers mean this topic: Searching people : 2" in said
    assert f'<a href="{TOPIC}">' in page.text
    other = await ada.get("/staff/topics/powers_search/after")
    assert re.search(r'<select id="means"[^>]*>\s*<option value="(\w+)" selected>', other.text)[1] == "powers_search"


async def test_each_change_is_kept_told_and_undone(project, staff):
    ada = await staff("editor")
    page = await ada.submit(AT + "/add", texts="yes\nany jobs then", means="recruitment_status")
    assert notice(page) == "Added to the draft."
    assert text(project, FILE) == FILES[FILE].replace(
        '"and my bag"\n', '"and my bag"\n  recruitment_status:\n    - "yes"\n    - "any jobs then"\n')
    assert git(project, "log", "-1", "--format=%an|%s") == "Editor|After powers_detain: 'yes' and 1 more taught as recruitment_status"
    await undo(ada, page)
    assert text(project, FILE) == FILES[FILE]

    page = await ada.submit(AT + "/delete", text="and my bag", means="powers_search")
    assert "and my bag" not in text(project, FILE)
    await undo(ada, page)
    assert '  powers_search:\n    - "and my bag"\n' in text(project, FILE)

    form = await ada.get(AT + "/move?text=how+long&means=powers_detain")
    assert "After this answer it means" in form.text
    page = await ada.submit(AT + "/move", text="how long", means="powers_detain", to="powers_search")
    assert notice(page) == "It means ‘Searching people’ now."
    assert '    - "and my bag"\n    - "how long"\n' in text(project, FILE)
    await undo(ada, page)
    assert '    - even at night   # by hand\n    - "how long"\n' in text(project, FILE)
    assert [entry.what for entry in ada.parts.audit.read(containing="powers_")] == [
        "follow-up moved", "follow-up moved", "follow-ups added", "follow-up deleted", "follow-ups taken out", "follow-ups added"]


@pytest.mark.parametrize(("path", "fields", "at", "expected"), [
    ("/add", {"texts": "", "means": "powers_detain"}, "texts", "at least one"),
    ("/add", {"texts": "And my bag?", "means": "powers_detain"}, "texts", "means powers_search"),
    ("/add", {"texts": "how come", "means": "powers_fly"}, "means", "no topic"),
    ("/move", {"text": "how long", "means": "powers_detain", "to": ""}, "to", "Choose a topic"),
    ("/delete", {"text": "how long", "means": "powers_search"}, "main", "any more"),
])
async def test_what_cannot_be_is_refused_at_its_field_and_stays_in_the_form(project, staff, path, fields, at, expected):
    ada = await staff("editor")
    answer = await ada.post(AT + path, 422, **fields)
    assert expected in problems(answer)[at] and f'id="{at}"' in answer.text
    assert html.escape(fields.get("texts", ""), quote=False) in answer.text
    assert git(project, "rev-list", "--count", "HEAD") == "1"


async def test_hostile_messages_are_text(project, staff):
    ada = await staff("editor")
    hostile = "<script>alert(1)</script> {{ 7*7 }} \"' & : #"
    page = await ada.submit(AT + "/add", texts=hostile, means="powers_detain")
    assert "<script>alert" not in page.text and hostile in words(await ada.get(AT)) + html.unescape(page.text)
    form = await ada.get(html.unescape(re.search(rf'href="({AT}/move\?text=%3Cscript[^"]*)"', page.text)[1]))
    assert "<script>alert" not in form.text
    await ada.submit(AT + "/delete", text=hostile, means="powers_detain")
    assert text(project, FILE) == FILES[FILE]


async def test_topics_without_an_answer_have_no_such_page(project, staff):
    ada = await staff("editor")
    assert "/after" not in (await ada.get("/staff/topics/greet")).text
    for topic in ("greet", "unclear", "powers_fly"):
        await ada.get(f"/staff/topics/{topic}/after", 404)
        await ada.post(f"/staff/topics/{topic}/after/add", 404, texts="how long", means="powers_detain")


async def test_an_editor_of_one_force_reads_them_only(project, staff):
    ben = await staff("editor", "ben", force="dorset")
    page = await ben.get(AT)
    assert "how long" in page.text and "<textarea" not in page.text and "Delete" not in page.text
    await ben.get(AT + "/move?text=how+long&means=powers_detain", 403)
    for path in ("/add", "/take-back", "/delete", "/move"):
        await ben.post(AT + path, 403, texts="x", text="how long", means="powers_detain", to="powers_search")
    assert text(project, FILE) == FILES[FILE]


async def test_a_file_broken_by_hand_is_told(project, staff):
    (project / FILE).write_text(FILES[FILE].replace('"how long"', '"how long'), "utf-8")
    ada = await staff("editor")
    assert "made by hand" in (await ada.get(AT, 409)).text
