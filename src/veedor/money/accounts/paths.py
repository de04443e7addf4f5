"""Coins followed through several accounts: how much of what came into a chain came out, and where the rest stayed.

Each account of a chain says which coins of what came leave by which payment (pieces.py). Followed from the payments
that bring money into the chain from outside, coins come out by a payment that no account of the chain passes on, or
stay (are spent later or otherwise) at the account where they are last seen. Exact: every coin is in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """`size` coins of payment `came`, from place `in_came` on, that leave `account` as those from `in_went` on of
    payment `went`."""

    account: str
    came: int
    went: int
    size: int
    in_came: int
    in_went: int


@dataclass(frozen=True)
class Followed:
    """Coins that came in from outside, came out at the other end, and stayed, by account; `cut`: coins that were not
    followed to their end because the steps ran out or payments of one day go in a circle."""

    came: int
    out: int
    stayed: Mapping[str, int]
    cut: int


def follow(came: Mapping[int, tuple[str, int]], pieces: Sequence[Piece], steps: int) -> Followed:
    """`came`: by each payment that comes into an account of the chain, that account and the payment's coins. Where
    payments are followed in order of their numbers, at most `steps` pieces are looked at."""
    of: dict[int, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda piece: (piece.came, piece.in_came)):
        of.setdefault(piece.came, []).append(piece)
    passed_on = {piece.went for piece in pieces}
    origins = [payment for payment in sorted(came) if payment not in passed_on]
    out, cut = 0, 0
    stayed: dict[str, int] = {}
    # Coins low..high of a payment, and the payments they came by.
    waiting = [(payment, 0, came[payment][1], frozenset({payment})) for payment in reversed(origins)]
    while waiting:
        payment, low, high, way = waiting.pop()
        if payment not in came:
            out += high - low
            continue
        left = high - low
        for piece in of.get(payment, ()):
            first, last = max(low, piece.in_came), min(high, piece.in_came + piece.size)
            if first >= last:
                continue
            left -= last - first
            if steps == 0 or piece.went in way:
                cut += last - first
                continue
            steps -= 1
            shift = piece.in_went - piece.in_came
            waiting.append((piece.went, first + shift, last + shift, way | {piece.went}))
        if left:
            account = came[payment][0]
            stayed[account] = stayed.get(account, 0) + left
    return Followed(sum(came[payment][1] for payment in origins), out, stayed, cut)
