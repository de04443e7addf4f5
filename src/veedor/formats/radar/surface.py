"""CAT010 and CAT020, surface movement sensors and multilateration, as plots (EUROCONTROL-SPEC-0149-7 and -14).

| item of 010 | item of 020 | column |
|---|---|---|
| 010, 140, 161 | 010, 140, 161 | sensor, time, sensor_track |
| 020 | 020 | mode; flags SIMULATED, TEST, FIELD_MONITOR, ON_GROUND, SPECIAL_IDENTIFICATION |
| | 055, 050 | code_1, code_2, where validated and not garbled |
| 041, or 040 | 041 | position, or range and azimuth; 500: variances. 042 counts from a point that no record names |
| 090, 091 | 090, 105 | altitude_pressure, altitude_geometric |
| 200, 202 | 202 | speed, course |
| 060, 220, 245 | 070, 220, 245 | code_3a, address, call_sign |
| 170 | 170, 030 | flags EXTRAPOLATED (CST: coasted), GHOST, TENTATIVE, MULTIPATH (030, code 1) |

Records of 010 that are no target reports (000 other than 1) are sensor messages: asterix_systems.py.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import (
    SPEED_MM_S,
    Bools,
    Ints,
    Said,
    Value,
    altitude,
    call_signs,
    codes,
    emergencies,
    flags_of,
    listed,
    measured,
    number_text,
    place,
    polar,
    source,
    speed,
    value,
    word,
    words,
)
from veedor.formats.radar.quality import marks, military
from veedor.tables.plots import (
    ADSB,
    EMERGENCY,
    EXTRAPOLATED,
    FIELD_MONITOR,
    GHOST,
    MLAT,
    MODE_S,
    MULTIPATH,
    ON_GROUND,
    PSR,
    REPORT,
    SIMULATED,
    SSR,
    TEST,
)

ITEMS_010 = (
    "000", "010", "020", "040", "041", "060", "090", "091", "140", "161", "170", "200", "202", "220", "245", "500",
)  # fmt: skip
ITEMS_020 = (
    "010", "020", "030", "041", "050", "055", "070", "090", "105", "140", "161", "170", "202", "220", "230.STAT",
    "245", "500",
)  # fmt: skip
# TYP of 010/020.
TYPES_010 = (MLAT | SSR, MLAT | MODE_S, ADSB, PSR, REPORT, MLAT, REPORT, REPORT)
MARKS = (("020.SIM", SIMULATED), ("020.TST", TEST), ("020.RAB", FIELD_MONITOR), ("020.GBS", ON_GROUND),
         ("170.GHO", GHOST), ("170.CST", EXTRAPOLATED))  # fmt: skip


def is_target(decoded: Decoded) -> Bools:
    """Records of CAT010 that report a target."""
    kind = value(decoded, "000")
    found: Bools = ~kind.has | (kind.of == 1)
    return found


def meaning_010(decoded: Decoded) -> Said:
    """Plots of CAT010 records that report a target."""
    mode = np.array(TYPES_010, np.int64)[value(decoded, "020.TYP").of & 7]
    columns, azimuths = _common(decoded, mode, "060", ("091",))
    columns["range_mm"] = measured(decoded, "040.RHO").array()
    azimuths["azimuth_e7"] = measured(decoded, "040.TH").folded()
    return Said(len(decoded), source(decoded), value(decoded, "140"), columns, azimuths=azimuths)


def meaning_020(decoded: Decoded) -> Said:
    """Plots of CAT020 records."""
    answers = value(decoded, "020.MS").of * MODE_S | value(decoded, "020.SSR").of * SSR
    columns, azimuths = _common(decoded, answers | MLAT, "070", ("105",))
    return Said(len(decoded), source(decoded), value(decoded, "140"), columns, azimuths=azimuths)


def _common(
    decoded: Decoded, mode: Ints, code: str, heights: tuple[str, ...]
) -> tuple[dict[str, Array], dict[str, Value]]:
    lat, lon = place(decoded, "041")
    level, height = altitude(decoded, "090.FL"), altitude(decoded, *heights)
    ground, course = polar(measured(decoded, "202.VX"), measured(decoded, "202.VY"))
    course = measured(decoded, "200.TRA").folded().otherwise(course.where(ground.of > 0))
    flags = flags_of(decoded, MARKS) | listed(decoded, "030", 1) * MULTIPATH | listed(decoded, "030", 10) * GHOST
    flags |= emergencies(value(decoded, f"{code}.MODE3A")) * EMERGENCY
    flags |= value(decoded, "230.STAT").is_one_of(1, 3) * ON_GROUND
    flags |= marks(decoded, tentative="170.CNF", identifying="020.SPI", status="230.STAT")
    columns = {
        "mode": pa.array(mode, pa.uint8()),
        "flags": pa.array(flags, pa.int64()),
        "lat_e7": lat.array(pa.int32()),
        "lon_e7": lon.array(pa.int32()),
        **_variances(decoded, lat),
        "altitude_pressure_mm": level.array(),
        "altitude_pressure_source": words(level.has, (mode & MODE_S) != 0, "mode_c", "mode_s"),
        "altitude_geometric_mm": height.array(),
        "altitude_geometric_source": word(height.has, "report"),
        "speed_mm_s": speed(decoded, "200.GSP").otherwise(ground.within(0, SPEED_MM_S)).array(pa.int32()),
        "address": value(decoded, "220").array(pa.int32()),
        "call_sign": call_signs(value(decoded, "245.CHR")),
        "sensor_track": number_text(value(decoded, "161.TRN").otherwise(value(decoded, "161.TRK"))),
        **codes(decoded, code, "090"),
        **military(decoded, code_1="055", code_2="050"),
    }
    return columns, {"course_e7": course}


def _variances(decoded: Decoded, lat: Value) -> dict[str, Array]:
    """Standard deviations of 010 (500.DEVX, DEVY) and of 020 (500.SDP.X, Y)."""
    east, north = measured(decoded, "500.DEVX", "500.SDP.X"), measured(decoded, "500.DEVY", "500.SDP.Y")
    has = east.has & north.has & lat.has
    return {
        "var_north_mm2": Value(north.of * north.of, has).array(),
        "var_east_mm2": Value(east.of * east.of, has).array(),
    }
