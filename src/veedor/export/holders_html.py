"""Holders as a fragment for a notebook: each unfolds to its names, what joined them and what speaks against."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from veedor.views.holding import HolderView, Holding, MemberView, NamesBeside
from veedor.words import say

_MARK = '<p style="background:#9a3412;color:#fff;text-align:center;font-weight:bold">SIMULATED · SIMULADO</p>'


def holders_html(
    found: Holding, files: int, accepted: int, rejected: int, most: int, language: str, refused: Sequence[str] = ()
) -> str:
    """A fragment without style sheet or script: the `most` holders with most names, as many names alone that something
    speaks for being another's, counts, and why files were `refused`."""
    joined = sum(len(each.members) for each in found.several)
    counts = {"names": found.names, "joined": joined, "holders": len(found.several)}
    shown = min(most, len(found.several)) + min(most, len(found.near))
    apart = {"near": len(found.near), "alone": found.alone, "shown": shown}
    read = {"files": files, "accepted": accepted, "rejected": rejected}
    said = [
        say("holders.count", language, counts), say("holders.apart", language, apart),
        say("findings.read", language, read), *found.left_out, say("holders.lead", language),
    ]  # fmt: skip
    simulated = any(each.simulated for each in (*found.several, *found.near))
    near = f"<p><b>{escape(say('holders.near', language))}</b></p>" if found.near else ""
    return (
        (_MARK if simulated else "")
        + f"<p>{'<br>'.join(map(escape, said))}</p>"
        + _list(say("rejects.refused", language, {"n": len(refused)}), [escape(each) for each in refused])
        + "".join(_holder(each, language) for each in found.several[:most])
        + near
        + "".join(_holder(each, language) for each in found.near[:most])
    )


def _holder(holder: HolderView, language: str) -> str:
    simulated = " [SIMULATED]" if holder.simulated else ""
    members = "".join(f"<li>{_member(each, language)}</li>" for each in holder.members)
    return f"<details><summary>{escape(holder.title + simulated)}</summary><ul>{members}</ul></details>"


def _member(member: MemberView, language: str) -> str:
    disputed = [say("holders.disputed", language)] if member.disputed else []
    return (
        f"<b>{escape(member.name)}</b> {escape(member.where)}"
        + (_beside(member.joined, "holders.joined", language) if member.joined else "")
        + (_beside(member.near, "holders.not_joined", language) if member.near else "")
        + "".join(f"<br>{escape(each)}" for each in (*disputed, *member.left_out))
    )


def _beside(pair: NamesBeside, key: str, language: str) -> str:
    terms = [f"{escape(term.shown)} {escape(term.label)}" for term in pair.terms]
    unknown = [escape(say("holders.unknown", language, {"what": ", ".join(pair.unknown)}))] if pair.unknown else []
    return "<br>" + _list(
        say(key, language, {"name": pair.other, "score": pair.shown, "why": pair.why}), [*terms, *unknown]
    )


def _list(title: str, items: Sequence[str]) -> str:
    lines = "".join(f"<li>{item}</li>" for item in items)
    return f"{escape(title)}<ul>{lines}</ul>" if lines else ""
