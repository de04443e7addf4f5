"""Thirty days of a mission with its witnesses as processes of their own: whichever party stops its witness on day 1,
every deadline falls on its day by log time, heads are not agreed until it is back, and its silence has an age."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mission.log_in_memory import DAY_S, START_S
from tests.mission.speaking import Author
from tests.mission.stage import DAY_US, NOON_US, Counted, a_deposit, found, means
from tests.mission.test_sealing import address, sealed, store_of, witness_of
from tests.witness.witnesses import Running, running
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.keys import new_keys
from veedor.mission.copy.outbox import Outbox
from veedor.mission.rows.time import WitnessRow, time_and_authority
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS, deposits_of
from veedor.mission.state.seals import passed, seals_of
from veedor.mission.statements.access import Delegate
from veedor.mission.statements.acts import Look
from veedor.mission.statements.bodies import Handling
from veedor.mission.statements.types import DELEGATE, DEPOSIT, LOOK
from veedor.mission.verification.verify import verify

ALL = ("co", "qa", "ve")
MINUTE_S = 60
DELEGATED_DAY, RETAINED_DAY, LAST_DAY = 12, 20, 30


def test_eleven_minutes_of_one_witness_are_shown_and_move_nothing(tmp_path: Path) -> None:
    with thirty_days(tmp_path) as days:
        days.at(0, qa=11 * MINUTE_S)
        (sealed_first,) = seals_of(days.mission.state).sealed
    assert sealed_first.time_s == START_S + 2
    found = [row for row in time_and_authority(days.mission.state) if isinstance(row, WitnessRow)]
    assert [(row.party, row.discrepancies) for row in found] == [("co", 0), ("qa", 1), ("ve", 0)]


@pytest.mark.long
@pytest.mark.parametrize("stopped", ["co", "ve"])
def test_whichever_party_stops_its_witness_every_deadline_falls_on_its_day(tmp_path: Path, stopped: str) -> None:
    path = tmp_path / "mission"
    with thirty_days(tmp_path) as days:
        device = days.delegates("co", NOON_US + DELEGATED_DAY * DAY_US)
        days.hands_in(1, retain_until_us=NOON_US + RETAINED_DAY * DAY_US)
        days.at(0)
        days.stop(stopped)
        fell: dict[str, int] = {}
        for day in range(1, LAST_DAY + 1):
            days.at(day)
            state = days.mission.state
            deadlines = {
                "retention": passed(state, deposits_of(state)[0].body.handling.retain_until_us),
                "date": passed(state, NOON_US + LAST_DAY * DAY_US),
                "delegation": None if days.looks("co", device) else seals_of(state).last,
            }
            for name, seal in deadlines.items():
                if seal is not None:
                    fell.setdefault(name, (seal.time_s - START_S) // DAY_S)
            assert verify(path, DiskFiles(), state.genesis_digest).verdict == "not agreed"
        assert fell == {"delegation": DELEGATED_DAY, "retention": RETAINED_DAY, "date": LAST_DAY}
        (silent,) = [
            row for row in time_and_authority(days.mission.state) if isinstance(row, WitnessRow) and row.silent_s
        ]
        assert (silent.party, silent.silent_s) == (stopped, (LAST_DAY - 1) * DAY_S)
        days.start(stopped)
        days.at(LAST_DAY + 1)
        assert verify(path, DiskFiles(), days.mission.state.genesis_digest).verdict == "verified"


class Days:
    """A mission whose days a test turns. The clock of each member's witness is a file."""

    def __init__(self, tmp: Path, mission: Mission) -> None:
        self.mission = mission
        self._tmp = tmp
        self._running: dict[str, Running] = {}
        self._stacks: dict[str, contextlib.ExitStack] = {}

    def start(self, party: str) -> None:
        self._stacks[party] = stack = contextlib.ExitStack()
        folder, clock = self._tmp / f"witness-{party}", self._clock(party)
        clock.write_text(str(START_S))
        self._running[party] = stack.enter_context(running(folder, witness_of(self._tmp / "mission", party), clock))

    def stop(self, party: str) -> None:
        del self._running[party]
        self._stacks.pop(party).close()

    def at(self, day: int, **off_s: int) -> None:
        """Noon of a day and a few seconds, on every clock that is right: the appender seals."""
        for number, party in enumerate(ALL):
            self._clock(party).write_text(str(START_S + day * DAY_S + off_s.get(party, number)))
        done = sealed(self.mission, *map(address, self._running.values()))
        assert done.published is not None and {each.outcome for each in done.asked} == {"cosigned"}

    def hands_in(self, number: int, retain_until_us: int) -> None:
        private = self.mission.confidential.collect(share=False)
        handling = Handling("simulated", "test", "intelligence_only", "ve", "none", retain_until_us)
        body = a_deposit(private, bytes([number]) * 32, handling=handling)
        self.mission.publish(DEPOSIT, body, NOON_US, private)

    def delegates(self, party: str, end_us: int):
        """A device's key of this member, logged."""
        device = new_keys(party, Counted("device"))["statement"]
        author = Author(self.mission.folder.path, party)
        entry = author.says(self.mission.state, DELEGATE, Delegate(device.public, "device", ("look",), end_us), device)
        Outbox(self.mission.folder.outbox, DiskFiles()).put(party, 1, entry)
        self.mission.deliver()
        assert not self.mission.state.void
        return device

    def looks(self, party: str, device) -> bool:
        """Whether a look that the device signs now would count."""
        author = Author(self.mission.folder.path, party)
        author.key = device
        state = self.mission.state
        look = Look("ve", "plots", "joint_monitoring", 1, NOON_US, "e" * 64)
        return not _void_more(state, fold([author.says(state, LOOK, look)], KINDS, state))

    def close(self) -> None:
        for party in list(self._running):
            self.stop(party)

    def _clock(self, party: str) -> Path:
        return self._tmp / f"clock-{party}"


def _void_more(before: State, after: State) -> bool:
    return len(after.void) > len(before.void)


@contextlib.contextmanager
def thirty_days(tmp: Path) -> Iterator[Days]:
    found(tmp)
    for party in ALL:
        store_of(tmp, party)
    with open_mission(tmp / "mission", means(tmp, "work")) as mission:
        days = Days(tmp, mission)
        try:
            for party in ALL:
                days.start(party)
            yield days
        finally:
            days.close()
