"""Thresholds that parties hand in: what they add, what they cannot take away, and who is named for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from tests.money.making import accounts, deposit, payment, payments
from tests.money.running import run_chain
from veedor.money.accounts.structuring import FindStructuring
from veedor.tables import REPORTING_THRESHOLDS
from veedor.words import known

Row = dict[str, Any]
LAW = "Resolución 000 de una prueba, art. 1"


def stated(party: str, row: int, amount: int, country: str = "VE", currency: str = "USD", **rest: Any) -> Row:
    made: Row = dict.fromkeys(REPORTING_THRESHOLDS.schema.names)
    return (
        made
        | {
            "country": country, "currency": currency, "instrument": "cash", "amount_units": amount,
            "amount_exponent": 0, "inclusive": True, "valid_from": date(2020, 1, 1), "source": LAW, "simulated": False,
            "deposit": deposit(party), "row": row, "file": 0, "offset": 0, "length": 1,
        }
        | rest
    )  # fmt: skip


def banked(amounts: list[int], country: str = "VE", currency: str = "USD", first: int = 1) -> list[Row]:
    rest: Row = {"instrument": "cash", "currency": currency, "payee_bank": f"AAAA{country}BB"}
    return [payment(first + n, None, "S", 100 * amount, 24 * n, **rest) for n, amount in enumerate(amounts)]


def told(rows: list[Row], *table: Row) -> tuple[list[Row], list[Row]]:
    """Findings of structuring, and what is counted of thresholds."""
    given = pa.Table.from_pylist(list(table), schema=REPORTING_THRESHOLDS.schema)
    tables = run_chain(payments(rows), thresholds=given)
    made = [row for row in tables["findings"].to_pylist() if row["kind"] == "structuring"]
    keys = [each["key"] for row in made for each in row["reasons"]]
    keys += [each["role"] for row in made for each in row["evidence"]]
    assert all(known(key) for key in keys)
    return made, tables["threshold_coverage"].to_pylist()


def said(finding: Row, key: str) -> list[dict[str, Any]]:
    return [
        {item["name"]: item["number"] if item["text"] is None else item["text"] for item in reason["values"]}
        for reason in finding["reasons"]
        if reason["key"] == key
    ]


AMOUNTS = [9_500, 9_800, 9_100, 9_900, 8_700]


def test_a_threshold_that_a_party_states_is_used_and_the_finding_names_its_record_and_source() -> None:
    nothing, counted = told(banked(AMOUNTS))
    assert nothing == [] and counted[0]["assessable"] == 0
    (finding,), counted = told(banked(AMOUNTS), stated("regulator", 7, 10_000))
    assert counted[0]["assessable"] == counted[0]["payments"] == 5
    (law,) = said(finding, "finding.structuring.threshold_stated")
    assert (law["threshold"], law["country"], law["source"]) == ("10000 USD", "VE", LAW)
    assert law["record"] == f"{deposit('regulator').hex()}:7"
    roles = [(item["role"], item["deposit"], item["row"]) for item in finding["evidence"]]
    assert roles[-1] == ("role.threshold", deposit("regulator"), 7) and len(roles) == 6


def test_a_stated_threshold_holds_only_in_its_country_currency_instrument_and_days() -> None:
    for other in (
        {"country": "CO"}, {"currency": "EUR"}, {"instrument": "transfer"}, {"valid_from": date(2026, 4, 1)},
        {"valid_to": date(2026, 3, 2)},
    ):  # fmt: skip
        assert told(banked(AMOUNTS), stated("regulator", 0, 10_000, **other))[0] == [], other
    assert told(banked(AMOUNTS), stated("regulator", 0, 10_000, valid_to=date(2026, 3, 7)))[0]


def test_where_parties_differ_each_threshold_is_judged_and_the_other_is_told() -> None:
    one, two = stated("one", 0, 10_000), stated("two", 3, 15_000, source="Otra norma, art. 9")
    (finding,), _ = told(banked(AMOUNTS), one, two)
    assert [law["threshold"] for law in said(finding, "finding.structuring.threshold_stated")] == ["10000 USD"]
    (other,) = said(finding, "finding.structuring.other_stated")
    assert (other["threshold"], other["source"]) == ("15000 USD", "Otra norma, art. 9")
    assert other["record"] == f"{deposit('two').hex()}:3"
    assert [item["row"] for item in finding["evidence"] if item["role"] == "role.threshold"] == [0, 3]
    (agreed,), _ = told(banked(AMOUNTS), one, stated("two", 3, 10_000))
    assert said(agreed, "finding.structuring.other_stated") == []


def test_no_table_takes_a_finding_away_that_stands_by_a_shipped_threshold() -> None:
    """A party could state thresholds under which nothing lies, or above which everything does."""
    rows = banked([9_500_000, 9_800_000, 9_100_000, 9_900_000, 8_700_000], "CO", "COP")
    (before,), _ = told(rows)
    for amount in (1, 5_000_000, 12_000_000, 10**12):
        (after,), _ = told(rows, stated("hider", 0, amount, "CO", "COP"))
        assert after["score_milli_log10"] >= before["score_milli_log10"]
        assert after["anchor"] == before["anchor"]


def test_an_account_is_counted_in_the_country_that_deposits_state_as_it_is_judged() -> None:
    """A bank's own numbers say no country, and a BIC may be that of a head office abroad."""
    rows = banked([9_500_000, 9_800_000, 9_100_000, 9_900_000, 8_700_000], "VE", "COP")
    rows.append(rows[0] | {"payment": 9, "debit_row": 9, "payer": "T", "payee": None, "payer_bank": None})

    def with_stated(*countries: tuple[str, str | None]) -> tuple[list[str], dict[str, tuple[int, int]]]:
        stated = accounts([{"account": account, "country": country} for account, country in countries])
        tables = run_chain(payments(rows), stated=stated)
        counted = tables["threshold_coverage"].to_pylist()
        return (
            [row["subject"] for row in tables["findings"].to_pylist()],
            {row["country"]: (row["payments"], row["assessable"]) for row in counted},
        )

    assert with_stated() == ([], {"": (1, 0), "VE": (5, 0)})
    assert with_stated(("S", None), ("X", "CO")) == ([], {"": (1, 0), "VE": (5, 0)})
    assert with_stated(("S", "CO"), ("S", "VE"), ("T", "CO")) == (["account:S"], {"CO": (6, 6)})


def test_who_states_what_is_shipped_already_changes_no_finding() -> None:
    rows = banked([9_500_000, 9_800_000, 9_100_000, 9_900_000, 8_700_000], "CO", "COP")
    assert told(rows)[0] == told(rows, stated("party", 0, 10_000_000, "CO", "COP"))[0]


def test_a_finding_by_a_simulated_threshold_is_simulated() -> None:
    (finding,), _ = told(banked(AMOUNTS), stated("regulator", 0, 10_000, simulated=True))
    assert finding["simulated"]


def test_two_runs_under_one_stated_threshold_are_two_findings_with_anchors_of_their_own() -> None:
    """Both name the row of the threshold, and it may be the smallest record that they name."""
    later = [row | {"payment": row["payment"] + 100, "time": row["time"] + 60 * 86_400_000_000,
                    "debit_row": row["debit_row"] + 100} for row in banked(AMOUNTS)]  # fmt: skip
    table = stated("regulator", 0, 10_000, deposit=bytes(32))
    found, _ = told([*banked(AMOUNTS), *later], table)
    assert len({row["anchor"] for row in found}) == len(found) == 2


def test_an_amount_with_decimals_is_compared_exactly() -> None:
    line = stated("regulator", 0, 999_950, amount_exponent=2)
    rest: Row = {"instrument": "cash", "currency": "USD", "payee_bank": "AAAAVEBB"}
    under = [payment(1 + n, None, "S", 999_949, 24 * n, **rest) for n in range(5)]
    at = [payment(1 + n, None, "S", 999_950, 24 * n, **rest) for n in range(5)]
    assert told(under, line)[0] and not told(at, line)[0]
    assert told(at, line | {"inclusive": False})[0]


def test_the_detector_says_that_it_reads_what_parties_state() -> None:
    assert REPORTING_THRESHOLDS in {read.table for read in FindStructuring().reads}
