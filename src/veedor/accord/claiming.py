"""A claim or answer as a person types it: the time in its source's words, its own words to be committed to, its number.

when=Monday            a span as precise as the words (precision.py), seen from `said`
said=2026-05-18T09:00Z when the source said it; default: now
zone=caracas           whose days are meant, a zone of the accord; default: UTC
text="At 06:20 …"      what the author says in its own words; the log holds a commitment to it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from veedor.accord.bodies import Claim
from veedor.accord.dates import instant_us_of
from veedor.accord.deadlines import UTC_ZONE
from veedor.accord.incidents import Contradiction, incidents
from veedor.accord.precision import when_of
from veedor.accord.timeline import Timeline
from veedor.accord.zones import Zone
from veedor.errors import UsageError

WORDS_DOMAIN = "words/1"
LONGEST_WORDS = 20_000
_TYPED = {"claim": ("when", "said", "zone", "text"), "answer": ("text",)}


class Typed(Struct, frozen=True):
    """What was typed: fields as the statement has them, values made of the others, and words to commit to, or none."""

    fields: tuple[str, ...]
    ready: Mapping[str, Any]
    words: bytes


def typed(kind: str, fields: Sequence[str], now_us: int, zones: Mapping[str, Zone]) -> Typed:
    """`fields` of a statement of this kind as typed at `now_us`; those of other kinds go through untouched.

    UsageError for a time that cannot be read, or is given twice; for a zone that the accord lacks; for words too long.
    """
    plain, found = [], {}
    for field in fields:
        name, _, value = field.partition("=")
        if name in _TYPED.get(kind, ()) and name not in found:
            found[name] = value
        else:
            plain.append(field)
    words = found.get("text", "").encode()
    if len(words) > LONGEST_WORDS or ("text" in found and not words):
        raise UsageError(
            "this cannot be said in one claim", expected=f"1 to {LONGEST_WORDS} bytes", found=str(len(words))
        )
    return Typed(tuple(plain), _span(plain, found, now_us, zones), words)


def next_number(timeline: Timeline, accord: str, party: str, incident: str) -> int:
    """The number of the author's next claim about an incident."""
    made = [
        fact.body.number
        for batch in timeline.batches
        for fact in batch.facts
        if isinstance(fact.body, Claim)
        and (fact.body.accord, fact.party, fact.body.incident) == (accord, party, incident)
    ]
    return max(made, default=0) + 1


def contradicted(timeline: Timeline, accord: str, digest: str) -> tuple[Mapping[str, int], tuple[Contradiction, ...]]:
    """What of its own author's account the claim with this digest contradicts; and the numbers of that incident's
    claims, by digest."""
    for each in incidents(timeline, accord, (), timeline.time_us):
        numbers = {claim.digest: claim.claim.number for claim in each.claims}
        if digest in numbers:
            return numbers, tuple(one for one in each.contradictions if digest in (one.first, one.second))
    return {}, ()


def _span(plain: Sequence[str], found: Mapping[str, str], now_us: int, zones: Mapping[str, Zone]) -> Mapping[str, Any]:
    if "when" not in found:
        if beside := [each for each in ("said", "zone") if each in found]:
            raise UsageError("this belongs to words for a time", expected="when=…", found=", ".join(beside))
        return {}
    if twice := [each for each in plain if each.startswith(("precision=", "from_us=", "until_us="))]:
        raise UsageError("the time is given twice", expected="when=… alone, or the span itself", found=twice[0])
    name = found.get("zone", "UTC")
    if name != "UTC" and name not in zones:
        raise UsageError("the accord has no such zone", expected=", ".join(["UTC", *zones]), found=name)
    said_us = instant_us_of(found["said"], "said") if "said" in found else now_us
    when = when_of(found["when"], said_us, zones.get(name, UTC_ZONE))
    return {"precision": when.precision, "from_us": when.from_us, "until_us": when.until_us}
