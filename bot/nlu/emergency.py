"""Rasa component: is somebody in danger? Layers that look apart and decide together.

`safety.check` knows words and how they are put (who, when, how asked); the topic heads know
meaning from English examples of both sides, and what is happening; other languages have heads
of their own (other_languages.py). Each alone misses; docs/decisions/0004-emergencies.md.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, NamedTuple, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import safety
from bot import understood
from bot.encoder import kept_vectors
from bot.nlu import digest, heads
from bot.nlu.encoder import vectors_of
from bot.nlu.heads import Head
from bot.nlu.other_languages import EMERGENCY, ForeignHeads
from bot.nlu.reading import ROOT
from bot.nlu.topics import DANGER, DANGER_IN_THREAD, QUESTIONS, RIVAL
from knowledge import yaml_lines
from knowledge.topics import COURTESIES, HELD_BY_RASA

PERHAPS, NONE = "perhaps", "none"
ALARM = "alarm"
# Evidence in log-odds: a logistic regression over the emergencies and harmless messages of data/evaluation
# that may be read, an emergency counted three times.
HEADS_WEIGH = 1.0
# After a question it is the message behind that question that is weighed: 'one goes up my neck', after tattoos.
THREAD_WEIGHS = 0.7
WORDS_WEIGH = {EMERGENCY: 1.6, PERHAPS: 0.0, NONE: 0.0}
# The surer another topic is, the less a worried word beside it counts: 'do they wear armour? I shan't sleep'.
RIVAL_WEIGHS = -0.5
# Told as past, supposed or in general.
NOT_NOW_WEIGHS = -1.5
# A danger that is of one kind (fire, a fall, a weapon) is likelier one than what only sounds like many.
KIND_WEIGHS = 0.55
# A few words that no pattern knows ('helo', 'under lyme', 'and the shed') tell the heads too little.
TOO_SHORT_WORDS, TOO_SHORT_WEIGHS = 3, -4.1
# So high that recall comes first: a needless 999 costs a line, a missed one a life.
BASE = 1.45
# From here on the reply starts with 'if this is happening now, call 999'; from zero on it is 999.
PERHAPS_FROM = -3.0
# The same for other languages, where there is one head (chosen on the even half of data/evaluation/voices_languages.yml).
FOREIGN_BASE, FOREIGN_PERHAPS_FROM = 0.7, -1.5
FOREIGN_PHRASES_WEIGH = {EMERGENCY: 1.0, PERHAPS: 0.5, NONE: 0.0}
# In up to four words ('quero morrer') letters tell little, and a phrase is nearly all that is said.
FOREIGN_FEW_WORDS, FOREIGN_IN_FEW_WORDS_WEIGHS = 4, 2.0
# What is happening, for the help that fits, where no pattern says it: from this share on (of 21 kinds).
KIND_FROM = 0.15
# Despair is named first of all that helps, so a stranger's cry ('help me') isn't taken for it so soon; still less where a pattern
# says what is happening ('im hiding').
DESPAIR, DESPAIR_FROM, DESPAIR_FROM_WHERE_NAMED = frozenset({"suicide", "self_harm"}), 0.4, 0.75
KINDS_FILE = ROOT / "data" / "safety" / "kind_examples.yml"
# Of what is ordinary every fifth is enough: English is told by its letters from fewer examples than its topics are.
ENGLISH_EVERY = 5
GREETINGS, SURE_GREETING = COURTESIES - {"affirm", "deny"}, 0.60


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class EmergencyDetector(GraphComponent):
    """Stands last and overrules the topic with `emergency`; sets `alarm` {level, kinds, language, why}."""

    def __init__(self, storage: ModelStorage, resource: Resource, foreign: Optional[ForeignHeads] = None,
                 kinds: Optional[Head] = None):
        self._storage = storage
        self._resource = resource
        self._foreign = foreign
        self._kinds = kinds

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
            return cls(model_storage, resource, ForeignHeads.load(folder), Head.read(folder / "kinds.npz"))

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Trains anew when the examples or patterns that Rasa can't see changed."""
        return digest.of_code_and(*sorted(path for path in KINDS_FILE.parent.rglob("*") if path.is_file()))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the heads for other languages beside English from the topics' examples; and the kinds of danger."""
        self._foreign = ForeignHeads.fit([example.get(TEXT) for number, example in enumerate(training_data.intent_examples)
                                          if number % ENGLISH_EVERY == 0 or example.get(INTENT) == EMERGENCY])
        self._kinds = _fit_kinds(training_data)
        with self._storage.write_to(self._resource) as folder:
            self._foreign.save(folder)
            self._kinds.save(folder / "kinds.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides for each message. Danger breaks into any talk, and is learnt so, behind any question."""
        for message in messages:
            text = safety.clean(message.get(TEXT))
            alarm = safety.check(text)
            language = self._foreign.language(text, alarm.language if alarm.level != NONE else safety.language_of(text))
            danger, kinds, in_thread = message.get(DANGER) or 0.0, self._kinds_of(message), message.get(DANGER_IN_THREAD)
            if language == "en":
                evidence = Evidence(danger, message.get(RIVAL) or 0.0, max(kinds.values(), default=0.0), len(text.split()), in_thread)
                level = decide(alarm, evidence)
                heard = [f"heads {danger:.2f}", *([] if in_thread is None else [f"behind the question before it {in_thread:.2f}"])]
            else:
                danger = self._foreign.danger(text)
                level = decide_foreign(alarm, danger, len(text.split()))
                heard = [f"letters {danger:.2f}"]
            message.set(ALARM, {"level": level, "kinds": _all_kinds(alarm, kinds, level, language), "language": language,
                                "why": [*alarm.why, *heard]}, add_to_output=True)
            _overrule(message, level, language)
            understood.note(message, level)
        return messages

    def _kinds_of(self, message: Message) -> Dict[Text, float]:
        """How likely each kind of danger is, if it is one; likeliest first."""
        vectors = vectors_of(message)
        shares = self._kinds.probabilities(vectors[:1])[0] if len(vectors) else np.zeros(0)
        return {self._kinds.labels[i]: float(shares[i]) for i in shares.argsort()[::-1]}


def _all_kinds(alarm: safety.Alarm, shares: Dict[Text, float], level: Text, language: Text) -> List[Text]:
    """What the patterns name, then what the meaning adds: 'me dads batterin me mam' is no word of theirs."""
    kinds = list(alarm.kinds)
    if level == EMERGENCY and language == "en":
        despair_from = DESPAIR_FROM_WHERE_NAMED if kinds else DESPAIR_FROM
        kinds += [kind for kind, share in shares.items()
                  if share >= (despair_from if kind in DESPAIR else KIND_FROM) and kind not in kinds]
    return kinds


def _fit_kinds(training_data: TrainingData) -> Head:
    """Learns from the examples by kind, and from those of the topic whose kind a pattern names."""
    texts, kinds, vectors = [], [], []
    for kind, examples in yaml_lines.read(KINDS_FILE)[0].items():
        texts += [safety.clean(example) for example in examples]
        kinds += [kind] * len(examples)
    for example in training_data.intent_examples:
        named = safety.check(safety.clean(example.get(TEXT))).kinds if example.get(INTENT) == EMERGENCY else ()
        if named and len(vectors_of(example)):
            vectors.append(vectors_of(example)[0])
            kinds.append(named[0])
    return heads.fit(np.vstack([kept_vectors.encode(texts, "kinds"), *vectors]), kinds)


class Evidence(NamedTuple):
    """What the heads say of a message: how likely danger is, the best other topic, and the likeliest kind of danger if it is one.

    `words`: how many it has. `in_thread`: how likely danger is behind the question before it, which counts instead; None where
    that wasn't asked.
    """

    danger: float
    rival: float
    kind: float
    words: int
    in_thread: Optional[float] = None


def decide(alarm: safety.Alarm, heard: Evidence) -> Text:
    """The level for a message in English: the words' alarm and what the heads say, as one score."""
    if alarm.settled:
        return alarm.level
    danger = HEADS_WEIGH * _log_odds(heard.danger) if heard.in_thread is None else THREAD_WEIGHS * _log_odds(heard.in_thread)
    score = BASE + danger + RIVAL_WEIGHS * _log_odds(heard.rival) + KIND_WEIGHS * _log_odds(heard.kind) + WORDS_WEIGH[alarm.level]
    if alarm.why and alarm.about != "now":
        score += NOT_NOW_WEIGHS
    if alarm.level == NONE and heard.words <= TOO_SHORT_WORDS:
        score += TOO_SHORT_WEIGHS
    if score >= 0:
        return EMERGENCY
    return PERHAPS if score >= PERHAPS_FROM or alarm.level != NONE else NONE


def decide_foreign(alarm: safety.Alarm, danger: float, words: int) -> Text:
    """The level for a message of so many words in another language: the alarm of its phrases, or of English words in it, and how
    likely danger is by its letters."""
    if alarm.settled:
        return alarm.level
    score = FOREIGN_BASE + _log_odds(danger) + FOREIGN_PHRASES_WEIGH[alarm.level]
    if alarm.level == EMERGENCY and words <= FOREIGN_FEW_WORDS:
        score += FOREIGN_IN_FEW_WORDS_WEIGHS
    if score >= 0:
        return EMERGENCY
    return PERHAPS if score >= FOREIGN_PERHAPS_FROM or alarm.level != NONE else NONE


def _log_odds(probability: float) -> float:
    # Capped at nine: the heads are never that sure on what they haven't seen.
    return math.log(probability + 1e-4) - math.log(1 - probability + 1e-4)


def _is_greeting(message: Message) -> bool:
    """'Shwmae', 'diolch': greetings that everybody here knows are answered as such."""
    intent = message.get(INTENT) or {}
    return intent.get(INTENT_NAME_KEY) in GREETINGS and intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= SURE_GREETING


def _set_intent(message: Message, name: Text, confidence: float = 1.0) -> None:
    message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)


def _overrule(message: Message, level: Text, language: Text) -> None:
    """Sets the intent where the detector knows better; it has the last word on danger, in both directions."""
    if level == EMERGENCY:
        _set_intent(message, EMERGENCY)
    elif language != "en" and not _is_greeting(message):
        _set_intent(message, "unclear")  # the topics are learned in English: another language gets a note in that language
    else:
        topic, confidence = next(((item[INTENT_NAME_KEY], item[PREDICTED_CONFIDENCE_KEY]) for item in message.get(INTENT_RANKING_KEY) or ()
                                  if item[INTENT_NAME_KEY] != EMERGENCY), ("unclear", 1.0))
        if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) == EMERGENCY:
            _set_intent(message, topic, confidence)
        several = len(message.get(QUESTIONS) or ()) > 1
        if (level == PERHAPS or several) and message.get(INTENT)[INTENT_NAME_KEY] in HELD_BY_RASA:
            _set_intent(message, "unclear")
    if level == EMERGENCY:
        # A slot filled inside Rasa chooses the language of the 999 sentence.
        entity = {"entity": "language", "value": language, "start": 0, "end": len(message.get(TEXT) or ""),
                  "extractor": "EmergencyDetector"}
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
