"""The heads on small, made-up vectors: a new topic beside old ones."""

import numpy as np
import pytest

from bot.nlu import heads

OLD = 400


@pytest.fixture(scope="module")
def few():
    """Vectors of length one around three directions: two topics with many examples, one with four; and what is near the last."""
    random = np.random.default_rng(1)
    centres = np.linalg.qr(random.normal(size=(16, 16)))[0][:3]

    def around(centre: int, number: int) -> np.ndarray:
        found = centres[centre] + 0.25 * random.normal(size=(number, 16))
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    labels = ["old"] * OLD + ["older"] * OLD + ["new"] * 4
    return np.vstack([around(0, OLD), around(1, OLD), around(2, 4)]), labels, around(2, 50)


def test_a_topic_with_few_examples_is_heard_beside_those_with_many(few):
    vectors, labels, asked = few
    plain, evened = (heads.fit(vectors, labels, weights) for weights in (None, heads.evened(labels)))
    sure = [float(head.probabilities(asked)[:, head.labels.index("new")].mean()) for head in (plain, evened)]
    assert sure[0] < 0.5 < 0.8 < sure[1]


def test_topics_with_enough_examples_weigh_what_they_are_and_one_line_not_like_a_topic():
    weights = heads.evened(["old"] * heads.FEW + ["new"] * 10 + ["stray"])
    assert set(weights[:heads.FEW]) == {1.0} and sum(weights[heads.FEW:-1]) == pytest.approx(heads.FEW)
    assert weights[-1] == heads.MOST_WEIGHT < heads.FEW / 4


def test_two_labels_are_a_softmax_like_more():
    random = np.random.default_rng(2)
    vectors = np.vstack([random.normal(1, 1, (60, 8)), random.normal(-1, 1, (60, 8))])
    head = heads.fit(vectors, ["yes"] * 60 + ["no"] * 60)
    shares = head.probabilities(vectors)
    assert head.labels == ["no", "yes"] and head.weights.shape == (2, 8) and shares.sum(axis=1) == pytest.approx(1)
    assert (shares[:60, 1] > 0.5).mean() > 0.9 < (shares[60:, 0] > 0.5).mean()
