"""Parameters that the parties adopted make a run joint, in every copy; anything else is marked the party's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mission.copies import head_of, log_signer, means_of, opened, synced, three_copies, witness_signer
from tests.mission.handing_in import AT_US, PLOT_US, EveryHour, Nothing, deposit_plots, plots_file
from tests.mission.stage import DAY_US
from veedor.engine.detector import Detector
from veedor.log.cosignature import TIME_BYTES, cosign
from veedor.log.note import parse_note
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.acts.proposal import propose, sign
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.mailbox import new_mailbox_key, store_mailbox_key
from veedor.mission.copy.parameters import EMPTY, with_pins
from veedor.mission.exchange.share import share
from veedor.mission.rows.state import RunRow, read_state, rows_of
from veedor.mission.runs.adoption import pins_of
from veedor.mission.runs.run import RunDone, run_detectors
from veedor.mission.statements.access import Mailbox
from veedor.mission.statements.authority import Adopt, Cosignature, Seal
from veedor.mission.statements.types import ADOPT, MAILBOX, SEAL
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import Step, verify
from veedor.views.parameters import RunStandingLine, run_standing

FILES = DiskFiles()
PARTIES = ("ve", "co", "qa")
LONG_BEFORE_US = PLOT_US - 20 * DAY_US
DETECTORS: tuple[Detector, ...] = (EveryHour(),)


class Stage:
    """Three copies with the same parameters.toml; ve appends."""

    def __init__(self, path: Path, detectors: Sequence[Detector] = DETECTORS) -> None:
        self.path = three_copies(path)
        for party in PARTIES:
            self.write(party, with_pins(EMPTY.encode(), pins_of(detectors), "f"))

    def write(self, party: str, data: bytes) -> None:
        (self.path / party / "parameters.toml").write_bytes(data)

    def carry(self, giver: str, taker: str) -> None:
        stick = self.path / f"stick-of-{giver}"
        with opened(self.path, giver) as mission, mission.alone():
            share(mission, stick)
        synced(self.path, taker, stick)

    def spread(self) -> None:
        """Everybody's statements into the log, and the log to everybody."""
        for party in ("co", "qa"):
            self.carry(party, "ve")
        with opened(self.path, "ve") as mission:
            mission.append_all()
        for party in ("co", "qa"):
            self.carry("ve", party)

    def adopt(self, from_us: int = LONG_BEFORE_US, document: str = "parameters") -> int:
        """co proposes the file that lies in its copy, ve signs, co publishes; the entry of the adoption."""
        self.spread()
        with opened(self.path, "co") as mission:
            digest = mission.folder.parameters.digest
            assert digest is not None
            draft = propose(mission, ADOPT, Adopt(document, digest, from_us), AT_US, ("ve",))
        with opened(self.path, "ve") as mission:
            signed = sign(mission, draft)
        with opened(self.path, "co") as mission:
            assert sign(mission, signed.proposal).published is not None
        self.spread()
        return head_of(self.path / "ve").size - 1

    def seal(self, time_us: int) -> None:
        with opened(self.path, "ve") as mission:
            head = head_of(self.path / "ve")
            cosigned = []
            for party in sorted(PARTIES):
                line = cosign(head.text(), witness_signer(self.path, party), time_us // 1_000_000)
                (read,) = parse_note(head.text() + b"\n" + line).signatures
                cosigned.append(Cosignature(party, time_us // 1_000_000, read.signature[TIME_BYTES:].hex()))
            signature = log_signer(self.path).key.sign(head.text()).hex()
            assert mission.publish(SEAL, Seal(head.size, head.root.hex(), signature, tuple(cosigned)), AT_US).index

    def deposit(self) -> None:
        with opened(self.path, "ve") as mission:
            deposit_plots(mission, plots_file(self.path))
        self.spread()

    def run(self, party: str, detectors: Sequence[Detector] = DETECTORS, set: str = "common") -> RunDone:
        ticks = iter(range(AT_US, AT_US + 1000))
        with open_mission(self.path / party, means_of(self.path, party, seed=f"run {ticks}"), party) as mission:
            done = run_detectors(mission, detectors, set, AT_US, lambda: next(ticks))  # type: ignore[arg-type]
            self.told: RunStandingLine = run_standing(mission.pending(), done)
        return done

    def rows(self, copy: str = "ve") -> list[RunRow]:
        return [row for row in rows_of(read_state(self.path / copy, FILES)) if isinstance(row, RunRow)]

    def verified(self, party: str, detectors: Sequence[Detector] = DETECTORS, rederive: bool = True) -> list[Step]:
        given = means_of(self.path, party)
        asked = checks(FILES, lambda: open_mission(self.path / party, given, party), detectors, rederive=rederive)
        return list(verify(self.path / party, FILES, None, asked).steps)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "stage")


def joint(stage: Stage) -> Stage:
    stage.adopt()
    stage.seal(LONG_BEFORE_US)
    stage.deposit()
    return stage


def test_three_copies_run_by_what_they_adopted_and_all_three_runs_are_joint(stage: Stage) -> None:
    joint(stage)
    done = {party: stage.run(party) for party in PARTIES}
    assert stage.told.standing == "adopted" and stage.told.reason == ""
    stage.spread()
    first, *others = (each.results.record.digests for each in done.values())
    assert all(each == first for each in others) and first
    for copy in PARTIES:
        rows = stage.rows(copy)
        assert [(row.party, row.standing, row.own, row.adoption) for row in rows] == [
            (party, "adopted", False, 1) for party in PARTIES
        ]


def test_a_copy_with_another_file_runs_on_its_own(stage: Stage) -> None:
    joint(stage)
    own = stage.path / "qa/parameters.toml"
    own.write_bytes(own.read_bytes() + b"# one byte more\n")
    done = {party: stage.run(party) for party in PARTIES}
    assert (stage.told.standing, stage.told.reason, done["qa"].basis.entry) == ("own", "not_adopted", 1)
    stage.spread()
    assert [(row.party, row.standing, row.own) for row in stage.rows()] == [
        ("ve", "adopted", False), ("co", "adopted", False), ("qa", "own", True),
    ]  # fmt: skip
    assert done["qa"].results.record.digests == done["ve"].results.record.digests, "it set nothing else, and says so"


class TestWhy:
    """Each cause by its name."""

    def own(self, stage: Stage, reason: str, **changes: object) -> RunDone:
        done = stage.run("co", **changes)  # type: ignore[arg-type]
        assert (stage.told.standing, stage.told.reason) == ("own", reason)
        assert stage.told.adoption is None
        return done

    def test_no_file(self, stage: Stage) -> None:
        joint(stage)
        (stage.path / "co/parameters.toml").unlink()
        self.own(stage, "no_file")

    def test_nothing_adopted_or_only_as_something_else(self, stage: Stage) -> None:
        stage.deposit()
        assert self.own(stage, "not_adopted").basis.entry is None
        stage.adopt(document="accord")
        assert self.own(stage, "not_adopted").basis.entry is None

    def test_own_deposits(self, stage: Stage) -> None:
        self.own(joint(stage), "own_set", set="own")

    def test_other_software(self, stage: Stage) -> None:
        joint(stage)
        later = replace(EveryHour(), version=2)
        done = self.own(stage, "other_software", detectors=(later,))
        assert done.basis.detectors == ("test.every_hour",)

    def test_another_default_is_other_software(self, stage: Stage) -> None:
        joint(stage)
        self.own(stage, "other_software", detectors=(replace(EveryHour(), parameters=Nothing(2)),))

    def test_a_file_that_pins_nothing(self, stage: Stage) -> None:
        stage.write("co", EMPTY.encode())
        joint(stage)
        self.own(stage, "not_pinned")

    def test_an_adoption_from_later_than_what_the_run_covers(self, stage: Stage) -> None:
        covered_us = AT_US - DAY_US
        stage.adopt(from_us=covered_us + 1)
        stage.seal(LONG_BEFORE_US)
        stage.deposit()
        self.own(stage, "not_in_force")
        stage.adopt(from_us=covered_us)
        stage.run("co")
        assert stage.told.standing == "late" and stage.told.reason == ""

    def test_a_later_adoption_takes_the_place_of_an_earlier_one(self, stage: Stage) -> None:
        stage.adopt()
        first = (stage.path / "co/parameters.toml").read_bytes()
        stage.write("co", first + b"# second\n")
        entry = stage.adopt()
        stage.seal(LONG_BEFORE_US)
        stage.deposit()
        stage.run("co")
        assert stage.told.standing == "adopted" and stage.told.adoption == entry
        stage.write("co", first)
        assert self.own(stage, "not_in_force").basis.entry == entry


class TestBefore:
    """Before the period is before by log time: nobody back-dates an adoption."""

    def standing(self, stage: Stage) -> str:
        stage.run("co")
        return stage.told.standing

    def test_an_adoption_without_a_seal_has_no_time(self, stage: Stage) -> None:
        stage.adopt()
        stage.deposit()
        assert self.standing(stage) == "late" and stage.told.holds_us is None

    def test_an_adoption_that_was_logged_when_the_period_had_begun(self, stage: Stage) -> None:
        stage.adopt(from_us=LONG_BEFORE_US)
        stage.seal(PLOT_US + DAY_US)
        stage.deposit()
        assert self.standing(stage) == "late"
        assert stage.told.holds_us == PLOT_US // 1_000_000 * 1_000_000 + DAY_US

    def test_an_adoption_that_says_from_later(self, stage: Stage) -> None:
        stage.adopt(from_us=PLOT_US + DAY_US)
        stage.seal(LONG_BEFORE_US)
        stage.deposit()
        assert self.standing(stage) == "late" and stage.told.holds_us == PLOT_US + DAY_US

    def test_the_first_microsecond_of_the_period_is_early_enough(self, stage: Stage) -> None:
        stage.adopt(from_us=LONG_BEFORE_US)
        begins = PLOT_US // (DAY_US // 24) * (DAY_US // 24)
        stage.seal(begins)
        stage.deposit()
        assert self.standing(stage) == "adopted" and stage.told.begins_us == begins


def give_mailboxes(stage: Stage) -> None:
    for party in ("ve", "co"):
        with opened(stage.path, party, seed="mailbox") as mission:
            key = new_mailbox_key(party, mission.means.entropy)
            store_mailbox_key(
                mission.files,
                mission.folder,
                key,
                mission.means.need_passphrase(),
                mission.means.entropy,
                mission.means.work,
            )
            mission.publish(MAILBOX, Mailbox(key.public), AT_US)
        stage.spread()


class TestVerification:
    def test_a_run_made_again_says_whose_parameters_it_had(self, stage: Stage) -> None:
        joint(stage)
        stage.run("ve")
        (again,) = (step for step in stage.verified("ve") if step.name == "rederive")
        assert again.ok and again.found == (
            "identical, 1 tables; common: parameters adopted in entry 1, before its period: a joint run"
        )
        stage.write("ve", (stage.path / "ve/parameters.toml").read_bytes() + b"\n")
        stage.run("ve")
        (again,) = (step for step in stage.verified("ve") if step.name == "rederive")
        assert again.ok and again.found.endswith("common: the party's own parameters")

    def test_another_members_run_is_held_against_the_adopted_file(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """co names the adoption, and runs by something else: whoever can open its run sees it; the log stays sound."""
        give_mailboxes(stage)
        entry = stage.adopt()
        stage.seal(LONG_BEFORE_US)
        stage.deposit()
        stage.run("co")
        with monkeypatch.context() as lying:
            lying.setattr("veedor.mission.runs.adoption.unlike", lambda pinned, detectors: ())
            stage.run("co", detectors=(replace(EveryHour(), parameters=Nothing(2)),))
        assert stage.told.standing == "adopted"
        stage.spread()
        with opened(stage.path, "ve") as mission:
            for each in payloads_here(mission, mission.keys.mailboxes()):
                assert each.standing != "readable" or take_over(mission, each) is not None
        told = [step for step in stage.verified("ve", rederive=False) if "adopted in entry" in step.expected]
        assert [step.expected for step in told] == [f"the parameters adopted in entry {entry}"] * 2
        honest, lie = told
        assert honest.ok and honest.found == "those parameters; adopted before its period: a joint run"
        assert lie.ok is None and lie.found.startswith("OTHER parameters than those adopted, for test.every_hour;")

    def test_what_cannot_be_held_against_the_file_says_why(self, stage: Stage) -> None:
        joint(stage)
        stage.run("co")
        stage.spread()
        found = [step.found for step in stage.verified("ve", rederive=False) if "adopted in entry" in step.expected]
        assert found == [
            "not checked: the openings of the run are not in this copy; adopted before its period: a joint run"
        ]
        (stage.path / "co/parameters.toml").write_bytes(b"nonsense")
        (step,) = (each for each in stage.verified("co", rederive=False) if "adopted in entry" in each.expected)
        assert step.ok is None and step.found.startswith("not checked: the parameters of the mission cannot be used")
