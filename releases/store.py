"""The releases on disk: objects by their digest, one JSON file a release, one pointer to the live one.

    objects/<sha256>/<name>    model.tar.gz, knowledge.tar, examples.json, report.html, run.json, answers.json
    releases/<id>.json         which objects belong together; never changed once written
    checks/<id>.json           a report made after its release
    changes/ seen/             <candidate>--<live>.json: what would be answered otherwise, and who looked at it (gate.py)
    live                       the pointer: replaced in one step
    history.jsonl              every pointer there was; the last counts where `live` is gone
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from processes import files

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_FOLDER = PROJECT / ".state" / "releases"
MODEL, KNOWLEDGE, EXAMPLES = "model.tar.gz", "knowledge.tar", "examples.json"
REPORT, RUN, ANSWERS = "report.html", "run.json", "answers.json"
# Candidates that nobody published: these many of the newest stay, the rest go after a while.
CANDIDATES_KEPT = 10
CANDIDATE_SECONDS = 30 * 86_400

Kind = Literal["files", "candidate", "knowledge"]
Action = Literal["first", "files", "publish", "roll_back", "knowledge", "taken_over", "follow"]


class StoreError(Exception):
    """A release can't be used; the message says which, why, and what to do."""


class Check(Struct, frozen=True):
    """Digests of what an evaluation left: its run, its report, the full answers."""

    run: str
    report: str
    answers: str


class Release(Struct, frozen=True):
    """What belongs together. `model`, `knowledge` and `examples` are digests of objects.

    `kind`: 'files' made by `make run`, 'candidate' by Train and check, 'knowledge' has its parent's model.
    `parent` was live when this was made. `trained_from` is the digest of what the model learnt from. `made_at` is when the files were
    as they are in it: of a candidate the moment the draft was copied, minutes before it was trained and checked.
    """

    id: str
    model: str
    knowledge: str
    examples: str
    trained_from: str
    made_at: str
    by: str
    kind: Kind
    note: str = ""
    parent: str | None = None
    commit: str | None = None
    check: Check | None = None


class Live(Struct, frozen=True):
    """The pointer, and one line of history.

    `follows_files`: the action server reads the project's own files, as an engineer wants it
    until staff begin to work.
    """

    number: int
    release: str
    at: str
    by: str
    action: Action
    reason: str = ""
    previous: str | None = None
    follows_files: bool = False


def key(folder: Path) -> str:
    """The key kept beside the releases, made when first asked for: what Rasa loads is signed with it (knowledge/signing.py)."""
    return files.secret(folder / "key")


def now() -> str:
    """This moment in UTC, to the second: '2026-11-21T23:05:00Z'."""
    return dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """Any number of processes may use one folder at a time."""

    def __init__(self, folder: Path | None = None):
        self.folder = Path(folder or os.environ.get("RELEASES_DIR") or DEFAULT_FOLDER).resolve()
        self._lock = self.folder / "lock"

    def put(self, name: str, source: Path | bytes) -> str:
        """Keeps a file or bytes as an object and returns its digest. Raises `OSError`."""
        with files.locked(self._lock):
            scratch = self.folder / "scratch" / uuid.uuid4().hex
            scratch.mkdir(parents=True)
            if isinstance(source, bytes):
                files.write_through(scratch / name, source)
            else:
                files.write_through(scratch / name, source.read_bytes())
            sha = files.digest(scratch / name)
            place = self.folder / "objects" / sha
            if place.exists() and self._is_whole(sha, name):
                shutil.rmtree(scratch)
                return sha
            place.parent.mkdir(exist_ok=True)
            if place.exists():  # damaged since: what we have now is right
                place.rename(self.folder / "scratch" / uuid.uuid4().hex)
            scratch.rename(place)
            files.sync_folder(place.parent)
            return sha

    def object_path(self, sha: str, name: str) -> Path:
        """Where an object is. Raises `StoreError` where there is none."""
        path = self.folder / "objects" / sha / name
        if not path.is_file():
            raise StoreError(f"{name} with the digest {sha[:12]} is missing in {self.folder}. Bring it back from a backup, "
                             "or publish another release.")
        return path

    def verify(self, release: Release) -> None:
        """Compares model and knowledge with their digests. Raises `StoreError`."""
        for sha, name in ((release.model, MODEL), (release.knowledge, KNOWLEDGE)):
            path = self.object_path(sha, name)
            if files.digest(path) != sha:
                raise StoreError(f"{name} of release {release.id} is damaged: {path} no longer has the digest it was kept under. "
                                 "Bring the file back from a backup, or publish another release.")

    def add(self, release: Release) -> Release:
        """Keeps a release (its `id` is made here). Raises `StoreError` where one of its objects is missing or damaged."""
        self.verify(release)
        release = msgspec.structs.replace(release, id=_identity(release))
        files.replace_bytes(self._release_path(release.id), msgspec.json.encode(release))
        return release

    def get(self, release_id: str) -> Release:
        """Raises `StoreError` for an id that isn't there or whose file was changed."""
        path = self._release_path(release_id)
        try:
            release = msgspec.json.decode(path.read_bytes(), type=Release)
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreError(f"There is no release {release_id} ({type(error).__name__}).") from error
        if _identity(release) != release_id:
            raise StoreError(f"{path} was changed after release {release_id} was made. Bring it back from a backup, "
                             "or publish another release.")
        return release

    def releases(self) -> list[Release]:
        """All that can be read, newest first."""
        found = []
        for path in sorted((self.folder / "releases").glob("[!.]*.json"), reverse=True):
            try:
                found.append(self.get(path.stem))
            except StoreError:
                continue
        return found

    def live(self) -> Live | None:
        """The pointer; where its file is gone, the last of the history, so that what was published isn't undone by a lost file.

        None before the first release. Raises `StoreError` where it can't be read.
        """
        path = self.folder / "live"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Live)
        except FileNotFoundError:
            return self._last_remembered()
        except msgspec.MsgspecError as error:
            raise StoreError(f"{path} can't be read ({error}). {self._instead_of_pointer()}") from error

    def live_release(self) -> Release | None:
        """What the pointer points to. Raises `StoreError`."""
        live = self.live()
        return self.get(live.release) if live else None

    def publish(self, release_id: str, by: str, action: Action = "publish", reason: str = "", follows_files: bool = False) -> Live:
        """Points to a release; rolling back is this too. Raises `StoreError` and leaves the pointer where the release is damaged."""
        self.verify(self.get(release_id))
        with files.locked(self._lock):
            before = self.live()
            if before:
                self._remember(before)
            live = Live(number=before.number + 1 if before else 1, release=release_id, at=now(), by=by, action=action,
                        reason=reason, previous=before.release if before else None, follows_files=follows_files)
            files.replace_bytes(self.folder / "live", msgspec.json.encode(live))
            self._remember(live)
        return live

    def history(self) -> list[Live]:
        """Every pointer there was, newest first."""
        found, live = self._remembered(), self.live()
        if live:
            found[live.number] = live
        return [found[number] for number in sorted(found, reverse=True)]

    def add_check(self, release_id: str, check: Check) -> None:
        """Keeps a report for a release that was made without one."""
        files.replace_bytes(self.folder / "checks" / f"{release_id}.json", msgspec.json.encode(check))

    def check_of(self, release: Release) -> Check | None:
        """The digests of a release's report; None where it was never checked."""
        if release.check:
            return release.check
        path = self.folder / "checks" / f"{release.id}.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Check)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def sweep(self, keep: str | None = None) -> None:
        """Clears what killed processes left, candidates long passed over (but for `keep`), and objects that nobody names.

        Raises `StoreError` where the pointer or a release can't be read: what that one names isn't known, and no release or object
        is deleted.
        """
        with files.locked(self._lock):
            shutil.rmtree(self.folder / "scratch", ignore_errors=True)
            published = {entry.release for entry in self.history()}
            releases = [self.get(path.stem) for path in sorted((self.folder / "releases").glob("[!.]*.json"), reverse=True)]
            candidates = [release for release in releases if release.id not in published and release.id != keep]
            passed = [release for release in candidates[CANDIDATES_KEPT:] if _age(self._release_path(release.id)) > CANDIDATE_SECONDS]
            for release in passed:
                self._release_path(release.id).unlink(missing_ok=True)
            left = [release for release in releases if release not in passed]
            self._drop_what_was_found_out({release.id for release in left})
            self._drop_unnamed_objects(left)

    def _drop_what_was_found_out(self, left: set[str]) -> None:
        for kind in ("checks", "changes", "seen"):
            for path in (self.folder / kind).glob("[!.]*.json"):
                # What would change holds replies to what people had asked: it goes as their chats do, and is found out anew in minutes.
                if path.stem.split("--")[0] not in left or kind != "checks" and _age(path) > CANDIDATE_SECONDS:
                    path.unlink(missing_ok=True)

    def _drop_unnamed_objects(self, releases: list[Release]) -> None:
        named: set[str] = set()
        for release in releases:
            named |= {release.model, release.knowledge, release.examples}
            check = self.check_of(release)
            named |= {check.run, check.report, check.answers} if check else set()
        for place in (self.folder / "objects").glob("*"):
            # A young one may belong to a release that is being made.
            if place.name not in named and _age(place) > 86_400:
                shutil.rmtree(place, ignore_errors=True)

    def _remembered(self) -> dict[int, Live]:
        found: dict[int, Live] = {}
        path = self.folder / "history.jsonl"
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                entry = msgspec.json.decode(line, type=Live)
            except msgspec.MsgspecError:
                continue  # a killed writer's half line; the pointer itself still has it
            found[entry.number] = entry
        return found

    def _last_remembered(self) -> Live | None:
        found = self._remembered()
        return found[max(found)] if found else None

    def _instead_of_pointer(self) -> str:
        """What to do where the pointer can't be read."""
        last = self._last_remembered()
        if last:
            return (f"Delete it: then the last of history.jsonl is live again, release {last.release} of {last.at} by {last.by}. "
                    "If another was published after it, publish that one again.")
        return ("Bring it back from a backup. Without one, delete it, and make live what should be: `python -m tools.release list`, then "
                "`python -m tools.release roll-back RELEASE`; or `make run`, which publishes the project's files.")

    def _remember(self, live: Live) -> None:
        path = self.folder / "history.jsonl"
        line = msgspec.json.encode(live).decode()
        if not path.exists() or line not in path.read_text(encoding="utf-8").split("\n"):
            files.append_line(path, line)

    def _is_whole(self, sha: str, name: str) -> bool:
        path = self.folder / "objects" / sha / name
        return path.is_file() and files.digest(path) == sha

    def _release_path(self, release_id: str) -> Path:
        if not release_id or not release_id.replace("-", "").isalnum():
            raise StoreError("That is not the id of a release.")
        return self.folder / "releases" / f"{release_id}.json"


def _identity(release: Release) -> str:
    """When it was made and the digest of everything in it: sorts by time, and shows a change."""
    plain = msgspec.json.encode(msgspec.structs.replace(release, id=""))
    moment = release.made_at.replace("-", "").replace(":", "")
    return f"{moment}-{files.digest_of(plain)[:12]}"


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
