"""The outbox: signed statements that are not in the log yet, durable before anybody is told of them.

This copy's own statements lie here, and those of other members that arrived by sync or stick. A statement is named by
its party, its place in the chain and its digest, so writing it twice is writing it once. It leaves the outbox only when
the log holds it. What another member sent and the log must not hold is set aside, with its reason beside it, and stops
nobody. Not trusted: whoever takes statements away delays their party and can forge nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from veedor.errors import StoreError
from veedor.log.envelope import digest as digest_of
from veedor.log.tiles import LARGEST_ENTRY
from veedor.log_folder.files import Files, make_folders, write_durable

MOST_FROM_OTHERS = 1024
"""How many statements of other members are taken up at once; the rest waits for the next time."""
MOST_ASIDE = 1000
"""How many statements are kept aside; what comes after is only told."""
_NAME = re.compile(r"([a-z][a-z0-9-]{0,23})\.([0-9]{8})\.([0-9a-f]{64})\.json", re.ASCII)


@dataclass(frozen=True, order=True)
class Named:
    """What the name of a statement's file says; the content may be another."""

    party: str
    seq: int
    digest: str

    @property
    def file(self) -> str:
        return f"{self.party}.{self.seq:08d}.{self.digest}.json"


@dataclass(frozen=True, order=True)
class Waiting:
    """One statement in the outbox."""

    party: str
    seq: int
    digest: str
    envelope: bytes

    @property
    def named(self) -> Named:
        return Named(self.party, self.seq, self.digest)


class Reason(msgspec.Struct, frozen=True):
    """The file beside a statement that was set aside: why. `reason` is a message key after `void.` or `aside.`."""

    schema: Literal["aside/1"]
    party: str
    seq: int
    statement: str
    reason: str


def parse_name(name: str) -> Named | None:
    """What a file name says; None where it is not that of a statement."""
    match = _NAME.fullmatch(name)
    return Named(match[1], int(match[2]), match[3]) if match else None


def in_turn(names: Iterable[Named]) -> Iterator[Named]:
    """By party and place in its chain, one of each party at a time: nobody's many statements keep others waiting."""
    chains: dict[str, list[Named]] = {}
    for each in sorted(names):
        chains.setdefault(each.party, []).append(each)
    for turn in range(max(map(len, chains.values()), default=0)):
        yield from (chain[turn] for chain in chains.values() if turn < len(chain))


class Outbox:
    """The folder of waiting statements."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._aside = folder / "aside"
        self._files = files

    def put(self, party: str, seq: int, envelope: bytes) -> Waiting:
        """Make a statement durable here; on return it survives a crash."""
        make_folders(self._files, self._folder)
        waiting = Waiting(party, seq, digest_of(envelope), envelope)
        write_durable(self._files, self._folder / waiting.named.file, envelope)
        return waiting

    def names(self) -> tuple[Named, ...]:
        """Names of all statements, by party and `seq`; other files (a crash left them, or not ours) are left out."""
        return tuple(sorted(filter(None, map(parse_name, self._files.list(self._folder)))))

    def waiting(self, parties: Collection[str]) -> tuple[Waiting, ...]:
        """Statements of these parties, by party and `seq`; StoreError for a file whose content is another."""
        found = []
        for named in self.names():
            if named.party not in parties:
                continue
            waiting = self._read(named)
            if waiting is None:
                raise StoreError(
                    "a statement in the outbox was changed",
                    file=str(self._folder / named.file),
                    expected=named.digest,
                    next_step="remove the file and repeat the command that made it",
                )
            found.append(waiting)
        return tuple(found)

    def of_others(self, own: Collection[str], done: Collection[str] = ()) -> tuple[Waiting, ...]:
        """Statements of other parties in turn, at most `MOST_FROM_OTHERS`, without those whose digest is in `done`.
        A file whose name does not fit its content is set aside."""
        found: list[Waiting] = []
        for named in in_turn(each for each in self.names() if each.party not in own and each.digest not in done):
            waiting = self._read(named)
            if waiting is None:
                self.set_aside(named, None, "changed")
            else:
                found.append(waiting)
            if len(found) == MOST_FROM_OTHERS:
                break
        return tuple(found)

    def remove(self, named: Named) -> None:
        """Forget a statement that the log holds, also where it was set aside before."""
        for folder, names in ((self._folder, [named.file]), (self._aside, [named.file, _reason_file(named)])):
            there = [name for name in names if self._files.exists(folder / name)]
            for name in there:
                self._files.remove(folder / name)
            if there:
                self._files.sync_folder(folder)

    def set_aside(self, named: Named, envelope: bytes | None, reason: str) -> None:
        """Move a statement of another member out of the way, with its reason; None: its content is not kept."""
        place = self._aside / named.file
        if len(self._files.list(self._aside)) < 2 * MOST_ASIDE or self._files.exists(place):
            make_folders(self._files, self._aside)
            said = Reason("aside/1", named.party, named.seq, named.digest, reason)
            write_durable(self._files, self._aside / _reason_file(named), msgspec.json.encode(said) + b"\n")
            if envelope is not None:
                write_durable(self._files, place, envelope)
        if self._files.exists(self._folder / named.file):
            self._files.remove(self._folder / named.file)
            self._files.sync_folder(self._folder)

    def aside(self) -> tuple[Named, ...]:
        """Names of what was set aside and kept."""
        return tuple(sorted(filter(None, map(parse_name, self._files.list(self._aside)))))

    def _read(self, named: Named) -> Waiting | None:
        data = self._files.read(self._folder / named.file, LARGEST_ENTRY + 1)
        return Waiting(named.party, named.seq, named.digest, data) if digest_of(data) == named.digest else None


def _reason_file(named: Named) -> str:
    return named.file.removesuffix(".json") + ".reason"
