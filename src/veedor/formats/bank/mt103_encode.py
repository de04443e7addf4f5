"""Writing transfers as MT103, covers as MT202COV and banks' own transfers as MT202 (SWIFT FIN, categories 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from veedor.formats.decimals import amount_text

SIMULATED_MARK = "SIMULATED"
_LINE = 35
# Behind a BIC of eight letters: its logical terminal, and its main office (SWIFT: branch XXX).
_TERMINAL = "AXXX"


def encode_wires(rows: pa.Table, *, received: bool, simulated: bool) -> Iterator[bytes]:
    """One message for each of `rows`, which hold columns of the transfers table with kind `transfer`, `cover` or
    `institution`; banks are BICs of eight letters. `received`: as the receiver holds it, else as the sender does. Of
    customers the form holds one line of name and one of address, each of at most 35 characters. `simulated` begins
    field 20 with the word SIMULATED.
    """
    mark = SIMULATED_MARK if simulated else ""
    for number, row in enumerate(rows.to_pylist()):
        text = _fields(row, f"{mark}{number:07d}"[-16:])
        yield (_blocks(row, received) + "{4:\r\n" + "".join(f"{line}\r\n" for line in text) + "-}\r\n").encode()


def _blocks(row: Mapping[str, Any], received: bool) -> str:
    kind = "103" if row["kind"] == "transfer" else "202"
    sender, receiver = (f"{row[name]}" for name in ("instructing_agent", "instructed_agent"))
    day: date = row["settlement_date"]
    if received:
        second = f"O{kind}1200{day:%y%m%d}{sender}{_TERMINAL}0000000000{day:%y%m%d}1200N"
    else:
        second = f"I{kind}{receiver}{_TERMINAL}N"
    own = receiver if received else sender
    cover = "{119:COV}" if row["kind"] == "cover" else ""
    return f"{{1:F01{own}{_TERMINAL}0000000000}}{{2:{second}}}{{3:{cover}{{121:{row['uetr']}}}}}"


def _fields(row: Mapping[str, Any], reference: str) -> list[str]:
    day: date = row["settlement_date"]
    amount = amount_text(row["amount_units"], row["amount_exponent"]).replace(".", ",")
    settled = f":32A:{day:%y%m%d}{row['currency']}{amount if ',' in amount else amount + ','}"
    if row["kind"] == "transfer":
        return [f":20:{reference}", ":23B:CRED", settled, *_customers(row, ""), ":71A:SHA"]
    banks = [f":52A:{row['debtor_agent']}", f":58A:{row['creditor_agent']}"]
    below = _customers(row, "underlying_") if row["kind"] == "cover" else []
    return [f":20:{reference}", ":21:NONREF", settled, *banks, *below]


def _customers(row: Mapping[str, Any], prefix: str) -> list[str]:
    get = row.get
    made = [f":50L:{get('initiating_name')}"[: _LINE + 5]] if get("initiating_name") and not prefix else []
    debtor, creditor = (_party(row, f"{prefix}{who}") for who in ("debtor", "creditor"))
    made += [f":50K:{debtor}"] if debtor else []
    if get(f"{prefix}debtor_agent"):
        made.append(f":52A:{get(f'{prefix}debtor_agent')}")
    if get(f"{prefix}creditor_agent"):
        made.append(f":57A:{get(f'{prefix}creditor_agent')}")
    made += [f":59:{creditor}"] if creditor else []
    words = get(f"{prefix}remittance")
    return made + ([f":70:{words[:_LINE]}"] if words else [])


def _party(row: Mapping[str, Any], who: str) -> str:
    account = row.get(f"{who}_account")
    lines = [f"/{account}"] if account else []
    lines += [text[:_LINE] for what in ("name", "address") if (text := row.get(f"{who}_{what}"))]
    return "\r\n".join(lines)
