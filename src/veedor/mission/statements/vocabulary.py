"""The closed list of what a public field may hold: digests, counts, times, identifiers and fixed words.

Nothing else ever stands in the log: no free text, file name, query, subject, place, or unsalted digest of
confidential data (DESIGN section 4). Patterns end in `$(?!\\n)` because Python's `$` also matches before a last
line feed while JSON Schema's does not; with it both say the same.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

LARGEST = 2**53 - 1
HOUR_US = 3_600_000_000

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="32 bytes in lower-case hex")]
Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{128}$", max_length=128, description="64 bytes in lower-case hex")]
OptionalHex32 = Annotated[
    str, Meta(pattern="^([0-9a-f]{64})?$", max_length=64, description="32 bytes in lower-case hex, or empty: none")
]
Commit = Annotated[
    str, Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})?$", max_length=64, description="commit of the source, or empty")
]
PartyId = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$(?!\\n)", max_length=24, description="party, as in genesis")]
MissionName = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$(?!\\n)", max_length=40, description="name of the mission")]
Origin = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*$(?!\\n)",
        max_length=100,
        description="origin line of the log (C2SP tlog-checkpoint): lower case, no blanks, no plus sign",
    ),
]
CodeName = Annotated[
    str,
    Meta(pattern="^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$(?!\\n)", max_length=60, description="name in the software"),
]
SchemaId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*/[1-9][0-9]?$(?!\\n)", max_length=40, description="name/N")]
Version = Annotated[
    str, Meta(pattern="^[0-9]+(\\.[0-9a-z]+)*$(?!\\n)", max_length=30, description="version of software")
]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive = Annotated[int, Meta(ge=1, le=LARGEST)]
TimeUs = Annotated[int, Meta(ge=0, le=LARGEST, description="microseconds since 1970-01-01T00:00:00Z")]
TimeS = Annotated[int, Meta(ge=1, le=LARGEST, description="seconds since 1970-01-01T00:00:00Z")]
HourTimeUs = Annotated[
    int, Meta(ge=0, le=LARGEST, multiple_of=HOUR_US, description="microseconds since 1970, whole hours only")
]

MemberRole = Literal["party", "observer", "mediator"]
KeyRole = Literal["log", "witness", "statement", "recovery"]
KEY_ROLES: tuple[KeyRole, ...] = ("log", "recovery", "statement", "witness")

DataClass = Literal[
    "plots",
    "sensors",
    "sensor_state",
    "tracks",
    "flight_plans",
    "movements",
    "outages",
    "ground_facts",
    "aerodromes",
    "aircraft",
    "vessel_positions",
    "accounts",
    "entries",
    "payments",
    "balances",
    "registers",
]
Recorder = Literal[
    "military_radar",
    "civil_radar",
    "receiver_network",
    "coastal_station",
    "bank",
    "central_bank",
    "financial_intelligence_unit",
    "customs",
    "register_office",
    "other_public_body",
    "simulator",
]
ClockSource = Literal["satellite", "network", "radio", "own_clock", "booking_system", "simulated", "unknown"]
Completeness = Literal["complete", "partial", "unknown"]
Conversion = Literal[
    "units",
    "coordinates",
    "time_scale",
    "character_set",
    "format",
    "filtered",
    "thinned",
    "merged",
    "identifiers_replaced",
    "other",
]
LegalBasis = Literal["accord", "treaty", "mutual_assistance", "court_order", "national_law", "voluntary", "simulated"]
Purpose = Literal["joint_monitoring", "inspection", "case", "test"]
Use = Literal["intelligence_only", "evidence"]
Onward = Literal["none", "originator_consents", "parties"]

# A suspicious-transaction report, and the fact that one exists, must not be handed in (DESIGN section 6, rule 11).
REFUSED_CLASSES = frozenset(
    {
        "str",
        "sar",
        "ros",
        "suspicious_transaction_report",
        "suspicious_activity_report",
        "suspicious_transaction_reports",
    }
)
