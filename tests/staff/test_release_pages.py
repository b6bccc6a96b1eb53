"""Releases, what would change, train and check: as editors and publishers use them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import msgspec
import pytest

from door.content import force_names
from processes.ports import free_port
from releases import drafts, followers, gate, jobs
from releases.answers import Answered, Change, Changes
from releases.followers import Follower, Following
from releases.jobs import Job, Jobs, Step
from releases.store import ANSWERS, REPORT, RUN, Check, Release, Store
from tests.door.rasa_on_the_wire import RasaOnTheWire
from tests.releases.test_gate import run
from tests.staff.editing_harness import words
from tests.staff.harness import notice, problems, title

KENT = "data/knowledge/forces/kent.yml"
LIVE, DRAFT = Answered("Live says no.", ["powers_search"], ["kent"], False), Answered("Draft says yes.", ["powers_fines"], [None], False)
PAGE = ('<html><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><style>p {color: red}</style></head>'
        "<body><h1>Report</h1></body></html>")


@pytest.fixture
def store(content: Any) -> Store:
    """What `make run` made of the draft, with a report."""
    store = Store()
    release = _made(store, content, b"a model", "files", "make run")
    store.publish(release.id, "make run", "first", follows_files=True)
    drafts.before_editing(store, "make run")
    return store


@pytest.fixture
def candidate(store: Store, content: Any) -> Release:
    """A candidate with another fact, compared with what is live."""
    path = content / KENT
    path.write_text(path.read_text("utf-8").replace("name: Kent Police", "name: Kent Constabulary", 1), "utf-8")
    release = _made(store, content, b"another model", "candidate", "More on Kent")
    found = [Change("topic", LIVE, DRAFT, text="can they fine me in <kent>", right="now"),
             Change("alarm_lost", LIVE, DRAFT, numbers=[1, 2])]
    gate.keep_changes(store, Changes(release.id, store.live().release, "2026-11-21T20:00:00Z", 3, 2, found))
    return release


class ReleasesOnTheWire(RasaOnTheWire):
    """A release server that nobody follows."""

    async def _answer(self, method: str, path: str, body: bytes) -> bytes | None:
        return b'HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{"followers":[]}'


def _made(store: Store, content: Any, model: bytes, kind: Any, note: str, right: int = 190) -> Release:
    release = drafts.make(store, content, store.put("model.tar.gz", model), "ada", kind, note)
    store.add_check(release.id, Check(run=store.put(RUN, msgspec.json.encode(run(10, right))), report=store.put(REPORT, PAGE.encode()),
                                      answers=store.put(ANSWERS, b"{}")))
    return release


async def test_publishing_needs_the_list_and_rolling_back_is_one_button(staff: Any, store: Store, candidate: Release) -> None:
    first = store.live().release
    ada = await staff("publisher")
    page = await ada.get(f"/staff/releases/{candidate.id}")
    assert "Look at the list of what would change first" in page.text and "More on Kent" in title(page)
    refused = await ada.post(f"/staff/releases/{candidate.id}/publish", 422, reason="")
    assert "Look at the list" in problems(refused)["reason"] and store.live().release == first
    await ada.get(f"/staff/changes/{candidate.id}")
    done = await ada.submit(f"/staff/releases/{candidate.id}/publish", reason="")
    assert "Published" in notice(done) and store.live().release == candidate.id and store.live().by == "publisher"
    back = await ada.submit(f"/staff/releases/{first}/roll-back", reason="people complained")
    assert "Rolled back" in notice(back) and store.live().release == first and store.live().reason == "people complained"


async def test_whoever_embeds_the_chat_chooses_among_the_forces_that_are_live(staff: Any, store: Store, candidate: Release) -> None:
    ada, first = await staff("publisher"), store.live().release
    assert "Kent Police" in (await ada.client.get("/embed")).text, "the draft has another name"
    (drafts.content_dir() / "data" / "knowledge" / "forces" / "north.yml").write_text("name: Police North\nnation: scotland\n", "utf-8")
    assert force_names.read(drafts.content_dir())["kent"] == "Kent Constabulary", "the console's lists are the draft's"
    store.publish(candidate.id, "ada")
    page = (await ada.client.get("/embed")).text
    assert "Kent Constabulary" in page and "Scotland" not in page
    store.publish(first, "ada", "roll_back")
    (store.folder / "live").write_bytes(b"rubbish")
    page = (await ada.client.get("/embed")).text
    assert "Kent Constabulary" in page and "Police North" not in page, "without releases the files count"


async def test_before_publishing_it_is_said_how_many_replies_lose_999(staff: Any, store: Store, candidate: Release, content: Any) -> None:
    lost = [Change("alarm_lost", LIVE, DRAFT, text=text, right=right) for text, right in (("a", "then"), ("b", "then"), ("c", "now"))]
    gate.keep_changes(store, Changes(candidate.id, store.live().release, "2026-11-21T20:00:00Z", 7, 2, [
        *lost, Change("topic", LIVE, DRAFT, text="d")]))
    ada, at = await staff("publisher"), f"/staff/releases/{candidate.id}"
    assert "Look at the list" in words(await ada.get(f"{at}/publish"))
    assert f'href="{at}/publish"' in (await ada.get(f"/staff/changes/{candidate.id}")).text
    page = await ada.get(f"{at}/publish")
    assert "Of 9 messages that were compared: 3 replies lose 999 : 2 wrongly, 1 rightly 0 replies gain 999" in words(page)
    assert "1 other reply changes" in words(page) and f'action="{at}/publish"' in page.text
    assert f'href="{at}/publish"' in (release := await ada.get(at)).text and f'action="{at}/publish"' not in release.text
    assert store.live().release != candidate.id
    for reader in (await staff("editor"), await staff("publisher", "kim", force="kent")):
        await reader.get(f"{at}/publish", 403)


async def test_a_draft_that_has_moved_on_is_not_what_is_published(staff: Any, store: Store, candidate: Release, content: Any) -> None:
    ada, at = await staff("publisher"), f"/staff/releases/{candidate.id}"
    await ada.get(f"/staff/changes/{candidate.id}")
    moved = "The draft has changed since this was made of it"
    assert moved not in (await ada.get(at)).text and moved not in (await ada.get(f"{at}/publish")).text
    path = content / KENT
    path.write_text(path.read_text("utf-8").replace("Kent Constabulary", "The Kent Constabulary", 1), "utf-8")
    assert moved in (await ada.get(at)).text and moved in (await ada.get(f"{at}/publish")).text


async def test_an_editor_sees_everything_and_publishes_nothing(staff: Any, store: Store, candidate: Release) -> None:
    ed = await staff("editor")
    await ed.get(f"/staff/changes/{candidate.id}")
    assert "A publisher can publish it" in (await ed.get(f"/staff/releases/{candidate.id}")).text
    live = store.live()
    await ed.post(f"/staff/releases/{candidate.id}/publish", 403, reason="")
    await ed.post(f"/staff/releases/{live.release}/roll-back", 403, reason="")
    assert store.live() == live


async def test_a_worse_release_asks_for_a_written_reason(staff: Any, store: Store, candidate: Release) -> None:
    store.add_check(candidate.id, Check(run=store.put(RUN, msgspec.json.encode(run(9, 190))), report=store.put(REPORT, b""),
                                        answers=store.put(ANSWERS, b"{}")))
    ada = await staff("publisher")
    await ada.get(f"/staff/changes/{candidate.id}")
    assert "1 emergency fewer recognised" in (await ada.get(f"/staff/releases/{candidate.id}/publish")).text
    assert "Say in a sentence" in problems(await ada.post(f"/staff/releases/{candidate.id}/publish", 422, reason="no"))["reason"]
    await ada.post(f"/staff/releases/{candidate.id}/publish", reason="The force asked for it in writing")
    assert store.live().reason == "The force asked for it in writing"


async def test_a_force_s_own_editor_and_publisher_cannot_train_or_publish(staff: Any, store: Store, candidate: Release) -> None:
    kent = await staff("publisher", "kim", force="kent")
    await kent.post("/staff/check/start", 403, note="")
    await kent.post(f"/staff/releases/{candidate.id}/publish", 403, reason="")
    await kent.post(f"/staff/releases/{store.live().release}/roll-back", 403, reason="")


async def test_the_list_shows_words_and_forgets_what_people_deleted(staff: Any, app: Any, store: Store, candidate: Release) -> None:
    ada = await staff("publisher")
    page = (await ada.get(f"/staff/changes/{candidate.id}")).text
    assert "can they fine me in &lt;kent&gt;" in page and "Live says no." in page and "Draft says yes." in page
    assert "Searching someone → Fines and tickets" in page and "right with this release" in page
    assert "999 would no longer be said" not in page, "both messages are gone from the database"


async def test_what_the_draft_worked_on_stands_first_and_open(staff: Any, store: Store, content: Any) -> None:
    path = content / "data/knowledge/national.yml"
    path.write_text(path.read_text("utf-8").replace("    label: Fines and tickets\n", "    label: Penalties\n", 1), "utf-8")
    path = content / "data/nlu/powers_fines.yml"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n      - what is the penalty for spitting\n", "utf-8")
    candidate = _made(store, content, b"another model", "candidate", "Penalties")
    other, danger = (Answered("Call 999.", topics, [None], emergency) for topics, emergency in
                     ((["contact_report_crime"], False), (["emergency", "emergency"], True)))
    gate.keep_changes(store, Changes(candidate.id, store.live().release, "2026-11-21T20:00:00Z", 3, 0, [
        *(Change("alarm_lost", danger, other, text=text, right=right) for text, right in (("a", "then"), ("b", "now"), ("c", "neither"))),
        Change("topic", LIVE, DRAFT, text="can they fine me")]))
    page = words(await (await staff("editor")).get(f"/staff/changes/{candidate.id}"))
    assert page.index("On the topics that this release changes (1)") < page.index("can they fine me") < page.index(
        "Other replies, by chance of the training (3)") < page.index("999 would no longer be said (3: 1 wrongly, 1 rightly, 1 not judged)")
    assert "Somebody is in danger → Reporting a crime (3)" in page and "Searching someone → Penalties (1)" in page


async def test_replies_of_the_same_words_say_what_differs(staff: Any, store: Store, candidate: Release) -> None:
    buttons = msgspec.structs.replace(LIVE, buttons=["Kent"])
    gate.keep_changes(store, Changes(candidate.id, store.live().release, "2026-11-21T20:00:00Z", 3, 0, [
        Change("text", LIVE, buttons, text="can they"), Change("text", LIVE, DRAFT, text="may they")]))
    page = (await (await staff("editor")).get(f"/staff/changes/{candidate.id}")).text
    assert page.count("Both say the same words") == 1 and "What differs: the buttons below." in page
    assert "Buttons: none" in page and "Buttons: Kent" in page


async def test_what_would_change_is_found_out_for_what_is_live_now(staff: Any, store: Store, candidate: Release, content: Any,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple] = []
    monkeypatch.setattr(Jobs, "start", lambda self, *given, **more: begun.append((given, more)))
    other = _made(store, content, b"third", "candidate", "third")
    store.publish(other.id, "ben")
    ada = await staff("publisher")
    assert "hasn’t been compared" in (await ada.get(f"/staff/changes/{candidate.id}")).text
    assert gate.seen_by(store, candidate.id, other.id) == []
    await ada.post(f"/staff/changes/{candidate.id}/find-out")
    assert begun[0][0][0] == "changes" and begun[0][1] == {"candidate": candidate.id}


async def test_the_report_keeps_its_words_and_takes_the_console_s_style(staff: Any, store: Store, candidate: Release) -> None:
    page = (await (await staff("editor")).get(f"/staff/releases/{candidate.id}/report")).text
    assert "<h1>Report</h1>" in page and "<style>" not in page and "http-equiv" not in page and "/staff/releases/report.css" in page


async def test_what_to_do_about_an_unreadable_pointer_is_told_where_releases_are(staff: Any, store: Store, candidate: Release) -> None:
    live, ada = store.live(), await staff("publisher")
    (store.folder / "live").write_bytes(b"{")
    for path in ("/staff/releases", f"/staff/releases/{candidate.id}", f"/staff/changes/{candidate.id}"):
        page = words(await ada.get(path, 409))
        assert "Delete it: then the last of history.jsonl is live again" in page and live.release in page, path
    (store.folder / "live").unlink()
    await ada.get("/staff/releases")


async def test_a_lost_report_is_told_so(staff: Any, store: Store, candidate: Release) -> None:
    store.object_path(store.check_of(candidate).report, REPORT).unlink()
    page = words(await (await staff("editor")).get(f"/staff/releases/{candidate.id}/report", 409))
    assert "report.html with the digest" in page and "Bring it back from a backup" in page


async def test_finding_out_without_a_rasa_says_what_is_missing(staff: Any, store: Store, candidate: Release, tmp_path: Any,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RASA_PYTHON", tmp_path / "python")
    ada = await staff("publisher")
    assert "There is no Python for Rasa" in notice(await ada.submit(f"/staff/changes/{candidate.id}/find-out"))


@pytest.mark.parametrize("path", ["releases", "changes"])
async def test_addresses_of_nothing_are_told_so(staff: Any, store: Store, path: str) -> None:
    ed = await staff("editor")
    for name in ("nothing", "20260101T000000Z-000000000000", "..%2F..%2Flive", "%00"):
        await ed.get(f"/staff/{path}/{name}", 404)


async def test_rolling_back_to_what_was_never_live_is_refused(staff: Any, store: Store, candidate: Release) -> None:
    ada, live = await staff("publisher"), store.live()
    assert "never live" in problems(await ada.post(f"/staff/releases/{candidate.id}/roll-back", 422, reason=""))["reason"]
    assert store.live() == live


async def test_rolling_back_while_somebody_opens_recruitment_is_not_undone_by_that(staff: Any, store: Store, candidate: Release) -> None:
    first, ada = store.live().release, await staff("publisher")
    store.publish(candidate.id, "ben")
    await ada.get(f"/staff/releases/{first}")
    begun, go_on = threading.Event(), threading.Event()

    def change(kent: bytes) -> bytes:
        begun.set()
        go_on.wait(30)
        return kent + b"# open\n"

    opening = asyncio.create_task(asyncio.to_thread(drafts.publish_knowledge, store, {KENT: change}, "ben", "Recruitment of Kent: open"))
    await asyncio.to_thread(begun.wait, 30)
    back = asyncio.create_task(ada.post(f"/staff/releases/{first}/roll-back", reason="people complained"))
    await asyncio.sleep(0.5)
    go_on.set()
    await asyncio.gather(opening, back)
    assert store.live().release == first and [entry.action for entry in store.history()][:2] == ["roll_back", "knowledge"]


async def test_the_list_of_releases_shows_what_is_live_and_who_did_it(
        staff: Any, store: Store, candidate: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASES_URL", f"http://127.0.0.1:{free_port()}")  # not that of an assistant that runs on this machine
    page = (await (await staff("editor")).get("/staff/releases")).text
    assert "More on Kent" in page and "Candidate" in page and "Staff saved for the first time" in page
    assert "release server doesn’t answer" in page


async def test_one_button_starts_with_what_people_asked_lately(staff: Any, store: Store, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple] = []
    monkeypatch.setattr(Jobs, "start", lambda self, *given, **more: begun.append(given))
    ed = await staff("editor")
    for text in ("am i too old", "and in dorset"):
        await ed.client.post("/api/messages", json={"message": text})
    await ed.post("/staff/check/start", note="more examples")
    kind, by, kept, note = begun[0]
    assert (kind, by, note) == ("check", "editor", "more examples")
    assert [[message.text for message in conversation] for conversation in kept] == [["am i too old"], ["and in dorset"]]


async def test_progress_is_shown_and_a_second_start_refused(staff: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("j", "check", "ben", "2026-11-21T20:00:00Z", "running", [Step("copy", 2, 1.0, 2.0), Step("train", 90, 3.0)], 0.0,
              detail="Learning the topics")
    monkeypatch.setattr(jobs, "is_alive", lambda store: True)
    jobs.write(store, job)
    ed = await staff("editor")
    page = (await ed.get("/staff/check")).text
    assert "Learning the topics" in page and "left" in page and "/staff/check/stop" in page
    assert "Training" in (await ed.get("/staff/check/progress", headers={"hx-request": "true"})).text
    assert "started this already" in problems(await ed.post("/staff/check/start", 422, note=""))["note"]
    monkeypatch.setattr(jobs, "is_alive", lambda store: False)
    page = (await ed.get("/staff/check")).text
    assert "cut off before it was finished" in page and "Train and check" in page


async def test_once_it_is_trained_and_checked_the_page_says_so(staff: Any, store: Store, candidate: Release, content: Any) -> None:
    ed = await staff("editor")
    page = (await ed.get("/staff/check")).text
    assert "trained and checked</strong> as it is now" in page and f"/staff/releases/{candidate.id}" in page and "has to be" not in page
    path = content / KENT
    path.write_text(path.read_text("utf-8").replace("Kent Constabulary", "The Kent Constabulary", 1), "utf-8")
    assert "hasn’t been checked as it is now. It has to be trained." in (await ed.get("/staff/check")).text


async def test_a_release_begins_with_its_verdict_and_says_what_is_judged_otherwise(staff: Any, store: Store, candidate: Release) -> None:
    store.add_check(candidate.id, Check(run=store.put(RUN, msgspec.json.encode(run(10, 196))), report=store.put(REPORT, b""),
                                        answers=store.put(ANSWERS, b"{}")))
    page = (await (await staff("editor")).get(f"/staff/releases/{candidate.id}")).text
    assert page.index("Better: 3.0 points more topics are right.") < page.index("How well it understands")
    assert page.count("<td>the topic</td></tr>") == 6


async def test_the_list_of_releases_leads_a_publisher_back(staff: Any, store: Store, candidate: Release) -> None:
    first = store.live().release
    ada = await staff("publisher")
    assert "#roll-back" not in (await ada.get("/staff/releases")).text
    store.publish(candidate.id, "ada")
    page = (await ada.get("/staff/releases")).text
    assert page.count(f"/staff/releases/{first}#roll-back") == 2 and f"{candidate.id}#roll-back" not in page
    assert 'id="roll-back"' in (await ada.get(f"/staff/releases/{first}")).text
    for reader in (await staff("editor"), await staff("publisher", "kim", force="kent")):
        assert "#roll-back" not in (await reader.get("/staff/releases")).text


async def test_after_a_roll_back_the_way_back_is_not_to_what_was_rolled_back(
        staff: Any, store: Store, candidate: Release, content: Any) -> None:
    first, ada = store.live().release, await staff("publisher")
    leads = 'Roll back to what was live before</a> ('
    store.publish(candidate.id, "ada")
    assert leads in (await ada.get("/staff/releases")).text
    store.publish(first, "ada", "roll_back")
    assert leads not in (await ada.get("/staff/releases")).text
    store.publish(candidate.id, "ada")
    store.publish(_made(store, content, b"third", "candidate", "third").id, "ada")
    store.publish(candidate.id, "ada", "roll_back")
    assert f"{leads}{store.get(first).note}" in (await ada.get("/staff/releases")).text


async def test_the_page_says_when_all_parts_have_it(staff: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    model, facts = Follower("rasa", "model", False, 1.0), Follower("actions", "knowledge", True, 1.0)
    asks = 'hx-get="/staff/releases/following"'
    monkeypatch.setattr(followers, "following", lambda: Following([model, facts]))
    ada = await staff("editor")
    page = (await ada.get("/staff/releases")).text
    assert "1 of 2 parts of the assistant have it." in page and asks in page
    monkeypatch.setattr(followers, "following", lambda: Following([msgspec.structs.replace(model, current=True), facts]))
    part = (await ada.get("/staff/releases/following")).text
    assert "2 of 2 parts of the assistant have it." in part and asks not in part and "<html" not in part


async def test_before_the_first_save_every_page_says_what_it_ends(staff: Any, content: Any) -> None:
    store, ed = Store(), await staff("editor")
    release = _made(store, content, b"a model", "files", "Made from the project's files")
    store.publish(release.id, "make run", "first", follows_files=True)
    ends = "Now an engineer’s files are live at once."
    for path in ("inbox", "topics", "answers", "releases"):
        assert ends in (await ed.get(f"/staff/{path}")).text
    assert "project&#39;s files, " in (page := (await ed.get("/staff/releases")).text) and "an engineer (make run)" in page
    drafts.before_editing(store, "ed")
    page = words(await ed.get("/staff/releases"))
    assert ends not in page and "Staff saved for the first time: from here on only what is published is live" in page


async def test_a_mistake_in_the_draft_is_told_before_anything_is_started(staff: Any, store: Store, content: Any) -> None:
    (content / KENT).write_text("id: [kent\n", "utf-8")
    page = (await (await staff("editor")).get("/staff/check")).text
    assert "kent.yml:" in page and "/staff/check/start" not in page


async def test_nothing_inside_goes_through_a_proxy(staff: Any, store: Store, rasa: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    ada, releases = await staff("editor"), ReleasesOnTheWire()
    page = await ada.submit("/staff/try/ask", message="can they search me")
    assert "You said: can they search me" in page.text
    await releases.start()
    monkeypatch.setenv("RELEASES_URL", releases.url)
    try:
        assert "release server doesn’t answer" not in (await ada.get("/staff/releases")).text
    finally:
        await releases.stop()
