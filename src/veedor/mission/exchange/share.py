"""Writing what other copies may have into a folder: a stick to carry, or what a web server serves to the members.

The mission folder itself must never be carried or served whole: it holds keys, openings and the files of sealed
deposits. Into the folder go `log/`, `outbox/`, `openings/` and `deposits/` of open deposits only, `payloads/` (sealed
to their readers), `accords/`, and in `outbox/`, `payloads/` and `accords/` a file `list` of names, for web servers. The
log is brought up to date as in any copy: checked first, its head last; a folder that is ahead, or forks, is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError, VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.log_folder.reader import CHECKPOINT, LogReader
from veedor.mission.acts.payloads import names_of_payloads
from veedor.mission.copy.append import Mission
from veedor.mission.copy.enclosed import SUFFIX
from veedor.mission.copy.outbox import Outbox, parse_name
from veedor.mission.exchange.carry import ACCORD, HEAD_OF_PAYLOAD, LARGEST_ACCORD, expired, fetch, shared_openings
from veedor.mission.exchange.pull import Pulled, Target, pull
from veedor.mission.exchange.remote_log import RemoteLog
from veedor.mission.exchange.source import LISTING, FolderSource
from veedor.mission.state.fold import Signed, fold
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.bodies import Deposit
from veedor.mission.statements.sealed import LARGEST_SEALED, statement_named


@dataclass(frozen=True)
class Shared:
    """What was written: the log's sizes, statements that wait, deposits that are complete there, payloads."""

    log: Pulled
    waiting: int
    deposits: int
    payloads: int


def share(mission: Mission, to: Path) -> Shared:
    """Bring the folder `to` up to date with what other copies may have; the caller holds `mission.alone()`."""
    folder = mission.folder
    if to.resolve() == folder.path.resolve() or (to / "mission.toml").exists():
        raise UsageError(
            "this is a mission folder, which holds what nobody else may have",
            file=str(to),
            expected="a folder of its own, on a stick or for a web server",
        )
    make_folders(mission.files, (to / "log").absolute())
    pulled = _log(mission, to)
    over = expired(mission)
    _expire(mission, to, over)
    waiting = _outbox(mission, to / "outbox")
    # Also those whose statement waits: their files travel with it, and are there when it is logged.
    deposits = sum(_deposit(mission, to, each) for each in deposits_of(mission.pending()) if each.digest not in over)
    _accords(mission, to / "accords")
    return Shared(pulled, waiting, deposits, _payloads(mission, to / "payloads", over))


def _log(mission: Mission, to: Path) -> Pulled:
    def anchor(entry: bytes) -> None:
        if digest_of(entry) != mission.state.genesis_digest:
            raise VerifyError("another genesis", file=str(to / "log"), expected=mission.state.genesis_digest)

    reader = LogReader(to / "log", mission.files)
    there = mission.files.exists(to / "log" / CHECKPOINT)
    known = None
    if there:
        size = reader.size()
        known = fold(reader.entries(0, size, size), mission.kinds)
        anchor(reader.entry(0, size))
    target = Target(to / "log", mission.files, mission.folder.evidence, anchor, lambda genesis: None)
    return pull(RemoteLog(FolderSource(mission.folder.path)), target, known, mission.kinds)


def _outbox(mission: Mission, to: Path) -> int:
    state, files = mission.state, mission.files
    outbox = Outbox(to, files)
    for each in outbox.names():
        if state.holds(each.party, each.digest):
            outbox.remove(each)
    make_folders(files, to)
    for waiting in (*mission.waiting(), *mission.outbox.of_others(mission.folder.parties, state.digests())):
        if not files.exists(to / waiting.named.file):
            outbox.put(waiting.party, waiting.seq, waiting.envelope)
    _listing(files, to, (name for name in files.list(to) if parse_name(name)))
    return len(outbox.names())


def _deposit(mission: Mission, to: Path, statement: Signed[Deposit]) -> bool:
    """Whether the deposit is complete there."""
    files = mission.files
    found = shared_openings(mission.folder, files, statement)
    if found is None:
        return False
    data, held = found
    own = FolderSource(mission.folder.path)
    complete = True
    for each in (*held.files, *held.beside):
        digest = each.sha256.hex()
        place = to / "deposits" / digest
        if not files.exists(place):
            size = each.place.stat().st_size if files.exists(each.place) else 0
            complete &= fetch(files, own, f"deposits/{digest}", place, digest, size)
    place = to / "openings" / f"{statement.digest}.json"
    if not files.exists(place):
        make_folders(files, place.parent)
        write_durable(files, place, data)
    return complete


def _expire(mission: Mission, to: Path, over: frozenset[str]) -> None:
    """What must be destroyed by now leaves the folder too."""
    files = mission.files
    gone = [to / "openings" / f"{digest}.json" for digest in over]
    for name in files.list(to / "payloads"):
        place = to / "payloads" / name
        if name.endswith(SUFFIX) and statement_named(files.read(place, HEAD_OF_PAYLOAD)) in over:
            gone.append(place)
    for place in gone:
        if files.exists(place):
            files.remove(place)
            files.sync_folder(place.parent)


def _payloads(mission: Mission, to: Path, over: frozenset[str]) -> int:
    files, own = mission.files, FolderSource(mission.folder.path)
    make_folders(files, to)
    for name in names_of_payloads(files, mission.folder):
        place = mission.folder.payloads / name
        if not files.exists(to / name) and statement_named(files.read(place, HEAD_OF_PAYLOAD)) not in over:
            fetch(files, own, f"payloads/{name}", to / name, name.removesuffix(SUFFIX), LARGEST_SEALED)
    names = [name for name in files.list(to) if name.endswith(SUFFIX)]
    _listing(files, to, names)
    return len(names)


def _accords(mission: Mission, to: Path) -> None:
    files, own = mission.files, FolderSource(mission.folder.path)
    for name in files.list(mission.folder.accords):
        match = ACCORD.fullmatch(name)
        if match and not files.exists(to / name) and not files.is_folder(mission.folder.accords / name):
            fetch(files, own, f"accords/{name}", to / name, match[1], LARGEST_ACCORD)
    if names := [name for name in files.list(to) if ACCORD.fullmatch(name)]:
        _listing(files, to, names)


def _listing(files: Files, folder: Path, names: Iterable[str]) -> None:
    data = "".join(f"{name}\n" for name in names).encode()
    if not files.exists(folder / LISTING) or files.read(folder / LISTING) != data:
        write_durable(files, folder / LISTING, data)
