"""Plain entries of a statement as columns, many at a time: the rows that `camt053_entry.entry_rows` gives for each.

An entry goes this way where it has one transaction at most and no charges, and where its amounts, times and codes are
beyond doubt. All others, above all those to be rejected, are left to `entry_rows`, which is what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, pc
from veedor.formats.bank.bank_runs import Records, filtered
from veedor.formats.bank.bank_values import Wrong, day, moment
from veedor.formats.bank.camt053_details import place_of_money
from veedor.formats.bank.camt053_entry import CODE, ENTRY, TRANSACTION_READING, Account, code_of
from veedor.formats.bank.camt053_leaves import CHARGES, INSTRUCTED, RATES, SIDES, TERMINAL, TRANSACTION
from veedor.formats.bank.xml_columns import Block, accounts, by_word, over, truths
from veedor.formats.bank.xml_run import Run
from veedor.formats.times import is_late

_PLACE = ("place", "place_kind", "place_address", "place_town", "place_country")
_TIME = pa.struct([("time", pa.int64()), ("time_is_date", pa.bool_()), ("booking_date", pa.date32())])
# No text of XML holds it.
_BETWEEN = "\x1f"
_CODED = pa.struct([("transaction_code", pa.string()), ("instrument", pa.string())])


def entry_columns(run: Run, account: Account, latest_us: int | None) -> Iterator[Records]:
    """The entries of a run that go this way; `latest_us` as in the reader's options, None for simulated ones."""
    for block in run.blocks():
        transactions = block.inner(TRANSACTION)
        if CHARGES in block.repeated or len(transactions) > 1 or any(each.repeated for each in transactions):
            continue
        if "Amt" in block.texts:
            yield from _judged(block, account, latest_us)


def _judged(block: Block, account: Account, latest_us: int | None) -> Iterator[Records]:
    """Those of one form, each side of the account by itself."""
    size = len(block)
    units, places, currency, good = block.amount("Amt")
    said = ENTRY.columns(block)
    status = said.pop("status", None)
    if status is not None:
        good &= truths(pc.fill_null(pc.equal(status, "BOOK"), True))
    direction = said.pop("direction", pa.nulls(size, pa.string()))
    credit = truths(pc.equal(direction, "CRDT"))
    good &= credit | truths(pc.equal(direction, "DBIT"))
    reversal = truths(pc.is_in(said.pop("reversal", pa.nulls(size, pa.string())), pa.array(["true", "1"])))
    value = said.pop("value", None)
    if value is not None:
        said["value_date"] = by_word(value, _day, pa.date32())
        good &= truths(pc.or_(pc.is_null(value), pc.is_valid(said["value_date"])))
    booked = said.get("time_raw", pa.nulls(size, pa.string()))
    raw = pc.coalesce(booked, block.first("ValDt/DtTm", "ValDt/Dt"))
    times = by_word(raw, lambda text: _time(text, latest_us), _TIME)
    good &= truths(pc.is_valid(times))
    time, dated, booking_date = times.flatten()
    said["time_raw"], said["time"], said["time_is_date"] = raw, time, dated
    said["booking_date"] = pc.if_else(pc.is_valid(booked), booking_date, None)
    said |= _codes(said)
    said["amount_units"], said["amount_exponent"], said["currency"] = pa.array(units), pa.array(places), currency
    said["credit"], said["reversal"] = pa.array(credit), pa.array(reversal)
    # Of a credit the other side is the debtor, of a reversal the other way round.
    for side, mask in zip(SIDES, (good & (credit != reversal), good & (credit == reversal)), strict=True):
        if mask.any():
            yield from _of_side(block.only(mask), filtered(said, mask), side, account)


def _of_side(block: Block, said: dict[str, Array], side: str, account: Account) -> Iterator[Records]:
    size = len(block)
    transaction = next(iter(block.inner(TRANSACTION)), None)
    good = np.ones(size, np.bool_)
    if transaction is not None:
        good = _put_transaction(said, block, transaction, side)
    detailed = transaction is not None and any("/BrnchId/" in path for path in (*transaction.texts, *transaction.lists))
    terminals = any(path in each.texts for each in (block, transaction) if each is not None for path in TERMINAL)
    if detailed or terminals:
        sides = SIDES if transaction is None else ("Cdtr" if side == "Dbtr" else "Dbtr", side)
        instruments = said["instrument"].to_pylist() if "instrument" in said else [None] * size
        details = transaction.leaves() if transaction is not None else [None] * size
        rows = [
            place_of_money(entry, detail, instrument, sides)
            for entry, detail, instrument in zip(block.leaves(), details, instruments, strict=True)
        ]
        said |= {name: pa.array([row.get(name) for row in rows], pa.string()) for name in _PLACE}
    for name, same in (("account", account.account), ("bank", account.bank), ("holder", account.holder)):
        said[name] = pa.repeat(pa.scalar(same, pa.string()), size)
    if good.any():
        yield Records.of(block.which, said, good)


def _put_transaction(said: dict[str, Array], block: Block, transaction: Block, side: str) -> Mask:
    """Puts what transactions say over what their entries say; which of them are beyond doubt."""
    found = TRANSACTION_READING[side].columns(transaction)
    if "uetr" in found:
        found["uetr"] = by_word(found["uetr"], str.lower, pa.string())
    iban, number = found.pop("iban", None), found.pop("number", None)
    if iban is not None or number is not None:
        found["counterparty_account"] = accounts(iban, number, found.get("counterparty_bank"), len(block))
    further = found.pop("further", None)
    if further is not None:
        found["purpose"] = pc.coalesce(found["purpose"], further) if "purpose" in found else further
    coded = _codes(found)
    over(said, found)
    for name, column in coded.items():
        # A code of the transaction's own stands for the entry's as a whole, also where it says no instrument.
        there = pc.is_valid(coded["transaction_code"])
        said[name] = pc.if_else(there, column, said[name]) if name in said else column
    good = np.ones(len(block), np.bool_)
    ordered = transaction
    if INSTRUCTED not in transaction.texts and transaction.texts.keys().isdisjoint(RATES):
        ordered = block
    if INSTRUCTED in ordered.texts:
        units, places, currency, good = ordered.amount(INSTRUCTED)
        said["instructed_units"], said["instructed_exponent"] = pa.array(units), pa.array(places)
        said["instructed_currency"] = currency
    if not ordered.texts.keys().isdisjoint(RATES):
        said["exchange_rate"] = ordered.first(*RATES)
    return good


def _codes(said: dict[str, Array]) -> dict[str, Array]:
    """Code and instrument, in place of what they are made of; null where nothing is said."""
    parts = [said.pop(name, None) for name in CODE]
    size = next((len(part) for part in parts if part is not None), 0)
    if not size:
        return {}
    texts = [pa.repeat("", size) if part is None else pc.fill_null(part, "") for part in parts]
    coded = by_word(pc.binary_join_element_wise(*texts, _BETWEEN), _coded, _CODED)
    return dict(zip(("transaction_code", "instrument"), coded.flatten(), strict=True))


def _coded(joined: str) -> dict[str, str | None] | None:
    domain, family, sub_family, own = (part or None for part in joined.split(_BETWEEN))
    return code_of(domain, family, sub_family, own) if joined.strip(_BETWEEN) else None


def _time(text: str, latest_us: int | None) -> dict[str, object] | None:
    """What a booking time is, if the row may stand."""
    try:
        time, dated = moment(text, "")
    except Wrong:
        return None
    if time < 0 or (latest_us is not None and is_late(time, dated, latest_us)):
        return None
    return {"time": time, "time_is_date": dated, "booking_date": day(text[:10], "")}


def _day(text: str) -> object:
    try:
        return day(text, "")
    except Wrong:
        return None
