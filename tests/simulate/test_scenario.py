"""A scenario is what its seed says, as large as its factor says, and marked as simulated in every file."""

from __future__ import annotations

import ast
import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from veedor.errors import UsageError
from veedor.simulate import apure
from veedor.simulate.scale import scale
from veedor.simulate.truth import holds_truth, read_truth

from .conftest import TINY

SOURCE = Path(apure.__file__).parent


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_makes_the_same_bytes_and_another_seed_makes_others(tiny: Path, tmp_path: Path) -> None:
    apure.make_scaled(tmp_path / "again", 5, TINY)
    apure.make_scaled(tmp_path / "other", 6, TINY)
    assert digests(tmp_path / "again") == digests(tiny)
    other = digests(tmp_path / "other")
    data = {name for name in other if not name.endswith((".toml", "sites.csv"))}
    assert data and all(other[name] != digest for name, digest in digests(tiny).items() if name in data)


def test_a_truth_without_look_alikes_is_whole_and_one_that_lacks_a_table_is_none(tiny: Path, tmp_path: Path) -> None:
    assert not (tiny / "truth/phenomena.parquet").exists()
    assert holds_truth(tiny / "truth")
    for path in (tiny / "truth").glob("*.parquet"):
        if path.stem != "strips":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert not holds_truth(tmp_path)


def test_a_tenth_scales_traffic_and_payments_and_keeps_flights_strips_and_instances(tenth: Path) -> None:
    truth = read_truth(tenth / "truth")
    missions = {(r["mission"]) for r in truth.flights.to_pylist() if r["illicit"]}
    assert len(missions) == 40
    assert truth.strips.num_rows == 6
    instances = {(r["instance"], r["typology"]) for r in truth.instances.to_pylist() if r["illicit"]}
    assert len(instances) == 32
    assert {kind for _, kind in instances} == {"pass_through", "fan_in", "fan_out", "structuring"}
    plots = pq.read_metadata(tenth / "co/radar/SIMULATED-CO-R1.parquet").num_rows
    plots += sum(pv.read_csv(tenth / f"ve/radar/SIMULATED-{name}.csv").num_rows for name in ("VE-R1", "VE-R2"))
    assert 180_000 < plots < 420_000
    entries = sum(pv.read_csv(path).num_rows for path in tenth.glob("*/bank/*.csv"))
    entries += sum(path.read_bytes().count(b"<Ntry>") for path in tenth.glob("*/bank/*.xml"))
    assert 40_000 < entries < 70_000


def test_innocent_stories_are_fifty_to_one_at_factor_one() -> None:
    size = scale(1.0)
    assert size.money_lookalikes == 50 * 4 * size.instances_each


def test_strips_flights_and_instances_grow_only_above_factor_one() -> None:
    small, one, large = scale(0.1), scale(1.0), scale(100.0)
    assert (small.illicit_flights, small.strips, small.instances_each) == (40, 6, 8)
    assert (one.illicit_flights, one.strips, one.instances_each) == (40, 6, 8)
    assert (large.illicit_flights, large.strips, large.instances_each) == (400, 60, 80)
    assert large.payments_a_day == 100 * one.payments_a_day


def test_every_file_and_every_row_says_simulated(tiny: Path) -> None:
    for path in (p for p in tiny.rglob("*") if p.is_file()):
        where = path.relative_to(tiny)
        if path.suffix == ".csv":
            lines = path.read_text(encoding="utf-8").splitlines()
            word = "True" if "CO-A3" in path.name else "SIMULATED"
            assert all(word in line for line in lines[1:]), where
        elif path.suffix == ".parquet" and "truth" not in where.parts:
            assert set(pq.read_table(path, columns=["flags"])["flags"].to_pylist()) == {"SIMULATED"}
        elif path.suffix == ".parquet":
            assert set(pq.read_table(path, columns=["simulated"])["simulated"].to_pylist()) == {"SIMULATED"}
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                assert all(b'"simulated":true' in archive.read(name) for name in archive.namelist())
        elif path.suffix == ".xml":
            text = path.read_text(encoding="utf-8")
            assert "<AddtlInf>SIMULATED</AddtlInf>" in text
            assert text.count("[SIMULATED]</Ustrd>") == text.count("<Ntry>")
        else:
            assert "SIMULATED" in path.read_text(encoding="utf-8"), where


def test_a_folder_that_holds_something_and_a_factor_out_of_range_are_refused(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not empty"):
        apure.make(tiny, 1, 0.1)
    with pytest.raises(UsageError, match="factor"):
        apure.make(tmp_path / "x", 1, 0.01)
    with pytest.raises(UsageError, match="midnight"):
        apure.make(tmp_path / "y", 1, 0.1, datetime(2026, 5, 1, 3, tzinfo=UTC))


def test_the_simulator_imports_nothing_of_what_it_tests() -> None:
    allowed = {"errors", "words", "tables", "formats", "mission", "simulate"}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("veedor."):
                room = str(node.module).split(".")[1]
                assert room in allowed, (path.name, node.module)
                layouts = ("veedor.formats.asterix.categories", "veedor.formats.asterix.layout")
                if room == "formats" and node.module not in layouts:
                    assert "encode" in str(node.module) or any(
                        "MAPPING" in a.name or "encode" in a.name or "write" in a.name for a in node.names
                    )
