"""The cover note of a deposit: what its depositor declares beside the files, from the closed lists of the statement."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from veedor.errors import UsageError
from veedor.mission.statements.bodies import Handling, Outage
from veedor.mission.statements.vocabulary import (
    ClockSource,
    Completeness,
    Conversion,
    HourTimeUs,
    LegalBasis,
    Onward,
    PartyId,
    Purpose,
    Recorder,
    Use,
)

YEAR_US = 365 * 86_400_000_000


class Cover(Struct, frozen=True, forbid_unknown_fields=True):
    """One cover note. `start_us` and `end_us` default to the whole hours that the records span; `originator` to the
    depositor; records are kept `retain_years` after the deposit."""

    recorder: Recorder = "other_public_body"
    clock: ClockSource = "unknown"
    completeness: Completeness = "unknown"
    start_us: HourTimeUs | None = None
    end_us: HourTimeUs | None = None
    outages: tuple[Outage, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    basis: LegalBasis = "accord"
    purpose: Purpose = "joint_monitoring"
    use: Use = "intelligence_only"
    originator: PartyId | None = None
    onward: Onward = "none"
    retain_years: Annotated[int, Meta(ge=1, le=50)] = 5

    def handling(self, party: str, at_us: int) -> Handling:
        return Handling(
            basis=self.basis,
            purpose=self.purpose,
            use=self.use,
            originator=self.originator or party,
            onward=self.onward,
            retain_until_us=at_us + self.retain_years * YEAR_US,
        )


SIMULATED_COVER = Cover(recorder="simulator", clock="simulated", basis="simulated", purpose="test")


def load_cover(file: Path) -> Cover:
    """A cover note from a TOML file; UsageError names the key that is wrong."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Cover, strict=True)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            "the cover note cannot be used",
            file=str(file),
            found=str(error),
            next_step="correct the file; docs/settings.md lists every key",
        ) from None
