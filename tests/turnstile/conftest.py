"""The server that tests marked `servers` need."""

from tests.scale.servers import redis_url  # noqa: F401
