"""Runs a loaded model's graph in an order that is worked out once.

Rasa hands its graph to dask at every message and twice more to choose actions: dask plans
it anew, with queues for threads that it then doesn't use.
"""

from __future__ import annotations

import time
from typing import Any, Dict, List, NamedTuple, Optional, Text, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner


def observe(component: Text, seconds: float) -> None:
    """Told of each component how long it took; bot/metrics.py puts its own in its place."""


class Step(NamedTuple):
    """One node, the names of those whose results it takes, and what it is called for people."""

    node: Text
    needs: List[Text]
    component: Text


def _run(self: DaskGraphRunner, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
    """As `DaskGraphRunner.run`."""
    wanted = targets if targets else self._graph_schema.target_names
    results = {name: (name, value) for name, value in (inputs or {}).items()}
    for node, needs, component in _steps(self, tuple(wanted)):
        begun = time.perf_counter()
        # A need that nothing gives is passed on as its name: the node then says what it misses.
        try:
            results[node] = self._instantiated_nodes[node](*[results.get(need, need) for need in needs])
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        observe(component, time.perf_counter() - begun)
    return {name: results[name][1] for name in wanted}


def _steps(runner: DaskGraphRunner, wanted: Tuple[Text, ...]) -> List[Step]:
    """The nodes that `wanted` needs, each after those it needs itself. Raises `GraphRunError`."""
    known: Dict[Tuple[Text, ...], List[Step]] = runner.__dict__.setdefault("_lean_steps", {})
    if wanted not in known:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        steps: List[Step] = []
        done: set = set()
        while len(done) < len(nodes):
            ready = [name for name, node in nodes.items()
                     if name not in done and all(need in done or need not in nodes for need in node.needs.values())]
            if not ready:
                raise GraphRunError("The model's graph runs in a circle.")
            steps += [Step(name, list(nodes[name].needs.values()), nodes[name].uses.__name__) for name in ready]
            done.update(ready)
        known[wanted] = steps
    return known[wanted]


def install() -> None:
    """Puts `_run` in place of dask's."""
    DaskGraphRunner.run = _run
