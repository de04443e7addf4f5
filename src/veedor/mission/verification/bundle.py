"""A bundle: the whole log and what was revealed, in one ZIP file that anybody can verify offline.

Format: docs/formats/bundle.md. The same log and reveals give the same bytes: names are sorted, dates fixed, nothing is
compressed. Reading one is reading hostile bytes: names, counts and sizes are held to limits before anything is
unpacked, and nothing is ever unpacked to disk.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import msgspec

from veedor.errors import UsageError, VerifyError
from veedor.log.canonical_json import JsonObject, canonical_bytes, parse_object
from veedor.log_folder.files import MissingError, ReadFiles
from veedor.log_folder.reader import CHECKPOINT, LogReader, tile_files
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.logged import LoggedStatements
from veedor.mission.deposits.revealed import read_row
from veedor.mission.state.fold import AnyKind, Signed, State
from veedor.mission.state.heads import agreement_policy
from veedor.mission.state.kinds import KINDS, deposits_of, findings_of
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import opened
from veedor.mission.statements.salts import Openings, decode_openings
from veedor.mission.verification.reveal import encode_reveal, parse_reveal
from veedor.mission.verification.verify import Check, Checks, Outcome, Step, Verification, refused, verify
from veedor.words import Said

SCHEMA = "bundle/1"
HEADER = "bundle.json"
REVEALS = "reveals"
ACCORDS = "accords"
OPENINGS = "openings"
LARGEST_MEMBER = 1 << 26
LARGEST_BUNDLE = 1 << 29
MOST_MEMBERS = 100_000
HIGHEST_RATIO = 100
MAGIC = b"PK\3\4"
_DATE = (2000, 1, 1, 0, 0, 0)
_LARGEST_HEADER = 4096
# What the library raises on a member that is damaged, or packed or encrypted as it cannot read.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def write_bundle(
    log: LogReader,
    state: State,
    reveals: Mapping[str, bytes],
    readme: str,
    page: bytes,
    accords: Mapping[str, bytes] = {},
    openings: Mapping[str, Openings] = {},
) -> Iterator[bytes]:
    """The bundle's bytes, in pieces. `reveals`: files `reveal/1` by name; `page`: the verifier for a browser;
    `accords`: versions of accords in canonical form, by digest; `openings`: what opens statements, by theirs.

    Raises VerifyError for a reveal that does not read, UsageError where the bundle would be larger than a reader takes.
    """
    head = log.checkpoint()
    header = {"genesis": state.genesis_digest, "origin": head.origin, "schema": SCHEMA, "size": head.size}
    members = {HEADER: canonical_bytes(header), "README.txt": readme.encode(), "verify.html": page}
    policy = agreement_policy(state.genesis.origin, state.roster)
    if policy is not None:
        members["policy.txt"] = policy.text()
    for name, data in reveals.items():
        members[f"{REVEALS}/{_plain(name)}"] = encode_reveal(parse_reveal(data, name))
    members |= {f"{ACCORDS}/{digest}.json": data for digest, data in accords.items()}
    members |= {
        f"{OPENINGS}/{digest}.json": canonical_bytes(msgspec.to_builtins(each)) for digest, each in openings.items()
    }
    logged = [CHECKPOINT, *tile_files(log.files, log.folder)]
    sink = _Sink()
    written = 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted([*members, *(f"log/{path}" for path in logged if not path.endswith(".part"))]):
            data = members[name] if name in members else log.files.read(log.folder / name.removeprefix("log/"))
            written += len(data)
            if len(data) > LARGEST_MEMBER or written > LARGEST_BUNDLE:
                raise UsageError(
                    "the bundle would be too large",
                    file=name,
                    expected=f"up to {LARGEST_BUNDLE} bytes",
                    next_step="publish the log's folder behind a web server instead; it verifies in the same way",
                )
            archive.writestr(_info(name), data)
            yield sink.taken()
    yield sink.taken()


def verify_bundle(path: Path, trust: str | None, kinds: Sequence[AnyKind] = KINDS) -> Verification:
    """The verdict on a bundle, step by step as for a mission, its reveals among the deposits; never raises on bytes."""
    try:
        bundle = Bundle(path)
    except (VerifyError, MissingError) as error:
        why = refused(error, str(path))
        step = Step(0, "bundle", False, why.file, why.expected or SCHEMA, why.found)
        return Verification("failed", (step,), "", 0, "", None)
    result = verify(Path("/"), bundle.files, trust, Checks(deposits=bundle.reveals()), kinds)
    if result.state is None or result.verdict == "failed":
        return result
    origin = result.state.genesis.origin
    held: JsonObject = {"genesis": result.genesis, "origin": origin, "schema": SCHEMA, "size": result.size}
    for name in bundle.names():
        if name.startswith(f"{ACCORDS}/") and name != (found := f"{ACCORDS}/{_digest(bundle.read(name))}.json"):
            step = Step(0, "bundle", False, name, name, found)
            return replace(result, verdict="failed", steps=(*result.steps, step))
    opened_wrong = _wrong_opening(bundle, result.state, kinds)
    if opened_wrong is not None:
        return replace(result, verdict="failed", steps=(*result.steps, opened_wrong))
    if bundle.header == held:
        return result
    step = Step(0, "bundle", False, HEADER, str(held), str(bundle.header)[:200])
    return replace(result, verdict="failed", steps=(*result.steps, step))


def _wrong_opening(bundle: Bundle, state: State, kinds: Sequence[AnyKind]) -> Step | None:
    """The first file of openings that does not open its statement in this very log; None where all do."""
    statements = LoggedStatements(bundle.files, Folder(Path("/")), state, kinds)
    for name in bundle.names():
        if not name.startswith(f"{OPENINGS}/"):
            continue
        try:
            held = decode_openings(bundle.read(name), name)
            statement = statements.find(held.statement)
            if statement is None or name != f"{OPENINGS}/{held.statement}.json":
                raise VerifyError("openings of no statement in this log", file=name, found=held.statement)
            check_openings(statement.body, held.openings, name)
        except VerifyError as error:
            why = refused(error, name)
            return Step(0, "bundle", False, why.file, why.expected, why.found)
    return None


class Bundle:
    """A bundle that was read: its files as a folder, for `verify` to look at as it looks at a mission."""

    def __init__(self, path: Path) -> None:
        """Raises VerifyError for a file that is no bundle, or whose members break a limit."""
        self._file = str(path)
        try:
            self._archive = zipfile.ZipFile(path)
            self._members = self._checked(self._archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError, OSError) as error:
            raise VerifyError("this is not a bundle", file=self._file, found=str(error)[:200]) from None
        self.header = parse_object(self.read(HEADER), largest=_LARGEST_HEADER, file=HEADER)
        if self.header.get("schema") != SCHEMA:
            raise VerifyError(
                "not a bundle of a known kind", file=HEADER, expected=SCHEMA, found=str(self.header)[:100]
            )
        self.files: ReadFiles = _InBundle(self)

    def names(self) -> tuple[str, ...]:
        """The paths in the bundle, sorted."""
        return tuple(sorted(self._members))

    def read(self, name: str, at_most: int | None = None) -> bytes:
        """A member's bytes, never more than the bundle says it has; MissingError where there is none."""
        info = self._members.get(name)
        if info is None:
            raise MissingError("the bundle has no such file", file=name)
        try:
            with self._archive.open(info) as stream:
                data = stream.read(info.file_size if at_most is None else min(at_most, info.file_size))
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            raise VerifyError("a file of the bundle cannot be read", file=name, found=str(error)[:200]) from None
        return data

    def reveals(self) -> Check:
        """The check of all reveals in the bundle: each row as committed, in a deposit that counts in this very log."""

        def check(folder: Folder, state: State) -> Iterator[Outcome]:
            reader = LogReader(folder.log, self.files)
            for name in self.names():
                if name.startswith(f"{REVEALS}/"):
                    yield self._revealed(name, reader, state)

        return check

    def _revealed(self, name: str, reader: LogReader, state: State) -> Outcome:
        made = parse_reveal(self.read(name), name)
        entry = made.entry("envelope")
        envelope, statement = opened(entry, name)
        index = next(
            (link.index for chain in state.chains.values() for link in chain if link.digest == envelope.digest),
            None,
        )
        if index is None or reader.entry(index, state.size) != entry:
            raise VerifyError("a revealed statement is not in this log", file=name, found=envelope.digest)
        if made.rows:
            counted: Sequence[Signed[Any]] = (*deposits_of(state), *findings_of(state))
            body: Body | None = next((each.body for each in counted if each.digest == envelope.digest), None)
            if body is None:
                raise VerifyError("rows of a statement that has none, or is void", file=name, found=statement.urn)
            for row in made.rows:
                read_row(row, body)
        return Outcome(
            True,
            name,
            Said("verify.said.committed_in", index=str(index)),
            Said("verify.said.n_rows", rows=len(made.rows)),
        )

    def _checked(self, found: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(found) > MOST_MEMBERS:
            self._refuse("too many files", f"up to {MOST_MEMBERS}", str(len(found)))
        members: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for info in found:
            name, total = info.filename, total + info.file_size
            if name.endswith("/") and info.file_size == 0:
                continue
            if not _is_plain(name) or name in members or info.flag_bits & 1:
                self._refuse(
                    "a file's name is unsafe, stands twice, or the file is encrypted", "plain paths", name[:100]
                )
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                self._refuse("a file is packed in another way", "stored or deflated", name[:100])
            if info.file_size > LARGEST_MEMBER or total > LARGEST_BUNDLE:
                self._refuse(
                    "a file is too large", f"up to {LARGEST_MEMBER} bytes, {LARGEST_BUNDLE} in all", name[:100]
                )
            if info.file_size > HIGHEST_RATIO * max(info.compress_size, 64):
                self._refuse("a file is packed too tightly", f"at most {HIGHEST_RATIO} to 1", name[:100])
            members[name] = info
        return members

    def _refuse(self, problem: str, expected: str, found: str) -> NoReturn:
        raise VerifyError(
            f"not a bundle that will be opened: {problem}", file=self._file, expected=expected, found=found
        )


class _InBundle:
    """The files of a bundle under the path `Path("/")`."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        names = bundle.names()
        self._there = frozenset(names)
        self._folders: dict[str, set[str]] = {}
        for name in names:
            path = PurePosixPath(name)
            for child in (path, *path.parents):
                if child != child.parent:
                    self._folders.setdefault(str(child.parent), set()).add(child.name)

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        return self._bundle.read(_inside(path), at_most)

    def exists(self, path: Path) -> bool:
        return _inside(path) in self._there or self.is_folder(path)

    def list(self, folder: Path) -> tuple[str, ...]:
        return tuple(sorted(self._folders.get(_inside(folder), ())))

    def is_folder(self, path: Path) -> bool:
        return _inside(path) in self._folders


class _Sink(io.RawIOBase):
    """Collects what is written to it, to be handed on piece by piece; it cannot seek, as a pipe cannot."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]  # any buffer, as zipfile hands it over
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        found, self._pieces = b"".join(self._pieces), []
        return found


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    safe = name.isascii() and name.isprintable() and "\\" not in name and ":" not in name
    return safe and len(name) < 200 and all(part not in ("", ".", "..") for part in parts)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plain(name: str) -> str:
    if not _is_plain(name) or "/" in name:
        raise UsageError("not a name for a file in a bundle", expected="plain ASCII letters", found=name[:100])
    return name


def _inside(path: Path) -> str:
    return str(path).lstrip("/") or "."
