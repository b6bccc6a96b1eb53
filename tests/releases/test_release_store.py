"""The store: what is kept stays as it was, and the pointer never points to anything broken."""

from __future__ import annotations

import threading

import msgspec
import pytest

from processes import files
from releases.store import MODEL, StoreError, key
from tests.releases.conftest import second
from tools import release as command


def test_publish_and_roll_back_move_the_pointer_and_are_remembered(store, first, content, tmp_path):
    other = second(store, content, tmp_path)
    store.publish(other.id, "ada")
    store.publish(first.id, "ada", "roll_back", "too many complaints")
    assert store.live().release == first.id
    assert [(entry.number, entry.action, entry.release) for entry in store.history()] == [
        (3, "roll_back", first.id), (2, "publish", other.id), (1, "first", first.id)]
    assert store.live().reason == "too many complaints" and store.live().previous == other.id


def test_a_damaged_model_is_not_published(store, first, content, tmp_path):
    other = second(store, content, tmp_path)
    store.object_path(other.model, MODEL).write_bytes(b"tampered")
    with pytest.raises(StoreError, match="damaged"):
        store.publish(other.id, "ada")
    assert store.live().release == first.id


def test_the_same_bytes_are_kept_once_and_damage_is_mended_by_keeping_them_again(store):
    sha = store.put(MODEL, b"bytes")
    store.object_path(sha, MODEL).write_bytes(b"oops")
    assert store.put(MODEL, b"bytes") == sha
    assert store.object_path(sha, MODEL).read_bytes() == b"bytes"


def test_a_changed_release_file_is_refused(store, first):
    path = store.folder / "releases" / f"{first.id}.json"
    path.write_bytes(path.read_bytes().replace(b"make run", b"make fun"))
    with pytest.raises(StoreError, match="changed"):
        store.get(first.id)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a/b", "20260101T000000Z-000000000000", "x" * 300])
def test_what_is_no_release_is_told_so(store, first, name):
    with pytest.raises(StoreError):
        store.get(name)


def test_half_a_line_of_history_hides_nothing(store, first, content, tmp_path):
    other = second(store, content, tmp_path)
    with (store.folder / "history.jsonl").open("a") as stream:
        stream.write('{"number":2,"rel')
    assert [entry.number for entry in store.history()] == [1]
    store.publish(other.id, "ada")
    assert [entry.number for entry in store.history()] == [2, 1]


def test_a_pointer_that_history_missed_is_added_later(store, first, content, tmp_path):
    (store.folder / "history.jsonl").unlink()
    assert [entry.number for entry in store.history()] == [1]
    store.publish(second(store, content, tmp_path).id, "ada")
    (store.folder / "live").unlink()
    assert [entry.number for entry in store.history()] == [2, 1]


def test_many_who_publish_at_once_each_get_a_number(store, first, content, tmp_path):
    other = second(store, content, tmp_path)
    threads = [threading.Thread(target=store.publish, args=(release, "ada")) for release in [other.id, first.id] * 8]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [entry.number for entry in store.history()] == list(range(17, 0, -1))


def test_sweeping_takes_scratch_and_old_unnamed_objects_only(store, first):
    import os
    (store.folder / "scratch" / "half").mkdir(parents=True)
    young, old = store.put("x", b"young"), store.put("x", b"old")
    os.utime(store.folder / "objects" / old, (0, 0))
    os.utime(store.folder / "objects" / first.model, (0, 0))
    store.sweep()
    assert not (store.folder / "scratch").exists() and not (store.folder / "objects" / old).exists()
    assert store.object_path(young, "x") and store.object_path(first.model, MODEL)


def test_sweeping_deletes_no_objects_while_a_release_cannot_be_read(store, first):
    import os
    (store.folder / "releases" / f"{first.id}.json").write_bytes(b"{")
    os.utime(store.folder / "objects" / first.model, (0, 0))
    with pytest.raises(StoreError, match=first.id):
        store.sweep()
    assert store.object_path(first.model, MODEL)


def test_a_candidate_that_nobody_published_goes_after_a_month_but_never_what_was_live(store, first, content, tmp_path, monkeypatch):
    import os
    monkeypatch.setattr("releases.store.CANDIDATES_KEPT", 0)
    other = second(store, content, tmp_path)
    for release in (first, other):
        os.utime(store.folder / "releases" / f"{release.id}.json", (0, 0))
    found_out = [store.folder / kind / f"{release.id}{live}.json" for release in (first, other)
                 for kind, live in (("checks", ""), ("changes", f"--{first.id}"), ("seen", f"--{first.id}"))]
    for path in found_out:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"{}")
    store.sweep()
    assert [release.id for release in store.releases()] == [first.id]
    assert [path for path in found_out if path.exists()] == found_out[:3]


def test_a_candidate_that_is_about_to_be_compared_stays(store, first, content, tmp_path, monkeypatch):
    import os
    monkeypatch.setattr("releases.store.CANDIDATES_KEPT", 0)
    other = second(store, content, tmp_path)
    os.utime(store.folder / "releases" / f"{other.id}.json", (0, 0))
    store.sweep(keep=other.id)
    assert store.get(other.id) == other


def test_what_would_change_is_forgotten_after_a_month(store, first):
    import os
    kept, gone = (store.folder / "changes" / f"{first.id}--{live}.json" for live in ("1", "2"))
    kept.parent.mkdir()
    for path in (kept, gone):
        path.write_bytes(b"{}")
    os.utime(gone, (0, 0))
    store.sweep()
    assert kept.exists() and not gone.exists()


def test_what_was_published_outlives_an_unreadable_pointer_by_doing_as_it_says(store, first, content, tmp_path):
    other = second(store, content, tmp_path)
    published = store.publish(other.id, "ada")
    (store.folder / "live").write_bytes(b"{")
    with pytest.raises(StoreError, match=f"Delete it: .* release {other.id} of {published.at} by ada"):
        store.live()
    (store.folder / "live").unlink()
    assert store.live() == published and command.prepare(store, print) == other, "the project's files are published by nobody"
    store.publish(first.id, "ben", "roll_back")
    assert [(entry.number, entry.action, entry.by, entry.previous) for entry in store.history()] == [
        (3, "roll_back", "ben", other.id), (2, "publish", "ada", first.id), (1, "first", "make run", None)]


def test_an_unreadable_pointer_without_a_history_says_what_to_do(store, first, monkeypatch):
    monkeypatch.setenv("RELEASES_DIR", str(store.folder))
    (store.folder / "live").write_bytes(b"{")
    (store.folder / "history.jsonl").unlink()
    with pytest.raises(StoreError, match="from a backup.*delete it.*roll-back"):
        store.live()
    (store.folder / "live").unlink()
    assert store.live() is None and command.main(["roll-back", first.id]) == 0 and store.live_release() == first


def test_the_key_is_made_once_and_only_the_owner_reads_it(store):
    assert key(store.folder) == key(store.folder) and len(key(store.folder)) == 64
    assert (store.folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_lock_goes_with_its_holder(tmp_path):
    path = tmp_path / "lock"
    with files.locked(path):
        assert files.is_locked(path)
    assert not files.is_locked(path)


def test_appending_takes_half_a_line_off_first(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b'{"a":1}\n{"b"')
    files.append_line(path, '{"c":3}')
    assert [msgspec.json.decode(line) for line in path.read_bytes().splitlines()] == [{"a": 1}, {"c": 3}]
