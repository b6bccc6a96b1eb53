#!/usr/bin/env bash
# Writes the lock files with hashes and without any registry's address. encoder.txt and uv.txt, beside them, are changed by hand.
set -euo pipefail
options=(--generate-hashes --no-header --no-emit-index-url --no-annotate --quiet --upgrade)
.venv/uv/bin/uv pip compile pyproject.toml --extra rasa --python-version 3.10 "${options[@]}" -o requirements/rasa.txt
.venv/uv/bin/uv pip compile pyproject.toml --extra door --python-version 3.12 "${options[@]}" -o requirements/door.txt
.venv/uv/bin/uv pip compile pyproject.toml --extra deploy --python-version 3.12 "${options[@]}" -o requirements/deploy.txt
# ruff reads the code and imports nothing of it.
echo ruff | .venv/uv/bin/uv pip compile - --python-version 3.12 "${options[@]}" -o requirements/lint.txt
