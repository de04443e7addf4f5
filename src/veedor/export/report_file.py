"""A report of rejected rows as a file: only its owner may read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct


def write_report(file: Path, lines: Iterable[Struct]) -> None:
    """One JSON object a line; only its owner may read the file, for the bytes of rejected rows are in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("ab") as stream:
        for line in lines:
            stream.write(msgspec.json.encode(line) + b"\n")
    part.replace(file)
