"""`make weights`: passes, fits, judges, prints. `python -m tools.weights --help`."""

from __future__ import annotations

import argparse
import sys
from typing import List, Optional

import knowledge
from evaluation import questions
from processes import stack
from tools.evaluate.progress import Progress
from tools.weights import danger, decision, model, parts, table, talks, threads

DECISIONS = {**danger.DECISIONS, **parts.DECISIONS, **threads.DECISIONS}


def main(arguments: Optional[List[str]] = None) -> int:
    """Returns the exit code: 1 when it can't be done."""
    options = _options().parse_args(arguments)
    chosen = options.decisions or list(DECISIONS)
    try:
        asked = questions.load()
        with model.loaded(stack.MODEL) as components:
            with Progress("Passing talks through the model:") as progress:
                seen = talks.walk(components, asked, progress)
            if "mid_talk" in chosen:
                with Progress("Putting dangers behind questions:") as progress:
                    seen += talks.put_behind(components, asked, sorted(knowledge.load().answers), progress)
    except (questions.QuestionsError, knowledge.KnowledgeError, model.ModelError) as error:
        print(error, file=sys.stderr)
        return 1
    for name in chosen:
        print(f"\n{table.of(decision.outcome(DECISIONS[name], seen))}")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.weights",
        description="Fits weights anew on the questions of data/evaluation that may be read, and says what they would change; no file is "
                    "changed (docs/evaluation.md).")
    # argparse of 3.10 takes no `choices` beside an empty list.
    parser.add_argument("decisions", nargs="*", type=_known, metavar="DECISION", help=f"{', '.join(DECISIONS)}; all without any")
    return parser


def _known(name: str) -> str:
    if name not in DECISIONS:
        raise argparse.ArgumentTypeError(f"there is no decision '{name}'. There are: {', '.join(DECISIONS)}")
    return name


if __name__ == "__main__":
    sys.exit(main())
