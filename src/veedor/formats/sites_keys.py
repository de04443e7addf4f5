"""The keys of a site table, one by one: units, ranges, and what must be said together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from veedor.errors import InputError
from veedor.formats.datums import BY_NAME, DATUMS, to_wgs84
from veedor.formats.plot_columns import MODES
from veedor.tables.sensors import HEIGHT_REFERENCES, NORTHS

_TURN = 360
_NM_MM = 1_852_000


@dataclass(frozen=True)
class Position:
    """In WGS84 and as surveyed in `datum`; `position_sigma_mm` is the larger of the survey's and the datum's."""

    lat_e7: int | None = None
    lon_e7: int | None = None
    surveyed_lat_e7: int | None = None
    surveyed_lon_e7: int | None = None
    datum: str | None = None
    position_sigma_mm: int | None = None


@dataclass(frozen=True)
class Antenna:
    """Above the sea, and as given with what it counts from."""

    antenna_altitude_mm: int | None = None
    antenna_as_given_mm: int | None = None
    antenna_reference: str | None = None


@dataclass(frozen=True)
class North:
    """What azimuths count from, and what is added to count from true north."""

    north: str = "true"
    north_offset_e7: int = 0


class Keys:
    """Takes keys out of a table one by one; what is left over is unknown."""

    def __init__(self, table: dict[str, object], text: str, name: str, line: int) -> None:
        self.table, self.given, self.lines, self.file, self.line = dict(table), table, text.split("\n"), name, line

    def wrong(self, key: str, expected: str, found: object) -> InputError:
        line = self.line
        for number, text in enumerate(self.lines[self.line - 1 :], self.line):
            if number > self.line and text.lstrip().startswith("[["):
                break  # the next sensor's keys
            if re.match(rf"\s*{re.escape(key)}\b", text):
                line = number
                break
        return InputError(
            "the site table is not understood", file=self.file, place=f"line {line}, key {key}", expected=expected,
            found=str(found)[:200] or "nothing",
            next_step="see docs/formats/asterix.md, section Site tables",
        )  # fmt: skip

    def take(self, key: str, *kinds: type) -> object:
        value = self.table.pop(key, None)
        if value is not None and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
            raise self.wrong(key, " or ".join(kind.__name__.lower() for kind in kinds), value)
        return value

    def nothing_left(self) -> None:
        for key in self.table:
            raise self.wrong(key, "a key that is known", key)

    def text(self, key: str) -> str | None:
        value = self.take(key, str)
        return None if value is None else str(value).strip() or None

    def choice(self, key: str, options: Sequence[str], default: str) -> str:
        value = self.text(key) or default
        if value not in options:
            raise self.wrong(key, ", ".join(options), value)
        return value

    def whole(self, key: str, least: int, most: int) -> int | None:
        value = self.take(key, int)
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            raise self.wrong(key, f"from {least} to {most}", value)
        return value if isinstance(value, int) else None

    def scaled(self, key: str, scale: int, least: int, most: int) -> int | None:
        """A number as whole steps of 1/scale, as near as can be."""
        value = self.take(key, int, Decimal)
        if value is None:
            return None
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > 10**12 or not least <= number * scale <= most:
            raise self.wrong(key, f"from {Decimal(least) / scale} to {Decimal(most) / scale}", value)
        return int((number * scale).to_integral_value())

    def distance(self, key: str) -> int | None:
        metres = self.scaled(f"{key}_m", 1000, 0, 2 * 10**9)
        miles = self.scaled(f"{key}_nm", _NM_MM, 0, 2 * 10**9)
        if metres is not None and miles is not None:
            raise self.wrong(f"{key}_nm", f"{key}_m or {key}_nm", "both")
        return miles if metres is None else metres

    def time(self, key: str) -> int | None:
        value = self.take(key, datetime)
        if value is None:
            return None
        assert isinstance(value, datetime)
        if value.tzinfo is None:
            raise self.wrong(key, "a time with its zone, like 2024-01-31T00:00:00Z", value)
        since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds

    def modes(self) -> int:
        value = self.take("modes", list)
        names = dict(MODES)
        found = 0
        for each in value if isinstance(value, list) else ():
            if each not in names:
                raise self.wrong("modes", ", ".join(names), each)
            found |= names[each]
        return found

    def position(self) -> Position:
        lat = self.scaled("latitude_deg", 10**7, -900_000_000, 900_000_000)
        lon = self.scaled("longitude_deg", 10**7, -1_800_000_000, 1_799_999_999)
        datum = self.text("datum")
        sigma = self.scaled("position_sigma_m", 1000, 0, 10**8)
        if (lat is None) != (lon is None) or (lat is None) != (datum is None):
            raise self.wrong("latitude_deg", "latitude_deg, longitude_deg and datum, or none of them", "some of them")
        if lat is None or lon is None or datum is None:
            return Position()
        known = BY_NAME.get(datum.lower())
        if known is None:
            raise self.wrong("datum", ", ".join(each.name for each in DATUMS), datum)
        here = to_wgs84(known, lat, lon)
        open_mm = max(sigma or 0, known.accuracy_mm)
        return Position(*here, lat, lon, known.name, open_mm if sigma is not None or open_mm else None)

    def antenna(self) -> Antenna:
        """Height above the sea: as given, or with the height of ground or geoid that the owner must then say."""
        height = self.scaled("antenna_m", 1000, -(10**6), 10**7)
        reference = self.text("antenna_from")
        ground = self.scaled("ground_m", 1000, -(10**6), 10**7)
        geoid = self.scaled("geoid_m", 1000, -200_000, 200_000)
        if height is None:
            if reference or ground is not None or geoid is not None:
                raise self.wrong("antenna_m", "the antenna's height", "what it counts from only")
            return Antenna()
        if reference not in HEIGHT_REFERENCES:
            raise self.wrong("antenna_from", ", ".join(HEIGHT_REFERENCES), reference)
        needed = {"ground": ("ground_m", ground), "ellipsoid": ("geoid_m", geoid)}.get(reference)
        if needed is not None and needed[1] is None:
            raise self.wrong(needed[0], f"{needed[0]}, since antenna_from is {reference}", None)
        above = height + (ground or 0) if reference == "ground" else height
        above = above - (geoid or 0) if reference == "ellipsoid" else above
        return Antenna(above, height, reference)

    def north(self) -> North:
        """What is added to azimuths: declination (east positive) of magnetic north, convergence of grid north."""
        north = self.choice("north", NORTHS, "true")
        angles = {"magnetic": "declination_deg", "grid": "convergence_deg"}
        offset = 0
        for kind, key in angles.items():
            angle = self.scaled(key, 10**7, -_TURN * 10**7 // 2, _TURN * 10**7 // 2)
            if (angle is not None) != (kind == north):
                raise self.wrong(key, f"{key} with north = {kind}, and only then", f"north = {north}")
            offset = angle if angle is not None else offset
        return North(north, offset)

    def sectors(self, key: str) -> str | None:
        value = self.take(key, list)
        parts = []
        for each in value if isinstance(value, list) else ():
            good = isinstance(each, list) and len(each) == 2
            numbers = [Decimal(str(one)) for one in each if isinstance(one, int | Decimal)] if good else []
            if len(numbers) != 2 or not all(one.is_finite() and 0 <= one <= _TURN for one in numbers):
                raise self.wrong(key, "pairs [from, to] in degrees from 0 to 360, clockwise", each)
            parts.append("..".join(f"{one.normalize():f}" for one in numbers))
        return " ".join(parts) or None

    def editions(self) -> Mapping[int, str]:
        value = self.take("editions", dict)
        found: dict[int, str] = {}
        for category, edition in (value if isinstance(value, dict) else {}).items():
            if not re.fullmatch(r"\d{1,3}", category) or int(category) > 255 or not isinstance(edition, str):
                raise self.wrong("editions", 'for example { "048" = "1.21" }', f"{category} = {edition}")
            found[int(category)] = edition
        return found
