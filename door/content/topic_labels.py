"""What staff call a topic: the label of its answer, or, where it has no answer of its own, what people do who say it."""

from __future__ import annotations

_WITHOUT_ANSWER = {
    "force_for_place": "Which force a place has",
    "force_list": "Which forces there are",
    "force_compare": "Comparing two forces",
    "set_force": "Says where they live",
    "greet": "Says hello",
    "goodbye": "Says goodbye",
    "thanks": "Says thank you",
    "affirm": "Says yes",
    "deny": "Says no",
    "bot_identity": "Who or what the assistant is",
    "bot_help": "What the assistant can do",
    "bot_privacy": "What the assistant keeps",
    "tell_more": "Asks for more, why, or who says so",
    "say_simply": "Asks for it in simpler words",
    "not_helpful": "Says that the answer was no use",
    "emergency": "Somebody is in danger",
    "out_of_scope": "Not about PCSOs or the police",
    "unclear": "Can’t be understood",
}


def called(topic: str, label: str | None = None) -> str:
    """Words for a topic; `label` is its answer's."""
    return label or _WITHOUT_ANSWER.get(topic) or topic.replace("_", " ").capitalize()
