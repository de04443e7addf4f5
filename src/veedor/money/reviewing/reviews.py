"""What people judged of a hit, and whether it still holds: the same algebra as for holders, on hits of lists.

A review names a party, a list's entry, and what was compared of both, by digest. It never takes a finding away: it says
beside it who judged what, why, and until when. Where the list changed the entry, or the records say other things of the
party, the hit is open again; where members exclude each other it is disputed, and nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

from veedor.money.reviewing.judgements import Judged, Judgements, Verdict

COMPARED = "finding.listed_party.compared"
Scope = Literal["account", "name"]
Known = Literal["same", "different", "unsure", "disputed", "expired", "open_again"]
LARGEST_REVIEW = 64 << 10


@dataclass(frozen=True)
class Hit:
    """A finding `listed_party` by what it compared: digests (hex) of the party's data and of the entry's."""

    finding: str
    subject: str
    name: str
    party: str
    list: str
    entry: str
    entry_data: str


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The document that is signed. `scope`: this `subject` only, or everybody of whom records say the same (`party`);
    `until`: the first day on which it no longer holds (ISO 8601)."""

    schema: Literal["screening_review/1"] = "screening_review/1"
    verdict: Verdict
    scope: Scope
    subject: str
    party: str
    list: str
    entry: str
    entry_data: str
    reason: str
    until: str


@dataclass(frozen=True)
class SignedReview:
    """A review with who signed it; `number` orders the statements of the log."""

    review: Review
    by: str
    number: int
    statement: str


@dataclass(frozen=True)
class Standing:
    """What is known of a hit and by which reviews, in the order of the log."""

    known: Known
    by: tuple[SignedReview, ...]


def encode_review(review: Review) -> bytes:
    """The document, always the same bytes for the same review."""
    return msgspec.json.encode(review, order="sorted") + b"\n"


def decode_review(data: bytes) -> Review | None:
    """The review in an attested document; None where it is another document."""
    try:
        review = msgspec.json.decode(data, type=Review, strict=True) if len(data) <= LARGEST_REVIEW else None
        return review if review is not None and date.fromisoformat(review.until) else None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None


def hit_of(row: Mapping[str, Any]) -> Hit | None:
    """The hit in a row of FINDINGS; None for other findings."""
    for reason in row["reasons"]:
        if reason["key"] == COMPARED:
            said = {each["name"]: each["text"] for each in reason["values"]}
            return Hit(row["id"].hex(), row["subject"], said["name"], said["party"], said["list"], said["entry"],
                       said["entry_data"])  # fmt: skip
    return None


def standing(hit: Hit, reviews: Iterable[SignedReview], day: date) -> Standing | None:
    """What reviews say of this hit on a day; None where nobody reviewed it. Of one member's reviews the last counts,
    even where it is over."""
    about = [each for each in sorted(reviews, key=lambda each: each.number) if _about(hit, each.review)]
    latest = tuple(sorted({each.by: each for each in about}.values(), key=lambda each: each.number))
    if not latest:
        return None
    current = tuple(each for each in latest if _unchanged(hit, each.review))
    if not current:
        return Standing("open_again", latest)
    valid = tuple(each for each in current if day < date.fromisoformat(each.review.until))
    if not valid:
        return Standing("expired", current)
    judged = Judgements(Judged("party", "entry", each.review.verdict, each.by, each.number) for each in valid)
    known = judged.between("party", "entry").known
    assert known != "unjudged"
    return Standing(known, valid)


def _about(hit: Hit, review: Review) -> bool:
    party = review.subject == hit.subject if review.scope == "account" else review.party == hit.party
    return party and (review.list, review.entry) == (hit.list, hit.entry)


def _unchanged(hit: Hit, review: Review) -> bool:
    return (review.party, review.entry_data) == (hit.party, hit.entry_data)
