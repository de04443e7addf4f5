"""Exchange round trips as findings: how often, how quickly and at what loss money came back into its own currency.

Trips of one account in one currency that follow each other within `trips_join_days` are one instance; a payment belongs
to one trip, the earliest that has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, columns
from veedor.money.amounts import permille
from veedor.money.judging import EXPERT, stepped
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_TRIPS, FINDINGS, PAYMENTS, Table

Row = dict[str, Any]
_SIDES = ("payment", "payer", "payee", "currency", "time")


@dataclass(frozen=True)
class TripJudgement:
    """Days, and the total from which on an account is shown, in thousandths of log10; `house_least_payees` as in
    `exchange_trips`."""

    house_least_payees: int = 60
    trips_join_days: int = 7
    trips_report_milli_log10: int = 2000


@dataclass(frozen=True)
class JudgeExchangeTrips:
    """Detector `exchange_round_trips`: trips and all payments of their accounts in, findings out."""

    parameters: TripJudgement = TripJudgement()
    name: str = "exchange_round_trips"
    version: int = 1
    agrees_with: tuple[str, ...] = ("exchange_trips",)
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        many = (("payees", ">", self.parameters.house_least_payees - 1),)
        return (
            Read(EXCHANGE_TRIPS, ByKey(("account",))),
            Read(PAYMENTS, ByKey(("payer", "payee")), _SIDES, NOT_REVERSED, ("whose", "account")),
            Read(EXCHANGE_TRIPS, Broadcast(), ("account",), handed_as="whose"),
            Read(ACCOUNT_PROFILES, Broadcast(), ("account", "currency"), many),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: TripJudgement) -> pa.Table:
        rows = tables["exchange_trips"].sort_by([(name, "ascending") for name in EXCHANGE_TRIPS.order])
        rows = rows.filter(pa.array(columns.in_bucket(rows["account"], owner)))
        dealt = _dealt(tables["payments"], rows, tables["account_profiles"])
        found = []
        for (account, currency), trips in _by_account(rows).items():
            cut = sum(row["outcome"] == "budget" for row in trips)
            for instance in instances([row for row in trips if row["outcome"] != "budget"], parameters):
                finding = _finding(instance, dealt[account, currency], cut, parameters)
                found += [finding] if finding is not None else []
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _by_account(rows: pa.Table) -> dict[tuple[str, str], list[Row]]:
    for name in ("time", "end"):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(columns.integers(rows[name])))
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows.to_pylist():
        found.setdefault((row["account"], row["currency"]), []).append(row)
    return found


def _dealt(payments: pa.Table, rows: pa.Table, houses: pa.Table) -> dict[tuple[str, str], set[int]]:
    """Which payments each account of `rows` ever made to or got from houses, in the currency of its trips."""
    known = set(zip(houses["account"].to_pylist(), houses["currency"].to_pylist(), strict=True))
    found: dict[tuple[str, str], set[int]] = {
        (str(account), str(currency)): set()
        for account, currency in zip(rows["account"].to_pylist(), rows["currency"].to_pylist(), strict=True)
    }
    for row in payments.drop(["time"]).to_pylist():
        for own, other in ((row["payer"], row["payee"]), (row["payee"], row["payer"])):
            if (own, row["currency"]) in found and (other, row["currency"]) in known:
                found[own, row["currency"]].add(row["payment"])
    return found


def instances(trips: Sequence[Row], parameters: TripJudgement) -> list[list[Row]]:
    """Trips in order of time that share no payment, cut where the next begins too late after all before are back."""
    used: set[int] = set()
    made: list[list[Row]] = []
    back = 0
    for row in sorted(trips, key=lambda row: (row["time"], row["payment"])):
        if used & set(row["payments"]):
            continue
        used |= set(row["payments"])
        if not made or row["time"] - back > parameters.trips_join_days * DAY_US:
            made.append([])
        made[-1].append(row)
        back = max(back, row["end"])
    return made


def _finding(trips: Sequence[Row], dealt: set[int], cut: int, parameters: TripJudgement) -> Finding | None:
    places = max(row[f"{side}_exponent"] for row in trips for side in ("sold", "back"))
    sold, back = (
        [row[f"{side}_units"] * 10 ** (places - row[f"{side}_exponent"]) for row in trips] for side in ("sold", "back")
    )
    followed = [row for row in trips if row["outcome"] == "followed"]
    terms = (_rounds(trips), _way(trips, followed), _loss(sold, back), _houses(trips), _speed(trips))
    innocent = (_cancelled(trips), _trade(trips, dealt), _gain(sold, back))
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < parameters.trips_report_milli_log10:
        return None
    first = trips[0]
    start, end = first["time"], max(row["end"] for row in trips)
    values: dict[str, int | str] = {
        "trips": len(trips), "followed": len(followed), "start_us": start, "end_us": end, "currency": first["currency"],
        "sold": amounts.text(sum(sold), places, first["currency"]),
        "back": amounts.text(sum(back), places, first["currency"]),
        "kept_permille": permille(sum(back), sum(sold)),
        "abroad": ", ".join(sorted({row["abroad"] for row in followed})) or "-",
        "abroad_currency": ", ".join(sorted({row["abroad_currency"] for row in followed})) or "-",
        "kinds": ", ".join(sorted({kind for row in followed for kind in row["rate_kinds"].split(", ")})) or "-",
        "sources": "; ".join(sorted({each for row in followed for each in row["rate_sources"].split("; ")})) or "-",
    }  # fmt: skip
    reasons = [Reason("finding.exchange_round_trip", values)]
    if followed:
        reasons += [Reason(f"finding.exchange_round_trip.{what}", values) for what in ("way", "rates")]
    if len(followed) < len(trips):
        reasons.append(Reason("finding.exchange_round_trip.no_rate", {"trips": len(trips) - len(followed)}))
    return Finding(
        kind="exchange_round_trip",
        subject=f"account:{first['account']}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(row["simulated"] for row in trips),
        terms=terms,
        reasons=reasons,
        evidence=[Evidence(**item) for row in trips for item in row["all_evidence"]],
        innocent=innocent,
        searched=(
            Reason("searched.exchange", {"missing": sum(term.milli_log10 is None for term in terms)}),
            *([Reason("searched.exchange.cut", {"payments": cut})] if cut else []),
        ),
    )


def _rounds(trips: Sequence[Row]) -> Term:
    weight = stepped(len(trips), ((4, 1300), (3, 1000), (2, 700)), 0)
    return Term("term.exchange.rounds", weight, EXPERT, {"trips": len(trips)})


def _way(trips: Sequence[Row], followed: Sequence[Row]) -> Term:
    """Four payments that fit two dated rates one after the other hardly meet by chance, where few were looked at."""
    looked = amounts.median([row["steps"] for row in followed])
    values = {"followed": len(followed), "trips": len(trips), "payments": looked}
    if not followed:
        return Term("term.exchange.way", None, EXPERT, values)
    weight = 1500 if looked <= 40 else 1100 if looked <= 200 else 700
    return Term("term.exchange.way", weight if len(followed) == len(trips) else weight - 300, EXPERT, values)


def _loss(sold: Sequence[int], back: Sequence[int]) -> Term:
    """Whoever needs the other currency keeps it, and whoever does not need it does not pay for two changes."""
    share = permille(sum(back), sum(sold))
    weight = 300 if 850 <= share <= 995 else 0
    return Term("term.exchange.loss", weight, EXPERT, {"share_permille": share})


def _houses(trips: Sequence[Row]) -> Term:
    """Selling at one house and buying back at another keeps each of them from seeing the circle."""
    apart = sum(not row["one_house"] for row in trips)
    share = permille(apart, len(trips))
    return Term("term.exchange.houses", stepped(share, ((800, 300),), 0), EXPERT, {"trips": apart})


def _speed(trips: Sequence[Row]) -> Term:
    longest = amounts.median([row["end"] - row["time"] for row in trips])
    return Term("term.exchange.speed", 200 if longest <= 4 * DAY_US else 0, EXPERT, {"span_us": longest})


def _whole(row: Row) -> bool:
    """Whether at least as much came back as was given."""
    sold, back = (row[f"{side}_units"] * 10 ** (40 - row[f"{side}_exponent"]) for side in ("sold", "back"))
    return bool(back >= sold)


def _cancelled(trips: Sequence[Row]) -> Innocent:
    """A deal undone: the same house gives back all of it within two days."""
    undone = sum(row["one_house"] and _whole(row) and row["end"] - row["time"] <= 2 * DAY_US for row in trips)
    share = permille(undone, len(trips))
    verdict: Verdict = "supports" if share >= 500 else "cannot_tell" if undone else "contradicts"
    return Innocent("innocent.exchange.cancelled", verdict, {"trips": undone}, -1500 if verdict == "supports" else 0)


def _trade(trips: Sequence[Row], dealt: set[int]) -> Innocent:
    """Who trades abroad deals with houses all the time, and most of that does not come back."""
    inside = {payment for row in trips for payment in (row["payments"][0], row["payments"][-1])}
    share = permille(len(inside & dealt), len(dealt))
    values = {"share_permille": share, "payments": len(dealt)}
    verdict: Verdict = "supports" if share <= 200 else "contradicts" if share >= 700 else "cannot_tell"
    return Innocent(
        "innocent.exchange.trade", verdict, values, {"supports": -1000, "contradicts": 150, "cannot_tell": 0}[verdict]
    )


def _gain(sold: Sequence[int], back: Sequence[int]) -> Innocent:
    """Bought cheap and sold dear: between two rates, or because the rate moved, more came back than was given."""
    share = permille(sum(back), sum(sold))
    verdict: Verdict = "supports" if share > 1005 else "contradicts" if share < 990 else "cannot_tell"
    return Innocent(
        "innocent.exchange.gain", verdict, {"share_permille": share},
        {"supports": -800, "contradicts": 100, "cannot_tell": 0}[verdict],
    )  # fmt: skip
