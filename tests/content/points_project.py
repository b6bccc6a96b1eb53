"""The small project with particular questions of one topic, written as people write."""

from __future__ import annotations

import subprocess
from pathlib import Path

TEXTS, PHRASES = "data/knowledge/points/powers.yml", "data/points/powers.yml"
POINT_FILES = {
    TEXTS: """\
# Particular questions on powers.
points:
  powers_detain:
    how_long:
      # the law's own words
      text: >-
        You may have to wait for a police officer for up to 30 minutes. It ends earlier where an officer comes
        earlier.
      sources: [act]   # section 38
      checked: 2026-01-02
    walk_off:
      text: I don't know what happens where you walk off.
      sources: []
      checked: null
      unknown: true
# the end
""",
    PHRASES: """\
# How people ask them.
powers_detain:
  how_long:
    asked:
      - how long can a pcso hold me
      - can they keep me for hours
      - "must I wait all night: is that right"
      # with slips
      - hw long do i wate
      - for how many minutes may she hold me
    then:
      - for how many minutes
      - all night?
  walk_off:
    asked:
      - what if I just walk off
      - am I allowed to walk away from a pcso
      - can I leave
      - does walking off break the law
      - I ran away from a pcso, what now
    then:
      - and if I run
# the end
""",
    "data/evaluation/points.yml": """\
- {text: "30 mins or more?", topic: powers_detain, point: how_long}
- text: walking off or the time
  topic: [powers_detain, powers_search]
  point: [how_long, walk_off]
- {text: "search how long", topic: powers_search, point: none}
""",
}


def add_points(root: Path) -> Path:
    """Puts them into the small project in `root`, in a commit of their own."""
    for name, text in POINT_FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for command in (["add", "."], ["-c", "user.name=x", "-c", "user.email=x@y.invalid", "commit", "-q", "-m", "points"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root
