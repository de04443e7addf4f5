"""What must no longer be kept is destroyed on its day by log time, and the log verifies as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.member_copies import as_member, copy_for, give_mailbox
from tests.mission.stage import DAY_US, NOON_US, a_deposit
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts.attestations import attest
from veedor.mission.acts.expiry import destroy, due
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.enclosed import Named
from veedor.mission.copy.means import Means
from veedor.mission.statements.acts import Label
from veedor.mission.statements.bodies import Handling
from veedor.mission.statements.types import DEPOSIT, LABEL
from veedor.mission.verification.verify import verify

YEAR_US = 365 * DAY_US


@pytest.fixture
def whole(tmp_path: Path, stage: Means) -> Path:
    for party in ("ve", "co"):
        give_mailbox(tmp_path / "mission", stage, party)
    return tmp_path / "mission"


def open_deposit(mission: Mission, until_us: int, digest: bytes = b"\1" * 32) -> Published:
    private = mission.confidential.collect(share=True)
    body = a_deposit(private, digest, mode="open", handling=kept_until(until_us))
    return mission.publish(DEPOSIT, body, NOON_US, private)


def kept_until(until_us: int) -> Handling:
    return Handling("simulated", "test", "intelligence_only", "ve", "none", until_us)


def test_a_deposit_s_payload_and_openings_go_on_its_day_and_not_before(whole: Path, mission: Mission) -> None:
    one, other = open_deposit(mission, NOON_US + YEAR_US), open_deposit(mission, NOON_US + 2 * YEAR_US, b"\2" * 32)
    assert due(mission, 0) == due(mission, NOON_US + YEAR_US - 1) == ()
    (over,) = due(mission, NOON_US + YEAR_US)
    assert (over.statement, over.party, over.retain_until_us) == (one.digest, "ve", NOON_US + YEAR_US)
    assert {file.name for file in over.files} == {one.payload, f"{one.digest}.json"}
    assert all(file.exists() for file in over.files), "asking what is due destroys nothing"
    destroy(mission.files, [over])
    assert mission.confidential.openings(one.digest) == () and not (mission.folder.payloads / str(one.payload)).exists()
    assert mission.confidential.openings(other.digest) != () and (mission.folder.payloads / str(other.payload)).exists()
    assert due(mission, NOON_US + YEAR_US) == ()


def test_the_log_verifies_as_before(whole: Path, mission: Mission) -> None:
    open_deposit(mission, NOON_US + YEAR_US)
    before = {file: file.read_bytes() for file in mission.folder.log.rglob("*") if file.is_file()}
    destroy(mission.files, due(mission, NOON_US + YEAR_US))
    assert {file: file.read_bytes() for file in mission.folder.log.rglob("*") if file.is_file()} == before
    result = verify(whole, DiskFiles(), mission.state.genesis_digest)
    assert result.verdict == "not agreed" and all(step.ok is not False for step in result.steps)


def test_a_later_label_decides(whole: Path, mission: Mission) -> None:
    made = open_deposit(mission, NOON_US + YEAR_US)
    mission.publish(LABEL, Label(made.digest, kept_until(NOON_US + 2 * YEAR_US)), NOON_US)
    assert due(mission, NOON_US + YEAR_US) == ()
    mission.publish(LABEL, Label(made.digest, kept_until(NOON_US + DAY_US)), NOON_US)
    assert [each.statement for each in due(mission, NOON_US + DAY_US)] == [made.digest]


def test_a_labelled_document_goes_with_its_payload_from_every_copy(
    tmp_path: Path, whole: Path, mission: Mission
) -> None:
    made = attest(mission, Named("a.pdf", b"the document"), "identity", NOON_US, ["co"], NOON_US)
    assert due(mission, 2**53) == (), "an attestation without a label says nothing about retention"
    mission.publish(LABEL, Label(made.digest, kept_until(NOON_US + DAY_US)), NOON_US)
    copy = as_member("co", copy_for("co", whole, tmp_path / "co"))
    (here,) = payloads_here(copy, copy.keys.mailboxes())
    take_over(copy, here)
    (over,) = due(copy, NOON_US + DAY_US)
    assert len(over.files) == 3
    destroy(copy.files, [over])
    left = [file for file in copy.folder.path.rglob("*") if file.is_file() and b"the document" in file.read_bytes()]
    assert left == [] and list(payloads_here(copy, copy.keys.mailboxes())) == []


def test_a_payload_that_this_copy_cannot_read_expires_too(tmp_path: Path, whole: Path, mission: Mission) -> None:
    made = open_deposit(mission, NOON_US + DAY_US)
    copy = as_member("qa", copy_for("qa", whole, tmp_path / "qa"))
    assert [each.standing for each in payloads_here(copy, ())] == ["for_others"]
    (over,) = due(copy, NOON_US + DAY_US)
    destroy(copy.files, [over])
    assert over.statement == made.digest and list(payloads_here(copy, ())) == []
