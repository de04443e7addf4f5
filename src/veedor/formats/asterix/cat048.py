"""CAT048, what a single radar reports of its targets (EUROCONTROL-SPEC-0149-4, editions 1.27 to 1.32).

`090.FL` is two's complement in every edition here: edition 1.32 says so, the earlier ones say nothing, and nothing
flies above flight level 2,047.
"""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, compound, extended, fixed, repetitive, revised, uap
from veedor.formats.asterix.shared_bits import (
    BDS_REGISTER,
    MODE_1,
    MODE_2,
    MODE_3A,
    MODE_C,
    PULSES,
    PULSES_1,
    SOURCE,
)

_REPORT = ("TYP 3, SIM 1, RDP 1, SPI 1, RAB 1, FX", "TST 1, ERR 1, XPP 1, ME 1, MI 1, FOEFRI 2, FX")
_REPORT_1_31 = (*_REPORT, "ADSB.EP 1, ADSB.VAL 1, SCN.EP 1, SCN.VAL 1, PAI.EP 1, PAI.VAL 1, - 1, FX")
_REPORT_1_32 = (
    *_REPORT_1_31,
    "ACASXV.EP 1, ACASXV.VAL 4, POXPR.EP 1, POXPR.VAL 1, FX",
    "POACT.EP 1, POACT.VAL 1, DTFXPR.EP 1, DTFXPR.VAL 1, DTFACT.EP 1, DTFACT.VAL 1, - 1, FX",
    "IRMXPR.EP 1, IRMXPR.VAL 1, IRMACT.EP 1, IRMACT.VAL 1, - 3, FX",
)

_ITEMS = (
    fixed("010", SOURCE, "Data Source Identifier"),
    extended("020", *_REPORT, title="Target Report Descriptor"),
    repetitive("030", "7, FX", "Warning/Error Conditions and Target Classification"),
    fixed("040", "RHO 16 1/256 NM, THETA 16 360/65536 °", "Measured Position in Polar Co-ordinates"),
    fixed("042", "X s16 1/128 NM, Y s16 1/128 NM", "Calculated Position in Cartesian Co-ordinates"),
    fixed("050", MODE_2, "Mode-2 Code in Octal Representation"),
    fixed("055", MODE_1, "Mode-1 Code in Octal Representation"),
    fixed("060", PULSES, "Mode-2 Code Confidence Indicator"),
    fixed("065", PULSES_1, "Mode-1 Code Confidence Indicator"),
    fixed("070", MODE_3A, "Mode-3/A Code in Octal Representation"),
    fixed("080", PULSES, "Mode-3/A Code Confidence Indicator"),
    fixed("090", "V 1, G 1, FL s14 1/4 FL", "Flight Level in Binary Representation"),
    fixed("100", MODE_C, "Mode-C Code and Code Confidence Indicator"),
    fixed("110", "- 2, 3DH s14 25 ft", "Height Measured by a 3D Radar"),
    compound(
        "120",
        fixed("CAL", "D 1, - 5, CAL s10 1 m/s"),
        repetitive("RDS", "DOP 16 1 m/s, AMB 16 1 m/s, FRQ 16 1 MHz"),
        title="Radial Doppler Speed",
    ),
    compound(
        "130",
        fixed("SRL", "8 360/8192 °"),
        fixed("SRR", "8"),
        fixed("SAM", "s8 1 dBm"),
        fixed("PRL", "8 360/8192 °"),
        fixed("PAM", "s8 1 dBm"),
        fixed("RPD", "s8 1/256 NM"),
        fixed("APD", "s8 360/16384 °"),
        title="Radar Plot Characteristics",
    ),
    fixed("140", "24 1/128 s", "Time of Day"),
    fixed("161", "- 4, TRN 12", "Track Number"),
    extended(
        "170",
        "CNF 1, RAD 2, DOU 1, MAH 1, CDM 2, FX",
        "TRE 1, GHO 1, SUP 1, TCC 1, - 3, FX",
        title="Track Status",
    ),
    fixed("200", "GSP 16 1/16384 NM/s, HDG 16 360/65536 °", "Calculated Track Velocity in Polar Co-ordinates"),
    fixed("210", "SIGX 8 1/128 NM, SIGY 8 1/128 NM, SIGV 8 1/16384 NM/s, SIGH 8 360/4096 °", "Track Quality"),
    fixed("220", "24", "Aircraft Address"),
    fixed(
        "230",
        "COM 3, STAT 3, SI 1, - 1, MSSC 1, ARC 1, AIC 1, B1A 1, B1B 4",
        "Communications/ACAS Capability and Flight Status",
    ),
    fixed("240", "48", "Aircraft Identification"),
    repetitive("250", BDS_REGISTER, "BDS Register Data"),
    fixed("260", "56", "ACAS Resolution Advisory Report"),
    RE,
    SP,
)

_UAP = (
    uap(
        "010 140 020 040 070 090 130  220 240 250 161 042 200 170"
        " 210 030 080 100 110 120 230  260 055 050 065 060 SP RE"
    ),
)

CATEGORIES = (
    category(48, "1.27 1.28 1.29 1.30", _UAP, _ITEMS),
    category(48, "1.31", _UAP, revised(_ITEMS, extended("020", *_REPORT_1_31, title="Target Report Descriptor"))),
    category(48, "1.32", _UAP, revised(_ITEMS, extended("020", *_REPORT_1_32, title="Target Report Descriptor"))),
)
