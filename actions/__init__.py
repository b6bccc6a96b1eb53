"""Custom actions (rasa-sdk): what needs facts. `rasa run actions` finds them here."""

from actions import metrics
from actions.answer import ActionAnswer
from actions.emergency import ActionReferEmergency

metrics.install()

__all__ = ["ActionAnswer", "ActionReferEmergency"]
