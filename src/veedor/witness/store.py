"""A witness's memory: which logs it watches, each head it cosigned, and evidence against logs that forked.

One SQLite file in a folder of its own. A request is judged and its head recorded in one transaction that is durable
(`synchronous=EXTRA`: also the end of the rollback journal is synced, so that no loss of power brings it back) before a
cosignature leaves; concurrent requests, also of other processes, wait for each other. A recorded head is never removed
and its root never replaced (when it is cosigned again, the newer cosignature is kept), so a witness cannot go back.
After a crash before the answer the head stands recorded: the client is told its size (409) and gets its cosignature by
asking again from that size.

Store: TRUSTED, and it must never be rolled back: a restored backup cannot be noticed by the witness itself, which then
cosigns a second continuation of what it has forgotten (other witnesses and whoever kept its cosignatures can show it).
Who can write it can do the same. Who reads it learns nothing that is not public.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import parse_checkpoint
from veedor.log.cosignature import CosignerKey, CosignerSigner, cosign, parse_cosigner_key
from veedor.log.note import ED25519, VerifierKey, parse_note, parse_vkey
from veedor.log_folder.files import Files, make_folders
from veedor.witness.decision import PLAIN, Answer, Known, Request, decide, parse_request, refuse
from veedor.witness.evidence import Evidence, SignedHead, check_evidence, compare, read_evidence, signed_head

DATABASE = "witness.sqlite"
MOST_UNPROVEN = 1000
"""Of the kind of evidence that proves nothing yet, which anybody can make up, this much is kept of each log."""

_FORMAT = 1
_WAIT_S = 20.0
_SCHEMA = """
CREATE TABLE witness (vkey TEXT NOT NULL, latest_time_s INTEGER NOT NULL) STRICT;
CREATE TABLE log_key (
  origin TEXT NOT NULL, vkey TEXT NOT NULL, accepted INTEGER NOT NULL, PRIMARY KEY (origin, vkey)
) STRICT;
CREATE TABLE head (
  origin TEXT NOT NULL, size INTEGER NOT NULL, note BLOB NOT NULL, line BLOB NOT NULL, PRIMARY KEY (origin, size)
) STRICT;
CREATE TABLE evidence (
  digest TEXT PRIMARY KEY, origin TEXT NOT NULL, proven INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class WatchedLog:
    """One log that a witness watches; `former` keys sign nothing new, but old heads against it."""

    origin: str
    keys: tuple[VerifierKey, ...]
    former: tuple[VerifierKey, ...]
    latest: SignedHead | None


def init_witness(files: Files, folder: Path, cosigner: CosignerKey) -> None:
    """Make the database of a witness with this public key, once; StoreError where there is one."""
    make_folders(files, folder)
    path, part = folder / DATABASE, folder / f"{DATABASE}.part"
    if files.exists(part):
        files.remove(part)
    files.create(part, b"")
    with _explained(part), contextlib.closing(_connect(part)) as database, _transaction(database):
        for statement in _SCHEMA.split(";"):
            database.execute(statement)
        database.execute("INSERT INTO witness VALUES (?, 0)", (cosigner.text(),))
        database.execute(f"PRAGMA user_version = {_FORMAT}")
    try:
        files.link(part, path)
    finally:
        files.remove(part)
    files.sync_folder(folder)


class WitnessStore:
    """The open database of one witness; safe to share between threads."""

    def __init__(self, files: Files, folder: Path) -> None:
        """Open what `init_witness` made; StoreError where it is missing or damaged."""
        self.path = folder / DATABASE
        if not files.exists(self.path):
            raise StoreError(
                "the witness has no database",
                file=str(self.path),
                next_step="name the witness's folder; only a new witness, with a new key, begins without memory",
            )
        self._lock = threading.Lock()
        with _explained(self.path):
            self._database = _connect(self.path)
            try:
                (found,) = self._database.execute("PRAGMA user_version").fetchone()
                if found != _FORMAT:
                    raise VerifyError("not a witness's database", expected=f"format {_FORMAT}", found=str(found))
                (vkey,) = self._database.execute("SELECT vkey FROM witness").fetchone()
                self.cosigner: CosignerKey = parse_cosigner_key(vkey)
            except BaseException:
                self._database.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> WitnessStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def watch(self, origin: str, keys: Sequence[VerifierKey]) -> None:
        """Accept heads of this log that one of exactly these keys signed; what was cosigned stays remembered.

        After a handover of the appender's role that is the new appender's key: the old one must sign nothing more.
        """
        if not keys or any(key.algorithm != ED25519 for key in keys):
            raise UsageError("a log signs with plain Ed25519 keys", expected="at least one key, algorithm 0x01")
        with self._writing() as database:
            database.execute("UPDATE log_key SET accepted = 0 WHERE origin = ?", (origin,))
            rows = [(origin, key.text()) for key in keys]
            database.executemany("INSERT OR REPLACE INTO log_key VALUES (?, ?, 1)", rows)

    def logs(self) -> tuple[WatchedLog, ...]:
        """All logs, by origin."""
        with self._reading() as database:
            rows = database.execute("SELECT DISTINCT origin FROM log_key ORDER BY origin").fetchall()
            return tuple(_watched(database, origin) for (origin,) in rows)

    def evidence(self) -> tuple[Evidence, ...]:
        """What is kept against logs, the proven first."""
        with self._reading() as database:
            rows = database.execute("SELECT data FROM evidence ORDER BY proven DESC, digest").fetchall()
        return tuple(read_evidence(data) for (data,) in rows)

    def answer(self, body: bytes, signer: CosignerSigner, now_s: int) -> Answer:
        """Judge an add-checkpoint request, record its head durably, and only then give the cosignature out.

        `now_s` is the witness's clock. Cosignatures of one witness never go back in time: where the clock did, the
        latest time that was signed is signed again.
        """
        self._need(signer)
        try:
            request = parse_request(body)
        except VerifyError as error:
            return refuse(400, f"bad request: {error.problem}")
        with self._writing() as database:
            decision = decide(request, _known(database, request))
            if decision.evidence is not None:
                _keep(database, request.checkpoint.origin, decision.evidence)
            if decision.refusal is not None:
                return decision.refusal
            assert decision.head is not None  # a decision is one or the other
            time_s = _next_time(database, now_s)
            line = cosign(request.checkpoint.text(), signer, time_s)
            _record(database, decision.head, line)
        return Answer(200, PLAIN, line)

    def compare(self, note: bytes, file: str | None = None) -> bool | None:
        """Whether a signed head, such as another witness has cosigned, is the one cosigned here at its size.

        None where this witness holds no head of that size. Another root is kept as evidence. VerifyError where the head
        is not signed by a key of a log that is watched here.
        """
        read = parse_note(note, file)
        shown = parse_checkpoint(read.text, file)
        with self._reading() as database:
            keys = _keys(database, shown.origin, accepted=1) + _keys(database, shown.origin, accepted=0)
        head = signed_head(read, keys, file)
        with self._writing() as database:
            held = _at(database, shown.origin, shown.size)
            if held is None:
                return None
            evidence = compare(held, head)
            if evidence is not None:
                _keep(database, shown.origin, evidence)
            return evidence is None

    def cosigned(self, log_id: str) -> bytes | None:
        """The latest head cosigned of the log whose origin has this SHA-256 (hex), with its cosignature, or None."""
        with self._reading() as database:
            query = "SELECT note, line FROM head WHERE origin = ? ORDER BY size DESC LIMIT 1"
            for (origin,) in database.execute("SELECT DISTINCT origin FROM log_key").fetchall():
                row = database.execute(query, (origin,)).fetchone()
                if row and sha256(origin.encode()).hexdigest() == log_id:
                    return bytes(row[0]) + bytes(row[1])
        return None

    def _need(self, signer: CosignerSigner) -> None:
        if signer.verifier != self.cosigner:
            raise StoreError(
                "the database is of another witness",
                file=str(self.path),
                expected=self.cosigner.text(),
                found=signer.verifier.text(),
            )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explained(self.path):
            yield self._database

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database, _transaction(database):
            yield database


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw: SQLite must never make a database where there is none.
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
    )
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA synchronous = EXTRA")
    return database


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, VerifyError) as error:
        full = "full" in str(error)
        raise StoreError(
            "the witness's database cannot be used",
            file=str(path),
            found=str(error),
            next_step="free some space, then try again" if full else "check the file and the disk; do not make it anew",
        ) from error


def _keys(database: sqlite3.Connection, origin: str, *, accepted: int) -> tuple[VerifierKey, ...]:
    query = "SELECT vkey FROM log_key WHERE origin = ? AND accepted = ? ORDER BY vkey"
    return tuple(parse_vkey(vkey) for (vkey,) in database.execute(query, (origin, accepted)).fetchall())


def _watched(database: sqlite3.Connection, origin: str) -> WatchedLog:
    keys, former = (_keys(database, origin, accepted=accepted) for accepted in (1, 0))
    return WatchedLog(origin, keys, former, _latest(database, origin))


def _head(rows: Sequence[tuple[bytes]]) -> SignedHead | None:
    return SignedHead(parse_checkpoint(parse_note(rows[0][0]).text), rows[0][0]) if rows else None


def _latest(database: sqlite3.Connection, origin: str) -> SignedHead | None:
    query = "SELECT note FROM head WHERE origin = ? ORDER BY size DESC LIMIT 1"
    return _head(database.execute(query, (origin,)).fetchall())


def _at(database: sqlite3.Connection, origin: str, size: int) -> SignedHead | None:
    query = "SELECT note FROM head WHERE origin = ? AND size = ?"
    return _head(database.execute(query, (origin, size)).fetchall())


def _known(database: sqlite3.Connection, request: Request) -> Known:
    origin, size = request.checkpoint.origin, request.checkpoint.size
    return Known(_keys(database, origin, accepted=1), _latest(database, origin), _at(database, origin, size))


def _next_time(database: sqlite3.Connection, now_s: int) -> int:
    (latest_time_s,) = database.execute("SELECT latest_time_s FROM witness").fetchone()
    time_s = max(now_s, int(latest_time_s))
    database.execute("UPDATE witness SET latest_time_s = ?", (time_s,))
    return time_s


def _record(database: sqlite3.Connection, head: SignedHead, line: bytes) -> None:
    row = (head.checkpoint.origin, head.checkpoint.size, head.note, line)
    # The same size comes again only with the same root: `decide` has seen to that.
    database.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)", row)


def _keep(database: sqlite3.Connection, origin: str, evidence: Evidence) -> None:
    log = _watched(database, origin)
    try:
        check_evidence(evidence, log.keys + log.former)
        proven = True
    except VerifyError:
        proven = False
        query = "SELECT count(*) FROM evidence WHERE origin = ? AND NOT proven"
        (count,) = database.execute(query, (origin,)).fetchone()
        if count >= MOST_UNPROVEN:
            return
    # One row for two heads, whatever proofs are made up between them.
    pair = sha256(b"%d" % proven + evidence.older + b"\n" + evidence.newer).hexdigest()
    row = (pair, origin, int(proven), evidence.data())
    database.execute("INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?)", row)
