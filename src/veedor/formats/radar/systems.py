"""CAT063 and CAT065, what a tracking centre says of its sensors and of itself, and the status messages of CAT010, as
sensor messages (EUROCONTROL-SPEC-0149-10, -15 and -7).

| item | column |
|---|---|
| 063/050 | sensor; 063/010 is then the reporter |
| 065/000 | kind: system status, end of batch, service status; 010/000: update cycle, status |
| 063/060, 065/040, 010/550 | operational, overloaded, time_valid, configuration |
| 063/070, 080 or 090, 081 or 091 | time, range and azimuth bias |
| 065/020, 065/050 | batch, processing (service status) |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.cat034 import kinds
from veedor.formats.radar.columns import Bools, Said, Value, flag, hexes, measured, source, value, word
from veedor.formats.radar.surface import is_target

ITEMS_063 = ("010", "030", "050", "060", "070", "080", "081", "090", "091")
ITEMS_065 = ("000", "010", "020", "030", "040", "050")
ITEMS_010 = ("000", "010", "140", "550")
KINDS_065 = {1: "system_status", 2: "end_of_batch", 3: "service_status"}
KINDS_010 = {2: "end_of_batch", 3: "system_status", 4: "system_status"}


def meaning_063(decoded: Decoded) -> Said:
    """Sensor messages of CAT063 records: 060.CON is 0 for operational, 1 degraded, 2 starting, 3 not connected."""
    state, invalid = value(decoded, "060.CON"), value(decoded, "060.TSV")
    overload = flag(decoded, "060.ODP") | flag(decoded, "060.OXT")
    columns = {
        "kind": word(np.ones(len(decoded), np.bool_), "sensor_status"),
        "operational": Value((state.of <= 1).astype(np.int64), state.has).truth(),
        "overloaded": Value(overload.astype(np.int64), value(decoded, "060.ODP").has).truth(),
        "time_valid": Value(1 - invalid.of, invalid.has).truth(),
        "configuration": hexes(decoded, [("060", "CON 6, PSR 5, SSR 4, MDS 3, ADS 2, MLT 1")]),
        "time_bias_us": measured(decoded, "070").array(pa.int32()),
        "range_bias_mm": measured(decoded, "080.SRB", "090.PRB").array(pa.int32()),
        "azimuth_bias_e7": measured(decoded, "081", "091").array(pa.int32()),
    }
    sac, sic = value(decoded, "050.SAC"), value(decoded, "050.SIC")
    about = Value(sac.of * 256 + sic.of, sac.has)
    return Said(len(decoded), source(decoded), value(decoded, "030"), columns, about=about)


def meaning_065(decoded: Decoded) -> Said:
    """Sensor messages of CAT065 records: 040.NOGO is 0 for operational, 1 degraded, 2 not operational."""
    columns = {
        "kind": kinds(value(decoded, "000"), KINDS_065),
        **_state(decoded, "040", "NOGO 6, OVL 5, TSV 4, PSS 2, STTN 1"),
        "processing": hexes(decoded, [("050", "0")]),
        "batch": value(decoded, "020").array(pa.int32()),
    }
    return Said(len(decoded), source(decoded), value(decoded, "030"), columns)


def meaning_010(decoded: Decoded) -> Said:
    """Sensor messages of CAT010 records that report no target."""
    columns = {
        "kind": kinds(value(decoded, "000"), KINDS_010),
        **_state(decoded, "550", "NOGO 6, OVL 5, TSV 4, DIV 3, TTF 2"),
        "simulating": value(decoded, "550.TTF").truth(),
    }
    return Said(len(decoded), source(decoded), value(decoded, "140"), columns)


def is_message(decoded: Decoded) -> Bools:
    """Records of CAT010 that report no target."""
    return ~is_target(decoded)


def _state(decoded: Decoded, item: str, bits: str) -> dict[str, Array]:
    nogo, invalid = value(decoded, f"{item}.NOGO"), value(decoded, f"{item}.TSV")
    return {
        "operational": Value((nogo.of <= 1).astype(np.int64), nogo.has).truth(),
        "overloaded": value(decoded, f"{item}.OVL").truth(),
        "time_valid": Value(1 - invalid.of, invalid.has).truth(),
        "configuration": hexes(decoded, [(item, bits)]),
    }
