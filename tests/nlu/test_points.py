"""The points of a topic: their phrases fit what is answered, and a small head tells them apart."""

import json

import numpy as np
import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import points
from bot.nlu.encoder import VECTORS
from bot.nlu.points import WHOLE
from bot.nlu.reader import READING
from bot.nlu.reading import Reading
from bot.nlu.topics import QUESTIONS, ROWS
from knowledge import load, taught
from knowledge.normalising import normalise

FEWEST_PHRASES = 8


def test_each_point_has_phrases_and_an_answer():
    phrases, held = list(taught.phrases()), load().points
    number = {}
    for phrase in phrases:
        number[phrase.topic, phrase.point] = number.get((phrase.topic, phrase.point), 0) + 1
    answered = {(topic, point) for topic, found in held.items() for point in found}
    assert set(number) == answered and len(answered) > 400
    assert not [point for point, count in number.items() if count < FEWEST_PHRASES]


def test_no_phrase_asks_two_points_of_a_topic():
    phrases = [(phrase.topic, phrase.text.lower()) for phrase in taught.phrases()]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("broken", ["asked: how long", "asked: [16]", "said: [how long]", "how long"])
def test_what_is_no_list_of_texts_is_refused(tmp_path, broken):
    (tmp_path / "f.yml").write_text(f"powers_fines:\n  amount:\n    {broken}\n", "utf-8")
    with pytest.raises(ValueError, match=r"f.yml:[23]: .*below .amount."):
        list(taught.phrases(tmp_path))


@pytest.fixture(scope="module")
def fitted():
    """A head that knows two topics with two points each and themselves as a whole; and vectors near each."""
    random = np.random.default_rng(1)
    axes = np.linalg.qr(random.normal(size=(24, 24)))[0]
    places = {(topic, point): axes[8 * number] + 0.6 * axes[8 * number + 1 + place]
              for number, topic in enumerate(("powers_fines", "recruitment_pay"))
              for place, point in enumerate(("amount", "appeal", WHOLE))}

    def near(place: np.ndarray) -> np.ndarray:
        found = place + 0.08 * random.normal(size=24)
        return found / np.linalg.norm(found)

    asked = [points.Asked(topic, point, "so", near(place)) for (topic, point), place in places.items() for _ in range(12)]
    return points.fit(asked), {key: np.stack([near(place) for _ in range(20)]) for key, place in places.items()}


def test_the_points_of_a_topic_are_told_apart(fitted):
    for (topic, point), vectors in fitted[1].items():
        assert {points.choose(fitted[0], ["so"], vector[None], {topic: 1.0})[:2] for vector in vectors} == {(topic, point)}


def test_a_point_that_fits_tells_which_of_two_likely_topics_is_meant_but_not_an_unlikely_one(fitted):
    head, vector = fitted[0], fitted[1]["recruitment_pay", "appeal"][:1]
    assert points.choose(head, ["so"], vector, {"powers_fines": 0.5, "recruitment_pay": 0.4})[:2] == ("recruitment_pay", "appeal")
    assert points.choose(head, ["so"], vector, {"powers_fines": 0.99, "recruitment_pay": 0.001})[0] == "powers_fines"


def test_in_a_story_one_part_that_asks_it_is_enough(fitted):
    story = np.stack([fitted[1]["powers_fines", WHOLE][0], fitted[1]["powers_fines", "appeal"][0]])
    assert points.choose(fitted[0], ["so", "so"], story, {"powers_fines": 1.0})[:2] == ("powers_fines", "appeal")


def test_a_topic_that_the_head_does_not_know_is_left_alone(fitted):
    assert points.choose(fitted[0], ["so"], np.ones((1, 24)), {"powers_dogs": 1.0}) is None
    assert points.choose(fitted[0], [], np.ones((0, 24)), {"powers_fines": 1.0}) is None


def asking(vector, leans=False):
    """A message that is likelier about fines, and whose vector is a point's of pay."""
    question = {"topic": "powers_fines", "confidence": 0.5, "leans": leans}
    return Message({QUESTIONS: [question], ROWS: [[0]], INTENT: {"name": "powers_fines"},
                    INTENT_RANKING_KEY: [{"name": "powers_fines", "confidence": 0.5}, {"name": "recruitment_pay", "confidence": 0.4}],
                    VECTORS: vector})


def test_what_is_half_particular_asks_the_point(fitted):
    head, places = fitted
    between = places["powers_fines", WHOLE][:1] + 0.8 * places["powers_fines", "appeal"][:1]
    message = asking(between / np.linalg.norm(between), leans=True)
    assert points.PointSelector(None, None, head).process([message])[0].get(QUESTIONS)[0]["point"] == "appeal"


def test_a_point_makes_its_topic_the_messages_as_likely_as_it_was(fitted):
    selector, vector = points.PointSelector(None, None, fitted[0]), fitted[1]["recruitment_pay", "appeal"][:1]
    said, = selector.process([asking(vector)])
    question = said.get(QUESTIONS)[0]
    assert (question["topic"], question["point"], question["confidence"]) == ("recruitment_pay", "appeal", 0.4)
    assert said.get(INTENT) == {"name": "recruitment_pay", "confidence": 0.4}
    assert [item["name"] for item in said.get(INTENT_RANKING_KEY)] == ["recruitment_pay", "powers_fines"]
    # What leans on an answer has its topic by the thread.
    assert selector.process([asking(vector, leans=True)])[0].get(QUESTIONS)[0]["topic"] == "powers_fines"


@pytest.mark.parametrize(("button", "point"), [("powers_fines", None), ("powers_fines/appeal", "appeal")])
def test_a_button_asks_what_stands_on_it(fitted, button, point):
    selector = points.PointSelector(None, None, fitted[0])
    pressed = Message({QUESTIONS: [{"topic": "powers_fines", "confidence": 1.0, "leans": False}], ROWS: [[0]],
                       READING: Reading("so", button=button)})
    assert selector.process([pressed])[0].get(QUESTIONS)[0]["point"] == point


def test_other_points_that_come_near_are_told_likeliest_first(fitted):
    head, places = fitted
    between = places["powers_fines", "amount"][:1] + 0.9 * places["powers_fines", "appeal"][:1]
    chosen = points.choose(head, ["so"], between / np.linalg.norm(between), {"powers_fines": 1.0, "recruitment_pay": 0.5})
    assert (chosen.topic, chosen.point, chosen.near) == ("powers_fines", "amount", ("appeal",))
    surely = points.choose(head, ["so"], places["powers_fines", "amount"][:1], {"powers_fines": 1.0})
    assert surely.near == ()


def test_what_fits_nothing_asks_the_topic_as_a_whole_unless_it_leans_on_an_answer(fitted):
    head, places = fitted
    # Surely a point, but of another topic than the one that is meant; of that one it is the likeliest.
    elsewhere = 1.5 * places["powers_fines", "appeal"][:1] + places["recruitment_pay", "amount"][:1]
    elsewhere /= np.linalg.norm(elsewhere)
    assert points.choose(head, ["so"], elsewhere, {"recruitment_pay": 1.0})[1] == WHOLE
    assert not points.choose(head, ["so"], elsewhere, {"recruitment_pay": 1.0}).surely
    assert points.choose(head, ["so"], elsewhere, {"recruitment_pay": 1.0}, leans=True)[1] == "amount"


def test_two_parts_ask_two_things_of_a_topic_where_each_is_sure(fitted):
    head, places = fitted
    amount, appeal, whole = (places["powers_fines", point][0] for point in ("amount", "appeal", WHOLE))
    pay = places["recruitment_pay", "amount"][0]
    between = (amount + 0.9 * appeal) / np.linalg.norm(amount + 0.9 * appeal)
    for vectors, found in (((amount, appeal), ["amount", "appeal"]), ((whole, appeal), [WHOLE, "appeal"]), ((appeal, whole), ["appeal"]),
                           ((amount, amount), ["amount"]), ((amount, pay), ["amount"]), ((between, appeal), ["appeal"])):
        assert points.apart(head, "powers_fines", ["so"] * 2, np.stack(vectors)) == found


def test_what_comes_near_is_no_sure_choice_and_all_goes_into_json(fitted):
    selector = points.PointSelector(None, None, fitted[0])
    one, other = (fitted[1]["powers_fines", name][:1] for name in ("amount", "appeal"))
    for vector, surely in ((one, True), (one + 0.9 * other, False)):
        said, = selector.process([asking(vector / np.linalg.norm(vector))])
        question, = json.loads(json.dumps(said.get(QUESTIONS)))
        assert question["point"] == "amount" and question["surely"] is surely


def test_a_point_stands_out_though_the_topic_as_a_whole_is_likelier(fitted):
    head, places = fitted
    amount, appeal, whole = (places["powers_fines", point].mean(axis=0, keepdims=True) for point in ("amount", "appeal", WHOLE))

    def chosen(vector):
        return points.choose(head, ["so"], vector / np.linalg.norm(vector), {"powers_fines": 1.0})

    leaning = chosen(2.5 * whole + amount + appeal)
    assert leaning.point == WHOLE and leaning.particular == "amount"
    assert chosen(2.5 * whole + amount + 1.8 * appeal).particular is None  # which of two, nobody knows
    assert chosen(3 * whole + amount).particular is None  # the whole is far likelier
    assert chosen(amount).particular == chosen(amount).point == "amount"


def test_no_two_buttons_ask_the_same():
    held = load()
    questions = [answer.question for answer in held.answers.values()]
    questions += [point.question for points_of in held.points.values() for point in points_of.values() if point.question]
    assert len({normalise(question) for question in questions}) == len(questions)
