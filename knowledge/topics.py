"""Topics by the part they play in a talk. What each is about stands in docs/contract.md; 'tell_more' ('why', 'says who') and 'say_simply'
are answered under the topic of the last answer (docs/decisions/0009, 0012)."""

from __future__ import annotations

from typing import Optional, Tuple

# Said to be polite or to answer the bot: they ask nothing.
COURTESIES = frozenset({"greet", "goodbye", "thanks", "affirm", "deny"})
ABOUT_THE_BOT = frozenset({"bot_identity", "bot_help", "bot_privacy"})
# What is typed after 'Call 999' and isn't danger again (bot/nlu/after_alarm.py): learnt from data/safety/after_alarm.yml alone.
AFTER_ALARM = ("emergency_called", "emergency_waiting", "emergency_unable", "emergency_over")
# Rasa holds what is said of these (domain.yml), and says it by itself where nothing else is asked (rules.yml), whatever
# else is broken. Where danger can't be told apart, or more is asked, the action server answers them too.
HELD_BY_RASA = COURTESIES - {"affirm"} | ABOUT_THE_BOT | {"out_of_scope"}
# They lean on the last answer, whatever it was: where it comes from, the same in short, that it was no use (actions/more.py).
ABOUT_THE_ANSWER = frozenset({"tell_more", "say_simply", "not_helpful"})
# What doesn't end a talk about danger: 'hello?', '???', 'she's in Leeds, I'm in London', 'are you a person'.
NOTHING_ELSE = COURTESIES | ABOUT_THE_ANSWER | ABOUT_THE_BOT | {"unclear", "out_of_scope", "set_force", "force_for_place"}
# Never one of several questions: they colour a message, or lean on what was said before.
NO_QUESTION = COURTESIES | ABOUT_THE_ANSWER | {"set_force", "unclear", "out_of_scope", "emergency", *AFTER_ALARM}
# No question about PCSOs: said to be polite, of the assistant, its answer or where one lives, or behind an alarm.
NOT_ASKED = COURTESIES | ABOUT_THE_BOT | ABOUT_THE_ANSWER | {"set_force", *AFTER_ALARM}
# What came before has no say in whether these are meant; actions/thread.py knows which place or topic they are about.
STANDS_ALONE = COURTESIES - {"deny"} | {"set_force", "force_for_place", "force_list"} | ABOUT_THE_ANSWER


def named(topic: str, point: str) -> str:
    """A particular question with its topic, as Rasa names what stands below an intent: 'recruitment_vetting/appeal'."""
    return f"{topic}/{point}"


def topic_or_point(topic: str, point: Optional[str]) -> str:
    """What an answer is about: `named` where it is one to a particular question, else the topic."""
    return named(topic, point) if point else topic


def parted(name: str) -> Tuple[str, str]:
    """Topic and point of either; the point of a topic as a whole is ''."""
    topic, _, point = name.partition("/")
    return topic, point
