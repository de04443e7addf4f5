"""Rows that are handed over in pieces are the rows of the partition, as often as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pytest
from engine_toys import HOUR, Followed, Near, Nothing, plots

from veedor.engine.detector import Detector, Owner, Pieces, Read, in_pieces
from veedor.engine.execute import execute
from veedor.engine.layout import Layout
from veedor.engine.records import RecordStore
from veedor.tables import PLOTS


def joined(pieces: Pieces, read: Read) -> pa.Table:
    """All columns side by side, each read in a pass of its own."""
    columns = [pa.concat_tables(pieces.pieces([name])).column(0) for name in read.columns]
    return pa.table(columns, names=list(read.columns))


@dataclass(frozen=True)
class FollowedInPieces(Followed):
    @property
    def reads(self) -> tuple[Read, ...]:
        return tuple(replace(read, in_pieces=True) for read in super().reads)

    def run(self, tables: Mapping[str, Pieces], owner: Owner, parameters: Nothing) -> pa.Table:
        return super().run({"plots": joined(tables["plots"], self.reads[0])}, owner, parameters)


@dataclass(frozen=True)
class NearInPieces(Near):
    @property
    def reads(self) -> tuple[Read, ...]:
        return tuple(replace(read, in_pieces=True) for read in super().reads)

    def run(self, tables: Mapping[str, Pieces], owner: Owner, parameters: Nothing) -> pa.Table:
        return super().run({"plots": joined(tables["plots"], self.reads[0])}, owner, parameters)


@pytest.mark.parametrize(("whole", "pieces"), [(Followed(), FollowedInPieces()), (Near(), NearInPieces())])
def test_a_partition_in_pieces_is_the_same_partition(whole: Detector, pieces: Detector, tmp_path: Path) -> None:
    """Read where it lies, cut in time (followed), and set aside before (near): digest, calls and skipped partitions."""
    store = RecordStore(tmp_path / "records", layout=Layout(group_rows=50, share_rows=1))
    store.append("plots", PLOTS, [plots(1, 400), plots(2, 100, days=0.1, deposit=2, start_us=90 * HOUR)])
    ran = [execute([each], store, tmp_path / str(n)) for n, each in enumerate((whole, pieces))]
    one, two = ({name: table.digest for name, table in run.tables.items()} for run in ran)
    assert one == two
    assert ran[0].stages[0].calls == ran[1].stages[0].calls > 1
    assert ran[0].stages[0].skipped == ran[1].stages[0].skipped


def test_a_table_is_one_piece() -> None:
    rows = plots(1, 20)
    (piece,) = in_pieces(rows).pieces(["time", "row"])
    assert piece.equals(rows.select(["time", "row"]))
