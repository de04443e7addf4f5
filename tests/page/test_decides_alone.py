"""What decides over accords needs nothing of what explains: its folder alone gives every state that there is.

The states are those that were asked for: of the accord, its versions and parties; of each occurrence of an obligation
(which of them stands for the whole is only told);
of measures by the accord, beside it since when what the authority did differs, and what happened outside of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest

from tests.accord.any_accord import DAY_US, versions_of
from tests.accord.any_log import timeline_of
from tests.page.second import ROOMS, node
from tests.page.test_same_determinations import plain, told
from veedor.accord.evaluate import evaluate
from veedor.accord.evaluate.instants import LAST_US
from veedor.accord.examples import NAMES, example_accord, example_statements
from veedor.accord.load import Loaded
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import AccordState, MainState, MeasureState, ObligationState, Participates, Verdict

pytestmark = pytest.mark.page

ASKS = Path(__file__).with_name("decide.mjs")
MARKS = {"withdrawn", "superseded", "never_implemented", "contested"}


def decided(verdict: Verdict) -> dict[str, Any]:
    """Every state in a verdict, since when, who withheld; and what is ignored."""
    return {
        "accord": (verdict.state, verdict.since_us),
        "versions": [(each.digest, each.state, each.since_us) for each in verdict.versions],
        "parties": [(each.party, each.participates, each.since_us) for each in verdict.parties],
        "occurrences": [
            (rule.id, each.state, each.since_us, each.beneath, each.withheld_by)
            for rule in verdict.obligations
            for each in rule.occurrences
        ],
        "measures": [
            (each.id, each.state, each.since_us, each.difference and each.difference.since_us, each.marks)
            for each in verdict.measures
        ],
        "ignored": [(each.digest, each.reason) for each in verdict.ignored],
    }


def courses() -> Iterator[tuple[list[Loaded], Timeline, int]]:
    """Generated accords and logs; and each example accord, the day after twenty of its statements."""
    for seed in range(400):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        yield versions, timeline, timeline.time_us
    for name in NAMES:
        statements = example_statements(name)
        batches = statements.timeline(LAST_US).batches[:-1]
        for batch in batches[:: len(batches) // 20 + 1]:
            at_us = batch.time_us + DAY_US
            yield [example_accord(name)], statements.timeline(at_us), at_us


def test_the_folder_that_decides_alone_decides_every_state_as_the_first_evaluator_does(tmp_path: Path) -> None:
    shutil.copytree(ROOMS / "accord" / "page" / "decide", tmp_path / "decide")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    requests, wanted = [], []
    for versions, timeline, at_us in courses():
        texts = [{"text": each.canonical.decode(), "digest": each.digest} for each in versions]
        requests.append({"versions": texts, "timeline": told(timeline), "at": at_us})
        wanted.append(evaluate(versions, timeline, at_us))
    command = [node(), "--no-warnings", str(ASKS), str(tmp_path / "decide")]
    done = subprocess.run(command, input=json.dumps(requests), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    for place, (found, verdict) in enumerate(zip(json.loads(done.stdout), wanted, strict=True)):
        assert found == plain(decided(verdict)), place
    every_state_is_among(wanted)


def every_state_is_among(verdicts: Sequence[Verdict]) -> None:
    assert {each.state for each in verdicts} == set(get_args(AccordState))
    assert {one.state for each in verdicts for one in each.versions} == {"draft", "signed", "in_force", "superseded"}
    assert {one.participates for each in verdicts for one in each.parties} == set(get_args(Participates))
    rules = [rule for each in verdicts for rule in each.obligations]
    assert {each.state for rule in rules for each in (rule, *rule.occurrences)} == set(get_args(ObligationState))
    assert {each.beneath for rule in rules for each in rule.occurrences} == set(get_args(MainState)) - {"pending"}
    measures = [measure for each in verdicts for measure in each.measures]
    assert {each.state for each in measures} == set(get_args(MeasureState))
    assert {mark for each in measures for mark in each.marks} == MARKS
    assert any(each.difference for each in measures)
