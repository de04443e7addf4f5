"""CAT001, plots and tracks of a single radar, the older form (EUROCONTROL SUR.ET1.ST05.2000-STD-02A, editions 1.2 to
1.4). Whether a record is a plot or a track, and so in which order its items come, is the first bit of I001/020.
"""

from __future__ import annotations

from veedor.formats.asterix.layout import Choice
from veedor.formats.asterix.notation import SP, category, extended, fixed, repetitive, uap
from veedor.formats.asterix.shared_bits import MODE_2, MODE_3A, MODE_C, PULSES, SOURCE

_ITEMS = (
    fixed("010", SOURCE, "Data Source Identifier"),
    extended(
        "020",
        "TYP 1, SIM 1, SSRPSR 2, ANT 1, SPI 1, RAB 1, FX",
        "TST 1, DS1DS2 2, ME 1, MI 1, - 2, FX",
        title="Target Report Descriptor",
    ),
    repetitive("030", "7, FX", "Warning/Error Conditions"),
    fixed("040", "RHO 16 1/128 NM, THETA 16 360/65536 °", "Measured Position in Polar Co-ordinates"),
    fixed("042", "X s16 1/64 NM, Y s16 1/64 NM", "Calculated Position in Cartesian Co-ordinates"),
    fixed("050", MODE_2, "Mode-2 Code in Octal Representation"),
    fixed("060", PULSES, "Mode-2 Code Confidence Indicator"),
    fixed("070", MODE_3A, "Mode-3/A Code in Octal Representation"),
    fixed("080", PULSES, "Mode-3/A Code Confidence Indicator"),
    fixed("090", "V 1, G 1, HGT s14 1/4 FL", "Mode-C Code in Binary Representation"),
    fixed("100", MODE_C, "Mode-C Code and Code Confidence Indicator"),
    fixed("120", "s8 1/256 NM/s", "Measured Radial Doppler Speed"),
    repetitive("130", "7, FX", "Radar Plot Characteristics"),
    fixed("131", "s8 1 dBm", "Received Power"),
    fixed("141", "16 1/128 s", "Truncated Time of Day"),
    fixed("150", "XA 1, - 1, XC 1, - 2, X2 1, - 2", "Presence of X-Pulse"),
    fixed("161", "16", "Track Plot Number"),
    extended("170", "CON 1, RAD 1, MAN 1, DOU 1, RDPC 1, - 1, GHO 1, FX", "TRE 1, - 6, FX", title="Track Status"),
    fixed("200", "GSP 16 1/16384 NM/s, HDG 16 360/65536 °", "Calculated Track Velocity in Polar Co-ordinates"),
    repetitive("210", "7, FX", "Track Quality"),
    SP,
)

_UAP = (
    uap("010 020 040 070 090 130 141  050 120 131 080 100 060 030  150 - - - - SP RFS", "plot"),
    uap("010 020 161 040 042 200 070  090 141 130 131 120 170 210  050 080 100 060 030 SP RFS 150", "track"),
)

CATEGORIES = (category(1, "1.2 1.3 1.4", _UAP, _ITEMS, Choice("020", 0)),)
