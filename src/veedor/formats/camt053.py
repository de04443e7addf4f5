"""Account statements camt.053 (ISO 20022 BankToCustomerStatement, V02 to V13): accounts, balances and entries.

XML is parsed without entities, document types or network. Every Acct, Bal and Ntry is placed by byte offset and path;
what is damaged is a reject, the rest stands. A statement whose file breaks off keeps what was
complete; the rest of the bytes is the last reject.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.camt053_encode import encode_statement
from veedor.formats.camt053_entry import Account, Row, Wrong, account_row, balance_row, entry_rows
from veedor.formats.camt053_leaves import Leaves
from veedor.formats.camt053_parse import NotWellFormed, leaves_of
from veedor.formats.camt053_scan import Part
from veedor.formats.camt053_stream import parts
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Batch, Options, Reject, Source
from veedor.formats.rows import complete
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.tables import ACCOUNTS, BALANCES, ENTRIES, Table

BATCH_ROWS = 8_192
PARSED_AT_ONCE = 256
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)[\"']")


@dataclass
class _State:
    """What the file has said so far, and rows waiting to be handed on."""

    source: str
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
        return f"/Document/BkToCstmrStmt/Stmt[{self.statement}]/{kind}[{self.number.get(kind, 0)}]"

    def accept(self, table: Table, part: Part, row: Row) -> None:
        self.rows[table.name].append(row | {"row": self.ordinal, "offset": part.offset, "length": len(part.data)})
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
    """The reader."""

    name: str = "camt053"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return b"camt.053" in head or b"BkToCstmrStmt" in head

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            found = parts(stream, source.name)
            state: _State | None = None
            waiting: list[Part] = []
            for part in found:
                if state is None:
                    state = _State(source.name, options, _encoding(source), options.simulated)
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
                    "this is no camt.053", file=source.name, place="/Document", expected="a statement",
                    found="none of its elements",
                    next_step="check the file",
                )  # fmt: skip
            _entries(state, waiting)
            if state.statement == 0 and not state.waiting():
                raise InputError(
                    "the message holds no statement", file=source.name, place="/Document/BkToCstmrStmt",
                    expected="at least one Stmt", found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            yield from state.flush()


def _encoding(source: Source) -> str:
    with closing(source.open()) as stream:
        head = stream.read(200)
    match = _ENCODING.search(head)
    encoding = match[1].decode() if match else "UTF-8"
    if b"\x00" in head[:4] or not _is_read(encoding):
        raise InputError(
            "the XML is not in an encoding that is read", file=source.name, place="start of the file",
            expected="UTF-8 or a one-byte encoding", found=encoding, next_step="save it as UTF-8",
        )  # fmt: skip
    return encoding


def _is_read(encoding: str) -> bool:
    """UTF-8, or one byte a character with ASCII in its place: then tags stand in the bytes as they are."""
    try:
        ascii_stays = bytes(range(128)).decode(encoding) == bytes(range(128)).decode("ascii")
        one_each = len(bytes(range(128, 256)).decode(encoding, "replace")) == 128
    except (LookupError, UnicodeError):
        return False
    return ascii_stays and (one_each or codecs.lookup(encoding).name == "utf-8")


def _other(state: _State, part: Part) -> None:
    if part.kind == "Stmt":
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
            known = leaves_of([part.data for part in waiting], state.encoding)
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
    return part.leaves if part.leaves is not None else leaves_of([part.data], state.encoding)[0]


def _table(table: Table, rows: list[Row]) -> pa.Table:
    said = frozenset().union(*rows)
    columns = {
        column.name: pa.array([row.get(column.name) for row in rows], column.type)
        for column in table.columns
        if column.name in said
    }
    return complete(table, columns, len(rows))


READER = Camt053()

__all__ = ["READER", "Camt053", "encode_statement"]
