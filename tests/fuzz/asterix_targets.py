"""ASTERIX, walker and encoder: any bytes as the body of a block are damage, or records that write back alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.formats.asterix.flat import Flat, flats
from tests.fuzz.target import Target
from veedor.errors import InputError
from veedor.formats.asterix.categories import find
from veedor.formats.asterix.decode import decode
from veedor.formats.asterix.encode import encode_rows
from veedor.formats.asterix.layout import Category, leaves

EDITIONS = {1: "1.4", 21: "2.7", 48: "1.32", 62: "1.21"}
HEADER = 3
LONGEST = 0xFFFF - HEADER


def read(category: Category, body: bytes) -> list[Flat]:
    """The records of a body; InputError where it breaks a rule. Every octet of it must be accounted for."""
    if len(body) > LONGEST:
        raise InputError("longer than a block")
    data = bytes([category.number]) + (len(body) + HEADER).to_bytes(2, "big") + body
    decoded = decode(data, np.array([[0, len(data)]]), category)
    rest = sum(row.length for row in decoded.damage.rows())
    assert HEADER + int(decoded.length.sum()) + rest == len(data)
    found = flats(data, decoded)
    # A compound item without parts says nothing and is not written; a record of such items alone would be empty.
    if rest or Flat() in found:
        raise InputError("damaged")
    return found


def written(category: Category, records: list[Flat]) -> bytes:
    return encode_rows(category, [{**each.values, **each.lists, **each.blobs} for each in records])[HEADER:]


def full_record(category: Category, name: str) -> dict[str, Any]:
    """Every item that a UAP has, with the highest bit of each subfield set."""
    uap = next(uap for uap in category.uaps if uap.name == name)
    row: dict[str, Any] = {}
    for leaf in (leaf for item in category.items if item.name in uap.order for leaf in leaves(item)):
        if leaf.bits is None:
            row[leaf.path] = b"\x01\x02"
        else:
            value = -(1 << leaf.bits.width - 1) if leaf.bits.signed else 1 << leaf.bits.width - 1
            row[leaf.path] = [value, 0] if leaf.repeated else value
    if category.choice is not None:
        row["020.TYP"] = category.uaps.index(uap)
    return row


def target(category: Category) -> Target:
    full = [full_record(category, uap.name) for uap in category.uaps]
    few = {path: value for path, value in full[0].items() if path < "041"}
    seeds = (encode_rows(category, full)[HEADER:], encode_rows(category, [few, few])[HEADER:])
    return Target(
        lambda body: read(category, body),
        lambda records: written(category, records),
        seeds,
        InputError,
        one_spelling=False,
    )


ASTERIX_TARGETS: dict[str, Target] = {
    f"asterix {number:03}": target(find(number, edition)) for number, edition in EDITIONS.items()
}
