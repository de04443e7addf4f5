"""One accord as a screen shows it, in one language: status, courses of measures, calendar, incidents, what people
determined, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from msgspec import Struct

from veedor.accord.at_hand import chosen, governing, timeline_here, versions_at_hand
from veedor.accord.determined import Determined, determined
from veedor.accord.evaluate import evaluate
from veedor.accord.explain.speaker import Speaker
from veedor.accord.incidents import FindingSpan, incidents
from veedor.accord.model.accord import Accord
from veedor.accord.opened_words import words_here
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import Verdict
from veedor.mission.copy.append import Mission
from veedor.views.accord_calendar import AccordCalendar, accord_calendar
from veedor.views.accord_course import MeasureCourse, measure_courses
from veedor.views.accord_incident import IncidentView, incident_view
from veedor.words import LANGUAGES, Language


class AccordShown(Struct, frozen=True):
    """The verdict with the text that governs, and all else of a page in one language. `note`: what a file of dated
    statements says of itself, or nothing."""

    accord: Accord
    verdict: Verdict
    language: Language
    note: str
    courses: tuple[MeasureCourse, ...]
    calendar: AccordCalendar
    incidents: tuple[IncidentView, ...]
    determined: tuple[Determined, ...]

    @property
    def speaker(self) -> Speaker:
        """Who tells the verdict in words."""
        return Speaker(self.accord, self.language)


def accord_shown(
    accord: Accord,
    verdict: Verdict,
    timeline: Timeline,
    language: Language,
    note: str = "",
    words: Mapping[str, str] = MappingProxyType({}),
    findings: Sequence[FindingSpan] = (),
    made: tuple[Determined, ...] = (),
) -> AccordShown:
    """`accord` is the version that governs; `timeline` the one the verdict was made from; `words` of claims are by
    their commitment, `findings` may bear on incidents, `made` are the determinations of a log."""
    told = incidents(timeline, accord.accord, tuple(accord.parties), verdict.at_us, findings)
    return AccordShown(
        accord,
        verdict,
        language,
        note,
        measure_courses(accord, verdict, timeline, language),
        accord_calendar(accord, verdict, timeline, language),
        tuple(incident_view(each, accord, language, words, findings) for each in told),
        made,
    )


def accords_here(mission: Mission, findings: Sequence[FindingSpan] = ()) -> tuple[AccordShown, ...]:
    """Every accord that was signed in this copy, as of logged time, in each language. `findings` are those of this
    copy. The mission must be open with the kinds of `accord.statements.WITH_MISSION`; UsageError where a version that
    was signed is not here."""
    names = sorted({each.accord.accord for each in versions_at_hand(mission)})
    if not names:
        return ()
    timeline = timeline_here(mission)
    found = []
    for name in names:
        versions = chosen(mission, timeline, name)
        verdict = evaluate(versions, timeline, timeline.time_us)
        text = governing(versions, verdict).accord
        words = words_here(mission, incidents(timeline, name, (), verdict.at_us))
        made = determined(versions, timeline, name, verdict.at_us)
        found += [accord_shown(text, verdict, timeline, each, "", words, findings, made) for each in LANGUAGES]
    return tuple(found)


def spans_of(findings: pa.Table) -> tuple[FindingSpan, ...]:
    """Findings as incidents need them, strongest first."""
    rows = findings.select(["id", "kind", "start", "end", "score_milli_log10"]).sort_by(
        [("score_milli_log10", "descending"), ("id", "ascending")]
    )
    columns: list[list[Any]] = [rows["id"].to_pylist(), rows["kind"].to_pylist()]
    columns += [rows[name].cast(pa.int64()).to_pylist() for name in ("start", "end")]
    return tuple(FindingSpan(each.hex(), *rest) for each, *rest in zip(*columns, strict=True))
