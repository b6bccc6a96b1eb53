"""Heads on words and meaning together, on small, made-up texts and vectors."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from bot.nlu import joint
from bot.nlu.joint import JointHead
from bot.nlu.lexical import NGrams

GRAMS = NGrams(words=64, characters=128, shortest=2, longest=5)
WORDS = {"amount": "how much is it", "appeal": "can one appeal", "length": "how long is it"}


@pytest.fixture(scope="module")
def taught():
    """Texts, vectors and labels: 'amount' and 'length' have one meaning and other words, 'appeal' has words and meaning of its own."""
    random = np.random.default_rng(1)
    texts, vectors, labels = [], [], []
    for label, text in WORDS.items():
        for _ in range(20):
            vector = np.eye(8)[int(label == "appeal")] + 0.1 * random.normal(size=8)
            vectors.append(vector / np.linalg.norm(vector))
            texts.append(f"{text} {random.choice(['now', 'then', 'please', 'mate'])}")
            labels.append(label)
    return texts, np.stack(vectors).astype(np.float32), labels


@pytest.mark.parametrize("fit", [joint.fit_discriminant, joint.fit_margins])
def test_words_tell_apart_what_means_the_same_and_meaning_what_has_no_word(fit, taught):
    head = fit(*taught, grams=GRAMS)
    told = [head.labels[row.argmax()] for row in head.scores(["how much", "how long", "xyz"], np.eye(8, dtype=np.float32)[[0, 0, 1]])]
    assert told == ["amount", "length", "appeal"]


def test_the_discriminant_is_that_of_scikit_learn(taught):
    texts, vectors, labels = taught
    head = joint.fit_discriminant(*taught, grams=GRAMS)
    found = joint._features(texts, vectors, GRAMS)
    dense = np.hstack([found.grams.toarray(), found.vectors])
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=joint.SHRINKAGE, priors=np.full(3, 1 / 3)).fit(dense, labels)
    expected, got = theirs.decision_function(dense), head.scores(texts, vectors)
    assert head.labels == list(theirs.classes_)
    apart = np.abs(expected - expected.mean(1, keepdims=True)).max()
    assert np.allclose(got - got.mean(1, keepdims=True), expected - expected.mean(1, keepdims=True), atol=0.01 * apart)


def test_what_was_saved_is_read_again(taught, tmp_path):
    head = joint.fit_margins(*taught, grams=GRAMS)
    head.save(tmp_path / "head.npz")
    again = JointHead.read(tmp_path / "head.npz")
    assert again.labels == head.labels and again.grams == GRAMS
    assert np.array_equal(again.scores(*taught[:2]), head.scores(*taught[:2]))


def test_a_text_may_have_several_labels_or_none(taught):
    texts, vectors, labels = taught
    several = [{"amount": frozenset({"money", "it"}), "length": frozenset({"it"}), "appeal": frozenset()}[label] for label in labels]
    head = joint.fit_each_margin(texts, vectors, several, 0.2, GRAMS)
    assert head.labels == ["it", "money"]
    found = head.scores(["how much is it", "how long is it", "can one appeal"], np.eye(8, dtype=np.float32)[[0, 0, 1]]) > 0
    assert found.tolist() == [[True, True], [True, False], [False, False]]


@pytest.mark.parametrize("text", ["how much is it, and how long", "", "ok"])
def test_a_text_alone_is_counted_like_among_others(text):
    row = GRAMS.counts([text, "another"])[0].toarray()[0]
    buckets, counts = GRAMS.count_one(text)
    alone = np.zeros(len(row))
    alone[buckets] = counts
    assert np.array_equal(alone, row)
