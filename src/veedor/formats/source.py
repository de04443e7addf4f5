"""Files as handed in: hashed before reading, unpacked when gzip, refused when their bytes change meanwhile.

The only file of the room that opens files. Archives are taken apart in `archive.py`.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from veedor.errors import InputError
from veedor.formats.reader import Source

CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
# A gzip file that unpacks to more than this many times its size is refused unless it is still small.
RATIO_LIMIT, RATIO_FREE_BYTES = 100, 256 << 20


class Truncated(InputError):
    """The file ends in the middle of its own packing; everything before was delivered."""


@dataclass(frozen=True)
class FileSource:
    """A file on disk. Its digest and size are taken at the first question and hold for good."""

    path: Path
    shown_name: str = ""

    @property
    def name(self) -> str:
        return self.shown_name or self.path.name

    @cached_property
    def _seen(self) -> tuple[bytes, int, tuple[int, ...]]:
        if is_folder(self.path):
            raise InputError(
                "a directory was given instead of a file",
                file=str(self.path),
                place="the path itself",
                expected="a file or an archive (zip, tar, tgz)",
                found="a directory",
                next_step=f"give the files themselves ({self.path.name}/*) or pack them: "
                f"tar czf {self.path.name}.tgz {self.path.name}",
            )
        try:
            ordinary = stat.S_ISREG(self.path.stat().st_mode)
        except OSError as error:
            raise InputError(
                "no such file", file=str(self.path), place="the path itself", expected="a file",
                found=error.strerror or "nothing", next_step="check the path",
            ) from error  # fmt: skip
        if not ordinary:
            # A pipe gives its bytes once, and a file is read more than once.
            raise InputError(
                "not an ordinary file", file=str(self.path), place="the path itself", expected="a file",
                found="a pipe or a device", next_step="write it to a file first, then give that",
            )  # fmt: skip
        digest, size = hashlib.sha256(), 0
        with _opened(self.path) as stream:
            before = _state(stream)
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if size == 0:
            raise _empty(self.name)
        return digest.digest(), size, before

    @property
    def sha256(self) -> bytes:
        return self._seen[0]

    @property
    def size_bytes(self) -> int:
        return self._seen[1]

    @property
    def packed(self) -> bool:
        """Whether `open` unpacks the file, so that it does not hold the bytes that offsets count."""
        with self.path.open("rb") as stream:
            return stream.read(2) == GZIP_MAGIC

    def raw(self) -> BinaryIO:
        """The bytes exactly as handed in."""
        return self.path.open("rb")

    def open(self) -> BinaryIO:
        """The bytes, unpacked when gzip. At the end (or on close after a seek) digest and state must be as before."""
        digest, size, state = self._seen
        raw = _Watched(self.path, self.name, digest, size, state)
        if raw.read_head() == GZIP_MAGIC:
            return _Patient(_Unpacked(raw, self.name), CHUNK)
        return io.BufferedReader(raw, CHUNK)


@dataclass(frozen=True)
class BytesSource:
    """Bytes in memory under a name: notebooks and tests."""

    data: bytes
    name: str = "bytes"

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.data).digest()

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def raw(self) -> BinaryIO:
        return io.BytesIO(self.data)

    def open(self) -> BinaryIO:
        if not self.data:
            raise _empty(self.name)
        raw = io.BytesIO(self.data)
        if self.data[:2] == GZIP_MAGIC:
            return _Patient(_Unpacked(raw, self.name), CHUNK)
        return raw


def _empty(name: str) -> InputError:
    return InputError(
        "the file is empty", file=name, place="start of the file", expected="at least one record", found="0 bytes",
        next_step="leave it out, or ask its sender for it again",
    )  # fmt: skip


def is_folder(path: Path) -> bool:
    """Whether it is a folder; a path that cannot be is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(
            "the file cannot be opened", file=str(path), place="the path itself", expected="a file you may read",
            found=error.strerror or str(error), next_step="check who may read it",
        ) from error  # fmt: skip


def _state(stream: io.IOBase | BinaryIO) -> tuple[int, ...]:
    found = os.fstat(stream.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


class _Watched(io.RawIOBase):
    """Raw bytes of a file, hashed as they pass; the end is only handed out when they are the bytes first seen."""

    def __init__(self, path: Path, name: str, digest: bytes, size: int, state: tuple[int, ...]) -> None:
        self._path, self._name, self._digest, self._size, self._state = path, name, digest, size, state
        self._stream = path.open("rb")
        self._hash = hashlib.sha256()
        self._position = 0
        self._hashed = 0  # bytes hashed so far without a seek; -1 after a seek away from there

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read_head(self) -> bytes:
        head = self._stream.read(2)
        self._stream.seek(0)
        return head

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        count = self._stream.readinto(view)
        if self._hashed == self._position:
            self._hash.update(view[:count])
            self._hashed += count
        self._position += count
        if count == 0 and len(view):
            self._check()
        return count

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = self._stream.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position

    def _check(self) -> None:
        now = self._path.stat()
        same = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) == self._state == _state(self._stream)
        if same and self._hashed == self._size:
            same = self._hash.digest() == self._digest
        if not same:
            raise InputError(
                "the file changed while it was read",
                file=self._name,
                place=f"byte {self._position}",
                expected=f"{self._size} bytes with SHA-256 {self._digest.hex()[:16]}… as first seen",
                found=f"{now.st_size} bytes, other content or another modification time",
                next_step="wait until whoever writes the file has finished, then repeat the command; nothing of it "
                "was taken over",
            )

    def close(self) -> None:
        if self.closed:
            return
        try:
            if self._hashed < self._size and self._position:
                self._check()
        finally:
            self._stream.close()
            super().close()


class _Patient(io.BufferedReader):
    """Hands out what came before a failure; the plain reader would lose it. The failure comes with the next read."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = -1 if size is None else size
        parts: list[bytes] = []
        have = 0
        while wanted < 0 or have < wanted:
            try:
                more = self.read1(CHUNK if wanted < 0 else wanted - have)
            except Truncated:
                if parts:
                    break
                raise
            if not more:
                break
            parts.append(more)
            have += len(more)
        return b"".join(parts)


class _Unpacked(io.RawIOBase):
    """Gzip members one after the other; damage and truncation raise after what could be unpacked was delivered."""

    def __init__(self, raw: io.RawIOBase | io.BytesIO, name: str) -> None:
        self._raw, self._name = raw, name
        self._unpack = zlib.decompressobj(31)
        self._packed = 0
        self._given = 0
        self._pending = b""
        self._failure: InputError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._next(len(view))
        view[: len(data)] = data
        self._given += len(data)
        if self._given > RATIO_FREE_BYTES and self._given > RATIO_LIMIT * self._packed:
            raise InputError(
                "the file unpacks to suspiciously much",
                file=self._name,
                place=f"byte {self._packed} of the packed file",
                expected=f"at most {RATIO_LIMIT} times the packed size",
                found=f"more than {self._given} bytes",
                next_step="unpack it yourself, look at it, and hand in the plain file",
            )
        return len(data)

    def _next(self, most: int) -> bytes:
        while True:
            if self._failure is not None:
                raise self._failure
            if not self._pending and not self._unpack.eof:
                self._pending = self._raw.read(1 << 16) or b""
                self._packed += len(self._pending)
                if not self._pending:
                    self._failure = self._ended("end of file")
                    continue
            if self._unpack.eof:
                rest = self._unpack.unused_data + self._pending
                rest = rest or self._raw.read(1 << 16) or b""
                if not rest:
                    return b""
                if rest[:2] != GZIP_MAGIC:
                    self._failure = self._ended("bytes that are not gzip")
                    continue
                self._unpack, self._pending = zlib.decompressobj(31), rest
            try:
                data = self._unpack.decompress(self._pending, most)
            except zlib.error as error:
                self._failure = self._ended(str(error))
                continue
            self._pending = b"" if self._unpack.eof else self._unpack.unconsumed_tail
            if data:
                return data

    def _ended(self, found: str) -> Truncated:
        return Truncated(
            "the gzip file is damaged or cut off",
            file=self._name,
            place=f"byte {self._packed} of the packed file",
            expected="a complete gzip file",
            found=found,
            next_step="ask for the file again; what could be unpacked was read",
        )


def head_of(source: Source, size: int = 4096) -> bytes:
    """The first bytes of a source, unpacked, for recognising its format; a damaged start gives what there is."""
    stream = source.open()
    data = b""
    try:
        while len(data) < size and (more := stream.read(size - len(data))):
            data += more
    except Truncated:
        pass
    finally:
        stream.close()
    return data


def common_folder(paths: Sequence[Path]) -> Path:
    """Where the files lie, for finding companions that a mapping names."""
    return Path(os.path.commonpath([path.resolve().parent for path in paths]))
