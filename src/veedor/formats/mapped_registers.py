"""What rows of dated registers must say beside being readable: a rate or threshold above 0, a country, days in order.

A row that decides amounts and is wrong is worse than none: it is rejected, never used as far as it goes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.checks import Checks

_ABOVE_ZERO = {"exchange_rates": "rate", "reporting_thresholds": "amount"}


def register_whole(table: str, found: dict[str, Array], checks: Checks) -> None:
    """Marks rows of these tables that cannot hold; rows of others are left alone."""
    name = _ABOVE_ZERO.get(table)
    if name is None:
        return
    units = found[f"{name}_units"]
    low = pc.fill_null(pc.less_equal(units, 0), False).to_numpy(zero_copy_only=False)
    checks.fail(low, "reject.register_zero", name, "above 0", units)
    if table == "reporting_thresholds":
        country = found["country"]
        odd = pc.invert(pc.fill_null(pc.match_substring_regex(country, "^[A-Z]{2}$"), True))
        checks.fail(odd.to_numpy(zero_copy_only=False), "reject.code", "country", "ISO 3166, two letters", country)
        until = found.get("valid_to", pa.nulls(len(country), pa.date32()))
        never = pc.fill_null(pc.less_equal(until, found["valid_from"]), False).to_numpy(zero_copy_only=False)
        checks.fail(np.asarray(never), "reject.register_days", "valid_to", "a day after valid_from", until)
