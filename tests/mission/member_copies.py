"""Copies of one mission on several machines, for tests of what goes between members."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.mission.stage import CHEAP, NOON_US, PASSPHRASE, Counted, means
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.mailbox import MailboxKey, new_mailbox_key, store_mailbox_key
from veedor.mission.copy.means import Means
from veedor.mission.statements.access import Mailbox
from veedor.mission.statements.types import MAILBOX


def give_mailbox(folder: Path, given: Means, party: str, seed: str = "") -> MailboxKey:
    """A new mailbox of `party`, kept in the folder and published."""
    entropy = Counted(f"mailbox of {party} {seed}")
    with open_mission(folder, given, party) as mission:
        key = new_mailbox_key(party, entropy)
        store_mailbox_key(mission.files, mission.folder, key, PASSPHRASE, entropy, CHEAP)
        mission.publish(MAILBOX, Mailbox(key.public), NOON_US)
    return key


def copy_for(party: str, whole: Path, place: Path) -> Path:
    """The copy of one member: log, payloads and its own keys, nothing private of the others."""
    place.mkdir(parents=True)
    for part in ("log", "payloads", f"keys/{party}"):
        if (whole / part).exists():
            shutil.copytree(whole / part, place / part)
    settings = (whole / "mission.toml").read_text(encoding="utf-8")
    own = Folder(whole).settings.mission.party
    (place / "mission.toml").write_text(settings.replace(f'party = "{own}"', f'party = "{party}"'), encoding="utf-8")
    return place


def as_member(party: str, place: Path) -> Mission:
    """That copy, opened; it has everything it needs to read what is for its member."""
    with open_mission(place, means(place.parent, f"machine of {party}")) as mission:
        return mission
