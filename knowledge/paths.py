"""Where the files of knowledge stand below the project, a draft or a release: paths as text, as a release names its files."""

from __future__ import annotations

from knowledge import loading

FOLDER = "data/knowledge"
NATIONAL = f"{FOLDER}/{loading.NATIONAL}"
FORCES = f"{FOLDER}/{loading.FORCES}"
# What is said on the particular questions within topics.
POINTS = f"{FOLDER}/{loading.POINTS}"
