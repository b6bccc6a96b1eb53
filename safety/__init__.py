"""Safety: sees danger in a message and says 999, with nothing else alive.

Used by the Rasa channel, the public door and Telegram. Reads data/safety/ and the 999 sentence
in domain.yml once, at import; a mistake in them raises `SafetyDataError` there.
"""

from safety.alarm import Alarm, Help
from safety.check import check, language_of
from safety.data import SafetyDataError
from safety.helps import help_for
from safety.replies import CALL_999, reply_to_emergency, reply_to_unreadable, reply_when_broken
from safety.text import clean

__all__ = [
    "CALL_999",
    "Alarm",
    "Help",
    "SafetyDataError",
    "check",
    "clean",
    "help_for",
    "language_of",
    "reply_to_emergency",
    "reply_to_unreadable",
    "reply_when_broken",
]
