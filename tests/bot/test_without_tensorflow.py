"""Rasa as we start it holds no TensorFlow, and says so to whoever wants some."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "from bot import without_tensorflow; without_tensorflow.install()\n"


def _run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True)


def test_rasa_and_all_its_components_are_imported_without_it():
    code = """
import sys
import rasa.__main__, rasa.core.run, rasa.server, rasa.model_training
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS, DIETClassifier
assert DIETClassifier in DEFAULT_COMPONENTS
assert not [name for name in sys.modules if name.startswith("tensorflow") and getattr(sys.modules[name], "__file__", None)]
"""
    done = _run(BEFORE + code)
    assert done.returncode == 0, done.stderr


def test_using_it_says_what_to_do():
    done = _run(BEFORE + "import tensorflow as tf\ntf.keras.layers.Dense(3)")
    assert done.returncode == 1 and "LeftOutError" in done.stderr and "`python -m rasa`" in done.stderr


def test_who_can_do_without_does():
    done = _run(BEFORE + "from thinc.compat import has_tensorflow\nassert not has_tensorflow")
    assert done.returncode == 0, done.stderr


def test_settings_for_it_do_not_matter(monkeypatch):
    monkeypatch.setenv("TF_INTRA_OP_PARALLELISM_THREADS", "1")
    done = _run(BEFORE + "from rasa.utils.tensorflow.environment import setup_tf_environment\nsetup_tf_environment()")
    assert done.returncode == 0, done.stderr


def test_it_is_too_late_once_it_is_imported():
    done = _run("import sys\nsys.modules['tensorflow'] = sys\n" + BEFORE)
    assert done.returncode == 1 and "imported already" in done.stderr


def test_rasas_own_command_line_is_there():
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", "bot", "run", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "--credentials" in done.stdout
