"""What was announced or found beside the sensors: flight plans, aerodrome movements, outages, facts on the ground.

Claims of their authors, kept apart from measurements: a plan is no flight, an outage no proof of silence, and a fact on
the ground corroborates or labels a finding and is never a silent input to one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance

PLAN_KINDS = ("FPL", "CHG", "CNL", "DLA", "DEP", "ARR")
MOVEMENT_KINDS = ("landing", "take_off", "touch_and_go", "overflight")
OUTAGE_SUBJECTS = ("sensor", "communications", "navaid", "aerodrome", "airspace", "other")
OUTAGE_STATES = ("out_of_service", "limited", "maintenance", "test", "closed", "restored", "other")
OUTAGE_ACTIONS = ("new", "replace", "cancel")
FACT_KINDS = (
    "strip_found", "strip_destroyed", "strip_intact", "aircraft_found", "aircraft_burnt", "aircraft_seized",
    "drugs_seized", "fuel_found", "other",
)  # fmt: skip
FACT_SOURCES = ("police", "armed_forces", "prosecutor", "aviation_authority", "imagery", "press", "witness", "other")

_SIMULATED = Column("simulated", pa.bool_(), "marked as simulated by its source", "message", nullable=False)

FLIGHT_PLANS = Table(
    "flight_plans",
    1,
    "One air traffic services message about one flight (ICAO Doc 4444, appendix 3).",
    (
        Column("kind", pa.string(), "one of PLAN_KINDS", "message", nullable=False),
        Column("originator", pa.string(), "AFTN address of who sent it", "message"),
        Column("filed", pa.string(), "day and time of filing as written, ddhhmm", "message"),
        Column("reference", pa.string(), "number of the message, field 3", "message"),
        Column("changes", pa.string(), "amendments of a CHG as written, field 22", "message"),
        _SIMULATED,
        Column("call_sign", pa.string(), "field 7", "identity", nullable=False),
        Column("code_3a", pa.int16(), "Mode A code (0..4095), field 7", "identity"),
        Column("registration", pa.string(), "REG/", "identity"),
        Column("address", pa.int32(), "24-bit aircraft address, CODE/", "identity"),
        Column("operator", pa.string(), "OPR/", "identity"),
        Column("type_code", pa.string(), "aircraft type (ICAO designator; ZZZZ: see TYP/), field 9", "identity"),
        Column("wake", pa.string(), "wake turbulence category, field 9", "identity"),
        Column("aircraft", pa.int32(), "how many aircraft, field 9", "identity"),
        Column("equipment", pa.string(), "field 10", "identity"),
        Column("rules", pa.string(), "I, V, Y or Z, field 8", "flight"),
        Column("flight_type", pa.string(), "S, N, G, M or X, field 8", "flight"),
        Column("departure", pa.string(), "aerodrome, field 13 (ZZZZ: see DEP/, AFIL: filed in the air)", "flight"),
        Column("destination", pa.string(), "aerodrome, field 16", "flight"),
        Column("alternates", pa.string(), "aerodromes, spaced, field 16", "flight"),
        Column("landed_at", pa.string(), "aerodrome of arrival, field 17", "flight"),
        Column("off_block", TIME, "estimated off-block time; of a DEP the departure; null without a date", "flight"),
        Column("off_block_raw", pa.string(), "hhmm as written", "flight"),
        Column("date_of_flight", pa.date32(), "DOF/", "flight"),
        Column("arrived", TIME, "arrival of an ARR; null without a date", "flight"),
        Column("arrived_raw", pa.string(), "hhmm as written", "flight"),
        Column("elapsed_s", pa.int32(), "estimated elapsed time, field 16", "flight"),
        Column("speed_mm_s", pa.int32(), "true airspeed, field 15; null for a Mach number", "route"),
        Column("speed_raw", pa.string(), "speed as written", "route"),
        Column("level_mm", pa.int64(), "first cruising level, field 15; null for VFR", "route"),
        Column("level_raw", pa.string(), "level as written: F pressure, A altitude, S and M metric", "route"),
        Column("route", pa.string(), "field 15 behind speed and level, as written", "route"),
        Column("other", pa.string(), "field 18, as written", "route"),
        *provenance(),
        *SOURCE,
    ),
    order=("call_sign", "off_block", "deposit", "row"),
)

MOVEMENTS = Table(
    "movements",
    1,
    "One line of an aerodrome's movement log.",
    (
        Column("aerodrome", pa.string(), "identifier or name of the aerodrome that keeps the log", "message", False),
        Column("kind", pa.string(), "one of MOVEMENT_KINDS", "message", nullable=False),
        Column("time", TIME, "time of the movement, UTC", "message"),
        Column("time_raw", pa.string(), "time exactly as written in the source", "message"),
        Column("runway", pa.string(), "runway", "message"),
        _SIMULATED,
        Column("call_sign", pa.string(), "call sign", "identity"),
        Column("registration", pa.string(), "registration", "identity"),
        Column("address", pa.int32(), "24-bit aircraft address", "identity"),
        Column("type_code", pa.string(), "aircraft type", "identity"),
        Column("operator", pa.string(), "operator", "identity"),
        Column("other_aerodrome", pa.string(), "where it came from or said it goes", "journey"),
        Column("rules", pa.string(), "I or V", "journey"),
        Column("purpose", pa.string(), "purpose as written", "journey"),
        Column("on_board", pa.int32(), "persons on board", "journey"),
        *provenance(),
        *SOURCE,
    ),
    order=("time", "aerodrome", "deposit", "row"),
)

OUTAGES = Table(
    "outages",
    1,
    "One announcement that something is out of service, limited or back: NOTAM or maintenance log.",
    (
        Column("subject", pa.string(), "sensor id, facility or location it is about", "message", nullable=False),
        Column("subject_kind", pa.string(), "one of OUTAGE_SUBJECTS", "message"),
        Column("state", pa.string(), "one of OUTAGE_STATES", "message", nullable=False),
        Column("starts", TIME, "from when, UTC", "message"),
        Column("ends", TIME, "until when; null: open, or not said", "message"),
        Column("ends_estimated", pa.bool_(), "the end is an estimate", "message"),
        Column("permanent", pa.bool_(), "no end is meant", "message"),
        Column("schedule", pa.string(), "days and hours inside the period, as written", "message"),
        _SIMULATED,
        Column("reference", pa.string(), "number of the NOTAM or of the work order", "reference"),
        Column("action", pa.string(), "one of OUTAGE_ACTIONS", "reference"),
        Column("other_reference", pa.string(), "the announcement that it replaces or cancels", "reference"),
        Column("fir", pa.string(), "flight information region", "reference"),
        Column("q_code", pa.string(), "NOTAM code: what, and its condition", "reference"),
        Column("lat_e7", pa.int32(), "centre, WGS84", "place"),
        Column("lon_e7", pa.int32(), "centre, WGS84", "place"),
        Column("radius_mm", pa.int64(), "radius around the centre", "place"),
        Column("lower_mm", pa.int64(), "from this pressure altitude", "place"),
        Column("upper_mm", pa.int64(), "to this pressure altitude; null: unlimited or not said", "place"),
        Column("text", pa.string(), "text as written", "text"),
        *provenance(),
        *SOURCE,
    ),
    order=("starts", "subject", "deposit", "row"),
)

GROUND_FACTS = Table(
    "ground_facts",
    1,
    "One thing found or done on the ground: corroboration and label, never a silent input.",
    (
        Column("kind", pa.string(), "one of FACT_KINDS", "message", nullable=False),
        Column("time", TIME, "when it was found or done, UTC", "message"),
        Column("time_raw", pa.string(), "time exactly as written in the source", "message"),
        Column("known_since", TIME, "the thing is at least as old as this", "message"),
        _SIMULATED,
        Column("lat_e7", pa.int32(), "latitude WGS84", "place"),
        Column("lon_e7", pa.int32(), "longitude WGS84", "place"),
        Column("error_mm", pa.int64(), "radius around the place that holds the truth in 95 of 100 cases", "place"),
        Column("heading_e7", pa.int32(), "direction of a strip, 1e-7 degree", "place"),
        Column("length_mm", pa.int64(), "length of a strip", "place"),
        Column("registration", pa.string(), "registration of an aircraft", "identity"),
        Column("address", pa.int32(), "24-bit aircraft address", "identity"),
        Column("type_code", pa.string(), "aircraft type", "identity"),
        Column("name", pa.string(), "name of the strip or place", "identity"),
        Column("source_kind", pa.string(), "one of FACT_SOURCES", "source", nullable=False),
        Column("source", pa.string(), "who says so", "source", nullable=False),
        Column("reference", pa.string(), "number of the report or of the image", "source"),
        Column("text", pa.string(), "text as written", "source"),
        *provenance(),
        *SOURCE,
    ),
    order=("time", "kind", "deposit", "row"),
)

CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "flight_plans": {"kind": PLAN_KINDS},
    "movements": {"kind": MOVEMENT_KINDS},
    "outages": {"subject_kind": OUTAGE_SUBJECTS, "state": OUTAGE_STATES, "action": OUTAGE_ACTIONS},
    "ground_facts": {"kind": FACT_KINDS, "source_kind": FACT_SOURCES},
}
"""Columns that hold one of a list of words, by table."""
