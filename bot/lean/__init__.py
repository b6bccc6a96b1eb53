"""Takes time out of Rasa's turn that no setting takes out; imported by the channel, so wherever Rasa serves.

Each module replaces a few functions of Rasa 3.6 that do the same work anew with every
message, by ones that give the same result (tests/bot/test_lean.py compares them). What
was found with py-spy and cProfile, and what each one saves, is in docs/decisions/0008-lean-rasa.md.
"""

from bot.lean import actions, graph, rules, trackers


def install() -> None:
    """Puts the quick functions in place of Rasa's own."""
    for part in (actions, graph, rules, trackers):
        part.install()
