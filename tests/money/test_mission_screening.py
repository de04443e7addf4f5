"""Screening over a mission's records: against deposited lists, by day, with no hit stored and the list as evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import veedor as vd
from tests.money.bank_table import bank_table
from tests.money.deposited_lists import FEBRUARY, MARCH, pieces
from tests.money.making import deposit, entries, entry
from tests.money.running import run_one
from veedor.money.holders.mentions import ListMentions
from veedor.money.screening.find import FindListed, ListUnlisted, LookUpParties
from veedor.tables import LIST_PIECES


def booked() -> pa.Table:
    return entries([
        entry("A1", True, 100, 1, holder="Comercial Andina", other="B1", counterparty_name="Rodolfo Quintero Mejía"),
        entry("A1", True, 9, 24 * 9, holder="Comercial Andina", other="B1", counterparty_name="Rodolfo Quintero Mejía"),
        entry("A2", False, 70, 30, holder="Rosaura Pinto", other="A1", counterparty_name="Comercial Andina"),
    ])  # fmt: skip


def run(lists: pa.Table, buckets: int = 1) -> dict[str, pa.Table]:
    tables = {"entries": booked(), "list_pieces": lists}
    for detector in (ListMentions(), ListUnlisted(), LookUpParties(), FindListed()):
        tables[detector.writes.name] = run_one(detector, tables, buckets)
    return tables


def test_who_is_listed_is_found_and_the_list_is_evidence() -> None:
    (row,) = run(pieces(FEBRUARY, MARCH))["findings"].to_pylist()
    assert (row["kind"], row["subject"], row["detector"]) == ("listed_party", "account:B1", "screening")
    roles = {(item["role"], item["deposit"]) for item in row["evidence"]}
    assert ("role.list_file", deposit("list 1")) in roles and ("role.screened_counterparty", deposit("bank")) in roles


def test_the_list_in_force_on_each_day_counts() -> None:
    (row,) = run(pieces(FEBRUARY, MARCH))["findings"].to_pylist()
    (days,) = [each for each in row["reasons"] if each["key"] == "finding.listed_party.days"]
    assert {value["name"]: value["number"] for value in days["values"]} == {"days": 2, "listed_days": 1}
    assert any(each["key"] == "finding.listed_party.today" for each in row["reasons"])


def test_no_hit_is_a_row_for_every_name_and_version() -> None:
    rows = run(pieces(FEBRUARY, MARCH))["screened"].to_pylist()
    assert {row["subject"] for row in rows} == {"account:A1", "account:A2", "account:B1"}
    assert {(row["subject"], str(row["version"]), row["hits"]) for row in rows if row["subject"] == "account:B1"} == {
        ("account:B1", "2026-02-27", 0), ("account:B1", "2026-03-07", 1),
    }  # fmt: skip
    assert all(row["hits"] == 0 for row in rows if row["subject"] != "account:B1")


def test_without_a_list_nothing_is_looked_up() -> None:
    tables = run(LIST_PIECES.empty())
    assert tables["screened"].num_rows == tables["findings"].num_rows == tables["unlisted"].num_rows == 0


def test_buckets_and_pieces_change_nothing() -> None:
    whole = run(pieces(FEBRUARY, MARCH))
    cut = run(pieces(FEBRUARY, MARCH, size=37), buckets=4)
    assert cut["screened"].equals(whole["screened"])
    (one,), (other,) = whole["findings"].to_pylist(), cut["findings"].to_pylist()
    assert one["terms"] == other["terms"] and one["reasons"] == other["reasons"]


@pytest.mark.parametrize("text", ["", "<CONSOLIDATED_LIST", "<a/>", "<!DOCTYPE a><CONSOLIDATED_LIST/>", "\0\0", "[1]"])
def test_a_file_that_is_no_list_is_said_and_stops_no_other(text: str) -> None:
    tables = run(pieces(MARCH, ("broken.xml", text + " ")))
    assert tables["findings"].num_rows == 1
    (row,) = tables["unlisted"].to_pylist()
    assert row["list"] == "broken.xml" and row["reason"] == "reject.no_list"


def test_the_day_that_the_depositor_says_holds_where_the_file_says_none() -> None:
    sdn = '36,"QUINTERO MEJIA, Rodolfo Aristides","individual","TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1950."\n'
    rows = run(pieces(("sdn.csv", sdn), day=date(2026, 3, 1)))["screened"].to_pylist()
    assert {str(row["version"]) for row in rows} == {"2026-03-01"} and sum(row["hits"] for row in rows) == 1
    assert not any(row["assumed"] for row in rows)


def test_bank_files_and_a_list_given_together_are_screened(tmp_path: Path) -> None:
    bank, mapping = bank_table(tmp_path, "A1,Comercial Andina,B1,Rodolfo Quintero Mejia,2026-03-08,5,USD")
    (tmp_path / "un.xml").write_text(MARCH[1])
    found = vd.money(bank, mapping, tmp_path / "un.xml")
    assert found.findings["kind"].to_pylist() == ["listed_party"]
