"""Reviews of hits on sanctions lists: signed, attested in the log by commitments, sent sealed to named members.

A review is a document like others (`attest`): the log shows that this member attests a document, and nothing of what it
says. Reviews of others count once `veedor payload open` took their documents over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log_folder.files import make_folders, write_durable
from veedor.mission.acts.attestations import DOCUMENT_DOMAIN, attest
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.enclosed import Named
from veedor.mission.state.acts import attestations_of
from veedor.mission.statements.binding import check_openings
from veedor.money.reviewing.reviews import LARGEST_REVIEW, Review, SignedReview, decode_review, encode_review

DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)


def sign_review(mission: Mission, review: Review, to: Sequence[str], at_us: int) -> Published:
    """Attest a review made on the day of `at_us`, keep its document in this copy, and send it to the members `to`.
    UsageError where it says no reason, or holds for no day."""
    if not review.reason.strip():
        raise UsageError("a review says why", next_step="give --reason")
    today = at_us // DAY_US
    if (date.fromisoformat(review.until) - _EPOCH).days <= today:
        raise UsageError("a review holds until a day to come", found=review.until)
    content = encode_review(review)
    if len(content) > LARGEST_REVIEW:
        raise UsageError("the reason is too long", expected=f"{LARGEST_REVIEW} bytes in all", found=str(len(content)))
    made = attest(mission, Named("screening-review.json", content), "other", today * DAY_US, to, at_us)
    place = mission.folder.documents / made.digest
    make_folders(mission.files, place.parent)
    place.parent.chmod(0o700)
    write_durable(mission.files, place, content)
    place.chmod(0o600)
    return made


def reviews_of(mission: Mission) -> tuple[SignedReview, ...]:
    """Every review that this copy holds and that its statement in the log commits to, in the order of the log. A
    document that was damaged or changed since is none: it opens nothing."""
    found: list[SignedReview] = []
    for statement in attestations_of(mission.pending()):
        review = _held(mission, statement.digest, statement.body)
        if review is not None:
            found.append(SignedReview(review, statement.chain.party, len(found), statement.digest))
    return tuple(found)


def _held(mission: Mission, digest: str, body: object) -> Review | None:
    place = mission.folder.documents / digest
    if not mission.files.exists(place):
        return None
    try:
        content = mission.files.read(place, LARGEST_REVIEW + 1)
        openings = mission.confidential.openings(digest)
        check_openings(body, openings, str(place))  # type: ignore[arg-type] # of an attestation
    except (StoreError, VerifyError):
        return None
    value = hashlib.sha256(content).hexdigest()
    opens = any((each.domain, each.value) == (DOCUMENT_DOMAIN, value) for each in openings)
    return decode_review(content) if opens else None
