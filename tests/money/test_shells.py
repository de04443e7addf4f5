"""Accounts with details in common whose money goes round among them or through them, and who only looks like it."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.money.making import accounts, deposit, payment, payments
from tests.money.running import run_one
from veedor.money.shells import details
from veedor.money.shells.groups import GroupParameters, groups
from veedor.money.shells.judge import FindShells, ShellParameters
from veedor.money.shells.listing import ListDetails
from veedor.money.shells.moving import FindShellMoney
from veedor.money.shells.sharing import FindSharedDetails, SharingParameters
from veedor.tables import ACCOUNT_HOLDERS
from veedor.words import known

Row = dict[str, Any]
FIRMS = ("Sorlan Importaciones S.A.", "Quimir Trading C.A.", "Vantel Obras S.A.S.", "Zugor Agro C.A.")


def person(account: str, role: str = "holder", name: str | None = None, **rest: Any) -> Row:
    made: Row = dict.fromkeys(ACCOUNT_HOLDERS.schema.names)
    return made | {"account": account, "role": role, "name": name or f"Name Of{account}", "simulated": False} | rest


def customers(rows: list[Row]) -> pa.Table:
    numbered = [
        row | {"deposit": deposit("customers"), "row": n, "file": 0, "offset": n, "length": 1}
        for n, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(numbered, schema=ACCOUNT_HOLDERS.schema)


def shared(rows: list[Row], most: int = 40, described: list[Row] | None = None) -> pa.Table:
    tables = {"account_holders": customers(rows), "accounts": accounts(described or [])}
    tables["holder_details"] = run_one(ListDetails(), tables, 1)
    assert run_one(ListDetails(), tables, 3).equals(tables["holder_details"])
    found = run_one(FindSharedDetails(SharingParameters(most)), tables, 1)
    assert run_one(FindSharedDetails(SharingParameters(most)), tables, 4).equals(found)
    return found


def found(rows: list[Row], paid: list[Row], least: int = 2000, described: list[Row] | None = None) -> list[Row]:
    tables = {"shared_details": shared(rows, described=described), "payments": payments(paid)}
    tables["shell_money"] = run_one(FindShellMoney(), tables, 1)
    assert run_one(FindShellMoney(), tables, 4).equals(tables["shell_money"])
    detector = FindShells(ShellParameters(shells_report_milli_log10=least))
    made = run_one(detector, tables, 1)
    assert run_one(detector, tables, 4).equals(made)
    for row in made.to_pylist():
        for told in (*row["reasons"], *row["innocent"], *row["searched"]):
            assert known(told["key"]), told["key"]
        assert all(known(term["name"]) for term in row["terms"])
        assert all(known(item["role"]) for item in row["evidence"])
    return made.to_pylist()


def ring_of_firms(**rest: Any) -> list[Row]:
    """Four firms with nothing in common but a telephone and who signs for them."""
    return [
        row
        for at, name in enumerate(FIRMS)
        for row in (
            person(f"S{at}", name=name, phone="+58 412-555.12.34", **rest),
            person(f"S{at}", "officer", "Made Up Nominee", identifier="V-12345678"),
        )
    ]


def round_and_round() -> list[Row]:
    """An outsider's money goes through all of them to another outsider, within a day each."""
    way = ["OUT", "S0", "S1", "S2", "S3", "END"]
    hops = itertools.pairwise(way)
    return [payment(n, payer, payee, 1_000_000 - 1_000 * n, 20 * n) for n, (payer, payee) in enumerate(hops)]


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].rpartition(".")[2]: test["verdict"] for test in finding["innocent"]}


def terms(finding: Row) -> dict[str, int | None]:
    return {term["name"].rpartition(".")[2]: term["milli_log10"] for term in finding["terms"]}


def test_a_ring_of_shells_is_found_with_the_rows_that_tie_it_and_exactly_the_payments_among_them() -> None:
    (finding,) = found(ring_of_firms(), round_and_round())
    assert finding["kind"] == "shells"
    of_customers = {item["row"] for item in finding["evidence"] if item["deposit"] == deposit("customers")}
    paid = {item["row"] for item in finding["evidence"] if item["deposit"] == deposit("bank")}
    assert of_customers == set(range(8)) and paid == {1, 2, 3}
    assert {"phone", "officer"} <= set(terms(finding))
    assert verdicts(finding)["group_of_firms"] == "contradicts" and verdicts(finding)["adviser"] == "contradicts"


def test_money_that_comes_from_one_hand_and_goes_to_one_hand_through_all_of_them_counts_too() -> None:
    paid = [payment(2 * n, "OUT", f"S{n}", 500_000 + n, 3 * n) for n in range(4)]
    paid += [payment(2 * n + 1, f"S{n}", "END", 490_000 + n, 3 * n + 20) for n in range(4)]
    (finding,) = found(ring_of_firms(), paid)
    assert {item["row"] for item in finding["evidence"] if item["deposit"] == deposit("bank")} == set(range(8))
    # What comes from one hand and stays where it is has not gone through them.
    assert found(ring_of_firms(), [row for row in paid if row["payee"] != "END"], least=-9000) == []


def test_without_money_between_them_a_detail_in_common_is_no_finding() -> None:
    apart = [payment(n, f"CUSTOMER{n}", f"S{n % 4}", 100_000 + n, 5 * n) for n in range(12)]
    assert found(ring_of_firms(), apart, least=-9000) == []


def test_accounts_openly_of_one_hand_hide_nothing() -> None:
    same = [row | ({"name": "One Firm S.A."} if row["role"] == "holder" else {}) for row in ring_of_firms()]
    assert found(same, round_and_round(), least=-9000) == []
    owner = [person("S0", name="Ana Lopez", phone="04125551234"), person("S1", name="Firm S.A.", phone="04125551234"),
             person("S1", "officer", "Ana Lopez")]  # fmt: skip
    assert found(owner, [payment(n, "S0", "S1", 1_000 * n + 1, 30 * n) for n in range(5)], least=-9000) == []


def test_a_family_a_group_of_firms_an_accountant_and_rent_are_innocent() -> None:
    paid = round_and_round()
    family = [person(f"S{n}", name=f"{first} Perez", phone="04125551234", device="phone-77")
              for n, first in enumerate(("Ana", "Luis", "Eva", "Juan"))]  # fmt: skip
    (finding,) = found(family, paid, least=-9000)
    assert verdicts(finding)["family"] == "supports"
    household = [person(f"S{n}", name=name, phone="04125551234", address="Calle 5 No. 12-30, Cali")
                 for n, name in enumerate(("Ana Lopez", "Luis Perez"))]  # fmt: skip
    living = [payment(20 + n, "EMPLOYER", f"S{n % 2}", 900_000, 99 * n) for n in range(8)]
    home = [*paid, payment(9, "S1", "S0", 77, 200), *living]
    (finding,) = found(household, home, least=-9000)
    assert verdicts(finding)["family"] == "supports" and found(household, home) == []
    group = [row | ({"name": f"Sorlan {n} S.A."} if row["role"] == "holder" else {})
             for n, row in enumerate(ring_of_firms())]  # fmt: skip
    (finding,) = found(group, paid, least=-9000)
    assert verdicts(finding)["group_of_firms"] == "supports"
    served = [person(f"T{n}", name=f"Client{n} Handel S.A.", phone="04125551234") for n in range(8)]
    clients = [row | {"identifier": None} for row in ring_of_firms(device="device-4711")] + served
    (finding,) = found(clients, [*paid[1:2], payment(9, "S1", "S0", 77, 200)], least=-9000)
    assert verdicts(finding)["adviser"] == "supports"
    rent = [payment(n, "S0", "S1", 500_000, 24 * 30 * n) for n in range(6)]
    (finding,) = found(ring_of_firms(), rent, least=-9000)
    assert verdicts(finding)["rhythm"] == "supports"


def test_firms_that_mostly_trade_with_others_are_not_shown() -> None:
    trade = [payment(100 + n, f"C{n}", f"S{n % 4}", 4_000_000, n) for n in range(40)]
    assert found(ring_of_firms(), round_and_round() + trade) == []


def test_a_building_of_offices_ties_nobody_and_one_row_says_so() -> None:
    firms = [person(f"S{n}", name=f"Firm{n} Handel S.A.", address="Av. Libertador 100, Torre Este") for n in range(50)]
    (row,) = shared(firms).to_pylist()
    assert (row["outcome"], row["accounts"], row["account"]) == ("common", 50, "S0")
    assert groups(shared(firms), GroupParameters()) == []
    few = shared(firms[:10])
    assert few.num_rows == 10 and groups(few, GroupParameters()) == []


def test_what_was_given_away_before_another_had_it_is_not_in_common() -> None:
    one = person("A", name="Ana Lopez", device="device-4711", until=date(2020, 1, 1))
    other = person("B", name="Luis Perez", device="device-4711", since=date(2021, 1, 1))
    assert groups(shared([one, other]), GroupParameters()) == []
    (group,) = groups(shared([one | {"until": date(2022, 1, 1)}, other]), GroupParameters())
    assert group.members == ("A", "B")


def test_an_address_of_a_statement_is_compared_with_one_of_the_customer_file() -> None:
    rows = [person("A", name="Ana Lopez", address="Calle 5 No. 12-30, Cali")]
    told = [{"account": "B", "holder": "Firm S.A.", "holder_address": "Cll 5 # 12-30", "holder_town": "CALI"}]
    (group,) = groups(shared(rows, described=told), GroupParameters())
    assert group.members == ("A", "B")


def test_a_chain_of_weak_ties_is_cut_at_stronger_ones_and_what_stays_too_large_is_told() -> None:
    chain = []
    for n in range(40):
        chain += [person(f"C{n:02d}", name=f"Name{n} Surname{n}", address=f"Calle {n} 100, Cali"),
                  person(f"C{n:02d}", name=f"Name{n} Surname{n}", address=f"Calle {n + 1} 100, Cali")]  # fmt: skip
    chain += [person(f"C{n:02d}", name=f"Name{n} Surname{n}", device="device-4711") for n in (7, 8)]
    assert [group.members for group in groups(shared(chain), GroupParameters())] == [("C07", "C08")]
    large = [person(f"D{n:02d}", name=f"Name{n} Surname{n}", device="one", email="a@b.co", phone="04125551234")
             for n in range(35)]  # fmt: skip
    every = shared(large + [person(f"D{n:02d}", "signatory", "Made Up Nominee") for n in range(35)])
    (group,) = groups(every, GroupParameters(tie_milli_log10=300))
    assert group.too_many and len(group.members) == 35
    tables = {"shared_details": every, "payments": payments([payment(1, "D01", "D02", 5, 1)])}
    detector = FindShellMoney(type(FindShellMoney().parameters)(tie_milli_log10=300))
    (row,) = run_one(detector, tables, 3).to_pylist()
    assert (row["outcome"], row["group"], row["members"]) == ("too_many", "D00", 35)


def test_groups_do_not_depend_on_the_order_of_rows() -> None:
    every = shared([*ring_of_firms(), person("X", name="Luis Perez", phone="04125551234", device="device-9")])
    turned = every.take(pa.array(range(every.num_rows - 1, -1, -1)))
    assert groups(every, GroupParameters()) == groups(turned, GroupParameters())


@pytest.mark.parametrize(
    ("form", "same", "other"),
    [
        (details.address, ("Cll 5 No. 12-30, Cali", "CALLE 5 # 12 30 Cali"), "Calle 12 5-30, Cali"),
        (details.phone, ("+58 (412) 555.12.34", "0412-5551234", "0058 4125551234"), "0412-5551235"),
        (details.email, (" Ana@Example.com", "ana@example.COM "), "ana@example.co"),
        (details.device, ("IMEI-351234", "imei-351234"), "imei-351235"),
        (details.number, ("V-12.345.678", "v12345678"), "V-12.345.679"),
    ],
)  # fmt: skip
def test_spellings_of_one_detail_meet_and_two_details_do_not(form: Any, same: tuple[str, ...], other: str) -> None:
    assert len({form(text) for text in same}) == 1 and form(same[0]) is not None
    assert form(other) != form(same[0])


@pytest.mark.parametrize(
    ("form", "nothing"),
    [
        (details.address, ("", "Caracas", "12", "n/a")),
        (details.phone, ("", "12345", "0000000000", "unknown")),
        (details.email, ("", "none", "@", "a b@c.d")),
        (details.device, ("", "web", "000000", "192.168.1.7", "10.0.0.1", "fe80::1", "100.64.0.9")),
        (details.number, ("", "0000000", "n/a")),
    ],
)
def test_what_says_too_little_is_no_detail(form: Any, nothing: tuple[str, ...]) -> None:
    assert [text for text in (*nothing, None) if form(text) is not None] == []
