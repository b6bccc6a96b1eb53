"""The console's pages. A new one is a module in this folder and a line in `MODULES`.

A module has `router` (an `APIRouter`) and, where it stands in the navigation, `LINK`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from fastapi import APIRouter
from msgspec import Struct

# In the order of the navigation.
MODULES = (
    "inbox",
    "new_topics",
    "topics",
    "follow_ups",
    # Before the answers, whose addresses end in any name.
    "versions",
    "answers",
    "points",
    "recruitment",
    "exchange",
    "trying",
    "checking",
    "changes",
    "releases",
    "figures",
    "people",
    "trail",
    "own",
    "entrance",
)


class Link(Struct, frozen=True):
    """An entry of the navigation, for those who may do what `role` may."""

    title: str
    path: str
    role: str = "editor"


def routers() -> list[APIRouter]:
    """Every page's router."""
    return [import_module(f"{__name__}.{name}").router for name in MODULES]


@cache
def links() -> list[Link]:
    """The navigation, in order."""
    modules = [import_module(f"{__name__}.{name}") for name in MODULES]
    return [module.LINK for module in modules if hasattr(module, "LINK")]
