"""Every sentence of the case files gets its level; known misses must still miss."""

import pytest
from safety_reading import cases, known_misses, language_cases

from safety import check, language_of

MISSES = known_misses()


@pytest.mark.parametrize("group,levels,sentence", [case for case in cases() if case[2] not in MISSES])
def test_level(group, levels, sentence):
    alarm = check(sentence)
    assert alarm.level in levels, f"{group}: '{sentence}' came out as {alarm}"


@pytest.mark.parametrize("sentence", MISSES)
def test_known_miss_still_misses(sentence):
    levels = next(levels for _, levels, text in cases() if text == sentence)
    assert check(sentence).level not in levels, f"'{sentence}' is right now: take it out of known_misses.yml"


@pytest.mark.parametrize("tag,level,sentence", list(language_cases()))
def test_language(tag, level, sentence):
    alarm = check(sentence)
    assert alarm.level == level, alarm
    if level == "emergency":
        assert alarm.language == tag
    if tag == "en":
        assert language_of(sentence) == "en"
