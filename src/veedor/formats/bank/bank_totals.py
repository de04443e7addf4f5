"""What a statement or message holds beside what it says that it holds: numbers of records, sums, balances, currency.

Rows are read as written whether or not they add up, for nobody knows which of the two is wrong; where they do not, the
file gets a note. Sums are compared only where every record could be read: else the rejected ones are the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from zlib import crc32

import numpy as np

from veedor.formats.arrow import Array, pc
from veedor.formats.bank.bank_values import Row
from veedor.formats.bank.xml_shape import Leaves
from veedor.formats.reader import Note

# One file may hold thousands of statements: so many notes are kept of it, so many statements remembered.
MOST_NOTES = 20
_MOST_REMEMBERED = 100_000
_NOT_BOOKED = "reject.not_booked"
_COUNT = re.compile(r"[0-9]{1,15}")
_SUM = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?")
# Sums of any number of amounts of 63 bits and 36 decimals, without rounding.
_EXACTLY = Context(prec=200)


@dataclass(frozen=True)
class Stated:
    """What is said of some records: how many, and how much they come to. None: nothing that can be read."""

    records: int | None = None
    total: Decimal | None = None

    @classmethod
    def at(cls, leaves: Leaves, counts: str, *totals: str) -> Stated:
        """As it stands at these paths."""
        return cls.of(leaves.first(counts), leaves.first(*totals))

    @classmethod
    def of(cls, records: str | None, total: str | None) -> Stated:
        """As it is written."""
        counted = records is not None and _COUNT.fullmatch(records)
        summed = total is not None and _SUM.fullmatch(total)
        return cls(int(records or 0) if counted else None, abs(Decimal(total or 0)) if summed else None)


@dataclass
class Totals:
    """One statement or message while it is read: `place` is where it stands, the rest is filled as it is said."""

    place: str
    account: str | None = None
    currency: str | None = None
    opening: tuple[Decimal, str] | None = None
    closing: tuple[Decimal, str] | None = None
    every: Stated = field(default_factory=Stated)
    credit: Stated = field(default_factory=Stated)
    debit: Stated = field(default_factory=Stated)
    records: int = 0
    rejected: int = 0
    pending: int = 0
    mark: int = 0  # a check sum over the records' bytes
    units: defaultdict[tuple[bool, int, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )  # by credit, decimals, currency
    counted: defaultdict[bool, int] = field(default_factory=lambda: defaultdict(int))  # by credit
    mixed: bool = False  # a batched entry books both ways

    def see(self, data: bytes) -> None:
        """The bytes of a record that was read, which tell records apart."""
        self.mark = crc32(data, self.mark)

    def take(self, rows: Sequence[Row], data: bytes) -> None:
        """A record that was read: its rows, and its bytes."""
        self.records += 1
        self.see(data)
        first = rows[0]
        credit = first.get("credit", True)
        self.counted[credit] += 1
        for row in rows:
            own = row.get("credit", True)
            if "amount_units" in row:
                self.units[own, row["amount_exponent"], row["currency"]] += row["amount_units"]
            if own != credit:
                self.mixed = True

    def take_all(self, columns: Mapping[str, Array]) -> None:
        """Records that were read as columns, one row each; their bytes are seen apart."""
        units, places = (columns[name].to_numpy() for name in ("amount_units", "amount_exponent"))
        credit = (
            columns["credit"].to_numpy(zero_copy_only=False) if "credit" in columns else np.ones(len(units), np.bool_)
        )
        words = pc.dictionary_encode(columns["currency"])
        codes = words.indices.to_numpy()
        self.records += len(units)
        for code, own, place in np.unique(np.stack([codes, credit, places]), axis=1).T.tolist():
            those = units[(codes == code) & (credit == own) & (places == place)]
            self.counted[bool(own)] += len(those)
            # Of 63 bits each: they add up to more.
            self.units[bool(own), place, words.dictionary[code].as_py()] += sum(those.tolist())

    def leave(self, reason: str) -> None:
        """A record that was rejected."""
        self.records += 1
        self.pending += reason == _NOT_BOOKED
        self.rejected += reason != _NOT_BOOKED

    def notes(self) -> Iterator[Note]:
        """Where what is said and what is there do not fit together."""
        place = f"{self.place} ({self.account})" if self.account else self.place
        for said, found in (
            (self.every, self.records),
            (self.credit, self.counted[True]),
            (self.debit, self.counted[False]),
        ):
            if said.records is not None and said.records != found and (said is self.every or not self._unread):
                yield Note("note.bank_records", {"place": place, "said": said.records, "found": found})
        currencies = {currency for _, _, currency in self.units}
        kept_in = self.currency or (self.opening or self.closing or (None, ""))[1]
        others = sorted(currencies - {kept_in}) if kept_in and self.account else []
        if others:
            yield Note("note.bank_currency", {"place": place, "currency": kept_in, "others": ", ".join(others)})
        if self.rejected or len(currencies) > 1:
            return
        credits, debits = self._sum(True), self._sum(False)
        if not self._unread and not self.mixed:
            of = f" {next(iter(currencies), kept_in)}".rstrip()
            every = _EXACTLY.add(credits, debits)
            for said, made in ((self.every, every), (self.credit, credits), (self.debit, debits)):
                if said.total is not None and said.total != made:
                    yield Note(
                        "note.bank_sum", {"place": place, "said": f"{said.total:f}{of}", "found": f"{made:f}{of}"}
                    )
        if self.opening and self.closing and self.opening[1] == self.closing[1] and not others:
            made = _EXACTLY.add(self.opening[0], _EXACTLY.subtract(credits, debits))
            if made != self.closing[0]:
                said_there = {"opening": self.opening[0], "made": made, "closing": self.closing[0]}
                texts = {name: f"{amount:f} {self.opening[1]}" for name, amount in said_there.items()}
                yield Note("note.bank_balance", {"place": place, "n": sum(self.counted.values()), **texts})

    @property
    def _unread(self) -> int:
        return self.rejected + self.pending

    def _sum(self, credit: bool) -> Decimal:
        found = Decimal(0)
        for (own, places, _), units in self.units.items():
            if own == credit:
                found = _EXACTLY.add(found, amount_of(units, places))
        return found


def amount_of(units: int, places: int) -> Decimal:
    """An exact amount, with the decimals it was written with."""
    return _EXACTLY.scaleb(Decimal(units), -places)


@dataclass
class Checked:
    """The notes on one file, as its statements or messages end."""

    kept: list[Note] = field(default_factory=list)
    left_out: int = 0
    _seen: dict[tuple[str | None, int, int], str] = field(default_factory=dict)

    def end(self, totals: Totals | None, *, repeats: bool = True) -> None:
        """Looks at one that has ended; `repeats`: also for others before it that held the same."""
        if totals is None:
            return
        for note in totals.notes():
            self._keep(note)
        if not repeats or not totals.records or totals.rejected:
            return
        key = totals.account, totals.records, totals.mark
        before = self._seen.get(key)
        if before is not None:
            self._keep(Note("note.bank_repeated", {"place": totals.place, "first": before, "n": totals.records}))
        elif len(self._seen) < _MOST_REMEMBERED:
            self._seen[key] = totals.place

    def _keep(self, note: Note) -> None:
        if len(self.kept) < MOST_NOTES:
            self.kept.append(note)
        else:
            self.left_out += 1

    def notes(self) -> tuple[Note, ...]:
        """All that were kept, and how many more there were."""
        return (*self.kept, *([Note("note.bank_more", {"n": self.left_out})] if self.left_out else []))
