"""The points of a topic: their phrases fit what is answered, and a small head tells them apart."""

import numpy as np
import pytest

from bot.nlu import asked_points, points
from bot.nlu.points import WHOLE
from knowledge import load

FEWEST_PHRASES = 8


def test_each_point_has_phrases_and_an_answer():
    phrases, held = list(asked_points.written()), load().points
    number = {}
    for phrase in phrases:
        number[phrase.topic, phrase.point] = number.get((phrase.topic, phrase.point), 0) + 1
    answered = {(topic, point) for topic, found in held.items() for point in found}
    assert set(number) == answered and len(answered) > 400
    assert not [point for point, count in number.items() if count < FEWEST_PHRASES]


def test_no_phrase_asks_two_points_of_a_topic():
    phrases = [(phrase.topic, phrase.text.lower()) for phrase in asked_points.written()]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("broken", ["asked: how long", "asked: [16]", "said: [how long]"])
def test_what_is_no_list_of_texts_is_refused(tmp_path, broken):
    (tmp_path / "f.yml").write_text(f"powers_fines:\n  amount:\n    {broken}\n", "utf-8")
    with pytest.raises(ValueError, match="below powers_fines, amount needs"):
        list(asked_points.written(tmp_path))


@pytest.fixture(scope="module")
def taught():
    """Two topics whose vectors lie close together, each with two points and the topic as a whole; and what is near each."""
    random = np.random.default_rng(1)
    axes = np.linalg.qr(random.normal(size=(24, 24)))[0]
    places = {(topic, point): axes[8 * number] + 0.3 * axes[8 * number + 1 + place]
              for number, topic in enumerate(("powers_fines", "recruitment_pay"))
              for place, point in enumerate(("amount", "appeal", WHOLE))}

    def near(place: np.ndarray) -> np.ndarray:
        found = place + 0.04 * random.normal(size=24)
        return found / np.linalg.norm(found)

    return [(topic, point, near(place)) for (topic, point), place in places.items() for _ in range(12)], \
        {key: np.stack([near(place) for _ in range(20)]) for key, place in places.items()}


def test_the_points_of_a_topic_are_told_apart(taught):
    by_topic = points.fit(taught[0])
    for (topic, point), vectors in taught[1].items():
        found = [by_topic[topic].likeliest(vector[None]) for vector in vectors]
        if point == WHOLE:
            assert max(likely for _, likely in found) < points.SURE_FROM
        else:
            assert {name for name, _ in found} == {point} and min(likely for _, likely in found) > points.SURE_FROM


def test_in_a_story_one_part_that_asks_it_is_enough(taught):
    whole, asked = taught[1]["powers_fines", WHOLE], taught[1]["powers_fines", "appeal"]
    assert points.fit(taught[0])["powers_fines"].likeliest(np.stack([whole[0], whole[1], asked[0]]))[0] == "appeal"


def test_heads_come_back_from_a_file_as_they_were(taught, tmp_path):
    by_topic = points.fit(taught[0])
    points.save(by_topic, tmp_path / "points.npz")
    back = points.read(tmp_path / "points.npz")
    assert set(back) == set(by_topic)
    for (topic, _), vectors in taught[1].items():
        assert back[topic].likeliest(vectors[:1]) == by_topic[topic].likeliest(vectors[:1])


def test_a_topic_with_one_point_and_nothing_beside_it_gets_no_head():
    assert points.fit([("powers_fines", "amount", np.ones(4))] * 3) == {}
