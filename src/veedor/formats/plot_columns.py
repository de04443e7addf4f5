"""How plots are written as plain columns with everyday units, the same for CSV and Parquet, and the mapping back.

Metres with three decimals and degrees with seven hold the stored integers exactly, so nothing is lost in between.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.tables import plots

MODES = (
    ("PSR", plots.PSR),
    ("SSR", plots.SSR),
    ("MODE_S", plots.MODE_S),
    ("ADSB", plots.ADSB),
    ("MLAT", plots.MLAT),
    ("AIS", plots.AIS),
    ("REPORT", plots.REPORT),
)
FLAGS = (
    ("SIMULATED", plots.SIMULATED),
    ("TEST", plots.TEST),
    ("FIELD_MONITOR", plots.FIELD_MONITOR),
    ("GHOST", plots.GHOST),
    ("EMERGENCY", plots.EMERGENCY),
    ("ON_GROUND", plots.ON_GROUND),
    ("MULTIPATH", plots.MULTIPATH),
    ("SIDE_LOBE", plots.SIDE_LOBE),
    ("SECOND_TIME_AROUND", plots.SECOND_TIME_AROUND),
    ("DUPLICATE", plots.DUPLICATE),
    ("EXTRAPOLATED", plots.EXTRAPOLATED),
    ("SPECIAL_IDENTIFICATION", plots.SPECIAL_IDENTIFICATION),
    ("TENTATIVE", plots.TENTATIVE),
    ("FRIENDLY", plots.FRIENDLY),
)
# Above this azimuths and courses are folded: files say 0..360, tables -180..180.
FULL_TURN_E7 = 3_600_000_000


@dataclass(frozen=True)
class Written:
    """One column as written: `kind` is text, time, scaled, angle, octal, hex, modes, flags, whole or truth."""

    table_column: str
    file_column: str
    kind: str
    places: int = 0
    unit: str = ""


COLUMNS = (
    Written("sensor", "sensor", "text"),
    Written("time", "time", "time"),
    Written("mode", "mode", "modes"),
    Written("flags", "flags", "flags"),
    Written("range_mm", "range_m", "scaled", 3, "m"),
    Written("azimuth_e7", "azimuth_deg", "angle", 7, "deg"),
    Written("elevation_e7", "elevation_deg", "scaled", 7, "deg"),
    Written("lat_e7", "latitude_deg", "scaled", 7, "deg"),
    Written("lon_e7", "longitude_deg", "scaled", 7, "deg"),
    Written("altitude_pressure_mm", "altitude_pressure_m", "scaled", 3, "m"),
    Written("altitude_pressure_source", "altitude_pressure_source", "text"),
    Written("altitude_geometric_mm", "altitude_geometric_m", "scaled", 3, "m"),
    Written("altitude_geometric_source", "altitude_geometric_source", "text"),
    Written("speed_mm_s", "speed_m_s", "scaled", 3, "m/s"),
    Written("course_e7", "course_deg", "angle", 7, "deg"),
    Written("climb_mm_s", "climb_m_s", "scaled", 3, "m/s"),
    Written("doppler_mm_s", "doppler_m_s", "scaled", 3, "m/s"),
    Written("amplitude_mdbm", "amplitude_dbm", "scaled", 3, "dBm"),
    Written("sensor_lat_e7", "sensor_latitude_deg", "scaled", 7, "deg"),
    Written("sensor_lon_e7", "sensor_longitude_deg", "scaled", 7, "deg"),
    Written("sensor_altitude_mm", "sensor_altitude_m", "scaled", 3, "m"),
    *(Written(column.name, column.name, "whole") for column in plots.QUALITY),
    Written("address", "address", "hex"),
    Written("mmsi", "mmsi", "whole"),
    Written("code_1", "code_1", "whole"),
    Written("code_2", "code_2", "octal"),
    Written("code_3a", "code_3a", "octal"),
    Written("code_3a_valid", "code_3a_valid", "truth"),
    Written("code_3a_garbled", "code_3a_garbled", "truth"),
    Written("code_c_valid", "code_c_valid", "truth"),
    Written("code_c_garbled", "code_c_garbled", "truth"),
    Written("call_sign", "call_sign", "text"),
    Written("registration", "registration", "text"),
    Written("type_code", "type_code", "text"),
    Written("emitter_category", "emitter_category", "text"),
    Written("sensor_track", "sensor_track", "text"),
)
BY_COLUMN = {column.table_column: column for column in COLUMNS}


def mapping_toml(file_format: str) -> str:
    """The mapping that reads these columns back; columns a file does not have stay empty."""
    lines = [
        "# Plots with plain columns, as Veedor writes them. Every column but sensor, time and mode may be absent.",
        'mapping = "plots-plain/1"',
        f'format = "{file_format}"',
        'header_has = ["sensor", "time", "mode"]',
        "",
        "[[record]]",
        'table = "plots"',
    ]
    for column in COLUMNS:
        needed = column.table_column in ("sensor", "time", "mode")
        fields = [f'column = "{column.file_column}"']
        if column.kind == "time":
            fields.append('time = "iso"')
        elif column.kind in ("octal", "hex", "modes", "flags"):
            fields.append(f'as = "{column.kind}"')
        elif column.unit:
            fields.append(f'unit = "{column.unit}"')
        fields.append("required = true" if needed else "if_present = true")
        lines.append(f"columns.{column.table_column} = {{ {', '.join(fields)} }}")
    return "\n".join(lines) + "\n"
