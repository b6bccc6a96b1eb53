"""Rasa component: which topic a message asks about, and each of several questions in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.onnx_encoder import shared_encoder
from bot.nlu import digest, heads, joint, lexical, questions, thread_weights
from bot.nlu.encoder import VECTORS, SentenceEncoder, in_thread_of, vectors_of, whole_of
from bot.nlu.heads import Head, agree, sharpen
from bot.nlu.joint import JointHead
from bot.nlu.lexical import LexicalHead
from bot.nlu.questions import Question
from bot.nlu.reader import MEANT, reading_of
from bot.nlu.reading import Reading
from knowledge.topics import parted

QUESTIONS = "questions"
# For each question the rows of `VECTORS` that it may stand in.
ROWS = "rows"
# For the emergency detector: how likely the message is one, and the likeliest other topic.
DANGER, RIVAL = "danger", "rival"
RANKING_LENGTH = 10


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class TopicClassifier(GraphComponent):
    """Sets intent, ranking and `questions` ([{topic, confidence, leans, places}], in order)."""

    def __init__(self, storage: ModelStorage, resource: Resource, meaning: Optional[Head] = None,
                 letters: Optional[LexicalHead] = None, thread: Optional[JointHead] = None):
        self._storage = storage
        self._resource = resource
        self._meaning = meaning
        self._letters = letters
        self._thread = thread

    @classmethod
    def required_components(cls) -> List[type]:
        """Vectors come from the encoder."""
        return [SentenceEncoder]

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Trains anew when the heads are fitted another way."""
        return digest.of_code_and()

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> TopicClassifier:
        """See `GraphComponent`."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> TopicClassifier:
        """See `GraphComponent`."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Head.read(folder / "meaning.npz"), LexicalHead.read(folder / "letters.npz"),
                       JointHead.read(folder / "follow_ups.npz"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the heads on the examples as read: two on each by itself, one on the follow-ups."""
        examples = [example for example in training_data.training_examples if example.get(INTENT) and len(vectors_of(example))]
        labels = [example.get(INTENT) for example in examples]
        known, weights = set(labels), heads.evened(labels)
        follow_ups = [example for example in training_data.training_examples if example.get(MEANT) in known]
        meant = [example.get(MEANT) for example in follow_ups]
        with ThreadPoolExecutor() as pool:  # none needs another, and their sums leave Python's lock to others
            meaning = pool.submit(heads.fit, np.vstack([vectors_of(example)[:1] for example in examples]), labels, weights,
                                  heads.LOOSE_TOLERANCE)
            letters = pool.submit(lexical.fit, [reading_of(example).text for example in examples], labels, weights)
            thread = pool.submit(joint.fit_discriminant, [reading_of(example).text for example in follow_ups],
                                 np.stack([vectors_of(example)[1] for example in follow_ups]), meant)
        self._meaning, self._letters, self._thread = meaning.result(), letters.result(), thread.result()
        with self._storage.write_to(self._resource) as folder:
            self._meaning.save(folder / "meaning.npz")
            self._letters.save(folder / "letters.npz")
            self._thread.save(folder / "follow_ups.npz")
        return self._resource

    def probabilities(self, texts: List[Text], vectors: np.ndarray) -> np.ndarray:
        """Both opinions as one: a row for each text and its vector."""
        return agree(self._meaning.probabilities(vectors), self._letters.probabilities(texts))

    def _in_thread(self, message: Message) -> np.ndarray:
        """What a follow-up means: its own words, and its meaning behind the question before it. One probability for each topic."""
        probabilities = self._thread.probabilities([reading_of(message).text], in_thread_of(message))[0]
        shares = dict(zip(self._thread.labels, probabilities, strict=True))
        return np.array([shares.get(label, 0.0) for label in self._meaning.labels])

    def _in_story(self, reading: Reading) -> Optional[np.ndarray]:
        """What it means behind what they asked before, one probability for each topic; None where that isn't known."""
        if reading.story is None:
            return None
        return sharpen(self.probabilities([reading.story], shared_encoder().encode([reading.story])))[0]

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets what each message asks."""
        for message in messages:
            reading, vectors = reading_of(message), vectors_of(message)
            if reading.button:
                topic, _ = parted(reading.button)
                _set(message, [Question(topic, 1.0)], [(topic, 1.0)], reading)
                message.set(RIVAL, 1.0)
                continue
            if not len(vectors):
                _set(message, [Question("unclear", 1.0)], [], reading)
                message.set(RIVAL, 1.0)
                continue
            labels, probabilities = self._meaning.labels, self.probabilities(reading.first_texts, vectors)
            if questions.needs_cuts(reading, sharpen(probabilities)[0]):
                pieces = reading.texts[len(vectors):]
                of_pieces = shared_encoder().encode(pieces)
                message.set(VECTORS, np.vstack([vectors, of_pieces]))
                probabilities = np.vstack([probabilities, self.probabilities(pieces, of_pieces)])
            found, ranking = questions.find(reading, labels, sharpen(probabilities))
            alarming = labels.index("emergency")
            leans = bool(reading.in_thread) and len(found) == 1 and thread_weights.leans(reading.text, labels, ranking)
            if leans:
                ranking = thread_weights.follow(reading.text, labels, ranking, self._in_thread(message), self._in_story(reading),
                                                None if reading.not_meant else reading.last_topic)
                found = [questions.surest(labels, ranking)]
            if reading.mentions and found[0].topic == "greet":
                found = [Question("set_force", found[0].confidence)]  # 'hiya from Pontypridd'
            best = ranking.argsort()[::-1][:RANKING_LENGTH]
            _set(message, found, [(labels[i], float(ranking[i])) for i in best], reading, leans)
            # Of all that is said, whatever of it is meant.
            all_said = probabilities[0] if reading.whole is None else self.probabilities(*_as_lists(whole_of(message)))[0]
            message.set(DANGER, float(all_said[alarming]))
            message.set(RIVAL, float(np.delete(all_said, alarming).max()))
        return messages


def _as_lists(read: Tuple[Text, np.ndarray]) -> Tuple[List[Text], np.ndarray]:
    text, vector = read
    return [text], vector


def _set(message: Message, found: List[Question], ranking: List[tuple], reading: Reading, leans: bool = False) -> None:
    message.set(INTENT, {INTENT_NAME_KEY: found[0].topic, PREDICTED_CONFIDENCE_KEY: found[0].confidence},
                add_to_output=True)
    message.set(INTENT_RANKING_KEY, [{INTENT_NAME_KEY: topic, PREDICTED_CONFIDENCE_KEY: confidence}
                                     for topic, confidence in ranking], add_to_output=True)
    message.set(QUESTIONS, [_as_dict(question, reading, leans) for question in found], add_to_output=True)
    # Told at length, the one thing that is asked stands in a part rather than in the whole.
    parts = [0, *(row for row, part in enumerate(reading.parts, 1) if part.is_question)]
    message.set(ROWS, [[question.row] if len(found) > 1 else parts for question in found])


def _as_dict(question: Question, reading: Reading, leans: bool) -> Dict[Text, Any]:
    mentions = question.part.mentions if question.part else reading.mentions
    return {
        "topic": question.topic,
        "confidence": round(question.confidence, 4),
        "leans": leans,
        "told": question.part.is_told if question.part else reading.tells_of_a_case,
        "places": [{"label": mention.name.label, "forces": list(mention.name.forces),
                    "certain": mention.name.certain} for mention in mentions],
    }
