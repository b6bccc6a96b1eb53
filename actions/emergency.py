"""After 999 has been said by Rasa itself: what else helps in this kind of danger."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

import safety
from actions.turn import now_said, read


class ActionReferEmergency(Action):
    """Adds Silent Solution, Samaritans, Childline, the railway police … where they fit and weren't said a moment ago."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_refer_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Sends one message with all that fits, or nothing."""
        turn = read(tracker)
        told = {key for keys in turn.said for key in keys}
        helps = [item for item in safety.help_for(turn.alarm_kinds, turn.force) if _key(item) not in told]
        if helps:
            dispatcher.utter_message(text="\n\n".join(item.text for item in helps), json_message={
                "topic": "emergency", "force": None, "scope": "national", "emergency": True,
                "checked": min(item.checked for item in helps if item.checked),
                "sources": [source for item in helps for source in item.sources],
            })
        return [SlotSet("said", now_said(turn, map(_key, helps)))]


def _key(item: safety.Help) -> str:
    return f"help:{item.key}"
