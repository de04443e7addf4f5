"""Handing in and running: counts reconcile, roots hold, digests do not depend on order, evidence leads to bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from msgspec.structs import replace

from tests.formats import test_announced
from tests.mission.handing_in import AT_US, EveryHour, deposit_plots, hand_in, plots_file, run_all
from tests.mission.stage import HOUR_US, Counted, found, means
from veedor.errors import InputError, UsageError
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit, deposit_digest, keep
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.runs.results import read_results
from veedor.mission.runs.run import run_detectors
from veedor.mission.show import show
from veedor.mission.state.kinds import deposits_of, findings_of, runs_of
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import Verification, verify
from veedor.tables import REJECTS


def test_what_is_handed_in_is_stated_counted_and_kept(mission: Mission, tmp_path: Path) -> None:
    file = plots_file(tmp_path, damaged=7)
    done = deposit_plots(mission, file)
    (stated,) = deposits_of(mission.state)
    assert (done.accepted, done.rejected) == (19, 1) == (stated.body.rows.accepted, stated.body.rows.rejected)
    rows = stated.body.rows
    assert rows.accepted_bytes + rows.framing_bytes + rows.rejected_bytes == rows.bytes == file.stat().st_size
    kept = mission.folder.deposits / FileSource(file).sha256.hex()
    assert kept.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("head", "line", "name"),
    [
        ("aerodrome,movement,time", "SKSP,landing,2024-07-06T12:00:00-05:00", "movements"),
        (test_announced.OUTAGES, test_announced.GOOD[test_announced.OUTAGES], "outages"),
        (test_announced.FACTS, test_announced.GOOD[test_announced.FACTS], "ground_facts"),
    ],
)
def test_logs_of_aerodromes_outages_and_ground_facts_are_stated_by_their_own_names(
    mission: Mission, tmp_path: Path, head: str, line: str, name: str
) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"{head}\n{line}\n", encoding="utf-8")
    (handed_in,) = hand_ins([FileSource(file)], Options())
    deposit(mission, handed_in, SIMULATED_COVER, "sealed", AT_US, Counted("deposit"))
    (stated,) = deposits_of(mission.state)
    assert stated.body.classes == (name,)


def test_records_without_times_are_complete_only_over_a_period_that_is_stated(mission: Mission, tmp_path: Path) -> None:
    """The hour in which they are handed in is no period that they cover; once the period is stated they are taken."""
    file = tmp_path / "port30003.csv"
    at = "2024/07/06,12:00:00.000"
    file.write_text(f"MSG,3,1,1,0AC0DE,1,{at},{at},,11000,,,10.5,-66.9,,,0,0,0,0\n", encoding="utf-8")
    (handed_in,) = hand_ins([FileSource(file)], Options(simulated=True))
    said = replace(SIMULATED_COVER, completeness="complete")
    with pytest.raises(InputError, match="none of them says when") as refused:
        deposit(mission, handed_in, said, "sealed", AT_US, Counted("deposit"))
    assert all((refused.value.place, refused.value.expected, refused.value.found, refused.value.next_step))
    assert not deposits_of(mission.state)
    start_us, end_us = AT_US - 10 * HOUR_US, AT_US - 2 * HOUR_US
    start, end = (datetime.fromtimestamp(each // 1_000_000, UTC) for each in (start_us, end_us))
    deposit(mission, handed_in, replace(said, start=start, end=end), "sealed", AT_US, Counted("deposit"))
    (stated,) = deposits_of(mission.state)
    period = stated.body.period
    assert (period.start_us, period.end_us, stated.body.rows.accepted) == (start_us, end_us, 1)


def test_the_same_deposit_twice_is_one_deposit(mission: Mission, tmp_path: Path) -> None:
    file = plots_file(tmp_path)
    first = deposit_plots(mission, file)
    again = deposit_plots(mission, file)
    assert again.published is None and again.statement == first.statement
    assert len(deposits_of(mission.state)) == 1


def test_a_deposit_digest_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    one, two = plots_file(tmp_path, "1.csv", 5), plots_file(tmp_path, "2.csv", 6)
    assert deposit_digest("ve", hand_in(one, two)) == deposit_digest("ve", hand_in(two, one))
    assert deposit_digest("ve", hand_in(one)) != deposit_digest("co", hand_in(one))


def test_the_same_file_read_as_another_sensors_is_another_deposit(tmp_path: Path) -> None:
    file = FileSource(plots_file(tmp_path))
    digests = {
        deposit_digest("ve", hand_ins([file], Options(sensor=sensor))[0]) for sensor in (None, "radar-1", "radar-2")
    }
    assert len(digests) == 3


def test_a_record_leads_to_its_bytes(mission: Mission, tmp_path: Path) -> None:
    file = plots_file(tmp_path, damaged=3)
    done = deposit_plots(mission, file)
    lines = file.read_bytes().splitlines()
    (shown,) = show(mission, f"{done.deposit.hex()[:12]}:5")
    assert shown.raw.strip() == lines[6] and shown.table == "plots" and shown.file == "a.csv"
    (rejected,) = show(mission, f"{done.deposit.hex()}:3")
    assert rejected.table == REJECTS.name and b"91.5" in rejected.raw
    with pytest.raises(UsageError, match="no such row"):
        show(mission, f"{done.deposit.hex()}:99")


def test_a_run_is_logged_with_its_findings(mission: Mission, tmp_path: Path) -> None:
    deposit_plots(mission, plots_file(tmp_path))
    done = run_all(mission)
    assert [run.digest for run in runs_of(mission.state)] == [done.run.digest]
    assert findings_of(mission.state)[0].body.total == done.results.findings.num_rows == 1
    assert read_results(mission.folder, "common").record.findings == done.findings.digest


def test_a_run_cannot_look_ahead_to_get_around_the_delay(mission: Mission, tmp_path: Path) -> None:
    deposit_plots(mission, plots_file(tmp_path))
    with pytest.raises(UsageError, match="ahead of its clock"):
        run_detectors(mission, [EveryHour()], "common", AT_US + 1, lambda: AT_US)


def test_a_common_run_reads_no_sealed_deposit(mission: Mission, tmp_path: Path) -> None:
    deposit_plots(mission, plots_file(tmp_path), mode="sealed")
    with pytest.raises(UsageError, match="nothing to run"):
        run_all(mission)
    assert run_all(mission, "own").results.findings.num_rows == 1


def test_an_own_run_reads_no_sealed_deposit_of_another(tmp_path: Path, stage: Means, of_co: Mission) -> None:
    deposit_plots(of_co, plots_file(tmp_path), mode="sealed")
    with open_mission(tmp_path / "mission", stage) as of_ve, pytest.raises(UsageError, match="nothing to run"):
        run_all(of_ve, "own")


def test_digests_do_not_depend_on_the_order_of_deposits(tmp_path: Path) -> None:
    files = [plots_file(tmp_path, f"{n}.csv", rows) for n, rows in enumerate((5, 9, 14))]
    digests = set()
    for number, order in enumerate((files, files[::-1])):
        given = means(tmp_path / f"m{number}")
        (tmp_path / f"m{number}").mkdir()
        found(tmp_path / f"m{number}", given=given)
        with open_mission(tmp_path / f"m{number}/mission", given) as mission:
            for file in order:
                deposit_plots(mission, file)
            digests.add(tuple(sorted(run_all(mission).results.record.digests.items())))
    assert len(digests) == 1


def verified(tmp_path: Path, given: Means, mission: Mission) -> Verification:
    asked = checks(given.files, lambda: open_mission(tmp_path / "mission", given), [EveryHour()], rederive=True)
    return verify(tmp_path / "mission", given.files, mission.state.genesis_digest, asked)


def test_verification_reads_deposits_again_and_makes_the_run_again(
    mission: Mission, stage: Means, tmp_path: Path
) -> None:
    deposit_plots(mission, plots_file(tmp_path, damaged=2))
    run_all(mission)
    result = verified(tmp_path, stage, mission)
    assert result.verdict == "not agreed", [step for step in result.steps if step.ok is False]
    assert any(step.name == "rederive" and step.found.startswith("identical") for step in result.steps)


def test_a_changed_byte_in_a_kept_file_fails_verification(mission: Mission, stage: Means, tmp_path: Path) -> None:
    file = plots_file(tmp_path)
    deposit_plots(mission, file)
    kept = mission.folder.deposits / FileSource(file).sha256.hex()
    kept.write_bytes(kept.read_bytes().replace(b"radar-1", b"radar-2", 1))
    result = verified(tmp_path, stage, mission)
    assert result.verdict == "failed" and result.failure is not None and result.failure.name == "deposits"


class Changing(FileSource):
    """A file whose bytes are others when they are copied than when they were named."""

    def raw(self) -> BinaryIO:
        self.path.write_bytes(b"other bytes entirely")
        return super().raw()


def test_a_file_that_changes_while_it_is_handed_in_is_refused(mission: Mission, tmp_path: Path) -> None:
    file = plots_file(tmp_path)
    source = Changing(file)
    _ = source.sha256
    with pytest.raises(InputError, match="changed while"):
        keep(mission.files, mission.folder.deposits, source)
    assert not [name for name in mission.files.list(mission.folder.deposits) if not name.startswith(".")]
