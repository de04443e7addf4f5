"""Arguments on which each kernel of the walker and its plain twin are compared: good, broken and odd bytes.

Arrays are as decoding gives them (bytes that cannot be written, columns of a table), so that warm code is that code.
"""

from __future__ import annotations

import numpy as np

from veedor.formats.asterix.layout import Choice
from veedor.formats.asterix.notation import RE, category, compound, extended, fixed, repetitive, uap
from veedor.formats.asterix.program import Program, compiled

Arguments = list[tuple[object, ...]]


def _program() -> Program:
    """A category with every kind of item and two UAPs."""
    items = (
        fixed("010", "SAC 8, SIC 8"),
        extended("020", "TYP 1, - 6, FX", "- 3, A s4, FX"),
        repetitive("030", "7, FX"),
        repetitive("070", "TYP 5, COUNT 11"),
        compound("120", fixed("CAL", "s12, - 4"), None, repetitive("RDS", "DOP 16")),
        RE,
    )
    uaps = (uap("010 020 030 070 - 120 RFS RE", "plot"), uap("010 020 120 - 030 RE 070", "track"))
    return compiled(category(1, "1.0", uaps, items, Choice("020", 0)))


def _octets(text: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(text), np.uint8)


# One record each: plot with all items, track, random sequence, then what breaks off, repeats or has no item.
_RECORDS = (
    "f680 0102 0106 030502 02 0801 1003 a0 fff0 01 1234 03aabb",
    "ea00 0102 80 80 0010 07 02 0a0b",
    "c2 0102 00 02 04 01 0801 03 02",
    "c2 0102 00 01 01 0102",
    "c2 0102 00 01 07 0102",
    "c2 0102",
    "00",
    "0100",
    "0101010100",
    "80 01",
    "a0 0102 02",
    "c8 0102 00",
    "c4 0102 00 40 0102",
    "c0 0102 01 03 01",
    "c180 0102 00 00",
    "c180 0102 00 09 01",
)


def _tables(program: Program) -> tuple[np.ndarray, ...]:
    return program.uaps, program.steps, program.nodes, program.parts


def nth_bit_examples() -> Arguments:
    return [(octet, count) for octet in (0x80, 0xFF, 0x11, 0x56) for count in range(1, octet.bit_count() + 1)]


def walk_examples() -> Arguments:
    """All records, one to a block, then two blocks of several; with room, and with room for three records only."""
    program = _program()
    bodies = [bytes.fromhex(text) for text in (*_RECORDS, "".join(_RECORDS[:3]), "".join(_RECORDS[2:5]))]
    blocks = [b"\1" + (len(body) + 3).to_bytes(2, "big") + body for body in bodies]
    ends = np.cumsum([len(block) for block in blocks])
    rows = np.stack([ends - [len(block) for block in blocks], [len(block) for block in blocks]], axis=1)
    data = np.frombuffer(b"".join(blocks), np.uint8)
    made: Arguments = []
    for room in (100, 3):
        places, records = np.zeros((room, program.slots), np.int32), np.zeros((room, 3), np.int32)
        damage = np.zeros((len(rows), 6), np.int64)
        made.append((data, rows, 0, 1, *_tables(program), program.choice, places, records, damage))
    return made


def bits_examples() -> Arguments:
    data = _octets("80ff7f0123456789abcdef")
    return [
        (data, 0, 1, 0, 8, True),
        (data, 0, 1, 7, 1, False),
        (data, 1, 2, 2, 14, True),
        (data, 3, 7, 0, 56, False),
        (data, 3, 4, 0, 30, True),
    ]


def column_examples() -> Arguments:
    data = _octets("80ff7f0123456789abcdef")
    places = np.array([[0], [-1], [2], [5]], np.int32).repeat(2, axis=1)[:, 0]
    return [(data, places, 1, 2, 2, 14, signed, np.zeros(4, np.int64)) for signed in (True, False)]


def list_examples() -> Arguments:
    data = _octets("80ff7f0123456789abcdef")
    places = np.array([[0], [-1], [2]], np.int32).repeat(2, axis=1)[:, 0]
    offsets = np.array([0, 3, 3, 5], np.int64)
    return [(data, places, offsets, 2, 1, 1, 3, 5, signed, np.zeros(5, np.int64)) for signed in (True, False)]
