"""Reads a staff form: of bounded size, in the browser's two encodings, with its uploads."""

from __future__ import annotations

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from door.api.body import read_bytes
from door.api.problems import Problem
from door.questions import NotUnderstood

MOST_BYTES = 4 * 1024 * 1024
# Where files are brought back, and what that may take: all examples of all topics as CSV are 4.4 MB, half a minute on a slow line.
FILES_ROUTE = "/exchange"
MOST_FILE_MB = 16
FILE_SECONDS = 120.0
MOST_FIELDS = 1_000
MOST_FILES = 2
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Form:
    """The fields of a form. Text comes stripped, with '\\n' for line ends and without null characters."""

    def __init__(self, data: FormData | None = None):
        self._data = data or FormData()

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def text(self, name: str, default: str = "") -> str:
        """The field's text, of a repeated one the last; `default` where there is none."""
        value = self._data.get(name, default)
        return _clean(value) if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """Every value of a repeated field (checkboxes), in order."""
        return [_clean(value) for value in self._data.getlist(name) if isinstance(value, str)]

    def lines(self, name: str) -> list[str]:
        """A field's lines, without empty ones."""
        return [line.strip() for line in self.text(name).split("\n") if line.strip()]

    async def file(self, name: str) -> tuple[str, bytes] | None:
        """The upload's name and bytes, or None where no file was chosen."""
        upload = self._data.get(name)
        if not isinstance(upload, UploadFile) or not upload.filename:
            return None
        return upload.filename, await upload.read()

    def as_values(self) -> dict[str, str]:
        """All text fields, to fill the form again after an error."""
        return {name: self.text(name) for name in self._data if isinstance(self._data[name], str)}


async def read_form(request: Request, most: int = MOST_BYTES) -> Form:
    """The request's form, of up to `most` bytes, more where files are brought back. Raises `Problem` 413 and 415, and `NotUnderstood`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise Problem(415, "media_type", "Send the form as a browser would.")
    takes_file = request.scope["route"].path == FILES_ROUTE
    most = MOST_FILE_MB * 1024 * 1024 if takes_file else most
    body = await read_bytes(request, most, FILE_SECONDS if takes_file else None)

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        # Memory is bounded by `most` already; a part may take all of it.
        data = await Request(request.scope, replay).form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most)
    except (MultiPartException, ValueError, KeyError) as error:
        raise NotUnderstood("form_malformed", f"The form can't be read ({type(error).__name__}).") from None
    except Exception as error:  # starlette wraps what its parser finds wrong in an HTTPException
        if getattr(error, "status_code", None) != 400:
            raise
        raise NotUnderstood("form_malformed", "The form can't be read.") from None
    return Form(data)


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
