"""Nothing that a person, a program or an attacker sends makes the layer fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings, strategies as st  # noqa: E402

from safety import check, clean, language_of, reply_to_unreadable, reply_when_broken  # noqa: E402
from safety.alarm import RANK  # noqa: E402
from tests.growth import MOST, growth, seconds  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)
DANGER = st.sampled_from(["help", "knife", "he is", "breaking in", "if", "last week", "pcso", "fire", "my mum", "now", "?",
                          "not breathing", "i want to die", "救命", "pomocy", "🔪", "\u202e", "999", "kill", ",", "."])


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_any_text(text):
    alarm = check(text)
    assert alarm.level in RANK
    assert isinstance(language_of(text), str)
    assert clean(clean(text)) == clean(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(DANGER, max_size=40))
def test_any_order_of_danger_words(words):
    assert check(" ".join(words)).level in RANK


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text()), st.dictionaries(st.text(), st.text()), ANY_TEXT))
def test_anything_at_all(thing):
    assert isinstance(clean(thing), str)
    for reply in (reply_when_broken(thing), reply_to_unreadable(thing)):
        assert "999" in reply["text"]


def test_surrogates_and_invisible_characters_go():
    assert clean("he\u200blp\ud800 \U000e0041me\u202e\x00") == "help me"
    assert clean("  two\n\n lines\t") == "two lines"
    assert clean("  two  \r\n\n lines\t", keep_lines=True) == "two\nlines"
    assert clean(None) == clean(42) == ""


@pytest.mark.parametrize("text", ["a" * 100_000, "he " * 50_000, "if " * 30_000, "help. " * 20_000, "救" * 50_000,
                                  "someone is in my " * 5_000, "'" * 10_000, "\ud83d" * 1_000])
def test_long_and_strange(text):
    assert check(text).level in RANK


@pytest.mark.parametrize("piece", ["now ", "a.", "a@", "help. ", "help me ", "not sure if ", "if pcso ", "i want to die now ", "pomocy ",
                                   "no. ", "he ", "my feet are killing me ", "someone is in my ", "救", "救命", "kill*", "?", "'", "\u0301",
                                   "he has got a knife and "])
def test_time_grows_with_the_length_only(piece):
    assert growth(check, piece) < MOST
    assert growth(language_of, piece) < MOST


@pytest.mark.parametrize("piece", [" ", "\n", " \n", "\u200b", "a"])
def test_the_time_of_cleaning_grows_with_the_length_only(piece):
    assert growth(lambda text: clean(f"x{text}x", keep_lines=True), piece, characters=50_000) < MOST


def test_one_letter_over_and_over_takes_little_longer_than_words():
    """Most phrases of other languages begin with a word of one letter."""
    plain = min(seconds(check, ("can a pcso search me " * 2_000)[:2_000]) for _ in range(5))
    assert min(seconds(check, "a." * 1_000) for _ in range(5)) < 3 * plain


def test_every_process_reads_a_message_alike():
    text = "are they allowed to kick the door down if there is a fire or someone hurt inside"
    program = f"from safety import check; print(check({text!r}))"
    for seed in ("0", "1"):
        there = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, text=True,
                               capture_output=True, check=True)
        assert there.stdout.strip() == str(check(text))


def test_danger_at_either_end_of_a_long_text():
    assert check("he has got a knife and is outside. " + "lorem ipsum " * 5_000).level == "emergency"
    assert check("lorem ipsum " * 5_000 + ". he has got a knife and is outside").level == "emergency"
