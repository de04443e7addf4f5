"""CAT020, multilateration (EUROCONTROL-SPEC-0149-14, editions 1.9 to 1.11). What editions call by several names has one
name here: `250.MBDATA`.
"""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, compound, extended, fixed, repetitive, revised, uap
from veedor.formats.asterix.shared_bits import BDS_REGISTER, MODE_1, MODE_2, MODE_3A, MODE_C, SOURCE

_ITEMS = (
    fixed("010", SOURCE, "Data Source Identifier"),
    extended(
        "020",
        "SSR 1, MS 1, HF 1, VDL4 1, UAT 1, DME 1, OT 1, FX",
        "RAB 1, SPI 1, CHN 1, GBS 1, CRT 1, SIM 1, TST 1, FX",
        title="Target Report Descriptor",
    ),
    repetitive("030", "7, FX", "Warning/Error Conditions"),
    fixed("041", "LAT s32 180/33554432 °, LON s32 180/33554432 °", "Position In WGS-84 Coordinates"),
    fixed("042", "X s24 1/2 m, Y s24 1/2 m", "Position in Cartesian Coordinates"),
    fixed("050", MODE_2, "Mode-2 Code in Octal Representation"),
    fixed("055", MODE_1, "Mode-1 Code in Octal Representation"),
    fixed("070", MODE_3A, "Mode-3/A Code in Octal Representation"),
    fixed("090", "V 1, G 1, FL s14 1/4 FL", "Flight Level in Binary Representation"),
    fixed("100", MODE_C, "Mode C Code"),
    fixed("105", "s16 25/4 ft", "Geometric Height (WGS-84)"),
    fixed("110", "s16 25/4 ft", "Measured Height (Local Cartesian Coordinates)"),
    fixed("140", "24 1/128 s", "Time of Day"),
    fixed("161", "- 4, TRN 12", "Track Number"),
    extended("170", "CNF 1, TRE 1, CST 1, CDM 2, MAH 1, STH 1, FX", "GHO 1, - 6, FX", title="Track Status"),
    fixed("202", "VX s16 1/4 m/s, VY s16 1/4 m/s", "Calculated Track Velocity in Cartesian Coordinates"),
    fixed("210", "AX s8 1/4 m/s², AY s8 1/4 m/s²", "Calculated Acceleration"),
    fixed("220", "24", "Target Address"),
    fixed(
        "230",
        "COM 3, STAT 3, - 2, MSSC 1, ARC 1, AIC 1, B1A 1, B1B 4",
        "Communications/ACAS Capability and Flight Status",
    ),
    fixed("245", "STI 2, - 6, CHR 48", "Target Identification"),
    repetitive("250", BDS_REGISTER, "Mode S MB Data"),
    fixed("260", "56", "ACAS Resolution Advisory Report"),
    fixed("300", "8", "Vehicle Fleet Identification"),
    fixed("310", "TRB 1, MSG 7", "Pre-programmed Message"),
    repetitive("400", "BIT1 1, BIT2 1, BIT3 1, BIT4 1, BIT5 1, BIT6 1, BIT7 1, BIT8 1", "Contributing Devices"),
    compound(
        "500",
        fixed("DOP", "X 16 1/4, Y 16 1/4, XY 16 1/4"),
        fixed("SDP", "X 16 1/4 m, Y 16 1/4 m, XY 16 1/4"),
        fixed("SDH", "16 1/2 m"),
        title="Position Accuracy",
    ),
    RE,
    SP,
)

_UAP = (
    uap(
        "010 020 140 041 042 161 170  070 202 090 100 220 245 110  105 210 300 310 500 400 250 "
        "230 260 030 055 050 RE SP"
    ),
)

_ITEMS_1_10 = revised(
    _ITEMS,
    extended(
        "020",
        "SSR 1, MS 1, HF 1, VDL4 1, UAT 1, DME 1, OT 1, FX",
        "RAB 1, SPI 1, CHN 1, GBS 1, CRT 1, SIM 1, TST 1, FX",
        "CF 2, - 5, FX",
        title="Target Report Descriptor",
    ),
)

_ITEMS_1_11 = revised(
    _ITEMS_1_10,
    fixed(
        "230",
        "COM 3, STAT 3, CASEVN 2, MSSC 1, ARC 1, AIC 1, B1A 1, B1B 4",
        "Communications/ACAS Capability and Flight Status",
    ),
)

CATEGORIES = (
    category(20, "1.9", _UAP, _ITEMS),
    category(20, "1.10", _UAP, _ITEMS_1_10),
    category(20, "1.11", _UAP, _ITEMS_1_11),
)
