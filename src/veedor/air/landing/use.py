"""Whether a strip is still in use: only where its use would have shown since it was last used."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.air.evidence import Sensors
from veedor.air.landing.rules import RegionRules


def state_of(
    last_use_us: int, days: int, seen_by: Sequence[str], sensors: Sensors, rules: RegionRules
) -> tuple[str, int | None]:  # fmt: skip
    """One of STRIP_STATES, and which share of the time since the last use (per mille) the best of the sensors that had
    shown the strip's flights was on; None where nothing is known of them.

    The record of a run ends with its last plot: a strip used within 90 days of it is active; after that, silence of the
    strip counts only where a sensor that had shown it was on."""
    if days < 2:
        return "single_event", None
    end = max((sensors.last[name] for name in sensors.last), default=last_use_us)
    silent_us = end - last_use_us
    if silent_us < rules.unconfirmed_us:
        return "active", None
    known = [name for name in seen_by if name in sensors.last]
    if not known:
        return "not_observable", None
    observed = 1000 - min(min(1000, share) for share in sensors.off_shares(known, last_use_us, end))
    if observed < rules.observed_permille:
        return "not_observable", observed
    return ("inactive" if silent_us >= rules.inactive_us else "unconfirmed"), observed
