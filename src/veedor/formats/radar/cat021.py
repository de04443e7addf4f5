"""CAT021, ADS-B target reports, as plots (EUROCONTROL-SPEC-0149-12).

| item | column |
|---|---|
| 010 | sensor (the receiving station); 161: sensor_track |
| 071, 073, 030, 075, 077 | time: the first that a record has |
| 131, 130 | position; 140, 145: altitudes; 160: speed, course; 155, 157: climb |
| 040 | flags SIMULATED, TEST, FIELD_MONITOR, ON_GROUND; 200.PS: EMERGENCY |
| 070, 080, 170 | code_3a, address (none where 040.ATP calls it anonymous: sensor_track), call_sign |
| 020, 132 | emitter_category, amplitude; 040.SPI, 200.SS: flag SPECIAL_IDENTIFICATION |
| 090, 095, 210 | nic, nac_p, nac_v, nic_baro, sil, sil_supplement, sda, gva, pic, adsb_version |
| 090.NACP | position variance too, from the 95 % bound of its category (DO-260B, table 2-71) |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import (
    Bools,
    Said,
    Value,
    altitude,
    call_signs,
    emergencies,
    first,
    flag,
    flags_of,
    measured,
    number_text,
    place,
    source,
    speed,
    value,
    word,
)
from veedor.formats.radar.quality import QUALITY_ITEMS, emitters, navigation
from veedor.tables.plots import ADSB, EMERGENCY, FIELD_MONITOR, ON_GROUND, SIMULATED, SPECIAL_IDENTIFICATION, TEST

ITEMS = (
    "010", "030", "040", "070", "071", "073", "075", "077", "080", "130", "131", "132", "140", "145", "155", "157",
    "160", "161", "170", "200", *QUALITY_ITEMS,
)  # fmt: skip
FLAGS = (("040.SIM", SIMULATED), ("040.TST", TEST), ("040.RAB", FIELD_MONITOR), ("040.GBS", ON_GROUND))
# The radius (m) that holds the position in 95 of 100 cases, by category; 0 says nothing.
_BOUND_M = (0, 18_520, 7_408, 3_704, 1_852, 926, 556, 185, 93, 30, 10, 3)
_ANONYMOUS = 3  # 040.ATP: no address of ICAO's
# A circle that holds 95 of 100 has 2.4477 standard deviations: its square in thousandths.
_SIGMAS_SQUARED_PER_MILLE = 5_991


def meaning(decoded: Decoded) -> Said:
    """Plots of CAT021 records."""
    code = value(decoded, "070.MODE3A")
    flags = flags_of(decoded, FLAGS) | emergencies(code) * EMERGENCY
    flags |= value(decoded, "200.PS").is_one_of(1, 4, 5, 6) * EMERGENCY
    flags |= (value(decoded, "200.SS").is_one_of(3) | flag(decoded, "040.SPI")) * SPECIAL_IDENTIFICATION
    own = value(decoded, "080")
    anonymous = value(decoded, "040.ATP").is_one_of(_ANONYMOUS) & own.has
    lat, lon = place(decoded, "131", "130")
    level, height = altitude(decoded, "145"), altitude(decoded, "140")
    accuracy = value(decoded, "090.NACP").within(1, len(_BOUND_M) - 1)
    bound_mm = np.array(_BOUND_M, np.int64)[np.where(accuracy.has, accuracy.of, 0)] * 1000
    variance = Value(bound_mm * bound_mm * 1000 // _SIGMAS_SQUARED_PER_MILLE, accuracy.has & lat.has)
    columns = {
        "mode": pa.array(np.full(len(decoded), ADSB), pa.uint8()),
        "flags": pa.array(flags, pa.int64()),
        "lat_e7": lat.array(pa.int32()),
        "lon_e7": lon.array(pa.int32()),
        "var_north_mm2": variance.array(),
        "var_east_mm2": variance.array(),
        "cov_north_east_mm2": Value(np.zeros(len(decoded), np.int64), variance.has).array(),
        "altitude_pressure_mm": level.array(),
        "altitude_pressure_source": word(level.has, "adsb_barometric"),
        "altitude_geometric_mm": height.array(),
        "altitude_geometric_source": word(height.has, "adsb_geometric"),
        "speed_mm_s": speed(decoded, "160.GS").array(pa.int32()),
        "course_e7": measured(decoded, "160.TA").folded().array(pa.int32()),
        "climb_mm_s": speed(decoded, "155.BVR", "155", "157.GVR", "157").array(pa.int32()),
        "code_3a": code.array(pa.int16()),
        "address": own.where(~anonymous).array(pa.int32()),
        "call_sign": call_signs(value(decoded, "170")),
        "emitter_category": emitters(value(decoded, "020")),
        "amplitude_mdbm": measured(decoded, "132").array(pa.int32()),
        "sensor_track": pc.coalesce(_pseudonyms(own, anonymous), number_text(value(decoded, "161.TRNUM"))),
        **navigation(decoded),
    }
    return Said(len(decoded), source(decoded), first(decoded, "071", "073", "030", "075", "077"), columns)


def _pseudonyms(own: Value, anonymous: Bools) -> Array:
    """`~a1b2c3` for an address that is none of ICAO's, as other receivers write it."""
    texts: list[str | None] = [None] * len(anonymous)
    for row in np.flatnonzero(anonymous).tolist():
        texts[row] = f"~{own.of[row]:06x}"
    return pa.array(texts, pa.string())
