"""CAT063, what a tracking centre says of its sensors: state, biases (EUROCONTROL-SPEC-0149-10, editions 1.6, 1.7)."""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, extended, fixed, revised, uap
from veedor.formats.asterix.shared_bits import SOURCE

_ITEMS = (
    fixed("010", SOURCE, "Data Source Identifier"),
    fixed("015", "8", "Service Identification"),
    fixed("030", "24 1/128 s", "Time of Message"),
    fixed("050", SOURCE, "Sensor Identifier"),
    extended(
        "060",
        "CON 2, PSR 1, SSR 1, MDS 1, ADS 1, MLT 1, FX",
        "OPS 1, ODP 1, OXT 1, MSC 1, TSV 1, NPW 1, - 1, FX",
        title="Sensor Configuration and Status",
    ),
    fixed("070", "s16 1 ms", "Time Stamping Bias"),
    fixed("080", "SRG s16 1/100000, SRB s16 1/128 NM", "SSR / Mode S Range Gain and Bias"),
    fixed("081", "s16 360/65536 °", "SSR Mode S Azimuth Bias"),
    fixed("090", "PRG s16 1/100000, PRB s16 1/128 NM", "PSR Range Gain and Bias"),
    fixed("091", "s16 360/65536 °", "PSR Azimuth Bias"),
    fixed("092", "s16 360/65536 °", "PSR Elevation Bias"),
    RE,
    SP,
)

_UAP = (uap("010 015 030 050 060 070 080  081 090 091 092 - RE SP"),)

_ITEMS_1_7 = revised(
    _ITEMS,
    extended(
        "060",
        "CON 2, PSR 1, SSR 1, MDS 1, ADS 1, MLT 1, FX",
        "OPS 1, ODP 1, OXT 1, MSC 1, TSV 1, NPW 1, - 1, FX",
        "TTF.EP 1, TTF.VAL 1, SPO.EP 1, SPO.VAL 1, - 3, FX",
        title="Sensor Configuration and Status",
    ),
)

CATEGORIES = (
    category(63, "1.6", _UAP, _ITEMS),
    category(63, "1.7", _UAP, _ITEMS_1_7),
)
