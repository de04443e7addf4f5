"""Bad input gives a clear message and exit code 3; a bad row gives one reject and leaves the rest."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from veedor.errors import InputError, UsageError
from veedor.formats import BytesSource, FileSource, Options, choose, detect, open_sources
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.bank.camt053 import READER as CAMT
from veedor.formats.mapped import READER as MAPPED
from veedor.formats.mapping import load
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS
from veedor.formats.receivers.opensky import READER as OPENSKY
from veedor.formats.source import Truncated

from .conftest import Pass, read_all

HEAD = "sensor,time,mode,latitude_deg,longitude_deg,altitude_pressure_m\n"
GOOD = "r1,2026-01-01T00:00:00Z,PSR,7.1,-72.4,1000\n"


def plots(line: str, **options: object) -> Pass:
    data = (HEAD + GOOD + line + "\n" + GOOD).encode()
    return read_all(MAPPED, BytesSource(data), Options(mapping=load(PLOTS), **options))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("r1,2026-01-01T00:00:00Z,PSR,NaN,-72.4,1000", "reject.not_finite"),
        ("r1,2026-01-01T00:00:00Z,PSR,inf,-72.4,1000", "reject.not_finite"),
        ("r1,2026-01-01T00:00:00Z,PSR,97.1,-72.4,1000", "reject.position"),
        ("r1,2026-01-01T00:00:00Z,PSR,7.1,-272.4,1000", "reject.position"),
        ("r1,2026-01-01T00:00:00Z,PSR,7.1,,1000", "reject.half_position"),
        ("r1,2026-01-01T00:00:00Z,PSR,7.1,-72.4,41000", "reject.altitude"),
        ("r1,1969-12-31T23:59:59Z,PSR,7.1,-72.4,1000", "reject.time_early"),
        ("r1,2026-01-01T00:00:00,PSR,7.1,-72.4,1000", "reject.time_zone"),
        ("r1,yesterday,PSR,7.1,-72.4,1000", "reject.time"),
        ("r1,,PSR,7.1,-72.4,1000", "reject.missing"),
        ("r1,2026-01-01T00:00:00Z,SONAR,7.1,-72.4,1000", "reject.code"),
        ("r1,2026-01-01T00:00:00Z,PSR,7.1,-72.4", "reject.fields"),
        ('r1,2026-01-01T00:00:00Z,"PSR,7.1,-72.4,1000', "reject.quotes"),
    ],
)
def test_a_plot_that_cannot_be_is_rejected_with_its_line(line: str, reason: str) -> None:
    found = plots(line)
    assert [(reject.row, reject.reason, reject.raw) for reject in found.rejects] == [(1, reason, line.encode())]
    assert found.tables["plots"]["row"].to_pylist() == [0, 2]


def test_times_out_of_order_are_kept_and_future_ones_rejected() -> None:
    found = plots("r1,2025-01-01T00:00:00Z,PSR,7.1,-72.4,1000", latest_us=1_751_000_000_000_000)
    assert found.reasons == ["reject.time_future"] * 2
    assert found.tables["plots"]["row"].to_pylist() == [1]
    assert plots("r1,2025-01-01T00:00:00Z,PSR,7.1,-72.4,1000").rejects == [], "without a limit nothing is to come"
    simulated = plots("r1,2025-01-01T00:00:00Z,PSR,7.1,-72.4,1000", latest_us=1, simulated=True)
    assert simulated.rejects == [], "a scenario may play in the future"


def test_an_altitude_in_the_wrong_unit_shows_as_rejects_not_as_plots() -> None:
    wrong = load(
        PLOTS.replace('column = "altitude_pressure_m", unit = "m"', 'column = "altitude_pressure_m", unit = "km"')
    )
    found = read_all(MAPPED, BytesSource((HEAD + GOOD).encode()), Options(mapping=wrong))
    assert (found.accepted, found.reasons) == (0, ["reject.altitude"])


BANK_HEAD = "account,booked,amount,currency\n"


def entries(line: str, mapping: str = BANK) -> Pass:
    good = "A1,2026-01-01,5.00,EUR\n"
    return read_all(
        MAPPED, BytesSource((BANK_HEAD + good + line + "\n" + good).encode()), Options(mapping=load(mapping))
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A1,2026-01-01,5.00,XXZ", "reject.currency"),
        ("A1,2026-01-01,92233720368547758.08,EUR", "reject.amount_too_large"),
        ("A1,2026-01-01,five,EUR", "reject.amount"),
        ("A1,2026-01-01,NaN,EUR", "reject.amount"),
        (",2026-01-01,5.00,EUR", "reject.missing"),
        ("A1,2026-13-01,5.00,EUR", "reject.time"),
    ],
)
def test_a_booking_that_cannot_be_is_rejected(line: str, reason: str) -> None:
    found = entries(line)
    assert [(reject.row, reject.reason) for reject in found.rejects] == [(1, reason)]
    assert found.tables["entries"].num_rows == 2


def test_the_largest_amount_that_fits_is_kept_exactly() -> None:
    row = entries("A1,2026-01-01,-92233720368547758.07,EUR").tables["entries"].to_pylist()[1]
    assert (row["amount_units"], row["amount_exponent"], row["credit"]) == (2**63 - 1, 2, False)


def test_an_amount_whose_sign_contradicts_the_convention_is_rejected() -> None:
    only_credit = BANK.replace('sign = "positive_is_credit"', 'sign = "credit"')
    assert entries("A1,2026-01-01,-5.00,EUR", only_credit).reasons == ["reject.sign"]


def test_missing_columns_concern_the_whole_file() -> None:
    with pytest.raises(InputError) as caught:
        read_all(MAPPED, BytesSource(b"sensor,mode\nr1,PSR\n"), Options(mapping=load(PLOTS)))
    assert caught.value.exit_code == 3
    assert "time" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PLOTS + "colour = 1\n", "colour"),
        (PLOTS.replace('unit = "m"', 'unit = "parsec"', 1), "range_mm"),
        (PLOTS.replace("columns.mode", "columns.modus"), "modus"),
        ("format = 3\n[[record]]\n", "format"),
        ("not toml", "line 1"),
    ],
)
def test_a_mapping_that_says_something_unknown_is_refused_with_its_line(text: str, line: str) -> None:
    with pytest.raises(UsageError, match="line") as caught:
        load(text)
    assert line in str(caught.value)


def test_entity_tricks_in_xml_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Document><BkToCstmrStmt></BkToCstmrStmt></Document>'
    with pytest.raises(InputError, match="document type"):
        read_all(CAMT, BytesSource(bomb))


def test_a_truncated_gzip_keeps_what_was_readable(tmp_path: Path) -> None:
    lines = [f"r1,2026-01-01T00:00:00.{n:06d}Z,PSR,7.{n},-72.4,1000\n" for n in range(20_000)]
    packed = gzip.compress((HEAD + "".join(lines)).encode())
    (tmp_path / "plots.csv.gz").write_bytes(packed[: len(packed) // 2])
    found = read_all(MAPPED, FileSource(tmp_path / "plots.csv.gz"), Options(mapping=load(PLOTS)))
    assert found.accepted > 1_000
    assert found.reasons == ["reject.truncated"]


def test_an_empty_file_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    for path, advice in ((tmp_path / "empty.csv", "empty"), (tmp_path / "none", "no such"), (tmp_path, "archive")):
        with pytest.raises(InputError, match=advice) as caught:
            open_sources([path])
        assert caught.value.exit_code == 3


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plots.csv"
    path.write_text(HEAD + GOOD * 200_000)
    source = FileSource(path)
    assert source.size_bytes
    batches = MAPPED.read(source, Options(mapping=load(PLOTS)))
    next(batches)
    seen = path.stat()
    with path.open("r+") as stream:
        stream.seek(len(HEAD))
        stream.write("r2")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    with pytest.raises(InputError, match="changed while"):
        list(batches)


def test_archives_are_taken_apart_and_dangerous_ones_refused(tmp_path: Path) -> None:
    good, bad, nested, bomb, link = (tmp_path / name for name in ("g.zip", "b.zip", "n.zip", "x.zip", "l.tar"))
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("day/plots.csv", HEAD + GOOD)
        archive.writestr("map.toml", PLOTS)
    (chosen,) = choose(open_sources([good], tmp_path), Options())
    assert read_all(chosen.reader, chosen.source, chosen.options).accepted == 1
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../out.csv", HEAD)
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("inner.zip", "x")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * (80 << 20))
    with tarfile.open(link, "w") as archive:
        member = tarfile.TarInfo("plots.csv")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(member)
    for path in (bad, nested, bomb, link):
        with pytest.raises(InputError, match="not taken"):
            open_sources([path], tmp_path)


def test_a_gzip_that_is_cut_says_so_only_after_its_readable_part() -> None:
    stream = BytesSource(gzip.compress(os.urandom(100_000))[:50_000]).open()
    data = io.BytesIO()
    with pytest.raises(Truncated):
        while chunk := stream.read(1_000):
            data.write(chunk)
    assert data.tell() > 40_000


def test_unknown_bytes_are_refused_with_what_can_be_read() -> None:
    with pytest.raises(InputError, match=r"camt\.053"):
        detect(BytesSource(b"hello world", "x.bin"))


def test_a_header_without_records_is_refused() -> None:
    with pytest.raises(InputError, match="no records"):
        read_all(OPENSKY, BytesSource(b"time,icao24,lat,lon,velocity,heading,vertrate,callsign\n"))
