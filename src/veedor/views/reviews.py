"""Hits on sanctions lists with what people signed of them: reviewed by whom, why, until when, or open again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import pyarrow as pa
from msgspec import Struct, structs

from veedor.money.reviewing.reviews import SignedReview, Standing, hit_of, standing
from veedor.views.finding import FindingView
from veedor.words import say

_DAY_US = 86_400_000_000
_KIND = "listed_party"


class ReviewedLine(Struct, frozen=True, kw_only=True):
    """What is known of one finding by reviews: different, same, unsure, disputed, expired, open_again."""

    schema: Literal["reviewed/1"] = "reviewed/1"
    finding: str
    known: str
    statements: tuple[str, ...]


class ReviewLine(Struct, frozen=True, kw_only=True):
    """One signed review that this copy holds. `statement` is the attestation in the log that commits to it."""

    schema: Literal["review/1"] = "review/1"
    statement: str
    by: str
    verdict: str
    scope: str
    subject: str
    party: str
    list: str
    entry: str
    entry_data: str
    reason: str
    until: str


REVIEW_LINES: tuple[type[Struct], ...] = (ReviewedLine, ReviewLine)


def day_of(time_us: int) -> date:
    """The day (UTC) of a moment."""
    return date(1970, 1, 1) + timedelta(days=time_us // _DAY_US)


def standings(findings: pa.Table, reviews: Sequence[SignedReview], day: date) -> Mapping[str, Standing]:
    """By id of the finding (hex), for those that somebody reviewed."""
    found: dict[str, Standing] = {}
    for row in findings.to_pylist() if reviews else ():
        hit = hit_of(row) if row["kind"] == _KIND else None
        known = standing(hit, reviews, day) if hit is not None else None
        if hit is not None and known is not None:
            found[hit.finding] = known
    return found


def with_reviews(views: Sequence[FindingView], known: Mapping[str, Standing], language: str) -> tuple[FindingView, ...]:
    """The same findings in the same order; reviewed ones say so in their title and as first reason."""
    return tuple(_marked(view, known[view.id], language) if view.id in known else view for view in views)


def reviewed_lines(known: Mapping[str, Standing]) -> Iterator[ReviewedLine]:
    """A line for each reviewed finding."""
    for finding, each in sorted(known.items()):
        yield ReviewedLine(finding=finding, known=each.known, statements=tuple(review.statement for review in each.by))


def review_lines(reviews: Iterable[SignedReview]) -> Iterator[ReviewLine]:
    """A line for each review, in the order of the log."""
    for each in reviews:
        said = structs.asdict(each.review)
        said.pop("schema")
        yield ReviewLine(statement=each.statement, by=each.by, **said)


def _marked(view: FindingView, known: Standing, language: str) -> FindingView:
    values = {
        "by": ", ".join(each.by for each in known.by),
        "until": min(each.review.until for each in known.by),
        "reason": " / ".join(each.review.reason for each in known.by),
    }
    mark = say("review.mark", language, {"known": say(f"review.known.{known.known}", language)})
    return structs.replace(
        view, title=f"{view.title} ({mark})", subject=f"{view.subject} ({mark})",
        reasons=(say(f"review.{known.known}", language, values), *view.reasons),
    )  # fmt: skip
