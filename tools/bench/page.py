"""Writes results/bench/index.html and summary.md from one run's figures."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from markupsafe import escape

from evaluation.markup import paragraph, section, table
from tools.bench.charts import Line, lines

STYLE = Path(__file__).with_name("page.css")
# What the project promises of itself beside a stock project.
GOALS = {"p50": 0.20, "rate": 5.0, "memory": 0.75, "flat": 1.3, "workers": 1.7}

Rows = List[Sequence[str]]
# anchor → title, what goes across, [(key, what goes upwards)], what it shows
GROWTH: Dict[str, Tuple[str, str, List[Tuple[str, str]], str]] = {
    "length": (
        "Length of a conversation",
        "messages so far",
        [("p50", "p50, ms"), ("processor", "processor, ms a message")],
        "One person goes on and on. Flat means that the thousandth message is as quick as the tenth.",
    ),
    "stored": (
        "Stored conversations",
        "conversations in the database",
        [("p50", "p50, ms"), ("processor", "processor, ms a message"), ("file MB", "database, MB")],
        "Read and written by primary key: flat.",
    ),
    "examples": (
        "Examples to learn from",
        "examples",
        [("training", "training, s"), ("p50", "p50, ms"), ("memory", "memory of Rasa, MB")],
        "Training grows with the examples; answering does not.",
    ),
    "forces": (
        "Forces",
        "forces",
        [
            ("load s", "loading, s"),
            ("read ms", "reading a message, ms"),
            ("look up ms", "looking a fact up, ms"),
            ("memory MB", "memory, MB"),
        ],
        "Made-up forces, each with the places of a real one.",
    ),
    "workers": (
        "Workers",
        "Rasas",
        [
            ("rate", "messages a second"),
            ("p50", "p50, ms"),
            ("busy processors", "processors kept busy"),
            ("processor", "processor, ms a message"),
        ],
        "16 people shared out. The gain is bounded by the processors that are left for the second Rasa beside the action server "
        "and whoever asks.",
    ),
}


def write(run: Dict[str, Any], folder: Path) -> None:
    """`run` is what __main__ gathered; parts that were not measured are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    parts, markdown = [], [f"# Benchmark of {run['at']}", "", run["machine"], ""]
    for anchor, title, words, headers, rows, drawn in _parts(run):
        parts.append(section(anchor, title, paragraph(words), *drawn, table(title, headers, rows, range(1, len(headers)))))
        markdown += [
            f"## {title}",
            "",
            words,
            "",
            "| " + " | ".join(headers) + " |",
            "|" + " --- |" * len(headers),
            *("| " + " | ".join(row) + " |" for row in rows),
            "",
        ]
    (folder / "summary.md").write_text("\n".join(markdown), encoding="utf-8")
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Benchmark of {escape(run['at'])}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f"<header><h1>How fast the assistant is</h1><p>Measured on {escape(run['at'])}. {escape(run['machine'])}</p></header>"
        f"<main>{''.join(parts)}</main></body></html>",
        encoding="utf-8",
    )


def _parts(run: Dict[str, Any]):
    if "beside" in run:
        yield (
            "beside",
            "Beside a stock Rasa project",
            _words(run["beside"]),
            ["", "stock", "ours", "ours / stock", "goal"],
            beside(run["beside"]),
            [],
        )
    for anchor, (title, across, measures, words) in GROWTH.items():
        points = run.get(anchor)
        if points:
            headers = [across] + [name for _, name in measures]
            rows = [[f"{point['x']:,}"] + [f"{point[key]:.3g}" for key, _ in measures] for point in points]
            pictures = [lines(title, across, name, [Line(name, [(point["x"], point[key]) for point in points])]) for key, name in measures]
            yield anchor, title, words + _flatness(anchor, points), headers, rows, pictures
    if "telegram" in run:
        ways = run["telegram"]["ways"]
        yield (
            "telegram",
            "Telegram",
            f"The channel adds {run['telegram']['added p50 ms']:.1f} ms at p50; the goal is {run['telegram']['goal ms']:.0f} ms at most.",
            ["", "p50, ms", "p95, ms"],
            [[name, f"{way['p50 ms']:.1f}", f"{way['p95 ms']:.1f}"] for name, way in ways.items()],
            [],
        )


def beside(found: Dict[str, Any]) -> Rows:
    """The rows of the comparison."""
    rows = [
        _row("training, s", found["training"]["stock"], found["training"]["ours"], ""),
        _row("start to first answer, s", found["start"]["stock"]["seconds"], found["start"]["ours"]["seconds"], ""),
        _row("memory of Rasa, MB", found["memory"]["stock"], found["memory"]["ours, Rasa"], f"≤ {GOALS['memory']}"),
    ]
    rows.append(["memory of the action server, MB", "none", f"{found['memory']['ours, action server']:.0f}", "", ""])
    for turn in found["people"]:
        stock, ours, people = turn["stock"], turn["ours"], turn["people"]
        for key in ("p50", "p95", "p99"):
            rows.append(_row(f"{key}, {people} at once, ms", stock[key], ours[key], f"≤ {GOALS['p50']}" if key == "p50" else ""))
        rows.append(_row(f"messages a second, {people} at once", stock["rate"], ours["rate"], f"≥ {GOALS['rate']:.0f}"))
        rows.append(_row(f"processor time of a message, {people} at once, ms", stock["processor ms"], ours["processor ms"], ""))
    return rows


def _row(name: str, stock: float, ours: float, goal: str) -> List[str]:
    return [name, f"{stock:.1f}", f"{ours:.1f}", f"{ours / stock:.2f}", goal]


def _words(found: Dict[str, Any]) -> str:
    spread = [ratio for turn in found["people"] for ratio in turn["p50 ratio of each block"]]
    kind = (
        "what `rasa init` makes (moodbot, in-memory tracker, no action server)"
        if found["stock"] == "moodbot"
        else "Rasa's default pipeline trained on our examples, with one fixed answer for each topic"
    )
    if found.get("stock epochs"):
        kind += f", for {found['stock epochs']} epochs instead of 100 (its training takes that much longer, its answers don't)"
    return (
        f"The stock project is {kind}; ours answers from facts through its action server and keeps every turn on disk. "
        "Both were asked their own examples, in turns. The machine is shared: the p50 ratio of single blocks went from "
        f"{min(spread):.2f} to {max(spread):.2f}, so trust ratios, and processor time more than the clock."
    )


def _flatness(anchor: str, points: List[Dict[str, float]]) -> str:
    if anchor in ("length", "stored") and len(points) > 1:
        quarter = max(1, len(points) // 4)  # not single points: one of them may have met a busy moment
        first, last = (statistics.median(point["processor"] for point in some) for some in (points[:quarter], points[-quarter:]))
        return f" The last quarter against the first, by processor time: {last / first:.2f} (goal: within {GOALS['flat']})."
    if anchor == "workers" and len(points) > 1:
        gain = points[1]["rate"] / points[0]["rate"]
        return f" Two against one: {gain:.2f} times the messages (goal on two free cores: {GOALS['workers']})."
    return ""
