"""Messages on transfers (ISO 20022): pacs.008, pacs.009 (with cover or not), pacs.004, pain.001, camt.056, camt.029.

One row per transaction, of any version, parsed and placed as statements are (xml_stream.py): a damaged transaction is
one reject, the rest stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from veedor.errors import InputError
from veedor.formats.bank.bank_rows import Kept
from veedor.formats.bank.bank_runs import put_run
from veedor.formats.bank.bank_totals import Checked, Stated, Totals
from veedor.formats.bank.bank_values import Wrong, outside
from veedor.formats.bank.transfers_columns import transfer_columns
from veedor.formats.bank.transfers_rows import Around, transfer_row
from veedor.formats.bank.transfers_shape import COUNTED, SHAPE, SHAPES, SUMMED, TRANSACTIONS
from veedor.formats.bank.xml_encoding import encoding_of, is_message, not_xml, other_roots
from veedor.formats.bank.xml_parse import NotWellFormed, leaves_of
from veedor.formats.bank.xml_run import Run
from veedor.formats.bank.xml_scan import Part
from veedor.formats.bank.xml_shape import Leaves
from veedor.formats.bank.xml_stream import parts_and_runs
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.tables import TRANSFERS

SIMULATED = b"SIMULATED"


@dataclass(frozen=True)
class Transfers:
    """The reader of one of the messages, whatever its version."""

    name: str
    message: str
    root: str
    version: int = 4

    def sniff(self, head: bytes, name: str) -> bool:
        return is_message(head, self.message, self.root)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            state: _State | None = None
            for part in parts_and_runs(SHAPES[self.message], stream, source.name, other_roots(self.root)):
                if state is None:
                    state = _State(self.root, options, encoding_of(source), Around(self.message), options.simulated)
                if isinstance(part, Run):
                    state.take_run(part)
                else:
                    state.take(part)
                if state.kept.full():
                    yield from state.kept.flush()
            if state is None or state.kept.ordinal == state.outside:
                raise InputError(
                    "the message holds no transaction", file=source.name, place=f"/Document/{self.root}",
                    expected="at least one of " + ", ".join(TRANSACTIONS), found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            state.end()
            yield from state.kept.end(state.checked.notes())


@dataclass
class _State:
    """What the file has said so far, and rows waiting to be handed on."""

    root: str
    options: Options
    encoding: str
    around: Around
    simulated: bool
    kept: Kept = field(default_factory=lambda: Kept((TRANSFERS,)))
    number: int = 0
    blocks: int = 0
    outside: int = 0
    headed: bool = False
    totals: Totals | None = None
    block: Totals | None = None
    checked: Checked = field(default_factory=Checked)

    def end(self) -> None:
        """The document has ended, and with it the block of a debtor in it."""
        self.checked.end(self.block, repeats=False)
        self.checked.end(self.totals)
        self.totals = self.block = None

    def take(self, part: Part) -> None:
        self.number += part.kind in TRANSACTIONS
        try:
            if part.kind in TRANSACTIONS:
                self._transaction(part, self._leaves(part))
            elif part.kind == "Document":
                self.end()
                self.around, self.headed, self.number, self.blocks = Around(self.around.message), False, 0, 0
            elif part.kind == "outside":
                self.outside += 1
                raise outside(part.data, f"documents of {self.root} and nothing beside them")
            elif part.kind in SHAPE.parts:
                self._around(part)
            elif part.kind in SHAPE.containers:
                self.around.original_message_id, self.number = None, 0
            elif part.kind == "rest":
                for each in filter(None, (self.totals, self.block)):
                    each.rejected += 1
                expected = "a complete document" if part.data.strip() else "</Document>"
                raise Wrong("reject.truncated", "", expected, "end of file")
            else:
                raise Wrong("reject.xml", "", "an element with start and end", "a missing or broken tag")
        except NotWellFormed as error:
            self._reject(part, not_xml(part.data, self.encoding, error))
        except Wrong as wrong:
            self._reject(part, wrong)

    def take_run(self, run: Run) -> None:
        """Transactions that lie one behind the other: as columns where they can be, the others one by one."""
        # What is to be executed later was still said before.
        any_time = self.simulated or self.around.message == "pain.001"
        together = list(transfer_columns(run, self.around, None if any_time else self.options.latest_us))

        def passed(transactions: int) -> None:
            self.number += transactions

        totals = [each for each in (self.totals, self.block) if each is not None]
        put_run(self.kept, TRANSFERS, run, together, self.simulated, totals, passed, self.take)

    def _transaction(self, part: Part, leaves: Leaves) -> None:
        row = transfer_row(leaves, self.around)
        latest = self.options.latest_us
        # What is to be executed later was still said before.
        checked = latest is not None and not self.simulated and row["kind"] != "initiation"
        if latest is not None and checked and is_late(row["time"], row["time_is_date"], latest):
            raise Wrong("reject.time_future", "IntrBkSttlmDt", LATE_EXPECTED, str(row["settlement_date"]))
        for each in filter(None, (self.totals, self.block)):
            each.take((row,), part.data)
        self.kept.accept(TRANSFERS, part.offset, len(part.data), row, self.simulated)

    def _around(self, part: Part) -> None:
        """Headers tell rows of their message; a damaged one would leave them without: then it is a reject itself."""
        if part.kind == "PmtInf":
            # Until it is read its transactions have no debtor, least of all that of the block before.
            self.checked.end(self.block, repeats=False)
            self.around.lose_block()
            self.blocks, self.number = self.blocks + 1, 0
            self.block = Totals(f"/Document/{self.root}/PmtInf[{self.blocks}]")
        leaves = self._leaves(part)
        if part.kind in ("GrpHdr", "Assgnmt"):
            if part.kind == "GrpHdr" or not self.headed:
                self.around.take_header(leaves)
                self.headed = bool(leaves.texts)
                self._begin(leaves)
            self.simulated = self.simulated or SIMULATED in part.data
        elif part.kind == "CtrlData":
            if self.totals is not None:
                self.totals.every = Stated.at(leaves, COUNTED, *SUMMED)
        elif part.kind == "PmtInf":
            self.around.take_block(leaves)
            if self.block is not None:
                self.block.every = Stated.at(leaves, COUNTED, *SUMMED)
        elif part.kind == "Sts":
            self.around.outcome = leaves.first("Conf") or self.around.outcome
        elif not self.number:
            self.around.original_message_id = leaves.first("OrgnlMsgId")

    def _begin(self, leaves: Leaves) -> None:
        """What the header says of all transactions."""
        self.end()
        self.totals = Totals(f"/Document/{self.root}", every=Stated.at(leaves, COUNTED, *SUMMED))

    def _leaves(self, part: Part) -> Leaves:
        if part.leaves is not None:
            return part.leaves
        data = part.closed() if part.kind in SHAPE.heads else part.data
        return leaves_of(SHAPE, [data], self.encoding)[0]

    def _reject(self, part: Part, wrong: Wrong) -> None:
        within = f"/PmtInf[{self.blocks}]" if self.blocks and part.kind != "PmtInf" else ""
        number = self.blocks if part.kind == "PmtInf" else self.number
        path = f"/Document/{self.root}{within}"
        path += f"/{part.kind}[{number}]" if part.kind in SHAPE.parts else f", byte {part.offset}"
        path = f"byte {part.offset}" if part.kind == "outside" else path
        if part.kind in (*TRANSACTIONS, "damaged"):
            for each in filter(None, (self.totals, self.block)):
                each.leave(wrong.reason)
        placed = replace(wrong, place=f"{path} {wrong.place}".strip())
        self.kept.reject(TRANSFERS, part.offset, part.data, placed)


READERS = (
    Transfers("pacs008", "pacs.008", "FIToFICstmrCdtTrf"),
    Transfers("pacs009", "pacs.009", "FICdtTrf"),
    Transfers("pacs004", "pacs.004", "PmtRtr"),
    Transfers("pain001", "pain.001", "CstmrCdtTrfInitn"),
    Transfers("camt056", "camt.056", "FIToFIPmtCxlReq"),
    Transfers("camt029", "camt.029", "RsltnOfInvstgtn"),
)
