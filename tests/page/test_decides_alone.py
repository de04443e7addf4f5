"""What decides over accords needs nothing of what explains: its folder alone decides as the first evaluator does."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import timeline_of
from tests.page.second import ROOMS, node
from tests.page.test_same_determinations import plain, told
from veedor.accord.evaluate import evaluate
from veedor.accord.verdict import Verdict

pytestmark = pytest.mark.page

ASKS = Path(__file__).with_name("decide.mjs")


def decided(verdict: Verdict) -> dict[str, Any]:
    """Which state everything is in, since when, who withheld, what is in force, what is ignored."""
    return {
        "ended": verdict.since_us if verdict.state == "ended" else None,
        "parties": [(each.party, each.participates, each.since_us) for each in verdict.parties],
        "occurrences": [
            (rule.id, each.state, each.since_us, each.beneath, each.withheld_by)
            for rule in verdict.obligations
            for each in rule.occurrences
        ],
        "measures": [(each.id, each.state, each.since_us) for each in verdict.measures if each.history],
        "ignored": [(each.digest, each.reason) for each in verdict.ignored],
    }


def reached(verdict: Verdict, found: dict[str, Any]) -> Iterator[bool]:
    """For each version that none supersedes: whether it is as far, and since then, as what decides has it."""
    stages = ("draft", "signed", "in_force")
    for (digest, instants), version in zip(found.pop("versions"), verdict.versions, strict=True):
        if version.state != "superseded":
            after = stages[stages.index(version.state) + 1 :]
            yield (
                digest == version.digest
                and instants.get(version.state, 0) == version.since_us
                and not {*instants} & {*after}
            )


def test_the_folder_that_decides_alone_decides_as_the_first_evaluator_does(tmp_path: Path) -> None:
    shutil.copytree(ROOMS / "accord" / "page" / "decide", tmp_path / "decide")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    requests, wanted = [], []
    for seed in range(120):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        texts = [{"text": each.canonical.decode(), "digest": each.digest} for each in versions]
        requests.append({"versions": texts, "timeline": told(timeline), "at": timeline.time_us})
        wanted.append(evaluate(versions, timeline, timeline.time_us))
    command = [node(), "--no-warnings", str(ASKS), str(tmp_path / "decide")]
    done = subprocess.run(command, input=json.dumps(requests), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    for seed, (found, verdict) in enumerate(zip(json.loads(done.stdout), wanted, strict=True)):
        assert all(reached(verdict, found)), seed
        assert found == plain(decided(verdict)), seed
    assert {each.state for verdict in wanted for each in verdict.measures} >= {"warned", "suspended", "snapped_back"}
