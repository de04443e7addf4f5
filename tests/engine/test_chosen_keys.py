"""Reads of chosen keys only, and several reads of one table: each partition gets exactly what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pytest
from engine_toys import SUMS, Nothing, Sums, entries

from veedor.engine.dag import ordered
from veedor.engine.detector import Broadcast, ByKey, Owner, Read, Whole
from veedor.engine.execute import execute
from veedor.engine.layout import Layout
from veedor.engine.parameters import configured
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.errors import UsageError
from veedor.tables import ENTRIES, Column, Table

CHOSEN = Table(
    "toy_chosen",
    1,
    "Accounts worth a second look.",
    (Column("account", pa.string(), "account", nullable=False), Column("out", pa.int64(), "units", nullable=False)),
    order=("account",),
    key="account",
)
AGAIN = replace(SUMS, name="toy_again")
COLUMNS = ("account", "counterparty_account", "amount_units")


@dataclass(frozen=True)
class Choose:
    name: str = "choose"
    version: int = 1
    writes: Table = CHOSEN
    parameters: Nothing = field(default_factory=Nothing)
    reads: tuple[Read, ...] = (Read(SUMS, ByKey(("account",)), ("account", "out")),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        return tables["toy_sums"].filter(pa.array([out % 3 == 0 for out in tables["toy_sums"]["out"].to_pylist()]))


@dataclass(frozen=True)
class Again(Sums):
    """Sums of the chosen accounts only: money out from where entries are stored, money in from what travels there."""

    name: str = "again"
    writes: Table = AGAIN
    agrees_with: tuple[str, ...] = ("sums",)
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("account",)), COLUMNS, among=("toy_chosen", "account")),
        Read(ENTRIES, ByKey(("counterparty_account",)), COLUMNS, (), ("toy_chosen", "account"), "came_in"),
        Read(CHOSEN, Broadcast(), ("account",), (("out", ">", 0),)),
    )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        chosen = set(tables["toy_chosen"]["account"].to_pylist())
        for name, side in (("entries", "account"), ("came_in", "counterparty_account")):
            assert set(tables[name][side].to_pylist()) <= chosen
        out, into = (super(Again, self).run({"entries": tables[n]}, owner, parameters) for n in ("entries", "came_in"))
        both = {row["account"]: [row["out"], 0] for row in out.to_pylist()}
        for row in into.to_pylist():
            both.setdefault(row["account"], [0, 0])[1] = row["into"]
        rows = [{"account": a, "out": o, "into": i} for a, (o, i) in sorted(both.items()) if a in chosen]
        return pa.Table.from_pylist(rows, schema=AGAIN.schema)


@dataclass(frozen=True)
class Beside(Sums):
    """Sums, if any account was chosen."""

    name: str = "beside"
    writes: Table = AGAIN
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("account",)), COLUMNS, only_with="toy_chosen"),
        Read(CHOSEN, Broadcast()),
    )


@dataclass(frozen=True)
class ChooseNone(Choose):
    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        return CHOSEN.empty()


@pytest.mark.parametrize("choose", [Choose(), ChooseNone()])
def test_rows_are_handed_out_only_where_the_table_beside_them_has_any(tmp_path: Path, choose: Choose) -> None:
    store = RecordStore(tmp_path / "records", layout=Layout(buckets=4))
    store.append("entries", ENTRIES, [entries(5, 400)])
    ran = execute([Sums(), choose, Beside()], store, tmp_path / "out", layout=Layout(buckets=4))
    sums, beside = (read_table(derived(tmp_path / "out", table)) for table in (SUMS, AGAIN))
    nothing = isinstance(choose, ChooseNone)
    assert beside.num_rows == (0 if nothing else sums.num_rows) and sums.num_rows
    assert [stage.calls for stage in ran.stages if stage.detector == "beside"] == [0 if nothing else 1]


def test_what_rows_are_read_only_with_must_be_broadcast() -> None:
    alone = replace(Beside(), reads=Beside().reads[:1])
    with pytest.raises(UsageError, match="only with toy_chosen"):
        ordered([Sums(), Choose(), alone], {"entries"})


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("buckets", [1, 6, 16])
def test_only_chosen_keys_are_handed_out_and_all_that_is_known_of_them(
    tmp_path: Path, workers: int, buckets: int
) -> None:
    store = RecordStore(tmp_path / "records", layout=Layout(buckets=buckets, call_rows=1))
    store.append("entries", ENTRIES, [entries(5, 400)])
    layout = Layout(buckets=buckets, call_rows=1)
    execute([Sums(), Choose(), Again()], store, tmp_path / "out", layout=layout, workers=workers, alone_rows=0)
    sums = read_table(derived(tmp_path / "out", SUMS)).to_pylist()
    again = read_table(derived(tmp_path / "out", AGAIN)).to_pylist()
    assert again == [row for row in sums if row["out"] % 3 == 0 and row["out"] > 0]
    assert 0 < len(again) < len(sums)


def test_chosen_keys_must_be_read_by_the_same_detector() -> None:
    alone = replace(Again(), reads=Again().reads[:1])
    with pytest.raises(UsageError, match="among the keys of toy_chosen"):
        ordered([Sums(), Choose(), alone], {"entries"})
    uncut = replace(Again(), reads=(replace(Again().reads[0], partition=Whole()), Again().reads[2]))
    with pytest.raises(UsageError, match="among the keys of toy_chosen"):
        ordered([Sums(), Choose(), uncut], {"entries"})


def test_parameters_that_must_agree_are_set_alike_or_refused() -> None:
    with pytest.raises(UsageError, match="reach_us of again and of sums must be the same"):
        configured([Sums(), Choose(), Again()], {"again": {"reach_us": 1}})
    made = configured([Sums(), Choose(), Again()], {"again": {"reach_us": 1}, "sums": {"reach_us": 1}})
    assert [detector.parameters.reach_us for detector in made] == [1, Nothing().reach_us, 1]
