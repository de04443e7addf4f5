"""CAT048, targets of one radar, as plots (EUROCONTROL-SPEC-0149-4).

| item | column |
|---|---|
| 010, 140, 161 | sensor, time, sensor_track |
| 020 | mode (TYP; 0 is the radar's own prediction: EXTRAPOLATED), flags SIMULATED, TEST, FIELD_MONITOR, EMERGENCY |
| 020 | flags SPECIAL_IDENTIFICATION (SPI), FRIENDLY (FOEFRI 1) |
| 030 | flags MULTIPATH (1), SIDE_LOBE (2), SECOND_TIME_AROUND (4), GHOST (10); other warnings mark nothing |
| 040, or else 042 | range and azimuth; 042 is calculated, and its range is along the ground |
| 055, 050 | code_1, code_2, where validated and not garbled |
| 070 | code_3a, its validity; a code of distress: EMERGENCY |
| 090 | altitude_pressure; 110: altitude_geometric, of a height finder |
| 120 | doppler; 130: amplitude (SAM, else PAM) |
| 170 | flags GHOST, TENTATIVE |
| 200 | speed, course |
| 220, 240 | address, call_sign; 230: ON_GROUND, SPECIAL_IDENTIFICATION |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import (
    Ints,
    Said,
    altitude,
    call_signs,
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
    words,
)
from veedor.formats.radar.quality import marks, military
from veedor.tables.plots import (
    EMERGENCY,
    EXTRAPOLATED,
    FIELD_MONITOR,
    GHOST,
    MODE_S,
    MULTIPATH,
    ON_GROUND,
    PSR,
    SECOND_TIME_AROUND,
    SIDE_LOBE,
    SIMULATED,
    SSR,
    TEST,
)

ITEMS = (
    "010", "020.TYP", "020.SIM", "020.RAB", "020.TST", "020.ME", "020.SPI", "020.FOEFRI", "030", "040", "042", "050",
    "055", "070", "090", "110.3DH", "120.CAL", "130.SAM", "130.PAM", "140", "161", "170.CNF", "170.GHO", "200", "220",
    "230.STAT", "240",
)  # fmt: skip
# TYP of 020, and what each value says that it was seen by.
TYPES = (0, PSR, SSR, SSR | PSR, MODE_S, MODE_S, MODE_S | PSR, MODE_S | PSR)
FLAGS = (
    ("020.SIM", SIMULATED), ("020.RAB", FIELD_MONITOR), ("020.TST", TEST), ("020.ME", EMERGENCY), ("170.GHO", GHOST),
)  # fmt: skip
# Codes of 030 that tell of an echo which is no target.
WARNINGS = ((1, MULTIPATH), (2, SIDE_LOBE), (4, SECOND_TIME_AROUND), (10, GHOST))


def meaning(decoded: Decoded) -> Said:
    """Plots of CAT048 records."""
    kind, code = value(decoded, "020.TYP"), value(decoded, "070.MODE3A")
    seen = np.array(TYPES, np.int64)[np.clip(kind.of, 0, len(TYPES) - 1)]
    # Without 020 the items tell: only Mode S brings an address, only a transponder a code.
    mode = np.where(kind.has, seen, np.where(value(decoded, "220").has, MODE_S, np.where(code.has, SSR, PSR)))
    level, finder = altitude(decoded, "090.FL"), altitude(decoded, "110.3DH")
    distance, azimuth = polar(measured(decoded, "042.X"), measured(decoded, "042.Y"))
    columns = {
        "mode": pa.array(mode, pa.uint8()),
        "flags": pa.array(_flags(decoded, mode), pa.int64()),
        "range_mm": measured(decoded, "040.RHO").otherwise(distance).array(),
        "altitude_pressure_mm": level.array(),
        "altitude_pressure_source": words(level.has, (mode & MODE_S) != 0, "mode_c", "mode_s"),
        "altitude_geometric_mm": finder.array(),
        "altitude_geometric_source": word(finder.has, "height_finder"),
        "speed_mm_s": speed(decoded, "200.GSP").array(pa.int32()),
        "doppler_mm_s": speed(decoded, "120.CAL.CAL").array(pa.int32()),
        "amplitude_mdbm": measured(decoded, "130.SAM", "130.PAM").array(pa.int32()),
        "address": value(decoded, "220").array(pa.int32()),
        "call_sign": call_signs(value(decoded, "240")),
        "sensor_track": number_text(value(decoded, "161.TRN")),
        **codes(decoded, "070", "090"),
        **military(decoded, code_1="055", code_2="050"),
    }
    turned = {
        "azimuth_e7": measured(decoded, "040.THETA").folded().otherwise(azimuth),
        "course_e7": measured(decoded, "200.HDG").folded(),
    }
    return Said(len(decoded), source(decoded), value(decoded, "140"), columns, azimuths=turned)


def _flags(decoded: Decoded, mode: Ints) -> Ints:
    found: Ints = flags_of(decoded, FLAGS) | (mode == 0) * EXTRAPOLATED
    for warning, bit in WARNINGS:
        found |= listed(decoded, "030", warning) * bit
    found |= emergencies(value(decoded, "070.MODE3A")) * EMERGENCY
    found |= value(decoded, "230.STAT").is_one_of(1, 3) * ON_GROUND
    return found | marks(decoded, tentative="170.CNF", identifying="020.SPI", status="230.STAT", friend=("020.FOEFRI",))
