"""Measures in words: each step from the grant to the end is a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.measures import Measure, Snapback, Watch


def measure_in_words(name: str, measure: Measure, speaker: Speaker) -> Iterator[tuple[str, str]]:
    """(rule, sentence): what is given, then each of its rules in the order in which a measure lives."""
    known = speaker.id(name)
    by = speaker.party(measure.by)
    yield (
        "",
        speaker.say(
            "rule.measure",
            citation=measure.citation,
            by=by,
            to=speaker.party(measure.to),
            instrument=speaker.word("instrument", measure.instrument),
            id=known,
            scope=speaker.text(measure.scope),
        ),
    )
    grant = measure.grant
    need, total = speaker.authorities(grant.need), len(grant.need)
    when = speaker.when(grant.by)
    if grant.of == total:
        yield ".grant", speaker.say("rule.grant.all", id=known, n=total, need=need, by=by, when=when)
    else:
        yield ".grant", speaker.say("rule.grant.some", id=known, n=grant.of, total=total, need=need, by=by, when=when)
    yield ".starts_when", _needs("rule.starts_when", "rule.starts_when.at_once", known, measure.starts_when, speaker)
    yield (
        ".implemented_by",
        speaker.say("rule.implemented_by", by=by, id=known, when=speaker.when(measure.implemented_by)),
    )
    yield ".requires", _needs("rule.requires", "rule.requires.none", known, measure.requires, speaker)
    ladder = measure.ladder
    warn, suspend = speaker.when(ladder.warn), speaker.when(ladder.suspend)
    yield ".ladder", speaker.say("rule.ladder", id=known, warn=warn, suspend=suspend)
    when_ = measure.when
    yield (
        ".when",
        speaker.say(
            "rule.when",
            id=known,
            undetermined=speaker.say(f"effect.{when_.undetermined}"),
            disputed=speaker.say(f"effect.{when_.disputed}"),
            excused=speaker.say(f"effect.{when_.excused}"),
        ),
    )
    term = measure.term
    yield (
        ".term",
        speaker.say(
            "rule.term",
            id=known,
            when=speaker.when(term.ends),
            then=speaker.say(f"term.{term.then}"),
            renewal=speaker.say(f"renewal.{term.renewal}"),
        ),
    )
    wind = measure.wind_down
    business = speaker.say(f"business.{wind.new_business}")
    yield (
        ".wind_down",
        speaker.say("rule.wind_down", id=known, business=business, length=speaker.when(wind.length)),
    )
    yield ".snapback", _snapback(known, measure.snapback, speaker)
    if measure.cap is None:
        yield ".cap", speaker.say("rule.cap.none", id=known)
    else:
        figure = measure.cap.figure
        yield (
            ".cap",
            speaker.say(
                "rule.cap.rate" if speaker.is_rate(figure) else "rule.cap",
                id=known,
                figure=speaker.figure(figure),
                limit=speaker.number(measure.cap.limit),
                unit=speaker.unit(figure),
            ),
        )
    yield ".watch", _watch(known, measure.watch, speaker)


def _needs(key: str, none: str, known: str, obligations: tuple[str, ...], speaker: Speaker) -> str:
    if not obligations:
        return speaker.say(none, id=known)
    return speaker.say(key, id=known, n=len(obligations), needs=speaker.ids(obligations))


def _snapback(known: str, snapback: Snapback | None, speaker: Speaker) -> str:
    if snapback is None:
        return speaker.say("rule.snapback.none", id=known)
    stays = snapback.stays_if
    who, when = speaker.either(snapback.notice_by), speaker.when(snapback.takes_effect)
    need, total = speaker.parties(stays.need), len(stays.need)
    if stays.of == total:
        return speaker.say("rule.snapback.all", who=who, id=known, when=when, n=total, need=need)
    return speaker.say("rule.snapback.some", who=who, id=known, when=when, n=stays.of, total=total, need=need)


def _watch(known: str, watch: Watch, speaker: Speaker) -> str:
    business = speaker.say("watch.no_business")
    if watch.new_business:
        business = speaker.say("watch.business", figure=speaker.figure(watch.new_business))
    findings = speaker.say("watch.no_findings")
    if watch.out_of_scope:
        kinds = speaker.ids(watch.out_of_scope)
        findings = speaker.say("watch.findings", n=len(watch.out_of_scope), kinds=kinds)
    if not watch.sources:
        return speaker.say("rule.watch.nobody", id=known, business=business, findings=findings)
    sources = speaker.parties(watch.sources)
    return speaker.say(
        "rule.watch", id=known, n=len(watch.sources), sources=sources, business=business, findings=findings
    )
