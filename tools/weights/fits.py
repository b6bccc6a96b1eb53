"""Fits weights: of a yes or no, and of a choice between topics."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

# Few weights and thousands of messages: enough to keep one that hardly ever matters from running away.
INVERSE_REGULARISATION = 10.0
ITERATIONS = 3000
UNLIKELY = 1e-12


def logistic(features: np.ndarray, yes: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Weights, shape (k,), of a logistic regression: `features` (n, k), one of them ones for a base; `yes` (n,); how often each
    message counts (n,)."""
    model = LogisticRegression(C=INVERSE_REGULARISATION, fit_intercept=False, max_iter=ITERATIONS)
    return model.fit(features, yes, count).coef_[0]


def conditional_logit(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights, shape (k,), by which the right ones of the topics are likeliest: `features` (n, topics, k), `right` (n, topics).

    McFadden's conditional logit, with a ridge; where several topics are right, what counts is that it is one of them.
    """
    def loss(weights: np.ndarray) -> Tuple[float, np.ndarray]:
        chosen = softmax(features @ weights, axis=1)
        of_right = (chosen * right).sum(axis=1) + UNLIKELY
        if_right = chosen * right / of_right[:, None]
        slope = np.einsum("nt,ntk->k", chosen - if_right, features)
        return -np.log(of_right).sum() + weights @ weights / (2 * INVERSE_REGULARISATION), slope + weights / INVERSE_REGULARISATION

    return minimize(loss, np.zeros(features.shape[-1]), jac=True, method="L-BFGS-B").x
