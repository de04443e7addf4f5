"""Expiry: when a statement's handling says that its private side must go, this copy destroys its keys and openings.

What goes: payloads of the statement, with the wrapped keys in them; its openings, salts included; the document it
attests. What stays: the log, every byte of it, so it verifies as before, and nobody can open its commitments any more.
Time is log time, never a clock, so every copy destroys on the same day. Other copies destroy theirs themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import StoreError
from veedor.log_folder.files import Files
from veedor.mission.acts.payloads import names_of_payloads
from veedor.mission.copy.append import Mission
from veedor.mission.state.acts import labels_of
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.sealed import statement_named

_NAMED_IN = 256


@dataclass(frozen=True)
class Due:
    """A statement whose retention is over, and what of its private side lies in this copy."""

    statement: str
    party: str
    retain_until_us: int
    files: tuple[Path, ...]


def retention(mission: Mission) -> dict[str, tuple[str, int]]:
    """By statement: its author, and until when its private side may be kept, as its last label or itself says."""
    state = mission.state
    found = {each.digest: (each.chain.party, each.body.handling.retain_until_us) for each in deposits_of(state)}
    for each in labels_of(state):
        found[each.body.statement] = (each.chain.party, each.body.handling.retain_until_us)
    return found


def due(mission: Mission, log_time_us: int) -> tuple[Due, ...]:
    """What `destroy` would destroy at this log time (0: no seal yet, nothing is ever due). Changes nothing."""
    over = {digest: said for digest, said in retention(mission).items() if said[1] <= log_time_us}
    payloads: dict[str, list[Path]] = {}
    for name in names_of_payloads(mission.files, mission.folder):
        file = mission.folder.payloads / name
        statement = None
        with contextlib.suppress(StoreError):  # a folder or a pipe of that name is no payload
            statement = statement_named(mission.files.read(file, _NAMED_IN))
        if statement in over:
            payloads.setdefault(statement, []).append(file)
    found = []
    for digest, (party, until_us) in sorted(over.items()):
        own = (mission.folder.openings / f"{digest}.json", mission.folder.documents / digest)
        files = (*payloads.get(digest, ()), *(file for file in own if mission.files.exists(file)))
        if files:
            found.append(Due(digest, party, until_us, files))
    return tuple(found)


def destroy(files: Files, over: Iterable[Due]) -> None:
    """Remove the files, durable on return. Safe to repeat after a crash: what is gone is no longer due.

    The bytes may survive on the medium, in snapshots and in backups: overwriting a file in place promises nothing on
    a solid-state disk, so it is not tried. Keep mission folders on encrypted disks (docs/formats/payloads.md).
    """
    for each in over:
        for file in each.files:
            files.remove(file)
        for folder in {file.parent for file in each.files}:
            files.sync_folder(folder)
