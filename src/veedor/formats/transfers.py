"""Messages on transfers (ISO 20022): pacs.008, pacs.009 (with cover or not), pacs.004, pain.001, camt.056, camt.029.

One row per transaction, of any version, parsed and placed as statements are (xml_stream.py): a damaged transaction is
one reject, the rest stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.bank_values import Row, Wrong
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Batch, Options, Reject, Source
from veedor.formats.rows import complete
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.formats.transfers_rows import Around, transfer_row
from veedor.formats.transfers_shape import SHAPE, TRANSACTIONS
from veedor.formats.xml_encoding import encoding_of, is_message
from veedor.formats.xml_parse import NotWellFormed, leaves_of
from veedor.formats.xml_scan import Part
from veedor.formats.xml_shape import Leaves
from veedor.formats.xml_stream import parts
from veedor.tables import TRANSFERS

BATCH_ROWS = 4_096
SIMULATED = b"SIMULATED"


@dataclass(frozen=True)
class Transfers:
    """The reader of one of the messages, whatever its version."""

    name: str
    message: str
    root: str
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        return is_message(head, self.message, self.root)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            state: _State | None = None
            for part in parts(SHAPE, stream, source.name):
                if state is None:
                    state = _State(self.root, options, encoding_of(source), Around(self.message), options.simulated)
                state.take(part)
                if len(state.rows) + len(state.rejects) >= BATCH_ROWS:
                    yield state.batch()
            if state is None or not state.ordinal:
                raise InputError(
                    "the message holds no transaction", file=source.name, place=f"/Document/{self.root}",
                    expected="at least one of " + ", ".join(TRANSACTIONS), found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            if state.rows or state.rejects:
                yield state.batch()


@dataclass
class _State:
    """What the file has said so far, and rows waiting to be handed on."""

    root: str
    options: Options
    encoding: str
    around: Around
    simulated: bool
    ordinal: int = 0
    number: int = 0
    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def take(self, part: Part) -> None:
        self.number += part.kind in TRANSACTIONS
        try:
            if part.kind in TRANSACTIONS:
                self._transaction(part, self._leaves(part))
            elif part.kind in SHAPE.parts:
                self._around(part)
            elif part.kind in SHAPE.containers:
                self.around.group, self.number = Leaves(), 0
            elif part.kind == "rest":
                expected = "a complete document" if part.data.strip() else "</Document>"
                raise Wrong("reject.truncated", "", expected, "end of file")
            else:
                raise Wrong("reject.xml", "", "an element with start and end", "a missing or broken tag")
        except NotWellFormed as error:
            self._reject(part, Wrong("reject.xml", "", "well-formed XML", str(error)))
        except Wrong as wrong:
            self._reject(part, wrong)

    def _transaction(self, part: Part, leaves: Leaves) -> None:
        row = transfer_row(leaves, self.around)
        latest = self.options.latest_us
        # What is to be executed later was still said before.
        checked = latest is not None and not self.simulated and row["kind"] != "initiation"
        if latest is not None and checked and is_late(row["time"], row["time_is_date"], latest):
            raise Wrong("reject.time_future", "IntrBkSttlmDt", LATE_EXPECTED, str(row["settlement_date"]))
        place = {"row": self.ordinal, "offset": part.offset, "length": len(part.data), "simulated": self.simulated}
        self.rows.append(row | place)
        self.ordinal += 1

    def _around(self, part: Part) -> None:
        """Headers tell rows of their message; a damaged one would leave them without: then it is a reject itself."""
        leaves = self._leaves(part)
        if part.kind in ("GrpHdr", "Assgnmt"):
            if part.kind == "GrpHdr" or not self.around.header.texts:
                self.around.header = leaves
            self.simulated = self.simulated or SIMULATED in part.data
        elif part.kind == "PmtInf":
            self.around.block, self.number = leaves, 0
        elif part.kind == "Sts":
            self.around.outcome = leaves.first("Conf") or self.around.outcome
        elif not self.number:
            self.around.group = leaves

    def _leaves(self, part: Part) -> Leaves:
        if part.leaves is not None:
            return part.leaves
        data = part.closed() if part.kind in SHAPE.heads else part.data
        return leaves_of(SHAPE, [data], self.encoding)[0]

    def _reject(self, part: Part, wrong: Wrong) -> None:
        path = f"/Document/{self.root}/{part.kind}[{self.number}]"
        self.rejects.append(
            Reject(
                TRANSFERS.name, self.ordinal, part.offset, len(part.data), wrong.reason,
                f"{path} {wrong.place}".strip(), wrong.expected,
                wrong.found[:FOUND_SHOWN_CHARACTERS], part.data[:RAW_KEPT_BYTES],
            )
        )  # fmt: skip
        self.ordinal += 1

    def batch(self) -> Batch:
        rows, self.rows = self.rows, []
        rejects, self.rejects = tuple(self.rejects), []
        return Batch(TRANSFERS, table_of(rows), rejects)


def table_of(rows: list[Row]) -> pa.Table:
    """Rows of `transfers` as a table: what none of them says is null."""
    said = frozenset().union(*rows) if rows else frozenset(("time",))
    columns = {
        column.name: pa.array([row.get(column.name) for row in rows], column.type)
        for column in TRANSFERS.columns
        if column.name in said
    }
    return complete(TRANSFERS, columns, len(rows))


READERS = (
    Transfers("pacs008", "pacs.008", "FIToFICstmrCdtTrf"),
    Transfers("pacs009", "pacs.009", "FICdtTrf"),
    Transfers("pacs004", "pacs.004", "PmtRtr"),
    Transfers("pain001", "pain.001", "CstmrCdtTrfInitn"),
    Transfers("camt056", "camt.056", "FIToFIPmtCxlReq"),
    Transfers("camt029", "camt.029", "RsltnOfInvstgtn"),
)
