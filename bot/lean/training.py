"""`python -m bot train` is `rasa train --force` without what costs a third of the time and gives nothing here.

Rasa merges the examples of its importers six times, mostly with nothing, and each time copies every message and hashes it to find
doubles: twenty seconds of a training with 40,000 examples. It reads each file of examples a second time, against a schema (ten
seconds): `make test` and the staff console check them. And it hashes all examples after each component, to take over from the last
training what didn't change (ten more): who trains has changed examples or code, which nearly every component sees. Components that don't
need each other learn side by side: a second core would wait for most of the time.
"""

from __future__ import annotations

import gc
from functools import partial
from itertools import chain
from types import SimpleNamespace
from typing import Any, Dict, Hashable, List

from dask import threaded
from rasa.engine.runner import dask
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.nlu.constants import INTENT, RESPONSE
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# Learning is mostly sums, which leave Python's lock to others.
AT_ONCE = 2


def merge(self: TrainingData, *others: TrainingData) -> TrainingData:
    """As Rasa's, but the messages are shared, and what gains nothing is given back as it is."""
    full = [one for one in (self, *others) if one and not (one.is_empty() and not one.responses)]
    if len(full) < 2:
        return full[0] if full else self
    merged = [{}, {}]
    for one in full:
        merged[0].update(one.entity_synonyms)
        merged[1].update(one.responses)
    lists = [list(chain.from_iterable(getattr(one, name) for one in full))
             for name in ("training_examples", "regex_features", "lookup_tables")]
    return TrainingData(lists[0], merged[0], lists[1], lists[2], merged[1])


def without_doubles(examples: List[Message]) -> List[Message]:
    """As Rasa's `sanitize_examples`; what is nothing but strings, as nearly all are, is compared as it is rather than by a hash."""
    found: Dict[Hashable, Message] = {}
    for example in examples:
        for name in (INTENT, RESPONSE):
            if example.get(name):
                example.set(name, example.get(name).strip())
        plain = not example.features and all(isinstance(value, str) for value in example.data.values())
        found.setdefault(frozenset(example.data.items()) if plain else example, example)
    return list(found.values())


def nothing(*_: Any, **__: Any) -> Dict[str, Any]:
    """Neither checks nor keeps anything."""
    return {}


def install() -> None:
    """Puts the quick functions in place of Rasa's own."""
    gc.disable()  # it would walk through all examples again and again, and nothing here goes round in circles
    TrainingData.merge = merge
    TrainingData.sanitize_examples = staticmethod(without_doubles)
    RasaYAMLReader.validate = nothing
    dask.dask = SimpleNamespace(get=partial(threaded.get, num_workers=AT_ONCE))
    TrainingHook.on_before_node = TrainingHook.on_after_node = nothing

