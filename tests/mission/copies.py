"""Copies of one mission for tests of exchange: an appender, a party and a mediator, each with its own keys only.

Entries that are no statements (`fill`) make a log of any size quickly: they are void, and a log holds them too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.mission.stage import ORIGIN, PASSPHRASE, found, means
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.note import NoteSigner, VerifierKey
from veedor.log_folder.files import DiskFiles, Files
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.log_folder.writer import LogWriter
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.means import Means
from veedor.mission.exchange.source import FolderSource, Source, UnreachableError
from veedor.mission.exchange.sync import Synced, sync
from veedor.mission.state.genesis import read_genesis

PARTIES = ("ve", "co", "qa")


def three_copies(stage: Path) -> Path:
    """`stage/ve`, `stage/co`, `stage/qa`, each with its own state folder `stage/PARTY.state`; ve appends."""
    stage.mkdir(exist_ok=True)
    given = found(stage, given=means(stage)) and means(stage)
    for party in PARTIES:
        shutil.copytree(stage / "mission", stage / party)
        for other in PARTIES:
            if other != party:
                shutil.rmtree(stage / party / "keys" / other)
        settings = stage / party / "mission.toml"
        settings.write_text(settings.read_text().replace('party = "ve"', f'party = "{party}"'))
    shutil.copytree(given.state_folder, stage / "ve.state")
    shutil.rmtree(stage / "mission")
    shutil.rmtree(stage / "state")
    return stage


def means_of(stage: Path, party: str, files: Files | None = None, seed: str = "") -> Means:
    given = means(stage, f"{party}{seed}", files)
    return Means(given.files, stage / f"{party}.state", given.entropy, given.passphrase, given.work)


def opened(stage: Path, party: str, files: Files | None = None, seed: str = ""):
    return open_mission(stage / party, means_of(stage, party, files, seed), party)


def synced(
    stage: Path, party: str, source: Source | Path, trust: str | None = None, files: Files | None = None
) -> Synced:
    given = FolderSource(source) if isinstance(source, Path) else source
    return sync(stage / party, given, means_of(stage, party, files), trust)


def genesis_of(stage: Path) -> str:
    return read_genesis(LogReader(stage / "ve/log", DiskFiles()).entry(0))[0]


def log_signer(stage: Path, party: str = "ve", keys: Path | None = None) -> NoteSigner:
    return NoteSigner(ORIGIN, load_key(Folder(keys or stage / party), party, "log", PASSPHRASE).signing)


def witness_signer(stage: Path, party: str) -> CosignerSigner:
    key = load_key(Folder(stage / party), party, "witness", PASSPHRASE)
    return CosignerSigner(f"{ORIGIN}/witness/{party}", key.signing)


def fill(stage: Path, count: int, text: str = "entry", party: str = "ve") -> None:
    """Append so many entries that are no statements."""
    with writer(stage, party) as log:
        start = log.checkpoint.size
        log.append([b"%s %d" % (text.encode(), start + number) for number in range(count)])


def writer(stage: Path, party: str = "ve") -> LogWriter:
    heads = HeadRecords(stage / f"{party}.state", DiskFiles())
    return LogWriter.open(stage / party / "log", DiskFiles(), heads, log_signer(stage, party), genesis_of(stage))


def forked(stage: Path, party: str = "ve") -> Path:
    """The same log and key once more, with a head record of its own: what a thief of the key, or a liar, has."""
    twin = stage / "twin"
    twin.mkdir()
    shutil.copytree(stage / party, twin / "ve")
    shutil.copytree(stage / f"{party}.state", twin / "ve.state")
    return twin


def head_of(folder: Path) -> Checkpoint:
    return LogReader(folder / "log", DiskFiles()).checkpoint()


def sign_head(stage: Path, head: Checkpoint, *cosigners: tuple[str, int], log: str = "ve") -> bytes:
    """A signed head with cosignatures of these members' witnesses at these times."""
    lines = [cosign(head.text(), witness_signer(stage, party), time_s) for party, time_s in cosigners]
    return sign_checkpoint(head, log_signer(stage, log)) + b"".join(lines)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name, to see whether anything changed."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def log_keys_of(stage: Path) -> Sequence[VerifierKey]:
    return [log_signer(stage, party).verifier for party in PARTIES]


class Spied:
    """A source that remembers what was read, and may break, change or replace what it gives."""

    def __init__(
        self,
        folder: Path,
        change: Callable[[str, bytes | None], bytes | None] = lambda path, data: data,
        break_at: int | None = None,
        before: Callable[[str], None] = lambda path: None,
    ) -> None:
        self.source = FolderSource(folder)
        self.name = str(folder)
        self.read_paths: list[str] = []
        self._change, self._break_at, self._before = change, break_at, before

    def read(self, path: str, largest: int) -> bytes | None:
        if len(self.read_paths) == self._break_at:
            raise UnreachableError("the line broke")
        self._before(path)
        data = self._change(path, self.source.read(path, largest))
        if data is not None:
            self.read_paths.append(path)
        return data

    def blocks(self, path: str, largest: int) -> Iterator[bytes] | None:
        data = self.read(path, largest)
        return None if data is None else iter([data])

    def list(self, folder: str) -> tuple[str, ...]:
        return self.source.list(folder)

    @property
    def bundles(self) -> list[str]:
        return [path for path in self.read_paths if "/entries/" in path]
