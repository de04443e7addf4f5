"""Both verifiers hold what people determined against the same verdict, and say the same of it."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any, get_args

import msgspec
import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import MEMBERS, NONE, timeline_of
from tests.page.second import judged
from tests.page.test_same_determinations import plain, told
from veedor.accord.bodies import Determination, SchemaDetermination, SignAccord
from veedor.accord.determined import Standing, determined, digest_of, named_in, schema_of
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.mission.statements.authority import Adopt

pytestmark = pytest.mark.page


def adopted(timeline: Timeline) -> Timeline:
    """The same log, in which parties adopt versions together where they signed each for itself."""

    def instead(fact: Fact) -> Fact:
        if not isinstance(fact.body, SignAccord):
            return fact
        return msgspec.structs.replace(fact, body=Adopt("accord", fact.body.digest, 0), signers=(fact.party,))

    return Timeline(
        timeline.appender, tuple(Batch(each.time_us, tuple(map(instead, each.facts))) for each in timeline.batches)
    )


def otherwise_adopted(timeline: Timeline, version: Loaded) -> Timeline:
    """The same log, which begins with parties that adopt a file of another kind by the digest of a version: no
    signature, so that version is named no earlier."""
    fact = Fact("a", "7" * 64, Adopt("other", version.digest, 0), signers=("a", "b"))
    first, *others = timeline.batches
    return Timeline(timeline.appender, (Batch(first.time_us, (fact, *first.facts)), *others))


def some_determination(rng: Random, versions: tuple[Loaded, ...], timeline: Timeline) -> Determination:
    """Of a prefix that a seal covers or of none; of its own time or another; the verdict's digest or a wrong one."""
    number = rng.randint(1, len(timeline.batches))
    prefix = Timeline(timeline.appender, timeline.batches[:number])
    size = 1 + sum(len(each.facts) for each in prefix.batches) + rng.choice((0, 0, 0, 0, 1))
    at_us = rng.choice((prefix.time_us, prefix.time_us, prefix.batches[0].time_us))
    named = named_in(versions, prefix)
    verdict = evaluate(named, prefix, at_us) if named else None
    right = verdict is not None and rng.random() < 0.7
    digest = digest_of(verdict) if verdict is not None and right else NONE
    if rng.random() < 0.1:
        return Determination("other", versions[0].digest, size, at_us, digest)
    if rng.random() < 0.2:
        return Determination("pact", versions[0].digest, size, at_us, digest)
    here = schema_of(evaluate(versions, timeline, at_us))
    return SchemaDetermination("pact", versions[0].digest, size, at_us, digest, here + rng.choice((0, 0, 0, -1, 1)))


def with_determinations(rng: Random, versions: tuple[Loaded, ...], timeline: Timeline) -> Timeline:
    """Two seals more, which cover so many that not all are shown; some are signed by several, and said again later."""
    made = [some_determination(rng, versions, timeline) for _ in range(rng.choice((4, 24)))]
    batches, time_us = list(timeline.batches), timeline.time_us
    for later in range(2):
        said = [(rng.choice(MEMBERS), rng.choice(made)) for _ in made] if later else [("m", each) for each in made]
        facts = (Fact(party, f"{later}{at:063}", body) for at, (party, body) in enumerate(said))
        batches.append(Batch(time_us := time_us + 1_000_000, tuple(facts)))
    return Timeline(timeline.appender, tuple(batches))


def test_determinations_stand_alike() -> None:
    requests: list[dict[str, Any]] = []
    wanted = []
    for seed in range(60):
        rng = Random(seed)
        versions = tuple(versions_of(rng))
        first = timeline_of(rng, versions)
        if seed % 4 == 0:
            first = adopted(first)
        elif seed % 4 == 1:
            first = otherwise_adopted(first, versions[-1])
        timeline = with_determinations(rng, versions, first)
        found = determined(versions, timeline, "pact", timeline.time_us)
        wanted.append([plain(msgspec.to_builtins(each)) for each in found])
        texts = [{"text": each.canonical.decode(), "digest": each.digest} for each in versions]
        requests.append({"judge": "determined", "versions": texts, "timeline": told(timeline), "accord": "pact"})
    for seed, (answer, expected) in enumerate(zip(judged(requests), wanted, strict=True)):
        assert [{"accord": "pact", **each} for each in answer["determined"]] == expected, seed
    standings = Counter(each["standing"] for some in wanted for each in some)
    assert min(standings[each] for each in get_args(Standing)) > 10, "every standing is met often"
    assert max(map(len, wanted)) == 20
