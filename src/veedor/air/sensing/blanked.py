"""Where a sensor looks away: blanked sectors of its site table, and windows that its own messages declare.

What lies in such a window is nobody's miss: it was not looked at, or not sent.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints
from veedor.air.scales import MINUTE_US
from veedor.air.sensing.blankings import NO_END_MM, UNNAMED
from veedor.kernel import kernel
from veedor.kernel.sphere import bearing_e7, distance_e7_mm

Ints = npt.NDArray[np.int64]

BLANKED_NEEDED = (
    "sensor", "lat_e7", "lon_e7", "north_offset_e7", "blanked", "valid_from", "valid_to", "deposit", "row",
)  # fmt: skip
PRIMARY, SECONDARY = 1, 2
# Of data that are no plots of targets nothing is missed; what a filter without a name holds back may be anything.
_HELD_BACK = {
    "psr": PRIMARY, "psr_enhanced_surveillance": PRIMARY, "ssr": SECONDARY, "psr_ssr": PRIMARY | SECONDARY,
    "psr_enhanced_surveillance_ssr_outside": PRIMARY | SECONDARY,
    "psr_enhanced_surveillance_ssr": PRIMARY | SECONDARY, UNNAMED: PRIMARY | SECONDARY, "": PRIMARY | SECONDARY,
}  # fmt: skip
_ALWAYS, _NEVER = -(1 << 62), 1 << 62
_FIELDS = 9

_WINDOW = np.array([[0, 100, -10 * 10**7, 20 * 10**7, 0, NO_END_MM, 60_000_000, -690_000_000, 3]])


@kernel(
    examples=lambda: [
        (_WINDOW, 0, 1, 2, time, lat, -690_000_000) for time in (5, 100) for lat in (60_000_000, 61_000_000, 59_000_000)
    ]
)
def hides(windows: Ints, first: int, last: int, modes: int, time: int, lat: int, lon: int) -> bool:
    """Whether one of the windows `first` to `last` (see `Blanked`) hides a place from those modes at a time."""
    seen_from, azimuth = -1, 0
    for w in range(first, last):
        if not windows[w, 8] & modes or time < windows[w, 0] or time >= windows[w, 1]:
            continue
        # Most windows of a sensor are seen from one site: the azimuth is the dear part.
        if seen_from < 0 or windows[w, 6] != windows[seen_from, 6] or windows[w, 7] != windows[seen_from, 7]:
            seen_from, azimuth = w, bearing_e7(windows[w, 6], windows[w, 7], lat, lon)
        width = (windows[w, 3] - windows[w, 2]) % 3_600_000_000
        if width and (azimuth - windows[w, 2]) % 3_600_000_000 > width:
            continue
        if windows[w, 4] == 0 and windows[w, 5] == 1 << 40:
            return True
        away = distance_e7_mm(windows[w, 6], windows[w, 7], lat, lon)
        if windows[w, 4] <= away <= windows[w, 5]:
            return True
    return False


@dataclass(frozen=True)
class Blanked:
    """Windows of the sensors `names`: those of number s are rows `limits[s]` to `limits[s + 1]` of `windows`, each with
    start and end (microseconds), azimuths from and to (true north, clockwise; alike: all round), ranges from and to
    (mm), latitude and longitude of the site, and which modes it hides (PRIMARY, SECONDARY)."""

    names: tuple[str, ...]
    limits: Ints
    windows: Ints

    @staticmethod
    def load(sensors: pa.Table, blankings: pa.Table, names: Sequence[str]) -> Blanked:
        """`sensors` has the columns BLANKED_NEEDED; windows of a sensor without a place are left out."""
        sites = [row for row in _plain(sensors) if row["lat_e7"] is not None and row["lon_e7"] is not None]
        declared = _declared(blankings)
        rows: list[list[int]] = []
        limits = [0]
        for name in names:
            for site in (row for row in sites if row["sensor"] == name):
                start = _ALWAYS if site["valid_from"] is None else site["valid_from"]
                end = _NEVER if site["valid_to"] is None else site["valid_to"]
                place = [site["lat_e7"], site["lon_e7"]]
                for from_e7, to_e7 in _sectors(site["blanked"], site["north_offset_e7"] or 0):
                    rows.append([start, end, from_e7, to_e7, 0, NO_END_MM, *place, PRIMARY | SECONDARY])
                for since, until, window, modes in declared.get(name, ()):
                    if max(start, since) < min(end, until):
                        rows.append([max(start, since), min(end, until), *window, *place, modes])
            limits.append(len(rows))
        return Blanked(tuple(names), np.array(limits, np.int64), np.array(rows, np.int64).reshape(-1, _FIELDS))

    def hides(self, sensor: str, time_us: int, lat_e7: int, lon_e7: int) -> bool:
        """Whether a sensor looks away from a target with a transponder at a place and time."""
        if sensor not in self.names:
            return False
        s = self.names.index(sensor)
        return bool(hides(self.windows, self.limits[s], self.limits[s + 1], SECONDARY, time_us, lat_e7, lon_e7))


def _plain(sensors: pa.Table) -> list[dict[str, Any]]:
    ordered = sensors.select(list(BLANKED_NEEDED)).sort_by(
        [(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")]
    )
    for name in ("valid_from", "valid_to"):
        times = ordered[name].cast(pa.int64())
        ordered = ordered.set_column(ordered.column_names.index(name), name, times)
    rows: list[dict[str, Any]] = ordered.to_pylist()
    return rows


def _sectors(blanked: str | None, north_e7: int) -> list[tuple[int, int]]:
    """Sectors of a site table, from its own north to true north. One that goes all round stays all round."""
    pairs = [each.split("..") for each in (blanked or "").split()]
    return [
        (int(Decimal(start) * 10**7) + north_e7, int(Decimal(end) * 10**7) + north_e7)
        for start, end in pairs
        if start != end
    ]


def _declared(blankings: pa.Table) -> Mapping[str, list[tuple[int, int, list[int], int]]]:
    """By sensor: spans (since, until) of each window that its messages declare, and which modes it hides."""
    rows = blankings.sort_by([(name, "ascending") for name in (*_SAME, "hour")])
    times = list(zip(*(ints(rows[name], _NEVER).tolist() for name in _TIMES), strict=True))
    keys = list(zip(*(rows[name].to_pylist() for name in _SAME), strict=True))
    found: dict[str, list[tuple[int, int, list[int], int]]] = {}
    for key, numbers in itertools.groupby(range(len(keys)), key=keys.__getitem__):
        sensor, what, *window = key
        hours = [times[k] for k in numbers]
        for since, until in _repeated(hours) if what else _switched(hours):
            if modes := _HELD_BACK.get(what, 0):
                found.setdefault(sensor, []).append((since, until, window, modes))
    return found


def _repeated(hours: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """A filter is said each turn: it holds from the first to the last message of an hour, and a turn beyond."""
    return [(first - MINUTE_US, last + MINUTE_US) for first, last, _, _ in hours if first != _NEVER]


def _switched(hours: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """A zone that is switched on holds until it is switched off, if need be to the end of the record. Within an hour
    only the first switch on and the last one off are known: what lies between counts as blanked."""
    found = []
    since: int | None = None
    for first_on, last_on, _, last_off in hours:
        if since is None and first_on != _NEVER:
            since = first_on
        if since is not None and last_off != _NEVER and last_off > since:
            found.append((since, last_off))
            since = last_on if last_on != _NEVER and last_on > last_off else None
    return found if since is None else [*found, (since, _NEVER)]


_SAME = ("sensor", "filter", "azimuth_from_e7", "azimuth_to_e7", "range_from_mm", "range_to_mm")
_TIMES = ("first_on", "last_on", "first_off", "last_off")
