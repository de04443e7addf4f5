"""Messages that the simulator's banks write as MT103, MT202 and MT202COV say to our reader what they were to say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from veedor.formats import BytesSource
from veedor.formats.bank.mt103 import READER
from veedor.formats.bank.mt103_encode import encode_wires

from .conftest import read_all

UETR = "eb6305c9-1f7f-49de-aed0-16487c27b42d"
WIRE: dict[str, Any] = {
    "kind": "transfer", "uetr": UETR, "settlement_date": date(2026, 5, 4), "currency": "USD", "amount_units": 125_050,
    "amount_exponent": 2, "instructing_agent": "SIMAVECA", "instructed_agent": "SIMCCOBB", "debtor_agent": "SIMAVECA",
    "creditor_agent": "SIMCCOBB", "debtor_name": "Baranda Celordo C.A.", "debtor_account": "VE0699010221520325464473",
    "debtor_address": "Calle 3 Caracas", "creditor_name": "Doranda Vitelos S.A.S.",
    "creditor_account": "CO4199020306819953704995", "creditor_address": "Avenida 9 Bogota",
    "initiating_name": "Lomirdo Matoros C.A.", "remittance": "factura [SIMULATED]",
}  # fmt: skip
CUSTOMERS = tuple(f"{who}_{what}" for who in ("debtor", "creditor") for what in ("name", "account", "address", "agent"))


def read(row: dict[str, Any], received: bool) -> dict[str, Any]:
    data = b"".join(encode_wires(pa.Table.from_pylist([row]), received=received, simulated=True))
    found = read_all(READER, BytesSource(data, "wires.fin"))
    assert found.rejects == []
    (back,) = found.tables["transfers"].to_pylist()
    assert back["simulated"] and back["uetr"] == UETR
    return dict(back)


@pytest.mark.parametrize("received", [True, False], ids=["as received", "as sent"])
def test_a_customers_transfer_keeps_both_parties_banks_and_whom_it_is_for(received: bool) -> None:
    back = read(WIRE, received)
    assert back["message"] == "MT103"
    # Headers write a bank with the branch behind it.
    ends = {name: f"{WIRE[name]}XXX" for name in ("instructing_agent", "instructed_agent")}
    assert {name: back[name] for name in WIRE} == WIRE | ends


def test_a_cover_speaks_of_banks_and_below_of_the_customers() -> None:
    below = {f"underlying_{name}": WIRE[name] for name in CUSTOMERS}
    banks = {"kind": "cover", "debtor_agent": "SIMXPAPA", "creditor_agent": "SIMCCOBB"}
    kept = {name: value for name, value in WIRE.items() if name not in (*CUSTOMERS, "initiating_name", "remittance")}
    back = read({**kept, **banks, **below}, True)
    assert back["message"] == "MT202COV" and back["debtor_identifiers"] == ["BIC:SIMXPAPA"]
    assert {name: back[name] for name in below} == below
    assert back["debtor_name"] is None


def test_a_transfer_between_banks_names_no_customer() -> None:
    kept = {name: value for name, value in WIRE.items() if name not in (*CUSTOMERS, "initiating_name", "remittance")}
    back = read({**kept, "kind": "institution", "debtor_agent": "SIMXPAPA", "creditor_agent": "SIMCCOBB"}, True)
    assert back["message"] == "MT202" and back["kind"] == "institution"
    assert all(back[name] is None for name in ("debtor_name", "underlying_debtor_name", "underlying_creditor_name"))


def test_a_name_longer_than_a_line_is_cut_and_nothing_else_of_the_message_moves() -> None:
    long = "Sociedad Anonima de Transportes Fluviales del Sur C.A."
    back = read({**WIRE, "debtor_name": long}, True)
    assert back["debtor_name"] == long[:35] and back["debtor_address"] == WIRE["debtor_address"]


def test_a_payer_of_whom_nothing_is_said_leaves_no_field() -> None:
    nobody = {name: None for name in CUSTOMERS if name.startswith("debtor") and name != "debtor_agent"}
    back = read({**WIRE, **nobody}, True)
    assert back["debtor_name"] is None and back["debtor_account"] is None
    assert back["creditor_name"] == WIRE["creditor_name"]
