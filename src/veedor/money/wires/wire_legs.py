"""What each leg of one transfer says of its two customers, and where two of them disagree.

Names count as the same when they fold to the same words, or when one is the other cut off or with words left out: lines
of old messages hold 35 characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veedor.registers.names import names_nobody
from veedor.registers.names.fold import fold

SIDES = ("debtor", "creditor")
BEHIND_BOOKINGS = ("ultimate_counterparty_name", "ultimate_holder_name", "initiating_name")


@dataclass(frozen=True)
class Said:
    """What one leg says of one party; a name that names nobody is none."""

    name: str | None
    account: str | None
    detailed: bool


@dataclass(frozen=True)
class Leg:
    """One message or booking under a reference, in order of (time, deposit, row)."""

    deposit: bytes
    row: int
    time_us: int
    message: bool
    bare: bool  # a bank's own transfer, which names no customer
    parties: tuple[Said, Said]
    behind: tuple[str, ...]  # ultimate and initiating parties
    simulated: bool


@dataclass(frozen=True)
class Differences:
    """How many of the two parties differ in what; `bare` covers under a customer's transfer."""

    accounts: int
    names: int
    dropped: int
    details: int
    bare: int

    def any(self) -> bool:
        return bool(self.accounts or self.names or self.dropped or self.bare)


def _somebody(name: str | None) -> str | None:
    return None if name is None or names_nobody(name) else name


def of_message(row: Mapping[str, Any]) -> Leg:
    """A row of `transfers`; of a cover, the customers whom it covers."""
    below = "underlying_" if row["kind"] in ("cover", "institution") else ""
    parties = []
    for side in SIDES:
        at = f"{below}{side}"
        detailed = bool(row[f"{at}_address"] or row[f"{at}_identifiers"])
        parties.append(Said(_somebody(row[f"{at}_name"]), row[f"{at}_account"], detailed))
    behind = tuple(
        row[name]
        for name in ("ultimate_debtor_name", "ultimate_creditor_name", "initiating_name")
        if row[name] is not None
    )
    bare = row["kind"] == "institution"
    return Leg(row["deposit"], row["row"], row["time_us"], True, bare, (parties[0], parties[1]), behind,
               row["simulated"])  # fmt: skip


def of_booking(row: Mapping[str, Any], accounts: Sequence[set[str]]) -> Leg | None:
    """A row of `entries` on an account of either party, as messages name them; None for bookings of others."""
    detailed = bool(row["counterparty_address"] or row["counterparty_identifiers"])
    own = Said(_somebody(row["holder"]), row["account"], False)
    other = Said(_somebody(row["counterparty_name"]), row["counterparty_account"], detailed)
    behind = tuple(row[name] for name in BEHIND_BOOKINGS if row[name] is not None)
    if row["account"] in accounts[0]:
        parties = (own, other)
    elif row["account"] in accounts[1]:
        parties = (other, own)
    else:
        return None
    return Leg(row["deposit"], row["row"], row["time_us"], False, False, parties, behind, row["simulated"])


def same_name(one: str, other: str) -> bool:
    """Equal words in any order, or the shorter name's words each begin a word of the longer."""
    left, right = sorted((fold(one).split(), fold(other).split()), key=len)
    if not left:
        return not right
    free = list(right)
    for word in left:
        match = next((each for each in free if each.startswith(word) or word.startswith(each)), None)
        if match is None:
            return False
        free.remove(match)
    return True


def differences(legs: Sequence[Leg]) -> Differences:
    """Where the legs of one transfer disagree on its parties."""
    told = [leg for leg in legs if not leg.bare]
    accounts = names = dropped = details = 0
    for side in range(2):
        said = [leg.parties[side] for leg in told]
        accounts += len({each.account for each in said if each.account}) > 1
        known = sorted({each.name for each in said if each.name})
        names += any(not same_name(a, b) for at, a in enumerate(known) for b in known[at + 1 :])
        messages = [leg.parties[side] for leg in told if leg.message]
        dropped += any(each.name for each in messages) and any(not each.name for each in messages)
        details += any(each.detailed for each in messages) and any(not each.detailed for each in messages)
    bare = sum(leg.bare for leg in legs) if any(leg.message for leg in told) else 0
    return Differences(accounts, names, dropped, details, bare)
