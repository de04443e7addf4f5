"""Salted commitments: what binds a private value in public, and the private file that can open it later.

commitment = SHA-256("veedor/commitment/1" 0x00, u32 length of domain, domain, 32-byte salt, value)

A salt has 256 random bits and is used once, so that nobody can try out likely values against the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from veedor.errors import VerifyError
from veedor.log.tree import leaf_hash, root_of
from veedor.mission.statements.bodies import Body

SALT_BYTES = 32
# The details of a deposit of several hundred thousand files; an openings file is read whole.
LARGEST_OPENINGS = 1 << 27
Share = Literal["everybody", "nobody"]
Entropy = Callable[[int], bytes]


class Opening(Body, frozen=True):
    """What opens one commitment: its domain, salt and value (hex)."""

    commitment: str
    domain: str
    salt: str
    value: str


class Openings(Body, frozen=True):
    """The private side of one statement. `share` says whether its salts go to all parties (`common` runs)."""

    schema: Literal["openings/1"]
    statement: str
    share: Share
    openings: tuple[Opening, ...]


def commit(salt: bytes, domain: str, value: bytes) -> str:
    """The commitment (hex) to `value` under a 32-byte `salt`; `domain` says what kind of value it is."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    name = domain.encode()
    return hashlib.sha256(b"veedor/commitment/1\0" + len(name).to_bytes(4, "big") + name + salt + value).hexdigest()


class Private:
    """Collects the openings of the statement that is being made. `entropy(n)` gives n random bytes."""

    def __init__(self, entropy: Entropy, share: Share = "nobody") -> None:
        self._entropy = entropy
        self._openings: list[Opening] = []
        self.share: Share = share

    def commit(self, domain: str, value: bytes) -> str:
        """A commitment to `value` under a fresh salt; the opening is kept for the private file."""
        return self.keep(self._entropy(SALT_BYTES), domain, value)

    def keep(self, salt: bytes, domain: str, value: bytes) -> str:
        """A commitment under a salt that was drawn for this value already."""
        made = commit(salt, domain, value)
        self._openings.append(Opening(made, domain, salt.hex(), value.hex()))
        return made

    def openings(self, statement: str) -> Openings:
        return Openings("openings/1", statement, self.share, tuple(self._openings))


def inputs_root(commitments: Iterable[str]) -> str:
    """The RFC 6962 root (hex) over salted commitments (hex) in ascending order: `Inputs.root` of a run."""
    return root_of([leaf_hash(bytes.fromhex(item)) for item in sorted(commitments)]).hex()


def check_opening(opening: Opening) -> bytes:
    """The committed value, after recomputing the commitment; VerifyError when it does not open."""
    try:
        salt, value = bytes.fromhex(opening.salt), bytes.fromhex(opening.value)
        found = commit(salt, opening.domain, value)
    except ValueError as error:
        raise VerifyError("an opening is not hex", place=opening.domain[:80], found=str(error)) from None
    if found != opening.commitment:
        raise VerifyError("a commitment does not open", place=opening.domain, expected=opening.commitment, found=found)
    return value


def encode_openings(openings: Openings) -> bytes:
    return msgspec.json.format(msgspec.json.encode(openings), indent=1) + b"\n"


def decode_openings(data: bytes, file: str) -> Openings:
    try:
        return msgspec.json.decode(data, type=Openings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise VerifyError(
            "the file of openings cannot be read", file=file, expected="openings/1", found=str(error)
        ) from None
