"""Cash put in at many places and taken out far away: followed coin by coin, with the innocent ways to look like it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, HOUR_US, START_US, deposit, payment, payments
from tests.money.running import run_one
from veedor.money.funnels.coins import Cash, Spot, apart, follow, runs
from veedor.money.funnels.find import FindFunnels, FunnelParameters
from veedor.tables import CASH_TRANSACTIONS
from veedor.words import known

Row = dict[str, Any]
# Made-up offices: three far inland, one at a border river.
PLACES = {
    "Inland A": (48_000_000, -741_000_000), "Inland B": (62_000_000, -755_700_000),
    "Inland C": (34_000_000, -765_000_000), "Border": (70_800_000, -707_600_000),
}  # fmt: skip


def cash(number: int, kind: str, amount: int, hours: float, place: str | None, **rest: Any) -> Row:
    lat, lon = PLACES.get(place or "", (None, None))
    made: Row = dict.fromkeys(CASH_TRANSACTIONS.schema.names)
    return made | {
        "account": "F", "time": START_US + int(hours * HOUR_US), "kind": kind, "amount_units": amount,
        "amount_exponent": 2, "currency": "COP", "place": place, "country": "CO", "lat_e7": lat, "lon_e7": lon,
        "simulated": False, "deposit": deposit("cash"), "row": number, "file": 0, "offset": 0, "length": 1,
    } | rest  # fmt: skip


def found(rows: list[Row], booked: list[Row] | None = None, least: int = 1500) -> list[Row]:
    tables = {
        "cash_transactions": pa.Table.from_pylist(rows, schema=CASH_TRANSACTIONS.schema),
        "payments": payments(booked or []),
    }
    detector = FindFunnels(FunnelParameters(funnel_report_milli_log10=least))
    made = run_one(detector, tables, 1)
    assert run_one(detector, tables, 4).equals(made)
    for row in made.to_pylist():
        for told in (*row["reasons"], *row["innocent"], *row["searched"]):
            assert known(told["key"]), told["key"]
        assert all(known(term["name"]) for term in row["terms"])
    return made.to_pylist()


def funnel(**rest: Any) -> list[Row]:
    inland = [place for place in PLACES if place != "Border"]
    rows = [cash(n, "deposit", 300_000_000, 5 * n, inland[n % 3], person=f"Courier {n}", **rest) for n in range(6)]
    return [*rows, *(cash(6 + n, "withdrawal", 850_000_000, 40 + n, "Border", person="Holder", **rest) for n in (0, 1))]


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].rpartition(".")[2]: test["verdict"] for test in finding["innocent"]}


def test_a_funnel_is_found_with_exactly_its_transactions_and_bookings() -> None:
    booked = [payment(50 + n, None, "F", 300_000_000, 5 * n, currency="COP", instrument="cash", debit_deposit=None,
                      debit_row=None, credit_deposit=deposit("bank"), credit_row=50 + n) for n in range(6)]  # fmt: skip
    (finding,) = found(funnel(), booked)
    assert (finding["kind"], finding["subject"]) == ("funnel", "account:F")
    evidence = {(item["deposit"], item["row"]) for item in finding["evidence"]}
    assert evidence == {(deposit("cash"), n) for n in range(8)} | {(deposit("bank"), 50 + n) for n in range(6)}
    terms = {term["name"].rpartition(".")[2]: term["milli_log10"] for term in finding["terms"]}
    assert terms["border"] == 400 and terms["places"] == 600 and terms["persons"] == 500
    assert verdicts(finding) == {"traveller": "contradicts", "family": "contradicts", "takings": "contradicts"}


def test_without_coordinates_municipalities_tell_and_distance_and_border_are_not_assessable() -> None:
    (finding,) = found(funnel(lat_e7=None, lon_e7=None))
    terms = {term["name"].rpartition(".")[2]: term["milli_log10"] for term in finding["terms"]}
    assert terms["border"] is None and terms["distance"] is None
    nowhere = {"lat_e7": None, "lon_e7": None, "place": None}
    assert found([row | nowhere for row in funnel()]) == []


def test_without_a_sourced_threshold_nothing_is_said_of_one() -> None:
    (finding,) = found(funnel(currency="VES", country="VE"))
    assert {t["name"]: t["milli_log10"] for t in finding["terms"]}["term.funnel.below"] is None


def test_travellers_families_and_shops_are_innocent() -> None:
    travels = [row | {"person": "Holder"} for row in funnel()]
    (finding,) = found(travels, least=-5000)
    assert verdicts(finding)["traveller"] == "supports" and found(travels) == []
    family = [row | ({"person": "Mother", "place": "Inland A"} if row["row"] % 2 else {"person": "Father"})
              for row in funnel() if row["kind"] == "deposit"]  # fmt: skip
    family += [row for row in funnel() if row["kind"] == "withdrawal"]
    (finding,) = found(family, least=-5000)
    assert verdicts(finding)["family"] == "supports"
    shops = [cash(100 + n, "deposit", 300_000_000, 300 + 6 * n, "Inland A") for n in range(40)]
    (finding,) = found(funnel() + shops, least=-5000)
    assert verdicts(finding)["takings"] == "supports"


def test_cash_that_stays_near_or_waits_too_long_is_no_funnel() -> None:
    assert found([row | {"place": "Border", "lat_e7": None, "lon_e7": None} for row in funnel()]) == []
    late = [row | {"time": row["time"] + (12 * DAY_US if row["kind"] == "withdrawal" else 0)} for row in funnel()]
    assert found(late) == []


@pytest.mark.parametrize("seed", range(8))
def test_coins_are_followed_as_one_by_one(seed: int) -> None:
    """The oracle moves single coins."""
    random = np.random.default_rng(seed)
    spot = Spot("x", None, None, None, None)
    made = [Cash(int(t), bool(random.random() < 0.55), int(random.integers(1, 9)), spot, None, n)
            for n, t in enumerate(np.sort(random.integers(0, 40, 30)))]  # fmt: skip
    made.sort(key=lambda one: (one.time, not one.deposit, one.row))
    purse: list[tuple[int, int]] = []
    expected: dict[tuple[int, int], int] = {}
    for at, one in enumerate(made):
        if one.deposit:
            purse += [(one.time, at)] * one.units
            continue
        for _ in range(one.units):
            purse = [coin for coin in purse if one.time - coin[0] <= 12]
            if purse:
                _, came = purse.pop(0)
                expected[came, at] = expected.get((came, at), 0) + 1
    coins = follow(made, 12)
    assert {(each.came, each.went): each.units for each in coins} == expected
    parts = runs(coins, made)
    assert sum(map(len, parts)) == len(coins)
    spans = [(min(made[c.came].time for c in part), max(made[c.went].time for c in part)) for part in parts]
    assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_places_are_far_by_distance_else_by_name_else_nobody_knows() -> None:
    one, other = (Spot(name, None, "CO", *PLACES[name]) for name in ("Inland A", "Border"))
    assert apart(one, other, 100_000_000) is True and apart(one, other, 900_000_000) is False
    assert apart(Spot("Cúcuta", None, "CO", None, None), Spot("CUCUTA", None, "CO", None, None), 1) is False
    assert apart(Spot(None, "1", None, None, None), other, 1) is None


def test_a_run_of_which_most_stays_near_is_no_funnel() -> None:
    near = [
        cash(50 + n, kind, 4_000_000_000, 1 + 3 * n, "Inland A") for n, kind in enumerate(("deposit", "withdrawal"))
    ]
    assert found(funnel(), least=-5000) and found(funnel() + near, least=-5000) == []
