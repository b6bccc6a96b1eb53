"""Clocks that differ or jump end nobody's chat."""

from __future__ import annotations

import time

import pytest

from door.tokens import BadToken, Tokens

DAY = 86_400
CONVERSATION = "0123456789abcdef" * 2


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock ahead by so many seconds."""
    real = time.time

    def ahead(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return ahead


@pytest.mark.parametrize("seconds", [2, 3_600, 5 * DAY])
def test_a_token_from_a_door_whose_clock_runs_ahead_is_good(clock, seconds: int):
    tokens = Tokens("k" * 32, 30 * DAY)
    clock(seconds)
    token = tokens.sign(CONVERSATION)
    clock(0)
    assert tokens.open(token) == CONVERSATION and tokens.renew(token) == token


def test_a_token_ends_with_its_days_all_the_same(clock):
    tokens = Tokens("k" * 32, 30 * DAY)
    token = tokens.sign(CONVERSATION)
    clock(29 * DAY)
    fresh = tokens.renew(token)
    assert fresh != token
    clock(31 * DAY)
    assert tokens.open(fresh) == CONVERSATION
    with pytest.raises(BadToken):
        tokens.open(token)
