"""Fuzzing needs no speed records: no deadlines, and failures are printed so that they can be tried again."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("fuzz", deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
settings.load_profile("fuzz")
