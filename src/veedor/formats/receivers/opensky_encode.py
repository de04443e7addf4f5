"""Writing OpenSky state vectors as CSV in the layout of its published samples; a last column marks simulated rows."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.csv_text import csv_lines
from veedor.formats.decimals import scaled_text
from veedor.formats.plot_columns import FULL_TURN_E7
from veedor.tables import plots

HEADER = (
    "time", "icao24", "lat", "lon", "velocity", "heading", "vertrate", "callsign", "onground", "alert", "spi",
    "squawk", "baroaltitude", "geoaltitude", "lastposupdate", "lastcontact", "x_speed", "y_speed",
)  # fmt: skip
BATCH_ROWS = 65_536


def encode_states(rows: pa.Table, *, simulated: bool) -> Iterator[bytes]:
    """State vectors from plots with an address, header first. `rows` holds `time`, `address`, `lat_e7`, `lon_e7` and
    any of speed, course, climb, altitudes, call sign, code_3a, flags; `lastposupdate` carries the time to 1 ms.
    """
    yield (",".join((*HEADER, "simulated") if simulated else HEADER) + "\n").encode()
    for start in range(0, rows.num_rows, BATCH_ROWS):
        columns = _columns(rows.slice(start, BATCH_ROWS))
        if simulated:
            columns.append(pa.repeat("True", len(columns[0])))
        yield csv_lines(columns)


def _columns(rows: pa.Table) -> list[Array]:
    def scaled(name: str, places: int) -> Array:
        if name not in rows.column_names:
            return pa.repeat("", rows.num_rows)
        values = pc.cast(rows[name], pa.int64()).combine_chunks()
        if name == "course_e7":
            values = pc.if_else(pc.less(values, 0), pc.add(values, FULL_TURN_E7), values)
        return scaled_text(values, places)

    def said(name: str, form: str) -> Array:
        if name not in rows.column_names:
            return pa.repeat("", rows.num_rows)
        coded = pc.dictionary_encode(rows[name].combine_chunks())
        words = pa.array([None if v is None else format(v, form) for v in coded.dictionary.to_pylist()], pa.string())
        return words.take(coded.indices)

    micros = pc.cast(rows["time"].combine_chunks(), pa.int64())
    millis = pc.divide(pc.add(micros, 500), 1000)
    exact = scaled_text(millis, 3)
    # The state is taken at a whole second, at or after the position update it shows.
    second = pc.cast(pc.divide(pc.add(millis, 999), 1000), pa.string())
    ground = (
        pc.if_else(pc.equal(pc.bit_wise_and(rows["flags"].combine_chunks(), plots.ON_GROUND), 0), "False", "True")
        if "flags" in rows.column_names
        else pa.repeat("False", rows.num_rows)
    )
    no = pa.repeat("False", rows.num_rows)
    empty = pa.repeat("", rows.num_rows)
    return [
        second, said("address", "06x"), scaled("lat_e7", 7), scaled("lon_e7", 7), scaled("speed_mm_s", 3),
        scaled("course_e7", 7), scaled("climb_mm_s", 3), said("call_sign", "<8"), ground, no, no,
        said("code_3a", "04o"), scaled("altitude_pressure_mm", 3), scaled("altitude_geometric_mm", 3),
        exact, exact, empty, empty,
    ]  # fmt: skip
