"""`make evaluate-stock`: Rasa's default pipeline on our examples, beside ours.

Trains what `rasa init` gives (DIET, 100 epochs) on data/nlu in a project of its own (the one that
`BENCH_STOCK=same-data make bench` measures), asks both pipelines the same single questions on one core, and judges the topics alike.
Only what is understood is compared: a stock project has none of our answers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional

from evaluation import figures, questions, table
from evaluation.client import Reply
from evaluation.judging import Judged, judge
from evaluation.questions import ROOT, Question
from processes import stack
from tools.bench import stock as stocks

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
        stock = understood(stocks.project(stocks.SAME_DATA, options.epochs, options.retrain).model, asked)
        ours = understood(stack.MODEL, asked)
    except (questions.QuestionsError, stocks.BenchError, StockError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{comparison(stock, ours)}")
    return 0


def is_compared(question: Question) -> bool:
    """A stock pipeline can be asked for one topic of one message, in the language it was trained in."""
    return question.kind in ("single", "document") and not question.lang and question.emergency != "maybe"


def understood(model: Path, asked: list[Question]) -> list[Judged]:
    """Asks `model` and judges its topics as if it had replied with them."""
    with tempfile.TemporaryDirectory(prefix="pcso-stock-") as folder:
        texts, result = Path(folder) / "texts.json", Path(folder) / "result.json"
        texts.write_text(json.dumps([question.text for question in asked]), encoding="utf-8")
        _run([str(stack.RASA_PYTHON), "-m", "tools.evaluate.understand", str(model), str(texts), str(result)], ROOT,
             stack.ENVIRONMENT)
        answers = json.loads(result.read_text(encoding="utf-8"))
    return [judge(question, as_reply(answer["intent"], answer["seconds"]), {}) for question, answer in zip(asked, answers, strict=True)]


def as_reply(intent: Optional[str], seconds: float) -> Reply:
    """What an assistant would reply that answers each topic and says 999 in an emergency."""
    emergency = intent == "emergency"
    return Reply(({"text": "Call 999" if emergency else "", "custom": {"topic": intent, "emergency": emergency}},), seconds)


def comparison(stock: list[Judged], ours: list[Judged]) -> str:
    """The table: figures, files and time, the default pipeline's beside ours."""
    rows = [f"{'':{table.LABEL_WIDTH}} {'Rasa default':>13} {'ours':>8} {'points':>8}"]
    for theirs, own in zip(figures.headlines(stock), figures.headlines(ours), strict=True):
        if own.id in COMPARED and own.total:
            rows.append(_row(own.label, theirs.share, own.share))
    rows += [""] + [_row(f"Right topic, {theirs.name}", _share(theirs), _share(own))
                    for theirs, own in zip(figures.by_file(stock), figures.by_file(ours), strict=True) if "topic" in own.aspects]
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
