"""`veedor review`: sign what a hit on a sanctions list is, and list the reviews that this copy holds."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter
from msgspec import to_builtins

from veedor.cli import output
from veedor.cli.means import now_us, reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, DeviceKey, InLanguage, MissionFolder, SpeakersPassphrase
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.mission.acts.reviews import reviews_of, sign_review
from veedor.mission.runs.results import InputSet, read_results
from veedor.money.reviewing.judgements import Verdict
from veedor.money.reviewing.reviews import Hit, Review, Scope, hit_of
from veedor.views.lines import SummaryLine
from veedor.views.reviews import review_lines
from veedor.words import say

review = App(name="review", help="Sign that a hit on a sanctions list is another person, the same, or unsure; list.")


@review.command(name="sign")
def sign(
    mission: MissionFolder,
    finding: str,
    /,
    *,
    verdict: Verdict,
    reason: str,
    until: str,
    scope: Scope = "account",
    to: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    set: InputSet = "common",
    party: str | None = None,
    device_key: DeviceKey = None,
    passphrase_file: SpeakersPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Sign what the hit FINDING of the last run of MISSION is; later runs show it with the hit, which never vanishes.

    It holds until the day given, and only while the list's entry and what records say of the party stay as they are.
    The log shows that a document was attested, and nothing of it.

    Parameters
    ----------
    finding
        The first digits of the finding's id or anchor.
    verdict
        `different` (another person or thing), `same`, or `unsure`.
    reason
        Why: what was looked at.
    until
        The first day on which it no longer holds (2027-01-31).
    scope
        `account`: this account or craft only; `name`: everybody of whom records say the same.
    to
        A member who gets the review; give it once for each. Each must have published a mailbox.
    set
        Which run: over open deposits (`common`) or with one's own sealed ones (`own`).
    party
        Who reviews, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        hit = _hit(read_results(opened.folder, set).chosen("listed_party", -(10**9), finding).to_pylist(), finding)
        made = Review(
            verdict=verdict, scope=scope, subject=hit.subject, party=hit.party, list=hit.list, entry=hit.entry,
            entry_data=hit.entry_data, reason=reason, until=_day(until).isoformat(),
        )  # fmt: skip
        show_stated(opened, sign_review(opened, made, to, now_us()), language, json=json)
    return 0


@review.command(name="list")
def list_reviews(mission: MissionFolder, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """List the reviews that this copy of MISSION holds: its own, and those of others that were opened."""
    with open_mission(mission, reading()) as opened:
        held = reviews_of(opened)
    for line in review_lines(held):
        values = to_builtins(line) | {"known": say(f"review.known.{line.verdict}", language)}
        output.line(line) if json else output.text(say("review.line", language, values))
    if json:
        output.line(SummaryLine(records=len(held)))
    elif not held:
        output.text(say("review.none", language))
    return 0


def _hit(rows: list[dict[str, object]], asked: str) -> Hit:
    hits = [hit for row in rows if (hit := hit_of(row)) is not None]
    if len(hits) != 1:
        raise UsageError(
            "a review is of one hit on a list", expected="the first digits of one finding `listed_party`",
            found=f"{asked}: {len(hits)} of them", next_step="list them: `veedor findings MISSION --kind listed_party`",
        )  # fmt: skip
    return hits[0]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError("this is no day", expected="a day like 2027-01-31", found=written) from None
