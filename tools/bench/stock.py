"""The stock Rasa project to compare with: what `rasa init` makes, or Rasa's default pipeline on our own examples.

`BENCH_STOCK=same-data` chooses the second; `make evaluate-stock` asks it our questions. With all our examples its
training takes hours on two cores, so it is kept in results/bench/ until they change, and BENCH_EPOCHS=1 trains it for
one epoch instead of 100, in a quarter of an hour: as quick and as large, only less clever.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional

from ruamel.yaml import YAML

from knowledge import taught
from processes.stack import ENVIRONMENT, RASA_PYTHON, ROOT, Part

KEPT = ROOT / "results" / "bench"
MOODBOT, SAME_DATA = "moodbot", "same-data"
yaml = YAML(typ="safe")


class BenchError(Exception):
    """It can't be measured; the message says why."""


@dataclass
class Stock:
    """A trained project."""

    kind: str
    folder: Path
    messages: List[str]
    training_seconds: float
    epochs: Optional[int] = None

    @property
    def model(self) -> Path:
        """The trained model."""
        return next((self.folder / "models").glob("*.tar.gz"))

    def part(self, port: int) -> Part:
        """Its Rasa, as its makers' commands start it."""
        command = [
            str(RASA_PYTHON),
            "-m",
            "rasa",
            "run",
            "--interface",
            "127.0.0.1",
            "--port",
            str(port),
            "--model",
            str(self.model),
            "--credentials",
            "credentials.yml",
            "--endpoints",
            "endpoints.yml",
        ]
        return Part("stock Rasa", command, port, "/webhooks/rest/", {"LOG_LEVEL": "WARNING"}, root=self.folder)


def project(kind: Optional[str] = None, epochs: Optional[int] = None, again: bool = False) -> Stock:
    """`kind`, or the one that BENCH_STOCK asks for; trained where it isn't yet, or `again`. Raises `BenchError`.

    `epochs`, or BENCH_EPOCHS, trains a same-data project shorter than the default's 100.
    """
    kind = kind or os.environ.get("BENCH_STOCK") or MOODBOT
    epochs = epochs or int(os.environ.get("BENCH_EPOCHS") or 0) or None
    if kind not in (MOODBOT, SAME_DATA):
        raise BenchError(f"BENCH_STOCK must be {MOODBOT} or {SAME_DATA}; it is '{kind}'.")
    config = default_config(epochs)
    content = json.dumps(config).encode() + b"".join(path.read_bytes() for path in sorted(taught.NLU.glob("*.yml")))
    folder = KEPT / (f"stock-{kind}" if kind == MOODBOT else f"stock-{kind}-{hashlib.sha256(content).hexdigest()[:8]}")
    if again or not (folder / "seconds").exists():
        shutil.rmtree(folder, ignore_errors=True)
        if kind == MOODBOT:
            _moodbot(folder)
        else:
            _same_data(folder, config)
        (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
        print(f"Training the stock project ({kind}) …", file=sys.stderr, flush=True)
        (folder / "seconds").write_text(str(train(folder)), encoding="utf-8")
    return Stock(kind, folder, examples(folder / "data"), float((folder / "seconds").read_text()), epochs)


def default_config(epochs: Optional[int]) -> Dict[str, Any]:
    """Rasa's own default configuration, read from the installed Rasa."""
    path = _rasa() / "engine" / "recipes" / "config_files" / "default_config.yml"
    config = yaml.load(path)
    shorter = {
        key: [{**component, "epochs": epochs} if epochs and "epochs" in component else component for component in config[key]]
        for key in ("pipeline", "policies")
    }
    return {"recipe": config["recipe"], "assistant_id": "stock", "language": config["language"], **shorter}


def _rasa() -> Path:
    rasa = importlib.util.find_spec("rasa")
    if rasa is None:
        raise BenchError(f"Rasa isn't installed in this Python. Run it with {RASA_PYTHON}.")
    return Path(rasa.origin).parent


def train(folder: Path, *options: str) -> float:
    """Trains a project from nothing, ours as `make train` does; returns its seconds. Raises `BenchError`."""
    command = ["bot", "train", "--skip-validation"] if folder == ROOT else ["rasa", "train"]
    begun = time.perf_counter()
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", *command, "--force", *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,  # progress and errors come on the other
        check=False,
        env={**os.environ, **{name: value for name, value in ENVIRONMENT.items() if name != "OMP_NUM_THREADS"}, "PYTHONPATH": str(folder)},
    )
    if done.returncode:
        raise BenchError(f"Training in {folder} failed, see above.")
    return time.perf_counter() - begun


def examples(folder: Path) -> List[str]:
    """The examples of a project's training data, one of each topic after the other, so that neighbours differ."""
    columns = [[text for text in texts if "[" not in text] for texts in taught.examples(folder).values()]
    return [column[row] for row in range(max(map(len, columns))) for column in columns if row < len(column)]


def _moodbot(folder: Path) -> None:
    # What `rasa init` copies; trained here, so that its time is training alone.
    shutil.copytree(_rasa() / "cli" / "initial_project", folder)


def _same_data(folder: Path, config: Dict[str, Any]) -> None:
    (folder / "data").mkdir(parents=True)
    for path in sorted(taught.NLU.glob("*.yml")):
        shutil.copy(path, folder / "data" / path.name)
    topics = sorted(taught.examples())
    _write(folder / "config.yml", config)
    _write(
        folder / "domain.yml",
        {
            "version": "3.1",
            "intents": topics,
            "responses": {f"utter_{topic}": [{"text": f"An answer about {topic}."}] for topic in topics},
        },
    )
    _write(
        folder / "data" / "rules.yml",
        {
            "version": "3.1",
            "rules": [{"rule": topic, "steps": [{"intent": topic}, {"action": f"utter_{topic}"}]} for topic in topics],
        },
    )
    (folder / "endpoints.yml").write_text("", encoding="utf-8")


def _write(path: Path, content: dict) -> None:
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(content, stream)
