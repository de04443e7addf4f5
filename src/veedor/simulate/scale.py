"""How much of everything a factor means: what scales at once, and what stays until factor 1 and then grows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from veedor.errors import UsageError

DAY_S = 86_400.0


@dataclass(frozen=True)
class Scale:
    """Counts of one scenario. Legal traffic, payments and look-alikes go with the factor; flights, strips and
    laundering instances stay up to factor 1 and grow with its square root above, for a network does not grow as
    fast as the country's traffic."""

    factor: float
    days: int
    legal_flights_a_day: int
    flight_lookalikes: int
    illicit_flights: int
    strips: int
    payments_a_day: int
    instances_each: int
    money_lookalikes: int
    people: int
    lookalikes_each: int = 15  # of each kind that a switch asks for


def scale(factor: float) -> Scale:
    """The counts for a factor from 0.1 to 100; outside raises UsageError."""
    if not 0.1 <= factor <= 100:
        raise UsageError(
            "the scenario cannot be made at this factor",
            expected="0.1 to 100",
            found=str(factor),
            next_step="give --factor a number in the range",
        )
    growth = math.sqrt(max(1.0, factor))
    instances = round(8 * growth)
    return Scale(
        factor=factor,
        days=30,
        legal_flights_a_day=round(355 * factor),
        flight_lookalikes=round(330 * factor),
        illicit_flights=round(40 * growth),
        strips=round(6 * growth),
        payments_a_day=round(10_000 * factor),
        instances_each=instances,
        money_lookalikes=round(50 * 4 * 8 * factor),
        people=max(400, round(24_000 * factor)),
        lookalikes_each=max(3, round(15 * factor)),
    )
