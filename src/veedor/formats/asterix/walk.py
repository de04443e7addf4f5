"""The walker: steps through the records of blocks by a program's tables and notes where each wanted part begins.

It reads no value: it only finds places, and checks that every octet belongs to something. The rules are those of
EUROCONTROL-SPEC-0149 Part 1; a record that breaks one makes the rest of its block damage, as nothing after it can be
found.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.program import CHAINED, COMPOUND, COUNTED, EXPLICIT, EXTENDED, FIXED, RANDOM, Steps, Table
from veedor.formats.asterix.walk_examples import nth_bit_examples, walk_examples
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


@kernel(examples=nth_bit_examples)
def nth_bit(octet: int, count: int) -> int:
    """The place, from the most significant 0 on, of the bit that is the `count`th one set."""
    bit = -1
    while count > 0:
        bit += 1
        count -= octet >> (7 - bit) & 1
    return bit


@kernel(examples=walk_examples)
def walk(
    data: Octets,
    blocks: Longs,
    first_block: int,
    number: int,
    uaps: Table,
    steps: Steps,
    nodes: Table,
    parts: Table,
    choice: Table,
    places: Table,
    records: Table,
    damage: Longs,
) -> tuple[int, int, int]:
    """Walks `blocks` (offset, length) from `first_block` on: (the block to go on with, records, damaged blocks).

    Fills `records` (offset, length, block) and their rows of `places` (slot -> offset, -1 where absent), and `damage`
    (offset, length, reason, expected, found, FRN - 1 or -1). Stops before a block whose records do not fit.

    One long loop on purpose: handing arrays to a function, even an inlined one, costs reference counts that took twice
    as long as the walk itself.
    """
    made, damaged, most = 0, 0, uaps.shape[1] // 7
    for block in range(first_block, blocks.shape[0]):
        start, end = blocks[block, 0], blocks[block, 0] + blocks[block, 1]
        made_before, at = made, start
        reason, expected, found, frn = -1, 0, 0, -1
        if end - start < 3:
            reason, expected, found = BLOCK_LENGTH, 3, end - start
        elif int(data[start + 1]) * 256 + int(data[start + 2]) != end - start:
            reason, expected, found = BLOCK_LENGTH, end - start, int(data[start + 1]) * 256 + int(data[start + 2])
        elif data[start] != number:
            reason, expected, found = BLOCK_CATEGORY, number, int(data[start])
        else:
            at = start + 3
        while reason < 0 and at < end:
            if made == records.shape[0]:
                return block, made_before, damaged
            for slot in range(places.shape[1]):
                places[made, slot] = -1
            record, frn = at, -1
            # 1. Its FSPEC: octets while the last bit is set.
            fspec, octets = at, 1
            while octets <= most and at + octets <= end and data[at + octets - 1] & 1:
                octets += 1
            if octets > most:
                reason, expected, found = FSPEC_TOO_LONG, most, octets
            elif at + octets > end:
                reason, expected, found = FSPEC_BROKEN_OFF, octets, end - at
            at += octets
            items = at
            # 2. Its items, in the order of the FSPEC. `group` is the row of `steps` for the first octet. The items of a
            # compound item (`inner`) and of a random field sequence (`pending`) come in between.
            group, octet, step, named = 0, 0, 0, int(data[fspec])
            inner, inner_octets, inner_octet, inner_step, inner_group, inner_named = -1, 0, 0, 0, 0, 0
            inner_bits, pending, seen, uap, undecided = 0, 0, 0, 0, choice[0] >= 0
            while reason < 0:
                # 2.1 Which item is next.
                if inner >= 0:
                    inner_step += 1
                    while inner_step > steps[inner_group + inner_octet, inner_named, 0]:
                        inner_octet += 1
                        if inner_octet == inner_octets:
                            inner = -1
                            break
                        inner_named, inner_step = int(data[inner + inner_octet]), 1
                    if inner < 0:
                        continue
                    node = int(steps[inner_group + inner_octet, inner_named, inner_step])
                    if node < 0:
                        reason, expected = UNKNOWN_ITEM, inner_bits
                        found = 7 * inner_octet + nth_bit(inner_named, inner_step) + 1
                        break
                elif pending > 0:
                    pending, frn = pending - 1, -1
                    if at >= end:
                        reason, expected, found = ITEM_BROKEN_OFF, 1, 0
                        break
                    frn = int(data[at]) - 1
                    at += 1
                    node = -1
                    if 0 <= frn < uaps.shape[1]:
                        node = int(uaps[uap, frn])
                    if node < 0 or nodes[node, 0] == RANDOM:
                        reason, expected, found = UNKNOWN_ITEM, uaps.shape[1], frn + 1
                        break
                    # Columns hold one value of an item.
                    if seen >> frn & 1:
                        reason, expected, found = ITEM_TWICE, 1, 2
                        break
                    seen |= 1 << frn
                else:
                    step += 1
                    while octet < octets and step > steps[group + octet, named, 0]:
                        octet += 1
                        if octet < octets:
                            named, step = int(data[fspec + octet]), 1
                    if octet == octets:
                        if undecided and at > items:
                            reason, expected, found, frn = KIND_UNKNOWN, choice[0] + 1, 0, choice[0]
                        break
                    node, frn = int(steps[group + octet, named, step]), -1
                    if node < 0 or undecided:
                        frn = 7 * octet + nth_bit(named, step)
                    if node < 0:
                        reason, expected, found = UNKNOWN_ITEM, uaps.shape[1], frn + 1
                        break
                    if undecided and frn == choice[0] and at + choice[1] < end:
                        uap, undecided = int(data[at + choice[1]]) >> choice[2] & 1, False
                        group = uap * most
                    elif undecided and frn > choice[0]:
                        reason, expected, found = KIND_UNKNOWN, choice[0] + 1, frn + 1
                        break
                # 2.2 Where it ends, and where its parts begin.
                kind, length, slot = nodes[node, 0], int(nodes[node, 1]), nodes[node, 2]
                if kind == FIXED:
                    places[made, slot] = at
                    at += length
                elif kind == EXTENDED:
                    part, last = nodes[node, 3], nodes[node, 3] + nodes[node, 4]
                    while True:
                        if part == last:
                            reason, expected, found = EXTENSION_ENDLESS, nodes[node, 4], nodes[node, 4] + 1
                            break
                        length = int(parts[part, 0])
                        places[made, parts[part, 1]] = at
                        at += length
                        if at > end or parts[part, 2] == 0 or data[at - 1] & 1 == 0:
                            break
                        part += 1
                elif kind == COMPOUND:
                    inner, inner_octets, inner_octet, inner_step, inner_bits = at, 1, 0, 0, length
                    while inner_octets <= nodes[node, 4] and at + inner_octets <= end:
                        if data[at + inner_octets - 1] & 1 == 0:
                            break
                        inner_octets += 1
                    if inner_octets > nodes[node, 4]:
                        reason, expected, found = FSPEC_TOO_LONG, nodes[node, 4], inner_octets
                    elif at + inner_octets <= end:
                        inner_group, inner_named = nodes[node, 3], int(data[inner])
                    at, length = at + inner_octets, inner_octets
                elif kind == CHAINED:
                    places[made, slot] = at
                    count = 1
                    at += length
                    while at <= end and data[at - 1] & 1:
                        count += 1
                        at += length
                    places[made, slot + 1] = count
                elif at >= end:
                    length, at = 1, end + 1
                elif kind == COUNTED:
                    places[made, slot], places[made, slot + 1] = at + 1, data[at]
                    length = 1 + int(data[at]) * length
                    at += length
                elif kind == EXPLICIT:
                    length = int(data[at])
                    places[made, slot], places[made, slot + 1] = at + 1, length - 1
                    if length == 0:
                        reason, expected, found = EXPLICIT_EMPTY, 1, 0
                    at += length
                else:
                    pending = int(data[at])
                    at += 1
                    for each in range(7 * octets):
                        seen |= (int(data[fspec + each // 7]) >> (7 - each % 7) & 1) << each
                if at > end and reason < 0:
                    reason, expected, found = ITEM_BROKEN_OFF, length, length - (at - end)
            if reason < 0 and at == items:
                reason, expected, found = NO_ITEMS, 1, 0
            if reason >= 0:
                if frn < 0 and octet < octets and at > items:
                    frn = 7 * octet + nth_bit(named, step)
                at = record
            else:
                records[made, 0], records[made, 1], records[made, 2] = record, at - record, block
                made += 1
        if reason >= 0:
            damage[damaged, 0], damage[damaged, 1], damage[damaged, 2] = at, end - at, reason
            damage[damaged, 3], damage[damaged, 4], damage[damaged, 5] = expected, found, frn
            damaged += 1
    return blocks.shape[0], made, damaged
