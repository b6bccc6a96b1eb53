"""The heads that know danger alone, and which of them is asked, on made-up messages."""

import numpy as np
import pytest
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import heads as light_heads
from bot.nlu.danger import DangerHeads
from bot.nlu.emergency import EmergencyDetector
from bot.nlu.encoder import IN_THREAD_VECTOR, VECTORS
from bot.nlu.reader import IN_ALARM, MEANT, POINT, READING
from bot.nlu.reading import Reading
from safety import Alarm

CALM, DANGER = np.eye(4, dtype=np.float32)[:2]


def example(text, *vectors, **marks):
    return Message({READING: Reading(text), VECTORS: np.stack(vectors), **marks})


@pytest.fixture(scope="module")
def heads():
    return DangerHeads.fit([
        *(example(f"he has a knife {n}", DANGER, **{INTENT: "emergency"}) for n in range(8)),
        *(example(f"how much is a fine {n}", CALM, **{INTENT: "powers_fines"}) for n in range(8)),
        *(example(f"can i appeal {n}", CALM, **{POINT: "powers_fines/appeal"}) for n in range(4)),
        *(example(f"he is outside {n}", CALM, DANGER, **{MEANT: "emergency"}) for n in range(8)),
        *(example(f"and at night {n}", CALM, CALM, **{MEANT: "powers_fines"}) for n in range(8)),
    ])


def test_danger_is_above_zero(heads):
    assert heads.alone("a knife", DANGER[None]) > 0 > heads.alone("a fine", CALM[None])
    assert heads.behind("outside", DANGER[None]) > 0 > heads.behind("at night", CALM[None])
    assert heads.alone("", np.zeros((0, 4), np.float32)) == 0


def test_what_was_saved_is_read_again(heads, tmp_path):
    heads.save(tmp_path)
    assert DangerHeads.load(tmp_path).alone("a knife", DANGER[None]) == heads.alone("a knife", DANGER[None])


@pytest.mark.parametrize(("marks", "words", "heard"), [
    ({}, 3, "heads"),
    ({"last_topic": "powers_fines", "in_thread": "x"}, 3, "behind the question"),
    ({"last_topic": "powers_fines", "in_thread": "x", "button": "powers_fines"}, 3, "heads"),
    ({"last_topic": "powers_fines"}, 20, "heads"),
])
def test_a_short_message_after_a_question_is_read_behind_it(heads, marks, words, heard):
    kinds = light_heads.fit(np.vstack([DANGER[None], CALM[None]]), ["weapon", "fire"])
    detector = EmergencyDetector(None, None, danger=heads, kinds=kinds)
    message = Message({READING: Reading("he is outside", **marks), VECTORS: DANGER[None], IN_THREAD_VECTOR: DANGER[None]})
    assert any(line.startswith(heard) for line in detector._in_english(message, Alarm(level="none"), words).heard)
    message.set(IN_ALARM, True)  # what was talked of before an emergency says nothing
    assert not any(line.startswith("behind") for line in detector._in_english(message, Alarm(level="none"), words).heard)
