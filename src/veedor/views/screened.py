"""What screening says beside its findings: lines for every party and list, and for what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import pyarrow as pa
from msgspec import Struct

from veedor.registers.sanctions.listed import Unlisted


class ScreenedPartyLine(Struct, frozen=True, kw_only=True):
    """One party looked up on one version of one list; `hits` 0 says that it was not found there."""

    schema: Literal["screened_party/1"] = "screened_party/1"
    subject: str
    name: str
    role: str
    list: str
    version: str | None
    assumed: bool
    entries: int
    compared: int
    best_milli_log10: int | None
    hits: int
    simulated: bool


class ScreenedMarkLine(Struct, frozen=True, kw_only=True):
    """One mark of an aircraft or vessel looked up on one version of one list; `hits` 0 says that it was not found
    there."""

    schema: Literal["screened_mark/1"] = "screened_mark/1"
    subject: str
    scheme: str
    value: str
    list: str
    version: str | None
    assumed: bool
    entries: int
    compared: int
    best_milli_log10: int | None
    hits: int
    simulated: bool


class UnlistedRowLine(Struct, frozen=True, kw_only=True):
    """One record of a list, or row of a file of names, that could not be read."""

    schema: Literal["unlisted_row/1"] = "unlisted_row/1"
    row: int
    place: str
    reason: str
    expected: str
    found: str


SCREENING_LINES: tuple[type[Struct], ...] = (ScreenedPartyLine, ScreenedMarkLine, UnlistedRowLine)


def screened_lines(screened: pa.Table) -> Iterator[ScreenedPartyLine]:
    """Rows of SCREENED in their order."""
    for row in screened.to_pylist():
        version = row.pop("version")
        yield ScreenedPartyLine(**row, version=None if version is None else version.isoformat())


def screened_craft_lines(screened: pa.Table) -> Iterator[ScreenedMarkLine]:
    """Rows of SCREENED_CRAFT in their order."""
    for row in screened.to_pylist():
        version = row.pop("version")
        yield ScreenedMarkLine(**row, version=None if version is None else version.isoformat())


def unlisted_lines(unlisted: Sequence[Unlisted]) -> Iterator[UnlistedRowLine]:
    """Records of lists and names that could not be read."""
    for each in unlisted:
        yield UnlistedRowLine(**vars(each))
