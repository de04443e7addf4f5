"""Messages that banks send each other for one payment, as stories have them: who says what of whom, and keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WireKind = Literal["transfer", "cover", "institution"]


@dataclass(frozen=True)
class Named:
    """What a message says of one customer; empty: nothing. `bank` by number, -1: not said, so whoever sends it on."""

    name: str = ""
    account: str = ""
    address: str = ""
    bank: int = -1


@dataclass(frozen=True)
class Leg:
    """One message. `by`, `sender` and `receiver` are banks by number: who keeps it and hands it in, from whom to whom.
    `transfer` speaks of customers, `cover` of the banks and of the customers below, `institution` of banks alone.
    `behind`: for whom the debtor says that it pays."""

    kind: WireKind
    by: int
    sender: int
    receiver: int
    debtor: Named
    creditor: Named
    behind: str = ""
