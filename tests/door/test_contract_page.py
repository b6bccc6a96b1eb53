"""docs/contract.md names what the door really takes and answers; settings it leaves to docs/operators.md, which has the door's own."""

from __future__ import annotations

import re

import pytest

from door.app import PARTS
from door.settings import PROJECT, table
from tests.door.harness import Door

DOCS = PROJECT / "docs"
CONTRACT = (DOCS / "contract.md").read_text("utf-8")
ERRORS = re.search(r"^Errors are .*?\n\n", CONTRACT, re.MULTILINE | re.DOTALL)[0]


def row(method: str, path: str) -> str:
    """The table's row of a request."""
    return next((line for line in CONTRACT.splitlines() if f"`{method} {path}`" in line.split(" | ")[0]), "")


@pytest.mark.parametrize(("method", "path"), [
    (method, route.path) for part in PARTS for route in part.router.routes for method in sorted(route.methods - {"HEAD"})
    if "{" not in route.path])  # files of the pages
def test_every_request_is_named(method: str, path: str):
    assert row(method, path), f"say in docs/contract.md what `{method} {path}` answers"


async def test_every_status_is_named(door: Door):
    for path, operations in (await door.client.get("/openapi.json")).json()["paths"].items():
        for method, operation in operations.items():
            for status in operation["responses"].keys() - {"200"}:
                assert status in (row(method.upper(), path) if status < "400" else ERRORS), (method, path, status)


def test_settings_are_told_as_the_door_has_them():
    page = (DOCS / "operators.md").read_text("utf-8")
    assert [line for line in table().splitlines()[2:] if line not in page] == []
    told = re.findall(r"`([A-Z][A-Z_]+)`", CONTRACT)
    assert told and [name for name in told if f"`{name}`" not in page] == []
