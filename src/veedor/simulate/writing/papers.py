"""What was announced and written down of a scenario's flights: plans as messages, NOTAM, aerodromes' logs, and lists of
places and of state addresses, as a secretariat would have them: most of what is regular, never all, and some false.

Nobody files a plan for a landing at a strip, yet some who go there file one for somewhere else. Whoever keeps a log
writes down all who come and go, smugglers too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from veedor.simulate.flying.flights import Flights
from veedor.simulate.flying.legal import legal_flights
from veedor.simulate.flying.missions import Leg, Mission, Touch
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.lookalikes.state import STATE_ADDRESSES
from veedor.simulate.seeds import child
from veedor.simulate.sky import Sky
from veedor.simulate.sphere import separation

_SIZES = {0: "L", 1: "M", 2: "M"}


@dataclass(frozen=True)
class Habit:
    """How one kind of flight is announced: the share that files a plan, type of flight and remark in it, the share for
    which airspace is reserved by NOTAM, and in which words."""

    filed: float
    kind: str = "G"
    said: str = ""
    reserved: float = 0.0
    words: str = ""


HABITS: Mapping[str, Habit] = {
    "crop_dusting": Habit(0.03),
    "bush": Habit(0.35),
    "mission_strip": Habit(0.4, said="STS/HUM"),
    "medical": Habit(0.7, said="STS/MEDEVAC"),
    "community_strip": Habit(0.3),
    "ranch_strip": Habit(0.15),
    "oil_helicopter": Habit(0.5, "N"),
    "mining_helicopter": Habit(0.2, "N"),
    "vfr": Habit(0.4),
    "state_aircraft": Habit(0.6, "M", "STS/STATE"),
    "interceptor": Habit(0.1, "M", "STS/STATE"),
    "eradication": Habit(
        0.25, "M", "STS/STATE", 0.6, "ASPERSION DE CULTIVOS ILICITOS, AERONAVES DE ESTADO A BAJA ALTURA"
    ),
    "training": Habit(0.6, "G", "RMK/TRAINING"),
    "glider": Habit(0.0, reserved=0.15, words="GLIDER FLYING"),
    "survey": Habit(0.9, "G", "RMK/AERIAL SURVEY", 0.5, "LEVANTAMIENTO AEROFOTOGRAFICO"),
    "calibration": Habit(0.95, "G", "STS/FLTCK"),
    "fire_fighting": Habit(0.4, "G", "STS/FFR", 0.6, "EXTINCION DE INCENDIO FORESTAL, AERONAVES EN TRABAJO"),
    "transponder_failure": Habit(0.75),
    "drone": Habit(0.0, reserved=0.3, words="UNMANNED AIRCRAFT WILL TAKE PLACE"),
    "illicit": Habit(0.15),
}
# Lists that a party makes of its own: kind of place as it is declared, purpose and count of the look-alikes'.
_LISTED = (("mission", "missions", 4), ("medical", "clinics", 5), ("community", "communities", 8),
           ("ranch", "ranches", 10), ("oil", "wells", 5), ("mining", "mines", 4),
           ("state", "garrisons", 4))  # fmt: skip
_KNOWN, _UNUSED, _OFF_M = 0.8, 0.3, 400.0
_LOGGED, _WRITTEN = 0.7, 0.93


@dataclass(frozen=True)
class Papers:
    """Texts of plans and NOTAM, logs as CSV, known places (kind, latitude, longitude)."""

    plans: str
    notams: str
    movements: str
    places: tuple[tuple[str, float, float], ...]


def papers(sky: Sky, start: datetime) -> Papers:
    """All of one scenario; `start`: its first midnight (UTC)."""
    rng = child(sky.seed, "papers")
    plans = list(_legal_plans(sky, start))
    notams: list[str] = []
    serial = 0
    for mission in sky.missions:
        own = child(sky.seed, "papers of a mission", serial)
        habit = HABITS.get(mission.kind, Habit(0.3))
        if own.random() < habit.reserved:
            notams.append(_notam(len(notams), mission, habit, start, own))
        filed = own.random() < habit.filed and (mission.kind != "illicit" or mission.transponder)
        for leg in mission.legs if filed else ():
            plans += _plan(sky, serial + mission.legs.index(leg), leg, habit, start, own)
        serial += len(mission.legs)
    return Papers("\n".join(plans) + "\n", "\n".join(notams) + "\n", _log(sky, start, rng), _places(sky, rng))


def _plan(sky: Sky, serial: int, leg: Leg, habit: Habit, start: datetime, rng: np.random.Generator) -> Iterator[str]:
    """The plan of one leg, filed for a landing where it was to be: at its aerodrome, at a field as ZZZZ, or, by those
    who go to a strip, at an aerodrome near by. A flight from a strip has none."""
    if leg.take_off.where in ("strip", "beyond"):
        return
    landing = leg.landing
    if landing.where in ("strip", "beyond"):
        near = sorted(sky.theatre.local, key=lambda a: _metres(landing, a.lat, a.lon))[:3]
        other = near[int(rng.integers(len(near)))]
        landing = Touch("aerodrome", -1, other.lat, other.lon, landing.t)
    yield _message(sky, sky.special, serial, leg.take_off, landing, habit, start, float(rng.normal(-300.0, 400.0)))


def _message(
    sky: Sky, flights: Flights, number: int, begins: Touch, ends: Touch, habit: Habit, start: datetime, off_s: float
) -> str:
    """One FPL (ICAO Doc 4444): off block some minutes from take-off, elapsed time to the minute."""
    off = start + timedelta(seconds=begins.t + off_s)
    minutes = max(10, round((ends.t - begins.t) / 60.0))
    departure, said_from = _aerodrome(sky, begins)
    destination, said_to = _aerodrome(sky, ends)
    call = str(flights.call_sign[number])[:7]
    rules = "I" if flights.size[number] else "V"
    more = " ".join(
        part for part in (said_from and f"DEP/{said_from}", said_to and f"DEST/{said_to}", habit.said) if part
    )
    return (
        f"(FPL-{call}-{rules}{habit.kind}\n"
        f"-{flights.type_code[number]}/{_SIZES.get(int(flights.size[number]), 'L')}-SY/S\n"
        f"-{departure}{off:%H%M}\n-N0130VFR DCT\n-{destination}{minutes // 60:02d}{minutes % 60:02d}\n"
        f"-DOF/{off:%y%m%d} REG/{flights.registration[number]} CODE/{int(flights.address[number]):06X}"
        f"{' ' + more if more else ''} RMK/SIMULATED)"
    )


def _aerodrome(sky: Sky, touch: Touch) -> tuple[str, str]:
    """Its ident, else ZZZZ with where it lies."""
    nearest = min(sky.theatre.aerodromes, key=lambda a: _metres(touch, a.lat, a.lon))
    if _metres(touch, nearest.lat, nearest.lon) < 3e3:
        return nearest.ident, ""
    ns, ew = "N" if touch.lat >= 0 else "S", "E" if touch.lon >= 0 else "W"
    lat, lon = abs(touch.lat), abs(touch.lon)
    return "ZZZZ", f"{int(lat):02d}{int(lat % 1 * 60):02d}{ns}{int(lon):03d}{int(lon % 1 * 60):02d}{ew}"


def _metres(touch: Touch, lat: float, lon: float) -> float:
    return float(separation(np.array([lat]), np.array([lon]), touch.lat, touch.lon)[0][0])


def _legal_plans(sky: Sky, start: datetime) -> Iterator[str]:
    """Ordinary flights: all of airlines and operators, and of light aircraft more than half."""
    for day in range(sky.scale.days):
        flights = legal_flights(sky.seed, day, sky.scale.legal_flights_a_day, 0, sky.theatre)
        rng = child(sky.seed, "papers of a day", day)
        filed = (flights.size > 0) | (rng.random(len(flights)) < 0.6)
        for number in np.nonzero(filed)[0].tolist():
            begins, ends = _ends(flights, number)
            yield _message(sky, flights, number, begins, ends, Habit(1.0, "S" if flights.size[number] else "G"), start,
                           float(rng.normal(-300.0, 400.0)))  # fmt: skip


def _ends(flights: Flights, number: int) -> tuple[Touch, Touch]:
    first, last = int(flights.first[number]), int(flights.first[number + 1]) - 1
    begins, ends = (
        Touch("aerodrome", -1, float(flights.lat[k]), float(flights.lon[k]), float(flights.t[k])) for k in (first, last)
    )
    return begins, ends


def _notam(number: int, mission: Mission, habit: Habit, start: datetime, rng: np.random.Generator) -> str:
    """A temporary reservation around the work: from the surface, for some hours around it, to the nautical mile."""
    path = mission.legs[0].path
    middle = len(path.t) // 2
    lat, lon = path.lat[middle], path.lon[middle]
    reach, _ = separation(np.array(path.lat[2:-2]), np.array(path.lon[2:-2]), lat, lon)
    miles = int(np.ceil(min(float(np.median(reach)) * 2.0, 60e3) / 1852.0)) + 5
    begins = start + timedelta(seconds=path.t[0] - rng.uniform(0.5, 4.0) * 3_600.0)
    ends = start + timedelta(seconds=path.end + rng.uniform(0.5, 4.0) * 3_600.0)
    ns, ew = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    where = (
        f"{int(abs(lat)):02d}{round(abs(lat) % 1 * 59):02d}{ns}{int(abs(lon)):03d}{round(abs(lon) % 1 * 59):02d}{ew}"
    )
    return (
        f"(A{number + 1:04d}/{begins:%y} NOTAMN\nQ) SVZM/QRTCA/IV/BO/W/000/060/{where}{miles:03d}\nA) SVZM "
        f"B) {begins:%y%m%d%H%M} C) {ends:%y%m%d%H%M}\nE) SIMULATED. {habit.words}\nF) SFC G) 6000FT AMSL)"
    )


def _log(sky: Sky, start: datetime, rng: np.random.Generator) -> str:
    """Logs of aerodromes that keep one and hand it in: most movements, to the minute, by who was really there."""
    kept = {a.ident for a in sky.theatre.aerodromes if rng.random() < _LOGGED}
    lines = ["aerodrome,movement,time,call_sign,registration,address,type,purpose,simulated"]
    for moment, kind, touch, flights, number in sorted(_moves(sky), key=lambda move: move[:2]):
        ident, _ = _aerodrome(sky, touch)
        if ident not in kept or rng.random() > _WRITTEN:
            continue
        time = start + timedelta(minutes=round(moment / 60.0 + float(rng.normal(0, 1.5))))
        lines.append(f"{ident},{kind},{time:%Y-%m-%dT%H:%MZ},{str(flights.call_sign[number])[:7]},"
                     f"{flights.registration[number]},,{flights.type_code[number]},,true")  # fmt: skip
    return "\n".join(lines) + "\n"


def _moves(sky: Sky) -> Iterator[tuple[float, str, Touch, Flights, int]]:
    for serial, leg in enumerate(leg for mission in sky.missions for leg in mission.legs):
        for kind, touch in (("take_off", leg.take_off), ("landing", leg.landing)):
            if touch.where == "aerodrome":
                yield touch.t, kind, touch, sky.special, serial
    for day in range(sky.scale.days):
        flights = legal_flights(sky.seed, day, sky.scale.legal_flights_a_day, 0, sky.theatre)
        for number in range(len(flights)):
            begins, ends = _ends(flights, number)
            yield begins.t, "take_off", begins, flights, number
            yield ends.t, "landing", ends, flights, number


def _places(sky: Sky, rng: np.random.Generator) -> tuple[tuple[str, float, float], ...]:
    """Most of the places that look-alikes use, some hundred metres off, and some that nobody used."""
    scene = Scene(sky.seed, sky.theatre, sky.scale.days)
    found: list[tuple[str, float, float]] = []
    for kind, purpose, count in _LISTED:
        used = [place for place in scene.places(purpose, count) if rng.random() < _KNOWN]
        idle = scene.places(f"unused {purpose}", max(1, round(count * _UNUSED)))
        for lat, lon in (*used, *idle):
            shift = rng.normal(0, _OFF_M / 111e3, 2)
            found.append((kind, lat + float(shift[0]), lon + float(shift[1])))
    return tuple(found)


def write_papers(folder: Path, said: Papers) -> None:
    """Plans, NOTAM and logs as files that readers take; the lists as CSV, from which a party makes its settings."""
    folder.mkdir(parents=True)
    places = ["kind,latitude,longitude,simulated", *(f"{k},{lat:.5f},{lon:.5f},true" for k, lat, lon in said.places)]
    ranges = ["first,last,simulated", *(f"{low:06X},{high:06X},true" for low, high in STATE_ADDRESSES)]
    for name, text in (
        ("plans.txt", said.plans),
        ("notam.txt", said.notams),
        ("movements.csv", said.movements),
        ("places.csv", "\n".join(places) + "\n"),
        ("state-addresses.csv", "\n".join(ranges) + "\n"),
    ):
        (folder / f"SIMULATED-{name}").write_text(text, encoding="ascii")
