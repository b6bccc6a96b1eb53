"""Figures: every answer counted once, kept without persons, drawn, tabled and downloaded alike."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa

from door import counts
from door.database import daily_counts
from door.staff import plots
from tests.door.rasa_on_the_wire import reply
from tests.staff.harness import problems

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def ask(app, rasa) -> Any:
    async def ask(text: str, *customs: dict, token: str | None = None, id: str | None = None) -> tuple[str, Any]:
        rasa.replies = [reply("So.", **custom) for custom in customs]
        return await app.state.service.ask(text, token, id)
    return ask


async def table(person, name: str, query: str = "") -> list[dict[str, str]]:
    answer = await person.get(f"/staff/figures/{name}.csv{query}")
    assert answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_each_answer_counts_once_with_what_became_of_it(app, ask, staff):
    service = app.state.service
    token, turn = await ask("a question", {"topic": "powers_detain"}, id="6f1c0c9e-0000-4000-8000-000000000001")
    await ask("a question", {"topic": "powers_detain"}, token=token, id="6f1c0c9e-0000-4000-8000-000000000001")  # repeated
    await ask("two at once", {"topic": "recruitment_pay", "force": "kent", "scope": "force"}, {"topic": "powers_detain"})
    await ask("zlurp", {"topic": "unclear", "scope": "unknown"})
    await ask("pay in dorset", {"topic": "recruitment_pay", "force": "dorset", "scope": "unknown"})
    await ask("help", {"topic": "emergency", "emergency": True}, {"topic": "emergency", "emergency": True})
    await ask("hello", {"topic": "greet"})
    for helpful in (True, True, False):
        assert await service.rate(token, turn.replies[0].id, helpful)
    ada = await staff("editor")
    rows = {row["id"]: row for row in await table(ada, "topic")}
    assert {topic: row["questions"] for topic, row in rows.items()} == {
        "powers_detain": "2", "recruitment_pay": "2", "unclear": "1", "emergency": "1"}
    assert (rows["powers_detain"]["helped"], rows["powers_detain"]["did not help"]) == ("0", "1")
    assert rows["unclear"]["not understood"] == "1" and rows["emergency"]["emergencies"] == "1"
    assert rows["recruitment_pay"]["no answer held"] == "1" and rows["recruitment_pay"]["understood"] == "2"
    assert {row["id"]: row["questions"] for row in await table(ada, "force")} == {"": "4", "kent": "1", "dorset": "1"}
    assert [list(row.values()) for row in await table(ada, "unanswered")] == [["recruitment_pay", "dorset", "1"]]
    assert [row["channel"] for row in await table(ada, "channel")] == ["web"]


async def test_who_complains_or_asks_about_the_assistant_is_no_question_understood(app, ask, staff):
    await ask("can they detain me", {"topic": "powers_detain"})
    for said, topic in (("that's useless", "not_helpful"), ("are you a robot", "bot_identity"), ("is this saved", "bot_privacy"),
                        ("what can you do", "bot_help"), ("i live in kent", "set_force"), ("no", "deny")):
        await ask(said, {"topic": topic})
    await ask("my house is on fire", {"topic": "emergency", "emergency": True})
    await ask("they're on their way", {"topic": "emergency_called", "emergency": True})
    rows = await table(await staff("editor"), "topic")
    assert {row["id"]: (row["questions"], row["understood"], row["emergencies"]) for row in rows} == {
        "powers_detain": ("1", "1", "0"), "emergency": ("1", "1", "1")}


async def test_counts_stay_when_the_conversation_goes_and_hold_nobody(app, ask, staff):
    token, _ = await ask("I live at my own house", {"topic": "powers_detain"})
    await app.state.service.forget(token)
    ada = await staff("editor")
    assert len(await table(ada, "all")) == 1
    with app.state.service.database.transaction() as connection:
        kept = str(connection.execute(sa.select(daily_counts)).all())
    assert "house" not in kept and set(daily_counts.c.keys()) == {
        "day", "channel", "topic", "force", "scope", "emergency", "answers", "helped", "unhelped"}


def put(app, day: dt.date, number: int = 1, channel: str = "web", **custom: Any) -> None:
    with app.state.service.database.transaction() as connection:
        for _ in range(number):
            counts.count(connection, channel, f"{day}T10:00:00.000000Z", [{"topic": "powers_detain", "scope": "national", **custom}])


async def test_filters(app, staff):
    put(app, TODAY, 3)
    put(app, TODAY, 2, "telegram", force="kent")
    put(app, TODAY - dt.timedelta(days=40), 5)
    ada = await staff("editor")

    async def questions(query: str) -> int:
        return sum(int(row["questions"]) for row in await table(ada, "day", query))

    assert await questions("") == 5
    assert await questions("?channel=telegram") == 2 and await questions("?force=kent") == 2
    assert await questions("?force=kent&channel=web") == 0
    assert await questions(f"?from={TODAY - dt.timedelta(days=50)}&to={TODAY - dt.timedelta(days=30)}") == 5
    assert len(await table(ada, "day")) == 30
    assert len(await table(ada, "day", f"?from={TODAY - dt.timedelta(days=364)}")) <= 53


async def test_plot_and_table_say_the_same(app, staff):
    put(app, TODAY, 3)
    put(app, TODAY, 4, topic="unclear", scope="unknown")
    ada = await staff("editor")
    page = (await ada.get("/staff/figures")).text
    plot = re.search(r'<svg class="plot".*?</svg>', page, re.S)[0]
    label = f"{TODAY.day} {TODAY:%b}"
    assert re.findall(r"<title>(.*?)</title>", plot) == [f"{label}: 3 answered", f"{label}: 4 not understood"]
    first, second = (float(tall) for tall in re.findall(r'height="([\d.]+)"><title>', plot))
    assert first / second == pytest.approx(3 / 4, abs=0.01)
    assert 'style="' not in page and page.count("<svg class=\"plot\"") == 4 and "43%" in page and "57%" in page


@pytest.mark.parametrize("query, field", [
    ("from=yesterday", "from"), ("from=2026-02-30", "from"), ("to=<script>", "to"), (f"from={TODAY}&to=2020-01-01", "to"),
    ("from=1900-01-01", "to"), ("from=0001-01-01&to=9999-12-31", "to"), ("from=%00", "from"),
])
async def test_wrong_days_are_told_beside_the_field(staff, query, field):
    ada = await staff("editor")
    answer = await ada.get(f"/staff/figures?{query}", 422)
    assert list(problems(answer)) == [field] and "<script>" not in answer.text.replace("<script src", "")


async def test_hostile_filters_are_ignored(app, staff):
    put(app, TODAY, 1)
    ada = await staff("editor")
    for query in ("force=%27%20OR%201=1", "channel=<b>", "force=../../etc", "channel=" + "x" * 5_000):
        assert "<b>" not in (await ada.get(f"/staff/figures?{query}")).text
    for name in ("passwords", "..%2f..%2fetc", "day.csv"):
        await ada.get(f"/staff/figures/{name}.csv", 404)


async def test_a_spreadsheet_runs_nothing(app, staff):
    put(app, TODAY, 1, topic="=cmd|' /C calc'!A0")
    assert (await table(await staff("editor"), "topic"))[0]["id"].startswith("'=")


def test_words_in_a_plot_are_escaped():
    svg = plots.rows("<t>", [("<script>", 1)], "x") + plots.columns("<t>", ["<b>"], [("<i>", [1])], "y")
    assert not re.search(r"<(script|b|i|t)>", svg)


@pytest.mark.parametrize("value, top", [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (15, 20), (33, 40), (81, 100),
                                        (100, 100), (101, 200), (999, 1000)])
def test_the_axis_is_round(value, top):
    assert plots._round_up(value) == top
