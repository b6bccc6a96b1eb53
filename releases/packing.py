"""Packs knowledge into one file whose bytes depend on nothing but its content, and unpacks it with care."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import knowledge
from knowledge import paths
from knowledge.places import load_place_files
from knowledge.unpacking import unpack as unpack


def files_below(folder: Path) -> dict[str, bytes]:
    """The files of a content folder that a release's knowledge consists of: path → bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted((folder / paths.FOLDER).rglob("*.yml"))}


def pack(contents: Mapping[str, bytes]) -> bytes:
    """The same files give the same bytes, whoever packs them and when."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(contents):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(contents[name]), 0o644
            tar.addfile(entry, io.BytesIO(contents[name]))
    return packed.getvalue()


@contextmanager
def unpacked(packed: bytes | Path) -> Iterator[Path]:
    """A folder with the files, for as long as it is needed. Raises `unpacking.BrokenPackage`."""
    with tempfile.TemporaryDirectory(prefix="pcso-knowledge-") as folder:
        unpack(packed if isinstance(packed, bytes) else packed.read_bytes(), Path(folder))
        yield Path(folder)


def check(contents: Mapping[str, bytes]) -> knowledge.Knowledge:
    """Reads the files as the assistant will. Raises `knowledge.KnowledgeError` and what `load_place_files` raises."""
    with unpacked(pack(contents)) as folder:
        found = knowledge.load(folder / paths.FOLDER)
        load_place_files(folder / paths.FOLDER)
        return found
