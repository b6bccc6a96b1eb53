"""A process killed at any step of making or publishing a release leaves the last good state."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from releases import drafts
from releases.store import Store
from tests.releases.conftest import KENT

MOST_STEPS = 400
# Every call that changes what is on disk.
STEPS = ((os, "fsync"), (os, "replace"), (os, "link"), (Path, "rename"), (Path, "mkdir"), (Path, "open"), (Path, "unlink"),
         (shutil, "rmtree"))


def killed_at(step: int, work) -> bool:
    """Whether a process that does `work` was killed at that step, be it right before or right after; False once it has fewer."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _kill_at(step)
            work()
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == 0, "the work itself failed"
    return os.WIFSIGNALED(ended)


def _kill_at(step: int) -> None:
    left = step

    def one_less() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(call):
        def counted(*arguments, **options):
            one_less()
            result = call(*arguments, **options)
            one_less()  # a file that was just opened to be written is empty
            return result
        return counted

    for module, name in STEPS:
        setattr(module, name, counting(getattr(module, name)))


def publish_a_model(store: Store, content: Path, model: Path) -> None:
    release = drafts.make(store, content, model, "ada", "candidate", "second")
    store.publish(release.id, "ada")


def publish_a_fact(store: Store, content: Path, model: Path) -> None:
    drafts.publish_knowledge(store, {KENT: lambda kent: (content / KENT).read_bytes() + model.read_bytes()}, "ada", "more")


@pytest.mark.parametrize("publish", [publish_a_model, publish_a_fact])
def test_killed_at_each_step_something_whole_is_live(store, first, content, tmp_path, publish):
    model = tmp_path / "second.tar.gz"
    step, lives = 0, set()
    while True:
        step += 1
        model.write_bytes(b"# step %d\n" % step)
        was_killed = killed_at(step, lambda: publish(store, content, model))
        live = store.live()
        store.verify(store.get(live.release))  # model and knowledge have their digests
        assert [entry.number for entry in store.history()] == list(range(live.number, 0, -1))
        lives.add(live.number)
        if not was_killed:
            break
        assert step < MOST_STEPS
    assert step > 10 and len(lives) > 1, "the kills must fall before and after the pointer moves"
    store.sweep()
    assert store.publish(first.id, "ada", "roll_back").release == first.id
    assert drafts.live_files(store)
