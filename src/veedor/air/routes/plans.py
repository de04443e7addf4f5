"""Which flight plan, or which line of an aerodrome's log, a leg agrees with: by name, time and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.air.routes.rules import UnexplainedRules
from veedor.geodesy import distance_mm
from veedor.registers.aerodromes import Aerodromes

Row = Mapping[str, Any]
Places = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Plans:
    """Plans by call sign and by address, and movements by aerodrome, ready to be asked."""

    by_name: Mapping[str | int, Sequence[Row]]
    unnamed: Sequence[Row]  # all of them, in order, for legs that say nothing of themselves
    movements: Sequence[Row]
    places: Places

    @staticmethod
    def load(plans: pa.Table, movements: pa.Table, aerodromes: Aerodromes) -> Plans:
        """A cancelled plan is none; a changed one counts as filed: its change is text."""
        rows = plain(plans)
        cancelled = {(row["call_sign"], row["departure"], row["off_block_raw"]) for row in rows if row["kind"] == "CNL"}
        kept = [
            row
            for row in rows
            if row["kind"] in ("FPL", "DEP")
            and row["off_block"] is not None
            and (row["call_sign"], row["departure"], row["off_block_raw"]) not in cancelled
        ]
        by_name: dict[str | int, list[Row]] = {}
        for row in kept:
            for name in {row["call_sign"], row["address"]} - {None}:
                by_name.setdefault(name, []).append(row)
        places: dict[str, tuple[int, int]] = {}
        if kept or movements.num_rows:
            for row in aerodromes.table.select(["ident", "lat_e7", "lon_e7"]).to_pylist():
                places[row["ident"]] = (row["lat_e7"], row["lon_e7"])
        return Plans(by_name, kept, [row for row in plain(movements) if row["time"] is not None], places)

    def plan_of(self, leg: Row, rules: UnexplainedRules) -> Row | None:
        """The plan that agrees, nearest in time, ties by smallest record; a leg that says nothing of itself must agree
        at both ends within the hour."""
        names = [leg["call_sign"], leg["address"]]
        named = [row for name in names if name is not None for row in self.by_name.get(name, ())]
        fits = [row for row in named if self._in_time(row, leg, rules) and self._ends(row, leg, rules) is not False]
        if not fits and names == [None, None]:
            fits = [
                row
                for row in self.unnamed
                if abs(leg["start"] - row["off_block"]) <= rules.plan_before_us // 2
                and self._ends(row, leg, rules, both=True)
            ]
        return min(
            fits, key=lambda row: (abs(leg["start"] - row["off_block"]), row["deposit"], row["row"]), default=None
        )

    def movement_of(self, leg: Row, rules: UnexplainedRules) -> Row | None:
        """The line of a log that agrees: at that aerodrome at that time, and no other name."""
        fits = []
        for row in self.movements:
            side = "start" if row["kind"] == "take_off" else "end"
            if abs(row["time"] - leg[side]) > rules.logged_us or row["aerodrome"] not in self.places:
                continue
            other = any(
                row[name] is not None and leg[name] is not None and row[name] != leg[name]
                for name in ("call_sign", "address")
            )
            if not other and _near(leg, side, self.places[row["aerodrome"]], rules.logged_mm):
                fits.append((abs(row["time"] - leg[side]), row["deposit"], row["row"], row))
        return min(fits, key=lambda found: found[:3])[3] if fits else None

    def _in_time(self, row: Row, leg: Row, rules: UnexplainedRules) -> bool:
        elapsed = (row["elapsed_s"] or 0) * 1_000_000
        return bool(-rules.plan_before_us <= leg["start"] - row["off_block"] <= elapsed + rules.plan_after_us)

    def _ends(self, row: Row, leg: Row, rules: UnexplainedRules, both: bool = False) -> bool | None:
        """Whether the leg's ends are those of the plan; None where neither aerodrome is known."""
        known = [
            _near(leg, side, self.places[row[name]], rules.plan_mm)
            for side, name in (("start", "departure"), ("end", "destination"))
            if row[name] in self.places
        ]
        if both:
            return len(known) == 2 and all(known)
        return any(known) if known else None


def _near(leg: Row, side: str, place: tuple[int, int], within_mm: int) -> bool:
    return int(distance_mm(leg[f"{side}_lat_e7"], leg[f"{side}_lon_e7"], *place)) <= within_mm


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with times as microseconds."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.int64()))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
