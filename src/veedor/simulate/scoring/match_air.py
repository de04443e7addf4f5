"""Air findings against true touches and silences: by place and time only, as an outsider would compare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.simulate.scoring.pairing import Pair
from veedor.simulate.sphere import apart, separation
from veedor.simulate.truth import Truth

STRIP_NEAR_M = 5_000.0
STRIP_NEAR_US = 20 * 60 * 1_000_000
TARGET_NEAR_M = 40_000.0
DAY_US = 86_400 * 1_000_000
# Which deed a kind of finding speaks of.
DEED_OF = {
    "landing_away": "landing",
    "takeoff_away": "takeoff",
    "gap": "gap",
    "leg": "gap",
    "unexplained_leg": "flight",
    "strip": "strip",
    "route": "route",
}
_E7 = 1e7
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """One thing that happened in the air and could be found: a touch at a strip, a silence, a leg flown, a strip in
    use, several legs of one aircraft. `seen`: some sensor saw the leg within 20 minutes of the touch, saw the target
    before and after the silence, saw the leg at all, saw two of the legs; or touches of at least two days at the strip
    were seen."""

    name: str
    kind: str  # landing, takeoff, gap, flight, strip, route
    illicit: bool
    what: str  # profile or look-alike
    start_us: int
    end_us: int
    seen: bool
    places: tuple[tuple[int, float, float], ...]  # time, latitude, longitude; one for a touch
    legs: tuple[tuple[int, int], ...] = ()  # of a route: from when to when sensors saw each


def deeds(truth: Truth) -> list[Deed]:
    """Everything of the air truth: illicit deeds are to be found, innocent ones explain false findings."""
    legs: dict[int, list[Row]] = defaultdict(list)
    for leg in truth.flights.to_pylist():
        legs[leg["mission"]].append(leg)
    made = []
    for mission, flown in sorted(legs.items()):
        flown.sort(key=lambda leg: int(leg["leg"]))
        made += [deed for deed in (_silence(mission, flown), _route(mission, flown)) if deed is not None]
    by_leg = {(leg["mission"], leg["leg"]): leg for flown in legs.values() for leg in flown}
    days: dict[int, set[int]] = defaultdict(set)
    for touch in truth.touches.to_pylist():
        if touch["where"] in ("strip", "field"):
            deed = _touch(touch, by_leg[touch["mission"], touch["leg"]])
            made.append(deed)
            if deed.seen and touch["strip"] is not None:
                days[touch["strip"]].add(deed.start_us // DAY_US)
    made += [_flight(leg) for leg in by_leg.values()]
    made += [_strip(strip, len(days[strip["strip"]]) > 1) for strip in truth.strips.to_pylist() if strip["touches"]]
    return made


def _flight(leg: Row) -> Deed:
    what = leg["profile" if leg["illicit"] else "kind"]
    name = f"flight:{leg['mission']:06d}:{leg['leg']}"
    return Deed(name, "flight", leg["illicit"], what, leg["start_us"], leg["end_us"], leg["plots"] > 0, _path(leg))


def _route(mission: int, flown: Sequence[Row]) -> Deed | None:
    """What one aircraft flew in several legs, from its first take-off to its last landing."""
    if len(flown) < 2:
        return None
    first, last = flown[0], flown[-1]
    return Deed(
        f"route:{mission:06d}", "route", first["illicit"], first["profile" if first["illicit"] else "kind"],
        first["start_us"], last["end_us"], sum(leg["plots"] > 0 for leg in flown) > 1,
        tuple(point for leg in flown for point in _path(leg)),
        tuple((leg["first_seen_us"], leg["last_seen_us"]) for leg in flown if leg["plots"] > 0),
    )  # fmt: skip


def _strip(strip: Row, seen: bool) -> Deed:
    place = (0, strip["lat_e7"] / _E7, strip["lon_e7"] / _E7)
    return Deed(f"strip:{strip['strip']:04d}", "strip", True, "strip", 0, 0, seen, (place,))


def _path(leg: Row) -> tuple[tuple[int, float, float], ...]:
    points = zip(leg["point_us"], leg["point_lat_e7"], leg["point_lon_e7"], strict=True)
    return tuple((t, lat / _E7, lon / _E7) for t, lat, lon in points)


def _touch(touch: Row, leg: Row) -> Deed:
    landing, moment = touch["event"] == "landing", touch["time_us"]
    nearest = leg["last_seen_us"] if landing else leg["first_seen_us"]
    seen = nearest is not None and abs(nearest - moment) <= STRIP_NEAR_US
    place = (moment, touch["lat_e7"] / _E7, touch["lon_e7"] / _E7)
    name = f"{touch['event']}:{touch['mission']:06d}:{touch['leg']}"
    what = leg["profile" if touch["illicit"] else "kind"]
    return Deed(name, touch["event"], touch["illicit"], what, moment, moment, seen, (place,))


def _silence(mission: int, flown: Sequence[Row]) -> Deed | None:
    """From the first silent moment to the last, the time on the ground between two silent legs included."""
    silent = [leg for leg in flown if leg["silent_from_us"] is not None]
    if not silent:
        return None
    start, end = silent[0]["silent_from_us"], silent[-1]["silent_to_us"]
    seen_at = [t for leg in flown for t in (leg["first_seen_us"], leg["last_seen_us"]) if t is not None]
    places = tuple(point for leg in flown for point in _path(leg))
    seen = bool(seen_at) and min(seen_at) < start and max(seen_at) > end
    first = flown[0]
    what = first["profile" if first["illicit"] else "kind"]
    return Deed(f"gap:{mission:06d}", "gap", first["illicit"], what, start, end, seen, places)


def pairs(findings: pa.Table, wanted: Sequence[Deed]) -> list[Pair]:
    """Every finding with every deed it could show."""
    found = []
    for finding in findings.select(["id", "kind", "start", "end", "lat_e7", "lon_e7"]).to_pylist():
        kind = finding["kind"]
        if finding["lat_e7"] is None:
            continue
        span = tuple(round(finding[name].timestamp() * 1e6) for name in ("start", "end"))
        place = finding["lat_e7"] / _E7, finding["lon_e7"] / _E7
        for deed in wanted:
            pair = None
            if DEED_OF.get(kind) != deed.kind:
                continue
            if deed.kind == "strip":
                pair = _near(finding["id"], place, deed)
            elif deed.kind in ("landing", "takeoff"):
                pair = _at_strip(finding["id"], span, place, deed)
            elif deed.kind == "route":
                pair = _on_route(finding["id"], span, place, deed)
            else:
                pair = _on_target(finding["id"], span, place, deed)
            if pair is not None:
                found.append(pair)
    return found


def phenomenon_pairs(findings: pa.Table, truth: Truth) -> list[Pair]:
    """Each air finding with the phenomenon that most likely is behind it: over half of its time in it, in its reach.
    One phenomenon may be behind many."""
    found = []
    episodes = truth.phenomena.to_pylist()
    for finding in findings.select(["id", "kind", "start", "end", "lat_e7", "lon_e7"]).to_pylist():
        if finding["lat_e7"] is None or finding["kind"] not in DEED_OF:
            continue
        span = tuple(round(finding[name].timestamp() * 1e6) for name in ("start", "end"))
        near = []
        for one in episodes:
            shared = min(span[1], one["end_us"]) - max(span[0], one["start_us"])
            metres, _ = apart(
                finding["lat_e7"] / _E7, finding["lon_e7"] / _E7, one["lat_e7"] / _E7, one["lon_e7"] / _E7
            )
            if 2 * shared > span[1] - span[0] and metres <= one["radius_mm"] / 1e3 + TARGET_NEAR_M:
                near.append(Pair(finding["id"], phenomenon_name(one), shared / 1e6))
        found += sorted(near, key=lambda pair: (-pair.overlap, pair.truth))[:1]
    return found


def phenomenon_name(row: Row) -> str:
    return f"phenomenon:{row['phenomenon']:04d}"


def _at_strip(identity: bytes, span: tuple[int, ...], place: tuple[float, float], deed: Deed) -> Pair | None:
    if deed.start_us < span[0] - STRIP_NEAR_US or deed.start_us > span[1] + STRIP_NEAR_US:
        return None
    return _near(identity, place, deed)


def _near(identity: bytes, place: tuple[float, float], deed: Deed) -> Pair | None:
    metres, _ = apart(*place, *deed.places[0][1:])
    return Pair(identity, deed.name, -metres, metres) if metres <= STRIP_NEAR_M else None


def _on_target(identity: bytes, span: tuple[int, ...], place: tuple[float, float], deed: Deed) -> Pair | None:
    """Over half of the finding's time inside the silence or the flight. A silence has its place where it begins, a
    flight half-way: there it must be near the true target."""
    shared = min(span[1], deed.end_us) - max(span[0], deed.start_us)
    if shared <= 0 or 2 * shared <= span[1] - span[0]:
        return None
    times = np.array([point[0] for point in deed.places])
    moment = (span[0] + span[1]) // 2 if deed.kind == "flight" else span[0]
    nearest = deed.places[int(np.argmin(np.abs(times - moment)))]
    metres, _ = apart(*place, *nearest[1:])
    return Pair(identity, deed.name, shared / 1e6, None) if metres <= TARGET_NEAR_M else None


def _on_route(identity: bytes, span: tuple[int, ...], place: tuple[float, float], deed: Deed) -> Pair | None:
    """Over half of the finding's time between the first take-off and the last landing, over half of what sensors saw of
    at least two of the legs within the finding's time, and its place, one of the stops, near where the aircraft came.

    Of what sensors saw: most of a flight from beyond all coverage is in no finding, however right it is."""
    shared = min(span[1], deed.end_us) - max(span[0], deed.start_us)
    held = sum(2 * (min(span[1], end) - max(span[0], start)) > end - start for start, end in deed.legs)
    if shared <= 0 or 2 * shared <= span[1] - span[0] or held < 2:
        return None
    _, lat, lon = np.array(deed.places).T
    metres, _ = separation(lat, lon, *place)
    return Pair(identity, deed.name, shared / 1e6, None) if metres.min() <= TARGET_NEAR_M else None
