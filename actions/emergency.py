"""After 999 has been said by Rasa itself: what else helps in this kind of danger."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

import safety
from actions.turn import now_asked, now_said, read
from knowledge.topics import AFTER_ALARM

# Who can't speak or doesn't know what to do is told how, however often.
ASKED_FOR = frozenset({"silent", "emergency_unable", "emergency_waiting"})


class ActionReferEmergency(Action):
    """Adds Silent Solution, Samaritans, Childline, the railway police … where they fit, and weren't said just now."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_refer_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Sends one message with all that fits, or nothing."""
        turn = read(tracker)
        told = () if ASKED_FOR & set(turn.alarm_kinds) or not turn.said else turn.said[-1]
        helps = [item for item in safety.help_for(turn.alarm_kinds, turn.force) if _key(item) not in told]
        if helps:
            dispatcher.utter_message(text="\n\n".join(item.text for item in helps), json_message={
                "topic": "emergency", "force": None, "scope": "national", "emergency": True,
                "checked": min(item.checked for item in helps if item.checked),
                "sources": [source for item in helps for source in item.sources],
            })
        # What was answered before has nothing to do with what is asked from now on.
        return [SlotSet("said", now_said(turn, map(_key, helps))), SlotSet("told", None), SlotSet("pending", None),
                SlotSet("alarm_talk", True), SlotSet("story", list(turn.story) if turn.intent in AFTER_ALARM else now_asked(turn))]


def _key(item: safety.Help) -> str:
    return f"help/{item.key}"
