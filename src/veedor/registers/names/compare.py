"""Comparing two prepared names: words are aligned, each pair of words gets a class, what is left over counts against.

The result is counts in whole units (features.py), not yet a score; weights.py says what each is worth. Alignment takes
the best pair of words first (ties: smallest places), two neighbours may stand for one word of the other side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.agree import joins, word_class
from veedor.registers.names.edits import SCRATCH, least_edits
from veedor.registers.names.features import (
    ALL_MET,
    CONSONANTS,
    CONTAINED,
    CONTRADICTED,
    COUNT,
    EQUAL,
    FORM,
    INITIAL,
    JOINED,
    LEFT_OUT,
    LOOSE,
    MAY_BE_LEFT_OUT,
    NO_PAIR,
    NUMBERS,
    ONE_WORD,
    ORDER,
    SCRIPT,
    SINGLE,
    SOUND,
    TYPO,
    WHOLE,
)  # fmt: skip
from veedor.registers.names.prepare import INITIAL as _INITIAL_KIND
from veedor.registers.names.prepare import MOST_WORDS, NAME, NUMBER, SMALL
from veedor.registers.names.table import MAY_GO, READ, SKELETON, NameTable, tables

Ints = npt.NDArray[np.int32]

PAIRS = (MOST_WORDS, 4)
# Mass from which the words that both names have are rare enough to stand for the rest: two of five letters, of no more
# than a dozen on the list; across scripts three such words.
_SAYS_ENOUGH = 50
_SAYS_ENOUGH_ACROSS = 80
_QUALITY = (1000, 850, 800, 650, 900, 750, 780, 500)  # in which order classes are taken


def scratch() -> tuple[Ints, Ints, Ints]:
    """Working space for `compare`: rows of the edit distance, qualities of pairs, pairs chosen."""
    return (
        np.zeros(SCRATCH, np.int32),
        np.zeros((MOST_WORDS, MOST_WORDS, 2), np.int32),
        np.zeros(PAIRS, np.int32),
    )


def _join_examples() -> list[tuple[object, ...]]:
    left, right = tables(["pol pot", "ana"], ["polpot", "maria ana"])
    made: list[tuple[object, ...]] = []
    for side, (one, other) in enumerate(((left, right), (right, left))):
        rows, quality, pairs = scratch()
        quality[:] = NO_PAIR
        made.append((one, 0, 2 - side, np.int64(0), other, 0, 1 + side, np.int64(0), side, 0, quality, rows, pairs,
                     np.zeros(COUNT, np.int32)))  # fmt: skip
    return made


@kernel(inline=True, examples=_join_examples)
def _join(
    here: NameTable, h0: int, hn: int, used_h: Any, there: NameTable, t0: int, tn: int, used_t: Any, side: int,
    found: int, quality: Ints, rows: Ints, pairs: Ints, out: Ints,
) -> tuple[Any, Any, int]:  # fmt: skip
    """Neighbours of the one side that are one word of the other; `side` is 1 where the one is the right-hand name.
    Says which words are used up and how many pairs there are."""
    for i in range(hn - 1):
        if ((used_h >> i) & 3) != 0:
            continue
        for j in range(tn):
            one_is = quality[i, j, 0] if side == 0 else quality[j, i, 0]
            next_is = quality[i + 1, j, 0] if side == 0 else quality[j, i + 1, 0]
            # An article is not joined to what is the other word without it.
            alone = one_is in (EQUAL, SCRIPT) or next_is in (EQUAL, SCRIPT)
            begins = here.letters[here.first_letter[h0 + i]] == there.letters[there.first_letter[t0 + j]]
            across = ((here.marks[h0 + i] ^ there.marks[t0 + j]) & SKELETON) != 0
            if (
                not alone
                and ((used_t >> j) & 1) == 0
                and (begins or across)
                and joins(here, h0 + i, there, t0 + j, rows)
            ):
                out[JOINED] += min(here.mass[h0 + i] + here.mass[h0 + i + 1], there.mass[t0 + j])
                used_h |= np.int64(3) << i
                used_t |= np.int64(1) << j
                pairs[found, 0] = i if side == 0 else j
                pairs[found, 1] = j if side == 0 else i
                pairs[found, 2] = JOINED
                pairs[found, 3] = side + 1
                found += 1
                break
    return used_h, used_t, found


@kernel(
    inline=True,
    examples=lambda: [(one, at, other, 0) for one, other in [tables(["Ana P"], ["Pedro"])] for at in (0, 1)],
)
def _could_agree(left: NameTable, a: int, right: NameTable, b: int) -> bool:
    """Whether it is worth asking `word_class`: no class has more edits than half the letters, but for initials and
    other scripts."""
    if ((left.marks[a] ^ right.marks[b]) & SKELETON) != 0 or left.kind[a] == _INITIAL_KIND:
        return True
    n = left.first_letter[a + 1] - left.first_letter[a]
    m = right.first_letter[b + 1] - right.first_letter[b]
    fewest = least_edits(left.letter_bits[a], right.letter_bits[b])
    return bool(right.kind[b] == _INITIAL_KIND or 2 * fewest <= max(n, m))


def _compare_examples() -> list[tuple[object, ...]]:
    pairs = [
        ("Juan Carlos Pérez González", "PEREZ, Juan C."),
        ("Comercial Andina S.A.", "Comercial Andina Ltda"),
        ("Evangelina Turpial", "Evangelina Turpial Sotomayor"),
        ("محمد علي", "Mohamed Ali"),
        ("Brigada 44", "Brigada 45"),
        ("", "x"),
        ("Ana", "Ana"),
    ]
    left, right = tables([one for one, _ in pairs], [other for _, other in pairs])
    return [(left, at, right, at, *scratch(), np.zeros(COUNT, np.int32)) for at in range(len(pairs))]


@kernel(examples=_compare_examples)
def compare(
    left: NameTable, one: int, right: NameTable, other: int, rows: Ints, quality: Ints, pairs: Ints, out: Ints
) -> int:
    """Fills `out` (one number for each of FEATURES) and `pairs` (place, place, class, joined side), and says how many
    pairs of words there are."""
    a0, b0 = left.first_word[one], right.first_word[other]
    n, m = left.first_word[one + 1] - a0, right.first_word[other + 1] - b0
    for f in range(COUNT):
        out[f] = 0
    for i in range(n):
        for j in range(m):
            kind = NO_PAIR
            if _could_agree(left, a0 + i, right, b0 + j):
                kind = word_class(left, a0 + i, right, b0 + j, rows)
            quality[i, j, 0] = kind
            quality[i, j, 1] = 0
            if kind >= 0:
                quality[i, j, 1] = _QUALITY[kind] + min(left.mass[a0 + i], right.mass[b0 + j])
    # Two neighbours that are one word of the other side come first: each alone might be taken for a part of it.
    used_a, used_b, found = _join(left, a0, n, np.int64(0), right, b0, m, np.int64(0), 0, 0, quality, rows, pairs, out)
    used_b, used_a, found = _join(right, b0, m, used_b, left, a0, n, used_a, 1, found, quality, rows, pairs, out)
    sense = 2 * found
    while True:
        best, at, to = 0, -1, -1
        for i in range(n):
            if (used_a >> i) & 1:
                continue
            for j in range(m):
                if not (used_b >> j) & 1 and quality[i, j, 1] > best:
                    best, at, to = quality[i, j, 1], i, j
        if at < 0:
            break
        kind = quality[at, to, 0]
        used_a |= np.int64(1) << at
        used_b |= np.int64(1) << to
        mass = min(left.mass[a0 + at], right.mass[b0 + to])
        out[kind] += mass
        if left.kind[a0 + at] == NAME and right.kind[b0 + to] == NAME:
            sense += 1
        pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = at, to, kind, 0
        found += 1
    _leftover(left, a0, n, used_a, right, b0, m, used_b, sense, out)
    for i in range(found):
        for j in range(i + 1, found):
            if (pairs[i, 0] < pairs[j, 0]) != (pairs[i, 1] < pairs[j, 1]):
                heavy = left.kind[a0 + pairs[i, 0]] != SMALL and left.kind[a0 + pairs[j, 0]] != SMALL
                out[ORDER] |= 1 if heavy else 0
    whole = n == m and found == n and n > 0
    met = whole and n > 1
    across = n > 0 and m > 0 and ((left.marks[a0] ^ right.marks[b0]) & SKELETON) != 0
    if across:
        # Articles are words on one side only. Two words without vowels meet by chance too often to be a whole name.
        rest = out[CONTRADICTED] + out[MAY_BE_LEFT_OUT] + out[LEFT_OUT] + out[NUMBERS]
        read = ((left.marks[a0] | right.marks[b0]) & READ) != 0
        # Written without a comma, nothing says whether the surname comes first or last.
        out[ORDER] = 0 if read and _turned(pairs, found) else out[ORDER]
        # Three common syllables are a name of many: they stay below, and a birth date or country lifts them.
        whole = rest == 0 and sense >= 3 and (not read or out[SCRIPT] + out[JOINED] >= _SAYS_ENOUGH_ACROSS)
        met = False
    for i in range(found):
        spelled = across and (pairs[i, 2] == SCRIPT or pairs[i, 2] == JOINED)
        whole = whole and (pairs[i, 2] == EQUAL or spelled)
        met = met and (pairs[i, 2] == EQUAL or pairs[i, 2] == TYPO)
    out[WHOLE] = 1 if whole else 0
    out[ALL_MET] = 1 if met and not whole else 0
    others = out[TYPO] + out[SOUND] + out[LOOSE] + out[CONSONANTS] + out[INITIAL] + out[LEFT_OUT]
    others += out[CONTRADICTED] + out[ORDER] + out[NUMBERS] + out[ONE_WORD] + out[SINGLE]
    said = out[EQUAL] + out[SCRIPT] + out[JOINED]
    enough = (sense >= 3 and said >= _SAYS_ENOUGH_ACROSS) if across else said == out[EQUAL] and said >= _SAYS_ENOUGH
    out[CONTAINED] = 1 if others == 0 and out[MAY_BE_LEFT_OUT] > 0 and enough else 0
    if left.forms[one] != 0 and right.forms[other] != 0 and (left.forms[one] & right.forms[other]) == 0:
        out[FORM] = 1
    return found


def _turned_examples() -> list[tuple[object, ...]]:
    orders = [(1, 2, 0), (2, 0, 1), (0, 1, 2), (2, 1, 0), (1, 0)]
    return [
        (np.array([(i, to, SCRIPT, 0) for i, to in enumerate(order)], np.int32), len(order)) for order in orders
    ]  # fmt: skip


@kernel(examples=_turned_examples)
def _turned(pairs: Ints, found: int) -> bool:
    """Whether the words of both sides come in one order when the last is followed by the first."""
    descents = 0
    for i in range(found):
        after, first = -1, i
        for k in range(found):
            if pairs[k, 0] > pairs[i, 0] and (after < 0 or pairs[k, 0] < pairs[after, 0]):
                after = k
            if pairs[k, 0] < pairs[first, 0]:
                first = k
        after = first if after < 0 else after
        descents += 1 if pairs[after, 1] < pairs[i, 1] else 0
    return descents <= 1


def _leftover_examples() -> list[tuple[object, ...]]:
    left, right = tables(["Ana María Pérez 7"], ["Ana Gómez 8"])
    return [(left, 0, 4, np.int64(1), right, 0, 3, np.int64(1), 1, np.zeros(COUNT, np.int32))]


@kernel(inline=True, examples=_leftover_examples)
def _leftover(
    left: NameTable, a0: int, n: int, used_a: Any, right: NameTable, b0: int, m: int, used_b: Any, sense: int, out: Ints
) -> None:
    """What no pair took: against each other, or only missing."""
    free_a, may_a, numbers_a, names_a = _free(left, a0, n, used_a)
    free_b, may_b, numbers_b, names_b = _free(right, b0, m, used_b)
    against = min(free_a + may_a, free_b + may_b)
    out[CONTRADICTED] = against
    # What contradicts is taken from what may not go first: a name that differs is no name left out.
    rest_a, rest_b = free_a + may_a - against, free_b + may_b - against
    out[MAY_BE_LEFT_OUT] = min(rest_a, may_a) + min(rest_b, may_b)
    out[LEFT_OUT] = rest_a + rest_b - out[MAY_BE_LEFT_OUT]
    out[NUMBERS] = max(numbers_a, numbers_b)
    out[ONE_WORD] = 1 if sense <= 1 and (names_a > 1 or names_b > 1) else 0
    out[SINGLE] = 1 if sense >= 1 and names_a <= 1 and names_b <= 1 else 0


@kernel(inline=True, examples=lambda: [(tables(["Ana María Pérez 7"], ["x"])[0], 0, 4, np.int64(1))])
def _free(table: NameTable, first: int, count: int, used: Any) -> tuple[int, int, int, int]:
    """Mass of unused words that must stay and that may go, unused numbers, and how many words are names."""
    must, may, numbers, names = 0, 0, 0, 0
    for i in range(count):
        kind = table.kind[first + i]
        names += 1 if kind == NAME else 0
        if (used >> i) & 1:
            continue
        if kind == NUMBER:
            numbers += 1
        elif kind == SMALL:  # a particle or title that differs says nothing
            continue
        elif (table.marks[first + i] & MAY_GO) != 0 or kind == _INITIAL_KIND:
            may += table.mass[first + i]
        else:
            must += table.mass[first + i]
    return must, may, numbers, names


def _many_examples() -> list[tuple[object, ...]]:
    left, right = tables(["Ana Pérez", "Luis Gómez"], ["Perez, Ana", "Lewis Gomes"])
    ones, others = np.array([0, 1, 0], np.int64), np.array([0, 1, 1], np.int64)
    return [(left, ones, right, others, np.zeros((3, COUNT), np.int32), *scratch())]


@kernel(examples=_many_examples)
def compare_many(
    left: NameTable, ones: npt.NDArray[np.int64], right: NameTable, others: npt.NDArray[np.int64], out: Ints,
    rows: Ints, quality: Ints, pairs: Ints,
) -> None:  # fmt: skip
    """FEATURES of each pair of names into a row of `out`."""
    for at in range(len(ones)):
        compare(left, ones[at], right, others[at], rows, quality, pairs, out[at])
