"""What `make run` would start, without starting it."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import pytest

from tools import release, stack
from tools.ports import free_port


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """`parts()`: name → part, before an empty store; what Rasa reads is written to a folder of the test's own."""
    monkeypatch.setattr(stack, "ROOT", tmp_path)
    monkeypatch.setenv("RELEASES_DIR", str(tmp_path / "releases"))
    monkeypatch.setattr(release, "prepare", lambda kept, say: SimpleNamespace(model=kept.put("model.tar.gz", b"a model")))
    for name in ("RELEASES_KEY", "RASA_WORKERS", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return lambda: {part.name: part for part in stack.live_parts()}


@pytest.mark.parametrize("given", ["", "the operator's own"])
def test_whoever_loads_releases_has_the_key_that_they_are_signed_with(parts, monkeypatch, given):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:a")
    monkeypatch.setenv("RELEASES_KEY", given)
    keys = {name: part.environment.get("RELEASES_KEY") for name, part in parts().items()}
    assert keys.pop("public door") is None
    assert set(keys) == {"release server", "action server", "Rasa", "Telegram"} and len(set(keys.values())) == 1
    assert keys["Telegram"] == given if given else len(keys["Telegram"]) > 20


def test_without_a_token_telegram_is_not_started(parts, capsys):
    assert "Telegram" not in parts() and "TELEGRAM_BOT_TOKEN" in capsys.readouterr().out


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
