"""Bad input at the command line: exit code 3, a message a person can act on, every row counted, the rest intact."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mission.handing_in import plots_file
from tests.mission.stage import PASSPHRASE, found, means
from veedor import on_files
from veedor.cli.app import app
from veedor.errors import InputError
from veedor.formats.archive import open_sources
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.bank.bank_csv import encode_entries
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS
from veedor.formats.plots_csv import encode_plots
from veedor.formats.plots_parquet import write_plots_parquet
from veedor.formats.receivers.opensky import encode_states
from veedor.formats.receivers.readsb import encode_trace

from .test_one_broken_row import entries, plots, statement

ROWS = 30


def parquet() -> bytes:
    sink = io.BytesIO()
    write_plots_parquet([plots(ROWS)], sink)
    return sink.getvalue()


def traffic() -> bytes:
    one = '{{"timestamp":{t},"icao24":"4b1815","latitude":{lat:.3f},"longitude":7.5,"altitude":350.0}}'
    return ("[" + ",".join(one.format(t=1_657_712_422_000 + n, lat=40 + n / 1e3) for n in range(ROWS)) + "]").encode()


PLOT_ROWS = b"".join(encode_plots(plots(ROWS)))
BOOKINGS = b"".join(encode_entries(entries(ROWS)))
STATEMENT = statement(entries(ROWS))
STATES = b"".join(encode_states(plots(ROWS), simulated=False))
TRACE = b"".join(encode_trace(plots(ROWS), icao=0xABC123, registration=None, type_code=None, simulated=False))
# Name: verb, file name, bytes, what ends a record, records before the first that may be broken, rows in all (a
# statement also gives its account and two balances).
FILES = {
    "plots_csv": ("flights", "a.csv", PLOT_ROWS, b"\n", 1, ROWS),
    "opensky": ("flights", "states.csv", STATES, b"\n", 1, ROWS),
    "readsb": ("flights", "trace.json", TRACE, b"]\n,", 0, ROWS),
    "traffic_json": ("flights", "traffic.json", traffic(), b"},", 0, ROWS),
    "bank_csv": ("money", "bank.csv", BOOKINGS, b"\n", 1, ROWS),
    "camt053": ("money", "statement.xml", STATEMENT, b"</Ntry>\n", 0, ROWS + 3),
}


@dataclass
class Said:
    """What a command said and did."""

    code: int
    summary: dict[str, object]
    err: str

    @property
    def rows(self) -> tuple[object, object]:
        return self.summary["accepted"], self.summary["rejected"]


class Desk:
    """Writes a file and looks at it with the command."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def look(self, verb: str, *files: Path) -> Said:
        self.capsys.readouterr()
        code = app([verb, *map(str, files), "--json"])
        said = self.capsys.readouterr()
        return Said(code, json.loads(said.out.splitlines()[-1]), said.err)

    def refused(self, verb: str, *files: Path) -> InputError:
        """The error of a file that cannot be read at all: exit code 3, and all a person needs to go on."""
        with pytest.raises(InputError) as caught:
            app([verb, *map(str, files), "--json"])
        error = caught.value
        assert error.exit_code == 3
        for part in (error.file, error.place, error.expected, error.found, error.next_step):
            assert part, error.sentence()
        assert all("\n" not in part for part in (error.place or "", error.expected or "", error.found or ""))
        assert Path(error.file or "").name in {file.name for file in files}
        return error


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def spoiled(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) in (1, 2), "the damage hits one record; a statement says an amount twice in it"
    return data.replace(old, new)


LAT, LON = b"7.0000012", b"-72.0000012"
BAD_ROWS = {
    "NaN latitude": ("plots_csv", LAT, b"NaN", "latitude_deg", "NaN"),
    "infinite longitude": ("plots_csv", LON, b"-inf", "longitude_deg", "inf"),
    "latitude in another unit": ("plots_csv", LAT, b"700.00012", "latitude_deg", "700.00012"),
    "half a position": ("opensky", LAT, b"", "lat_e7", "one of them"),
    "NaN in JSON": ("traffic_json", b"40.012", b"NaN", "record", "JSON is malformed"),
    "before 1970": ("plots_csv", b"2023-11-14T22:13:32", b"1923-11-14T22:13:32", "time", "1923-11-14"),
    "no time at all": ("plots_csv", b"2023-11-14T22:13:32", b"tomorrow", "time", "tomorrow"),
    "seen in the future": ("plots_csv", b"2023-11-14T22:13:32", b"2223-11-14T22:13:32", "time", "2223-11-14"),
    "states of the future": ("opensky", b",1700000012.000,", b",7700000012,", "lastposupdate", "7700000012"),
    "traffic of the future": ("traffic_json", b"1657712422012", b"7657712422012", "timestamp", "7657712422012"),
    "booked in the future": ("bank_csv", b"2023-11-14T22:13:32", b"2223-11-14T22:13:32", "time", "2223-11-14"),
    "unknown currency": ("bank_csv", b"10.12,EUR", b"10.12,ZZQ", "currency", "ZZQ"),
    "beyond int64": ("bank_csv", b"10.12,", b"92233720368547758.08,", "amount", "92233720368547758.08"),
    "no amount": ("bank_csv", b"10.12,", b"ten,", "amount", "ten"),
    "unknown currency in XML": ("camt053", b'"EUR">10.12<', b'"ZZQ">10.12<', "Ntry[13] Ntry/Amt/@Ccy", "ZZQ"),
    "beyond int64 in XML": ("camt053", b">10.12<", b">92233720368547758.08<", "Ntry[13] Ntry/Amt", "758.08"),
    "sign in XML": ("camt053", b">10.12<", b">-10.12<", "Ntry[13] Ntry/Amt", "-10.12"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_row_that_cannot_be_is_named_and_all_others_are_read(desk: Desk, case: str) -> None:
    name, old, new, place, found_there = BAD_ROWS[case]
    verb, file, data, _, _, rows = FILES[name]
    said = desk.look(verb, desk.write(file, spoiled(data, old, new)))
    assert (said.code, said.rows) == (3, (rows - 1, 1))
    counted, reject, advice = said.err.splitlines()
    assert counted == f"{file}: {rows - 1} rows accepted, 1 rejected"
    row = 15 if name == "camt053" else 12  # an account and two balances come before the entries
    assert reject.startswith(f"  row {row}, ") and place in reject
    assert "expected: " in reject and found_there in reject.partition("found: ")[2]
    assert advice.startswith("Next: ")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", range(2))
def test_one_random_corrupted_row_is_found_and_the_rest_is_as_it_was(name: str, seed: int, desk: Desk) -> None:
    verb, file, data, ender, head, rows = FILES[name]
    chance = random.Random(f"{name}-{seed}-command")
    pieces = data.split(ender)
    target = chance.randrange(head + 1, head + ROWS - 1)
    piece, at = pieces[target], len(pieces[target]) // 3
    # Whatever the field, a byte that is no UTF-8 is damage: noise in free text would else be text.
    noise = b"\xff" + bytes(chance.choice(b'#~!?$%&abcxyz\x01\xff"{[<') for _ in range(11))
    pieces[target] = piece[:at] + noise + piece[at + 12 :]
    look = on_files.flights if verb == "flights" else on_files.money
    whole = look(desk.write(file, data))
    assert (whole.accepted, whole.rejected) == (rows, 0)
    broken = desk.write(file, ender.join(pieces))
    said = desk.look(verb, broken)
    assert (said.code, said.rows) == (3, (rows - 1, 1))
    (raw,) = look(broken).rejects["raw"].to_pylist()
    assert noise in raw
    assert f"row {target - head + (3 if name == 'camt053' else 0)}, " in said.err


def test_rejected_rows_are_named_under_their_own_file_with_its_own_row_numbers(desk: Desk) -> None:
    files = [plots_file(desk.folder, f"{day}.csv", rows=20 + day, damaged=day) for day in (3, 5, 7)]
    said = desk.look("flights", *files)
    assert (said.code, said.rows) == (3, (72, 3))
    lines = said.err.splitlines()
    for day in (3, 5, 7):
        at = lines.index(f"{day}.csv: {19 + day} rows accepted, 1 rejected")
        assert lines[at + 1].startswith(f"  row {day}, latitude_deg")
    assert lines[-1].startswith("Next: ")


def test_a_sign_against_the_mappings_convention_is_rejected(desk: Desk) -> None:
    only_credit = BANK.replace('sign = "positive_is_credit"', 'sign = "credit"').replace('"bank-plain/1"', '"own/1"')
    said = desk.look("money", desk.write("bank.csv", BOOKINGS), desk.write("own.toml", only_credit.encode()))
    assert (said.code, said.rows) == (3, (ROWS // 2, ROWS // 2))
    assert "an amount without minus" in said.err and f"and {ROWS // 2 - 5} more" in said.err


def test_a_wrong_unit_that_spoils_every_row_is_told_as_such(desk: Desk) -> None:
    wrong = PLOTS.replace('"altitude_pressure_m", unit = "m"', '"altitude_pressure_m", unit = "km"')
    error = desk.refused("flights", desk.write("a.csv", PLOT_ROWS), desk.write("own.toml", wrong.encode()))
    assert "30 rejected" in error.problem and "altitude" in (error.place or "")
    assert "unit" in (error.next_step or "")


def test_times_out_of_order_change_nothing(desk: Desk) -> None:
    head, *rows = PLOT_ROWS.splitlines(keepends=True)
    random.Random(1).shuffle(rows)
    said = desk.look("flights", desk.write("a.csv", head + b"".join(rows)))
    sound = desk.look("flights", desk.write("b.csv", PLOT_ROWS))
    assert (said.code, said.rows) == (0, (ROWS, 0))
    assert said.summary["as_of_us"] == sound.summary["as_of_us"]


def test_one_plot_in_the_future_does_not_carry_the_look_there(desk: Desk) -> None:
    late = spoiled(PLOT_ROWS, b"2023-11-14T22:13:32", b"2223-11-14T22:13:32")
    said = desk.look("flights", desk.write("a.csv", late))
    assert (said.code, said.rows) == (3, (ROWS - 1, 1))
    assert said.summary["as_of_us"] == desk.look("flights", desk.write("b.csv", PLOT_ROWS)).summary["as_of_us"]


def test_a_scenario_may_play_in_the_future(desk: Desk) -> None:
    later = STATEMENT.replace(b"2023-11", b"2223-11")
    assert later != STATEMENT
    said = desk.look("money", desk.write("statement.xml", later))
    assert (said.code, said.rows) == (0, (ROWS + 3, 0))


@pytest.mark.parametrize(("verb", "data", "column"), [("flights", PLOT_ROWS, "time"), ("money", BOOKINGS, "currency")])
def test_a_missing_column_is_named(desk: Desk, verb: str, data: bytes, column: str) -> None:
    head, rest = data.split(b"\n", 1)
    file = desk.write("a.csv", head.replace(column.encode(), b"otherwise", 1) + b"\n" + rest)
    error = desk.refused(verb, file)
    assert (error.place, error.expected) == ("header", column)
    assert "otherwise" in (error.found or "")


def test_a_mappings_missing_column_is_named(desk: Desk) -> None:
    own = PLOTS.replace('"plots-plain/1"', '"own/1"').replace('column = "mode"', 'column = "kind"')
    error = desk.refused("flights", desk.write("a.csv", PLOT_ROWS), desk.write("own.toml", own.encode()))
    assert (error.place, error.expected) == ("header", "kind")


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_keeps_what_was_complete(desk: Desk, name: str) -> None:
    verb, file, data, ender, head, rows = FILES[name]
    cut = len(ender.join(data.split(ender)[: head + 10])) + len(ender) + 30
    said = desk.look(verb, desk.write(file, data[:cut]))
    assert (said.code, said.rows) == (3, (10 + rows - ROWS, 1))
    assert f"row {said.summary['accepted']}, " in said.err and "Next: " in said.err


@pytest.mark.parametrize("name", ["plots_csv", "camt053"])
def test_a_gzip_cut_off_keeps_what_could_be_unpacked(desk: Desk, name: str) -> None:
    verb, file, data, *_ = FILES[name]
    packed = gzip.compress(data)
    said = desk.look(verb, desk.write(f"{file}.gz", packed[: len(packed) * 4 // 5]))
    assert said.code == 3 and said.summary["rejected"] == 1
    assert "in the middle of a record" in said.err and "end of file" in said.err


def test_a_gzip_cut_off_at_once_is_refused(desk: Desk) -> None:
    desk.refused("money", desk.write("bank.csv.gz", gzip.compress(BOOKINGS)[:12]))


def test_a_gzip_cut_off_before_its_first_record_is_no_matter_of_the_wrong_verb(desk: Desk) -> None:
    packed = gzip.compress(BOOKINGS)
    error = desk.refused("money", desk.write("bank.csv.gz", packed[: len(packed) // 2]))
    assert "rejected" in error.problem


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_parquet_cut_off_says_that_it_is_damaged(desk: Desk, part: float) -> None:
    data = parquet()
    assert desk.look("flights", desk.write("whole.parquet", data)).rows == (ROWS, 0)
    error = desk.refused("flights", desk.write("p.parquet", data[: int(len(data) * part)]))
    assert "Parquet" in error.problem


@pytest.mark.parametrize(
    "data",
    [
        b"",
        gzip.compress(b""),
        b"\n\n",
        PLOT_ROWS.split(b"\n")[0] + b"\n",
        b'{"icao":"abc123","timestamp":1,"trace":[]}',
    ],
    ids=["nothing", "nothing in gzip", "blank lines", "a header alone", "a trace without points"],
)
def test_a_file_without_records_is_refused(desk: Desk, data: bytes) -> None:
    desk.refused("flights", desk.write("a.csv", data))


def test_a_directory_and_a_missing_file_are_refused(desk: Desk) -> None:
    (desk.folder / "day").mkdir()
    assert "tar czf" in (desk.refused("flights", desk.folder / "day").next_step or "")
    assert "path" in (desk.refused("money", desk.folder / "none.xml").next_step or "")


def packed_tar(mode: str, *files: bytes) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as archive:
        for number, data in enumerate(files):
            member = tarfile.TarInfo(f"day/{number}.csv")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return sink.getvalue()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_an_archive_cut_off_is_refused_as_a_whole(desk: Desk, mode: str) -> None:
    data = b"".join(encode_plots(plots(3_000)))
    whole = packed_tar(mode, data)
    error = desk.refused("flights", desk.write("a.tar", whole[: len(whole) // 2]))
    assert "damaged or cut off" in error.problem


def test_an_archive_that_breaks_off_between_members_does_not_pass_as_whole(desk: Desk) -> None:
    whole = packed_tar("w", PLOT_ROWS, PLOT_ROWS)
    half = 512 + -(-len(PLOT_ROWS) // 512) * 512
    desk.refused("flights", desk.write("cut.tar", whole[:half]))
    damaged = whole[: half + 148] + b"77777777" + whole[half + 156 :]  # the checksum of the second member's header
    desk.refused("flights", desk.write("damaged.tar", damaged))


def test_changed_bytes_inside_an_archive_do_not_become_rows(desk: Desk) -> None:
    data = b"".join(encode_plots(plots(3_000)))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    for name, whole in (("a.tgz", packed_tar("w:gz", data)), ("a.zip", sink.getvalue())):
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 0x55
        assert "damaged" in desk.refused("flights", desk.write(name, bytes(changed))).problem


def test_a_file_that_changes_while_it_is_read_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It changes between the moment it is first seen and the moment it is read."""
    file = desk.write("a.csv", PLOT_ROWS)

    def open_then_change(*given: object) -> object:
        sources = open_sources(*given)
        seen = file.stat()
        file.write_bytes(PLOT_ROWS.replace(LAT, b"8.0000012"))
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1_000_000))
        return sources

    monkeypatch.setattr(on_files, "open_sources", open_then_change)
    error = desk.refused("flights", file)
    assert "changed while" in error.problem and "repeat" in (error.next_step or "")


def test_handing_in_a_file_with_a_bad_row_keeps_the_rest_and_exits_with_3(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEEDOR_STATE", str(desk.folder / "state"))
    monkeypatch.setenv("VEEDOR_PASSPHRASE_FILE", str(desk.write("passphrase", PASSPHRASE + b"\n")))
    found(desk.folder, given=means(desk.folder))
    mission = desk.folder / "mission"
    bad = plots_file(desk.folder, rows=20, damaged=7)
    said = desk.look("deposit", mission, Path("--party=ve"), bad)
    assert (said.code, said.rows) == (3, (19, 1))
    assert app(["deposit", str(mission), "--party=ve", str(desk.write("empty.csv", b""))]) == 3
