"""`python -m tools.bench`: measures, prints the comparison and writes results/bench/ (index.html, summary.md, latest.json)."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from typing import Any, Callable, Dict

from processes.stack import DOOR_PYTHON, ROOT, StackError
from tools.bench import growth, page, side_by_side
from tools.bench.stock import BenchError

FOLDER = ROOT / "results" / "bench"
# Quick enough for every run; `--parts` chooses others.
USUAL = ("beside", "length", "stored", "workers")


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument(
        "--parts", nargs="+", choices=list(PARTS), default=list(USUAL), help="what to measure; 'examples' and 'forces' take long"
    )
    parser.add_argument("--all", action="store_true", help="measure everything")
    parser.add_argument("--people", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--messages", type=int, default=96, help="messages of a block, all people together")
    parser.add_argument("--length", type=int, default=1_000, help="messages of the long conversation")
    options = parser.parse_args()
    # What is not measured again stays as it was last measured, under its own date.
    latest = FOLDER / "latest.json"
    run: Dict[str, Any] = json.loads(latest.read_text(encoding="utf-8")) if latest.exists() else {}
    run = {key: value for key, value in run.items() if key in PARTS}
    try:
        for part in PARTS if options.all else options.parts:
            print(f"{part} …", flush=True)
            run[part] = PARTS[part](options)
    except (BenchError, StackError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    run |= {"at": f"{dt.datetime.now():%Y-%m-%d %H:%M}", "machine": _machine()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    latest.write_text(json.dumps(run, indent=2), encoding="utf-8")
    page.write(run, FOLDER)
    if "beside" in run:
        for row in page.beside(run["beside"]):
            print(f"{row[0]:48}" + "".join(f"{cell:>13}" for cell in row[1:]))
    print(f"\nWritten: {(FOLDER / 'index.html').relative_to(ROOT)}")
    return 0


def _telegram(options: argparse.Namespace) -> Dict[str, Any]:
    subprocess.run(
        [str(DOOR_PYTHON), "-m", "tools.bench_telegram", "--messages", str(options.messages)],
        cwd=ROOT,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return json.loads((FOLDER / "telegram.json").read_text(encoding="utf-8"))


def _machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}; "
        f"the machine's load at the end was {load:.1f}, "
        f"so {'others worked on it too' if load > 1.5 else 'it had little else to do'}."
    )


PARTS: Dict[str, Callable[[argparse.Namespace], Any]] = {
    "beside": lambda options: side_by_side.measure(options.people, options.messages),
    "length": lambda options: growth.by_length(options.length),
    "stored": lambda options: growth.by_stored(),
    "workers": lambda options: growth.by_workers(options.messages * 4),
    "telegram": _telegram,
    "examples": lambda options: growth.by_examples(),
    "forces": lambda options: growth.by_forces(),
}

if __name__ == "__main__":
    sys.exit(main())
