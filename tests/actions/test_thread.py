"""The thread: what a message means after what was said before, one case a line."""

import msgspec
import pytest

from actions.compare import topic_of
from actions.thread import resolve
from actions.turn import Asked, Place, Turn, _meant, _settled_by_county
from knowledge import load

DERBY = Place("Derby", ("derbyshire",), True)
DORSET = Place("Dorset", ("dorset",), True)
DEVON = Place("Devon", ("devon_and_cornwall",), True)
THE_MET = Place("Metropolitan Police Service", ("metropolitan",), True, "the met")
HOLT = Place("Holt", ("norfolk", "dorset"), False)
GWENT = Place("Gwent", ("gwent",), True)
NEWPORT = Place("Newport", ("gwent", "west_mercia"), False)
KENT = Place("Kent", ("kent",), True, "Kent", is_force=True)
THE_DORSET = Place("Dorset", ("dorset",), True, "Dorset", is_force=True)
WIGHT = Place("Isle of Wight", ("hampshire",), True, "Isle of Wight", is_force=True)
NEWPORTS = Place("Newport", ("gwent", "hampshire", "west_mercia"), True, "newport")
GILLINGHAM = Place("Gillingham", ("dorset", "kent"), False, "Gillingham")
# Two forces have it, the county's own first.
LINCOLNSHIRE = Place("Lincolnshire", ("lincolnshire", "humberside"), False, "Lincolnshire", is_force=True)
KIRTON = Place("Kirton", ("lincolnshire", "suffolk", "humberside"), False, "Kirton")
GLOSSOP = Place("Glossop", ("derbyshire",), True, "Glossop")


@pytest.fixture(scope="module")
def knowledge():
    return load()


def turn(text, intent, places=(), force=None, topic=None, pending=None, asked=None):
    return Turn(text=text, intent=intent, places=tuple(places), ranking=(), alarm_level="none", language="en",
                asked=tuple(Asked(name, 0.9, tuple(where)) for name, where in asked or [(intent, places)]),
                force=force, topic=topic, pending=pending or {})


@pytest.mark.parametrize(("case", "topic", "force"), [
    # a question by itself
    (turn("can they detain me", "powers_detain"), "powers_detain", None),
    (turn("can they detain me in dorset", "powers_detain", [DORSET]), "powers_detain", "dorset"),
    (turn("same rule in dorset?", "force_compare", [DORSET], topic="powers_alcohol_tobacco"), "powers_alcohol_tobacco", "dorset"),
    # whose a place is
    (turn("is Gillingham in Kent or Dorset police", "force_compare", [GILLINGHAM, KENT, THE_DORSET]), "force_for_place", None),
    (turn("i live in Glossop, is that Kent police", "force_compare", [GLOSSOP, KENT]), "force_for_place", "derbyshire"),
    (turn("is Glossop Kent or Dorset", "role_where", [GLOSSOP, KENT, THE_DORSET], topic="recruitment_pay"),
     "force_for_place", "derbyshire"),
    (turn("is the pay in Glossop better than Kent", "force_compare", [GLOSSOP, KENT]), "force_compare", None),
    # the force is kept
    (turn("can they search me?", "powers_search", force="dorset", topic="powers_detain"), "powers_search", "dorset"),
    # another force for the last topic
    (turn("and in Dorset?", "set_force", [DORSET], force="derbyshire", topic="powers_detain"), "powers_detain", "dorset"),
    (turn("what about the met", "role_where", [THE_MET], force="derbyshire", topic="powers_detain"), "powers_detain", "metropolitan"),
    (turn("same for dorset pls", "set_force", [DORSET], topic="recruitment_pay"), "recruitment_pay", "dorset"),
    (turn("Dorset", "contact_force", [DORSET], topic="recruitment_pay"), "recruitment_pay", "dorset"),
    (turn("and for Dorset please, my brother lives there", "set_force", [DORSET], force="derbyshire", topic="contact_force"),
     "contact_force", "dorset"),
    (turn("and at the moment I live in Derby", "set_force", [DERBY], topic="role_history"), "set_force", "derbyshire"),
    (turn("and I live in Derby", "set_force", [DERBY], topic="role_history"), "set_force", "derbyshire"),
    # the answer to 'which force?'
    (turn("I live in Derby", "set_force", [DERBY], topic="powers_detain", pending={"ask": "force", "topic": "powers_detain"}),
     "powers_detain", "derbyshire"),
    # a statement out of the blue, and after a topic that needs no force
    (turn("I live in Derby", "set_force", [DERBY]), "set_force", "derbyshire"),
    (turn("i live in derby", "set_force", [DERBY], topic="role_history"), "set_force", "derbyshire"),
    (turn("Derby", "set_force", [DERBY]), "set_force", "derbyshire"),
    # corrections
    (turn("no, I meant Devon", "set_force", [DEVON], force="derbyshire", topic="powers_detain"), "powers_detain", "devon_and_cornwall"),
    (turn("no, I meant Devon", "set_force", [DEVON], force="derbyshire"), "set_force", "devon_and_cornwall"),
    (turn("sorry, Devon", "set_force", [DEVON], force="derbyshire", topic="powers_detain"), "powers_detain", "devon_and_cornwall"),
    (turn("actually we moved to Devon", "set_force", [DEVON], force="derbyshire", topic="powers_detain"), "powers_detain",
     "devon_and_cornwall"),
    # no corrections
    (turn("sorry to bother you, I live in Derby near Dorset, how do I apply", "recruitment_apply", [DERBY, DORSET]), "recruitment_apply",
     "derbyshire"),
    (turn("I live in Derby, not far from Dorset, how do I apply", "recruitment_apply", [DERBY, DORSET]), "recruitment_apply", "derbyshire"),
    # two forces have the place: the force of the thread, or another place, settles it
    (turn("pcsos in holt", "role_where", [HOLT], force="dorset"), "role_where", "dorset"),
    (turn("newport in gwent", "set_force", [NEWPORT, GWENT]), "set_force", "gwent"),
    # which force covers
    (turn("who polices derby", "force_for_place", [DERBY]), "force_for_place", "derbyshire"),
    (turn("and dorset?", "set_force", [DORSET], topic="force_for_place"), "force_for_place", "dorset"),
    # the answer to 'there are two places of that name'
    (turn("under lyme", "unclear", topic="recruitment_pay",
          pending={"topic": "recruitment_pay", "place": "Newcastle", "forces": ["northumbria", "staffordshire"]}),
     "recruitment_pay", "staffordshire"),
    (turn("the Yorkshire one", "set_force", [Place("Yorkshire", ("humberside", "north_yorkshire"), False)], topic="powers_vehicles",
          pending={"topic": "powers_vehicles", "place": "Richmond", "forces": ["metropolitan", "north_yorkshire"]}),
     "powers_vehicles", "north_yorkshire"),
    (turn("the wales one", "role_where", topic="powers_detain",
          pending={"topic": "powers_detain", "place": "Bangor", "forces": ["north_wales", "northern_ireland"]}),
     "powers_detain", "north_wales"),
    (turn("how much do they earn", "recruitment_pay", topic="powers_detain", force="kent",
          pending={"topic": "powers_detain", "place": "Bangor", "forces": ["north_wales", "northern_ireland"]}),
     "recruitment_pay", "kent"),
    (turn("PCSO jobs Dorset", "recruitment_status", [DORSET], topic="powers_entry",
          pending={"topic": "powers_entry", "place": "Holt", "forces": ["norfolk", "dorset"]}), "recruitment_status", "dorset"),
    (turn("both of them", "affirm", topic="powers_entry",
          pending={"topic": "powers_entry", "place": "Bangor", "forces": ["north_wales", "northern_ireland"]}), "affirm", None),
    # the same question for a nation; why, which another force turns into a question about that one
    (turn("wales the same?", "role_where", topic="powers_fines", force="kent"), "powers_fines", None),
    (turn("why", "tell_more", force="kent", topic="recruitment_pay"), "tell_more", "kent"),
    (turn("why", "tell_more"), "tell_more", None),
    (turn("sure that's right in dorset?", "tell_more", [DORSET], force="kent", topic="recruitment_pay"), "recruitment_pay", "dorset"),
    (turn("do they fine you in dorset?", "powers_fines", [DORSET], topic="recruitment_pay"), "powers_fines", "dorset"),
    # 'I don't know which force that is' answers 'which force?' with the place
    (turn("not sure which force, im in derby", "force_for_place", [DERBY], topic="recruitment_pay",
          pending={"ask": "force", "topic": "recruitment_pay"}), "recruitment_pay", "derbyshire"),
    (turn("not sure which force, I'm in Derby", "force_for_place", [DERBY], topic="recruitment_pay",
          pending={"ask": "force", "topic": "recruitment_pay"}), "recruitment_pay", "derbyshire"),
    (turn("which force is derby", "force_for_place", [DERBY], topic="recruitment_pay",
          pending={"ask": "force", "topic": "recruitment_pay"}),
     "force_for_place", "derbyshire"),
    (turn("same in dorset?", "force_compare", [DORSET], force="kent", topic="recruitment_pay"), "recruitment_pay", "dorset"),
    (turn("and the neighbouring force, Dorset?", "force_for_place", [DORSET], force="kent", topic="role_numbers"), "role_numbers",
     "dorset"),
    (turn("what police force is Derby in", "force_for_place", [DERBY], topic="role_numbers"), "force_for_place", "derbyshire"),
    (turn("do they do nights?", "recruitment_hours", topic="role_definition"), "recruitment_hours", None),
    (turn("even kids?", "duties_schools_youth"), "duties_schools_youth", None),
    # yes to the topics that were offered
    (turn("yes", "affirm", pending={"ask": "topic", "topics": ["powers_fines", "powers_obey"]}, force="dorset"), "powers_fines", "dorset"),
    (turn("yes", "affirm"), "affirm", None),
])
def test_one_question(knowledge, case, topic, force):
    questions = resolve(case, knowledge)
    assert [(question.topic, question.force) for question in questions] == [(topic, force)]


@pytest.mark.parametrize(("text", "places", "meant"), [
    ("can they search me in Essex, not Kent?", ["Essex", "Kent"], ["Essex"]),
    ("no I live in Nottingham not Derby", ["Nottingham", "Derby"], ["Nottingham"]),
    ("I moved from Kent to Essex", ["Kent", "Essex"], ["Essex"]),
    ("I used to live in Kent but now I live in Essex", ["Kent", "Essex"], ["Essex"]),
    ("do kent and essex differ", ["kent", "essex"], ["kent", "essex"]),
    ("i not live in Avon. i live in Peterborough", ["Avon", "Peterborough"], ["Peterborough"]),
    ("we dont live in Kent, its Essex", ["Kent", "Essex"], ["Essex"]),
    ("not Kent", ["Kent"], ["Kent"]),
])
def test_places_that_are_ruled_out_are_not_meant(text, places, meant):
    found = tuple(Place(place, (place.lower(),), True, place) for place in places)
    assert [place.label for place in _meant(text, found)] == meant


def test_two_forces_and_nothing_else_are_compared_whatever_the_intent(knowledge):
    (question,) = resolve(turn("kent or dorset", "force_for_place", [Place("Kent", ("kent",), True, "kent"), DORSET]), knowledge)
    assert question.forces == ("kent", "dorset")


def test_a_comparison_goes_on(knowledge):
    (question,) = resolve(turn("which has more", "force_compare", topic="role_numbers", pending={"compared": ["kent", "essex"]}), knowledge)
    assert question.topic == "force_compare" and question.forces == ("kent", "essex")


def test_a_question_that_happens_to_compare_is_no_comparison_of_forces(knowledge):
    case = turn("can I pay the same fine from dorset", "powers_fines", [DORSET], force="kent", topic="powers_fines")
    assert [(question.topic, question.force) for question in resolve(case, knowledge)] == [("powers_fines", "dorset")]


def test_a_comparison_with_the_force_of_the_thread(knowledge):
    (question,) = resolve(turn("is that more than in dorset", "recruitment_pay", [DORSET], force="derbyshire", topic="recruitment_pay"),
                          knowledge)
    assert question.topic == "force_compare" and question.forces == ("dorset", "derbyshire")  # the new one first: it goes on about that


@pytest.mark.parametrize(("text", "topics"), [
    ("do they search people? kent or somewhere", ["powers_search"]),
    ("do they search people? and which force is kent", ["powers_search", "force_for_place"])])
def test_a_place_beside_a_question_is_no_question(knowledge, text, topics):
    two = (Asked("powers_search", 0.9), Asked("force_for_place", 0.9))
    case = msgspec.structs.replace(turn(text, "powers_search", [KENT]), asked=two)
    found = resolve(case, knowledge)
    assert [question.topic for question in found] == topics and {question.force for question in found} == {"kent"}


def test_where_the_detector_sees_no_danger_the_next_likeliest_topic_is_meant(knowledge):
    case = msgspec.structs.replace(turn("do they get stabbed at all", "emergency"),
                                   ranking=(("emergency", 0.5), ("duties_typical_day", 0.2)))
    assert resolve(case, knowledge)[0].topic == "duties_typical_day"


def test_a_place_in_two_forces_is_asked_back(knowledge):
    [question] = resolve(turn("im in holt", "set_force", [HOLT]), knowledge)
    assert question.ambiguous == HOLT and question.force is None


def test_two_questions_each_with_its_own_place(knowledge):
    both = turn("are kent hiring and what do they earn in dorset", "recruitment_status", [DERBY, DORSET],
                asked=[("recruitment_status", [DERBY]), ("recruitment_pay", [DORSET])])
    assert [(question.topic, question.force) for question in resolve(both, knowledge)] == [
        ("recruitment_status", "derbyshire"), ("recruitment_pay", "dorset")]


def test_comparing_takes_the_forces_named_or_the_one_of_the_thread(knowledge):
    [question] = resolve(turn("compare derby and dorset", "force_compare", [DERBY, DORSET]), knowledge)
    assert question.forces == ("derbyshire", "dorset")
    [question] = resolve(turn("how is dorset different", "force_compare", [DORSET], force="derbyshire"), knowledge)
    assert question.forces == ("dorset", "derbyshire")


@pytest.mark.parametrize(("text", "count"), [("compare derby and dorset on pay", 1), ("can you compare derby and dorset on pay?", 1),
                                             ("compare derby and dorset. what do they earn?", 2),
                                              ("how do derby and dorset differ, and the pay", 2)])
def test_what_forces_are_compared_on_is_no_question_of_its_own(knowledge, text, count):
    case = turn(text, "force_compare", [DERBY, DORSET], asked=[("force_compare", [DERBY]), ("recruitment_pay", [DORSET])])
    found = resolve(case, knowledge)
    # Where the pay is asked for by itself, it is.
    assert len(found) == count and found[0].forces == ("derbyshire", "dorset") and topic_of(knowledge, case) == "recruitment_pay"


def test_nothing_understood_is_unclear(knowledge):
    assert resolve(turn("asdf", "unclear", asked=[("unclear", ())]), knowledge)[0].topic == "unclear"


@pytest.mark.parametrize(("place", "named", "forces", "certain"), [
    (NEWPORT, ["gwent"], ("gwent",), True), (NEWPORTS, ["west_mercia"], ("west_mercia",), True), (NEWPORT, ["kent"], NEWPORT.forces, False),
    (NEWPORTS, ["kent"], NEWPORTS.forces, True), (NEWPORTS, ["hampshire", "gwent"], ("gwent", "hampshire"), False),
    (NEWPORT, ["west_mercia", "gwent"], NEWPORT.forces, False), (GLOSSOP, ["kent"], ("derbyshire",), True)])
def test_what_is_named_beside_a_place_settles_whose_it_is(place, named, forces, certain):
    settled = place.settled_by(named)
    assert (settled.label, settled.forces, settled.certain) == (place.label, forces, certain)


@pytest.mark.parametrize(("text", "places", "left"), [
    ("in newport, isle of wight", [NEWPORTS, WIGHT], [("Newport", "hampshire")]),
    ("which force polices Newport on the Isle of Wight", [NEWPORTS, WIGHT], [("Newport", "hampshire")]),
    ("Gillingham in Kent", [GILLINGHAM, KENT], [("Gillingham", "kent")]),
    ("Kirton, Lincolnshire", [KIRTON, LINCOLNSHIRE], [("Kirton", "lincolnshire")]),
    ("is Gillingham in Kent or Dorset", [GILLINGHAM, KENT, THE_DORSET], None),  # settles nothing
    ("from Gillingham to Kent", [GILLINGHAM, KENT], None),
    ("Glossop in Kent", [GLOSSOP, KENT], None),  # there is none
])
def test_a_county_behind_a_place_settles_whose_it_is(text, places, left):
    found = _settled_by_county(text, tuple(places))
    assert found == tuple(places) if left is None else [(place.label, *place.forces) for place in found] == left
