"""`make evaluate`: asks, judges, prints, keeps, compares. `python -m tools.evaluate --help`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Optional

import knowledge
from evaluation import apart, figures, page, questions, runs, table
from evaluation.asking import ask_all
from evaluation.client import Client, RasaError
from evaluation.figures import Figure
from evaluation.runs import Comparison, Run
from processes.stack import StackError
from tools.evaluate.progress import Progress
from tools.evaluate.running import running_rasa

FLOORS = Path(__file__).with_name("floors.json")
MISSES_PRINTED = 40
TAGS_PRINTED = 40


def main(arguments: Optional[list[str]] = None) -> int:
    """Returns the exit code: 0; 1 when it can't be done or a floor isn't kept."""
    options = _options().parse_args(arguments)
    try:
        conversations = questions.load(options.only)
        force_names = {force.id: force.name for force in knowledge.load().forces.values()}
        earlier = runs.read(options.against) if options.against else runs.last(_files(conversations))
        with running_rasa(_say) as url:
            with Progress("Asking") as progress:
                judged = ask_all(Client(url), conversations, force_names, progress)
    except (questions.QuestionsError, knowledge.KnowledgeError, runs.RunError, RasaError, StackError) as error:
        print(error, file=sys.stderr)
        return 1
    headlines = figures.headlines(judged)
    run = Run(runs.now(), _files(conversations), headlines + figures.information(judged), judged, figures.latencies(judged),
              _leaked(conversations))
    comparison = runs.compare(earlier, judged) if earlier else None
    _print(run, headlines, comparison, options.misses)
    path = runs.save(run)
    report = page.write(run, comparison, path.parent / "report.html")
    print(f"\nReport: {report}\nKept as {path}")
    return _keep_floors(headlines, options) if options.fail_under else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.evaluate",
        description="Asks every question of data/evaluation and judges the answers (docs/evaluation.md). Starts the assistant "
                    "itself, or asks the one at PCSO_RASA_URL.")
    parser.add_argument("--only", nargs="+", default=[], metavar="FILE", help="only these files of data/evaluation")
    parser.add_argument("--misses", type=int, default=MISSES_PRINTED, metavar="N", help="print at most N misses (the report has all)")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with this run instead of the last one")
    parser.add_argument("--fail-under", action="store_true", help=f"exit code 1 when a figure is worse than in {FLOORS.name}")
    return parser


def _files(conversations: list[list[questions.Question]]) -> list[str]:
    return list(dict.fromkeys(question.file for conversation in conversations for question in conversation))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _print(run: Run, headlines: list[Figure], comparison: Optional[Comparison], misses: int) -> None:
    points = comparison.points if comparison else {}
    print(f"\n{table.headline_table(headlines, points)}")
    print(f"\nFor information\n{table.headline_table(run.figures[len(headlines):], points)}")
    if run.latencies:
        print(f"Round trip at {len(run.judged)} messages, several at a time: "
              + ", ".join(f"{name} {value:.0f} ms" for name, value in run.latencies.items()))
    print(f"\n{table.line_table('File', figures.by_file(run.judged))}")
    print(f"\n{table.line_table('Tag', figures.by_tag(run.judged), TAGS_PRINTED)}")
    print(f"\n{table.miss_list(run.judged, misses)}")
    if comparison:
        print(f"\n{table.comparison_list(comparison, misses)}")
    if run.leaked:
        print("\n".join([f"\n{table.leak_warning(run.leaked)}", *(f"- {place}" for place in run.leaked[:misses])]))


def _leaked(conversations: list[list[questions.Question]]) -> list[str]:
    asked = (question for conversation in conversations for question in conversation)
    return [f"{question.file}:{question.line}: {question.text}" for question in apart.leaks(asked, apart.all_taught())]


def _keep_floors(headlines: list[Figure], options: argparse.Namespace) -> int:
    """1 with a sentence for each figure that breaks its floor; without --only every floor needs its figure."""
    broken = broken_floors(headlines, json.loads(FLOORS.read_text(encoding="utf-8")), partial=bool(options.only))
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


def broken_floors(headlines: list[Figure], floors: dict[str, float], partial: bool = False) -> list[str]:
    """A sentence for each figure that is worse than its floor.

    A figure that nothing was asked for breaks its floor as well, unless the run is `partial`.
    """
    found = {figure.id: figure for figure in headlines}
    sentences = []
    for name, floor in floors.items():
        figure = found.get(name)
        if figure is None:
            sentences.append(f"{FLOORS.name} names '{name}', and there is no such figure. There are: {', '.join(found)}.")
        elif not figure.total:
            unasked = f"{figure.label}: no question asks for it, so the floor of {table.percent(floor)} isn't kept."
            sentences += [] if partial else [unasked]
        elif not figure.meets(floor):
            side = "above" if figure.at_most else "below"
            sentences.append(f"{figure.label}: {table.percent(figure.share)} is {side} the {table.percent(floor)} "
                             f"that {FLOORS.name} asks for.")
    return sentences


if __name__ == "__main__":
    sys.exit(main())
