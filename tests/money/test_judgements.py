"""Judgements about records: what follows from them, and that contradictions are shown and decide nothing."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.money.holders import Judged, Judgements


def same(one: str, other: str, by: str = "north", number: int = 1) -> Judged:
    return Judged(one, other, "same", by, number)


def different(one: str, other: str, by: str = "north", number: int = 1) -> Judged:
    return Judged(one, other, "different", by, number)


def unsure(one: str, other: str, by: str = "north", number: int = 1) -> Judged:
    return Judged(one, other, "unsure", by, number)


def test_same_passes_along_and_shows_its_chain() -> None:
    known = Judgements([same("a", "b"), same("c", "b", by="south")])
    standing = known.between("c", "a")
    assert standing.known == "same"
    assert [each.pair for each in standing.same] == [("a", "b"), ("b", "c")]
    assert known.together == (("a", "b", "c"),)


def test_different_passes_along_same() -> None:
    known = Judgements([same("a", "b"), same("c", "d"), different("b", "c")])
    assert known.between("a", "d").known == "different"
    assert known.between("a", "d").different[-1] == different("b", "c")
    assert known.between("a", "e").known == "unjudged"


def test_unsure_passes_along_nothing_and_yields() -> None:
    known = Judgements([same("a", "b"), unsure("b", "c")])
    assert known.between("b", "c").known == "unsure" and known.held == (("b", "c"),)
    assert known.between("a", "c").known == "unjudged"
    for other in (same("b", "c", by="south"), different("b", "c", by="south")):
        both = Judgements([same("a", "b"), unsure("b", "c"), other])
        assert both.between("b", "c").known == other.verdict and both.held == ()


def test_a_contradiction_is_shown_with_both_sides_and_decides_nothing() -> None:
    known = Judgements([same("a", "b"), same("b", "c", by="south"), different("c", "a"), same("x", "y")])
    (shown,) = known.contradictions
    assert shown.different == different("c", "a")
    assert [each.pair for each in shown.same] in ([("b", "c"), ("a", "b")], [("a", "b"), ("b", "c")])
    for pair in combinations("abc", 2):
        standing = known.between(*pair)
        assert standing.known == "disputed" and standing.same and standing.different
    assert known.together == (("x", "y"),) and known.apart == ()


def test_a_later_judgement_of_the_same_author_replaces_his_own_only() -> None:
    assert Judgements([same("a", "b"), different("a", "b", number=2)]).between("a", "b").known == "different"
    assert Judgements([same("a", "b"), different("b", "a", number=2)]).between("a", "b").known == "different"
    assert Judgements([same("a", "b"), different("a", "b", by="south", number=2)]).between("a", "b").known == "disputed"


def test_a_record_is_not_judged_against_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        same("a", "a")


def test_two_verdicts_of_one_author_under_one_number_are_refused() -> None:
    with pytest.raises(ValueError, match="under number 1"):
        Judgements([same("a", "b"), different("b", "a")])
    assert Judgements([same("a", "b"), same("b", "a")]).between("a", "b").known == "same"


def test_unsure_takes_back_what_the_same_author_said_and_settles_no_dispute() -> None:
    assert Judgements([same("a", "b"), unsure("a", "b", number=2)]).between("a", "b").known == "unsure"
    both = [same("a", "b"), different("a", "b", by="south")]
    assert Judgements([*both, unsure("a", "b", by="third")]).between("a", "b").known == "disputed"
    assert Judgements([*both, unsure("a", "b", by="south", number=2)]).between("a", "b").known == "same"


records = st.sampled_from("abcdefg")


@st.composite
def judgements(draw: st.DrawFn) -> list[Judged]:
    pairs = st.tuples(records, records).filter(lambda pair: pair[0] != pair[1])
    drawn = draw(st.lists(st.tuples(pairs, st.sampled_from(["same", "different", "unsure"]),
                                    st.sampled_from(["north", "south"])), max_size=9))  # fmt: skip
    return [Judged(*pair, verdict, by, at) for at, (pair, verdict, by) in enumerate(drawn)]


@given(judgements(), st.randoms(use_true_random=False))
def test_the_answer_depends_on_no_order_and_on_no_side(every: list[Judged], chance: object) -> None:
    known = Judgements(every)
    shuffled = list(every)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = Judgements(shuffled)
    for one, other in combinations("abcdefg", 2):
        assert known.between(one, other) == known.between(other, one) == again.between(one, other)
    assert known.contradictions == again.contradictions
    assert (known.together, known.apart, known.held) == (again.together, again.apart, again.held)


@given(judgements())
def test_the_algebra_agrees_with_its_definition(every: list[Judged]) -> None:
    """Closure by brute force: same is the least equivalence, different its least extension."""
    known = Judgements(every)
    standing = known.standing
    one_of = {record: {record} for record in "abcdefg"}
    for each in standing:
        if each.verdict == "same" and one_of[each.one] is not one_of[each.other]:
            both = one_of[each.one] | one_of[each.other]
            for record in both:
                one_of[record] = both
    for one, other in combinations("abcdefg", 2):
        joined = other in one_of[one]
        parted = any(
            each.verdict == "different"
            and ({each.one, each.other} <= one_of[one] | one_of[other])
            and any(a in one_of[one] and b in one_of[other] for a, b in (each.pair, each.pair[::-1]))
            for each in standing
        )
        broken = any(
            each.verdict == "different" and each.other in one_of[each.one] and each.one in one_of[one] | one_of[other]
            for each in standing
        )
        said = known.between(one, other).known
        if joined:
            assert said == ("disputed" if parted else "same")
        elif parted:
            assert said == ("disputed" if broken else "different")
        else:
            assert said in ("unsure", "unjudged")


@given(judgements(), judgements())
def test_no_judgement_of_others_settles_a_dispute(every: list[Judged], more: list[Judged]) -> None:
    others = [Judged(each.one, each.other, each.verdict, "third", each.number) for each in more]
    before, after = Judgements(every), Judgements([*every, *others])
    for one, other in combinations("abcdefg", 2):
        if before.between(one, other).known == "disputed":
            assert after.between(one, other).known == "disputed"


@given(judgements())
def test_what_counts_is_what_is_not_disputed(every: list[Judged]) -> None:
    """Groups, pairs apart and pairs left open say only what `between` says, and every dispute shows both its sides."""
    known = Judgements(every)
    assert all(known.between(*pair).known == "same" for each in known.together for pair in combinations(each, 2))
    assert all(known.between(*pair).known == "different" for pair in known.apart)
    assert all(known.between(*pair).known == "unsure" for pair in known.held)
    for each in known.contradictions:
        ends = {record for one in each.same for record in one.pair}
        assert set(each.different.pair) <= ends and all(one.verdict == "same" for one in each.same)
        assert known.between(*each.different.pair).known == "disputed"


@given(judgements(), judgements())
def test_agreeing_once_more_changes_nothing(every: list[Judged], more: list[Judged]) -> None:
    """A third author who repeats what undisputed judgements already say adds no knowledge."""
    known = Judgements(every)
    repeated = [
        Judged(each.one, each.other, known.between(*each.pair).known, "third", each.number)  # type: ignore[arg-type]
        for each in more if known.between(*each.pair).known in ("same", "different")
    ]  # fmt: skip
    again = Judgements([*every, *repeated])
    assert all(again.between(*pair).known == known.between(*pair).known for pair in combinations("abcdefg", 2))
