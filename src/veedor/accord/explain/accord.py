"""The whole accord in words, in the order of its file: each rule one sentence, each sentence with its rule."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from veedor.accord.calendars import WEEKDAYS, CalendarTable
from veedor.accord.dates import day_of
from veedor.accord.explain.conditions import metric_in_words
from veedor.accord.explain.measures import measure_in_words
from veedor.accord.explain.obligations import obligation_in_words, shared_in_words
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.sharing import shared
from veedor.accord.zones import ZoneTable
from veedor.words import Language
from veedor.words.dates import day_in_words, weekday_name
from veedor.words.lists import joined

_DAY_US = 86_400_000_000


class RuleSentence(Struct, frozen=True):
    """One rule: where it stands in the accord's file (`obligations.radar.cure`), and what it says."""

    rule: str
    text: str


def explain(accord: Accord, language: Language) -> tuple[RuleSentence, ...]:
    """Every rule of the accord as one sentence. Whatever decides anything is in one of them: no two accords that
    differ read the same."""
    speaker = Speaker(accord, language)
    return tuple(RuleSentence(rule, text[:1].upper() + text[1:]) for rule, text in _rules(speaker))


def _rules(speaker: Speaker) -> Iterator[tuple[str, str]]:
    accord = speaker.accord
    yield "accord", _title(speaker)
    yield "in_force", speaker.say("rule.in_force", when=speaker.when(accord.in_force))
    yield from _names(speaker)
    for name, metric in sorted(accord.metrics.items()):
        said = metric_in_words(metric, speaker)
        yield f"metrics.{name}", speaker.say("metric", name=speaker.id(name), metric=said)
    for name, obligation in sorted(accord.obligations.items()):
        for part, text in obligation_in_words(name, obligation, speaker):
            yield f"obligations.{name}{part}", text
    for each in shared(accord):
        yield from shared_in_words(each, speaker)
    for name, measure in sorted(accord.measures.items()):
        for part, text in measure_in_words(name, measure, speaker):
            yield f"measures.{name}{part}", text
    yield from _procedures(speaker)


def _title(speaker: Speaker) -> str:
    accord = speaker.accord
    supersedes = speaker.say("supersedes", digest=accord.supersedes) if accord.supersedes else ""
    said = speaker.say(
        "title",
        title=speaker.text(accord.title),
        name=speaker.id(accord.accord),
        version=accord.version,
        parties=speaker.parties(accord.parties),
    )
    return f"{said}{supersedes}."


def _names(speaker: Speaker) -> Iterator[tuple[str, str]]:
    accord = speaker.accord
    for name in sorted(accord.parties):
        yield f"parties.{name}", speaker.say("rule.party", party=speaker.party(name), id=speaker.id(name))
    for name, authority in sorted(accord.authorities.items()):
        key = speaker.say("key.own", key=authority.key) if authority.key else speaker.say("key.party")
        said = speaker.text_plain(authority.name)
        party = speaker.party(authority.party)
        yield (
            f"authorities.{name}",
            speaker.say("rule.authority", authority=said, id=speaker.id(name), party=party, key=key),
        )
    for name, zone in sorted(accord.zones.items()):
        yield f"zones.{name}", _zone(name, zone, speaker)
    for name, calendar in sorted(accord.calendars.items()):
        yield f"calendars.{name}", _calendar(name, calendar, speaker)
    for name, date in sorted(accord.dates.items()):
        at = speaker.moment(date.at, f"dates.{name}.at")
        yield f"dates.{name}", speaker.say("rule.date", name=speaker.text(date.text), id=speaker.id(name), at=at)
    for name, event in sorted(accord.events.items()):
        by = speaker.either(event.by)
        yield (
            f"events.{name}",
            speaker.say("rule.event", name=speaker.text(event.text), id=speaker.id(name), parties=by),
        )
    for name, figure in sorted(accord.figures.items()):
        unit = speaker.unit(name)
        yield (
            f"figures.{name}",
            speaker.say("rule.figure", name=speaker.text(figure.text), id=speaker.id(name), unit=unit),
        )


def _zone(name: str, table: ZoneTable, speaker: Speaker) -> str:
    place = f"zones.{name}"
    changes = [
        speaker.say("zone.change", offset=change.offset, at=speaker.moment(change.at, place))
        for change in table.changes
    ]
    said = speaker.say("zone.changes", changes=joined(changes, "and", speaker.language)) if changes else ""
    start, end = speaker.moment(table.start, place), speaker.moment(table.end, place)
    return speaker.say("rule.zone", zone=name, offset=table.offset, start=start, end=end) + f"{said}."


def _calendar(name: str, table: CalendarTable, speaker: Speaker) -> str:
    language = speaker.language
    days = [speaker.say("weekend.each", day=weekday_name(WEEKDAYS.index(day), language)) for day in table.weekend]
    holidays = ""
    if table.holidays:
        dates = [day_in_words(day_of(date, f"calendars.{name}") * _DAY_US, language) for date in table.holidays]
        holidays = " " + speaker.say("calendar.holidays", n=len(dates), dates=joined(dates, "and", language))
    said = speaker.say(
        "rule.calendar",
        name=speaker.id(name),
        first=table.first_year,
        last=table.last_year,
        weekend=joined(days, "and", language) or speaker.say("weekend.none"),
    )
    return f"{said}{holidays}."


def _procedures(speaker: Speaker) -> Iterator[tuple[str, str]]:
    accord = speaker.accord
    if not accord.disputes:
        yield "disputes", speaker.say("rule.dispute.none")
    for number, step in enumerate(accord.disputes, 1):
        last = speaker.say("dispute.last") if number == len(accord.disputes) else ""
        panel, when = speaker.text(step.panel), speaker.when(step.within)
        yield f"disputes[{number}]", speaker.say("rule.dispute", n=number, panel=panel, when=when) + f"{last}."
    for name, quota in sorted(accord.quotas.items()):
        yield (
            f"quotas.{name}",
            speaker.say(
                "rule.quota",
                party=speaker.party(quota.party),
                event=speaker.event(quota.event),
                n=quota.most,
                id=speaker.id(name),
                first=speaker.when(quota.windows.first),
                length=speaker.when(quota.windows.length),
            ),
        )
    for name, period in sorted(accord.periods.items()):
        data, when = speaker.word("data", period.data_class), speaker.when(period.length)
        yield f"periods.{name}", speaker.say(f"rule.period.{period.kind}", data=data, id=speaker.id(name), when=when)
    for name, meeting in sorted(accord.meetings.items()):
        yield (
            f"meetings.{name}",
            speaker.say(
                "rule.meeting",
                id=speaker.id(name),
                place=speaker.text_plain(meeting.place),
                when=speaker.when(meeting.at),
                agenda=speaker.text(meeting.agenda),
            ),
        )
    participation = accord.participation
    for act in ("suspend", "withdraw"):
        when = speaker.when(participation.suspend if act == "suspend" else participation.withdraw)
        yield f"participation.{act}", speaker.say(f"rule.participation.{act}", when=when)
    if participation.survives:
        survives = speaker.ids(participation.survives)
        yield "participation.survives", speaker.say("rule.participation.survives", survives=survives)
    else:
        yield "participation.survives", speaker.say("rule.participation.nothing_survives")
