"""What libasterix encodes we read: every item, subfield and edition that is declared, with the values put in."""

from __future__ import annotations

from random import Random

import pytest

from tests.formats.asterix import oracle
from tests.formats.asterix.flat import Flat, flats, rows
from veedor.formats.asterix.categories import CATEGORIES
from veedor.formats.asterix.decode import decode
from veedor.formats.asterix.layout import Category, leaves

# Of these libasterix has nothing: two are read by the layout of 2.1 (test_editions.py), one is held against a sample
# (test_samples.py).
DESCRIBED_ELSEWHERE = {(21, "1.4"), (21, "1.8"), (62, "0.17")}
EDITIONS = [
    (category, edition)
    for category in CATEGORIES
    for edition in category.editions
    if (category.number, edition) not in DESCRIBED_ELSEWHERE
]
NAMES = [f"{category.number:03}-{edition}" for category, edition in EDITIONS]


def drawn(
    number: int, edition: str, count: int, seed: int, shares: tuple[float, ...] = oracle.FULL
) -> tuple[list[bytes], list[Flat]]:
    """Blocks of one to eight records."""
    random = Random(seed)
    writer = oracle.Writer(number, edition, random, shares)
    made = [writer.record() for _ in range(count)]
    blocks, at = [], 0
    while at < count:
        size = random.randint(1, 8)
        blocks.append(oracle.block(number, [each for each, _ in made[at : at + size]]))
        at += size
    return blocks, [flat for _, flat in made]


def check(category: Category, edition: str, count: int, seed: int) -> None:
    blocks, expected = drawn(category.number, edition, count, seed)
    data = b"".join(blocks)
    decoded = decode(data, rows(blocks), category)
    assert list(decoded.damage.rows()) == []
    assert flats(data, decoded) == expected


@pytest.mark.parametrize(("category", "edition"), EDITIONS, ids=NAMES)
def test_records_that_libasterix_encodes_are_read_with_all_their_values(category: Category, edition: str) -> None:
    check(category, edition, 80, seed=1)


@pytest.mark.parametrize("number", sorted({category.number for category in CATEGORIES}))
def test_every_edition_that_libasterix_knows_is_declared(number: int) -> None:
    declared = [edition for category, edition in EDITIONS if category.number == number]
    assert declared == list(oracle.editions(number))


@pytest.mark.parametrize(("category", "edition"), EDITIONS, ids=NAMES)
def test_what_the_least_bit_is_worth_is_declared_as_libasterix_has_it(category: Category, edition: str) -> None:
    expected = oracle.scales(category.number, edition)
    declared = {
        leaf.path: (float(leaf.bits.lsb), leaf.bits.unit)
        for item in category.items
        for leaf in leaves(item)
        if leaf.bits is not None and leaf.bits.lsb is not None
    }
    assert declared == expected
