"""Comparing two prepared names: words are aligned, each pair of words gets a class, what is left over counts against.

The result is counts in whole units (FEATURES), not yet a score; weights.py says what each is worth. Alignment takes the
best pair of words first (ties: smallest places), two neighbours may stand for one word of the other side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.prepare import INITIAL as _INITIAL_KIND
from veedor.registers.names.prepare import LONGEST_WORD, MOST_WORDS, NAME, NUMBER, SMALL
from veedor.registers.names.spelled import letters_off
from veedor.registers.names.table import MAY_GO, SKELETON, name_table

Ints = npt.NDArray[np.int32]
Table = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints]

FEATURES = (
    "equal", "typo", "sound", "loose", "script", "consonants", "joined", "initial", "left_out", "may_go",
    "contradicted", "order", "number", "form", "one_word", "single", "whole", "all_met", "contained",
)  # fmt: skip
"""Mass of aligned words by how they agree (script: one is a spelling of the other, which is written without vowels;
consonants: nearly so); mass left over on one side (that may go, or not), mass left over against
mass of the other side; words in another order; numbers that differ; legal forms that differ; only one word agrees
though there are more; both names are a single word; every word is equal and none is left; every word met
with equality or a slip and none is left; every word of one name stands in the other, which has more that may go, and
the words say enough."""
COUNT = len(FEATURES)
EQUAL, TYPO, SOUND, LOOSE, SCRIPT, CONSONANTS, JOINED, INITIAL = range(8)
LEFT_OUT, MAY_BE_LEFT_OUT, CONTRADICTED, ORDER, NUMBERS, FORM, ONE_WORD, SINGLE, WHOLE, ALL_MET, CONTAINED = range(
    8, 19
)
NO_PAIR = -1

_WIDE = 2 * LONGEST_WORD + 2
SCRATCH = (3, _WIDE)
PAIRS = (MOST_WORDS, 4)
# Mass from which the words that both names have are rare enough to stand for the rest: two of five letters, of no more
# than a dozen on the list; across scripts three such words.
_SAYS_ENOUGH = 50
_SAYS_ENOUGH_ACROSS = 80
_QUALITY = (1000, 850, 800, 650, 900, 750, 780, 500)  # in which order classes are taken


def scratch() -> tuple[Ints, Ints, Ints, Ints]:
    """Working space for `compare`: rows of the edit distance, two words, qualities of pairs, pairs chosen."""
    return (
        np.zeros(SCRATCH, np.int32),
        np.zeros((2, _WIDE), np.int32),
        np.zeros((MOST_WORDS, MOST_WORDS, 2), np.int32),
        np.zeros(PAIRS, np.int32),
    )


def _distance_examples() -> list[tuple[object, ...]]:
    words = [("garcia", "garzia"), ("smith", "smiht"), ("", "abc"), ("abcdef", "ghijkl"), ("lee", "lee")]
    made: list[tuple[object, ...]] = []
    for one, other in words:
        space = np.zeros(SCRATCH, np.int32)
        made.append((np.array([*map(ord, one)], np.int32), 0, len(one), np.array([*map(ord, other)], np.int32), 0,
                     len(other), 3, space))  # fmt: skip
    return made


@kernel(examples=_distance_examples)
def distance(a: Ints, a0: int, a1: int, b: Ints, b0: int, b1: int, most: int, rows: Ints) -> int:
    """Edits between two words (change, insert, delete, swap of neighbours); `most` + 1 where there are more."""
    n, m = a1 - a0, b1 - b0
    if n - m > most or m - n > most:
        return most + 1
    for j in range(m + 1):
        rows[1, j] = j
    for i in range(1, n + 1):
        rows[2, 0] = i
        least = i
        for j in range(1, m + 1):
            changed = rows[1, j - 1] + (0 if a[a0 + i - 1] == b[b0 + j - 1] else 1)
            best = min(changed, min(rows[1, j], rows[2, j - 1]) + 1)
            if i > 1 and j > 1 and a[a0 + i - 1] == b[b0 + j - 2] and a[a0 + i - 2] == b[b0 + j - 1]:
                best = min(best, rows[0, j - 2] + 1)
            rows[2, j] = best
            least = min(least, best)
        if least > most:
            return most + 1
        for j in range(m + 1):
            rows[0, j] = rows[1, j]
            rows[1, j] = rows[2, j]
    return int(min(rows[1, m], most + 1))


def _pair_examples() -> list[tuple[object, ...]]:
    pairs = [
        ("García", "Garzia"),
        ("M", "Miguel"),
        ("محمد", "Mohamed"),
        ("علي", "Ali"),
        ("44", "45"),
        ("de", "de"),
        ("Kim", "Tim"),
    ]
    made: list[tuple[object, ...]] = []
    for one, other in pairs:
        left, right = _tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32)))
    return made


@kernel(examples=lambda: [(97,), (98,), (111,)])
def _tells_sex(letter: int) -> bool:
    """a or o, which end given names of women and men."""
    return letter == 97 or letter == 111


@kernel(examples=_pair_examples)
def word_class(left: Table, a: int, right: Table, b: int, rows: Ints) -> int:
    """How two words agree: a class of FEATURES, or NO_PAIR."""
    a0, a1, b0, b1 = left[1][a], left[1][a + 1], right[1][b], right[1][b + 1]
    n, m = a1 - a0, b1 - b0
    kinds = (left[5][a], right[5][b])
    if n == m:
        same = True
        for i in range(n):
            if left[2][a0 + i] != right[2][b0 + i]:
                same = False
                break
        if same:
            return EQUAL
    across = ((left[7][a] ^ right[7][b]) & SKELETON) != 0
    if kinds[0] == SMALL and kinds[1] == SMALL and across:
        return SCRIPT if _across(left, a, right, b, rows) == SCRIPT else NO_PAIR
    if kinds[0] == NUMBER or kinds[1] == NUMBER or kinds[0] == SMALL or kinds[1] == SMALL:
        return NO_PAIR
    if kinds[0] == _INITIAL_KIND or kinds[1] == _INITIAL_KIND:
        return INITIAL if n > 0 and m > 0 and left[2][a0] == right[2][b0] and (n > 1 or m > 1) else NO_PAIR
    if across:
        return _across(left, a, right, b, rows)
    k0, k1, q0, q1 = left[3][a], left[3][a + 1], right[3][b], right[3][b + 1]
    keys = distance(left[4], k0, k1, right[4], q0, q1, 1, rows)
    size = max(n, m)
    edits = distance(left[2], a0, a1, right[2], b0, b1, size // 2, rows)
    if (edits == 1 and size >= 4) or (edits == 2 and size >= 9):
        # Another first letter is another name more often than a slip; Antonia is not Antonio at all.
        swapped = left[2][a0] == right[2][b0 + 1] and left[2][a0 + 1] == right[2][b0]
        first = left[2][a0] != right[2][b0] and not swapped
        last = left[2][a1 - 1] != right[2][b1 - 1]
        if n == m and edits == 1 and last and _tells_sex(left[2][a1 - 1]) and _tells_sex(right[2][b1 - 1]):
            return NO_PAIR
        return LOOSE if first and keys != 0 else TYPO
    if keys == 0 and k1 - k0 >= 2 and 2 * edits <= size:
        return SOUND
    if 3 * edits <= size and size >= 3:
        return LOOSE
    # A field that was cut off: the longer word begins with all of the shorter one.
    if min(n, m) < 4 or 2 * min(n, m) < size:
        return NO_PAIR
    for i in range(min(n, m)):
        if left[2][a0 + i] != right[2][b0 + i]:
            return NO_PAIR
    return LOOSE


def _across_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for one, other in (("محمد", "Mohamed"), ("Hamid", "حامد"), ("طارق", "Terk"), ("صالح", "Sulh"), ("علي", "Omar")):
        left, right = _tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32)))
    return made


@kernel(examples=_across_examples)
def _across(left: Table, a: int, right: Table, b: int, rows: Ints) -> int:
    """A word without vowels and one with them: spelled so, the same consonants or one letter off, or only alike."""
    latin, at, other, to = (right, b, left, a) if (left[7][a] & SKELETON) != 0 else (left, a, right, b)
    w0, w1 = latin[1][at], latin[1][at + 1]
    off = letters_off(other[12], other[11][to], other[11][to + 1], latin[2], w0, w1, 1, rows)
    if off == 0:
        return SCRIPT
    c0, c1, d0, d1 = left[9][a], left[9][a + 1], right[9][b], right[9][b + 1]
    apart, least = distance(left[10], c0, c1, right[10], d0, d1, 1, rows), min(c1 - c0, d1 - d0)
    if (apart == 0 and least >= 2) or (off == 1 and w1 - w0 >= 5):
        return CONSONANTS
    return LOOSE if apart == 1 and least >= 3 else NO_PAIR


@kernel(examples=lambda: [(*each[:4], np.zeros(SCRATCH, np.int32)) for each in _joined_examples()])
def _joins_across(left: Table, a: int, right: Table, b: int, rows: Ints) -> bool:
    """As `joins`, where either the two words or the one are written without vowels."""
    latin, l0, l1, other, o0, o1 = right, b, b + 1, left, a, a + 2
    if (left[7][a] & SKELETON) == 0:
        latin, l0, l1, other, o0, o1 = left, a, a + 2, right, b, b + 1
    w0, w1 = latin[1][l0], latin[1][l1]
    some = 1 if w1 - w0 >= 8 else 0
    if w1 - w0 < 4 or left[9][a + 1] == left[9][a] or left[9][a + 2] == left[9][a + 1]:
        return False
    return letters_off(other[12], other[11][o0], other[11][o1], latin[2], w0, w1, some, rows) <= some


def _joined_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for one, other in (
        ("pol pot", "polpot"),
        ("patr ushev", "patrushev"),
        ("ana maria", "jose"),
        ("حمد الله", "Hamdullah"),
    ):
        left, right = _tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32), np.zeros((2, _WIDE), np.int32)))
    return made


@kernel(examples=_joined_examples)
def joins(left: Table, a: int, right: Table, b: int, rows: Ints, words: Ints) -> bool:
    """Whether words a and a + 1 written together are word b, but for one edit in a long word; where one of them is
    written without vowels, by consonants."""
    n = 0
    if ((left[7][a] ^ right[7][b]) & SKELETON) != 0:
        return ((left[7][a] ^ left[7][a + 1]) & SKELETON) == 0 and _joins_across(left, a, right, b, rows)
    for i in range(left[1][a], left[1][a + 2]):
        if n >= 2 * LONGEST_WORD:
            return False
        words[0, n] = left[2][i]
        n += 1
    m = right[1][b + 1] - right[1][b]
    if m < 4 or m - n > 1 or n - m > 1 or words[0, 0] != right[2][right[1][b]]:
        return False
    most = 1 if m >= 8 else 0
    return distance(words[0], 0, n, right[2], right[1][b], right[1][b + 1], most, rows) <= most


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
    left, right = _tables([one for one, _ in pairs], [other for _, other in pairs])
    return [(left, at, right, at, *scratch(), np.zeros(COUNT, np.int32)) for at in range(len(pairs))]


@kernel(examples=_compare_examples)
def compare(
    left: Table, one: int, right: Table, other: int, rows: Ints, words: Ints, quality: Ints, pairs: Ints, out: Ints
) -> int:
    """Fills `out` (one number for each of FEATURES) and `pairs` (place, place, class, joined side), and says how many
    pairs of words there are."""
    a0, b0 = left[0][one], right[0][other]
    n, m = left[0][one + 1] - a0, right[0][other + 1] - b0
    for f in range(COUNT):
        out[f] = 0
    for i in range(n):
        for j in range(m):
            kind = word_class(left, a0 + i, right, b0 + j, rows)
            quality[i, j, 0] = kind
            quality[i, j, 1] = 0
            if kind >= 0:
                quality[i, j, 1] = _QUALITY[kind] + min(left[6][a0 + i], right[6][b0 + j])
    used_a = np.int64(0)
    used_b = np.int64(0)
    found = 0
    sense = 0
    # Two neighbours that are one word of the other side come first: each alone might be taken for a part of it.
    for side in range(2):
        here, there = (left, right) if side == 0 else (right, left)
        h0, t0 = (a0, b0) if side == 0 else (b0, a0)
        hn, tn = (n, m) if side == 0 else (m, n)
        for i in range(hn - 1):
            used_h = used_a if side == 0 else used_b
            if ((used_h >> i) & 3) != 0:
                continue
            for j in range(tn):
                used_t = used_b if side == 0 else used_a
                one_is = quality[i, j, 0] if side == 0 else quality[j, i, 0]
                next_is = quality[i + 1, j, 0] if side == 0 else quality[j, i + 1, 0]
                # An article is not joined to what is the other word without it.
                alone = one_is in (EQUAL, SCRIPT) or next_is in (EQUAL, SCRIPT)
                if not (used_t >> j) & 1 and not alone and joins(here, h0 + i, there, t0 + j, rows, words):
                    out[JOINED] += min(here[6][h0 + i] + here[6][h0 + i + 1], there[6][t0 + j])
                    both, single = np.int64(3) << i, np.int64(1) << j
                    used_a |= both if side == 0 else single
                    used_b |= single if side == 0 else both
                    pairs[found, 0] = i if side == 0 else j
                    pairs[found, 1] = j if side == 0 else i
                    pairs[found, 2] = JOINED
                    pairs[found, 3] = side + 1
                    found += 1
                    sense += 2
                    break
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
        mass = min(left[6][a0 + at], right[6][b0 + to])
        out[kind] += mass
        if left[5][a0 + at] == NAME and right[5][b0 + to] == NAME:
            sense += 1
        pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = at, to, kind, 0
        found += 1
    _leftover(left, a0, n, used_a, right, b0, m, used_b, sense, out)
    for i in range(found):
        for j in range(i + 1, found):
            if (pairs[i, 0] < pairs[j, 0]) != (pairs[i, 1] < pairs[j, 1]):
                heavy = left[5][a0 + pairs[i, 0]] != SMALL and left[5][a0 + pairs[j, 0]] != SMALL
                out[ORDER] |= 1 if heavy else 0
    whole = n == m and found == n and n > 0
    met = whole and n > 1
    across = n > 0 and m > 0 and ((left[7][a0] ^ right[7][b0]) & SKELETON) != 0
    if across:
        # Articles are words on one side only. Two words without vowels meet by chance too often to be a whole name.
        rest = out[CONTRADICTED] + out[MAY_BE_LEFT_OUT] + out[LEFT_OUT] + out[NUMBERS]
        whole, met = rest == 0 and sense >= 3, False
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
    if left[8][one] != 0 and right[8][other] != 0 and (left[8][one] & right[8][other]) == 0:
        out[FORM] = 1
    return found


def _leftover_examples() -> list[tuple[object, ...]]:
    left, right = _tables(["Ana María Pérez 7"], ["Ana Gómez 8"])
    return [(left, 0, 4, np.int64(1), right, 0, 3, np.int64(1), 1, np.zeros(COUNT, np.int32))]


@kernel(examples=_leftover_examples)
def _leftover(
    left: Table, a0: int, n: int, used_a: Any, right: Table, b0: int, m: int, used_b: Any, sense: int, out: Ints
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


@kernel(examples=lambda: [(_tables(["Ana María Pérez 7"], ["x"])[0], 0, 4, np.int64(1))])
def _free(table: Table, first: int, count: int, used: Any) -> tuple[int, int, int, int]:
    """Mass of unused words that must stay and that may go, unused numbers, and how many words are names."""
    must, may, numbers, names = 0, 0, 0, 0
    for i in range(count):
        kind = table[5][first + i]
        names += 1 if kind == NAME else 0
        if (used >> i) & 1:
            continue
        if kind == NUMBER:
            numbers += 1
        elif kind == SMALL:  # a particle or title that differs says nothing
            continue
        elif (table[7][first + i] & MAY_GO) != 0 or kind == _INITIAL_KIND:
            may += table[6][first + i]
        else:
            must += table[6][first + i]
    return must, may, numbers, names


def _many_examples() -> list[tuple[object, ...]]:
    left, right = _tables(["Ana Pérez", "Luis Gómez"], ["Perez, Ana", "Lewis Gomes"])
    ones, others = np.array([0, 1, 0], np.int64), np.array([0, 1, 1], np.int64)
    return [(left, ones, right, others, np.zeros((3, COUNT), np.int32), *scratch())]


@kernel(examples=_many_examples)
def compare_many(
    left: Table, ones: npt.NDArray[np.int64], right: Table, others: npt.NDArray[np.int64], out: Ints, rows: Ints,
    words: Ints, quality: Ints, pairs: Ints,
) -> None:  # fmt: skip
    """FEATURES of each pair of names into a row of `out`."""
    for at in range(len(ones)):
        compare(left, ones[at], right, others[at], rows, words, quality, pairs, out[at])


def _tables(one: list[str], other: list[str]) -> tuple[Table, Table]:
    from veedor.registers.names.prepare import prepare

    made = [name_table([prepare(name) for name in names]).arrays for names in (one, other)]
    return made[0], made[1]  # type: ignore[return-value] # thirteen arrays each
