"""Answers and facts: the grid, editing with preview, two editors at once, versions."""

from __future__ import annotations

import json
import re
import html

import pytest

from tests.content.small_project import FILES, git
from tests.staff.editing_harness import field, text, words
from tests.staff.editing_project import project as project
from tests.staff.harness import notice, problems, title

AT = "/staff/answers"
FACT = AT + "/dorset/powers_search"
DORSET = "data/knowledge/forces/dorset.yml"
GOOD = {"text": "In Dorset no PCSO may search you.", "sources": "page", "checked": "2026-03-01", "do": "save"}


def preview(answer):
    """The message that <reply-preview> draws."""
    return json.loads(html.unescape(re.search(r'<reply-preview data-message="([^"]*)"', answer.text)[1]))


async def test_the_grid_shows_what_is_held_for_whom(project, staff):
    ada = await staff("editor")
    page = await ada.get(AT + "?group=powers")
    assert "Held" in page.text and "Unknown" in page.text and "No PCSOs there" in page.text
    due = await ada.get(AT + "?age=due")
    assert "2 answers" in due.text  # Dorset's and the national one on recruitment
    assert "1 answer<" in (await ada.get(AT + "?status=unknown")).text
    assert title(await ada.get(AT + "?group=nonsense&status=nonsense&age=x&force=y")) == "Answers and facts"


async def test_how_to_reach_a_force_is_its_website_until_a_fact_takes_its_place(content, staff):
    ada = await staff("editor")
    at = AT + "/kent/contact_force"
    assert "Kent Police Website" in words(await ada.get(AT + "?status=website")) and at not in (await ada.get(AT + "?status=unknown")).text
    page = await ada.get(at)
    assert "https://www.kent.police.uk" in preview(page)["text"] and "Put the website and what to do in an emergency (999)" in words(page)
    bare = {"text": "Kent Police answers on social media.", "sources": re.search(r'name="sources" value="(\w+)"', page.text)[1],
            "checked": "2026-03-01", "do": "save", "based_on": field(page, "based_on")}
    assert "Your text doesn’t have the website (https://www.kent.police.uk) and 999." in words(await ada.post(at + "/preview", 200, **bare))
    whole = bare | {"text": "In an emergency ring 999. Else see kent.police.uk."}
    assert "Missing" not in words(await ada.post(at + "/preview", 200, **whole))
    assert "Missing" in words(await ada.submit(at, **bare))
    assert "Missing" not in words(await ada.get(AT + "/kent/recruitment_pay"))


async def test_a_fact_is_changed_in_its_lines_alone_and_is_a_commit(project, staff):
    ada = await staff("editor")
    page = await ada.get(FACT)
    assert field(page, "text") == "In Dorset a PCSO cannot stop and search you."
    done = await ada.submit(FACT, **GOOD, based_on=field(page, "based_on"))
    assert notice(done) == "Saved in the draft." and '<p><a href="/staff/check">Train and check</a></p>' in done.text
    assert text(project, DORSET) == FILES[DORSET].replace("In Dorset a PCSO cannot stop and search you.", GOOD["text"]).replace(
        "sources: [page]   # undated\n    checked: 2026-02-01", "sources: [page]   # undated\n    checked: 2026-03-01")
    assert git(project, "log", "-1", "--format=%an|%s") == "Editor|dorset: powers_search changed"


async def test_a_save_is_taken_back_by_one_press(project, staff):
    ada = await staff("editor")
    done = await ada.submit(FACT, **GOOD, based_on=field(await ada.get(FACT), "based_on"))
    await ada.submit(re.search(r'action="(/staff/answers/dorset/powers_search/versions/\w+/restore)"', done.text)[1],
                     based_on=field(done, "based_on"))
    assert text(project, DORSET) == FILES[DORSET]
    at = AT + "/dorset/powers_detain"
    done = await ada.submit(at, **GOOD, based_on=field(await ada.get(at), "based_on"))
    await ada.submit(re.search(rf'action="({at}/delete)"', done.text)[1], based_on=field(done, "based_on"))
    assert text(project, DORSET) == FILES[DORSET]


async def test_a_save_without_a_change_is_no_version(project, staff):
    ada = await staff("editor")
    page = await ada.get(FACT)
    done = await ada.submit(FACT, **{**GOOD, "text": field(page, "text"), "checked": "2026-02-01"}, based_on=field(page, "based_on"))
    assert "like this already" in notice(done) and git(project, "log", "--format=%s").count("\n") == 0


async def test_a_new_text_beside_the_old_day_is_pointed_out(project, staff):
    ada = await staff("editor")
    for checked, said in (("2026-02-01", True), ("2026-03-01", False)):
        page = await ada.get(FACT)
        given = {**GOOD, "text": f"No search in Dorset: {checked}.", "checked": checked}
        done = await ada.submit(FACT, **given, based_on=field(page, "based_on"))
        assert ("It still says that it was checked on 1 February 2026" in notice(done)) == said


async def test_the_preview_says_how_long_the_text_is(project, staff):
    ada = await staff("editor")
    assert "44 of 1,200 characters." in words(await ada.get(FACT))
    part = await ada.post(FACT + "/preview", 200, **{**GOOD, "text": "x" * 1201})
    assert "Too long to be saved: the text has 1,201 of 1,200 characters." in words(part)


async def test_the_preview_is_what_will_be_answered(project, staff):
    ada = await staff("editor")
    page = await ada.get(AT + "/national/powers_detain")
    part = await ada.post(AT + "/national/powers_detain/preview", 200, text="It depends, and much.\n\nIndeed.", sources="act", varies="yes",
                          checked="2026-01-05", label="Holding", question="May they hold me?", based_on=field(page, "based_on"))
    assert "<html" not in part.text
    message = preview(part)
    assert message["text"].startswith("It depends, and much.\n\nIndeed.") and "tell me your town" in message["text"]
    assert message["custom"]["sources"][0]["publisher"] == "legislation.gov.uk" and message["custom"]["checked"] == "2026-01-05"
    assert "Reading ease" in part.text
    whole = await ada.post(FACT, 200, **{**GOOD, "do": "preview"})
    assert preview(whole)["text"] == GOOD["text"] and problems(whole) == {}
    assert text(project, DORSET) == FILES[DORSET]


async def test_the_script_of_the_preview_is_the_widgets_own_code(project, staff):
    ada = await staff("editor")
    script = (await ada.get("/staff/preview.js")).text
    assert "function answered(words" in script and "customElements.define(\"reply-preview\"" in script
    assert "import " not in re.sub(r'".*?"', "", script)


@pytest.mark.parametrize(("wrong", "at"), [
    ({"text": "short"}, "text"), ({"text": "x" * 1201}, "text"), ({"sources": []}, "sources"), ({"checked": ""}, "checked"),
    ({"checked": "2999-01-01"}, "checked"), ({"checked": "31/12/2026"}, "checked"), ({"review_by": "2026-01-01"}, "review_by"),
    ({"new_title": "Only a title"}, "new_publisher"),
    ({"new_title": "Title", "new_publisher": "P P", "new_url": "javascript:alert(1)"}, "new_url"),
    ({"new_title": "Title", "new_publisher": "P P", "new_url": "http://www.dorset.police.uk"}, "new_url"),
    ({"new_title": "Title", "new_publisher": "P P", "new_date": "yesterday"}, "new_date"),
])
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(project, staff, wrong, at):
    ada = await staff("editor")
    page = await ada.get(FACT)
    answer = await ada.post(FACT, 422, **{**GOOD, "based_on": field(page, "based_on"), **wrong})
    assert at in problems(answer)
    assert field(answer, "text") == wrong.get("text", GOOD["text"])
    assert text(project, DORSET) == FILES[DORSET]


async def test_a_fact_with_a_source_of_its_own_is_added_and_deleted_again(project, staff):
    ada = await staff("editor")
    at = AT + "/dorset/powers_detain"
    page = await ada.get(at)
    await ada.submit(at, text="In Dorset a PCSO may detain you.", new_title="Powers: a list", new_publisher="Dorset Police",
                     new_url="https://www.dorset.police.uk/powers", checked="2026-03-01", do="save", based_on=field(page, "based_on"))
    now = text(project, DORSET)
    assert "  dorset_police_powers_a_list:\n    title: 'Powers: a list'\n" in now
    assert now.index("powers_detain:") < now.index("powers_search:")  # in the topics' order
    page = await ada.get(at)
    await ada.submit(at + "/delete", based_on=field(page, "based_on"))
    assert "powers_detain" not in text(project, DORSET)


async def test_two_at_once_are_told_and_neither_loses_text(project, staff):
    ada, ben = await staff("editor", "ada"), await staff("editor", "ben")
    his, hers = await ben.get(FACT), await ada.get(FACT)
    await ada.submit(FACT, **{**GOOD, "text": "Ada says no search at all."}, based_on=field(hers, "based_on"))
    refused = await ben.post(FACT, 422, **{**GOOD, "text": "Ben says never ever."}, based_on=field(his, "based_on"))
    assert "Somebody else has changed this" in problems(refused)["text"]
    assert "What is there now Changed by Ada," in words(refused)
    assert field(refused, "text") == "Ben says never ever." and "Ada says no search at all." in words(refused)
    assert "Ada says no search at all." in text(project, DORSET)
    await ben.submit(FACT, **{**GOOD, "text": "Both say no search at all."}, based_on=field(refused, "based_on"))
    assert "Both say no search at all." in text(project, DORSET)


async def test_old_versions_are_compared_and_restored(project, staff):
    ada = await staff("editor")
    page = await ada.get(FACT)
    await ada.submit(FACT, **GOOD, based_on=field(page, "based_on"))
    page = await ada.get(FACT)
    commits = re.findall(r"/versions/([0-9a-f]{40})", page.text)
    assert len(commits) == 2
    version = await ada.get(f"{FACT}/versions/{commits[-1]}")
    assert "<del>" in version.text and "<ins>" in version.text and "2026-02-01" in version.text
    newest = await ada.get(f"{FACT}/versions/{commits[0]}")
    assert "What it changed In Dorset a no PCSO cannot stop and may search you." in words(newest)
    assert "Nothing: this is what is there" in words(newest)
    assert "Restore this version" not in newest.text and "Restore this version" in version.text
    await ada.submit(f"{FACT}/versions/{commits[-1]}/restore", based_on=field(version, "based_on"))
    assert text(project, DORSET) == FILES[DORSET]
    await ada.get(f"{FACT}/versions/{'0' * 40}", 404)
    await ada.get(f"{FACT}/versions/--output=x", 404)


async def test_a_detail_is_shown_behind_the_national_answer_and_stays_one(project, staff):
    (project / DORSET).write_text(FILES[DORSET].replace("  # undated\n", "  # undated\n    adds: true\n", 1), "utf-8")
    ada = await staff("editor")
    page = await ada.get(FACT)
    national = "No, stop and search is for police officers only."
    assert preview(page)["text"].startswith(national)
    shown = preview(await ada.post(FACT, 200, **{**GOOD, "do": "preview"}))["text"]
    assert shown.startswith(national) and GOOD["text"] in shown
    await ada.submit(FACT, **GOOD, based_on=field(page, "based_on"))
    assert GOOD["text"] in text(project, DORSET) and "adds: true" in text(project, DORSET)


async def test_work_done_by_hand_is_there_at_the_next_view(project, staff):
    ada = await staff("editor")
    await ada.get(FACT)
    path = project / DORSET
    path.write_text(path.read_text("utf-8").replace("cannot stop and search", "can never search"), "utf-8")
    assert "can never search" in field(await ada.get(FACT), "text")


async def test_an_editor_of_one_force_changes_that_one_only(project, staff):
    ben = await staff("editor", "ben", force="dorset")
    page = await ben.get(FACT)
    await ben.submit(FACT, **GOOD, based_on=field(page, "based_on"))
    for path in (AT + "/national/powers_search", AT + "/norfolk/powers_search"):
        assert "one force only" in (await ben.get(path)).text
        await ben.post(path, 403, **GOOD)
        await ben.post(path + "/delete", 403)
    await ben.get(AT + "/atlantis/powers_search", 404)
    await ben.get(AT + "/dorset/powers_fly", 404)


@pytest.mark.parametrize("hostile", ["- a: |\n  b\n# c\n{{ 7*7 }} & more", "<img src=x onerror=alert(1)> and so on",
                                     "\u202eright to left\u0000 text\x07 here", "'\"` %s ${x} \\n end"])
async def test_hostile_text_is_text(project, staff, hostile):
    ada = await staff("editor")
    page = await ada.get(FACT)
    done = await ada.submit(FACT, **{**GOOD, "text": hostile}, based_on=field(page, "based_on"))
    assert "<img src=x" not in done.text
    kept = field(done, "text")
    assert "\u202e" not in kept and "\x07" not in kept and kept.split()[-1] == hostile.split()[-1]
    assert "# the end" in text(project, DORSET)
