"""A mission in which a party gave a key to a phone: the phone's copy holds the log and that key, no other."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.mission.copies import means_of, opened, synced, three_copies
from tests.mission.stage import CHEAP, NOON_US
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts import change_keys
from veedor.mission.acts.looks import look
from veedor.mission.copy.append import Mission, Published, open_mission
from veedor.mission.copy.means import Means
from veedor.mission.exchange.share import share
from veedor.mission.rows.state import read_state
from veedor.mission.statements.access import DelegatedType

DEVICE_PASSPHRASE = b"only on the phone"
LATER_US = 2 * NOON_US


def looks(mission: Mission, owner: str = "qa") -> Published:
    return look(mission, owner, "entries", "case", 3, "payments of 0102-5555", NOON_US)


class Stage:
    """Copies of ve (who appends), co and qa, and a phone of co or ve with the log and a delegated key, no other."""

    def __init__(self, path: Path, party: str, scope: Sequence[DelegatedType] = ("attest", "look", "receipt")) -> None:
        self.path, self.party = three_copies(path), party
        self.key = path / "phone.json"
        with opened(path, party) as mission:
            change_keys.delegate(mission, "device", tuple(scope), LATER_US, self.key, DEVICE_PASSPHRASE, NOON_US)
        self.carry(party, "ve")
        self.append()
        phone = path / "phone"
        phone.mkdir()
        shutil.copytree(path / "ve/log", phone / "log")
        shutil.copy(path / party / "mission.toml", phone)

    def means(self) -> Means:
        given = means_of(self.path, "phone")
        return Means(given.files, given.state_folder, given.entropy, DEVICE_PASSPHRASE, CHEAP)

    def phone(self, place: str = "phone"):
        return open_mission(self.path / place, self.means(), self.party, device_key=self.key)

    def carry(self, giver: str, taker: str) -> None:
        stick = self.path / f"stick-of-{giver}"
        with open_mission(self.path / giver, self.means()) as mission, mission.alone():
            share(mission, stick)
        synced(self.path, taker, stick)

    def append(self) -> None:
        with opened(self.path, "ve") as mission:
            mission.append_all()

    def chain(self, copy: str = "ve") -> list[str]:
        return [link.urn.split(":")[2] for link in read_state(self.path / copy, DiskFiles()).chains.get(self.party, ())]
