"""Saving to the draft from a form: what can go wrong becomes words at a field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from door.content.checks import Invalid
from door.content.draft import Changed, Edit, Refused, Saved
from door.content.saving import Busy, GitTrouble
from door.content.snapshot import Snapshot, Unreadable
from door.content.yaml_writing import CannotEdit
from door.staff.visit import Visit
from knowledge import KnowledgeError
from knowledge.yaml_lines import BrokenYaml
from releases.store import StoreError

# What keeps a page from being made: a mistake in a file, made by hand.
BROKEN = (BrokenYaml, KnowledgeError, Unreadable)
MOST_PROBLEMS = 20


class NotSaved(Exception):
    """Nothing was saved. `errors` are for the form; `theirs` is the other person's version, where two edited at once."""

    def __init__(self, errors: dict[str, str], theirs: object = None, conflict: bool = False):
        super().__init__("; ".join(errors.values()))
        self.errors = errors
        self.theirs = theirs
        self.conflict = conflict


async def save(visit: Visit, make: Callable[[Snapshot], Edit], field: str = "main") -> Saved:
    """Saves as the visitor. `field` is where a mistake is shown that belongs to no field. Raises `NotSaved`."""
    try:
        return await asyncio.to_thread(visit.parts.draft.change, make, visit.account.author)
    except Changed as error:
        raise NotSaved({field: str(error)}, error.theirs, conflict=True) from error
    except Refused as error:
        raise NotSaved({error.field or field: str(error)}) from error
    except Invalid as error:
        raise NotSaved({field: " • ".join(map(str, error.problems[:MOST_PROBLEMS]))}) from error
    except GitTrouble as error:
        raise NotSaved({field: str(error)}) from error
    except BROKEN as error:
        raise NotSaved({field: f"A file of the draft has a mistake, made by hand: {error}"}) from error
    except (Busy, CannotEdit, StoreError) as error:
        raise NotSaved({field: str(error)}) from error
    except OSError as error:
        raise NotSaved({field: f"The file couldn’t be written ({error.strerror}). Nothing was saved. "
                               "Tell whoever runs the assistant"}) from error
