"""Files that others made: every one of a format that is read completes, and its counts reconcile."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from veedor.errors import InputError
from veedor.formats import FileSource, Options, choose, detect
from veedor.formats.bank.camt053 import READER as CAMT
from veedor.formats.decimals import amount_text
from veedor.formats.mapped import READER as MAPPED
from veedor.formats.receivers.opensky import READER as OPENSKY
from veedor.formats.receivers.readsb import READER as READSB

from .conftest import read_all

TRAFFIC_FILES = 17


def test_traffic_files_give_one_plot_per_record_at_its_place(shared_data: Path) -> None:
    files = sorted((shared_data / "air" / "traffic").glob("*/*.json.gz"))
    files = [file for file in files if file.name != "quickstart.json.gz"]
    assert len(files) == TRAFFIC_FILES
    for file in files:
        source = FileSource(file)
        data = gzip.decompress(file.read_bytes())
        truth = json.loads(data)
        found = read_all(detect(source), source)
        expected = len(truth) if isinstance(truth, list) else len(truth["timestamp"])
        assert found.accepted + len(found.rejects) == expected, file.name
        if isinstance(truth, list):
            rows = found.tables["plots"].select(["row", "offset", "length"]).slice(0, 200).to_pylist()
            for row in rows:
                assert json.loads(data[row["offset"] : row["offset"] + row["length"]]) == truth[row["row"]]


def test_a_readsb_trace_gives_one_plot_per_point(shared_data: Path) -> None:
    file = shared_data / "air/traffic/readsb/trace_full_ac671b.json"
    found = read_all(READSB, FileSource(file))
    data = file.read_bytes()
    truth = json.loads(data)["trace"]
    plots = found.tables["plots"].to_pylist()
    assert (len(plots), len(found.rejects)) == (len(truth), 0)
    for plot, point in zip(plots, truth, strict=True):
        assert json.loads(data[plot["offset"] : plot["offset"] + plot["length"]]) == point
        assert plot["lat_e7"] == round(point[1] * 1e7)
        assert bool(plot["flags"] & 32) == (point[3] == "ground")


def test_opensky_lines_give_one_plot_each_at_the_time_of_their_position(shared_data: Path) -> None:
    file = shared_data / "air/stonesoup/OpenSky_Plane_States.csv"
    found = read_all(OPENSKY, FileSource(file))
    truth = list(csv.DictReader(file.read_text().splitlines()))
    plots = found.tables["plots"]
    assert plots.num_rows == len(truth) == 6052
    assert plots["time"].cast("int64").to_pylist() == [round(float(row["lastposupdate"]) * 1e6) for row in truth]
    assert plots["address"].to_pylist() == [int(row["icao24"], 16) for row in truth]
    data = file.read_bytes()
    for row in plots.slice(0, 100).to_pylist():
        line = data[row["offset"] : row["offset"] + row["length"]].decode()
        assert next(csv.reader([line])) == list(truth[row["row"]].values())


def test_ais_and_uav_samples_are_read_by_ready_mappings(shared_data: Path) -> None:
    ais = read_all(MAPPED, FileSource(shared_data / "air/stonesoup/SolentAIS_20160112_130211.csv"))
    assert (ais.tables["plots"].num_rows, ais.rejects) == (18_623, [])
    uav = read_all(MAPPED, FileSource(shared_data / "air/stonesoup/UAV_Rot.csv"))
    assert (uav.tables["plots"].num_rows, uav.rejects) == (965, [])


def test_the_laundromat_joins_account_numbers_by_row(shared_data: Path) -> None:
    folder = shared_data / "money/az_laundromat"
    names = ("azerbaijani_laundromat-edges.csv", "ikwattro_bank-account-holders.csv")
    chosen = choose([FileSource(folder / name) for name in names], Options())
    assert [item.source.name for item in chosen] == [names[0]]
    found = read_all(chosen[0].reader, chosen[0].source, chosen[0].options)
    entries = found.tables["entries"]
    assert (entries.num_rows, found.rejects) == (16_940, [])
    with (folder / names[0]).open(encoding="utf-8") as stream:
        truth = list(csv.DictReader(stream))
    assert entries["credit"].to_pylist() == [not row["amount_orig"].startswith("-") for row in truth]
    named = [row["payer_name"] if row["amount_orig"].startswith("-") else row["beneficiary_name"] for row in truth]
    assert entries["holder"].to_pylist() == [name if name not in ("", "NA") else None for name in named]
    assert all("occrp" not in account for account in entries["account"].to_pylist())
    assert "null" not in {*entries["account"].to_pylist(), *entries["counterparty_account"].to_pylist()}


def test_berka_reads_all_but_its_broken_last_line(shared_data: Path) -> None:
    found = read_all(MAPPED, FileSource(shared_data / "money/berka/trans.asc"))
    assert (found.accepted, found.reasons) == (49_102, ["reject.quotes"])
    assert found.rejects[0].raw == b'3526882;11021;940331;"PRIJE'


def test_amlgentex_gives_a_booking_per_side_and_opening_balances(shared_data: Path) -> None:
    found = read_all(MAPPED, FileSource(next((shared_data / "money/amlgentex").glob("*.parquet"))))
    assert found.tables["balances"].num_rows == 3_000
    assert found.rejects == []
    entries = found.tables["entries"]
    assert set(entries["simulated"].to_pylist()) == {True}
    # Payments between two accounts of the sample give two entries, those from or to outside give one.
    assert entries.num_rows == (183_033 - 3_000) + 18_803


@pytest.mark.parametrize(
    ("name", "entries", "balances"),
    [
        ("camt053.v2.minimal.xml", 1, 4),
        ("camt053.v2.minimal.ultimate.xml", 1, 4),
        ("camt053.v2.multi.statement.xml", 2, 4),
        ("camt053.v2.all-balance-types.xml", 1, 10),
        ("camt053.v2.with-account-name.xml", 1, 1),
        ("camt053.v3.xml", 1, 4),
        ("camt053.v8.xml", 1, 4),
        ("camt53.only-Dt-with-DtTm.xml", 0, 1),
    ],
)
def test_camt053_of_all_versions_is_placed_by_its_elements(
    shared_data: Path, name: str, entries: int, balances: int
) -> None:
    file = shared_data / "money/camt" / name
    found = read_all(CAMT, FileSource(file))
    assert found.rejects == []
    sizes = {table: rows.num_rows for table, rows in found.tables.items()}
    assert (sizes.get("entries", 0), sizes["balances"]) == (entries, balances)
    data = file.read_bytes()
    for table, tag in (("entries", b"Ntry"), ("balances", b"Bal"), ("accounts", b"Acct")):
        for row in found.tables[table].to_pylist() if table in found.tables else ():
            part = data[row["offset"] : row["offset"] + row["length"]]
            assert re.fullmatch(rb"<" + tag + rb">.*</" + tag + rb">", part, re.S)


# Entries, balances, rejects of each report and notification; a reject says why below.
REPORTS = {
    "camt052.v1.xml": (1, 0, []),
    "camt052.v2.other-account.xml": (1, 0, []),
    "camt052.v2.with-account-name.xml": (0, 0, ["reject.missing"]),  # the entry has neither booking nor value date
    "camt052.v2.xml": (1, 0, []),
    "camt052.v4.xml": (0, 1, ["reject.not_booked"]),  # pending
    "camt052.v6.Amt-zero.xml": (0, 1, ["reject.not_booked"]),  # pending
    "camt052.v8.xml": (1, 0, []),
    "camt054.v2.with-account-name.xml": (0, 0, ["reject.missing"]),  # no date
    "camt054.v2.xml": (1, 0, []),
    "camt054.v4.xml": (1, 0, []),
    "camt054.v8-with-financial-institution.xml": (0, 0, ["reject.missing"]),  # no date
    "camt054.v8.xml": (1, 0, []),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_and_notifications_give_the_booked_entries(shared_data: Path, name: str) -> None:
    source = FileSource(shared_data / "money/camt" / name)
    found = read_all(detect(source), source)
    sizes = [found.tables[table].num_rows if table in found.tables else 0 for table in ("entries", "balances")]
    assert (*sizes, found.reasons) == REPORTS[name]
    tree = etree.parse(source.path)
    told = [amount.text for amount in tree.iterfind(".//{*}Ntry/{*}Amt")]
    kept = found.tables["entries"].to_pylist() if "entries" in found.tables else []
    shown = [amount_text(row["amount_units"], row["amount_exponent"]) for row in kept]
    assert shown == (told if kept else [])


def test_a_message_without_statement_is_refused(shared_data: Path) -> None:
    with pytest.raises(InputError, match="no statement"):
        read_all(CAMT, FileSource(shared_data / "money/camt/camt053.v2.wrong.xml"))
