"""A finding that was revealed, whole or in part, as people read it: a label and a sentence for each thing shown.

The page of a bundle says the same, word by word (`mission/page/finding.js`); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from veedor.tables import FINDING_PARTS
from veedor.views.finding import evidence_view, innocent_view, sentence_of, strength, subject_words, term_view
from veedor.words import Language, say

Line = tuple[str, str]
Fields = Mapping[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def revealed_lines(fields: Fields, language: Language) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """The name of each field group of FINDING_PARTS that is shown, with its lines; `fields` as `decode_row` gives."""
    for group, columns in FINDING_PARTS.groups.items():
        if columns[0] in fields:
            yield say(f"shown.part.{group}", language), tuple(_LINES[group](fields, language))


def _what(fields: Fields, language: Language) -> Iterator[Line]:
    span = {"start_us": _us(fields["start"]), "end_us": _us(fields["end"])}
    if fields["simulated"]:
        yield say("shown.simulated", language), say("shown.simulated.note", language)
    yield say("shown.kind", language), say(f"kind.{fields['kind']}", language)
    yield say("shown.when", language), say("finding.when", language, span)
    yield say("shown.found_by", language), f"{fields['detector']} {fields['version']}"


def _area(fields: Fields, language: Language) -> Iterator[Line]:
    sides = {side: fields[f"area_{side}_e7"] for side in ("south", "west", "north", "east")}
    key = "shown.no_place" if sides["south"] is None else "shown.area.cell"
    yield say("shown.area", language), say(key, language, sides)


def _subject(fields: Fields, language: Language) -> Iterator[Line]:
    place = {name: fields[name] for name in ("lat_e7", "lon_e7", "radius_mm")}
    key = "shown.no_place" if place["lat_e7"] is None else "finding.where"
    yield say("shown.subject", language), subject_words(fields["subject"], language)
    yield say("shown.place", language), say(key, language, place)


def _reasons(fields: Fields, language: Language) -> Iterator[Line]:
    score = fields["score_milli_log10"]
    said = say("finding.score", language, {"milli_log10": score})
    yield say("shown.score", language), f"{strength(score, language)}, {said}"
    for reason in fields["reasons"]:
        yield say("shown.reason", language), sentence_of(reason, language)
    for each in fields["terms"]:
        term = term_view(each, language)
        parts = {"value": term.shown, "label": term.label, "source": term.source}
        yield say("shown.term", language), say("shown.term.source", language, parts)
    for each in fields["innocent"]:
        test = innocent_view(each, language)
        value = say("term.value", language, {"milli_log10": test.milli_log10})
        parts = {"value": value, "verdict": test.verdict_word, "sentence": test.sentence}
        yield say("shown.innocent", language), say("shown.innocent.tested", language, parts)
    for item in fields["searched"]:
        yield say("shown.searched", language), sentence_of(item, language)


def _evidence(fields: Fields, language: Language) -> Iterator[Line]:
    for name in ("id", "anchor", "supersedes", "parameters"):
        if fields[name] is not None:
            yield say(f"shown.{name}", language), fields[name].hex()
    counted = {"shown": len(fields["evidence"]), "count": fields["evidence_count"]}
    digest = fields["evidence_digest"].hex()
    yield say("shown.evidence", language), say("shown.evidence.of", language, {**counted, "digest": digest})
    for each in fields["evidence"]:
        item = evidence_view(each, language)
        yield (
            say("shown.record", language),
            say("shown.record.of", language, {"role": item.role, "record": item.record}),
        )


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


_LINES: Mapping[str, Callable[[Fields, Language], Iterator[Line]]] = {
    "what": _what,
    "area": _area,
    "subject": _subject,
    "reasons": _reasons,
    "evidence": _evidence,
}
