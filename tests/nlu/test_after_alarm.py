"""What is typed after 'Call 999': never a question about PCSOs by mistake, and 999 first whatever it is."""

import time

import numpy as np
import pytest
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import BooleanSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import after_alarm, reader
from bot.nlu.after_alarm import FILE, LEVELS, Heard, decide
from bot.nlu.emergency import ALARM, EmergencyDetector
from bot.nlu.encoder import VECTORS, vectors_of
from bot.nlu.reader import IN_ALARM, READING
from bot.nlu.reading import Reading
from evaluation.judging import FIRST_CHARACTERS
from evaluation.questions import DOMAIN
from knowledge import yaml_lines
from knowledge.topics import AFTER_ALARM
from safety import Alarm

CALM, NOW = Alarm(), Alarm(level="emergency", about="now", why=("x",))


@pytest.mark.parametrize(("heard", "level", "alarm", "decided"), [
    (Heard("emergency", 0.6), "none", CALM, "emergency"),                     # 'he's gone very quiet'
    (Heard("emergency", 0.3), "none", CALM, None),
    (Heard("emergency_called", 0.5), "perhaps", CALM, "emergency_called"),
    (Heard("emergency_waiting", 0.4), "none", CALM, "emergency_waiting"),
    (Heard("emergency_called", 0.4), "emergency", NOW, "emergency"),          # 'I rang but he's hitting her': the words alarm
    (Heard("emergency_over", 0.9), "emergency", NOW, "emergency_over"),       # 'found her, she was in the shed'
    (Heard("emergency_over", 0.4), "none", CALM, None),
    (Heard("other", 0.9), "none", CALM, None),
    (Heard("other", 0.9), "emergency", CALM, "emergency"),
])
def test_the_head_and_the_detector_decide_together(heard, level, alarm, decided):
    assert decide(heard, level, alarm) == decided


@pytest.mark.parametrize(("meant", "share", "decided"), [
    ("other", 0.9, "emergency"),            # 'what do you mean': 999
    ("emergency_over", 0.5, "emergency"),   # 'in plain english'
    ("emergency_over", 0.9, "emergency_over"),
])
def test_who_asks_about_the_answer_hears_999_again(meant, share, decided):
    assert decide(Heard(meant, share), "none", CALM, about_the_answer=True) == decided


@pytest.mark.parametrize(("kept", "age", "in_alarm"), [
    (None, 5, False), (False, 5, False), (True, 5, True), (True, 2 * reader.ALARM_LASTS_SECONDS, False)])
def test_the_talk_is_about_the_alarm_while_the_slot_says_so_and_it_goes_on(kept, age, in_alarm):
    slots = [BooleanSlot("alarm_talk", mappings=[{"type": "custom"}], influence_conversation=False)]
    tracker = DialogueStateTracker("someone", slots)
    tracker.update(SlotSet("alarm_talk", kept, timestamp=time.time() - age))
    assert reader._is_in_alarm(tracker) == in_alarm


@pytest.mark.parametrize(("intent", "in_alarm"), [("emergency", True), ("emergency_called", True), ("thanks", False)])
def test_with_the_action_server_dead_the_message_before_tells(intent, in_alarm):
    tracker = DialogueStateTracker("someone", [])
    tracker.update(UserUttered("words", {"name": intent}))
    assert reader._is_in_alarm(tracker) == in_alarm


def test_the_examples_are_of_what_is_answered_and_each_means_one_thing():
    examples = yaml_lines.read(FILE)[0]
    assert set(examples) == {*AFTER_ALARM, "emergency", "other"} and min(map(len, examples.values())) >= 100
    lines = [line.lower() for lines in examples.values() for line in lines]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("topic", AFTER_ALARM)
def test_999_stands_in_the_first_words_of_each_reply(topic):
    reply, = yaml_lines.read(DOMAIN)[0]["responses"][f"utter_{topic}"]
    assert "999" in reply["text"][:FIRST_CHARACTERS]
    assert reply["custom"]["topic"] == topic and reply["custom"]["emergency"] == (LEVELS[topic] == "emergency")


MEANINGS = ["emergency_called", "emergency_over", "emergency", "other"]


class Knows:
    """A head that hears each meaning in a vector of its own."""

    labels = MEANINGS

    def probabilities(self, texts, vectors):
        return 0.9 * vectors[:, :len(MEANINGS)] + 0.025


class Silent:
    """Heads of the detector that hear no danger, and English."""

    def alone(self, text, vector):
        return -5.0

    def language(self, text, guess):
        return "en"

    def probabilities(self, vectors):
        return np.full((len(vectors), 2), 0.5)


@pytest.mark.parametrize("in_alarm", [True, False])
@pytest.mark.parametrize("meant", ["emergency_called", "emergency_over", "other"])
def test_a_message_has_its_meaning_only_after_an_alarm(meant, in_alarm):
    detector = EmergencyDetector(None, None, foreign=Silent(), kinds=Silent(), danger=Silent(), after=Knows())
    vector = np.eye(len(MEANINGS), dtype=np.float32)[[MEANINGS.index(meant)]]
    message = Message({"text": "some words", READING: Reading("some words"), VECTORS: vector,
                       INTENT: {"name": "recruitment_pay", "confidence": 0.9}, IN_ALARM: in_alarm})
    detector.process([message])
    expected = meant if in_alarm and meant in AFTER_ALARM else "recruitment_pay"
    assert message.get(INTENT)["name"] == expected
    assert message.get(ALARM)["kinds"] == ([meant] if expected == meant else [])


@pytest.mark.parametrize(("text", "denied"), [
    ("its not an emergency. i just want to know can a pcso come to my shop", True),
    ("nobody is in danger mate, was i allowed to hold him", True),
    ("hes not in danger its a scam, who do i tell", True),
    ("its not an emergency", False),                       # nothing else is said: it is over
    ("there is no emergency operator answering what do i do", False),
    ("no emergency services have come yet and he is still outside", False),
    ("999 told me it isnt urgent but she is getting worse", False),
    ("the man is not in danger he is the danger", False),
    ("if its not urgent then why is she bleeding so much", False),
    ("nobody is in danger yet but what if he comes back", False),
    ("im not in danger but my mum is he is hitting her", False),
])
def test_who_says_that_nobody_is_in_danger_and_asks_on_is_answered(text, denied):
    assert after_alarm.denies(text) == denied
    detector = EmergencyDetector(None, None, foreign=Silent(), kinds=Silent(), danger=Silent(), after=Knows())
    message = Message({"text": text, READING: Reading(text), VECTORS: np.eye(len(MEANINGS), dtype=np.float32)[[MEANINGS.index("other")]],
                       INTENT: {"name": "recruitment_pay", "confidence": 0.9}, IN_ALARM: True})
    detector.process([message])
    assert (message.get(ALARM)["level"] == "none") == denied


def test_a_word_or_a_head_that_hears_danger_is_louder_than_a_denial():
    text, nothing = "im not in danger. what if he comes back", after_alarm.Heard("other", 0.9)
    assert after_alarm.is_denied(text, nothing, "perhaps", Alarm(level="none"))
    assert not after_alarm.is_denied(text, nothing, "emergency", Alarm(level="none"))
    assert not after_alarm.is_denied(text, nothing, "perhaps", Alarm(level="perhaps", why=("x",)))
    assert not after_alarm.is_denied(text, after_alarm.Heard("emergency_waiting", 0.4), "none", Alarm(level="none"))


@pytest.mark.parametrize(("text", "alarm", "calmed"), [
    ("why 999?? it is a bag of pills on the path no one is hurt", Alarm(level="none"), True),
    ("nobody is missing, what happens when i ring", Alarm(level="none"), True),
    ("im not in danger, what happens when i ring", Alarm(level="none"), True),
    ("hes 4 and hes not here now", Alarm(level="none"), False),
    ("im not in danger my mum is", Alarm(level="none"), False),
    ("it was last week i said", Alarm(level="none"), True),
    ("no one is hurt yet", Alarm(level="none"), False),
    ("nobody is hurt but he is coming back up", Alarm(level="none"), False),
    ("they're not here now and they said ten minutes, he's still out there", Alarm(level="none"), False),
    ("no one is hurt, the flat is on fire", Alarm(level="emergency", why=("fire",)), False),
    ("she's hurt", Alarm(level="none"), False),
])
def test_who_says_that_it_is_not_now_is_answered_behind_a_line_on_999(text, alarm, calmed):
    assert after_alarm.is_calmed(text, alarm) == calmed


def test_the_examples_are_learnt_beside_some_of_every_topic():
    example = Message({READING: Reading("how much"), VECTORS: np.zeros((1, 384), np.float32), INTENT: "recruitment_pay"})
    head = after_alarm.fit([example])
    assert set(head.labels) == {*AFTER_ALARM, "emergency", "other"}
    assert after_alarm.hear(head, "how much", vectors_of(example)).meant == "other"
