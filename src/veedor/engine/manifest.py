"""Which files a table consists of: numbered, chained manifests, each committed by one exclusive link.

`manifests/NNNNNNNN.json` names the digest of the one before, the schema, the batch, and the files it adds and takes
away. A version of the table is the fold of all manifests up to a number. Files are named by the SHA-256 of their
content and never changed. A crash leaves either no manifest or a whole one; leftovers in `staging/` and data files that
no manifest names are ignored, and removed by `clean`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from veedor.engine.files import Files, empty_folder, make_folders
from veedor.errors import StoreError

FORMAT = "manifest/1"


@dataclass(frozen=True)
class Group:
    """One row group: one partition, or a part of one. Times in microseconds, hashes of keys as 16 hex digits."""

    partition: str
    rows: int
    bucket: int | None = None
    buckets: int | None = None
    untimed: int = 0
    min_us: int | None = None
    max_us: int | None = None
    min_hash: str | None = None
    max_hash: str | None = None


@dataclass(frozen=True)
class DataFile:
    """One Parquet file. `batches` are the appends whose rows it holds (several after compaction)."""

    name: str
    size: int
    rows: int
    batches: tuple[str, ...]
    groups: tuple[Group, ...] = field(repr=False)


@dataclass(frozen=True)
class Manifest:
    """One version's change. `previous` is the SHA-256 of the manifest before, None for the first."""

    table: str
    number: int
    previous: str | None
    batch: str
    added: tuple[DataFile, ...]
    removed: tuple[str, ...]

    def encode(self) -> bytes:
        """Canonical JSON: sorted keys, no blanks, UTF-8."""
        whole = {"format": FORMAT, **asdict(self)}
        return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Version:
    """What a table consists of after `number` manifests; `digest` is that of the last one."""

    number: int
    digest: str | None
    batches: frozenset[str]
    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


class ManifestStore:
    """The manifests of one table in `folder`. Reading needs no lock; committing is safe between processes."""

    def __init__(self, folder: Path, files: Files, table: str) -> None:
        self.folder = folder
        self.files = files
        self.table = table
        self._version = Version(0, None, frozenset(), ())

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    def latest(self) -> Version:
        """The newest version; StoreError where a manifest is missing, damaged or not chained to the one before."""
        while self.files.exists(path := self._path(self._version.number + 1)):
            self._version = _apply(self._version, self._parse(path))
        return self._version

    def prepare(self) -> None:
        """Makes the folders."""
        for folder in (self._path(1).parent, self.data, self.staging):
            make_folders(self.files, folder)

    def commit(self, batch: str, added: Sequence[DataFile], removed: Sequence[str] = ()) -> Version:
        """Adds one manifest on top of the latest. The files must be in `data`, durable, with durable names.

        StoreError where another writer was first; nothing has changed then, and trying again is safe."""
        base = self.latest()
        missing = set(removed) - {file.name for file in base.files}
        if missing:
            raise StoreError(
                f"another writer has replaced files of {self.table}",
                file=str(self.folder),
                next_step="read the new version and try again",
            )
        manifest = Manifest(self.table, base.number + 1, base.digest, batch, tuple(added), tuple(sorted(removed)))
        path = self._path(manifest.number)
        data = manifest.encode()
        # The temporary name holds the digest: two writers with different content never meet in it.
        part = self.staging / f"{path.name}.{hashlib.sha256(data).hexdigest()}.part"
        if self.files.exists(part):
            self.files.remove(part)
        self.files.create(part, data)
        try:
            self.files.link(part, path)
        except StoreError as error:
            if not self.files.exists(path):
                raise
            raise StoreError(
                f"another writer has committed version {manifest.number} of {self.table} first",
                file=str(path),
                next_step="try again: nothing was changed",
            ) from error
        self.files.sync_folder(path.parent)
        self.files.remove(part)
        return self.latest()

    def clean(self) -> None:
        """Removes leftovers of interrupted writers and files of older versions. Call it only as the one writer."""
        empty_folder(self.files, self.staging)
        wanted = {f"{file.name}.parquet" for file in self.latest().files}
        for name in self.files.list(self.data):
            if name not in wanted:
                self.files.remove(self.data / name)

    def _path(self, number: int) -> Path:
        return self.folder / "manifests" / f"{number:08d}.json"

    def _parse(self, path: Path) -> tuple[Manifest, str]:
        data = self.files.read(path)
        try:
            manifest = _decode(json.loads(data))
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError("a manifest is damaged", file=str(path), found=str(error)) from error
        if manifest.table != self.table:
            raise StoreError("a manifest of another table", file=str(path), expected=self.table, found=manifest.table)
        return manifest, hashlib.sha256(data).hexdigest()


def _apply(version: Version, step: tuple[Manifest, str]) -> Version:
    manifest, digest = step
    if manifest.previous != version.digest or manifest.number != version.number + 1:
        raise StoreError(
            f"manifest {manifest.number} of {manifest.table} does not follow the one before",
            expected=str(version.digest),
            found=str(manifest.previous),
            next_step="restore the folder from a copy; records were changed after they were stored",
        )
    gone = set(manifest.removed)
    kept = tuple(file for file in version.files if file.name not in gone)
    names = {file.name for file in kept}
    added = tuple(file for file in manifest.added if file.name not in names)
    return Version(manifest.number, digest, version.batches | {manifest.batch}, kept + added)


def _decode(raw: dict[str, Any]) -> Manifest:
    if raw.pop("format") != FORMAT:
        raise ValueError(f"not {FORMAT}")
    added = tuple(
        DataFile(
            **{
                **file,
                "batches": tuple(file["batches"]),
                "groups": tuple(Group(**group) for group in file["groups"]),
            }
        )
        for file in raw.pop("added")
    )
    return Manifest(added=added, removed=tuple(raw.pop("removed")), **raw)
