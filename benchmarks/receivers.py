"""How fast raw recordings of receivers are read and handed in, beside the libraries that decode the same messages."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.deposit import of_format
from benchmarks.deposit_files import RECEIVERS
from benchmarks.record import Measure


def measure() -> Sequence[Measure]:
    """Frames per processor second with the peer's beside them."""
    with tempfile.TemporaryDirectory(prefix="veedor-bench-receivers-") as scratch:
        return [figure for name in RECEIVERS for figure in of_format(name, Path(scratch))]
