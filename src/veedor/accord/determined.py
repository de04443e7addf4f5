"""Determinations: what people signed as the verdict, each held against the verdict that is computed here.

The digest that they signed is that of the verdict over what a seal covered, by the versions that were named in it: so
whoever has the log and the texts finds the same digest, whatever was signed or fetched later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from veedor.accord.bodies import Determination, SignAccord
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded
from veedor.accord.timeline import Fact, Timeline
from veedor.accord.verdict import Verdict
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.statements.authority import Adopt

MOST_DETERMINED = 20
Standing = Literal["same", "another", "not_sealed"]


class Determined(Struct, frozen=True):
    """One verdict as people determined it: over the first `size` entries, at `at_us`. `parties`: who signed it, in the
    order of the log, the last at `since_us` of logged time. `standing`: it is the verdict that is computed here, it is
    another one, or no seal covers just these entries and no verdict can be computed."""

    accord: str
    size: int
    at_us: int
    verdict: str
    parties: tuple[str, ...]
    since_us: int
    standing: Standing


def named_in(versions: Sequence[Loaded], timeline: Timeline) -> tuple[Loaded, ...]:
    """The versions that somebody signed in this timeline."""
    named = {digest for batch in timeline.batches for fact in batch.facts for digest in _signed(fact)}
    return tuple(each for each in versions if each.digest in named)


def digest_of(verdict: Verdict) -> str:
    """What a determination signs: SHA-256 of the verdict's canonical JSON."""
    return hashlib.sha256(canonical_bytes(msgspec.to_builtins(verdict))).hexdigest()


def determined(versions: Sequence[Loaded], timeline: Timeline, accord: str, at_us: int) -> tuple[Determined, ...]:
    """The last determinations of this accord by `at_us`, at most MOST_DETERMINED, by the log time of their last
    signature. `timeline`: that of a log, whole, as its batches say how much each seal covered."""
    made: dict[tuple[int, int, str], tuple[list[str], int]] = {}
    for batch in timeline.batches:
        for fact in batch.facts if batch.time_us <= at_us else ():
            body = fact.body
            if isinstance(body, Determination) and body.accord == accord:
                parties, _ = made.pop((body.size, body.at_us, body.verdict), ([], 0))
                parties += [] if fact.party in parties else [fact.party]
                made[body.size, body.at_us, body.verdict] = parties, batch.time_us
    last = list(made.items())[-MOST_DETERMINED:]
    computed = {(size, at): _computed(versions, timeline, size, at) for (size, at, _), _ in last}
    return tuple(
        Determined(
            accord=accord,
            size=size,
            at_us=at,
            verdict=verdict,
            parties=tuple(parties),
            since_us=since,
            standing="not_sealed" if computed[size, at] is None else _held(computed[size, at], verdict),
        )
        for (size, at, verdict), (parties, since) in last
    )


def _held(computed: str | None, verdict: str) -> Standing:
    return "same" if computed == verdict else "another"


def _computed(versions: Sequence[Loaded], timeline: Timeline, size: int, at_us: int) -> str | None:
    """The digest of the verdict over the first `size` entries; None where no seal covers just these."""
    covered, batches = 1, []  # the genesis is no fact
    for batch in timeline.batches:
        covered += len(batch.facts)
        if covered > size:
            break
        batches.append(batch)
        if covered == size:
            prefix = Timeline(timeline.appender, tuple(batches))
            named = named_in(versions, prefix)
            return digest_of(evaluate(named, prefix, at_us)) if named else None
    return None


def _signed(fact: Fact) -> Iterator[str]:
    match fact.body:
        case SignAccord(digest=digest) | Adopt(document="accord", digest=digest):
            yield digest
