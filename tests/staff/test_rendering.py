"""How the console writes times."""

from __future__ import annotations

import pytest

from door.staff.rendering import moment


@pytest.mark.parametrize(("iso", "shown"), [
    ("2026-11-21T20:46:00.123456Z", "21 November 2026, 20:46"),
    ("2026-06-21T23:46:00.123456Z", "22 June 2026, 00:46"),  # summer time
])
def test_times_are_those_of_clocks_in_england_and_wales(iso: str, shown: str):
    assert moment(iso) == shown
