"""What words and letters tell (n-grams): a second opinion on the topic, the language, danger told in another language; joint.py
takes them beside the meaning.

The encoder knows meaning but smooths over rare words ('FPN', 'bleep test', a misspelling
it never met). Hashing needs no vocabulary, so the model holds nothing but numbers.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import scipy.sparse as sp
from scipy.special import softmax
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC
from sklearn.utils.murmurhash import murmurhash3_32

from bot.nlu.heads import for_each_label

# A thousand times looser than scikit-learn's: a third less time, and as many evaluation questions right.
TOLERANCE = 0.1
# Margins of a linear SVM are no probabilities; this makes them as sharp as they are right.
SHARPNESS = 3.0
# Several heads read each text of a message, by n-grams of two lengths: so many are kept hashed.
SOME_MESSAGES = 64


# Fits of support vectors share a source of random numbers: one after the other, so that two trainings are alike.
_ONE_AT_A_TIME = threading.Lock()


class NGrams(NamedTuple):
    """Buckets for words and pairs of words, and for n-grams of `shortest` to `longest` characters within a word."""

    words: int
    characters: int
    shortest: int
    longest: int = 5  # what heads of older releases were fitted with, which can still be taken back

    @property
    def _vectorizers(self) -> Tuple[HashingVectorizer, HashingVectorizer]:
        return (HashingVectorizer(ngram_range=(1, 2), n_features=self.words, alternate_sign=False, norm=None, token_pattern=r"\w+"),
                HashingVectorizer(analyzer="char_wb", ngram_range=(self.shortest, self.longest), n_features=self.characters,
                                  alternate_sign=False, norm=None))

    def counts(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Texts → (n, words + characters)."""
        return sp.hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]).tocsr()

    def count_one(self, text: str) -> Tuple[np.ndarray, np.ndarray]:
        """A row of `counts` as (buckets, counts), without the ceremony of sparse matrices: twice as fast."""
        words, characters = _hashes(text, self.shortest, self.longest)
        return np.unique(np.concatenate([words % self.words, self.words + characters % self.characters]), return_counts=True)


@lru_cache(maxsize=SOME_MESSAGES)
def _hashes(text: str, shortest: int, longest: int) -> Tuple[np.ndarray, np.ndarray]:
    """Of words and pairs, and of characters, to be folded into as many buckets as a head has."""
    return tuple(np.array([abs(murmurhash3_32(gram, 0)) for gram in grams(text)], np.int64) for grams in _analyzers(shortest, longest))


@lru_cache(maxsize=None)
def _analyzers(shortest: int, longest: int) -> Tuple[Callable[[str], List[str]], ...]:
    return tuple(vectorizer.build_analyzer() for vectorizer in NGrams(1, 1, shortest, longest)._vectorizers)


GRAMS = NGrams(words=2**14, characters=2**14, shortest=4, longest=4)


def weighed(text: str, grams: NGrams, idf: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """What scikit-learn's `TfidfTransformer(sublinear_tf=True)` gives for the text: (buckets, values of length 1 together)."""
    buckets, counts = grams.count_one(text)
    values = (np.log(counts) + 1.0) * idf[buckets]
    return buckets, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class LexicalHead:
    """`weights` has shape (buckets, labels), `idf` one number for each bucket."""

    labels: List[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    grams: NGrams = GRAMS

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Texts → (n, number of labels), each row summing to 1."""
        return softmax(SHARPNESS * np.stack([self._scores(text) for text in texts]), axis=1)

    def _scores(self, text: str) -> np.ndarray:
        # Only the few hundred buckets of one message are touched: a product of whole matrices
        # would copy ten megabytes each time.
        buckets, values = weighed(text, self.grams, self.idf)
        return values @ self.weights[buckets] + self.bias

    def save(self, path: Path) -> None:
        """Writes one .npz without pickled objects; half precision is plenty for margins."""
        np.savez_compressed(path, labels=np.array(self.labels), idf=self.idf, weights=self.weights.astype(np.float16),
                            bias=self.bias, grams=np.array(self.grams))

    @classmethod
    def read(cls, path: Path) -> LexicalHead:
        """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(label) for label in arrays["labels"]], arrays["idf"],
                       arrays["weights"].astype(np.float32), arrays["bias"], NGrams(*map(int, arrays["grams"])))


def fit(texts: Sequence[str], labels: Sequence[str], weights: Optional[np.ndarray] = None, grams: NGrams = GRAMS) -> LexicalHead:
    """Fits one margin for each label. `weights` has shape (n,)."""
    counts = grams.counts(texts)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    model = support_vectors(tfidf.transform(counts), np.asarray(labels), weights)
    coefficients, bias = for_each_label(model)
    return LexicalHead([str(label) for label in model.classes_], tfidf.idf_.astype(np.float32),
                       np.ascontiguousarray(coefficients.T, np.float32), bias, grams)


def support_vectors(features: sp.csr_matrix, labels: np.ndarray, weights: Optional[np.ndarray] = None) -> LinearSVC:
    """Linear support vectors, one margin for each label. Shapes (n, features), (n,), (n,)."""
    with _ONE_AT_A_TIME:
        return LinearSVC(tol=TOLERANCE, random_state=0).fit(features, labels, weights)
