"""Screening finds listed parties, says why, tests innocent reasons on the data, and stores that nothing was found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import veedor as vd
from tests.money.making import entries, entry
from tests.money.running import run_one
from veedor.cli.app import app
from veedor.errors import InputError, UsageError
from veedor.money.holders.mentions import ListMentions
from veedor.money.screening import Party, Screening, Seen, parties_of, screen
from veedor.money.screening.ownership import owned_by_listed, path
from veedor.registers.sanctions import ListedEntry, ListedName, Listing, Share
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import Born, ListedIdentifier
from veedor.views.finding import finding_views
from veedor.words import LANGUAGES

TODAY = date(2026, 3, 20)


def day_of(text: str) -> Born:
    found = born(text)
    assert found is not None
    return found


def listed(number: str, *names: str, **said: object) -> ListedEntry:
    made = tuple(ListedName(name, "strong" if at else "primary") for at, name in enumerate(names))
    return ListedEntry(number, said.pop("kind", "person"), made, ("TEST",), **said)  # type: ignore[arg-type]


QUINTERO = listed(
    "1", "QUINTERO MEJIA, Rodolfo Aristides", "Fito Quintero", born=(day_of("10 Dec 1958"),), countries=("VE",),
    identifiers=(ListedIdentifier("ve_rif", "V051112221", "VE"),), listed_on=date(2026, 3, 5),
)  # fmt: skip
SHIP = listed("2", "KESTREL DAWN", kind="vessel", identifiers=(ListedIdentifier("imo", "9074729", None),))
FIRM = listed("3", "Transportes Orinoquia, C.A.", kind="entity")
COMMON = tuple(listed(f"c{at}", f"{given} Garcia") for at, given in enumerate(["Juan", "Jose", "Luis"] * 16))


def a_list(
    *entries: ListedEntry, version: date | None = TODAY, shares: tuple[Share, ...] = (), name: str = "test"
) -> Listing:
    return Listing(name, "made", version, entries, shares, (), len(entries), ())


LIST = a_list(QUINTERO, SHIP, FIRM)


def named(name: str, **said: object) -> Party:
    return Party(f"name:{name}", name, "named", (Seen(b"d" * 32, 0, None, "role.screened_named"),), **said)  # type: ignore[arg-type]


def found(*parties: Party, lists: tuple[Listing, ...] = (LIST,)) -> Screening:
    return screen(parties, lists, TODAY)


def one(screening: Screening) -> dict[str, object]:
    (row,) = screening.findings.to_pylist()
    return row


def test_a_holder_is_found_with_terms_that_add_up_to_the_score() -> None:
    row = one(found(named("Rodolfo Quintero Mejía", born=day_of("1958-12-10"), countries=("VE",))))
    assert row["kind"] == "listed_party"
    worth = {term["name"]: term["milli_log10"] for term in row["terms"]}
    assert worth["term.listed_birth"] == 2500 and worth["term.listed_country"] == 300
    assert worth["term.listed_number"] is None  # not assessable: the party has no number
    parts = [term["milli_log10"] or 0 for term in row["terms"]] + [test["milli_log10"] for test in row["innocent"]]
    assert row["score_milli_log10"] == sum(parts)


def test_no_hit_is_stored_for_every_list() -> None:
    other = replace(LIST, name="other")
    screening = found(named("Evangelina Zambrano"), lists=(LIST, other))
    assert screening.findings.num_rows == 0
    rows = screening.screened.to_pylist()
    assert [(row["list"], row["entries"], row["hits"]) for row in rows] == [("other", 3, 0), ("test", 3, 0)]


@pytest.mark.parametrize(
    ("key", "party"),
    [
        ("innocent.listed_birth", named("Rodolfo Quintero Mejia", born=day_of("1985-01-01"))),
        ("innocent.listed_country", named("Rodolfo Quintero Mejia", countries=("ES",))),
        ("innocent.listed_kind", named("Rodolfo Quintero Mejia", kind="vessel")),
        (
            "innocent.listed_number",
            named("Rodolfo Quintero Mejia", identifiers=(ListedIdentifier("ve_rif", "V114702834", "VE"),)),
        ),
    ],
)
def test_what_contradicts_lowers_the_score_and_is_said(key: str, party: Party) -> None:
    lists = (a_list(replace(QUINTERO, names=(ListedName("Rodolfo Quintero Mejia", "primary"),))),)
    plain = one(found(named("Rodolfo Quintero Mejia"), lists=lists))["score_milli_log10"]
    screening = found(party, lists=lists)
    best = screening.screened.to_pylist()[0]["best_milli_log10"]
    assert best < plain  # type: ignore[operator]
    for row in screening.findings.to_pylist():
        (test,) = [each for each in row["innocent"] if each["key"] == key]
        assert test["verdict"] == "supports" and test["milli_log10"] < 0


def test_a_birth_date_alone_makes_nobody_a_suspect() -> None:
    for name in ("Rodolfo Zambrano", "Rodolfo", "Quintero", "Mejia Rodolfo Paz"):
        assert found(named(name, born=day_of("1958-12-10"), countries=("VE",))).findings.num_rows == 0, name


def test_one_of_several_listed_numbers_that_agrees_is_enough() -> None:
    """Ships are listed under an old and a new number; the other one is no reason to think of another ship."""
    numbers = tuple(ListedIdentifier("imo", value, None) for value in ("9074729", "9166778"))
    for own in numbers:
        ship = named("KESTREL DAWN", kind="vessel", identifiers=(own,))
        row = one(found(ship, lists=(a_list(replace(SHIP, identifiers=numbers)),)))
        (test,) = [each for each in row["innocent"] if each["key"] == "innocent.listed_number"]  # type: ignore[attr-defined]
        assert test["verdict"] == "contradicts"


def test_a_number_finds_what_a_changed_name_hides() -> None:
    ship = named("BLUE HERON", kind="vessel", identifiers=(ListedIdentifier("imo", "9074729", None),))
    row = one(found(ship))
    assert {term["name"] for term in row["terms"]} >= {"term.name.other", "term.listed_number"}
    assert found(named("BLUE HERON", kind="vessel")).findings.num_rows == 0


def test_a_name_that_many_bear_is_said_to_be_one() -> None:
    row = one(found(named("Juan Garcia"), lists=(a_list(*COMMON[:1], *COMMON[1:47:3], *COMMON[2:48:3]),)))
    (common,) = [test for test in row["innocent"] if test["key"] == "innocent.listed_common"]
    assert common["verdict"] == "contradicts"  # one Juan only
    rows = found(named("Juan Garcia"), lists=(a_list(*COMMON),)).findings.to_pylist()
    assert rows and all(
        test["verdict"] == "supports"
        for row in rows
        for test in row["innocent"]
        if test["key"] == "innocent.listed_common"
    )


def test_a_weak_alias_counts_less_than_a_strong_one() -> None:
    strong = a_list(listed("1", "Nobody Atall", "Elpidio Turpial"))
    weak = a_list(
        ListedEntry("1", "person", (ListedName("Nobody Atall", "primary"), ListedName("Elpidio Turpial", "weak")))
    )
    scores = [
        found(named("Elpidio Turpial"), lists=(each,)).findings["score_milli_log10"][0].as_py()
        for each in (strong, weak)
    ]
    assert scores[1] == scores[0] - 500


def payments(*days: int) -> tuple[Party, ...]:
    rows = [
        entry("X1", True, 100, 24.0 * day, holder="Comercial Uno", counterparty_name="Rodolfo Quintero Mejia")
        for day in days
    ]
    return parties_of(run_one(ListMentions(), {"entries": entries(rows)}, 1))


def reasons(screening: Screening) -> dict[str, dict[str, object]]:
    row = one(screening)
    return {  # type: ignore[return-value]
        reason["key"]: {v["name"]: v["number"] if v["text"] is None else v["text"] for v in reason["values"]}
        for reason in row["reasons"]  # type: ignore[attr-defined]
    }


def test_payments_are_held_against_the_list_of_their_day_and_of_today() -> None:
    """Payments of 2 and 4 March; listed from the 5th."""
    screening = found(*payments(0, 2))
    said = reasons(screening)
    assert (said["finding.listed_party.days"]["days"], said["finding.listed_party.days"]["listed_days"]) == (2, 0)
    assert "finding.listed_party.today" in said
    (test,) = [each for each in one(screening)["innocent"] if each["key"] == "innocent.listed_then"]  # type: ignore[attr-defined]
    assert test["verdict"] == "supports" and test["milli_log10"] < 0
    assert reasons(found(*payments(2, 5)))["finding.listed_party.days"]["listed_days"] == 1


def test_an_entry_that_was_taken_off_is_found_for_payments_before() -> None:
    old, new = (
        a_list(replace(QUINTERO, listed_on=None), version=date(2026, 1, 1)),
        a_list(SHIP, version=date(2026, 3, 10)),
    )
    screening = screen(payments(0), (old, new), TODAY)
    said = reasons(screening)
    assert said["finding.listed_party.days"]["listed_days"] == 1 and "finding.listed_party.not_today" in said
    assert screen(payments(15), (old, new), TODAY).findings.num_rows == 0


def test_a_day_before_all_versions_is_answered_and_said_to_be_assumed() -> None:
    screening = found(*payments(0))
    assert "finding.listed_party.assumed" in reasons(screening)
    assert set(screening.screened["assumed"].to_pylist()) == {True}


SHARES = (
    Share("1", "a", 300, None, None),
    Share("2", "a", 200, None, None),
    Share("a", "b", 500, date(2020, 1, 1), date(2024, 1, 1)),
    Share("b", "a", 500, None, None),
    Share("1", "c", 499, None, None),
    Share("1", "d", None, None, None),
    Share("1", "c", 499, None, None),
)


def test_listed_owners_are_added_up_and_ownership_goes_through_owned_firms() -> None:
    owned = owned_by_listed(SHARES, ("1", "2"), date(2023, 1, 1))
    assert {asset: each.permille for asset, each in owned.items()} == {"a": 500, "b": 500}
    assert path("b", owned, {"a": "Alfa", "1": "One"}) == "b <- Alfa 50 %; Alfa <- One 30 % + 2 20 %"
    assert set(owned_by_listed(SHARES, ("1", "2"), date(2025, 1, 1))) == {"a"}
    assert not owned_by_listed(SHARES, ("1",), date(2023, 1, 1))


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 1000)), max_size=12),
    st.permutations("abcde"),
)
def test_more_listed_owners_never_own_less(shares: list[tuple[str, str, int]], order: list[str]) -> None:
    made = [Share(owner, asset, permille, None, None) for owner, asset, permille in shares]
    few, more = (owned_by_listed(made, order[:count], TODAY) for count in (1, 2))
    assert set(few) <= set(more) | set(order[:2])
    assert few == owned_by_listed(made[::-1], order[:1], TODAY)


def test_a_firm_owned_by_listed_parties_is_found_with_the_path() -> None:
    firm = ListedEntry("f", "entity", (ListedName("Orinoquia Minera", "primary"),), ("owned",))
    shares = (Share("1", "f", 600, date(2025, 1, 1), None),)
    said = reasons(found(named("Orinoquia Minera S.A."), lists=(a_list(QUINTERO, firm, shares=shares),)))
    assert said["finding.listed_party.owned"]["permille"] == 600
    assert "QUINTERO" in str(said["finding.listed_party.owned"]["path"])
    less = replace(shares[0], permille=400)
    assert "finding.listed_party.owned" not in reasons(
        found(named("Orinoquia Minera S.A."), lists=(a_list(QUINTERO, firm, shares=(less,)),))
    )


def test_order_of_parties_and_lists_changes_nothing() -> None:
    parties = (*payments(2, 5), named("Kestrel Dawn"), named("Transportes Orinoquia"))
    lists = (LIST, a_list(SHIP, name="b"))
    forth, back = screen(parties, lists, TODAY), screen(parties[::-1], lists[::-1], TODAY)
    assert forth.findings.equals(back.findings) and forth.screened.equals(back.screened)


def test_every_sentence_is_known_in_both_languages() -> None:
    screening = found(*payments(0, 5), named("Juan Perez"), lists=(LIST,))
    for language in LANGUAGES:
        for view in finding_views(screening.findings, language):
            said = [view.title, *view.reasons, *view.searched, *(term.label for term in view.terms)]
            said += [test.sentence for test in view.innocent] + [each.role for each in view.evidence]
            assert not [each for each in said if each.startswith(("finding.", "term.", "innocent.", "role.", "kind."))]


def written(folder: Path) -> tuple[Path, Path]:
    names = folder / "names.csv"
    names.write_text(
        "name,kind,born,country,scheme,number\nRodolfo Quintero,person,1958-12-10,VE,,\nEva Sotillo,,,,,\n,,,,,\n"
    )
    line = {"id": "q1", "schema": "Person", "properties": {"name": ["Rodolfo Quintero"], "birthDate": ["1958-12-10"]}}
    (folder / "list.json").write_text(json.dumps(line) + "\n")
    return names, folder / "list.json"


def test_a_notebook_gets_findings_and_no_hits(tmp_path: Path) -> None:
    names, the_list = written(tmp_path)
    looked = vd.screen(names, lists=[f"{the_list}@2026-01-02"])
    assert (looked.findings.num_rows, looked.parties, looked.accepted, looked.rejected) == (1, 2, 2, 1)
    assert looked.listings[0].version == looked.today == date(2026, 1, 2)
    assert pa.compute.sum(looked.screened["hits"]).as_py() == 1
    assert "Rodolfo Quintero" in looked._repr_html_()


_TRANSFER = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><!-- SIMULATED --><MsgId>M</MsgId><CreDtTm>2026-01-02T10:00:00+00:00</CreDtTm><NbOfTxs>1</NbOfTxs>
<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>
<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId><IntrBkSttlmAmt Ccy="USD">900.00</IntrBkSttlmAmt>
<IntrBkSttlmDt>2026-01-02</IntrBkSttlmDt><ChrgBr>SHAR</ChrgBr>
<UltmtDbtr><Nm>Rodolfo Quintero</Nm></UltmtDbtr><Dbtr><Nm>Comercial Uno</Nm></Dbtr>
<DbtrAgt><FinInstnId><BICFI>AAAAVECA</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BICFI>BBBBCOBB</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>Comercial Dos</Nm></Cdtr>
</CdtTrfTxInf></FIToFICstmrCdtTrf></Document>
"""


def test_parties_behind_the_parties_of_a_message_are_looked_up(tmp_path: Path) -> None:
    """Neither the debtor nor the creditor is listed; whom the debtor pays for is."""
    message = tmp_path / "transfer.xml"
    message.write_text(_TRANSFER)
    _, the_list = written(tmp_path)
    looked = vd.screen(message, lists=[f"{the_list}@2026-01-02"])
    assert (looked.accepted, looked.parties, looked.findings.num_rows) == (1, 3, 1)
    assert [each["role"] for each in looked.findings["evidence"][0].as_py()] == ["role.screened_ultimate_debtor"]


def test_the_command_says_all_in_lines_and_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, the_list = written(tmp_path)
    report = tmp_path / "report.jsonl"
    assert app(["screen", str(names), "--list", str(the_list), "--json", "--report", str(report)]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["schema"] for line in lines] == ["finding/1", "screened_party/1", "screened_party/1", "summary/1"]
    assert [json.loads(line)["schema"] for line in report.read_text().splitlines()] == ["unlisted_row/1"]
    assert app(["screen", str(names), "--list", str(the_list), "--language", "es"]) == 3
    assert "2 nombres y naves buscados" in capsys.readouterr().out


def test_where_an_unread_row_stands_is_told_in_spanish_and_the_file_by_its_own_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, the_list = written(tmp_path)
    names = names.rename(tmp_path / "people, line 3, row b.csv")
    names.write_text("name,born\nRodolfo Quintero,1958-12-10\nJuan Nadie,soon\n")
    the_list.write_text(the_list.read_text() + "{}\n")
    lines = the_list.read_text().count("\n")
    assert app(["screen", str(names), "--list", str(the_list), "--language", "es"]) == 3
    told = capsys.readouterr().err
    assert "people, line 3, row b.csv, fila 1, línea 3" in told
    assert f"{the_list.name}, línea {lines}" in told
    assert app(["screen", str(names), "--list", str(the_list)]) == 3
    assert "people, line 3, row b.csv, row 1, line 3" in capsys.readouterr().err


def test_what_a_record_of_a_list_lacks_is_told_in_spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, the_list = written(tmp_path)
    the_list.write_text(the_list.read_text() + '{}\n{"id": "a", "schema": "Person", "properties": {"name": 1}}\n')
    assert app(["screen", str(names), "--list", str(the_list), "--language", "es"]) == 3
    told = capsys.readouterr().err
    assert "se esperaba id, schema y properties, se encontró un objeto sin id, schema o properties" in told
    assert "se encontró name que no es una lista de textos" in told


def test_a_table_of_names_may_call_its_columns_as_people_do(tmp_path: Path) -> None:
    _, the_list = written(tmp_path)
    for header in ("full_name,date_of_birth", "Nombre,Fecha de nacimiento"):
        (tmp_path / "people.csv").write_text(f"{header}\nRodolfo Quintero,1958-12-10\n")
        looked = vd.screen(tmp_path / "people.csv", lists=[the_list])
        assert (looked.accepted, looked.findings.num_rows) == (1, 1)
        (birth,) = (each for each in looked.findings["terms"][0].as_py() if each["name"] == "term.listed_birth")
        assert birth["milli_log10"] > 0
    (tmp_path / "people.csv").write_text("who,since\nRodolfo Quintero,1958\n")
    with pytest.raises(InputError, match="column `name`"):
        vd.screen(tmp_path / "people.csv", lists=[the_list])


def test_mistakes_are_told(tmp_path: Path) -> None:
    names, the_list = written(tmp_path)
    with pytest.raises(UsageError):
        vd.screen(names, lists=[])
    with pytest.raises(UsageError):
        vd.screen(names, lists=[f"{the_list}@yesterday"])
    with pytest.raises(InputError):
        vd.screen(names, lists=[tmp_path / "nothing"])
    with pytest.raises(InputError):
        vd.screen(names, lists=[names])
