"""What banks write where they have nothing to say is nothing: no account, bank, party or reference is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.formats import bank_messages as made
from tests.formats.conftest import read_all
from veedor.formats import BytesSource, Options, detect

Row = dict[str, Any]
NOTHING = b"NOTPROVIDED"


def rows(data: bytes, table: str) -> list[Row]:
    source = BytesSource(data, "f")
    found = read_all(detect(source), source, Options())
    assert found.rejects == []
    return found.tables[table].to_pylist()


def without_debtor(data: bytes) -> bytes:
    """The same message where the payer's bank filled in what it did not have."""
    iban = b"<DbtrAcct><Id><IBAN>" + made.PAYER.encode() + b"</IBAN></Id></DbtrAcct>"
    assert iban in data
    spoiled = data.replace(iban, b"<DbtrAcct><Id><Othr><Id>NOTPROVIDED</Id></Othr></Id></DbtrAcct>")
    agent = b"<DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>"
    spoiled = spoiled.replace(agent, b"<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>")
    return spoiled.replace(b"ALFA TRADE LTD", NOTHING).replace(b"C\xc3\xbacuta", NOTHING)


@pytest.mark.parametrize(
    ("data", "below"), [(made.PACS008, ""), (made.PAIN001, ""), (made.PACS009, "underlying_"), (made.PACS004, "")]
)
def test_a_payer_who_is_filled_in_has_no_account_name_bank_or_town(data: bytes, below: str) -> None:
    before, after = rows(data, "transfers"), rows(without_debtor(data), "transfers")
    for plain, spoiled in zip(before, after, strict=True):
        assert plain[f"{below}debtor_account"] == made.PAYER
        for what in ("account", "name", "agent", "town"):
            assert spoiled[f"{below}debtor_{what}"] is None, what
        assert (spoiled[f"{below}creditor_name"], spoiled["amount_units"]) == ("Jane Roe", plain["amount_units"])


def test_entries_of_payers_who_are_filled_in_share_no_account() -> None:
    account = b"<DbtrAcct><Id><Othr><Id>NOTPROVIDED</Id></Othr></Id></DbtrAcct></RltdPties>"
    data = made.CAMT053.replace(b"ALFA TRADE LTD", NOTHING).replace(b"</RltdPties>", account)
    ends = {(row["counterparty_account"], row["counterparty_name"]) for row in rows(data, "entries")}
    assert ends == {(None, None)}


def test_an_ultimate_party_stands_in_where_the_party_is_filled_in() -> None:
    behind = b"<UltmtDbtr><Nm>Behind Alfa</Nm></UltmtDbtr></RltdPties>"
    data = made.CAMT053.replace(b"ALFA TRADE LTD", NOTHING).replace(b"</RltdPties>", behind)
    assert {row["counterparty_name"] for row in rows(data, "entries")} == {"Behind Alfa"}


def test_a_transfer_without_an_amount_is_told_also_where_its_reference_is_filled_in() -> None:
    data = made.PACS008.replace(b"<EndToEndId>E-1<", b"<EndToEndId>NOTPROVIDED<").replace(b"<TxId>T-1</TxId>", b"")
    for amount in (b'<IntrBkSttlmAmt Ccy="USD">991.50</IntrBkSttlmAmt>', b'<InstdAmt Ccy="USD">1001.00</InstdAmt>'):
        data = data.replace(amount, b"")
    source = BytesSource(data, "f")
    assert read_all(detect(source), source, Options()).reasons == ["reject.missing"]


def test_mt_messages_fill_in_likewise() -> None:
    parties = f":50F:/{made.PAYER}\r\n1/ALFA TRADE LTD\r\n2/CALLE 5 12\r\n3/CO/CUCUTA\r\n:52A:COBADEFFXXX\r\n".encode()
    assert parties in made.MT103
    (row,) = rows(
        made.MT103.replace(parties, b":50K:/NOTPROVIDED\r\nNOTPROVIDED\r\n:52D:NOTPROVIDED\r\n").replace(
            b"/ROC/E-1//", b"/ROC/NOTPROVIDED//"
        ),
        "transfers",
    )
    said = ("debtor_account", "debtor_name", "debtor_agent", "debtor_identifiers", "end_to_end_id")
    assert [row[name] for name in said] == [None] * 5
    assert (row["creditor_name"], row["reference"]) == ("JANE ROE", made.UETR)

    statement = made.MT940.replace(f"/IBAN/{made.PAYER}/NAME/ALFA TRADE LTD/".encode(),
                                   b"/IBAN/NOTPROVIDED/NAME/NOTPROVIDED/")  # fmt: skip
    first = rows(statement, "entries")[0]
    assert (first["counterparty_account"], first["counterparty_name"], first["purpose"]) == (None, None, "invoice 17")


def test_a_statement_of_no_account_is_a_reject() -> None:
    iban = f"<Acct><Id><IBAN>{made.PAYEE}</IBAN></Id>".encode()
    data = made.CAMT053.replace(iban, b"<Acct><Id><Othr><Id>NOTPROVIDED</Id></Othr></Id>", 1)
    source = BytesSource(data, "f")
    found = read_all(detect(source), source, Options())
    assert (found.accepted, set(found.reasons)) == (0, {"reject.missing", "reject.no_account"})
