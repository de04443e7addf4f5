"""Findings of a run committed to one by one, as rows of a deposit are, and shown with proof, whole or in part.

A finding is a row of FINDING_PARTS. Rows stand in order of their id, which says nothing of what is in them: in order of
kind or time the place of a finding would tell what its withheld parts hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.engine.read import derived, read_table
from veedor.errors import UsageError
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.commitments import Bytes, RecordTree, Salts, span_leaves
from veedor.mission.deposits.deposit import LAYOUT
from veedor.mission.deposits.revealed import LeafProver, RevealedRow, shown_row
from veedor.mission.runs.results import InputSet, out_folder, record_file
from veedor.mission.state.fold import Signed
from veedor.mission.statements.binding import SECRET_DOMAIN
from veedor.mission.statements.bodies import FindingRows, Findings, RootedFindings
from veedor.mission.statements.salts import Opening, check_opening
from veedor.tables import FINDING_PARTS, FINDINGS

SHORTEST_ID = 6
_SETS: tuple[InputSet, ...] = ("common", "own")
_DEGREE_E7 = 10_000_000
_CELL_E7 = _DEGREE_E7 // 10
# Width of a cell in longitude from this latitude on: nowhere narrower than 5 km. Near the poles one cell goes around.
_WIDTHS = ((0, _CELL_E7), (60 * _DEGREE_E7, _DEGREE_E7), (85 * _DEGREE_E7, 360 * _DEGREE_E7))


def finding_rows(findings: pa.Table) -> pa.Table:
    """Rows of FINDING_PARTS from rows of FINDINGS, in whatever order these are."""
    ordered = findings.sort_by([("id", "ascending")])
    known = {name: ordered[name] for name in FINDING_PARTS.schema.names if name in ordered.column_names}
    rows = pa.array(np.arange(ordered.num_rows, dtype=np.int64))
    return FINDING_PARTS.cast(pa.table({"row": rows, **known, **_areas(ordered)}))


def finding_leaves(rows: pa.Table, secret: bytes) -> Bytes:
    """Leaf hashes of rows of FINDING_PARTS, shape (n, 32)."""
    return span_leaves(FINDING_PARTS, rows, None, Salts(secret))


def commit_findings(findings: pa.Table, secret: bytes) -> FindingRows:
    """What a statement says of rows of FINDINGS; `secret` are 32 random bytes, from which their salts follow."""
    tree = RecordTree()
    tree.add(finding_leaves(finding_rows(findings), secret))
    return FindingRows(FINDING_PARTS.id, tree.root().hex(), LAYOUT)


def secret_of(openings: Sequence[Opening]) -> bytes | None:
    """The secret of a statement's rows, where it is among these openings."""
    return next((check_opening(each) for each in openings if each.domain == SECRET_DOMAIN), None)


def reveal_findings(
    mission: Mission, statement: Signed[Findings], identities: Sequence[str], parts: Sequence[str] | None
) -> tuple[RevealedRow, ...]:
    """Those findings of a statement, by the first digits of their ids, with `parts` of them shown (None: all).

    Raises UsageError where the statement has no root (`findings/1`), this copy lacks its salts or its findings, an id
    is that of none or of several, or there is no such part.
    """
    if not isinstance(statement.body, RootedFindings):
        raise UsageError(
            "findings of this statement cannot be shown one by one: it binds them as one table",
            expected="a statement findings/2",
            found=f"entry {statement.index}: findings/1",
            next_step="run again (`veedor run`): the new statement commits to each finding",
        )
    secret = secret_of(mission.confidential.openings(statement.digest))
    if secret is None:
        raise UsageError(
            "this copy does not have the salts of these findings",
            found=f"entry {statement.index}",
            next_step=f"ask {statement.chain.party}, or whoever holds the openings of this statement",
        )
    rows, leaf_hashes = _held_rows(mission, statement, statement.body, secret)
    prover, salts = LeafProver(leaf_hashes), Salts(secret)
    ids = [bytes(each or b"").hex() for each in rows["id"].to_pylist()]
    return tuple(
        shown_row(FINDING_PARTS, rows.slice(at, 1), None, salts, ("findings", at, prover), parts)
        for at in sorted({_named(ids, each) for each in identities})
    )


def _held_rows(
    mission: Mission, statement: Signed[Findings], body: RootedFindings, secret: bytes
) -> tuple[pa.Table, Bytes]:
    """The rows under the statement's root, with their leaves, from the findings of the runs that this copy keeps."""
    for findings in _kept_findings(mission):
        rows = finding_rows(findings)
        leaf_hashes = finding_leaves(rows, secret)
        tree = RecordTree()
        tree.add(leaf_hashes)
        if tree.root().hex() == body.rows.root:
            return rows, leaf_hashes
    raise UsageError(
        "this copy does not keep the findings of this statement",
        expected=f"those of entry {statement.index}",
        found="those of the last run, or none",
        next_step="name the statement of the last run, or run again as of the same time: equal findings come back",
    )


def _kept_findings(mission: Mission) -> Iterator[pa.Table]:
    for set in _SETS:
        if record_file(mission.folder, set).is_file():
            yield read_table(derived(out_folder(mission.folder, set), FINDINGS))


def _named(ids: Sequence[str], identity: str) -> int:
    """The row of the only finding whose id begins so."""
    found = [at for at, each in enumerate(ids) if len(identity) >= SHORTEST_ID and each.startswith(identity.lower())]
    if len(found) != 1:
        raise UsageError(
            "several findings begin like this" if found else "the statement has no such finding",
            expected=f"{SHORTEST_ID} or more digits of a finding's id, in hex",
            found=identity,
            next_step="list them with `veedor findings MISSION --full`",
        )
    return found[0]


def _areas(findings: pa.Table) -> dict[str, pa.Array[Any]]:
    """The cell that holds each place, by its four sides: coarse enough for everybody, and the same on every machine."""
    sides: list[Any] = [findings[name] for name in ("lat_e7", "lon_e7")]
    placeless = np.logical_or(*(np.asarray(each.is_null()) for each in sides))
    lat, lon = (each.fill_null(0).to_numpy().astype(np.int64) for each in sides)
    south = np.minimum(lat // _CELL_E7 * _CELL_E7, 90 * _DEGREE_E7 - _CELL_E7)
    farthest = np.maximum(np.abs(south), np.abs(south + _CELL_E7))
    width = np.full(len(lat), _CELL_E7, np.int64)
    for least, wide in _WIDTHS:
        width[farthest > least] = wide
    half = 180 * _DEGREE_E7
    west = np.minimum((lon + half) // width * width - half, half - width)
    return {
        "area_south_e7": _sides(south, placeless),
        "area_west_e7": _sides(west, placeless),
        "area_north_e7": _sides(south + _CELL_E7, placeless),
        "area_east_e7": _sides(west + width, placeless),
    }


def _sides(values: npt.NDArray[np.int64], placeless: npt.NDArray[np.bool_]) -> pa.Array[Any]:
    return pa.array(values.astype(np.int32), pa.int32(), mask=placeless)
