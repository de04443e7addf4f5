"""What we encode libasterix reads, and so do we; what cannot be written is refused."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from tests.formats.asterix import oracle
from tests.formats.asterix.flat import flats, rows
from tests.formats.asterix.test_against_libasterix import EDITIONS, NAMES, drawn
from veedor.formats.asterix.categories import find
from veedor.formats.asterix.decode import Decoded, decode
from veedor.formats.asterix.encode import blocks, encode, encode_rows
from veedor.formats.asterix.layout import Category


def encoded_again(data: bytes, decoded: Decoded) -> Any:
    """All that was decoded, as arguments of the encoder."""
    contents = {
        path: [
            data[at : at + size] if at >= 0 else None for at, size in zip(*map(np.ndarray.tolist, blob), strict=True)
        ]
        for path, blob in decoded.blobs.items()
    }
    return encode(decoded.category, len(decoded), decoded.values, decoded.has, decoded.lists, contents)


def check(category: Category, edition: str, count: int, seed: int, shares: tuple[float, ...] = oracle.FULL) -> None:
    """Records drawn from the oracle, decoded, encoded by us one to a block: we and the oracle read the values drawn."""
    drawn_blocks, expected = drawn(category.number, edition, count, seed, shares)
    data = b"".join(drawn_blocks)
    decoded = decode(data, rows(drawn_blocks), category)
    assert list(decoded.damage.rows()) == []
    assert flats(data, decoded) == expected
    encoded = encoded_again(data, decoded)
    written = encoded.data.tobytes()
    for number, flat in enumerate(expected):
        record = written[encoded.offsets[number] : encoded.offsets[number + 1]]
        assert oracle.parse_block(category.number, edition, record) == [flat]


@pytest.mark.parametrize(("category", "edition"), EDITIONS, ids=NAMES)
def test_libasterix_reads_what_we_encode(category: Category, edition: str) -> None:
    check(category, edition, 30, seed=2)


@pytest.mark.long
@pytest.mark.parametrize(("category", "edition"), EDITIONS, ids=NAMES)
def test_ten_thousand_records_of_each_edition_are_read_and_written_as_libasterix_does(
    category: Category, edition: str
) -> None:
    for part in range(10):
        check(category, edition, 1_000, 200 + part, oracle.FULL if part == 0 else oracle.THIN)


@pytest.mark.parametrize(("category", "edition"), EDITIONS, ids=NAMES)
def test_decoding_what_was_encoded_gives_it_back(category: Category, edition: str) -> None:
    drawn_blocks, expected = drawn(category.number, edition, 100, seed=3)
    data = b"".join(drawn_blocks)
    encoded = encoded_again(data, decode(data, rows(drawn_blocks), category))
    starts = np.array(sorted({0, *Random(3).sample(range(100), 15)}))
    framed = blocks(category, encoded, starts)
    made = framed.data.tobytes()
    again = decode(made, np.stack([framed.offsets[:-1], np.diff(framed.offsets)], axis=1), category)
    assert flats(made, again) == expected
    assert not len(again.damage)


CAT048 = find(48, "1.32")
PLOT = {"010.SAC": 25, "010.SIC": 201, "140": 3_501_389, "020.TYP": 5, "040.RHO": 50_607, "040.THETA": 61_920}


def test_a_block_written_by_hand_has_the_bytes_of_the_standard() -> None:
    made = encode_rows(CAT048, [PLOT, {"010.SAC": 1, "010.SIC": 2, "030": [1, 16], "250.BDS1": [4], "SP": b"\x07"}])
    plot = "f019c9356d4da0c5aff1e0"
    other = "81214104010201000000000000004003200207"
    assert made.hex() == "300021" + plot + other
    decoded = decode(made, np.array([[0, len(made)]]), CAT048)
    assert decoded.values["040.RHO"].tolist() == [50_607, 0]
    assert decoded.lists["030"].values.tolist() == [1, 16]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"040.RHO": 65_536}, "040.RHO"),
        ({"042.X": -32_769}, "042.X"),
        ({"041.LAT": 1}, "041.LAT"),
        ({"250.BDS1": [1] * 256}, "250"),
        ({"030": []}, "record 0"),
        ({"SP": bytes(255)}, "SP"),
        ({"040.RHO": [1]}, "040.RHO"),
        ({"030": 1}, "030"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_path(row: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        encode_rows(CAT048, [row])


def test_a_track_item_in_a_plot_of_cat001_is_refused() -> None:
    with pytest.raises(ValueError, match=r"161.*plot"):
        encode_rows(find(1, "1.2"), [{"010.SAC": 1, "020.TYP": 0, "161": 7}])
    with pytest.raises(ValueError, match="chooses"):
        encode_rows(find(1, "1.2"), [{"010.SAC": 1}])


def test_a_block_longer_than_its_length_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match="start blocks more often"):
        encode_rows(CAT048, [PLOT] * 7_000)
