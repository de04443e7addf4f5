"""Whether the flights of a strip were announced: drops, parachutists, surveys and eradication come to one unlisted
place day after day, by plans that they kept to or in airspace that a NOTAM reserved for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.air.announcements import Announcements, plain
from veedor.air.arrow import array
from veedor.air.landing.rules import SiteRules
from veedor.registers.aerodromes import Aerodromes

# What announcements are asked by, of each leg.
LEG_ASKED = ("leg", "start", "end", "start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7", "address", "call_sign")


@dataclass(frozen=True)
class Uses:
    """How many of a strip's flights were announced, and by what: the first call sign of a plan, the first NOTAM."""

    flights: int
    announced: int
    call_sign: str
    reference: str


@dataclass(frozen=True)
class AnnouncedUses:
    """Announcements, and the legs (rows of LEGS, times in microseconds) that used strips."""

    said: Announcements
    legs: Mapping[int, Mapping[str, Any]]

    @staticmethod
    def load(tables: Mapping[str, pa.Table], used: Iterable[int], aerodromes: Aerodromes) -> AnnouncedUses:
        """`tables` holds LEGS (columns LEG_ASKED), FLIGHT_PLANS, MOVEMENTS, OUTAGES; `used` are the legs of strips."""
        said = Announcements.load(tables["flight_plans"], tables["movements"], tables["outages"], aerodromes)
        if not said.unnamed and not said.reserved:
            return AnnouncedUses(said, {})
        wanted = array(sorted(set(used))).cast(pa.int64())
        legs = tables["legs"].filter(pa.compute.is_in(tables["legs"]["leg"], wanted))
        return AnnouncedUses(said, {row["leg"]: row for row in plain(legs)})

    @property
    def any(self) -> bool:
        """Whether a plan or a reservation of airspace was deposited at all."""
        return bool(self.said.unnamed or self.said.reserved)

    def of(self, strip: Mapping[str, Any], rules: SiteRules) -> Uses:
        """A use counts where its flight came to where its plan says, or where airspace over the strip was reserved when
        it came down or rose. A plan that it left, or that it is still on its way by, announces nothing."""
        call_signs, references, announced = [], [], 0
        for leg, record in zip(strip["legs"], strip["records"], strict=True):
            flight = self.legs.get(leg)
            if flight is None:
                continue
            plan, kept = self.said.plan_of(flight, rules) or (None, None)
            time_us = flight["end" if record["landing"] else "start"]
            reserved = self.said.reserved_at(time_us, strip["lat_e7"], strip["lon_e7"], rules)
            if plan is not None and kept == "flown":
                call_signs.append(plan["call_sign"] or "")
            if reserved is not None:
                references.append(reserved["reference"] or "")
            announced += kept == "flown" or reserved is not None
        return Uses(len(strip["legs"]), announced, (call_signs or [""])[0], (references or [""])[0])
