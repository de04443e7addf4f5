"""Messages on transfers: what each kind says, of any version, and that damage spoils only what it touches."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import bank_messages as made
from tests.formats.conftest import Pass, read_all
from veedor.errors import InputError
from veedor.formats import BytesSource, Options, detect
from veedor.formats.bank.transfers_encode import encode_transfers
from veedor.tables import TRANSFERS


def read(data: bytes, options: Options | None = None) -> Pass:
    source = BytesSource(data, "message.xml")
    return read_all(detect(source), source, options)


def rows(data: bytes) -> list[dict[str, object]]:
    found = read(data)
    assert found.rejects == []
    return found.tables["transfers"].to_pylist()


def test_a_customer_transfer_keeps_all_parties_banks_charges_and_dates() -> None:
    row = rows(made.PACS008)[1]
    said = {name: row[name] for name in row if row[name] is not None}
    assert said == {
        "reference": made.UETR[:-1] + "1", "message": "pacs.008", "kind": "transfer", "message_id": "M-1",
        "instruction_id": "I-1", "end_to_end_id": "E-1", "transaction_id": "T-1", "uetr": made.UETR[:-1] + "1",
        "time": datetime(2024, 7, 8, tzinfo=UTC), "time_is_date": True, "settlement_date": date(2024, 7, 8),
        "created_raw": "2024-07-05T23:30:00-05:00", "amount_units": 99150, "amount_exponent": 2, "currency": "USD",
        "instructed_units": 100100, "instructed_exponent": 2, "instructed_currency": "USD", "charges_bearer": "SHAR",
        "charges": ["9.00 USD", "1.50 USD"], "charges_agents": ["COBADEFFXXX", "CITIUS33XXX"], "simulated": False,
        "debtor_name": "ALFA TRADE LTD", "debtor_account": made.PAYER,
        "debtor_identifiers": ["LEI:529900T8BM49AURSDO55"], "debtor_address": "Calle 5, 12, Cúcuta",
        "debtor_town": "Cúcuta", "debtor_country": "CO", "debtor_agent": "COBADEFFXXX", "creditor_name": "Jane Roe",
        "creditor_account": made.PAYEE, "creditor_identifiers": ["CCPT:123", "BIRTH:1970-02-03 Leeds GB"],
        "creditor_address": "1 High St, London", "creditor_agent": "WESTGB2LXXX", "ultimate_debtor_name": "Behind Alfa",
        "intermediary_agents": ["CITIUS33XXX"], "intermediary_accounts": [""], "remittance": "invoice 17", "row": 1,
        "offset": row["offset"], "length": row["length"],
    }  # fmt: skip
    part = made.PACS008[int(str(row["offset"])) :][: int(str(row["length"]))]
    assert part.startswith(b"<CdtTrfTxInf>") and part.endswith(b"</CdtTrfTxInf>")


def test_a_cover_names_the_banks_and_the_customers_it_covers() -> None:
    row = rows(made.PACS009)[0]
    assert (row["kind"], row["debtor_identifiers"], row["debtor_name"]) == ("cover", ["BIC:COBADEFFXXX"], None)
    assert (row["underlying_debtor_name"], row["underlying_creditor_account"]) == ("ALFA TRADE LTD", made.PAYEE)
    assert row["underlying_remittance"] == "invoice 17"
    without = made.PACS009.replace(b"<Underly", b"<Underly")
    start, end = without.index(b"<UndrlygCstmrCdtTrf>"), without.index(b"</UndrlygCstmrCdtTrf>") + 21
    assert rows(without[:start] + without[end:])[0]["kind"] == "institution"


@pytest.mark.parametrize(
    ("data", "kind", "reason", "own"),
    [(made.PACS004, "return", "AC04", "R-1"), (made.CAMT056, "recall", "FRAD", "C-1"),
     (made.CAMT029, "answer", "NOAS", "A-1")],
)  # fmt: skip
def test_returns_recalls_and_answers_lead_to_the_transfer_they_speak_of(
    data: bytes, kind: str, reason: str, own: str
) -> None:
    row = rows(data)[1]
    assert (row["kind"], row["reason"], row["instruction_id"]) == (kind, reason, own)
    assert row["reference"] == row["uetr"] == rows(made.PACS008)[1]["reference"]
    assert (row["end_to_end_id"], row["original_message_id"], row["original_instruction_id"]) == ("E-1", "M-1", "I-1")
    assert row["status"] == ("RJCR" if kind == "answer" else None)
    assert (row["debtor_name"], row["debtor_account"]) == (
        (None, None) if kind == "answer" else ("ALFA TRADE LTD", made.PAYER)
    )
    assert (row["amount_units"] is None) == (kind == "answer")


def test_an_initiation_says_its_debtor_and_day_once_for_each_block() -> None:
    found = rows(made.PAIN001)
    assert [(row["end_to_end_id"], row["requested_date"]) for row in found] == [
        ("E-00", date(2024, 7, 8)), ("E-01", date(2024, 7, 8)), ("E-10", date(2024, 7, 9)), ("E-11", date(2024, 7, 9)),
    ]  # fmt: skip
    for row in found:
        assert (row["debtor_account"], row["creditor_account"]) == (made.PAYER, made.PAYEE)
        assert (row["charges_bearer"], row["initiating_name"], row["kind"]) == ("SLEV", "Payroll Co", "initiation")


def test_a_damaged_transaction_of_an_initiation_leaves_the_others_with_their_debtor() -> None:
    hurt = made.PAIN001.replace(b"<EndToEndId>E-00<", b"<EndToEndId<E-00<")
    found = read(hurt)
    assert found.reasons == ["reject.xml"]
    assert b"E-00" in found.rejects[0].raw and b"E-01" not in found.rejects[0].raw
    kept = found.tables["transfers"]
    assert kept["end_to_end_id"].to_pylist() == ["E-01", "E-10", "E-11"]
    assert set(kept["debtor_account"].to_pylist()) == {made.PAYER}
    assert [str(day) for day in kept["requested_date"].to_pylist()] == ["2024-07-08", "2024-07-09", "2024-07-09"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'Ccy="USD">990.50<', b'Ccy="USD">-990.50<', "reject.sign"),
        (b'Ccy="USD">990.50<', b'Ccy="USX">990.50<', "reject.currency"),
        (b'Ccy="USD">990.50<', b'Ccy="USD">9,905<', "reject.amount"),
        (b'Ccy="USD">990.50<', b'Ccy="USD">99999999999999999999<', "reject.amount_too_large"),
        (b"2024-07-08<", b"2024-02-30<", "reject.time"),
        (b"2024-07-08<", b"1924-07-08<", "reject.time_early"),
        (b"2024-07-08<", b"2044-07-08<", "reject.time_future"),
        (b'<IntrBkSttlmAmt Ccy="USD">990.50</IntrBkSttlmAmt>', b"", None),
        (b"990.50<", b"0.00<", None),
    ],
)  # fmt: skip
def test_a_transfer_that_cannot_be_is_rejected_alone(old: bytes, new: bytes, reason: str | None) -> None:
    found = read(made.PACS008.replace(old, new, 1), Options(latest_us=1_800_000_000_000_000))
    assert found.reasons == ([] if reason is None else [reason])
    assert found.accepted == 3 - len(found.rejects)


def test_prefixes_old_names_and_other_encodings_change_nothing() -> None:
    told = rows(made.PACS008)
    prefixed = made.PACS008.replace(b"<", b"<p:").replace(b"<p:/", b"</p:").replace(b"<p:?", b"<?")
    prefixed = prefixed.replace(b"xmlns=", b"xmlns:p=")
    old = made.PACS008.replace(b"BICFI>", b"BIC>").replace(b"001.10", b"001.02")
    latin = made.PACS008.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    for data in (prefixed, old, latin):
        plain = [{k: v for k, v in row.items() if k not in ("offset", "length")} for row in rows(data)]
        assert plain == [{k: v for k, v in row.items() if k not in ("offset", "length")} for row in told]


def test_a_message_without_transactions_is_refused_and_so_is_a_document_type() -> None:
    empty = made.document("pacs.008.001.08", "FIToFICstmrCdtTrf", made.HEADER)
    with pytest.raises(InputError, match="holds no transaction"):
        read(empty)
    bomb = made.PACS008.replace(b"<Document", b'<!DOCTYPE a [<!ENTITY b "c">]><Document', 1)
    with pytest.raises(InputError, match="document type"):
        read(bomb)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
PARTY = st.none() | TEXT
ROW = st.fixed_dictionaries(
    {
        "uetr": st.none() | st.uuids().map(str),
        "end_to_end_id": st.none() | st.from_regex(r"[A-Z0-9]{1,30}", fullmatch=True).filter(lambda t: t != "NONREF"),
        "instruction_id": st.none() | TEXT,
        "transaction_id": st.none() | TEXT,
        "amount_units": st.integers(0, 2**63 - 1),
        "amount_exponent": st.integers(0, 5),
        "currency": st.sampled_from(["USD", "EUR", "COP"]),
        "settlement_date": st.dates(date(1971, 1, 1), date(2100, 1, 1)),
        "charges_bearer": st.sampled_from(["SHAR", "DEBT"]),
        "debtor_name": TEXT, "debtor_account": st.none() | st.just(made.PAYER), "debtor_agent": st.just("COBADEFFXXX"),
        "debtor_country": st.none() | st.just("CO"), "debtor_address": PARTY,
        "creditor_name": TEXT, "creditor_account": st.none() | st.just("WESTGB2LXXX:77-1"),
        "creditor_agent": st.just("WESTGB2LXXX"), "remittance": PARTY, "ultimate_creditor_name": PARTY,
        "intermediary_agents": st.none() | st.just(["CITIUS33XXX"]),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=5), st.booleans())
def test_what_is_written_as_pacs_008_is_read_back(given_rows: list[dict[str, object]], simulated: bool) -> None:
    table = pa.Table.from_pylist(given_rows, schema=pa.schema([TRANSFERS.schema.field(name) for name in given_rows[0]]))
    data = b"".join(
        encode_transfers(
            table, message="pacs.008", message_id="M", created=datetime(2024, 1, 1, tzinfo=UTC), simulated=simulated
        )
    )
    back = rows(data)
    assert [{name: row[name] for name in given_rows[0]} for row in back] == given_rows
    assert {row["simulated"] for row in back} == {simulated}


def test_a_cover_that_is_written_is_read_back() -> None:
    row = {"uetr": made.UETR, "amount_units": 5, "amount_exponent": 0, "currency": "USD",
           "settlement_date": date(2024, 1, 1), "debtor_agent": "COBADEFFXXX", "creditor_agent": "WESTGB2LXXX",
           "underlying_debtor_name": "A", "underlying_creditor_name": "B"}  # fmt: skip
    at = datetime(2024, 1, 1, tzinfo=UTC)
    data = b"".join(
        encode_transfers(pa.Table.from_pylist([row]), message="pacs.009", message_id="M", created=at, simulated=True)
    )
    (back,) = rows(data)
    assert (back["kind"], back["underlying_debtor_name"], back["underlying_creditor_name"]) == ("cover", "A", "B")
    assert back["creditor_identifiers"] == ["BIC:WESTGB2LXXX"]
