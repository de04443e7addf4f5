"""Money followed through several accounts against coins that are carried one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.money.accounts.paths import Piece, follow
from veedor.money.accounts.pieces import pieces

ACCOUNTS = "ABC"
ENDS = ("XA", "XA", "AB", "AB", "BC", "BC", "CY", "AY", "XB", "AC", "CA")
paid = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(ENDS), st.integers(1, 9)).map(lambda one: (one[0], *one[1], one[2])),
    min_size=6,
    max_size=18,
)


def _events(payments: list[tuple[int, str, str, int]], account: str) -> list[tuple[int, bool, int]]:
    """(moment, leaves, payment) of an account's events in order; what comes goes before what leaves."""
    every = [(2 * at, payer == account, at) for at, (_, payer, _, _) in enumerate(payments) if payer == account]
    every += [(2 * at, False, at) for at, (_, _, payee, _) in enumerate(payments) if payee == account]
    return sorted(every)


@settings(max_examples=200, deadline=None)
@given(paid, st.integers(0, 8))
def test_following_pieces_is_carrying_coins_one_by_one(drawn: list[tuple[int, str, str, int]], delay: int) -> None:
    payments = sorted((one for one in drawn if one[1] != one[2]), key=lambda one: one[0])
    came, made = {}, []
    for account in ACCOUNTS:
        events = _events(payments, account)
        if not events:
            continue
        ids = np.array([at for _, _, at in events])
        incoming = np.array([not leaves for _, leaves, _ in events])
        time = np.array([payments[at][0] for at in ids], np.int64)
        amount = np.array([payments[at][3] for at in ids], np.int64)
        for first, last, *rest in zip(*pieces(incoming, time, np.zeros_like(time), amount, delay), strict=True):
            made.append(Piece(account, int(ids[first]), int(ids[last]), *(int(value) for value in rest)))
        came |= {int(at): (account, int(size)) for at, size, comes in zip(ids, amount, incoming, strict=True) if comes}

    # Coin by coin: a coin is (how it came into the chain, number); its history is forgotten where it leaves late.
    held: dict[str, list[tuple[bool, int]]] = {account: [] for account in ACCOUNTS}
    entered = out = 0
    for moment, payer, payee, size in payments:
        if payer in held:
            held[payer] = [coin for coin in held[payer] if moment - coin[1] <= delay or not coin[0]]
            fresh = [coin for coin in held[payer] if moment - coin[1] <= delay][:size]
            for coin in fresh:
                held[payer].remove(coin)
            coins = [tracked for tracked, _ in fresh]
        else:
            coins = []
        # What a payment is not known to be made of comes from outside, unless some of it is passed on.
        whole = not coins
        coins += [whole] * (size - len(coins))
        if payee in held:
            entered += size if whole else 0
            held[payee] += [(tracked, moment) for tracked in coins]
        else:
            out += sum(coins[: len(coins)]) if not whole else 0
    found = follow(came, made, 10**6)
    assert found.came == entered and found.cut == 0
    assert found.came == found.out + sum(found.stayed.values())
    assert found.out == out


def test_steps_that_run_out_leave_coins_that_are_named_as_not_followed() -> None:
    came = {1: ("A", 10), 2: ("B", 10)}
    made = [Piece("A", 1, 2, 10, 0, 0), Piece("B", 2, 3, 9, 0, 0)]
    whole, cut = follow(came, made, 9), follow(came, made, 1)
    assert (whole.came, whole.out, dict(whole.stayed), whole.cut) == (10, 9, {"B": 1}, 0)
    assert (cut.came, cut.out, dict(cut.stayed), cut.cut) == (10, 0, {"B": 1}, 9)


@pytest.mark.parametrize("steps", [5, 100])
def test_payments_that_go_in_a_circle_on_one_day_are_not_followed_for_ever(steps: int) -> None:
    came = {1: ("A", 10), 2: ("B", 10), 3: ("A", 10)}
    made = [Piece("A", 1, 2, 10, 0, 0), Piece("B", 2, 3, 10, 0, 0), Piece("A", 3, 2, 10, 0, 0)]
    straight = {4: ("C", 7)}, [Piece("C", 4, 5, 7, 0, 0)]
    found = follow(came | straight[0], made + straight[1], steps)
    assert (found.came, found.out, found.cut) == (17, 7, 10)
