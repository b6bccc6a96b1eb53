"""Rasa component: is somebody in danger? Two layers that look apart and decide together.

`safety.check` knows words and how they are put (who, when, how asked); the topic heads know
meaning from examples of both sides. Either alone misses; docs/decisions/0004-emergencies.md.
"""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

import safety
from bot.nlu.topics import DANGER

EMERGENCY, PERHAPS, NONE = "emergency", "perhaps", "none"
ALARM = "alarm"
ENGLISH = ("en", "und")
# How likely the heads must find it, by what the words say. Recall first: a needless 999 costs
# a line, a missed one a life. Where words alarm and meaning is sure of something else
# ('I took an overdose at 17, can I apply?'), 999 is named first and the question answered.
NEEDED = {EMERGENCY: 0.03, PERHAPS: 0.30, NONE: 0.50}
# Told as past, supposed or in general: the heads have to be surer.
NEEDED_IF_NOT_NOW = 0.90
PERHAPS_FROM = {EMERGENCY: 0.0, PERHAPS: 0.0, NONE: 0.15}
# One part of a story is plainly an emergency, the whole leaves room for it.
PART_PLAIN, WHOLE_OPEN = 0.90, 0.02


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class EmergencyDetector(GraphComponent):
    """Stands last and overrules the topic with `emergency`; sets `alarm` {level, kinds, language, why}."""

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> EmergencyDetector:
        """See `GraphComponent`."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides for each message."""
        for message in messages:
            text = safety.clean(message.get(TEXT))
            alarm = safety.check(text)
            whole, part = message.get(DANGER) or (0.0, 0.0)
            language = alarm.language
            if alarm.level == NONE and language in ENGLISH:
                language = safety.language_of(text)
            level = alarm.level if language not in ENGLISH else decide(alarm, whole, part)
            message.set(ALARM, {"level": level, "kinds": list(alarm.kinds), "language": language,
                                "why": [*alarm.why, f"meaning {whole:.2f}", f"part {part:.2f}"]}, add_to_output=True)
            _overrule(message, level, language)
        return messages


def decide(alarm: safety.Alarm, whole: float, part: float) -> Text:
    """The level for a message in English, from the words' alarm and the heads' probabilities."""
    needed = NEEDED[alarm.level]
    if alarm.level == NONE and alarm.about != "now" and alarm.why:
        needed = NEEDED_IF_NOT_NOW
    if whole >= needed:
        return EMERGENCY
    if whole >= PERHAPS_FROM[alarm.level] or part >= PART_PLAIN and whole >= WHOLE_OPEN:
        return PERHAPS
    return NONE


def _overrule(message: Message, level: Text, language: Text) -> None:
    if level == EMERGENCY:
        message.set(INTENT, {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
    elif language not in ENGLISH:
        # The topics are learned in English: another language gets a note in that language.
        message.set(INTENT, {INTENT_NAME_KEY: "unclear", PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
    if level == EMERGENCY:
        # A slot filled inside Rasa chooses the language of the 999 sentence.
        entity = {"entity": "language", "value": language if language not in ENGLISH else "en",
                  "start": 0, "end": len(message.get(TEXT) or ""), "extractor": "EmergencyDetector"}
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
