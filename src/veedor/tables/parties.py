"""What records say of one party besides its name and account: the same columns wherever a party stands."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import Column

TEXTS = pa.list_(pa.string())


def details(prefix: str, who: str) -> tuple[Column, ...]:
    """Identifiers, address, town and country of a party; `who` it is, in words."""
    return (
        Column(
            f"{prefix}_identifiers", TEXTS, f"{who}, identifiers as KIND:value (BIC, LEI, BIRTH, code of the scheme)",
            "party",
        ),
        Column(f"{prefix}_address", pa.string(), f"{who}, address, parts or lines as written with commas", "party"),
        Column(f"{prefix}_town", pa.string(), f"{who}, town where the address says it apart", "party"),
        Column(f"{prefix}_country", pa.string(), f"{who}, country of the address, else of residence", "party"),
    )  # fmt: skip


def named(prefix: str, who: str) -> tuple[Column, ...]:
    """The same of a party that has no account here, with its name."""
    return (Column(f"{prefix}_name", pa.string(), f"{who}, name as written", "party"), *details(prefix, who))
