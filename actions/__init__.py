"""Custom actions (rasa-sdk): what needs facts. `rasa run actions` finds them here."""

from actions.answer import ActionAnswer
from actions.emergency import ActionReferEmergency

__all__ = ["ActionAnswer", "ActionReferEmergency"]
