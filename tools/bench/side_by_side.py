"""The assistant and a stock project on one machine in one run, in turns, so that noise meets both alike."""

from __future__ import annotations

import statistics
import tempfile
import time
from typing import Any, Dict, List

from knowledge import taught
from processes.ports import free_port
from processes.stack import MODEL, ROOT, Part, Stack, action_server, rasa
from tools.bench import stock as stocks
from tools.bench.asking import Times, ask
from tools.bench.processes import memory, processor_seconds

BLOCKS = 6
# Both have read their files and filled their memories by then.
WARM_UP = 60
LOGS = ROOT / ".state" / "logs" / "bench"


def measure(people: List[int], messages: int) -> Dict[str, Any]:
    """Figures of both, and their ratios. Raises `BenchError`, `StackError` and `OSError`."""
    stock = stocks.project()
    with tempfile.TemporaryDirectory() as folder:
        found: Dict[str, Any] = {"stock": stock.kind, "stock epochs": stock.epochs, "training": _training(folder, stock), "people": []}
        environment = {"DATABASE_URL": f"sqlite:///{folder}/bench.db"}
        actions_port, port = free_port(), free_port()
        ours = [action_server(actions_port), rasa(port, actions_port)]
        theirs = [stock.part(free_port())]
        with Stack(ours + theirs, LOGS, environment) as stack:
            found["start"] = _starts(stack, {"ours": ours, "stock": theirs})
            sides = {"ours": (port, stocks.examples(taught.NLU), ours), "stock": (theirs[0].port, stock.messages, theirs)}
            for side_port, texts, _ in sides.values():
                ask(side_port, texts, 1, WARM_UP)
            for number in people:
                found["people"].append(_in_turns(sides, number, messages))
                print(f"  {number} at once: done", flush=True)
            found["memory"] = {"ours, Rasa": memory(ours[1:]), "ours, action server": memory(ours[:1]), "stock": memory(theirs)}
    return found


def _training(folder: str, stock: stocks.Stock) -> Dict[str, float]:
    print("Training ours …", flush=True)
    return {"ours": stocks.train(ROOT, "--out", folder, "--fixed-model-name", MODEL.name.split(".")[0]), "stock": stock.training_seconds}


def _starts(stack: Stack, sides: Dict[str, List[Part]]) -> Dict[str, Dict[str, float]]:
    """Seconds from the start of the processes to the first answer, each side alone; then all run."""
    stack.stop()
    found = {}
    for name, parts in sides.items():
        begun = time.perf_counter()
        for part in parts:
            stack.launch(part)
        for part in parts:
            stack.wait(part)
        found[name] = {"seconds": time.perf_counter() - begun, "processor": processor_seconds(parts)}
    return found


def _in_turns(sides: Dict[str, Any], people: int, messages: int) -> Dict[str, Any]:
    times: Dict[str, Times] = {name: Times() for name in sides}
    worked = dict.fromkeys(sides, 0.0)
    ratios: List[float] = []
    for _ in range(BLOCKS):
        block = {}
        for name, (port, texts, parts) in sides.items():
            before = processor_seconds(parts)
            block[name] = ask(port, texts, people, max(4, messages // people))
            worked[name] += processor_seconds(parts) - before
            times[name] += block[name]
        ratios.append(statistics.median(block["ours"].trips) / statistics.median(block["stock"].trips))
    return {"people": people, "p50 ratio of each block": ratios, **{
        name: {"p50": found.percentile(50), "p95": found.percentile(95), "p99": found.percentile(99), "rate": found.rate,
               "processor ms": 1000 * worked[name] / len(found.trips), "messages": len(found.trips)} for name, found in times.items()}}
