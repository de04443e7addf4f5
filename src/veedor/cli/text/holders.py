"""Holders as lines of text for a terminal: each with its names, what joined them, and what speaks against."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.views.holding import HolderView, Holding, MemberView, NamesBeside
from veedor.words import Language, say


def holder_blocks(found: Holding, limit: int, language: Language) -> Iterator[str]:
    """A block for each of the `limit` first holders of several names and each of the `limit` first names alone that
    something speaks for being another's (0: all), then how many there are."""
    for each in found.several[: limit or None]:
        yield from _block(each, language)
    if found.near:
        yield say("holders.near", language)
        yield ""
        for each in found.near[: limit or None]:
            yield from _block(each, language)
    shown = min(limit or len(found.several), len(found.several)) + min(limit or len(found.near), len(found.near))
    joined = sum(len(each.members) for each in found.several)
    yield say("holders.count", language, {"names": found.names, "joined": joined, "holders": len(found.several)})
    yield say("holders.apart", language, {"near": len(found.near), "alone": found.alone, "shown": shown})
    yield from found.left_out
    yield say("holders.lead", language)


def _block(holder: HolderView, language: Language) -> Iterator[str]:
    yield holder.title + (" [SIMULATED]" if holder.simulated else "")
    for member in holder.members:
        yield from _member(member, language)
    yield ""


def _member(member: MemberView, language: Language) -> Iterator[str]:
    yield f"  {member.name}"
    yield f"      {member.where}"
    if member.joined is not None:
        yield from _beside(member.joined, "holders.joined", language)
    if member.near is not None:
        yield from _beside(member.near, "holders.not_joined", language)
    if member.disputed:
        yield "      " + say("holders.disputed", language)
    for sentence in member.left_out:
        yield f"      {sentence}"


def _beside(pair: NamesBeside, key: str, language: Language) -> Iterator[str]:
    yield "      " + say(key, language, {"name": pair.other, "score": pair.shown, "why": pair.why})
    for term in pair.terms:
        yield f"        {term.shown:>8}  {term.label}"
    if pair.unknown:
        yield "        " + say("holders.unknown", language, {"what": ", ".join(pair.unknown)})
