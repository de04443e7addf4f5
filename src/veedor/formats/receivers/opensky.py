"""OpenSky state vectors as CSV: one line per aircraft and second, metres and m/s, `time` in seconds since 1970.

The position belongs to `lastposupdate`, not to the second the state was taken in: between updates OpenSky repeats the
old position for up to five minutes. Squawks may read `1174.0` (written through floats). Columns beyond these are
passed over; `simulated` is Veedor's own mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from veedor.formats.csv_blocks import BOM
from veedor.formats.mapped import Mapped
from veedor.formats.mapping import parse
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.opensky_encode import encode_states

SENSOR = "opensky"
_MAPPING = """
mapping = "opensky-states/1"
null = ["", "NaN", "nan", "null"]

[[record]]
table = "plots"
columns.sensor = { constant = "opensky" }
columns.mode = { constant = "ADSB" }
columns.time = { column = "lastposupdate", time = "epoch_s", else = { column = "time" }, required = true }
columns.lat_e7 = { column = "lat", unit = "deg" }
columns.lon_e7 = { column = "lon", unit = "deg" }
columns.speed_mm_s = { column = "velocity", unit = "m/s", if_present = true }
columns.course_e7 = { column = "heading", unit = "deg", if_present = true }
columns.climb_mm_s = { column = "vertrate", unit = "m/s", if_present = true }
columns.altitude_pressure_mm = { column = "baroaltitude", unit = "m", if_present = true }
columns.altitude_geometric_mm = { column = "geoaltitude", unit = "m", if_present = true }
columns.altitude_pressure_source = { constant = "adsb_barometric" }
columns.altitude_geometric_source = { constant = "adsb_geometric" }
columns.address = { column = "icao24", as = "hex", required = true }
columns.code_3a = { column = "squawk", as = "octal", if_present = true }
columns.call_sign = { column = "callsign", if_present = true }
columns.on_ground = { column = "onground", if_present = true }
columns.simulated = { column = "simulated", if_present = true }
"""
SIGNATURE = {"time", "icao24", "lat", "lon", "velocity", "heading", "vertrate", "callsign"}


@dataclass(frozen=True)
class OpenSky:
    """The reader; the sensor is `opensky` unless the depositor names one."""

    name: str = "opensky"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        line = head.removeprefix(BOM).split(b"\n", 1)[0].decode("latin-1")
        return {field.strip().strip('"') for field in line.split(",")} >= SIGNATURE

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        text = _MAPPING if options.sensor is None else _MAPPING.replace('"opensky" }', f'"{options.sensor}" }}')
        mapping = parse(text, "opensky")
        yield from Mapped().read(source, replace(options, mapping=mapping))


READER = OpenSky()

__all__ = ["READER", "OpenSky", "encode_states"]
