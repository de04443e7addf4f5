"""Deposits that this copy holds: which statement made each, from which files, and whether a run may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import VerifyError
from veedor.log_folder.files import Files
from veedor.mission.copy.folder import Folder
from veedor.mission.deposits.deposit import DEPOSIT_DOMAIN
from veedor.mission.deposits.details import DOMAINS, UNTIMED_DOMAIN, NoteDetails, decode_details
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.binding import SECRET_DOMAIN
from veedor.mission.statements.bodies import Deposit
from veedor.mission.statements.salts import LARGEST_OPENINGS, Opening, check_opening, decode_openings


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
    date_us: int | None
    notes: tuple[NoteDetails, ...]
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
    """Every logged deposit whose openings this copy has, in the order of the log.

    Openings that open something else than the statement says, or details that do not read, come from a party that lies
    or a copy that is damaged: such a deposit is not held (`unreadable` says why), and stops nobody else's. Nor is one
    of another party of which only the openings came so far, and none of its files.
    """
    own = folder.parties
    for statement in deposits_of(state):
        held = _read(folder, files, statement)
        if isinstance(held, Held) and (statement.chain.party in own or any(files.exists(f.place) for f in held.files)):
            yield held


def unreadable(folder: Folder, files: Files, state: State) -> Iterator[tuple[Signed[Deposit], VerifyError]]:
    """Logged deposits whose openings lie here but cannot be used, and why."""
    for statement in deposits_of(state):
        held = _read(folder, files, statement)
        if isinstance(held, VerifyError):
            yield statement, held


def _read(folder: Folder, files: Files, statement: Signed[Deposit]) -> Held | VerifyError | None:
    file = folder.openings / f"{statement.digest}.json"
    if not files.exists(file):
        return None
    try:
        return read_held(folder, statement, files.read(file, LARGEST_OPENINGS), str(file))
    except VerifyError as error:
        return error


def read_held(folder: Folder, statement: Signed[Deposit], openings: bytes, file: str) -> Held:
    """The deposit that these openings (the bytes of their file) open; VerifyError where they open something else."""
    found = decode_openings(openings, file).openings
    return _held(folder, statement, {each.domain: each for each in found}, file)


def _held(folder: Folder, statement: Signed[Deposit], openings: Mapping[str, Opening], file: str) -> Held:
    said = statement.body.commitments
    domain = next((each for each in DOMAINS if each in openings), UNTIMED_DOMAIN)
    deposit = _value(openings, DEPOSIT_DOMAIN, said.deposit, file)
    details = decode_details(_value(openings, domain, said.details, file), file)
    secret = openings.get(SECRET_DOMAIN)
    return Held(
        statement=statement,
        deposit=deposit,
        secret=None if secret is None else check_opening(secret),
        reader=details.reader,
        reader_version=details.reader_version,
        mapping=details.mapping,
        sensor=details.sensor,
        latest_us=None if domain == UNTIMED_DOMAIN else statement.chain.at_us,
        date_us=details.date_us,
        notes=details.notes,
        tables=details.tables,
        files=tuple(
            HeldFile(each.name, bytes.fromhex(each.sha256), each.size, folder.deposits / each.sha256)
            for each in details.files
        ),
        beside=tuple(
            HeldFile(each.name, bytes.fromhex(each.sha256), 0, folder.deposits / each.sha256) for each in details.beside
        ),
        opening=openings[DEPOSIT_DOMAIN],
    )


def _value(openings: Mapping[str, Opening], domain: str, commitment: str, file: str) -> bytes:
    """What was committed to in the statement; VerifyError where the opening is missing or opens something else."""
    opening = openings.get(domain)
    if opening is None or opening.commitment != commitment:
        found = "none" if opening is None else opening.commitment
        raise VerifyError("the openings are not of this statement", file=file, expected=commitment, found=found)
    return check_opening(opening)
