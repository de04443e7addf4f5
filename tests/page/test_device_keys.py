"""The second verifier takes what a delegated key signed for what it is: its party's word, within the delegation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.copies import opened
from tests.mission.device_stage import Stage, looks
from tests.page.test_missions import first_fold, second_folds
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.acts import change_keys

pytestmark = pytest.mark.page


def test_a_look_signed_by_a_phone_counts_until_its_key_is_revoked(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage", "co")
    with stage.phone() as mission:
        looks(mission)
    stage.carry("phone", "ve")
    stage.append()
    entries = list(LogReader(stage.path / "ve/log", DiskFiles()).entries())
    stage.carry("ve", "co")
    stage.carry("ve", "phone")
    with opened(stage.path, "co") as mission:
        change_keys.revoke(mission, change_keys.public_of(stage.key), None, 0)
        (revoked,) = (each.envelope for each in mission.waiting())
    with stage.phone() as mission:
        looks(mission)
        (late,) = (each.envelope for each in mission.waiting())
    logs = [[*entries, late], [*entries, revoked, late]]
    found = second_folds(logs)
    assert found == [{"ok": True, **first_fold(log)} for log in logs]
    assert found[0]["counts"]["urn:veedor:look:1"] == 2 and found[0]["void"] == []
    assert [reason for _, reason, *_ in found[1]["void"]] == ["revoked_key"]
