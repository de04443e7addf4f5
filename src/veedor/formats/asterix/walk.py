"""The walker: steps through the records of blocks by a program's tables and notes where each wanted part begins.

It reads no value: it only finds places, and checks that every octet belongs to something. The rules are those of
EUROCONTROL-SPEC-0149 Part 1; a record that breaks one makes the rest of its block damage, as nothing after it can be
found.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.program import CHAINED, COMPOUND, COUNTED, EXTENDED, FIXED, RANDOM, Table
from veedor.formats.asterix.walk_examples import (
    fspec_examples,
    header_examples,
    item_examples,
    leaf_examples,
    random_examples,
    record_examples,
    walk_examples,
)
from veedor.kernel import kernel

REASONS = (
    "block_category",
    "block_length",
    "fspec_broken_off",
    "fspec_too_long",
    "no_items",
    "unknown_item",
    "kind_unknown",
    "item_broken_off",
    "extension_endless",
    "explicit_empty",
    "item_twice",
)
(
    BLOCK_CATEGORY,
    BLOCK_LENGTH,
    FSPEC_BROKEN_OFF,
    FSPEC_TOO_LONG,
    NO_ITEMS,
    UNKNOWN_ITEM,
    KIND_UNKNOWN,
    ITEM_BROKEN_OFF,
    EXTENSION_ENDLESS,
    EXPLICIT_EMPTY,
    ITEM_TWICE,
) = range(len(REASONS))

Octets = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]


@kernel(inline=True, examples=header_examples)
def header(data: Octets, start: int, end: int, number: int, note: Longs) -> bool:
    """Whether the block says of itself what framing said of it; else the reason is in `note`."""
    note[3] = -1
    if end - start < 3:
        note[0], note[1], note[2] = BLOCK_LENGTH, 3, end - start
        return False
    said = int(data[start + 1]) * 256 + int(data[start + 2])
    if said != end - start:
        note[0], note[1], note[2] = BLOCK_LENGTH, end - start, said
        return False
    if data[start] != number:
        note[0], note[1], note[2] = BLOCK_CATEGORY, number, data[start]
        return False
    return True


@kernel(inline=True, examples=fspec_examples)
def fspec_octets(data: Octets, at: int, end: int, most: int, note: Longs) -> int:
    """How many octets the FSPEC at `at` has, 1 to `most`; -1 with the reason in `note`."""
    count = 1
    while True:
        if at + count > end:
            note[0], note[1], note[2] = FSPEC_BROKEN_OFF, count, count - 1
            return -1
        if data[at + count - 1] & 1 == 0:
            return count
        count += 1
        if count > most:
            note[0], note[1], note[2] = FSPEC_TOO_LONG, most, count
            return -1


@kernel(inline=True, examples=leaf_examples)
def leaf(data: Octets, at: int, end: int, node: Table, parts: Table, places: Table, note: Longs) -> int:
    """The end of the item at `at` that `node` describes, its places noted; -1 with the reason in `note`."""
    kind, octets, slot = int(node[0]), int(node[1]), int(node[2])
    if kind == FIXED:
        if at + octets > end:
            note[0], note[1], note[2] = ITEM_BROKEN_OFF, octets, end - at
            return -1
        if slot >= 0:
            places[slot] = at
        return at + octets
    if kind == EXTENDED:
        for part in range(node[3], node[3] + node[4]):
            octets = int(parts[part, 0])
            if at + octets > end:
                note[0], note[1], note[2] = ITEM_BROKEN_OFF, octets, end - at
                return -1
            if parts[part, 1] >= 0:
                places[parts[part, 1]] = at
            at += octets
            if parts[part, 2] == 0 or data[at - 1] & 1 == 0:
                return at
        note[0], note[1], note[2] = EXTENSION_ENDLESS, node[4], node[4] + 1
        return -1
    if kind == CHAINED:
        start, count = at, 0
        while True:
            if at + octets > end:
                note[0], note[1], note[2] = ITEM_BROKEN_OFF, octets, end - at
                return -1
            at += octets
            count += 1
            if data[at - 1] & 1 == 0:
                break
        if slot >= 0:
            places[slot], places[slot + 1] = start, count
        return at
    if at >= end:
        note[0], note[1], note[2] = ITEM_BROKEN_OFF, 1, 0
        return -1
    count = int(data[at])
    if kind == COUNTED:
        if at + 1 + count * octets > end:
            note[0], note[1], note[2] = ITEM_BROKEN_OFF, 1 + count * octets, end - at
            return -1
        if slot >= 0:
            places[slot], places[slot + 1] = at + 1, count
        return at + 1 + count * octets
    if count == 0:
        note[0], note[1], note[2] = EXPLICIT_EMPTY, 1, 0
        return -1
    if at + count > end:
        note[0], note[1], note[2] = ITEM_BROKEN_OFF, count, end - at
        return -1
    if slot >= 0:
        places[slot], places[slot + 1] = at + 1, count - 1
    return at + count


@kernel(examples=item_examples)
def item(
    data: Octets,
    at: int,
    end: int,
    node: Table,
    nodes: Table,
    parts: Table,
    children: Table,
    places: Table,
    note: Longs,
) -> int:
    """The end of the item at `at`, compound or not; -1 with the reason in `note`."""
    if node[0] != COMPOUND:
        return leaf(data, at, end, node, parts, places, note)
    first, count = node[3], node[4]
    octets = fspec_octets(data, at, end, (count + 6) // 7, note)
    if octets < 0:
        return -1
    head = at
    at += octets
    for octet in range(octets):
        for bit in range(7):
            if data[head + octet] & (0x80 >> bit):
                child = 7 * octet + bit
                if child >= count or children[first + child] < 0:
                    note[0], note[1], note[2] = UNKNOWN_ITEM, count, child + 1
                    return -1
                at = leaf(data, at, end, nodes[children[first + child]], parts, places, note)
                if at < 0:
                    return -1
    return at


@kernel(examples=random_examples)
def random_sequence(
    data: Octets,
    at: int,
    end: int,
    uap: Table,
    nodes: Table,
    parts: Table,
    children: Table,
    places: Table,
    note: Longs,
) -> int:
    """The end of a random field sequence at `at`: a count, then items, each after its FRN; -1 with the reason."""
    if at >= end:
        note[0], note[1], note[2] = ITEM_BROKEN_OFF, 1, 0
        return -1
    count = int(data[at])
    at += 1
    for _ in range(count):
        if at >= end:
            note[0], note[1], note[2] = ITEM_BROKEN_OFF, 1, 0
            return -1
        frn = int(data[at]) - 1
        at += 1
        if frn < 0 or frn >= uap.shape[0] or uap[frn] < 0 or nodes[uap[frn], 0] == RANDOM:
            note[0], note[1], note[2] = UNKNOWN_ITEM, uap.shape[0], frn + 1
            return -1
        note[3] = frn
        if note[4] >> frn & 1:
            note[0], note[1], note[2] = ITEM_TWICE, 1, 2
            return -1
        note[4] |= np.int64(1) << frn
        at = item(data, at, end, nodes[uap[frn]], nodes, parts, children, places, note)
        if at < 0:
            return -1
    return at


@kernel(examples=record_examples)
def record(
    data: Octets,
    at: int,
    end: int,
    uaps: Table,
    nodes: Table,
    parts: Table,
    children: Table,
    choice: Table,
    places: Table,
    note: Longs,
) -> int:
    """The end of the record at `at`; -1 with (reason, expected, found, FRN - 1) in `note`."""
    note[3], note[4] = -1, 0
    head = at
    octets = fspec_octets(data, at, end, uaps.shape[1] // 7, note)
    if octets < 0:
        return -1
    at += octets
    # Before the item that chooses between them, the UAPs do not differ.
    uap, undecided = 0, choice[0] >= 0
    for octet in range(octets):
        bits = data[head + octet]
        for bit in range(7):
            if bits & (0x80 >> bit) == 0:
                continue
            frn = 7 * octet + bit
            note[3] = frn
            if undecided and frn > choice[0]:
                note[0], note[1], note[2] = KIND_UNKNOWN, choice[0] + 1, frn + 1
                return -1
            which = uaps[uap, frn]
            if which < 0:
                note[0], note[1], note[2] = UNKNOWN_ITEM, uaps.shape[1], frn + 1
                return -1
            if note[4] >> frn & 1:
                note[0], note[1], note[2] = ITEM_TWICE, 1, 2
                return -1
            note[4] |= np.int64(1) << frn
            if undecided and frn == choice[0] and at + choice[1] < end:
                uap, undecided = int(data[at + choice[1]]) >> int(choice[2]) & 1, False
            if nodes[which, 0] == RANDOM:
                at = random_sequence(data, at, end, uaps[uap], nodes, parts, children, places, note)
            else:
                at = item(data, at, end, nodes[which], nodes, parts, children, places, note)
            if at < 0:
                return -1
    if note[4] == 0:
        note[0], note[1], note[2] = NO_ITEMS, 1, 0
        return -1
    return at


@kernel(examples=walk_examples)
def walk(
    data: Octets,
    blocks: Longs,
    first_block: int,
    number: int,
    uaps: Table,
    nodes: Table,
    parts: Table,
    children: Table,
    choice: Table,
    places: Table,
    records: Table,
    damage: Longs,
) -> tuple[int, int, int]:
    """Walks `blocks` (offset, length) from `first_block` on: (the block to go on with, records, damaged blocks).

    Fills `records` (offset, length, block) and their rows of `places` (slot -> offset, -1 where absent), and `damage`
    (offset, length, reason, expected, found, FRN - 1 or -1). Stops before a block whose records do not fit.
    """
    note = np.zeros(5, np.int64)
    made, damaged = 0, 0
    for block in range(first_block, blocks.shape[0]):
        start, end = blocks[block, 0], blocks[block, 0] + blocks[block, 1]
        made_before = made
        at = start
        if not header(data, start, end, number, note):
            end_of_record = -1
        else:
            at = start + 3
            end_of_record = at
        while end_of_record >= 0 and at < end:
            if made == records.shape[0]:
                return block, made_before, damaged
            places[made, :] = -1
            end_of_record = record(data, at, end, uaps, nodes, parts, children, choice, places[made], note)
            if end_of_record >= 0:
                records[made, 0], records[made, 1], records[made, 2] = at, end_of_record - at, block
                made += 1
                at = end_of_record
        if end_of_record < 0:
            damage[damaged, 0], damage[damaged, 1] = at, end - at
            damage[damaged, 2:6] = note[:4]
            damaged += 1
    return blocks.shape[0], made, damaged
