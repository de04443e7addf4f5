"""The check of a whole log folder: whatever lies in its files, it ends in a verdict."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target
from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.tiles import encode_bundle
from veedor.log.tree import leaf_hash, root_of
from veedor.log_folder.files import DiskFiles, MissingError
from veedor.log_folder.verify import STEPS, LogVerdict, verify_log

SIGNER = NoteSigner("example.org/log", SigningKey(b"\x01" * 32))
ENTRIES = [b"genesis", b"a", b"bc"]
NAMES = ("checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3")


class HeldFiles(DiskFiles):
    """These files under `log`, and nothing else."""

    def __init__(self, held: dict[str, bytes]) -> None:
        self.held = held

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        name = path.relative_to("log").as_posix()
        if name not in self.held:
            raise MissingError("a file is missing", file=name)
        return self.held[name][:at_most]

    def exists(self, path: Path) -> bool:
        return path == Path("log/tile") or path.relative_to("log").as_posix() in self.held

    def list(self, folder: Path) -> tuple[str, ...]:
        parts = folder.relative_to("log").parts
        deeper = (Path(name).parts for name in self.held)
        return tuple(
            sorted({path[len(parts)] for path in deeper if path[: len(parts)] == parts and len(path) > len(parts)})
        )

    def is_folder(self, path: Path) -> bool:
        return bool(self.list(path))


def packed(*contents: bytes) -> bytes:
    """The files one after the other, each but the last after its length in two bytes."""
    return b"".join(len(data).to_bytes(2, "big") + data for data in contents[:-1]) + contents[-1]


def unpacked(data: bytes) -> list[bytes]:
    contents: list[bytes] = []
    while len(contents) < len(NAMES) - 1:
        length = int.from_bytes(data[:2], "big")
        contents.append(data[2 : 2 + length])
        data = data[2 + length :]
    return [*contents, data]


def verdict(data: bytes) -> LogVerdict:
    files = HeldFiles(dict(zip(NAMES, unpacked(data), strict=True)))
    found = verify_log(Path("log"), files, SIGNER.name, SIGNER.verifier)
    assert found.steps and all(step.ok for step in found.steps[:-1])
    if not found.ok:
        raise VerifyError(found.steps[-1].found)
    assert len(found.steps) == len(STEPS)
    return found


LEAVES = [leaf_hash(entry) for entry in ENTRIES]
GOOD = packed(
    sign_checkpoint(Checkpoint(SIGNER.name, len(ENTRIES), root_of(LEAVES)), SIGNER),
    b"".join(LEAVES),
    encode_bundle(ENTRIES),
)

# A log that verifies is this one: who could make another has the key, or a collision of SHA-256.
FOLDER_TARGETS = {"log_folder": Target(verdict, lambda found: GOOD, (GOOD,), VerifyError)}
