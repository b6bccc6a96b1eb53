"""What the pipeline made of a message, told to the channel that asked, beside the reply and not in it.

The contract's reply says what was answered; whoever looks after the assistant also wants to
know how sure it was, and of what else. It travels as a header of the channel's answer.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Dict, Iterator, List, Optional, Text

from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

HEADER = "X-Understood"
# What the emergency detector sets (bot/nlu/emergency.py).
ALARM = "alarm"
# The topic itself and two that it could have been.
RANKED = 3

# Rasa parses within the channel's own task: what is set there is seen here. (A list, since
# `asyncio.wait_for` gives the turn a copy of the context.)
_notes: ContextVar[Optional[List[Dict[Text, Any]]]] = ContextVar("understood", default=None)


@contextmanager
def noting() -> Iterator[List[Dict[Text, Any]]]:
    """Collects what is noted within: a list with one entry for each message that was read."""
    notes: List[Dict[Text, Any]] = []
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def note(message: Message, danger: Text) -> None:
    """Notes a message and the level of danger at the end of the pipeline; does nothing where nobody asked.

    With `PCSO_DEBUG` also the language and why the detector says so, which may quote the message: for staff who try it out.
    """
    notes = _notes.get()
    if notes is None:
        return
    intent = message.get(INTENT) or {}
    noted = {
        "topic": intent.get(INTENT_NAME_KEY) or "unclear",
        "danger": danger,
        "confidence": round(float(intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0), 4),
        "ranking": [[item[INTENT_NAME_KEY], round(float(item[PREDICTED_CONFIDENCE_KEY]), 4)]
                    for item in (message.get(INTENT_RANKING_KEY) or [])[:RANKED]],
    }
    if os.environ.get("PCSO_DEBUG") == "1":
        noted.update({name: value for name, value in (message.get(ALARM) or {}).items() if name in ("language", "why")})
    notes.append(noted)


def headers(notes: List[Dict[Text, Any]]) -> Dict[Text, Text]:
    """The header for the answer; nothing where no message was read."""
    return {HEADER: json.dumps(notes[-1], separators=(",", ":"))} if notes else {}
