"""Entity resolution of names: which are likely one holder, by what each was joined, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.engine.findings import Term
from veedor.money.holders.clustering import Pair, clusters
from veedor.money.holders.named import Named
from veedor.money.holders.pairing import LeftOut, Pairs, pairs_of, second_steps, together
from veedor.money.holders.prepared import Prepared, prepared
from veedor.money.holders.weighing import contradicting, terms, weigh
from veedor.money.reviewing.judgements import Judgements

Ints = npt.NDArray[np.int32]
# Names looked up, and pairs weighed, at a time.
NAMES_AT_A_TIME, PAIRS_AT_A_TIME = 20_000, 200_000


@dataclass(frozen=True)
class HolderParameters:
    """From which score two names are one holder (chosen by cross-validation, `make bench-holders`); and budgets: names
    compared with one name, names that share an account or a number before it counts as pooled, names that hold a word
    before it leads to nobody by itself, strong links of a name whose other ends are held against each other."""

    join_milli_log10: int = 600
    most_candidates: int = 50
    most_names_of_account: int = 12
    most_names_of_word: int = 2_000
    most_close: int = 30


SHIPPED = HolderParameters()


@dataclass(frozen=True)
class Link:
    """A pair of names seen from one of them: the other's place, the total, its terms, and if they were not joined why:
    judged, unsure (people), contradiction (numbers or birth dates), weak (below the threshold), others (the other names
    of the two groups speak against)."""

    other: int
    milli_log10: int
    terms: tuple[Term, ...]
    why_apart: str | None = None


@dataclass(frozen=True)
class Weighed:
    """Names ready to be grouped: prepared, paired, each pair with its total; by name, what was left out."""

    names: Prepared
    pairs: Pairs
    totals: Ints
    left_out: Mapping[int, tuple[LeftOut, ...]]

    @property
    def named(self) -> tuple[Named, ...]:
        return self.names.named


@dataclass(frozen=True)
class Resolution:
    """`group[n]`: the smallest place of the holder of name n (in the order of keys). `disputed[n]`: people judged him
    both ways and nothing was decided. `left_out[n]`: what was not compared with him."""

    known: Weighed
    group: Ints
    disputed: frozenset[int]
    _links: Ints
    _near: Ints
    _apart: Mapping[str, frozenset[int]]
    _least: int

    @property
    def named(self) -> tuple[Named, ...]:
        return self.known.named

    @property
    def left_out(self) -> Mapping[int, tuple[LeftOut, ...]]:
        return self.known.left_out

    def link(self, at: int) -> Link | None:
        """The strongest pair that holds a name in its group; None for who stands alone or was joined by judgement."""
        return self._shown(at, int(self._links[at]))

    def near(self, at: int) -> Link | None:
        """The strongest pair of a name with one of another group, where something speaks for it: a score above zero, or
        an account in common; what speaks against it is in the terms."""
        pair = int(self._near[at])
        return self._shown(at, pair, self._why(pair)) if pair >= 0 else None

    def _why(self, pair: int) -> str:
        for why, pairs in self._apart.items():
            if pair in pairs:
                return why
        return "weak" if self.known.totals[pair] < self._least else "others"

    def _shown(self, at: int, pair: int, why: str | None = None) -> Link | None:
        if pair < 0:
            return None
        pairs, total = self.known.pairs, int(self.known.totals[pair])
        one, other = int(pairs.one[pair]), int(pairs.other[pair])
        said = terms(self.known.names, one, other, int(pairs.same[pair]), int(pairs.likely[pair]))
        return Link(other if at == one else one, total, said, why)


def resolve(
    named: Iterable[Named],
    judgements: Judgements | None = None,
    parameters: HolderParameters = SHIPPED,
) -> Resolution:
    """Groups names that are likely one holder. Judgements are about keys: undisputed ones always hold, disputed ones
    decide nothing, and a pair left unsure is not joined of its own."""
    return grouped(weighed(named, parameters), judgements or Judgements(), parameters)


def weighed(
    named: Iterable[Named],
    parameters: HolderParameters = SHIPPED,
    names_at_a_time: int = NAMES_AT_A_TIME,
    pairs_at_a_time: int = PAIRS_AT_A_TIME,
) -> Weighed:
    """All pairs worth comparing with what they say; words that many of these names hold weigh less. Names in the order
    of their keys. Pieces bound what is in memory at a time and change nothing."""
    names = prepared(sorted(named, key=lambda each: each.key))
    found = pairs_of(
        names, parameters.most_candidates, parameters.most_names_of_account, parameters.most_names_of_word,
        names_at_a_time,
    )  # fmt: skip
    totals = weigh(names, found.pairs, pairs_at_a_time)
    least = parameters.join_milli_log10
    further, crowded = second_steps(found.pairs, totals, len(names), least, parameters.most_close)
    pairs, totals = together(found.pairs, further, totals, weigh(names, further, pairs_at_a_time), len(names))
    left_out = dict(found.left_out)
    for at in crowded:
        left_out[at] = (*left_out.get(at, ()), LeftOut("close", "", parameters.most_close))
    return Weighed(names, pairs, totals, left_out)


def grouped(known: Weighed, judgements: Judgements, parameters: HolderParameters) -> Resolution:
    """The groups at the threshold of `parameters`."""
    place = {each.key: at for at, each in enumerate(known.named)}
    pairs = known.pairs
    never, by_birth = contradicting(known.names, pairs)
    judged, unsure = _pairs(place, judgements.apart), _pairs(place, judgements.held)
    made = [_places(place, each) for each in judgements.together]
    never &= ~_within(pairs, made, len(known.named))
    apart = [*judged, *zip(pairs.one[never].tolist(), pairs.other[never].tolist(), strict=True)]
    group = clusters(
        len(known.named), pairs.one, pairs.other, known.totals, parameters.join_milli_log10, pairs.distant & ~by_birth,
        made, apart, unsure,
    )  # fmt: skip
    disputed = {key for each in judgements.contradictions for key in each.different.pair}
    disputed |= {key for each in judgements.contradictions for one in each.same for key in one.pair}
    inside = group[pairs.one] == group[pairs.other]
    telling = ~inside & ((known.totals > 0) | (pairs.same + pairs.likely > 0))
    why = {
        "judged": _at(pairs, judged), "unsure": _at(pairs, unsure),
        "contradiction": frozenset(np.flatnonzero(never).tolist()),
    }  # fmt: skip
    return Resolution(
        known, group, frozenset(_places(place, sorted(disputed))), _strongest(known, inside),
        _strongest(known, telling), why, parameters.join_milli_log10,
    )  # fmt: skip


def _within(pairs: Pairs, made: Sequence[Sequence[int]], count: int) -> npt.NDArray[np.bool_]:
    """Pairs that people joined: what records contradict does not undo what was judged without dispute."""
    of = np.full(count, -1, np.int64)
    for number, group in enumerate(made):
        of[group] = number
    return np.asarray((of[pairs.one] >= 0) & (of[pairs.one] == of[pairs.other]))


def _at(pairs: Pairs, sought: Sequence[Pair]) -> frozenset[int]:
    """Where these pairs stand among those compared."""
    found = [np.flatnonzero((pairs.one == one) & (pairs.other == other)) for one, other in sought]
    return frozenset(int(at[0]) for at in found if len(at))


def _strongest(known: Weighed, among: npt.NDArray[np.bool_]) -> Ints:
    """The strongest of these pairs for each name (ties: the smallest other place); -1 where there is none."""
    pairs = np.flatnonzero(among)
    at = np.concatenate([known.pairs.one[pairs], known.pairs.other[pairs]])
    other = np.concatenate([known.pairs.other[pairs], known.pairs.one[pairs]])
    of = np.tile(pairs, 2)
    # Written from the last to the first: the strongest stays.
    order = np.lexsort((other, -known.totals[of].astype(np.int64), at))[::-1]
    made = np.full(len(known.named), -1, np.int32)
    made[at[order]] = of[order]
    return made


def _places(place: Mapping[str, int], keys: Sequence[str]) -> list[int]:
    return [place[key] for key in keys if key in place]


def _pairs(place: Mapping[str, int], pairs: Sequence[tuple[str, str]]) -> list[Pair]:
    known = [(place[one], place[other]) for one, other in pairs if one in place and other in place]
    return [(min(pair), max(pair)) for pair in known]
