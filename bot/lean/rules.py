"""Finds the rules that fit a conversation once for each kind of conversation, not at every step.

Whether a rule fits depends on few things: in the last steps (no more than the longest rule
has) the values that rules mention at all. Conversations alike in those share the answer.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any, Dict, List, Optional, Set, Text, Tuple

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT

# Topics × a few places in a turn, several times over; each entry is a few hundred bytes.
MOST_KINDS = 4096

_search = RulePolicy._get_possible_keys
_find = RulePolicy._find_action_from_rules


class _Known:
    """What has been found in one set of rules."""

    def __init__(self, lookup: Dict[Text, Text]):
        self.lookup = lookup
        rules: List[List[State]] = [json.loads(key) for key in lookup]
        self._longest = max(map(len, rules), default=0)
        self._mentioned = sorted({(kind, name) for rule in rules for state in rule for kind, part in state.items() for name in part})
        self.found: OrderedDict[Tuple, Set[Text]] = OrderedDict()
        # Whether each rule ends after a message with a certain intent, so that none can fit by words alone.
        self.by_intent = all(rule[-1].get(USER, {}).get(INTENT) for rule in rules)

    def kind(self, states: List[State]) -> Tuple:
        """All that a rule can look at: the last steps, shortened to what rules mention."""
        return tuple(
            (bool(state.get(PREVIOUS_ACTION)), *[_hashable(state.get(kind, {}).get(name)) for kind, name in self._mentioned])
            for state in states[-self._longest:])


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _possible_keys(self: RulePolicy, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
    """As `RulePolicy._get_possible_keys`."""
    if not lookup:
        return set()
    rules = _known(self, lookup)
    kind = rules.kind(states)
    if kind in rules.found:
        rules.found.move_to_end(kind)
    else:
        rules.found[kind] = _search(self, lookup, states)
        if len(rules.found) > MOST_KINDS:
            rules.found.popitem(last=False)
    return rules.found[kind]


def _action_from_rules(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain,
                       use_text_for_last_user_input: bool) -> Tuple[Optional[Text], Optional[Text], bool]:
    """As `RulePolicy._find_action_from_rules`, which looks twice: by the words of a message, then by its intent."""
    if use_text_for_last_user_input and not tracker.active_loop_name and _known(self, self.lookup[RULES]).by_intent:
        return None, None, False
    return _find(self, tracker, domain, use_text_for_last_user_input)


def _known(policy: RulePolicy, lookup: Dict[Text, Text]) -> _Known:
    known: Dict[int, _Known] = policy.__dict__.setdefault("_lean_known", {})
    if id(lookup) not in known:
        known[id(lookup)] = _Known(lookup)  # holds `lookup`, so its id stays its own
    return known[id(lookup)]


def install() -> None:
    """Puts the memory in front of Rasa's search."""
    RulePolicy._get_possible_keys = _possible_keys
    RulePolicy._find_action_from_rules = _action_from_rules
