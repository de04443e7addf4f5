"""Payments of a span of time as narrow columns: read a piece at a time, so that nothing else of them stays in memory.

Strings are what payments are made of: names of accounts become codes, those of currencies part the edges. Reversed
payments, payments of an account to itself and payments with an unknown side are no edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Pieces
from veedor.engine.gather import drained
from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.columns import Codes, Values

SEARCHED = (
    "payment", "payer", "payee", "time", "time_is_date", "amount_units", "amount_exponent", "currency", "reversed",
)  # fmt: skip
"""Columns of payments that patterns are searched in."""

_AT_ONCE = 1 << 18
"""Rows whose names are looked up together: each look-up goes over the names of all accounts known so far."""


@dataclass
class Edges:
    """Edges of one currency in the order in which they were read, a list of pieces for each column. `place`: which row
    of all that were read it is."""

    held: dict[str, list[Values]] = field(default_factory=dict)

    def add(self, **piece: Values) -> None:
        for name, values in piece.items():
            self.held.setdefault(name, []).append(values)

    def take(self, name: str) -> Values:
        """A column in one piece, which is kept here no longer."""
        pieces = self.held.pop(name)
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


@dataclass
class _Accounts:
    """Names of accounts as they first appear."""

    names: Values = field(default_factory=lambda: pa.array([], pa.string()))

    def coded(self, payer: Values, payee: Values) -> tuple[Codes, Codes]:
        """Codes of both columns, -1 for null."""
        size = len(payer)
        encoded = pa.concat_arrays([payer, payee]).dictionary_encode()
        known = pc.index_in(encoded.dictionary, value_set=self.names)
        new = known.is_null().to_numpy(zero_copy_only=False)
        places = known.fill_null(0).to_numpy().astype(np.int32)
        places[new] = len(self.names) + np.arange(np.count_nonzero(new))
        self.names = pa.concat_arrays([self.names, encoded.dictionary.filter(pa.array(new))])
        at = encoded.indices.fill_null(-1).to_numpy()
        codes = np.append(places, np.int32(-1))[at]
        return codes[:size], codes[size:]


def edges(payments: Pieces) -> Iterator[tuple[str, Edges, Values]]:
    """(currency, its edges, names of accounts by code, of all currencies) in order of currencies; `payer` and `payee`
    are codes in order of the names. Edges that were handed out are kept no longer."""
    accounts = _Accounts()
    found: dict[str, Edges] = {}
    read = 0
    for rows in _blocks(payments):
        payer, payee = accounts.coded(*(one_piece(rows[name]) for name in ("payer", "payee")))
        usable = (payer >= 0) & (payee >= 0) & (payer != payee)
        if "reversed" in rows.column_names:
            usable &= ~columns.flags(rows["reversed"])
        (currency,), names = columns.labels(rows["currency"])
        columns_of = {
            "place": np.arange(read, read + rows.num_rows, dtype=np.int32),
            "payer": payer,
            "payee": payee,
            "payment": columns.integers(rows["payment"]),
            "time": columns.integers(rows["time"]),
            "time_is_date": columns.flags(rows["time_is_date"]),
            "amount_units": columns.integers(rows["amount_units"]),
            "amount_exponent": one_piece(rows["amount_exponent"]).to_numpy(zero_copy_only=False),
        }
        read += rows.num_rows
        for code, name in enumerate(names.to_pylist()):
            mine = np.flatnonzero(usable & (currency == code))
            if len(mine):
                found.setdefault(str(name), Edges()).add(**{each: values[mine] for each, values in columns_of.items()})
        # Else they would stay until the next rows are there.
        del rows, payer, payee, usable, currency, columns_of
    order = pc.sort_indices(accounts.names)
    ranks = np.empty(len(order), np.int32)
    ranks[order.to_numpy()] = np.arange(len(order))
    sorted_names = accounts.names.take(order)
    for currency_name in sorted(found):
        held = found.pop(currency_name)
        for side in ("payer", "payee"):
            held.held[side] = [ranks[codes] for codes in held.held[side]]
        yield currency_name, held, sorted_names


def _blocks(payments: Pieces) -> Iterator[pa.Table]:
    """The pieces, small ones together."""
    held: list[pa.Table] = []
    for piece in payments.pieces(SEARCHED):
        held.append(piece)
        if sum(each.num_rows for each in held) >= _AT_ONCE:
            yield pa.concat_tables(drained(held))
        del piece
    if held:
        yield pa.concat_tables(drained(held))
