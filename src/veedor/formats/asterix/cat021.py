"""CAT021, ADS-B target reports (EUROCONTROL-SPEC-0149-12, editions 0.23 to 0.26, 1.4, 1.8 and 2.1 to 2.7).

Editions 1.4 and 1.8 have the user application profile and the items of 2.1; what 2.1 added to items stands in bits that
they leave 0 and in parts that they do not have (`008.SA`, `200.ICF`, `200.LNAV`, the third part of 090), so that the
layout of 2.1 reads them. What editions call by several names has the newest name here: `146.SRC`, `295.SAL`,
`250.MBDATA`. `150.AS` counts 1/16384 NM/s where `150.IM` is 0, 1/1000 Mach where it is 1.
"""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, compound, extended, fixed, repetitive, revised, uap
from veedor.formats.asterix.shared_bits import BDS_REGISTER, INTENT_POINT, MODE_3A, SOURCE

_ITEMS = (
    fixed("010", SOURCE, "Data Source Identification"),
    fixed("020", "8", "Emitter Category"),
    fixed("030", "24 1/128 s", "Time of Day"),
    fixed("032", "8 1/256 s", "Time of Day Accuracy"),
    fixed("040", "DCR 1, GBS 1, SIM 1, TST 1, RAB 1, SAA 1, SPI 1, - 1, ATP 3, ARC 2, - 3", "Target Report Descriptor"),
    fixed("080", "24", "Target Address"),
    fixed("090", "AC 2, MN 2, DC 2, - 6, PA s4 1", "Figure of Merit"),
    fixed("095", "8", "Velocity Accuracy"),
    compound(
        "110",
        extended("TIS", "NAV 1, NVB 1, - 5, FX"),
        repetitive("TID", INTENT_POINT),
        title="Trajectory Intent",
    ),
    fixed("130", "LAT s24 180/8388608 °, LON s24 180/8388608 °", "Position in WGS-84 Co-ordinates"),
    fixed("140", "s16 25/4 ft", "Geometric Altitude"),
    fixed("145", "s16 1/4 FL", "Flight Level"),
    fixed("146", "SAS 1, SRC 2, ALT s13 25 ft", "Intermediate State Selected Altitude"),
    fixed("148", "MV 1, AH 1, AM 1, ALT s13 25 ft", "Final State Selected Altitude"),
    fixed("150", "IM 1, AS 15", "Air Speed"),
    fixed("151", "16 1 kt", "True Airspeed"),
    fixed("152", "16 360/65536 °", "Magnetic Heading"),
    fixed("155", "s16 25/4 ft/min", "Barometric Vertical Rate"),
    fixed("157", "s16 25/4 ft/min", "Geometric Vertical Rate"),
    fixed("160", "GS s16 1/16384 NM/s, TA 16 360/65536 °", "Ground Vector"),
    extended("165", "TI 2, - 5, FX", "ROT s7 1/4 °/s, FX", title="Rate Of Turn"),
    fixed("170", "48", "Target Identification"),
    fixed("200", "8", "Target Status"),
    fixed("210", "- 3, DTI 1, MDS 1, UAT 1, VDL 1, OTR 1", "Link Technology Indicator"),
    compound(
        "220",
        fixed("WS", "16 1 kt"),
        fixed("WD", "16 1 °"),
        fixed("TMP", "s16 1/4 °C"),
        fixed("TRB", "8"),
        title="Met Information",
    ),
    fixed("230", "s16 1/100 °", "Roll Angle"),
    RE,
    SP,
)

_UAP = (
    uap(
        "010 040 030 130 080 140 090  210 230 145 150 151 152 155  157 160 165 170 095 032 200 "
        "020 220 146 148 110 - -  - - - - - RE SP"
    ),
)

_ITEMS_0_24 = revised(
    _ITEMS,
    fixed("130", "LAT s32 180/33554432 °, LON s32 180/33554432 °", "Position in WGS-84 Co-ordinates"),
)

_UAP_0_26 = (
    uap(
        "010 040 030 130 080 140 090  210 230 145 150 151 152 155  157 160 165 170 095 032 200 "
        "020 220 146 148 110 070 131  - - - - - RE SP"
    ),
)

_ITEMS_0_26 = revised(
    _ITEMS_0_24,
    fixed("070", MODE_3A, "Mode 3/A Code in Octal Representation"),
    fixed("131", "8", "Signal Amplitude"),
)

_UAP_2_1 = (
    uap(
        "010 040 161 015 071 130 131  072 150 151 080 073 074 075  076 140 090 210 070 230 145 "
        "152 200 155 157 160 165 077  170 020 220 146 148 110 016  008 271 132 250 260 400 295 "
        "- - - - - RE SP"
    ),
)

_ITEMS_2_1 = revised(
    _ITEMS_0_26,
    fixed("008", "RA 1, TC 2, TS 1, ARV 1, CDTIA 1, NOTTCAS 1, SA 1", "Aircraft Operational Status"),
    fixed("015", "8", "Service Identification"),
    fixed("016", "8 1/2 s", "Service Management"),
    extended(
        "040",
        "ATP 3, ARC 2, RC 1, RAB 1, FX",
        "DCR 1, GBS 1, SIM 1, TST 1, SAA 1, CL 2, FX",
        "- 2, IPC 1, NOGO 1, CPR 1, LDPJ 1, RCF 1, FX",
        title="Target Report Descriptor",
    ),
    fixed("070", "- 4, MODE3A 12", "Mode 3/A Code in Octal Representation"),
    fixed("071", "24 1/128 s", "Time of Applicability for Position"),
    fixed("072", "24 1/128 s", "Time of Applicability for Velocity"),
    fixed("073", "24 1/128 s", "Time of Message Reception for Position"),
    fixed("074", "FSI 2, TOMRP 30 1/1073741824 s", "Time of Message Reception of Position-High Precision"),
    fixed("075", "24 1/128 s", "Time of Message Reception for Velocity"),
    fixed("076", "FSI 2, TOMRP 30 1/1073741824 s", "Time of Message Reception of Velocity-High Precision"),
    fixed("077", "24 1/128 s", "Time of ASTERIX Report Transmission"),
    extended(
        "090",
        "NUCRNACV 3, NUCPNIC 4, FX",
        "NICBARO 1, SIL 2, NACP 4, FX",
        "- 2, SILS 1, SDA 2, GVA 2, FX",
        "PIC 4, - 3, FX",
        title="Quality Indicators",
    ),
    fixed("130", "LAT s24 180/8388608 °, LON s24 180/8388608 °", "Position in WGS-84 Co-ordinates"),
    fixed(
        "131", "LAT s32 180/1073741824 °, LON s32 180/1073741824 °", "High-Resolution Position in WGS-84 Co-ordinates"
    ),
    fixed("132", "s8 1 dBm", "Message Amplitude"),
    fixed("140", "s16 25/4 ft", "Geometric Height"),
    fixed("146", "SAS 1, SRC 2, ALT s13 25 ft", "Selected Altitude"),
    fixed("151", "RE 1, TAS 15 1 kt", "True Airspeed"),
    fixed("155", "RE 1, BVR s15 25/4 ft/min", "Barometric Vertical Rate"),
    fixed("157", "RE 1, GVR s15 25/4 ft/min", "Geometric Vertical Rate"),
    fixed("160", "RE 1, GS 15 1/16384 NM/s, TA 16 360/65536 °", "Airborne Ground Vector"),
    fixed("161", "- 4, TRNUM 12", "Track Number"),
    fixed("165", "- 6, TAR s10 1/32 °/s", "Track Angle Rate"),
    fixed("200", "ICF 1, LNAV 1, - 1, PS 3, SS 2", "Target Status"),
    fixed("210", "- 1, VNS 1, VN 3, LTT 3", "MOPS Version"),
    repetitive("250", BDS_REGISTER, "Mode S MB Data"),
    fixed("260", "TYP 5, STYP 3, ARA 14, RAC 4, RAT 1, MTE 1, TTI 2, TID 26", "ACAS Resolution Advisory Report"),
    extended(
        "271",
        "- 2, POA 1, CDTIS 1, B2LOW 1, RAS 1, IDENT 1, FX",
        "- 4, LW 4",
        title="Surface Capabilities and Characteristics",
    ),
    compound(
        "295",
        fixed("AOS", "8 1/10 s"),
        fixed("TRD", "8 1/10 s"),
        fixed("M3A", "8 1/10 s"),
        fixed("QI", "8 1/10 s"),
        fixed("TI1", "8 1/10 s"),
        fixed("MAM", "8 1/10 s"),
        fixed("GH", "8 1/10 s"),
        fixed("FL", "8 1/10 s"),
        fixed("SAL", "8 1/10 s"),
        fixed("FSA", "8 1/10 s"),
        fixed("AS", "8 1/10 s"),
        fixed("TAS", "8 1/10 s"),
        fixed("MH", "8 1/10 s"),
        fixed("BVR", "8 1/10 s"),
        fixed("GVR", "8 1/10 s"),
        fixed("GV", "8 1/10 s"),
        fixed("TAR", "8 1/10 s"),
        fixed("TI2", "8 1/10 s"),
        fixed("TS", "8 1/10 s"),
        fixed("MET", "8 1/10 s"),
        fixed("ROA", "8 1/10 s"),
        fixed("ARA", "8 1/10 s"),
        fixed("SCC", "8 1/10 s"),
        title="Data Ages",
    ),
    fixed("400", "8", "Receiver ID"),
)

_ITEMS_2_2 = revised(
    _ITEMS_2_1,
    fixed("200", "ICF 1, LNAV 1, ME 1, PS 3, SS 2", "Target Status"),
    extended(
        "271",
        "- 2, POA 1, CDTIS 1, B2LOW 1, RAS 1, IDENT 1, FX",
        "LW 4, - 3, FX",
        title="Surface Capabilities and Characteristics",
    ),
)

_ITEMS_2_3 = revised(
    _ITEMS_2_2,
    extended(
        "040",
        "ATP 3, ARC 2, RC 1, RAB 1, FX",
        "DCR 1, GBS 1, SIM 1, TST 1, SAA 1, CL 2, FX",
        "- 1, LLC 1, IPC 1, NOGO 1, CPR 1, LDPJ 1, RCF 1, FX",
        title="Target Report Descriptor",
    ),
)

_ITEMS_2_6 = revised(
    _ITEMS_2_3,
    extended(
        "040",
        "ATP 3, ARC 2, RC 1, RAB 1, FX",
        "DCR 1, GBS 1, SIM 1, TST 1, SAA 1, CL 2, FX",
        "- 1, LLC 1, IPC 1, NOGO 1, CPR 1, LDPJ 1, RCF 1, FX",
        "TBC.EP 1, TBC.VAL 6, FX",
        "MBC.EP 1, MBC.VAL 6, FX",
        title="Target Report Descriptor",
    ),
)

_ITEMS_2_7 = revised(
    _ITEMS_2_6,
    extended(
        "090",
        "NUCRNACV 3, NUCPNIC 4, FX",
        "NICBARO 1, SIL 2, NACP 4, FX",
        "- 2, SILS 1, SDA 2, GVA 2, FX",
        "PIC 4, SRC 1, - 2, FX",
        "- 2, VALSTATE.EP 1, VALSTATE.VAL 2, VD 1, VQ 1, FX",
        "VALDISTP1 7 128 m, FX",
        "VALDISTP2 7 1 m, FX",
        "VALDISTQUALP1 7 128 m, FX",
        "VALDISTQUALP2 7 1 m, FX",
        title="Quality Indicators",
    ),
)

CATEGORIES = (
    category(21, "0.23", _UAP, _ITEMS),
    category(21, "0.24 0.25", _UAP, _ITEMS_0_24),
    category(21, "0.26", _UAP_0_26, _ITEMS_0_26),
    category(21, "1.4 1.8 2.1", _UAP_2_1, _ITEMS_2_1),
    category(21, "2.2", _UAP_2_1, _ITEMS_2_2),
    category(21, "2.3 2.4 2.5", _UAP_2_1, _ITEMS_2_3),
    category(21, "2.6", _UAP_2_1, _ITEMS_2_6),
    category(21, "2.7", _UAP_2_1, _ITEMS_2_7),
)
