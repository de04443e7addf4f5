"""CAT002, what a single radar says of itself, the older form: north marks, sectors, counts (EUROCONTROL
SUR.ET1.ST05.2000-STD-02B, editions 1.0 to 1.2).
"""

from __future__ import annotations

from veedor.formats.asterix.notation import SP, category, fixed, repetitive, uap
from veedor.formats.asterix.shared_bits import SOURCE

_ITEMS = (
    fixed("000", "8", "Message Type"),
    fixed("010", SOURCE, "Data Source Identifier"),
    fixed("020", "8 360/256 °", "Sector Number"),
    fixed("030", "24 1/128 s", "Time of Day"),
    fixed("041", "16 1/128 s", "Antenna Rotation Speed"),
    repetitive("050", "7, FX", "Station Configuration Status"),
    repetitive("060", "7, FX", "Station Processing Mode"),
    repetitive("070", "A 1, IDENT 5, COUNTER 10", "Plot Count Values"),
    repetitive("080", "7, FX", "Warning/Error Conditions"),
    fixed("090", "RE s8 1/128 NM, AE s8 360/16384 °", "Collimation Error"),
    fixed("100", "RS 16 1/128 NM, RE 16 1/128 NM, TS 16 360/65536 °, TE 16 360/65536 °", "Dynamic Window Type 1"),
    SP,
)

_UAP = (uap("010 000 020 030 041 050 060  070 100 090 080 - SP RFS"),)

CATEGORIES = (category(2, "1.0 1.1 1.2", _UAP, _ITEMS),)
