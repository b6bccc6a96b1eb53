"""The components of a trained model, one message at a time, and what their decisions were asked."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple
from unittest.mock import Mock, patch

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import emergency, questions, thread_weights
from bot.nlu.emergency import EmergencyDetector
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.points import PointSelector
from bot.nlu.reader import MessageReader
from bot.nlu.topics import TopicClassifier
from evaluation.questions import DOMAIN

BEHIND_THE_READER = (SentenceEncoder, TopicClassifier, PointSelector, EmergencyDetector)
# Decision → where the component looks it up.
DECISIONS = {"alone": (emergency, "decide"), "mid_talk": (emergency, "decide_mid_talk"),
             "asked": (questions, "find"), "leans": (thread_weights, "follow")}


class ModelError(Exception):
    """There is no model to load; the message says what to do."""


class Heard(NamedTuple):
    """A message as understood, and the arguments of each decision that was asked about it, None of one that wasn't.

    `alone`: those of `danger.decide`, `mid_talk`: of `danger.decide_mid_talk`, `asked`: of `questions.find`, `leans`: of
    `thread_weights.follow`.
    """

    message: Message
    alone: Optional[Tuple[Any, ...]]
    mid_talk: Optional[Tuple[Any, ...]]
    asked: Optional[Tuple[Any, ...]]
    leans: Optional[Tuple[Any, ...]]


class Model:
    """The components, in order, with their decisions overheard."""

    def __init__(self, reader: MessageReader, others: List[Any], overheard: Dict[str, Mock]):
        self._reader = reader
        self._others = others
        self._overheard = overheard
        self._slots = Domain.load(DOMAIN).slots

    def hear(self, text: str, slots: Optional[Dict[str, Any]] = None) -> Heard:
        """What it makes of `text`; `slots` are those of the talk so far, None where it begins one."""
        tracker = None
        if slots is not None:
            tracker = DialogueStateTracker.from_events("weights", [SlotSet(name, value) for name, value in slots.items()], self._slots)
        for asked in self._overheard.values():
            asked.reset_mock()
        messages = self._reader.process([Message({TEXT: text})], tracker)
        for component in self._others:
            messages = component.process(messages)
        return Heard(messages[0], **{name: asked.call_args and asked.call_args.args for name, asked in self._overheard.items()})


@contextlib.contextmanager
def loaded(archive: Path) -> Iterator[Model]:
    """The model of `archive`, unpacked into a folder that is deleted. Raises `ModelError` where there is none."""
    if not archive.exists():
        raise ModelError(f"There is no model at {archive}. Run `make train` first.")
    with tempfile.TemporaryDirectory(prefix="pcso-weights-") as folder, contextlib.ExitStack() as stack:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), archive)
        nodes = {node.uses: node for node in metadata.predict_schema.nodes.values()}
        reader, *others = [getattr(uses, nodes[uses].constructor_name)(nodes[uses].config, storage, nodes[uses].resource, None)
                           for uses in (MessageReader, *BEHIND_THE_READER)]
        overheard = {name: stack.enter_context(patch.object(module, function, wraps=getattr(module, function)))
                     for name, (module, function) in DECISIONS.items()}
        yield Model(reader, others, overheard)
