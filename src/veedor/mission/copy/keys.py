"""A member's private keys: one Ed25519 key per role or device, always fresh, each in its own encrypted file, mode 0600.

A key file is JSON: role, party and public key in the clear, the 32-byte seed under AES-256-GCM with a key that scrypt
makes from the passphrase. The clear part is authenticated with the seed, so no file can pass for another's role.

What a thief gains with one key and its passphrase: `statement`: speak for the party until it is revoked; `witness`:
say that heads are consistent; `log`: sign heads while its party appends (witnesses see a fork); `recovery`: replace
the others, so keep it elsewhere.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from veedor.errors import StoreError, UsageError
from veedor.log.ed25519 import SEED_BYTES, SigningKey
from veedor.mission.state.genesis import possession_message
from veedor.mission.statements.bodies import Body, Keys, Member, Possession
from veedor.mission.statements.vocabulary import KEY_ROLES, Hex32, KeyRole, MemberRole, PartyId

Entropy = Callable[[int], bytes]
_WORK_LIMIT = 2**20


class Work(Body, frozen=True):
    """Cost of scrypt: memory is 128 * n * r bytes. The default takes about a tenth of a second and 32 MiB."""

    n: Annotated[int, msgspec.Meta(ge=2, le=_WORK_LIMIT)] = 2**15
    r: Annotated[int, msgspec.Meta(ge=1, le=8)] = 8
    p: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1


KeyUse = KeyRole | Literal["browser", "device", "authority"]


class Locked(NamedTuple):
    """A secret under a passphrase, as it stands in a file: base64."""

    salt: str
    nonce: str
    sealed: str


class KeyFile(Body, frozen=True):
    """A key file as written."""

    schema: Literal["key/1"]
    party: PartyId
    role: KeyUse
    public: Hex32
    work: Work
    salt: str
    nonce: str
    sealed: str


@dataclass(frozen=True)
class Key:
    """An unlocked private key. Its repr shows no secret."""

    party: str
    role: KeyUse
    signing: SigningKey

    @property
    def public(self) -> str:
        return self.signing.public.hex()


def new_keys(party: str, entropy: Entropy) -> Mapping[KeyRole, Key]:
    """Fresh keys for every role. `entropy(n)` gives n random bytes."""
    return {role: Key(party, role, SigningKey(entropy(SEED_BYTES))) for role in KEY_ROLES}


def new_key(party: str, role: KeyUse, entropy: Entropy) -> Key:
    """One fresh key."""
    return Key(party, role, SigningKey(entropy(SEED_BYTES)))


def public_half(data: bytes, file: Path) -> tuple[str, KeyUse, str]:
    """Party, use and public key (hex) as a key file claims them; nothing is decrypted. StoreError for no key file."""
    held = _read(data, file)
    return held.party, held.role, held.public


def public_keys(keys: Mapping[KeyRole, Key]) -> Keys:
    return Keys(**{role: keys[role].public for role in KEY_ROLES})


def new_member(origin: str, party: str, role: MemberRole, keys: Mapping[KeyRole, Key]) -> Member:
    """A member's part of a genesis or of a join, with proofs made by its keys."""
    proofs = {
        name: key.signing.sign(possession_message(origin, party, role, name, key.public)).hex()
        for name, key in keys.items()
    }
    return Member(party, role, public_keys(keys), Possession(**proofs))


def seal_key(key: Key, passphrase: bytes, entropy: Entropy, work: Work) -> bytes:
    """The bytes of the key's file, its seed encrypted under the passphrase."""
    locked = lock(key.signing.seed(), _clear(key.party, key.role, key.public), passphrase, entropy, work)
    file = KeyFile(
        "key/1",
        key.party,
        key.role,
        key.public,
        work,
        *locked,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def open_key(data: bytes, passphrase: bytes, file: Path) -> Key:
    """The unlocked key; UsageError for a wrong passphrase, StoreError for a file that is no key file."""
    held = _read(data, file)
    locked = Locked(held.salt, held.nonce, held.sealed)
    seed = unlock(locked, _clear(held.party, held.role, held.public), passphrase, held.work, file)
    key = Key(held.party, held.role, SigningKey(seed))
    if key.public != held.public:
        raise StoreError("the key does not fit its public half", file=str(file), expected=held.public, found=key.public)
    return key


def lock(secret: bytes, clear: bytes, passphrase: bytes, entropy: Entropy, work: Work) -> Locked:
    """`secret` under the passphrase, bound to the clear part of its file."""
    salt, nonce = entropy(16), entropy(12)
    sealed = AESGCM(_derive(passphrase, salt, work)).encrypt(nonce, secret, clear)
    return Locked(*(base64.b64encode(part).decode() for part in (salt, nonce, sealed)))


def unlock(locked: Locked, clear: bytes, passphrase: bytes, work: Work, file: Path) -> bytes:
    """The secret; UsageError for a wrong passphrase or a changed file, StoreError for what `lock` never writes."""
    try:
        salt, nonce, sealed = (base64.b64decode(part, validate=True) for part in locked)
    except ValueError as error:
        raise StoreError("this is not a key file", file=str(file), expected="base64", found=str(error)) from None
    if len(nonce) != 12 or work.n & (work.n - 1):
        raise StoreError("this is not a key file", file=str(file), expected="a 12-byte nonce and n a power of two")
    try:
        return AESGCM(_derive(passphrase, salt, work)).decrypt(nonce, sealed, clear)
    except InvalidTag:
        raise UsageError(
            "the passphrase does not open this key, or the file was changed",
            file=str(file),
            next_step="check the passphrase file; if it is right, take the key file from your backup",
        ) from None


def _read(data: bytes, file: Path) -> KeyFile:
    try:
        return msgspec.json.decode(data, type=KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StoreError("this is not a key file", file=str(file), expected="key/1", found=str(error)) from None


def _derive(passphrase: bytes, salt: bytes, work: Work) -> bytes:
    return Scrypt(salt=salt, length=32, n=work.n, r=work.r, p=work.p).derive(passphrase)


def _clear(party: str, role: str, public: str) -> bytes:
    return f"veedor/key/1\0{party}\0{role}\0{public}".encode()
