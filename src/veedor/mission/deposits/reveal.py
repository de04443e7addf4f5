"""Single rows of a deposit shown with proof, from the deposit's files read again, while all others stay closed."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.errors import UsageError, VerifyError
from veedor.formats.source import FileSource
from veedor.log.proofs import Prover
from veedor.mission.deposits.commitments import Bytes, RecordTree, Salts
from veedor.mission.deposits.held import Held
from veedor.mission.deposits.reread import intake_as_stated, roots, stated_roots
from veedor.mission.deposits.revealed import LeafProver, RevealedRow, Tree, shown_row
from veedor.tables import REJECTS, Table


def reveal_rows(held: Held, rows: Collection[int], parts: Sequence[str] | None) -> tuple[RevealedRow, ...]:
    """Those rows of a deposit, with `parts` of them shown (None: all); reads the deposit's files again.

    Raises UsageError for a row or part that there is not, and where this copy lacks the deposit's salts; VerifyError
    where the kept files no longer give the roots that were stated.
    """
    if held.secret is None:
        raise UsageError(
            "this copy does not have the deposit's salts",
            file=held.batch,
            next_step=f"ask {held.statement.chain.party}, who alone can reveal single rows",
        )
    with tempfile.TemporaryFile() as accepted, tempfile.TemporaryFile() as rejected:
        intake = intake_as_stated(held)
        intake.accepted, intake.rejected = _KeptTree(accepted), _KeptTree(rejected)
        found: dict[int, tuple[Table, pa.Table]] = {}
        refused: list[int] = []
        for table, batch in intake.rows():
            numbers = batch["row"].to_numpy()
            if table is REJECTS:
                refused += numbers.tolist()
            for at in np.flatnonzero(np.isin(numbers, list(rows))).tolist():
                found[int(numbers[at])] = table, batch.slice(at, 1)
        if roots(intake) != stated_roots(held):
            raise VerifyError(
                "the kept files give other records than those handed in",
                file=held.batch,
                expected=stated_roots(held)[0],
                found=roots(intake)[0],
            )
        missing = sorted(set(rows) - set(found))
        if missing:
            raise UsageError("the deposit has no such row", file=held.batch, found=str(missing[0]))
        provers: dict[Tree, Prover] = {
            "accepted": _kept(accepted, intake.accepted.size),
            "rejected": _kept(rejected, intake.rejected.size),
        }
        before, salts = np.sort(np.array(refused, np.int64)), Salts(held.secret)
        return tuple(
            shown_row(
                table, batch, _source_bytes(held, table, batch), salts, _where(row, table, before, provers), parts
            )
            for row, (table, batch) in sorted(found.items())
        )


def _where(
    row: int, table: Table, refused: npt.NDArray[np.int64], provers: Mapping[Tree, Prover]
) -> tuple[Tree, int, Prover]:
    """The row's tree, its position there, and what proves it; `refused` are the rows that were rejected, ascending."""
    earlier = int(np.searchsorted(refused, row))
    tree: Tree = "rejected" if table is REJECTS else "accepted"
    return tree, earlier if tree == "rejected" else row - earlier, provers[tree]


def _source_bytes(held: Held, table: Table, row: pa.Table) -> bytes:
    if table is REJECTS:
        raw: bytes = row["raw"][0].as_py()
        return raw
    file = held.files[row["file"][0].as_py()]
    offset, length = int(row["offset"][0].as_py()), int(row["length"][0].as_py())
    with FileSource(file.place, file.name).open() as stream:
        while length and offset > 0 and (block := stream.read(min(offset, 1 << 20))):
            offset -= len(block)
        return b"".join(_up_to(stream, length))


def _up_to(stream: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (block := stream.read(length)):
        length -= len(block)
        yield block


class _KeptTree(RecordTree):
    """A record tree that also keeps its leaves, in a file: a deposit may have more than memory should hold."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def add(self, leaf_hashes: Bytes) -> None:
        super().add(leaf_hashes)
        self._file.write(leaf_hashes.tobytes())


def _kept(file: BinaryIO, size: int) -> LeafProver:
    """Proofs over the kept leaves."""
    file.flush()
    return LeafProver(np.memmap(file, np.uint8, "r", shape=(size, 32)) if size else np.empty((0, 32), np.uint8))
