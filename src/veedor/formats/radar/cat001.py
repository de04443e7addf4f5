"""CAT001, plots and tracks of one radar, the older form, as plots (EUROCONTROL SUR.ET1.ST05.2000-STD-02A).

| item | column |
|---|---|
| 010, 161 | sensor, sensor_track (of a plot: its number) |
| 141 | time, made whole with CAT002 of the same radar (asterix_time.py) |
| 020 | mode (SSRPSR; 0 is the radar's own prediction: EXTRAPOLATED), flags SIMULATED, TEST, FIELD_MONITOR, EMERGENCY |
| 020.SPI | flag SPECIAL_IDENTIFICATION |
| 030 | flags MULTIPATH (2), SIDE_LOBE (3), SECOND_TIME_AROUND (5), GHOST (66); other warnings mark nothing |
| 040, or else 042 | range and azimuth; 042 is calculated, and its range is along the ground |
| 050 | code_2, where validated and not garbled |
| 070, 090 | code_3a, altitude_pressure and their validity; a code of distress: EMERGENCY |
| 120, 131 | doppler, amplitude; 170: flags GHOST, TENTATIVE (CON); 200: speed, course |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import (
    Said,
    altitude,
    codes,
    emergencies,
    flags_of,
    listed,
    measured,
    number_text,
    polar,
    source,
    speed,
    value,
    word,
)
from veedor.formats.radar.quality import marks, military
from veedor.tables.plots import (
    EMERGENCY,
    EXTRAPOLATED,
    FIELD_MONITOR,
    GHOST,
    MULTIPATH,
    PSR,
    SECOND_TIME_AROUND,
    SIDE_LOBE,
    SIMULATED,
    SSR,
    TEST,
)

ITEMS = (
    "010",
    "020",
    "030",
    "040",
    "042",
    "050",
    "070",
    "090",
    "120",
    "131",
    "141",
    "161",
    "170.CON",
    "170.GHO",
    "200",
)
TYPES = (0, PSR, SSR, SSR | PSR)
FLAGS = (
    ("020.SIM", SIMULATED), ("020.RAB", FIELD_MONITOR), ("020.TST", TEST), ("020.DS1DS2", EMERGENCY),
    ("020.ME", EMERGENCY), ("170.GHO", GHOST),
)  # fmt: skip
WARNINGS = ((2, MULTIPATH), (3, SIDE_LOBE), (5, SECOND_TIME_AROUND), (66, GHOST))


def meaning(decoded: Decoded) -> Said:
    """Plots of CAT001 records."""
    mode = np.array(TYPES, np.int64)[value(decoded, "020.SSRPSR").of & 3]
    flags = flags_of(decoded, FLAGS) | (mode == 0) * EXTRAPOLATED
    for warning, bit in WARNINGS:
        flags |= listed(decoded, "030", warning) * bit
    flags |= emergencies(value(decoded, "070.MODE3A")) * EMERGENCY
    flags |= marks(decoded, tentative="170.CON", identifying="020.SPI")
    level = altitude(decoded, "090.HGT")
    distance, azimuth = polar(measured(decoded, "042.X"), measured(decoded, "042.Y"))
    columns = {
        "mode": pa.array(mode, pa.uint8()),
        "flags": pa.array(flags, pa.int64()),
        "range_mm": measured(decoded, "040.RHO").otherwise(distance).array(),
        "altitude_pressure_mm": level.array(),
        "altitude_pressure_source": word(level.has, "mode_c"),
        "speed_mm_s": speed(decoded, "200.GSP").array(pa.int32()),
        "doppler_mm_s": speed(decoded, "120").array(pa.int32()),
        "amplitude_mdbm": measured(decoded, "131").array(pa.int32()),
        "sensor_track": number_text(value(decoded, "161")),
        **codes(decoded, "070", "090"),
        **military(decoded, code_2="050"),
    }
    turned = {
        "azimuth_e7": measured(decoded, "040.THETA").folded().otherwise(azimuth),
        "course_e7": measured(decoded, "200.HDG").folded(),
    }
    short = value(decoded, "141")
    nothing = short.where(np.zeros(len(decoded), np.bool_))
    return Said(len(decoded), source(decoded), nothing, columns, short_time=short, azimuths=turned)
