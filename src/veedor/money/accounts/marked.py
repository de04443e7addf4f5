"""Accounts that `account_profiles` marks for a pattern: what the detectors of such patterns read, and their ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.money.columns import Ints
from veedor.money.ledger import NEEDED, NOT_REVERSED, Ledger, ledgers
from veedor.tables import ACCOUNT_PROFILES, PAYMENTS

LOOKED_AT_AGAIN = (
    Read(PAYMENTS, ByKey(("payer", "payee")), NEEDED, NOT_REVERSED, ("candidates", "account")),
    Read(ACCOUNT_PROFILES, Broadcast(), ("account",), (("looked_at_again", "=", True),), handed_as="candidates"),
)
"""Payments of the accounts where any pattern could be: read alike by the detectors of all patterns, they are brought
together once."""


def marked(pattern: str) -> Read:
    """The accounts where one pattern could be; `pattern` is its column of `account_profiles`."""
    return Read(ACCOUNT_PROFILES, Broadcast(), ("account",), ((pattern, "=", True),))


def traced_ledgers(
    tables: Mapping[str, pa.Table], owner: Owner, least_events: int, delay_us: int
) -> Iterator[tuple[Ledger, tuple[Any, Ints]]]:
    """The ledgers of the owner's marked accounts (ledger.ledgers), each with what leaves within the delay, and when."""
    for ledger in ledgers(tables["payments"], owner, least_events, tables["account_profiles"]["account"]):
        yield ledger, ledger.traced(delay_us)
