"""Rasa component: the meaning of a message and of each of its parts, as vectors."""

from __future__ import annotations

import hashlib
from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder import kept_vectors
from bot.encoder.onnx_encoder import MODEL_FILE, shared_encoder
from bot.nlu import digest
from bot.nlu.reader import MessageReader, reading_of

VECTORS = "vectors"
# Of the message behind the question before it, and of all of it where only a part is meant, once somebody asked for them.
IN_THREAD_VECTOR, WHOLE_VECTOR = "in_thread_vector", "whole_vector"


class Vectors(np.ndarray):
    """An array that hashes its bytes: Rasa fingerprints all training data after each component, and would
    print every number to do so (half of the training time)."""

    def fingerprint(self) -> Text:
        """Differs where any number differs."""
        return hashlib.sha256(self.tobytes()).hexdigest()


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Sets `VECTORS`: shape (number of `reading.first_texts`, 384), the whole message first; `TopicClassifier` may add more."""

    @classmethod
    def required_components(cls) -> List[type]:
        """The reader says what the words are."""
        return [MessageReader]

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> SentenceEncoder:
        """See `GraphComponent`."""
        return cls()

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """The model file is no part of Rasa's graph: another encoder means training anew."""
        return digest.of_code_and(MODEL_FILE)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encodes the whole of each example, since parts have no label; a follow-up also behind the question before it."""
        examples = [example for example in training_data.training_examples if reading_of(example).text]
        texts = [[read.text, *filter(None, [read.in_thread])] for read in map(reading_of, examples)]
        vectors = iter(kept_vectors.encode([text for both in texts for text in both]))
        for example, both in zip(examples, texts, strict=True):
            example.set(VECTORS, np.stack([next(vectors) for _ in both]).view(Vectors))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encodes each message and its parts; what a button says has a topic already."""
        for message in messages:
            reading = reading_of(message)
            if reading.text and not reading.button:
                message.set(VECTORS, shared_encoder().encode(reading.first_texts))
        return messages


def in_thread_of(message: Message) -> np.ndarray:
    """The vector of the message behind the question before it, shape (1, 384): encoded once. Its reading must have `in_thread`."""
    vector = message.get(IN_THREAD_VECTOR)
    if vector is None:
        vector = shared_encoder().encode([reading_of(message).in_thread])
        message.set(IN_THREAD_VECTOR, vector)
    return vector


def whole_of(message: Message) -> Tuple[Text, np.ndarray]:
    """All that the message says, whatever of it is meant, and its vector, shape (1, 384), or (0, 384) where there is no text."""
    whole = reading_of(message).whole
    if whole is None:
        return reading_of(message).text, vectors_of(message)[:1]
    if message.get(WHOLE_VECTOR) is None:
        message.set(WHOLE_VECTOR, shared_encoder().encode([whole]))
    return whole, message.get(WHOLE_VECTOR)


def vectors_of(message: Message) -> np.ndarray:
    """What `SentenceEncoder` left on `message`: shape (0, 384) where there is no text."""
    vectors = message.get(VECTORS)
    return vectors if vectors is not None else np.zeros((0, 384), np.float32)
