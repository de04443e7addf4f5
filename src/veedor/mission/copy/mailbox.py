"""A member's mailbox keys: X25519, made fresh, each in its own encrypted file; old ones are kept to open old payloads.

A `mailbox-key/1` file is made like a `key/1` file (keys.py): party and public key in the clear and authenticated, the
32-byte private key under AES-256-GCM with a key that scrypt makes from the passphrase.

What a thief gains with one and its passphrase: reads every payload that was ever sealed to it. A new mailbox protects
only what is sealed from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from veedor.errors import StoreError, UsageError
from veedor.log_folder.files import Files, commit_new, make_folders
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.keys import Entropy, Locked, Work, lock, unlock
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.vocabulary import Hex32, PartyId

PRIVATE_BYTES = 32
_LARGEST_FILE = 1 << 14


class MailboxKeyFile(Body, frozen=True):
    """A mailbox key file as written."""

    schema: Literal["mailbox-key/1"]
    party: PartyId
    public: Hex32
    work: Work
    salt: str
    nonce: str
    sealed: str


@dataclass(frozen=True)
class MailboxKey:
    """An unlocked mailbox key. Its repr shows no secret."""

    party: str
    private: X25519PrivateKey

    @property
    def public(self) -> str:
        """What `mailbox/1` publishes (hex)."""
        return self.private.public_key().public_bytes_raw().hex()


def new_mailbox_key(party: str, entropy: Entropy) -> MailboxKey:
    """A fresh key. `entropy(n)` gives n random bytes."""
    return MailboxKey(party, X25519PrivateKey.from_private_bytes(entropy(PRIVATE_BYTES)))


def seal_mailbox_key(key: MailboxKey, passphrase: bytes, entropy: Entropy, work: Work) -> bytes:
    """The bytes of the key's file, its private half encrypted under the passphrase."""
    locked = lock(key.private.private_bytes_raw(), _clear(key.party, key.public), passphrase, entropy, work)
    file = MailboxKeyFile("mailbox-key/1", key.party, key.public, work, *locked)
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def open_mailbox_key(data: bytes, passphrase: bytes, file: Path) -> MailboxKey:
    """The unlocked key; UsageError for a wrong passphrase, StoreError for a file that is no mailbox key file."""
    try:
        held = msgspec.json.decode(data, type=MailboxKeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StoreError(
            "this is not a mailbox key file", file=str(file), expected="mailbox-key/1", found=str(error)
        ) from None
    locked = Locked(held.salt, held.nonce, held.sealed)
    secret = unlock(locked, _clear(held.party, held.public), passphrase, held.work, file)
    if len(secret) != PRIVATE_BYTES:
        raise StoreError("this is not a mailbox key file", file=str(file), expected=f"{PRIVATE_BYTES} secret bytes")
    key = MailboxKey(held.party, X25519PrivateKey.from_private_bytes(secret))
    if key.public != held.public:
        raise StoreError("the key does not fit its public half", file=str(file), expected=held.public, found=key.public)
    return key


def store_mailbox_key(
    files: Files, folder: Folder, key: MailboxKey, passphrase: bytes, entropy: Entropy, work: Work
) -> Path:
    """Write a mailbox key beside the older ones, durable on return and readable by the owner only.

    Publish `mailbox/1` only after this: what is sealed to a key that nobody kept is lost.
    """
    place = folder.mailboxes(key.party)
    make_folders(files, place)
    place.chmod(0o700)
    file = place / f"{key.public}.json"
    # Whole or not at all: half a file under this name would keep all the others from being read.
    commit_new(files, file, seal_mailbox_key(key, passphrase, entropy, work))
    file.chmod(0o600)
    return file


def load_mailbox_keys(files: Files, folder: Folder, party: str, passphrase: bytes) -> tuple[MailboxKey, ...]:
    """Every mailbox key of the party that this folder holds, in order of the public key; none where it holds none."""
    place, found = folder.mailboxes(party), []
    for name in files.list(place):
        if not name.endswith(".json"):
            continue  # a temporary file that a crash left
        key = open_mailbox_key(files.read(place / name, _LARGEST_FILE), passphrase, place / name)
        if (key.party, f"{key.public}.json") != (party, name):
            raise UsageError(
                "a mailbox key lies under another's name",
                file=str(place / name),
                expected=f"{party}, {name}",
                found=f"{key.party}, {key.public}.json",
            )
        found.append(key)
    return tuple(found)


def _clear(party: str, public: str) -> bytes:
    return f"veedor/mailbox-key/1\0{party}\0{public}".encode()
