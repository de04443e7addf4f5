"""What was found on the ground beside a finding: a label for people, no part of any score.

Ground facts (strip found or destroyed, aircraft burnt, seizure) are no input of a detector, so they cannot move what is
found; they stand beside it, so that whoever decides sees them with their source and how exactly their place is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from veedor.air.arrow import blobs
from veedor.engine.read import read_table
from veedor.geodesy import distance_mm
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.records import record_store
from veedor.tables import GROUND_FACTS
from veedor.views.audience import Audience
from veedor.views.line import Line
from veedor.views.rows import plain_rows
from veedor.words import say

# Kinds whose place is one spot on the ground; that of a route or corridor is anywhere along it.
AT_ONE_SPOT = ("strip", "landing_away", "takeoff_away", "drop")
UNKNOWN_ERROR_MM = 1_000_000
MOST_SHOWN = 5

Near = tuple[Mapping[str, Any], int]
"""A row of GROUND_FACTS and how far away it is, in mm."""


class GroundFactLine(Line, frozen=True, kw_only=True):
    """One fact on the ground near a finding (`finding`, its id): no part of its score. `away_mm` between both places;
    `error_mm` null: how exactly its place is known is not said. `deposit` and `row` are its record."""

    schema: Literal["ground_fact/1"] = "ground_fact/1"
    finding: str
    kind: str
    name: str | None
    time_us: int | None
    lat_e7: int
    lon_e7: int
    error_mm: int | None
    away_mm: int
    source_kind: str
    source: str
    simulated: bool
    deposit: str
    row: int


def ground_lines(findings: pa.Table, facts: pa.Table | None) -> Iterator[GroundFactLine]:
    """All facts near each finding, in the order of `findings`, nearest first; none where this copy may not tell."""
    near = {} if facts is None else facts_near(findings, facts)
    for finding in blobs(findings["id"]):
        for fact, away in near.get(finding, ()):
            yield GroundFactLine(
                finding=finding.hex(), kind=fact["kind"], name=fact["name"], time_us=fact["time"],
                lat_e7=fact["lat_e7"], lon_e7=fact["lon_e7"], error_mm=fact["error_mm"], away_mm=away,
                source_kind=fact["source_kind"], source=fact["source"], simulated=fact["simulated"],
                deposit=fact["deposit"].hex(), row=fact["row"],
            )  # fmt: skip


def facts_held(mission: Mission, audience: Audience) -> pa.Table | None:
    """The GROUND_FACTS that this copy holds, for its owner; they are told to nobody else."""
    return read_table(record_store(mission).snapshot(GROUND_FACTS)) if audience == "owner" else None


def facts_near(findings: pa.Table, facts: pa.Table) -> dict[bytes, list[Near]]:
    """By id of each finding at one spot: the facts within both radii that hold the truth in 95 of 100 cases, nearest
    first, ties by time. Findings with none are left out."""
    known = [row for row in plain_rows(facts) if row["lat_e7"] is not None and row["lon_e7"] is not None]
    if not known:
        return {}
    lat, lon = (np.array([row[name] for row in known]) for name in ("lat_e7", "lon_e7"))
    error = np.array([UNKNOWN_ERROR_MM if row["error_mm"] is None else row["error_mm"] for row in known])
    found: dict[bytes, list[Near]] = {}
    for row in plain_rows(findings.select(["id", "kind", "lat_e7", "lon_e7", "radius_mm"])):
        if row["kind"] not in AT_ONE_SPOT or row["lat_e7"] is None:
            continue
        away = distance_mm(np.full_like(lat, row["lat_e7"]), np.full_like(lon, row["lon_e7"]), lat, lon)
        near = np.flatnonzero(away <= error + (row["radius_mm"] or 0)).tolist()
        if near:
            near.sort(key=lambda k: (int(away[k]), known[k]["time"] or 0, known[k]["deposit"], known[k]["row"]))
            found[row["id"]] = [(known[k], int(away[k])) for k in near]
    return found


def ground_sentences(near: Sequence[Near], language: str) -> list[str]:
    """What was found there, who says so, and how many more such facts there are."""
    made = []
    for fact, away in near[:MOST_SHOWN]:
        values = {
            "kind": say(f"ground.kind.{fact['kind']}", language), "name": fact["name"] or "", "away_mm": away,
            "time_us": fact["time"], "error_mm": fact["error_mm"], "source": fact["source"],
            "source_kind": say(f"ground.source.{fact['source_kind']}", language),
        }  # fmt: skip
        exactly = "ground.near" if fact["error_mm"] is not None else "ground.near_unknown"
        made.append(say(exactly, language, values))
    if len(near) > MOST_SHOWN:
        made.append(say("ground.more", language, {"n": len(near) - MOST_SHOWN}))
    return made
