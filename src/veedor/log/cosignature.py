"""Cosignatures: a witness's timed signature under a log's head (c2sp.org/tlog-cosignature, Ed25519).

A cosignature says: at this time, the largest consistent head of this log that the witness had seen was this one. It
says nothing about what the entries mean. The signed message does not hold the witness's name, so one key serves one
name only. Algorithms are told apart by their byte in the key's hash: lines of an algorithm that is not read here
(ML-DSA-44, `0x06`) are lines of an unknown key, ignored like any other, and can stand beside ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veedor.errors import UsageError, VerifyError
from veedor.log import ed25519
from veedor.log.checkpoint import parse_checkpoint
from veedor.log.note import COSIGNATURE, SignatureLine, VerifierKey, need_name, parse_note, parse_vkey, verify_note

TIME_BYTES = 8
LATEST_TIME_S = 2**63 - 1
"""The largest time that the specification allows, in seconds since 1970."""


@dataclass(frozen=True)
class CosignerKey:
    """A witness's public key under its name; a `NoteVerifier`."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """First four bytes of SHA-256 of name, line feed, `0x04` and key."""
        return self._vkey().key_hash

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether these are an allowed time (8 bytes) and this key's signature (64 bytes) of that time and the text.

        Time 0 is allowed by the specification; who takes time from cosignatures must not take that one.
        """
        time_s = int.from_bytes(signature[:TIME_BYTES], "big")
        if len(signature) != TIME_BYTES + ed25519.SIGNATURE_BYTES or time_s > LATEST_TIME_S:
            return False
        return ed25519.verify(self.public, _message(text, time_s), signature[TIME_BYTES:])

    def text(self) -> str:
        """The key as one line for people and policy files: NAME+HASH+KEY."""
        return self._vkey().text()

    def _vkey(self) -> VerifierKey:
        return VerifierKey(self.name, self.public, COSIGNATURE)


def parse_cosigner_key(text: str) -> CosignerKey:
    """A witness's public key from NAME+HASH+KEY; VerifyError also for a log's key."""
    key = parse_vkey(text)
    if key.algorithm != COSIGNATURE:
        raise VerifyError("not a witness's key", expected="algorithm 0x04", found=text[:100])
    return CosignerKey(key.name, key.public)


@dataclass(frozen=True)
class CosignerSigner:
    """A witness's private key under its name."""

    name: str
    key: ed25519.SigningKey

    def __post_init__(self) -> None:
        need_name(self.name)

    @property
    def verifier(self) -> CosignerKey:
        """The public half."""
        return CosignerKey(self.name, self.key.public)


def cosign(text: bytes, signer: CosignerSigner, time_s: int) -> bytes:
    """The signature line, with its line feed, of this witness for a checkpoint's text at this time (seconds).

    Raises VerifyError where the text is not a checkpoint, UsageError for a time below 1 or above 2**63 - 1.
    """
    parse_checkpoint(text)
    if not 1 <= time_s <= LATEST_TIME_S:
        raise UsageError("not a time to cosign at", expected=f"1 to {LATEST_TIME_S} seconds", found=str(time_s))
    signature = time_s.to_bytes(TIME_BYTES, "big") + signer.key.sign(_message(text, time_s))
    return SignatureLine(signer.name, signer.verifier.key_hash, signature).text()


def time_s(line: SignatureLine) -> int:
    """When a cosignature was made, in seconds since 1970, by the witness's clock; meant for a verified line."""
    if len(line.signature) != TIME_BYTES + ed25519.SIGNATURE_BYTES:
        raise VerifyError("not a cosignature", expected="72 bytes", found=f"{len(line.signature)} bytes")
    return int.from_bytes(line.signature[:TIME_BYTES], "big")


def add_cosignatures(note: bytes, answer: bytes, keys: Iterable[CosignerKey]) -> bytes:
    """The signed head with the lines of a witness's answer that these keys verify; the other lines of the answer go.

    Of two cosignatures of one key the later stays. Raises VerifyError where the answer does not read as signature
    lines, or where a line of a known key is wrong: then nothing of the answer can be used.
    """
    held = tuple(keys)
    before = parse_note(note)
    after = parse_note(before.text + b"\n" + answer, "the witness's answer")
    newest = {(line.name, line.key_hash): line for line in verify_note(before, held)}
    for line in verify_note(after, held, "the witness's answer"):
        known = newest.setdefault((line.name, line.key_hash), line)
        if time_s(line) > time_s(known):
            newest[line.name, line.key_hash] = line
    lines = [line for line in before.signatures if (line.name, line.key_hash) not in newest]
    data = before.text + b"\n" + b"".join(line.text() for line in (*lines, *newest.values()))
    parse_note(data)
    return data


def _message(text: bytes, time_s: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time_s + text
