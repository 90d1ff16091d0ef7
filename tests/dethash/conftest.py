"""Hypothesis takes the time that it takes: on a busy machine an example of a millisecond may be one of a second."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
