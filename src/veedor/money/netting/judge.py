"""Netting between two houses as findings: customers pay in at either, others are paid out at the other, about as much
one way as the other, and no transfer settles it in the books of the house that is told of.

Told of the quieter of the two, in whose books what settles is plainer; the other is named. Its own books are not at
hand there, so that what settles only in them is not seen, and `searched` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, columns
from veedor.money.amounts import permille
from veedor.money.exchange.legs import PLACES
from veedor.money.judging import EXPERT, stepped
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.money.netting.matching import Netting, nettings, quieter
from veedor.tables import FINDINGS, MIRRORED_DEALS, PAYMENTS, Table

Row = dict[str, Any]
# So many parties at most may have large sums, if one of these is the difference: among more, some sum is like it.
_FEW = 3
_BOOKS = ("payment", "payer", "payee", "currency", "time", "amount_units", "amount_exponent")


@dataclass(frozen=True)
class NettingJudgement:
    """Days, by how much the prices of one direction may differ, numbers of deals each way, how many times a usual deal
    a settlement is at least, and the total from which on two houses are shown, in thousandths of log10."""

    netting_join_days: int = 7
    netting_price_permille: int = 20
    netting_least_each_way: int = 8
    settlement_times: int = 8
    netting_report_milli_log10: int = 1800


@dataclass(frozen=True)
class JudgeNetting:
    """Detector `house_netting`: mirrored deals and all payments of the houses in, findings out."""

    parameters: NettingJudgement = NettingJudgement()
    name: str = "house_netting"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(MIRRORED_DEALS, ByKey(("account", "other"))),
        Read(PAYMENTS, ByKey(("payer", "payee")), _BOOKS, NOT_REVERSED, ("whose", "account")),
        Read(MIRRORED_DEALS, Broadcast(), ("account", "outcome"), handed_as="whose"),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NettingJudgement) -> pa.Table:
        rows = tables["mirrored_deals"]
        for name in ("time", "end"):
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(columns.integers(rows[name])))
        made = rows.to_pylist()
        cut = {row["account"] for row in tables["whose"].to_pylist() if row["outcome"] == "budget"}
        fits = sorted((row for row in made if row["outcome"] == "fits"), key=_pair)
        pairs = [list(pair) for _, pair in groupby(fits, key=_pair)]
        told = [quieter(pair) for pair in pairs]
        own = columns.in_bucket(pa.array(told, pa.string()), owner)
        mine = [(house, pair) for house, pair, ours in zip(told, pairs, own, strict=True) if ours]
        ends = _ends(tables["payments"], {house for house, _ in mine})
        some = [
            netting
            for house, pair in mine
            for netting in nettings(
                pair, house, parameters.netting_join_days, parameters.netting_price_permille, ends[house]
            )
            if min(len(netting.paid_in(netting.one)), len(netting.paid_in(netting.two)))
            >= parameters.netting_least_each_way
        ]
        books = _books(tables["payments"], {netting.one for netting in some})
        found = [_finding(netting, books[netting.one], cut, parameters) for netting in some]
        kept = [finding for finding in found if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def _pair(row: Row) -> tuple[str, str, str, str]:
    """Both houses, each with its currency, in order of account."""
    ends = sorted(((row["account"], row["currency"]), (row["other"], row["other_currency"])))
    return (*ends[0], *ends[1])


def _ends(payments: pa.Table, houses: set[str]) -> dict[str, int]:
    """When the records of each of these houses end."""
    found = dict.fromkeys(houses, 0)
    for side in ("payer", "payee"):
        latest = payments.group_by(side).aggregate([("time", "max")])
        for house, time in zip(latest[side].to_pylist(), columns.integers(latest["time_max"]).tolist(), strict=True):
            if house in found:
                found[house] = max(found[house], time)
    return found


def _books(payments: pa.Table, houses: set[str]) -> dict[str, list[Row]]:
    """All payments of each of these houses, in order of time."""
    payments = payments.set_column(
        payments.column_names.index("time"), "time", pa.array(columns.integers(payments["time"]))
    )
    whose = pa.array(sorted(houses), pa.string())
    pays, paid = (pa.compute.is_in(payments[side], value_set=whose) for side in ("payer", "payee"))
    inside = pa.compute.or_(pays, paid)
    found: dict[str, list[Row]] = {house: [] for house in houses}
    for row in payments.filter(inside).to_pylist():
        row["units"] = row["amount_units"] * 10 ** (PLACES - row["amount_exponent"])
        for house in {row["payer"], row["payee"]} & houses:
            found[house].append(row)
    return found


@dataclass(frozen=True)
class _House:
    """What the house that is told of took in and paid out in deals, at PLACES places; how many other payments it had;
    and, by other party, the large sums that it got from it and sent it."""

    took: int
    gave: int
    other_payments: int
    large: Mapping[str, tuple[int, int]]

    @property
    def both_ways(self) -> tuple[int, int]:
        """Large sums got and sent, of parties with which both occur: as a house has it with the bank it settles by."""
        some = [each for each in self.large.values() if min(each)]
        return sum(each[0] for each in some), sum(each[1] for each in some)

    def beyond_chance(self, netting: Netting) -> tuple[int, int]:
        """What it took and gave in as many deals as chance does not explain."""
        return netting.beyond(netting.one, self.took), netting.beyond(netting.two, self.gave)


def _house(netting: Netting, books: Sequence[Row], parameters: NettingJudgement) -> _House:
    taken = [row["given_units"] * 10 ** (PLACES - row["given_exponent"]) for row in netting.paid_in(netting.one)]
    given = [row["paid_units"] * 10 ** (PLACES - row["paid_exponent"]) for row in netting.paid_in(netting.two)]
    dealt = {row[side] for row in netting.deals for side in ("payment", "payout")}
    currency = netting.paid_in(netting.one)[0]["currency"]
    # What a week brings together is settled within the next.
    start, end = netting.deals[0]["time"], netting.deals[-1]["end"] + 7 * DAY_US
    beside = [
        row for row in books if row["payment"] not in dealt and row["currency"] == currency and
        start <= row["time"] <= end
    ]  # fmt: skip
    least = parameters.settlement_times * amounts.median([*taken, *given])
    large: dict[str, tuple[int, int]] = {}
    for row in beside:
        came = row["payee"] == netting.one
        other = row["payer"] if came else row["payee"]
        if row["units"] >= least and other is not None:
            got, sent = large.get(other, (0, 0))
            large[other] = (got + row["units"], sent) if came else (got, sent + row["units"])
    return _House(sum(taken), sum(given), sum(row["units"] < least for row in beside), large)


def _finding(netting: Netting, books: Sequence[Row], cut: set[str], parameters: NettingJudgement) -> Finding | None:
    house = _house(netting, books, parameters)
    terms = (_beyond_chance(netting), _balance(netting, house), _share(netting, house))
    innocent = (_settled(netting, house), _own_exchange(netting), _regulars(netting))
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < parameters.netting_report_milli_log10:
        return None
    start, end = netting.deals[0]["time"], max(row["end"] for row in netting.deals)
    first = netting.paid_in(netting.one)[0]
    values: dict[str, int | str] = {
        "deals": len(netting.deals), "start_us": start, "end_us": end, "one": netting.one, "two": netting.two,
        "took": amounts.text(house.took, PLACES, first["currency"]),
        "gave": amounts.text(house.gave, PLACES, first["currency"]),
        "currency": first["currency"], "other_currency": first["other_currency"],
        "kinds": ", ".join(sorted({kind for row in netting.deals for kind in row["rate_kinds"].split(", ")})),
        "sources": "; ".join(sorted({each for row in netting.deals for each in row["rate_sources"].split("; ")})),
    }  # fmt: skip
    return Finding(
        kind="house_netting",
        subject=f"account:{netting.one}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(row["simulated"] for row in netting.deals),
        terms=terms,
        reasons=(Reason("finding.house_netting", values), Reason("finding.house_netting.rates", values)),
        evidence=[Evidence(**item) for row in netting.deals for item in row["all_evidence"]],
        innocent=innocent,
        searched=(
            Reason("searched.netting", {"two": netting.two}),
            *([Reason("searched.netting.cut", {})] if {netting.one, netting.two} & cut else []),
        ),
    )


def _beyond_chance(netting: Netting) -> Term:
    """How far beyond the most pairs that payments out of later days gave at the same price, in roots of that number:
    with busy houses chance is large, and what counts is how much it varies. A root of it is owed to the price being the
    best of a dozen."""
    deals, chance = len(netting.deals), sum(netting.chance.values())
    weight = stepped(netting.beyond_milli, ((9_000, 2000), (6_000, 1500), (4_500, 700), (3_500, 0)), -1000)
    return Term("term.netting.chance", weight, EXPERT, {"deals": deals, "chance": chance})


def _balance(netting: Netting, house: _House) -> Term:
    """Netting lives of as much going one way as the other; what does not balance has to be settled some day. What fits
    by chance is none of it: where one house is busier than the other, it would tip the scales."""
    took, gave = house.beyond_chance(netting)
    share = permille(min(took, gave), max(took, gave))
    return Term(
        "term.netting.balance", stepped(share, ((800, 500), (600, 200)), -800), EXPERT, {"share_permille": share}
    )


def _share(netting: Netting, house: _House) -> Term:
    """How much of what the house does are such deals."""
    share = permille(len(netting.deals), len(netting.deals) + house.other_payments)
    return Term("term.netting.share", stepped(share, ((500, 300), (150, 0)), -300), EXPERT, {"share_permille": share})


def _settled(netting: Netting, house: _House) -> Innocent:
    """A licensed house sends on what it takes in and is sent what it pays out, by one bank both ways; or one party gets
    or sends the difference, where few have large sums at all: among many, some sum is always like it. Of what fits by
    chance nothing has to be settled."""
    took, gave = (max(each, 1) for each in house.beyond_chance(netting))
    came, went = house.both_ways
    sent, got = permille(went, took), permille(came, gave)
    net = took - gave
    difference = len(house.large) <= _FEW and abs(net) * 5 >= took and any(
        abs(out - into - net) * 20 <= 3 * abs(net) for into, out in house.large.values()
    )  # fmt: skip
    gross = min(sent, got) >= 500
    verdict: Verdict = (
        "supports" if gross or difference else "contradicts" if max(sent, got) <= 150 else "cannot_tell"
    )  # fmt: skip
    values = {"out_permille": min(sent, 10**6), "in_permille": min(got, 10**6)}
    return Innocent(
        "innocent.netting.settled", verdict, values, {"supports": -1500, "contradicts": 300, "cannot_tell": 0}[verdict]
    )


def _own_exchange(netting: Netting) -> Innocent:
    """Customers who change their own money: who pays in and who is paid bear one name."""
    named = [row["same_holder"] for row in netting.deals if row["same_holder"] is not None]
    share = permille(sum(named), len(named))
    values = {"share_permille": share, "named_permille": permille(len(named), len(netting.deals))}
    if 2 * len(named) < len(netting.deals):
        return Innocent("innocent.netting.own_exchange", "cannot_tell", values, 0)
    verdict: Verdict = "supports" if share >= 400 else "contradicts" if share <= 100 else "cannot_tell"
    return Innocent(
        "innocent.netting.own_exchange", verdict, values,
        {"supports": -2000, "contradicts": 100, "cannot_tell": 0}[verdict],
    )  # fmt: skip


def _regulars(netting: Netting) -> Innocent:
    """A firm that trades on both sides of a border deals with the same customers and suppliers again and again."""
    times: dict[str, int] = {}
    for row in netting.deals:
        for who in (row["customer"], row["receiver"]):
            times[who] = times.get(who, 0) + 1
    share = permille(sum(count for count in times.values() if count > 1), sum(times.values()))
    verdict: Verdict = "supports" if share >= 700 else "contradicts" if share <= 300 else "cannot_tell"
    return Innocent(
        "innocent.netting.regulars", verdict, {"share_permille": share},
        {"supports": -1000, "contradicts": 100, "cannot_tell": 0}[verdict],
    )  # fmt: skip
