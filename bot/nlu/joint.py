"""Heads on what a text means and how it is put, together: its vector beside its words and letters.

The encoder smooths over what tells two questions of one topic apart ('how long' and 'how often'); n-grams alone know no
meaning. Side by side in one linear head each counts where it helps. docs/decisions/0011-joint-heads.md has what that gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import FrozenSet, List, NamedTuple, Optional, Sequence, Union

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfTransformer

from bot.nlu.heads import for_each_label
from bot.nlu.lexical import GRAMS, NGrams, support_vectors, weighed

# What a vector weighs beside the n-grams; both have length 1.
VECTOR_WEIGHS = 2.0
# Few enough buckets that the spread of all of them together fits into memory.
FEW_GRAMS = NGrams(words=2**12, characters=2**11, shortest=3, longest=3)
# Distances in so many dimensions are far too sure of themselves.
SHARPNESS = 0.1
# How far the spread within all labels is taken for the same in every direction: a label has too few examples to know its own.
SHRINKAGE = 0.35
# So many rows are put side by side at a time: scipy writes out each number's row and column to do so, a gigabyte for all.
PIECE = 8_192
# Where all examples of each label are the same there is no spread to divide by.
ALL_ALIKE = 1e-7


@dataclass(frozen=True)
class JointHead:
    """`weights` has shape (buckets + dimensions of a vector, labels), in half precision; `idf` one number for each bucket."""

    labels: List[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    grams: NGrams

    def scores(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """n texts with their vectors (n, dimensions) → (n, labels)."""
        found = VECTOR_WEIGHS * vectors @ self._of_vectors + self.bias
        for row, text in zip(found, texts, strict=True):
            buckets, values = weighed(text, self.grams, self.idf)
            row += values @ self.weights[buckets].astype(np.float32)
        return found

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray, ahead: Union[float, np.ndarray] = 0.0) -> np.ndarray:
        """The same of a discriminant as probabilities; by `ahead` each label starts in front, shape (labels,)."""
        return softmax(SHARPNESS * (self.scores(texts, vectors) + ahead), axis=1)

    @cached_property
    def _of_vectors(self) -> np.ndarray:
        return self.weights[len(self.idf):].astype(np.float32)

    def save(self, path: Path) -> None:
        """Writes one .npz without pickled objects."""
        np.savez_compressed(path, labels=np.array(self.labels), idf=self.idf, weights=self.weights, bias=self.bias,
                            grams=np.array(self.grams))

    @classmethod
    def read(cls, path: Path) -> JointHead:
        """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(label) for label in arrays["labels"]], arrays["idf"], arrays["weights"], arrays["bias"],
                       NGrams(*map(int, arrays["grams"])))


class _Features(NamedTuple):
    """Of n texts: weighed n-grams (n, buckets), weighed vectors (n, dimensions), and the buckets' weights."""

    grams: sp.csr_matrix
    vectors: np.ndarray
    idf: np.ndarray

    @property
    def side_by_side(self) -> sp.csr_matrix:
        """Shape (n, buckets + dimensions), in double precision, to which support vectors would copy it otherwise."""
        rows = [slice(start, start + PIECE) for start in range(0, len(self.vectors), PIECE)]
        return sp.vstack([sp.hstack([self.grams[some], sp.csr_matrix(self.vectors[some])], dtype=np.float64) for some in rows]).tocsr()


def _features(texts: Sequence[str], vectors: np.ndarray, grams: NGrams) -> _Features:
    counts = grams.counts(texts)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    return _Features(tfidf.transform(counts).astype(np.float32), (VECTOR_WEIGHS * vectors).astype(np.float32),
                     tfidf.idf_.astype(np.float32))


def fit_discriminant(texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], grams: NGrams = FEW_GRAMS) -> JointHead:
    """Linear discriminant: nearest means, where the spread that all labels share counts little.

    It takes a label from a dozen examples, which a regression over six hundred labels doesn't, and is solved rather than
    searched for: seconds. scikit-learn's gives the same (tests/nlu/test_joint.py), but wants the n-grams dense and in double
    precision, more than a gigabyte. `vectors` has shape (n, dimensions).
    """
    found = _features(texts, vectors, grams)
    known, rows = np.unique(np.asarray(labels), return_inverse=True)
    belongs = sp.csr_matrix((np.ones(len(rows), np.float32), (np.arange(len(rows)), rows)))
    sizes = np.bincount(rows).astype(np.float32)[:, None]
    means = np.hstack([(belongs.T @ found.grams).toarray(), belongs.T @ found.vectors]) / sizes
    across = found.grams.T @ found.vectors
    # Before the means are taken off: squares, in four blocks, as the n-grams are sparse and the vectors aren't.
    spread = np.block([[(found.grams.T @ found.grams).toarray(), across], [across.T, found.vectors.T @ found.vectors]])
    spread -= (means * sizes).T @ means
    spread /= len(rows)
    everywhere = np.trace(spread) / len(spread)
    spread *= 1 - SHRINKAGE
    spread[np.diag_indices(len(spread))] += SHRINKAGE * everywhere + ALL_ALIKE
    weights = scipy.linalg.solve(spread, means.T, assume_a="pos", overwrite_a=True, check_finite=False)
    bias = -0.5 * np.einsum("dk,kd->k", weights, means)
    return JointHead([str(label) for label in known], found.idf, weights.astype(np.float16), bias.astype(np.float32), grams)


def fit_margins(texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], weights: Optional[np.ndarray] = None,
                grams: NGrams = GRAMS) -> JointHead:
    """Linear support vectors, one margin for each label: for few labels with thousands of examples. `vectors` as above, `weights` (n,)."""
    found = _features(texts, vectors, grams)
    model = support_vectors(found.side_by_side, np.asarray(labels), weights)
    coefficients, bias = for_each_label(model)
    return JointHead([str(label) for label in model.classes_], found.idf, coefficients.T.astype(np.float16), bias, grams)


def fit_each_margin(texts: Sequence[str], vectors: np.ndarray, labels: Sequence[FrozenSet[str]], least: float,
                    grams: NGrams = FEW_GRAMS) -> JointHead:
    """The same where a text may have several labels or none: each label's margin to all texts without it, which its own weigh
    against as at least the share `least` of all."""
    found, known = _features(texts, vectors, grams), sorted(frozenset.union(*labels))
    both, weights, bias = found.side_by_side, [], []
    for label in known:
        has = np.array([label in each for each in labels])
        weight = max(1.0, least / (1 - least) * (~has).sum() / has.sum())
        model = support_vectors(both, has, np.where(has, weight, 1.0))
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return JointHead(known, found.idf, np.stack(weights, axis=1).astype(np.float16), np.asarray(bias, np.float32), grams)
