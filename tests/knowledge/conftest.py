"""A small knowledge folder that tests can break on purpose."""

from pathlib import Path

import pytest

NATIONAL = """\
sources:
  act:
    title: Police Reform Act 2002
    publisher: legislation.gov.uk
    url: https://www.legislation.gov.uk/ukpga/2002/30
answers:
  powers_detain:
    label: Holding someone
    question: Can a PCSO detain me?
    varies: true
    text: It depends on the force whether a PCSO may detain you.
    sources: [act]
    checked: 2026-01-02
  powers_search:
    label: Searching people
    question: Can a PCSO search me?
    varies: false
    text: No, stop and search is for police officers only.
    sources: [act]
    checked: 2026-01-03
  role_numbers:
    label: How many
    question: How many PCSOs are there?
    varies: false
    goes_stale: true
    text: A little over seven thousand in England and Wales.
    sources: [act]
    checked: 2026-01-03
    review_by: 2027-01-03
"""

FORCE = """\
id: dorset
name: Dorset Police
aliases: [dorset, dorset police]
nation: england
website: https://www.dorset.police.uk
covers: [Dorset]
places: [Weymouth]
ambiguous_places: [Newton]
area: Dorset
sources:
  page:
    title: About the PCSO role
    publisher: Dorset Police
facts:
  powers_search:
    text: In Dorset a PCSO cannot stop and search you.
    sources: [page]
    checked: 2026-02-01
"""

POINTS = """\
points:
  powers_search:
    refuse:
      text: You may say no, since stop and search is for police officers only.
      sources: [act]
      checked: 2026-01-05
"""

NOTES = """\
pl: W nagłym wypadku dzwoń pod 999.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """data/knowledge with three topics, a point of one, one force, and a note in Polish."""
    knowledge = tmp_path / "data" / "knowledge"
    (knowledge / "forces").mkdir(parents=True)
    (knowledge / "points").mkdir()
    (knowledge / "points" / "powers.yml").write_text(POINTS, encoding="utf-8")
    (knowledge / "national.yml").write_text(NATIONAL, encoding="utf-8")
    (knowledge / "forces" / "dorset.yml").write_text(FORCE, encoding="utf-8")
    (knowledge / "notes.yml").write_text(NOTES, encoding="utf-8")
    return knowledge


@pytest.fixture
def change(folder: Path):
    """Replaces a text in one of the files: change('forces/dorset.yml', old, new)."""
    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return replace
