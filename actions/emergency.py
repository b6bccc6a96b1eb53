"""After 999 has been said by Rasa itself: what else helps in this kind of danger."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

import safety
from actions.turn import read


class ActionReferEmergency(Action):
    """Adds Silent Solution, Samaritans, Childline, the railway police … where they fit."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_refer_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Sends one message with all that fits, or nothing."""
        turn = read(tracker)
        helps = safety.help_for(turn.alarm_kinds, turn.force)
        if helps:
            dispatcher.utter_message(text="\n\n".join(item.text for item in helps), json_message={
                "topic": "emergency", "force": None, "scope": "national", "emergency": True,
                "checked": min(item.checked for item in helps if item.checked),
                "sources": [source for item in helps for source in item.sources],
            })
        return []
