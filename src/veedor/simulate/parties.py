"""The simulated mission: the keys of all its parties in one folder, which no real mission has."""

from __future__ import annotations

from pathlib import Path

from veedor.mission.copy.means import Means
from veedor.mission.founding.founding import Progress, found_simulated, invitations, terms_of

ORIGIN = "simulated.example/apure"
MEDIATOR = "qa:mediator"


def found_parties(folder: Path, name: str, parties: tuple[str, ...], means: Means, created_us: int) -> Progress:
    """A new mission in `folder` whose log is begun; the first party appends. Keys are fresh, as in any mission."""
    first, *others = parties
    terms = terms_of(
        mission=name,
        origin=ORIGIN,
        invited=invitations(first, [*others, MEDIATOR]),
        appender=first,
        created_us=created_us,
        simulated=True,
    )
    return found_simulated(folder, terms, means)
