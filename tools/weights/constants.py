"""The weights of a decision, which are constants of its module."""

from __future__ import annotations

import contextlib
from types import ModuleType
from typing import Callable, Dict, Iterator, Sequence
from unittest.mock import patch

import numpy as np


class Constants:
    """Weights of `module` by name, in order: 'BASE', or a field of a named tuple, 'PARTS.asks'."""

    def __init__(self, module: ModuleType, names: Sequence[str]):
        self.module = module
        self.names = tuple(names)

    @property
    def now(self) -> np.ndarray:
        """Their values as the module has them, shape (names,)."""
        return np.array([_value(self.module, name) for name in self.names])

    @contextlib.contextmanager
    def set_to(self, values: np.ndarray) -> Iterator[None]:
        """Puts `values`, shape (names,), in their place for a while."""
        changed: Dict[str, object] = {}
        for name, value in zip(self.names, values, strict=True):
            of, _, field = name.partition(".")
            tupled = changed.get(of, getattr(self.module, of))
            changed[of] = tupled._replace(**{field: float(value)}) if field else float(value)
        with patch.multiple(self.module, **changed):
            yield

    def features(self, scores: Callable[[], np.ndarray]) -> np.ndarray:
        """What each weight is multiplied with, shape (…, names), in `scores`, which gives shape (…) and is linear in the weights.

        That is the score where this weight is one and the others are zero, so that no formula stands here a second time.
        """
        columns = []
        for alone in np.eye(len(self.names)):
            with self.set_to(alone):
                columns.append(scores())
        return np.stack(columns, axis=-1)


def _value(module: ModuleType, name: str) -> float:
    of, _, field = name.partition(".")
    return getattr(getattr(module, of), field) if field else getattr(module, of)
