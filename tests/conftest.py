"""What all tests share: random inputs are the same on every machine, and no example fails for a busy one."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gate")
