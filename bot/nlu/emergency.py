"""Rasa component: is somebody in danger? Layers that look apart and decide together.

`safety.check` knows words and how they are put (who, when, how asked); the topic heads know
meaning from English examples of both sides, and what is happening; two heads know danger and nothing
else, and danger.py says how sure one must be; other languages have heads of their own
(other_languages.py). Each alone misses; docs/decisions/0004-emergencies.md.
Which help fits is another question, with a head of its own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, NamedTuple, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import expit

import safety
from bot import understood
from bot.encoder import kept_vectors
from bot.nlu import after_alarm, digest, heads, joint
from bot.nlu.danger import (LONGEST_BEHIND, NONE, NOT_READ, PERHAPS, READ_BEHIND_FROM, DangerHeads, Evidence, decide,
                            decide_foreign, decide_mid_talk)
from bot.nlu.encoder import in_thread_of, vectors_of, whole_of
from bot.nlu.heads import Head
from bot.nlu.joint import JointHead
from bot.nlu.other_languages import EMERGENCY, ENGLISH, ForeignHeads
from bot.nlu.reader import IN_ALARM, SPOKEN_IN_ALARM, reading_of
from bot.nlu.reading import ROOT, Reading
from bot.nlu.topics import DANGER, QUESTIONS, RIVAL
from knowledge import yaml_lines
from knowledge.topics import ABOUT_THE_ANSWER, AFTER_ALARM, COURTESIES, HELD_BY_RASA
from safety.languages import UNKNOWN

ALARM = "alarm"
# What is happening, for the help that fits, where no pattern says it: from this likelihood on; each kind is judged by itself.
KIND_FROM = 0.4
# What is said later in the same danger names it less: 'he's gone out the front' is nobody missing.
KIND_FROM_IN_ALARM = 0.6
# Where nothing says more than that help is needed, the likeliest will do from here on, but not despair.
KIND_FROM_IF_LIKELIEST = 0.25
# A kind that a pattern names is left out where the meaning finds it absurd ('choking on a grape' is no domestic abuse), unless lives
# hang on its help.
ABSURD_BELOW, NEVER_ABSURD = 0.15, frozenset({"medical", "fire", "gas", "water", "railway", "suicide",
                                                  "self_harm"})
# What a margin of one is worth, and how much of all examples those of one kind weigh together at least.
KIND_SHARPNESS, KIND_WEIGHS_AT_LEAST = 2.0, 0.2
# Despair is named first of all that helps, so a stranger's cry ('help me') isn't taken for it so soon; still less where a pattern
# says what is happening ('im hiding'). So is an ambulance, where somebody must not be heard ('he's on the stairs').
DESPAIR, DESPAIR_FROM, DESPAIR_FROM_WHERE_NAMED = frozenset({"suicide", "self_harm"}), 0.4, 0.75
MEDICAL, SILENT, MEDICAL_FROM_WHERE_SILENT = "medical", "silent", 0.6
KINDS_FILE = ROOT / "data" / "safety" / "kind_examples.yml"
# From these only the help is learnt, so that more of them never changes whether 999 is said.
HELPS_FILE = ROOT / "data" / "safety" / "help_examples.yml"
ANY_HELP = "help"
# Of what is ordinary every fifth is enough: English is told by its letters from fewer examples than its topics are.
ENGLISH_EVERY = 5
GREETINGS, SURE_GREETING, CERTAIN_GREETING = COURTESIES - {"affirm", "deny"}, 0.60, 0.95
PARTINGS = frozenset({"thanks", "goodbye"})
# Of so few words the language isn't told while somebody in danger speaks another one.
FEW_WORDS_OF_ANY_LANGUAGE = 6
# Below this the letters of a single word don't speak against a courtesy.
LETTERS_DOUBT = 0.5


class Verdict(NamedTuple):
    """How surely somebody is in danger, and what speaks for it; `meant`: right after 'Call 999', one of `AFTER_ALARM` or `EMERGENCY`."""

    level: Text
    heard: List[Text]
    meant: Optional[Text] = None


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class EmergencyDetector(GraphComponent):
    """Stands last and overrules the topic with `emergency`; sets `alarm` {level, kinds, language, why}."""

    def __init__(self, storage: ModelStorage, resource: Resource, foreign: Optional[ForeignHeads] = None,
                 kinds: Optional[Head] = None, danger: Optional[DangerHeads] = None, helps: Optional[JointHead] = None,
                 after: Optional[JointHead] = None):
        self._storage = storage
        self._resource = resource
        self._foreign = foreign
        self._kinds = kinds
        self._danger = danger
        self._helps = helps
        self._after = after

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
            after = folder / after_alarm.HEAD_FILE  # a release from before there was one can still be taken back
            return cls(model_storage, resource, ForeignHeads.load(folder), Head.read(folder / "kinds.npz"), DangerHeads.load(folder),
                       JointHead.read(folder / "helps.npz"), JointHead.read(after) if after.exists() else None)

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Trains anew when the examples or patterns that Rasa can't see changed."""
        return digest.of_code_and(*sorted(path for path in KINDS_FILE.parent.rglob("*") if path.is_file()))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the heads for other languages beside English from the topics' examples; danger in English, and its kinds."""
        english = [example.get(TEXT) for number, example in enumerate(training_data.intent_examples)
                   if number % ENGLISH_EVERY == 0 or example.get(INTENT) == EMERGENCY]
        with ThreadPoolExecutor() as pool:  # none needs another
            fits = [pool.submit(DangerHeads.fit, training_data.training_examples), pool.submit(ForeignHeads.fit, english),
                    pool.submit(_fit_kinds, training_data), pool.submit(_fit_helps),
                    pool.submit(after_alarm.fit, training_data.training_examples)]
        self._danger, self._foreign, self._kinds, self._helps, self._after = (fit.result() for fit in fits)
        with self._storage.write_to(self._resource) as folder:
            self._danger.save(folder)
            self._foreign.save(folder)
            self._kinds.save(folder / "kinds.npz")
            self._helps.save(folder / "helps.npz")
            self._after.save(folder / after_alarm.HEAD_FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Decides for each message. Danger breaks into any talk, and is learnt so, behind any question."""
        for message in messages:
            text = safety.clean(message.get(TEXT))
            alarm = safety.check(text)
            by_words = alarm.language if alarm.level != NONE else safety.language_of(text)
            language = self._language(message, text, alarm, by_words)
            if language == "en":
                verdict = self._after_alarm(message, text, alarm, self._in_english(message, alarm, len(text.split())))
            elif language == by_words == UNKNOWN:
                verdict = Verdict(PERHAPS, ["a script that isn't known"])
            else:
                verdict = self._in_another_language(message, text, alarm)
            kinds = list(alarm.kinds)
            if verdict.meant in AFTER_ALARM:
                kinds = [verdict.meant]
            elif verdict.level == EMERGENCY and language == "en":
                kinds = self._all_kinds(message, alarm)
            message.set(ALARM, {"level": verdict.level, "kinds": kinds, "language": language, "why": [*alarm.why, *verdict.heard]},
                        add_to_output=True)
            if verdict.meant in AFTER_ALARM:
                _set_intent(message, verdict.meant)
            else:
                _overrule(message, verdict.level, language)
            understood.note(message, verdict.level)
        return messages

    def _language(self, message: Message, text: Text, alarm: safety.Alarm, by_words: Text) -> Text:
        """BCP 47 tag; `by_words` is what the words alone say."""
        if by_words in ENGLISH and alarm.level == NONE and _is_a_name(reading_of(message), text):
            language = "en"  # 'Arundel', 'B13': what letters make of names says nothing
        else:
            language = self._foreign.language(text, by_words)
        spoken = message.get(SPOKEN_IN_ALARM)
        if language == "en" and spoken and len(text.split()) <= FEW_WORDS_OF_ANY_LANGUAGE:
            return spoken  # 'ile to potrwa': so few words look like any language, and this one was spoken
        return language

    def _after_alarm(self, message: Message, text: Text, alarm: safety.Alarm, verdict: Verdict) -> Verdict:
        """What follows 'Call 999'; elsewhere the verdict stays."""
        if not message.get(IN_ALARM) or self._after is None or not len(whole_of(message)[1]):
            return verdict
        said = after_alarm.hear(self._after, *whole_of(message))
        heard = [*verdict.heard, f"after the alarm {said.meant} {said.share:.2f}"]
        if after_alarm.is_denied(text, said, verdict.level, alarm):
            return Verdict(NONE, heard)
        meant = after_alarm.decide(said, verdict.level, alarm, _asks_about_the_answer(message))
        if meant == EMERGENCY and after_alarm.is_calmed(text, alarm):
            return Verdict(PERHAPS, heard)
        level = after_alarm.LEVELS.get(meant, verdict.level)
        if level == NONE and not _is_parting(message):
            level = PERHAPS  # the danger they told of may still be there
        return Verdict(level, heard, meant)

    def _in_another_language(self, message: Message, text: Text, alarm: safety.Alarm) -> Verdict:
        danger = self._foreign.danger(text)
        level = decide_foreign(alarm, danger, len(text.split()))
        if alarm.level == NONE and _is_one_courteous_word(message, text) and danger < LETTERS_DOUBT:
            level = NONE  # 'ta', 'cya': two letters look like any language
        return Verdict(level, [f"letters {danger:.2f}"])

    def _in_english(self, message: Message, alarm: safety.Alarm, words: int) -> Verdict:
        reading, danger, in_alarm = reading_of(message), message.get(DANGER) or 0.0, message.get(IN_ALARM)
        whole, vector = whole_of(message)
        margin = self._danger.alone(whole, vector)
        if reading.in_thread and not reading.button and not in_alarm and len(whole.split()) <= LONGEST_BEHIND:
            behind = NOT_READ
            if reading.whole is None and (margin >= READ_BEHIND_FROM or alarm.level != NONE):
                behind = self._danger.behind(reading.text, in_thread_of(message))
            return Verdict(decide_mid_talk(alarm, margin, behind, words),
                           [f"margin {margin:.2f}", f"behind the question before it {behind:.2f}"])
        told = reading.last_topic is not None and not in_alarm and words > LONGEST_BEHIND
        evidence = Evidence(danger, message.get(RIVAL) or 0.0, self._likeliest_kind(message), margin, words, told)
        return Verdict(decide(alarm, evidence), [f"heads {danger:.2f}", f"margin {margin:.2f}"])

    def _all_kinds(self, message: Message, alarm: safety.Alarm) -> List[Text]:
        return _all_kinds(alarm, self._kinds_of(message), KIND_FROM_IN_ALARM if message.get(IN_ALARM) else KIND_FROM)

    def _likeliest_kind(self, message: Message) -> float:
        """How likely the likeliest kind of danger is, if it is one."""
        _, vector = whole_of(message)
        return float(self._kinds.probabilities(vector).max()) if len(vector) else 0.0

    def _kinds_of(self, message: Message) -> Dict[Text, float]:
        """How likely each kind of danger is for which there is help, by itself; likeliest first."""
        text, vector = whole_of(message)
        if not len(vector):
            return {}
        shares = expit(KIND_SHARPNESS * self._helps.scores([text], vector)[0])
        return {self._helps.labels[i]: float(shares[i]) for i in shares.argsort()[::-1]}


def _all_kinds(alarm: safety.Alarm, shares: Dict[Text, float], least: float = KIND_FROM) -> List[Text]:
    """What the patterns name and the meaning finds possible, who it is about, then what the meaning adds from `least` on: 'me dads
    batterin me mam' is no word of theirs."""
    kinds = [kind for kind in alarm.kinds if kind in NEVER_ABSURD or shares.get(kind, 1.0) >= ABSURD_BELOW]
    enough = dict.fromkeys(DESPAIR, DESPAIR_FROM_WHERE_NAMED if kinds else DESPAIR_FROM)
    kinds += alarm.also
    if SILENT in kinds:
        enough[MEDICAL] = MEDICAL_FROM_WHERE_SILENT
    kinds += [kind for kind, share in shares.items() if share >= enough.get(kind, least)]
    if not set(kinds) - {ANY_HELP} and least == KIND_FROM:
        kinds += [kind for kind, share in list(shares.items())[:1] if share >= KIND_FROM_IF_LIKELIEST and kind not in DESPAIR]
    return list(dict.fromkeys(kinds)) or [ANY_HELP]


def _fit_kinds(training_data: TrainingData) -> Head:
    """Learns kinds from the examples by kind, and from those of the topic whose kind a pattern names."""
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


def _fit_helps() -> JointHead:
    """Learns each kind of danger by itself, from its meaning and words side by side, as a message can be of several."""
    texts, kinds = [], []
    for file in (KINDS_FILE, HELPS_FILE):
        for named, examples in yaml_lines.read(file)[0].items():
            texts += [safety.clean(example) for example in examples]
            kinds += [frozenset(named.split(", "))] * len(examples)
    return joint.fit_each_margin(texts, kept_vectors.encode(texts, "helps"), kinds, KIND_WEIGHS_AT_LEAST)


def _is_a_name(reading: Reading, text: Text) -> bool:
    """Whether it is no more than a word in plain letters, or places that are known."""
    if text.isascii() and len(text.split()) == 1:
        return True
    named = {at for mention in reading.mentions for at in range(mention.start, mention.end)}
    return bool(named) and not any(letter.isalnum() and at not in named for at, letter in enumerate(text))


def _is_greeting(message: Message, sure: float = SURE_GREETING) -> bool:
    """'Shwmae', 'diolch': greetings that everybody here knows are answered as such."""
    intent = message.get(INTENT) or {}
    return intent.get(INTENT_NAME_KEY) in GREETINGS and intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= sure


def _is_parting(message: Message) -> bool:
    """'ok thanks', 'bye': they leave it at that. ('Hello?' waits for an answer.)"""
    return (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in PARTINGS and _is_greeting(message)


def _asks_about_the_answer(message: Message) -> bool:
    """'What do you mean', after 'Call 999'."""
    intent = message.get(INTENT) or {}
    return intent.get(INTENT_NAME_KEY) in ABOUT_THE_ANSWER and intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= SURE_GREETING


def _is_one_courteous_word(message: Message, text: Text) -> bool:
    return len(text.split()) == 1 and _is_greeting(message, CERTAIN_GREETING)


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
