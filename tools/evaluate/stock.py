"""`make evaluate-stock`: Rasa's default pipeline on our examples, beside ours.

Trains what `rasa init` gives (DIET, 100 epochs) on data/nlu in a project of its own, asks both
pipelines the same single questions on one core, and judges the topics alike. Only what is
understood is compared: a stock project has none of our answers.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional

from ruamel.yaml import YAML

from tools import stack
from tools.evaluate import figures, questions, table
from tools.evaluate.apart import EXAMPLES
from tools.evaluate.client import Reply
from tools.evaluate.judging import Judged, judge
from tools.evaluate.questions import ROOT, Question

KEPT = ROOT / "results" / "stock"
# What the project promises of its own pipeline (docs/evaluation.md).
POINTS_AHEAD = 15
COMPARED = ("topic", "out_of_scope", "recall", "alarms_about", "alarms_ordinary")


class StockError(Exception):
    """The comparison can't be made; the message says what to do."""


def main(arguments: Optional[list[str]] = None) -> int:
    """Returns the exit code: 1 when it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.stock", description=__doc__.split("\n\n")[1])
    parser.add_argument("--epochs", type=int, help="train shorter than the default's 100")
    parser.add_argument("--retrain", action="store_true", help="train even if a model of the same examples is kept")
    options = parser.parse_args(arguments)
    try:
        asked = [question for conversation in questions.load() for question in conversation if is_compared(question)]
        if not stack.MODEL.exists():
            raise StockError(f"There is no model of ours at {stack.MODEL}. Run `make train` first.")
        stock = understood(train(options.epochs, options.retrain), asked)
        ours = understood(stack.MODEL, asked)
    except (questions.QuestionsError, StockError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{comparison(stock, ours)}")
    return 0


def is_compared(question: Question) -> bool:
    """A stock pipeline can be asked for one topic of one message, in the language it was trained in."""
    return question.kind in ("single", "document") and not question.lang and question.emergency != "maybe"


def train(epochs: Optional[int], again: bool = False) -> Path:
    """The default pipeline trained on our examples; kept until either changes. Raises `StockError`."""
    config = default_config(epochs)
    files = sorted(EXAMPLES.glob("*.yml"))
    content = json.dumps(config).encode() + b"".join(path.read_bytes() for path in files)
    model = KEPT / f"stock-{hashlib.sha256(content).hexdigest()[:12]}.tar.gz"
    if model.exists() and not again:
        print(f"The default pipeline is trained already: {model} (--retrain trains it again)", file=sys.stderr)
        return model
    print(f"Training Rasa's default pipeline on {len(files)} files of examples; with 100 epochs that takes a quarter of an hour "
          "or much more …", file=sys.stderr, flush=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pcso-stock-") as folder:
        project = Path(folder)
        (project / "nlu").mkdir()
        for path in files:
            shutil.copy(path, project / "nlu" / path.name)
        with (project / "config.yml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(config, stream)
        command = [str(stack.RASA_PYTHON), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu",
                   "--out", str(KEPT), "--fixed-model-name", model.name]
        # Not OMP_NUM_THREADS: training may use every core.
        _run(command, project, {key: value for key, value in stack.ENVIRONMENT.items() if key != "OMP_NUM_THREADS"})
    return model


def default_config(epochs: Optional[int]) -> dict:
    """Rasa's own default configuration, read from the installed Rasa; without its policies."""
    rasa = importlib.util.find_spec("rasa")
    if rasa is None:
        raise StockError(f"Rasa isn't installed in this Python. Run it with {stack.RASA_PYTHON}.")
    path = Path(rasa.origin).parent / "engine" / "recipes" / "config_files" / "default_config.yml"
    config = YAML(typ="safe").load(path)
    pipeline = [{**component, "epochs": epochs} if epochs and "epochs" in component else component
                for component in config["pipeline"]]
    return {"recipe": config["recipe"], "assistant_id": "stock", "language": config["language"], "pipeline": pipeline}


def understood(model: Path, asked: list[Question]) -> list[Judged]:
    """Asks `model` and judges its topics as if it had replied with them."""
    with tempfile.TemporaryDirectory(prefix="pcso-stock-") as folder:
        texts, result = Path(folder) / "texts.json", Path(folder) / "result.json"
        texts.write_text(json.dumps([question.text for question in asked]), encoding="utf-8")
        _run([str(stack.RASA_PYTHON), "-m", "tools.evaluate.understand", str(model), str(texts), str(result)], ROOT,
             stack.ENVIRONMENT)
        answers = json.loads(result.read_text(encoding="utf-8"))
    return [judge(question, as_reply(answer["intent"], answer["seconds"]), {}) for question, answer in zip(asked, answers)]


def as_reply(intent: Optional[str], seconds: float) -> Reply:
    """What an assistant would reply that answers each topic and says 999 in an emergency."""
    emergency = intent == "emergency"
    return Reply(({"text": "Call 999" if emergency else "", "custom": {"topic": intent, "emergency": emergency}},), seconds)


def comparison(stock: list[Judged], ours: list[Judged]) -> str:
    """The table: figures, files and time, the default pipeline's beside ours."""
    rows = [f"{'':{table.LABEL_WIDTH}} {'Rasa default':>13} {'ours':>8} {'points':>8}"]
    for theirs, own in zip(figures.headlines(stock), figures.headlines(ours)):
        if own.id in COMPARED and own.total:
            rows.append(_row(own.label, theirs.share, own.share))
    rows += [""] + [_row(f"Right topic, {theirs.name}", _share(theirs), _share(own))
                    for theirs, own in zip(figures.by_file(stock), figures.by_file(ours)) if "topic" in own.aspects]
    times = [figures.latencies(judged)["p50"] for judged in (stock, ours)]
    label = "Understanding one message on one core, p50 of processor time"
    rows += ["", f"{label:{table.LABEL_WIDTH}} {times[0]:>10.1f} ms {times[1]:>5.1f} ms"]
    ahead = (figures.headlines(ours)[0].share - figures.headlines(stock)[0].share) * 100
    rows.append(f"Ahead by {ahead:.1f} points of right topics; at least {POINTS_AHEAD} are promised: "
                f"{'ok' if ahead >= POINTS_AHEAD else 'below'}")
    return "\n".join(rows)


def _share(line: figures.Line) -> float:
    right, total = line.aspects["topic"]
    return right / total


def _row(label: str, stock: float, ours: float) -> str:
    return f"{label:{table.LABEL_WIDTH}} {table.percent(stock):>13} {table.percent(ours):>8} {(ours - stock) * 100:>+8.1f}"


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    if subprocess.run(command, cwd=folder, env={**os.environ, **environment}).returncode:
        raise StockError(f"This failed, see above: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
