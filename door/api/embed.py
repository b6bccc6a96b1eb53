"""`/embed`: a page where a site's owner makes the tag to paste; `/embed-frame`: the chat for an iframe."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import PurePath

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from door import templates
from door.api import files
from door.api.files import GET
from door.content import force_names
from door.content.force_names import Head
from knowledge.paths import FORCES
from knowledge.unpacking import BrokenPackage
from releases import drafts
from releases.store import Store, StoreError

log = structlog.get_logger()
router = APIRouter()

PAGES = files.HERE.parent / "widget" / "pages"
# The nations that the assistant knows of but can't answer for.
NEIGHBOURS = ("scotland", "northern_ireland")
# What a frame's address may choose; the widget checks the values itself.
CHOICES = ("force", "name", "colour", "theme", "lang", "leave")
MOST_CHARACTERS = 200

_templates = templates.environment(PAGES)


@router.api_route("/embed", methods=GET)
async def configurator(request: Request) -> Response:
    """The configurator."""
    origins = request.app.state.service.settings.embed_origins
    return _page("embed.html", forces=await asyncio.to_thread(_forces), origins=origins)


@router.api_route("/embed-frame", methods=GET)
async def frame(request: Request) -> Response:
    """The chat alone, filling its frame. Which sites may frame it is EMBED_ORIGINS (edge.py)."""
    given = {name: request.query_params.get(name, "")[:MOST_CHARACTERS] for name in CHOICES}
    return _page("frame.html", data={name: value for name, value in given.items() if value})


@router.api_route("/embed/{name}", methods=GET)
async def part(request: Request, name: str) -> Response:
    """The scripts and the style sheet of these pages, by name alone."""
    return files.named(request, PAGES, name)


def _page(name: str, **values: object) -> Response:
    return Response(_templates.get_template(name).render(**values), media_type="text/html", headers={"cache-control": "no-cache"})


def _forces() -> list[tuple[str, str]]:
    """(id, name) of every force of England and Wales and the railways, by name: of what is live, else of the files."""
    heads = force_names.heads(drafts.content_dir())
    try:
        live = Store().live()
        if live and not live.follows_files:
            heads = _released(live.release)
    except (StoreError, BrokenPackage, OSError) as error:
        log.warning("embed.release_unusable", error=type(error).__name__)
    return sorted(((force, head.name) for force, head in heads.items() if head.nation not in NEIGHBOURS), key=lambda pair: pair[1])


@lru_cache(maxsize=1)
def _released(release: str) -> dict[str, Head]:
    """Force id → head of its file in a release, which never changes. Raises `StoreError`, `BrokenPackage` and `OSError`."""
    store = Store()
    files = drafts.files_of(store, store.get(release))
    return {PurePath(path).stem: force_names.head_in(text.decode("utf-8", "replace"), PurePath(path).stem)
            for path, text in files.items() if path.startswith(f"{FORCES}/")}
