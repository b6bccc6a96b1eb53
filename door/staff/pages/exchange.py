"""Import and export: examples as CSV and Rasa YAML, facts as CSV. Nothing is written before it was looked at."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import example_files, fact_files, topics
from door.content.draft import Edit, Refused
from door.content.snapshot import Snapshot
from door.content.tables import Import, Row
from door.staff import advice
from door.staff.editing import NotSaved, save
from door.staff.forms import MOST_FILE_MB
from door.staff.guard import PATH, Editor
from door.staff.pages import Link
from door.staff.visit import Visit

if TYPE_CHECKING:
    from door.staff.understanding import Near

router = APIRouter()

AT = "/exchange"
LINK = Link("Import and export", PATH + AT)
# What is shown of a long list; the rest is told as a number.
MOST_SHOWN = 200
# An import that nobody confirmed within a day is forgotten.
KEPT_SECONDS = 86_400
_NAME = re.compile(r"[0-9a-f]{64}")


class Kind(NamedTuple):
    """A kind of file: what reads it, what writes it into the draft, and its heading."""

    title: str
    read: Callable[[Snapshot, str], Import]
    edit: Callable[[Snapshot, Import], Edit]


KINDS = {"examples.csv": Kind("Examples, CSV", example_files.read_csv, example_files.edit),
         "examples.yml": Kind("Examples, Rasa YAML", example_files.read_yaml, example_files.edit),
         "facts.csv": Kind("Answers and facts, CSV", fact_files.read_csv, fact_files.edit)}
EXPORTS = {"examples.csv": (example_files.as_csv, "text/csv"), "examples.yml": (example_files.as_yaml, "application/yaml"),
           "facts.csv": (fact_files.as_csv, "text/csv")}


@router.get(AT)
async def show(visit: Editor) -> Response:
    """Links to take away, a form to bring back."""
    return await visit.render("exchange.html", kinds=KINDS, most=MOST_FILE_MB)


@router.get(AT + "/{name}")
async def export(visit: Editor, name: str) -> Response:
    """One file of the draft to take away."""
    if name not in EXPORTS:
        raise Problem(404, "not_found", "There is no such file.")
    write, media_type = EXPORTS[name]
    text = await asyncio.to_thread(lambda: write(visit.parts.draft.look()))
    # The mark tells spreadsheets that it is UTF-8.
    data = (b"\xef\xbb\xbf" if media_type == "text/csv" else b"") + text.encode("utf-8")
    return Response(data, media_type=f"{media_type}; charset=utf-8", headers={"content-disposition": f'attachment; filename="pcso-{name}"'})


@router.post(AT)
async def look(visit: Editor) -> Response:
    """Reads an upload and shows what it would change, and every mistake with its line."""
    visit.need_force(None)
    kind, upload = visit.form.text("kind"), await visit.form.file("file")
    errors = {}
    if kind not in KINDS:
        errors["kind"] = "Choose what kind of file it is"
    if upload is None:
        errors["file"] = "Choose a file"
    if errors:
        return await visit.render("exchange.html", kinds=KINDS, most=MOST_FILE_MB, errors=errors, values=visit.form.as_values())
    try:
        text = upload[1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return await visit.render("exchange.html", kinds=KINDS, most=MOST_FILE_MB, values=visit.form.as_values(),
                                  errors={"file": "This file isn’t UTF-8 text. In a spreadsheet, save it as ‘CSV UTF-8’"})
    found = await _read(visit, kind, text)
    kept = await asyncio.to_thread(_keep, visit.parts.draft.state / "imports", text)
    return await _shown(visit, kind, found, kept)


@router.post(AT + "/apply")
async def apply(visit: Editor) -> Response:
    """Writes an import that was looked at: all of it or nothing."""
    visit.need_force(None)
    kind, kept = visit.form.text("kind"), visit.form.text("kept")
    path = visit.parts.draft.state / "imports" / kept
    if kind not in KINDS or not _NAME.fullmatch(kept) or not path.exists():
        return await visit.render("exchange.html", kinds=KINDS, most=MOST_FILE_MB,
                                  errors={"file": "This import is too old. Choose the file again"})
    text = await asyncio.to_thread(path.read_text, "utf-8")

    def make(files: Snapshot) -> Edit:
        found = KINDS[kind].read(files, text)
        if found.troubles:
            raise Refused(f"Line {found.troubles[0].line}: {found.troubles[0].message}")
        return KINDS[kind].edit(files, found)

    try:
        saved = await save(visit, make, "file")
    except NotSaved as error:
        found = await _read(visit, kind, text)
        return await _shown(visit, kind, found, kept, errors=error.errors)
    await asyncio.to_thread(path.unlink, missing_ok=True)
    await visit.audit("import", KINDS[kind].title, after=f"{', '.join(saved.paths)} in commit {saved.commit[:12]}")
    return await visit.redirect(PATH + AT, "Imported into the draft." if saved.paths else "Everything was there already.")


async def _shown(visit: Visit, kind: str, found: Import, kept: str, **more: Any) -> Response:
    """What an import would change, with the examples that another topic has nearly the same of."""
    has_examples = KINDS[kind].edit is example_files.edit
    torn, warning = await asyncio.to_thread(_compared, visit, found) if has_examples and found.rows else ([], "")
    names = await asyncio.to_thread(lambda: topics.names(visit.parts.draft.look())) if torn else {}
    return await visit.render("import.html", kind=kind, title=KINDS[kind].title, found=found, kept=kept, most=MOST_SHOWN, torn=torn,
                              names=names, warning=warning, compared=advice.MOST_COMPARED if has_examples else len(found.rows), **more)


def _compared(visit: Visit, found: Import) -> tuple[list[tuple[Row, Near]], str]:
    torn = [(row, near) for row in found.rows[:advice.MOST_COMPARED]
            for _, near in advice.conflicts(visit.parts, [row.values["text"]], row.values["topic"])]
    return torn, advice.warning(visit.parts, [])


async def _read(visit: Visit, kind: str, text: str) -> Import:
    return await asyncio.to_thread(lambda: KINDS[kind].read(visit.parts.draft.look(), text))


def _keep(folder: Path, text: str) -> str:
    """Keeps an upload until it is confirmed, under its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    name = hashlib.sha256(text.encode("utf-8")).hexdigest()
    (folder / name).write_text(text, encoding="utf-8")
    return name
