"""The servers that tests marked `servers` need."""

from tests.scale.servers import postgres_url, redis_url  # noqa: F401
