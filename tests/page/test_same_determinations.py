"""Both evaluators say the same of generated accords and logs, to the last word of the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest

from tests.accord.any_accord import DAY_US, HOUR_US, PARTIES, versions_of
from tests.accord.any_log import NONE, Talk, instants_of, timeline_of
from tests.page.second import judged
from veedor.accord.evaluate import evaluate
from veedor.accord.from_log import READ
from veedor.accord.load import Loaded
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.mission.statements.acts import Attest

pytestmark = pytest.mark.page

TYPE_OF = {kind.struct: kind.name for kind in READ.values()}


def told(timeline: Timeline) -> dict[str, Any]:
    """The timeline as the page makes it from a log."""

    def fact(each: Fact) -> dict[str, Any]:
        body = None if each.body is None else msgspec.to_builtins(each.body)
        kind = None if each.body is None else TYPE_OF[type(each.body)]
        return {"party": each.party, "digest": each.digest, "type": kind, "body": body, "signers": each.signers}

    batches = [{"time_us": one.time_us, "facts": [fact(each) for each in one.facts]} for one in timeline.batches]
    return {"appender": timeline.appender, "batches": batches}


@pytest.mark.parametrize("first", range(0, 2_000, 250))
def test_a_generated_accord_is_judged_alike(first: int) -> None:
    requests, wanted = [], []
    for seed in range(first, first + 250):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        instants = instants_of(rng, timeline)
        wanted.append([msgspec.to_builtins(evaluate(versions, timeline, at)) for at in instants])
        texts = [{"text": each.canonical.decode(), "digest": each.digest} for each in versions]
        requests.append({"judge": "accord", "versions": texts, "timeline": told(timeline), "instants": instants})
    for seed, (answer, verdicts) in enumerate(zip(judged(requests), wanted, strict=True), first):
        for found, expected in zip(answer["verdicts"], verdicts, strict=True):
            assert found == plain(expected), seed


def busier(rng: Random, versions: Sequence[Loaded], timeline: Timeline) -> Timeline:
    """The same log with so many deposits and documents, in no order of their periods, that not all are shown."""
    talk = Talk(rng, versions)

    def more(batch: Batch) -> Batch:
        when = [batch.time_us - rng.randint(0, 20) * DAY_US for _ in range(24)]
        deposits = [talk.fact(*talk._deposit(then // HOUR_US * HOUR_US, batch.time_us + DAY_US)) for then in when]
        papers = [Attest(kind="other", issued_us=0, document=NONE, payload="") for _ in range(4)]
        return Batch(
            batch.time_us, (*batch.facts, *deposits, *(talk.fact(rng.choice(PARTIES), each) for each in papers))
        )

    return Timeline(timeline.appender, tuple(more(each) for each in timeline.batches))


def test_of_more_evidence_than_is_shown_both_show_the_same() -> None:
    requests, wanted = [], []
    for seed in range(60):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = busier(rng, versions, timeline_of(rng, versions))
        texts = [{"text": each.canonical.decode(), "digest": each.digest} for each in versions]
        instants = [timeline.time_us]
        requests.append({"judge": "accord", "versions": texts, "timeline": told(timeline), "instants": instants})
        wanted.append(plain(evaluate(versions, timeline, timeline.time_us)))
    assert [answer["verdicts"][0] for answer in judged(requests)] == wanted
    histories = [one["history"] for each in wanted for rule in each["obligations"] for one in rule["occurrences"]]
    assert max(len(change["evidence"]) for history in histories for change in history) >= 20


def plain(value: Any) -> Any:
    """Tuples as the lists that JSON has."""
    return msgspec.json.decode(msgspec.json.encode(value))
