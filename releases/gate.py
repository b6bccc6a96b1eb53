"""What stands between a candidate and the public: the figures, and having seen what would change."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from evaluation import chance, runs
from evaluation.runs import Comparison
from processes import files
from releases import drafts
from releases.answers import Changes, Seen
from releases.store import RUN, Live, Release, Store, now

# Percentage points of right topics that may be lost without a word.
TOPIC_POINTS = 1.0
SHORTEST_REASON = 10


class NotYet(Exception):
    """A release can't be published now; the message says what is missing."""


class Verdict(Struct, frozen=True):
    """`missing`: what has to be done first. `losses`: what a publisher has to justify in writing."""

    missing: list[str]
    losses: list[str]


def comparison(store: Store, candidate: Release, other: Release) -> Comparison | None:
    """Question by question against `other`; None where one of the two was never checked. Raises `RunError`, `StoreError`."""
    ours, theirs = store.check_of(candidate), store.check_of(other)
    if ours is None or theirs is None:
        return None
    now_run, then_run = (runs.read(store.object_path(check.run, RUN)) for check in (ours, theirs))
    return runs.compare(then_run, now_run.judged)


def judge(store: Store, candidate: Release, by: str) -> Verdict:
    """Whether `by` may publish `candidate` now. Raises `RunError` and `StoreError`."""
    live, live_release = store.live(), store.live_release()
    if live is None or live_release is None or live.release == candidate.id:
        return Verdict(["This release is live already."] if live else [], [])
    missing, losses = [], []
    compared = comparison(store, candidate, live_release)
    if compared is None:
        missing.append("Train and check it first: there is no report to compare with what is live.")
    else:
        losses = list(_losses(compared).values())
    overtaken = changed_since(store, candidate)
    if overtaken:
        missing.append("Since this was made, somebody published: "
                       + "; ".join(f"{entry.reason or entry.action} ({entry.by})" for entry in overtaken)
                       + ". Train and check again, so that it isn't undone.")
    if changes(store, candidate.id, live.release) is None:
        missing.append("Find out what would change first.")
    elif by not in {seen.by for seen in seen_by(store, candidate.id, live.release)}:
        missing.append("Look at the list of what would change first.")
    return Verdict(missing, losses)


def publish(store: Store, candidate: Release, by: str, reason: str) -> Live:
    """Makes a candidate live. Raises `NotYet`, `RunError` and `StoreError`."""
    with drafts.publishing(store):
        verdict = judge(store, candidate, by)
        if verdict.missing:
            raise NotYet(" ".join(verdict.missing))
        if verdict.losses and len(reason.strip()) < SHORTEST_REASON:
            raise NotYet("Say in a sentence why this is published although " + " and ".join(verdict.losses) + ".")
        return store.publish(candidate.id, by, "publish", reason.strip())


def in_a_sentence(compared: Comparison) -> str:
    """Whether the candidate of a comparison is better or worse: only what chance doesn't explain is called so."""
    losses, gains = _real(compared, _losses(compared)), _real(compared, _gains(compared))
    if losses:
        return f"Worse: {' and '.join(losses)}" + (f", though {' and '.join(gains)}." if gains else ".")
    if gains:
        return f"Better: {' and '.join(gains)}."
    came, went = compared.moved.get("recall", (0, 0))
    emergencies = f" {_emergencies(came)} newly recognised, {went:,} no longer." if came or went else ""
    return (f"No real difference: what moved is no more than chance explains, or than {TOPIC_POINTS:g} point in a hundred of the right "
            f"topics.{emergencies}")


def changed_since(store: Store, candidate: Release) -> list[Live]:
    """Knowledge published since the files of `candidate` were copied and not in it, such as a recruitment campaign."""
    later = [entry for entry in store.history() if entry.action == "knowledge" and entry.at >= candidate.made_at]
    if not later:
        return []
    held = drafts.files_of(store, candidate)

    def is_missing(entry: Live) -> bool:
        before = drafts.files_of(store, store.get(entry.previous))
        return any(held.get(name) != content for name, content in drafts.files_of(store, store.get(entry.release)).items()
                   if before.get(name) != content)

    return [entry for entry in later if entry.previous and is_missing(entry)]


def changes(store: Store, candidate: str, live: str) -> Changes | None:
    """What would change, where it has been found out."""
    try:
        return msgspec.json.decode(_path(store, "changes", candidate, live).read_bytes(), type=Changes)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def keep_changes(store: Store, found: Changes) -> None:
    """Keeps what a job found out."""
    files.replace_bytes(_path(store, "changes", found.candidate, found.live), msgspec.json.encode(found))


def note_seen(store: Store, candidate: str, live: str, by: str) -> None:
    """Records that `by` opened the list."""
    with files.locked(store.folder / "seen.lock"):  # of two who open it at once, neither is forgotten
        seen = seen_by(store, candidate, live)
        if by not in {item.by for item in seen}:
            files.replace_bytes(_path(store, "seen", candidate, live), msgspec.json.encode([*seen, Seen(by, now())]))


def seen_by(store: Store, candidate: str, live: str) -> list[Seen]:
    """Who opened the list of what would change."""
    try:
        return msgspec.json.decode(_path(store, "seen", candidate, live).read_bytes(), type=list[Seen])
    except (FileNotFoundError, msgspec.MsgspecError):
        return []


def _losses(compared: Comparison) -> dict[str, str]:
    """Figure → what a publisher has to justify. An emergency that is lost counts, be it by chance or not."""
    found = {}
    came, went = compared.moved.get("recall", (0, 0))
    if went > came:
        found["recall"] = f"{_emergencies(went - came)} fewer recognised"
    if compared.points.get("topic", 0.0) < -TOPIC_POINTS:
        found["topic"] = f"{-compared.points['topic']:.1f} points fewer topics are right"
    return found


def _gains(compared: Comparison) -> dict[str, str]:
    found = {}
    came, went = compared.moved.get("recall", (0, 0))
    if came > went:
        found["recall"] = f"{_emergencies(came - went)} more recognised"
    if compared.points.get("topic", 0.0) > TOPIC_POINTS:
        found["topic"] = f"{compared.points['topic']:.1f} points more topics are right"
    return found


def _emergencies(number: int) -> str:
    return f"{number:,} {'emergency' if number == 1 else 'emergencies'}"


def _real(compared: Comparison, moves: dict[str, str]) -> list[str]:
    return [words for figure, words in moves.items() if not chance.explains(*compared.moved.get(figure, (0, 0)))]


def _path(store: Store, kind: str, candidate: str, live: str) -> Path:
    store.get(candidate)  # an id comes from a form: only those that exist name a file
    return store.folder / kind / f"{candidate}--{live}.json"
