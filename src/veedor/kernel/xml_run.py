"""The elements of plain XML, told from bytes: a run of like elements without anything that an XML parser would change.

Plain is what most banks write: ASCII tags without prefix and without attributes but `Ccy`, text without references, no
comments, CDATA or instructions, lines that end in a line feed. So little of XML is judged here whole: names that begin
and end elements, characters that are none, `]]>` in a text. At anything else the run ends before the element that
holds it, and an XML parser has the word (xml_stream.py).
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
LONGEST_NAME = 24

# What a byte is: text, blank, begin of a tag, end of a tag, begin of a longer character, none of plain XML.
_PLAIN, _BLANK, _OPEN, _CLOSE, _LONG, _NONE = range(6)
# What it is in a name: nothing, any letter of it, any but the first.
_FIRST, _LATER = 1, 2


def _text_kinds() -> Bytes:
    kinds = np.full(256, _PLAIN, np.uint8)
    kinds[:32] = _NONE
    kinds[[9, 10, 32]] = _BLANK
    kinds[ord("&")], kinds[ord("<")], kinds[ord(">")] = _NONE, _OPEN, _CLOSE
    kinds[0x80:0xC2], kinds[0xC2:0xF5], kinds[0xF5:] = _NONE, _LONG, _NONE
    return kinds


def _name_kinds() -> Bytes:
    kinds = np.zeros(256, np.uint8)
    kinds[[byte for byte in range(128) if chr(byte).isalpha() or byte == ord("_")]] = _FIRST
    kinds[[ord(sign) for sign in "0123456789-."]] = _LATER
    return kinds


_TEXT_KINDS, _NAME_KINDS = _text_kinds(), _name_kinds()


def name_hash(name: bytes) -> int:
    """What `names` of `xml_run` are looked up by."""
    found = 0
    for byte in name:
        found = (found * 131 + byte) & 0x7FFFFFFF
    return found


def _example() -> list[tuple[object, ...]]:
    hashes = np.full(16, -1, np.int64)
    spelled = np.zeros((16, LONGEST_NAME), np.uint8)
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
    plain = '<E><A Ccy="EUR">1.0</A><x>né€\U0001f6e9<y/></x ><B>a<q/>b</B></E>\n <E><B/></E>\n<E><A>&amp;</A></E>'
    made: list[tuple[object, ...]] = []
    for data in (plain.encode(), b"<E><Bad/></E>", b"<E><A>cut", b"<E><A x='>'>1</A></E>", b"<E>]]></E>",
                 b"<E>\xed\xa0\x80</E>", b"<E><x></y></E>", b"<E a='1'/>", b""):  # fmt: skip
        made.append(
            (np.frombuffer(data, np.uint8).copy(), 0, hashes, spelled, next_place, flags, np.zeros((64, 3), np.int32))
        )
    return made


@kernel(
    examples=lambda: (
        [
            (np.frombuffer(each.encode("utf-8", "surrogatepass") + b"ab", np.uint8).copy(), 0)
            for each in ("é", "ࠀ", "€", "\ud800", "\ufffd", "\uffff", "\U00010000", "\U0010ffff")
        ]
        + [
            (np.array(each, np.uint8), 0)
            for each in ([0xE0, 0x9F, 0x80, 0], [0xF0, 0x8F, 0x80, 0x80], [0xC3], [0xC3, 65])
        ]
    )
)
def character_size(data: Bytes, at: int) -> int:
    """Bytes of the character of several bytes that begins at `at`; 0 where it is cut, badly coded or none of XML's."""
    first = data[at]
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if at + size > len(data):
        return 0
    second = data[at + 1]
    least = 0xA0 if first == 0xE0 else 0x90 if first == 0xF0 else 0x80
    most = 0x9F if first == 0xED else 0x8F if first == 0xF4 else 0xBF
    if second < least or second > most:
        return 0
    for i in range(at + 2, at + size):
        if data[i] & 0xC0 != 0x80:
            return 0
    if first == 0xEF and second == 0xBF and data[at + 2] >= 0xBE:
        return 0
    return size


@kernel(
    examples=lambda: [
        (np.frombuffer(each, np.uint8).copy(), 0, np.zeros(2, np.int64))
        for each in (
            b">",
            b" >",
            b"\n/>",
            b' Ccy="EUR">',
            b" Ccy='E' />",
            b' Ccy="E',
            b' Ccy="\xc3">',
            b' Cc="E">',
            b"/",
        )
    ]
)
def tag_end(data: Bytes, at: int, currency: npt.NDArray[np.int64]) -> int:
    """The byte behind a start tag whose name ends before `at`, negative where the element is empty, 0 where the tag is
    not plain. `currency` becomes from where to where its currency stands, both `at` where it says none."""
    size = len(data)
    currency[0] = currency[1] = at
    blank = False
    while at < size and _TEXT_KINDS[data[at]] == _BLANK:
        at, blank = at + 1, True
    if blank and at + 5 < size and data[at] == 67 and data[at + 1] == 99 and data[at + 2] == 121 and data[at + 3] == 61:
        quote = data[at + 4]
        if quote != 34 and quote != 39:
            return 0
        at += 5
        currency[0] = at
        while at < size and data[at] != quote:
            if data[at] < 32 or data[at] > 126 or data[at] == 60 or data[at] == 38:
                return 0
            at += 1
        currency[1] = at
        at += 1
        while at < size and _TEXT_KINDS[data[at]] == _BLANK:
            at += 1
    if at < size and data[at] == 62:
        return at + 1
    if at + 1 < size and data[at] == 47 and data[at + 1] == 62:
        return -(at + 2)
    return 0


@kernel(examples=_example)
def xml_run(
    data: Bytes, at: int, hashes: npt.NDArray[np.int64], spelled: Bytes, next_place: Ints, flags: Ints, told: Ints
) -> tuple[int, int]:
    """(where the run ends, how many rows of `told` it fills): elements named as name 0, one behind the other from `at`.

    `hashes` is an open table of names (its length a power of two), `spelled` their bytes; `next_place[place, name]`
    where an element leads from a place (place 0 is the run's element): to another, to nothing known, or where no plain
    run may lead. A row of `told` is what (of `place` 8 times, plus the kind), from, to: bytes of a text or currency,
    or of the whole element.
    """
    size = len(data)
    slots = len(hashes) - 1
    names = np.zeros((2 * LEVELS, 2), np.int64)  # where the name of each open element begins and ends
    places = np.zeros(LEVELS, np.int64)
    starts = np.zeros(LEVELS, np.int64)  # where the text of the known element at that level begins
    ends = np.zeros(LEVELS, np.int64)  # where it ends already, for an unknown child (-1: not yet)
    currency = np.zeros(2, np.int64)
    count = 0
    run_end, run_count = at, 0
    level = -1  # of known elements
    unknown = 0  # depth in an element that nothing is read of
    begin = 0
    if size >= 2**31 - 1:
        return run_end, run_count
    while at < size:
        kind = _TEXT_KINDS[data[at]]
        if kind == _BLANK or (kind == _PLAIN and level >= 0):
            at += 1
            continue
        if kind != _OPEN:
            if level < 0 or kind == _NONE or (kind == _CLOSE and data[at - 1] == 93 and data[at - 2] == 93):
                return run_end, run_count
            step = character_size(data, at) if kind == _LONG else 1
            if step == 0:
                return run_end, run_count
            at += step
            continue
        tag = at
        at += 1
        if at >= size:
            return run_end, run_count
        if data[at] == 47:  # an end tag
            depth = level + unknown
            if depth < 0:
                return run_end, run_count
            at += 1
            name_from, name_to = names[depth, 0], names[depth, 1]
            if at + name_to - name_from >= size:
                return run_end, run_count
            for i in range(name_from, name_to):
                if data[at] != data[i]:
                    return run_end, run_count
                at += 1
            while at < size and _TEXT_KINDS[data[at]] == _BLANK:
                at += 1
            if at >= size or data[at] != 62:
                return run_end, run_count
            at += 1
            if unknown > 0:
                unknown -= 1
                continue
            place = places[level]
            if count + 3 > len(told):
                return run_end, run_count
            if flags[place] & HAS_TEXT:
                told[count, 0] = place * 8 + TEXT
                told[count, 1] = starts[level]
                told[count, 2] = tag if ends[level] < 0 else ends[level]
                count += 1
            if flags[place] & BY_ITSELF:
                told[count, 0] = place * 8 + END
                told[count, 1] = told[count, 2] = 0
                count += 1
            level -= 1
            if level < 0:
                told[count, 0] = PART
                told[count, 1] = begin
                told[count, 2] = at
                count += 1
                run_end, run_count = at, count
            else:
                # Text behind a known child is nobody's, and so is what stood before it.
                starts[level] = ends[level] = at
            continue
        name_from = at
        if _NAME_KINDS[data[at]] != _FIRST:
            return run_end, run_count
        code = 0
        while at < size and _NAME_KINDS[data[at]] != 0:
            code = (code * 131 + int(np.int64(data[at]))) & 0x7FFFFFFF
            at += 1
        name_to = at
        length = name_to - name_from
        name = -1
        if length <= LONGEST_NAME:
            slot = code & slots
            while hashes[slot] >= 0:
                candidate = hashes[slot]
                same = length == LONGEST_NAME or spelled[candidate, length] == 0
                for i in range(length):
                    if spelled[candidate, i] != data[name_from + i]:
                        same = False
                        break
                if same:
                    name = candidate
                    break
                slot = (slot + 1) & slots
        at = tag_end(data, at, currency)
        empty = at < 0
        if at == 0 or (level < 0 and (name != 0 or empty)):
            return run_end, run_count
        at = abs(at)
        place = 0 if level < 0 else -1
        if level >= 0 and name >= 0:
            place = next_place[places[level], name]
            if place == FORBIDDEN:
                return run_end, run_count
        if level + unknown + 2 >= 2 * LEVELS or level + 2 >= LEVELS or count + 5 > len(told):
            return run_end, run_count
        if place < 0 or unknown > 0:
            if unknown == 0 and ends[level] < 0:
                ends[level] = tag
            if not empty:
                unknown += 1
                names[level + unknown, 0], names[level + unknown, 1] = name_from, name_to
            continue
        if level < 0:
            begin = tag
        level += 1
        names[level, 0], names[level, 1] = name_from, name_to
        places[level], starts[level], ends[level] = place, at, -1
        if flags[place] & HAS_CURRENCY:
            told[count, 0] = place * 8 + CURRENCY
            told[count, 1], told[count, 2] = currency[0], currency[1]
            count += 1
        if flags[place] & BY_ITSELF:
            told[count, 0] = place * 8 + BEGIN
            told[count, 1] = told[count, 2] = 0
            count += 1
        if empty:
            # As a start and an end tag in one.
            if flags[place] & HAS_TEXT:
                told[count, 0] = place * 8 + TEXT
                told[count, 1] = told[count, 2] = at
                count += 1
            if flags[place] & BY_ITSELF:
                told[count, 0] = place * 8 + END
                told[count, 1] = told[count, 2] = 0
                count += 1
            level -= 1
            starts[level] = ends[level] = at
    return run_end, run_count
