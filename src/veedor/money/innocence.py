"""Innocent explanations, each a test on the account's own payments: supports, contradicts or cannot tell, with numbers.

A test says "cannot tell" where the data could not have shown the explanation (too short a history, names or countries
missing). Weights are expert settings: an explanation that the data supports lowers the score.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from veedor.engine.findings import Innocent, Verdict
from veedor.money.amounts import median, permille
from veedor.money.columns import Ints
from veedor.money.instances import LEAST_SILENT_DAYS, Instance, recurring
from veedor.money.ledger import DAY_US

# Weekly, fortnightly (quincena: 13 to 17 days) and monthly rhythms, with weekends and holidays.
RHYTHMS_DAYS = ((6, 8), (13, 17), (26, 35))
_YEAR_DAYS = ((350, 380),)


def _verdict(share: int, supports: int, contradicts: int) -> Verdict:
    return "supports" if share >= supports else "contradicts" if share <= contradicts else "cannot_tell"


def _effect(verdict: Verdict, supports: int, contradicts: int) -> int:
    return {"supports": supports, "contradicts": contradicts, "cannot_tell": 0}[verdict]


def _observed_days(instance: Instance) -> int:
    """How far the account's own records reach beyond the instance, before or after, whichever is more."""
    time, history, members = instance.ledger.time, instance.history, instance.members
    before = int(time[members[0]] - time[history[0]])
    after = int(time[history[-1]] - time[members[-1]])
    return max(before, after) // DAY_US


def rhythm(key: str, instance: Instance, events: Ints) -> Innocent:
    """Wages, fees, instalments: the same counterparties again a week, a fortnight or a month earlier or later."""
    share = permille(int(np.count_nonzero(recurring(instance, events, RHYTHMS_DAYS))), len(events))
    days = _observed_days(instance)
    # Less than a fortnight beside the instance could show weekly rhythms only: their absence says nothing.
    verdict = _verdict(share, 500, 100 if days >= 17 else -1)
    return Innocent(key, verdict, {"share_permille": share, "observed_days": days}, _effect(verdict, -1500, 150))


def price_list(key: str, instance: Instance, events: Ints) -> Innocent:
    """Dues, tickets, wages by grade: amounts that several counterparties share. Who splits a sum varies the parts."""
    amounts = Counter(instance.ledger.amount[events].tolist())
    share = permille(sum(count for count in amounts.values() if count > 1), len(events))
    verdict = _verdict(share, 600, 150)
    return Innocent(key, verdict, {"share_permille": share}, _effect(verdict, -1500, 150))


def season(key: str, instance: Instance, events: Ints) -> Innocent:
    """Harvests and fairs: the same counterparties a year earlier or later."""
    time, history = instance.ledger.time, instance.history
    long = time[history[-1]] - time[history[0]] >= _YEAR_DAYS[0][0] * DAY_US
    again = int(np.count_nonzero(recurring(instance, events, _YEAR_DAYS))) if long else 0
    share = permille(again, len(events))
    days = _observed_days(instance)
    verdict = _verdict(share, 300, 50 if days >= 380 else -1)
    return Innocent(key, verdict, {"share_permille": share, "observed_days": days}, _effect(verdict, -1000, 100))


def trade(key: str, instance: Instance, events: Ints) -> Innocent:
    """A shop or a collecting company: paid on most days of its records, by many, in amounts that all differ."""
    ledger, history = instance.ledger, instance.history
    side = history[ledger.incoming[history] == bool(ledger.incoming[events[0]])]
    days = ledger.time[side] // DAY_US
    span = int(days.max() - days.min()) + 1
    active = permille(len(np.unique(days)), span)
    distinct = permille(len(set(ledger.amount[events].tolist())), len(events))
    values = {"active_permille": active, "span_days": span, "distinct_permille": distinct}
    if span < 14:
        return Innocent(key, "cannot_tell", values, 0)
    verdict: Verdict = (
        "supports" if active >= 600 and distinct >= 500 else "contradicts" if active <= 250 else "cannot_tell"
    )
    return Innocent(key, verdict, values, _effect(verdict, -1000, 200))


def same_holder(key: str, instance: Instance, events: Ints) -> Innocent:
    """A treasury moving its own money: payer and payee bear the same name."""
    payers, payees = instance.column("payer_name", events), instance.column("payee_name", events)
    named = [(_plain(a), _plain(b)) for a, b in zip(payers, payees, strict=True) if a and b]
    share = permille(sum(a == b for a, b in named), len(named))
    values = {"share_permille": share, "named_permille": permille(len(named), len(events))}
    if 2 * len(named) < len(events):
        return Innocent(key, "cannot_tell", values, 0)
    verdict = _verdict(share, 400, 0)
    return Innocent(key, verdict, values, _effect(verdict, -2000, 0))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def clearing(key: str, instance: Instance) -> Innocent:
    """An exchange house or a bank's settlement account: many on both sides, on most days of its records."""
    ledger, history = instance.ledger, instance.history
    incoming = ledger.incoming[history]
    payers, payees = len(instance.others(history[incoming])), len(instance.others(history[~incoming]))
    days = ledger.time[history] // DAY_US
    span = int(days.max() - days.min()) + 1
    active = permille(len(np.unique(days)), span)
    values = {"payers": payers, "payees": payees, "active_permille": active, "span_days": span}
    if span < 14:
        return Innocent(key, "cannot_tell", values, 0)
    busy = payers >= 30 and payees >= 30 and active >= 600
    verdict: Verdict = (
        "supports" if busy else "contradicts" if min(payers, payees) < 10 or active <= 250 else "cannot_tell"
    )
    return Innocent(key, verdict, values, _effect(verdict, -1200, 0))


def agent(key: str, instance: Instance, came: Ints, went: Ints, by_size: bool = False) -> Innocent:
    """An escrow or sales agent: every deal is one payment in and one out, and every deal has parties of its own.

    Where the counts of both sides differ, what the agent pays beside its deals (wages, rent) is set aside: a deal is
    then a payment in and one out of nearly that size. `by_size`: so always, as where many pay and many are paid equal
    counts say nothing."""
    few = min(len(came), len(went))
    paired = 0 if by_size else permille(few, max(len(came), len(went)))
    if paired < _PAIRED_PERMILLE:
        deals = _deals(instance, came, went)
        dealt = np.array([deal[0] for deal in deals], np.int64)
        share = permille(instance.total(dealt), instance.total(came))
        if share >= _PAIRED_PERMILLE:
            came, went = dealt, np.array([deal[1] for deal in deals], np.int64)
            few, paired = len(deals), share
    payers, payees = len(instance.others(came)), len(instance.others(went))
    apart = permille(min(payers, payees), max(few, 1))
    values = {"paired_permille": paired, "apart_permille": min(apart, 1000), "payers": payers, "payees": payees}
    # Who has done nothing before, or not for long, is known for an agent only by more deals than a few.
    fresh = instance.is_new or instance.silent_days >= LEAST_SILENT_DAYS
    if few < 2 or (few < _DEALS_OF_A_NEW_AGENT and fresh):
        return Innocent(key, "cannot_tell", values, 0)
    verdict: Verdict = (
        "supports" if paired >= _PAIRED_PERMILLE and apart >= 700 else "contradicts" if apart <= 350 else "cannot_tell"
    )
    return Innocent(key, verdict, values, _effect(verdict, -2000, 150))


_PAIRED_PERMILLE = 700
_DEALS_OF_A_NEW_AGENT = 5
_DEAL_PERMILLE = 900
"""Fees and commissions are smaller than the rest of it."""


def _deals(instance: Instance, came: Ints, went: Ints) -> list[tuple[int, int]]:
    """Each payment in with the first one after it, not yet taken, that passes nearly all of it on."""
    amount, time = instance.ledger.amount, instance.ledger.time
    free, found = went.tolist(), []
    for event in came.tolist():
        most, left_by = int(amount[event]), int(instance.moment[event])
        for at, out in enumerate(free):
            size = int(amount[out])
            if time[event] <= time[out] <= left_by and 1000 * size >= _DEAL_PERMILLE * most and size <= most:
                found.append((event, free.pop(at)))
                break
    return found


def remittances(key: str, instance: Instance, events: Ints) -> Innocent:
    """Family abroad: many small payments across a border, far below what the account else moves."""
    pairs = [pair for pair in instance.countries(events) if pair[0] and pair[1]]
    abroad = permille(sum(own != other for own, other in pairs), len(pairs))
    typical = median(instance.ledger.amount[events].tolist())
    usual = median(instance.ledger.amount[instance.history].tolist())
    small = permille(typical, usual)
    values = {"abroad_permille": abroad, "size_permille": min(small, 10**9), "known": len(pairs)}
    if 2 * len(pairs) < len(events):
        return Innocent(key, "cannot_tell", values, 0)
    verdict: Verdict = "contradicts" if abroad <= 300 else "supports" if small <= 500 else "cannot_tell"
    return Innocent(key, verdict, values, _effect(verdict, -700, 0))
