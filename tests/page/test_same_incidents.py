"""Both verifiers set the same claims and answers side by side, and the same findings beside them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.page.second import judged
from tests.page.test_same_determinations import told
from veedor.accord.bodies import Answer, Claim
from veedor.accord.incidents import FindingSpan, incidents
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.mission.page import sentences

pytestmark = pytest.mark.page

MEMBERS = ("a", "b", "m")
CASES = 200


def some_claim(rng: Random) -> Claim:
    """One of few incidents, numbers and times, so that they meet, touch, run backwards and are said twice."""
    from_us = rng.randint(0, 4)
    return Claim(
        rng.choice(("pact", "pact", "pact", "other")), rng.choice(("raid", "strike")), rng.randint(1, 2), "strike",
        rng.choice(("happened", "did_not_happen")), "press", "day", from_us, from_us + rng.randint(0, 3),
        rng.choice(("", "c0" * 32)),
    )  # fmt: skip


def some_log(rng: Random) -> Timeline:
    """Claims, and answers to them: others' and one's own, changed later, and to nothing that was claimed."""
    claims: list[str] = ["0" * 64]
    batches = []
    for day in range(1, 5):
        facts = []
        for at in range(rng.randint(0, 4)):
            digest, party = f"{day:032}{at:032}", rng.choice(MEMBERS)
            if rng.random() < 0.5:
                facts.append(Fact(party, digest, some_claim(rng)))
                claims.append(digest)
            else:
                answer = rng.choice(("agreed", "disputed"))
                words = rng.choice(("", "c1" * 32))
                facts.append(
                    Fact(
                        party, digest, Answer(rng.choice(("pact", "pact", "other")), rng.choice(claims), answer, words)
                    )
                )
        batches.append(Batch(day * 1_000_000, tuple(facts)))
    return Timeline("a", tuple(batches))


def as_shown(timeline: Timeline, opened: dict[str, str], spans: list[FindingSpan]) -> list[dict[str, Any]]:
    """What Python says, in the shape of the page: words are "" where none were said, None where they stay closed."""

    def words(digest: str, said: str) -> str | None:
        return opened.get(digest) if said else ""

    found = []
    for each in incidents(timeline, "pact", (), timeline.time_us, spans):
        claims = [
            {
                "party": made.party, "number": made.claim.number, "digest": made.digest,
                "words": words(made.digest, made.claim.words), "bearing": [int(one) for one in made.findings],
                "answers": {
                    one.party: {"answer": one.standing, "words": words(one.statement, one.words)}
                    for one in made.answers
                },
            }
            for made in each.claims
        ]  # fmt: skip
        found += [{"id": each.id, "claims": claims}] if claims else []
    return found


def test_claims_answers_and_findings_stand_beside_each_other_alike() -> None:
    requests, wanted = [], []
    for seed in range(CASES):
        rng = Random(seed)
        timeline = some_log(rng)
        said = [fact for batch in timeline.batches for fact in batch.facts]
        opened = {fact.digest: f"words of {fact.digest}" for fact in said if rng.random() < 0.5}
        starts = [rng.randint(0, 6) for _ in range(4)]
        spans = [FindingSpan(str(at), "strip", start, start + rng.randint(0, 2)) for at, start in enumerate(starts)]
        shown = [{"kind": "strip", "start": str(each.start_us), "end": str(each.end_us)} for each in spans]
        log = told(timeline)
        requests.append({"judge": "claims", "timeline": log, "accord": "pact", "opened": opened, "spans": shown})
        wanted.append(as_shown(timeline, opened, spans))
    for seed, (answer, expected) in enumerate(zip(judged(requests), wanted, strict=True)):
        kept = ("party", "number", "digest", "words", "bearing", "answers")
        found = [
            {"id": one["id"], "claims": [{name: each[name] for name in kept} for each in one["claims"]]}
            for one in answer["incidents"]
        ]
        assert found == expected, seed
        order = [list(each["answers"]) for one in answer["incidents"] for each in one["claims"]]
        assert order == [sorted(each) for each in order], "answers stand by party"


def test_a_run_that_looked_as_far_as_the_first_claim_is_told_of() -> None:
    claims = [
        {"party": "a", "number": at, "from_us": from_us, "until_us": from_us + 5} for at, from_us in ((1, 50), (2, 20))
    ]
    found = {"entry": 3, "digest": "ab" * 32, "party": "b", "total": 4, "alone": True}
    asked = [
        {"judge": "told", "claims": claims, "found": [found | {"untilUs": until_us}], "language": "en"}
        for until_us in (19, 20)
    ]
    _, short, far = judged([{"judge": "sentences", "told": sentences()}, *asked])
    assert [line.startswith("The log tells of no findings") for line in short["lines"]] == [True]
    assert (
        far["lines"][0].startswith("Nothing that is revealed") and "4 findings, 0 of them revealed" in far["lines"][1]
    )
