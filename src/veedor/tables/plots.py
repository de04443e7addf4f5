"""Plots: single radar or receiver detections; also single points of track reports, with `mode` saying which."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance

# Detection modes (column `mode`); a combined PSR+SSR report is the sum of its bits.
PSR, SSR, MODE_S, ADSB, MLAT, AIS, REPORT = 1, 2, 4, 8, 16, 32, 64

# Flags set by the sensor or by validation (column `flags`, a bit set): kept, marked, never targets.
SIMULATED, TEST, FIELD_MONITOR, GHOST, EMERGENCY, ON_GROUND = 1, 2, 4, 8, 16, 32
POSITION_IMPOSSIBLE, TIME_SUSPECT = 64, 128
# What the radar itself says of an echo: a reflection, an answer to a side lobe, an echo of the pulse before.
MULTIPATH, SIDE_LOBE, SECOND_TIME_AROUND = 256, 512, 1024
# The same bytes came by another line of the same recording: both are kept, one of them is the measurement.
DUPLICATE = 2048
# The radar's own prediction where it saw nothing: no measurement.
EXTRAPOLATED = 4096
# The crew identified itself when asked to; the sensor does not yet believe in the track; a military interrogation was
# answered as a friend does (Mode 4 or 5).
SPECIAL_IDENTIFICATION, TENTATIVE, FRIENDLY = 8192, 16384, 32768
# Plots with any of these are stored but no detector treats them as targets (SIMULATED data is marked, not dropped).
NOT_A_TARGET = (
    TEST | FIELD_MONITOR | GHOST | POSITION_IMPOSSIBLE | MULTIPATH | SIDE_LOBE | SECOND_TIME_AROUND | DUPLICATE
    | EXTRAPOLATED
)  # fmt: skip

# Where `time` comes from (column `time_source`).
TIME_SOURCES = ("record", "capture", "file_name", "option", "none")
# Where an altitude comes from (columns `*_source`).
ALTITUDE_SOURCES = ("mode_c", "mode_s", "adsb_barometric", "adsb_geometric", "height_finder", "report")

# What an aircraft declares of its own navigation, as categories (DO-260B, 2.2.3.2.7.2; EUROCAE ED-102A).
QUALITY = tuple(
    Column(name, pa.int8(), doc, "position")
    for name, doc in (
        ("adsb_version", "ADS-B version: 0 DO-260, 1 DO-260A, 2 DO-260B"),
        ("nic", "navigation integrity category, 0..11; where adsb_version is 0 the uncertainty category NUCp, 0..9"),
        ("nac_p", "navigation accuracy category of the position, 0..11"),
        ("nac_v", "navigation accuracy category of the velocity, 0..4; NUCr where adsb_version is 0"),
        ("nic_baro", "1: the pressure altitude was cross-checked"),
        ("sil", "source integrity level, 0..3: how likely the position is outside what nic says"),
        ("sil_supplement", "sil counts per flight hour (0) or per sample (1)"),
        ("sda", "system design assurance, 0..3"),
        ("gva", "geometric vertical accuracy, 0..3"),
        ("pic", "position integrity category of the ground station, 0..15 (CAT021, item 090)"),
    )
)

PLOTS = Table(
    "plots",
    2,
    "One detection by one sensor.",
    (
        Column("sensor", pa.string(), "sensor id as in the site table", "detection", nullable=False),
        Column("time", TIME, "time of detection, UTC; null: never tracked, stored in partition `untimed`", "detection"),
        Column("time_raw", pa.string(), "time exactly as written in the source", "detection"),
        Column("time_source", pa.string(), "one of TIME_SOURCES", "detection"),
        Column("mode", pa.uint8(), "bit set PSR, SSR, MODE_S, ADSB, MLAT, AIS, REPORT", "detection", nullable=False),
        Column("flags", pa.uint16(), "bit set SIMULATED .. FRIENDLY", "detection", nullable=False),
        Column("range_mm", pa.int64(), "slant range from the sensor", "position"),
        Column("azimuth_e7", pa.int32(), "azimuth from true north, 1e-7 degree folded to [-180, 180)", "position"),
        Column("elevation_e7", pa.int32(), "elevation angle, 1e-7 degree", "position"),
        Column("lat_e7", pa.int32(), "latitude WGS84, 1e-7 degree", "position"),
        Column("lon_e7", pa.int32(), "longitude WGS84, 1e-7 degree, [-180, 180)", "position"),
        Column("var_north_mm2", pa.int64(), "position variance, north", "position"),
        Column("var_east_mm2", pa.int64(), "position variance, east", "position"),
        Column("cov_north_east_mm2", pa.int64(), "position covariance", "position"),
        Column("altitude_pressure_mm", pa.int64(), "pressure altitude (1013.25 hPa)", "position"),
        Column("altitude_pressure_source", pa.string(), "one of ALTITUDE_SOURCES", "position"),
        Column("altitude_geometric_mm", pa.int64(), "height above the WGS84 ellipsoid", "position"),
        Column("altitude_geometric_source", pa.string(), "one of ALTITUDE_SOURCES", "position"),
        Column("speed_mm_s", pa.int32(), "ground speed as reported", "position"),
        Column(
            "course_e7", pa.int32(), "course over ground as reported, 1e-7 degree folded to [-180, 180)", "position"
        ),
        Column("climb_mm_s", pa.int32(), "vertical rate as reported", "position"),
        Column("doppler_mm_s", pa.int32(), "radial speed", "position"),
        Column("amplitude_mdbm", pa.int32(), "received amplitude, thousandths of dBm", "position"),
        Column("sensor_lat_e7", pa.int32(), "position of a moving sensor at this time", "position"),
        Column("sensor_lon_e7", pa.int32(), "position of a moving sensor at this time", "position"),
        Column("sensor_altitude_mm", pa.int64(), "altitude of a moving sensor at this time", "position"),
        *QUALITY,
        Column("address", pa.int32(), "24-bit aircraft address", "identity"),
        Column("mmsi", pa.int32(), "maritime identity (AIS)", "identity"),
        Column("code_1", pa.int16(), "Mode 1 code as its five bits A4 A2 A1 B2 B1 (0..31)", "identity"),
        Column("code_2", pa.int16(), "Mode 2 code as its four octal digits read in base 8 (0..4095)", "identity"),
        Column("code_3a", pa.int16(), "Mode A code as its four octal digits read in base 8 (0..4095)", "identity"),
        Column("code_3a_valid", pa.bool_(), "validated by the sensor", "identity"),
        Column("code_3a_garbled", pa.bool_(), "garbled", "identity"),
        Column("code_c_valid", pa.bool_(), "Mode C validated", "identity"),
        Column("code_c_garbled", pa.bool_(), "Mode C garbled", "identity"),
        Column("call_sign", pa.string(), "call sign, trailing blanks cut", "identity"),
        Column("registration", pa.string(), "registration as reported", "identity"),
        Column("type_code", pa.string(), "aircraft type as reported (ICAO designator)", "identity"),
        Column(
            "emitter_category",
            pa.string(),
            "ADS-B emitter category: set A to D and number, A7 a helicopter",
            "identity",
        ),
        Column("sensor_track", pa.string(), "track number or id given by the sensor", "identity"),
        *provenance(),
        *SOURCE,
    ),
    order=("time", "sensor", "deposit", "row"),
)
