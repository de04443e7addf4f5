"""What stands around obligations and measures, in sentences: which versions there are, which parties have stepped out,
what goes on after the end of the accord, how much of each quota is used and left, and what people determined."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.determined import Determined
from veedor.accord.explain.speaker import Speaker
from veedor.accord.verdict import PartyVerdict, Verdict, VersionVerdict


def around_lines(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    """What a reader must know of the accord as a whole before its rules; nothing where there is one version, all
    parties take part and the accord has no quotas."""
    if len(verdict.versions) > 1:
        yield from (version_line(each, speaker) for each in verdict.versions)
    for party in verdict.parties:
        if party.participates != "takes_part":
            since = speaker.moment_us(party.since_us)
            yield speaker.say(f"participates.{party.participates}", party=speaker.party(party.party), since=since)
        yield from _leaving(party, speaker)
    if verdict.state == "ended":
        yield survival_line(speaker)
    for quota in verdict.quotas:
        rule = speaker.accord.quotas.get(quota.id)
        yield speaker.say(
            "quota",
            id=speaker.id(quota.id),
            party=speaker.party(quota.party),
            event=speaker.id(quota.id) if rule is None else speaker.event(rule.event),
            used=quota.used,
            left=quota.left,
            until=speaker.moment_us(quota.ends_us),
        )
        if quota.beyond:
            yield speaker.say("quota.beyond", id=speaker.id(quota.id), n=quota.beyond)


def _leaving(party: PartyVerdict, speaker: Speaker) -> Iterator[str]:
    """Notices that have not taken effect yet."""
    for word, at_us in party.notices:
        if party.participates == "takes_part" or (party.participates, word) == ("suspended", "withdrawn"):
            yield speaker.say(f"leaving.{word}", party=speaker.party(party.party), at=speaker.moment_us(at_us))


def version_line(version: VersionVerdict, speaker: Speaker) -> str:
    """How far one of several versions has come; of a draft, who has signed it and who has not."""
    nobody = speaker.say("calendar.nobody")
    signed = [each.party for each in version.signatures]
    return speaker.say(
        f"version.{version.state}",
        version=version.version,
        digest=version.digest[:12],
        since=speaker.moment_us(version.since_us),
        signed=speaker.parties(signed) or nobody,
        missing=speaker.parties(version.missing) or nobody,
        n=max(len(signed), 1),
        m=max(len(version.missing), 1),
    )


def survival_line(speaker: Speaker) -> str:
    """What goes on now that the accord has ended, by the text of the version that governed last."""
    survives = speaker.accord.participation.survives
    if not survives:
        return speaker.say("survives.nothing")
    return speaker.say("survives", ids=speaker.ids(survives), n=len(survives))


def determined_line(each: Determined, speaker: Speaker) -> str:
    """Who determined a verdict, as of when, and whether the one that is computed here is the same."""
    return speaker.say(
        f"determined.{each.standing}",
        parties=speaker.parties(each.parties),
        n=len(each.parties),
        at=speaker.moment_us(each.at_us),
        size=each.size,
        digest=each.verdict[:16],
        schema=each.verdict_schema or 0,
    )
