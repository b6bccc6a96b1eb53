"""How the layers decide together; each alone is tested in tests/safety and by `make evaluate`."""

import pytest

from rasa.shared.nlu.training_data.message import Message

from bot.nlu.danger import Evidence, decide, decide_foreign, decide_mid_talk
from bot.nlu.emergency import ALARM, EmergencyDetector, _all_kinds, _is_one_courteous_word, _overrule
from safety import Alarm


# How sure the likeliest kind of danger is, for a message like most.
KIND = 0.4


NOW = Alarm(level="emergency", about="now", why=("x",))


@pytest.mark.parametrize(("alarm", "danger", "margin", "rival", "words", "level"), [
    (NOW, 0.5, 0.0, 0.2, 5, "emergency"),
    (NOW, 0.1, -0.5, 0.2, 5, "emergency"),                                                  # words alarm, meaning leaves room
    (NOW, 0.006, -2.0, 0.6, 8, "perhaps"),                                                  # meaning is nearly sure of a question
    (Alarm(level="none"), 0.9, 1.0, 0.05, 8, "emergency"),                                  # no word alarms, the meaning does
    (Alarm(level="none"), 0.04, -1.0, 0.3, 8, "perhaps"),
    (Alarm(level="none"), 0.08, 1.0, 0.3, 8, "emergency"),                                  # who knows danger alone is sure
    (Alarm(level="none"), 0.08, -1.0, 0.3, 8, "perhaps"),
    (Alarm(level="none"), 0.01, 1.0, 0.9, 20, "perhaps"),                                   # one clause beside a plain question
    (Alarm(level="none"), 0.01, -1.0, 0.9, 20, "none"),
    (Alarm(level="none"), 0.007, -2.0, 0.6, 8, "none"),                                     # another topic is surer
    (Alarm(level="none"), 0.02, -1.5, 0.4, 1, "none"),                                      # 'helo'
    (Alarm(level="none"), 0.1, 0.0, 0.1, 12, "emergency"),                                  # nothing is likelier
    (Alarm(level="perhaps", why=("x",), settled=True), 0.97, 1.0, 0.1, 1, "perhaps"),       # 'help'
    (Alarm(level="perhaps", why=("x",)), 0.01, -1.0, 0.6, 8, "perhaps"),
    (Alarm(level="perhaps", why=("x",)), 0.0001, -3.0, 0.9, 8, "none"),                     # a word, and all else speaks against it
    (Alarm(level="none", about="past", why=("x",)), 0.1, -0.5, 0.4, 8, "perhaps"),
    (Alarm(level="none"), 0.1, 0.0, 0.1, 60, "perhaps"),                                    # whoever is in danger doesn't write at length
])
def test_levels(alarm, danger, margin, rival, words, level):
    assert decide(alarm, Evidence(danger, rival, KIND, margin, words)) == level


def test_what_is_told_at_length_in_the_middle_of_a_talk_needs_a_little_more():
    heard = Evidence(0.2, 0.3, KIND, -0.7, 20)
    assert decide(Alarm(level="none"), heard) == "emergency"
    assert decide(Alarm(level="none"), heard._replace(told=True)) == "perhaps"


@pytest.mark.parametrize(("alarm", "margin", "behind", "words", "level"), [
    (Alarm(level="none"), 0.5, 0.5, 6, "emergency"),                                        # 'his key is in the door'
    (Alarm(level="none"), -0.8, 0.8, 5, "emergency"),
    (Alarm(level="none"), -0.8, -1.5, 5, "perhaps"),                                        # 'one goes up my neck', after tattoos
    (Alarm(level="none"), -2.5, -1.0, 5, "none"),
    (NOW, -0.8, -1.5, 5, "emergency"),                                                      # words still alarm
    (Alarm(level="none", about="past", why=("x",)), -0.8, 0.2, 7, "perhaps"),
    (Alarm(level="none"), 0.2, 0.0, 2, "perhaps"),                                          # 'under lyme'
    (Alarm(level="perhaps", why=("x",), settled=True), 1.0, 1.0, 1, "perhaps"),
])
def test_a_short_message_after_a_question_is_weighed_behind_it(alarm, margin, behind, words, level):
    assert decide_mid_talk(alarm, margin, behind, words) == level


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
    assert decide(Alarm(level="none"), Evidence(0.0, 1.0, 0.0, -4.0, 3)) == "none"
    assert decide(Alarm(level="none"), Evidence(1.0, 0.0, 1.0, 2.0, 3)) == "emergency"


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
    assert ("suicide" in _all_kinds(alarm, {"suicide": share, "held": 0.1})) == told


@pytest.mark.parametrize(("named", "also", "shares", "told"), [
    (("domestic",), (), {"domestic": 0.05, "medical": 0.9}, ["medical"]),          # 'choking on a grape' is no abuse
    (("fire",), (), {"fire": 0.01}, ["fire"]),                                     # lives hang on it
    ((), ("child",), {"domestic": 0.5}, ["child", "domestic"]),                    # 'im 13'
    (("silent",), (), {"medical": 0.5, "intruder": 0.5}, ["silent", "intruder"]),  # 'he's on the stairs'
    ((), (), {"dog": 0.3, "theft": 0.2}, ["dog"]),                                 # the likeliest, where nothing says more
    ((), (), {"suicide": 0.3}, ["help"]),
    ((), (), {}, ["help"]),
])
def test_which_help_fits_is_by_what_words_and_meaning_agree_on(named, also, shares, told):
    alarm = Alarm(level="emergency", about="now", kinds=named, why=("x",), also=also)
    assert _all_kinds(alarm, shares) == told


class Polish:
    """Heads for other languages that hear Polish, and danger."""

    def language(self, text, guess):
        return "pl"

    def danger(self, text):
        return 0.9


def test_in_another_language_the_phrases_alone_say_which_help_fits(monkeypatch):
    monkeypatch.setattr("bot.nlu.emergency.safety.check", lambda text: Alarm(level="emergency", kinds=("fire",), language="pl", why=("x",)))
    message = Message({"text": "pali sie", "intent": {"name": "unclear", "confidence": 1.0}})
    EmergencyDetector(None, None, foreign=Polish()).process([message])
    assert message.get(ALARM)["kinds"] == ["fire"] and message.get("intent")["name"] == "emergency"


@pytest.mark.parametrize(("text", "confidence", "courteous"), [
    ("ta", 0.99, True), ("cya", 0.97, True), ("ta", 0.7, False), ("ma nhw yn y ty", 0.99, False), ("diolch ma nhw yn y ty", 0.99, False)])
def test_only_a_single_word_is_a_courtesy_in_any_language(text, confidence, courteous):
    assert _is_one_courteous_word(Message({"text": text, "intent": {"name": "thanks", "confidence": confidence}}), text) == courteous
