"""Proof files: one entry's inclusion proof with the signed head it leads to (c2sp.org/tlog-proof), checked offline.

Lines: the format's name; `extra` and bytes in base64 (may be absent); `index` and a number; one hash a line, from the
leaf's sibling up; an empty line; the checkpoint as it was signed. `extra` is signed by nobody: it may help to rebuild
the entry, and proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.checkpoint import OpenedCheckpoint
from veedor.log.note import LARGEST_NOTE, decode_base64, encode_base64
from veedor.log.tree import HASH_BYTES, LARGEST_SIZE, MOST_PROOF_HASHES, verify_inclusion

FORMAT = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF_FILE = LARGEST_NOTE + 200_000

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_EXTRA = "extra "


@dataclass(frozen=True)
class ProofFile:
    """A proof file as read: nothing in it is verified yet."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, byte for byte."""
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file's bytes."""
        extra = f"{_EXTRA}{encode_base64(self.extra)}\n" if self.extra else ""
        proof = f"{FORMAT}\n{extra}index {self.index}\n{write_hashes(self.hashes)}\n"
        return proof.encode() + self.checkpoint


def parse_proof_file(data: bytes, file: str | None = None) -> ProofFile:
    """Read a proof file without checking it; VerifyError for bytes that `ProofFile.encode` would not write."""
    if len(data) > LARGEST_PROOF_FILE:
        raise VerifyError("a proof file is too long", file=file, expected=f"up to {LARGEST_PROOF_FILE} bytes")
    head, gap, checkpoint = data.partition(b"\n\n")
    if not gap:
        raise VerifyError("a proof file has no empty line before its checkpoint", file=file)
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise VerifyError("a proof file's proof is not ASCII", file=file, place=f"byte {error.start}") from None
    if lines[0] != FORMAT:
        raise VerifyError("not a proof file", file=file, place="line 1", expected=FORMAT, found=lines[0][:100])
    at, extra = 1, None
    if len(lines) > 1 and lines[1].startswith(_EXTRA):
        extra = decode_base64(lines[1].removeprefix(_EXTRA), file=file, place="line 2")
        if not extra:
            raise VerifyError("a proof file's extra line is empty", file=file, place="line 2", expected="no such line")
        at = 2
    match = _INDEX.fullmatch(lines[at]) if at < len(lines) else None
    if not match or int(match[1]) >= LARGEST_SIZE:
        raise VerifyError("a proof file has no index", file=file, place=f"line {at + 1}", expected="index NUMBER")
    return ProofFile(int(match[1]), read_hashes(lines[at + 1 :], at + 2, file), checkpoint, extra)


def open_proof_file(
    data: bytes, leaf: bytes, open_head: Callable[[bytes], OpenedCheckpoint], file: str | None = None
) -> tuple[ProofFile, OpenedCheckpoint]:
    """Check that the entry with this leaf hash stands in the log, at the file's index, under a head that holds.

    `open_head` says whose signatures the head needs: `Policy.open`, or `open_checkpoint` with an origin and a key.
    VerifyError where the head or the proof fails.
    """
    proof = parse_proof_file(data, file)
    opened = open_head(proof.checkpoint)
    head = opened.checkpoint
    verify_inclusion(proof.index, head.size, leaf, proof.hashes, head.root)
    return proof, opened


def write_hashes(hashes: Iterable[bytes]) -> str:
    """A proof as it stands in files and requests: one hash a line, in base64."""
    return "".join(f"{encode_base64(value)}\n" for value in hashes)


def read_hashes(lines: Sequence[str], first: int, file: str | None = None) -> tuple[bytes, ...]:
    """The proof in these lines, of which the first has this number; VerifyError for one that is no hash."""
    if len(lines) > MOST_PROOF_HASHES:
        expected, found = f"up to {MOST_PROOF_HASHES} hashes", str(len(lines))
        raise VerifyError("a proof is too long", file=file, expected=expected, found=found)
    return tuple(_hash(line, f"line {number}", file) for number, line in enumerate(lines, first))


def _hash(line: str, place: str, file: str | None) -> bytes:
    value = decode_base64(line, file=file, place=place)
    if len(value) != HASH_BYTES:
        raise VerifyError("a hash has the wrong length", file=file, place=place, expected=f"{HASH_BYTES} bytes")
    return value
