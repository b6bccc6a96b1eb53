"""Fitting weights anew, on made-up messages: known weights are found again, and nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("rasa", reason="the weights are fitted in Rasa's environment")

from rasa.shared.nlu.training_data.message import Message

from bot.nlu import danger, questions, thread_weights
from bot.nlu.danger import Evidence
from bot.nlu.reading import Part, Reading
from safety import Alarm
from tools.weights import __main__ as command
from tools.weights import danger as of_danger
from tools.weights import decision, fits, model, parts, table, talks, threads
from tools.weights.talks import Seen

LABELS = ["powers_fines", "powers_arrest", "recruitment_pay", "emergency"]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def seen(question, read=True, **asked):
    decisions = dict.fromkeys(("alone", "mid_talk", "asked", "leans"))
    return Seen(question, model.Heard(Message({}), **{**decisions, **asked}), read)


def first_messages(make, rng, number=4000):
    """First messages whose danger is what `danger.score` makes of them, with its own noise."""
    found = []
    for index in range(number):
        danger_share, rival, kind = rng.uniform(0.01, 0.99, 3)
        alarm = Alarm(level=rng.choice(["none", "emergency"]), why=("knife",), about=rng.choice(["now", "past"]))
        evidence = Evidence(danger_share, rival, kind, rng.normal(-2, 2), int(rng.integers(1, 30)))
        in_danger = rng.random() < 1 / (1 + np.exp(-danger.score(alarm, evidence)))
        found.append(seen(make.question(str(index), emergency="yes" if in_danger else "no"), read=index % 2 == 0, alone=(alarm, evidence)))
    return found


def test_a_regression_finds_the_weights_again(rng):
    features, weights = np.column_stack([rng.normal(size=(20000, 2)), np.ones(20000)]), np.array([1.5, -0.7, 0.4])
    yes = rng.random(20000) < 1 / (1 + np.exp(-features @ weights))
    assert fits.logistic(features, yes, np.ones(20000)) == pytest.approx(weights, abs=0.1)
    often = fits.logistic(features, yes, np.where(yes, 4.0, 1.0))
    assert often[2] - weights[2] == pytest.approx(np.log(4), abs=0.1)  # what counts four times is so much likelier


def test_a_choice_finds_the_weights_again(rng):
    features, weights = rng.normal(size=(8000, 5, 2)), np.array([1.2, -0.5])
    chosen = (features @ weights + rng.gumbel(size=(8000, 5))).argmax(axis=1)
    right = np.eye(5, dtype=bool)[chosen]
    assert fits.conditional_logit(features, right) == pytest.approx(weights, abs=0.1)
    right[::2, 0] = True  # of half of them another one is right, too
    assert np.isfinite(fits.conditional_logit(features, right)).all()


def test_what_a_weight_is_multiplied_with_is_told_by_the_modules_own_sum():
    alarm, heard = Alarm(level="emergency", why=("knife",), about="past"), Evidence(0.3, 0.6, 0.2, -1.5, 9)
    features = of_danger.ALONE.features(lambda: np.array([danger.score(alarm, heard)]))
    assert features.shape == (1, len(of_danger.ALONE.names))
    assert features[0] @ of_danger.ALONE.now == pytest.approx(danger.score(alarm, heard))
    assert dict(zip(of_danger.ALONE.names, features[0], strict=True))["MARGIN_WEIGHS"] == -1.5


def test_weights_are_put_in_place_for_a_while():
    before = of_danger.ALONE.now
    with of_danger.ALONE.set_to(before + 1):
        assert of_danger.ALONE.now == pytest.approx(before + 1) and pytest.approx(before[-1] + 1) == danger.BASE
    assert (of_danger.ALONE.now == before).all()


def test_danger_is_fitted_and_judged(make, rng, monkeypatch):
    monkeypatch.setattr(of_danger, "DANGER_COUNTS", 1.0)  # so that what is found is what they were made with
    found = decision.outcome(of_danger.DECISIONS["danger"], first_messages(make, rng))
    fitted = dict(zip(found.decision.constants.names, found.fitted, strict=True))
    assert fitted["HEADS_WEIGH"] == pytest.approx(danger.HEADS_WEIGH, abs=0.3)
    assert fitted["MARGIN_WEIGHS"] == pytest.approx(danger.MARGIN_WEIGHS, abs=0.2)
    read, unread = found.with_now
    assert sum(count.right + count.wrong for count in read[:2]) == sum(count.right + count.wrong for count in unread[:2]) == 2000
    assert (found.now == found.decision.constants.now).all()


def test_what_is_settled_is_judged_and_not_fitted_to(make, rng):
    settled = seen(make.question(emergency="yes"), alone=(Alarm(level="emergency", settled=True), Evidence(0.0, 1.0, 0.0, -9.0, 3)))
    some = first_messages(make, rng, 200)
    of = of_danger.DECISIONS["danger"]
    assert (of.fit(some) == of.fit([*some, settled])).all()
    assert of.counts([settled])[0] == decision.Count("danger heard", 1, 0)


def test_parts_are_taken_from_what_finds_questions(make):
    def likely(label):
        return np.array([0.97 if one == label else 0.01 for one in LABELS])

    reading = Reading("how much is a fine and what do they earn",
                      (Part("how much is a fine", (), True), Part("so i wonder", (), False, True), Part("what do they earn", (), True)))
    rows = np.stack([likely("powers_fines"), likely("powers_fines"), likely("powers_arrest"), likely("recruitment_pay")])
    pair = seen(make.question(kind="two", both=("powers_fines", "recruitment_pay")), asked=(reading, LABELS, rows))
    single = seen(make.question(topics=("powers_fines",)), asked=(reading, LABELS, rows))
    assert [piece.is_asked for piece in parts._pieces(pair)] == [True, True]
    assert [piece.is_asked for piece in parts._pieces(single)] == [True, False]
    assert parts.counts([pair, single]) == [decision.Count("both of a pair, in order", 1, 0),
                                            decision.Count("nothing else of a single", 0, 1)]
    fitted = dict(zip(parts.PARTS.names, parts.fit([pair, single]), strict=True))
    assert fitted["LOOSE.base"] == parts.RATHER_HEARD and fitted["LOOSE.sure"] == 0.0  # no loose cut was seen


def test_threads_are_weighed_as_they_were(make, rng):
    def leaning(number):
        readings = [rng.dirichlet([0.5] * len(LABELS)) for _ in range(3)]
        asked = ("how long", LABELS, *readings, "powers_fines")
        topic = LABELS[int(rng.choice(len(LABELS), p=thread_weights.follow(*asked)))]
        return seen(make.question(str(number), topics=(topic,)), leans=asked)

    some = [leaning(number) for number in range(4000)]
    fitted = dict(zip(threads.THREADS.names, threads.fit(some), strict=True))
    assert fitted["WITH_STORY.alone"] == pytest.approx(thread_weights.WITH_STORY.alone, abs=0.1)
    assert fitted["WITH_STORY.same_topic"] == pytest.approx(thread_weights.WITH_STORY.same_topic, abs=0.2)
    assert threads.counts(some)[0].right > 2000


def test_a_talk_holds_what_it_should_have_been_understood_as(make):
    def turn(text, **fields):
        return make.question(text, follow_up=True, **fields)

    heard = model.Heard(Message({"questions": [{"topic": "powers_fines", "point": "appeal"}]}), None, None, None, None)
    slots = talks.after({}, turn("can i appeal a fine", topics=("powers_fines",)), heard)
    assert slots["topic"] == "powers_fines" and slots["told"]["point"] == "appeal" and slots["story"] == ["can i appeal a fine"]
    assert talks.after(slots, turn("ok thanks", topics=("thanks",)), heard) == {**slots}
    slots = talks.after(slots, turn("what do they earn", topics=("recruitment_pay",)), heard)
    assert slots["told"] == {"topic": "recruitment_pay", "point": None}  # the model's point is of another topic
    alarmed = talks.after(slots, turn("hes got a knife", emergency="yes"), heard)
    assert alarmed["alarm_talk"] and alarmed["topic"] == "recruitment_pay" and alarmed["story"][-1] == "hes got a knife"


def test_dangers_are_put_behind_the_same_questions_each_time(make):
    class Listens:
        def __init__(self):
            self.asked = []

        def hear(self, text, slots):
            self.asked.append(slots["topic"])

    told = [[make.question("hes got a knife", emergency="yes")], [make.question("word " * 13, emergency="yes")], [make.question()]] * 20
    once, again = Listens(), Listens()
    for listens in (once, again):
        found = talks.put_behind(listens, told, ["powers_fines", "recruitment_pay"], lambda done, total: None)
    assert once.asked == again.asked and set(once.asked) == {"powers_fines", "recruitment_pay"}
    assert len(found) == 20 and all(one.by_chance for one in found)


def test_the_table_shows_both_weights_on_both_halves(make, rng):
    lines = table.of(decision.outcome(of_danger.DECISIONS["danger"], first_messages(make, rng, 400))).splitlines()
    assert lines[0] == "Danger in a first message (bot/nlu/danger.py)"
    assert lines[2].split()[:2] == ["HEADS_WEIGH", f"{danger.HEADS_WEIGH:.2f}"]
    assert [len(cell.split("/")) for cell in lines[-1].split()[-4:]] == [2, 2, 2, 2]


def test_a_model_is_needed(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command.questions, "load", list)
    monkeypatch.setattr(command.stack, "MODEL", tmp_path / "none.tar.gz")
    assert command.main(["parts"]) == 1
    assert capsys.readouterr().err == f"There is no model at {tmp_path / 'none.tar.gz'}. Run `make train` first.\n"


def test_only_what_there_is_can_be_fitted(capsys):
    with pytest.raises(SystemExit):
        command.main(["nonsense"])
    assert "There are: danger, mid_talk, parts, threads" in capsys.readouterr().err


def test_each_weight_named_is_one(make):
    for one in command.DECISIONS.values():
        assert np.isfinite(one.constants.now).all()
    assert questions.Weights._fields == tuple(name.split(".")[1] for name in parts.PARTS.names[:6])
