"""CAT034, what a single radar says of itself: north marks, sectors, status, counts, its position
(EUROCONTROL-SPEC-0149-2b, editions 1.27 to 1.29).
"""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, compound, fixed, repetitive, uap
from veedor.formats.asterix.shared_bits import SOURCE

_ITEMS = (
    fixed("000", "8", "Message Type"),
    fixed("010", SOURCE, "Data Source Identifier"),
    fixed("020", "8 360/256 °", "Sector Number"),
    fixed("030", "24 1/128 s", "Time of Day"),
    fixed("041", "16 1/128 s", "Antenna Rotation Speed"),
    compound(
        "050",
        fixed("COM", "NOGO 1, RDPC 1, RDPR 1, OVLRDP 1, OVLXMT 1, MSC 1, TSV 1, - 1"),
        None,
        None,
        fixed("PSR", "ANT 1, CHAB 2, OVL 1, MSC 1, - 3"),
        fixed("SSR", "ANT 1, CHAB 2, OVL 1, MSC 1, - 3"),
        fixed("MDS", "ANT 1, CHAB 2, OVLSUR 1, MSC 1, SCF 1, DLF 1, OVLSCF 1, OVLDLF 1, - 7"),
        title="System Configuration and Status",
    ),
    compound(
        "060",
        fixed("COM", "- 1, REDRDP 3, REDXMT 3, - 1"),
        None,
        None,
        fixed("PSR", "POL 1, REDRAD 3, STC 2, - 2"),
        fixed("SSR", "REDRAD 3, - 5"),
        fixed("MDS", "REDRAD 3, CLU 1, - 4"),
        title="System Processing Mode",
    ),
    repetitive("070", "TYP 5, COUNT 11", "Message Count Values"),
    fixed("090", "RNG s8 1/128 NM, AZM s8 360/16384 °", "Collimation Error"),
    fixed(
        "100",
        "RHOST 16 1/256 NM, RHOEND 16 1/256 NM, THETAST 16 360/65536 °, THETAEND 16 360/65536 °",
        "Generic Polar Window",
    ),
    fixed("110", "8", "Data Filter"),
    fixed("120", "HGT s16 1 m, LAT s24 180/8388608 °, LON s24 180/8388608 °", "3D-Position Of Data Source"),
    RE,
    SP,
)

_UAP = (uap("010 000 030 020 041 050 060  070 100 110 120 090 RE SP"),)

CATEGORIES = (category(34, "1.27 1.28 1.29", _UAP, _ITEMS),)
