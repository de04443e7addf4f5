"""What a bank's file says of itself and does not hold to gets a note, in words a person can act on; rows stay."""

from __future__ import annotations

import re

import pytest

from tests.formats import bank_messages as made
from tests.formats.bank.samples import SAMPLES
from tests.formats.conftest import read_all
from veedor.formats import BytesSource, Options, Reader
from veedor.formats.bank import camt053, mt103, mt940, transfers
from veedor.formats.reader import Note
from veedor.words import say

READERS = {reader.name: reader for reader in (camt053.READER, camt053.REPORTS, *transfers.READERS)}
BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    "<Dt><Dt>2024-07-06</Dt></Dt></Bal>\n"
)
SUMMARY = (
    "<TxsSummry><TtlNtries><NbOfNtries>{n}</NbOfNtries><Sum>{total}</Sum></TtlNtries>"
    "<TtlDbtNtries><NbOfNtries>0</NbOfNtries></TtlDbtNtries></TxsSummry>\n"
)


def notes(reader: Reader, data: bytes) -> list[Note]:
    read_all(reader, BytesSource(data))
    return [note for batch in reader.read(BytesSource(data), Options()) for note in batch.notes]


def told(reader: Reader, data: bytes) -> list[str]:
    return [say(note.key, "en", dict(note.values)) for note in notes(reader, data)]


def statement(opening: str, closing: str, summary: str = "", side: str = "CRDT") -> bytes:
    """Entries of 10.00, 10.10 and 10.20 EUR between two balances."""
    balances = BALANCE.format(kind="OPBD", amount=opening, side=side)
    balances += BALANCE.format(kind="CLBD", amount=closing, side="CRDT")
    return made.CAMT053.replace(b"</Acct>\n", b"</Acct>\n" + (balances + summary).encode())


def test_sound_samples_of_every_format_give_no_note() -> None:
    for sample in SAMPLES.values():
        given = [note for batch in sample.form.reader.read(sample.form.source(sample.data), sample.form.options)
                 for note in batch.notes]  # fmt: skip
        assert given == [], sample.name


def test_balances_that_add_up_to_the_cent_give_no_note_however_they_are_written() -> None:
    assert told(camt053.READER, statement("100.00", "130.30")) == []
    assert told(camt053.READER, statement("100", "130.300")) == []
    assert told(camt053.READER, statement("30.30", "0", side="DBIT")) == []


def test_a_closing_balance_that_does_not_follow_is_told_with_the_difference_to_see() -> None:
    (said,) = told(camt053.READER, statement("100.00", "130.29"))
    assert said.startswith("/Document/BkToCstmrStmt/Stmt[1] (GB82WEST12345698765432): the opening balance 100.00 EUR")
    assert "and 3 entries make 130.30 EUR, but the closing balance is 130.29 EUR" in said and "ask the bank" in said


def test_balances_are_not_held_against_a_statement_of_which_an_entry_could_not_be_read() -> None:
    """Its reject is the reason, and the one message."""
    spoiled = statement("100.00", "130.30").replace(b">10.10<", b">10,10<")
    found = read_all(camt053.READER, BytesSource(spoiled))
    assert found.reasons == ["reject.amount"] and notes(camt053.READER, spoiled) == []


def test_a_pending_entry_is_not_part_of_what_was_booked() -> None:
    before, first, after = statement("100.00", "120.30").partition(b"<Sts><Cd>BOOK</Cd></Sts>")
    pending = before + first.replace(b"BOOK", b"PDNG") + after
    assert read_all(camt053.READER, BytesSource(pending)).reasons == ["reject.not_booked"]
    assert told(camt053.READER, pending) == []


def test_a_summary_is_compared_in_number_and_sum() -> None:
    assert told(camt053.READER, statement("0", "30.30", SUMMARY.format(n=3, total="30.30"))) == []
    said = told(camt053.READER, statement("0", "30.30", SUMMARY.format(n=5, total="99.5")))
    assert len(said) == 2
    assert "says that it holds 5 records, but 3 are in it" in said[0]
    assert "come to 99.5 EUR, but they come to 30.30 EUR" in said[1]
    assert told(camt053.READER, statement("0", "30.30", SUMMARY.format(n="three", total="much"))) == []


def test_entries_in_another_currency_than_the_accounts_are_told() -> None:
    data = statement("0", "30.30").replace(b"</Id><Ownr>", b"</Id><Ccy>EUR</Ccy><Ownr>")
    (said,) = told(camt053.READER, data.replace(b'"EUR">10.10<', b'"USD">10.10<'))
    assert "is kept in EUR, but entries are in USD" in said
    assert read_all(camt053.READER, BytesSource(data)).rejects == []


@pytest.mark.parametrize("name", ["camt053", "camt052", "pacs008", "pain001", "camt056"])
def test_the_same_statement_or_message_twice_in_a_file_is_told(name: str) -> None:
    data = SAMPLES[name].data
    (said,) = told(READERS[name], data + data)
    assert "holds the same" in said and "count twice" in said
    other = SAMPLES[name].spoiled("amount", b"11.11")
    assert other is not None and told(READERS[name], data + other) == [], "another amount is another payment"


def test_the_same_swift_message_twice_is_told_with_both_places() -> None:
    (said,) = told(mt103.READER, made.MT103 + made.MT103)
    assert said.startswith(f":20:R-1 (byte {len(made.MT103)}) holds the same 1 record as :20:R-1 (byte 0)")
    (said,) = told(mt940.READER, made.MT940 + made.MT940)
    assert "holds the same 3 records as :20:ST-1 (byte 85)" in said


@pytest.mark.parametrize("name", ["pacs008", "pacs009", "pacs004", "pain001", "camt056", "camt029"])
def test_a_header_that_counts_other_transactions_than_there_are_is_told(name: str) -> None:
    data = SAMPLES[name].data
    counted = b"<NbOfTxs>7</NbOfTxs>"
    if b"<NbOfTxs>" in data:
        data = re.sub(rb"<NbOfTxs>\d</NbOfTxs>", counted, data)
    elif name == "pain001":
        data = data.replace(b"<InitgPty>", counted + b"<InitgPty>", 1)
    else:
        data = data.replace(b"</Assgnmt>", b"</Assgnmt><CtrlData>" + counted + b"</CtrlData>")
    (said,) = told(READERS[name], data)
    assert "says that it holds 7 records" in said and "ask its sender for the whole file" in said


@pytest.mark.parametrize(("name", "right"), [("pacs008", "2974.50"), ("pain001", "202.00")])
def test_a_control_sum_that_is_not_the_sum_is_told(name: str, right: str) -> None:
    data = SAMPLES[name].data
    for total, number in ((right, 0), (right + "0", 0), ("1.00", 1)):
        summed = data.replace(b"</MsgId>", f"</MsgId><CtrlSum>{total}</CtrlSum>".encode(), 1)
        said = told(READERS[name], summed)
        assert len(said) == number
        assert all(f"come to {right}" in each for each in said)


def test_a_debtors_block_has_its_own_number_and_sum() -> None:
    data = made.PAIN001.replace(b"<PmtInfId>P-1</PmtInfId>", b"<PmtInfId>P-1</PmtInfId><NbOfTxs>3</NbOfTxs>")
    (said,) = told(READERS["pain001"], data)
    assert said.startswith("/Document/CstmrCdtTrfInitn/PmtInf[2] says that it holds 3 records, but 2 are in it")


def test_transactions_of_a_damaged_block_get_no_debtor_from_the_block_before() -> None:
    second = made.PAIN001.index(b"P-1<")
    data = made.PAIN001[:second] + made.PAIN001[second:].replace(b"<ReqdExctnDt>", b"<ReqdExctnDt", 1)
    found = read_all(READERS["pain001"], BytesSource(data))
    assert found.reasons == ["reject.xml", "reject.around", "reject.around"]
    assert found.tables["transfers"]["instruction_id"].to_pylist() == ["I-00", "I-01"]
    assert found.rejects[1].place == "/Document/CstmrCdtTrfInitn/PmtInf[2]/CdtTrfTxInf[1]"


def test_a_balance_of_mt940_that_does_not_follow_is_told() -> None:
    assert told(mt940.READER, made.MT940) == []
    (said,) = told(mt940.READER, made.MT940.replace(b":62F:C240708EUR104,25", b":62F:C240708EUR104,26"))
    assert said.startswith(":20:ST-1 (byte 85) (GB82WEST12345698765432): the opening balance 100.00 EUR and 3 entries")


def test_an_mt942_is_compared_with_its_numbers_and_sums() -> None:
    said = b":90D:0EUR0,00\r\n:90C:1EUR3,00\r\n-\r\n"
    assert told(mt940.READER, made.MT942.replace(b"-\r\n", said)) == []
    wrong = told(mt940.READER, made.MT942.replace(b"-\r\n", said.replace(b"1EUR3,", b"2EUR3,")))
    assert len(wrong) == 1 and "says that it holds 2 records" in wrong[0]
    wrong = told(mt940.READER, made.MT942.replace(b"-\r\n", said.replace(b"0EUR0,", b"0EUR9,")))
    assert len(wrong) == 1 and "come to 9.00 EUR, but they come to 0 EUR" in wrong[0]


def test_a_file_of_many_wrong_statements_gives_few_notes_and_their_number() -> None:
    one = statement("100.00", "1.00")
    body = one[one.index(b"<Stmt>") : one.index(b"</Stmt>") + 7]
    every = b"".join(body.replace(b"10.20", b"%d.20" % n) for n in range(50))
    given = told(camt053.READER, one.replace(body, every))
    assert len(given) == 21
    assert given[-1] == "30 further places in this file do not add up"
    assert all(say(note.key, "es", dict(note.values)) for note in notes(camt053.READER, one.replace(body, every)))
