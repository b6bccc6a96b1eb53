"""How the layers decide together; each alone is tested in tests/safety and by `make evaluate`."""

import pytest

from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency import Evidence, _all_kinds, _overrule, decide, decide_foreign
from safety import Alarm


# How sure the likeliest kind of danger is, for a message like most.
KIND = 0.4


@pytest.mark.parametrize(("alarm", "danger", "rival", "words", "level"), [
    (Alarm(level="emergency", about="now", why=("x",)), 0.5, 0.2, 5, "emergency"),
    (Alarm(level="emergency", about="now", why=("x",)), 0.1, 0.2, 5, "emergency"),    # words alarm, meaning leaves room
    (Alarm(level="emergency", about="now", why=("x",)), 0.006, 0.6, 8, "perhaps"),    # meaning is nearly sure of a question
    (Alarm(level="none"), 0.9, 0.05, 8, "emergency"),                                 # no word alarms, the meaning does
    (Alarm(level="none"), 0.04, 0.2, 8, "perhaps"),
    (Alarm(level="none"), 0.007, 0.6, 8, "none"),                                      # another topic is surer
    (Alarm(level="none"), 0.003, 0.2, 8, "none"),
    (Alarm(level="none"), 0.2, 0.2, 1, "none"),                                       # 'helo'
    (Alarm(level="none"), 0.1, 0.1, 30, "emergency"),                                 # nothing is likelier
    (Alarm(level="perhaps", why=("x",), settled=True), 0.97, 0.1, 1, "perhaps"),      # 'help'
    (Alarm(level="perhaps", why=("x",)), 0.0001, 0.9, 8, "perhaps"),
    (Alarm(level="none", about="past", why=("x",)), 0.07, 0.2, 8, "perhaps"),
])
def test_levels(alarm, danger, rival, words, level):
    assert decide(alarm, Evidence(danger, rival, KIND, words)) == level


@pytest.mark.parametrize(("in_thread", "level"), [(None, "emergency"), (0.9, "emergency"), (0.01, "perhaps"), (0.0, "none")])
def test_after_a_question_what_it_means_behind_that_question_is_weighed(in_thread, level):
    assert decide(Alarm(level="none"), Evidence(0.3, 0.2, KIND, 5, in_thread)) == level  # 'one goes up my neck'
    worded = decide(Alarm(level="emergency", about="now", why=("x",)), Evidence(0.3, 0.2, KIND, 5, in_thread))
    assert worded == ("perhaps" if in_thread == 0.0 else "emergency")  # words still alarm


@pytest.mark.parametrize(("alarm", "danger", "level"), [
    (Alarm(), 0.9, "emergency"),
    (Alarm(), 0.4, "emergency"),                                    # nothing speaks against it
    (Alarm(), 0.25, "perhaps"),
    (Alarm(level="perhaps"), 0.2, "perhaps"),
    (Alarm(level="perhaps"), 0.3, "emergency"),
    (Alarm(level="emergency"), 0.25, "emergency"),
    (Alarm(), 0.05, "none"),
    (Alarm(level="emergency"), 0.01, "perhaps"),                    # 'umieram ze śmiechu': a phrase alone is a joke or a film
    (Alarm(level="perhaps", settled=True), 0.99, "perhaps"),
])
def test_levels_in_another_language(alarm, danger, level):
    assert decide_foreign(alarm, danger, 12) == level


def test_a_phrase_that_is_nearly_all_that_is_said_counts_more():
    assert decide_foreign(Alarm(level="emergency"), 0.1, 2) == "emergency"  # 'quero morrer'
    assert decide_foreign(Alarm(level="emergency"), 0.1, 12) == "perhaps"
    assert decide_foreign(Alarm(), 0.05, 2) == "none"


def test_never_fails_at_the_ends():
    assert decide_foreign(Alarm(), 0.0, 3) == "none" and decide_foreign(Alarm(), 1.0, 3) == "emergency"
    assert decide(Alarm(level="none"), Evidence(0.0, 1.0, 0.0, 3)) == "none"
    assert decide(Alarm(level="none"), Evidence(1.0, 0.0, 1.0, 3)) == "emergency"


def test_a_second_question_needs_the_action_server():
    message = Message({"text": "x", "intent": {"name": "bot_identity", "confidence": 0.9},
                       "intent_ranking": [{"name": "bot_identity", "confidence": 0.9}],
                       "questions": [{"topic": "bot_identity"}, {"topic": "powers_arrest"}]})
    _overrule(message, "none", "en")
    assert message.get("intent")["name"] == "unclear"


@pytest.mark.parametrize(("head", "level", "language", "intent"), [
    ("emergency", "none", "en", "duties_typical_day"),        # 'is it dangerous'
    ("emergency", "perhaps", "en", "duties_typical_day"),
    ("powers_search", "emergency", "en", "emergency"),
    ("out_of_scope", "perhaps", "en", "unclear"),             # the action server warns first, then says it is out of scope
    ("deny", "perhaps", "en", "unclear"),
    ("out_of_scope", "none", "en", "out_of_scope"),
    ("powers_search", "perhaps", "en", "powers_search"),
    ("powers_search", "none", "pl", "unclear"),
    ("thanks", "none", "cy", "thanks"),
])
def test_the_detector_has_the_last_word_on_danger(head, level, language, intent):
    ranking = [{"name": head, "confidence": 0.9}, {"name": "duties_typical_day", "confidence": 0.05}]
    message = Message({"text": "x", "intent": ranking[0], "intent_ranking": ranking})
    _overrule(message, level, language)
    assert message.get("intent")["name"] == intent


@pytest.mark.parametrize(("named", "share", "told"), [
    ((), 0.3, False), ((), 0.5, True), (("intruder",), 0.6, False), (("medical",), 0.8, True), (("suicide",), 0.1, True)])
def test_despair_is_not_read_into_a_strangers_cry(named, share, told):
    """Its helpline would stand before how to call in silence: 'im hiding'."""
    alarm = Alarm(level="emergency", about="now", kinds=named, why=("x",))
    assert ("suicide" in _all_kinds(alarm, {"suicide": share, "held": 0.1}, "emergency", "en")) == told
