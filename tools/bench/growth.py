"""What grows, and with what: length of a chat, stored conversations, examples, forces, workers."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import sqlalchemy as sa

from knowledge import taught
from processes.ports import free_port
from processes.stack import ENVIRONMENT, MODEL, RASA_PYTHON, ROOT, Part, Stack, action_server, rasa
from tools.bench import stock as stocks
from tools.bench.asking import Times, ask
from tools.bench.processes import memory, processor_seconds
from tools.bench.side_by_side import LOGS, WARM_UP
from tools.bench.stock import BenchError

WINDOW = 50
STORED = (0, 1_000, 10_000, 100_000)
EXAMPLES = (10_000, 20_000, None)  # None: all of ours
FORCES = (46, 200, 500, 1_000)
WORKERS = (1, 2)
PEOPLE = 16


@contextlib.contextmanager
def running(folder: str, model: Path = MODEL, rasas: int = 1) -> Iterator[Tuple[List[Part], str]]:
    """Action server and Rasas on a database of their own: the parts, the Rasas last, and the database's file."""
    database = f"{folder}/growth.db"
    actions_port = free_port()
    parts = [action_server(actions_port), *(rasa(free_port(), actions_port, model) for _ in range(rasas))]
    for number, part in enumerate(parts[2:], 2):
        part.name = f"Rasa {number}"
    with Stack(parts, LOGS, {"DATABASE_URL": f"sqlite:///{database}"}):
        texts = stocks.examples(taught.NLU)
        for part in parts[1:]:
            ask(part.port, texts, 1, WARM_UP)
        yield parts, database


def by_length(messages: int) -> List[Dict[str, float]]:
    """One chat: the p50 of each fifty messages, and processor milliseconds of a message."""
    texts, found = stocks.examples(taught.NLU), []
    with tempfile.TemporaryDirectory() as folder, running(folder) as (parts, _):
        for begin in range(0, messages, WINDOW):
            before = processor_seconds(parts)
            times = ask(parts[-1].port, texts[begin % len(texts) :] + texts, 1, WINDOW, sender="one long chat")
            found.append(
                {"x": begin + WINDOW, "p50": times.percentile(50), "processor": 1000 * (processor_seconds(parts) - before) / WINDOW}
            )
    return found


def by_stored() -> List[Dict[str, float]]:
    """Conversations in the database: p50, and the size of the file."""
    texts, found = stocks.examples(taught.NLU), []
    with tempfile.TemporaryDirectory() as folder, running(folder) as (parts, database):
        for wanted in STORED:
            _fill(database, wanted)
            before = processor_seconds(parts)
            times = Times()
            for _ in range(4):
                times += ask(parts[-1].port, texts, 1, WINDOW)
            found.append(
                {
                    "x": wanted,
                    "p50": times.percentile(50),
                    "processor": 1000 * (processor_seconds(parts) - before) / len(times.trips),
                    "file MB": Path(database).stat().st_size / 1e6,
                }
            )
    return found


def by_examples() -> List[Dict[str, float]]:
    """Examples to learn from: seconds of training, and p50 of a message afterwards."""
    texts, found = stocks.examples(taught.NLU), []
    for wanted in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            data.mkdir()
            count = _write_examples(data / "nlu.yml", wanted)
            seconds = stocks.train(ROOT, "--data", str(data), "data/stories", "--out", folder, "--fixed-model-name", "grown")
            with running(folder, Path(folder) / "grown.tar.gz") as (parts, _):
                times = ask(parts[-1].port, texts, 1, 4 * WINDOW)
                found.append({"x": count, "training": seconds, "p50": times.percentile(50), "memory": memory(parts[-1:])})
        print(f"  {count} examples: done", flush=True)
    return found


def by_forces() -> List[Dict[str, float]]:
    """Forces in the knowledge; see tools/bench/forces.py."""
    found = []
    for wanted in FORCES:
        done = subprocess.run(
            [str(RASA_PYTHON), "-W", "ignore", "-m", "tools.bench.forces", str(wanted)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"  {wanted} forces: done", flush=True)
    return [{"x": item.pop("forces"), **item} for item in found]


def by_workers(messages: int) -> List[Dict[str, float]]:
    """One Rasa and two, the same number of people shared out between them."""
    texts, found = stocks.examples(taught.NLU), []
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as folder, running(folder, rasas=workers) as (parts, _):
            before, begun = processor_seconds(parts), time.perf_counter()
            of_some = partial(ask, messages=texts, people=PEOPLE // workers, count=messages // PEOPLE)
            with ThreadPoolExecutor(workers) as pool:
                results = list(pool.map(of_some, [part.port for part in parts[1:]]))
            seconds, trips = time.perf_counter() - begun, [trip for times in results for trip in times.trips]
            found.append(
                {
                    "x": workers,
                    "rate": len(trips) / seconds,
                    "p50": 1000 * statistics.median(trips),
                    "busy processors": (processor_seconds(parts) - before) / seconds,
                    "processor": 1000 * (processor_seconds(parts) - before) / len(trips),
                }
            )
    return found


def _fill(database: str, wanted: int) -> None:
    """Conversations as a real one is kept, under other names."""
    engine = sa.create_engine(f"sqlite:///{database}", connect_args={"timeout": 60})
    with engine.begin() as connection:
        state, have = connection.execute(sa.text("select max(state), count(*) from rasa_conversations")).one()
        rows = [{"sender": f"rest:stored {number}", "updated": time.time(), "state": state} for number in range(have, wanted)]
        if rows:
            connection.execute(
                sa.text("insert into rasa_conversations (sender_id, updated, state) values (:sender, :updated, :state)"), rows
            )
    engine.dispose()


def _write_examples(path: Path, wanted: Optional[int]) -> int:
    """Writes about `wanted` of our examples, the same share of each topic, or all; returns how many."""
    topics = taught.examples()
    there = sum(map(len, topics.values()))
    if wanted and wanted > there:
        raise BenchError(f"{wanted} examples are asked for, and data/nlu has {there}.")
    every = there / (wanted or there)
    kept = {topic: [texts[int(at * every)] for at in range(max(1, int(len(texts) / every)))] for topic, texts in topics.items()}
    entries = [{"intent": topic, "examples": "".join(f"- {text}\n" for text in texts)} for topic, texts in kept.items()]
    with path.open("w", encoding="utf-8") as stream:
        stocks.yaml.dump({"version": "3.1", "nlu": entries}, stream)
    return sum(map(len, kept.values()))
