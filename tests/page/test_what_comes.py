"""What falls due next on the page is what the terminal says: nothing begins that cannot, as things stand."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import instants_of, timeline_of
from tests.page.second import judged
from veedor.accord.evaluate import evaluate
from veedor.views.accord_around import may_begin

pytestmark = pytest.mark.page


def test_nothing_begins_on_the_page_after_the_end_or_for_a_party_that_has_stepped_out() -> None:
    asked, wanted, kept_back = [], [], set()
    for seed in range(200):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        for at_us in instants_of(rng, timeline):
            verdict = evaluate(versions, timeline, at_us)
            governing = [each.digest for each in verdict.versions if each.state == "in_force"]
            if not governing:
                continue
            (accord,) = (each.accord for each in versions if each.digest == governing[-1])
            comes = [e for e in verdict.upcoming if e.what != "begins" or may_begin(e.rule, verdict, accord)]
            survives = list(accord.participation.survives) if verdict.state == "ended" else None
            asked.append({"judge": "coming", "verdict": msgspec.to_builtins(verdict), "survives": survives})
            wanted.append([msgspec.to_builtins(each) for each in comes])
            if len(comes) < len(verdict.upcoming):
                kept_back.add(verdict.state)
    assert kept_back == {"in_force", "ended"}
    assert [answer["coming"] for answer in judged(asked)] == wanted
