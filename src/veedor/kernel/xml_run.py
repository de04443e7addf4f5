"""The elements of plain XML, told from bytes: a run of like elements without anything that an XML parser would change.

Plain is what most banks write: tags without prefix, text without references, no comments, CDATA or instructions, lines
that end in a line feed. The caller has the run judged by an XML parser too; on bytes that it calls well-formed this
tells what that parser would. At anything else the run ends before the element that holds it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]

# What is told: text of an element, its currency, beginning and end of one that is kept by itself; a whole part.
TEXT, CURRENCY, BEGIN, END, PART = range(5)
# What a place is: it has a text; a currency; is kept by itself.
HAS_TEXT, HAS_CURRENCY, BY_ITSELF = 1, 2, 4
UNKNOWN, FORBIDDEN = -1, -2
LEVELS = 64
_LONGEST_NAME = 24


def name_hash(name: bytes) -> int:
    """What `names` of `xml_run` are looked up by."""
    found = 0
    for byte in name:
        found = (found * 131 + byte) & 0x7FFFFFFF
    return found


def _example() -> list[tuple[object, ...]]:
    hashes = np.full(16, -1, np.int64)
    spelled = np.zeros((16, _LONGEST_NAME), np.uint8)
    for number, name in enumerate((b"E", b"A", b"B", b"Bad")):
        at = name_hash(name) % 16
        while hashes[at] >= 0:
            at = (at + 1) % 16
        hashes[at] = number
        spelled[number, : len(name)] = np.frombuffer(name, np.uint8)
    next_place = np.full((3, 4), UNKNOWN, np.int32)
    next_place[:, 3] = FORBIDDEN
    next_place[0, 1], next_place[0, 2] = 1, 2
    flags = np.array([0, HAS_TEXT | HAS_CURRENCY, HAS_TEXT | BY_ITSELF], np.int32)
    plain = b'<E><A Ccy="EUR">1.0</A><x>no<y/></x><B>a<q/>b</B></E>\n <E><B/></E>\n<E><A>&amp;</A></E>'
    made = []
    for data in (plain, b"<E><Bad/></E>", b"<E><A>cut", b"<E><A x='>'>1</A></E>", b"<E a='1'/>", b""):
        made.append(
            (np.frombuffer(data, np.uint8).copy(), 0, hashes, spelled, next_place, flags, np.zeros((64, 3), np.int32))
        )
    return made  # type: ignore[return-value]


@kernel(examples=_example)
def xml_run(
    data: Bytes, at: int, hashes: npt.NDArray[np.int64], spelled: Bytes, next_place: Ints, flags: Ints, told: Ints
) -> tuple[int, int]:
    """(where the run ends, how many rows of `told` it fills): elements named as name 0, one behind the other from `at`.

    `hashes` is an open table of names, `spelled` their bytes; `next_place[place, name]` where an element leads from a
    place (place 0 is the run's element): to another, to nothing known, or where no plain run may lead. A row of `told`
    is what (of `place` 8 times, plus the kind), from, to: bytes of a text or currency, or of the whole element.
    """
    size = len(data)
    slots = len(hashes)
    places = np.zeros(LEVELS, np.int64)
    starts = np.zeros(LEVELS, np.int64)  # where the text of the element at that level begins
    ends = np.zeros(LEVELS, np.int64)  # where it ends already, for an unknown child (-1: not yet)
    count = 0
    run_end, run_count = at, 0
    level = -1  # of known elements
    unknown = 0  # depth in an element that nothing is read of
    begin = 0
    if size >= 2**31 - 1:
        return run_end, run_count
    while at < size:
        byte = data[at]
        if byte != 60:  # <
            if byte == 38 or byte == 13:  # a reference, a line end that a parser rewrites
                return run_end, run_count
            if level < 0 and byte != 32 and byte != 10 and byte != 9:
                return run_end, run_count
            at += 1
            continue
        if at + 1 >= size:
            return run_end, run_count
        tag = at
        closing = data[at + 1] == 47  # /
        at += 2 if closing else 1
        name_from = at
        code = 0
        while at < size and data[at] > 47 and data[at] != 62 and data[at] != 58:
            code = (code * 131 + int(np.int64(data[at]))) & 0x7FFFFFFF
            at += 1
        while at < size and (data[at] == 45 or data[at] == 46):  # what no name that is known has
            code = -1
            at += 1
            while at < size and data[at] > 47 and data[at] != 62 and data[at] != 58:
                at += 1
        if at >= size or at == name_from or data[at] == 58 or data[name_from] == 63:
            return run_end, run_count
        length = at - name_from
        if data[at] != 62 and data[at] != 47 and data[at] != 32 and data[at] != 10 and data[at] != 9:
            return run_end, run_count
        if closing:
            while at < size and data[at] != 62:
                at += 1
            if at >= size:
                return run_end, run_count
            at += 1
            if level < 0:
                return run_end, run_count
            if unknown > 0:
                unknown -= 1
                continue
            place = places[level]
            if count + 2 > len(told):
                return run_end, run_count
            if flags[place] & 1:
                told[count, 0] = place * 8
                told[count, 1] = starts[level]
                told[count, 2] = tag if ends[level] < 0 else ends[level]
                count += 1
            if flags[place] & 4:
                told[count, 0] = place * 8 + 3
                told[count, 1] = 0
                told[count, 2] = 0
                count += 1
            level -= 1
            if level < 0:
                told[count, 0] = 4
                told[count, 1] = begin
                told[count, 2] = at
                count += 1
                run_end, run_count = at, count
                if count + 4 > len(told):
                    return run_end, run_count
            else:
                # Text behind a known child is nobody's, and so is what stood before it.
                starts[level] = at
                ends[level] = at
            continue
        name = -1
        if code >= 0 and length <= 24:
            slot = code % slots
            while hashes[slot] >= 0:
                candidate = hashes[slot]
                same = length == 24 or spelled[candidate, length] == 0
                for i in range(length):
                    if spelled[candidate, i] != data[name_from + i]:
                        same = False
                        break
                if same:
                    name = candidate
                    break
                slot = (slot + 1) % slots
        place = -1
        if level < 0:
            if name != 0 or data[at] == 47 or unknown > 0:
                return run_end, run_count
            place = 0
            begin = tag
        elif name >= 0:
            place = next_place[places[level], name]
            if place == -2:
                return run_end, run_count
        if unknown > 0:
            place = -1
        currency_from = currency_to = at
        while at < size and data[at] != 62 and data[at] != 47:
            byte = data[at]
            if byte == 60 or byte == 38 or byte == 13:
                return run_end, run_count
            if byte == 34 or byte == 39:
                quote = byte
                value = at + 1
                at += 1
                while at < size and data[at] != quote:
                    byte = data[at]
                    if byte == 60 or byte == 38 or byte < 32:
                        return run_end, run_count
                    at += 1
                if (
                    value - 5 >= name_from
                    and data[value - 2] == 61
                    and data[value - 3] == 121
                    and data[value - 4] == 99
                    and data[value - 5] == 67
                    and (data[value - 6] == 32 or data[value - 6] == 10 or data[value - 6] == 9)
                ):
                    currency_from, currency_to = value, at
                elif place >= 0 and flags[place] & 2:
                    # Another attribute of an amount, or its currency in an unusual spelling.
                    return run_end, run_count
            at += 1
        if at >= size:
            return run_end, run_count
        empty = data[at] == 47
        if empty:
            at += 1
            if at >= size or data[at] != 62:
                return run_end, run_count
        at += 1
        if place < 0:
            if unknown == 0 and ends[level] < 0:
                ends[level] = tag
            if not empty:
                unknown += 1
                if unknown > 64:
                    return run_end, run_count
            continue
        if count + 3 > len(told) or level + 1 >= 64:
            return run_end, run_count
        level += 1
        places[level], starts[level], ends[level] = place, at, -1
        if flags[place] & 2:
            told[count, 0] = place * 8 + 1
            told[count, 1] = currency_from
            told[count, 2] = currency_to
            count += 1
        if flags[place] & 4:
            told[count, 0] = place * 8 + 2
            told[count, 1] = 0
            told[count, 2] = 0
            count += 1
        if empty:
            # As a start and an end tag in one.
            if flags[place] & 1:
                if count + 2 > len(told):
                    return run_end, run_count
                told[count, 0] = place * 8
                told[count, 1] = at
                told[count, 2] = at
                count += 1
            if flags[place] & 4:
                if count + 1 > len(told):
                    return run_end, run_count
                told[count, 0] = place * 8 + 3
                told[count, 1] = 0
                told[count, 2] = 0
                count += 1
            level -= 1
            starts[level] = at
            ends[level] = at
    return run_end, run_count
