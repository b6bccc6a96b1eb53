"""What the console is made of, built once for each door."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from door.content import force_names
from door.content.draft import Draft
from door.service import Service
from door.staff.accounts import Accounts
from door.staff.audit import Audit
from door.staff.lockout import Lockout
from door.staff.sessions import Sessions
from door.staff.talks import Talks
from releases import drafts
from releases.drafts import content_dir
from releases.store import Store
from releases.trial import Trial

if TYPE_CHECKING:
    from door.staff.understanding import Understanding


class Parts:
    """The console's own stores, and the door's service beside them."""

    def __init__(self, service: Service):
        self.service = service
        self.accounts = Accounts(service.database)
        self.audit = Audit(service.database)
        self.lockout = Lockout(service.database)
        self.sessions = Sessions(service.database, service.tokens.client("staff session"))
        self.trial = Trial()
        self.talks = Talks()
        self._understanding: Understanding | None = None
        self._loading = threading.Lock()

    @property
    def understanding(self) -> Understanding:
        """The sentence encoder, loaded when first asked for (a second): ask in a thread."""
        with self._loading:
            if self._understanding is None:
                from door.staff.understanding import Understanding
                self._understanding = Understanding(self.content, self.content / ".state" / "staff")
            return self._understanding

    @property
    def live_rasa(self) -> str:
        """The address of a live Rasa; where there are several, all have the same model."""
        return self.service.settings.rasa_url.split(",")[0]

    @property
    def content(self) -> Path:
        """The folder of the draft's files."""
        return content_dir()

    def force_names(self) -> dict[str, str]:
        """The draft's forces, id → name, for lists to choose from."""
        return force_names.read(self.content)

    @property
    def releases(self) -> Store:
        """The releases, and which of them is live."""
        return Store()

    @property
    def draft(self) -> Draft:
        """The draft's files, to look at and to save: in a thread."""
        return Draft(self.content, self.content / ".state" / "draft", lambda by: drafts.before_editing(self.releases, by))

    def close(self) -> None:
        """Ends what works in the background."""
        self.trial.stop()
        if self._understanding:
            self._understanding.close()
