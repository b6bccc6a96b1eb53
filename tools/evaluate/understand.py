"""One model, one core, one process: what it makes of each text, and how long that takes.

`python -m tools.evaluate.understand MODEL TEXTS RESULT`: TEXTS is a JSON list of strings,
RESULT becomes a JSON list of {"intent", "confidence", "seconds"}, the seconds in processor time: what
else the machine does must not count against one of two pipelines. Runs in Rasa's environment;
`tools.evaluate.stock` starts it once for each, so that both are timed alike.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from tools.evaluate.progress import Progress

# Loading leaves the first messages slow: buffers, caches, lazy imports.
WARM_UP = 20


def main(model: str, texts_file: str, result_file: str) -> int:
    """Returns the exit code."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    results = asyncio.run(_understand(model, texts))
    Path(result_file).write_text(json.dumps(results), encoding="utf-8")
    return 0


async def _understand(model: str, texts: list[str]) -> list[dict[str, Any]]:
    # Imported here: TensorFlow sets up its threads by the cores that it sees.
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    # Unless told otherwise it prints each message, and printing would be timed too.
    configure_structlog(logging.WARNING)
    agent, results = Agent.load(model), []
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    with Progress(f"Understanding with {Path(model).name}:") as progress:
        for text in texts:
            begun = time.process_time()
            parsed = await agent.parse_message(text)
            results.append({"intent": parsed["intent"].get("name"), "confidence": parsed["intent"].get("confidence") or 0.0,
                            "seconds": time.process_time() - begun})
            progress(len(results), len(texts))
    return results


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
