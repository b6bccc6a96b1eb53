"""Rasa component: reads each message (spaCy, spelling, places, parts) for those after it."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Optional, Text

import msgspec
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import safety
from bot.encoder import TOKENIZER_FILE
from bot.nlu import digest, follow_ups, reading
from bot.nlu.gazetteer import Mention
from bot.nlu.other_languages import ENGLISH
from bot.nlu.reading import Reading
from knowledge import load, taught
from knowledge.loading import FOLDER
from knowledge.topics import AFTER_ALARM, parted, topic_or_point

READING = "reading"
# Set where the talk is still about an emergency: what was talked of before that says nothing of danger now.
IN_ALARM = "in_alarm"
# And for so long at most: who comes back tomorrow comes with something else.
ALARM_LASTS_SECONDS = 3600
# The language that was spoken in danger, where that isn't English.
SPOKEN_IN_ALARM = "spoken_in_alarm"
# On an example that is no intent's own but a follow-up: what it means after the topic of its reading.
MEANT = "meant"
# On an example that asks a particular question: its name with its topic, 'recruitment_vetting/appeal'.
POINT = "point"
# On an example that is no intent's either but a topic's own question, as its button asks it: the topic.
OWN_QUESTION = "own_question"
TABLES_FILE = "tables.json"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class MessageReader(GraphComponent):
    """Sets `READING` on each message and adds an entity for each force or place.

    'Trained' in that it remembers the words of the examples, which spelling is corrected
    to, and the names and buttons of that day's knowledge. Entities have the force's id as value where it is certain, else the
    place's name, and always `forces` (ids, likeliest first).
    """

    def __init__(self, storage: ModelStorage, resource: Resource, reader: Optional[reading.Reader] = None):
        self._storage = storage
        self._resource = resource
        self._reader = reader

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> MessageReader:
        """See `GraphComponent`."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> MessageReader:
        """See `GraphComponent`."""
        with model_storage.read_from(resource) as folder:
            tables = msgspec.json.decode((folder / TABLES_FILE).read_bytes(), type=reading.Tables)
        return cls(model_storage, resource, reading.reader(tables))

    @staticmethod
    def fingerprint_addon(config: Dict[Text, Any]) -> Optional[Text]:
        """Retrains when a name, a place, a word or the way of reading changed."""
        files = [path for folder in (FOLDER, taught.FOLLOW_UPS, taught.POINTS) for path in sorted(folder.rglob("*.yml"))]
        return digest.of_code_and(*files, reading.SHORTHAND_FILE, reading.RIGHT_WORDS_FILE, TOKENIZER_FILE)

    def train(self, training_data: TrainingData) -> Resource:
        """Remembers the examples' words and the names of the knowledge."""
        texts = [" ".join(example.get(TEXT).split()) for example in training_data.intent_examples]
        texts += [" ".join(phrase.text.split()) for phrase in taught.phrases()]
        tables = reading.tables(load(), texts)
        self._reader = reading.reader(tables)
        with self._storage.write_to(self._resource) as folder:
            (folder / TABLES_FILE).write_bytes(msgspec.json.encode(tables))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Reads the examples as messages will be read; adds follow-ups, which have no intent by themselves, the points' phrases, and the
        topics' own questions."""
        for example in training_data.training_examples:
            text = example.get(TEXT)
            if text:
                example.set(READING, self._reader.read_whole(safety.clean(text)))
        plain = follow_ups.plain([(example.get(INTENT), example.get(TEXT)) for example in training_data.intent_examples],
                                 list(self._reader.own_questions))
        for last, text, topic in [*taught.follow_ups(), *plain, *follow_ups.beside(taught.phrases())]:
            read = self._reader.read_whole(safety.clean(text), last)
            if read.in_thread:
                training_data.training_examples.append(Message({TEXT: text, READING: read, MEANT: topic}))
        for phrase in taught.phrases():
            # What leans is a follow-up of its topic; what stands by itself, an example of it.
            read = self._reader.read_whole(safety.clean(phrase.text), phrase.topic if phrase.leans else None)
            about = {MEANT: phrase.topic} if read.in_thread else {} if phrase.leans else {INTENT: phrase.topic}
            training_data.training_examples.append(Message({TEXT: phrase.text, READING: read, POINT: phrase.name, **about}))
        for name, read in self._reader.own_questions.items():
            topic, point = parted(name)
            about = {POINT: name, INTENT: topic} if point else {OWN_QUESTION: topic}
            training_data.training_examples.append(Message({TEXT: read.text, READING: read, **about}))
        return training_data

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Sets the reading and the entities of each message that has a text.

        `tracker` is the conversation so far, None where a message is parsed alone.
        """
        known = isinstance(tracker, DialogueStateTracker)
        last, said = (_last(tracker), _said(tracker)) if known else (None, [])
        in_alarm = known and _is_in_alarm(tracker)
        language = tracker.get_slot("language") if in_alarm else None
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            read = self._reader.read(safety.clean(text, keep_lines=True), last, said)
            message.set(READING, read)
            message.set(IN_ALARM, in_alarm)
            message.set(SPOKEN_IN_ALARM, language if language not in ENGLISH else None)
            entities = [_entity(mention, text) for mention in read.mentions]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


def _is_in_alarm(tracker: DialogueStateTracker) -> bool:
    """Whether the talk is about danger, and goes on from a moment ago: the actions keep that, in the slot `alarm_talk`; with the action
    server dead, what was understood last tells."""
    latest = tracker.latest_message.intent_name if tracker.latest_message else None
    if not tracker.events or not (tracker.get_slot("alarm_talk") or latest == "emergency" or latest in AFTER_ALARM):
        return False
    return time.time() - (tracker.events[-1].timestamp or 0.0) < ALARM_LASTS_SECONDS


def _last(tracker: DialogueStateTracker) -> Optional[Text]:
    """What was answered last: the particular question, where that is of the topic talked of."""
    topic, told = tracker.get_slot("topic"), tracker.get_slot("told")
    point = told.get("point") if isinstance(told, dict) and told.get("topic") == topic else None
    return topic_or_point(topic, point) if topic else None


def _said(tracker: DialogueStateTracker) -> List[Text]:
    """What they asked in their last messages, oldest first: the actions keep it."""
    story = tracker.get_slot("story")
    return [safety.clean(text) for text in story] if isinstance(story, list) else []


def _entity(mention: Mention, text: Text) -> Dict[Text, Any]:
    name = mention.name
    return {
        "entity": "force",
        "value": name.forces[0] if name.certain else name.label,
        "start": mention.start,
        "end": mention.end,
        "text": text[mention.start:mention.end],
        "label": name.label,
        "forces": list(name.forces),
        "certain": name.certain,
        "is_force": name.is_force,
        "extractor": "MessageReader",
    }


def reading_of(message: Message) -> Reading:
    """What `MessageReader` left on `message`; an empty reading where there is no text."""
    return message.get(READING) or Reading(text="")
