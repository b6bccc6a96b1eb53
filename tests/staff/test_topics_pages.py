"""Topics: examples, a new topic, renaming, merging, as somebody in a browser does it."""

from __future__ import annotations

import pytest

from door.staff import advice, understanding
from tests.content.small_project import git
from tests.staff.editing_harness import field, text, words
from tests.staff.editing_project import project as project
from tests.staff.harness import console, notice, problems, title

AT = "/staff/topics"
NEW = {"group": "powers", "name": "dogs", "label": "Dogs", "question": "Can a PCSO seize my dog?",
       "text": "No, a PCSO can't seize your dog.",
       "sources": "act", "checked": "2026-01-05", "examples": "can they take my dog\nseize dog\nmy dog was taken\ndogs\nwho takes dogs"}
HOSTILE = ["| pipe", "- dash", "# hash", "{{ 7*7 }}", "'); DROP TABLE x;--", "<script>alert(1)</script>", "a: b: c", "\u202egnp.exe",
           "x" * 900,
           "&anchor *alias", "%TAG ! !", "null", "é 漢字 👋", "!!python/object:os.system"]


async def test_a_topic_is_called_by_its_label_everywhere(project, staff):
    ada = await staff("administrator")
    page = await ada.get(AT)
    assert "Holding someone powers_detain" in words(page) and "Says hello greet" in words(page)
    for path in ("", "/after", "/points", "/merge"):
        page = await ada.get(f"{AT}/powers_search{path}")
        assert "Searching people" in page.text and not {title(page), words(page).split(" – ")[0]} & {"powers_search"}
    assert title(await ada.get(AT + "/powers_search")) == "Searching people" and title(await ada.get(AT + "/greet")) == "Says hello"
    checked = await ada.post(AT + "/powers_detain/add", 200, examples="can they search my bags", do="check")
    assert "nearly the same stands in Searching people" in words(checked)
    await ada.submit(AT + "/powers_search/add", examples="through my pockets", do="add")
    assert "examples added Searching people powers_search" in words(await ada.get("/staff/trail"))


async def test_the_list_and_the_search(project, staff):
    ada = await staff("editor")
    page = await ada.get(AT)
    assert title(page) == "Topics" and "powers_detain" in page.text
    found = await ada.get(AT + "?q=search+bag")
    assert "can they search my bag" in found.text and "how long can they keep me" not in found.text


async def test_an_example_is_taught_with_advice_and_taken_back(project, staff):
    ada = await staff("editor")
    page = await ada.submit(AT + "/powers_detain/add", examples="may i just walk off\nam i free to go", do="add")
    assert notice(page) == "Added to the draft."
    assert "      - am i free to go\n" in text(project, "data/nlu/powers.yml")
    assert "can’t be asked" in page.text and "am i free to go" in page.text
    assert git(project, "log", "-1", "--format=%an <%ae>") == "Editor <editor@staff.invalid>"
    await ada.submit(AT + "/powers_detain/take-back", examples="may i just walk off\nam i free to go")
    assert "am i free to go" not in text(project, "data/nlu/powers.yml")


async def test_a_conflict_is_told_in_the_very_notice(project, staff):
    ada = await staff("editor")
    page = await ada.submit(AT + "/powers_detain/add", examples="can they search my bags\nmay i go home", do="add")
    assert notice(page) == ("Added to the draft. But ‘can they search my bags’ is nearly the same as ‘can they search my bag’ in "
                            "‘Searching people’: the assistant can’t tell the two topics apart by it. Decide for one of them.")
    assert 'class="notice warn"' in page.text and "take-back" in page.text
    page = await ada.submit(AT + "/powers_detain/add", examples="am i free to go now", do="add")
    assert notice(page) == "Added to the draft." and 'class="notice"' in page.text


async def test_sources_to_choose_from_are_closed_and_by_title(project, staff):
    path = project / "data/knowledge/national.yml"
    zoo = "sources:\n  zoo:\n    title: a page of the zoo\n    publisher: Zoo\n"
    path.write_text(path.read_text("utf-8").replace("sources:\n", zoo, 1), "utf-8")
    ada = await staff("editor")
    page = await ada.get(AT + "/new")
    assert "<details><summary>Choose from 2 sources of this file</summary>" in page.text
    assert page.text.index("a page of the zoo") < page.text.index("Police Reform Act 2002")
    answer = await ada.post("/staff/answers/dorset/powers_detain", 422, text="Ten minutes at most.", do="save")
    assert "<details open><summary>Choose from 1 source of this file</summary>" in answer.text and "sources" in problems(answer)


PERSONAL = "my name is John Smith, call 07700 900123, may i walk off"


async def test_personal_data_is_taken_out_of_an_example_and_said(project, staff):
    ada = await staff("administrator", "ada")
    checked = await ada.post(AT + "/powers_detain/add", 200, examples=PERSONAL, do="check")
    assert "Personal data was taken out: ‘my name is [name], call [phone number], may i walk off’ is what is kept." in words(checked)
    page = await ada.submit(AT + "/powers_detain/add", examples=PERSONAL, do="add")
    assert notice(page).startswith("Added to the draft. Personal data was taken out: ‘my name is [name]") and "07700" not in page.text
    assert "- my name is [name], call [phone number], may i walk off\n" in text(project, "data/nlu/powers.yml")
    await ada.submit(AT + "/powers_detain/after/add", texts="i am John Smith, 07700 900123", means="powers_detain")
    page = await ada.submit(AT + "/new", **{**NEW, "examples": f"{NEW['examples']}\n{PERSONAL} with my dog"})
    assert "Personal data was taken out" in notice(page)
    assert "07700" not in (await ada.get("/staff/trail")).text + git(project, "log", "-p")
    await ada.submit(AT + "/powers_detain/take-back", examples="my name is [name], call [phone number], may i walk off")
    assert "walk off" not in text(project, "data/nlu/powers.yml")


async def test_what_cannot_be_compared_yet_is_said(project, staff, monkeypatch):
    monkeypatch.setattr(understanding, "AT_ONCE", 0)
    monkeypatch.setattr(understanding.Understanding, "_work", lambda self, missing: None)  # it hasn't begun
    ada = await staff("editor")
    answer = await ada.post(AT + "/powers_detain/add", 200, examples="can they search my bags", do="check")
    assert "still being read for the comparison (0% so far)" in words(answer) and "Conflict" not in answer.text
    page = await ada.submit(AT + "/powers_detain/add", examples="can they search my bags", do="add")
    assert notice(page).startswith("Added to the draft. The examples are still being read") and 'class="notice warn"' in page.text
    page = await ada.submit(AT + "/new", **NEW)
    assert "still being read" in notice(page)


async def test_checking_shows_the_neighbours_and_saves_nothing(project, staff):
    ada = await staff("editor")
    before = text(project, "data/nlu/powers.yml")
    part = await ada.client.post(AT + "/powers_detain/check", data={"csrf": (await ada.get("/staff/own")) and ada.csrf,
                                                                    "examples": "can they search my bags"})
    assert part.status_code == 200 and "Conflict" in part.text and "powers_search" in part.text
    assert "<html" not in part.text
    answer = await ada.post(AT + "/powers_detain/add", 200, examples="can they search my bags", do="check")
    assert "Conflict" in answer.text
    assert text(project, "data/nlu/powers.yml") == before


async def test_the_live_assistants_opinion_is_asked_of_one_of_several_and_through_no_proxy(project, make_app, rasa, monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    rasa.parsed = {"intent_ranking": [{"name": "powers_detain", "confidence": 0.81}], "alarm": {"level": "perhaps"}}
    parts = console(await make_app(rasa_url=f"{rasa.url},{rasa.url}")).state.parts
    advised = await advice.about(parts, "may they hold me here", "powers_detain")
    assert advised.live == advice.Opinion([("powers_detain", 0.81)], "perhaps")


async def test_what_the_live_assistant_thinks_is_in_order_and_says_why(project, staff, rasa):
    rasa.parsed = {"intent_ranking": [{"name": name, "confidence": sure} for name, sure in (
        ("powers_detain", 0.35), ("greet", 0.01), ("powers_search", 0.62))]}
    answer = await (await staff("editor")).post(AT + "/powers_detain/add", 200, examples="and how long", do="check")
    assert ("takes it for Holding someone (35%), as one of its particular questions comes nearest; it could also be Searching people "
            "(62%), Says hello (1%)") in " ".join(words(answer).replace(" ,", ",").replace(" ;", ";").split())


@pytest.mark.parametrize(("examples", "words_of_error"), [
    ("", "at least one"), ("can they search my bag", "of powers_search"), ("Can a PCSO hold me?", "an example already, of powers_detain"),
    ("new one here\nnew one here", "stands twice"), ("/restart", "can't begin with '/'"), ("[derby](force)", "brackets"),
    ("y" * 1001, "1,000"),
])
async def test_what_cannot_be_an_example_is_refused_at_its_field(project, staff, examples, words_of_error):
    ada = await staff("editor")
    answer = await ada.post(AT + "/powers_detain/add", 422, examples=examples, do="add")
    assert words_of_error in problems(answer)["examples"]
    assert git(project, "rev-list", "--count", "HEAD") == "1"


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_examples_are_text(project, staff, hostile):
    ada = await staff("editor")
    page = await ada.submit(AT + "/powers_detain/add", examples=hostile, do="add")
    assert "<script>alert" not in page.text and "49" not in words(page).split()
    await ada.get(AT)
    assert git(project, "rev-list", "--count", "HEAD") == "2"


async def test_an_example_is_moved_and_deleted(project, staff):
    ada = await staff("editor")
    form = await ada.get(AT + "/powers_detain/move?text=how+long+can+they+keep+me")
    assert "It belongs to" in form.text
    page = await ada.submit(AT + "/powers_detain/move", text="how long can they keep me", to="powers_search")
    assert notice(page) == "Moved to ‘Searching people’."
    nlu = text(project, "data/nlu/powers.yml")
    assert nlu.index("how long can they keep me") > nlu.index("intent: powers_search")
    await ada.submit(AT + "/powers_search/delete", text="how long can they keep me")
    assert "how long can they keep me" not in text(project, "data/nlu/powers.yml")
    answer = await ada.post(AT + "/powers_search/delete", 422, text="how long can they keep me")
    assert "any more" in problems(answer)["main"]


async def test_a_new_topic_in_one_form_is_one_commit(project, staff):
    ada = await staff("editor")
    await ada.get(AT + "/new?examples=can+they+take+my+dog")
    page = await ada.submit(AT + "/new", **NEW)
    assert title(page) == "Dogs" and notice(page).startswith("The topic ‘Dogs’ is in the draft.")
    assert set(git(project, "show", "--name-only", "--format=", "HEAD").split()) == {
        "data/knowledge/national.yml", "data/nlu/powers_dogs.yml", "data/stories/rules.yml", "domain.yml"}


async def test_a_new_topics_examples_are_compared_too(project, staff):
    ada = await staff("editor")
    page = await ada.submit(AT + "/new", **{**NEW, "examples": NEW["examples"] + "\ncan they search my bags"})
    assert "But ‘can they search my bags’ is nearly the same as ‘can they search my bag’ in ‘Searching people’" in notice(page)
    assert 'class="notice warn"' in page.text and "Conflict:" in page.text


@pytest.mark.parametrize(("wrong", "at"), [
    ({"group": ""}, "group"), ({"name": ""}, "name"), ({"name": "Ü!"}, "name"), ({"name": "detain"}, "name"), ({"label": "x"}, "label"),
    ({"question": "?"}, "question"), ({"examples": "one\ntwo"}, "examples"), ({"text": "short"}, "text"), ({"checked": ""}, "checked"),
    ({"checked": "2999-01-01"}, "checked"), ({"checked": "today"}, "checked"), ({"new_title": "x"}, "new_title"),
    ({"question": "Can a PCSO detain me?"}, "name"),
])
async def test_a_wrong_new_topic_is_refused_at_its_field_and_keeps_what_was_typed(project, staff, wrong, at):
    ada = await staff("editor")
    answer = await ada.post(AT + "/new", 422, **{**NEW, **wrong})
    assert at in problems(answer)
    assert ("No, a PCSO can&#39;t seize your dog." in answer.text) == ("text" not in wrong)
    assert git(project, "rev-list", "--count", "HEAD") == "1"


async def test_all_that_is_wrong_with_a_new_topic_is_said_at_once_in_the_forms_order(project, staff):
    ada = await staff("editor")
    found = problems(await ada.post(AT + "/new", 422, group="powers", name="Dogs!", label="Do", examples="one", text=""))
    assert list(found) == ["name", "label", "question", "examples", "text"]
    assert found["label"].endswith("this has 2") and found["text"] == "The answer: enter 10 to 1,200 characters; this has 0"
    assert list(problems(await ada.post(AT + "/new", 422)))[:4] == ["group", "name", "label", "question"]
    answer = await ada.post("/staff/answers/national/powers_detain", 422, text="", label="", question="", do="save")
    assert list(problems(answer))[:3] == ["label", "question", "text"]


async def test_renaming_carries_everything_along(project, staff):
    ada = await staff("editor")
    await ada.submit(AT + "/new", **NEW)
    page = await ada.submit(AT + "/powers_dogs/rename", name="powers_hounds")
    assert title(page) == "Dogs"
    for name in ("data/knowledge/national.yml", "data/nlu/powers_hounds.yml", "data/stories/rules.yml", "domain.yml"):
        assert "powers_hounds" in text(project, name) and "powers_dogs" not in text(project, name)


async def test_merging_moves_examples_and_says_what_goes(project, staff):
    ada = await staff("editor")
    await ada.submit(AT + "/new", **NEW)
    form = await ada.get(AT + "/powers_dogs/merge?into=powers_search")
    assert "seize your dog" in form.text
    answer = await ada.post(AT + "/powers_dogs/merge", 422, into="powers_search")
    assert "sure" in problems(answer)
    await ada.submit(AT + "/powers_dogs/merge", into="powers_search", sure="yes")
    assert "powers_dogs" not in "".join(text(project, name) for name in (
        "domain.yml", "data/nlu/powers.yml", "data/nlu/powers_dogs.yml", "data/knowledge/national.yml"))
    assert "seize dog" in text(project, "data/nlu/powers.yml")


async def test_a_topic_made_by_mistake_is_undone_without_a_trace_in_the_files(project, staff):
    ada = await staff("editor")
    before = {path: path.read_text("utf-8") for path in sorted(project.rglob("*.yml"))}
    await ada.submit(AT + "/new", **NEW)
    page = await ada.submit(AT + "/powers_dogs/delete-topic")
    assert title(page) == "Topics" and notice(page) == "‘Dogs’ is taken out of the draft, with its examples and its answer."
    after = {path: path.read_text("utf-8") for path in sorted(project.rglob("*.yml")) if path.name != "powers_dogs.yml"}
    assert after == before
    await ada.submit(AT + "/new", **NEW)  # its name is free again
    await ada.post(AT + "/powers_dogs/after/add", texts="and my cat", means="powers_dogs")
    await ada.post(AT + "/powers_detain/after/add", texts="and my dog", means="powers_dogs")
    cost = {"name": "cost", "text": "Nothing says what it costs.", "sources": "act", "checked": "2026-02-03", "do": "save",
            "asked": "what does it cost\nhow much is a dog\ndog price\nprice of a dog\nis a dog dear"}
    await ada.post(AT + "/powers_dogs/points/new", **cost)
    fact = "/staff/answers/dorset/powers_dogs"
    await ada.post(fact, text="In Dorset there are no dogs.", sources="page", checked="2026-02-03", do="save",
                   based_on=field(await ada.get(fact), "based_on"))
    assert notice(await ada.submit(AT + "/powers_dogs/delete-topic")).startswith("‘Dogs’ is taken out")
    assert not [path for path in project.rglob("*.yml") if "powers_dogs" in path.read_text("utf-8")]
    await ada.post(AT + "/powers_detain/points/new", **cost)


async def test_a_topic_that_others_lean_on_is_not_deleted(project, staff):
    ada = await staff("editor")
    await ada.submit(AT + "/new", **NEW)
    path = project / "data/evaluation/powers.yml"
    path.write_text(path.read_text("utf-8") + "- {text: has he a dog, topic: powers_dogs}\n", "utf-8")
    answer = await ada.post(AT + "/powers_dogs/delete-topic", 422)
    assert "Evaluation questions expect it" in problems(answer)["delete"] and title(answer) == "Dogs"
    answer = await ada.post(AT + "/powers_detain/delete-topic", 422)
    assert "rely on the name" in problems(answer)["name"]
    await (await staff("editor", "ben", force="dorset")).post(AT + "/powers_dogs/delete-topic", 403)


async def test_a_name_of_the_contract_stays(project, staff):
    ada = await staff("editor")
    answer = await ada.post(AT + "/powers_detain/rename", 422, name="powers_hold")
    assert "rely on the name" in problems(answer)["name"]


async def test_an_editor_of_one_force_changes_no_topics(project, staff):
    ben = await staff("editor", "ben", force="dorset")
    await ben.get(AT + "/powers_detain")
    for path in ("/powers_detain/add", "/powers_detain/delete", "/powers_detain/move", "/powers_detain/take-back", "/new",
                 "/powers_detain/rename", "/powers_detain/merge"):
        await ben.post(AT + path, 403, examples="x y", text="x", to="y", name="z", into="q")
    assert git(project, "rev-list", "--count", "HEAD") == "1"


async def test_a_file_broken_by_hand_is_told_with_its_line(project, staff):
    path = project / "data/nlu/powers.yml"
    path.write_text(path.read_text("utf-8") + "  - intent: [x\n", "utf-8")
    ada = await staff("editor")
    page = await ada.get(AT, 422)
    assert "made by hand" in problems(page)["q"] and "data/nlu/powers.yml:" in page.text


@pytest.mark.parametrize(("broken", "path"), [
    ("domain.yml", AT + "/powers_detain"), ("data/nlu/powers.yml", AT + "/powers_detain"),
    ("data/follow_ups/powers.yml", AT + "/powers_detain/after"), ("data/knowledge/national.yml", AT + "/powers_detain/points"),
    ("data/knowledge/national.yml", "/staff/answers/dorset/powers_search"),
    ("data/knowledge/forces/dorset.yml", "/staff/exchange/facts.csv"),
    ("data/knowledge/forces/dorset.yml", "/staff/recruitment/dorset"), ("data/knowledge/forces/dorset.yml", "/staff/recruitment"),
])
async def test_every_page_that_needs_a_broken_file_says_the_same(project, staff, broken, path):
    (project / broken).write_text("x: [\n" + text(project, broken), "utf-8")
    page = await (await staff("publisher")).get(path, 409)
    assert title(page) == "A file of the draft has a mistake" and "has to be put right by hand" in page.text


async def test_an_import_into_a_broken_draft_says_so_too(project, staff):
    ada = await staff("editor")
    (project / "data/nlu/powers.yml").write_text("nlu: [\n", "utf-8")
    await ada.get("/staff/exchange")
    page = await ada.client.post("/staff/exchange", data={"csrf": ada.csrf, "kind": "examples.csv"},
                                 files={"file": ("x", b"topic,text\npowers_detain,may they\n")})
    assert page.status_code == 409 and title(page) == "A file of the draft has a mistake"


async def test_what_does_not_exist_is_not_found(project, staff):
    ada = await staff("editor")
    for path in ("/powers_fly", "/powers_fly/rename", "/powers_fly/merge", "/..%2f..%2fetc"):
        await ada.get(AT + path, 404)
