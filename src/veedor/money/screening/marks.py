"""Detector `craft_marks`: what plots show of aircraft and vessels, day by day: addresses, registrations, call signs.

A mark is kept as it is compared: upper case without separators. An aircraft's call sign is kept only where it could be
a registration (an operator's code with a flight number changes with every flight and stands on no list); an IMO number
only with its check digit. Whatever has no address and no MMSI is known by the mark itself. Plots without time belong to
no day and are left out. Nothing is looked for where no list was deposited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.money.columns import integers, known
from veedor.registers.identifiers import Identifier, read
from veedor.registers.identifiers.identifier import compact
from veedor.registers.states import states_of_call_sign
from veedor.tables import CRAFT_MARKS, LIST_PIECES, PLOTS, Table
from veedor.tables.plots import NOT_A_TARGET, SIMULATED

DAY_US = 86_400_000_000
_SHORTEST, _LONGEST = 3, 10


@dataclass(frozen=True)
class MarkParameters:
    """Whether plots are looked through only where a list was deposited: else the marks are of no use to a run."""

    only_with_lists: bool = True


SHIPPED = MarkParameters()


@dataclass(frozen=True)
class ListMarks:
    """Detector `craft_marks`: plots of whole days in, one row for each craft, mark and day out."""

    parameters: MarkParameters = SHIPPED
    name: str = "craft_marks"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(
            PLOTS,
            ByTime(2 * DAY_US, 0, DAY_US),
            ("time", "flags", "address", "mmsi", "call_sign", "registration", "deposit", "row"),
        ),
        Read(LIST_PIECES, Broadcast(), ("deposit",)),
    )
    writes: Table = CRAFT_MARKS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: MarkParameters) -> pa.Table:
        if parameters.only_with_lists and tables["list_pieces"].num_rows == 0:
            return CRAFT_MARKS.empty()
        return marks_of(tables["plots"], owner)


def marks_of(plots: pa.Table, owner: Owner) -> pa.Table:
    """CRAFT_MARKS of these plots, for days that begin in the owner's span of time."""
    time = integers(plots["time"].cast(pa.int64()))
    flags = integers(plots["flags"].cast(pa.int64()))
    day = time // DAY_US * DAY_US
    kept = known(plots["time"]) & (flags & NOT_A_TARGET == 0)
    if owner.start_us is not None and owner.end_us is not None:
        kept &= (day >= owner.start_us) & (day < owner.end_us)
    # Each mark once with its count, before anything is done row by row: a flight has thousands of plots.
    columns = ("address", "mmsi", "call_sign", "registration", "deposit", "row")
    simulated = flags & SIMULATED != 0
    made = pa.table(
        {"day": pa.array(day), "first": pa.array(time - day), "simulated": pa.array(simulated)}
        | {name: plots[name] for name in columns}
    ).filter(pa.array(kept))
    if made.num_rows == 0:
        return CRAFT_MARKS.empty()
    same = ["day", "address", "mmsi", "call_sign", "registration"]
    made = made.sort_by([("first", "ascending"), ("deposit", "ascending"), ("row", "ascending")])
    grouped = made.group_by(same, use_threads=False).aggregate(
        [("first", "first"), ("deposit", "first"), ("row", "first"), ("simulated", "max"), ("first", "count")]
    )
    rows: dict[tuple[str, str, str, str, int], dict[str, Any]] = {}
    for each in grouped.to_pylist():
        subject, kind, shown = _shown(each)
        for scheme, value in shown:
            key = (subject, kind, scheme, value, each["day"])
            _count(rows.setdefault(key, {"earliest": None, "records": 0, "simulated": False}), each)
    table = pa.Table.from_pylist(
        [
            {
                "subject": subject, "kind": kind, "scheme": scheme, "value": value, "day": day // DAY_US,
                "records": said["records"], "simulated": said["simulated"], "deposit": said["earliest"][1],
                "row": said["earliest"][2],
            }
            for (subject, kind, scheme, value, day), said in rows.items()
        ],
        schema=CRAFT_MARKS.schema,
    )  # fmt: skip
    return table.sort_by([(name, "ascending") for name in CRAFT_MARKS.order])


def _count(said: dict[str, Any], each: Mapping[str, Any]) -> None:
    at = each["first_first"], each["deposit_first"], each["row_first"]
    said["earliest"] = at if said["earliest"] is None else min(said["earliest"], at)
    said["records"] += each["first_count"]
    said["simulated"] |= each["simulated_max"]


def _shown(each: Mapping[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """Subject, kind, and marks of one plot, the firmest first."""
    call_sign, registration = _written(each["call_sign"]), _written(each["registration"])
    if each["mmsi"] is not None:
        number = f"{each['mmsi']:09d}"
        hull = _imo(registration) if registration else None
        shown = [
            ("mmsi", number),
            *([("imo", hull)] if hull else ()),
            *([("call_sign", call_sign)] if call_sign else ()),
        ]
        return f"vessel:{number}", "vessel", shown
    shown = []
    if each["address"] is not None:
        shown.append(("icao_address", f"{each['address']:06X}"))
    if registration:
        shown.append(("tail_number", registration))
    if call_sign and call_sign != registration and _could_be_registration(each["call_sign"]):
        shown.append(("call_sign", call_sign))
    if not shown:
        return "", "", []
    return f"aircraft:{shown[0][1].lower()}", "aircraft", shown


@lru_cache(maxsize=100_000)
def _written(text: str | None) -> str | None:
    value = compact(text or "")
    return value if _SHORTEST <= len(value) <= _LONGEST and value.isascii() and value.isalnum() else None


@lru_cache(maxsize=100_000)
def _imo(text: str) -> str | None:
    found = read("imo", text.removeprefix("IMO"))
    return found.value if isinstance(found, Identifier) else None


@lru_cache(maxsize=100_000)
def _could_be_registration(call_sign: str) -> bool:
    return bool(states_of_call_sign(call_sign))
