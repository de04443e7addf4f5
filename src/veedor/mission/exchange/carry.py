"""Carrying files by digest: what an open deposit needs to be read in another copy, and private payloads.

An open deposit needs its openings (salts and details, in `openings/STATEMENT.json`) and its files (`deposits/DIGEST`).
Openings are taken only where they open exactly what the logged statement committed to, and are marked for everybody;
files only where their digest is right. A deposit that is incomplete or lies is told, and stops no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import VeedorError, VerifyError
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.mission.acts.expiry import retention
from veedor.mission.copy.append import Mission
from veedor.mission.copy.folder import Folder
from veedor.mission.deposits.held import Held, HeldFile, read_held
from veedor.mission.exchange.source import Source
from veedor.mission.state.fold import Signed
from veedor.mission.state.kinds import deposits_of
from veedor.mission.state.seals import time_so_far_us
from veedor.mission.statements.bodies import Deposit
from veedor.mission.statements.salts import LARGEST_OPENINGS, decode_openings
from veedor.mission.statements.sealed import LARGEST_SEALED, statement_named

LARGEST_BESIDE = 1 << 26
"""Bytes that a mapping or a site table may have: their size stands nowhere."""
HEAD_OF_PAYLOAD = 256
"""Bytes at the beginning of a payload that name its statement."""
LARGEST_ACCORD = 1 << 21
MOST_ACCORDS = 200
"""Versions that a copy keeps; it takes no more in."""
ACCORD = re.compile(r"([0-9a-f]{64})\.json", re.ASCII)
_PAYLOAD = re.compile(r"([0-9a-f]{64})\.sealed", re.ASCII)


@dataclass(frozen=True)
class Carried:
    """What was new here: openings, files, payloads; and what was wrong."""

    openings: int = 0
    files: int = 0
    payloads: int = 0
    wrong: tuple[VeedorError, ...] = ()


def expired(mission: Mission) -> frozenset[str]:
    """The statements whose retention is over by log time: what copies destroyed must not come back from another."""
    now_us = time_so_far_us(mission.state)
    return frozenset(digest for digest, (_, until_us) in retention(mission).items() if until_us <= now_us)


def carry(mission: Mission, source: Source) -> Carried:
    """Fetch what open deposits of the log need and this copy lacks, and payloads. UnreachableError when the line
    breaks: what was fetched stays."""
    counts = {"openings": 0, "files": 0, "payloads": 0}
    wrong: list[VeedorError] = []
    folder, files, over = mission.folder, mission.files, expired(mission)
    for statement in deposits_of(mission.state):
        if statement.body.mode == "open" and statement.digest not in over:
            try:
                for kind in _deposit(folder, files, statement, source):
                    counts[kind] += 1
            except VerifyError as error:
                wrong.append(error)
    for name in source.list("payloads"):
        match = _PAYLOAD.fullmatch(name)
        if match and not files.exists(folder.payloads / name):
            try:
                place = folder.payloads / name
                fetched = fetch(files, source, f"payloads/{name}", place, match[1], LARGEST_SEALED)
                if fetched and statement_named(files.read(place, HEAD_OF_PAYLOAD)) in over:
                    files.remove(place)
                    files.sync_folder(place.parent)
                else:
                    counts["payloads"] += fetched
            except VerifyError as error:
                wrong.append(error)
    wrong += _accords(mission, source)
    return Carried(**counts, wrong=tuple(wrong))


def _accords(mission: Mission, source: Source) -> list[VerifyError]:
    """Fetch versions of accords by digest, so that everybody can read what was signed."""
    wrong: list[VerifyError] = []
    folder, files = mission.folder, mission.files
    for name in source.list("accords"):
        match = ACCORD.fullmatch(name)
        if match and not files.exists(folder.accords / name) and len(files.list(folder.accords)) < MOST_ACCORDS:
            try:
                fetch(files, source, f"accords/{name}", folder.accords / name, match[1], LARGEST_ACCORD)
            except VerifyError as error:
                wrong.append(error)
    return wrong


def shared_openings(folder: Folder, files: Files, statement: Signed[Deposit]) -> tuple[bytes, Held] | None:
    """The openings of an open deposit that this copy may hand on, as they lie here; None where it has none."""
    place = folder.openings / f"{statement.digest}.json"
    if statement.body.mode != "open" or not files.exists(place):
        return None
    data = files.read(place, LARGEST_OPENINGS)
    if decode_openings(data, str(place)).share != "everybody":
        return None
    return data, read_held(folder, statement, data, str(place))


def fetch(files: Files, source: Source, path: str, place: Path, digest: str, largest: int) -> bool:
    """One file by its SHA-256 (hex), durable on return; False where there is none, VerifyError for other bytes."""
    blocks = source.blocks(path, largest)
    if blocks is None:
        return False
    make_folders(files, place.parent)
    part = place.with_name(place.name + ".part")
    if files.exists(part):
        files.remove(part)
    hasher = hashlib.sha256()
    with files.writer(part) as copy:
        for block in blocks:
            hasher.update(block)
            copy.write(block)
    if hasher.hexdigest() != digest:
        files.remove(part)
        raise VerifyError(
            "a file of the other copy is not the one it is named after",
            file=f"{source.name}/{path}",
            expected=digest,
            found=hasher.hexdigest(),
            next_step="nothing of it was kept; another copy may have the right one",
        )
    files.rename(part, place)
    files.sync_folder(place.parent)
    return True


def _deposit(folder: Folder, files: Files, statement: Signed[Deposit], source: Source) -> Iterator[str]:
    """Tells of each thing that was fetched, "openings" or "files"."""
    place = folder.openings / f"{statement.digest}.json"
    there = files.exists(place)
    name = f"openings/{statement.digest}.json"
    data = files.read(place, LARGEST_OPENINGS) if there else source.read(name, LARGEST_OPENINGS)
    if data is None:
        return
    file = str(place) if there else f"{source.name}/{name}"
    held = read_held(folder, statement, data, file)
    if not there:
        openings = decode_openings(data, file)
        if openings.share != "everybody" or openings.statement != statement.digest:
            raise VerifyError("these openings are not meant for everybody, or are another statement's", file=file)
        make_folders(files, folder.openings)
        folder.openings.chmod(0o700)
        write_durable(files, place, data)
        yield "openings"
    for each in (*held.files, *held.beside):
        if not files.exists(each.place):
            digest = each.sha256.hex()
            if fetch(files, source, f"deposits/{digest}", each.place, digest, _largest(each)):
                yield "files"


def _largest(file: HeldFile) -> int:
    """The stated size is that of the unpacked file; the file itself is hardly ever larger."""
    return file.size_bytes + file.size_bytes // 64 + (1 << 20) if file.size_bytes else LARGEST_BESIDE
