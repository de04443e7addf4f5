"""How banks book payments: one entry on each account they keep, with the references each bank happens to show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.simulate.columns import Column, Floats, Ints, column, compute
from veedor.simulate.paying.payments import CASH, INSTRUMENTS, PURPOSES, Payments
from veedor.simulate.paying.people import MARKETS, People
from veedor.simulate.scale import DAY_S
from veedor.tables.declare import TIME

EXPONENT = 2


@dataclass(frozen=True)
class Booked:
    """Payments with what the banks add: when the credit is booked, and references (null where none was passed on)."""

    payments: Payments
    credit_t: Floats
    uetr: Column
    end_to_end: Column
    servicer: Column  # the same on both sides of a transfer inside one bank
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


def _uetrs(rng: np.random.Generator, wanted: np.ndarray) -> Column:
    """Version 4 UUIDs where wanted."""
    text = rng.bytes(16 * int(wanted.sum())).hex()
    whole = (text[start : start + 32] for start in range(0, len(text), 32))
    made = iter(f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}" for h in whole)
    return column([next(made) if one else None for one in wanted.tolist()], pa.string())


def _prefixed(prefix: str, number: Ints, missing: np.ndarray) -> Column:
    return compute.binary_join_element_wise(prefix, column(number, mask=missing).cast(pa.string()), "")


def entries(people: People, booked: Booked, start_us: int, opening: Ints | None) -> tuple[pa.Table, Ints, Ints]:
    """Entries in order of account and time, the account index of each, and balances after the period by account
    (`opening` unchanged where nothing moved; without opening balances are left out)."""
    pay = booked.payments
    safe_payer, safe_payee = np.maximum(pay.payer, 0), np.maximum(pay.payee, 0)
    ours = np.array([bool(bank.form) for bank in people.banks])
    debits = np.nonzero((pay.payer >= 0) & ours[people.bank[safe_payer]])[0]
    credits = np.nonzero((pay.payee >= 0) & ours[people.bank[safe_payee]])[0]
    of = np.concatenate([debits, credits])
    credit = np.concatenate([np.zeros(len(debits), bool), np.ones(len(credits), bool)])
    account = np.where(credit, pay.payee[of], pay.payer[of])
    other = np.where(credit, pay.shown[of], pay.payee[of])
    moment = np.where(credit, booked.credit_t[of], np.floor(pay.t[of]))
    order = np.lexsort((of, credit, moment, account))
    of, credit, account, other, moment = (part[order] for part in (of, credit, account, other, moment))
    unnamed = np.where(credit, booked.named_only[1][of], booked.named_only[0][of]) == 1
    balance, closing = _balances(account, np.where(credit, 1, -1) * pay.units[of], opening)
    columns = _columns(people, booked, of, credit, account, other, unnamed, _times(people, account, moment, start_us))
    if balance is not None:
        columns["balance_units"] = column(balance)
        columns["balance_exponent"] = column(np.full(len(of), EXPONENT, np.int8))
    return pa.table(columns), account, closing


def _times(people: People, account: Ints, moment: Floats, start_us: int) -> tuple[Ints, np.ndarray, Column]:
    dates_only = np.array([bank.dates_only for bank in people.banks])[people.bank[account]]
    shown = np.where(dates_only, np.floor(moment / DAY_S) * DAY_S, moment)
    days = (start_us // 86_400_000_000 + np.floor(moment / DAY_S)).astype(np.int32)
    return start_us + (shown * 1e6).astype(np.int64), dates_only, column(days, pa.date32())


def _columns(
    people: People, booked: Booked, of: Ints, credit: np.ndarray, account: Ints, other: Ints, unnamed: np.ndarray,
    times: tuple[Ints, np.ndarray, Column],
) -> dict[str, Column]:  # fmt: skip
    pay, count = booked.payments, len(of)
    bics = column([bank.bic for bank in people.banks])
    codes, holders = column(people.account, pa.string()), column(people.holder, pa.string())
    capital = compute.utf8_upper(holders)
    shouting = people.bank[account] == 1  # one bank writes all names in capitals
    nobody = other < 0
    own = column(account)
    counter = column(np.maximum(other, 0), mask=nobody)
    known = column(np.maximum(other, 0), mask=nobody | unnamed)
    time, dates_only, day = times
    purpose = column([f"{text} [SIMULATED]" for text in PURPOSES]).take(column(pay.purpose[of]))
    bank_of_other = column(people.bank[np.maximum(other, 0)], mask=nobody)
    return {
        "account": codes.take(own),
        "bank": bics.take(column(people.bank[account])),
        "holder": compute.if_else(column(shouting), capital.take(own), holders.take(own)),
        "counterparty_account": codes.take(known),
        "counterparty_bank": bics.take(bank_of_other),
        "counterparty_name": compute.if_else(column(shouting), capital.take(counter), holders.take(counter)),
        "time": column(time).cast(TIME),
        "time_is_date": column(dates_only),
        "booking_date": day,
        "value_date": day,
        "credit": column(credit),
        "amount_units": column(pay.units[of]),
        "amount_exponent": column(np.full(count, EXPONENT, np.int8)),
        "currency": column([m.currency for m in MARKETS]).take(column(people.market[account])),
        "reversal": column(np.zeros(count, bool)),
        "uetr": booked.uetr.take(column(of)),
        "end_to_end_id": booked.end_to_end.take(column(of)),
        "servicer_reference": booked.servicer.take(column(of)),
        "instrument": column(INSTRUMENTS).take(column(pay.instrument[of])),
        "purpose": purpose,
        "simulated": column(np.ones(count, bool)),
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
