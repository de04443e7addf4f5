"""The signed head of a log: origin, size and root as a signed note (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.note import (
    Note,
    NoteSigner,
    NoteVerifier,
    SignatureLine,
    decode_base64,
    encode_base64,
    parse_note,
    sign_note,
    verify_note,
)
from veedor.log.tree import HASH_BYTES, LARGEST_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """What a log's head says: whose log, how many entries, which root. We write no extension lines but keep them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> bytes:
        """The note's text: the exact bytes that are signed."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


def parse_checkpoint(text: bytes, file: str | None = None) -> Checkpoint:
    """A checkpoint from a note's text; VerifyError unless its bytes are exactly what `Checkpoint.text` writes."""
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise VerifyError("a checkpoint is not UTF-8", file=file, place=f"byte {error.start}") from None
    if len(lines) < 4 or lines.pop() != "" or not all(lines):
        raise VerifyError("not a checkpoint", file=file, expected="origin, size, root, each on its line")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > LARGEST_SIZE:
        raise VerifyError("not a tree size", file=file, place="line 2", expected="a decimal number", found=size[:40])
    root_bytes = decode_base64(root, file=file, place="line 3")
    if len(root_bytes) != HASH_BYTES:
        raise VerifyError(
            "a root has the wrong length", file=file, place="line 3", expected="32 bytes", found=root[:100]
        )
    return Checkpoint(origin, int(size), root_bytes, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> bytes:
    """The signed note; the same bytes every time for the same checkpoint and key."""
    return sign_note(checkpoint.text(), [signer])


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint whose log signature is verified, with its note and the lines of it that were verified."""

    checkpoint: Checkpoint
    note: Note
    verified: tuple[SignatureLine, ...]
    """The log's lines and, under a policy, those of its witnesses; every other line counts for nothing."""


def open_checkpoint(data: bytes, origin: str, log_key: NoteVerifier, file: str | None = None) -> OpenedCheckpoint:
    """Read a signed checkpoint of this origin, signed by this key; VerifyError otherwise.

    The origin is checked apart from the key's name: they are the same in our logs, but not in all (the Go checksum
    database has an origin with spaces).
    """
    note = parse_note(data, file)
    checkpoint = parse_checkpoint(note.text, file)
    if checkpoint.origin != origin:
        raise VerifyError("the checkpoint is of another log", file=file, expected=origin, found=checkpoint.origin[:200])
    verified = verify_note(note, [log_key], file)
    if not verified:
        raise VerifyError("the checkpoint is not signed by the log's key", file=file, expected=log_key.name)
    return OpenedCheckpoint(checkpoint, note, verified)
