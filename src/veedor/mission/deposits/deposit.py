"""Handing in files: copied by digest, read row by row, committed row by row, and stated in the log.

Order, each step durable before the next, each safe to repeat after a crash:
  (1) the files are copied to deposits/<sha256>, and hashed on the way: what is read later is what was handed in
  (2) every record is read into accepted rows and rejects, which become the leaves of two trees (intake.py)
  (3) rows and rejects are appended to the record stores in one batch each, named by the deposit digest
  (4) the statement with counts and roots goes to the outbox, then to the log (append.py)

A crash before (4) leaves files and rows that no statement names: no run reads them, and the same deposit made again
finds them and goes on, with the time at which it was begun. After (4) the deposit is made, and making it again says so.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from veedor.errors import InputError
from veedor.formats.reader import Source
from veedor.formats.source import FileSource
from veedor.log_folder.files import AlreadyThereError, Files, MissingError, commit_new, make_folders
from veedor.mission.copy.append import Mission, Published
from veedor.mission.deposits.cover import Cover
from veedor.mission.deposits.details import (
    DETAILS_DOMAIN,
    BesideDetails,
    DepositDetails,
    FileDetails,
    NoteDetails,
    encode_details,
)
from veedor.mission.deposits.hand_ins import HandIn
from veedor.mission.deposits.intake import FileCount, Intake
from veedor.mission.deposits.records import append_records
from veedor.mission.statements.binding import SECRET_DOMAIN
from veedor.mission.statements.bodies import Deposit, DepositCommitments, Period, Rows
from veedor.mission.statements.salts import SALT_BYTES, Entropy
from veedor.mission.statements.types import DEPOSIT
from veedor.mission.statements.vocabulary import HOUR_US, DataClass
from veedor.tables import REJECTS, TABLES, Table

DEPOSIT_DOMAIN = "deposit/1"
LAYOUT = "records/1"
_CLASSES: dict[str, DataClass] = {
    "plots": "plots",
    "sensors": "sensors",
    "sensor_messages": "sensor_state",
    "flight_plans": "flight_plans",
    "movements": "movements",
    "outages": "outages",
    "ground_facts": "ground_facts",
    "terrain": "registers",
    "list_pieces": "registers",
    "accounts": "accounts",
    "entries": "entries",
    "balances": "balances",
    "transfers": "payments",
    "exchange_rates": "registers",
    "reporting_thresholds": "registers",
    "account_holders": "accounts",
    "cash_transactions": "payments",
    "cash_declarations": "payments",
}


@dataclass(frozen=True)
class Deposited:
    """What became of one hand-in. `published` is None where the same deposit had been made before."""

    deposit: bytes
    reader: str
    files: int
    tables: dict[str, int]
    accepted: int
    rejected: int
    published: Published | None
    statement: str
    counts: tuple[FileCount, ...] = ()


def deposit_digest(party: str, hand_in: HandIn, version: int | None = None) -> bytes:
    """The deposit's digest (docs/formats/records.md): no salt, no sequence, whatever the order of files. `version`: of
    the reader, where it was another than now."""
    parts = [b"veedor/deposit/1\0", _sized(party.encode()), len(hand_in.digests).to_bytes(4, "big")]
    parts += hand_in.digests
    version = hand_in.reader.version if version is None else version
    parts += [_sized(hand_in.reader.name.encode()), version.to_bytes(4, "big"), _sized(hand_in.mapping)]
    return hashlib.sha256(b"".join(parts)).digest()


def deposit(
    mission: Mission,
    hand_in: HandIn,
    cover: Cover,
    mode: Literal["open", "sealed"],
    at_us: int,
    entropy: Entropy,
    progress: Callable[[int], None] = lambda rows: None,
) -> Deposited:
    """Hand in files as the mission's party. InputError for an unreadable file: then nothing is stated.

    `at_us` is the time the party claims; records of later times are rejected, and whoever reads the files again takes
    the limit from the statement. `progress` hears after each batch how many rows were read so far.
    """
    digest = deposit_digest(mission.party, hand_in)
    made = mission.confidential.published(DEPOSIT_DOMAIN, digest)
    if made is not None:
        return Deposited(digest, hand_in.reader.name, len(hand_in.sources), {}, 0, 0, None, made)
    stored = keep_all(mission.files, mission.folder.deposits, (*hand_in.sources, *hand_in.beside))[
        : len(hand_in.sources)
    ]
    begun = mission.folder.deposits / f"{digest.hex()}.begun"
    at_us = _begun(mission.files, begun, at_us)
    secret = entropy(SALT_BYTES)
    intake = Intake(digest, hand_in.reader, replace(hand_in.options, latest_us=at_us), stored, secret)
    span = _Span(progress)
    append_records(mission, digest.hex(), (span.watch(table, rows) for table, rows in intake.rows()))
    private = mission.confidential.collect(share=mode == "open")
    body = Deposit(
        mode=mode,
        simulated=mission.state.genesis.simulated,
        classes=tuple(sorted({_CLASSES[name] for name in intake.tables if name in _CLASSES})) or ("registers",),
        tables=tuple(sorted(table.id for table in TABLES if table.name in intake.tables)),
        recorder=cover.recorder,
        clock=cover.clock,
        period=_period(cover, span, at_us),
        outages=tuple(each.stated() for each in cover.outages),
        conversions=tuple(sorted(set(cover.conversions))),
        rows=_rows(intake),
        handling=cover.handling(mission.party, at_us),
        commitments=DepositCommitments(
            deposit=private.commit(DEPOSIT_DOMAIN, digest),
            details=private.commit(DETAILS_DOMAIN, _details(hand_in, intake)),
            accepted=intake.accepted.root().hex(),
            rejected=intake.rejected.root().hex(),
            layout=LAYOUT,
        ),
    )
    private.commit(SECRET_DOMAIN, secret)
    published = mission.publish(DEPOSIT, body, at_us, private)
    with contextlib.suppress(MissingError):
        mission.files.remove(begun)
    return Deposited(
        digest,
        hand_in.reader.name,
        len(stored),
        dict(intake.tables),
        intake.accepted.size,
        intake.rejected.size,
        published,
        published.digest,
        tuple(intake.files),
    )


def _begun(files: Files, note: Path, at_us: int) -> int:
    """The time at which this deposit was first begun, durable before any row is stored: rows that a crash left behind
    were read with it, so a deposit that goes on after the crash claims it too."""
    with contextlib.suppress(AlreadyThereError):
        commit_new(files, note, b"%d\n" % at_us)
    return int(files.read(note))


def keep(files: Files, folder: Path, source: Source) -> Source:
    """One file, as `keep_all`."""
    return keep_all(files, folder, [source])[0]


def keep_all(files: Files, folder: Path, sources: Sequence[Source]) -> tuple[Source, ...]:
    """Copy files to `folder` under their digests, all durable on return: each content before its name, the names once
    for all. InputError where the bytes of a file are not those it was named by."""
    make_folders(files, folder)
    for source in sources:
        _copy(files, folder, source)
    # Also after a crash between a rename and this: a name that is there already may not be durable yet.
    files.sync_folder(folder)
    return tuple(_kept(folder / source.sha256.hex(), source) for source in sources)


def _kept(place: Path, source: Source) -> Source:
    kept = FileSource(place, source.name)
    if kept.sha256 != source.sha256:
        raise InputError(
            "the copy kept here is not the file that is handed in",
            file=str(place),
            place="its bytes",
            expected=source.sha256.hex(),
            found=kept.sha256.hex(),
            next_step="the disk or somebody changed it; remove the damaged copy, then hand in again",
        )
    return kept


def _copy(files: Files, folder: Path, source: Source) -> None:
    place = folder / source.sha256.hex()
    if files.exists(place):
        return
    part = folder / f"{source.sha256.hex()}.part"
    if files.exists(part):
        files.remove(part)
    hasher = hashlib.sha256()
    with closing(source.raw()) as stream, files.writer(part) as copy:
        while block := stream.read(1 << 20):
            hasher.update(block)
            copy.write(block)
    if hasher.digest() != source.sha256:
        files.remove(part)
        raise InputError(
            "the file changed while it was handed in",
            file=source.name,
            expected=source.sha256.hex(),
            found=hasher.hexdigest(),
            next_step="hand in a copy that nobody writes to",
        )
    files.rename(part, place)


def _details(hand_in: HandIn, intake: Intake) -> bytes:
    return encode_details(
        DepositDetails(
            schema=DETAILS_DOMAIN,
            reader=hand_in.reader.name,
            reader_version=hand_in.reader.version,
            mapping=hand_in.mapping.hex(),
            sensor=hand_in.options.sensor,
            files=tuple(
                FileDetails(
                    each.source.name, each.source.sha256.hex(), each.source.size_bytes, each.accepted, each.rejected
                )
                for each in intake.files
            ),
            beside=tuple(BesideDetails(each.name, each.sha256.hex()) for each in hand_in.beside),
            tables=dict(intake.tables),
            date_us=hand_in.options.date_us,
            notes=tuple(
                NoteDetails(each.source.name, note.key, dict(note.values))
                for each in intake.files
                for note in each.notes
            ),
        )
    )


def _rows(intake: Intake) -> Rows:
    return Rows(
        files=len(intake.files),
        bytes=intake.total_bytes,
        accepted=intake.accepted.size,
        rejected=intake.rejected.size,
        accepted_bytes=intake.accepted_bytes,
        framing_bytes=intake.total_bytes - intake.accepted_bytes - intake.rejected_bytes,
        rejected_bytes=intake.rejected_bytes,
    )


class _Span:
    """The first and last moment of the rows that pass by, told on their way."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress, self._rows = progress, 0
        self.timed = False
        """Whether any row has a place for a time, known or not."""
        self.first_us: int | None = None
        self.last_us: int | None = None

    def watch(self, table: Table, rows: pa.Table) -> tuple[Table, pa.Table]:
        self._rows += rows.num_rows
        self._progress(self._rows)
        if "time" in rows.column_names and table is not REJECTS:
            self.timed = self.timed or rows.num_rows > 0
            times = rows["time"].cast(pa.int64())
            least, most = pc.min(times).as_py(), pc.max(times).as_py()
            if least is not None:
                self.first_us = least if self.first_us is None else min(least, self.first_us)
                self.last_us = most if self.last_us is None else max(most, self.last_us)
        return table, rows


def _period(cover: Cover, span: _Span, at_us: int) -> Period:
    """InputError for records that are stated to be complete and of which nothing says over which period."""
    first, last = span.first_us, span.last_us
    if first is None and span.timed and cover.completeness == "complete" and None in (cover.start_us, cover.end_us):
        raise InputError(
            "the records are stated to be complete, but none of them says when it was",
            place="the cover note",
            expected="start and end",
            found="no time in any record",
            next_step="state the period in the cover note, or say what the times lack: the day by --date, the zone of "
            "local times by a mapping (docs/mappings.md)",
        )
    start = (at_us if first is None else max(first, 0)) // HOUR_US * HOUR_US
    end = ((at_us if last is None else max(last, 0)) // HOUR_US + 1) * HOUR_US
    return Period(
        start_us=start if cover.start_us is None else cover.start_us,
        end_us=end if cover.end_us is None else cover.end_us,
        completeness=cover.completeness,
    )


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part
