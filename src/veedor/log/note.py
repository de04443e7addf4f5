"""Signed notes: a text and the signature lines under it (c2sp.org/signed-note), and the keys that sign them.

A key is known by its name and a 4-byte hash; the hash only finds the key, it proves nothing. Lines of unknown keys are
ignored, even under a known name; one bad line of a known key rejects the whole note. Only canonical base64 is read, so
that a note has one byte form.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from veedor.errors import VerifyError
from veedor.log import ed25519

ED25519 = 0x01
COSIGNATURE = 0x04
"""Algorithm byte of a witness's key (c2sp.org/tlog-cosignature); its signatures cover more than the text."""
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 100

_DASH = "— "
# Without lone surrogates, which is what bytes that are not UTF-8 become on their way here: they could not be hashed.
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")


class NoteVerifier(Protocol):
    """What a note needs to know of a key."""

    @property
    def name(self) -> str:
        """The name on its lines."""

    @property
    def key_hash(self) -> bytes:
        """The four bytes before each of its signatures."""

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature, without the four bytes, is right for the note's text."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name: NAME+HASH+KEY when written."""

    name: str
    public: bytes
    algorithm: int = ED25519

    @property
    def key_hash(self) -> bytes:
        """First four bytes of SHA-256 of name, line feed, algorithm and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether this is the key's plain signature of the text; never true for a witness's key."""
        return self.algorithm == ED25519 and ed25519.verify(self.public, text, signature)

    def text(self) -> str:
        """The key as one line for people and policy files."""
        return f"{self.name}+{self.key_hash.hex()}+{encode_base64(bytes([self.algorithm]) + self.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """A public key from NAME+HASH+KEY; VerifyError for a bad name, hash, algorithm or key."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise VerifyError("not a verifier key", expected="NAME+HASH+KEY", found=text[:100])
    key = decode_base64(parts[2])
    if not key or key[0] not in (ED25519, COSIGNATURE):
        raise VerifyError("a verifier key has an unknown algorithm", found=text[:100])
    ed25519.screen_public(key[1:])
    return _named_key(parts[0], parts[1], key[1:], key[0], text)


@dataclass(frozen=True)
class NoteSigner:
    """A private key under its name."""

    name: str
    key: ed25519.SigningKey

    def __post_init__(self) -> None:
        need_name(self.name)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.key.public)


@dataclass(frozen=True)
class SignatureLine:
    """One line under a note: the name, the four bytes that find the key, and the signature."""

    name: str
    key_hash: bytes
    signature: bytes

    def text(self) -> bytes:
        """The line as it stands under a note, with its line feed."""
        return f"{_DASH}{self.name} {encode_base64(self.key_hash + self.signature)}\n".encode()


@dataclass(frozen=True)
class Note:
    """A note as read: nothing in it is verified yet. The text ends in a line feed."""

    text: bytes
    signatures: tuple[SignatureLine, ...]


def sign_note(text: bytes, signers: Sequence[NoteSigner]) -> bytes:
    """The bytes of a note over this text, one line per signer in the order given."""
    _need_text(text, None)
    lines = [SignatureLine(signer.name, signer.verifier.key_hash, signer.key.sign(text)).text() for signer in signers]
    return text + b"\n" + b"".join(lines)


def parse_note(data: bytes, file: str | None = None) -> Note:
    """Split a note into its text and signature lines; VerifyError where the form is not exactly that of a note."""
    if len(data) > LARGEST_NOTE:
        raise VerifyError("a note is too long", file=file, expected=f"up to {LARGEST_NOTE} bytes", found=str(len(data)))
    text, gap, tail = data.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n"):
        raise VerifyError("a note has no signature block", file=file, expected="text, empty line, signature lines")
    text += b"\n"
    _need_text(text, file)
    _need_text(tail, file)
    lines = tail.decode().split("\n")[:-1]
    if len(lines) > MOST_SIGNATURES:
        raise VerifyError("a note has too many signatures", file=file, expected=f"up to {MOST_SIGNATURES}")
    return Note(text, tuple(_signature_line(line, file) for line in lines))


def verify_note(note: Note, verifiers: Iterable[NoteVerifier], file: str | None = None) -> tuple[SignatureLine, ...]:
    """The lines of known keys, all of them verified; empty where no key is known, two where a key signed twice.

    Raises VerifyError when one line of a known key is wrong, whatever the others say, and when two of the known keys
    have the same name and hash (an ambiguity that only an attacker would build).
    """
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_hash), verifier) != verifier:
            raise VerifyError("two known keys share one name and hash", found=verifier.name)
    good: list[SignatureLine] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_hash))
        if key is None:
            continue
        if not key.verify(note.text, line.signature):
            raise VerifyError("a known key's signature is wrong", file=file, place=f"signature line of {line.name}")
        good.append(line)
    return tuple(good)


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding, the one spelling that is read."""
    return base64.b64encode(data).decode()


def decode_base64(text: str, *, file: str | None = None, place: str | None = None) -> bytes:
    """Bytes from standard base64 with padding; VerifyError for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or encode_base64(data) != text:
        raise VerifyError("not canonical base64", file=file, place=place, found=text[:100])
    return data


def need_name(name: str, file: str | None = None) -> None:
    """Raise VerifyError unless this can be the name of a key."""
    if not _NAME.fullmatch(name):
        raise VerifyError("not a key name", file=file, expected="no spaces, no plus sign", found=name[:100])


def _signature_line(line: str, file: str | None) -> SignatureLine:
    parts = line[len(_DASH) :].split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise VerifyError("not a signature line", file=file, expected="— NAME BASE64", found=line[:100])
    need_name(parts[0], file)
    signature = decode_base64(parts[1])
    if len(signature) < 5:
        raise VerifyError("a signature is too short", file=file, found=line[:100])
    return SignatureLine(parts[0], signature[:4], signature[4:])


def _named_key(name: str, key_hash: str, public: bytes, algorithm: int, shown: str) -> VerifierKey:
    need_name(name)
    key = VerifierKey(name, public, algorithm)
    if key.key_hash.hex() != key_hash:
        raise VerifyError("a key's hash is wrong", expected=key.key_hash.hex(), found=shown[:100])
    return key


def _need_text(text: bytes, file: str | None) -> None:
    try:
        letters = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerifyError("a note is not UTF-8", file=file, place=f"byte {error.start}") from None
    if not letters.endswith("\n") or any(letter < " " and letter != "\n" for letter in letters):
        raise VerifyError("a note has control characters or no final line feed", file=file)
