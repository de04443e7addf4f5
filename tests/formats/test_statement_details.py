"""Entries keep what a statement says of charges, of parties behind the parties, of addresses and of places of cash."""

from __future__ import annotations

import pytest

from tests.formats import bank_messages as made
from tests.formats.conftest import Pass, read_all
from veedor.formats import BytesSource, detect

CODE = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{}</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn></BkTxCd>"
CHARGES_V02 = (
    '<Chrgs><Amt Ccy="EUR">1.20</Amt><Br>SHAR</Br><Pty><FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId></Pty></Chrgs>'
)
CHARGES_V08 = (
    '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.00</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">1.20</Amt>'
    "<CdtDbtInd>DBIT</CdtDbtInd>"
    f'<Br>SHAR</Br>{made.bank("Agt", "COBADEFFXXX")}</Rcrd><Rcrd><Amt Ccy="EUR">0.20</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "</Rcrd></Chrgs>"
)
ORDERED = (
    '<AmtDtls><InstdAmt><Amt Ccy="USD">12.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">10.00</Amt><CcyXchg>'
    "<SrcCcy>USD</SrcCcy>"
    "<XchgRate>0.85</XchgRate></CcyXchg></TxAmt></AmtDtls>"
)
PARTIES = (
    "<RltdPties><InitgPty><Pty><Nm>Ordering Agent</Nm></Pty></InitgPty><Dbtr><Pty><Nm>ALFA TRADE LTD</Nm><PstlAdr>"
    "<StrtNm>Calle 5</StrtNm><TwnNm>Cúcuta</TwnNm><Ctry>CO</Ctry><AdrLine>barrio Centro</AdrLine></PstlAdr><Id><OrgId>"
    "<Othr><Id>900-1</Id><SchmeNm><Cd>TXID</Cd></SchmeNm></Othr></OrgId></Id></Pty></Dbtr><UltmtDbtr>"
    "<Pty><Nm>Behind Alfa"
    "</Nm><PstlAdr><Ctry>PA</Ctry></PstlAdr></Pty></UltmtDbtr><UltmtCdtr><Nm>Behind Jane</Nm><CtryOfRes>GB</CtryOfRes>"
    "</UltmtCdtr></RltdPties>"
)


def statement(details: str, *, entry: str = "", code: str = CODE.format("RCDT", "ESCT"), credit: bool = True) -> Pass:
    account = (
        f"<Acct><Id><IBAN>{made.PAYEE}</IBAN></Id><Ownr><Nm>Jane Roe</Nm><PstlAdr><TwnNm>Leeds</TwnNm><Ctry>GB</Ctry>"
        "</PstlAdr></Ownr><Svcr><FinInstnId><BICFI>WESTGB2LXXX</BICFI></FinInstnId><BrnchId><Nm>High Street"
        "</Nm></BrnchId>"
        "</Svcr></Acct>"
    )
    body = (
        f'<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2024-07-06</Dt></BookgDt>{code}{entry}<NtryDtls>{details}</NtryDtls></Ntry>"
    )
    data = made.document("camt.053.001.08", "BkToCstmrStmt", f"{made.HEADER}<Stmt><Id>S</Id>{account}{body}</Stmt>")
    source = BytesSource(data, "statement.xml")
    return read_all(detect(source), source)


def said(found: Pass) -> dict[str, object]:
    assert found.rejects == []
    (row,) = found.tables["entries"].to_pylist()
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.parametrize("credit", [True, False])
def test_parties_behind_the_parties_stand_on_the_side_they_belong_to(credit: bool) -> None:
    row = said(statement(f"<TxDtls>{PARTIES}</TxDtls>", credit=credit))
    sides = ("ultimate_counterparty", "ultimate_holder") if credit else ("ultimate_holder", "ultimate_counterparty")
    assert (row[f"{sides[0]}_name"], row[f"{sides[0]}_country"]) == ("Behind Alfa", "PA")
    assert (row[f"{sides[1]}_name"], row[f"{sides[1]}_country"]) == ("Behind Jane", "GB")
    assert row["initiating_name"] == "Ordering Agent"


def test_the_other_side_keeps_address_town_country_and_identifiers() -> None:
    row = said(statement(f"<TxDtls>{PARTIES}</TxDtls>"))
    assert row["counterparty_name"] == "ALFA TRADE LTD"
    assert row["counterparty_address"] == "Calle 5, Cúcuta, barrio Centro"
    assert (row["counterparty_town"], row["counterparty_country"]) == ("Cúcuta", "CO")
    assert row["counterparty_identifiers"] == ["TXID:900-1"]


def test_a_party_behind_stands_in_for_a_name_that_is_missing() -> None:
    row = said(statement("<TxDtls><RltdPties><UltmtDbtr><Nm>Behind Alfa</Nm></UltmtDbtr></RltdPties></TxDtls>"))
    assert (row["counterparty_name"], row["ultimate_counterparty_name"]) == ("Behind Alfa", "Behind Alfa")


def test_an_account_keeps_its_holders_address_and_its_branch() -> None:
    (row,) = statement("<TxDtls></TxDtls>").tables["accounts"].to_pylist()
    assert (row["holder"], row["holder_town"], row["holder_country"]) == ("Jane Roe", "Leeds", "GB")
    assert row["branch"] == "High Street"


@pytest.mark.parametrize(
    ("charges", "expected"),
    [(CHARGES_V02, (["1.20 EUR"], ["COBADEFFXXX"])), (CHARGES_V08, (["1.20 EUR", "-0.20 EUR"], ["COBADEFFXXX", ""]))],
)
def test_charges_are_kept_as_written_whatever_the_version(charges: str, expected: tuple[list[str], list[str]]) -> None:
    for found in (statement(f"<TxDtls>{charges}</TxDtls>"), statement("<TxDtls></TxDtls>", entry=charges)):
        row = said(found)
        assert ((row["charges"], row["charges_agents"]), row["charges_bearer"]) == (expected, "SHAR")


def test_a_total_of_charges_stands_in_only_where_no_single_one_is_said() -> None:
    total = '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">3.00</TtlChrgsAndTaxAmt></Chrgs>'
    assert said(statement(f"<TxDtls>{total}</TxDtls>"))["charges"] == ["3.00 EUR"]


def test_charges_of_a_batch_stand_once() -> None:
    one = '<TxDtls><Amt Ccy="EUR">5.00</Amt></TxDtls>'
    rows = statement(one * 2, entry=CHARGES_V02).tables["entries"].to_pylist()
    assert [row["charges"] for row in rows] == [["1.20 EUR"], None]


def test_what_was_ordered_is_kept_beside_what_arrived() -> None:
    row = said(statement(f"<TxDtls>{ORDERED}</TxDtls>"))
    assert (row["instructed_units"], row["instructed_exponent"], row["instructed_currency"]) == (1200, 2, "USD")
    assert (row["amount_units"], row["currency"], row["exchange_rate"]) == (1000, "EUR", "0.85")


def test_cash_drawn_with_a_card_is_cash_and_keeps_its_machine() -> None:
    card = "<TxDtls><CardTx><POI><Id><Id>ATM-0042</Id><ShrtNm>Cúcuta Centro</ShrtNm></Id></POI></CardTx></TxDtls>"
    row = said(statement(card, code=CODE.format("CCRD", "CWDL"), credit=False))
    assert (row["instrument"], row["place"], row["place_kind"]) == ("cash", "Cúcuta Centro ATM-0042", "terminal")
    assert said(statement(card, code=CODE.format("CCRD", "POSD"), credit=False))["instrument"] == "card"


def test_cash_paid_in_at_a_branch_keeps_the_branch_and_its_address() -> None:
    branch = (
        "<TxDtls><RltdAgts><CdtrAgt><FinInstnId><BICFI>WESTGB2LXXX</BICFI></FinInstnId><BrnchId><Id>0007"
        "</Id><Nm>Maicao</Nm>"
        "<PstlAdr><StrtNm>Calle 9</StrtNm><TwnNm>Maicao</TwnNm><Ctry>CO</Ctry></PstlAdr></BrnchId></CdtrAgt>"
        "</RltdAgts></TxDtls>"
    )
    row = said(statement(branch, code=CODE.format("CNTR", "CDPT")))
    assert (row["place"], row["place_kind"], row["place_address"]) == ("Maicao 0007", "branch", "Calle 9, Maicao")
    assert (row["place_town"], row["place_country"]) == ("Maicao", "CO")
    assert "place" not in said(statement(branch)), "a transfer names its bank's branch, which is no place of cash"


def test_why_money_comes_back_and_what_it_was_for_are_kept() -> None:
    row = said(statement("<TxDtls><Purp><Cd>SALA</Cd></Purp><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"))
    assert (row["purpose_code"], row["return_reason"]) == ("SALA", "AC04")


@pytest.mark.parametrize(
    "words",
    [
        "/EREF/E-7/OCMT/USD12,00/EXCH/0,85/CHGS1/EUR1,20/ULTD"
        "/Behind Alfa/ULTC/Behind Jane/ADDR/Calle 5/REMI/invoice 17",
        "166?20EREF+E-7?21OAMT+USD12,00 ?22COAM+EUR1,20 ?23ABWA+Behind Alfa?24ABWE+Behind Jane?25SVWZ+invoice 17",
    ],
)
def test_statements_by_swift_keep_charges_and_parties_behind(words: str) -> None:
    text = made.MT940.replace(b":86:gone back", f":86:{words}".encode())
    source = BytesSource(text, "statement.sta")
    rows = read_all(detect(source), source).tables["entries"].to_pylist()
    (row,) = [each for each in rows if each["end_to_end_id"] == "E-7"]
    names = {row["ultimate_counterparty_name"], row["ultimate_holder_name"]}
    assert names == {"Behind Alfa", "Behind Jane"}
    assert row["ultimate_counterparty_name"] == ("Behind Alfa" if row["credit"] != row["reversal"] else "Behind Jane")
    assert (row["instructed_units"], row["instructed_currency"], row["charges"]) == (1200, "USD", ["1.20 EUR"])
    assert row["purpose"] == "invoice 17"


def test_what_the_receiver_takes_of_the_payer_stands_with_the_receiver() -> None:
    text = made.MT103.replace(b":71F:", b":71G:USD3,00\r\n:71F:")
    source = BytesSource(text, "transfer.fin")
    (row,) = read_all(detect(source), source).tables["transfers"].to_pylist()
    assert dict(zip(row["charges"], row["charges_agents"], strict=True)) == {"3.00 USD": "WESTGB2LXXX", "9.50 USD": ""}


def test_parties_behind_a_transfer_keep_their_country_and_identifiers() -> None:
    behind = (
        "<UltmtDbtr><Nm>Behind Alfa</Nm><PstlAdr><Ctry>PA</Ctry></PstlAdr><Id><OrgId>"
        "<LEI>529900T8BM49AURSDO55</LEI></OrgId></Id></UltmtDbtr>"
    )
    text = made.PACS008.replace(b"<UltmtDbtr><Nm>Behind Alfa</Nm></UltmtDbtr>", behind.encode())
    assert text != made.PACS008
    source = BytesSource(text, "message.xml")
    row = read_all(detect(source), source).tables["transfers"].to_pylist()[1]
    assert (row["ultimate_debtor_name"], row["ultimate_debtor_country"]) == ("Behind Alfa", "PA")
    assert row["ultimate_debtor_identifiers"] == ["LEI:529900T8BM49AURSDO55"]
