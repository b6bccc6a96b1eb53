"""`python -m bot.lean.training` is `rasa train` that doesn't copy and hash all examples again with each importer.

Rasa merges the examples of its importers six times, mostly with nothing, and each time copies every message and hashes
it to find doubles: twenty seconds of a training with 40,000 examples.
"""

from __future__ import annotations

from itertools import chain

from rasa.shared.nlu.training_data.training_data import TrainingData


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


def install() -> None:
    """Puts the quick function in place of Rasa's own."""
    TrainingData.merge = merge


if __name__ == "__main__":
    from rasa.__main__ import main

    install()
    main()
