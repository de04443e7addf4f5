"""From what was found to rows of the table `networks`, column by column, with the entries of the payments read again.

Of a payment the search keeps no entries: those of the few payments that are in a pattern are looked up at the end, by
going once more over what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Pieces
from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.columns import Ints, Values
from veedor.money.networks.found import Found
from veedor.money.networks.graph import SHOWN, Graph
from veedor.tables import NETWORKS, PAYMENTS

_SIDES = ("debit", "credit")


@dataclass(frozen=True)
class Drawn:
    """Rows of one graph without what their payments' entries say. The payments of all rows stand one after the other:
    row n has starts[n]:starts[n + 1] of them; `place` is which of the rows that were read each is."""

    rows: pa.Table
    starts: Ints
    place: Ints
    role: Values


def drawn(graph: Graph, rows: Sequence[Found]) -> Drawn:
    """The rows of a graph, which is needed no longer."""
    starts = np.cumsum([0, *(len(row.edges) for row in rows)])
    every = np.concatenate([np.empty(0, np.int64), *(row.edges for row in rows)])
    names = sorted({role for row in rows for role in row.roles})
    numbers = {name: number for number, name in enumerate(names)}
    which = [np.array([numbers[role] for role in row.roles], np.int64)[row.role_of] for row in rows if row.roles]
    role = pa.array(names, pa.string()).take(pa.array(np.concatenate([np.empty(0, np.int64), *which])))
    members = {
        "payment": pa.array(graph.ids[every]),
        "payer": columns.take(graph.accounts, graph.payer[every]),
        "payee": columns.take(graph.accounts, graph.payee[every]),
        "role": role,
    }
    first = np.array([row.first for row in rows], np.int64)
    time = NETWORKS.schema.field("start").type
    made = {
        "account": columns.take(graph.accounts, np.array([row.account for row in rows], np.int64)),
        "kind": [row.kind for row in rows],
        "outcome": [row.outcome for row in rows],
        "currency": [graph.currency] * len(rows),
        "start": pa.array(graph.time[first]).cast(time),
        "end": pa.array([row.end_us for row in rows], pa.int64()).cast(time),
        "first_payment": pa.array(graph.ids[first]),
        "other": ["" if row.other < 0 else graph.account(row.other) for row in rows],
        "size": [row.size for row in rows],
        "numbers": _numbers(rows),
        "payments": _lists("payments", starts, members),
    }
    schema = pa.schema([NETWORKS.schema.field(name) for name in made])
    return Drawn(pa.table(made, schema=schema), starts, graph.place[every], role)


def table(made: Sequence[Drawn], payments: Pieces) -> pa.Table:
    """All rows in declared order, with the entries that show their payments."""
    places = np.unique(np.concatenate([np.empty(0, np.int64), *(each.place for each in made)]))
    shown = _shown(payments, places)
    whole = [_with_entries(each, columns.take(shown, np.searchsorted(places, each.place))) for each in made]
    together = pa.concat_tables([NETWORKS.schema.empty_table(), *whole])
    return together.sort_by([(name, "ascending") for name in NETWORKS.order])


def _shown(payments: Pieces, places: Ints) -> pa.Table:
    """Of the rows of all pieces those at these places (ascending)."""
    schema = pa.schema([PAYMENTS.schema.field(name) for name in SHOWN])
    found, read = [schema.empty_table()], 0
    if len(places):
        for piece in payments.pieces(SHOWN):
            low, high = np.searchsorted(places, [read, read + piece.num_rows])
            if low < high:
                found.append(columns.take(piece, places[low:high] - read))
            read += piece.num_rows
    return pa.concat_tables(found).combine_chunks()


def _with_entries(drawn: Drawn, shown: pa.Table) -> pa.Table:
    """The rows with their evidence. The payer's own entry of each payment comes first (the payee's where there is no
    other), then the payees', so that a cut at 200 rows still shows as many payments as it can."""
    row_of = np.repeat(np.arange(drawn.rows.num_rows), np.diff(drawn.starts))
    debit, credit = (columns.known(shown[f"{side}_deposit"]) for side in _SIDES)
    own, other = np.flatnonzero(debit | credit), np.flatnonzero(debit & credit)
    member = np.concatenate((own, other))
    # Where it lies in both sides' entries, one below the other.
    entry = np.concatenate((np.where(debit, 0, len(debit))[own], np.full(len(other), len(debit)))) + member
    order = np.argsort(row_of[member], kind="stable")
    member, entry = member[order], entry[order]
    deposit, row = (
        pa.concat_arrays([one_piece(shown[f"{side}_{name}"]) for side in _SIDES])
        .take(pa.array(entry, pa.int64()))
        for name in ("deposit", "row")
    )  # fmt: skip
    values = {"deposit": deposit, "row": row, "last_row": row, "role": columns.take(drawn.role, member)}
    starts = np.searchsorted(row_of[member], np.arange(drawn.rows.num_rows + 1))
    simulated = np.append(0, np.cumsum(columns.flags(shown["simulated"])))[drawn.starts]
    rows = drawn.rows.append_column(NETWORKS.schema.field("all_evidence"), _lists("all_evidence", starts, values))
    rows = rows.append_column(NETWORKS.schema.field("simulated"), pa.array(simulated[1:] > simulated[:-1]))
    return rows.select(NETWORKS.schema.names)


def _numbers(rows: Sequence[Found]) -> Values:
    flat = [each for row in rows for each in row.numbers]
    texts = [value if isinstance(value, str) else None for _, value in flat]
    values = {
        "name": pa.array([name for name, _ in flat], pa.string()),
        "number": pa.array([None if isinstance(value, str) else int(value) for _, value in flat], pa.int64()),
        "text": pa.array(texts, pa.string()),
    }
    return _lists("numbers", np.cumsum([0, *(len(row.numbers) for row in rows)]), values)


def _lists(column: str, starts: Ints, values: dict[str, Values]) -> Values:
    """A column of lists of structs: row n holds starts[n]:starts[n + 1] of the values."""
    kind = NETWORKS.schema.field(column).type
    flat = pa.StructArray.from_arrays(list(values.values()), fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), flat, type=kind)
