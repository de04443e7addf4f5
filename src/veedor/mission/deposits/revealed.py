"""One committed row shown with proof, or single field groups of it: how it is shown, and how it is believed.

What is shown of a row are the canonical bytes of its field groups, or its source bytes, each with its salt; of a part
that is withheld only its digest is shown. Everybody can then recompute the row's leaf, follow its proof to the root in
the statement, and read the fields from the very bytes that were hashed (docs/formats/records.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from msgspec import Meta

from veedor.errors import UsageError, VerifyError
from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row
from veedor.log.proofs import Prover
from veedor.log.tree import verify_inclusion
from veedor.mission.deposits.commitments import (
    SLOTS,
    SOURCE_PREFIX,
    SOURCE_SLOT,
    Bytes,
    Salts,
    Spans,
    group_prefix,
    part_digests,
    record_leaf,
    subtree_root,
)
from veedor.mission.statements.bodies import Body, Deposit, RootedFindings
from veedor.mission.statements.vocabulary import Count, Hex32, OptionalHex32
from veedor.tables import EARLIER, FINDING_PARTS, REJECTS, TABLES, Table

ORIGINAL = "original"
"""The name of the part that holds the row's bytes as they stand in the file."""
LARGEST_PART = 1 << 23
Tree = Literal["accepted", "rejected", "findings"]
_HASHES = Annotated[tuple[Hex32, ...], Meta(max_length=63)]
_Hex = Annotated[str, Meta(pattern="^([0-9a-f]{2})*$(?!\\n)", max_length=2 * LARGEST_PART)]


class Part(Body, frozen=True):
    """A field group, or the original. Withheld: `salt` and `data` are empty, and only the digest is there."""

    name: str
    digest: Hex32
    salt: OptionalHex32
    data: _Hex


class RevealedRow(Body, frozen=True):
    """A row at `position` in one of its statement's trees; `proof` from the leaf's sibling up."""

    tree: Tree
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


class LeafProver(Prover):
    """Proofs over leaf hashes at hand, shape (n, 32); each node is hashed from its leaves when it is asked for."""

    def __init__(self, leaf_hashes: Bytes) -> None:
        super().__init__(len(leaf_hashes))
        self._leaves = leaf_hashes

    def node(self, height: int, index: int) -> bytes:
        return subtree_root(np.array(self._leaves[index << height : index + 1 << height]))


def parts_of(table: Table) -> list[str]:
    """The names of the parts of its rows, in order."""
    return [*table.groups, ORIGINAL] if table.sourced else [*table.groups]


def shown_row(
    table: Table,
    row: pa.Table,
    source: bytes | None,
    salts: Salts,
    where: tuple[Tree, int, Prover],
    shown: Sequence[str] | None,
) -> RevealedRow:
    """The only row of `row` with those parts shown (None: all). `where`: its tree, its position, and what proves it.

    UsageError for a part that the table's rows do not have, or one that is too large.
    """
    names = parts_of(table)
    unknown = sorted(set(shown or ()) - set(names))
    if unknown:
        raise UsageError("rows of this table have no such part", expected=", ".join(names), found=unknown[0])
    digests = part_digests(table, row, None if source is None else _span(source), salts)
    data = [bytes(encode_rows(row, columns)[0]) for columns in table.groups.values()]
    data += [] if source is None else [source]
    salt = salts.of(row["row"].to_numpy())[0]
    parts = [
        _part(name, bytes(digest[0]), bytes(salt[SOURCE_SLOT if name == ORIGINAL else slot]), content, shown)
        for slot, (name, digest, content) in enumerate(zip(names, digests, data, strict=True))
    ]
    tree, position, prover = where
    proof = tuple(each.hex() for each in prover.inclusion(position, prover.size))
    return RevealedRow(tree, position, int(row["row"][0].as_py()), table.id, tuple(parts), proof)


def read_row(revealed: RevealedRow, body: Body) -> ReadRow:
    """The row's fields, after checking that it stands in the statement with this body; VerifyError otherwise."""
    place = f"row {revealed.row}"
    table, size, root = _stated(revealed, body, place)
    names = parts_of(table)
    if [part.name for part in revealed.parts] != names:
        raise VerifyError("a revealed row has other parts than its table", place=place, expected=", ".join(names))
    leaf = record_leaf(table.id, revealed.row, [bytes.fromhex(part.digest) for part in revealed.parts])
    proof = [bytes.fromhex(each) for each in revealed.proof]
    verify_inclusion(revealed.position, size, leaf, proof, bytes.fromhex(root))
    fields: dict[str, Any] = {}
    for part, columns in zip(revealed.parts, table.groups.values(), strict=False):
        if part.salt:
            fields |= _fields(table, _opened(part, group_prefix(table.id, part.name), place), columns, place)
    source = revealed.parts[-1] if table.sourced else None
    return ReadRow(
        table=table.name,
        row=revealed.row,
        fields=fields,
        source=_opened(source, SOURCE_PREFIX, place) if source is not None and source.salt else None,
        withheld=tuple(part.name for part in revealed.parts if not part.salt),
    )


def _stated(revealed: RevealedRow, body: Body, place: str) -> tuple[Table, int, str]:
    """The row's table, and size and root of the tree that the statement has for it."""
    table = next((each for each in (*TABLES, *EARLIER) if each.id == revealed.table and each.groups), None)
    if table is None:
        raise VerifyError("a revealed row is of no table that rows are revealed of", place=place, found=revealed.table)
    tree: Tree = "findings" if table is FINDING_PARTS else "rejected" if table is REJECTS else "accepted"
    if tree != revealed.tree:
        raise VerifyError("a revealed row is in another tree than its table", place=place, expected=tree)
    match body:
        case Deposit() if tree == "accepted":
            return table, body.rows.accepted, body.commitments.accepted
        case Deposit() if tree == "rejected":
            return table, body.rows.rejected, body.commitments.rejected
        case RootedFindings() if tree == "findings" and table.id == body.rows.table:
            return table, body.total, body.rows.root
    raise VerifyError("rows of a statement that commits to none of their table", place=place, found=revealed.table)


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


def _part(name: str, digest: bytes, salt: bytes, data: bytes, shown: Sequence[str] | None) -> Part:
    if shown is not None and name not in shown:
        return Part(name, digest.hex(), "", "")
    if len(data) > LARGEST_PART:
        raise UsageError("a part is too large to be revealed", found=f"{name}: {len(data)} bytes")
    return Part(name, digest.hex(), salt.hex(), data.hex())


def _span(source: bytes) -> Spans:
    return np.frombuffer(source, np.uint8), np.zeros(1, np.int64), np.array([len(source)], np.int64)
