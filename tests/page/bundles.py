"""Bundles (docs/formats/bundle.md) made for tests, from a log folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from veedor.log.canonical_json import canonical_bytes
from veedor.log.tiles import ENTRIES, tile_at
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.genesis import read_genesis


def members_of(log: Path) -> dict[str, bytes]:
    """The members of the bundle of this log at its head, by name."""
    reader = LogReader(log, DiskFiles())
    size = reader.size()
    digest, genesis = read_genesis(reader.entry(0))
    about = {"genesis": digest, "origin": genesis.origin, "schema": "bundle/1", "size": size}
    members = {
        "bundle.json": canonical_bytes(about),
        "README.txt": b"For tests.\n",
        "log/checkpoint": reader.checkpoint_bytes(),
    }
    for level in range(ENTRIES, 8):
        index = 0
        while (tile := tile_at(level, index, size)) is not None:
            members[f"log/{tile.path()}"] = (log / tile.path()).read_bytes()
            index += 1
    return members


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The one byte form of a bundle of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, members[name])
    return out.getvalue()
