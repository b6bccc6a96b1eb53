"""The server that tests marked `servers` need."""

from tests.scale.servers import postgres_url  # noqa: F401
