"""Chooses the next action once for each kind of turn, not at every step.

Where each rule lies within one turn and looks at nothing but the intent and the actions, these
decide: what was said before, in which words and with which slots, changes nothing. One rule
that looks at more, or a form, and all are left to Rasa.
"""

from __future__ import annotations

import copy
import json
from collections import OrderedDict
from typing import Any, Dict, Optional, Text, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, DefinePrevUserUtteredFeaturization, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

# Topics × the two steps of a turn, several times over; each entry is a kilobyte.
MOST_KINDS = 1024
# All that happens in a turn as long as nobody takes anything back.
_PLAIN = (ActionExecuted, UserUttered, BotUttered, SlotSet, DefinePrevUserUtteredFeaturization)

_choose = RulePolicy.predict_action_probabilities


def _predict(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Optional[Dict[Text, Any]] = None,
             **kwargs: Any) -> PolicyPrediction:
    """As `RulePolicy.predict_action_probabilities`."""
    kind = _kind(tracker) if _within_a_turn(self) and not domain.form_names else None
    if kind is None:
        return _choose(self, tracker, domain, rule_only_data, **kwargs)
    found: OrderedDict[Tuple, PolicyPrediction] = self.__dict__.setdefault("_lean_found", OrderedDict())
    if kind in found:
        found.move_to_end(kind)
    else:
        found[kind] = _choose(self, tracker, domain, rule_only_data, **kwargs)
        if len(found) > MOST_KINDS:
            found.popitem(last=False)
    # Whoever weighs several policies writes into what they say.
    chosen = copy.copy(found[kind])
    chosen.probabilities, chosen.events = list(chosen.probabilities), list(chosen.events)
    return chosen


def _within_a_turn(policy: RulePolicy) -> bool:
    """Whether each rule begins with a message's intent and then names actions alone."""
    if "_lean_within" not in policy.__dict__:
        rules = [json.loads(key) for key in policy.lookup[RULES]]
        policy.__dict__["_lean_within"] = not policy.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH) and all(
            (state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME) == ACTION_LISTEN_NAME) == (number == 0)
            and set(state) == {PREVIOUS_ACTION, USER} and set(state[PREVIOUS_ACTION]) == {ACTION_NAME} and set(state[USER]) == {INTENT}
            for rule in rules for number, state in enumerate(rule))
    return policy.__dict__["_lean_within"]


def _kind(tracker: DialogueStateTracker) -> Optional[Tuple[Text, ...]]:
    """The intent of the latest message and the actions since; None where that may not be all."""
    actions, messages = [], []
    for event in reversed(tracker.events):
        if not isinstance(event, _PLAIN) or getattr(event, "use_text_for_featurization", False):
            return None
        if isinstance(event, UserUttered):
            messages.append(event)
        elif isinstance(event, ActionExecuted):
            if event.action_name == ACTION_LISTEN_NAME:
                break
            actions.append(event.action_name)
    if tracker.active_loop_name or len(messages) != 1:
        return None
    return (messages[0].intent_name or "", *actions)


def install() -> None:
    """Puts the memory in front of Rasa's choice."""
    RulePolicy.predict_action_probabilities = _predict
