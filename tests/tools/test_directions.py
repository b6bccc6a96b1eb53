"""Which package may import which, so that each can be read, run and put into an image without those above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from processes.stack import ROOT

# Package, or part of one → those it may import besides itself. From below upwards.
ALLOWED: dict[str, set[str]] = {
    "knowledge": set(),
    "safety": set(),
    "turnstile": set(),
    "database": set(),
    "actions": {"knowledge", "safety"},
    "bot": {"database", "knowledge", "safety", "turnstile"},
    "bot.encoder": set(),
    "bot.nlu": {"bot", "bot.encoder", "knowledge", "safety"},
    "processes": {"knowledge"},
    "evaluation": {"knowledge"},
    "releases": {"evaluation", "knowledge", "processes"},
    "door": {"database", "knowledge", "processes", "safety", "turnstile"},
    "door.content": {"knowledge", "processes", "safety"},
    "door.widget": set(),
    "door.telegram": {"door", "knowledge", "processes", "safety"},
    "door.api": {"door", "door.content", "knowledge", "releases"},
    "door.staff": {"bot.encoder", "door", "door.api", "door.content", "door.widget", "evaluation", "knowledge", "releases", "safety"},
    "door.app": {"door", "door.api", "door.staff"},
    "door.__main__": {"door", "door.app", "processes"},
    "tools": {"actions", "bot.encoder", "bot.nlu", "door", "evaluation", "knowledge", "processes", "releases", "safety"},
    "deploy": {"processes", "releases", "tools"},
}
HERE = Path(__file__).relative_to(ROOT)


def test_packages_import_only_what_stands_below_them():
    wrong, used = [], set()
    for path, line, module in _imports():
        part, other = _part(_module(path)), _part(module)
        used.add((part, other))
        if other != part and other not in ALLOWED[part]:
            may = ", ".join(sorted(ALLOWED[part])) or "nothing else of ours"
            wrong.append(f"{path}:{line}: {part} may import {may}, but not {other} ({module}). Move what both need below both, or what "
                         f"needs it up; allow it in {HERE} only where nothing goes round then.")
    assert not wrong, "\n".join(wrong)
    idle = [f"{part} → {other}" for part, others in ALLOWED.items() for other in sorted(others) if (part, other) not in used]
    assert not idle, f"nothing imports this way any more: take it out of ALLOWED in {HERE}: {', '.join(idle)}"


def test_nothing_goes_round():
    try:
        TopologicalSorter(ALLOWED).prepare()
    except CycleError as error:
        raise AssertionError(f"ALLOWED in {HERE} goes round: {' → '.join(error.args[1])}. Take one of these directions out.") from None


def test_every_package_has_its_place():
    packages, placed = {path.parent.name for path in ROOT.glob("*/*.py")} - {"tests"}, {part for part in ALLOWED if "." not in part}
    assert not packages - placed, f"say in ALLOWED of {HERE} what these may import: {packages - placed}"
    assert not placed - packages, f"these are gone, take them out of ALLOWED in {HERE}: {placed - packages}"


def _imports() -> Iterator[tuple[Path, int, str]]:
    """File, line and the module imported, of all that is ours, inside functions too."""
    own = {part.split(".")[0] for part in ALLOWED}
    for package in sorted(own):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                yield from ((path.relative_to(ROOT), node.lineno, name) for name in names if name.split(".")[0] in own)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _part(module: str) -> str:
    """The most particular part of `ALLOWED` that a module belongs to."""
    return max((part for part in ALLOWED if f"{module}.".startswith(f"{part}.")), key=len)
