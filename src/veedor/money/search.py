"""Where patterns are looked for: the parameters that `account_profiles` and the detector of a pattern must share.

The profile of an account says which patterns could have an instance there, so that the detector of a pattern reads the
payments of those accounts only. It finds the same instances as a look at all accounts would, because both look with
these parameters; `configured` refuses settings that set them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.money.shapes import BAND_PERMILLE, SPLIT_PAYMENTS

HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Tracing:
    """Within how many hours money that came in and leaves again has passed through."""

    pass_delay_hours: int = 48

    @property
    def delay_us(self) -> int:
        return self.pass_delay_hours * HOUR_US


@dataclass(frozen=True)
class PassSearch(Tracing):
    """Shares and multiples per mille, gaps in days: see passing.py and lifelong.py."""

    passed_permille: int = 900
    join_gap_days: int = 7
    least_multiple_of_usual_permille: int = 3000
    gather_days: int = 10
    gather_payments: int = 4
    gather_permille: int = 850
    life_days: int = 60
    life_payments: int = 20
    life_passed_permille: int = 650
    life_one_party_permille: int = 800


@dataclass(frozen=True)
class FanSearch(Tracing):
    """Windows in hours: a working week for those who bring money together and come when each of them can; less for
    those who pay out and set the pace. See fan_runs.py."""

    fan_in_window_hours: int = 120
    fan_out_window_hours: int = 72
    least_counterparties: int = 8
    longest_burst_windows: int = 4
    drained_permille: int = 800

    def window_us(self, incoming: bool) -> int:
        return (self.fan_in_window_hours if incoming else self.fan_out_window_hours) * HOUR_US


@dataclass(frozen=True)
class SplitSearch(Tracing):
    """The band under a reporting threshold per mille of it, and the fewest payments in it: see splitting.py."""

    band_permille: int = BAND_PERMILLE
    split_payments: int = SPLIT_PAYMENTS
