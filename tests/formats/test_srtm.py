"""SRTM tiles: what stands where in the file, cells of it, voids, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import InputError
from veedor.formats import detect
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.formats.source import BytesSource
from veedor.formats.srtm import READER, corner
from veedor.mission.deposits.deposit import deposit_digest
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.intake import Intake


def tile(side: int = 1201, fill: int = 0) -> np.ndarray:
    """Samples by row from the north and column from the west."""
    return np.full((side, side), fill, ">i2")


def source(samples: np.ndarray, name: str = "N05W073.hgt") -> BytesSource:
    return BytesSource(samples.tobytes(), name)


def cells(samples: np.ndarray, name: str = "N05W073.hgt") -> list[dict[str, object]]:
    """Rows by band from the south."""
    (batch,) = READER.read(source(samples, name), Options())
    return sorted(batch.rows.to_pylist(), key=lambda row: row["band"])


def test_names_say_the_corner_in_the_south_west() -> None:
    assert corner("N05W073.hgt") == (5, -73)
    assert corner("S23E014.hgt") == (-23, 14)
    assert corner("n00e000.SRTMGL1.hgt") == (0, 0)
    assert corner("N05W073.hgt.gz") == (5, -73)
    for name in ("N05W73.hgt", "N95W073.hgt", "N05W181.hgt", "plots.csv", "S91E000.hgt"):
        assert corner(name) is None


@pytest.mark.parametrize("side", [1201, 3601])
def test_a_summit_stands_in_the_cell_of_its_place(side: int) -> None:
    """5.3 degrees north, 72.4 west: 0.3 of the way up and 0.6 of the way across the tile."""
    samples = tile(side, 100)
    samples[(side - 1) * 7 // 10, (side - 1) * 6 // 10] = 2_345
    rows = cells(samples)
    found = [(row["band"], k) for row in rows for k, value in enumerate(row["highest_m"]) if value == 2_345]
    # The sample stands on the line between two bands; files count from the north, so it belongs to the southern one.
    assert found == [(71, 144)]
    each = (side - 1) // 240
    assert rows[71]["lowest_m"][144] == 100
    assert rows[71]["mean_m"][144] == 100 + 2_245 // each**2
    assert [row["band"] for row in rows] == list(range(240)) and {row["tile"] for row in rows} == {"N05W073"}


def test_voids_are_no_heights() -> None:
    samples = tile(1201, 50)
    samples[0:5, 0:5] = -32_768
    samples[0, 5] = -32_768
    north = cells(samples)[239]
    assert north["mean_m"][:3] == [-32_768, 50, 50] and north["lowest_m"][1] == 50 and north["voids"] == 26


def test_a_height_that_no_ground_has_rejects_its_band_and_bytes_reconcile() -> None:
    samples = tile(1201, 50)
    samples[600, 7] = 9_500
    hand_in = hand_ins([source(samples)], Options())[0]
    intake = Intake(bytes(32), hand_in.reader, hand_in.options, hand_in.sources, None)
    rejects = [row for table, rows in intake.rows() if table.name == "rejects" for row in rows.to_pylist()]
    assert [(row["place"], row["found"]) for row in rejects] == [("row 600, column 7", "9500 m")]
    assert intake.accepted_bytes + intake.rejected_bytes == intake.total_bytes == samples.nbytes
    assert intake.tables == {"terrain": 239, "rejects": 1}


@given(st.integers(1, 40_000))
def test_a_tile_of_another_size_is_refused_never_guessed(cut: int) -> None:
    with pytest.raises(InputError, match="size"):
        list(READER.read(BytesSource(tile(1201, 1).tobytes()[:-cut], "N05W073.hgt"), Options()))


def test_one_byte_too_many_is_refused() -> None:
    with pytest.raises(InputError, match="size"):
        list(READER.read(BytesSource(tile(3601).tobytes() + b"\0", "N05W073.hgt"), Options()))


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_an_input_error(data: bytes) -> None:
    for content in (data, tile(1201).tobytes()[: -len(data) or None] + data):
        try:
            list(READER.read(BytesSource(content, "S01W070.hgt"), Options()))
        except InputError as error:
            assert error.file == "S01W070.hgt"


def test_tiles_come_plain_in_gzip_and_in_zip(tmp_path: Path) -> None:
    import zipfile

    data = tile(1201, 7).tobytes()
    (tmp_path / "N05W073.hgt").write_bytes(data)
    (tmp_path / "N06W073.hgt.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "N07W073.SRTMGL3.hgt.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N07W073.hgt", data)
    for each in open_sources(sorted(tmp_path.iterdir())):
        assert detect(each) is READER
        (batch,) = READER.read(each, Options())
        assert set(batch.rows["mean_m"][0].as_py()) == {7}


def test_tiles_of_equal_heights_at_two_places_are_two_tiles_in_any_order() -> None:
    tiles = [source(tile(), name) for name in ("N05W073.hgt", "N06W073.hgt")]
    read = []
    for given_tiles in (tiles, tiles[::-1]):
        (hand_in,) = hand_ins(given_tiles, Options())
        intake = Intake(deposit_digest("co", hand_in), hand_in.reader, hand_in.options, hand_in.sources, bytes(32))
        read.append(pa.concat_tables([rows for _, rows in intake.rows()]))
        assert intake.tables == {"terrain": 480} and len(intake.files) == 2
    assert read[0].equals(read[1]) and set(read[0]["tile"].to_pylist()) == {"N05W073", "N06W073"}


def test_the_deposit_digest_depends_on_what_names_say() -> None:
    """The same heights under another name are other ground."""
    one, other = (hand_ins([source(tile(), name)], Options())[0] for name in ("N05W073.hgt", "N06W073.hgt"))
    assert deposit_digest("co", one) != deposit_digest("co", other)
    assert deposit_digest("co", one) == deposit_digest("co", hand_ins([source(tile())], Options())[0])
