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
from dataclasses import dataclass, field, replace

from veedor.errors import InputError
from veedor.formats.bank.bank_rows import Kept
from veedor.formats.bank.bank_runs import put_run
from veedor.formats.bank.bank_totals import Checked, Stated, Totals, amount_of
from veedor.formats.bank.bank_values import Row, Wrong, outside
from veedor.formats.bank.camt053_columns import entry_columns
from veedor.formats.bank.camt053_encode import encode_statement
from veedor.formats.bank.camt053_entry import Account, account_row, balance_row, entry_rows
from veedor.formats.bank.camt053_leaves import CONTAINERS, SHAPE
from veedor.formats.bank.xml_encoding import encoding_of, is_message, not_xml, other_roots
from veedor.formats.bank.xml_parse import NotWellFormed, leaves_of
from veedor.formats.bank.xml_run import Run
from veedor.formats.bank.xml_scan import Part
from veedor.formats.bank.xml_shape import Leaves
from veedor.formats.bank.xml_stream import parts_and_runs
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.tables import ACCOUNTS, BALANCES, ENTRIES, Table

PARSED_AT_ONCE = 256
_OPENING, _CLOSING = ("OPBD", "PRCD"), "CLBD"


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
    outside: int = 0
    number: dict[str, int] = field(default_factory=dict)
    kept: Kept = field(default_factory=lambda: Kept((ENTRIES, ACCOUNTS, BALANCES)))
    totals: Totals | None = None
    checked: Checked = field(default_factory=Checked)

    def begin(self) -> None:
        """The next statement."""
        self.checked.end(self.totals)
        self.statement += 1
        self.account, self.number = None, {}
        self.totals = Totals(f"/Document/{self.root}/{self.container}[{self.statement}]")

    def place(self, part: Part) -> str:
        if part.kind == "outside":
            return f"byte {part.offset}"
        within = f"/Document/{self.root}/{self.container}[{self.statement}]"
        if part.kind not in SHAPE.parts:
            return f"{within}, byte {part.offset}"
        return f"{within}/{part.kind}[{self.number.get(part.kind, 0)}]"

    def accept(self, table: Table, part: Part, row: Row) -> None:
        self.kept.accept(table, part.offset, len(part.data), row, self.simulated)

    def reject(self, table: Table, part: Part, wrong: Wrong) -> None:
        placed = replace(wrong, place=f"{self.place(part)} {wrong.place}".strip())
        self.kept.reject(table, part.offset, part.data, placed)


@dataclass(frozen=True)
class Camt053:
    """The reader of one of the three messages, whatever its version."""

    name: str = "camt053"
    message: str = "camt.053"
    root: str = "BkToCstmrStmt"
    version: int = 4

    def sniff(self, head: bytes, name: str) -> bool:
        return is_message(head, self.message, self.root)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            found = parts_and_runs(SHAPE, stream, source.name, other_roots(self.root))
            state: _State | None = None
            waiting: list[Part] = []
            for part in found:
                if state is None:
                    state = _State(self.root, CONTAINERS[self.message], options, encoding_of(source), options.simulated)
                if (
                    isinstance(part, Part)
                    and part.kind == "Ntry"
                    and part.leaves is None
                    and len(waiting) < PARSED_AT_ONCE
                ):
                    waiting.append(part)
                    continue
                if waiting:
                    _behind_damage(state, waiting)
                    waiting = []
                if isinstance(part, Run):
                    _run(state, part)
                elif part.kind == "Ntry":
                    _entry(state, part, part.leaves)
                else:
                    _other(state, part)
                if state.kept.full():
                    yield from state.kept.flush()
            if state is None:
                raise InputError(
                    f"this is no {self.message}", file=source.name, place="/Document",
                    expected="a statement of an account", found="none of its elements",
                    next_step="check the file",
                )  # fmt: skip
            _behind_damage(state, waiting)
            if state.statement == 0 and state.kept.ordinal == state.outside:
                raise InputError(
                    "the message holds no statement", file=source.name, place=f"/Document/{self.root}",
                    expected=f"at least one {CONTAINERS[self.message]}", found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            state.checked.end(state.totals)
            yield from state.kept.end(state.checked.notes())


def _other(state: _State, part: Part) -> None:
    if part.kind in SHAPE.containers:
        state.begin()
        return
    state.number[part.kind] = state.number.get(part.kind, 0) + 1
    if part.kind == "Document":
        return
    table = {"Acct": ACCOUNTS, "Bal": BALANCES}.get(part.kind, ENTRIES)
    try:
        match part.kind:
            case "GrpHdr":
                # Only its mark matters; a damaged header does not spoil the statements.
                state.simulated = state.simulated or b"SIMULATED" in part.data
            case "outside":
                state.outside += 1
                raise outside(part.data, f"documents of {state.root} and nothing beside them")
            case "rest":
                if state.totals is not None:
                    state.totals.rejected += 1
                if part.data.strip():
                    raise Wrong("reject.truncated", "", "a complete document", "end of file")
                raise Wrong("reject.truncated", "", "</Document>", "end of file")
            case "damaged":
                if state.totals is not None:
                    # Most likely an entry, of which nobody knows what it says.
                    state.totals.leave("reject.xml")
                raise Wrong("reject.xml", "", "an element with start and end", "a missing or broken tag")
            case "Acct":
                row, state.account = account_row(_leaves(state, part), state.simulated)
                if state.totals is not None:
                    state.totals.account, state.totals.currency = row["account"], row["currency"]
                state.accept(ACCOUNTS, part, row)
            case "Bal":
                row = balance_row(_leaves(state, part), _account(state), state.simulated)
                if state.totals is not None:
                    _put_balance(state.totals, row)
                state.accept(BALANCES, part, row)
            case "TxsSummry":
                _put_summary(state.totals, _leaves(state, part))
    except NotWellFormed as error:
        state.reject(table, part, not_xml(part.data, state.encoding, error))
    except Wrong as wrong:
        state.reject(table, part, wrong)


def _put_balance(totals: Totals, row: Row) -> None:
    """The first opening and the last closing balance of a statement: its days may each have theirs."""
    said = amount_of(row["balance_units"], row["balance_exponent"]), row["currency"]
    if row["kind"] in _OPENING:
        totals.opening = totals.opening or said
    elif row["kind"] == _CLOSING:
        totals.closing = said


def _put_summary(totals: Totals | None, leaves: Leaves) -> None:
    if totals is not None:
        totals.every, totals.credit, totals.debit = (
            Stated.at(leaves, f"{of}/NbOfNtries", f"{of}/Sum") for of in ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries")
        )


def _behind_damage(state: _State, waiting: Sequence[Part]) -> None:
    """Entries that nothing is told of yet are parsed together, and each alone only where one of them is none."""
    if not waiting:
        return
    known: Sequence[Leaves | None]
    try:
        known = leaves_of(SHAPE, [part.data for part in waiting], state.encoding)
    except NotWellFormed:
        known = [None] * len(waiting)
    for part, leaves in zip(waiting, known, strict=True):
        _entry(state, part, leaves)


def _run(state: _State, run: Run) -> None:
    """Entries that lie one behind the other: as columns where they can be, the others one by one."""
    account = state.account
    latest = None if state.simulated else state.options.latest_us
    together = [] if account is None else list(entry_columns(run, account, latest))

    def passed(entries: int) -> None:
        state.number["Ntry"] = state.number.get("Ntry", 0) + entries

    totals = [state.totals] if state.totals is not None else []
    put_run(
        state.kept, ENTRIES, run, together, state.simulated, totals, passed,
        lambda part: _entry(state, part, part.leaves),
    )  # fmt: skip


def _entry(state: _State, part: Part, leaves: Leaves | None) -> None:
    state.number["Ntry"] = state.number.get("Ntry", 0) + 1
    try:
        rows = entry_rows(leaves or _leaves(state, part), _account(state), state.simulated)
        latest, first = state.options.latest_us, rows[0]
        if latest is not None and not state.simulated and is_late(first["time"], first["time_is_date"], latest):
            raise Wrong("reject.time_future", "Ntry/BookgDt", LATE_EXPECTED, first["time_raw"])
        if state.totals is not None:
            state.totals.take(rows, part.data)
        for row in rows:
            state.accept(ENTRIES, part, row)
    except NotWellFormed as error:
        _reject_entry(state, part, not_xml(part.data, state.encoding, error))
    except Wrong as wrong:
        _reject_entry(state, part, wrong)


def _reject_entry(state: _State, part: Part, wrong: Wrong) -> None:
    if state.totals is not None:
        state.totals.leave(wrong.reason)
    state.reject(ENTRIES, part, wrong)


def _account(state: _State) -> Account:
    if state.account is None:
        raise Wrong("reject.no_account", "", "a readable Acct before it in the statement", "nothing")
    return state.account


def _leaves(state: _State, part: Part) -> Leaves:
    return part.leaves if part.leaves is not None else leaves_of(SHAPE, [part.data], state.encoding)[0]


READER = Camt053()
REPORTS = Camt053("camt052", "camt.052", "BkToCstmrAcctRpt")
NOTIFICATIONS = Camt053("camt054", "camt.054", "BkToCstmrDbtCdtNtfctn")

__all__ = ["NOTIFICATIONS", "READER", "REPORTS", "Camt053", "encode_statement"]
