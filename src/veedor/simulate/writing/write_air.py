"""The air files of the parties: plots as CSV (the first's) and Parquet, ADS-B as traces and state vectors, sites."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from veedor.formats.plots_csv import MAPPING_TOML as CSV_MAPPING
from veedor.formats.plots_csv import encode_plots
from veedor.formats.plots_parquet import MAPPING_TOML as PARQUET_MAPPING
from veedor.formats.plots_parquet import write_plots_parquet
from veedor.formats.receivers.opensky_encode import encode_states
from veedor.formats.receivers.readsb_encode import encode_trace
from veedor.simulate.columns import column
from veedor.simulate.places import Radar, Receiver
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import Sky, days_seen
from veedor.simulate.switches import ALL_ON, Switches
from veedor.simulate.truth import Seen
from veedor.simulate.writing.asterix_files import AsterixFiles
from veedor.simulate.writing.write_vessels import sentences
from veedor.tables.plots import ADSB, MODE_S, PSR, SSR

_PARQUET_MAPPING = "# SIMULATED data\n" + PARQUET_MAPPING
_MEMBERS = 5_000
_RADAR_COLUMNS = (
    "sensor", "time", "mode", "flags", "range_mm", "azimuth_e7", "lat_e7", "lon_e7", "altitude_pressure_mm",
    "altitude_pressure_source", "address", "code_3a", "call_sign", "sensor_track",
)  # fmt: skip
SITES_MAPPING = """# The site table of the simulated sensors.
mapping = "simulated-sites/1"
files = ["*-sites.csv"]
format = "csv"
simulated = true

[[record]]
table = "sensors"
columns.sensor = { column = "sensor", required = true }
columns.party = { column = "party" }
columns.kind = { column = "kind" }
columns.modes = { column = "modes" }
columns.lat_e7 = { column = "latitude_deg", unit = "deg", required = true }
columns.lon_e7 = { column = "longitude_deg", unit = "deg", required = true }
columns.antenna_altitude_mm = { column = "antenna_m", unit = "m" }
columns.datum = { column = "datum" }
columns.north = { column = "north" }
columns.range_max_mm = { column = "range_m", unit = "m" }
columns.rotation_ms = { column = "turn_ms", if_present = true }
columns.time_source = { column = "clock" }
"""


def write_air(
    out: Path, sky: Sky, start_us: int, say: Callable[[str, int, int], None], switches: Switches = ALL_ON
) -> Seen:
    """Writes all air files below `out`; returns what was seen of each mission's legs. `say(what, done, of)`."""
    seen = Seen.nothing(sky.serials)
    theatre = sky.theatre
    first, *others = theatre.parties
    wired = switches.radars == "asterix"
    tables = () if wired else theatre.radars
    wire = AsterixFiles(out, sky, start_us, switches.receivers == "asterix") if wired else None
    _vessels(out, sky, start_us)
    with ExitStack() as stack:
        csv = {r.sensor: stack.enter_context(_file(out, r, "csv").open("wb")) for r in tables if r.party == first}
        parquet = {
            r.sensor: stack.enter_context(_Parquet(_file(out, r, "parquet"))) for r in tables if r.party != first
        }
        heard = () if switches.receivers == "asterix" else theatre.receivers
        traces = {r.sensor: stack.enter_context(_Traces(_file(out, r, ""))) for r in heard if not r.states}
        states = {r.sensor: stack.enter_context(_file(out, r, "csv").open("wb")) for r in heard if r.states}
        for day in days_seen(sky):
            for name, hits in day.hits.items():
                seen.add(hits.flight, hits.t)
                if wire is not None and name in wire.sensors:
                    wire.add(name, hits, day.day)
                    continue
                rows = plot_rows(hits, name, start_us)
                if name in csv:
                    _append(csv[name], encode_plots(rows, _RADAR_COLUMNS), day.day > 0)
                elif name in parquet:
                    parquet[name].add(rows.select(list(_RADAR_COLUMNS)))
                elif name in states:
                    _append(states[name], encode_states(rows, simulated=True), day.day > 0)
                else:
                    traces[name].add(rows, day.day)
            say("air", day.day + 1, sky.scale.days)
    if wire is not None:
        wire.site_tables()
        return seen
    for party in theatre.parties:
        _sites(out / party / "radar", party, sky)
    (out / first / "radar" / "plots-csv.toml").write_text(
        "# SIMULATED data\n" + for_files(CSV_MAPPING, f"SIMULATED-{first.upper()}-R*.csv"), encoding="utf-8"
    )
    for party in others:
        (out / party / "radar" / "plots-parquet.toml").write_text(
            for_files(_PARQUET_MAPPING, f"SIMULATED-{party.upper()}-R*.parquet"), encoding="utf-8"
        )
    return seen


def _vessels(out: Path, sky: Sky, start_us: int) -> None:
    """The log of the station at the coast, where there is one that ships pass."""
    for station in sky.theatre.radars:
        said = "".join(sentences(station, sky.missions, sky.seed, start_us)) if station.coastal else ""
        if said:
            folder = out / station.party / "vessels"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"SIMULATED-{station.sensor}.nmea").write_text(said, encoding="ascii")


def for_files(mapping: str, pattern: str) -> str:
    """The mapping with the pattern of the files it is for, so that a party's files can be handed in together."""
    return mapping.replace("\nformat = ", f'\nfiles = ["{pattern}"]\nformat = ', 1)


def _file(out: Path, sensor: Radar | Receiver, suffix: str) -> Path:
    folder = out / sensor.party / ("radar" if isinstance(sensor, Radar) else "adsb")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / (f"SIMULATED-{sensor.sensor}.{suffix}" if suffix else f"SIMULATED-{sensor.sensor}")


def _append(sink: BinaryIO, chunks: Iterator[bytes], go_on: bool) -> None:
    """All chunks; going on with a file leaves the header (the first chunk) out."""
    for number, chunk in enumerate(chunks):
        if number or not go_on:
            sink.write(chunk)


class _Parquet:
    """One Parquet file that grows day by day; the encoder wants all tables in one iterable, so days wait until then
    only as far as a file of the same size would."""

    def __init__(self, path: Path) -> None:
        self._path, self._rows = path, list[pa.Table]()
        self._part = 0

    def __enter__(self) -> _Parquet:
        return self

    def add(self, rows: pa.Table) -> None:
        self._rows.append(rows)
        if sum(part.num_rows for part in self._rows) > 3_000_000:
            self._write()

    def __exit__(self, *_: object) -> None:
        if self._rows:
            self._write()

    def _write(self) -> None:
        name = self._path if self._part == 0 else self._path.with_stem(f"{self._path.stem}-{self._part:03d}")
        with name.open("wb") as sink:
            write_plots_parquet(self._rows, sink)
        self._rows, self._part = [], self._part + 1


class _Traces:
    """Zip files of traces, one member per aircraft and day, as readsb writes them at midnight."""

    def __init__(self, stem: Path) -> None:
        self._stem, self._part, self._members = stem, 0, 0
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> _Traces:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def add(self, rows: pa.Table, day: int) -> None:
        address = rows["address"].to_numpy()
        order = np.argsort(address, kind="stable")
        rows = rows.take(column(order))
        cuts: list[int] = np.nonzero(np.diff(address[order], prepend=-1, append=-1))[0].tolist() if len(order) else []
        for start, end in itertools.pairwise(cuts):
            self._member(rows.slice(start, end - start), int(address[order[start]]), day)

    def _member(self, rows: pa.Table, address: int, day: int) -> None:
        if self._zip is None or self._members == _MEMBERS:
            if self._zip is not None:
                self._zip.close()
            self._zip = zipfile.ZipFile(
                f"{self._stem}-{self._part:03d}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=4
            )
            self._zip.comment = b"SIMULATED"
            self._part, self._members = self._part + 1, 0
        name = f"SIMULATED-day-{day + 1:02d}/trace_full_{address:06x}.json"
        text = b"".join(encode_trace(rows, icao=address, registration=None, type_code=None, simulated=True))
        self._zip.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 4)
        self._members += 1


def _sites(folder: Path, party: str, sky: Sky) -> None:
    """The site table of a party, receivers included."""
    lines = ["sensor,party,kind,modes,latitude_deg,longitude_deg,antenna_m,datum,north,range_m,turn_ms,clock,simulated"]
    radars: Any = [
        (r, "radar", PSR | (MODE_S if r.mode_s else SSR), r.secondary_m, f"{r.turn_s * 1000:.0f}")
        for r in sky.theatre.radars
    ]
    radars += [(r, "receiver", ADSB, r.reach_m, "") for r in sky.theatre.receivers]
    for site, kind, modes, reach, turn in radars:
        if site.party == party:
            lat, lon = sky.tabled[site.sensor]
            lines.append(
                f"{site.sensor},{party},{kind},{modes},{lat:.6f},{lon:.6f},{site.antenna_m:.0f},WGS84,true,"
                f"{reach:.0f},{turn},GNSS,SIMULATED"
            )
    (folder / "SIMULATED-sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sites.toml").write_text("# SIMULATED data\n" + SITES_MAPPING, encoding="utf-8")
