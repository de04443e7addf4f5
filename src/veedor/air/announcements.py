"""What was announced or logged of a flight: its plan and whether it kept to it, aerodromes' logs, reserved airspace.

Claims of their authors. A plan that a flight left explains nothing, and a log of a take-off does not say where it led.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from veedor.air.scales import MINUTE_US
from veedor.geodesy import distance_mm
from veedor.registers.aerodromes import Aerodromes

Row = Mapping[str, Any]
Places = Mapping[str, tuple[int, int]]
# A landing where it was planned; still on the way there; elsewhere.
Kept = Literal["flown", "on_way", "left"]
_WHERE = re.compile(r"(\d{2})(\d{2})([NS])(\d{3})(\d{2})([EW])")


@dataclass(frozen=True)
class Limits:
    """How near in time and place an announcement must be to a flight: expert settings, the same for all findings."""

    plan_before_us: int = 120 * MINUTE_US
    plan_after_us: int = 120 * MINUTE_US
    plan_mm: int = 30_000_000
    logged_us: int = 30 * MINUTE_US
    logged_mm: int = 15_000_000
    reserved_mm: int = 5_000_000


@dataclass(frozen=True)
class Announcements:
    """Plans by call sign, registration and address; movements; reserved airspace; where aerodromes lie.

    A flight is asked for as a row with start, end, start_lat_e7 .. end_lon_e7, address, call_sign (times in
    microseconds), as LEGS has them."""

    by_name: Mapping[str | int, Sequence[Row]]
    unnamed: Sequence[Row]  # all of them, in order, for flights that say nothing of themselves
    movements: Sequence[Row]  # in order of time
    reserved: Sequence[Row]
    places: Places

    @staticmethod
    def load(plans: pa.Table, movements: pa.Table, outages: pa.Table, aerodromes: Aerodromes) -> Announcements:
        """A cancelled plan is none; a changed one counts as filed: its change is text. Of NOTAM those count that
        reserve airspace around a place, and were not cancelled."""
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
            for name in {row["call_sign"], row["registration"], row["address"]} - {None}:
                by_name.setdefault(name, []).append(row)
        places: dict[str, tuple[int, int]] = {}
        if kept or movements.num_rows:
            for row in aerodromes.table.select(["ident", "lat_e7", "lon_e7"]).to_pylist():
                places[row["ident"]] = (row["lat_e7"], row["lon_e7"])
        notams = plain(outages)
        gone = {row["other_reference"] for row in notams if row["action"] in ("cancel", "replace")}
        reserved = [
            row
            for row in notams
            if row["subject_kind"] == "airspace" and row["radius_mm"] is not None and row["starts"] is not None
            and row["state"] != "restored" and (row["reference"] is None or row["reference"] not in gone)
        ]  # fmt: skip
        moves = [row for row in plain(movements) if row["time"] is not None and row["aerodrome"] in places]
        moves.sort(key=lambda row: (row["time"], row["deposit"], row["row"]))
        return Announcements(by_name, kept, moves, reserved, places)

    def plan_of(self, flight: Row, limits: Limits) -> tuple[Row, Kept] | None:
        """The plan of that name and time that was kept to best, then nearest in time, ties by smallest record, and how
        it was kept to. A flight that says nothing of itself must agree at both ends within the hour."""
        names = [flight["call_sign"], flight["address"]]
        named = [row for name in names if name is not None for row in self.by_name.get(name, ())]
        fits = [(row, self._kept(row, flight, limits)) for row in named if _in_time(row, flight, limits)]
        if names == [None, None]:
            fits = [
                (row, "flown")
                for row in self.unnamed
                if abs(flight["start"] - row["off_block"]) <= limits.plan_before_us // 2
                and self._both_ends(row, flight, limits)
            ]
        order = {"flown": 0, "on_way": 1, "left": 2}
        return min(
            fits,
            key=lambda fit: (order[fit[1]], abs(flight["start"] - fit[0]["off_block"]), fit[0]["deposit"],
                             fit[0]["row"]),
            default=None,
        )  # fmt: skip

    def logged_of(self, flight: Row, limits: Limits) -> dict[str, Row]:
        """By end ("start", "end") the line of a log that agrees: at that aerodrome at that time, and no other name."""
        fits: dict[str, list[tuple[int, bytes, int, Row]]] = {}
        for side, kinds in (("start", ("take_off",)), ("end", ("landing", "touch_and_go"))):
            for row in self._moves(flight[side] - limits.logged_us, flight[side] + limits.logged_us):
                if row["kind"] not in kinds or _other_name(row, flight):
                    continue
                if _near(flight, side, self.places[row["aerodrome"]], limits.logged_mm):
                    off = abs(row["time"] - flight[side])
                    fits.setdefault(side, []).append((off, row["deposit"], row["row"], row))
        return {side: min(found, key=lambda one: one[:3])[3] for side, found in fits.items()}

    def landed_of(self, flight: Row, speed_mm_s: int, limits: Limits) -> Row | None:
        """The landing under its own name at an aerodrome to which it can have gone straight from where it was last
        seen: at half its speed at least, a quarter of an hour allowed for the approach."""
        farthest = 4 * limits.plan_mm * 1_000_000 // max(1, speed_mm_s) + 15 * MINUTE_US
        for row in self._moves(flight["end"] - limits.logged_us, flight["end"] + farthest):
            if row["kind"] != "landing" or not _same_name(row, flight):
                continue
            after = row["time"] - flight["end"]
            place = self.places[row["aerodrome"]]
            away = int(distance_mm(flight["end_lat_e7"], flight["end_lon_e7"], *place))
            usual = away * 1_000_000 // max(1, speed_mm_s)
            if after <= 2 * usual + 15 * MINUTE_US and away <= 2 * limits.plan_mm:
                return row
        return None

    def reserved_at(self, time_us: int, lat_e7: int, lon_e7: int, limits: Limits) -> Row | None:
        """The announcement that reserves the airspace of a place at a time, ties by smallest record."""
        found = [
            row
            for row in self.reserved
            if row["starts"] <= time_us <= (row["ends"] if row["ends"] is not None else row["starts"])
            and int(distance_mm(lat_e7, lon_e7, row["lat_e7"], row["lon_e7"])) <= row["radius_mm"] + limits.reserved_mm
        ]
        return min(found, key=lambda row: (row["starts"], row["deposit"], row["row"]), default=None)

    def _moves(self, first_us: int, last_us: int) -> Sequence[Row]:
        """The lines of logs between two times."""
        low = bisect_left(self.movements, first_us, key=lambda row: int(row["time"]))
        return self.movements[low : bisect_right(self.movements, last_us, key=lambda row: int(row["time"]))]

    def _places_of(self, row: Row) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """Where the plan says that it begins and ends: ZZZZ by DEP/ and DEST/."""
        other = row["other"] or ""
        return (
            self.places.get(row["departure"] or "") or _written(other, "DEP/"),
            self.places.get(row["destination"] or "") or _written(other, "DEST/"),
        )

    def _both_ends(self, row: Row, flight: Row, limits: Limits) -> bool:
        one, other = self._places_of(row)
        if one is None or other is None:
            return False
        return _near(flight, "start", one, limits.plan_mm) and _near(flight, "end", other, limits.plan_mm)

    def _kept(self, row: Row, flight: Row, limits: Limits) -> Kept:
        """Ends at the destination; else on the way to it while the detour by its last place is small; a plan that ends
        where it begins is kept to as long as it lasts."""
        one, other = self._places_of(row)
        if other is None:
            return "on_way"
        if _near(flight, "end", other, limits.plan_mm):
            return "flown"
        if one is None:
            return "left"
        whole = int(distance_mm(*one, *other))
        if whole <= limits.plan_mm:
            return "on_way"
        at = flight["end_lat_e7"], flight["end_lon_e7"]
        by_way_of = int(distance_mm(*one, *at)) + int(distance_mm(*at, *other))
        return "on_way" if by_way_of <= whole + whole // 10 + limits.logged_mm else "left"


def _in_time(row: Row, flight: Row, limits: Limits) -> bool:
    elapsed = (row["elapsed_s"] or 0) * 1_000_000
    return bool(-limits.plan_before_us <= flight["start"] - row["off_block"] <= elapsed + limits.plan_after_us)


def _names(row: Row) -> Iterator[tuple[str, Any]]:
    yield from (("call_sign", row["call_sign"]), ("call_sign", row["registration"]), ("address", row["address"]))


def _other_name(row: Row, flight: Row) -> bool:
    """Both say who flew, and not the same."""
    said = [(name, value) for name, value in _names(row) if value is not None and flight[name] is not None]
    return bool(said) and not any(flight[name] == value for name, value in said)


def _same_name(row: Row, flight: Row) -> bool:
    return any(value is not None and flight[name] == value for name, value in _names(row))


def _near(flight: Row, side: str, place: tuple[int, int], within_mm: int) -> bool:
    return int(distance_mm(flight[f"{side}_lat_e7"], flight[f"{side}_lon_e7"], *place)) <= within_mm


def _written(other: str, key: str) -> tuple[int, int] | None:
    """A place as degrees and minutes behind DEP/ or DEST/ (Doc 4444, field 18)."""
    found = _WHERE.match(other[other.find(key) + len(key) :]) if key in other else None
    if found is None:
        return None
    south, west = found[3] == "S", found[6] == "W"
    lat = (int(found[1]) * 60 + int(found[2])) * 10_000_000 // 60
    lon = (int(found[4]) * 60 + int(found[5])) * 10_000_000 // 60
    return (-lat if south else lat), (-lon if west else lon)


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with times as microseconds."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.int64()))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
