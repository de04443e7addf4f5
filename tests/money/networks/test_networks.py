"""Patterns over several accounts among ordinary life: found with the payments that make them; look-alikes explained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.money.making import payment, payments
from tests.money.running import run_chain
from tests.money.test_patterns import everyday
from veedor.words import keys

Row = dict[str, Any]


@pytest.fixture(scope="module")
def life() -> list[Row]:
    return list(everyday())


def found(rows: list[Row], kind: str) -> dict[str, Row]:
    findings = run_chain(payments(rows))["findings"].to_pylist()
    return {row["subject"]: row for row in findings if row["kind"] == kind}


def spread(source: str, sink: str, first: int, day: float, middles: list[str], kept: int = 96) -> list[Row]:
    """One account pays several within a day, and each pays the same account on a few hours later."""
    rows = []
    for n, middle in enumerate(middles):
        amount = 410_000 + 7_300 * n
        rows.append(payment(first + 2 * n, source, middle, amount, day * 24 + n))
        rows.append(payment(first + 2 * n + 1, middle, sink, amount * kept // 100, day * 24 + n + 7))
    return rows


def test_money_spread_over_middles_and_gathered_again_is_found_with_all_its_payments(life: list[Row]) -> None:
    illicit = spread("SRC", "SINK", 900_000, 30, [f"MID{n}" for n in range(6)])
    usual = [payment(910_000 + n, "SRC", f"SHOP{n}", 1_200 + n, 24 * 6 * n + 5) for n in range(8)]
    finding = found([*life, *illicit, *usual], "scatter_gather")["account:SRC"]
    assert {item["row"] for item in finding["evidence"]} == {row["payment"] for row in illicit}
    assert {item["role"] for item in finding["evidence"]} == {"role.scattered", "role.gathered"}
    assert finding["score_milli_log10"] == sum(t["milli_log10"] or 0 for t in finding["terms"]) + sum(
        test["milli_log10"] for test in finding["innocent"]
    )


def test_what_one_source_spreads_and_several_sinks_gather_is_one_finding(life: list[Row]) -> None:
    """Every middle pays two sinks, of which either gets most of what came: the second from money the middle had."""
    rows = spread("SRC", "SINK", 900_000, 30, [f"MID{n}" for n in range(6)])
    rows += [
        payment(910_000 + n, f"MID{n}", "SINK2", row["amount_units"] * 9 // 10, 24 * 30 + n + 9)
        for n, row in enumerate(rows[::2])
    ]
    findings = [
        row for row in run_chain(payments([*life, *rows]))["findings"].to_pylist() if row["kind"] == "scatter_gather"
    ]
    assert [row["subject"] for row in findings] == ["account:SRC"]
    assert {item["row"] for item in findings[0]["evidence"]} == {row["payment"] for row in rows}
    assert "finding.scatter_gather.further" in {reason["key"] for reason in findings[0]["reasons"]}


def test_wages_that_go_to_one_landlord_are_a_rhythm_and_not_reported(life: list[Row]) -> None:
    """Three times, a month apart, an employer pays the same six, and all pay the same landlord."""
    people = [f"TENANT{n}" for n in range(6)]
    rows = [
        row
        for month in range(3)
        for row in spread("BOSS", "LANDLORD", 900_000 + 100 * month, 3 + 30 * month, people, 80)
    ]
    assert not found([*life, *rows], "scatter_gather")


def test_middles_that_keep_most_of_the_money_are_no_scatter_gather(life: list[Row]) -> None:
    assert not found([*life, *spread("SRC", "SINK", 900_000, 30, [f"MID{n}" for n in range(6)], 40)], "scatter_gather")


def test_an_account_that_may_pay_the_sink_openly_counts_for_less(life: list[Row]) -> None:
    illicit = spread("SRC", "SINK", 900_000, 30, [f"MID{n}" for n in range(8)])
    hidden = found([*life, *illicit], "scatter_gather")["account:SRC"]
    openly = [payment(910_000, "SRC", "SINK", 99_000, 24 * 12)]
    shown = found([*life, *illicit, *openly], "scatter_gather").get("account:SRC")
    assert shown is None or shown["score_milli_log10"] < hidden["score_milli_log10"]


def gathered(hub: str, first: int, day: float, payers: int, payees: int) -> list[Row]:
    """Many pay one account in a day; from the next day on it pays as many others."""
    rows = [payment(first + n, f"IN{n}", hub, 52_000 + 1_370 * n, day * 24 + n) for n in range(payers)]
    total = sum(row["amount_units"] for row in rows) * 97 // 100
    return rows + [
        payment(first + 50 + n, hub, f"OUT{n}", total // payees + 91 * n - 45 * payees, day * 24 + 26 + n)
        for n in range(payees)
    ]


def test_money_gathered_from_many_and_spread_over_many_is_found(life: list[Row]) -> None:
    illicit = gathered("HUB", 900_000, 30, 9, 12)
    usual = [payment(910_000 + n, "HUB", f"SHOP{n}", 1_200 + n, 24 * 6 * n + 5) for n in range(4)]
    finding = found([*life, *illicit, *usual], "gather_scatter")["account:HUB"]
    assert {item["row"] for item in finding["evidence"]} >= {row["payment"] for row in illicit}


def test_what_fills_and_empties_an_account_is_found_beside_the_rest_of_its_days(life: list[Row]) -> None:
    """Wages paid the day before and a large sale the week after would make the whole run pay out too much."""
    illicit = gathered("HUB", 900_000, 30, 9, 12)
    wages = [payment(910_000 + n, "HUB", f"P{n}", 130_000, 24 * 28 + n / 10) for n in range(15)]
    early = [payment(920_000 + n, f"P{40 + n}", "HUB", 9_000 + 10 * n, 24 * 27 + 9 + n) for n in range(6)]
    late = [payment(930_000 + n, "HUB", f"SHOP{n}", 400_000, 24 * 32 + 18 + n) for n in range(3)]
    (row,) = [
        row
        for row in run_chain(payments([*life, *illicit, *wages, *early, *late]))["networks"].to_pylist()
        if row["kind"] == "gather_scatter" and row["account"] == "HUB"
    ]
    assert row["size"] > 0 and {one["payment"] for one in row["payments"]} == {one["payment"] for one in illicit}


def test_a_savings_club_that_collects_and_pays_out_every_month_is_not_reported(life: list[Row]) -> None:
    rows = [row for month in range(3) for row in gathered("CLUB", 900_000 + 100 * month, 2 + 28 * month, 9, 9)]
    assert not found([*life, *rows], "gather_scatter")


def test_an_escrow_agent_whose_deals_pass_on_what_came_in_is_explained(life: list[Row]) -> None:
    rows = []
    for n in range(9):
        amount = 90_000 + 31_000 * n
        rows.append(payment(900_000 + 2 * n, f"BUYER{n}", "ESCROW", amount, 24 * 30 + 2 * n))
        rows.append(payment(900_001 + 2 * n, "ESCROW", f"SELLER{n}", amount * 97 // 100, 24 * 30 + 2 * n + 1))
    assert not found([*life, *rows], "gather_scatter")


def ring(first: int, day: float, accounts: str = "WXYZ", rounds: int = 1, step_hours: float = 7) -> list[Row]:
    """Each pays the next two per cent less, and the last the first."""
    rows = []
    for n in range(rounds * len(accounts)):
        payer, payee = (f"RING{accounts[(n + step) % len(accounts)]}" for step in (0, 1))
        rows.append(payment(first + n, payer, payee, 880_000 * 98**n // 100**n, day * 24 + n * step_hours))
    return rows


def test_money_that_comes_back_is_one_finding_with_the_payments_of_all_rounds(life: list[Row]) -> None:
    illicit = ring(900_000, 30, rounds=2)
    findings = found([*life, *illicit], "cycle")
    assert list(findings) == ["account:RINGW"]
    finding = findings["account:RINGW"]
    assert {item["row"] for item in finding["evidence"]} == {row["payment"] for row in illicit}
    assert not found([*life, *illicit], "simple_cycle"), "the rounds of one ring are one story"


def test_money_that_takes_three_weeks_to_come_back_is_found_and_counts_for_less(life: list[Row]) -> None:
    slow = found([*life, *ring(900_000, 20, "VWXYZ", step_hours=5 * 24)], "cycle")["account:RINGV"]
    quick = found([*life, *ring(900_000, 20, "VWXYZ", step_hours=5)], "cycle")["account:RINGV"]
    assert slow["score_milli_log10"] < quick["score_milli_log10"]


def test_a_loan_that_is_paid_back_or_a_dear_way_round_is_no_cycle(life: list[Row]) -> None:
    loan = [payment(900_000, "LEND", "OWE", 500_000, 24 * 20), payment(900_001, "OWE", "LEND", 500_000, 24 * 24)]
    dear = [payment(900_010 + n, *ends, 500_000 // 2**n, 24 * 30 + n) for n, ends in enumerate(["KL", "LM", "MK"])]
    assert not found([*life, *loan, *dear], "cycle")


def test_companies_of_one_holder_that_move_their_money_round_are_explained(life: list[Row]) -> None:
    names: Row = {"payer_name": "Grupo Llano SA", "payee_name": "GRUPO LLANO  SA"}
    assert not found([*life, *(row | names for row in ring(900_000, 30))], "cycle")


def test_a_circle_without_order_in_time_counts_for_less(life: list[Row]) -> None:
    """The same four payments, the second and the fourth in each other's place."""
    rows = ring(900_000, 30)
    times = [row["time"] for row in rows]
    rows = [row | {"time": times[at], "amount_units": 880_000} for row, at in zip(rows, (0, 3, 2, 1), strict=True)]
    cycle = found([*life, *ring(900_000, 30)], "cycle")["account:RINGW"]
    simple = found([*life, *rows], "simple_cycle").get("account:RINGW")
    assert simple is None or simple["score_milli_log10"] < cycle["score_milli_log10"]


def layer(first: int, day: float, payers: list[str], payees: list[str], scale: int = 1) -> list[Row]:
    """Everybody pays everybody on the other side within some hours, no two amounts alike."""
    pairs = [(payer, payee) for payer in payers for payee in payees]
    return [payment(first + n, *pair, (70_000 + 1_310 * n) * scale, day * 24 + n / 4) for n, pair in enumerate(pairs)]


def test_accounts_that_all_pay_the_same_accounts_are_found_with_all_payments(life: list[Row]) -> None:
    illicit = layer(900_000, 30.5, [f"UP{n}" for n in range(5)], [f"DOWN{n}" for n in range(5)])
    finding = found([*life, *illicit], "bipartite")["account:UP0"]
    assert {item["row"] for item in finding["evidence"]} == {row["payment"] for row in illicit}


def test_a_stack_of_layers_is_found_with_the_payments_into_and_out_of_its_middle(life: list[Row]) -> None:
    middles = [f"MID{n}" for n in range(5)]
    upper = layer(900_000, 30.5, [f"UP{n}" for n in range(5)], middles)
    lower = layer(910_000, 32.5, middles, [f"DOWN{n}" for n in range(5)])
    finding = found([*life, *upper, *lower], "stack")["account:MID0"]
    assert {item["row"] for item in finding["evidence"]} == {row["payment"] for row in [*upper, *lower]}


def test_firms_that_pay_the_same_suppliers_every_week_are_not_reported(life: list[Row]) -> None:
    firms, suppliers = [f"FIRM{n}" for n in range(5)], [f"SUPPLIER{n}" for n in range(5)]
    rows = [row for week in range(6) for row in layer(900_000 + 100 * week, 3 + 7 * week, firms, suppliers)]
    assert not found([*life, *rows], "bipartite")


def test_ordinary_life_has_no_networks_worth_reporting(life: list[Row]) -> None:
    kinds = {row["kind"] for row in run_chain(payments(life))["findings"].to_pylist()}
    assert not kinds & {"scatter_gather", "gather_scatter", "cycle", "simple_cycle", "bipartite", "stack"}


def test_every_word_of_a_finding_is_in_the_catalogue(life: list[Row]) -> None:
    illicit = [
        *spread("SRC", "SINK", 900_000, 30, [f"MID{n}" for n in range(8)]),
        *gathered("HUB", 910_000, 20, 11, 15),
    ]
    illicit += ring(920_000, 40)
    middles = [f"LM{n}" for n in range(5)]
    illicit += layer(930_000, 30.5, [f"UP{n}" for n in range(5)], middles)
    illicit += layer(940_000, 32.5, middles, [f"DOWN{n}" for n in range(5)])
    findings = [
        row
        for row in run_chain(payments([*life, *illicit]))["findings"].to_pylist()
        if row["detector"] == "network_findings"
    ]
    assert {row["kind"] for row in findings} >= {"scatter_gather", "gather_scatter", "cycle", "bipartite", "stack"}
    for finding in findings:
        said = [f"kind.{finding['kind']}", *(item["role"] for item in finding["evidence"])]
        said += [part["key"] for name in ("reasons", "innocent", "searched") for part in finding[name]]
        said += [term["name"] for term in finding["terms"]]
        assert not [key for key in said if key not in keys()]
