"""Taking archives apart safely: zip, tar and tgz members become sources, with limits on size, ratio and number.

Refused: members that are archives themselves, links, devices, absolute names, names with `..`, encrypted members.
"""

from __future__ import annotations

import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from veedor.errors import InputError
from veedor.formats.reader import Source
from veedor.formats.source import CHUNK, FileSource

MEMBERS_LIMIT = 10_000
BYTES_LIMIT = 64 << 30
RATIO_LIMIT = 100
RATIO_FREE_BYTES = 64 << 20
# What the standard readers raise for damaged or cut-off archives.
_DAMAGE = (tarfile.ReadError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)
# Tar ends in zeros; this many are read to see that nothing else follows and that the packing is whole.
PADDING_LIMIT = 64 << 20
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".tar.xz", ".txz", ".7z", ".rar")


def is_archive(path: Path) -> bool:
    """By content: zip and tar (plain or compressed)."""
    try:
        if not path.is_file() or path.stat().st_size == 0:
            return False
        with path.open("rb") as stream:
            if stream.read(4) == b"PK\x03\x04":
                return True
        return tarfile.is_tarfile(path)
    except (OSError, EOFError, zlib.error):
        return False


def open_sources(
    paths: Sequence[Path], scratch: Path | None = None, refused: list[InputError] | None = None
) -> list[Source]:
    """One source per file, archives expanded in order of their members into `scratch` (default: a temporary folder
    that lives as long as the process needs it). Mapping files (`.toml`) come along as sources; `choose.py` sorts them
    out. InputError for directories, empty files, and anything unsafe inside an archive; with a list `refused` it is put
    there instead, and the other files go on."""
    found: list[Source] = []
    for path in paths:
        try:
            found.extend(_opened(path, scratch))
        except InputError as error:
            if refused is None:
                raise
            refused.append(error)
    return found


def _opened(path: Path, scratch: Path | None) -> list[Source]:
    if is_archive(path):
        return list(_members(path, Path(tempfile.mkdtemp(prefix="veedor-", dir=scratch))))
    source = FileSource(path)
    _ = source.size_bytes  # raises for a directory, an empty file, a missing one
    return [source]


def _members(path: Path, folder: Path) -> Iterator[Source]:
    budget = _Budget(path)
    members = _zip(path) if zipfile.is_zipfile(path) else _tar(path)
    count = 0
    for name, stream in members:
        _check_name(path, name)
        count += 1
        if count > MEMBERS_LIMIT:
            raise _refused(path, name, f"at most {MEMBERS_LIMIT} members", "more")
        target = folder / f"{count:05d}"
        with target.open("wb") as sink:
            while chunk := _chunk(path, name, stream):
                budget.spend(len(chunk), name)
                sink.write(chunk)
        yield FileSource(target, PurePosixPath(name).name)
    if count == 0:
        raise _refused(path, "-", "at least one file", "an empty archive")


def _chunk(path: Path, name: str, stream: IO[bytes]) -> bytes:
    try:
        return stream.read(CHUNK)
    except _DAMAGE as error:
        raise _damaged(path, name, error) from error


def _zip(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            kind = member.external_attr >> 28
            if kind == 0o12 or member.flag_bits & 1:
                raise _refused(path, member.filename, "plain files", "a link or an encrypted member")
            if not member.is_dir():
                try:
                    with archive.open(member) as stream:
                        yield member.filename, stream
                except (zipfile.BadZipFile, NotImplementedError) as error:
                    # The second: packed by a method that the library does not know.
                    raise _refused(path, member.filename, "an intact member", str(error)) from error


def _tar(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                if member.isdir():
                    _check_name(path, member.name + "/x")
                    continue
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None:
                    raise _refused(path, member.name, "plain files", "a link or device")
                yield member.name, stream
            _check_end(path, archive)
    except _DAMAGE as error:
        raise _damaged(path, "-", error) from error


def _check_end(path: Path, archive: tarfile.TarFile) -> None:
    """After the members there are zeros only. Reading them to the end also checks what a compressed archive says of
    itself; without it a damaged header would end the archive early, and a wrong checksum would pass."""
    stream = archive.fileobj
    assert stream is not None
    stream.seek(archive.offset)
    seen = 0
    while chunk := stream.read(CHUNK):
        seen += len(chunk)
        if chunk.strip(b"\0") or seen > PADDING_LIMIT:
            raise _damaged(path, "-", f"something else at byte {archive.offset + seen - len(chunk)} unpacked")
    if seen < tarfile.BLOCKSIZE:
        raise _damaged(path, "-", "end of file")


def _check_name(path: Path, name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or (len(name) > 1 and name[1] == ":"):
        raise _refused(path, name, "names below the archive's own folder", "an absolute name or one with ..")
    if name.lower().endswith(_ARCHIVES):
        raise _refused(path, name, "files", "an archive inside the archive")


class _Budget:
    def __init__(self, path: Path) -> None:
        self._path, self._spent = path, 0
        self._packed = path.stat().st_size

    def spend(self, size: int, name: str) -> None:
        self._spent += size
        if self._spent > BYTES_LIMIT or (self._spent > RATIO_FREE_BYTES and self._spent > RATIO_LIMIT * self._packed):
            raise _refused(
                self._path, name, f"at most {BYTES_LIMIT} bytes and {RATIO_LIMIT} times the packed size",
                f"more than {self._spent} bytes",
            )  # fmt: skip


def _damaged(path: Path, name: str, found: object) -> InputError:
    return InputError(
        "the archive is damaged or cut off",
        file=path.name,
        place=f"member {name}",
        expected="an intact archive, read to its end",
        found=(str(found).splitlines() or [type(found).__name__])[0].rstrip(":"),
        next_step="ask for the archive again, or unpack what can be unpacked and hand in the files",
    )


def _refused(path: Path, name: str, expected: str, found: str) -> InputError:
    return InputError(
        "the archive is not taken",
        file=path.name,
        place=f"member {name}",
        expected=expected,
        found=found,
        next_step="unpack it yourself, look at it, and hand in the files",
    )
