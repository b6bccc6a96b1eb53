"""Rasa component: is somebody in danger? Two layers that look apart and decide together.

`safety.check` knows words and how they are put (who, when, how asked); the head knows
meaning from examples of both sides. Either alone misses; docs/decisions/0004-emergencies.md.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import safety
from bot.nlu.encoder import SentenceEncoder, vectors_of
from bot.nlu.heads import Head, fit

EMERGENCY = "emergency"
ALARM = "alarm"
# What the head must reach, by what the words say. Chosen for recall first: a needless 999
# costs a line, a missed one a life.
HEAD_NEEDED = {"emergency": 0.03, "perhaps": 0.40, "none": 0.75}
# Between this and the above the reply starts with 'if this is happening now, call 999'.
HEAD_PERHAPS = {"emergency": 0.0, "perhaps": 0.05, "none": 0.35}


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class EmergencyDetector(GraphComponent):
    """Stands last and overrules the topic with `emergency`; sets `alarm` {level, kinds, language, why}."""

    def __init__(self, storage: ModelStorage, resource: Resource, head: Optional[Head] = None):
        self._storage = storage
        self._resource = resource
        self._head = head

    @classmethod
    def required_components(cls) -> List[type]:
        """Vectors come from the encoder."""
        return [SentenceEncoder]

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> EmergencyDetector:
        """See `GraphComponent`."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> EmergencyDetector:
        """See `GraphComponent`."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Head.read(folder / "danger.npz"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the head: emergencies against everything else that people say."""
        examples = [example for example in training_data.intent_examples if len(vectors_of(example))]
        labels = [EMERGENCY if example.get(INTENT) == EMERGENCY else "other" for example in examples]
        self._head = fit(np.vstack([vectors_of(example)[:1] for example in examples]), labels, balanced=True)
        with self._storage.write_to(self._resource) as folder:
            self._head.save(folder / "danger.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides for each message."""
        for message in messages:
            level, kinds, language, why = self._decide(message)
            message.set(ALARM, {"level": level, "kinds": kinds, "language": language, "why": why}, add_to_output=True)
            if level == EMERGENCY:
                message.set(INTENT, {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
            if level == EMERGENCY or language != "en":
                entity = {"entity": "language", "value": language, "start": 0, "end": len(message.get(TEXT) or ""),
                          "extractor": "EmergencyDetector"}
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages

    def _decide(self, message: Message) -> Tuple[Text, List[Text], Text, List[Text]]:
        alarm = safety.check(safety.clean(message.get(TEXT)))
        language = alarm.language
        if language == "en" and alarm.level == "none":
            language = safety.language_of(message.get(TEXT) or "")
        vectors = vectors_of(message)
        danger = 0.0
        if len(vectors) and language in ("en", "und"):
            # The head knows English only. The most dangerous part counts: danger drowns in a story.
            danger = float(self._head.probabilities(vectors)[:, self._head.labels.index(EMERGENCY)].max())
        why = [*alarm.why, f"head {danger:.2f}"]
        level = alarm.level
        if language in ("en", "und"):
            language = "en"
            if danger >= HEAD_NEEDED[alarm.level]:
                level = EMERGENCY
            elif danger >= HEAD_PERHAPS[alarm.level]:
                level = "perhaps"
            else:
                level = "none"
        return level, list(alarm.kinds), language, why
