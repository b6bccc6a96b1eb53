"""Recruitment: a campaign is kept in the draft and is live at once, alone."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import threading

import pytest

from door.content import checks
from knowledge import look_up
from releases import drafts
from tests.content.small_project import FILES, git
from tests.staff.editing_harness import field, text, words
from tests.staff.editing_project import project as project
from tests.staff.harness import notice, problems

AT = "/staff/recruitment/dorset"
DORSET = "data/knowledge/forces/dorset.yml"
LIVE = FILES["data/knowledge/forces/dorset.yml"].replace("area: Dorset", "area: Dorset  # live").encode()
GOOD = {"opens_day": "2026-01-05", "opens_hour": "09:00", "closes_day": "2199-12-04", "closes_hour": "17:00",
        "link": "https://www.dorset.police.uk/pcso", "source_title": "PCSO recruitment", "source_publisher": "Dorset Police",
        "checked": "2026-01-02"}


@pytest.fixture
def published(monkeypatch):
    """What was published: [(files, by, note)], in place of real releases (tests/releases has those)."""
    found = []

    class Live:
        release = "r1"

    def publish(store, changes, by, note):
        found.append(({path: change(LIVE) for path, change in changes.items()}, by, note))
        return Live

    monkeypatch.setattr(drafts, "publish_knowledge", publish)
    return found


async def test_a_campaign_is_in_the_draft_and_live_without_the_rest_of_the_draft(project, staff, published):
    ada = await staff("publisher")
    page = await ada.get(AT)
    assert "not recruiting PCSOs" in words(page)
    done = await ada.submit(AT, **GOOD, based_on=field(page, "based_on"))
    assert notice(done) == "Saved and published. It is live within seconds."
    assert "Dorset Police says it is recruiting PCSOs until 5pm on Wednesday 4 December 2199." in words(done)
    assert git(project, "log", "-1", "--format=%an|%s") == "Publisher|dorset: recruitment changed"
    changed, by, _ = published[0]
    assert list(changed) == [DORSET] and by == "publisher"
    live = changed[DORSET].decode()
    assert "area: Dorset  # live" in live and "opens: '2026-01-05 09:00'" in live


async def test_it_is_closed_changed_and_removed(project, staff, published):
    ada = await staff("publisher")
    page = await ada.submit(AT, **GOOD, based_on=field(await ada.get(AT), "based_on"))
    closed = await ada.submit(AT + "/close", number="0", based_on=field(page, "based_on"))
    assert "that I know of closed" in words(closed)
    edit = await ada.get(AT + "?edit=0")
    assert field(edit, "opens_day") == "2026-01-05" and field(edit, "number") == "0"
    await ada.submit(AT, **{**GOOD, "closes_day": "2198-01-01", "number": "0"}, based_on=field(edit, "based_on"))
    assert text(project, DORSET).count("- opens:") == 1 and "2198-01-01" in text(project, DORSET)
    page = await ada.get(AT)
    await ada.submit(AT + "/remove", number="0", based_on=field(page, "based_on"))
    assert text(project, DORSET) == FILES[DORSET]
    assert len(published) == 4


@pytest.mark.parametrize(("wrong", "at"), [
    ({"opens_day": ""}, "opens_day"), ({"opens_day": "tomorrow"}, "opens_day"), ({"opens_hour": "25:00"}, "opens_day"),
    ({"closes_day": "2026-01-04"}, "closes_day"), ({"link": "ftp://x"}, "link"),
    ({"link": "http://www.dorset.police.uk/pcso"}, "link"), ({"source_url": "http://www.dorset.police.uk"}, "source_url"),
    ({"source_title": ""}, "source_title"),
    ({"source_publisher": ""}, "source_publisher"), ({"checked": "2999-01-01"}, "checked"), ({"checked": ""}, "checked"),
    ({"opens_day": "0001-01-01"}, "opens_day"), ({"source_title": "\u0000\u202e"}, "source_title"),
])
async def test_a_wrong_campaign_is_refused_at_its_field(project, staff, published, wrong, at):
    ada = await staff("publisher")
    page = await ada.get(AT)
    answer = await ada.post(AT, 422, **{**GOOD, **wrong}, based_on=field(page, "based_on"))
    assert at in problems(answer)
    assert text(project, DORSET) == FILES[DORSET] and published == []


async def test_the_last_change_is_taken_back_and_published(project, staff, published):
    ada = await staff("publisher")
    page = await ada.submit(AT, **GOOD, based_on=field(await ada.get(AT), "based_on"))
    gone = await ada.submit(AT + "/remove", number="0", based_on=field(page, "based_on"))
    assert 'action="/staff/recruitment/dorset/undo"' in gone.text and "- opens:" not in text(project, DORSET)
    fields = {"campaigns": field(gone, "campaigns"), "based_on": field(gone, "based_on")}
    back = await ada.submit(AT + "/undo", **fields)
    assert "is recruiting PCSOs until 5pm on Wednesday 4 December 2199" in words(back) and text(project, DORSET).count("- opens:") == 1
    assert "The last change is taken back" in notice(back) and "/undo" not in back.text
    assert "Somebody else has changed" in problems(await ada.post(AT + "/undo", 422, **fields))["opens_day"]
    await ada.post(AT + "/undo", 404, campaigns="[{}]", based_on=field(back, "based_on"))
    assert [note.removeprefix("Recruitment of Dorset Police: ") for _, _, note in published] == [
        "campaign added", "campaign removed", "last change taken back"]


async def test_the_list_says_what_is_known_of_each_force(project, staff, published):
    page = await (await staff("publisher")).get("/staff/recruitment")
    assert "not recruiting PCSOs" in words(page) and 'href="/staff/answers/dorset/recruitment_status"' in page.text
    (project / DORSET).write_text(re.sub(r"(?m)^  recruitment_status:\n(?:    .*\n)+", "", text(project, DORSET)), "utf-8")
    assert "Dorset Police Not known" in words(await (await staff("publisher")).get("/staff/recruitment"))


async def test_without_a_closing_day_none_is_given(project, staff, published):
    ada = await staff("publisher")
    page = await ada.get(AT)
    assert field(page, "closes_hour") == "17:00"
    done = await ada.submit(AT, **{**GOOD, "closes_day": ""}, based_on=field(page, "based_on"))
    assert "is recruiting PCSOs now. No closing date is given." in words(done)


async def test_two_at_once_are_told(project, staff, published):
    ada = await staff("publisher")
    page = await ada.get(AT)
    await ada.submit(AT, **GOOD, based_on=field(page, "based_on"))
    refused = await ada.post(AT, 422, **GOOD, based_on=field(page, "based_on"))
    assert "Somebody else has changed this force's recruitment" in problems(refused)["opens_day"]


async def test_who_saved_first_and_publishes_last_takes_nothing_back(project, staff, published, monkeypatch):
    """The one waits to publish; meanwhile another saves and publishes a second campaign of the same force."""
    ada, ben, waiting = await staff("publisher"), await staff("publisher", "ben"), drafts.publish_knowledge
    began, go_on = threading.Event(), threading.Event()

    def publish(store, changes, by, note):
        if by == "publisher":
            began.set()
            go_on.wait(20)
        return waiting(store, changes, by, note)

    monkeypatch.setattr(drafts, "publish_knowledge", publish)
    page = await ada.get(AT)
    one = asyncio.create_task(ada.submit(AT, **GOOD, based_on=field(page, "based_on")))
    await asyncio.to_thread(began.wait, 20)
    later = {**GOOD, "opens_day": "2199-12-05", "closes_day": "2199-12-24"}
    other = await ben.submit(AT, **later, based_on=field(await ben.get(AT), "based_on"))
    go_on.set()
    assert "live within seconds" in notice(await one) and "live within seconds" in notice(other)
    assert [by for _, by, _ in published] == ["ben", "publisher"]
    assert all(changed[DORSET].count(b"- opens:") == 2 for changed, _, _ in published)


async def test_overlapping_campaigns_are_refused(project, staff, published):
    ada = await staff("publisher")
    page = await ada.submit(AT, **GOOD, based_on=field(await ada.get(AT), "based_on"))
    refused = await ada.post(AT, 422, **{**GOOD, "opens_day": "2030-01-01"}, based_on=field(page, "based_on"))
    assert "overlaps" in problems(refused)["opens_day"]


async def test_who_may_open_recruitment(project, staff, published):
    ada = await staff("editor")
    await ada.get("/staff/recruitment", 403)
    await ada.post(AT, 403, **GOOD)
    ben = await staff("publisher", "ben", force="norfolk")
    await ben.get("/staff/recruitment")
    await ben.get(AT, 403)
    await ben.post(AT, 403, **GOOD)
    await ben.get("/staff/recruitment/norfolk", 404)  # has no PCSOs


async def test_what_cannot_be_published_is_kept_in_the_draft_and_said(project, staff, monkeypatch):
    ada = await staff("publisher")
    page = await ada.get(AT)
    done = await ada.submit(AT, **GOOD, based_on=field(page, "based_on"))
    assert "Saved in the draft, but it isn’t live" in notice(done)  # nothing has been released here
    assert "2026-01-05 09:00" in text(project, DORSET)


async def test_the_drafts_own_answer_follows_the_clock(project, staff, published):
    ada = await staff("publisher")
    await ada.submit(AT, **GOOD, based_on=field(await ada.get(AT), "based_on"))
    knowledge = checks.knowledge(ada.parts.draft.look())
    before, after = dt.datetime(2026, 1, 5, 8, 59, 59, tzinfo=dt.UTC), dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    assert "will recruit" in look_up(knowledge, "recruitment_status", "dorset", before).text
    assert "is recruiting" in look_up(knowledge, "recruitment_status", "dorset", after).text
