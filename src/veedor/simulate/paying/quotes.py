"""What a central bank publishes and what the street pays: a price of the dollar for each day of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from veedor.simulate.paying.people import MARKETS
from veedor.simulate.seeds import child

HEADER = "day,base,quote,kind,rate,source,simulated\n"
_STREET = 1.07  # how much dearer a dollar is there
_SHUT = (5, 6)  # nobody publishes at weekends


def quotes(seed: int, start: datetime, days: int) -> Iterator[tuple[str, str, str, str]]:
    """(day, currency that a dollar is priced in, kind, price as written)."""
    rng = child(seed, "quotes")
    for market in MARKETS:
        if market.currency == "USD":
            continue
        for day in range(-3, days):
            moment = start + timedelta(days=day)
            wobble = float(np.clip(rng.normal(0.0, 0.003), -0.008, 0.008))
            if moment.weekday() in _SHUT:
                continue
            price = market.dollar * (1.0 + wobble)
            yield f"{moment:%Y-%m-%d}", market.currency, "official", f"{price:.4f}"
            yield f"{moment:%Y-%m-%d}", market.currency, "parallel", f"{price * _STREET:.4f}"


def quotes_csv(seed: int, start: datetime, days: int) -> bytes:
    """The file that a party hands in."""
    rows = (
        f"{day},USD,{currency},{kind},{price},SIMULATED {'central bank' if kind == 'official' else 'street'},true\n"
        for day, currency, kind, price in quotes(seed, start, days)
    )
    return (HEADER + "".join(rows)).encode()
