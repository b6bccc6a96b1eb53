"""A second opinion on the topic, from the letters: word and character n-grams.

The encoder knows meaning but smooths over rare words ('FPN', 'bleep test', a misspelling
it never met). Hashing needs no vocabulary, so the model holds nothing but numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

WORD_BUCKETS = CHARACTER_BUCKETS = 2**14
INVERSE_REGULARISATION = 0.3
# Margins of a linear SVM are no probabilities; this makes them as sharp as they are right.
SHARPNESS = 3.0

_words = HashingVectorizer(ngram_range=(1, 2), n_features=WORD_BUCKETS, alternate_sign=False, norm=None, token_pattern=r"\w+")
_characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=CHARACTER_BUCKETS, alternate_sign=False, norm=None)


def _counts(texts: Sequence[str]) -> sp.csr_matrix:
    return sp.hstack([_words.transform(texts), _characters.transform(texts)]).tocsr()


@dataclass(frozen=True)
class LexicalHead:
    """`weights` has shape (buckets, labels), `idf` one number for each bucket."""

    labels: List[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Texts → (n, number of labels), each row summing to 1."""
        counts = _counts(texts)
        scores = np.stack([self._scores(counts[row]) for row in range(len(texts))])
        exponents = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
        return exponents / exponents.sum(axis=1, keepdims=True)

    def _scores(self, row: sp.csr_matrix) -> np.ndarray:
        # Only the few hundred buckets of one message are touched: a product of whole matrices
        # would copy ten megabytes each time.
        values = (np.log(row.data) + 1.0) * self.idf[row.indices]
        norm = max(float(np.linalg.norm(values)), 1e-9)
        return (values / norm).astype(np.float32) @ self.weights[row.indices] + self.bias

    def save(self, path: Path) -> None:
        """Writes one .npz without pickled objects; half precision is plenty for margins."""
        np.savez_compressed(path, labels=np.array(self.labels), idf=self.idf,
                            weights=self.weights.astype(np.float16), bias=self.bias)

    @classmethod
    def read(cls, path: Path) -> LexicalHead:
        """Reads what `save` wrote; raises `OSError` or `ValueError` on anything else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(label) for label in arrays["labels"]], arrays["idf"],
                       arrays["weights"].astype(np.float32), arrays["bias"])


def fit(texts: Sequence[str], labels: Sequence[str]) -> LexicalHead:
    """Fits one margin for each label."""
    counts = _counts(texts)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    model = LinearSVC(C=INVERSE_REGULARISATION, random_state=0).fit(tfidf.transform(counts), np.asarray(labels))
    return LexicalHead([str(label) for label in model.classes_], tfidf.idf_.astype(np.float32),
                       np.ascontiguousarray(model.coef_.T, np.float32), model.intercept_.astype(np.float32))
