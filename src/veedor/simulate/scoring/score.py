"""How good findings are against truth: precision, recall, errors of place, and whether scores mean what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.simulate.paying.further import BEYOND_BOOKS, FURTHER, SHOWN_ONLY_BY
from veedor.simulate.scoring import match_air, match_money
from veedor.simulate.scoring.match_money import Facts, Record
from veedor.simulate.scoring.pairing import Pair, paired
from veedor.simulate.truth import Truth

AIR_KINDS = ("landing_away", "takeoff_away", "strip", "gap", "leg", "unexplained_leg", "route")
MONEY_KINDS = ("pass_through", "fan_in", "fan_out", "structuring")
# Scored where the truth tells of them.
FURTHER_KINDS = tuple(FURTHER)
SCORED = (*AIR_KINDS, *MONEY_KINDS, *FURTHER_KINDS)
# Of these a truth says nothing that a finding could be held against: who flies an orbit or drops is no list of deeds, a
# corridor is many flights, sites and thinned records are faults of sensors, and the rest is about papers and names.
NOT_SCORED = (
    "corridor", "drop", "loiter", "orbit", "racetrack", "search_lines", "simple_cycle", "site_suspect", "thinned",
)  # fmt: skip


@dataclass(frozen=True)
class KindScore:
    """One kind of finding. `truths` of that kind, `seen` of them could be seen at all by the sensors; `found` and
    `found_seen` likewise. `again` counts false findings that show a truth which another finding shows better."""

    kind: str
    findings: int
    true: int
    again: int
    truths: int
    seen: int
    found: int
    found_seen: int

    @property
    def precision(self) -> float | None:
        return self.true / self.findings if self.findings else None

    @property
    def recall(self) -> float | None:
        return self.found / self.truths if self.truths else None

    @property
    def recall_seen(self) -> float | None:
        return self.found_seen / self.seen if self.seen else None


@dataclass(frozen=True)
class InstanceScore:
    """One laundering instance: `share` of its payments in the finding matched to it (0: none; of a listed party: of the
    finding's records that are its payments), and that finding's kind and id."""

    instance: str
    typology: str
    payments: int
    share: float
    kind: str
    finding: str


@dataclass(frozen=True)
class Bin:
    """Findings with a score from `low` to below `high` (thousandths of log10) and how many of them are true."""

    low: int
    high: int
    findings: int
    true: int


@dataclass(frozen=True)
class PlaceError:
    """Errors of place in metres of true findings of one kind."""

    kind: str
    count: int
    median_m: float
    p90_m: float


@dataclass(frozen=True)
class Fooled:
    """False findings of one kind that an innocent look-alike explains."""

    kind: str
    lookalike: str
    findings: int


@dataclass(frozen=True)
class Score:
    """Everything an evaluation says."""

    kinds: tuple[KindScore, ...]
    instances: tuple[InstanceScore, ...]
    places: tuple[PlaceError, ...]
    reliability: tuple[Bin, ...]
    fooled: tuple[Fooled, ...]
    not_scored: tuple[tuple[str, int], ...]  # kind, findings
    matches: tuple[Pair, ...]


def score(findings: pa.Table, evidence_records: Mapping[Record, Facts], truth: Truth) -> Score:
    """Findings (rows of the findings table) against truth.

    `evidence_records` holds entries and messages that stand in evidence (match_money.wanted_records), by deposit and
    row.
    One finding shows at most one truth, one truth is shown by at most one finding (greedy by overlap, ties by smallest
    id); findings that show none are false. A strip touch counts within 5 km and 20 minutes, a strip within 5 km; a
    silence, a flight or a route of several when over half of the finding's time lies in it, near the target, and of a
    route when it holds over half of what sensors saw of two of its legs; an instance when at least half of its payments
    are in evidence. Kinds of which the truth says nothing (NOT_SCORED; messages and names where it tells of none)
    are counted apart.
    """
    rows: list[dict[str, Any]] = findings.select(["id", "kind", "score_milli_log10"]).to_pylist()
    kind_of: dict[bytes, str] = {row["id"]: row["kind"] for row in rows}
    value_of: dict[bytes, int] = {row["id"]: row["score_milli_log10"] for row in rows}
    happened = match_air.deeds(truth)
    money = match_money.told(truth)
    scored = set(SCORED) - _silent({instance.typology for instance in money.instances.values()})
    every = match_air.pairs(findings, happened) + match_money.pairs(findings, evidence_records, money)
    every = [pair for pair in every if kind_of[pair.finding] in scored]
    illicit = {deed.name for deed in happened if deed.illicit} | {n for n, i in money.instances.items() if i.illicit}
    matches = paired(pair for pair in every if pair.truth in illicit)
    shown = {pair.finding: pair for pair in matches}
    again = {pair.finding for pair in every if pair.truth in illicit and pair.finding not in shown}
    kinds = _air(kind_of, shown, again, happened) + _money(kind_of, shown, again, money)
    names = {deed.name: deed.what for deed in happened} | {n: i.typology for n, i in money.instances.items()}
    names |= {match_air.phenomenon_name(row): row["kind"] for row in truth.phenomena.to_pylist()}
    innocent = [pair for pair in every if pair.truth not in illicit and pair.finding not in shown]
    explained = {pair.finding for pair in innocent} | shown.keys()
    # What is flown explains a finding before what only may have been there.
    beside = [p for p in match_air.phenomenon_pairs(findings, truth) if p.finding not in explained]
    return Score(
        tuple(kinds),
        _instances(kind_of, matches, money),
        tuple(_places(kind_of, matches)),
        _reliability({i: value_of[i] for i, kind in kind_of.items() if kind in scored}, shown),
        _fooled(kind_of, [*paired(innocent), *beside], names),
        tuple(sorted(Counter(kind for kind in kind_of.values() if kind not in scored).items())),
        tuple(matches),
    )


def _silent(told: set[str]) -> set[str]:
    """Kinds of findings on messages, names and long records of which the truth tells no story."""
    return {kind for kind in BEYOND_BOOKS if not told & {kind, *SHOWN_ONLY_BY.get(kind, ())}}


def _air(
    kind_of: Mapping[bytes, str], shown: Mapping[bytes, Pair], again: set[bytes], happened: Sequence[match_air.Deed]
) -> list[KindScore]:
    made = []
    found = {pair.truth for pair in shown.values()}
    for kind in AIR_KINDS:
        mine = [identity for identity, k in kind_of.items() if k == kind]
        if kind == "leg" and not mine:
            continue
        truths = [
            d for d in happened if d.illicit and d.kind == match_air.DEED_OF[kind] and (d.kind == "gap" or d.places)
        ]
        names = {pair.truth for identity, pair in shown.items() if kind_of[identity] == kind} & found
        made.append(
            KindScore(
                kind, len(mine), sum(i in shown for i in mine), sum(i in again for i in mine), len(truths),
                sum(d.seen for d in truths), len(names), sum(d.seen for d in truths if d.name in names),
            )
        )  # fmt: skip
    return made


def _money(
    kind_of: Mapping[bytes, str], shown: Mapping[bytes, Pair], again: set[bytes], money: match_money.Told
) -> list[KindScore]:
    """Recall of a typology counts instances found by any kind of finding that can show them."""
    # Stories of another name may be all that a kind can show.
    beside = SHOWN_ONLY_BY.keys() - _silent({instance.typology for instance in money.instances.values()})
    found = {pair.truth for pair in shown.values()}
    made = []
    for kind in (*MONEY_KINDS, *FURTHER_KINDS):
        mine = [identity for identity, k in kind_of.items() if k == kind]
        truths = [i.name for i in money.instances.values() if i.illicit and i.typology == kind]
        if kind in FURTHER_KINDS and not truths and kind not in beside:
            continue
        hit = sum(name in found for name in truths)
        true = sum(i in shown for i in mine)
        made.append(KindScore(kind, len(mine), true, sum(i in again for i in mine), len(truths), len(truths), hit, hit))
    return made


def _instances(
    kind_of: Mapping[bytes, str], matches: Iterable[Pair], money: match_money.Told
) -> tuple[InstanceScore, ...]:
    by_truth = {pair.truth: pair for pair in matches}
    made = []
    for name, instance in sorted(money.instances.items()):
        if instance.illicit:
            pair = by_truth.get(name)
            made.append(
                InstanceScore(
                    name, instance.typology, instance.payments, pair.overlap if pair else 0.0,
                    kind_of[pair.finding] if pair else "", pair.finding.hex() if pair else "",
                )
            )  # fmt: skip
    return tuple(made)


def _places(kind_of: Mapping[bytes, str], matches: Iterable[Pair]) -> Iterable[PlaceError]:
    errors: dict[str, list[float]] = defaultdict(list)
    for pair in matches:
        if pair.error_m is not None:
            errors[kind_of[pair.finding]].append(pair.error_m)
    for kind, values in sorted(errors.items()):
        values.sort()
        yield PlaceError(kind, len(values), values[(len(values) - 1) // 2], values[(len(values) * 9 - 1) // 10])


def _reliability(value_of: Mapping[bytes, int], shown: Mapping[bytes, Pair], width: int = 500) -> tuple[Bin, ...]:
    """Findings by score in steps of half a power of ten."""
    total = Counter(value // width for value in value_of.values())
    true = Counter(value_of[identity] // width for identity in shown)
    return tuple(Bin(n * width, (n + 1) * width, total[n], true[n]) for n in sorted(total))


def _fooled(kind_of: Mapping[bytes, str], innocent: Iterable[Pair], names: Mapping[str, str]) -> tuple[Fooled, ...]:
    counted = Counter((kind_of[pair.finding], names[pair.truth]) for pair in innocent)
    return tuple(Fooled(kind, what, count) for (kind, what), count in sorted(counted.items()))
