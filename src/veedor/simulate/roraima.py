"""The theatre `roraima`: the Venezuelan-Brazilian border in Amazonia, where many real strips were listed; air only."""

from __future__ import annotations

from veedor.simulate.places import Aerodrome, Radar, Receiver, StripCountry
from veedor.simulate.theatre import Theatre

_AERODROMES = tuple(
    Aerodrome(*row)
    for row in (
        ("SBBV", 2.841, -60.692, 84, "B"), ("SVSE", 4.555, -61.150, 896, "B"), ("SWQI", 1.833, -61.127, 55, "C"),
        ("SWUQ", 2.835, -63.647, 870, "C"), ("SWBV", 4.016, -64.519, 712, "C"), ("SWAE", 3.545, -63.182, 330, "C"),
        ("SITF", 4.108, -60.733, 111, "C"), ("SWAQ", 3.763, -62.409, 210, "C"), ("SVIC", 4.336, -61.740, 480, "C"),
        ("SVCN", 6.232, -62.854, 442, "C"), ("SYLT", 3.373, -59.789, 107, "C"), ("SJNC", 3.146, -62.230, 242, "C"),
        ("SBEG", -3.039, -60.050, 80, "A"), ("SVPR", 8.289, -62.760, 144, "A"), ("SYCJ", 6.499, -58.254, 29, "A"),
        ("SVCB", 8.122, -63.537, 60, "B"), ("SVPA", 5.620, -67.606, 75, "B"), ("SBUA", -0.148, -66.986, 77, "B"),
        ("SWBC", -0.981, -62.920, 34, "C"),
    )
)  # fmt: skip

RORAIMA = Theatre(
    name="roraima",
    parties=("ve", "br"),
    aerodromes=_AERODROMES,
    radars=(
        Radar("VE-R5", "ve", 4.602, -61.118, 1_010.0, 420.0, False, True, 180_000.0, 370_000.0, ((195.0, 240.0, 0.8),)),
        Radar("BR-R1", "br", 2.872, -60.655, 128.0, 85.0, True, True, 160_000.0, 370_000.0, ()),
        Radar("BR-R2", "br", 2.805, -63.612, 1_080.0, 420.0, True, True, 180_000.0, 370_000.0, ((310.0, 345.0, 1.2),)),
    ),
    receivers=(
        Receiver("BR-A1", "br", 2.838, -60.701, 120.0, 85.0, 330_000.0, False),
        Receiver("BR-A2", "br", 2.842, -63.640, 920.0, 420.0, 340_000.0, False),
    ),
    strip_country=(
        StripCountry(2.95, -62.60, 0.35, 0.60, 260.0),
        StripCountry(2.45, -63.35, 0.25, 0.40, 420.0),
        StripCountry(3.65, -62.75, 0.25, 0.50, 320.0),
        StripCountry(2.20, -61.60, 0.25, 0.40, 90.0),
        StripCountry(3.60, -63.75, 0.25, 0.35, 600.0),
    ),
    hidden_beside=("SWQI", "SJNC", "SITF"),
    coast_gates=((5.10, -62.30), (5.25, -63.10), (4.95, -61.40)),
    far_fields=((8.90, -61.70, 40.0), (9.05, -62.60, 60.0), (7.70, -59.20, 30.0)),
    local=tuple(a for a in _AERODROMES if a.grade != "A"),
    bases=("SBBV", "SVSE"),
    fields=(1.6, 4.4, -63.9, -60.3),
    field_m=150.0,
)  # fmt: skip
