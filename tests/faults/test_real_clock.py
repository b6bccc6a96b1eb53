"""The machine's clock jumps under the real processes: people are answered, in order, and nothing is lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.real import Real, until

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))

SEEN_AFTER_SECONDS = 2.5

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed (apt-get install faketime)")]


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose words shift the clock of all parts: '+3h'."""
    file = tmp_path_factory.mktemp("clock") / "shift"
    file.write_text("+0")
    return file


@pytest.fixture(scope="module")
def real(clock: Path, tmp_path_factory: pytest.TempPathFactory):
    # As when a machine's clock is set: what counts up since the start of the machine goes on.
    environment = {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
                   "DONT_FAKE_MONOTONIC": "1"}
    with Real(tmp_path_factory.mktemp("clock-real"), **environment) as real:
        until(lambda: not real.missing())
        yield real


@pytest.mark.parametrize("jumps", [("+3h", "+0"), ("-3h", "+0"), ("+3d", "-3d", "+0")])
def test_the_thread_goes_on_over_jumps(real: Real, clock: Path, jumps: tuple[str, ...]):
    first = real.say("can pcsos search me")
    token, said = first.body["conversation"], ["can pcsos search me"]
    for jump in jumps:
        clock.write_text(jump)
        time.sleep(SEEN_AFTER_SECONDS)
        for message, topic in (("and in dorset?", "powers_search"), ("how much do they earn there", "recruitment_pay"),
                               ("can pcsos search me", "powers_search")):
            answer = real.say(message, token)
            assert answer.status == 200, answer.raw
            assert answer.body["messages"][0]["custom"]["topic"] == topic
            said.append(message)
        danger = real.say("help he's got a knife", token)
        assert danger.texts[0].startswith("Call 999") and danger.body["messages"][0]["custom"]["emergency"] is True
        said.append("help he's got a knife")
        real.say("can pcsos search me", token)
        said.append("can pcsos search me")
    until(lambda: not real.missing())
    assert [message["text"] for message in real.history(token) if message["from"] == "person"] == said
