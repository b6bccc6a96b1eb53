"""The door's HTTP layer. `create_app(settings)` is all that others need."""

from door.api.app import create_app

__all__ = ["create_app"]
