"""Releases from the command line: `python -m tools.release`, and what `make run` does about them.

Until a member of staff works in the console, an engineer's files are what is live: `make run`
makes a release of them whenever they changed. From then on only what is published is live.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Callable, List, Optional

from knowledge import KnowledgeError
from processes import files
from processes.stack import MODEL as TRAINED
from processes.stack import StackError
from releases import drafts, packing
from releases.store import Action, Live, Release, Store, StoreError

Say = Callable[[str], None]


def prepare(store: Store, say: Say) -> Release:
    """What is to be live when the assistant starts; makes a release of the files where they count.

    Raises `StackError` with what to do.
    """
    try:
        with drafts.publishing(store):
            live = store.live()
            if live is None:
                return _release_files(store, "first")
            if not live.follows_files:
                return _keep_published(store, live, say)
            release = store.get(live.release)
            packed = files.digest_of(packing.pack(packing.files_below(drafts.content_dir())))
            if packed == release.knowledge and files.digest(_trained()) == release.model:
                store.verify(release)
                return release
            return _release_files(store, "files")
    except KnowledgeError as error:
        raise StackError(f"The knowledge is not in order:\n{error}") from error
    except (StoreError, OSError) as error:
        raise StackError(f"The releases in {store.folder} can't be used: {error}") from error


def _release_files(store: Store, action: Action) -> Release:
    release = drafts.make(store, drafts.content_dir(), _trained(), drafts.MAKE_RUN, "files", "Made from the project's files")
    store.publish(release.id, drafts.MAKE_RUN, action, follows_files=True)
    return release


def _keep_published(store: Store, live: Live, say: Say) -> Release:
    release = store.get(live.release)
    store.verify(release)
    try:
        if drafts.state(store).differs:
            say(f"The files differ from what is live (release {release.id}, {live.by}, {live.at}). Publish them at /staff/check, "
                "or go back to following the files: python -m tools.release follow")
    except KnowledgeError as error:
        say(f"The files can't be read, which changes nothing in what is live:\n{error}")
    return release


def _trained() -> Path:
    if not TRAINED.exists():
        raise StackError(f"There is no model at {TRAINED}. Run `make train` first.")
    return TRAINED


def main(arguments: Optional[List[str]] = None) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description="Shows and changes what is live.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all releases, newest first; the live one is marked")
    commands.add_parser("history", help="everything that was live, newest first")
    commands.add_parser("follow", help="make a release of the files, and follow them again as in a fresh clone")
    commands.add_parser("follows", help="exit code 0 while the files are what is live")
    back = commands.add_parser("roll-back", help="make an earlier release live")
    back.add_argument("release")
    options, store = parser.parse_args(arguments), Store()
    try:
        return _COMMANDS[options.command](store, options)
    except (StoreError, StackError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 1


def _list(store: Store, options: argparse.Namespace) -> int:
    live = store.live()
    for release in store.releases():
        mark = "live" if live and live.release == release.id else "    "
        print(f"{mark}  {release.id}  {release.kind:<9}  {release.by}  {release.note}")
    return 0


def _history(store: Store, options: argparse.Namespace) -> int:
    for entry in store.history():
        print(f"{entry.number:>4}  {entry.at}  {entry.action:<10}  {entry.release}  {entry.by}  {entry.reason}")
    return 0


def _follow(store: Store, options: argparse.Namespace) -> int:
    with drafts.publishing(store):
        release = _release_files(store, "follow")
    print(f"Following the files again: release {release.id}")
    return 0


def _follows(store: Store, options: argparse.Namespace) -> int:
    live = store.live()
    return 0 if live is None or live.follows_files else 1


def _roll_back(store: Store, options: argparse.Namespace) -> int:
    live = drafts.roll_back(store, options.release, "command line")
    print(f"Live: {live.release}")
    return 0


_COMMANDS = {"list": _list, "history": _history, "follow": _follow, "follows": _follows, "roll-back": _roll_back}

if __name__ == "__main__":
    sys.exit(main())
