"""Topic × force → the right scope, force, source and words."""

import datetime as dt

import msgspec
import pytest

from knowledge import Fact, Held, NationalAnswer, load, look_up
from knowledge.lookup import TELL_ME, in_general
from knowledge.topics import named


@pytest.fixture(scope="module")
def real():
    return load()


def test_a_forces_own_fact_goes_before_the_national_answer(real):
    reply = look_up(real, "powers_detain", "derbyshire")
    assert (reply.scope, reply.force) == ("force", "derbyshire")
    assert reply.text == real.forces["derbyshire"].facts["powers_detain"].text
    assert reply.sources[0]["publisher"] == "Derbyshire Constabulary"
    assert reply.checked == "2026-11-21"


def test_what_a_force_does_not_say_is_unknown_with_the_national_answer_and_where_to_ask(real):
    assert "powers_detain" not in real.forces["dorset"].facts
    reply = look_up(real, "powers_detain", "dorset")
    assert (reply.scope, reply.force) == ("unknown", "dorset")
    assert "don't have anything reliable from Dorset Police" in reply.text
    assert reply.text.startswith(in_general(real.answers["powers_detain"].text))
    assert real.forces["dorset"].website in reply.text


def test_what_a_text_opens_with_is_not_said_after_nothing_is_held(real):
    force = next(force for force in real.forces.values() if "powers_fines" not in force.facts and not force.without_pcsos)
    for opening in ("It depends on the force. A", "It depends on the force and the situation. A", "It depends on the force: a"):
        opened = msgspec.structs.replace(real.answers["powers_fines"], text=f"{opening} PCSO with the power can give a fine.")
        changed = msgspec.structs.replace(real, answers={**real.answers, "powers_fines": opened})
        assert look_up(changed, "powers_fines", force.id).text.startswith("A PCSO with the power can give a fine.")


def test_a_text_that_only_says_it_depends_is_left_as_it_is():
    assert in_general("It depends on the force. ") == "It depends on the force. "


def test_a_detail_of_a_force_follows_the_national_answer(real):
    kent = real.forces["kent"]
    topic, fact = next((topic, fact) for topic, fact in kent.facts.items() if real.answers[topic].varies)
    adding = {**kent.facts, topic: msgspec.structs.replace(fact, adds=True)}
    changed = msgspec.structs.replace(real, forces={**real.forces, "kent": msgspec.structs.replace(kent, facts=adding)})
    reply = look_up(changed, topic, "kent")
    assert reply.text.startswith(in_general(real.answers[topic].text)) and reply.text.endswith(fact.text)
    assert (reply.scope, reply.force) == ("force", "kent") and len(reply.sources) > len(fact.sources)


def test_a_point_is_answered_instead_of_the_topic_and_a_force_that_may_know_more_is_named(real):
    for name, where in (("appeal", True), ("family", False)):
        point = msgspec.structs.replace(real.points["recruitment_vetting"][name], varies=False, unknown=where, with_force=None)
        changed = msgspec.structs.replace(real, points={"recruitment_vetting": {name: point}})
        silent = next(force for force in real.forces.values() if "recruitment_vetting" not in force.facts and not force.without_pcsos)
        assert look_up(changed, "recruitment_vetting", None, point=name).text == point.text
        reply = look_up(changed, "recruitment_vetting", silent.id, point=name)
        assert reply.text == (f"{point.text}\n\nTo be sure, ask {silent.name}: {silent.website}" if where else point.text)
        assert (reply.topic, reply.force) == ("recruitment_vetting", silent.id)


@pytest.mark.parametrize("adds", [False, True])
def test_what_a_force_says_on_just_that_is_answered_instead_of_all_else(real, adds):
    kent, fact = real.forces["kent"], Fact("Kent Police wants a licence.", ["kent.pcsos_page"], dt.date(2026, 11, 21), adds=adds)
    changed = msgspec.structs.replace(kent, points={"recruitment_eligibility": {"driving": fact}})
    real = msgspec.structs.replace(real, forces={**real.forces, "kent": changed})
    reply = look_up(real, "recruitment_eligibility", "kent", point="driving")
    general = real.points["recruitment_eligibility"]["driving"].with_force
    assert reply.text == (f"{general}\n\n{fact.text}" if adds else fact.text) and (reply.scope, reply.force) == ("force", "kent")
    assert reply.held[-1].key == "kent:recruitment_eligibility/driving"


def test_who_names_no_force_is_told_how_many_say_something_on_just_that(real):
    topic, name = "recruitment_eligibility", "older"
    known = sum(name in force.points.get(topic, {}) for force in real.forces.values())
    assert 1 < known < 20
    assert f"I know more for {known} forces: tell me" in look_up(real, topic, None, point=name).text


@pytest.mark.parametrize("unknown", [False, True])
def test_beside_a_point_stands_what_the_force_says(real, unknown):
    of_force = real.forces["derbyshire"].points
    topic, name = next((topic, name) for topic, points in real.points.items() for name, point in points.items()
                       if point.varies and point.unknown == unknown and not point.with_force and name not in of_force.get(topic, {})
                       and topic in real.forces["derbyshire"].facts)
    point, fact = real.points[topic][name], real.forces["derbyshire"].facts[topic]
    reply = look_up(real, topic, "derbyshire", point=name)
    both = [fact.text, point.text] if unknown else [point.text, fact.text]
    assert reply.text == "\n\n".join(both) and (reply.scope, reply.force) == ("force", "derbyshire")
    assert {source["publisher"] for source in reply.sources} >= {real.sources[key].publisher for key in (*fact.sources, *point.sources)}
    rest = reply.saying([held for held in reply.held if held.key == named(topic, name)])
    assert rest.text == point.text and {source["title"] for source in rest.sources} == {real.sources[key].title for key in point.sources}


def test_a_point_on_which_forces_decide_asks_for_one(real):
    topic, name = next((topic, name) for topic, points in real.points.items() for name, point in points.items()
                       if point.varies and not point.unknown)
    asked = look_up(real, topic, None, point=name)
    assert asked.text.startswith(f"{real.points[topic][name].text}\n\n") and asked.text.endswith(TELL_ME) and asked.scope == "national"
    silent = next(force for force in real.forces.values() if topic not in force.facts and not force.without_pcsos)
    assert look_up(real, topic, silent.id, point=name).scope == "unknown"


def test_where_nothing_is_held_on_a_point_the_scope_says_so(real):
    topic, name = next((topic, name) for topic, points in real.points.items() for name, point in points.items()
                       if point.unknown and not point.varies and not point.sources)
    reply = look_up(real, topic, None, point=name)
    assert reply.scope == "unknown" and not reply.sources and reply.checked is None


def test_where_there_are_no_pcsos_no_point_is_answered(real):
    assert look_up(real, "recruitment_vetting", "norfolk", point="appeal") == look_up(real, "recruitment_vetting", "norfolk")


def test_every_force_has_its_website_to_tell(real):
    reply = look_up(real, "contact_force", "kent")
    assert (reply.scope, reply.force) == ("force", "kent") and reply.text.startswith("Kent Police's website is https://www.kent.police.uk.")
    assert reply.sources[0]["url"] == real.forces["kent"].website and "999" in reply.text


def test_what_holds_everywhere_holds_for_a_force_that_says_nothing(real):
    force = next(force for force in real.forces.values()
                 if "role_history" not in force.facts and not force.without_pcsos)
    assert look_up(real, "role_history", force.id).scope == "national"


def test_without_a_force_the_national_answer_comes_and_the_force_is_asked_for(real):
    reply = look_up(real, "powers_detain", None)
    assert (reply.scope, reply.force) == ("national", None)
    assert "town or police force" in reply.text


@pytest.mark.parametrize("force", ["norfolk", "scotland", "northern_ireland"])
@pytest.mark.parametrize("topic", ["powers_arrest", "duties_schools_youth", "recruitment_apply", "powers_entry"])
def test_where_there_are_no_pcsos_every_question_about_them_is_told_so(real, force, topic):
    reply = look_up(real, topic, force)
    assert reply.scope == "force"
    assert any(word in reply.text
               for word in ("no PCSOs", "no police community support officers", "none", "No PCSO", "abolished")), reply.text


@pytest.mark.parametrize(("like", "force", "begins"), [
    ({"everywhere": True}, "norfolk", "Ask me about dogs."), ({}, "norfolk", "Norfolk "),
    ({"website": True}, "kent", "Kent Police's website is https://"), ({}, "kent", "Ask me about dogs.")])
def test_what_a_topic_is_like_is_data(real, like, force, begins):
    answer = NationalAnswer("Dogs", "Do PCSOs have dogs?", False, "Ask me about dogs.", ["national.govuk_pcso"], dt.date(2026, 11, 21),
                            **like)
    knowledge = msgspec.structs.replace(real, answers={**real.answers, "powers_dogs": answer})
    assert look_up(knowledge, "powers_dogs", force).text.startswith(begins)


def test_every_cell_gives_a_reply_that_keeps_the_contract(real):
    for topic in real.answers:
        for force in (None, *real.forces):
            reply = look_up(real, topic, force)
            assert reply.text and reply.scope in ("force", "national", "unknown")
            assert (reply.checked is None) == (not reply.sources), (topic, force)
            assert all(set(source) >= {"title", "publisher"} for source in reply.sources)


def test_unknown_ids_raise(real):
    with pytest.raises(KeyError):
        look_up(real, "powers_fly", None)
    with pytest.raises(KeyError):
        look_up(real, "powers_detain", "atlantis")


@pytest.mark.parametrize(("text", "short"), [
    ("No. Kent Police says that its PCSOs can't do that. Ask the force.", "No. Kent Police says that its PCSOs can't do that."),
    ("There is no national intake: every force recruits its own PCSOs. See below.",
     "There is no national intake: every force recruits its own PCSOs."),
    ("In 2002.", "In 2002."),
    ("In November 2025 Sussex Police was recruiting PCSOs. It pays well. That may be over.",
     "In November 2025 Sussex Police was recruiting PCSOs. That may be over."),
    ("Call 101 (free) or report it on your force's website. Say when. If somebody is in danger, call 999.",
     "Call 101 (free) or report it on your force's website. If somebody is in danger, call 999."),
])
def test_in_short_is_what_answers_with_its_conditions_and_whom_to_call(text, short):
    assert Held("", text).in_short == short


@pytest.mark.parametrize(("known", "unknown", "words"), [
    (0, False, "For whom to ask where you are, "),
    (1, False, "I know more for one force: "),
    (5, False, "I know more for 5 forces: "),
    (5, True, "For whom to ask where you are, "),
    (99, False, "For the answer where you are, "),
])
def test_what_telling_the_force_would_bring_is_not_promised_where_little_is_held(real, known, unknown, words):
    fact = next(iter(real.forces["kent"].facts.values()))
    forces = {force.id: msgspec.structs.replace(force, facts={"powers_search": fact} if number < known else {})
              for number, force in enumerate(force for force in real.forces.values() if not force.without_pcsos)}
    answer = msgspec.structs.replace(real.answers["powers_search"], unknown=unknown)
    text = look_up(msgspec.structs.replace(real, forces=forces, answers={"powers_search": answer}), "powers_search", None).text
    assert text.endswith(f"\n\n{words}tell me your town or police force.")


@pytest.mark.parametrize(("text", "aside"), [
    ("Where there is a test, Hampshire names level 5.4.", True),
    ("The Met and Devon and Cornwall ask for it.", True),
    ("Kent asks for it, Hampshire doesn't.", False),  # theirs is among them
    ("A PCSO who has the power can do it.", False),
    ("I don't know whether it counts. Hampshire wants it again.", False),  # says so itself
])
def test_what_single_forces_do_is_an_aside_to_somebody_elsewhere(real, text, aside):
    point = msgspec.structs.replace(real.points["recruitment_vetting"]["appeal"], text=text, varies=True, unknown=False)
    kent = msgspec.structs.replace(real.forces["kent"], facts={})
    changed = msgspec.structs.replace(real, points={"recruitment_vetting": {"appeal": point}}, forces={**real.forces, "kent": kent})
    reply = look_up(changed, "recruitment_vetting", "kent", point="appeal")
    assert reply.text.startswith(f"I don't know about Kent Police. {text}") == aside
    assert reply.text.endswith("To be sure, ask Kent Police: https://www.kent.police.uk") and reply.scope == "unknown"


def test_what_forces_say_on_the_topic_is_not_said_beside_a_point_that_stands_alone(real):
    point = msgspec.structs.replace(real.points["recruitment_vetting"]["appeal"], alone=True)
    assert "recruitment_vetting" in real.forces["derbyshire"].facts
    changed = msgspec.structs.replace(real, points={"recruitment_vetting": {"appeal": point}})
    of_force = real.forces["derbyshire"].facts["recruitment_vetting"].text
    for surely in (True, False):  # where another point comes near, it may be what was asked
        reply = look_up(changed, "recruitment_vetting", "derbyshire", point="appeal", surely=surely)
        assert point.text in reply.text and (of_force in reply.text) != surely
