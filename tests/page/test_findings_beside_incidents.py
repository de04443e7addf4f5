"""What is revealed that bears on an incident stands beside it; where nothing is, the page says what the log tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.accord.test_three_folders import opened, promise, seal_at, three  # noqa: F401
from tests.mission.found_by_plot import run_each
from tests.mission.handing_in import AT_US, PLOT_US, deposit_plots, plots_file
from tests.mission.stage import DAY_US, NOON_US, a_run, some_findings
from tests.mission.test_revealed_findings import ids, shown
from tests.page.second import b64, judged
from veedor.accord.at_hand import timeline_here, versions_at_hand
from veedor.accord.bodies import CLAIM, Claim
from veedor.accord.incidents import FindingSpan, incidents
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.page import sentences
from veedor.mission.runs.results import read_results
from veedor.mission.statements.types import FINDINGS, RUN
from veedor.mission.verification.bundle import write_bundle
from veedor.views.accord_shown import spans_of

pytestmark = pytest.mark.page
HOUR_US = 3_600_000_000


def claim(mission: Mission, incident: str, number: int, from_us: int, until_us: int) -> None:
    body = Claim("radar", incident, number, "strike", "happened", "press", "day", from_us, until_us, "")
    mission.publish(CLAIM, body, NOON_US)


def bundle_of(mission: Mission, reveals: dict[str, bytes]) -> bytes:
    accords = {each.digest: each.canonical for each in versions_at_hand(mission)}
    reader = LogReader(mission.folder.log, mission.files)
    return b"".join(write_bundle(reader, mission.state, reveals, "readme", b"page", accords))


def told(mission: Mission, reveals: dict[str, bytes], language: str = "en") -> list[list[str]]:
    """The sentences beside each incident."""
    options = {"trust": mission.state.genesis_digest, "language": language}
    requests = [{"judge": "sentences", "told": sentences()}]
    requests += [{"judge": "incidents", "data": b64(bundle_of(mission, reveals)), "options": options}]
    (said,) = judged(requests)[1]["told"]
    return said  # type: ignore[no-any-return]


@pytest.fixture
def claimed(three: Path) -> Path:  # noqa: F811
    """A run with 20 findings in the same hour; one incident then, one after all that the run could look at."""
    promise(three)
    with opened(three, "ve", seed="findings") as mission:
        deposit_plots(mission, plots_file(three))
        run_each(mission)
        claim(mission, "strike", 1, PLOT_US, PLOT_US + 30_000_000)
        claim(mission, "strike", 2, PLOT_US - 2 * HOUR_US, PLOT_US - HOUR_US)
        claim(mission, "later", 1, AT_US - HOUR_US, AT_US)
    seal_at(three, 2)
    return three


def spans(mission: Mission) -> tuple[FindingSpan, ...]:
    return spans_of(read_results(mission.folder, "common").findings)


def test_what_is_revealed_stands_beside_the_claims_that_it_bears_on(claimed: Path) -> None:
    with opened(claimed, "ve") as mission:
        every = {identity: shown(mission, identity, parts=("what",)) for identity in ids(mission)}
        timeline = timeline_here(mission)
        first = incidents(timeline, "radar", (), timeline.time_us, spans(mission))
        bearing = {(each.id, made.claim.number): set(made.findings) for each in first for made in each.claims}
        assert 0 < len(bearing["strike", 1]) < 20 and not bearing["strike", 2] | bearing["later", 1]
        for identity, data in list(every.items())[:8]:
            later, strike = told(mission, {"finding.json": data})
            found = [line for line in strike if line.startswith("On claim ve 1")]
            assert len(found) == (identity in bearing["strike", 1])
            assert not any("ve 2" in line for line in strike) and not any("On claim" in line for line in later)
            assert any("20 findings, 1 of them revealed" in line for line in strike)


def test_a_finding_that_keeps_its_time_back_bears_on_nothing(claimed: Path) -> None:
    with opened(claimed, "ve") as mission:
        data = shown(mission, *ids(mission), parts=("area", "reasons"))
        _, strike = told(mission, {"finding.json": data})
        assert strike[0].startswith("Nothing that is revealed") and "20 of them revealed" in strike[1]


def test_where_nothing_is_revealed_the_page_says_what_the_log_tells(claimed: Path) -> None:
    with opened(claimed, "ve") as mission:
        later, strike = told(mission, {})
        assert later == [
            "The log tells of no findings of a run that looked as far as these claims: nothing was looked for yet, or "
            "nothing was logged."
        ]
        assert strike[0].startswith("Nothing that is revealed in this file bears on them.")
        assert "a run that looked this far has 20 findings, 0 of them revealed" in strike[1]
        assert strike[2].startswith("Who ran it, and for open deposits every member, can reveal one")
        spanish = told(mission, {}, "es")
        assert spanish[0][0].startswith("El registro no habla") and "20 hallazgos, 0 de ellos" in spanish[1][1]


def test_of_an_earlier_statement_it_says_that_none_can_be_shown_alone(three: Path) -> None:  # noqa: F811
    promise(three)
    with opened(three, "ve", seed="earlier") as mission:
        private = mission.confidential.collect(share=True)
        run = mission.publish(RUN, a_run(private), NOON_US, private)
        private = mission.confidential.collect(share=True)
        mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)
        claim(mission, "strike", 1, NOON_US - 10 * DAY_US, NOON_US - 9 * DAY_US)
    seal_at(three, 2)
    with opened(three, "ve") as mission:
        ((none, whole),) = told(mission, {})
        assert none.startswith("Nothing that is revealed") and "bound as one table (findings/1)" in whole


def test_both_evaluators_count_findings_of_either_statement(claimed: Path) -> None:
    with opened(claimed, "ve") as mission:
        data, genesis = bundle_of(mission, {}), mission.state.genesis_digest
    (answer,) = judged([{"judge": "verify", "data": b64(data), "options": {"trust": genesis}}])
    assert answer["verdict"] in ("verified", "not agreed")
    counts: dict[str, Any] = answer["mission"]["counts"]
    assert counts["urn:veedor:findings:2"] == 1 and answer["mission"]["unknown"] == []
    (found,) = answer["mission"]["accords"][0]["found"]
    assert (found["party"], found["total"], found["alone"]) == ("ve", 20, True)
