"""The cover note of a deposit: what its depositor declares beside the files, from the closed lists of the statement."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from veedor.errors import UsageError
from veedor.mission.statements.bodies import Handling, Outage
from veedor.mission.statements.vocabulary import (
    HOUR_US,
    ClockSource,
    Completeness,
    Conversion,
    LegalBasis,
    Onward,
    PartyId,
    Purpose,
    Recorder,
    Use,
)

YEAR_US = 365 * 24 * HOUR_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Hour = Annotated[datetime, Meta(tz=True)]


class Away(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in which nothing was recorded, as was known."""

    start: Hour
    end: Hour

    def __post_init__(self) -> None:
        _check_hours(self.start, self.end)

    def stated(self) -> Outage:
        return Outage(_us(self.start), _us(self.end))


class Cover(Struct, frozen=True, forbid_unknown_fields=True):
    """One cover note. Times are whole hours with a zone, such as 2026-03-01T00:00:00-05:00; the period from `start` to
    `end` defaults to the whole hours that the records span, `outages` in it are tables of a `start` and an `end`;
    `originator` defaults to the depositor; records are kept `retain_years` after the deposit. Period, completeness and
    outages of a deposit that was made can be corrected by another note: `veedor restate`."""

    recorder: Recorder = "other_public_body"
    clock: ClockSource = "unknown"
    completeness: Completeness = "unknown"
    start: Hour | None = None
    end: Hour | None = None
    outages: tuple[Away, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    basis: LegalBasis = "accord"
    purpose: Purpose = "joint_monitoring"
    use: Use = "intelligence_only"
    originator: PartyId | None = None
    onward: Onward = "none"
    retain_years: Annotated[int, Meta(ge=1, le=50)] = 5

    def __post_init__(self) -> None:
        _check_hours(self.start, self.end)

    @property
    def start_us(self) -> int | None:
        return None if self.start is None else _us(self.start)

    @property
    def end_us(self) -> int | None:
        return None if self.end is None else _us(self.end)

    def handling(self, party: str, at_us: int) -> Handling:
        return Handling(
            basis=self.basis,
            purpose=self.purpose,
            use=self.use,
            originator=self.originator or party,
            onward=self.onward,
            retain_until_us=at_us + self.retain_years * YEAR_US,
        )


def _us(hour: datetime) -> int:
    return (hour - _EPOCH) // timedelta(microseconds=1)


def _check_hours(start: datetime | None, end: datetime | None) -> None:
    if any(each is not None and (_us(each) % HOUR_US or _us(each) < 0) for each in (start, end)):
        raise ValueError("Expected whole hours from 1970 on")
    if start is not None and end is not None and end <= start:
        raise ValueError("Expected an end after the start")


SIMULATED_COVER = Cover(recorder="simulator", clock="simulated", basis="simulated", purpose="test")


def load_cover(file: Path) -> Cover:
    """A cover note from a TOML file; UsageError names the key that is wrong."""
    return load_note(file)[0]


def load_note(file: Path) -> tuple[Cover, frozenset[str]]:
    """As `load_cover`, with the keys that stand in the note."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
        return msgspec.convert(written, Cover, strict=True), frozenset(written)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            "the cover note cannot be used",
            file=str(file),
            found=str(error),
            next_step="correct the file; docs/settings.md lists every key",
        ) from None
