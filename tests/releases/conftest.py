"""A small project and a store with one live release of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from releases import drafts
from releases.store import PROJECT, Release, Store

KENT = "data/knowledge/forces/kent.yml"


@pytest.fixture(scope="session")
def small_content(tmp_path_factory) -> Path:
    """Real files, but two forces without what they say on particular questions, and one file of examples: quick to read."""
    folder = tmp_path_factory.mktemp("content")
    for name in ("config.yml", "domain.yml", "data/knowledge/national.yml", "data/knowledge/places.yml",
                 "data/knowledge/more_places.yml", "data/knowledge/geonames_places.yml", "data/knowledge/postcodes.yml",
                 KENT, "data/knowledge/forces/dorset.yml", "data/knowledge/notes.yml", "data/language/shorthand.yml",
                 "data/language/right_words.yml", "data/follow_ups/role.yml", "data/safety/examples/cy.yml", "data/safety/examples/pl.yml",
                 "data/safety/kind_examples.yml", "data/safety/help_examples.yml", "data/safety/after_alarm.yml",
                 "data/stories/rules.yml", "data/nlu/role_definition.yml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    for path in (folder / "data" / "knowledge" / "forces").iterdir():
        path.write_text(path.read_text("utf-8").partition("\npoints:\n")[0] + "\n", "utf-8")
    return folder


@pytest.fixture
def content(small_content, tmp_path, monkeypatch) -> Path:
    """A draft of one's own."""
    folder = tmp_path / "content"
    shutil.copytree(small_content, folder)
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    return folder


@pytest.fixture
def store(tmp_path) -> Store:
    """An empty one."""
    return Store(tmp_path / "releases")


@pytest.fixture
def model(tmp_path) -> Path:
    """A file that stands for a model: nothing here opens it."""
    path = tmp_path / "some.tar.gz"
    path.write_bytes(b"a model")
    return path


@pytest.fixture
def first(store, content, model) -> Release:
    """The live release of the draft, as `make run` makes it."""
    release = drafts.make(store, content, model, drafts.MAKE_RUN, "files")
    store.publish(release.id, drafts.MAKE_RUN, "first", follows_files=True)
    return release


@pytest.fixture
def edit(content):
    """`edit(path, old, new)` changes a file of the draft."""
    def change(name: str, old: str, new: str) -> None:
        text = (content / name).read_text(encoding="utf-8")
        assert old in text
        (content / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return change


def second(store: Store, content: Path, tmp_path: Path, by: str = "ada") -> Release:
    """Another release: another model, the draft's knowledge."""
    path = tmp_path / "second.tar.gz"
    path.write_bytes(b"another model")
    return drafts.make(store, content, path, by, "candidate", "second")
