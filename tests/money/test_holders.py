"""Names, accounts and numbers are resolved to holders with reasons; groups hold together, and budgets are said."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from tests.money.bank_table import bank_table
from tests.money.making import START_US, deposit, entries, entry
from tests.money.running import run_chain, run_one
from veedor.cli.app import app
from veedor.money.holders import HolderParameters, Judged, Judgements, Named, resolve
from veedor.money.holders.find import FindHolders
from veedor.money.holders.mentions import ListMentions
from veedor.money.holders.named import Account, identifiers_in
from veedor.money.holders.pairing import LeftOut
from veedor.registers.identifiers import recognise
from veedor.tables import TRANSFERS

ANDINA = "Comercializadora Andina del Orinoco C.A."


def named(key: str, name: str, *accounts: str, **said: object) -> Named:
    return Named(key, name, tuple(Account(each) for each in accounts), **said)  # type: ignore[arg-type]


def groups(*every: Named, judged: Judgements | None = None, **set_to: int) -> set[frozenset[str]]:
    found = resolve(every, judged, HolderParameters(**set_to))
    made: dict[int, set[str]] = {}
    for each, group in zip(found.named, found.group, strict=True):
        made.setdefault(group, set()).add(each.key)
    return {frozenset(each) for each in made.values()}


def test_one_firm_written_in_three_ways_is_one_holder_and_says_why() -> None:
    every = [
        named("1", ANDINA, "01020304"), named("2", "COMERCIALIZADORA ANDINA DEL ORIN", "99887766"),
        named("3", "Comercializadora Andinna del Orinoco", "01020304"), named("4", "Transportes Guaviare Ltda"),
    ]  # fmt: skip
    assert groups(*every) == {frozenset("123"), frozenset("4")}
    found = resolve(every)
    link = found.link(2)
    assert link is not None and link.other == 0
    assert sum(term.milli_log10 or 0 for term in link.terms) == link.milli_log10
    worth = {term.name: term.milli_log10 for term in link.terms}
    assert worth["term.holder.account"] == 3000 and worth["term.holder.number_unknown"] is None


def test_strangers_under_one_account_stay_two() -> None:
    assert (
        len(groups(named("1", "Rosaura Pinto Vega", "01020304"), named("2", "Ferretería El Tornillo", "01020304"))) == 2
    )


def test_an_account_under_many_names_says_nothing() -> None:
    names = ["Rosaura Pinto", "Rosaura Pimto", *(f"{each}via Lemos Q{each}" for each in "bcdfghjklmnpq")]
    pooled = [named(f"{at:02}", name, "01020304") for at, name in enumerate(names)]
    found = resolve(pooled)
    assert all(LeftOut("account", "01020304", len(names)) in found.left_out[at] for at in range(len(names)))
    assert not any(each.kind == "account" for said in resolve(pooled[:12]).left_out.values() for each in said)


def test_what_names_nobody_is_no_holder_of_many_accounts() -> None:
    every = [named("a", "ONE OF OUR CUSTOMERS", "1"), named("b", "One of our customers", "2"),
             named("c", "Maria Perez", "3"), named("d", "Maria Perez", "4")]  # fmt: skip
    assert groups(*every) == {frozenset("a"), frozenset("b"), frozenset("cd")}
    assert resolve(every).left_out == {0: (LeftOut("nobody", "", 2),), 1: (LeftOut("nobody", "", 2),)}
    by_number = [named("a", "UNKNOWN", "1"), named("b", "Maria Perez", "1")]
    assert groups(*by_number) == groups(named("a", "Zora Quist", "1"), named("b", "Maria Perez", "1"))


def test_one_account_in_two_spellings_is_one() -> None:
    """The IBAN example of ISO 13616 holds the bank's own number."""
    iban, own = "GB82WEST12345698765432", "12345698765432"
    assert any(each.scheme == "iban" for each in recognise(iban))
    pair = named("1", "Aurelio Mantilla", iban), named("2", "Sr. A. Mantilla", own)
    joined = resolve(pair, None, HolderParameters(join_milli_log10=-5000)).link(0)
    assert joined is not None
    worth = {term.name: term.milli_log10 for term in joined.terms}
    assert worth["term.holder.account"] in (1500, 3000)


def test_tax_numbers_in_the_name_join_and_part() -> None:
    number, another = "J-07013380-5", "J-30512345-6"
    valid = [text for text in (number, another) if identifiers_in(f"ANDINA RIF {text}")]
    assert number in valid
    pair = (
        named("1", "Andina del Sur", identifiers=(("ve_rif", "A"),)),
        named("2", "Inversiones Paz", identifiers=(("ve_rif", "A"),)),
    )
    assert len(groups(*pair)) == 1
    apart = [named("1", ANDINA, identifiers=(("ve_rif", "A"),)), named("2", ANDINA, identifiers=(("ve_rif", "B"),))]
    assert len(groups(*apart)) == 2


def test_people_have_the_last_word_where_they_agree() -> None:
    one, two, three = named("1", ANDINA), named("2", ANDINA + " Sucursal"), named("3", "Rosaura Pinto")

    def by(one: str, other: str, verdict: str, who: str = "north") -> Judged:
        return Judged(one, other, verdict, who, 1)  # type: ignore[arg-type]

    assert groups(one, two, three) == {frozenset("12"), frozenset("3")}
    assert groups(one, two, three, judged=Judgements([by("1", "2", "different")])) == {*map(frozenset, "123")}
    assert groups(one, two, three, judged=Judgements([by("1", "2", "unsure")])) == {*map(frozenset, "123")}
    assert groups(one, two, three, judged=Judgements([by("1", "3", "same")])) == {frozenset("123")}
    disputed = Judgements([by("1", "3", "same"), by("1", "3", "different", "south")])
    assert groups(one, two, three, judged=disputed) == {frozenset("12"), frozenset("3")}
    assert resolve([one, two, three], disputed).disputed == {0, 2}


def test_people_join_what_numbers_contradict_and_the_contradiction_is_told() -> None:
    apart = [named("1", ANDINA, identifiers=(("ve_rif", "A"),)), named("2", ANDINA, identifiers=(("ve_rif", "B"),))]
    judged = Judgements([Judged("1", "2", "same", "north", 1)])
    assert len(groups(*apart)) == 2 and len(groups(*apart, judged=judged)) == 1
    link = resolve(apart, judged).link(0)
    assert link is not None and "term.holder.other_number" in {term.name for term in link.terms}


def test_what_was_judged_different_does_not_meet_by_way_of_a_third() -> None:
    every = [named("1", ANDINA), named("2", ANDINA), named("3", ANDINA)]
    parted = Judgements([Judged("1", "3", "different", "north", 1)])
    made = groups(*every, judged=parted)
    assert not any({"1", "3"} <= each for each in made) and any(len(each) == 2 for each in made)


def _bookings() -> pa.Table:
    rows = [
        entry("A1", True, 100, 1, holder=ANDINA, other="B1", counterparty_name="Rosaura  Pinto Vega", bank="BANK1"),
        entry("A1", True, 100, 2, holder=ANDINA, other="B1", counterparty_name="Rosaura Pinto Vega", bank="BANK1"),
        entry("A1", False, 70, 30, holder=ANDINA, other=None, counterparty_name="Rosaura Pinto V."),
        entry(
            "B1", False, 100, 1, holder="PINTO VEGA, ROSAURA", other="A1", counterparty_name="Comercializadora Andina"
        ),
        entry("C1", False, 100, 1, holder=None, other="A1", counterparty_name=None, simulated=True),
    ]
    return entries(rows)


def test_mentions_say_every_name_once_a_day_with_its_smallest_record() -> None:
    rows = run_one(ListMentions(), {"entries": _bookings()}, 1).to_pylist()
    said = {(row["subject"], row["name"], row["role"], str(row["day"])): row["records"] for row in rows}
    assert said == {
        ("account:A1", ANDINA, "holder", "2026-03-02"): 2, ("account:A1", ANDINA, "holder", "2026-03-03"): 1,
        ("account:B1", "Rosaura Pinto Vega", "counterparty", "2026-03-02"): 2,
        ("name:Rosaura Pinto V.", "Rosaura Pinto V.", "counterparty", "2026-03-03"): 1,
        ("account:B1", "PINTO VEGA, ROSAURA", "holder", "2026-03-02"): 1,
        ("account:A1", "Comercializadora Andina", "counterparty", "2026-03-02"): 1,
    }  # fmt: skip
    assert all(row["row"] == 0 for row in rows if row["name"] == "Rosaura Pinto Vega")


def test_parties_behind_the_parties_and_those_of_messages_are_mentioned_too() -> None:
    booked = entries([
        entry("A1", True, 100, 2, holder=ANDINA, ultimate_counterparty_name="Behind One",
              ultimate_holder_name="Behind Us", initiating_name="Agent"),
    ])  # fmt: skip
    told = pa.Table.from_pylist(
        [
            dict.fromkeys(TRANSFERS.schema.names)
            | {"reference": "R", "message": "pacs.009", "kind": kind, "time": START_US, "time_is_date": True,
               "simulated": False, "deposit": deposit("wires"), "row": row, "file": 0, "offset": 0, "length": 1,
               "debtor_name": "First Payer", "underlying_debtor_name": "Covered Payer", "creditor_account": "C9",
               "creditor_name": "Payee", "ultimate_creditor_name": "Behind Payee"}
            for row, kind in enumerate(("transfer", "cover"))
        ],
        schema=TRANSFERS.schema,
    )  # fmt: skip
    made = [run_one(ListMentions(), {"entries": booked, "transfers": told}, buckets) for buckets in (1, 5)]
    assert made[0].equals(made[1])
    assert {(row["subject"], row["role"]) for row in made[0].to_pylist()} == {
        ("account:A1", "holder"), ("name:Behind One", "ultimate_counterparty"), ("name:Behind Us", "ultimate_holder"),
        ("name:Agent", "initiating"), ("name:First Payer", "debtor"), ("name:Covered Payer", "debtor"),
        ("account:C9", "creditor"), ("name:Behind Payee", "ultimate_creditor"),
    }  # fmt: skip


def test_the_detector_joins_what_two_banks_write_and_is_the_same_in_any_buckets() -> None:
    tables = {"entries": _bookings()}
    made = []
    for buckets in (1, 3):
        tables["party_mentions"] = run_one(ListMentions(), tables, buckets)
        made.append(run_one(FindHolders(), tables, buckets))
    assert made[0].equals(made[1])
    rows = {(row["subject"], row["name"]): row for row in made[0].to_pylist()}
    assert rows["account:B1", "PINTO VEGA, ROSAURA"]["holder"] == rows["account:B1", "Rosaura Pinto Vega"]["holder"]
    assert rows["account:A1", ANDINA]["holder"] == rows["account:A1", "Comercializadora Andina"]["holder"]
    assert rows["account:A1", ANDINA]["holder"] != rows["account:B1", "Rosaura Pinto Vega"]["holder"]
    assert not any(row["left_out"] for row in rows.values())


def test_the_chain_of_detectors_writes_holders() -> None:
    assert run_chain(_bookings())["holders"].num_rows == 5


@pytest.mark.parametrize("name", ["", "...", "MR", "\u0000", "12", "x" * 5000])
def test_no_name_is_too_strange(name: str) -> None:
    assert len(resolve([named("1", name), named("2", name), named("3", ANDINA)]).group) == 3


def test_the_command_writes_holders_and_says_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"A{at},Comercial Andina del Orinoco{end},B9,Rosaura Pinto,2026-03-0{at + 1},{at}5.00,USD"
             for at, end in enumerate(["", " C.A."])]  # fmt: skip
    bank, mapping = bank_table(tmp_path, *rows)
    out = tmp_path / "holders.jsonl"
    assert app(["money", str(bank), str(mapping), "--holders", str(out)]) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    joined = [line for line in lines if line["name"].startswith("Comercial")]
    assert len({line["holder"] for line in joined}) == 1 and len(joined) == 2
    assert all(sum(term["milli_log10"] or 0 for term in line["terms"]) == line["link_milli_log10"] for line in joined)
    assert "3 names at accounts, 2 of them joined to 1 holders" in capsys.readouterr().err
