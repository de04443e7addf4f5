"""Writing an account statement as MT940, field 86 in the form with code words in slashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from veedor.formats.decimals import amount_text

SIMULATED_MARK = "SIMULATED"
_LINES = 1_024
_WIDTH, _MOST = 65, 60
_TYPES = {"transfer": "NTRF", "cheque": "NCHK", "cash": "NCSH"}


def encode_mt940(
    entries: pa.Table,
    *,
    reference: str,
    account: str,
    bank: str | None,
    currency: str,
    opening_units: int,
    closing_units: int,
    exponent: int,
    opening_date: date,
    closing_date: date,
    simulated: bool,
) -> Iterator[bytes]:
    """One message with one statement of one account; arguments as for `camt053_encode.encode_statement`. The bank, if
    it is a BIC, stands in the header blocks. Names and words are written in one line's characters: SWIFT's own set has
    no others, so letters outside it are kept only where both sides read UTF-8. `simulated` begins field 20 with the
    word SIMULATED.
    """
    # Terminal A of the bank's branch, of which XXX is the main office; a bank without a BIC is all X.
    sender = f"{bank[:8]}A{(bank[8:] or 'XXX')}" if bank and len(bank) in (8, 11) else "XXXXXXXXAXXX"
    mark = f"{SIMULATED_MARK} " if simulated else ""
    number = account.removeprefix(f"{bank}:") if bank else account
    yield (
        f"{{1:F01{sender}0000000000}}{{2:O9400000000000{sender}00000000000000000000N}}{{4:\r\n"
        f":20:{(mark + reference)[:16]}\r\n:25:{number}\r\n:28C:1/1\r\n"
        f":60F:{_balance(opening_units, exponent, currency, opening_date)}\r\n"
    ).encode()
    for start in range(0, entries.num_rows, _LINES):
        yield "".join(_entry(row) for row in entries.slice(start, _LINES).to_pylist()).encode()
    yield f":62F:{_balance(closing_units, exponent, currency, closing_date)}\r\n-}}\r\n".encode()


def _balance(units: int, exponent: int, currency: str, day: date) -> str:
    return f"{'C' if units >= 0 else 'D'}{day:%y%m%d}{currency}{_comma(abs(units), exponent)}"


def _comma(units: int, exponent: int) -> str:
    text = amount_text(units, exponent).replace(".", ",")
    return text if "," in text else text + ","


def _entry(row: Mapping[str, Any]) -> str:
    time: datetime = row["time"]
    value: date = row.get("value_date") or time.date()
    # A reversal of a credit is a debit with the mark RC.
    mark = ("RD" if row["credit"] else "RC") if row.get("reversal") else ("C" if row["credit"] else "D")
    kind = _TYPES.get(row.get("instrument") or "", "NMSC")
    servicer = f"//{row['servicer_reference'][:16]}" if row.get("servicer_reference") else ""
    line = (
        f":61:{value:%y%m%d}{time:%m%d}{mark}{_comma(row['amount_units'], row['amount_exponent'])}{kind}"
        f"{(row.get('entry_reference') or 'NONREF')[:16]}{servicer}\r\n"
    )
    words = "".join(
        f"/{key}/{_plain(str(row[name]))}"
        for key, name in (
            ("EREF", "end_to_end_id"), ("UETR", "uetr"), ("IBAN", "counterparty_account"), ("BIC", "counterparty_bank"),
            ("NAME", "counterparty_name"), ("REMI", "purpose"),
        )
        if row.get(name)
    )  # fmt: skip
    if not words:
        return line
    pieces = [words[at : at + _WIDTH] for at in range(0, min(len(words), _WIDTH * _MOST), _WIDTH)]
    return f"{line}:86:" + "\r\n".join(_kept(pieces)) + "\r\n"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _kept(pieces: list[str]) -> list[str]:
    """Lines that do not begin like a field or the end of a message; a sign from their front goes to the line before."""
    for at in range(1, len(pieces)):
        while pieces[at][:1] in (":", "-", "{"):
            pieces[at - 1], pieces[at] = pieces[at - 1] + pieces[at][0], pieces[at][1:]
    return pieces
