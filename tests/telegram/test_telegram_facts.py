"""What is published is known to /force without a restart, and what is taken away is no trap."""

import asyncio
import shutil
from pathlib import Path

import pytest

from door.telegram import facts
from door.telegram.facts import Facts
from knowledge import LiveKnowledge, live
from knowledge.loading import FOLDER


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the knowledge that `Facts` then follows."""
    copy = tmp_path / "knowledge"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(live, "RELOAD_CHECK_SECONDS", 0.0)
    monkeypatch.setattr(facts, "FOLLOW_SECONDS", 0.01)
    monkeypatch.setattr(facts, "live_knowledge", lambda name: LiveKnowledge(copy))
    return copy


def follow(known: Facts, until: object) -> None:
    async def run() -> None:
        following = asyncio.create_task(known.follow())
        for _ in range(1_000):
            if until():
                break
            await asyncio.sleep(0.02)
        following.cancel()

    asyncio.run(run())
    assert until()


def test_a_force_and_a_place_that_are_published_later_are_known_and_one_that_goes_is_not(folder: Path) -> None:
    known = Facts()
    assert known.forces_of("weymouth") == ("dorset",) and known.forces_of("atlantis") == ()
    dorset = folder / "forces" / "dorset.yml"
    dorset.write_text(dorset.read_text("utf-8").replace("places: [", "places: [Atlantis, ", 1), "utf-8")
    follow(known, lambda: known.forces_of("atlantis") == ("dorset",))
    (folder / "places.yml").write_text("broken: [", "utf-8")
    kent = known.now.forces.pop("kent")  # as in a release without it
    assert kent.name == "Kent Police" and known.forces_of("kent police") == known.forces_of("maidstone") == ()
    dorset.write_text(dorset.read_text("utf-8").replace("name: Dorset Police", "name: Dorset Constables", 1), "utf-8")
    follow(known, lambda: known.now.forces["dorset"].name == "Dorset Constables")
    assert known.forces_of("atlantis") == ("dorset",), "a broken list of places leaves the last good names"
