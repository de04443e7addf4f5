"""Rows of every table that is handed in are revealed from the files, and believed by both verifiers, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import veedor.mission.deposits.deposit as deposit_module
from tests.formats.every_format import FORMATS
from tests.mission.every_deposit import hand_in_everything
from tests.mission.handing_in import AT_US, run_all
from tests.mission.stage import Counted
from tests.page.second import b64, judged
from tests.page.test_rows_read import plain
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.held import Held, held_deposits
from veedor.mission.deposits.intake import Intake
from veedor.mission.deposits.reread import intake_as_stated
from veedor.mission.deposits.revealed import ReadRow, parts_of
from veedor.mission.verification.reveal import encode_reveal, reveal
from veedor.mission.verification.single_file import verify_file
from veedor.mission.verification.trust import Trust
from veedor.tables import EARLIER, TABLES, Table

pytestmark = pytest.mark.page
HANDED_IN = {table.id: table for table in TABLES if table.groups and table.sourced}


def first_rows(held: Held) -> Iterator[tuple[Table, int]]:
    """The first row of each table of a deposit."""
    for table, rows in intake_as_stated(held).rows():
        yield table, int(rows["row"][0].as_py())


def both_read(mission: Mission, shown: dict[str, tuple[int, int]]) -> dict[str, ReadRow]:
    """A row of each table, by (entry, row), as both verifiers read it, whole; then each part alone; then spoiled."""
    trust = mission.state.genesis_digest
    made, wanted = [], []
    for name, (entry, row) in shown.items():
        table = next(each for each in (*TABLES, *EARLIER) if each.id == name)
        for parts in (None, *((part,) for part in parts_of(table))):
            made.append(encode_reveal(reveal(mission, entry, (row,), parts)))
            wanted.append((name, parts))
    requests = [{"judge": "verify", "data": b64(data), "options": {"trust": trust}} for data in made]
    spoiled = [_spoiled(data) for data in made]
    requests += [{"judge": "verify", "data": b64(data), "options": {"trust": trust}} for data in spoiled]
    answers = judged(requests)
    read: dict[str, ReadRow] = {}
    for (name, parts), data, answer in zip(wanted, made, answers, strict=False):
        (one,) = verify_file(data, "reveal", Trust(digest=trust)).rows
        (two,) = answer["rows"]
        assert answer["verdict"] == "not agreed" and two["table"] == name and two["row"] == one.row
        cells = [cell for part in two["shown"] for cell in part["cells"] or ()]
        assert {cell["name"]: _value(cell["value"]) for cell in cells} == {
            field: plain(value) for field, value in one.fields.items()
        }
        if parts is None:
            assert one.fields and not one.withheld
            read[name] = one
        else:
            assert set(one.withheld) == {*parts_of_id(name)} - {*parts} == {*two["withheld"]}
    for data, answer in zip(spoiled, answers[len(made) :], strict=True):
        assert answer["verdict"] == verify_file(data, "reveal", Trust(digest=trust)).verdict == "failed"
    return read


def parts_of_id(name: str) -> list[str]:
    return parts_of(next(each for each in (*TABLES, *EARLIER) if each.id == name))


def _spoiled(data: bytes) -> bytes:
    """The reveal with one digit of what it shows changed."""
    made = json.loads(data)
    part = next(each for each in made["rows"][0]["parts"] if each["data"])
    part["data"] = part["data"][:-1] + ("0" if part["data"][-1] != "0" else "1")
    return canonical_bytes(made) + b"\n"


def _value(value: Any) -> Any:
    """Bytes come from Node as objects of numbered bytes."""
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {"hex": bytes(value.values()).hex()}
    return value


def test_a_row_of_every_table_that_can_be_handed_in(mission: Mission, tmp_path: Path) -> None:
    deposits = hand_in_everything(mission, tmp_path / "files")
    run_all(mission)
    shown = {}
    for held in deposits:
        for table, row in first_rows(held):
            shown.setdefault(table.id, (held.statement.index, row))
    assert set(shown) == set(HANDED_IN)
    read = both_read(mission, shown)
    entry = read["entries/2"]
    assert entry.fields["account"] and entry.fields["currency"] and entry.fields["amount_units"]
    assert entry.source is not None and b"<Ntry>" in entry.source
    assert read["rejects/1"].source and read["list_pieces/1"].fields["content"]


@pytest.mark.parametrize(
    ("form", "tables"),
    [("camt053", ("accounts/1", "entries/1")), ("pacs008", ("transfers/1",)), ("readsb", ("plots/1",))],
)
def test_a_row_that_was_committed_before_columns_were_added(
    mission: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, tables: tuple[str, ...]
) -> None:
    """A deposit as the version before made it: by the reader of then, its rows in the tables of then."""
    path = tmp_path / form
    path.write_bytes(FORMATS[form].files[0])
    earlier = {table.name: table for table in EARLIER}
    now = tuple(earlier.get(table.name, table) for table in TABLES)
    (hand_in,) = hand_ins([FileSource(path)], Options(simulated=True, latest_us=AT_US))
    of_then: Any = hand_in.reader
    hand_in = replace(hand_in, reader=replace(of_then, version=1))
    with monkeypatch.context() as then:
        then.setattr(deposit_module, "TABLES", now)
        then.setattr(deposit_module, "Intake", lambda *given: Intake(*given, earlier))
        then.setattr(deposit_module, "append_records", lambda mission, batch, rows: list(rows))
        deposit(mission, hand_in, SIMULATED_COVER, "sealed", AT_US, Counted("then"))
    (held,) = held_deposits(mission.folder, mission.files, mission.state)
    assert set(tables) <= set(held.statement.body.tables) and held.reader_version == 1
    shown = {table.id: (held.statement.index, row) for table, row in first_rows(held) if table in EARLIER}
    assert set(shown) == set(tables)
    read = both_read(mission, shown)
    assert all({"simulated", "sensor"} & set(each.fields) for each in read.values())
