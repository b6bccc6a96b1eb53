"""What docs/data-protection.md and docs/threat-model.md say is so: every table is named, every test exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import door.staff.tables
import door.telegram.tables  # noqa: F401
from door.database import metadata

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
TESTS = sorted({found for page in ("threat-model", "data-protection", "dependencies")
                for found in re.findall(r"tests/[a-z_/]+\.py(?:::\w+)?", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))})


@pytest.mark.parametrize("table", [*metadata.tables, "rasa_conversations"])
def test_every_table_is_on_the_data_protection_page(table: str):
    assert f"`{table}`" in PAGE, f"say in docs/data-protection.md what '{table}' keeps, why and how long"


def test_rasas_tables_are_known():
    calls = [node for path in (ROOT / "bot").rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Table"]
    assert [ast.literal_eval(call.args[0]) for call in calls] == ["rasa_conversations"]


@pytest.mark.parametrize("named", TESTS)
def test_every_test_that_is_named_exists(named: str):
    file, _, name = named.partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"def {name}\b", source)


def test_what_takes_out_personal_data_is_what_the_page_says():
    from knowledge.personal_data import redact
    table = PAGE.split("## What is taken out")[1].split("\n\n")[1]
    for row in table.splitlines()[2:]:
        _, example, kept = [cell.strip() for cell in row.strip("|").split("|")]
        if "…" in example:
            continue
        assert redact(example) == kept.split(" (")[0], row


def test_accounts_are_kept_for_good_as_the_page_says():
    # That none is deleted, every test of tests/staff watches (its conftest's `no_account_is_deleted`).
    [row] = [line for line in PAGE.splitlines() if "`staff_accounts`" in line]
    assert "| for good" in row
