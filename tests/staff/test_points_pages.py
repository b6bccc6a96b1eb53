"""Particular questions, as somebody in a browser reads and changes them."""

import html
import json
import re

import pytest

from tests.content.points_project import PHRASES, POINT_FILES, TEXTS, add_points
from tests.content.small_project import FILES, git, write_project
from tests.staff.editing_harness import field, text, words
from tests.staff.harness import notice, problems, title

AT = "/staff/topics/powers_detain/points"
ONE = AT + "/how_long"
ASKED = "may they hold me twice\nheld two times by a pcso\ncan a pcso hold me again\ntwice in a day\nagain the same day"
NEW = {"name": "Two times", "text": "Nothing says how often.", "sources": "act", "checked": "2026-02-03", "asked": ASKED, "do": "save"}


@pytest.fixture
def project(tmp_path, content, monkeypatch):
    """The draft's folder: the small project with particular questions."""
    root = add_points(write_project(tmp_path / "small"))
    monkeypatch.setenv("CONTENT_DIR", str(root))
    return root


def filled(page, **other):
    """The page's form as a browser sends it back, but for `other`."""
    boxes = {name: "yes" for name in ("varies", "unknown") if re.search(rf'name="{name}" value="yes" checked', page.text)}
    names = ("text", "with_force", "question", "asked", "then", "checked", "review_by", "based_on")
    chosen = re.findall(r'name="sources" value="(\w+)" checked', page.text)
    return {**{name: field(page, name) for name in names}, **boxes, "sources": chosen, "do": "save", **other}


async def undo(person, page):
    """Presses the notice's button and follows."""
    form = re.search(r'class="notice".*?<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.S)
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])}
    return await person.submit(form[1], **{name: value for name, value in fields.items() if name != "csrf"})


async def test_personal_data_is_taken_out_of_phrases_and_said(project, staff):
    ada = await staff("administrator")
    page = await ada.submit(AT + "/new", **{**NEW, "asked": ASKED + "\nring me on 07700 900123 if they hold me twice"})
    assert "Personal data was taken out: ‘ring me on [phone number] if they hold me twice’" in notice(page)
    assert "07700" not in page.text + (await ada.get("/staff/trail")).text + git(project, "log", "-p")


async def test_topic_and_answer_lead_to_the_list(project, staff):
    ada = await staff("editor")
    for page in ("/staff/topics/powers_detain", "/staff/answers/national/powers_detain", "/staff/answers/dorset/powers_detain"):
        assert f'<a href="{AT}">Particular questions (2)</a>' in (await ada.get(page)).text
    assert "/points" not in (await ada.get("/staff/topics/greet")).text
    page = words(await ada.get(AT))
    assert "how long You may have to wait for a police officer" in page and "2 January 2026 7" in page.replace("  ", " ")
    assert "walk off I don't know what happens where you walk off. Unknown 6" in page
    assert "None yet." in words(await ada.get("/staff/topics/powers_search/points"))


OWN = "/staff/answers/dorset/powers_detain/how_long"
SAYS = {"text": "In Dorset it is ten minutes.", "sources": "page", "checked": "2026-03-01", "do": "save"}


async def test_a_force_answers_it_itself_from_both_pages_and_takes_that_back(project, staff):
    ada = await staff("editor")
    assert f'href="{OWN}"' in (await ada.get(ONE)).text and f'href="{OWN}"' in (await ada.get("/staff/answers/dorset/powers_detain")).text
    page = await ada.get(OWN)
    assert title(page) == "Holding someone: how long, Dorset Police" and "Nothing of this force’s own is held" in words(page)
    part = await ada.post(OWN + "/preview", 200, **SAYS, based_on=field(page, "based_on"))
    assert json.loads(html.unescape(re.search(r'data-message="([^"]*)"', part.text)[1]))["text"] == SAYS["text"]
    done = await ada.submit(OWN, **SAYS, based_on=field(page, "based_on"))
    assert notice(done) == "Saved in the draft." and git(project, "log", "-1", "--format=%s") == "dorset: powers_detain/how_long added"
    assert "Dorset Police In Dorset it is ten minutes." in words(await ada.get(ONE))
    assert "and what 1 force says on it" in words(await ada.get(ONE))
    assert f'href="{OWN}"' in (await ada.get("/staff/answers?force=dorset")).text
    again = await ada.submit(OWN, **{**SAYS, "text": "In Dorset it is twenty minutes."}, based_on=field(done, "based_on"))
    commit = re.findall(rf'href="{OWN}/versions/(\w+)"', again.text)[-1]
    old = await ada.get(f"{OWN}/versions/{commit}")
    back = await ada.submit(f"{OWN}/versions/{commit}/restore", based_on=field(old, "based_on"))
    assert "old version is in the draft again" in notice(back)
    gone = await ada.submit(OWN + "/delete", based_on=field(await ada.get(OWN), "based_on"))
    assert "Taken out of the draft" in notice(gone) and "None says anything of its own yet." in words(await ada.get(ONE))


async def test_an_editor_of_one_force_answers_for_that_one_alone(project, staff):
    ada = await staff("editor", force="dorset")
    page = await ada.get(OWN)
    assert notice(await ada.submit(OWN, **SAYS, based_on=field(page, "based_on"))) == "Saved in the draft."
    other = OWN.replace("dorset", "norfolk")
    assert "Add what the force says" not in words(await ada.get(other))
    await ada.post(other, 403, **SAYS, based_on="x")


@pytest.mark.parametrize("address", [OWN.replace("how_long", "never"), OWN.replace("dorset", "national"), OWN.replace("dorset", "narnia")])
async def test_there_is_no_page_for_what_nobody_asks(project, staff, address):
    ada = await staff("editor")
    await ada.get(address, 404)


async def test_another_answer_for_those_whose_force_is_known_is_kept(project, staff):
    ada = await staff("editor")
    page = await ada.get(ONE)
    assert "with_force" in problems(await ada.post(ONE, 422, **filled(page, with_force="short")))
    done = await ada.submit(ONE, **filled(page, with_force="You may have to wait. How long I don't know."))
    assert notice(done) == "Saved in the draft." and field(done, "with_force") == "You may have to wait. How long I don't know."


async def test_one_is_changed_in_its_own_lines_and_is_a_commit(project, staff):
    ada = await staff("editor")
    page = await ada.get(ONE)
    assert "Too long to be saved" not in words(page) and "of at most 16 words" in words(page)
    assert title(page) == "Holding someone: how long" and json.loads(html.unescape(
        re.search(r'data-message="([^"]*)"', page.text)[1]))["text"].startswith("You may have to wait")
    done = await ada.submit(ONE, **filled(page, varies="yes", checked="2026-03-04"))
    assert notice(done) == "Saved in the draft."
    assert text(project, TEXTS) == POINT_FILES[TEXTS].replace(
        "38\n      checked: 2026-01-02\n", "38\n      checked: 2026-03-04\n      varies: true\n")
    assert text(project, PHRASES) == POINT_FILES[PHRASES] and "tell me your town" in done.text
    done = await ada.submit(ONE, **filled(done, then="for how many minutes"))
    assert notice(done).endswith("learnt with ‘Train and check’.")
    assert text(project, PHRASES) == POINT_FILES[PHRASES].replace("      - all night?\n", "")
    assert git(project, "log", "-2", "--format=%an|%s") == "\n".join(["Editor|powers_detain/how_long changed"] * 2)
    assert [entry.what for entry in ada.parts.audit.read(containing="how_long")] == ["particular question changed"] * 2


async def test_a_new_one_with_a_source_of_its_own_is_one_commit_and_deleting_is_undone(project, staff):
    ada = await staff("editor")
    assert "Add it" in (await ada.get(AT + "/new")).text
    page = await ada.submit(AT + "/new", **{**NEW, "sources": [], "new_title": "Holding people", "new_publisher": "Home Office"})
    assert title(page) == "Holding someone: two times" and notice(page).startswith("Added to the draft.")
    assert "home_office_holding_people" in text(project, "data/knowledge/national.yml")
    assert git(project, "rev-list", "--count", "HEAD") == "3"
    before = text(project, TEXTS), text(project, PHRASES)
    page = await ada.submit(AT + "/two_times/delete", based_on=field(page, "based_on"))
    assert (text(project, TEXTS), text(project, PHRASES)) == (POINT_FILES[TEXTS], POINT_FILES[PHRASES])
    await undo(ada, page)
    assert (text(project, TEXTS), text(project, PHRASES)) == before


@pytest.mark.parametrize(("wrong", "at"), [
    ({"text": "short"}, "text"), ({"text": "x" * 1201}, "text"), ({"sources": []}, "sources"), ({"checked": ""}, "checked"),
    ({"checked": "2999-01-01"}, "checked"), ({"review_by": "2026-01-01"}, "review_by"), ({"name": ""}, "name"), ({"name": "new"}, "name"),
    ({"name": "how long"}, "name"), ({"asked": "one\ntwo"}, "asked"), ({"asked": ASKED + "\ncan I leave"}, "asked"),
    ({"asked": ASKED + "\ntwice in a day"}, "asked"), ({"then": "twice in a day"}, "then"), ({"then": "run " * 17}, "then"),
    ({"new_title": "Only a title"}, "new_publisher"),
])
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(project, staff, wrong, at):
    ada = await staff("editor")
    answer = await ada.post(AT + "/new", 422, **{**NEW, **wrong})
    assert at in problems(answer) and f'id="{at}"' in answer.text
    assert field(answer, "text") == {**NEW, **wrong}["text"] and field(answer, "asked") == {**NEW, **wrong}["asked"].strip()
    assert text(project, TEXTS) == POINT_FILES[TEXTS] and git(project, "rev-list", "--count", "HEAD") == "2"


async def test_what_goes_stale_needs_a_day_and_nothing_held_needs_no_source(project, staff):
    ada = await staff("editor")
    at = "/staff/topics/recruitment_status/points/new"
    new = {**NEW, "sources": [], "checked": "", "unknown": "yes"}
    assert set(problems(await ada.post(at, 422, **new))) == {"review_by"}
    await ada.submit(at, **{**new, "review_by": "2999-01-01"})
    assert "unknown: true\n      review_by: 2999-01-01" in text(project, "data/knowledge/points/recruitment.yml")


async def test_a_button_is_given_its_words_and_taken_back(project, staff):
    ada = await staff("editor")
    await ada.submit(ONE, **filled(await ada.get(ONE), question="How long can they hold me?"))
    assert 'question: How long can they hold me?\n' in text(project, TEXTS)
    for wrong in ("Long?", "How long can they hold me"):
        assert set(problems(await ada.post(ONE, 422, **filled(await ada.get(ONE), question=wrong)))) == {"question"}
    await ada.submit(ONE, **filled(await ada.get(ONE), question=""))
    assert text(project, TEXTS) == POINT_FILES[TEXTS]


async def test_what_people_type_after_it_has_a_page(project, staff):
    ada = await staff("editor")
    assert f'<a href="{ONE}/after">' in (await ada.get(ONE)).text
    page = await ada.submit(ONE + "/after/add", texts="half an hour\nand my bag then", means="powers_search")
    assert notice(page) == "Added to the draft." and title(page) == "What people type after the answer to ‘how long’"
    assert 'powers_detain/how_long:\n  powers_search:\n    - "half an hour"\n' in text(project, "data/follow_ups/powers.yml")
    await ada.submit(ONE + "/after/delete", text="half an hour", means="powers_search")
    await ada.submit(ONE + "/after/move", text="and my bag then", means="powers_search", to="powers_detain")
    assert 'powers_detain/how_long:\n  powers_detain:\n    - "and my bag then"\n' in text(project, "data/follow_ups/powers.yml")
    assert "Holding someone, how long : 1" in words(await ada.get("/staff/topics/powers_detain/after"))
    await ada.get(AT + "/fly/after", 404)


async def test_a_long_answer_is_advised_against_and_can_be_saved(project, staff):
    ada = await staff("editor")
    page = await ada.get(ONE)
    part = await ada.post(ONE + "/preview", 200, **filled(page, text="Word by word. " * 30))
    assert "<html" not in part.text and "This has 419 characters." in words(part)
    done = await ada.submit(ONE, **filled(page, text="Word by word. " * 30))
    assert "This has 419 characters." in words(done) and "This has" not in words(page)


async def test_two_at_once_are_told_and_neither_loses_text(project, staff):
    ada, ben = await staff("editor", "ada"), await staff("editor", "ben")
    his, hers = await ben.get(ONE), await ada.get(ONE)
    await ada.submit(ONE, **filled(hers, text="Ada says half an hour.", then="adas words"))
    refused = await ben.post(ONE, 422, **filled(his, text="Ben says an hour."))
    assert "Somebody else has changed this" in problems(refused)["text"]
    assert field(refused, "text") == "Ben says an hour." and "Ada says half an hour." in words(refused) and "adas" in words(refused)
    await ben.submit(ONE, **filled(refused, text="Both say half an hour."))
    assert "Both say half an hour." in text(project, TEXTS)

    his = await ben.get(ONE)
    await ada.submit(ONE + "/delete", based_on=field(await ada.get(ONE), "based_on"))
    refused = await ben.post(ONE, 422, **filled(his, text="Ben says it all the same."))
    assert "It has been deleted." in words(refused)
    await ben.submit(ONE, **filled(refused))
    assert "Ben says it all the same." in text(project, TEXTS) and "hw long do i wate" in text(project, PHRASES)


async def test_old_texts_are_compared_and_restored(project, staff):
    ada = await staff("editor")
    await ada.submit(ONE, **filled(await ada.get(ONE), text="Half an hour, and no more."))
    page = await ada.get(ONE)
    commits = re.findall(r"/versions/([0-9a-f]{40})", page.text)
    assert len(commits) == 2
    version = await ada.get(f"{ONE}/versions/{commits[-1]}")
    assert "<del>" in version.text and "<ins>" in version.text
    await ada.submit(f"{ONE}/versions/{commits[-1]}/restore", based_on=field(version, "based_on"))
    assert "Half an hour, and no more." not in text(project, TEXTS)
    await ada.get(f"{ONE}/versions/{'0' * 40}", 404)


async def test_what_is_due_is_counted_and_listed(project, staff):
    ada = await staff("editor")
    assert "due for review" not in words(await ada.get("/staff/answers?group=powers")).replace("Due for review", "")
    path = project / TEXTS
    path.write_text(POINT_FILES[TEXTS].replace("checked: 2026-01-02\n", "checked: 2026-01-02\n      review_by: 2026-02-02\n"), "utf-8")
    assert "1 particular question is due for review" in words(await ada.get("/staff/answers?group=powers"))
    due = await ada.get("/staff/answers?age=due")
    assert f'<a href="{ONE}">Holding someone: how long</a>' in due.text and "3 answers" in due.text
    # A day that has passed may stay as long as nothing was looked at again.
    page = await ada.get(ONE)
    assert "isn’t in the future" in problems(await ada.post(ONE, 422, **filled(page, checked="2026-03-03")))["review_by"]
    await ada.submit(ONE, **filled(page, text="You may have to wait for up to 30 minutes."))


async def test_an_editor_of_one_force_reads_them_only(project, staff):
    ben = await staff("editor", "ben", force="dorset")
    page = await ben.get(ONE)
    assert "hw long do i wate" in page.text and "one force only" in page.text and "<textarea" not in page.text
    assert "/new" not in (await ben.get(AT)).text
    await ben.get(AT + "/new", 403)
    for path in (AT + "/new", ONE, ONE + "/delete", f"{ONE}/versions/{'0' * 40}/restore"):
        await ben.post(path, 403, **NEW)
    assert text(project, TEXTS) == POINT_FILES[TEXTS]


async def test_hostile_words_are_text(project, staff):
    ada = await staff("editor")
    hostile = "<script>alert(1)</script> {{ 7*7 }} \"' & : #"
    page = await ada.submit(ONE, **filled(await ada.get(ONE), text=hostile, then=hostile))
    assert "<script>alert" not in page.text and field(page, "text") == hostile == field(page, "then")
    assert "<script>alert" not in (await ada.get(AT)).text
    await ada.submit(AT + "/how_long/delete", based_on=field(page, "based_on"))


async def test_what_does_not_exist_is_not_found(project, staff):
    ada = await staff("editor")
    for path in ("/staff/topics/greet/points", "/staff/topics/powers_fly/points", AT + "/fly", AT + "/..%2F..%2Fx"):
        await ada.get(path, 404)
    await ada.post(AT + "/fly", 404, **NEW)
    await ada.post(AT + "/fly/delete", 404)


async def test_a_file_broken_by_hand_is_told(project, staff):
    (project / TEXTS).write_text(POINT_FILES[TEXTS].replace("powers_detain:", "powers_detain: ["), "utf-8")
    ada = await staff("editor")
    assert "made by hand" in (await ada.get(AT, 409)).text


async def test_without_any_the_first_one_makes_its_files(project, staff):
    for name in (TEXTS, PHRASES, "data/evaluation/points.yml"):
        (project / name).unlink()
    ada = await staff("editor")
    await ada.submit(AT + "/new", **NEW)
    assert text(project, TEXTS).endswith("  powers_detain:\n    two_times:\n      text: Nothing says how often.\n      sources: [act]\n"
                                         "      checked: 2026-02-03\n")
    assert text(project, "data/nlu/powers.yml") == FILES["data/nlu/powers.yml"]
