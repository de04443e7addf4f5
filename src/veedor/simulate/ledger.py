"""How banks book payments: one entry on each account they keep, with the references each bank happens to show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.simulate.flights import Ints
from veedor.simulate.payments import CASH, INSTRUMENTS, PURPOSES, Payments
from veedor.simulate.people import BANKS, MARKETS, People
from veedor.simulate.scale import DAY_S
from veedor.simulate.sphere import Floats
from veedor.tables.declare import TIME

EXPONENT = 2
_OURS = np.array([bool(bank.form) for bank in BANKS])
_DATES_ONLY = np.array([bank.dates_only for bank in BANKS])


@dataclass(frozen=True)
class Booked:
    """Payments with what the banks add: when the credit is booked, and references (null where none was passed on)."""

    payments: Payments
    credit_t: Floats
    uetr: pa.Array
    end_to_end: pa.Array
    servicer: pa.Array  # the same on both sides of a transfer inside one bank
    named_only: tuple[Ints, Ints]  # 1 where the debit (credit) entry does not say the other account, only the name


def book(rng: np.random.Generator, people: People, payments: Payments, end_s: float) -> Booked:
    """References and booking times. Between banks the credit comes minutes to hours later."""
    count = len(payments)
    cash = payments.instrument == CASH
    one, other = people.bank[payments.payer], people.bank[payments.payee]
    between = ~cash & (one != other)
    lag = np.where(between, np.minimum(rng.lognormal(np.log(1_500.0), 1.0, count), 14 * 3600.0), 0.0)
    credit_t = np.minimum(np.floor(payments.t + lag), end_s - 1.0)
    draw = rng.random(count)
    with_uetr = between & (draw < 0.6)
    with_id = ~cash & ~with_uetr & (draw < 0.8)
    alike = ~cash & ~between & (rng.random(count) < 0.7)
    number = rng.integers(10**9, 10**10, (2, count))
    return Booked(
        payments,
        credit_t,
        _uetrs(rng, with_uetr),
        _prefixed("E", number[0], ~with_id),
        _prefixed("S", number[1], ~alike),
        ((rng.random(count) < 0.07).astype(np.int64), (rng.random(count) < 0.07).astype(np.int64)),
    )


def _uetrs(rng: np.random.Generator, wanted: np.ndarray) -> pa.Array:
    """Version 4 UUIDs where wanted."""
    text = rng.bytes(16 * int(wanted.sum())).hex()
    made = iter(
        f"{text[i : i + 8]}-{text[i + 8 : i + 12]}-4{text[i + 13 : i + 16]}-a{text[i + 17 : i + 20]}-{text[i + 20 : i + 32]}"
        for i in range(0, len(text), 32)
    )
    return pa.array([next(made) if one else None for one in wanted.tolist()], pa.string())


def _prefixed(prefix: str, number: Ints, missing: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(number, mask=missing).cast(pa.string()), "")


def entries(people: People, booked: Booked, start_us: int, opening: Ints | None) -> tuple[pa.Table, Ints, Ints]:
    """Entries in order of account and time, the account index of each, and balances after the period by account
    (`opening` unchanged where nothing moved; without opening balances are left out)."""
    pay = booked.payments
    safe_payer, safe_payee = np.maximum(pay.payer, 0), np.maximum(pay.payee, 0)
    debits = np.nonzero((pay.payer >= 0) & _OURS[people.bank[safe_payer]])[0]
    credits = np.nonzero((pay.payee >= 0) & _OURS[people.bank[safe_payee]])[0]
    of = np.concatenate([debits, credits])
    credit = np.concatenate([np.zeros(len(debits), bool), np.ones(len(credits), bool)])
    account = np.where(credit, pay.payee[of], pay.payer[of])
    other = np.where(credit, pay.payer[of], pay.payee[of])
    moment = np.where(credit, booked.credit_t[of], np.floor(pay.t[of]))
    order = np.lexsort((of, credit, moment, account))
    of, credit, account, other, moment = (part[order] for part in (of, credit, account, other, moment))
    unnamed = np.where(credit, booked.named_only[1][of], booked.named_only[0][of]) == 1
    balance, closing = _balances(account, np.where(credit, 1, -1) * pay.units[of], opening)
    columns = _columns(people, booked, of, credit, account, other, unnamed, _times(people, account, moment, start_us))
    if balance is not None:
        columns["balance_units"] = pa.array(balance)
        columns["balance_exponent"] = pa.array(np.full(len(of), EXPONENT, np.int8))
    return pa.table(columns), account, closing


def _times(people: People, account: Ints, moment: Floats, start_us: int) -> tuple[Ints, np.ndarray, pa.Array]:
    dates_only = _DATES_ONLY[people.bank[account]]
    shown = np.where(dates_only, np.floor(moment / DAY_S) * DAY_S, moment)
    days = (start_us // 86_400_000_000 + np.floor(moment / DAY_S)).astype(np.int32)
    return start_us + (shown * 1e6).astype(np.int64), dates_only, pa.array(days, pa.date32())


def _columns(
    people: People, booked: Booked, of: Ints, credit: np.ndarray, account: Ints, other: Ints, unnamed: np.ndarray,
    times: tuple[Ints, np.ndarray, pa.Array],
) -> dict[str, pa.Array]:  # fmt: skip
    pay, count = booked.payments, len(of)
    bics = pa.array([bank.bic for bank in BANKS])
    codes, holders = pa.array(people.account, pa.string()), pa.array(people.holder, pa.string())
    capital = pc.utf8_upper(holders)
    shouting = people.bank[account] == 1  # one bank writes all names in capitals
    nobody = other < 0
    own = pa.array(account)
    counter = pa.array(np.maximum(other, 0), mask=nobody)
    known = pa.array(np.maximum(other, 0), mask=nobody | unnamed)
    time, dates_only, day = times
    purpose = pa.array([f"{text} [SIMULATED]" for text in PURPOSES]).take(pa.array(pay.purpose[of]))
    bank_of_other = pa.array(people.bank[np.maximum(other, 0)], mask=nobody)
    return {
        "account": codes.take(own),
        "bank": bics.take(pa.array(people.bank[account])),
        "holder": pc.if_else(pa.array(shouting), capital.take(own), holders.take(own)),
        "counterparty_account": codes.take(known),
        "counterparty_bank": bics.take(bank_of_other),
        "counterparty_name": pc.if_else(pa.array(shouting), capital.take(counter), holders.take(counter)),
        "time": pa.array(time).cast(TIME),
        "time_is_date": pa.array(dates_only),
        "booking_date": day,
        "value_date": day,
        "credit": pa.array(credit),
        "amount_units": pa.array(pay.units[of]),
        "amount_exponent": pa.array(np.full(count, EXPONENT, np.int8)),
        "currency": pa.array([m.currency for m in MARKETS]).take(pa.array(people.market[account])),
        "reversal": pa.array(np.zeros(count, bool)),
        "uetr": booked.uetr.take(pa.array(of)),
        "end_to_end_id": booked.end_to_end.take(pa.array(of)),
        "servicer_reference": booked.servicer.take(pa.array(of)),
        "instrument": pa.array(INSTRUMENTS).take(pa.array(pay.instrument[of])),
        "purpose": purpose,
        "simulated": pa.array(np.ones(count, bool)),
    }


def _balances(account: Ints, signed: Ints, opening: Ints | None) -> tuple[Ints | None, Ints]:
    """Running balance after each entry, and every account's balance after the last."""
    if opening is None:
        return None, np.zeros(0, dtype=np.int64)
    if len(account) == 0:
        return signed, opening
    running = np.cumsum(signed)
    first = np.nonzero(np.concatenate([[True], account[1:] != account[:-1]]))[0]
    before = (running - signed)[first]
    counts = np.diff(np.append(first, len(account)))
    balance = running - np.repeat(before, counts) + opening[account]
    closing = opening.copy()
    last = np.append(first[1:], len(account)) - 1
    closing[account[last]] = balance[last]
    return balance, closing


def lowest(account: Ints, signed: Ints, size: int) -> Ints:
    """The lowest point each account's sum reaches (0 if never below), so that nobody need overdraw."""
    zero = np.zeros(size, dtype=np.int64)
    balance, _ = _balances(account, signed, zero)
    if balance is not None and len(account):
        np.minimum.at(zero, account, balance)
    return zero
