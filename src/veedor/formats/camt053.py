"""Account statements, reports and notifications: camt.053, camt.052, camt.054 (ISO 20022, all versions from V01 on).

They give accounts, balances and entries. A report during the day also shows what is only pending: that is rejected as
not booked; the statement brings it once it is.

XML is parsed without entities, document types or network. Every Acct, Bal and Ntry is placed by byte offset and path;
what is damaged is a reject, the rest stands. A statement whose file breaks off keeps what was
complete; the rest of the bytes is the last reject.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.bank_values import Row, Wrong
from veedor.formats.camt053_encode import encode_statement
from veedor.formats.camt053_entry import Account, account_row, balance_row, entry_rows
from veedor.formats.camt053_leaves import CONTAINERS, SHAPE
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Batch, Options, Reject, Source
from veedor.formats.rows import complete
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.formats.xml_encoding import encoding_of, is_message
from veedor.formats.xml_parse import NotWellFormed, leaves_of
from veedor.formats.xml_scan import Part
from veedor.formats.xml_shape import Leaves
from veedor.formats.xml_stream import parts
from veedor.tables import ACCOUNTS, BALANCES, ENTRIES, Table

BATCH_ROWS = 8_192
PARSED_AT_ONCE = 256


@dataclass
class _State:
    """What the file has said so far, and rows waiting to be handed on."""

    root: str
    container: str
    options: Options
    encoding: str
    simulated: bool
    account: Account | None = None
    statement: int = 0
    number: dict[str, int] = field(default_factory=dict)
    ordinal: int = 0
    rows: dict[str, list[Row]] = field(default_factory=lambda: {"accounts": [], "balances": [], "entries": []})
    rejects: list[Reject] = field(default_factory=list)

    def place(self, kind: str) -> str:
        return f"/Document/{self.root}/{self.container}[{self.statement}]/{kind}[{self.number.get(kind, 0)}]"

    def accept(self, table: Table, part: Part, row: Row) -> None:
        row["row"], row["offset"], row["length"] = self.ordinal, part.offset, len(part.data)
        self.rows[table.name].append(row)
        self.ordinal += 1

    def reject(self, table: str, part: Part, wrong: Wrong, path: str) -> None:
        self.rejects.append(
            Reject(
                table, self.ordinal, part.offset, len(part.data), wrong.reason, f"{path} {wrong.place}".strip(),
                wrong.expected, wrong.found[:FOUND_SHOWN_CHARACTERS], part.data[:RAW_KEPT_BYTES],
            )
        )  # fmt: skip
        self.ordinal += 1

    def waiting(self) -> int:
        return sum(len(rows) for rows in self.rows.values()) + len(self.rejects)

    def flush(self) -> Iterator[Batch]:
        for table in (ENTRIES, ACCOUNTS, BALANCES):
            rows, self.rows[table.name] = self.rows[table.name], []
            rejects, self.rejects = tuple(self.rejects), []
            if rows or rejects:
                yield Batch(table, _table(table, rows), rejects)


@dataclass(frozen=True)
class Camt053:
    """The reader of one of the three messages, whatever its version."""

    name: str = "camt053"
    message: str = "camt.053"
    root: str = "BkToCstmrStmt"
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        return is_message(head, self.message, self.root)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            found = parts(SHAPE, stream, source.name)
            state: _State | None = None
            waiting: list[Part] = []
            for part in found:
                if state is None:
                    state = _State(self.root, CONTAINERS[self.message], options, encoding_of(source), options.simulated)
                if part.kind == "Ntry" and len(waiting) < PARSED_AT_ONCE:
                    waiting.append(part)
                    continue
                _entries(state, waiting)
                waiting = [part] if part.kind == "Ntry" else []
                if part.kind != "Ntry":
                    _other(state, part)
                if state.waiting() >= BATCH_ROWS:
                    yield from state.flush()
            if state is None:
                raise InputError(
                    f"this is no {self.message}", file=source.name, place="/Document", expected="a statement",
                    found="none of its elements",
                    next_step="check the file",
                )  # fmt: skip
            _entries(state, waiting)
            if state.statement == 0 and not state.waiting():
                raise InputError(
                    "the message holds no statement", file=source.name, place=f"/Document/{self.root}",
                    expected=f"at least one {CONTAINERS[self.message]}", found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            yield from state.flush()


def _other(state: _State, part: Part) -> None:
    if part.kind in SHAPE.containers:
        state.statement += 1
        state.account, state.number = None, {}
        return
    state.number[part.kind] = state.number.get(part.kind, 0) + 1
    path = state.place(part.kind)
    table = {"Acct": "accounts", "Bal": "balances"}.get(part.kind, "entries")
    try:
        match part.kind:
            case "GrpHdr":
                # Only its mark matters; a damaged header does not spoil the statements.
                state.simulated = state.simulated or b"SIMULATED" in part.data
            case "rest":
                if part.data.strip():
                    raise Wrong("reject.truncated", "", "a complete document", "end of file")
                raise Wrong("reject.truncated", "", "</Document>", "end of file")
            case "damaged":
                raise Wrong("reject.xml", "", "an element with start and end", "a missing or broken tag")
            case "Acct":
                row, state.account = account_row(_leaves(state, part), state.simulated)
                state.accept(ACCOUNTS, part, row)
            case "Bal":
                state.accept(BALANCES, part, balance_row(_leaves(state, part), _account(state), state.simulated))
    except NotWellFormed as error:
        state.reject(table, part, Wrong("reject.xml", "", "well-formed XML", str(error)), path)
    except Wrong as wrong:
        state.reject(table, part, wrong, path)


def _entries(state: _State, waiting: list[Part]) -> None:
    if not waiting:
        return
    known: Sequence[Leaves | None] = [part.leaves for part in waiting]
    if None in known:
        try:
            known = leaves_of(SHAPE, [part.data for part in waiting], state.encoding)
        except NotWellFormed:
            known = [None] * len(waiting)
    for part, one in zip(waiting, known, strict=True):
        state.number["Ntry"] = state.number.get("Ntry", 0) + 1
        path = state.place("Ntry")
        try:
            leaves = _leaves(state, part) if one is None else one
            rows = entry_rows(leaves, _account(state), state.simulated)
            latest, first = state.options.latest_us, rows[0]
            if latest is not None and not state.simulated and is_late(first["time"], first["time_is_date"], latest):
                raise Wrong("reject.time_future", "Ntry/BookgDt", LATE_EXPECTED, first["time_raw"])
            for row in rows:
                state.accept(ENTRIES, part, row)
        except NotWellFormed as error:
            state.reject("entries", part, Wrong("reject.xml", "", "well-formed XML", str(error)), path)
        except Wrong as wrong:
            state.reject("entries", part, wrong, path)


def _account(state: _State) -> Account:
    if state.account is None:
        raise Wrong("reject.no_account", "", "a readable Acct before it in the statement", "none")
    return state.account


def _leaves(state: _State, part: Part) -> Leaves:
    return part.leaves if part.leaves is not None else leaves_of(SHAPE, [part.data], state.encoding)[0]


def _table(table: Table, rows: list[Row]) -> pa.Table:
    said = frozenset().union(*rows)
    columns = {
        column.name: pa.array([row.get(column.name) for row in rows], column.type)
        for column in table.columns
        if column.name in said
    }
    return complete(table, columns, len(rows))


READER = Camt053()
REPORTS = Camt053("camt052", "camt.052", "BkToCstmrAcctRpt")
NOTIFICATIONS = Camt053("camt054", "camt.054", "BkToCstmrDbtCdtNtfctn")

__all__ = ["NOTIFICATIONS", "READER", "REPORTS", "Camt053", "encode_statement"]
