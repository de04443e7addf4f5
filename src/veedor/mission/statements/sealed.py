"""The format `payload/1`: private content for named recipients, beside the log (docs/formats/payloads.md).

    "veedor/payload/1" 0x00          17 bytes
    genesis                          32   digest of entry 0
    statement                        32   digest of the statement that this belongs to
    commitment                       32   commit(salt, "payload/1", SHA-256 of the content)
    length of author, author      1 + n   n from 1 to 24
    number of slots                   1   24, 48, … 240
    slots                        80 each  HPKE (RFC 9180, base mode): encapsulated key 32, wrapped content key 48
    content                               AES-256-GCM, nonce of 12 zero bytes, associated data: all of the above

Who can read is told inside, not outside: slots are as many whoever the recipients are, the rest are sealed to keys that
nobody has, and all stand in ascending order. A recipient tries each slot. The content under the cipher is salt (32),
length (8), content, zeros up to one of few lengths.

Both the commitment, and the key in its slot, bind a recipient to the same content as every other recipient: AES-GCM
alone would let an author craft one file that opens to different contents under different keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from veedor.errors import UsageError, VerifyError
from veedor.mission.statements.salts import LARGEST_OPENINGS, SALT_BYTES, Entropy, commit

MAGIC = b"veedor/payload/1\0"
PAYLOAD_DOMAIN = "payload/1"
KEY_DOMAIN = b"veedor/payload/1/key\0"
KEY_BYTES = 32
SLOT_BYTES = 80
SLOTS = 24
MOST_SLOTS = 240
LONGEST_AUTHOR = 24
TAG_BYTES = 16
LEAST_PADDED = 4096
LARGEST_CONTENT = LARGEST_OPENINGS + (1 << 20)
_FRONT_BYTES = SALT_BYTES + 8
_NONCE = bytes(12)
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True)
class Bound:
    """What everybody can read of a payload: digests in hex, and who wrote it."""

    genesis: str
    statement: str
    commitment: str
    author: str


@dataclass(frozen=True)
class Recipient:
    """A member and its mailbox key (32 bytes) to which the content key is wrapped."""

    party: str
    mailbox: bytes


@dataclass(frozen=True)
class SealedPayload:
    """A payload taken apart, nothing opened yet."""

    bound: Bound
    slots: tuple[bytes, ...]
    header: bytes
    sealed: bytes


@dataclass(frozen=True)
class OpenedPayload:
    """What a recipient gets: `content` is what the commitment in the header commits to, with `salt`."""

    salt: bytes
    content: bytes


def padded_length(length: int) -> int:
    """The length to which `length` bytes are padded: Padmé (Nikitin et al., PETS 2019), at least 4,096.

    At most 12 per cent longer; a length of n bits keeps its first log2(n) + 1 bits, so little is told by it.
    """
    if length <= LEAST_PADDED:
        return LEAST_PADDED
    exponent = length.bit_length() - 1
    low = (1 << (exponent - exponent.bit_length())) - 1
    return (length + low) & ~low


LARGEST_SEALED = (
    len(MAGIC) + 3 * 32 + 1 + LONGEST_AUTHOR + 1 + MOST_SLOTS * SLOT_BYTES
    + padded_length(_FRONT_BYTES + LARGEST_CONTENT) + TAG_BYTES
)  # fmt: skip


def statement_named(data: bytes) -> str | None:
    """The statement that a file with these first bytes belongs to; None for a file of another kind."""
    digests = data[len(MAGIC) : len(MAGIC) + 64]
    return digests[32:].hex() if data.startswith(MAGIC) and len(digests) == 64 else None


def commitment_to(salt: bytes, content: bytes) -> str:
    """The salted commitment (hex) that binds a payload's content."""
    return commit(salt, PAYLOAD_DOMAIN, hashlib.sha256(content).digest())


def seal_payload(bound: Bound, payload: OpenedPayload, recipients: Sequence[Recipient], entropy: Entropy) -> bytes:
    """The sealed bytes. UsageError for too long a content, no or too many recipients, or a mailbox that is none.

    The ephemeral keys of HPKE come from the library's own randomness, all else from `entropy`.
    """
    if bound.commitment != commitment_to(payload.salt, payload.content):
        raise ValueError("the commitment is not to this content")
    if len(payload.content) > LARGEST_CONTENT:
        raise UsageError(
            "this is too long for a private payload",
            expected=f"at most {LARGEST_CONTENT} bytes",
            found=f"{len(payload.content)} bytes",
        )
    if not 0 < len(recipients) <= MOST_SLOTS:
        raise UsageError("a payload needs 1 to 240 recipients", found=str(len(recipients)))
    number = -(-len(recipients) // SLOTS) * SLOTS
    key = entropy(KEY_BYTES)
    slots = [_wrap(key, bound, each) for each in recipients]
    while len(slots) < number:
        nobody = X25519PrivateKey.from_private_bytes(entropy(KEY_BYTES)).public_key().public_bytes_raw()
        slots.append(_wrap(entropy(KEY_BYTES), bound, Recipient(bound.author, nobody)))
    header = _front(bound) + bytes([number]) + b"".join(sorted(slots))
    front = payload.salt + len(payload.content).to_bytes(8, "big") + payload.content
    return header + AESGCM(key).encrypt(_NONCE, front.ljust(padded_length(len(front)), b"\0"), header)


def parse_payload(data: bytes, file: str) -> SealedPayload:
    """The parts of a sealed payload; VerifyError, naming `file`, for anything that `seal_payload` cannot write."""
    if len(data) > LARGEST_SEALED:
        raise VerifyError("a payload is too long", file=file, expected=f"at most {LARGEST_SEALED} bytes")
    at = len(MAGIC) + 3 * 32
    if data[: len(MAGIC)] != MAGIC or len(data) <= at:
        raise VerifyError("this is not a payload", file=file, expected="payload/1", found=repr(data[: len(MAGIC)]))
    end = at + 1 + data[at]
    author, number = data[at + 1 : end], data[end : end + 1]
    if not 0 < len(author) <= LONGEST_AUTHOR or not author.isascii() or not number or len(author) != data[at]:
        raise VerifyError("a payload names no author", file=file, place=f"byte {at}")
    if number[0] % SLOTS or not 0 < number[0] <= MOST_SLOTS:
        raise VerifyError("a payload has no such number of slots", file=file, place=f"byte {end}", found=str(number[0]))
    first, last = end + 1, end + 1 + number[0] * SLOT_BYTES
    slots = tuple(data[place : place + SLOT_BYTES] for place in range(first, last, SLOT_BYTES))
    if list(slots) != sorted(set(slots)):
        raise VerifyError("the slots of a payload are not in order", file=file, place=f"byte {first}")
    length = len(data) - last - TAG_BYTES
    if length < LEAST_PADDED or padded_length(length) != length:
        raise VerifyError("a payload is not of a padded length", file=file, found=f"{len(data)} bytes")
    genesis, statement, commitment = (data[place : place + 32].hex() for place in range(len(MAGIC), at, 32))
    bound = Bound(genesis, statement, commitment, author.decode())
    return SealedPayload(bound, slots, data[:last], data[last:])


def open_payload(
    sealed: SealedPayload, party: str, keys: Iterable[X25519PrivateKey], file: str
) -> OpenedPayload | None:
    """The content, for the holder of these mailbox keys; None where no slot is for it.

    VerifyError where a slot opens but the content does not, or is not what the header commits to: then its author lies.
    """
    key = _unwrapped(sealed, party, keys)
    if key is None:
        return None
    try:
        plain = AESGCM(key).decrypt(_NONCE, sealed.sealed, sealed.header)
    except (InvalidTag, ValueError):
        raise VerifyError(
            "a payload was changed, or its author sealed it badly",
            file=file,
            next_step=f"get the file again; if it is the same there, ask {sealed.bound.author}",
        ) from None
    length = int.from_bytes(plain[SALT_BYTES:_FRONT_BYTES], "big")
    end = _FRONT_BYTES + length
    if padded_length(end) != len(plain) or plain.count(0, end) != len(plain) - end:
        raise VerifyError("a payload is padded wrongly", file=file, found=f"content of {length} bytes")
    opened = OpenedPayload(plain[:SALT_BYTES], plain[_FRONT_BYTES:end])
    found = commitment_to(opened.salt, opened.content)
    if found != sealed.bound.commitment:
        raise VerifyError(
            "a payload holds something else than its header commits to",
            file=file,
            expected=sealed.bound.commitment,
            found=found,
        )
    return opened


def _unwrapped(sealed: SealedPayload, party: str, keys: Iterable[X25519PrivateKey]) -> bytes | None:
    for private in keys:
        info = _info(sealed.bound, Recipient(party, private.public_key().public_bytes_raw()))
        for slot in sealed.slots:
            try:
                return _SUITE.decrypt(slot, private, info)
            except (InvalidTag, ValueError):
                continue
    return None


def _wrap(key: bytes, bound: Bound, recipient: Recipient) -> bytes:
    try:
        public = X25519PublicKey.from_public_bytes(recipient.mailbox)
        return _SUITE.encrypt(key, public, _info(bound, recipient))
    except ValueError:
        raise UsageError(
            "nothing can be sealed to this mailbox key",
            place=recipient.party,
            found=recipient.mailbox.hex(),
            next_step=f"ask {recipient.party} for a new mailbox key",
        ) from None


def _info(bound: Bound, recipient: Recipient) -> bytes:
    return KEY_DOMAIN + _front(bound) + _sized(recipient.party) + recipient.mailbox


def _front(bound: Bound) -> bytes:
    digests = bytes.fromhex(bound.genesis + bound.statement + bound.commitment)
    return MAGIC + digests + _sized(bound.author)


def _sized(name: str) -> bytes:
    return bytes([len(name)]) + name.encode()
