"""Rasa component: which particular question within its topic a message asks ('can I appeal' within vetting).

People rarely want all that is held on a topic. A point has an answer of its own (data/knowledge/points/) and is learnt from some
fifteen phrases (data/points/): a small head for each topic tells its points apart from one another and from the topic as a whole.
docs/decisions/0010-points.md compares it with Rasa's response selector.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import asked_points, digest, heads
from bot.nlu.asked_points import POINT
from bot.nlu.encoder import SentenceEncoder, vectors_of
from bot.nlu.heads import Head
from bot.nlu.topics import QUESTIONS, ROWS

# The topic as a whole, beside its points.
WHOLE = ""
# So many examples of a topic stand for the whole of it. More, and points are heard less: some of them ask a point, which nobody marked.
WHOLE_EACH = 40
SEED = 20261129
INVERSE_REGULARISATION = 20.0
# From here on the point is answered instead of the whole topic.
SURE_FROM = 0.45


@dataclass(frozen=True)
class PointHead:
    """Tells the points of one topic apart.

    A topic's vectors lie close together, so it looks at how they differ from `centre`, shape (384,).
    """

    head: Head
    centre: np.ndarray

    def likeliest(self, vectors: np.ndarray) -> Tuple[Text, float]:
        """The likeliest point in any of the vectors (n, 384), and how likely it is there."""
        shares = self.head.probabilities(_apart(vectors, self.centre))
        shares[:, [label == WHOLE for label in self.head.labels]] = 0.0
        row, column = np.unravel_index(int(shares.argmax()), shares.shape)
        return self.head.labels[column], float(shares[row, column])


def fit(asked: Sequence[Tuple[Text, Text, np.ndarray]]) -> Dict[Text, PointHead]:
    """A head for each topic; `asked` are (topic, point or `WHOLE`, vector). A topic without two of them gets none."""
    by_topic: Dict[Text, List[Tuple[Text, np.ndarray]]] = {}
    for topic, point, vector in asked:
        by_topic.setdefault(topic, []).append((point, vector))
    found = {}
    for topic, examples in sorted(by_topic.items()):
        labels, vectors = [point for point, _ in examples], np.stack([vector for _, vector in examples])
        if len(set(labels)) > 1:
            centre = vectors.mean(0)
            found[topic] = PointHead(heads.fit(_apart(vectors, centre), labels, inverse_regularisation=INVERSE_REGULARISATION), centre)
    return found


def save(by_topic: Dict[Text, PointHead], path: Path) -> None:
    """Writes one .npz without pickled objects."""
    arrays = {}
    for topic, one in by_topic.items():
        arrays |= {f"{topic}.labels": np.array(one.head.labels), f"{topic}.weights": one.head.weights, f"{topic}.bias": one.head.bias,
                   f"{topic}.centre": one.centre}
    np.savez(path, **arrays)


def read(path: Path) -> Dict[Text, PointHead]:
    """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
    with np.load(path, allow_pickle=False) as arrays:
        return {topic: PointHead(Head([str(label) for label in arrays[f"{topic}.labels"]], arrays[f"{topic}.weights"],
                                      arrays[f"{topic}.bias"]), arrays[f"{topic}.centre"])
                for topic in sorted({name.split(".")[0] for name in arrays.files})}


def _apart(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """How vectors (n, 384) differ from their topic's centre, each of length 1."""
    differences = vectors - centre
    return differences / np.maximum(np.linalg.norm(differences, axis=1, keepdims=True), 1e-9)


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class PointSelector(GraphComponent):
    """Adds `point` to each of the message's `questions`: a name of data/points/, or None for the topic as a whole."""

    def __init__(self, storage: ModelStorage, resource: Resource, by_topic: Optional[Dict[Text, PointHead]] = None):
        self._storage = storage
        self._resource = resource
        self._by_topic = by_topic

    @classmethod
    def required_components(cls) -> List[type]:
        """Vectors come from the encoder. (Topics come from `TopicClassifier`, which Rasa doesn't count: training needs none.)"""
        return [SentenceEncoder]

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> PointSelector:
        """See `GraphComponent`."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> PointSelector:
        """See `GraphComponent`."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, read(folder / "points.npz"))

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Trains anew when the phrases changed, which Rasa can't see."""
        return digest.of_code_and(*sorted(asked_points.FOLDER.glob("*.yml")))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the heads on the points' phrases, and on some examples of each topic that has points."""
        asked, whole = [], {}
        for example in training_data.training_examples:
            if len(vectors_of(example)) and example.get(POINT):
                topic, point = example.get(POINT).split("/")
                asked.append((topic, point, vectors_of(example)[0]))
            elif len(vectors_of(example)) and example.get(INTENT):
                whole.setdefault(example.get(INTENT), []).append(vectors_of(example)[0])
        rng = random.Random(SEED)
        for topic in sorted({topic for topic, _, _ in asked} & set(whole)):
            asked += [(topic, WHOLE, vector) for vector in rng.sample(whole[topic], min(WHOLE_EACH, len(whole[topic])))]
        self._by_topic = fit(asked)
        with self._storage.write_to(self._resource) as folder:
            save(self._by_topic, folder / "points.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks for a point in the stretch of the message that asks each question."""
        for message in messages:
            vectors = vectors_of(message)
            asked = []
            for question, rows in zip(message.get(QUESTIONS) or (), message.get(ROWS) or ()):
                of_topic = self._by_topic.get(question["topic"])
                point, likely = of_topic.likeliest(vectors[rows]) if of_topic and len(vectors) else (WHOLE, 1.0)
                asked.append({**question, "point": point if point != WHOLE and likely >= SURE_FROM else None})
            message.set(QUESTIONS, asked, add_to_output=True)
        return messages
