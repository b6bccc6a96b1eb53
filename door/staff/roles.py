"""Who may do what: three roles, each with all that the one before may."""

from __future__ import annotations

from msgspec import Struct

ROLES = {"editor": "Editor", "publisher": "Publisher", "administrator": "Administrator"}
MEANINGS = {"editor": "Teaches, edits answers and facts, tries and checks",
            "publisher": "An editor who also publishes, rolls back and opens recruitment",
            "administrator": "A publisher who also looks after accounts and sees who changed what"}
_ORDER = tuple(ROLES)


class Account(Struct, frozen=True):
    """Somebody who may sign in. `force`: the id of the one force whose facts they may change, or None."""

    name: str
    full_name: str
    role: str
    force: str | None = None
    closed: bool = False
    signed_in: str | None = None
    has_password: bool = True

    @property
    def author(self) -> str:
        """As git writes an author. '.invalid' is nobody's address (RFC 2606)."""
        return f"{self.full_name} <{self.name}@staff.invalid>"

    def may(self, role: str) -> bool:
        """Whether they may do what `role` may."""
        return _ORDER.index(self.role) >= _ORDER.index(role)

    def may_change_force(self, force: str | None) -> bool:
        """Whether they may change what is held on `force` (None: what holds for all, and topics)."""
        return self.force is None or self.force == force
