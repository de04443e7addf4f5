"""CAT034 and CAT002, service messages of one radar, as sensor messages (EUROCONTROL-SPEC-0149-2b, and
SUR.ET1.ST05.2000-STD-02B).

| item | column |
|---|---|
| 000 | kind |
| 010, 030, 020, 041 | sensor, time, azimuth of the sector, turn time |
| 050, 060 | configuration, processing; 034 only: operational (not NOGO), overloaded, time_valid (not TSV) |
| 070 | counted_…: plots by how they were seen |
| 090, 100 | range and azimuth bias; window |
| 034/110, 034/120 | filter; its own position |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import Said, Value, flag, hexes, measured, octets, place, source, value, words
from veedor.tables.sensors import COUNTED

ITEMS_034 = ("000", "010", "020", "030", "041", "050", "060", "070", "090", "100", "110", "120")
ITEMS_002 = ("000", "010", "020", "030", "041", "050", "060", "070", "090", "100")
KINDS_034 = {
    1: "north_marker", 2: "sector", 3: "filter", 4: "jamming", 5: "storm", 6: "jamming", 7: "jamming",
}  # fmt: skip
KINDS_002 = {1: "north_marker", 2: "sector", 3: "south_marker", 8: "filter_on", 9: "filter_off"}
# What 070 counts, by its type. Other types count no target.
COUNTS_034 = {
    0: "missed", 1: "psr", 2: "ssr", 3: "psr_ssr", 4: "mode_s", 5: "mode_s", 6: "psr_mode_s", 7: "psr_mode_s",
}  # fmt: skip
COUNTS_002 = {1: "psr", 2: "ssr", 3: "psr_ssr"}
# 110: which data the filter of a message of kind `filter` holds back.
FILTERS = (
    "invalid", "weather", "jamming_strobe", "psr", "ssr", "psr_ssr", "enhanced_surveillance",
    "psr_enhanced_surveillance", "psr_enhanced_surveillance_ssr_outside", "psr_enhanced_surveillance_ssr",
)  # fmt: skip
_CONFIGURATION = (
    ("050.COM", "NOGO 7, RDPC 6, RDPR 5, OVLRDP 4, OVLXMT 3, MSC 2, TSV 1"),
    ("050.PSR", "ANT 7, CHAB 5, OVL 4, MSC 3"),
    ("050.SSR", "ANT 7, CHAB 5, OVL 4, MSC 3"),
    ("050.MDS", "ANT 15, CHAB 13, OVLSUR 12, MSC 11, SCF 10, DLF 9, OVLSCF 8, OVLDLF 7"),
)
_PROCESSING = (
    ("060.COM", "REDRDP 4, REDXMT 1"),
    ("060.PSR", "POL 7, REDRAD 4, STC 2"),
    ("060.SSR", "REDRAD 5"),
    ("060.MDS", "REDRAD 5, CLU 4"),
)
_OVERLOADS = ("COM.OVLRDP", "COM.OVLXMT", "PSR.OVL", "SSR.OVL", "MDS.OVLSUR", "MDS.OVLSCF", "MDS.OVLDLF")


def meaning_034(decoded: Decoded) -> Said:
    """Sensor messages of CAT034 records."""
    overloaded = np.logical_or.reduce([flag(decoded, f"050.{path}") for path in _OVERLOADS])
    nogo, invalid = value(decoded, "050.COM.NOGO"), value(decoded, "050.COM.TSV")
    lat, lon = place(decoded, "120")
    which = value(decoded, "110").within(0, len(FILTERS) - 1)
    columns = {
        "kind": kinds(value(decoded, "000"), KINDS_034),
        "operational": Value(1 - nogo.of, nogo.has).truth(),
        "overloaded": Value(overloaded.astype(np.int64), nogo.has).truth(),
        "time_valid": Value(1 - invalid.of, invalid.has).truth(),
        "configuration": hexes(decoded, _CONFIGURATION),
        "processing": hexes(decoded, _PROCESSING),
        "filter": words(which.has, np.where(which.has, which.of, 0), *FILTERS),
        "range_from_mm": measured(decoded, "100.RHOST").array(),
        "range_to_mm": measured(decoded, "100.RHOEND").array(),
        "range_bias_mm": measured(decoded, "090.RNG").array(pa.int32()),
        "azimuth_bias_e7": measured(decoded, "090.AZM").array(pa.int32()),
        "lat_e7": lat.array(pa.int32()),
        "lon_e7": lon.array(pa.int32()),
        "altitude_geometric_mm": measured(decoded, "120.HGT").array(),
        **_counts(decoded, "070.TYP", "070.COUNT", COUNTS_034),
    }
    return _said(decoded, columns, "100.THETAST", "100.THETAEND")


def meaning_002(decoded: Decoded) -> Said:
    """Sensor messages of CAT002 records."""
    columns = {
        "kind": kinds(value(decoded, "000"), KINDS_002),
        "configuration": octets(decoded, "050"),
        "processing": octets(decoded, "060"),
        "range_from_mm": measured(decoded, "100.RS").array(),
        "range_to_mm": measured(decoded, "100.RE").array(),
        "range_bias_mm": measured(decoded, "090.RE").array(pa.int32()),
        "azimuth_bias_e7": measured(decoded, "090.AE").array(pa.int32()),
        **_counts(decoded, "070.IDENT", "070.COUNTER", COUNTS_002),
    }
    return _said(decoded, columns, "100.TS", "100.TE")


def _said(decoded: Decoded, columns: dict[str, Array], start: str, end: str) -> Said:
    # A turn of ten minutes is no antenna's.
    columns["rotation_us"] = measured(decoded, "041").within(1, 600_000_000).array(pa.int32())
    turned = {
        "azimuth_e7": measured(decoded, "020").folded(),
        "azimuth_from_e7": measured(decoded, start).folded(),
        "azimuth_to_e7": measured(decoded, end).folded(),
    }
    return Said(len(decoded), source(decoded), value(decoded, "030"), columns, azimuths=turned)


def kinds(code: Value, names: dict[int, str]) -> Array:
    """The word for each message type; `other` for types without one."""
    which = np.zeros(len(code.of), np.int64)
    for turn, number in enumerate(names, 1):
        which[code.is_one_of(number)] = turn
    return words(np.ones(len(which), np.bool_), which, "other", *names.values())


def _counts(decoded: Decoded, kind: str, count: str, names: dict[int, str]) -> dict[str, Array]:
    """The counters of a message, added up by column; null where it counts nothing of that column."""
    if kind not in decoded.lists:
        return {}
    offsets, types = decoded.lists[kind]
    numbers = decoded.lists[count].values
    row = np.repeat(np.arange(len(decoded)), np.diff(offsets))
    found: dict[str, Array] = {}
    for name in COUNTED:
        wanted = [code for code, word in names.items() if word == name]
        mine = np.isin(types, wanted) if name != "other" else ~np.isin(types, list(names))
        total, seen = np.zeros(len(decoded), np.int64), np.zeros(len(decoded), np.bool_)
        np.add.at(total, row[mine], numbers[mine])
        seen[row[mine]] = True
        found[f"counted_{name}"] = Value(total, seen).array(pa.int32())
    return found
