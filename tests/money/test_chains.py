"""Accounts that pass on the same money one after the other are one finding; others stay their own."""

from __future__ import annotations

import itertools

from tests.money.making import payment, payments
from tests.money.running import run_chain
from tests.money.test_patterns import Row, everyday, found
from veedor.money import amounts

RELAYS = ("R1", "R2", "R3")


def relayed(first: int, accounts: tuple[str, ...], days: list[float]) -> list[Row]:
    """Money goes from FROM over the accounts to TO, three hours and two per cent at each; daily life beside it."""
    rows, number = [], first
    path = ["FROM", *accounts, "TO"]
    for n, day in enumerate(days):
        for step, (payer, payee) in enumerate(itertools.pairwise(path)):
            amount = (700_000 + 31_000 * n) * 98**step // 100**step
            rows.append(payment(number, payer, payee, amount, day * 24 + 3 * step))
            number += 1
    for account in accounts:
        for n in range(6):
            rows.append(payment(number, account, f"SHOP{n}", 1_500 + 11 * n, 24 * 5 * n + 9))
            number += 1
    return rows


def test_a_chain_is_one_finding_with_the_payments_of_all_its_accounts() -> None:
    rows = relayed(900_000, RELAYS, [20, 22.5, 24, 27])
    findings = found([*everyday(), *rows], "pass_through")
    assert len(findings) == 1
    (finding,) = findings.values()
    assert finding["subject"].removeprefix("account:") in RELAYS
    assert {item["row"] for item in finding["evidence"]} >= set(range(900_000, 900_016))
    assert {
        "key": "finding.pass_through.chain",
        "values": [{"name": "accounts", "number": 2, "text": None}],
    } in finding["reasons"]
    assert finding["score_milli_log10"] == sum(t["milli_log10"] or 0 for t in finding["terms"]) + sum(
        test["milli_log10"] for test in finding["innocent"]
    )


def test_a_chain_says_how_much_came_out_of_it_and_where_the_rest_stayed() -> None:
    """Three accounts keep two per cent each of what comes to them; each spends some of it in two shops meanwhile."""
    rows = relayed(900_000, RELAYS, [20, 22.5, 24, 27])
    (finding,) = found([*everyday(), *rows], "pass_through").values()
    (followed,) = [each for each in finding["reasons"] if each["key"] == "finding.pass_through.followed"]
    said = {value["name"]: value["text"] or value["number"] for value in followed["values"]}
    came = sum(row["amount_units"] for row in rows if row["payer"] == "FROM")
    out = sum(row["amount_units"] for row in rows if row["payee"] in ("TO", "SHOP4", "SHOP5"))
    text = [amounts.text(units, 2, "USD") for units in (came, out, came - out)]
    assert said == {"came": text[0], "out": text[1], "stayed": text[2], "accounts": 3}


def test_accounts_that_share_no_payment_stay_apart() -> None:
    rows = [*relayed(900_000, ("A1",), [20, 22.5, 24, 27]), *relayed(910_000, ("B1",), [20, 22.5, 24, 27])]
    findings = found([*everyday(), *rows], "pass_through")
    assert set(findings) == {"account:A1", "account:B1"}
    assert all(len(finding["reasons"]) == 2 for finding in findings.values())


def test_a_chain_is_the_same_in_any_buckets_and_order() -> None:
    rows = payments([*everyday(people=60), *relayed(900_000, RELAYS, [20, 22.5, 24, 27])])
    one = run_chain(rows, 1)["findings"]
    assert run_chain(rows.take(list(reversed(range(rows.num_rows)))), 5)["findings"].equals(one)
