"""Deposits that this copy holds: which statement made each, from which files, and whether a run may read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veedor.log.files import Files
from veedor.mission.bodies import Deposit
from veedor.mission.deposit import DEPOSIT_DOMAIN, DETAILS_DOMAIN, SECRET_DOMAIN
from veedor.mission.fold import Signed, State
from veedor.mission.folder import Folder
from veedor.mission.kinds import deposits_of
from veedor.mission.salts import Opening, decode_openings

_UNTIMED = "deposit-details/1"


@dataclass(frozen=True)
class HeldFile:
    """One file of a deposit; `place` is where this copy keeps it."""

    name: str
    sha256: bytes
    size_bytes: int
    place: Path


@dataclass(frozen=True)
class Held:
    """One deposit with what only its holders know. `latest_us`: later times were in the future when it was made; None
    for deposits made before that was asked. `tables`: rows by name of the table, rejects included."""

    statement: Signed[Deposit]
    deposit: bytes
    secret: bytes | None
    reader: str
    reader_version: int
    mapping: str
    sensor: str | None
    latest_us: int | None
    tables: Mapping[str, int]
    files: tuple[HeldFile, ...]
    beside: tuple[HeldFile, ...]
    opening: Opening

    @property
    def batch(self) -> str:
        """The name of its batch in the record stores."""
        return self.deposit.hex()

    @property
    def open(self) -> bool:
        return self.statement.body.mode == "open"


def held_deposits(folder: Folder, files: Files, state: State) -> Iterator[Held]:
    """Every logged deposit whose openings this copy has, in the order of the log."""
    for statement in deposits_of(state):
        file = folder.openings / f"{statement.digest}.json"
        if files.exists(file):
            openings = {each.domain: each for each in decode_openings(files.read(file), str(file)).openings}
            yield _held(folder, statement, openings)


def _held(folder: Folder, statement: Signed[Deposit], openings: dict[str, Opening]) -> Held:
    timed = DETAILS_DOMAIN in openings
    details: dict[str, Any] = json.loads(bytes.fromhex(openings[DETAILS_DOMAIN if timed else _UNTIMED].value))
    secret = openings.get(SECRET_DOMAIN)
    return Held(
        statement=statement,
        deposit=bytes.fromhex(openings[DEPOSIT_DOMAIN].value),
        secret=None if secret is None else bytes.fromhex(secret.value),
        reader=details["reader"],
        reader_version=details["reader_version"],
        mapping=details["mapping"],
        sensor=details["sensor"],
        latest_us=statement.chain.at_us if timed else None,
        tables=details["tables"],
        files=tuple(
            HeldFile(each["name"], bytes.fromhex(each["sha256"]), each["size"], folder.deposits / each["sha256"])
            for each in details["files"]
        ),
        beside=tuple(
            HeldFile(each["name"], bytes.fromhex(each["sha256"]), 0, folder.deposits / each["sha256"])
            for each in details["beside"]
        ),
        opening=openings[DEPOSIT_DOMAIN],
    )
