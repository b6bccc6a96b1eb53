"""The comparison with Rasa's default pipeline, without training it."""

from __future__ import annotations

import importlib.util

import pytest

from evaluation.judging import judge
from tools.bench import stock as stocks
from tools.evaluate import stock

needs_rasa = pytest.mark.skipif(importlib.util.find_spec("rasa") is None,
                                reason="only Rasa's environment has its default configuration")


@needs_rasa
def test_the_pipeline_is_rasas_own_default():
    names = [component["name"] for component in stocks.default_config(None)["pipeline"]]
    assert names[0] == "WhitespaceTokenizer" and {"DIETClassifier", "FallbackClassifier"} <= set(names)


@needs_rasa
@pytest.mark.parametrize("epochs, wanted", [(None, 100), (3, 3)])
def test_epochs_can_be_shortened(epochs, wanted):
    diet = next(component for component in stocks.default_config(epochs)["pipeline"] if component["name"] == "DIETClassifier")
    assert diet["epochs"] == wanted


@needs_rasa
def test_a_project_of_the_same_examples_is_kept(monkeypatch, tmp_path):
    def trains(folder):
        assert (folder / "config.yml").exists() and (folder / "data" / "powers_search.yml").exists()
        trained.append(folder)
        return 1.5

    def trained_for(epochs, again=False):
        return stocks.project(stocks.SAME_DATA, epochs, again)

    trained = []
    monkeypatch.setattr(stocks, "KEPT", tmp_path)
    monkeypatch.setattr(stocks, "train", trains)
    assert trained_for(1) == trained_for(1) and len(trained) == 1
    assert trained_for(1).training_seconds == 1.5
    assert trained_for(1, again=True) and len(trained) == 2
    assert trained_for(2).folder != trained_for(1).folder and len(trained) == 3


def test_what_is_understood_is_judged_like_a_reply(make):
    def judged(question, intent):
        return judge(question, stock.as_reply(intent, 0.01), {})

    assert judged(make.question(topics=("greet",)), "greet").right
    assert not judged(make.question(topics=("greet",)), "nlu_fallback").right
    assert judged(make.question(emergency="yes"), "emergency").right
    assert not judged(make.question(emergency="yes"), "greet").right
    assert not judged(make.question(topics=("greet",)), "emergency").aspects["alarm"]


def test_both_stand_side_by_side_with_what_is_promised(make):
    asked = [make.question(str(number), topics=("greet",)) for number in range(4)]

    def answers(right, seconds):
        return [judge(question, stock.as_reply("greet" if index < right else None, seconds), {})
                for index, question in enumerate(asked)]

    lines = stock.comparison(answers(2, 0.03), answers(3, 0.01)).splitlines()
    assert lines[1].split() == ["Right", "topic", "50.0%", "75.0%", "+25.0"]
    assert any(line.split()[-4:] == ["30.0", "ms", "10.0", "ms"] for line in lines)
    assert lines[-1] == "Ahead by 25.0 points of right topics; at least 15 are promised: ok"
    assert stock.comparison(answers(3, 1), answers(3, 1)).endswith("below")


def test_one_topic_of_one_english_messageis_compared(make):
    compared = [make.question(), make.question(kind="document"), make.question(emergency="yes")]
    left_out = [make.question(kind="two"), make.question(kind="conversation"), make.question(lang="pl"),
                make.question(emergency="maybe")]
    assert all(map(stock.is_compared, compared)) and not any(map(stock.is_compared, left_out))
