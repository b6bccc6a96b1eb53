"""What `make run` would start, without starting it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from processes import stack
from tools import run


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """`parts()`: name → part, before an empty store; what Rasa reads is written to a folder of the test's own."""
    monkeypatch.setattr(stack, "ROOT", tmp_path)
    monkeypatch.setenv("RELEASES_DIR", str(tmp_path / "releases"))
    monkeypatch.setattr(run, "prepare", lambda kept, say: SimpleNamespace(model=kept.put("model.tar.gz", b"a model")))
    for name in ("RELEASES_KEY", "RASA_WORKERS", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return lambda: {part.name: part for part in run.live_parts()}


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
