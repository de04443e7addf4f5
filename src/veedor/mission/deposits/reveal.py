"""Single rows of a deposit shown with proof, or single field groups of them, while all others stay closed.

What is shown of a row are the canonical bytes of its field groups, or its source bytes, each with its salt; of a part
that is withheld only its digest is shown. Everybody can then recompute the row's leaf, follow its proof to the record
root in the deposit statement, and read the fields from the very bytes that were hashed (docs/formats/records.md).
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, BinaryIO, Literal

import numpy as np
import pyarrow as pa
from msgspec import Meta

from veedor.errors import UsageError, VerifyError
from veedor.formats.source import FileSource
from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row
from veedor.log.proofs import Prover
from veedor.log.tree import verify_inclusion
from veedor.mission.deposits.commitments import (
    SLOTS,
    SOURCE_PREFIX,
    SOURCE_SLOT,
    Bytes,
    RecordTree,
    Salts,
    group_prefix,
    part_digests,
    record_leaf,
    subtree_root,
)
from veedor.mission.deposits.held import Held
from veedor.mission.deposits.reread import intake_again, roots, stated_roots
from veedor.mission.statements.bodies import Body, Deposit
from veedor.mission.statements.vocabulary import Count, Hex32, OptionalHex32
from veedor.tables import EARLIER, REJECTS, TABLES, Table

ORIGINAL = "original"
"""The name of the part that holds the row's bytes as they stand in the file."""
LARGEST_PART = 1 << 23
_HASHES = Annotated[tuple[Hex32, ...], Meta(max_length=63)]
_Hex = Annotated[str, Meta(pattern="^([0-9a-f]{2})*$(?!\\n)", max_length=2 * LARGEST_PART)]


class Part(Body, frozen=True):
    """A field group, or the original. Withheld: `salt` and `data` are empty, and only the digest is there."""

    name: str
    digest: Hex32
    salt: OptionalHex32
    data: _Hex


class RevealedRow(Body, frozen=True):
    """A row at `position` in the deposit's tree of accepted or of rejected rows; `proof` from the leaf's sibling up."""

    tree: Literal["accepted", "rejected"]
    position: Count
    row: Count
    table: str
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=SLOTS)]
    proof: _HASHES


@dataclass(frozen=True)
class ReadRow:
    """What a revealed row says, after its proof was checked: fields by group, and the source bytes where shown."""

    table: str
    row: int
    fields: Mapping[str, Any]
    source: bytes | None
    withheld: tuple[str, ...]


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
        intake = intake_again(held)
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
        provers = {"accepted": _Kept(accepted, intake.accepted.size), "rejected": _Kept(rejected, intake.rejected.size)}
        before = np.sort(np.array(refused, np.int64))
        return tuple(_revealed(held, *found[row], before, provers, parts) for row in sorted(found))


def read_row(revealed: RevealedRow, deposit: Deposit) -> ReadRow:
    """The row's fields, after checking that it stands in the deposit; VerifyError otherwise."""
    table = next((each for each in (*TABLES, *EARLIER) if each.id == revealed.table and each.groups), None)
    place = f"row {revealed.row}"
    if table is None or (table is REJECTS) != (revealed.tree == "rejected"):
        raise VerifyError(
            "a revealed row is of no table that rows are handed in for", place=place, found=revealed.table
        )
    names = [*table.groups, ORIGINAL]
    if [part.name for part in revealed.parts] != names:
        raise VerifyError("a revealed row has other parts than its table", place=place, expected=", ".join(names))
    said = deposit.commitments
    accepted = revealed.tree == "accepted"
    size = deposit.rows.accepted if accepted else deposit.rows.rejected
    root = bytes.fromhex(said.accepted if accepted else said.rejected)
    leaf = record_leaf(table.id, revealed.row, [bytes.fromhex(part.digest) for part in revealed.parts])
    verify_inclusion(revealed.position, size, leaf, [bytes.fromhex(each) for each in revealed.proof], root)
    fields: dict[str, Any] = {}
    for part, columns in zip(revealed.parts, table.groups.values(), strict=False):
        if part.salt:
            fields |= _fields(table, _opened(part, group_prefix(table.id, part.name), place), columns, place)
    source = revealed.parts[-1]
    return ReadRow(
        table=table.name,
        row=revealed.row,
        fields=fields,
        source=_opened(source, SOURCE_PREFIX, place) if source.salt else None,
        withheld=tuple(part.name for part in revealed.parts if not part.salt),
    )


def _opened(part: Part, prefix: bytes, place: str) -> bytes:
    data = bytes.fromhex(part.data)
    found = sha256(prefix + bytes.fromhex(part.salt) + data).hexdigest()
    if found != part.digest:
        raise VerifyError("what is shown is not what was committed to", place=place, expected=part.digest, found=found)
    return data


def _fields(table: Table, data: bytes, columns: Sequence[str], place: str) -> dict[str, Any]:
    try:
        return decode_row(data, [table.schema.field(name) for name in columns])
    except ValueError as error:
        raise VerifyError("a revealed row cannot be read", place=place, expected=table.id, found=str(error)) from None


def _revealed(
    held: Held,
    table: Table,
    row: pa.Table,
    refused: np.typing.NDArray[np.int64],
    provers: Mapping[str, Prover],
    shown: Sequence[str] | None,
) -> RevealedRow:
    number = int(row["row"][0].as_py())
    names = [*table.groups, ORIGINAL]
    unknown = sorted(set(shown or ()) - set(names))
    if unknown:
        raise UsageError("rows of this table have no such part", expected=", ".join(names), found=unknown[0])
    assert held.secret is not None  # the caller asked
    salts = Salts(held.secret)
    source = _source_bytes(held, table, row)
    span = np.frombuffer(source, np.uint8), np.zeros(1, np.int64), np.array([len(source)], np.int64)
    digests = part_digests(table, row, span, salts)
    data = [*(bytes(encode_rows(row, columns)[0]) for columns in table.groups.values()), source]
    salt = salts.of(row["row"].to_numpy())[0]
    parts = [
        _part(name, bytes(digest[0]), bytes(salt[SOURCE_SLOT if name == ORIGINAL else slot]), content, shown)
        for slot, (name, digest, content) in enumerate(zip(names, digests, data, strict=True))
    ]
    tree: Literal["accepted", "rejected"] = "rejected" if table is REJECTS else "accepted"
    earlier = int(np.searchsorted(refused, number))
    position = earlier if tree == "rejected" else number - earlier
    prover = provers[tree]
    proof = tuple(each.hex() for each in prover.inclusion(position, prover.size))
    return RevealedRow(tree, position, number, table.id, tuple(parts), proof)


def _part(name: str, digest: bytes, salt: bytes, data: bytes, shown: Sequence[str] | None) -> Part:
    if shown is not None and name not in shown:
        return Part(name, digest.hex(), "", "")
    if len(data) > LARGEST_PART:
        raise UsageError("a part is too large to be revealed", found=f"{name}: {len(data)} bytes")
    return Part(name, digest.hex(), salt.hex(), data.hex())


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


class _Kept(Prover):
    """Proofs over the kept leaves; each node is hashed from its leaves when it is asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(size)
        file.flush()
        self._leaves = np.memmap(file, np.uint8, "r", shape=(size, 32)) if size else np.empty((0, 32), np.uint8)

    def node(self, height: int, index: int) -> bytes:
        return subtree_root(np.array(self._leaves[index << height : index + 1 << height]))
