"""Houses that pay out for each other: found by dated rates beyond what chance gives, not where transfers settle it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, START_US, payment, payments
from tests.money.running import in_time, run_one, told
from tests.money.test_exchange import OFFICIAL, rates
from veedor.money.netting.counting import CountMirrors, CountParameters
from veedor.money.netting.houses import DISPLACED
from veedor.money.netting.judge import JudgeNetting, NettingJudgement
from veedor.money.netting.matching import in_order, matched
from veedor.money.netting.mirrors import FindMirroredDeals, MirrorParameters
from veedor.money.netting.pairs import FindHousePairs, PairParameters, beyond_milli
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES, HOUSE_PAIRS

Row = dict[str, Any]
V, U = "HV", "HU"


def houses() -> pa.Table:
    blank: Row = {field.name: False if pa.types.is_boolean(field.type) else 0 for field in ACCOUNT_PROFILES.schema}
    sides = {"payers": 20, "payees": 20}
    made = [blank | sides | {"account": account, "currency": code} for account, code in ((V, "VES"), (U, "USD"))]
    made.append(blank | {"account": "X", "currency": "USD", "payers": 3, "payees": 900})
    return pa.Table.from_pylist(made, schema=ACCOUNT_PROFILES.schema)


def given(rows: list[Row], quoted: pa.Table) -> dict[str, pa.Table]:
    return {"payments": payments(rows), "account_profiles": houses(), "exchange_rates": quoted}


def counted(rows: list[Row], quoted: pa.Table = OFFICIAL, **changed: Any) -> pa.Table:
    return in_time(CountMirrors(CountParameters(**changed)), given(rows, quoted))


def paired(counts: pa.Table, **changed: Any) -> pa.Table:
    tables = {"mirror_counts": counts}
    detector = FindHousePairs(PairParameters(**changed))
    made = run_one(detector, tables, 1)
    assert run_one(detector, tables, 4).equals(made)
    return made


def mirrored(rows: list[Row], quoted: pa.Table = OFFICIAL, beyond: int = -1, **changed: Any) -> pa.Table:
    """All candidates of pairs of houses that are looked at: of all pairs, or of those so far beyond chance."""
    counts = counted(rows, quoted, least_fits=1)
    pairs = paired(counts, pair_least_fits=1, pair_beyond_milli=max(beyond, 0))
    if beyond < 0:
        ends = ((V, "VES", U, "USD"), (U, "USD", V, "VES"))
        blank = {field.name: 0 for field in HOUSE_PAIRS.schema}
        made = [
            blank | {"pair": "p", "account": a, "currency": b, "other": c, "other_currency": d} for a, b, c, d in ends
        ]
        pairs = pa.Table.from_pylist(made, schema=HOUSE_PAIRS.schema)
    return in_time(FindMirroredDeals(MirrorParameters(**changed)), given(rows, quoted) | {"house_pairs": pairs})


def judged(rows: list[Row], least: int = 2000, quoted: pa.Table = OFFICIAL, **changed: Any) -> list[Row]:
    """Findings, the same in one bucket and in four."""
    tables = {"payments": payments(rows), "mirrored_deals": mirrored(rows, quoted, **changed)}
    detector = JudgeNetting(NettingJudgement(netting_report_milli_log10=least))
    return told(detector, tables)


def deals(count: int = 16, back: int = 16, **rest: Any) -> list[Row]:
    """Customers pay V in bolívares and others get dollars of U, and the other way round; sizes 13 % apart."""
    rows = []
    for n in range(max(count, back)):
        dollars, at = round(20_000 * 1.13**n), 4.0 * n
        if n < count:
            rows += [
                payment(4 * n, f"a{n}", V, 36 * dollars, at, currency="VES", **rest),
                payment(4 * n + 1, U, f"b{n}", dollars * 97 // 100, at + 7, **rest),
            ]
        if n < back:
            rows += [
                payment(4 * n + 2, f"c{n}", U, dollars, at + 1, **rest),
                payment(4 * n + 3, V, f"d{n}", 36 * dollars * 97 // 100, at + 6, currency="VES", **rest),
            ]
    return rows


LATER = [payment(950, U, "later", 1_500, 400)]
"""Records go on after the deals, so that chance can be counted for all of them."""


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].removeprefix("innocent.netting."): test["verdict"] for test in finding["innocent"]}


def term(finding: Row, name: str) -> Row:
    (found,) = [each for each in finding["terms"] if each["name"] == f"term.netting.{name}"]
    return found


def test_two_houses_that_pay_out_for_each_other_are_one_finding_with_exactly_those_payments() -> None:
    rows = deals()
    beside = [payment(900, "a1", V, 777, 3, currency="VES"), payment(901, U, "q", 1_500, 8)]
    (finding,) = judged(rows + beside + LATER)
    assert (finding["kind"], finding["subject"]) == ("house_netting", f"account:{min(V, U)}")
    assert sorted({item["row"] for item in finding["evidence"]}) == list(range(64))
    values = {each["name"]: each["text"] for each in finding["reasons"][0]["values"] if each["text"]}
    assert values["one"] == U and values["two"] == V


def test_deals_that_go_one_way_only_or_do_not_balance_are_none() -> None:
    assert judged(deals(16, 0), -9_000) == []
    assert judged(deals(16, 7), -9_000) == [], "too few one way"
    (finding,) = judged(deals(16, 10), -9_000)
    assert term(finding, "balance")["milli_log10"] < 0 and judged(deals(16, 10)) == []


def test_without_a_dated_rate_nothing_is_converted() -> None:
    assert mirrored(deals(), EXCHANGE_RATES.empty()).num_rows == 0
    old = rates([(-9, "USD", "VES", "official", 36, 0)])
    assert mirrored(deals(), old).num_rows == 0


def test_what_fits_as_often_days_later_is_chance() -> None:
    """Everybody pays and gets one of three usual sums, every day: any payment out fits any payment in."""
    rows = []
    for n in range(120):
        dollars, at = (9_000, 10_000, 11_000)[n % 3], 2.0 * n
        rows += [
            payment(4 * n, f"a{n}", V, 36 * dollars, at, currency="VES"),
            payment(4 * n + 1, U, f"b{n}", dollars * 97 // 100, at + 5),
            payment(4 * n + 2, f"c{n}", U, dollars, at + 1),
            payment(4 * n + 3, V, f"d{n}", 36 * dollars * 97 // 100, at + 5, currency="VES"),
        ]
    usual = rates([(day, "USD", "VES", "official", 36, 0) for day in range(15)])
    (finding,) = judged(rows, -9_000, usual)
    assert term(finding, "chance")["milli_log10"] == -1000
    assert judged(rows, quoted=usual) == []


def test_where_records_end_with_the_deals_chance_cannot_be_counted_and_explains_all() -> None:
    """Seventeen deals each way in half a day: nothing came later by which to count."""
    soon = [row | {"time": START_US + (row["time"] - START_US) // 10} for row in deals()]
    assert judged(soon) == []
    (finding,) = judged(soon, -9_000)
    assert term(finding, "chance")["milli_log10"] == -1000
    (finding,) = judged([*soon, payment(900, U, "q", 1_500, 240)], -9_000)
    assert term(finding, "chance")["milli_log10"] == 2000


def test_a_house_that_sends_on_what_it_took_in_is_innocent() -> None:
    (bare,) = judged(deals() + LATER)
    assert verdicts(bare)["settled"] == "contradicts"
    took = sum(row["amount_units"] for row in deals() if row["payee"] == U)
    settled = [payment(800, U, "bank", took, 80), payment(801, "bank", U, took * 97 // 100, 90)]
    (finding,) = judged(deals() + settled + LATER, -9_000)
    assert verdicts(finding)["settled"] == "supports"
    assert judged(deals() + settled + LATER) == []


def test_large_payments_of_others_settle_nothing() -> None:
    """As much is got from one party and sent to another: that is other business, and no bank that settles."""
    took = sum(row["amount_units"] for row in deals() if row["payee"] == U)
    others = [payment(800, U, "supplier", took, 80), payment(801, "buyer", U, took * 97 // 100, 90)]
    (finding,) = judged(deals() + others + LATER)
    assert verdicts(finding)["settled"] == "contradicts"


def test_the_difference_sent_on_settles_too() -> None:
    rows = deals(10, 16)
    took = sum(row["amount_units"] for row in rows if row["payee"] == U)
    gave = sum(row["amount_units"] for row in rows if row["payer"] == U)
    (finding,) = judged([*rows, payment(800, U, "bank", took - gave, 80)], -9_000)
    assert verdicts(finding)["settled"] == "supports"


def test_customers_who_change_their_own_money_and_regular_partners_are_innocent() -> None:
    own = [
        row | {"payer_name": f"Ana {row['payment'] // 2}", "payee_name": f"ANA {row['payment'] // 2}"}
        for row in deals()
    ]  # fmt: skip
    (finding,) = judged(own, -9_000)
    assert verdicts(finding)["own_exchange"] == "supports" and judged(own) == []
    regular = [
        row | {side: row[side][0] + str(row["payment"] % 3) for side in ("payer", "payee") if row[side] not in (V, U)}
        for row in deals()
    ]  # fmt: skip
    (finding,) = judged(regular, -9_000)
    assert verdicts(finding)["regulars"] == "supports"


def test_steps_that_run_out_are_a_row_and_are_told() -> None:
    # Payment 0 has one payment out of its size near it; with others of the same size steps run out.
    crowd = [payment(700 + n, U, f"z{n}", 19_400, 8 + n / 10) for n in range(6)]
    cut = mirrored(deals() + crowd, mirror_steps=3)
    assert "budget" in cut["outcome"].to_pylist()
    (finding,) = judged(deals() + crowd, -9_000, mirror_steps=3)
    assert finding["searched"][-1]["key"] == "searched.netting.cut"


def test_each_payment_is_in_one_deal_at_most_and_the_earliest_goes_first() -> None:
    def row(payment: int, payout: int, time: int, end: int) -> Row:
        return {"payment": payment, "payout": payout, "time": time, "end": end, "displaced_days": 0}

    made = matched(in_order([row(2, 11, 5, 8), row(1, 10, 0, 6), row(1, 11, 0, 8), row(2, 10, 5, 6)]))[0]
    assert [(one["payment"], one["payout"]) for one in made] == [(1, 10), (2, 11)]


def test_pairs_beyond_chance_are_looked_at_and_no_others() -> None:
    (one, other) = paired(counted(deals())).to_pylist()
    assert {one["account"], other["account"]} == {V, U} and one["beyond_milli"] == other["beyond_milli"] > 5_000
    assert mirrored(deals(), beyond=2_000).equals(mirrored(deals()))
    assert paired(counted(deals(16, 0))).num_rows == 0, "both ways"
    assert paired(counted(deals(16, 5))).num_rows == 0
    assert mirrored(deals(), beyond=10**9).num_rows == 0
    assert [beyond_milli(*each) for each in ((8, 8), (7, 8), (12, 8), (13, 8), (50, 0))] == [0, 0, 1333, 1666, 50_000]


def test_only_the_pairs_farthest_beyond_chance_are_looked_at_where_there_are_too_many() -> None:
    assert mirrored(deals(), most_pairs=0).num_rows == 0 and mirrored(deals(), most_pairs=1).num_rows > 0


def test_a_payment_that_too_many_fit_is_not_counted_on_any_day_and_that_is_said() -> None:
    crowd = [payment(700 + n, U, f"z{n}", 19_400, 8 + n / 10) for n in range(6)]
    whole, cut = (counted([*deals(), *crowd], most_fits=most).to_pylist() for most in (100, 5))
    assert all(row["cut"] == 0 for row in whole)
    (one,) = [row for row in whole if row["account"] == V]
    (less,) = [row for row in cut if row["account"] == V]
    assert less["cut"] == 1 and less["fits_0"] == one["fits_0"] - 1


def test_one_payment_in_beside_a_payroll_of_its_size_is_one_fit_and_not_a_hundred() -> None:
    payroll = [payment(700 + n, U, f"z{n}", 19_400, 8 + n / 100) for n in range(100)]
    alone, beside = (counted([*deals(), *more]).to_pylist() for more in ([], payroll))
    assert [row["fits_0"] for row in beside] == [row["fits_0"] for row in alone] == [16, 16]


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_payments_that_take_what_is_left_one_by_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = some_payments(random)
    week, half_day = 7 * DAY_US, DAY_US // 2
    expected: dict[tuple[str, int, int], int] = {}
    gone: set[tuple[int, int, int, int]] = set()
    fits = list(fitting(rows))
    fits.sort(key=lambda fit: (fit[0]["time"], fit[1]["time"] // half_day, fit[1]["amount_units"], fit[1]["time"]))
    for paid_in, out, days in fits:
        at = paid_in["time"] // week
        ends = {(0, paid_in["payment"], at, days), (1, out["payment"], at, days)}
        if not ends & gone:
            gone |= ends
            key = (paid_in["payee"], at, days)
            expected[key] = expected.get(key, 0) + 1
    counts = counted(rows, least_fits=0)
    found = {
        (row["account"], int(row["time"].timestamp()) * 1_000_000 // week, days): row[f"fits_{days}"]
        for row in counts.to_pylist() for days in DISPLACED if row[f"fits_{days}"]
    }  # fmt: skip
    assert found == expected
    assert counted(rows[::-1], least_fits=0).equals(counts), "whatever order they are handed in"


def test_what_chance_gives_at_other_prices_explains_nothing_of_deals_at_one() -> None:
    """Deals at 97 of a hundred, beside whom payments out days later fit those in at 94: at the deals' own price nothing
    does."""
    rows = deals()
    later = [
        row | {"payment": 10 * row["payment"] + 1_000 + days, "time": row["time"] + days * DAY_US,
               "amount_units": row["amount_units"] * 94 // 97}
        for row in rows if row["payer"] in (V, U) for days in DISPLACED[1:]
    ]  # fmt: skip
    quoted = rates([(day, "USD", "VES", "official", 36, 0) for day in range(15)])

    def chance(permille: int) -> Row:
        detector = JudgeNetting(NettingJudgement(netting_report_milli_log10=-9_000, netting_price_permille=permille))
        both = [*rows, *later]
        (finding,) = told(detector, {"payments": payments(both), "mirrored_deals": mirrored(both, quoted)})
        return term(finding, "chance")

    assert chance(20)["milli_log10"] == 2000
    assert chance(200)["milli_log10"] == -1000, "whoever takes any price cannot tell"


def test_prices_that_differ_by_less_than_two_in_a_hundred_are_one() -> None:
    rows = [
        row | {"amount_units": row["amount_units"] * (1000 + 3 * (row["payment"] % 5) - 6) // 1000}
        if row["payer"] in (V, U) else row
        for row in deals()
    ]  # fmt: skip
    (finding,) = judged(rows + LATER)
    assert {each["name"]: each["number"] for each in term(finding, "chance")["values"]}["deals"] == 32


def test_it_is_told_of_the_house_that_has_less_other_business() -> None:
    """V has other customers of the same sizes each hour; U has none, and its books say what settles."""
    other = [
        payment(2_000 + 2 * n + way, *((V, f"y{n}") if way else (f"x{n}", V)), 36 * (17_000 + 800 * n), 1.3 * n,
                currency="VES")
        for n in range(100) for way in (0, 1)
    ]  # fmt: skip
    found = judged([*deals(), *other, *LATER], -9_000)
    assert {finding["subject"] for finding in found} == {f"account:{U}"}


def test_one_of_many_large_sums_that_is_like_the_difference_settles_nothing() -> None:
    rows = deals(10, 16)
    took, gave = (sum(row["amount_units"] for row in rows if row[side] == U) for side in ("payee", "payer"))
    sums = [payment(800 + n, U, f"supplier {n}", (took - gave) * (n + 2) // 2, 80 + n) for n in range(4)]
    (one,) = judged([*rows, sums[0]], -9_000)
    (many,) = judged([*rows, *sums], -9_000)
    assert (verdicts(one)["settled"], verdicts(many)["settled"]) == ("supports", "contradicts")


def test_a_house_that_changes_money_itself_is_no_pair_with_itself() -> None:
    """One account in two currencies: what it takes in and pays out is a customer's exchange, and nothing is netted."""
    rows = [row | {side: "H" if row[side] in (V, U) else row[side] for side in ("payer", "payee")} for row in deals()]
    sides = {"payers": 20, "payees": 20}
    blank: Row = {field.name: False if pa.types.is_boolean(field.type) else 0 for field in ACCOUNT_PROFILES.schema}
    made = [blank | sides | {"account": "H", "currency": code} for code in ("VES", "USD")]
    tables = given(rows, OFFICIAL) | {"account_profiles": pa.Table.from_pylist(made, schema=ACCOUNT_PROFILES.schema)}
    assert in_time(CountMirrors(CountParameters(least_fits=1)), tables).num_rows == 0


def some_payments(random: np.random.Generator) -> list[Row]:
    rows = []
    for number in range(160):
        code, house = (("VES", V), ("USD", U))[int(random.integers(2))]
        ends = [f"p{random.integers(40)}", house]
        if random.random() < 0.5:
            ends.reverse()
        units = int(random.integers(70, 130)) * (36 if code == "VES" else 1) * 100
        rows.append(payment(number, *ends, units, float(random.uniform(0, 190)), currency=code))
    return rows


def fitting(rows: list[Row]) -> Iterator[tuple[Row, Row, int]]:
    """All payments in and out that fit, with the displacement."""
    for paid_in, out, days in product(rows, rows, DISPLACED):
        if paid_in["payee"] not in (V, U) or out["payer"] not in (V, U) or paid_in["currency"] == out["currency"]:
            continue
        wait = out["time"] - paid_in["time"] - days * DAY_US
        one, other = paid_in["amount_units"], out["amount_units"]
        share = other / (one * 36) if paid_in["currency"] == "USD" else other * 36 / one
        if 0 <= wait <= 30 * DAY_US // 24 and 0.93 <= share <= 1.01:
            yield paid_in, out, days


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_of_all_pairs_finds_the_same_candidates(seed: int) -> None:
    rows = some_payments(np.random.default_rng(seed))
    found = {
        (row["payment"], row["payout"], row["displaced_days"])
        for row in mirrored(rows, mirror_steps=10_000).to_pylist()
    }
    assert found == {(paid_in["payment"], out["payment"], days) for paid_in, out, days in fitting(rows)}
