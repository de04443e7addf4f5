"""Reporting lines as detectors ask for them: thresholds that are shipped, and those that parties handed in.

Different parties may state different thresholds for the same payments. Each amount is a line of its own, by which
payments are judged by themselves, so that a table handed in may add a suspicion and never takes one away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from veedor.engine.detector import Broadcast, Read
from veedor.money.ledger import CASH
from veedor.registers.thresholds import INSTRUMENTS, Threshold, in_order, moment, thresholds
from veedor.tables import REPORTING_THRESHOLDS

STATED = Read(
    REPORTING_THRESHOLDS, Broadcast(),
    ("country", "currency", "instrument", "amount_units", "amount_exponent", "inclusive", "valid_from", "valid_to",
     "source", "simulated", "deposit", "row"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """`amount` is the smallest that is reported, in units of the asker; `stated_by` all who say so, shipped first."""

    amount: int
    stated_by: tuple[Threshold, ...]

    def holds(self, time_us: int) -> bool:
        """Whether somebody says that it is in force at this moment."""
        return any(each.holds(time_us) for each in self.stated_by)

    def holds_within(self, start_us: int, end_us: int) -> bool:
        """Whether somebody says that it is in force at some moment from `start_us` to `end_us`."""
        return any(
            each.valid_from_us <= end_us and (each.valid_to_us is None or start_us < each.valid_to_us)
            for each in self.stated_by
        )

    def first(self, time_us: int) -> Threshold:
        """Whose text is told: a shipped one where there is one, of the moment where there is one."""
        return next((each for each in self.stated_by if each.holds(time_us)), self.stated_by[0])


class ReportingLines:
    """All thresholds that may be asked for in one call of a detector: shipped, and `stated` (rows of STATED)."""

    def __init__(self, stated: pa.Table) -> None:
        self.all = in_order((*thresholds(), *_handed_in(stated)))

    def of(self, country: str | None, currency: str, exponent: int) -> tuple[Line, ...]:
        """Lines for cash in a country and currency, amounts in units of 10^-exponent; in order of amount."""
        return _lines(
            (each for each in self.all if (each.country, each.currency, each.instrument) == (country, currency, CASH)),
            exponent,
        )

    def anywhere(self, currency: str, exponent: int) -> list[int]:
        """The amounts of all lines for cash in a currency, whatever the country."""
        some = (each for each in self.all if (each.currency, each.instrument) == (currency, CASH))
        return [line.amount for line in _lines(some, exponent)]

    def known(self, country: str | None, currency: str, time_us: int) -> bool:
        """Whether some threshold for cash is known for that moment."""
        return any(
            (each.country, each.currency, each.instrument) == (country, currency, CASH) and each.holds(time_us)
            for each in self.all
        )


def _lines(some: Iterable[Threshold], exponent: int) -> tuple[Line, ...]:
    by_amount: dict[int, list[Threshold]] = {}
    for each in some:
        by_amount.setdefault(each.smallest_reported(exponent), []).append(each)
    return tuple(
        Line(amount, tuple(sorted(stated, key=lambda each: (each.stated or (b"", -1), each.valid_from_us))))
        for amount, stated in sorted(by_amount.items())
    )


def _handed_in(rows: pa.Table) -> Iterable[Threshold]:
    """Rows with which payments can be judged; a mapping of one's own may let others through."""
    for row in rows.to_pylist():
        if row["amount_units"] > 0 and row["instrument"] in INSTRUMENTS and row["source"]:
            until = row["valid_to"]
            yield Threshold(
                row["country"], row["currency"], row["instrument"], row["amount_units"], row["amount_exponent"],
                row["inclusive"], moment(row["valid_from"]), None if until is None else moment(until), row["source"],
                simulated=row["simulated"], stated=(row["deposit"], row["row"]),
            )  # fmt: skip
