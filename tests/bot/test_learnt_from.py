"""What a model is made of stands in several lists, each for somebody else: all must hold what makes the digest of a model another."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.nlu import digest
from processes.stack import ROOT
from releases import project_copy
from releases.drafts import LEARNT_FROM, LEARNT_WITH
from tests.deploy.images import copied_into

# What Rasa itself sees change.
SEEN_BY_RASA = ("config.yml", "domain.yml", "data/nlu/*.yml", "data/stories/*.yml")


def below(*patterns: str) -> set[Path]:
    return {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}


@pytest.mark.parametrize("pattern", [*LEARNT_FROM, *LEARNT_WITH])
def test_each_pattern_finds_something(pattern):
    assert below(pattern), f"nothing is called {pattern} any more: correct it in releases/drafts.py"


def test_make_trains_when_any_of_it_changed():
    written = re.search(r"^MODEL_INPUTS := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    plain, command = re.fullmatch(r"(.*)\$\(shell (find .*)\)", written.replace("\\\n", ""), re.DOTALL).groups()
    found = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    inputs = {ROOT / name for name in (*plain.split(), *found.split())}
    assert not below(*LEARNT_FROM, *LEARNT_WITH) - inputs, "add these to MODEL_INPUTS in the Makefile"


@pytest.mark.parametrize("image", ["rasa", "console"])
def test_the_images_that_train_hold_it_all(image):
    held = below(*(f"{source}**/*" if source.endswith("/") else source for source in copied_into(image)))
    assert not below(*LEARNT_FROM, *LEARNT_WITH) - held, "copy these in deploy/Dockerfile"


def test_a_copied_project_holds_it_all(tmp_path):
    project_copy.copy_project(tmp_path / "copy", ROOT)
    missing = {path for path in below(*LEARNT_FROM, *LEARNT_WITH) if not (tmp_path / "copy" / path.relative_to(ROOT)).is_file()}
    assert not missing, "copy these in releases/project_copy.py"


def test_components_are_trained_anew_when_any_of_it_changed(monkeypatch):
    seen = below(*SEEN_BY_RASA, *(f"{folder}/**/*.py" for folder in digest.CODE))
    monkeypatch.setattr(digest, "of_code_and", lambda *files: seen.update(files) or "")
    for component in YAML(typ="safe").load(ROOT / "config.yml")["pipeline"]:
        module, name = component["name"].rsplit(".", 1)
        getattr(importlib.import_module(module), name).fingerprint_addon({})
    assert not below(*LEARNT_FROM, *LEARNT_WITH) - seen, "have a component take these into its `fingerprint_addon`"


def test_a_draft_needs_training_where_components_do():
    assert below(*LEARNT_WITH) >= below(*(f"{folder}/**/*.py" for folder in digest.CODE)), "add these to LEARNT_WITH in releases/drafts.py"
