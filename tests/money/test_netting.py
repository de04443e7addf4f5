"""Houses that pay out for each other: found by dated rates beyond what chance gives, not where transfers settle it."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, START_US, payment, payments
from tests.money.running import part
from tests.money.test_exchange import OFFICIAL, rates
from veedor.engine.detector import Owner
from veedor.money.netting.judge import JudgeNetting, NettingJudgement
from veedor.money.netting.matching import matched
from veedor.money.netting.mirrors import DISPLACED, FindMirroredDeals, MirrorParameters
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES, FINDINGS, MIRRORED_DEALS
from veedor.words import known

Row = dict[str, Any]
V, U = "HV", "HU"


def houses() -> pa.Table:
    blank: Row = {field.name: False if pa.types.is_boolean(field.type) else 0 for field in ACCOUNT_PROFILES.schema}
    sides = {"payers": 20, "payees": 20}
    made = [blank | sides | {"account": account, "currency": code} for account, code in ((V, "VES"), (U, "USD"))]
    made.append(blank | {"account": "X", "currency": "USD", "payers": 3, "payees": 900})
    return pa.Table.from_pylist(made, schema=ACCOUNT_PROFILES.schema)


def mirrored(rows: list[Row], quoted: pa.Table = OFFICIAL, **changed: Any) -> pa.Table:
    """All candidates, the same however time is cut."""
    tables = {"payments": payments(rows), "account_profiles": houses(), "exchange_rates": quoted}
    detector = FindMirroredDeals(MirrorParameters(**changed))
    given = {read.name: part(read, tables, Owner(), {}) for read in detector.reads}
    whole = detector.run(given, Owner(), detector.parameters)
    pieces = []
    for day in range(-1, 60, 3):
        owner = Owner(start_us=START_US + day * DAY_US, end_us=START_US + (day + 3) * DAY_US)
        pieces.append(detector.run(given, owner, detector.parameters))
    order = [(name, "ascending") for name in MIRRORED_DEALS.order]
    assert pa.concat_tables(pieces).sort_by(order).equals(whole)
    return whole


def judged(rows: list[Row], least: int = 2000, quoted: pa.Table = OFFICIAL, **changed: Any) -> list[Row]:
    """Findings, the same in one bucket and in four."""
    tables = {"payments": payments(rows), "mirrored_deals": mirrored(rows, quoted, **changed)}
    detector = JudgeNetting(NettingJudgement(netting_report_milli_log10=least))
    made = []
    for buckets in (1, 4):
        found = []
        for bucket in range(buckets):
            owner, given = Owner(bucket=bucket, buckets=buckets), {}
            for read in sorted(detector.reads, key=lambda read: bool(read.among)):
                given[read.name] = part(read, tables, owner, given)
            found.append(detector.run(given, owner, detector.parameters))
        made.append(pa.concat_tables(found).sort_by([(name, "ascending") for name in FINDINGS.order]))
    assert made[0].equals(made[1])
    for row in made[0].to_pylist():
        for told in (*row["reasons"], *row["innocent"], *row["searched"]):
            assert known(told["key"]), told["key"]
        assert all(known(term["name"]) for term in row["terms"])
        assert all(known(item["role"]) for item in row["evidence"])
    return made[0].to_pylist()


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


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].removeprefix("innocent.netting."): test["verdict"] for test in finding["innocent"]}


def term(finding: Row, name: str) -> Row:
    (found,) = [each for each in finding["terms"] if each["name"] == f"term.netting.{name}"]
    return found


def test_two_houses_that_pay_out_for_each_other_are_one_finding_with_exactly_those_payments() -> None:
    rows = deals()
    beside = [payment(900, "a1", V, 777, 3, currency="VES"), payment(901, U, "q", 1_500, 8)]
    (finding,) = judged(rows + beside)
    assert (finding["kind"], finding["subject"]) == ("house_netting", f"account:{min(V, U)}")
    assert sorted({item["row"] for item in finding["evidence"]}) == list(range(64))
    values = {each["name"]: each["text"] for each in finding["reasons"][0]["values"] if each["text"]}
    assert values["one"] == U and values["two"] == V


def test_deals_that_go_one_way_only_or_do_not_balance_are_none() -> None:
    assert judged(deals(16, 0), -9_000) == []
    (finding,) = judged(deals(16, 6), -9_000)
    assert term(finding, "balance")["milli_log10"] < 0 and judged(deals(16, 6)) == []


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


def test_a_house_that_sends_on_what_it_took_in_is_innocent() -> None:
    (bare,) = judged(deals())
    assert verdicts(bare)["settled"] == "contradicts"
    took = sum(row["amount_units"] for row in deals() if row["payee"] == U)
    settled = [payment(800, U, "bank", took, 80), payment(801, "bank", U, took * 97 // 100, 90)]
    (finding,) = judged(deals() + settled, -9_000)
    assert verdicts(finding)["settled"] == "supports"
    assert judged(deals() + settled) == []


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
        return {"payment": payment, "payout": payout, "time": time, "end": end}

    made = matched([row(2, 11, 5, 8), row(1, 10, 0, 6), row(1, 11, 0, 8), row(2, 10, 5, 6)])
    assert [(one["payment"], one["payout"]) for one in made] == [(1, 10), (2, 11)]


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_of_all_pairs_finds_the_same_candidates(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = []
    for number in range(160):
        code, house = (("VES", V), ("USD", U))[int(random.integers(2))]
        ends = [f"p{random.integers(40)}", house]
        if random.random() < 0.5:
            ends.reverse()
        units = int(random.integers(70, 130)) * (36 if code == "VES" else 1) * 100
        rows.append(payment(number, *ends, units, float(random.uniform(0, 190)), currency=code))
    found = {
        (row["payment"], row["payout"], row["displaced_days"])
        for row in mirrored(rows, mirror_steps=10_000).to_pylist()
    }
    expected = set()
    for paid_in, out, days in product(rows, rows, DISPLACED):
        if paid_in["payee"] not in (V, U) or out["payer"] not in (V, U) or paid_in["currency"] == out["currency"]:
            continue
        wait = out["time"] - paid_in["time"] - days * DAY_US
        one, other = paid_in["amount_units"], out["amount_units"]
        share = other / (one * 36) if paid_in["currency"] == "USD" else other * 36 / one
        if 0 <= wait <= 30 * DAY_US // 24 and 0.93 <= share <= 1.01:
            expected.add((paid_in["payment"], out["payment"], days))
    assert found == expected
