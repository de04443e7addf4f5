"""A theatre: the country over which the air side of a scenario plays, with whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from veedor.errors import UsageError
from veedor.simulate.places import (
    AERODROMES,
    COAST_GATES,
    COASTAL,
    FAR_FIELDS,
    HIDDEN_BESIDE,
    RADARS,
    RECEIVERS,
    STRIP_COUNTRY,
    Aerodrome,
    Radar,
    Receiver,
    StripCountry,
)


@dataclass(frozen=True)
class Theatre:
    """`parties`: the first hands in plots as CSV, the others as Parquet. `local`: the aerodromes from which light
    aircraft fly. `fields`: south, north, west, east of where unlisted farm and mission fields lie, `field_m` above
    the sea. `listed`: where a list has strips; empty: strips are cut somewhere in `strip_country`. `coastal`: a
    radar that stands only where asked for."""

    name: str
    parties: tuple[str, ...]
    aerodromes: tuple[Aerodrome, ...]
    radars: tuple[Radar, ...]
    receivers: tuple[Receiver, ...]
    strip_country: tuple[StripCountry, ...]
    hidden_beside: tuple[str, ...]
    coast_gates: tuple[tuple[float, float], ...]
    far_fields: tuple[tuple[float, float, float], ...]
    local: tuple[Aerodrome, ...]
    bases: tuple[str, ...]
    fields: tuple[float, float, float, float]
    field_m: float
    banks: bool = False
    listed: tuple[tuple[float, float], ...] = ()
    coastal: Radar | None = None

    @property
    def sensors(self) -> tuple[Radar | Receiver, ...]:
        """Radars and receivers; one at the coast last, so that its being there changes no other."""
        inland, coast = ([r for r in self.radars if r.coastal == coastal] for coastal in (False, True))
        return (*inland, *self.receivers, *coast)

    def at_the_coast(self) -> Theatre:
        """The theatre with its radar at the coast; UsageError where there is no coast."""
        if self.coastal is None:
            raise UsageError(
                "this scenario has no coast", found=self.name, expected="a scenario with a radar at the coast: apure",
                next_step="leave out what only a coast shows",
            )  # fmt: skip
        return replace(self, radars=(*self.radars, self.coastal))

    def aerodrome(self, ident: str) -> Aerodrome:
        """The one with this ident."""
        return next(a for a in self.aerodromes if a.ident == ident)


APURE = Theatre(
    name="apure",
    parties=("ve", "co"),
    aerodromes=AERODROMES,
    radars=RADARS,
    receivers=RECEIVERS,
    strip_country=STRIP_COUNTRY,
    hidden_beside=HIDDEN_BESIDE,
    coast_gates=COAST_GATES,
    far_fields=FAR_FIELDS,
    local=tuple(a for a in AERODROMES if a.grade != "A" and a.ident[:2] in ("SV", "SK") and a.ident != "SKSP"),
    bases=("SVMC", "SVSR", "SKUC", "SKBQ"),
    fields=(6.6, 10.2, -72.0, -66.8),
    field_m=80.0,
    banks=True,
    coastal=COASTAL,
)
