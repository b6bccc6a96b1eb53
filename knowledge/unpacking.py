"""Unpacks the knowledge of a release: plain files below data/, nothing else."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

# Fifty times what there is: more is no knowledge.
MOST_BYTES = 50_000_000
# (Releases of earlier days bring data/language, too.)
_NAME = re.compile(r"data/(?:knowledge|language)/(?:[a-z0-9_]+/)?[a-z0-9_]+\.yml")


class BrokenPackage(Exception):
    """The bytes are no package of knowledge; the message says why."""


def unpack(packed: bytes, folder: Path) -> None:
    """Writes the files of `packed` (a tar) below `folder`.

    Raises `BrokenPackage` for anything that isn't a file of knowledge, before it is written.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as tar:
            members = tar.getmembers()
            for member in members:
                if not member.isfile() or not _NAME.fullmatch(member.name):
                    raise BrokenPackage(f"'{member.name}' doesn't belong into a package of knowledge")
            if sum(member.size for member in members) > MOST_BYTES:
                raise BrokenPackage(f"the files have more than {MOST_BYTES:,} bytes")
            for member in members:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tar.extractfile(member).read())
    except tarfile.TarError as error:
        raise BrokenPackage(f"this is no package of knowledge ({error})") from error
