"""One finding as people read it: what is suspected, how strongly, why, on which records, what speaks for innocence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from veedor.views.ground import Near, facts_near, ground_sentences
from veedor.views.needs import NEEDS
from veedor.views.rows import plain_rows
from veedor.words import known, say

# Verbal scale for a log10 likelihood ratio in thousandths: ENFSI guideline for evaluative reporting (2015), table 2.
SCALE = (
    (6_000, "scale.extremely_strong"),
    (4_000, "scale.very_strong"),
    (3_000, "scale.strong"),
    (2_000, "scale.moderately_strong"),
    (1_000, "scale.moderate"),
    (301, "scale.weak"),
)


_OUTLINE = "air.corridor.reason.outline"
_MANY = "air.explained."
_NUMBER = re.compile("-?[0-9]{1,20}")


class TermView(msgspec.Struct, frozen=True):
    """One term of the score. `milli_log10` None: not assessable."""

    label: str
    milli_log10: int | None
    shown: str
    source: str


class InnocentView(msgspec.Struct, frozen=True):
    """One innocent explanation, tested: what it says, the verdict, its effect on the score. One line names all that the
    data cannot decide, and of many without effect one names all that they contradict."""

    sentence: str
    verdict: str
    verdict_word: str
    milli_log10: int


class EvidenceView(msgspec.Struct, frozen=True):
    """A record or a range of rows; `record` is what `veedor show` takes."""

    role: str
    record: str


class FindingView(msgspec.Struct, frozen=True):
    """A finding in one language. Times are microseconds beside their sentences; places 1e-7 degree."""

    id: str
    kind: str
    title: str
    subject: str
    start_us: int
    end_us: int
    when: str
    lat_e7: int | None
    lon_e7: int | None
    radius_mm: int | None
    where: str
    outline: tuple[tuple[int, int], ...]  # latitude, longitude of its corners, anticlockwise; empty: it has none
    score_milli_log10: int
    score: str
    strength: str
    terms: tuple[TermView, ...]
    reasons: tuple[str, ...]
    innocent: tuple[InnocentView, ...]
    searched: tuple[str, ...]
    evidence: tuple[EvidenceView, ...]
    evidence_count: int
    simulated: bool
    detector: str


def finding_views(findings: pa.Table, language: str, facts: pa.Table | None = None) -> tuple[FindingView, ...]:
    """Rows of FINDINGS, strongest first, ties by kind, start and id. `facts`: GROUND_FACTS, told beside the reasons of
    findings that they lie near."""
    near = {} if facts is None else facts_near(findings, facts)
    views = [_view(row, language, near.get(row["id"], ())) for row in plain_rows(findings)]
    return tuple(sorted(views, key=lambda v: (-v.score_milli_log10, v.kind, v.start_us, v.id)))


def strength(milli_log10: int, language: str) -> str:
    """The score in words: how much better the records fit the suspicion than its absence."""
    for least, key in SCALE:
        if milli_log10 >= least:
            return say(key, language)
    return say("scale.none", language)


def _values(values: Sequence[Mapping[str, Any]]) -> dict[str, int | str | None]:
    return {item["name"]: item["number"] if item["text"] is None else item["text"] for item in values}


def _view(row: Mapping[str, Any], language: str, near: Sequence[Near]) -> FindingView:
    span = {"start_us": row["start"], "end_us": row["end"]}
    placed = row["lat_e7"] is not None
    weighty = [test for test in row["innocent"] if not _slight(test)]
    slight = [test for test in row["innocent"] if _slight(test)]
    place = {"lat_e7": row["lat_e7"], "lon_e7": row["lon_e7"], "radius_mm": row["radius_mm"]}
    return FindingView(
        id=row["id"].hex() if any(row["id"]) else "",
        kind=row["kind"],
        title=say(f"kind.{row['kind']}", language),
        subject=subject_words(row["subject"], language),
        start_us=row["start"],
        end_us=row["end"],
        when=say("finding.when", language, span),
        lat_e7=row["lat_e7"],
        lon_e7=row["lon_e7"],
        radius_mm=row["radius_mm"],
        where=say("finding.where", language, place) if placed else "",
        outline=_outline(row["reasons"]),
        score_milli_log10=row["score_milli_log10"],
        score=say("finding.score", language, {"milli_log10": row["score_milli_log10"]}),
        strength=strength(row["score_milli_log10"], language),
        terms=tuple(term_view(term, language) for term in row["terms"]),
        reasons=(*(sentence_of(reason, language) for reason in row["reasons"]), *ground_sentences(near, language)),
        innocent=(*(innocent_view(test, language) for test in weighty), *_further(slight, language)),
        searched=tuple(sentence_of(item, language) for item in row["searched"]),
        evidence=tuple(evidence_view(item, language) for item in row["evidence"]),
        evidence_count=row["evidence_count"],
        simulated=row["simulated"],
        detector=f"{row['detector']} {row['version']}",
    )


def sentence_of(item: Mapping[str, Any], language: str) -> str:
    """A reason, a test or a search as its sentence, with its values in it."""
    return say(item["key"], language, _values(item["values"]))


def _outline(reasons: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    """The outline that a reason states. Whoever may not see reasons gets none."""
    said = [_values(reason["values"]) for reason in reasons if reason["key"] == _OUTLINE]
    corners = [each.split(",") for values in said for each in str(values["outline"]).split()]
    return tuple((int(lat), int(lon)) for lat, lon in corners)


def _source(source: str, language: str) -> str:
    return say(f"source.{source}", language) if known(f"source.{source}") else source


def subject_words(subject: str, language: str) -> str:
    """Whom or what a finding is about; as it is where its kind of subject has no words."""
    kind, _, identity = subject.partition(":")
    if kind in ("track", "strip") and _NUMBER.fullmatch(identity):
        # A 64-bit id reads better, and is told apart sooner, without sign and in hex.
        identity = f"{int(identity) & (2**64 - 1):016x}"
    return say(f"subject.{kind}", language, {"id": identity}) if identity and known(f"subject.{kind}") else subject


def term_view(term: Mapping[str, Any], language: str) -> TermView:
    """One of a finding's `terms`."""
    value = term["milli_log10"]
    key = "term.not_assessable" if value is None else "term.value"
    shown = say(key, language, {"milli_log10": value})
    return TermView(
        say(term["name"], language, _values(term["values"])), value, shown, _source(term["source"], language)
    )


def innocent_view(test: Mapping[str, Any], language: str) -> InnocentView:
    """One of a finding's `innocent`."""
    return InnocentView(
        sentence_of(test, language),
        test["verdict"],
        say(f"innocent.{test['verdict']}", language),
        test["milli_log10"],
    )


def _slight(test: Mapping[str, Any]) -> bool:
    """Without effect on the score, and undecided or one of the many that silent flights are tested for."""
    if test["milli_log10"] or not known(f"short.{test['key']}"):
        return False
    one_of_many = str(test["key"]).startswith(_MANY)
    return bool(test["verdict"] == "cannot_tell" or (test["verdict"] == "contradicts" and one_of_many))


def _further(tests: Sequence[Mapping[str, Any]], language: str) -> list[InnocentView]:
    """Explanations without effect, a line for each verdict: what was tested is told, and does not hide what counts."""
    against = [say(f"short.{test['key']}", language) for test in tests if test["verdict"] == "contradicts"]
    open_still = [test["key"] for test in tests if test["verdict"] == "cannot_tell"]
    found = []
    if against:
        sentence = say("innocent.further", language, {"n": len(against), "names": ", ".join(against)})
        found.append(InnocentView(sentence, "contradicts", say("innocent.contradicts", language), 0))
    if open_still:
        key = "innocent.unjudged" if any(each in NEEDS for each in open_still) else "innocent.further"
        sentence = say(key, language, {"n": len(open_still), "names": _with_needs(open_still, language)})
        found.append(InnocentView(sentence, "cannot_tell", say("innocent.cannot_tell", language), 0))
    return found


def _with_needs(keys: Sequence[str], language: str) -> str:
    """Short names, those together that the same data would decide. Of the many for flights `searched` says it."""
    by_need: dict[str, list[str]] = {}
    for key in keys:
        by_need.setdefault(NEEDS.get(key, ""), []).append(say(f"short.{key}", language))
    listed = {need: ", ".join(names) for need, names in by_need.items()}
    values = {need: {"names": names, "need": say(f"needs.{need}", language)} for need, names in listed.items()}
    return "; ".join(
        say("innocent.unjudged.needs", language, values[need]) if need else names for need, names in listed.items()
    )


def evidence_view(item: Mapping[str, Any], language: str) -> EvidenceView:
    """One of a finding's `evidence`."""
    rows = str(item["row"]) if item["row"] == item["last_row"] else f"{item['row']}-{item['last_row']}"
    return EvidenceView(say(item["role"], language), f"{item['deposit'].hex()}:{rows}")
