"""Wire formats: one file per format, bytes to record batches and rejects, writers beside readers."""

from __future__ import annotations

from veedor.formats.archive import open_sources
from veedor.formats.choose import Chosen, choose
from veedor.formats.detect import READERS, detect
from veedor.formats.reader import Batch, Options, Reader, Reject, Source
from veedor.formats.source import BytesSource, FileSource

__all__ = [
    "READERS",
    "Batch",
    "BytesSource",
    "Chosen",
    "FileSource",
    "Options",
    "Reader",
    "Reject",
    "Source",
    "choose",
    "detect",
    "open_sources",
]
