"""The inbox: which messages come in, that they're grouped, taught with a click, undone, and hold nothing personal."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from door.content import nlu_text
from door.staff import inbox
from door.store import ago
from tests.door.rasa_on_the_wire import reply
from tests.staff.harness import notice, problems, title


class Public:
    """People who ask the door; `rasa` answers as each test says."""

    def __init__(self, app: Any, rasa: Any):
        self._service, self._rasa = app.state.service, rasa

    async def ask(self, text: str, topic: str = "unclear", confidence: float = 0.1, ranking: Any = (), token: str | None = None,
                  replies: Any = None) -> str:
        self._rasa.replies = replies or [reply("I'm not sure what you mean." if topic == "unclear" else "So it is.", topic=topic)]
        understood = {"topic": topic, "danger": "none", "confidence": confidence, "ranking": [list(pair) for pair in ranking]}
        self._rasa.understood = understood if confidence else None
        token, self.turn = await self._service.ask(text, token, None)
        return token

    async def rate(self, token: str, helpful: bool) -> None:
        await self._service.rate(token, self.turn.replies[0].id, helpful)


@pytest.fixture
def public(app, rasa) -> Public:
    return Public(app, rasa)


def cards(answer) -> list[str]:
    return re.findall(r'<li class="card".*?</li>', answer.text, re.S)


def picked(answer) -> list[str]:
    return re.findall(r'name="picked"[^>]*value="(\w+)"', answer.text)


def examples(content, topic: str) -> list[str]:
    return [example.text for path in sorted((content / "data" / "nlu").glob("*.yml"))
            for example in nlu_text.read(path.read_text("utf-8")).examples if example.topic == topic]


async def test_only_what_may_be_wrong_comes_in(public, staff):
    await public.ask("what is a pcso", "role_definition", 0.95)
    await public.ask("qwop zlurp", "unclear")
    await public.ask("can they take my scooter", "powers_vehicles", 0.3, [("powers_vehicles", 0.3), ("powers_traffic", 0.2)])
    token = await public.ask("how do I apply in Kent", "recruitment_apply", 0.9)
    await public.rate(token, False)
    token = await public.ask("tell me about pay", "recruitment_pay", 0.9)
    await public.ask("no, I meant their powers", "powers_overview", 0.9, token=token)
    token = await public.ask("do they wear a badge", "role_identify", 0.9)
    await public.ask("no thanks", "deny", 0.2, token=token)
    await public.ask("hiya", "greet", 0.2)
    page = await (await staff("editor")).get("/staff/inbox")
    found = {re.search(r"<h2[^>]*>(.*?)</h2>", card)[1]: re.findall(r'class="tag warn">(.*?)<', card) for card in cards(page)}
    assert found == {"qwop zlurp": ["Not understood"], "can they take my scooter": ["Unsure"],
                     "how do I apply in Kent": ["Didn’t help"], "tell me about pay": ["Corrected by the person"]}


async def test_personal_data_is_gone_before_it_comes_here(public, staff):
    await public.ask("my name is Joanna Smith and my number is 07700 900123, can they take my scooter", confidence=0.1)
    page = (await (await staff("editor")).get("/staff/inbox")).text
    assert "07700" not in page and "scooter" in page


async def test_alike_messages_are_one_card_and_the_most_asked_is_first(public, staff):
    await public.ask("how tall must one be to join")
    for text in ("can a pcso take my scooter away", "can a pcso take away my scooter", "Can a PCSO take my scooter away?"):
        await public.ask(text, ranking=[("powers_vehicles", 0.14), ("powers_traffic", 0.1), ("powers_obey", 0.05)])
    page = await (await staff("editor")).get("/staff/inbox")
    first, second = cards(page)
    assert "scooter" in first and "Asked 3 times" in first and first.count('type="checkbox"') == 2 and "how tall" in second
    assert re.findall(r'name="do" value="(\w+)" data-key="\d"', first) == ["powers_vehicles", "powers_traffic", "powers_obey"]
    assert "14% sure" in first


async def test_what_is_alike_but_says_something_else_is_not_ticked(public, staff):
    for text in ("there's a man shouting at people by the bus stop", "there is a man at the bus stop shouting at people",
                 "No, hes already in the job. Somebody spat in his face. what happens to people who do that"):
        await public.ask(text)
    await public.ask("there's a man shouting at people by the bus stop")
    card, = cards(await (await staff("editor")).get("/staff/inbox"))
    ticked = re.findall(r'value="\w+"( checked)?>\s*<label[^>]*>(\w+)', card)
    assert sorted(ticked) == [("", "No"), (" checked", "there"), (" checked", "there")]


async def test_what_may_have_been_an_emergency_is_first_alone_and_marked(public, staff):
    for _ in range(3):
        await public.ask("ok but its over now he aint here. would a pcso walk my road or something")
    await public.ask("right im going to jump. who can i talk to", "contact_general", 0.3, [("contact_report_crime", 0.3)])
    await public.ask("he wont let me out of the flat", "contact_report_crime", 0.8, [("contact_report_crime", 0.8), ("emergency", 0.15)])
    ada = await staff("editor")
    found = cards(await ada.get("/staff/inbox"))
    assert ["Perhaps an emergency" in card for card in found] == [True, True, False] and "its over now" in found[2]
    assert all(re.search(r'value="emergency" class=""', card) and 'class="tag bad"' in card for card in found[:2])
    assert len(cards(await ada.get("/staff/inbox?why=danger"))) == 2


async def test_what_was_answered_with_999_is_no_missed_emergency(public, staff):
    reply_999 = reply("Call 999 now.", topic="emergency", emergency=True)
    await public.ask("he wont let me out of the flat", "contact_report_crime", 0.8, [("contact_report_crime", 0.8), ("emergency", 0.15)],
                     replies=[reply_999, reply("So it is.", topic="contact_report_crime")])
    await public.ask("right im going to jump", "contact_general", 0.3, [("emergency", 0.2)], replies=[reply_999])
    found = cards(await (await staff("editor")).get("/staff/inbox"))
    assert len(found) == 1 and "Unsure" in found[0] and "Perhaps an emergency" not in found[0]


async def test_without_rasas_word_the_nearest_examples_say_what_it_may_be(app, content, public, staff):
    ada = await staff("editor")
    understanding = ada.parts.understanding
    while understanding.progress() < 1:
        pass
    await public.ask(examples(content, "powers_search")[0] + " then", confidence=0)
    page = await ada.get("/staff/inbox")
    assert re.findall(r'name="do" value="(\w+)" data-key="\d"', page.text)[0] == "powers_search" and "% alike" in page.text


async def test_a_click_teaches_and_another_undoes(content, public, staff):
    for text in ("can a pcso take my scooter away", "can a pcso take away my scooter"):
        await public.ask(text, ranking=[("powers_vehicles", 0.14)])
    ada = await staff("editor")
    before = examples(content, "powers_vehicles")
    page = await ada.get("/staff/inbox")
    done = await ada.submit("/staff/inbox", picked=picked(page), do="powers_vehicles", place="1")
    quoted = "‘can a pcso take away my scooter’, ‘can a pcso take my scooter away’"
    assert notice(done).startswith(f"2 messages taught as ‘Seizing vehicles’: {quoted}.") and not cards(done)
    assert set(examples(content, "powers_vehicles")) - set(before) == {"can a pcso take my scooter away", "can a pcso take away my scooter"}
    log = subprocess.run(["git", "-C", content, "log", "-1", "--format=%an <%ae> %s"], capture_output=True, text=True, check=True).stdout
    assert log.startswith("Editor <editor@staff.invalid> powers_vehicles:")
    batch = re.search(r'name="batch" value="(\w+)"', done.text)[1]
    undone = await ada.submit("/staff/inbox/undo", batch=batch)
    assert notice(undone) == "Undone: 2 messages back in the inbox." and len(cards(undone)) == 1
    assert examples(content, "powers_vehicles") == before
    await ada.post("/staff/inbox/undo", 404, batch=batch)


async def test_only_what_is_ticked_is_taught(content, public, staff):
    for text in ("can a pcso take my scooter away", "can a pcso take away my scooter"):
        await public.ask(text)
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    done = await ada.submit("/staff/inbox", picked=picked(page)[:1], do="powers_vehicles", place="1")
    assert len(cards(done)) == 1 and len([text for text in examples(content, "powers_vehicles") if "scooter" in text]) == 1
    await ada.get("/staff/inbox")
    refused = await ada.post("/staff/inbox", 422, do="powers_vehicles", place="1")
    assert list(problems(refused)) == ["card-1"] and 'id="card-1"' in refused.text


@pytest.mark.parametrize("what, topic", [("out_of_scope", "out_of_scope"), ("emergency", "emergency")])
async def test_not_for_us_and_emergencies_are_taught_too(content, public, staff, what, topic):
    await public.ask("the bloke next door is at it again")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    await ada.submit("/staff/inbox", picked=picked(page), do=what, place="1")
    assert "the bloke next door is at it again" in examples(content, topic)


async def test_another_topic_is_chosen_from_the_list(content, public, staff):
    await public.ask("how tall must one be")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    refused = await ada.post("/staff/inbox", 422, picked=picked(page), do="other", place="1")
    assert list(problems(refused)) == ["topic-1"] and 'id="topic-1"' in refused.text
    await ada.submit("/staff/inbox", picked=picked(page), do="other", topic="recruitment_eligibility", place="1")
    assert "how tall must one be" in examples(content, "recruitment_eligibility")


async def test_nothing_to_teach_keeps_no_words(app, content, public, staff):
    await public.ask("qwop zlurp")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    done = await ada.submit("/staff/inbox", picked=picked(page), do="nothing", place="1")
    assert not cards(done)
    with app.state.service.database.transaction() as connection:
        assert "zlurp" not in str(connection.execute(inbox.decisions.select()).all())
    await public.ask("qwop ... zlurp!")  # the same again: no need to decide again
    assert not cards(await ada.get("/staff/inbox"))


async def test_what_only_makes_sense_after_an_answer_is_taught_there(public, staff):
    for _ in range(2):
        token = await public.ask("can they take my scooter", "powers_vehicles", 0.95)
        await public.ask("and search me", token=token)
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    card, = cards(page)
    assert "Before it the person asked" in card and "can they take my scooter" in card and "So it is." in card
    form = await ada.post("/staff/inbox", 200, picked=picked(page), do="after", place="1")
    assert 'action="/staff/topics/powers_vehicles/after/add"' in form.text
    assert re.search(r'<textarea[^>]*name="texts"[^>]*>\s*and search me\s*</textarea>', form.text)
    await ada.submit("/staff/topics/powers_vehicles/after/add", texts="and search me", means="powers_search")
    assert not cards(await ada.get("/staff/inbox"))
    await public.ask("and search me")  # after nothing it means nothing
    assert len(cards(await ada.get("/staff/inbox"))) == 1


async def test_what_came_after_no_answer_can_not_be_taught_as_if(public, staff):
    await public.ask("and search me")
    token = await public.ask("hiya", "greet", 0.95)
    await public.ask("how long will they be", token=token)
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    assert 'value="after"' not in page.text and "Before it the person asked" in page.text
    refused = await ada.post("/staff/inbox", 422, picked=picked(page), do="after", place="1")
    assert "No answer came before it" in problems(refused)["card-1"]


async def test_a_correction_and_what_it_was_answered_with_are_shown(public, staff):
    token = await public.ask("tell me about pay", "recruitment_pay", 0.9)
    await public.ask("no, I meant their powers", "powers_overview", 0.9, token=token)
    page = await (await staff("editor")).get("/staff/inbox")
    assert re.search(r"Then the person wrote <q[^>]*>no, I meant their powers</q>, and was answered with PCSO powers\.", page.text)


async def test_why_the_less_sure_topic_was_chosen_is_said(public, staff):
    await public.ask("blue light card for pcso", "role_identify", 0.35, [("role_identify", 0.35), ("recruitment_pay", 0.62)])
    await public.ask("can they take my scooter", "powers_vehicles", 0.3, [("powers_vehicles", 0.3), ("powers_traffic", 0.2)])
    blue, scooter = sorted(cards(await (await staff("editor")).get("/staff/inbox")), key=lambda card: "scooter" in card)
    assert "(35% sure): one of its particular questions came nearest, though Pay and holidays is surer as a whole." in blue
    assert "surer as a whole" not in scooter


async def test_a_new_topic_begins_with_the_messages(public, staff):
    await public.ask("can I stroke the police dog")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    form = await ada.post("/staff/inbox", 200, picked=picked(page), do="new", place="1")
    assert title(form) == "Add a topic" and 'action="/staff/topics/new"' in form.text
    assert re.search(r'<textarea[^>]*name="examples"[^>]*>\s*can I stroke the police dog\s*</textarea>', form.text)


async def test_what_is_an_example_of_another_topic_is_refused_in_words(content, public, staff):
    there = examples(content, "powers_search")[0]
    token = await public.ask(there, "powers_detain", 0.9)
    await public.rate(token, False)
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    refused = await ada.post("/staff/inbox", 422, picked=picked(page), do="powers_detain", place="1")
    assert "is an example already, of powers_search" in problems(refused)["card-1"]
    assert there not in examples(content, "powers_detain") and len(cards(refused)) == 1


async def test_a_deleted_conversation_leaves_the_inbox(app, public, staff):
    token = await public.ask("can they take my scooter")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    await app.state.service.forget(token)
    assert not cards(await ada.get("/staff/inbox"))
    refused = await ada.post("/staff/inbox", 422, picked=picked(page), do="powers_vehicles", place="1")
    assert "dealt with or deleted meanwhile" in problems(refused)["card-1"]


async def test_what_was_taught_comes_back_if_it_fails_after_a_publication(app, public, staff):
    database = app.state.service.database
    await public.ask("can they take my scooter")
    inbox.decide(database, "b", "ada", {"can they take my scooter": None}, "powers_vehicles", ago(200))
    assert inbox.open_questions(database, 30, None) == []
    assert len(inbox.open_questions(database, 30, ago(100))) == 1  # asked after the publication that should have learnt it
    assert inbox.open_questions(database, 30, ago(300)) == []  # published before it was taught
    assert inbox.open_questions(database, 30, ago(-100)) == []  # not asked since


async def test_an_editor_of_one_force_reads_but_does_not_teach(content, public, staff):
    await public.ask("can they take my scooter")
    bob = await staff("editor", "bob", force="kent")
    page = await bob.get("/staff/inbox")
    assert len(cards(page)) == 1 and 'name="do"' not in page.text
    assert title(await bob.post("/staff/inbox", 403, picked=picked(page), do="powers_vehicles")) == "You can’t do this"


HOSTILE = ["<script>alert(1)</script>", "{{7*7}}", "- intent: x\n  examples: |", "]( [x](y) {z}", "'; DROP TABLE messages; --",
           "\u202eevil", "a: b # c", "…" * 500, "💣 can they 💣"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_messages_are_shown_as_text_and_break_no_file(content, public, staff, text):
    await public.ask(text)
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    assert "<script>alert" not in page.text and "49" not in title(page)
    if not cards(page):
        return
    answer = await ada.client.post("/staff/inbox", data={"csrf": ada.csrf, "picked": picked(page), "do": "powers_vehicles", "place": "1"})
    assert answer.status_code in (303, 422)
    assert len(examples(content, "powers_vehicles")) == 3 + (answer.status_code == 303)


@pytest.mark.parametrize("fields", [
    {"do": "../x"}, {"do": "nonsense"}, {"do": "unclear_"}, {"do": ""}, {"do": "other", "topic": "<b>"},
    {"do": "powers_vehicles", "place": "<b>"}, {"do": "powers_vehicles", "place": "9" * 400},
    {"do": "nothing", "why": "x&page=2#y", "page": "-1"}, {"do": "new", "place": "\r\nset-cookie: a=b"},
])
async def test_hostile_fields_do_no_harm(content, public, staff, fields):
    await public.ask("can they take my scooter")
    ada = await staff("editor")
    page = await ada.get("/staff/inbox")
    answer = await ada.client.post("/staff/inbox", data={"csrf": ada.csrf, "picked": picked(page), **fields})
    assert answer.status_code in (200, 303, 422) and "set-cookie" not in answer.headers and "<b>" not in answer.text
    for query in ("page=-1", "page=x", "page=99999", "why=%00", "why=x", "page=%F0%9F%92%A3"):
        await ada.get(f"/staff/inbox?{query}")


async def test_the_public_sees_nothing_of_it(app, public, stranger, rasa):
    token = await public.ask("can they take my scooter", "powers_vehicles", 0.314159265, [("powers_vehicles", 0.314159265)])
    person = stranger()
    shown = (await person.client.get("/api/conversation", headers={"authorization": f"Bearer {token}"})).text
    assert "0.314159265" not in shown and "ranking" not in shown
    assert json.loads(shown)["messages"][1]["custom"]["topic"] == "powers_vehicles"


async def test_a_mistake_made_by_hand_is_told_and_figures_go_on(content, public, staff):
    await public.ask("can they take my scooter")
    ada = await staff("editor")
    (content / "data" / "nlu" / "powers_search.yml").write_text("nlu:\n  - intent: [", "utf-8")
    page = await ada.get("/staff/inbox", 409)
    assert title(page) == "A file of the draft has a mistake" and "line 2" in page.text
    await ada.get("/staff/figures")


def test_what_counts_as_a_correction():
    corrections = ["no, I meant the other force", "No I mean stop and search", "that's not what I asked", "nope", "wrong one",
                   "not what i wanted"]
    answers = ["no thanks", "no", "no thank you very much", "nobody told me", "is it wrong to film them", "not yet"]
    assert [text for text in corrections + answers if inbox._CORRECTION.search(text)] == corrections
