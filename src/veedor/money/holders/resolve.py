"""Entity resolution of names: which are likely one holder, by what each was joined, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from veedor.engine.findings import Term
from veedor.money.holders.clustering import Pair, clusters
from veedor.money.holders.judgements import Judgements
from veedor.money.holders.named import Named
from veedor.money.holders.pairing import Pairs, pairs_of
from veedor.money.holders.weighing import contradict, terms, weigh
from veedor.registers.names import PreparedName, name_index, prepare, rarity


@dataclass(frozen=True)
class HolderParameters:
    """From which score two names are one holder (chosen by cross-validation, `make bench-holders`); and budgets: names
    compared with one name, names under one account before it counts as pooled, names whose words are looked up."""

    join_milli_log10: int = 800
    most_candidates: int = 50
    most_names_of_account: int = 12
    most_names: int = 100_000


SHIPPED = HolderParameters()


@dataclass(frozen=True)
class Link:
    """The strongest pair that holds a name in its group: the other's place, the total, and its terms."""

    other: int
    milli_log10: int
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Resolution:
    """`group[n]`: the smallest place of the holder of name n (in the order of keys). `links[n]` is None for who stands
    alone or was joined by judgement only; `disputed[n]`: people judged him both ways and nothing was decided."""

    named: tuple[Named, ...]
    group: tuple[int, ...]
    links: tuple[Link | None, ...]
    disputed: tuple[bool, ...]
    looked_up: frozenset[int]
    pooled_accounts: int


@dataclass(frozen=True)
class Weighed:
    """Names ready to be grouped: prepared, paired, each pair with its total."""

    named: tuple[Named, ...]
    prepared: tuple[PreparedName, ...]
    looked_up: tuple[int, ...]
    pairs: Pairs
    totals: tuple[int, ...]


def resolve(
    named: Iterable[Named],
    judgements: Judgements | None = None,
    parameters: HolderParameters = SHIPPED,
) -> Resolution:
    """Groups names that are likely one holder. Judgements are about keys: undisputed ones always hold, disputed ones
    decide nothing, and a pair left unsure is not joined of its own."""
    return grouped(weighed(named, parameters), judgements or Judgements(), parameters)


def weighed(named: Iterable[Named], parameters: HolderParameters = SHIPPED) -> Weighed:
    """All pairs worth comparing with what they say; words that many of these names hold weigh less. Names in the order
    of their keys; over the budget the first in that order are looked up."""
    ordered = tuple(sorted(named, key=lambda each: each.key))
    looked_up = tuple(range(min(len(ordered), parameters.most_names)))
    distinct = {name.whole: name for name in (prepare(each.name) for each in ordered)}
    common = rarity(distinct.values())
    prepared = tuple(prepare(each.name, common) for each in ordered)
    index = name_index([prepared[at] for at in looked_up])
    pairs = pairs_of(ordered, prepared, index, looked_up, parameters.most_candidates, parameters.most_names_of_account)
    return Weighed(ordered, prepared, looked_up, pairs, tuple(weigh(ordered, prepared, pairs)))


def grouped(known: Weighed, judgements: Judgements, parameters: HolderParameters) -> Resolution:
    """The groups at the threshold of `parameters`."""
    place = {each.key: at for at, each in enumerate(known.named)}
    totals = dict(zip(known.pairs.pairs, known.totals, strict=True))
    by_number = [pair for pair in known.pairs.pairs if contradict(known.named[pair[0]], known.named[pair[1]])]
    together = [_places(place, each) for each in judgements.together]
    apart = [*_pairs(place, judgements.apart), *by_number]
    held = _pairs(place, judgements.held)
    group = clusters(len(known.named), totals, parameters.join_milli_log10, together, apart, held)
    disputed = {key for each in judgements.contradictions for key in each.different.pair}
    disputed |= {key for each in judgements.contradictions for one in each.same for key in one.pair}
    return Resolution(
        known.named, tuple(group), _links(known, group, totals), tuple(each.key in disputed for each in known.named),
        frozenset(known.looked_up), known.pairs.pooled_accounts,
    )  # fmt: skip


def _links(known: Weighed, group: Sequence[int], totals: dict[Pair, int]) -> tuple[Link | None, ...]:
    best: dict[int, tuple[int, int]] = {}
    for (one, other), total in totals.items():
        if group[one] == group[other]:
            for at, to in ((one, other), (other, one)):
                best[at] = max(best.get(at, (total, -to)), (total, -to))
    made: list[Link | None] = []
    for at in range(len(group)):
        if at not in best:
            made.append(None)
            continue
        total, to = best[at][0], -best[at][1]
        pair = (min(at, to), max(at, to))
        said = terms(
            known.named[pair[0]], known.named[pair[1]], known.prepared[pair[0]], known.prepared[pair[1]],
            known.pairs.shared.get(pair),
        )  # fmt: skip
        made.append(Link(to, total, said))
    return tuple(made)


def _places(place: dict[str, int], keys: Sequence[str]) -> list[int]:
    return [place[key] for key in keys if key in place]


def _pairs(place: dict[str, int], pairs: Sequence[tuple[str, str]]) -> list[Pair]:
    known = [(place[one], place[other]) for one, other in pairs if one in place and other in place]
    return [(min(pair), max(pair)) for pair in known]
