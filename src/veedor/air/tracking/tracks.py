"""Tracks: the points of all pieces under the name of the track they belong to, every tracked plot once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import array, ints
from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.tables import PIECE_LINKS, PIECES, TRACKS, Table


@dataclass(frozen=True)
class TrackRules:
    """There is nothing to set."""


@dataclass(frozen=True)
class Tracks:
    """Detector: owned points of PIECES, PIECE_LINKS broadcast -> TRACKS."""

    parameters: TrackRules = field(default_factory=TrackRules)
    name: str = "tracks"
    version: int = 1
    writes: Table = TRACKS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("piece", "owned", *(name for name in TRACKS.schema.names if name != "track"))
        return (
            Read(PIECES, ByKey(("piece",)), columns, (("owned", "=", True),)),
            Read(PIECE_LINKS, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: TrackRules) -> pa.Table:
        points, links = tables["pieces"].filter(pc.field("owned")), tables["piece_links"]
        if not points.num_rows or not links.num_rows:
            return TRACKS.empty()
        names, tracks = ints(links["piece"], 0), ints(links["track"], 0)
        order = np.argsort(names, kind="stable")
        piece = ints(points["piece"], 0)
        place = np.minimum(np.searchsorted(names[order], piece), len(names) - 1)
        found = names[order][place] == piece
        points = points.filter(array(found))
        columns = {name: points[name] for name in TRACKS.schema.names if name != "track"}
        rows = pa.table({"track": array(tracks[order][place[found]]), **columns}).cast(TRACKS.schema)
        return rows.take(pc.sort_indices(rows, [(name, "ascending") for name in TRACKS.order]))
