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

from veedor.accord.bodies import Determination, SchemaDetermination, SignAccord
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded
from veedor.accord.timeline import Fact, Timeline
from veedor.accord.verdict import Verdict
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.statements.authority import Adopt

MOST_DETERMINED = 20
Standing = Literal["same", "another", "older_schema", "newer_schema", "unnamed_schema", "not_sealed"]


class Determined(Struct, frozen=True):
    """One verdict as people determined it: over the first `size` entries, at `at_us`. `parties`: who signed it, in the
    order of the log, the last at `since_us` of logged time. `verdict_schema`: the number of its schema, None where the
    statements do not name it, as those of `determination/1`.

    `standing`: it is the verdict that is computed here; or another one of the same schema. Neither can be told where it
    was made by an older or a newer schema than the one here, or is not this one and names no schema; nor where no seal
    covers just these entries, so that no verdict can be computed."""

    accord: str
    size: int
    at_us: int
    verdict: str
    verdict_schema: int | None
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


def schema_of(verdict: Verdict) -> int:
    """The number of its schema, which a determination names beside the digest."""
    return int(verdict.schema.rpartition("/")[2])


def determined(versions: Sequence[Loaded], timeline: Timeline, accord: str, at_us: int) -> tuple[Determined, ...]:
    """The last determinations of this accord by `at_us`, at most MOST_DETERMINED, by the log time of their last
    signature. `timeline`: that of a log, whole, as its batches say how much each seal covered."""
    made: dict[tuple[int, int, str, int | None], tuple[list[str], int]] = {}
    for batch in timeline.batches:
        for fact in batch.facts if batch.time_us <= at_us else ():
            body = fact.body
            if isinstance(body, Determination) and body.accord == accord:
                schema = body.verdict_schema if isinstance(body, SchemaDetermination) else None
                parties, _ = made.pop((body.size, body.at_us, body.verdict, schema), ([], 0))
                parties += [] if fact.party in parties else [fact.party]
                made[body.size, body.at_us, body.verdict, schema] = parties, batch.time_us
    last = list(made.items())[-MOST_DETERMINED:]
    computed = {(size, at): _computed(versions, timeline, size, at) for (size, at, _, _), _ in last}
    return tuple(
        Determined(
            accord=accord,
            size=size,
            at_us=at,
            verdict=verdict,
            verdict_schema=schema,
            parties=tuple(parties),
            since_us=since,
            standing=_held(computed[size, at], verdict, schema),
        )
        for (size, at, verdict, schema), (parties, since) in last
    )


def _held(computed: Verdict | None, verdict: str, schema: int | None) -> Standing:
    if computed is None:
        return "not_sealed"
    if digest_of(computed) == verdict:
        return "same"
    if schema is None:
        return "unnamed_schema"
    here = schema_of(computed)
    return "another" if schema == here else "older_schema" if schema < here else "newer_schema"


def _computed(versions: Sequence[Loaded], timeline: Timeline, size: int, at_us: int) -> Verdict | None:
    """The verdict over the first `size` entries; None where no seal covers just these."""
    covered, batches = 1, []  # the genesis is no fact
    for batch in timeline.batches:
        covered += len(batch.facts)
        if covered > size:
            break
        batches.append(batch)
        if covered == size:
            prefix = Timeline(timeline.appender, tuple(batches))
            named = named_in(versions, prefix)
            return evaluate(named, prefix, at_us) if named else None
    return None


def _signed(fact: Fact) -> Iterator[str]:
    match fact.body:
        case SignAccord(digest=digest) | Adopt(document="accord", digest=digest):
            yield digest
