"""Whether more flights are silent beside a listed aerodrome in open use than custom is at such aerodromes.

Everywhere some who land are not heard to answer. What is ordinary is taken from the same record: the share of silent
flights at other listed aerodromes in open use. So many more than that, and "ordinary users without a transponder" no
longer explains them, however near the aerodrome is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from veedor.air.landing.rules import SiteRules
from veedor.kernel.exactmath import log10
from veedor.kernel.sphere import to_int

_Row = Mapping[str, Any]


class Customs:
    """Silent flights and all flights by the listed aerodrome that their strips lie near."""

    def __init__(self, strips: Iterable[_Row], rules: SiteRules) -> None:
        self._rules = rules
        self._flights: dict[str, tuple[int, int]] = {}
        named: dict[str, int] = {}
        for strip in strips:
            if strip["aerodrome_mm"] <= rules.listed_mm:
                name = strip["aerodrome"]
                silent, every = self._flights.get(name, (0, 0))
                self._flights[name] = silent + strip["silent"], every + strip["flights"]
                named[name] = named.get(name, 0) + strip["named"]
        self._open = sorted(name for name, count in named.items() if count >= rules.open_flights)

    def silent_permille(self, but: str) -> int:
        """The share that a quarter of the other aerodromes in open use do not reach: some of them may hide strips too.
        Where they are few, what is assumed of ordinary flights."""
        shares = sorted(
            silent * 1000 // every for silent, every in (self._flights[name] for name in self._open if name != but)
        )
        if len(shares) < self._rules.custom_aerodromes:
            return self._rules.custom_permille
        return max(self._rules.custom_least_permille, shares[len(shares) // 4])

    def excess_milli_log10(self, strip: _Row) -> int:
        """How unlikely so many silent flights are by custom: a bound (Chernoff, Annals of Mathematical Statistics 23,
        1952) of the chance that as many of all flights there are silent, as thousandths of -log10; 0 where they are no
        more than custom."""
        silent = strip["silent"]
        every = silent + strip["named"] + strip["same_named"]
        usual = self.silent_permille(strip["aerodrome"]) / 1000.0
        share = silent / every if every else 0.0
        if share <= usual:
            return 0
        bits = share * log10(share / usual)
        if share < 1.0:
            bits += (1.0 - share) * log10((1.0 - share) / (1.0 - usual))
        return to_int(bits * every * 1000.0)
