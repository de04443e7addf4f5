"""CAT010, surface movement sensors (EUROCONTROL-SPEC-0149-7, edition 1.1)."""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, extended, fixed, repetitive, uap
from veedor.formats.asterix.shared_bits import BDS_REGISTER, MODE_3A, SOURCE

_ITEMS = (
    fixed("000", "8", "Message Type"),
    fixed("010", SOURCE, "Data Source Identifier"),
    extended(
        "020",
        "TYP 3, DCR 1, CHN 1, GBS 1, CRT 1, FX",
        "SIM 1, TST 1, RAB 1, LOP 2, TOT 2, FX",
        "SPI 1, - 6, FX",
        title="Target Report Descriptor",
    ),
    fixed("040", "RHO 16 1 m, TH 16 360/65536 °", "Measured Position in Polar Co-ordinates"),
    fixed("041", "LAT s32 180/2147483648 °, LON s32 180/2147483648 °", "Position in WGS-84 Co-ordinates"),
    fixed("042", "X s16 1 m, Y s16 1 m", "Position in Cartesian Co-ordinates"),
    fixed("060", MODE_3A, "Mode-3/A Code in Octal Representation"),
    fixed("090", "V 1, G 1, FL s14 1/4 FL", "Flight Level in Binary Representation"),
    fixed("091", "s16 25/4 ft", "Measured Height"),
    fixed("131", "8", "Amplitude of Primary Plot"),
    fixed("140", "24 1/128 s", "Time of Day"),
    fixed("161", "- 4, TRK 12", "Track Number"),
    extended(
        "170",
        "CNF 1, TRE 1, CST 2, MAH 1, TCC 1, STH 1, FX",
        "TOM 2, DOU 3, MRS 2, FX",
        "GHO 1, - 6, FX",
        title="Track Status",
    ),
    fixed("200", "GSP 16 1/16384 NM/s, TRA 16 360/65536 °", "Calculated Track Velocity in Polar Co-ordinates"),
    fixed("202", "VX s16 1/16 m/s, VY s16 1/16 m/s", "Calculated Track Velocity in Cartesian Co-ordinates"),
    fixed("210", "AX s8 1/16 m/s², AY s8 1/16 m/s²", "Calculated Acceleration"),
    fixed("220", "24", "Target Address"),
    fixed("245", "STI 2, - 6, CHR 48", "Target Identification"),
    repetitive("250", BDS_REGISTER, "Mode S MB Data"),
    extended(
        "270", "LENGTH 7 1 m, FX", "ORIENTATION 7 360/128 °, FX", "WIDTH 7 1 m, FX", title="Target Size and Orientation"
    ),
    repetitive("280", "DRHO s8 1 m, DTHETA s8 15/100 °", "Presence"),
    fixed("300", "8", "Vehicle Fleet Identification"),
    fixed("310", "TRB 1, MSG 7", "Pre-programmed Message"),
    fixed("500", "DEVX 8 1/4 m, DEVY 8 1/4 m, COVXY s16 1/4 m", "Standard Deviation of Position"),
    fixed("550", "NOGO 2, OVL 1, TSV 1, DIV 1, TTF 1, - 2", "System Status"),
    RE,
    SP,
)

_UAP = (
    uap(
        "010 000 020 140 041 040 042  200 202 161 170 060 220 245  250 300 090 091 270 550 310 500 280 131 210 - SP RE"
    ),
)

CATEGORIES = (category(10, "1.1", _UAP, _ITEMS),)
