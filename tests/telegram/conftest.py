"""One Bot API server, one stand-in for Rasa and one channel for all tests; a person for each."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_process import ChannelProcess
from telegram_rasa import Line, StandIn


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


@pytest.fixture(scope="session")
def api() -> Iterator[BotApi]:
    api = BotApi()
    api.served.start()
    yield api
    api.served.stop()


@pytest.fixture(scope="session")
def rasa() -> Iterator[StandIn]:
    rasa = StandIn()
    rasa.served.start()
    yield rasa
    rasa.served.stop()


@pytest.fixture(scope="session")
def channel(api: BotApi, rasa: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelProcess]:
    """The channel that most tests share; each has its own person, so they don't meet."""
    process = ChannelProcess(tmp_path_factory.mktemp("channel"), api.url, rasa.url, api.new_token())
    yield process.start()
    process.close()


@pytest.fixture
def person(api: BotApi, channel: ChannelProcess) -> Person:
    return Person(api, channel.token)


@pytest.fixture
def line(rasa: StandIn) -> Iterator[Line]:
    """A line to the stand-in that a test can cut."""
    line = Line(rasa.url)
    yield line
    line.cut()


@pytest.fixture
def new_channel(api: BotApi, line: Line, tmp_path: Path) -> Iterator[Callable[..., ChannelProcess]]:
    """Makes channels of a test's own, to be stopped and killed, behind a line that can be cut."""
    made: list[ChannelProcess] = []

    def make(**settings: Any) -> ChannelProcess:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(ChannelProcess(folder, api.url, line.url, settings.pop("token", api.new_token()), **settings))
        return made[-1]

    yield make
    for process in made:
        process.close()


@pytest.fixture
def early_in_the_minute() -> None:
    """Limits count from minute to minute: a test of one that began at its end would meet two."""
    left = 60 - time.time() % 60
    if left < 15:
        time.sleep(left)
