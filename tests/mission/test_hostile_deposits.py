"""A party may commit to anything, and a copy may be given any file: neither stops what others do or verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mission.handing_in import AT_US, deposit_plots, plots_file, run_all
from tests.mission.stage import a_deposit
from tests.mission.test_made_again import made_again
from veedor.errors import VerifyError
from veedor.mission.copy.append import Mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.deposit import DEPOSIT_DOMAIN
from veedor.mission.deposits.details import (
    DETAILS_DOMAIN,
    BesideDetails,
    DepositDetails,
    FileDetails,
    decode_details,
    encode_details,
)
from veedor.mission.deposits.held import held_deposits, unreadable
from veedor.mission.runs.run import not_held
from veedor.mission.statements.bodies import DepositCommitments
from veedor.mission.statements.salts import Opening, check_opening
from veedor.mission.statements.types import DEPOSIT

SOUND = DepositDetails(
    "deposit-details/2", "mapped", 1, "00" * 32, None, (FileDetails("a.csv", "11" * 32, 5, 1, 0),),
    (BesideDetails("b.csv", "22" * 32),), {"plots": 1},
)  # fmt: skip
HOSTILE = {
    "no JSON": b"\xff\xfe",
    "another schema": encode_details(SOUND).replace(b"details/2", b"details/9"),
    "a field too many": encode_details(SOUND).replace(b'"reader":', b'"x":1,"reader":'),
    "a way out of the folder": encode_details(SOUND).replace(b"11" * 32, b"../" * 21 + b"x"),
    "a negative size": encode_details(SOUND).replace(b'"size":5', b'"size":-5'),
    "nested deep": b"[" * 100_000,
}


def lie(mission: Mission, details: bytes) -> None:
    """An open deposit whose committed details are these bytes."""
    private = mission.confidential.collect(share=True)
    said = a_deposit(private, mode="open")
    commitments = DepositCommitments(
        deposit=private.commit(DEPOSIT_DOMAIN, b"\7" * 32),
        details=private.commit(DETAILS_DOMAIN, details),
        accepted=said.commitments.accepted,
        rejected=said.commitments.rejected,
        layout=said.commitments.layout,
    )
    mission.publish(DEPOSIT, a_deposit(private, mode="open", commitments=commitments), AT_US, private)


@pytest.mark.parametrize("details", HOSTILE.values(), ids=HOSTILE)
def test_details_that_do_not_read_hurt_only_their_own_deposit(
    details: bytes, mission: Mission, of_co: Mission, stage: Means, tmp_path: Path
) -> None:
    deposit_plots(mission, plots_file(tmp_path))
    lie(of_co, details)
    done = run_all(mission)
    assert done.results.findings.num_rows == 1
    assert [each.chain.party for each in not_held(mission)] == ["co"]
    assert [each.chain.party for each, _ in unreadable(mission.folder, mission.files, mission.state)] == ["co"]
    result, steps = made_again(tmp_path, stage, mission)
    assert result.verdict == "not agreed" and steps[0].found.startswith("identical")
    assert any(step.name == "deposits" and step.ok is None and "details" in step.expected for step in result.steps)


def test_openings_of_another_deposit_are_not_taken_for_this_one(mission: Mission, tmp_path: Path) -> None:
    first = deposit_plots(mission, plots_file(tmp_path, "1.csv", 5))
    second = deposit_plots(mission, plots_file(tmp_path, "2.csv", 6))
    files = [mission.folder.openings / f"{done.statement}.json" for done in (first, second)]
    files[0].write_bytes(files[1].read_bytes())
    assert [held.deposit for held in held_deposits(mission.folder, mission.files, mission.state)] == [second.deposit]


def test_an_opening_whose_value_was_changed_is_found_out(mission: Mission, tmp_path: Path) -> None:
    done = deposit_plots(mission, plots_file(tmp_path))
    file = mission.folder.openings / f"{done.statement}.json"
    said = json.loads(file.read_bytes())
    for opening in said["openings"]:
        if opening["domain"] == DEPOSIT_DOMAIN:
            opening["value"] = "00" * 32
    file.write_text(json.dumps(said))
    assert not list(held_deposits(mission.folder, mission.files, mission.state))
    ((_, why),) = unreadable(mission.folder, mission.files, mission.state)
    assert "does not open" in str(why)


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_details_or_a_clear_error(data: bytes) -> None:
    try:
        assert decode_details(data, "file") is not None
    except VerifyError as error:
        assert error.file == "file" and error.found


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_opening_opens_or_is_refused(salt: str, value: str) -> None:
    with pytest.raises(VerifyError):
        check_opening(Opening("00" * 32, "deposit/1", salt, value))


def test_details_come_back_as_they_were() -> None:
    assert decode_details(encode_details(SOUND), "") == SOUND
