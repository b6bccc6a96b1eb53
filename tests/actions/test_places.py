"""What is said of a place: which force covers it, and that there are others of the name."""

import pytest

from actions import places
from actions.thread import Question
from actions.turn import Place
from knowledge import load


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.mark.parametrize(("place", "words", "others"), [
    (Place("Preston", ("lancashire", "dorset"), True), "Preston is covered by Lancashire Constabulary.", True),
    (Place("Weymouth", ("dorset",), True), "Weymouth is covered by Dorset Police.", False),
    # settled by something else than the likeliest reading: the person knows there are two
    (Place("Holt", ("norfolk", "dorset"), False), "Holt is covered by Dorset Police.", False),
    (Place("Dorset Police", ("dorset",), True), "That is Dorset Police.", False),
])
def test_which_force_covers_a_place(knowledge, place, words, others):
    force = knowledge.forces["lancashire" if place.label == "Preston" else "dorset"]
    text = places.covers(Question("set_force", force.id, because_of=place, named=True), force)
    assert text.startswith(words) and ("more than one place" in text) == others


@pytest.mark.parametrize(("label", "words"), [
    ("Preston", "There is more than one place called Preston."), ("de6", "DE6 may lie in the area of more than one")])
def test_which_of_two_is_meant(knowledge, label, words):
    asked = places.which_one(knowledge, Question("set_force", ambiguous=Place(label, ("dorset", "lancashire"), False)))
    assert asked.text.startswith(words) and len(asked.buttons) == 2


def test_forces_without_pcsos_are_told_with_their_sources(knowledge):
    reply = places.force_list(knowledge, Question("force_list"), turn=None)
    assert "Dyfed-Powys Police" in reply.text
    for force in ("norfolk", "scotland", "northern_ireland"):
        assert knowledge.forces[force].without_pcsos.text in reply.text
    assert reply.checked and len(reply.sources) >= 3
