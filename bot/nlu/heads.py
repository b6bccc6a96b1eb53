"""Light heads on sentence vectors: logistic regressions kept as plain arrays.

scikit-learn fits them at training; at run time they are one matrix product, and the model
archive holds numbers only, nothing that has to be unpickled.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

# The encoder has seen the examples, so on them its vectors look surer than they are on new ones:
# strong regularisation keeps the head modest.
INVERSE_REGULARISATION = 1.0
ITERATIONS, TOLERANCE = 400, 1e-2
# For the topics' tens of thousands of examples: the last half of the iterations changes no answer. (scikit-learn 1.1 adds up the
# examples' losses; one that averages them needs a smaller number.)
LOOSE_TOLERANCE = 20.0
# Together the examples of a topic weigh at least as many (the smallest that we ship has 213),
# unless it has a handful only: one line isn't to weigh like a topic.
FEW, MOST_WEIGHT = 200, 25.0
# Fitted so that of answers with confidence 0.7 about 0.7 are right (docs/evaluation.md, calibration).
SHARPER = 2.0


@dataclass(frozen=True)
class Head:
    """`labels[i]` has the probability that row i of `weights` gives."""

    labels: List[str]
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """(n, 384) → (n, number of labels), each row summing to 1."""
        return softmax(vectors @ self.weights.T + self.bias, axis=1)

    def save(self, path: Path) -> None:
        """Writes one .npz without pickled objects."""
        np.savez(path, labels=np.array(self.labels), weights=self.weights, bias=self.bias)

    @classmethod
    def read(cls, path: Path) -> Head:
        """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(label) for label in arrays["labels"]], arrays["weights"], arrays["bias"])


def agree(one: np.ndarray, other: np.ndarray, weight: float = 0.5) -> np.ndarray:
    """Weighs two opinions as a product: what either finds absurd stays unlikely.

    Both have shape (n, labels), in the same order of labels; so has the result.
    """
    product = np.exp((1 - weight) * np.log(one + 1e-9) + weight * np.log(other + 1e-9))
    return product / product.sum(axis=1, keepdims=True)


def sharpen(probabilities: np.ndarray) -> np.ndarray:
    """Makes confidence as high as it is right: two modest opinions that agree are worth more than either."""
    powers = probabilities**SHARPER
    return powers / powers.sum(axis=1, keepdims=True)


def evened(labels: Sequence[str]) -> np.ndarray:
    """What each example weighs, shape (n,): one, and more where a label has few, so that a new topic is heard beside old ones."""
    counts = Counter(labels)
    return np.array([min(max(1.0, FEW / counts[label]), MOST_WEIGHT) for label in labels])


def fit(vectors: np.ndarray, labels: Sequence[str], weights: Optional[np.ndarray] = None,
        tolerance: float = TOLERANCE) -> Head:
    """Fits a softmax over the labels. `weights` has shape (n,)."""
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=ITERATIONS, tol=tolerance).fit(
        vectors.astype(np.float64), np.asarray(labels), weights)  # which it is made for each step otherwise
    return Head([str(label) for label in model.classes_], *for_each_label(model))


def for_each_label(model: Union[LogisticRegression, LinearSVC]) -> Tuple[np.ndarray, np.ndarray]:
    """Coefficients (labels, features) and bias (labels,): of two labels scikit-learn keeps one row, for the second."""
    coefficients, bias = model.coef_.astype(np.float32), np.asarray(model.intercept_, np.float32)
    if len(model.classes_) == 2:
        return np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    return coefficients, bias
