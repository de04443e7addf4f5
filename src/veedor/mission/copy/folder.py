"""The mission folder: what lies where (DESIGN section 4), making one, opening one, and where the head record lives."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from veedor.errors import UsageError
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.mission.copy.keys import Key, Work, open_key, seal_key
from veedor.mission.copy.parameters import SHIPPED, MissionParameters, load_parameters
from veedor.mission.copy.settings import Settings, default_settings, load_settings
from veedor.mission.statements.salts import Entropy
from veedor.mission.statements.vocabulary import KeyRole

STATE_VARIABLE = "VEEDOR_STATE"
DRAFT_NAME = "genesis.draft.json"


@dataclass(frozen=True)
class Folder:
    """The paths of one mission folder; nothing is read or written by naming them."""

    path: Path

    @property
    def settings_file(self) -> Path:
        return self.path / "mission.toml"

    @property
    def parameters_file(self) -> Path:
        return self.path / "parameters.toml"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def outbox(self) -> Path:
        return self.path / "outbox"

    @property
    def deposits(self) -> Path:
        return self.path / "deposits"

    @property
    def payloads(self) -> Path:
        """Private payloads by digest, whoever they are for: they are exchanged like deposits."""
        return self.path / "payloads"

    @property
    def accords(self) -> Path:
        """Versions of accords by digest, as canonical JSON: what `sign_accord` and `adopt` name."""
        return self.path / "accords"

    @property
    def evidence(self) -> Path:
        """Signed heads that contradict each other, for anybody to check."""
        return self.path / "evidence"

    @property
    def documents(self) -> Path:
        """Attested documents this copy may read, by digest of the statement; private, never in an export."""
        return self.keys / "documents"

    @property
    def registers(self) -> Path:
        return self.path / "registers"

    @property
    def records(self) -> Path:
        return self.path / "records"

    @property
    def findings(self) -> Path:
        return self.path / "findings"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def openings(self) -> Path:
        """Openings of salted commitments, one file per statement; private like the keys, never in an export."""
        return self.keys / "openings"

    @property
    def reports(self) -> Path:
        """What was rejected at each hand-in, with its bytes; private to whoever handed in."""
        return self.path / "reports"

    @property
    def draft(self) -> Path:
        """Working copy of the draft genesis, until the log exists."""
        return self.path / DRAFT_NAME

    @property
    def promise(self) -> Path:
        """What this party agreed to when it joined: its part and the terms it saw."""
        return self.keys / "promise.json"

    @property
    def started(self) -> bool:
        """Whether the log has been created."""
        return (self.log / "checkpoint").exists()

    def mailboxes(self, party: str) -> Path:
        """The party's mailbox keys, every one it ever had: what was sealed to an old one must stay readable."""
        return self.keys / party / "mailbox"

    def key_file(self, party: str, role: KeyRole) -> Path:
        return self.keys / party / f"{role}.json"

    def new_keys(self, party: str) -> Path:
        """Keys that were made and are not in force in the log yet, by their public half."""
        return self.keys / party / "new"

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.settings_file)

    @cached_property
    def parameters(self) -> MissionParameters:
        """What detectors are set to; the shipped defaults where there is no file."""
        if not self.parameters_file.is_file():
            return SHIPPED
        return load_parameters(self.parameters_file)

    @property
    def parties(self) -> tuple[str, ...]:
        """The members whose private keys lie in this folder: one, but for simulated missions."""
        if not self.keys.is_dir():
            return ()
        return tuple(sorted(item.name for item in self.keys.iterdir() if (item / "statement.json").is_file()))


def make_mission_folder(files: Files, path: Path, name: str, party: str) -> Folder:
    """A new mission folder with its settings; refuses a folder that already holds a mission."""
    folder = Folder(path)
    need_no_mission(folder)
    make_folders(files, path.absolute())
    for part in (folder.outbox, folder.deposits, folder.registers, folder.records, folder.findings, folder.keys):
        files.make_folder(part)
    folder.keys.chmod(0o700)
    files.sync_folder(path)
    write_durable(files, folder.settings_file, default_settings(name, party).encode())
    return folder


def need_no_mission(folder: Folder) -> None:
    """UsageError where a mission, or anything else, already lies in the folder."""
    if folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise UsageError(
            "this folder is not empty; a mission is made once, in a folder of its own",
            file=str(folder.path),
            expected="no such folder, or an empty one",
            next_step="name another folder",
        )


def open_folder(path: Path) -> Folder:
    """The mission in `path`; UsageError where there is none."""
    folder = Folder(path)
    if not folder.settings_file.is_file():
        raise UsageError(
            "there is no mission here",
            file=str(path),
            expected="a folder with mission.toml",
            next_step="name the mission folder, or make one with `veedor init`",
        )
    return folder


def store_keys(
    files: Files, folder: Folder, keys: Mapping[KeyRole, Key], passphrase: bytes, entropy: Entropy, work: Work
) -> None:
    """Write a member's keys, each encrypted, readable by the owner only. Existing key files are never overwritten."""
    for role, key in keys.items():
        file = folder.key_file(key.party, role)
        make_folders(files, file.parent)
        file.parent.chmod(0o700)
        files.create(file, seal_key(key, passphrase, entropy, work))
        file.chmod(0o600)
    for place in {folder.key_file(key.party, role).parent for role, key in keys.items()}:
        files.sync_folder(place)


def load_key(folder: Folder, party: str, role: KeyRole, passphrase: bytes) -> Key:
    """One private key, unlocked; UsageError where this folder does not hold it."""
    file = folder.key_file(party, role)
    if not file.is_file():
        raise UsageError(
            f"the {role} key of {party} is not in this folder",
            file=str(file),
            next_step="work in that party's own copy of the mission",
        )
    key = open_key(file.read_bytes(), passphrase, file)
    if (key.party, key.role) != (party, role):
        raise UsageError(
            "a key file lies under another's name",
            file=str(file),
            expected=f"{party} {role}",
            found=f"{key.party} {key.role}",
        )
    return key


def state_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where head records live: `$VEEDOR_STATE`, else the user's state folder. Outside missions and their backups, so
    that a restored backup of a mission is noticed."""
    given = environment.get(STATE_VARIABLE)
    if given:
        return Path(given)
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "veedor"
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "veedor"
    state = environment.get("XDG_STATE_HOME")
    return (Path(state) if state else home / ".local" / "state") / "veedor"
