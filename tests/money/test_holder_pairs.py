"""Which names are compared: those of the definition, in pieces of any size; what a budget leaves out is told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.money.holders import HolderParameters, Named, resolve
from veedor.money.holders.candidates import candidates
from veedor.money.holders.named import Account
from veedor.money.holders.pairing import LeftOut
from veedor.money.holders.prepared import prepared
from veedor.money.holders.resolve import Weighed, weighed
from veedor.money.holders.weighing import terms
from veedor.money.holders.words import words_of
from veedor.registers.names.prepare import INITIAL, NAME, SMALL, PreparedName

ANDINA = "Comercializadora Andina del Orinoco C.A."
syllables = st.lists(st.sampled_from(["ma", "ri", "an", "to", "lu", "pez", "ga", "do"]), min_size=1, max_size=3)
some_names = st.lists(st.lists(syllables.map("".join), min_size=1, max_size=3).map(" ".join), min_size=1, max_size=9)
strange = st.text(alphabet="ab éЖم,.'1-", max_size=8)


def named(*names: str) -> list[Named]:
    return [Named(f"{at:02}", name) for at, name in enumerate(names)]


def found_pairs(known: Weighed) -> set[tuple[int, int]]:
    return set(zip(known.pairs.one.tolist(), known.pairs.other.tolist(), strict=True))


def ways(text: str, sound: str) -> set[str]:
    shorter = {text[:at] + text[at + 1 :] for at in range(len(text))} if len(text) >= 4 else set()
    return {text, *shorter, *({"=" + sound} if len(sound) >= 2 else set())}


def spelled(name: PreparedName) -> list[tuple[set[str], int]]:
    """Ways of each word and of each two neighbours, with what they are worth."""
    words = name.words
    found = [
        (ways(word.text, word.key if word.kind == NAME else ""), word.mass)
        for word in words if word.kind == NAME or (word.kind != INITIAL and (word.kind != SMALL or len(words) == 1))
    ]  # fmt: skip
    for one, other in pairwise(words):
        if one.kind in (NAME, SMALL, INITIAL) and other.kind == NAME:
            found.append((ways(one.text + other.text, ""), one.mass + other.mass))
    return found


@given(some_names, st.integers(1, 4), st.integers(1, 5))
def test_candidates_are_those_that_most_of_a_names_mass_leads_to(names: list[str], most: int, piece: int) -> None:
    """By brute force over Latin names: words meet if they share a way; a quarter of the mass is needed."""
    known = prepared(named(*names))
    objects = [known.name(at) for at in range(len(names))]
    expected = set()
    for at, name in enumerate(objects):
        least = max(sum(word.mass for word in name.words if word.kind not in (SMALL, INITIAL)) // 4, 1)
        mass = {
            to: sum(worth for said, worth in spelled(name) if any(said & each for each, _ in spelled(other)))
            for to, other in enumerate(objects) if to != at
        }  # fmt: skip
        near = sorted((-total, to) for to, total in mass.items() if total >= least)
        expected |= {(at, to) for _, to in near[:most]}
    pieces = [*candidates(words_of(known.table), most, 100, piece)]
    made = {pair for each in pieces for pair in zip(each.one.tolist(), each.other.tolist(), strict=True)}
    assert made == expected


@given(st.lists(st.one_of(strange, some_names.map(" ".join)), max_size=7), st.integers(1, 3), st.integers(1, 5))
def test_pieces_change_nothing(names: list[str], of_names: int, of_pairs: int) -> None:
    whole, pieces = weighed(named(*names)), weighed(named(*names), HolderParameters(), of_names, of_pairs)
    for column in ("one", "other", "same", "likely", "distant"):
        assert np.array_equal(getattr(whole.pairs, column), getattr(pieces.pairs, column))
    assert np.array_equal(whole.totals, pieces.totals) and whole.left_out == pieces.left_out


@given(st.lists(st.one_of(strange, st.sampled_from([ANDINA, ANDINA[:20], "PINTO VEGA, Rosaura"])), max_size=6))
def test_totals_of_many_pairs_are_the_sums_of_their_terms(names: list[str]) -> None:
    every = [
        Named(f"{at}", name, (Account("01020304"),) if at % 2 else (), ("VE", "CO")[at % 2 : at % 3])
        for at, name in enumerate(names)
    ]
    known = weighed(every)
    pairs = known.pairs
    for at in range(len(pairs)):
        said = terms(known.names, int(pairs.one[at]), int(pairs.other[at]), int(pairs.same[at]), int(pairs.likely[at]))
        assert sum(term.milli_log10 or 0 for term in said) == known.totals[at]


def test_words_of_two_scripts_meet() -> None:
    known = weighed(named("Mohammed Gadhafi", "محمد قذافي", "Mahmoud Abbas"))
    assert (0, 1) in found_pairs(known)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [("김정은", "Kim Jong Un"), ("김정은", "Gim Jeongeun"), ("毛泽东", "Mao Tse-tung"), ("李小龙", "Lee Siu Lung"),
     ("さくら", "Sakura")],
)  # fmt: skip
def test_what_is_written_in_syllables_meets_each_of_its_readings(written: str, spelled: str) -> None:
    found = weighed(named(written, spelled, "Rosaura Pinto"))
    assert found_pairs(found) == {(0, 1)}


def test_a_word_counts_once_for_a_name_that_holds_two_of_its_spellings() -> None:
    """One word in six is less than a quarter of a name; counted twice, it would be more."""
    words = words_of(prepared(named("Rosaura Lemos Pinto Vega Salas Duarte", "Rosaurra Rosaure")).table)
    assert words.mass[0] < words.least_mass[0] <= 2 * words.mass[0]
    found = {
        (one, other)
        for each in candidates(words, 5, 100)
        for one, other in zip(each.one.tolist(), each.other.tolist(), strict=True)
    }
    assert found == {(1, 0)}


def test_a_name_is_held_against_what_stands_behind_a_common_neighbour() -> None:
    """A field that a bank filled with something else shares no word with the name of a third record."""
    every = [
        Named("1", "Rosaura Pinto Vega", (Account("01020304"),)),
        Named("2", "Pinto Vega Rosaura", (Account("99887766"),)),
        Named("3", "16025", (Account("01020304"),)),
        Named("4", "Transportes Guaviare", (Account("55443322"),)),
    ]  # fmt: skip
    known = weighed(every)
    assert (1, 2) in found_pairs(known) and known.pairs.distant.sum() == 1
    assert all(3 not in pair for pair in found_pairs(known))
    crowded = weighed(every, HolderParameters(most_close=1))
    assert (1, 2) not in found_pairs(crowded) and crowded.left_out[0] == (LeftOut("close", "", 1),)


def test_a_word_that_too_many_names_hold_leads_to_nobody_and_that_is_said() -> None:
    names = named("Rosaura Pinto", "Rosaura Lemos", "Rosaura Vega", "Rosaura Pimto")
    found = weighed(names, HolderParameters(most_names_of_word=2))
    assert found_pairs(found) == {(0, 3)}, "the neighbours written as one, and the other word, still do"
    assert found.left_out[1] == (LeftOut("word", "rosaura", 4),)
    assert found_pairs(weighed(names)) > {(0, 3)} and not weighed(names).left_out


def test_names_somewhat_alike_that_were_not_compared_are_counted() -> None:
    names = named(*(f"Rosaura {end}" for end in ("Pinto", "Lemos", "Vega", "Salas")))
    known = weighed(names, HolderParameters(most_candidates=1))
    assert all(known.left_out[at] == (LeftOut("alike", "", 2),) for at in range(4))


def test_a_number_that_too_many_names_bear_says_nothing_and_that_is_said() -> None:
    every = [Named(f"{at:02}", f"{chr(97 + at) * 4}o", identifiers=(("ve_rif", "A"),)) for at in range(13)]
    assert resolve(every).left_out[0] == (LeftOut("number", "ve_rif A", 13),)
    assert len(set(resolve(every[:2]).group.tolist())) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_and_one_alone(count: int) -> None:
    found = resolve(named(*[ANDINA] * count))
    assert found.group.tolist() == [0] * count
    assert all(found.link(at) is None and found.near(at) is None for at in range(count))
