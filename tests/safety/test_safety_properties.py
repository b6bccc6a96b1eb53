"""Nothing that a person, a program or an attacker sends makes the layer fail."""

import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings, strategies as st  # noqa: E402

from safety import check, clean, language_of, reply_to_unreadable, reply_when_broken  # noqa: E402
from safety.alarm import RANK  # noqa: E402

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


def test_danger_at_either_end_of_a_long_text():
    assert check("he has got a knife and is outside. " + "lorem ipsum " * 5_000).level == "emergency"
    assert check("lorem ipsum " * 5_000 + ". he has got a knife and is outside").level == "emergency"
