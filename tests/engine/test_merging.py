"""Blocks that lie sorted on disk come out as one sorted table, and those that do not overlap are not held together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from engine_toys import plots
from hypothesis import given
from hypothesis import strategies as st

from veedor.engine import merging
from veedor.engine.merging import merged, up_to
from veedor.engine.spill import RunFile, Segment, read_segments
from veedor.kernel.sorting import sorted_by
from veedor.tables import PLOTS

SCHEMA = pa.schema([("name", pa.string()), ("time", pa.int64()), ("mark", pa.binary()), ("row", pa.int64())])
ORDER = ("name", "time", "mark", "row")
VALUES = st.tuples(
    st.none() | st.sampled_from(["", "a", "b", "é", "z"]),
    st.none() | st.integers(-2, 2),
    st.none() | st.sampled_from([b"", b"\xff", b"\x00a"]),
)


def set_aside(folder: Path, blocks: Sequence[pa.Table]) -> tuple[list[Segment], pa.Table]:
    run = RunFile(folder / "run.arrow", blocks[0].schema)
    for block in blocks:
        run.add("", block)
    return [segment for _, segment in run.close()], pa.concat_tables([block.slice(0, 1) for block in blocks])


@given(st.lists(st.lists(VALUES, min_size=1, max_size=7), min_size=1, max_size=6), st.integers(1, 9))
def test_blocks_of_any_rows_come_out_sorted_in_pieces_of_one_size(
    made: list[list[tuple[str | None, int | None, bytes | None]]], rows_at_once: int
) -> None:
    number = itertools.count()
    blocks = [
        sorted_by(pa.Table.from_pylist([dict(zip(ORDER, (*row, next(number)), strict=True)) for row in rows], SCHEMA),
                  ORDER)
        for rows in made
    ]  # fmt: skip
    whole = sorted_by(pa.concat_tables(blocks), ORDER)
    even = whole.filter(pa.array(whole["row"].to_numpy() % 2 == 0))
    with TemporaryDirectory() as folder:
        segments, firsts = set_aside(Path(folder), blocks)
        pieces = list(merged(segments, firsts, SCHEMA, ORDER, rows_at_once))
        chosen = list(
            merged(segments, firsts, SCHEMA, ORDER, rows_at_once,
                   lambda rows: rows.filter(pa.array(rows["row"].to_numpy() % 2 == 0)))
        )  # fmt: skip
    assert pa.concat_tables(pieces).equals(whole)
    assert {piece.num_rows for piece in pieces[:-1]} <= {rows_at_once}
    assert 0 < pieces[-1].num_rows <= rows_at_once
    assert pa.concat_tables([SCHEMA.empty_table(), *chosen]).equals(even)


@given(st.lists(VALUES, min_size=1, max_size=12), st.integers(0, 11))
def test_rows_up_to_one_of_them_are_those_before_it_and_itself(
    made: list[tuple[str | None, int | None, bytes | None]], chosen: int
) -> None:
    rows = sorted_by(
        pa.Table.from_pylist([dict(zip(ORDER, (*row, n), strict=True)) for n, row in enumerate(made)], SCHEMA), ORDER
    )
    place = chosen % rows.num_rows
    assert up_to(rows, ORDER, rows.slice(place, 1)) == place + 1


def test_a_recording_in_order_of_time_is_not_held_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = plots(1, 4_000, days=0.1)
    rows = sorted_by(rows.filter(rows["time"].is_valid()), PLOTS.order)
    size = 100
    blocks = [rows.slice(start, size) for start in range(0, rows.num_rows, size)]
    turn = np.random.default_rng(1).permutation(len(blocks))
    segments, firsts = set_aside(tmp_path, [blocks[each] for each in turn])
    loaded = [0]

    def counted(segments: Sequence[Segment], schema: pa.Schema) -> Iterator[pa.Table]:
        for block in read_segments(segments, schema):
            loaded[0] += block.num_rows
            yield block

    monkeypatch.setattr(merging, "read_segments", counted)
    given_out = 0
    for piece in merged(segments, firsts, rows.schema, PLOTS.order, size):
        assert loaded[0] - given_out <= 3 * size
        assert piece.equals(rows.slice(given_out, piece.num_rows))
        given_out += piece.num_rows
    assert given_out == rows.num_rows
