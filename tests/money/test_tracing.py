"""Kernels of the patterns against answers worked out the slow way on small random accounts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.money.making import DAY_US, HOUR_US, payment, payments
from veedor.engine.detector import Owner
from veedor.money.ledger import ledgers
from veedor.money.tracing import fan_windows, passing_runs, trace

events = st.lists(
    st.tuples(st.integers(0, 6), st.booleans(), st.integers(-1, 4), st.integers(1, 30)), min_size=1, max_size=24
)


def _sorted(drawn: list[tuple[int, bool, int, int]]) -> tuple[np.ndarray, ...]:
    rows = sorted(drawn, key=lambda event: (event[0], not event[1]))
    time, incoming, other, amount = (np.array(column) for column in zip(*rows, strict=True))
    return np.array([0, len(rows)]), incoming, other.astype(np.int64), time.astype(np.int64), amount.astype(np.int64)


def _trace_coin_by_coin(incoming: np.ndarray, time: np.ndarray, amount: np.ndarray, delay: int) -> list[int]:
    moved, coins = [0] * len(time), []
    for at in range(len(time)):
        if incoming[at]:
            coins += [at] * int(amount[at])
            continue
        coins = [coin for coin in coins if time[at] - time[coin] <= delay]
        spent, coins = coins[: int(amount[at])], coins[int(amount[at]) :]
        for coin in spent:
            moved[coin] += 1
            moved[at] += 1
    return moved


@settings(max_examples=150, deadline=None)
@given(events, st.integers(0, 4))
def test_first_in_first_out_is_what_counting_single_coins_gives(drawn: list, delay: int) -> None:
    starts, incoming, _, time, amount = _sorted(drawn)
    moved, moment = trace(starts, incoming, time, np.zeros(len(time), np.int64), amount, delay)
    assert moved.tolist() == _trace_coin_by_coin(incoming, time, amount, delay)
    assert moved[incoming].sum() == moved[~incoming].sum()
    assert ((moment >= 0) == (moved > 0)).all()


def _fans_by_definition(incoming, other, time, side, window, least):  # type: ignore[no-untyped-def]
    """All windows that end at an event, each a set of events; counting ones joined while they share an event."""
    chosen = [at for at in range(len(time)) if incoming[at] == side and other[at] >= 0]
    runs: list[set[int]] = []
    busiest = 0
    for at in chosen:
        members = {n for n in chosen if n <= at and time[at] - time[n] <= window}
        distinct = len({int(other[n]) for n in members})
        busiest = max(busiest, distinct)
        if distinct >= least:
            if runs and runs[-1] & members:
                runs[-1] |= members
            else:
                runs.append(members)
    return [(min(run), max(run)) for run in runs], busiest


@settings(max_examples=150, deadline=None)
@given(events, st.booleans(), st.integers(0, 4), st.integers(1, 4))
def test_fans_are_all_maximal_runs_of_windows_with_enough_counterparties(
    drawn: list, side: bool, window: int, least: int
) -> None:
    starts, incoming, other, time, _ = _sorted(drawn)
    groups, firsts, lasts, peaks, busiest = fan_windows(starts, incoming, other, time, 5, side, window, least)
    runs, most = _fans_by_definition(incoming, other, time, side, window, least)
    assert list(zip(firsts.tolist(), lasts.tolist(), strict=True)) == runs
    assert busiest.tolist() == [most]
    assert (peaks >= least).all() and set(groups.tolist()) <= {0}


@settings(max_examples=150, deadline=None)
@given(events, st.integers(0, 4), st.sampled_from([700, 900, 1000]))
def test_passing_runs_are_disjoint_and_keep_what_they_promise(drawn: list, delay: int, permille: int) -> None:
    starts, incoming, _, time, amount = _sorted(drawn)
    moved, moment = trace(starts, incoming, time, np.zeros(len(time), np.int64), amount, delay)
    _, firsts, lasts = passing_runs(starts, incoming, time, amount, moved, moment, permille)
    assert all(first < last for first, last in zip(firsts, lasts, strict=True))
    assert (firsts[1:] > lasts[:-1]).all()
    for first, last in zip(firsts, lasts, strict=True):
        inside = slice(first, last + 1)
        came, went = incoming[inside], ~incoming[inside]
        assert 1000 * moved[inside][came].sum() > permille * amount[inside][came].sum() - 1000
        assert 1000 * moved[inside][went].sum() > permille * amount[inside][went].sum() - 1000
        assert came.any() and went.any()


def test_money_that_comes_and_goes_on_one_date_passes_through() -> None:
    table = payments(
        [
            payment(1, "A", "H", 10_000, 0, time_is_date=True),
            payment(2, "H", "B", 9_800, 0, time_is_date=True),
            payment(3, "C", "H", 10_000, 24 * 10, time_is_date=True),
            payment(4, "H", "D", 9_800, 24 * 12, time_is_date=True),
        ]
    )
    (ledger,) = ledgers(table, Owner(), 4)
    moved, moment = trace(ledger.starts, ledger.incoming, ledger.time, ledger.slack, ledger.amount, 24 * HOUR_US)
    assert moved.tolist() == [9_800, 9_800, 0, 0]
    moved, _ = trace(ledger.starts, ledger.incoming, ledger.time, ledger.slack, ledger.amount, 2 * DAY_US)
    assert moved.tolist() == [9_800] * 4
    assert moment.max() >= 0


def test_amounts_beyond_64_bits_are_added_exactly() -> None:
    huge = 2**62
    table = payments(
        [payment(n, f"P{n}", "H", huge, n, amount_exponent=0, currency="VES") for n in range(4)]
        + [payment(9, "H", "Z", 5, 5, amount_exponent=3, currency="VES")]
        + [payment(10, "A", "B", 7, 5)]
    )
    narrow, wide = ledgers(table, Owner(), 1)
    assert wide.wide and not narrow.wide
    group = int(np.flatnonzero(wide.accounts.take(wide.group_account).to_numpy(zero_copy_only=False) == "H")[0])
    part = slice(wide.starts[group], wide.starts[group + 1])
    assert sum(wide.amount[part][wide.incoming[part]]) == 4 * huge * 1000
    moved, _ = wide.call(trace)(wide.starts, wide.incoming, wide.time, wide.slack, wide.amount, DAY_US)
    assert sum(moved[part][~wide.incoming[part]]) == 5


@pytest.mark.parametrize("seed", [1, 2])
def test_currencies_self_payments_and_reversed_payments_do_not_mix(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = [
        payment(n, f"A{generator.integers(4)}", f"A{generator.integers(4)}", int(generator.integers(1, 99)), n,
                currency=str(generator.choice(["USD", "COP"])), reversed=bool(generator.integers(2)))
        for n in range(200)
    ]  # fmt: skip
    (ledger,) = ledgers(payments(rows), Owner(), 1)
    kept = [row for row in rows if row["payer"] != row["payee"] and not row["reversed"]]
    assert len(ledger.payment) == 2 * len(kept)
    for group in range(len(ledger.starts) - 1):
        for at in range(ledger.starts[group], ledger.starts[group + 1]):
            row = rows[ledger.payment[at]]
            account = ledger.accounts[int(ledger.group_account[group])].as_py()
            assert row["currency"] == ledger.currencies[ledger.group_currency[group]]
            assert row["payee" if ledger.incoming[at] else "payer"] == account
