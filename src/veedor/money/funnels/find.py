"""Funnel accounts: deposits in cash at several places, withdrawn soon after in cash far from all of them.

Reads what banks report of cash with its place (`cash_transactions/1`). Coins are followed first in, first out
(coins.py); a run of them counts if at least `funnel_least_deposits` deposits at `funnel_least_places` places went to
withdrawals at least `funnel_far_km` away (or, without coordinates, in another municipality), and these are at least
`funnel_far_permille` of what was followed. An account with a cash transaction whose place nobody wrote down cannot be
judged by it: such transactions are counted in `searched`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.geodesy import destination
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, columns
from veedor.money.amounts import permille
from veedor.money.funnels.coins import Cash, Coins, Spot, apart, follow, runs
from veedor.money.judging import EXPERT, stepped
from veedor.money.ledger import CASH, DAY_US, NOT_REVERSED
from veedor.money.places import country
from veedor.registers.borders import country_at
from veedor.registers.names.fold import fold
from veedor.registers.thresholds import in_force
from veedor.tables import CASH_TRANSACTIONS, FINDINGS, PAYMENTS, Table

_KM_MM = 1_000_000
_BOOKED = (
    "payment", "payer", "payee", "time", "amount_units", "amount_exponent", "currency", "debit_deposit", "debit_row",
    "credit_deposit", "credit_row",
)  # fmt: skip
Row = dict[str, Any]
Booked = tuple[bytes, int]


@dataclass(frozen=True)
class FunnelParameters:
    """Days, kilometres, shares per mille; total from which on an account is shown, in thousandths of log10."""

    funnel_days: int = 10
    funnel_far_km: int = 100
    funnel_least_deposits: int = 4
    funnel_least_places: int = 2
    funnel_far_permille: int = 600
    border_km: int = 50
    funnel_report_milli_log10: int = 1500


@dataclass(frozen=True)
class FindFunnels:
    """Detector `funnels`: cash of whole accounts with its places, and its bookings, in; findings out."""

    parameters: FunnelParameters = FunnelParameters()
    name: str = "funnels"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(CASH_TRANSACTIONS, ByKey(("account",))),
        Read(
            PAYMENTS, ByKey(("payer", "payee")), _BOOKED, (*NOT_REVERSED, ("instrument", "=", CASH)),
            ("whose", "account"),
        ),
        Read(CASH_TRANSACTIONS, Broadcast(), ("account",), handed_as="whose"),
    )  # fmt: skip
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: FunnelParameters) -> pa.Table:
        rows = _rows(tables["cash_transactions"])
        booked = _booked(tables["payments"])
        found = []
        for (account, currency), some in sorted(_by_account(rows).items()):
            for finding in _findings(account, currency, some, booked, parameters):
                found.append(finding)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _rows(table: pa.Table) -> list[Row]:
    times = columns.integers(table["time"]).tolist()
    return [row | {"time": time} for row, time in zip(table.drop(["time"]).to_pylist(), times, strict=True)]


def _by_account(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row["time"], row["kind"], row["deposit"], row["row"])):
        found.setdefault((row["account"], row["currency"]), []).append(row)
    return found


def _key(account: str, deposit: bool, units: int, exponent: int, currency: str, time: int) -> tuple[Any, ...]:
    return account, deposit, units * 10 ** (36 - exponent), currency, time // DAY_US


def _booked(payments: pa.Table) -> dict[tuple[Any, ...], list[Booked]]:
    """The entries that show cash on an account, by direction, amount and day, in order of their records."""
    found: dict[tuple[Any, ...], list[Booked]] = {}
    times = columns.integers(payments["time"]).tolist()
    for row, time in zip(payments.drop(["time"]).to_pylist(), times, strict=True):
        for side, deposit, account in (("credit", True, row["payee"]), ("debit", False, row["payer"])):
            if account is not None and row[f"{side}_deposit"] is not None:
                key = _key(account, deposit, row["amount_units"], row["amount_exponent"], row["currency"], time)
                found.setdefault(key, []).append((row[f"{side}_deposit"], row[f"{side}_row"]))
    return {key: sorted(some) for key, some in found.items()}


def _findings(
    account: str, currency: str, rows: Sequence[Row], booked: Mapping[tuple[Any, ...], list[Booked]],
    parameters: FunnelParameters,
) -> list[Finding]:  # fmt: skip
    places = max(row["amount_exponent"] for row in rows)
    cash = [
        Cash(
            row["time"], row["kind"] == "deposit", row["amount_units"] * 10 ** (places - row["amount_exponent"]),
            Spot(row["place"], row["branch"], row["country"], row["lat_e7"], row["lon_e7"]), row["person"], at,
        )
        for at, row in enumerate(rows)
    ]  # fmt: skip
    made = []
    for run in runs(follow(cash, parameters.funnel_days * DAY_US), cash):
        funnel = _Funnel.of(account, currency, places, cash, run, parameters)
        if funnel is not None:
            finding = _finding(funnel, rows, booked, parameters)
            made += [finding] if finding is not None else []
    return made


@dataclass(frozen=True)
class _Funnel:
    """A run that counts: `far` are its coins that went far away; `came`, `went` the cash they came and left by."""

    account: str
    currency: str
    places: int
    cash: Sequence[Cash]
    run: Sequence[Coins]
    far: Sequence[Coins]
    came: Sequence[int]
    went: Sequence[int]

    @classmethod
    def of(
        cls, account: str, currency: str, places: int, cash: Sequence[Cash], run: Sequence[Coins],
        parameters: FunnelParameters,
    ) -> _Funnel | None:  # fmt: skip
        least = parameters.funnel_far_km * _KM_MM
        far = [each for each in run if apart(cash[each.came].spot, cash[each.went].spot, least)]
        came, went = sorted({each.came for each in far}), sorted({each.went for each in far})
        distinct = {cash[at].spot.name for at in came}
        share = permille(sum(each.units for each in far), sum(each.units for each in run))
        if len(came) < parameters.funnel_least_deposits or len(distinct) < parameters.funnel_least_places:
            return None
        if share < parameters.funnel_far_permille:
            return None
        return cls(account, currency, places, cash, run, far, came, went)

    @property
    def units(self) -> int:
        return sum(each.units for each in self.far)

    def days(self) -> int:
        """How long a coin stayed, by the median of its pieces, in microseconds."""
        return amounts.median([self.cash[each.went].time - self.cash[each.came].time for each in self.far])

    def distance_mm(self) -> int | None:
        known = [
            distance
            for each in self.far
            if (distance := self.cash[each.came].spot.distance(self.cash[each.went].spot)) is not None
        ]
        return amounts.median(known) if known else None


def _finding(
    funnel: _Funnel, rows: Sequence[Row], booked: Mapping[tuple[Any, ...], list[Booked]], parameters: FunnelParameters
) -> Finding | None:
    terms = (
        _places(funnel), _share(funnel), _speed(funnel), _distance(funnel), _border(funnel, parameters),
        _below(funnel), _persons(funnel),
    )  # fmt: skip
    innocent = (_same_person(funnel), _family(funnel), _takings(funnel))
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < parameters.funnel_report_milli_log10:
        return None
    cash = funnel.cash
    members = sorted({*funnel.came, *funnel.went})
    start, end = cash[members[0]].time, cash[members[-1]].time
    values: dict[str, int | str] = {
        "deposits": len(funnel.came), "withdrawals": len(funnel.went), "start_us": start, "end_us": end,
        "places": len({cash[at].spot.name for at in funnel.came}),
        "moved": amounts.text(funnel.units, funnel.places, funnel.currency),
        "in_at": _named(cash[at].spot for at in funnel.came), "out_at": _named(cash[at].spot for at in funnel.went),
    }  # fmt: skip
    unplaced = sum(not one.spot.known for one in cash)
    return Finding(
        kind="funnel",
        subject=f"account:{funnel.account}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(rows[at]["simulated"] for at in members),
        terms=terms,
        reasons=(Reason("finding.funnel", values), Reason("finding.funnel.places", values)),
        evidence=_evidence(members, rows, booked),
        innocent=innocent,
        searched=(
            Reason("searched.funnel", {"payments": len(cash), "missing": sum(t.milli_log10 is None for t in terms)}),
            *([Reason("searched.funnel.unplaced", {"payments": unplaced})] if unplaced else []),
        ),
    )


def _named(spots: Any) -> str:
    return ", ".join(sorted({spot.place or spot.branch or "?" for spot in spots}))


def _evidence(
    members: Sequence[int], rows: Sequence[Row], booked: Mapping[tuple[Any, ...], list[Booked]]
) -> list[Evidence]:
    """The reports of these transactions, and beside each the booking on its day that shows it: k to k in order."""
    reports, bookings = [], []
    used: dict[tuple[Any, ...], int] = {}
    for at in members:
        row = rows[at]
        role = "role.cash_in" if row["kind"] == "deposit" else "role.cash_out"
        reports.append(Evidence(row["deposit"], row["row"], row["row"], role))
        key = _key(
            row["account"], row["kind"] == "deposit", row["amount_units"], row["amount_exponent"], row["currency"],
            row["time"],
        )  # fmt: skip
        number = used[key] = used.get(key, -1) + 1
        for deposit, entry in booked.get(key, [])[number : number + 1]:
            bookings.append(Evidence(deposit, entry, entry, role))
    return [*bookings, *reports]


def _places(funnel: _Funnel) -> Term:
    count = len({funnel.cash[at].spot.name for at in funnel.came})
    weight = stepped(count, ((5, 900), (3, 600), (2, 200)), 0)
    return Term("term.funnel.places", weight, EXPERT, {"places": count, "payments": len(funnel.came)})


def _share(funnel: _Funnel) -> Term:
    """Of the account's cash that was put in during the run, how much was taken out far away."""
    first, last = min(funnel.came), max(funnel.went)
    put = sum(one.units for one in funnel.cash[first : last + 1] if one.deposit)
    share = permille(funnel.units, put)
    return Term("term.funnel.share", stepped(share, ((850, 600), (600, 300)), -300), EXPERT, {"share_permille": share})


def _speed(funnel: _Funnel) -> Term:
    stay = funnel.days()
    weight = 400 if stay <= 2 * DAY_US else 200 if stay <= 5 * DAY_US else 0
    return Term("term.funnel.speed", weight, EXPERT, {"stay_us": stay})


def _distance(funnel: _Funnel) -> Term:
    distance = funnel.distance_mm()
    if distance is None:
        return Term("term.funnel.distance", None, EXPERT, {"distance_mm": 0})
    weight = stepped(distance, ((300 * _KM_MM, 300), (100 * _KM_MM, 100)), 0)
    return Term("term.funnel.distance", weight, EXPERT, {"distance_mm": distance})


def _border(funnel: _Funnel, parameters: FunnelParameters) -> Term:
    """Most of it was taken out where another state is near: asked at eight points around the place."""
    known = near = 0
    for each in funnel.far:
        spot = funnel.cash[each.went].spot
        if spot.lat_e7 is None or spot.lon_e7 is None:
            continue
        known += each.units
        near += each.units if _near_border(spot.lat_e7, spot.lon_e7, parameters.border_km * _KM_MM) else 0
    share = permille(near, known)
    values = {"share_permille": share, "distance_mm": parameters.border_km * _KM_MM}
    if not known:
        return Term("term.funnel.border", None, EXPERT, values)
    return Term("term.funnel.border", 400 if share >= 500 else 0, EXPERT, values)


def _near_border(lat_e7: int, lon_e7: int, distance_mm: int) -> bool:
    here = country_at(lat_e7, lon_e7)
    lat, lon = destination(lat_e7, lon_e7, [45 * 10_000_000 * step for step in range(-3, 5)], distance_mm)
    around = (country_at(one, other) for one, other in zip(lat.tolist(), lon.tolist(), strict=True))
    return any(other is not None and other != here for other in around)


def _below(funnel: _Funnel) -> Term:
    """Deposits under the reporting threshold in force where they were made; unknown without a sourced one."""
    known = below = 0
    for at in funnel.came:
        one = funnel.cash[at]
        where = one.spot.country or country(funnel.account, None)
        limit = in_force(where, funnel.currency, CASH, one.time)
        if limit is not None:
            known += 1
            below += one.units < limit.smallest_reported(funnel.places)
    values = {"payments": below, "of": known}
    if not known:
        return Term("term.funnel.below", None, EXPERT, values)
    return Term("term.funnel.below", 200 if below == known else -300, EXPERT, values)


def _people(funnel: _Funnel, events: Sequence[int]) -> set[str]:
    return {fold(person) for at in events if (person := funnel.cash[at].person) is not None}


def _persons(funnel: _Funnel) -> Term:
    """Many who put money in that is not theirs to take."""
    count = len(_people(funnel, funnel.came) - _people(funnel, funnel.went))
    if not _people(funnel, funnel.came):
        return Term("term.funnel.persons", None, EXPERT, {"persons": 0})
    return Term("term.funnel.persons", stepped(count, ((4, 500), (2, 200)), 0), EXPERT, {"persons": count})


def _same_person(funnel: _Funnel) -> Innocent:
    """Somebody who travels: whoever takes the money out is who put it in."""
    put, took = _people(funnel, funnel.came), _people(funnel, funnel.went)
    values = {"persons": len(put & took)}
    if not put or not took:
        return Innocent("innocent.funnel.traveller", "cannot_tell", values, 0)
    verdict: Verdict = "supports" if put <= took else "cannot_tell" if put & took else "contradicts"
    effect = {"supports": -1200, "contradicts": 150, "cannot_tell": 0}[verdict]
    return Innocent("innocent.funnel.traveller", verdict, values, effect)


def _family(funnel: _Funnel) -> Innocent:
    """Support of a relative elsewhere: one or two people, at one or two places, over and over."""
    put, spots = _people(funnel, funnel.came), {funnel.cash[at].spot.name for at in funnel.came}
    values = {"persons": len(put), "places": len(spots)}
    verdict: Verdict = (
        "contradicts" if len(spots) > 3 or len(put) > 3 else "supports" if 0 < len(put) <= 2 else "cannot_tell"
    )
    effect = {"supports": -900, "contradicts": 100, "cannot_tell": 0}[verdict]
    return Innocent("innocent.funnel.family", verdict, values, effect)


def _takings(funnel: _Funnel) -> Innocent:
    """A firm that banks its takings where its shops are: it does so all the time, and hardly takes any out again."""
    put = sum(one.units for one in funnel.cash if one.deposit)
    took = sum(one.units for one in funnel.cash if not one.deposit)
    share = permille(took, put)
    verdict: Verdict = "supports" if share <= 300 else "contradicts" if share >= 700 else "cannot_tell"
    effect = {"supports": -900, "contradicts": 150, "cannot_tell": 0}[verdict]
    return Innocent("innocent.funnel.takings", verdict, {"share_permille": share, "payments": len(funnel.cash)}, effect)
