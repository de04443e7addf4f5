"""Bytes that radars and tracking centres have sent: every record and value as libasterix reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.formats.asterix import oracle
from tests.formats.asterix.flat import Flat, flats, rows
from tests.formats.asterix.test_against_libasterix import DESCRIBED_ELSEWHERE
from tests.support.asterix_samples import sample_blocks
from veedor.formats.asterix.categories import CATEGORIES, find, of_number
from veedor.formats.asterix.decode import decode

NUMBERS = sorted({category.number for category in CATEGORIES})

# Per file and category: blocks, the newest edition that reads all of them, records. What no category claims (30, 32,
# 255) is left out.
HELD = {
    ("asterix.pcap", 62): (100, "0.17", 100),
    ("cat034.raw", 34): (1, "1.29", 1),
    ("cat048.raw", 48): (1, "1.32", 1),
    ("cat062cat065.raw", 62): (1, "1.21", 2),
    ("cat062cat065.raw", 65): (1, "1.6", 1),
    ("cat21_re.ast", 21): (2, "2.7", 2),
    ("cat_001_002.pcap", 1): (5, "1.4", 7),
    ("cat_001_002.pcap", 2): (1, "1.2", 1),
    ("cat_034_048.pcap", 34): (34, "1.29", 34),
    ("cat_034_048.pcap", 48): (86, "1.32", 128),
    ("cat_062_065.pcap", 62): (1, "1.21", 2),
    ("cat_062_065.pcap", 65): (1, "1.6", 1),
    ("goasterix_sample.ast", 1): (1, "1.4", 5),
    ("goasterix_sample.ast", 2): (1, "1.2", 1),
    ("goasterix_sample.ast", 34): (1, "1.29", 1),
    ("goasterix_sample.ast", 48): (1, "1.32", 11),
    ("parsegps.gps", 34): (3, "1.29", 3),
    ("parsegps.gps", 48): (12, "1.32", 15),
}


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> dict[str, list[bytes]]:
    return sample_blocks(shared_data / "air/asterix")


@pytest.fixture(scope="module")
def by_category(samples: dict[str, list[bytes]]) -> dict[tuple[str, int], list[bytes]]:
    found = {(name, block[0]) for name, blocks in samples.items() for block in blocks}
    return {
        (name, number): [block for block in samples[name] if block[0] == number]
        for name, number in sorted(found)
        if number in NUMBERS
    }


def test_every_record_of_the_samples_is_read_in_every_edition_as_libasterix_reads_it(
    by_category: dict[tuple[str, int], list[bytes]],
) -> None:
    for (name, number), blocks in by_category.items():
        for category in of_number(number):
            if (number, category.edition) in DESCRIBED_ELSEWHERE:
                continue
            for block in blocks:
                decoded = decode(block, rows([block]), category)
                expected = oracle.parse_block(number, category.edition, block[3:])
                if expected is None or Flat() in expected:
                    # libasterix reads an FSPEC without items as a record, which says nothing of anybody.
                    assert len(decoded.damage) == 1, (name, str(category))
                else:
                    assert (flats(block, decoded), len(decoded.damage)) == (expected, 0), (name, str(category))


def test_the_samples_hold_what_is_known_of_them(by_category: dict[tuple[str, int], list[bytes]]) -> None:
    held = {}
    for (name, number), blocks in by_category.items():
        data = b"".join(blocks)
        read = [decode(data, rows(blocks), category) for category in of_number(number)]
        whole = [decoded for decoded in read if not len(decoded.damage)]
        newest = (whole[-1].category.edition, len(whole[-1])) if whole else (None, 0)
        held[name, number] = (len(blocks), *newest)
    assert held == HELD


def test_tracks_of_the_draft_0_17_are_where_aircraft_fly(by_category: dict[tuple[str, int], list[bytes]]) -> None:
    """Nothing else at hand reads these hundred tracks, so their values must bear each other out: over the Adriatic and
    its neighbours, at levels of airliners, at the speeds of airliners, in order of time, with call signs in letters."""
    blocks = by_category["asterix.pcap", 62]
    read = decode(b"".join(blocks), rows(blocks), find(62, "0.17"))
    assert len(read) == 100 and not len(read.damage)
    degrees = 180 / (1 << 23)
    lat, lon = (read.values[f"105.{axis}"] * degrees for axis in ("LAT", "LON"))
    assert lat.min() > 40 and lat.max() < 50 and lon.min() > 10 and lon.max() < 24
    level = read.values["136"][read.has["136"]] / 4
    knots = read.values["180.GS"] * 3_600 / 16_384
    assert 300 < np.median(level) < 400 and 380 < np.median(knots) < 500 and knots.max() < 650
    seconds = read.values["070"] / 128
    assert (np.diff(seconds) >= -1).all() and seconds.max() - seconds.min() < 60
    signs = [int(sign).to_bytes(7).decode("ascii") for sign in read.values["390.CS"][read.has["390.CS"]]]
    assert len(signs) > 90 and all(sign.strip().isalnum() and sign.upper() == sign for sign in signs)
