"""Real small processes, as the parts of the assistant are run."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import pytest

from processes import stack
from processes.ports import free_port


def test_a_log_that_has_grown_large_is_put_aside_while_its_part_goes_on_writing(tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "MOST_LOG_BYTES", 1_000)
    write = "import time\nfor number in range(10_000):\n    print(f'line {number}', flush=True)\n    time.sleep(0.002)"
    part = stack.Part("chatty part", [sys.executable, "-c", write], free_port(), "/")
    running = stack.Stack([part], tmp_path)
    monkeypatch.setattr(stack, "Keeper", lambda *_: SimpleNamespace(look=looked))
    until = time.monotonic() + 30

    def looked():
        if (tmp_path / "chatty-part.log.1").exists() or time.monotonic() > until:
            raise KeyboardInterrupt

    running.launch(part)
    try:
        with pytest.raises(KeyboardInterrupt):
            running.watch()
        aside = (tmp_path / "chatty-part.log.1").read_text()
        assert aside.startswith("line 0\n") and len(aside) > 1_000
        before = part.log.stat().st_size
        while part.log.stat().st_size == before and time.monotonic() < until:
            time.sleep(0.02)
        assert part.log.stat().st_size > 0 and b"\0" not in part.log.read_bytes() and b"line 0\n" not in part.log.read_bytes()
    finally:
        running.stop()
