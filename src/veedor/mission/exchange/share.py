"""Writing what other copies may have into a folder: a stick to carry, or what a web server serves to the members.

The mission folder itself must never be carried or served whole: it holds keys, openings and the files of sealed
deposits. Into the folder go `log/`, `outbox/`, `openings/` and `deposits/` of open deposits only, `payloads/` (sealed
to their readers), and in `outbox/` and `payloads/` a file `list` of names, for web servers. The log is brought up to
date as in any copy: checked first, its head last; a folder that is ahead, or forks, is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError, VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log.files import Files, make_folders, write_durable
from veedor.log.reader import CHECKPOINT, LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.copy.outbox import Outbox, parse_name
from veedor.mission.copy.source import LISTING, FolderSource
from veedor.mission.exchange.carry import fetch, shared_openings
from veedor.mission.exchange.pull import Pulled, Target, pull
from veedor.mission.exchange.remote_log import RemoteLog
from veedor.mission.state.fold import Signed, fold
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.bodies import Deposit


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
    waiting = _outbox(mission, to / "outbox")
    # Also those whose statement waits: their files travel with it, and are there when it is logged.
    deposits = sum(_deposit(mission, to, statement) for statement in deposits_of(mission.pending()))
    return Shared(pulled, waiting, deposits, _payloads(mission, to / "payloads"))


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


def _payloads(mission: Mission, to: Path) -> int:
    files, own = mission.files, FolderSource(mission.folder.path)
    make_folders(files, to)
    for name in files.list(mission.folder.payloads):
        digest, dot, _ = name.partition(".sealed")
        if dot and len(digest) == 64 and not files.exists(to / name):
            size = (mission.folder.payloads / name).stat().st_size
            fetch(files, own, f"payloads/{name}", to / name, digest, size)
    names = [name for name in files.list(to) if name.endswith(".sealed")]
    _listing(files, to, names)
    return len(names)


def _listing(files: Files, folder: Path, names: Iterable[str]) -> None:
    data = "".join(f"{name}\n" for name in names).encode()
    if not files.exists(folder / LISTING) or files.read(folder / LISTING) != data:
        write_durable(files, folder / LISTING, data)
