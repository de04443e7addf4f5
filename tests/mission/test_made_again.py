"""Derived things may be deleted: they come back the same. A run made again is compared with the log, not with files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mission.handing_in import EveryHour, Nothing, deposit_plots, plots_file, run_all
from veedor.engine.detector import Detector
from veedor.errors import StoreError, VeedorError
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.commitments import RecordTree
from veedor.mission.deposits.held import held_deposits
from veedor.mission.deposits.records import append_records
from veedor.mission.deposits.reread import intake_again, restore_records
from veedor.mission.runs.results import record_file
from veedor.mission.verification.checks import checks
from veedor.mission.verification.rederive import TOLERANCE, within_tolerance
from veedor.mission.verification.verify import Step, Verification, verify
from veedor.tables import FINDINGS


def made_again(
    tmp_path: Path, stage: Means, mission: Mission, detectors: Sequence[Detector] = (EveryHour(),)
) -> tuple[Verification, list[Step]]:
    asked = checks(stage.files, lambda: open_mission(tmp_path / "mission", stage), detectors, rederive=True)
    result = verify(tmp_path / "mission", stage.files, mission.state.genesis_digest, asked)
    return result, [step for step in result.steps if step.name == "rederive"]


@pytest.fixture
def ran(mission: Mission, tmp_path: Path) -> Mission:
    for number, rows in enumerate((20, 33)):
        deposit_plots(mission, plots_file(tmp_path, f"{number}.csv", rows, damaged=2))
    run_all(mission)
    return mission


def test_records_and_findings_that_were_deleted_come_back_the_same(ran: Mission) -> None:
    before = run_all(ran)
    assert before.restored.records == ()
    shutil.rmtree(ran.folder.records)
    shutil.rmtree(ran.folder.findings)
    after = run_all(ran)
    assert len(after.restored.records) == 2
    assert after.results.record.digests == before.results.record.digests
    assert after.results.findings.equals(before.results.findings)


def test_records_are_never_restored_from_files_that_give_others(ran: Mission) -> None:
    shutil.rmtree(ran.folder.records)
    held = next(iter(held_deposits(ran.folder, ran.files, ran.state)))
    other = replace(held, secret=bytes(32))
    with pytest.raises(StoreError, match="other records"):
        restore_records(ran, [other])
    assert not ran.folder.records.exists()
    kept = held.files[0].place
    kept.write_bytes(kept.read_bytes() + b"\n")
    with pytest.raises(VeedorError, match="another deposit"):
        restore_records(ran, [held])


def test_a_rivals_deposit_that_lies_stops_nobody(
    ran: Mission, stage: Means, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It states roots that its files do not give: the run goes on without it, and says so."""
    before = run_all(ran)
    with open_mission(tmp_path / "mission", stage, "co") as theirs, monkeypatch.context() as lying:
        lying.setattr(RecordTree, "root", lambda self: bytes(32))
        deposit_plots(theirs, plots_file(tmp_path, "lie.csv", 40))
    shutil.rmtree(ran.folder.keys / "co")
    shutil.rmtree(ran.folder.records)
    with open_mission(tmp_path / "mission", stage) as ours:
        done = run_all(ours)
    ((lie, why),) = done.restored.contradicted
    assert lie.statement.chain.party == "co" and "other records" in str(why)
    assert done.results.record.deposits == before.results.record.deposits
    assert done.results.record.digests == before.results.record.digests


def test_a_run_is_identical_when_made_again(ran: Mission, stage: Means, tmp_path: Path) -> None:
    result, steps = made_again(tmp_path, stage, ran)
    assert result.verdict == "not agreed" and steps[0].ok and steps[0].found.startswith("identical")


def test_a_forged_record_of_the_run_convinces_nobody(ran: Mission, stage: Means, tmp_path: Path) -> None:
    """The digests beside the findings are for people; what counts is what the statement committed to."""
    file = record_file(ran.folder, "common")
    record = json.loads(file.read_bytes())
    record["digests"] = dict.fromkeys(record["digests"], "00" * 32)
    record["as_of_us"] += 1
    record["deposits"] = record["deposits"][:1]
    file.write_text(json.dumps(record))
    _, steps = made_again(tmp_path, stage, ran)
    assert steps[0].ok and steps[0].found.startswith("identical")


def test_stored_records_that_were_changed_are_found_out(ran: Mission, stage: Means, tmp_path: Path) -> None:
    """One row is taken out of what is stored: the files are sound, so is the log, and the run differs."""
    everything = list(held_deposits(ran.folder, ran.files, ran.state))
    rows = [
        (table, part if table.name != "plots" else part.slice(1)) for table, part in intake_again(everything[1]).rows()
    ]
    shutil.rmtree(ran.folder.records)
    append_records(ran, everything[1].batch, iter(rows))
    restore_records(ran, everything)
    result, steps = made_again(tmp_path, stage, ran)
    assert result.verdict == "failed" and steps[0].found.startswith("differs"), steps
    assert any("findings/1" in step.found for step in steps)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda m: shutil.rmtree(m.folder.records), "not stored here"),
        (lambda m: [file.unlink() for file in m.folder.openings.iterdir()], "openings"),
    ],
    ids=["records deleted", "openings deleted"],
)
def test_what_cannot_be_made_again_is_said_and_is_no_failure(
    ran: Mission, stage: Means, tmp_path: Path, spoil: object, why: str
) -> None:
    spoil(ran)
    result, steps = made_again(tmp_path, stage, ran)
    assert result.verdict == "not agreed"
    assert steps[0].ok is None and any(why in step.found for step in steps)


def test_other_parameters_or_another_version_cannot_answer(ran: Mission, stage: Means, tmp_path: Path) -> None:
    for detector, why in (
        (EveryHour(parameters=Nothing(2)), "parameters of test.every_hour"),
        (EveryHour(version=2), "not installed here"),
    ):
        result, steps = made_again(tmp_path, stage, ran, [detector])
        assert result.verdict == "not agreed" and steps[0].ok is None
        assert any(why in step.found for step in steps)


def findings(*rows: tuple[bytes, int, int | None, int]) -> pa.Table:
    """Rows of FINDINGS with anchor, start, latitude and score; everything else alike."""
    empty = dict.fromkeys(FINDINGS.schema.names)
    made = [
        {
            **empty, "id": bytes([n]) * 32, "anchor": anchor * 32, "kind": "test", "subject": "s", "start": start,
            "end": start, "lat_e7": lat, "lon_e7": lat, "simulated": True, "score_milli_log10": score, "terms": [],
            "reasons": [], "evidence": [], "evidence_count": 0, "evidence_digest": bytes(32), "innocent": [],
            "searched": [], "detector": "d", "version": 1, "parameters": bytes(32),
        }
        for n, (anchor, start, lat, score) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=FINDINGS.schema)


@given(st.integers(-2_000_000, 2_000_000), st.integers(-2_000, 2_000), st.integers(-20, 20))
def test_within_tolerance_means_each_finding_has_its_near_counterpart(time: int, place: int, score: int) -> None:
    one = findings((b"a", 10**15, 70_000_000, 1_000), (b"b", 10**15, None, 2_000))
    two = findings((b"b", 10**15, None, 2_000), (b"a", 10**15 + time, 70_000_000 + place, 1_000 + score))
    near = (
        abs(time) <= TOLERANCE["start"]
        and abs(place) <= TOLERANCE["lat_e7"]
        and abs(score) <= TOLERANCE["score_milli_log10"]
    )
    assert within_tolerance(one, two) == near == within_tolerance(two, one)


def test_a_finding_more_or_less_is_never_within_tolerance() -> None:
    one = findings((b"a", 10**15, None, 1_000))
    assert not within_tolerance(one, findings())
    assert not within_tolerance(one, findings((b"c", 10**15, None, 1_000)))
    assert not within_tolerance(one, findings((b"a", 10**15, 5, 1_000)))
