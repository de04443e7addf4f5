"""A table's digest follows its content, not order, chunks, buckets, files or encodings; any changed value shows."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.kernel.digest import Groups, TableDigest, digest_in_order, group_digests, parameters_digest
from veedor.kernel.hashing import key_hash
from veedor.kernel.sorting import is_sorted, sorted_by, ties
from veedor.tables import PAYMENTS, PLOTS, TABLES, Column, Table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "formats" / "canonical.md"

COLUMNS = (
    Column("name", pa.string(), "key", nullable=False),
    Column("value", pa.int64(), "number"),
    Column("words", pa.list_(pa.string()), "list"),
    Column("row", pa.int64(), "makes the order total", nullable=False),
)
KEYED = Table("keyed", 1, "", COLUMNS, order=("name", "value", "row"), key="name")
LATE_KEY = Table("late", 1, "", COLUMNS, order=("value", "name", "row"), key="name")
ORDERED = Table("ordered", 1, "", COLUMNS, order=("value", "name", "row"))

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "bb", "ñ"]),
        st.none() | st.integers(-2, 2),
        st.none() | st.lists(st.none() | st.sampled_from(["x", ""]), max_size=2),
    ),
    max_size=25,
)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    names = [column.name for column in COLUMNS]
    full = [dict(zip(names, (*row, number), strict=True)) for number, row in enumerate(rows)]
    return pa.Table.from_pylist(full, schema=KEYED.schema)


def digest(table: Table, *pieces: pa.Table) -> str:
    made = TableDigest(table)
    for piece in pieces:
        made.add(piece)
    return made.hexdigest()


def each_group(groups: Groups) -> list[Groups]:
    return [
        Groups(
            np.frombuffer(groups.key(i), np.uint8), np.array([0, len(groups.key(i))]),
            groups.counts[i : i + 1], groups.digests[i : i + 1],
        )
        for i in range(len(groups))
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.sampled_from([KEYED, LATE_KEY]), st.integers(1, 5))
def test_shuffled_rows_in_any_buckets_added_in_any_order_have_one_digest(
    rows: list[tuple[Any, ...]], chance: Any, table: Table, buckets: int
) -> None:
    whole = table_of(rows)
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = whole.take(pa.array(order, pa.int64()))
    bucket = key_hash(shuffled["name"]) % np.uint64(buckets)
    pieces = [shuffled.filter(pa.array(bucket == number)) for number in range(buckets)]
    chance.shuffle(pieces)
    assert digest(table, *pieces) == digest(table, whole)
    elsewhere = [one for piece in pieces for one in each_group(group_digests(table, piece))]
    elsewhere.sort(key=lambda group: group.key(0))
    assert digest_in_order(table, elsewhere) == (digest(table, whole), len(rows))
    if len(elsewhere) > 1:
        with pytest.raises(ValueError, match="in order"):
            digest_in_order(table, elsewhere[::-1])
        with pytest.raises(ValueError, match="two pieces"):
            digest_in_order(table, [elsewhere[0], *elsewhere])


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 25), st.integers(0, 25))
def test_a_table_without_key_may_be_cut_anywhere(rows: list[tuple[Any, ...]], first: int, second: int) -> None:
    whole = sorted_by(table_of(rows).cast(ORDERED.schema), ORDERED.order)
    first, second = sorted((min(first, len(rows)), min(second, len(rows))))
    pieces = [whole.slice(0, first), whole.slice(first, second - first), whole.slice(second)]
    assert digest(ORDERED, *pieces) == digest(ORDERED, whole)


def test_rows_that_come_too_late_for_a_table_without_key_are_refused() -> None:
    whole = sorted_by(table_of([("a", n, None) for n in range(4)]), ORDERED.order)
    made = TableDigest(ORDERED)
    made.add(whole.slice(2))
    with pytest.raises(ValueError, match="belong before"):
        made.add(whole.slice(0, 2))


def test_a_key_in_two_pieces_is_refused() -> None:
    whole = table_of([("a", 1, None), ("a", 2, None)])
    with pytest.raises(ValueError, match="two pieces"):
        digest(KEYED, whole.slice(0, 1), whole.slice(1))


@settings(max_examples=60, deadline=None)
@given(ROWS.filter(bool), st.data(), st.sampled_from([KEYED, LATE_KEY, ORDERED]))
def test_changing_any_value_changes_the_digest(rows: list[tuple[Any, ...]], data: Any, table: Table) -> None:
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, 2))
    changed = list(rows[row])
    changed[column] = {0: rows[row][0] + "!", 1: (rows[row][1] or 0) + 10, 2: [*(rows[row][2] or []), None]}[column]
    other = [*rows[:row], tuple(changed), *rows[row + 1 :]]
    assert digest(table, table_of(other)) != digest(table, table_of(rows))
    assert digest(table, table_of(rows[:-1])) != digest(table, table_of(rows))


def test_parquet_chunks_and_dictionaries_leave_the_digest_alone(tmp_path: Path) -> None:
    whole = table_of([(name, number, ["x"] * (number % 3)) for number in range(50) for name in ("a", "b", "c")])
    pq.write_table(whole, tmp_path / "rows.parquet", row_group_size=7)
    read = pq.read_table(tmp_path / "rows.parquet", read_dictionary=["name"])
    assert pa.types.is_dictionary(read.schema.field("name").type)
    batches = pa.Table.from_batches(whole.to_batches(max_chunksize=11))
    assert digest(KEYED, read) == digest(KEYED, batches) == digest(KEYED, whole)


def test_rows_that_tie_in_the_declared_order_still_have_one_digest() -> None:
    table = Table("loose", 1, "", COLUMNS, order=("name",), key="name")
    whole = table_of([("a", n % 3, None) for n in range(9)] + [("b", 0, None)])
    shuffled = whole.take(pa.array([9, 3, 8, 0, 5, 1, 7, 2, 6, 4]))
    assert digest(table, shuffled) == digest(table, whole)


def test_the_name_and_the_version_of_the_schema_are_part_of_the_digest() -> None:
    rows = table_of([("a", 1, None)])
    other = Table("keyed", 2, "", COLUMNS, order=KEYED.order, key="name")
    assert len({digest(KEYED, rows), digest(other, rows), digest(LATE_KEY, rows)}) == 3


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_declared_table_has_a_digest_also_when_empty(table: Table) -> None:
    assert digest(table, table.empty()) == digest(table)
    rows = table.schema.empty_table()
    assert len(group_digests(table, rows)) == 0


def test_a_table_with_columns_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="undeclared"):
        digest(KEYED, table_of([("a", 1, None)]).append_column("more", pa.array([1])))


def test_payments_are_grouped_by_their_key_and_plots_by_time() -> None:
    assert PAYMENTS.key == "account" and PLOTS.key is None and PLOTS.order[0] == "time"


def test_the_digest_of_the_documentation_holds() -> None:
    columns = (Column("name", pa.string(), "", nullable=False), Column("value", pa.int64(), ""))
    table = Table("example", 1, "", columns, order=("name", "value"), key="name")
    rows = pa.table({"name": ["a", "b", "a"], "value": [1, None, -1]})
    cell_a, cell_b = b"\0\0\0\1a", b"\0\0\0\1b"
    minus, one = b"\1" + b"\xff" * 8, b"\1" + bytes(7) + b"\1"
    group_a = hashlib.sha256(cell_a + minus + cell_a + one).digest()
    group_b = hashlib.sha256(cell_b + b"\0").digest()
    by_hand = hashlib.sha256(
        b"veedor/table/1\0\0\0\0\x09example/1"
        + (cell_a + (2).to_bytes(8, "big") + group_a)
        + (cell_b + (1).to_bytes(8, "big") + group_b)
    ).hexdigest()
    assert digest(table, rows) == by_hand
    assert re.findall(r"^[0-9a-f]{64}$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE) == [by_hand]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_a_sorted_table_is_seen_to_be_sorted_and_its_ties_are_found(rows: list[tuple[Any, ...]]) -> None:
    whole = table_of(rows)
    order = ["value", "name"]
    keys = [((value is None, value or 0), name.encode()) for name, value, _ in rows]
    assert is_sorted(whole, order) == (keys == sorted(keys))
    arranged = sorted_by(whole, order)
    assert is_sorted(arranged, order) and pc.sum(arranged["row"]).as_py() == pc.sum(whole["row"]).as_py()
    expected = sorted(keys)
    assert ties(arranged, order).tolist() == [n for n in range(1, len(rows)) if expected[n] == expected[n - 1]]


@dataclass(frozen=True)
class Inner:
    weight: int = 1


@dataclass(frozen=True)
class Settings:
    gate_mm: int = 5
    name: str = "a"
    strict: bool = True
    codes: tuple[int, ...] = (1, 2)
    inner: Inner = Inner()
    salt: bytes = b""


def test_the_parameters_digest_tells_values_types_names_and_classes_apart() -> None:
    variants = [
        Settings(), Settings(gate_mm=6), Settings(name="b"), Settings(strict=False), Settings(codes=(12,)),
        Settings(codes=()), Settings(inner=Inner(2)), Settings(salt=b"\0"), Settings(gate_mm=True),
        make_dataclass("Settings", [("gate", int, 5)], frozen=True)(), make_dataclass("Other", [], frozen=True)(),
    ]  # fmt: skip
    assert len({parameters_digest(variant) for variant in variants}) == len(variants)
    assert parameters_digest(Settings()) == parameters_digest(Settings())


@pytest.mark.parametrize("value", [0.5, {"a": 1}, [1], make_dataclass("Loose", [])()])
def test_parameters_that_have_no_fixed_bytes_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"gate_mm"):
        parameters_digest(Settings(gate_mm=value))  # type: ignore[arg-type]


def test_a_class_or_a_loose_dataclass_is_not_parameters() -> None:
    with pytest.raises(TypeError, match="frozen"):
        parameters_digest(Settings)
    with pytest.raises(TypeError, match="not frozen"):
        parameters_digest(make_dataclass("Loose", [])())
