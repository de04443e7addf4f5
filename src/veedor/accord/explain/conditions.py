"""Metrics and conditions in words: what is measured, and what must hold of it."""

from __future__ import annotations

from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.conditions import All, AnyOf, AtLeast, AtMost, Condition, Happened, NOf
from veedor.accord.model.metrics import (
    AnswerTime,
    DeliveredRatio,
    DocumentsAttested,
    EventsCounted,
    FigureDisagreement,
    FigureValue,
    FindingsCounted,
    InspectionsRefused,
    LongestGap,
    Metric,
    OpenDiscrepancies,
)
from veedor.accord.model.obligations import Arises, ByEvent
from veedor.words import Value


def metric_in_words(metric: Metric, speaker: Speaker) -> str:
    """The metric as a noun phrase: `the share of the period that …`."""
    values: dict[str, Value]
    match metric:
        case DeliveredRatio(party, data_class, outages) | LongestGap(party, data_class, outages):
            values = {"party": speaker.party(party), "data": speaker.word("data", data_class)}
            said = speaker.say(f"metric.{_kind(metric)}", **values)
            return f"{said}, {speaker.say(f'outages.{outages}')}"
        case AnswerTime(asked, answered):
            values = {"asked": speaker.event(asked), "answered": speaker.event(answered)}
        case DocumentsAttested(party, document):
            values = {"party": speaker.party(party), "document": speaker.word("document", document)}
        case EventsCounted(event):
            values = {"event": speaker.event(event)}
        case FindingsCounted(party, finding):
            values = {"party": speaker.party(party), "finding": speaker.id(finding)}
        case FigureValue(figure, source):
            values = {"figure": speaker.figure(figure), "party": speaker.party(source)}
        case FigureDisagreement(figure, sources):
            values = {"figure": speaker.figure(figure), "parties": speaker.parties(sources)}
        case OpenDiscrepancies(party) | InspectionsRefused(party):
            values = {"party": speaker.party(party)}
    return speaker.say(f"metric.{_kind(metric)}", **values)


def condition_in_words(condition: Condition, arises: Arises, speaker: Speaker) -> str:
    """What must hold, as a clause: `“radar” is at least 95/100 …`. Parts of a part stand in brackets."""
    match condition:
        case All(of):
            return _several("test.all", of, len(of), arises, speaker)
        case AnyOf(of):
            return _several("test.any", of, 1, arises, speaker)
        case NOf(n, of):
            return _several("test.n_of", of, n, arises, speaker)
        case AtLeast(metric, value):
            return speaker.say("test.at_least", metric=speaker.id(metric), value=_value(metric, value, speaker))
        case AtMost(metric, value):
            return speaker.say("test.at_most", metric=speaker.id(metric), value=_value(metric, value, speaker))
        case Happened(event):
            key = "test.happened.same" if isinstance(arises, ByEvent) else "test.happened.since"
            return speaker.say(key, event=speaker.event(event))


def _several(key: str, tests: tuple[Condition, ...], n: int, arises: Arises, speaker: Speaker) -> str:
    said = [condition_in_words(test, arises, speaker) for test in tests]
    parts = [f"({number}) {each}" for number, each in enumerate(said, 1)]
    joined = "; ".join(parts)
    simple = all(not isinstance(test, All | AnyOf | NOf) for test in tests)
    return speaker.say(key, n=n, tests=joined if simple else f"[{joined}]")


def _value(name: str, value: str, speaker: Speaker) -> str:
    metric = speaker.accord.metrics.get(name)
    single = value == "1"
    value = speaker.number(value)
    match metric:
        case DeliveredRatio() | FigureDisagreement():
            return speaker.say("value.ratio" if isinstance(metric, DeliveredRatio) else "value.plain", value=value)
        case LongestGap() | AnswerTime():
            return speaker.say("value.hours", value=value, n=1 if single else 2)
        case FigureValue(figure, _):
            return speaker.say("value.unit", value=value, unit=speaker.unit(figure))
        case _:
            return value


def _kind(metric: Metric) -> str:
    return str(metric.__struct_config__.tag)
