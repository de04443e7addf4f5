"""The theatre `tapajos`: gold country south of the Amazon, where real strips of the list lie beside listed aerodromes.

No strip of the list that `roraima` watches lies within 500 m of a listed aerodrome; of all of the list one in eight
does. Aerodromes are public facts, radars and receivers invented. Of the listed aerodromes beside which strips lie,
every second is flown to openly, so that both cases are measured.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from veedor.registers.aerodromes import listed
from veedor.simulate.places import Aerodrome, Radar, Receiver, StripCountry
from veedor.simulate.strip_list import with_listed
from veedor.simulate.theatre import Theatre

BESIDE_MM, NEAR_MM, FARTHER = 500_000, 5_000_000, 30
_GROUND_M = 160.0

_AERODROMES = tuple(
    Aerodrome(*row)
    for row in (
        ("SBIH", -4.242, -56.001, 34, "B"), ("SBEK", -6.233, -57.777, 98, "B"), ("SJNP", -7.126, -55.401, 242, "B"),
        ("SBAT", -9.866, -56.105, 289, "B"), ("SBCC", -9.334, -54.965, 537, "C"), ("SBHT", -3.254, -52.254, 112, "B"),
        ("SBSN", -2.425, -54.786, 60, "A"), ("SWPI", -2.673, -56.777, 27, "C"), ("SBMN", -3.146, -59.986, 81, "A"),
    )
)  # fmt: skip

_TAPAJOS = Theatre(
    name="tapajos",
    parties=("br", "co"),
    aerodromes=_AERODROMES,
    radars=(
        Radar("BR-T1", "br", -6.240, -57.765, 140.0, 98.0, True, True, 180_000.0, 370_000.0, ()),
        Radar("BR-T2", "br", -7.118, -55.390, 300.0, 200.0, True, True, 180_000.0, 370_000.0, ((40.0, 75.0, 1.0),)),
        Radar("BR-T3", "br", -5.000, -56.300, 160.0, 100.0, False, True, 160_000.0, 370_000.0, ()),
    ),
    receivers=(
        Receiver("BR-T4", "br", -6.230, -57.770, 130.0, 98.0, 330_000.0, False),
        Receiver("BR-T5", "br", -7.120, -55.400, 280.0, 200.0, 330_000.0, False),
    ),
    strip_country=(StripCountry(-6.5, -56.5, 0.8, 0.8, _GROUND_M),),
    hidden_beside=("SBEK",),
    coast_gates=((-3.40, -57.90), (-3.20, -56.90), (-3.60, -58.60)),
    far_fields=((-1.20, -58.40, 40.0), (-0.90, -57.30, 60.0)),
    local=_AERODROMES,
    bases=("SBIH", "SBAT"),
    fields=(-8.5, -4.5, -58.2, -54.8),
    field_m=_GROUND_M,
)  # fmt: skip


def tapajos(file: Path) -> Theatre:
    """The theatre with the strips of the list that it watches: all within 5 km of a listed aerodrome, and FARTHER
    others."""
    theatre = with_listed(_TAPAJOS, file, 1)
    places = np.array([[round(value * 1e7) for value in place] for place in theatre.listed], np.int64)
    row, away = listed().nearest(places[:, 0], places[:, 1])
    beside, others = np.flatnonzero(away <= NEAR_MM), np.flatnonzero(away > NEAR_MM)[:FARTHER]
    used = dict.fromkeys(row[np.flatnonzero(away <= BESIDE_MM)].tolist())
    table = listed().table
    fields = tuple(
        Aerodrome(table["ident"][k].as_py(), table["lat_e7"][k].as_py() / 1e7, table["lon_e7"][k].as_py() / 1e7,
                  _GROUND_M, "C")
        for k in list(used)[::2]
    )  # fmt: skip
    return replace(
        theatre,
        listed=tuple(theatre.listed[k] for k in sorted([*beside.tolist(), *others.tolist()])),
        aerodromes=(*_AERODROMES, *fields),
        local=(*_AERODROMES, *fields),
    )
