"""Money that leaves its currency by an exchange house and comes back: followed by dated rates, else said not to be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, HOUR_US, START, START_US, payment, payments
from tests.money.running import in_time, told
from veedor.money.exchange.judge import JudgeExchangeTrips, TripJudgement, instances
from veedor.money.exchange.legs import NEEDED
from veedor.money.exchange.trips import FindExchangeTrips, TripParameters
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES
from veedor.words import say

Row = dict[str, Any]
FIRST_DAY = START_US // DAY_US
HOUSES = [("H1", "VES"), ("H2", "VES"), ("H3", "USD"), ("H4", "USD")]


def rates(rows: Sequence[tuple[int, str, str, str, int, int]]) -> pa.Table:
    """(day from the start, base, quote, kind, units, exponent)."""
    blank: Row = dict.fromkeys(EXCHANGE_RATES.schema.names)
    made = [
        blank
        | {
            "day": FIRST_DAY + day, "base": base, "quote": quote, "kind": kind, "rate_units": units,
            "rate_exponent": exponent, "source": "a bank", "simulated": False, "deposit": bytes(32), "row": number,
            "file": 0, "offset": 0, "length": 1,
        }
        for number, (day, base, quote, kind, units, exponent) in enumerate(rows)
    ]  # fmt: skip
    return pa.table(
        {
            field.name: pa.array([row[field.name] for row in made], pa.int32() if field.name == "day" else field.type)
            for field in EXCHANGE_RATES.schema
        }
    ).cast(EXCHANGE_RATES.schema)


OFFICIAL = rates([(0, "USD", "VES", "official", 36, 0), (4, "USD", "VES", "official", 36, 0),
                  (8, "USD", "VES", "official", 36, 0)])  # fmt: skip


def profiles(served: Sequence[tuple[str, str, int]] = ()) -> pa.Table:
    rows = [*((account, currency, 100) for account, currency in HOUSES), *served]
    blank: Row = {field.name: False if pa.types.is_boolean(field.type) else 0 for field in ACCOUNT_PROFILES.schema}
    return pa.Table.from_pylist(
        [blank | {"account": account, "currency": currency, "payees": payees} for account, currency, payees in rows],
        schema=ACCOUNT_PROFILES.schema,
    )


def trips(rows: list[Row], quoted: pa.Table = OFFICIAL, **changed: Any) -> pa.Table:
    """All trips, the same however time is cut."""
    tables = {"payments": payments(rows), "account_profiles": profiles(), "exchange_rates": quoted}
    detector = FindExchangeTrips(TripParameters(**changed))
    return in_time(detector, tables)


def judged(rows: list[Row], quoted: pa.Table = OFFICIAL, least: int = 2000, **changed: Any) -> list[Row]:
    tables = {
        "payments": payments(rows),
        "account_profiles": profiles(),
        "exchange_trips": trips(rows, quoted, **changed),
    }
    detector = JudgeExchangeTrips(TripJudgement(trips_report_milli_log10=least))
    return told(detector, tables)


def trip(number: int, hours: float, sold: int = 3_600_000, **rest: Any) -> list[Row]:
    """Out by H1, dollars at H3 to a partner, dollars back to H4, bolívares from H2: about a tenth lost."""
    dollars = sold * 97 // 3600
    return [
        payment(number, "F", "H1", sold, hours, currency="VES", **rest),
        payment(number + 1, "H3", "P", dollars, hours + 5, **rest),
        payment(number + 2, "P", "H4", dollars * 99 // 100, hours + 30, **rest),
        payment(number + 3, "H2", "F", sold * 93 // 100, hours + 36, currency="VES", **rest),
    ]


def test_two_rounds_are_one_finding_with_exactly_their_payments() -> None:
    other = [payment(90, "F", "X", 500, 1, currency="VES"), payment(91, "H3", "Q", 97_000, 6)]
    (finding,) = judged(trip(10, 0) + trip(20, 48) + other)
    assert (finding["kind"], finding["subject"]) == ("exchange_round_trip", "account:F")
    assert [item["row"] for item in finding["evidence"]] == [10, 11, 12, 13, 20, 21, 22, 23]
    assert {reason["key"] for reason in finding["reasons"]} == {
        "finding.exchange_round_trip", "finding.exchange_round_trip.way", "finding.exchange_round_trip.rates"
    }  # fmt: skip
    values = {each["name"]: each["text"] for each in finding["reasons"][0]["values"] if each["text"]}
    assert values["sold"] == "72000 VES" and values["abroad"] == "P" and values["kinds"] == "official"


def test_without_a_rate_of_the_day_nothing_is_converted_and_the_finding_says_so() -> None:
    rows = trip(10, 0) + trip(20, 48) + trip(30, 96)
    for quoted in (EXCHANGE_RATES.empty(), rates([(-9, "USD", "VES", "official", 36, 0)])):
        assert set(trips(rows, quoted)["outcome"].to_pylist()) == {"no_rate"}
        finding = next(each for each in judged(rows, quoted, 0) if each["subject"] == "account:F")
        assert [item["row"] for item in finding["evidence"]] == [10, 13, 20, 23, 30, 33]
        assert "finding.exchange_round_trip.no_rate" in {reason["key"] for reason in finding["reasons"]}
        (way,) = [term for term in finding["terms"] if term["name"] == "term.exchange.way"]
        assert way["milli_log10"] is None
    assert "nothing was converted" in say("finding.exchange_round_trip.no_rate", "en", {"trips": 2})


def test_changes_that_fit_no_rate_are_no_trip_and_a_parallel_rate_counts() -> None:
    cheap = rates([(day, "USD", "VES", "official", 12, 0) for day in (0, 4, 8)])
    assert trips(trip(10, 0), cheap).num_rows == 0
    both = pa.concat_tables([cheap, rates([(day, "USD", "VES", "parallel", 36, 0) for day in (0, 4, 8)])])
    assert trips(trip(10, 0), both)["rate_kinds"].to_pylist() == ["parallel"]
    inverse = rates([(day, "VES", "USD", "official", 27_778, 6) for day in (0, 4, 8)])
    assert trips(trip(10, 0), inverse).num_rows == 1


def test_a_traveller_who_sells_what_is_left_and_a_trader_are_innocent() -> None:
    left = trip(10, 0)
    left[2]["amount_units"] //= 3
    left[3]["amount_units"] //= 3
    assert trips(left).num_rows == 0
    trade = [payment(100 + n, "F", f"H{1 + n % 2}", 111_000 + 7_000 * n, 3 * n, currency="VES") for n in range(40)]
    (finding,) = [row for row in judged(trip(10, 0) + trip(20, 48) + trade, least=0) if row["subject"] == "account:F"]
    verdicts = {test["key"]: test["verdict"] for test in finding["innocent"]}
    assert verdicts["innocent.exchange.trade"] == "supports" and finding["score_milli_log10"] < 2500


def test_a_deal_undone_and_a_gain_are_innocent() -> None:
    undone = [
        payment(10, "F", "H1", 3_600_000, 0, currency="VES"), payment(11, "H3", "P", 100_000, 2),
        payment(12, "P", "H4", 100_000, 4), payment(13, "H1", "F", 3_600_000, 6, currency="VES"),
    ]  # fmt: skip
    assert judged(undone) == []
    (finding,) = judged(undone, least=-5000)
    verdicts = {test["key"]: test["verdict"] for test in finding["innocent"]}
    assert verdicts["innocent.exchange.cancelled"] == "supports"
    gained = trip(10, 0)
    gained[3]["amount_units"] = 3_650_000
    (finding,) = judged(gained, least=-5000, most_kept_permille=1100)
    assert {test["key"]: test["verdict"] for test in finding["innocent"]}["innocent.exchange.gain"] == "supports"


def test_steps_that_run_out_are_a_row_and_are_told() -> None:
    crowd = [payment(200 + n, side, other, 97_000, 3 + n / 100) for n in range(30)
             for side, other in ((("H3", f"Q{n}"),) if n % 2 else ((f"Q{n - 1}", "H4"),))]  # fmt: skip
    crowd += [payment(300 + n, f"Q{n}", "H4", 96_000, 20) for n in range(30)]
    cut = trips(trip(10, 0) + crowd, exchange_steps=3)
    assert cut["outcome"].to_pylist() == ["budget"] and cut["payments"].to_pylist() == [[10]]
    rows = trip(10, 0) + trip(20, 200) + crowd
    (finding,) = [row for row in judged(rows, least=0, exchange_steps=6) if row["subject"] == "account:F"]
    assert finding["searched"][-1]["key"] == "searched.exchange.cut"


def test_dates_without_time_may_lie_anywhere_in_their_day() -> None:
    dated = [row | {"time": START_US + 24 * HOUR_US * (row["time"] // DAY_US - FIRST_DAY), "time_is_date": True}
             for row in trip(10, 10)]  # fmt: skip
    assert trips(dated)["payments"].to_pylist() == [[10, 11, 12, 13]]


@pytest.mark.parametrize("seed", range(6))
def test_the_oracle_of_all_quadruples_finds_the_same_ways(seed: int) -> None:
    random = np.random.default_rng(seed)
    people, houses = ("F", "G", "P"), {"VES": ("H1", "H2"), "USD": ("H3", "H4")}
    rows = []
    for number in range(90):
        currency = str(random.choice(["VES", "USD"]))
        ends = [str(random.choice(people)), str(random.choice(houses[currency]))]
        if random.random() < 0.5:
            ends.reverse()
        units = int(random.integers(90, 112)) * (36 if currency == "VES" else 1) * 100
        rows.append(payment(number, *ends, units, float(random.uniform(0, 300)), currency=currency))
    made = {row["payment"]: row["payments"] for row in trips(rows).to_pylist()}
    hour = {row["payment"]: row["time"] - START_US for row in rows}

    def changed(one: Row, other: Row) -> bool:
        if not 0 <= hour[other["payment"]] - hour[one["payment"]] <= 48 * HOUR_US:
            return False
        worth = [row["amount_units"] * (1 if row["currency"] == "VES" else 36) for row in (one, other)]
        quoted = any(
            0 <= day - base <= 4 for base in (0, 4, 8)
            for day in (hour[one["payment"]] // DAY_US, hour[other["payment"]] // DAY_US)
        )  # fmt: skip
        return quoted and 0.9 <= worth[1] / worth[0] <= 1.02

    expected: dict[int, list[int]] = {}
    gives = [row for row in rows if row["payer"] in people]
    gets = [row for row in rows if row["payee"] in people]
    for sold, bought in product(gives, gets):
        if sold["currency"] == bought["currency"] or not changed(sold, bought):
            continue
        for spent, back in product(gives, gets):
            if spent["payer"] != bought["payee"] or spent["currency"] != bought["currency"]:
                continue
            wait = hour[spent["payment"]] - hour[bought["payment"]]
            stay = spent["amount_units"] / bought["amount_units"]
            if not 0 <= wait <= 120 * HOUR_US or not 0.8 <= stay <= 1:
                continue
            if back["payee"] != sold["payer"] or back["currency"] != sold["currency"] or not changed(spent, back):
                continue
            share = back["amount_units"] / sold["amount_units"]
            if not 0.7 <= share <= 1.1 or hour[back["payment"]] < hour[sold["payment"]]:
                continue
            way = [row["payment"] for row in (sold, bought, spent, back)]
            ends = [(hour[each], each) for each in reversed(way)]
            if sold["payment"] not in expected or ends < [(hour[n], n) for n in reversed(expected[sold["payment"]])]:
                expected[sold["payment"]] = way
    assert made == expected and len(expected) > 3


def test_the_start_is_a_day_on_which_the_rates_hold() -> None:
    assert START.hour == 0 and "payment" in NEEDED


def test_a_payment_belongs_to_one_trip_and_trips_far_apart_are_two_instances() -> None:
    def one(day: int, *ids: int) -> Row:
        return {"time": day * DAY_US, "end": (day + 2) * DAY_US, "payment": ids[0], "payments": list(ids)}

    made = instances([one(0, 1, 2, 3, 4), one(1, 5, 6, 7, 4), one(9, 8, 9), one(30, 10, 11)], TripJudgement())
    assert [[row["payment"] for row in rows] for rows in made] == [[1, 8], [10]]
