"""`veedor accord whatif`: what would follow if something were logged, or nothing were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, get_args

from cyclopts import Parameter

from veedor.accord.at_hand import chosen, governing, timeline_here
from veedor.accord.authority_key import with_authority_key
from veedor.accord.load import Loaded
from veedor.accord.saying import said
from veedor.accord.whatif import a_deposit, a_document, supposed
from veedor.cli import output
from veedor.cli.accord.options import AccordName
from veedor.cli.accord.text import status_lines
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.errors import UsageError
from veedor.mission.acts.attestations import document_kind
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.vocabulary import DataClass
from veedor.words import say
from veedor.words.dates import moment_in_words

Fields = Annotated[tuple[str, ...], Parameter(negative="")]


def whatif(
    mission: MissionFolder,
    /,
    *,
    until: str,
    at: str | None = None,
    deposit: Fields = (),
    document: Fields = (),
    statement: Fields = (),
    accord: AccordName = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Show what would follow until a day if something were logged, or, where nothing is given, if nothing were.

    Nothing is signed or written.

    Parameters
    ----------
    until
        The day (ISO 8601, UTC).
    at
        When it would be logged. Default: now by logged time.
    deposit
        PARTY,CLASS,FROM,TO: a complete deposit of that class and period. Repeat it for each.
    document
        PARTY,KIND: an attested document. Repeat it for each.
    statement
        PARTY,TYPE,FIELD=VALUE,…: a statement of the accord. Repeat it for each.
    """
    with open_mission(mission, reading()) as opened:
        timeline = timeline_here(opened)
        versions = chosen(opened, timeline, accord)
        bodies = [_deposited(each) for each in deposit] + [_documented(each) for each in document]
        bodies += [_stated(each, versions) for each in statement]
        _need_members([party for party, _ in bodies], sorted(opened.state.roster.members))
        at_us = timeline.time_us if at is None else output.moment(at) or 0
        until_us = output.moment(until) or 0
        verdict = supposed(versions, timeline, bodies, at_us, until_us)
    if json:
        output.line(verdict)
    else:
        output.text(say("status.whatif", language, {"until": moment_in_words(until_us, language)}))
        for line in status_lines(governing(versions, verdict).accord, verdict, language):
            output.text(line)
    return 0


def _need_members(parties: Sequence[str], members: Sequence[str]) -> None:
    """What nobody could say would change nothing, and look like an answer."""
    for party in parties:
        if party not in members:
            raise UsageError(f"{party} is not a member of this mission", expected=", ".join(members), found=party)


def _deposited(given: str) -> tuple[str, Body]:
    parts = given.split(",")
    if len(parts) != 4 or parts[1] not in get_args(DataClass):
        raise UsageError("which deposit?", expected="PARTY,CLASS,FROM,TO", found=given)
    start_us, end_us = output.moment(parts[2]), output.moment(parts[3])
    kind: Any = parts[1]
    return parts[0], a_deposit(parts[0], kind, start_us or 0, end_us or 0)


def _documented(given: str) -> tuple[str, Body]:
    party, comma, kind = given.partition(",")
    if not comma:
        raise UsageError("which document?", expected="PARTY,KIND", found=given)
    return party, a_document(document_kind(kind))


def _stated(given: str, versions: tuple[Loaded, ...]) -> tuple[str, Body]:
    party, *rest = given.split(",")
    if not rest:
        raise UsageError("which statement?", expected="PARTY,TYPE,FIELD=VALUE,…", found=given)
    return party, with_authority_key(said(rest[0], versions[0].accord.accord, rest[1:])[1], versions)
