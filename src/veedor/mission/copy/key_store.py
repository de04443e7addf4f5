"""Where a copy keeps its members' private keys while they change: the key in force, and the new one that follows it.

    keys/PARTY/ROLE.json           the key in force when this copy last looked
    keys/PARTY/new/PUBLIC.json     a key that was made; the statement that brings it in force may still wait

Order of a change, each step durable before the next: the new key is written, its statement is published, and only when
the *log* holds that statement does the new file take the place of the old one (`settle`), which is gone then. At every
moment the key that the log knows is in one of the two places, so a crash anywhere costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError
from veedor.log_folder.files import Files, commit_new, make_folders, write_durable
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.keys import Entropy, Key, KeyUse, Work, open_key, public_half, seal_key
from veedor.mission.state.roles import Roster
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole

LARGEST_KEY_FILE = 1 << 14


@dataclass(frozen=True)
class HeldKey:
    """A key file of this copy; only its clear part was read."""

    file: Path
    party: str
    role: KeyUse
    public: str


def write_key(files: Files, file: Path, key: Key, passphrase: bytes, entropy: Entropy, work: Work) -> None:
    """A new encrypted key file, readable by the owner only, whole and durable on return. Never replaces a file."""
    make_folders(files, file.parent.absolute())
    commit_new(files, file, seal_key(key, passphrase, entropy, work))
    file.chmod(0o600)


def keep_new(files: Files, folder: Folder, key: Key, passphrase: bytes, entropy: Entropy, work: Work) -> None:
    """Keep a key that is to replace one; durable before anybody is told of it."""
    place = folder.new_keys(key.party)
    make_folders(files, place.absolute())
    for each in (place.parent, place):
        each.chmod(0o700)
    write_key(files, place / f"{key.public}.json", key, passphrase, entropy, work)


def find_key(folder: Folder, party: str, role: KeyRole, public: str, passphrase: bytes) -> Key:
    """The private key (unlocked) that belongs to `public`; UsageError where this folder does not hold it."""
    file = find_key_file(folder, party, role, public)
    return open_key(file.read_bytes(), passphrase, file)


def find_key_file(folder: Folder, party: str, role: KeyRole, public: str) -> Path:
    """The file of the private key that belongs to `public`, by its clear part; UsageError where there is none."""
    file, new = folder.key_file(party, role), folder.new_keys(party) / f"{public}.json"
    for each in (file, new):
        if each.is_file() and _public(each) == (party, role, public):
            return each
    there = " ".join(_public(file)) if file.is_file() else None
    raise UsageError(
        f"the {role} key of {party} that the log has is not in this folder",
        file=str(file),
        expected=public,
        found=there,
        next_step="work in that party's own copy of the mission; if it is this one, its key was replaced elsewhere: "
        "docs/operating.md says what to do about a theft",
    )


def settle(files: Files, folder: Folder, roster: Roster) -> tuple[HeldKey, ...]:
    """Let new keys that the log has brought in force take the place of the old ones, which are destroyed by that.

    `roster` is that of the log itself, never of what still waits. Returns what changed places. Safe to repeat.
    """
    changed = []
    # A member whose keys are all lost has only new ones here, and is not among `folder.parties` yet.
    for party in sorted(set(files.list(folder.keys)) & roster.members.keys()):
        for role in KEY_ROLES:
            public: str = getattr(roster.members[party].keys, role)
            new, place = folder.new_keys(party) / f"{public}.json", folder.key_file(party, role)
            if not files.exists(new):
                continue
            data = files.read(new, LARGEST_KEY_FILE)
            if public_half(data, new) != (party, role, public):
                continue
            write_durable(files, place, data)
            place.chmod(0o600)
            files.remove(new)
            files.sync_folder(new.parent)
            changed.append(HeldKey(place, party, role, public))
    return tuple(changed)


def new_keys_of(files: Files, folder: Folder, party: str) -> Iterator[HeldKey]:
    """The keys of a party that were made and did not take their place yet."""
    place = folder.new_keys(party)
    for name in files.list(place):
        if name.endswith(".json"):
            file = place / name
            yield HeldKey(file, *public_half(files.read(file, LARGEST_KEY_FILE), file))


def _public(file: Path) -> tuple[str, KeyUse, str]:
    return public_half(file.read_bytes(), file)
