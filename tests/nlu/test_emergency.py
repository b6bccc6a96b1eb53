"""How the layers decide together; each alone is tested in tests/safety and by `make evaluate`."""

import pytest

from bot.nlu.emergency import decide
from safety import Alarm


@pytest.mark.parametrize(("alarm", "danger", "words", "level"), [
    (Alarm(level="emergency", about="now", why=("x",)), 0.5, 5, "emergency"),
    (Alarm(level="emergency", about="now", why=("x",)), 0.1, 5, "emergency"),    # words alarm, meaning leaves room
    (Alarm(level="emergency", about="now", why=("x",)), 0.006, 8, "perhaps"),    # meaning is nearly sure of a question
    (Alarm(level="none"), 0.9, 8, "emergency"),                                  # no word alarms, the meaning does
    (Alarm(level="none"), 0.1, 8, "perhaps"),
    (Alarm(level="none"), 0.01, 8, "none"),
    (Alarm(level="none"), 0.3, 1, "perhaps"),                                    # 'helo'
    (Alarm(level="none"), 0.1, 30, "emergency"),                                 # told at length
    (Alarm(level="perhaps", why=("x",)), 0.0001, 8, "perhaps"),
    (Alarm(level="none", about="past", why=("x",)), 0.12, 8, "perhaps"),
])
def test_levels(alarm, danger, words, level):
    assert decide(alarm, danger, words) == level


def test_never_fails_at_the_ends():
    assert decide(Alarm(level="none"), 0.0, 3) == "none"
    assert decide(Alarm(level="none"), 1.0, 3) == "emergency"
