"""Settings of what sensors say of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.scales import Grades


@dataclass(frozen=True)
class SensorPlotsRules:
    """There is nothing to set."""


@dataclass(frozen=True)
class SensorTurnsRules:
    """There is nothing to set."""


@dataclass(frozen=True)
class SensorStateRules:
    """There is nothing to set."""


@dataclass(frozen=True)
class BlankingsRules:
    """There is nothing to set."""


@dataclass(frozen=True)
class ThinnedRules:
    """Weights are log10 likelihood ratios in thousandths, all expert settings."""

    threshold: int = 1_000
    counted_at_least: int = 200
    # Share missing of what was counted, per mille: up to a limit, its weight. A turn at either end of an hour that is
    # counted in one and seen in the other makes a few per mille.
    missing_per_mille: Grades = ((10, -1_000), (20, 0), (50, 1_000), (200, 1_500))
    missing_more: int = 2_000
    hours: Grades = ((1, 0), (3, 300), (8, 500))
    hours_more: int = 700
    capture_loss: int = -1_500
    filter_declared: int = -1_000
    other_feed: int = -1_500
    overload: int = -500
    # A kind of plot of which less than this was deposited is taken to be left out of this feed.
    absent_per_mille: int = 20
    complete_per_mille: int = 980
