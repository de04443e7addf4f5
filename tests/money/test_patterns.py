"""What is found and what is not: patterns told from innocent look-alikes, whatever ids, buckets and order of rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import payment, payments
from tests.money.running import run_chain, run_one
from veedor.money.accounts.fans import FindFans
from veedor.money.accounts.pass_through import FindPassThrough
from veedor.money.accounts.structuring import FindStructuring
from veedor.tables import FINDINGS
from veedor.words import keys

Row = dict[str, Any]


def everyday(seed: int = 1, people: int = 150, days: int = 60) -> Iterator[Row]:
    """Ordinary life: people buy in a few shops, get wages every fortnight, pay each other now and then."""
    generator = np.random.default_rng(seed)
    number = 0
    for person in range(people):
        employer = f"EMPLOYER{person % 3}"
        for day in range(days):
            if day % 15 == 1:
                number += 1
                wage = int(generator.integers(90_000, 160_000))
                yield payment(number, employer, f"P{person}", wage, day * 24 + 8 + person / 100)
            if generator.random() < 0.5:
                number += 1
                shop = f"SHOP{generator.integers(10)}"
                spent = int(generator.integers(300, 9_000))
                yield payment(number, f"P{person}", shop, spent, day * 24 + float(generator.uniform(9, 20)))
            if generator.random() < 0.05:
                number += 1
                friend = f"P{generator.integers(people)}"
                yield payment(number, f"P{person}", friend, int(generator.integers(1_000, 20_000)), day * 24 + 12)


def found(rows: list[Row], kind: str, buckets: int = 1) -> dict[str, Row]:
    findings = run_chain(payments(rows), buckets)["findings"].to_pylist()
    return {row["subject"]: row for row in findings if row["kind"] == kind}


def collector(account: str, first: int, day: int, mules: int) -> list[Row]:
    """Many strangers pay one account within two days; it all leaves to one account abroad on the third."""
    rows = [payment(first + n, f"MULE{account}{n}", account, 80_000 + 137 * n, day * 24 + 2 * n) for n in range(mules)]
    total = sum(row["amount_units"] for row in rows)
    later = day * 24 + 2 * mules
    usual = [payment(first + 90 + n, account, f"SHOP{n}", 700 + n, 24 * 3 * n + 5) for n in range(4)]
    return [*rows, payment(first + 99, account, "ABROAD", total * 97 // 100, later), *usual]


@pytest.fixture(scope="module")
def life() -> list[Row]:
    return list(everyday())


def test_ordinary_life_gives_no_findings(life: list[Row]) -> None:
    findings = run_chain(payments(life))["findings"]
    assert findings.num_rows <= 2, [row["subject"] for row in findings.to_pylist()]


def test_a_collector_of_many_strangers_is_a_fan_in_with_all_its_payments(life: list[Row]) -> None:
    illicit = collector("C", 900_000, 30, 12)
    finding = found(life + illicit, "fan_in")["account:C"]
    assert {item["row"] for item in finding["evidence"]} == {row["payment"] for row in illicit if row["payee"] == "C"}
    assert finding["score_milli_log10"] == sum(t["milli_log10"] or 0 for t in finding["terms"]) + sum(
        test["milli_log10"] for test in finding["innocent"]
    )


def test_one_story_is_told_by_one_finding(life: list[Row]) -> None:
    rows = [*life, *collector("C", 900_000, 30, 12), *cash(950_000, "S", [9_500_000, 9_800_000, 9_900_000], 1)]
    rows.append(payment(950_010, "S", "ABROAD", 29_000_000, 24 * 2 + 5, currency="COP", amount_exponent=0))
    findings = run_chain(payments(rows))["findings"].to_pylist()
    assert [row["kind"] for row in findings if row["subject"] == "account:C"] == ["fan_in"]
    assert [row["kind"] for row in findings if row["subject"] == "account:S"] == ["structuring"]


def chain(account: str, first: int, days: list[float], payers: list[str], payees: list[str]) -> list[Row]:
    """Each payment leaves again three hours later but for two per cent; daily life beside it."""
    rows = [payment(first + 80 + n, account, f"SHOP{n}", 1_500 + 11 * n, 24 * 5 * n + 9) for n in range(6)]
    for n, day in enumerate(days):
        amount = 700_000 + 31_000 * n
        rows.append(payment(first + 2 * n, payers[n % len(payers)], account, amount, day * 24))
        rows.append(payment(first + 2 * n + 1, account, payees[n % len(payees)], amount * 98 // 100, day * 24 + 3))
    return rows


def test_a_pipe_between_the_same_two_parties_is_money_passing_through(life: list[Row]) -> None:
    finding = found([*life, *chain("X", 900_000, [20, 22.5, 24, 27], ["FROM"], ["TO"])], "pass_through")["account:X"]
    assert {item["row"] for item in finding["evidence"]} >= set(range(900_000, 900_008))


def test_an_agent_whose_deals_have_parties_of_their_own_is_explained_and_not_reported(life: list[Row]) -> None:
    days = [20 + 0.7 * n for n in range(8)]
    buyers, sellers = [f"P{n}" for n in range(8)], [f"P{n}" for n in range(20, 28)]
    assert not found([*life, *chain("AGENT", 900_000, days, buyers, sellers)], "pass_through")


def test_an_agent_is_known_by_its_deals_whatever_else_it_pays_meanwhile(life: list[Row]) -> None:
    days = [20 + 0.7 * n for n in range(4)]
    deals = chain("AGENT", 900_000, days, [f"P{n}" for n in range(4)], [f"P{n}" for n in range(20, 24)])
    wages = [payment(900_060 + n, "AGENT", f"P{40 + n}", 9_000 + n, 24 * 20.4 + 3 * n) for n in range(6)]
    finding = found([*life, *deals, *wages], "pass_through")["account:AGENT"]
    (agent,) = [test for test in finding["innocent"] if test["key"] == "innocent.agent"]
    assert agent["verdict"] == "supports" and agent["milli_log10"] < 0


def test_money_gathered_over_days_that_leaves_in_one_payment_is_found(life: list[Row]) -> None:
    rest: Row = {"instrument": "cash"}
    amounts = [410_000, 385_000, 440_000, 395_000, 420_000]
    rows = [payment(900_000 + n, None, "G", amount, 24 * (20 + n) + 3, **rest) for n, amount in enumerate(amounts)]
    rows.append(payment(900_010, "G", "ABROAD", sum(amounts) * 96 // 100, 24 * 27))
    rows += [payment(900_020 + n, "G", f"SHOP{n}", 1_500 + n, 24 * 3 * n) for n in range(6)]
    finding = found([*life, *rows], "pass_through")["account:G"]
    assert finding["evidence_count"] == 6
    assert finding["reasons"][0]["key"] == "finding.pass_through.gathered"


def test_an_account_whose_whole_life_is_passing_money_on_is_found_though_nothing_in_it_is_unusual() -> None:
    rows = list(everyday(days=90))
    number = 900_000
    for day in range(0, 90, 2):
        for n in range(2):
            number += 2
            amount = 900_000 + 7_001 * (day % 11) + 3 * n
            rows.append(payment(number, f"CUSTOMER{n}", "SHELL", amount, day * 24 + n))
            rows.append(payment(number + 1, "SHELL", f"SUPPLIER{(day + n) % 5}", amount - 4_000, day * 24 + 9 + n))
    finding = found(rows, "pass_through")["account:SHELL"]
    assert finding["reasons"][0]["key"] == "finding.pass_through.life"
    assert finding["evidence_count"] == 180


def test_a_shop_that_spends_all_it_takes_is_not_an_account_that_only_passes_money_on() -> None:
    rows = list(everyday(days=90))
    takings = sum(row["amount_units"] for row in rows if row["payee"] == "SHOP1")
    number = 900_000
    for day in range(1, 91):
        for n, share in enumerate((700, 200, 40, 30, 5, 4, 3, 2, 1, 1)):
            number += 1
            rows.append(payment(number, "SHOP1", f"COST{n}", takings * share // 90_000 + n, day * 24 + n / 10))
    assert "account:SHOP1" not in found(rows, "pass_through")


def test_dues_of_equal_size_are_explained_and_not_reported(life: list[Row]) -> None:
    rows = [payment(900_000 + n, f"MEMBER{n}", "CLUB", 5_000, 24 * 30 + 4 * n) for n in range(15)]
    rows.append(payment(900_050, "CLUB", "HALL", 70_000, 24 * 33))
    assert "account:CLUB" not in found([*life, *rows], "fan_in")


def test_a_distributor_to_many_strangers_is_a_fan_out(life: list[Row]) -> None:
    rows = [payment(900_000, "ABROAD", "D", 1_300_000, 24 * 20)]
    rows += [payment(900_001 + n, "D", f"MULE{n}", 100_000 - 91 * n, 24 * 20 + 3 + n) for n in range(12)]
    rows += [payment(900_090 + n, "D", f"SHOP{n}", 700 + n, 24 * 4 * n + 5) for n in range(4)]
    assert "account:D" in found(life + rows, "fan_out")


def test_a_payroll_every_fortnight_is_explained_and_not_reported(life: list[Row]) -> None:
    rows = []
    for day in (3, 18, 33, 48):
        rows.append(payment(800_000 + day * 100, "CUSTOMER", "FIRM", 2_100_000, day * 24))
        rows += [
            payment(800_001 + day * 100 + n, "FIRM", f"WORKER{n}", 100_000 + n, day * 24 + 5 + n / 60)
            for n in range(20)
        ]
    assert "account:FIRM" not in found(life + rows, "fan_out")


def test_a_treasury_moving_its_own_money_is_explained_and_not_reported(life: list[Row]) -> None:
    def sweep(name: str | None) -> list[Row]:
        rows = []
        for n in range(6):
            names = {"payer_name": name, "payee_name": name}
            rows.append(payment(700_000 + 2 * n, "SUB", "TREASURY", 900_000 + n, 24 * 30 + 5 * n, **names))
            rows.append(payment(700_001 + 2 * n, "TREASURY", "MAIN", 900_000 + n, 24 * 30 + 5 * n + 2, **names))
        return rows

    assert "account:TREASURY" in found(life + sweep(None), "pass_through")
    assert "account:TREASURY" not in found(life + sweep("Holding"), "pass_through")


def cash(first: int, account: str, amounts: list[int], step_days: float, country: str = "CO") -> list[Row]:
    bank = {"CO": "AAAACOBB", "VE": "AAAAVEBB"}[country]
    rest: Row = {"instrument": "cash", "currency": "COP", "amount_exponent": 0, "payee_bank": bank}
    return [payment(first + n, None, account, value, 24 * step_days * n, **rest) for n, value in enumerate(amounts)]


def test_cash_just_under_the_threshold_of_the_day_and_country_is_structuring() -> None:
    amounts = [9_500_000, 9_800_000, 9_100_000, 9_900_000, 8_700_000]
    finding = found(cash(1, "S", amounts, 1), "structuring")["account:S"]
    assert len(finding["evidence"]) == 5
    assert not found(cash(1, "S", [amount + 1_000_000 for amount in amounts], 1), "structuring")
    assert not found(cash(1, "S", amounts, 12), "structuring")


def test_without_a_sourced_threshold_nothing_is_judged_and_the_payments_are_counted() -> None:
    tables = run_chain(payments(cash(1, "S", [9_500_000, 9_800_000, 9_900_000], 1, "VE")))
    assert tables["findings"].num_rows == 0
    assert tables["threshold_coverage"].to_pylist() == [
        {"country": "VE", "currency": "COP", "instrument": "cash", "payments": 3, "assessable": 0}
    ]


def test_an_amount_that_is_itself_reported_is_above_the_line() -> None:
    assert not found(cash(1, "S", [10_000_000] * 5, 1), "structuring")
    assert found(cash(1, "S", [9_999_999, 9_999_998, 9_999_997, 9_999_996], 1), "structuring")


def test_looking_only_where_a_pattern_could_be_finds_what_a_look_at_all_accounts_finds(life: list[Row]) -> None:
    rows = [*life, *collector("C", 900_000, 30, 12), *cash(950_000, "S", [9_500_000, 9_800_000, 9_900_000], 1)]
    rows += chain("X", 910_000, [20, 22.5, 24, 27], ["FROM"], ["TO"])
    tables = run_chain(payments(rows))
    profiles = tables["account_profiles"]
    assert 0 < profiles["pass_through"].to_pylist().count(True) < profiles.num_rows // 4
    for name in ("pass_through", "fans", "structuring", "looked_at_again"):
        at = profiles.column_names.index(name)
        profiles = profiles.set_column(at, profiles.schema.field(at), pa.array([True] * profiles.num_rows))
    everywhere = {**tables, "account_profiles": profiles}
    assert run_one(FindPassThrough(), everywhere, 1).equals(tables["passages"])
    seen = pa.concat_tables([run_one(detector, everywhere, 1) for detector in (FindFans(), FindStructuring())])
    others = [row for row in tables["findings"].to_pylist() if row["kind"] != "pass_through"]
    assert sorted(seen["id"].to_pylist()) == sorted(row["id"] for row in others)
    assert others


@pytest.mark.parametrize("buckets", [3, 8])
def test_buckets_and_order_of_rows_change_no_finding(life: list[Row], buckets: int) -> None:
    rows = [*life, *collector("C", 900_000, 30, 12), *cash(950_000, "S", [9_500_000, 9_800_000, 9_900_000], 1)]
    rows += chain("X", 910_000, [20, 22.5, 24, 27], ["FROM"], ["TO"])
    one = run_chain(payments(rows), 1)["findings"]
    assert one.num_rows >= 3
    shuffled = [rows[at] for at in np.random.default_rng(3).permutation(len(rows))]
    assert run_chain(payments(shuffled), buckets)["findings"].equals(one)


def test_other_ids_and_names_give_the_same_findings() -> None:
    rows = [*list(everyday(people=60)), *collector("C", 900_000, 30, 12)]
    rows += chain("X", 910_000, [20, 22.5, 24, 27], ["FROM"], ["TO"])
    rows = [row | {f"{side}_name": f"Holder of {row[side]}" for side in ("payer", "payee")} for row in rows]

    def plain(table: pa.Table) -> set[tuple[Any, ...]]:
        return {
            (row["kind"], row["start"], row["end"], row["score_milli_log10"], row["evidence_count"])
            for row in table.to_pylist()
        }

    def renamed(name: str | None) -> str | None:
        return None if name is None else f"z{sum(name.encode()) * 7919 % 1000}-{name[::-1]}"

    sides = ("payer", "payee", "payer_name", "payee_name")
    other = [row | {side: renamed(row[side]) for side in sides} for row in rows]
    first, second = (plain(run_chain(payments(given))["findings"]) for given in (rows, other))
    assert first == second and first


def test_everything_a_finding_says_has_a_sentence(life: list[Row]) -> None:
    rows = [*life, *collector("C", 900_000, 30, 12), *cash(950_000, "S", [9_500_000, 9_800_000, 9_900_000], 1)]
    rows += chain("X", 910_000, [20, 22.5, 24, 27], ["FROM"], ["TO"])
    rows += [payment(970_000, "ABROAD", "D", 1_300_000, 480)]
    rows += [payment(970_001 + n, "D", f"MULE{n}", 100_000 - 91 * n, 483 + n) for n in range(12)]
    rows += [payment(970_090 + n, "D", f"SHOP{n}", 700 + n, 24 * 4 * n + 5) for n in range(4)]
    table = run_chain(payments(rows))["findings"]
    assert {row["kind"] for row in table.to_pylist()} == {"fan_in", "fan_out", "pass_through", "structuring"}
    for row in table.to_pylist():
        said = {f"kind.{row['kind']}"} | {term["name"] for term in row["terms"]} | {i["key"] for i in row["innocent"]}
        said |= {reason["key"] for reason in row["reasons"] + row["searched"]} | {e["role"] for e in row["evidence"]}
        assert said <= set(keys())
    assert table.schema.equals(FINDINGS.schema)
