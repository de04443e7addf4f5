"""Sensors: the site table signed by its owner, what each sensor says of itself, and its state hour by hour."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, SOURCE, TIME, Column, Table, provenance

# What an antenna height is counted from as given (column `antenna_reference`).
HEIGHT_REFERENCES = ("sea", "ellipsoid", "ground")
NORTHS = ("true", "magnetic", "grid")

SENSORS = Table(
    "sensors",
    2,
    "Site table: one row per sensor and period of validity.",
    (
        Column("sensor", pa.string(), "sensor id", "site", nullable=False),
        Column("party", pa.string(), "owner", "site"),
        Column("kind", pa.string(), "radar, receiver, multilateration, ais, tracker, moving, monitor", "site"),
        Column("modes", pa.uint8(), "detection modes it has (bits as in plots.mode)", "site"),
        Column("sac", pa.uint8(), "system area code in ASTERIX", "site"),
        Column("sic", pa.uint8(), "system identification code in ASTERIX", "site"),
        Column("valid_from", TIME, "from when the row holds", "site"),
        Column("valid_to", TIME, "until when; null: open", "site"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "site", nullable=False),
        Column("lat_e7", pa.int32(), "position WGS84", "position"),
        Column("lon_e7", pa.int32(), "position WGS84", "position"),
        Column("surveyed_lat_e7", pa.int32(), "position in `datum`, as surveyed", "position"),
        Column("surveyed_lon_e7", pa.int32(), "position in `datum`, as surveyed", "position"),
        Column("datum", pa.string(), "datum of the position as surveyed", "position"),
        Column("position_sigma_mm", pa.int32(), "what the survey or the change of datum leaves open", "position"),
        Column("antenna_altitude_mm", pa.int64(), "antenna above mean sea level", "position"),
        Column("antenna_as_given_mm", pa.int64(), "antenna height as given, from `antenna_reference`", "position"),
        Column("antenna_reference", pa.string(), "one of HEIGHT_REFERENCES", "position"),
        Column("north", pa.string(), "one of NORTHS: what its azimuths are counted from", "position"),
        Column("north_offset_e7", pa.int32(), "added to its azimuths to count from true north", "position"),
        Column("range_min_mm", pa.int64(), "instrumented range, least", "performance"),
        Column("range_max_mm", pa.int64(), "instrumented range", "performance"),
        Column("blanked", pa.string(), "sectors it does not look at: `from..to` in degrees, spaced", "performance"),
        Column("rotation_ms", pa.int32(), "turn time", "performance"),
        Column("sigma_range_mm", pa.int32(), "range noise, one sigma", "performance"),
        Column("sigma_azimuth_e7", pa.int32(), "azimuth noise, one sigma", "performance"),
        Column("time_source", pa.string(), "GNSS, NTP, operator", "performance"),
        Column("editions", pa.string(), "ASTERIX editions it writes: `category=edition`, spaced", "performance"),
        *provenance(),
        *SOURCE,
    ),
    order=("sensor", "valid_from", "deposit", "row"),
)

# What a service message is (column `kind`).
MESSAGE_KINDS = (
    "north_marker", "south_marker", "sector", "filter_on", "filter_off", "filter", "jamming", "storm",
    "system_status", "end_of_batch", "service_status", "sensor_status", "other",
)  # fmt: skip
# What a message counts, by column: targets by how they were seen. `counted_other` are no plots of targets.
COUNTED = ("psr", "ssr", "psr_ssr", "mode_s", "psr_mode_s", "missed", "other")

SENSOR_MESSAGES = Table(
    "sensor_messages",
    1,
    "One service message: what a sensor, or the system it feeds, says of its own state.",
    (
        Column("sensor", pa.string(), "sensor id as in the site table", "message", nullable=False),
        Column("time", TIME, "time of the message, UTC; null: stored in partition `untimed`", "message"),
        Column("time_raw", pa.string(), "time exactly as written in the source", "message"),
        Column("time_source", pa.string(), "one of plots.TIME_SOURCES", "message"),
        Column("category", pa.uint8(), "ASTERIX category", "message", nullable=False),
        Column("kind", pa.string(), "one of MESSAGE_KINDS", "message", nullable=False),
        Column("reporter", pa.string(), "who says so of the sensor, where it is not itself", "message"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "message", nullable=False),
        Column("azimuth_e7", pa.int32(), "azimuth of the sector, true north, folded to [-180, 180)", "state"),
        Column("rotation_us", pa.int32(), "turn time as the sensor says it", "state"),
        Column("operational", pa.bool_(), "fit for use (not NOGO)", "state"),
        Column("overloaded", pa.bool_(), "some overload is on", "state"),
        Column("time_valid", pa.bool_(), "its time source is valid", "state"),
        Column("simulating", pa.bool_(), "it sends test or simulated targets", "state"),
        Column("configuration", pa.string(), "configuration, item=octets in hex, spaced", "state"),
        Column("processing", pa.string(), "processing mode, item=octets in hex, spaced", "state"),
        Column("filter", pa.string(), "which data it filters, or why it blanks: see docs/formats/asterix.md", "state"),
        Column("range_from_mm", pa.int64(), "window: nearest range", "place"),
        Column("range_to_mm", pa.int64(), "window: farthest range", "place"),
        Column("azimuth_from_e7", pa.int32(), "window: from this azimuth, true north", "place"),
        Column("azimuth_to_e7", pa.int32(), "window: clockwise to this azimuth, true north", "place"),
        Column("lat_e7", pa.int32(), "its own position WGS84, as it says", "place"),
        Column("lon_e7", pa.int32(), "its own position WGS84, as it says", "place"),
        Column("altitude_geometric_mm", pa.int64(), "its own height above the ellipsoid, as it says", "place"),
        Column("range_bias_mm", pa.int32(), "range error it states or that is stated of it", "counts"),
        Column("azimuth_bias_e7", pa.int32(), "azimuth error, likewise", "counts"),
        Column("time_bias_us", pa.int32(), "error of its time stamps, likewise", "counts"),
        Column("batch", pa.int32(), "batch number", "counts"),
        *(Column(f"counted_{name}", pa.int32(), f"plots counted: {name}", "counts") for name in COUNTED),
        *provenance(),
        *SOURCE,
    ),
    order=("time", "sensor", "deposit", "row"),
)

# Plots of targets by how they were seen: what COUNTED counts, without what is no plot of a target.
SEEN = ("psr", "ssr", "psr_ssr", "mode_s", "psr_mode_s")


def _number(name: str, doc: str) -> Column:
    return Column(name, pa.int64(), doc, nullable=False)


SENSOR_PLOTS = Table(
    "sensor_plots",
    1,
    "Plots per sensor and UTC hour.",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("hour", TIME, "start of the UTC hour", nullable=False),
        _number("plots", "plots deposited"),
        Column("first", TIME, "first plot", nullable=False),
        Column("last", TIME, "last plot", nullable=False),
        _number("longest_silence_us", "longest time without any plot inside the hour"),
        _number("unplaced", "plots without a position of their own: tracked only by a site"),
        *(_number(f"seen_{name}", f"plots that the sensor detected: {name}") for name in SEEN),
        Column("simulated", pa.bool_(), "any of them marked as simulated", nullable=False),
    ),
    order=("sensor", "hour"),
)

_TURNS = (
    _number("messages", "service messages, each once"),
    _number("turns", "north markers"),
    _number("counting", "messages that count plots"),
    *(_number(f"counted_{name}", f"plots that the sensor says it sent: {name}") for name in SEEN),
    _number("filters", "messages of a filter or blanked window"),
    _number("overloads", "messages that say overload"),
    _number("off", "messages that say not fit for use"),
    _number("unsure", "messages that say its time is not valid"),
)

SENSOR_TURNS = Table(
    "sensor_turns",
    1,
    "What service messages say of a sensor, per UTC hour.",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("hour", TIME, "start of the UTC hour", nullable=False),
        *_TURNS,
        _number("rotations", "messages that say the turn time"),
        _number("rotation_sum_us", "sum of these turn times"),
        _number("message_silence_us", "longest time without any message inside the hour"),
        Column("first_message", TIME, "first message", nullable=False),
        Column("last_message", TIME, "last message", nullable=False),
        Column("said_lat_e7", pa.int32(), "its own position WGS84, as it says"),
        Column("said_lon_e7", pa.int32(), "its own position WGS84, as it says"),
        Column("simulated", pa.bool_(), "any of them marked as simulated", nullable=False),
        *provenance(),
    ),
    order=("sensor", "hour"),
)

SENSOR_STATE = Table(
    "sensor_state",
    3,
    "State of a sensor per UTC hour: its deposited plots beside what it says of itself.",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("hour", TIME, "start of the UTC hour", nullable=False),
        _number("plots", "plots deposited"),
        Column("first", TIME, "first plot; null: none"),
        Column("last", TIME, "last plot; null: none"),
        _number("longest_silence_us", "longest time without any plot inside the hour"),
        _number("unplaced", "plots without a position of their own: tracked only by a site"),
        *(_number(f"seen_{name}", f"plots that the sensor detected: {name}") for name in SEEN),
        *_TURNS,
        Column("turns_expected", pa.int64(), "turns between its first and last message, by its turn time"),
        Column("message_silence_us", pa.int64(), "longest time without any message inside the hour; null: none came"),
        Column("off_site_mm", pa.int64(), "its own position, as it says, from that of the site table"),
        Column("simulated", pa.bool_(), "any of it marked as simulated", nullable=False),
        Column("deposit", DIGEST, "a message of the hour that counts, else its first"),
        Column("row", pa.int64(), "its row"),
    ),
    order=("sensor", "hour"),
)

BLANKINGS = Table(
    "blankings",
    1,
    "Windows in which a sensor says that it looks away or holds plots back, per UTC hour.",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("hour", TIME, "start of the UTC hour", nullable=False),
        Column(
            "filter",
            pa.string(),
            "which data it holds back, as in its messages, or `unnamed`; empty: a zone that is switched on and off",
            nullable=False,
        ),
        _number("azimuth_from_e7", "from this azimuth, true north"),
        _number("azimuth_to_e7", "clockwise to this azimuth; the same: all round"),
        _number("range_from_mm", "nearest range"),
        _number("range_to_mm", "farthest range; 2^40: no end"),
        Column("first_on", TIME, "first message that it holds"),
        Column("last_on", TIME, "last message that it holds"),
        Column("first_off", TIME, "first message that it ends"),
        Column("last_off", TIME, "last message that it ends"),
        Column("simulated", pa.bool_(), "any of it marked as simulated", nullable=False),
    ),
    order=("sensor", "hour", "filter", "azimuth_from_e7", "azimuth_to_e7", "range_from_mm", "range_to_mm"),
)
