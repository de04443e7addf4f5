"""The reader contract: bytes of one file in, record batches and rejects out, streaming, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, runtime_checkable

import pyarrow as pa

from veedor.tables import Table

RAW_KEPT_BYTES = 65_536
FOUND_SHOWN_CHARACTERS = 200


class Source(Protocol):
    """One file as handed in: hashed before reading, and refused if its bytes change while it is read."""

    @property
    def name(self) -> str:
        """File name: for messages, and for formats that say something in it (dates of ASTERIX, places of tiles)."""
        ...

    @property
    def sha256(self) -> bytes: ...
    @property
    def size_bytes(self) -> int: ...

    def raw(self) -> BinaryIO:
        """The bytes exactly as handed in: what `sha256` is the digest of."""
        ...

    def open(self) -> BinaryIO:
        """The bytes, unpacked when the file is gzip. Reading past a change or a damaged archive raises InputError."""
        ...


@dataclass(frozen=True)
class Options:
    """What the depositor says beside the file. `mapping` is a parsed mapping (formats/mapping.py) or None;
    `companions` are the other files it names, by file name, or the site tables; `simulated` marks every row; times
    after `latest_us` (microseconds since 1970; the caller's clock, or the time a deposit claims) are in the future:
    plots and entries are rejected, unless they are marked as simulated. `date_us` is the day (its first microsecond,
    UTC) on which files begin that say only the time of day."""

    sensor: str | None = None
    simulated: bool = False
    mapping: object | None = None
    companions: Mapping[str, Source] = field(default_factory=dict)
    latest_us: int | None = None
    date_us: int | None = None


@dataclass(frozen=True)
class Note:
    """What a reader chose or measured while it read a file, and no row says. `key` is a message key of words/."""

    key: str
    values: Mapping[str, int | str]


@dataclass(frozen=True)
class Reject:
    """A row that could not be read. `reason` is a message key of words/ (`reject.…`)."""

    table: str
    row: int
    offset: int
    length: int
    reason: str
    place: str
    expected: str
    found: str
    raw: bytes


@dataclass(frozen=True)
class Batch:
    """Rows of one table from one file. `rows` holds the table's declared columns but for `deposit` and `file`;
    `row` is the ordinal of the source record in this file from 0, shared by all tables and rejects of the file:
    over all batches of a file the ordinals of rows and rejects are exactly 0..n-1, each once, in order of offset."""

    table: Table
    rows: pa.Table
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()


@runtime_checkable
class ManyReader(Protocol):
    """A reader of formats that come as many small files: it may read them together, for speed alone."""

    def read_many(self, sources: Sequence[Source], options: Options) -> Iterator[tuple[int, Batch]]:
        """What `read` gives for each file, file after file, with the file's place in `sources`."""
        ...


@runtime_checkable
class SitedReader(Protocol):
    """A reader of formats that leave out how sensors stand and write: it gets the site tables as companions, and the
    day on which files begin."""

    @property
    def reads_sites(self) -> bool: ...


@runtime_checkable
class DatedReader(Protocol):
    """A reader whose files may say only the time of day."""

    @property
    def reads_date(self) -> bool: ...


@runtime_checkable
class NamedReader(Protocol):
    """A reader whose files say by their name alone what they are about: names decide what it gives."""

    @property
    def reads_names(self) -> bool: ...


def needs_names(reader: object) -> bool:
    """Whether the names of its files decide what this reader gives."""
    return isinstance(reader, NamedReader) and reader.reads_names


def needs_date(reader: object) -> bool:
    """Whether a date that the depositor says decides what this reader gives."""
    return needs_sites(reader) or (isinstance(reader, DatedReader) and reader.reads_date)


def needs_sites(reader: object) -> bool:
    """Whether site tables and a date decide what this reader gives."""
    return isinstance(reader, SitedReader) and reader.reads_sites


class Reader(Protocol):
    """One wire format. `sniff` sees the first 4 KiB (unpacked) and the name and says whether it is this format."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...

    def sniff(self, head: bytes, name: str) -> bool: ...

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        """Batches of at most 65,536 rows in order of the file. A damaged row becomes a reject; damage that ends the
        file (truncation) becomes a last reject holding the rest, so that bytes or rows reconcile; a file that is not
        this format at all raises InputError."""
        ...
