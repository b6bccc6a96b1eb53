"""The real processes, started once for the tests that break and mend them."""

from __future__ import annotations

import pytest

from tests.real import Real, until


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory):
    # A short patience, so that what is slow is seen to be slow soon.
    with Real(tmp_path_factory.mktemp("faults"), RASA_SECONDS="4") as real:
        yield real


@pytest.fixture
def real(stack: Real):
    """All parts well before the test, and well again after it."""
    until(lambda: not stack.missing())
    stack.token = stack.say("hello").body["conversation"]
    yield stack
    for part in stack.stack.parts:
        stack.resume(part)
        if part.process.poll() is not None:
            stack.start(part)
    until(lambda: not stack.missing())
