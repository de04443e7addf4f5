"""Bytes that break the rules of ASTERIX are damage to the end of their block, named; everything else is still read."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.asterix.flat import flats, rows
from tests.fuzz.asterix_targets import full_record
from veedor.formats.asterix.categories import CATEGORIES, find
from veedor.formats.asterix.decode import Damaged, Decoded, decode
from veedor.formats.asterix.encode import encode_rows
from veedor.formats.asterix.layout import Category

CAT001, CAT048 = find(1, "1.2"), find(48, "1.32")
SAMPLES = {
    str(category): encode_rows(category, [full_record(category, uap.name) for uap in category.uaps] * 3)
    for category in CATEGORIES
}


def block(category: Category, body: str) -> bytes:
    octets = bytes.fromhex(body)
    return bytes([category.number]) + (len(octets) + 3).to_bytes(2, "big") + octets


def tiled(decoded: Decoded, blocks: np.ndarray) -> None:
    """Each octet of each block is in its header, in one record, or in damage, and nothing else is."""
    spans = [(int(at), int(at + size)) for at, size in zip(decoded.offset, decoded.length, strict=True)]
    spans += [(row.offset, row.offset + row.length) for row in decoded.damage.rows() if row.length]
    spans.sort()
    starts = {start for start, _ in spans}
    for offset, length in blocks.tolist():
        # A header that lies is damage itself.
        if offset not in starts and length:
            spans.append((offset, offset + 3))
    spans.sort()
    covered = [at for start, end in spans for at in range(start, end)]
    assert covered == [at for offset, length in blocks.tolist() for at in range(offset, offset + length)]


@pytest.mark.parametrize(
    ("category", "body", "expected"),
    [
        (CAT048, "01", ("fspec_broken_off", 2, 1, "")),
        (CAT048, "01010101 01010101", ("fspec_too_long", 4, 5, "")),
        (CAT048, "00", ("no_items", 1, 0, "")),
        (CAT048, "01010100", ("no_items", 1, 0, "")),
        (CAT048, "80 01", ("item_broken_off", 2, 1, "010")),
        (CAT048, "a0 0102 01 01", ("item_broken_off", 1, 0, "020")),
        (CAT048, "a0 0102 010101 0101 01 00", ("extension_endless", 6, 7, "020")),
        (CAT048, "810140 0102 03 05", ("item_broken_off", 1, 0, "030")),
        (CAT048, "8120 0102 02 0011223344556677", ("item_broken_off", 17, 9, "250")),
        (CAT048, "8120 0102", ("item_broken_off", 1, 0, "250")),
        (CAT048, "810104 0102 08", ("unknown_item", 2, 5, "120")),
        (CAT048, "82 0102 01 01", ("fspec_too_long", 1, 2, "130")),
        (CAT048, "81010104 0102 00", ("explicit_empty", 1, 0, "SP")),
        (CAT048, "81010104 0102 05 01", ("item_broken_off", 5, 2, "SP")),
        (CAT001, "80 0102", ("kind_unknown", 2, 0, "020")),
        (CAT001, "a0 0102 0000", ("kind_unknown", 2, 3, "FRN 3")),
        (CAT001, "c10110 0102 00", ("unknown_item", 28, 18, "FRN 18")),
        (CAT001, "c10102 0102 00 02 03 00000000 03 00000000", ("item_twice", 1, 2, "FRN 3")),
        (CAT001, "e10102 0102 00 00000000 01 03 00000000", ("item_twice", 1, 2, "FRN 3")),
        (CAT001, "c10102 0102 00 01 00", ("unknown_item", 28, 0, "RFS")),
        (CAT001, "c10102 0102 00 01 15 00", ("unknown_item", 28, 21, "RFS")),
        (CAT001, "c10102 0102 00 02 03 00000000", ("item_broken_off", 1, 0, "RFS")),
    ],
)
def test_each_broken_rule_is_named_with_its_item(
    category: Category, body: str, expected: tuple[str, int, int, str]
) -> None:
    good = encode_rows(category, [full_record(category, category.uaps[0].name)])
    whole = good[:1] + (len(good) + len(bytes.fromhex(body))).to_bytes(2, "big") + good[3:] + bytes.fromhex(body)
    blocks = [whole, good]
    decoded = decode(b"".join(blocks), rows(blocks), category)
    assert list(decoded.damage.rows()) == [Damaged(len(good), len(bytes.fromhex(body)), *expected)]
    assert decoded.offset.tolist() == [3, len(whole) + 3], "decoding goes on with the next block"
    assert decoded.block.tolist() == [0, 1]
    tiled(decoded, rows(blocks))


@pytest.mark.parametrize(
    ("data", "length", "expected"),
    [
        (b"", 0, ("block_length", 3, 0)),
        (b"\x30", 1, ("block_length", 3, 1)),
        (b"\x30\x00", 2, ("block_length", 3, 2)),
        (b"\x30\x00\x02\x80", 4, ("block_length", 4, 2)),
        (b"\x22\x00\x04\x80", 4, ("block_category", 48, 34)),
    ],
)
def test_a_block_that_is_not_what_framing_took_it_for_is_damage_as_a_whole(
    data: bytes, length: int, expected: tuple[str, int, int]
) -> None:
    decoded = decode(data, np.array([[0, length]]), CAT048)
    assert list(decoded.damage.rows()) == [Damaged(0, length, *expected, "")]
    tiled(decoded, np.array([[0, length]]))


def test_an_empty_block_and_no_block_hold_no_record_and_no_damage() -> None:
    for data, blocks in ((b"", []), (b"\x30\x00\x03", [[0, 3]])):
        decoded = decode(data, np.array(blocks, np.int64).reshape(-1, 2), CAT048)
        assert len(decoded) == len(decoded.damage) == 0
        assert decoded.values["040.RHO"].tolist() == []


@pytest.mark.parametrize("blocks", [[[0, 5]], [[-1, 3]], [[4, 1]], [[2**62, 2**62]]])
def test_a_block_outside_the_data_is_the_callers_mistake(blocks: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="outside"):
        decode(b"\x30\x00\x04\x80", np.array(blocks), CAT048)


def damaged(data: bytes, draw: st.DataObject) -> bytes:
    """Some octets changed, put in or taken out."""
    made = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(made)))
        made[at : at + draw.draw(st.integers(0, 2))] = draw.draw(st.binary(max_size=2))
    return bytes(made)


@pytest.mark.parametrize("category", CATEGORIES, ids=str)
@settings(max_examples=40)
@given(draw=st.data())
def test_every_octet_of_damaged_blocks_is_accounted_for_and_good_blocks_are_read(
    category: Category, draw: st.DataObject
) -> None:
    good = SAMPLES[str(category)]
    body = damaged(good[3:], draw)
    blocks = [good, good[:1] + (len(body) + 3).to_bytes(2, "big") + body, good]
    data = b"".join(blocks)
    decoded = decode(data, rows(blocks), category)
    tiled(decoded, rows(blocks))
    assert len(decoded.damage) <= 1
    assert np.count_nonzero(decoded.block != 1) == 2 * len(decode(good, rows([good]), category))


@pytest.mark.parametrize("category", CATEGORIES, ids=str)
@settings(max_examples=40)
@given(body=st.binary(max_size=200))
def test_every_octet_of_any_bytes_is_accounted_for(category: Category, body: bytes) -> None:
    blocks = [bytes([category.number]) + (len(body) + 3).to_bytes(2, "big") + body]
    tiled(decode(blocks[0], rows(blocks), category), rows(blocks))


@pytest.mark.parametrize("category", CATEGORIES, ids=str)
def test_what_is_read_does_not_hang_on_how_the_file_was_cut_or_what_else_was_asked_for(category: Category) -> None:
    random = Random(7)
    good = SAMPLES[str(category)]
    blocks = []
    for _ in range(30):
        body = bytearray(good[3:])
        if random.random() < 0.5:
            body[random.randrange(len(body))] ^= 1 << random.randrange(8)
        blocks.append(good[:3] + bytes(body))
    data = b"".join(blocks)
    whole = decode(data, rows(blocks), category)
    pieces = [decode(data, rows(blocks)[at : at + 7], category) for at in range(0, 30, 7)]
    assert flats(data, whole) == [flat for piece in pieces for flat in flats(data, piece)]
    assert list(whole.damage.rows()) == [row for piece in pieces for row in piece.damage.rows()]
    wanted = sorted(random.sample(sorted(whole.has), 3))
    some = decode(data, rows(blocks), category, wanted)
    assert sorted(some.has) == wanted
    assert list(some.damage.rows()) == list(whole.damage.rows())
    for path in wanted:
        assert np.array_equal(some.has[path], whole.has[path])
        if path in whole.values:
            assert np.array_equal(some.values[path], whole.values[path])


def test_a_block_of_very_many_very_short_records_is_read_too() -> None:
    """More records than room is first made for."""
    block_65 = find(65, "1.6")
    blocks = [bytes([65]) + (3 + 2 * 30_000).to_bytes(2, "big") + b"\x40\x01" * 30_000] * 3
    decoded = decode(b"".join(blocks), rows(blocks), block_65)
    assert len(decoded) == 90_000
    assert (decoded.values["000"] == 1).all()


def test_an_item_or_part_stands_for_all_below_it() -> None:
    data = SAMPLES[str(CAT048)]
    decoded = decode(data, rows([data]), CAT048, ["040", "130.SRL", "120.RDS", "SP", "no such item"])
    assert set(decoded.values) == {"040.RHO", "040.THETA", "130.SRL"}
    assert set(decoded.lists) == {"120.RDS.DOP", "120.RDS.AMB", "120.RDS.FRQ"}
    assert set(decoded.blobs) == {"SP"}


def test_blocks_far_into_the_data_are_read_with_their_places_there() -> None:
    data = SAMPLES[str(CAT048)]
    near = decode(data, rows([data]), CAT048)
    far = decode(b"\xff" * 1_000 + data + b"\xff", np.array([[1_000, len(data)]]), CAT048)
    assert (far.offset - near.offset).tolist() == [1_000] * len(near)
    assert (far.blobs["SP"].offset - near.blobs["SP"].offset).tolist() == [1_000] * len(near)
    assert flats(b"\xff" * 1_000 + data, far) == flats(data, near)
    broken = decode(b"\xff" * 1_000 + data[:-1], np.array([[1_000, len(data) - 1]]), CAT048)
    assert [row.offset for row in broken.damage.rows()] == [1_000]
