"""Settings of what sensors say of themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SensorStateRules:
    """There is nothing to set."""
