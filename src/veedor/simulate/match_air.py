"""Air findings against true touches and silences: by place and time only, as an outsider would compare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.simulate.pairing import Pair
from veedor.simulate.sphere import apart
from veedor.simulate.truth import Truth

STRIP_NEAR_M = 5_000.0
STRIP_NEAR_US = 20 * 60 * 1_000_000
TARGET_NEAR_M = 40_000.0
_E7 = 1e7
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """One thing that happened in the air and could be found: a touch at a strip, or a silence. `seen`: some sensor
    saw the leg within 20 minutes of the touch, or saw the target before and after the silence."""

    name: str
    kind: str  # landing, takeoff, gap
    illicit: bool
    what: str  # profile or look-alike
    start_us: int
    end_us: int
    seen: bool
    places: tuple[tuple[int, float, float], ...]  # time, latitude, longitude; one for a touch


def deeds(truth: Truth) -> list[Deed]:
    """Everything of the air truth: illicit deeds are to be found, innocent ones explain false findings."""
    legs: dict[int, list[Row]] = defaultdict(list)
    for leg in truth.flights.to_pylist():
        legs[leg["mission"]].append(leg)
    made = []
    for mission, flown in sorted(legs.items()):
        gap = _silence(mission, sorted(flown, key=lambda leg: int(leg["leg"])))
        if gap is not None:
            made.append(gap)
    by_leg = {(leg["mission"], leg["leg"]): leg for flown in legs.values() for leg in flown}
    for touch in truth.touches.to_pylist():
        if touch["where"] in ("strip", "field"):
            made.append(_touch(touch, by_leg[touch["mission"], touch["leg"]]))
    return made


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
    places = tuple(
        (t, lat / _E7, lon / _E7)
        for leg in flown
        for t, lat, lon in zip(leg["point_us"], leg["point_lat_e7"], leg["point_lon_e7"], strict=True)
    )
    seen = bool(seen_at) and min(seen_at) < start and max(seen_at) > end
    first = flown[0]
    what = first["profile" if first["illicit"] else "kind"]
    return Deed(f"gap:{mission:06d}", "gap", first["illicit"], what, start, end, seen, places)


def pairs(findings: pa.Table, wanted: Sequence[Deed]) -> list[Pair]:
    """Every finding with every deed it could show."""
    found = []
    for finding in findings.select(["id", "kind", "start", "end", "lat_e7", "lon_e7"]).to_pylist():
        kind = {"landing_away": "landing", "takeoff_away": "takeoff"}.get(finding["kind"], finding["kind"])
        if finding["lat_e7"] is None:
            continue
        span = tuple(round(finding[name].timestamp() * 1e6) for name in ("start", "end"))
        place = finding["lat_e7"] / _E7, finding["lon_e7"] / _E7
        for deed in wanted:
            pair = None
            if kind in ("landing", "takeoff") and kind == deed.kind:
                pair = _at_strip(finding["id"], span, place, deed)
            elif kind in ("gap", "leg") and deed.kind == "gap":
                pair = _on_target(finding["id"], span, place, deed)
            if pair is not None:
                found.append(pair)
    return found


def _at_strip(identity: bytes, span: tuple[int, ...], place: tuple[float, float], deed: Deed) -> Pair | None:
    if deed.start_us < span[0] - STRIP_NEAR_US or deed.start_us > span[1] + STRIP_NEAR_US:
        return None
    metres, _ = apart(*place, *deed.places[0][1:])
    return Pair(identity, deed.name, -metres, metres) if metres <= STRIP_NEAR_M else None


def _on_target(identity: bytes, span: tuple[int, ...], place: tuple[float, float], deed: Deed) -> Pair | None:
    """Over half of the finding's time inside the silence, and begun near the true target."""
    shared = min(span[1], deed.end_us) - max(span[0], deed.start_us)
    if shared <= 0 or 2 * shared <= span[1] - span[0]:
        return None
    times = np.array([point[0] for point in deed.places])
    nearest = deed.places[int(np.argmin(np.abs(times - span[0])))]
    metres, _ = apart(*place, *nearest[1:])
    return Pair(identity, deed.name, shared / 1e6, None) if metres <= TARGET_NEAR_M else None
