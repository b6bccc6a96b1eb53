"""The draft: the project's own files. Says how it differs from what is live, and makes releases of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
from msgspec import Struct

import knowledge
from knowledge import phrase_text, taught
from knowledge.schema import Knowledge
from processes import files
from releases import packing
from releases.store import EXAMPLES, KNOWLEDGE, MODEL, PROJECT, Check, Kind, Live, Release, Store, StoreError, now

MAKE_RUN = "make run"
# What a model learns from, beside the names and questions in the knowledge.
LEARNT_FROM = ("config.yml", "domain.yml", "data/nlu/*.yml", "data/stories/*.yml", "data/language/shorthand.yml",
               "data/language/right_words.yml", "data/follow_ups/*.yml", "data/points/*.yml", "data/safety/**/*.yml", "data/safety/*.txt",
               "data/knowledge/places.yml", "data/knowledge/more_places.yml", "data/knowledge/geonames_places.yml",
               "data/knowledge/postcodes.yml")
LEARNT_WITH = ("bot/nlu/*.py", "bot/encoder/*.py", "bot/encoder/model.onnx", "bot/encoder/tokenizer.json", "knowledge/**/*.py",
               "safety/**/*.py")

Examples = dict[str, list[str]]


class State(Struct, frozen=True):
    """How the draft stands against what is live.

    `needs_training`: the model would be another; without it only knowledge differs. `is_trained`: there is that other model already.
    `checked` is a release that isn't live, was made of the draft as it is now, and was checked; None where there is none.
    """

    differs: bool
    needs_training: bool
    is_trained: bool = False
    checked: str | None = None


def content_dir() -> Path:
    """Where the draft's files are: `CONTENT_DIR`, else the project."""
    return Path(os.environ.get("CONTENT_DIR") or PROJECT).resolve()


def state(store: Store, folder: Path | None = None) -> State:
    """Compares the draft with what is live. Raises `KnowledgeError` where the draft's facts can't be read, and `StoreError`."""
    folder, release = folder or content_dir(), store.live_release()
    if release is None:
        return State(True, True)
    packed, learnt = files.digest_of(packing.pack(packing.files_below(folder))), trained_from(folder)
    needs_training = learnt != release.trained_from
    if not needs_training and packed == release.knowledge:
        return State(False, False)
    trained = [made for made in store.releases() if made.trained_from == learnt]
    checked = next((made.id for made in trained if made.knowledge == packed and store.check_of(made)), None)
    return State(True, needs_training, needs_training and bool(trained), checked)


def examples(folder: Path) -> Examples:
    """Topic → its examples, in the order of the files; behind them 'topic/point' → how people ask the particular question."""
    found = taught.examples(folder / "data" / "nlu")
    for _, said in phrase_text.read_folder(folder / "data" / "points"):
        for phrase in said.phrases:
            found.setdefault(phrase.name, []).append(phrase.text)
    return found


def trained_from(folder: Path) -> str:
    """Digest of what a model learns from. Raises `KnowledgeError` and `OSError`.

    Left out: the words of answers' and facts' texts, though the reader takes those that stand twice for words it need not correct
    (bot/nlu/reading.py). With them each changed fact would need minutes of training; without them a new word in one may be
    taken for a slip until the next training.
    """
    found = hashlib.sha256()
    for root, patterns in ((folder, LEARNT_FROM), (PROJECT, LEARNT_WITH)):
        for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
            found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    found.update(msgspec.json.encode(_names(knowledge.load(folder / "data" / "knowledge"))))
    return found.hexdigest()


def make(store: Store, folder: Path, model: Path | str, by: str, kind: Kind, note: str = "", check: Check | None = None,
         copied_at: str | None = None) -> Release:
    """Keeps a release of the files below `folder`.

    `model` is the trained model's file, or the digest of one that is kept already. `copied_at` is when `folder` was copied from
    the draft, where it is a copy: what was published since may not be in it. Raises `KnowledgeError` where the facts can't be
    used, `OSError` and `StoreError`.
    """
    made_at, contents = copied_at or now(), packing.files_below(folder)
    packing.check(contents)
    live = store.live()
    return store.add(Release(
        id="", model=model if isinstance(model, str) else store.put(MODEL, model),
        knowledge=store.put(KNOWLEDGE, packing.pack(contents)), examples=store.put(EXAMPLES, _as_json(examples(folder))),
        trained_from=trained_from(folder), made_at=made_at, by=by, kind=kind, note=note, parent=live.release if live else None,
        commit=commit(folder), check=check))


def before_editing(store: Store, by: str) -> None:
    """Call this before a member of staff saves: from then on only what is published goes live.

    Until then an engineer's edits are live at once (`make run`); what the files hold at this moment
    becomes a release, so that nothing changes for people. Raises like `make`; changes nothing then.
    """
    with publishing(store):
        _take_over(store, by)


def live_files(store: Store) -> dict[str, bytes]:
    """The knowledge that is live, file by file: 'data/knowledge/forces/kent.yml' → bytes. Raises `StoreError`."""
    live, release = store.live(), store.live_release()
    if live is None or release is None or live.follows_files:
        return packing.files_below(content_dir())
    return files_of(store, release)


def files_of(store: Store, release: Release) -> dict[str, bytes]:
    """The knowledge of a release, file by file. Raises `StoreError`."""
    with packing.unpacked(store.object_path(release.knowledge, KNOWLEDGE)) as folder:
        return packing.files_below(folder)


def publish_knowledge(store: Store, changes: Mapping[str, Callable[[bytes], bytes]], by: str, note: str) -> Live:
    """Publishes the live knowledge with these files changed, and the live model as it is.

    `changes` are path → what makes the new file of the live one: called once nobody else can publish, so that what somebody
    published a moment ago stays. Raises `KnowledgeError` where the result can't be used, `StoreError` where nothing is live
    yet or such a file isn't, and what a change raises.
    """
    with publishing(store):
        _take_over(store, by)
        release = store.live_release()
        if release is None:
            raise StoreError("Nothing is live yet. Start the assistant with `make run` first.")
        contents = live_files(store)
        for path, change in changes.items():
            if path not in contents:
                raise StoreError(f"{path} isn't live yet. Train, check and publish the draft first.")
            contents[path] = change(contents[path])
        packing.check(contents)
        made = _with_knowledge(store, release, packing.pack(contents), by, note)
        return store.publish(made.id, by, "knowledge", note)


def roll_back(store: Store, release_id: str, by: str, reason: str = "") -> Live:
    """Makes an earlier release live, after whatever is being published at this moment. Raises `StoreError`."""
    with publishing(store):
        return store.publish(release_id, by, "roll_back", reason)


def publishing(store: Store) -> AbstractContextManager[None]:
    """Two that change what is live at once: the second starts from what the first made."""
    return files.locked(store.folder / "publishing")


def commit(folder: Path) -> str | None:
    """The git commit of a folder; None where there is no git."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _take_over(store: Store, by: str) -> None:
    live = store.live()
    if live is None or not live.follows_files:
        return
    release = store.get(live.release)
    contents = packing.files_below(content_dir())
    packing.check(contents)
    packed = packing.pack(contents)
    if files.digest_of(packed) != release.knowledge:
        release = _with_knowledge(store, release, packed, MAKE_RUN, "The files as they were when staff began to work")
    store.publish(release.id, by, "taken_over")


def _with_knowledge(store: Store, release: Release, packed: bytes, by: str, note: str) -> Release:
    return store.add(msgspec.structs.replace(
        release, id="", knowledge=store.put(KNOWLEDGE, packed), made_at=now(), by=by, kind="knowledge", note=note,
        parent=release.id, commit=commit(content_dir()), check=None))


def _names(held: Knowledge) -> list:
    """What the reader takes from the knowledge (but the words of its texts, see `trained_from`): names and places of forces, topics
    and points with their questions."""
    forces: Iterable = sorted(held.forces.items())
    return [[(key, force.name, force.aliases, force.covers, force.places, force.ambiguous_places, force.area) for key, force in forces],
            sorted((topic, answer.question) for topic, answer in held.answers.items()),
            sorted((topic, name, point.question) for topic, points in held.points.items() for name, point in points.items()
                   if point.question)]


def _as_json(found: Examples) -> bytes:
    return json.dumps(found, ensure_ascii=False, sort_keys=True).encode()

