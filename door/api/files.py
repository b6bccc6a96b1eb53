"""Static files: the page's style sheet and the widget, with ETag, and packed where that helps."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from door.api.problems import Problem

GET = ["GET", "HEAD"]
HERE = Path(__file__).resolve().parent
WIDGET = HERE.parent / "widget" / "widget.js"
STATIC = HERE / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".json": "application/json", ".svg": "image/svg+xml"}
# Ten minutes: a corrected widget is on every site within that; after it browsers ask by ETag.
FRESH_SECONDS = 600


def named(request: Request, folder: Path, name: str) -> Response:
    """A file of `folder`, by its name alone; like `serve`."""
    known = {path.name: path for path in folder.iterdir() if path.suffix in TYPES}
    if name not in known:
        raise _missing()
    return serve(request, known[name])


def serve(request: Request, path: Path, *, for_other_sites: bool = False) -> Response:
    """The file, or 304 where the caller has it already. Raises `Problem` 404 where there is none.

    `for_other_sites` lets any page load it, with an integrity check too.
    """
    try:
        stamp = path.stat()
    except OSError:
        raise _missing() from None
    plain, packed, etag = _read(path, stamp.st_mtime_ns, stamp.st_size)
    headers = {"etag": etag, "cache-control": f"public, max-age={FRESH_SECONDS}", "vary": "Accept-Encoding"}
    if for_other_sites:
        headers |= {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag.removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    body = plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = packed, "gzip"
    return Response(body, headers=headers, media_type=TYPES[path.suffix])


def _missing() -> Problem:
    return Problem(404, "not_found", "There is nothing at this address.")


@lru_cache(maxsize=32)
def _read(path: Path, changed: int, size: int) -> tuple[bytes, bytes, str]:
    # `changed` and `size` are there for the cache: an edited file is read anew.
    plain = path.read_bytes()
    # Weak: the packed form differs byte for byte, but says the same.
    return plain, gzip.compress(plain, 9), f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
