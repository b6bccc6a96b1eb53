"""Rasa component: which particular question within its topic a message asks ('can I appeal' within vetting).

People rarely want all that is held on a topic. A point has an answer of its own (data/knowledge/points/) and is learnt from some
thirty phrases (data/points/). One head, on meaning and words together, knows all points and, beside them, each topic as a whole; what
it finds and what the topic classifier finds are weighed together, so that a point that fits very well can tell which of two likely
topics is meant. docs/decisions/0010-points.md has what was compared.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import softmax

from bot.nlu import digest, joint
from bot.nlu.encoder import SentenceEncoder, vectors_of
from bot.nlu.joint import JointHead
from bot.nlu.reader import OWN_QUESTION, POINT, reading_of
from bot.nlu.reading import Reading
from bot.nlu.topics import QUESTIONS, ROWS
from knowledge import taught
from knowledge.topics import NO_QUESTION, named, parted

# The topic as a whole, beside its points.
WHOLE = ""
# So many examples of a topic stand for the whole of it: those nearest to its own question ('can a PCSO arrest me'), which is what most
# people ask, the shortest of the others ('arrests?'), which say nothing particular, and as many by chance.
PLAIN_EACH = SHORT_EACH = CHANCE_EACH = 100
SEED = 20261129
# How much less likely the whole of a topic is than one of its points, in log-odds before sharpening: most people ask something particular.
WHOLE_BEHIND = 6.0
# What the topic classifier's opinion weighs beside the points' (log-probabilities).
TOPIC_WEIGHS = 6.0
UNLIKELY = 1e-9
# The log-probability, beside all else that could be asked, from which on a point fits a message that is understood by itself: 'more PCSOs
# in the village, who do I need to talk to' is no cry of the lonely, though nothing else within its topic is likelier.
FITS_FROM = -8.0
# What is offered beside an answer: points at most so far behind the best, in log-odds.
NEAR, MOST_NEAR = 3.0, 6
# From this share of all points of the topic on, one of them stands out, should the topic as a whole not be meant; and no further
# behind the best than this, in log-odds: 'what hours do they do then' asks nothing particular.
STANDS_OUT, STANDS_BEHIND = 0.7, 4.0
# How far (in log-odds) a part has to fit its point, or the topic as a whole, better than anything else, where two parts ask two things
# within one topic: 'how long is the training and is there a probation after'.
ASKS_APART = 7.0


class Asked(NamedTuple):
    """An example as read, and its vector of shape (384,); `point` may be `WHOLE`."""

    topic: str
    point: str
    text: str
    vector: np.ndarray


def fit(asked: Sequence[Asked]) -> JointHead:
    """One head over 'topic/point', fitted in seconds."""
    return joint.fit_discriminant([example.text for example in asked], np.stack([example.vector for example in asked]),
                                  [named(example.topic, example.point) for example in asked])


class Chosen(NamedTuple):
    """A topic and a point of it, and other points of it that come near, likeliest first.

    `particular`: the point that is meant if the topic as a whole isn't; None where none stands out. `surely`: neither another point
    nor the whole comes near.
    """

    topic: Text
    point: Text
    near: Tuple[Text, ...] = ()
    particular: Optional[Text] = None
    surely: bool = True


def choose(head: JointHead, texts: Sequence[Text], vectors: np.ndarray, topics: Dict[Text, float],
           not_meant: Optional[Text] = None, leans: bool = False) -> Optional[Chosen]:
    """Topic and point that fit best, in any of the texts and their vectors (n, 384), where the topics have these probabilities.

    `not_meant` is a topic/point that they say they don't ask. `leans`: it has its topic by the thread, so that a point may fit the words
    alone however badly. None where none of the topics is known to the head.
    """
    labels, rows_of, whole = _by_topic(tuple(head.labels))
    likely = {topic: probability for topic, probability in topics.items() if topic in rows_of}
    if not likely or not len(vectors):
        return None
    scores = np.log(head.probabilities(texts, vectors, -WHOLE_BEHIND * whole) + UNLIKELY).max(axis=0)
    if not_meant in head.labels:
        scores[head.labels.index(not_meant)] = -np.inf
    best = {topic: max(scores[rows_of[topic]]) + TOPIC_WEIGHS * math.log(probability + UNLIKELY) for topic, probability in likely.items()}
    topic = max(best, key=best.get)
    ranked = sorted(rows_of[topic], key=lambda row: -scores[row])
    near = [labels[row][1] for row in ranked[1:] if not whole[row] and scores[row] >= scores[ranked[0]] - NEAR]
    particular = [row for row in ranked if not whole[row]]
    stands_out = (len(particular) > 1 and softmax(scores[particular])[0] >= STANDS_OUT
                  and scores[particular[0]] >= scores[ranked[0]] - STANDS_BEHIND)
    fits = leans or bool(scores[ranked[0]] >= FITS_FROM)
    surely = fits and (len(ranked) == 1 or bool(scores[ranked[1]] < scores[ranked[0]] - NEAR))
    return Chosen(topic, labels[ranked[0]][1] if fits else WHOLE, tuple(near[:MOST_NEAR]),
                  labels[particular[0]][1] if stands_out else None, surely)


def apart(head: JointHead, topic: Text, texts: Sequence[Text], vectors: np.ndarray) -> List[Text]:
    """The different points within `topic` that parts of a message (texts and their vectors, shape (n, 384)) surely ask, in order.

    Fewer than two where it asks one thing. Only the first part may ask for the whole of the topic: behind something particular that
    says no more.
    """
    labels, _, whole = _by_topic(tuple(head.labels))
    found: List[Text] = []
    for scores in np.log(head.probabilities(texts, vectors, -WHOLE_BEHIND * whole) + UNLIKELY):
        best, second = scores.argsort()[:-3:-1]
        (of, point), surely = labels[best], scores[best] - scores[second] >= ASKS_APART
        if of == topic and surely and point not in found and not (point == WHOLE and found):
            found.append(point)
    return found


@lru_cache(maxsize=2)
def _by_topic(labels: Tuple[Text, ...]) -> Tuple[List[Tuple[Text, Text]], Dict[Text, List[int]], np.ndarray]:
    """Each label as topic and point, the rows of each topic, and which of the labels stand for the whole of one, shape (labels,)."""
    both = [parted(label) for label in labels]
    rows_of: Dict[Text, List[int]] = {}
    for row, (topic, _) in enumerate(both):
        rows_of.setdefault(topic, []).append(row)
    return both, rows_of, np.array([point == WHOLE for _, point in both], np.float32)


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class PointSelector(GraphComponent):
    """Adds `point` to each of the message's `questions`: a name of data/points/, or None for the topic as a whole; and `near`,
    `particular` and `surely` as in `Chosen`.

    Where one thing is asked, it may choose another of the likely topics for the point it found there.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, head: Optional[JointHead] = None):
        self._storage = storage
        self._resource = resource
        self._head = head

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
            return cls(model_storage, resource, JointHead.read(folder / "asked_points.npz"))

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Trains anew when the phrases changed, which Rasa can't see."""
        return digest.of_code_and(*sorted(taught.POINTS.glob("*.yml")))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the head on the points' phrases, and on some examples of each topic."""
        asked: List[Asked] = []
        whole: Dict[Text, List[Asked]] = {}
        own: Dict[Text, np.ndarray] = {}
        for example in training_data.training_examples:
            if example.get(OWN_QUESTION):
                own[example.get(OWN_QUESTION)] = vectors_of(example)[0]
            elif len(vectors_of(example)) and (example.get(POINT) or example.get(INTENT)):
                topic, point = parted(example.get(POINT) or example.get(INTENT))
                read = Asked(topic, point, reading_of(example).text, vectors_of(example)[0])
                (asked if point else whole.setdefault(topic, [])).append(read)
        rng = random.Random(SEED)
        for topic, examples in sorted(whole.items()):
            nearest = sorted(examples, key=lambda example: -float(example.vector @ own[topic])) if topic in own else examples
            rest = sorted(nearest[PLAIN_EACH:], key=lambda example: (len(example.text.split()), example.text))
            by_chance = rest[SHORT_EACH:]
            asked += nearest[:PLAIN_EACH] + rest[:SHORT_EACH] + rng.sample(by_chance, min(CHANCE_EACH, len(by_chance)))
        self._head = fit(asked)
        with self._storage.write_to(self._resource) as folder:
            self._head.save(folder / "asked_points.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks for a point in the stretch of the message that asks each question."""
        for message in messages:
            texts, vectors, questions = reading_of(message).texts, vectors_of(message), message.get(QUESTIONS) or []
            ranking = {item[INTENT_NAME_KEY]: item[PREDICTED_CONFIDENCE_KEY] for item in message.get(INTENT_RANKING_KEY) or ()
                       if item[INTENT_NAME_KEY] not in NO_QUESTION}
            found = []
            for question, rows in zip(questions, message.get(ROWS) or (), strict=True):
                # What leans on an answer has its topic by the thread, of which a point's phrases know nothing.
                free = len(questions) == 1 and question["topic"] in ranking and not question["leans"]
                # What a button says has a topic and no vector.
                rows = rows if len(vectors) else []
                chosen = choose(self._head, [texts[row] for row in rows], vectors[rows], ranking if free else {question["topic"]: 1.0},
                                reading_of(message).not_meant, question["leans"])
                chosen = chosen or Chosen(*parted(reading_of(message).button or question["topic"]))
                found.append({**question, "topic": chosen.topic, "point": chosen.point or None, "near": list(chosen.near),
                              "particular": chosen.particular, "surely": chosen.surely})
            if len(found) == 1 and not found[0]["leans"] and len(vectors):
                found = self._asked_apart(found[0], reading_of(message), vectors)
            message.set(QUESTIONS, found, add_to_output=True)
            if found and found[0]["topic"] != questions[0]["topic"]:
                _choose_topic(message, found[0], ranking)
        return messages

    def _asked_apart(self, question: Dict[Text, Any], reading: Reading, vectors: np.ndarray) -> List[Dict[Text, Any]]:
        """The question, or one for each of the parts that ask different things within its topic."""
        rows = [row for row, part in enumerate(reading.parts, 1) if part.is_question]
        several = apart(self._head, question["topic"], [reading.texts[row] for row in rows], vectors[rows]) if len(rows) > 1 else []
        if len(several) < 2:
            return [question]
        return [{**question, "point": point or None, "near": [], "particular": None, "surely": True} for point in several]


def _choose_topic(message: Message, question: Dict[Text, Any], ranking: Dict[Text, float]) -> None:
    """Makes the question's topic the message's, and the first of its ranking, as likely as it was found."""
    topic, confidence = question["topic"], ranking[question["topic"]]
    question["confidence"] = round(confidence, 4)
    message.set(INTENT, {INTENT_NAME_KEY: topic, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
    items = message.get(INTENT_RANKING_KEY)
    message.set(INTENT_RANKING_KEY, sorted(items, key=lambda item: item[INTENT_NAME_KEY] != topic), add_to_output=True)
