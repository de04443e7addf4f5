"""Typologies that show in messages, earlier statements and names: what the files say to readers is what was done."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.formats.conftest import read_all
from veedor.formats import FileSource, Options, detect, mapped
from veedor.formats.mapping import load
from veedor.registers.sanctions import ListFile, read_lists
from veedor.simulate.apure import START, make_scaled
from veedor.simulate.paying.further import BEYOND_BOOKS
from veedor.simulate.paying.listed import BY_CHANCE
from veedor.simulate.paying.networks import NETWORKS
from veedor.simulate.paying.purse import Purse, make_purse, periods
from veedor.simulate.sky import make_sky
from veedor.simulate.switches import Switches
from veedor.simulate.writing.write_wires import wire_rows

from .conftest import AIRY

SEED = 9
SIZE = replace(AIRY, payments_a_day=60, money_lookalikes=24)
ASKED = Switches(typologies=tuple(BEYOND_BOOKS))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beyond")
    make_scaled(folder, SEED, SIZE, switches=ASKED)
    return folder


@pytest.fixture(scope="module")
def truth(files: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(files / "truth/instances.parquet").to_pylist())


@pytest.fixture(scope="module")
def messages(files: Path) -> dict[str, list[dict[str, Any]]]:
    """What readers make of the messages, by UETR."""
    found = defaultdict(list)
    paths = [path for name in ("wires*", "covers*") for path in files.glob(f"*/bank/*-{name}")]
    assert {path.suffix for path in paths} == {".xml", ".fin"}
    for path in sorted(paths):
        source = FileSource(path)
        read = read_all(detect(source), source)
        assert read.rejects == [], path
        for row in read.tables["transfers"].to_pylist():
            assert row["simulated"]
            found[row["uetr"]].append(row)
    return found


def payer_of(row: dict[str, Any]) -> tuple[str | None, str | None]:
    below = "underlying_" if row["kind"] == "cover" else ""
    return row[f"{below}debtor_name"], row[f"{below}debtor_account"]


def wired(messages: dict[str, list[dict[str, Any]]], payment: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of one payment of the truth."""
    day = datetime.fromtimestamp(payment["debit_us"] / 1e6, UTC).date()
    return [
        row
        for rows in messages.values()
        if any(row["creditor_account"] == payment["payee"] for row in rows)
        for row in rows
        if (row["amount_units"], row["settlement_date"]) == (payment["units"], day)
    ]


def test_each_is_told_as_often_as_asked_with_look_alikes_beside(truth: list[dict[str, Any]]) -> None:
    told: dict[str, set[int]] = defaultdict(set)
    for row in truth:
        told[row["typology"]].add(row["instance"])
    assert all(len(told[kind]) == SIZE.instances_each for kind in BEYOND_BOOKS)
    for names in (
        ("respelled", "two_accounts", "covered", "on_behalf"), ("poor_system", "domestic_batch", "remitter", "slips"),
        ("collector", "account_only_at_home", "terse_system", "forgotten_payee"),
        ("savings_for_a_house", "off_season", "legacy"), ("namesake", "namesake_by_chance"),
    ):  # fmt: skip
        assert sum(len(told[name]) for name in names) == SIZE.money_lookalikes // 4
        assert not any(row["illicit"] for row in truth if row["typology"] in names)


def test_who_pays_a_stripped_transfer_stands_in_its_first_message_and_not_in_the_second(
    truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    stripped = [row for row in truth if row["typology"] == "wire_stripping"]
    assert len(stripped) == SIZE.instances_each
    for payment in stripped:
        legs = wired(messages, payment)
        assert len(legs) == 2 and legs[0]["uetr"] == legs[1]["uetr"]
        said = [payer_of(leg) for leg in legs]
        assert sum(account == payment["payer"] for _, account in said) >= 1
        assert said[0] != said[1]
        assert all(name is None or name != said[1 - at][0] for at, (name, _) in enumerate(said))


def test_what_openly_looks_like_stripping_leaves_the_payer_to_be_seen(
    truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    checked = 0
    for payment in truth:
        legs = wired(messages, payment) if payment["typology"] in ("respelled", "two_accounts", "covered") else []
        if legs:
            names = [sorted(re.findall(r"[a-z]+", (payer_of(leg)[0] or "").casefold())) for leg in legs]
            assert all(name and name[0][:1] == names[0][0][:1] for name in names)
            checked += 1
    assert checked >= 3


def test_a_bank_leaves_out_a_few_payers_and_says_all_of_the_others(
    truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    every = [row for rows in messages.values() for row in rows]
    checked = 0
    for payment in (row for row in truth if row["typology"] == "missing_parties"):
        (leg,) = wired(messages, payment)
        assert not leg["debtor_address"] and leg["debtor_agent"] is not None
        of_bank = [row for row in every if row["debtor_agent"] == leg["debtor_agent"]]
        whole = sum(bool(row["debtor_name"] and row["debtor_account"] and row["debtor_address"]) for row in of_bank)
        assert whole >= 10
        checked += 1
    assert checked >= 3 * SIZE.instances_each


def test_a_bank_leaves_out_a_few_payees_and_says_all_of_the_others(
    truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    every = [row for rows in messages.values() for row in rows]
    named = {row["creditor_account"]: row["creditor_name"] for row in every if row["creditor_address"]}
    missing = [row for row in truth if row["typology"] == "missing_beneficiaries"]
    assert len(missing) >= 3 * SIZE.instances_each
    without_account = 0
    for payment in missing:
        (leg,) = [row for row in every if (row["amount_units"], row["debtor_account"]) ==
                  (payment["units"], payment["payer"])]  # fmt: skip
        assert leg["debtor_name"] and leg["debtor_address"] and not leg["creditor_address"]
        assert leg["creditor_name"] not in set(named.values())
        without_account += leg["creditor_account"] is None
        of_bank = [row for row in every if row["debtor_agent"] == leg["debtor_agent"]]
        assert sum(bool(row["creditor_name"] and row["creditor_account"]) for row in of_bank) >= 10
    assert 0 < without_account < len(missing)


def test_bills_of_many_go_to_one_account_known_by_its_number(
    truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for payment in (row for row in truth if row["typology"] == "collector"):
        told[payment["instance"]].append(payment)
    assert told
    for payments in told.values():
        assert len({row["payee"] for row in payments}) == 1 and len({row["payer"] for row in payments}) >= 3
        for payment in payments:
            (leg,) = wired(messages, payment)
            assert leg["creditor_name"] is None and leg["debtor_name"] and leg["debtor_address"]


def test_a_transfer_that_is_no_part_of_a_story_is_no_truth() -> None:
    purse = make_purse(make_sky(SEED, SIZE), SIZE, tuple(BEYOND_BOOKS))
    beside = [deal for story in purse.stories for deal in story.deals if not deal.told]
    assert len(beside) > 100
    assert int((purse.special.serial == -1).sum()) == len(beside)


def booked(files: Path, part: str) -> dict[str, list[dict[str, Any]]]:
    """Entries of the banks' books by account, in order of time."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(files.glob("*/bank/SIMULATED-SIM*")):
        if re.fullmatch(rf"SIMULATED-SIM[A-Z]{{5}}{part}\.(xml|csv)", path.name):
            source = FileSource(path)
            is_csv = path.suffix == ".csv"
            options = Options(mapping=load(path.with_name("entries-csv.toml").read_text())) if is_csv else Options()
            read = read_all(mapped.READER if is_csv else detect(source), source, options)
            assert read.rejects == []
            for row in read.tables["entries"].sort_by("time").to_pylist():
                found[row["account"]].append(row)
    return found


def test_the_payees_bank_books_the_payer_that_it_was_told(
    files: Path, truth: list[dict[str, Any]], messages: dict[str, list[dict[str, Any]]]
) -> None:
    books, another, nobody = booked(files, ""), 0, 0
    for payment in (row for row in truth if row["typology"] in ("wire_stripping", "missing_parties")):
        (entry,) = (row for row in books[payment["payee"]] if row["credit"] and row["amount_units"] == payment["units"])
        for leg in wired(messages, payment):
            if leg["kind"] != "transfer" or not leg["instructed_agent"].startswith(entry["bank"]):
                continue
            name, account = payer_of(leg)
            if account not in (None, payment["payer"]):
                assert entry["counterparty_name"].casefold() == (name or "").casefold()
                another += 1
            elif name is None:
                assert entry["counterparty_account"] is None and entry["counterparty_name"] is None
                nobody += 1
    assert another and nobody >= 3


def test_sleepers_are_seen_asleep_in_earlier_statements_for_weeks_and_others_are_not(
    files: Path, truth: list[dict[str, Any]]
) -> None:
    earlier, month = booked(files, "-earlier"), booked(files, "")
    kinds = {"awakened", "savings_for_a_house", "off_season", "legacy"}
    woken = {row["subject"] for row in truth if row["typology"] in kinds}
    assert len(woken) == SIZE.instances_each + SIZE.money_lookalikes // 4 and woken <= month.keys()
    for account in woken:
        assert month[account][0]["time"] - earlier[account][-1]["time"] > timedelta(days=39)
    awake = [account for account in earlier.keys() - woken if len(earlier[account]) > 20]
    slept = [account for account in awake if START - earlier[account][-1]["time"] > timedelta(days=30)]
    assert len(awake) >= 5 and len(slept) <= len(awake) // 5


def test_what_wakes_a_lent_account_leaves_it_again(truth: list[dict[str, Any]]) -> None:
    for account in {row["subject"] for row in truth if row["typology"] == "awakened"}:
        mine = [row for row in truth if row["subject"] == account]
        came = sum(row["units"] for row in mine if row["payee"] == account)
        went = sum(row["units"] for row in mine if row["payer"] == account)
        assert 0.85 * came < went < came


def test_a_month_begins_with_the_balance_that_the_earlier_statement_ends_with(files: Path) -> None:
    def balances(path: Path, code: str) -> dict[str, str]:
        return {
            account: amount
            for statement in path.read_text(encoding="utf-8").split("<Stmt>")[1:]
            for account in re.findall(r"<IBAN>(\w+)</IBAN>", statement)[:1]
            for amount in re.findall(rf"<Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"...\">([\d.]+)</Amt>", statement)
        }

    checked = 0
    for path in files.glob("*/bank/*-earlier.xml"):
        before, after = balances(path, "CLBD"), balances(path.with_name(path.name.replace("-earlier", "")), "OPBD")
        both = before.keys() & after.keys()
        assert {account: before[account] for account in both} == {account: after[account] for account in both}
        checked += len(both)
    assert checked >= 10


def test_nobody_overdraws_before_the_start_or_after_it() -> None:
    purse = make_purse(make_sky(SEED, SIZE), SIZE, tuple(BEYOND_BOOKS))
    some = list(periods(purse, 0))
    assert [period.earlier for period in some] == [True, False]
    for period in some:
        assert (period.opening >= 0).all() and (period.closing >= 0).all()
        assert min(period.rows["balance_units"].to_pylist()) >= 0


def test_the_list_is_read_and_says_simulated_and_names_who_deals_but_no_namesake(
    files: Path, truth: list[dict[str, Any]]
) -> None:
    (path,) = files.glob("*/bank/*-listed.json")
    content = path.read_bytes()
    (listing,) = read_lists([ListFile(path.name, content)])
    assert listing.rejects == () and len(listing.entries) > 300
    assert all(entry.remarks.startswith("SIMULATED") for entry in listing.entries)
    listed = [{word for name in entry.names for word in name.name.split()} for entry in listing.entries]
    exact = {name.name.casefold() for entry in listing.entries for name in entry.names}
    purse = make_purse(make_sky(SEED, SIZE), SIZE, tuple(BEYOND_BOOKS))
    named = dict(zip(purse.people.account, purse.people.holder, strict=True))
    dealing, alike = ({row["subject"] for row in truth if row["typology"] == kind} for kind in
                      ("listed_party", "namesake"))  # fmt: skip
    for account in dealing:
        words = {word for word in named[account].split() if "." not in word}
        assert any(len(words & entry) >= len(words) - 1 for entry in listed), named[account]
    assert not {named[account].casefold() for account in alike} & exact
    assert sum(named[account].casefold() in exact for account in dealing) >= 1


def test_who_is_called_as_somebody_listed_by_chance_is_innocent_and_often_of_another_country(
    files: Path, truth: list[dict[str, Any]]
) -> None:
    (path,) = files.glob("*/bank/*-listed.json")
    (listing,) = read_lists([ListFile(path.name, path.read_bytes())])
    countries = {entry.names[0].name: entry.countries for entry in listing.entries}
    purse = make_purse(make_sky(SEED, SIZE), SIZE, tuple(BEYOND_BOOKS))
    named = dict(zip(purse.people.account, purse.people.holder, strict=True))
    alike = {row["subject"]: row["illicit"] for row in truth if row["typology"] == "namesake_by_chance"}
    assert alike and not any(alike.values()) and {named[account] for account in alike} <= countries.keys()
    dealing = {named[row["subject"]] for row in truth if row["typology"] == "listed_party"}
    assert not {named[account] for account in alike} & dealing
    pool = [account for roles in purse.people.roles for account in roles[BY_CHANCE]]
    same = [str(purse.people.account[n])[:2] in countries[purse.people.holder[n]] for n in pool]
    assert len({purse.people.holder[n] for n in pool}) == len(pool)
    assert not all(same)


def test_a_bank_with_messages_hands_in_each_transfer_once(tmp_path: Path) -> None:
    make_scaled(tmp_path, SEED, SIZE, switches=replace(ASKED, banks="messages"))
    for sent in tmp_path.glob("*/bank/*-sent.xml"):
        wires = sent.with_name(sent.name.replace("-sent", "-wires"))
        uetrs = [set(re.findall(r"<UETR>([0-9a-f-]+)</UETR>", each.read_text())) for each in (sent, wires)]
        assert all(uetrs) and not uetrs[0] & uetrs[1]
    assert len(list(tmp_path.glob("*/bank/*-earlier.mt940"))) == 1


def _purse(*kinds: str) -> Purse:
    return make_purse(make_sky(SEED, SIZE), SIZE, kinds)


def test_they_move_no_story_that_is_told_beside_them() -> None:
    plain, more = _purse(*NETWORKS), _purse(*NETWORKS, *BEYOND_BOOKS)
    assert (plain.people.account == more.people.account[: len(plain.people)]).all()
    assert set(plain.stories) < set(more.stories)


def test_stories_about_payees_move_none_about_payers() -> None:
    plain, more = (
        _purse("missing_parties", "wire_stripping"),
        _purse("missing_parties", "wire_stripping", "missing_beneficiaries"),
    )
    assert (plain.people.account == more.people.account[: len(plain.people)]).all()
    assert plain.people.banks == more.people.banks[: len(plain.people.banks)]
    assert set(plain.stories) < set(more.stories)


def test_scenarios_that_do_not_ask_have_no_messages_earlier_statements_or_list(tiny: Path) -> None:
    names = [path.name for path in tiny.glob("*/bank/*")]
    assert not [name for name in names if re.search("wires|covers|earlier|listed", name)]
    plain = _purse()
    assert all(not period.earlier and not wire_rows(plain, period, START) for period in periods(plain, 0))
