"""Bringing this copy up to date from another one: the log first, then what belongs to it.

Order, each step safe to repeat after a crash or a broken line:
  (1) the log, checked against this copy's own and against the keys in force (pull.py); its head is written last
  (2) what the log holds by now leaves the outbox
  (3) statements of other members on their way to the log (take_in.py)
  (4) openings and files of open deposits, and payloads, by digest (carry.py)

No key is needed. The other copy is trusted with nothing: it can only withhold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from veedor.log_folder.files import make_folders
from veedor.log_folder.head import Head, HeadRecords
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import Folder, open_folder
from veedor.mission.copy.means import Means
from veedor.mission.exchange.anchor import genesis_anchor
from veedor.mission.exchange.carry import Carried, carry
from veedor.mission.exchange.pull import Pulled, Target, pull
from veedor.mission.exchange.remote_log import RemoteLog
from veedor.mission.exchange.source import Source
from veedor.mission.exchange.take_in import TakenIn, take_in
from veedor.mission.state.kinds import KINDS


@dataclass(frozen=True)
class Synced:
    """What one sync did."""

    log: Pulled
    outbox: TakenIn
    carried: Carried


def sync(path: Path, source: Source, means: Means, trust: str | None = None) -> Synced:
    """Bring the mission in `path` up to date from `source`.

    `trust` is the genesis digest (hex) from outside: needed for the first sync of a member that did not take part in
    the founding. Errors as `pull`; StoreError where another process is at work in this folder.
    """
    folder = open_folder(path)
    if not folder.started:
        pulled = _first(folder, source, means, trust)
        with open_mission(path, means) as mission, mission.alone():
            return _rest(mission, source, pulled)
    with open_mission(path, means) as mission, mission.alone():
        target = _target(folder, means, mission.state.genesis_digest)
        return _rest(mission, source, pull(RemoteLog(source), target, mission.state, KINDS))


def _first(folder: Folder, source: Source, means: Means, trust: str | None) -> Pulled:
    make_folders(means.files, folder.outbox)
    with means.files.lock(folder.outbox / ".lock"):
        make_folders(means.files, folder.log)
        return pull(RemoteLog(source), _target(folder, means, trust), None, KINDS)


def _rest(mission: Mission, source: Source, pulled: Pulled) -> Synced:
    mission.tidy()
    taken = take_in(mission, source)
    return Synced(pulled, taken, carry(mission, source))


def _target(folder: Folder, means: Means, trust: str | None) -> Target:
    heads = HeadRecords(means.state_folder, means.files)

    def record(genesis: str) -> Head | None:
        return heads.read(genesis)

    return Target(folder.log, means.files, folder.evidence, genesis_anchor(folder, means.files, trust), record)
