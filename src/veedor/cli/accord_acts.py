"""`veedor accord say | act | determine | whatif`: what is said under an accord, and what would follow if it were."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, get_args

import msgspec
from cyclopts import Parameter

from veedor.accord.at_hand import chosen, timeline_here, verdict_here
from veedor.accord.bodies import DETERMINATION, Determination
from veedor.accord.saying import said
from veedor.accord.whatif import a_deposit, a_document, supposed
from veedor.cli import output
from veedor.cli.accord_options import AccordName, Speaker
from veedor.cli.accord_text import status_lines
from veedor.cli.means import now_us, reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.published_text import show_stated
from veedor.errors import UsageError
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.acts.attestations import document_kind
from veedor.mission.copy.append import Mission
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.vocabulary import DataClass

Fields = Annotated[tuple[str, ...], Parameter(negative="")]


def say_statement(
    mission: MissionFolder,
    kind: str,
    /,
    *fields: str,
    accord: AccordName = None,
    party: Speaker = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """State something under the accord of MISSION: an event, a figure, a grant, a notice, an excuse, a claim.

    Parameters
    ----------
    kind
        The type: sign_accord, event, figure, grant, act, notice, consent, excuse, dispute, withhold, position, meeting,
        claim or answer.
    fields
        Its fields, each as `name=value`, such as `event=request instance=1`. Times end in Z.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        of, body = said(kind, _name(opened, accord), fields)
        show_stated(opened, opened.publish(of, body, now_us()), language, json=json)
    return 0


def act(
    mission: MissionFolder,
    measure: str,
    what: str,
    /,
    *,
    authority: str,
    effective: str | None = None,
    superseded_by: str = "",
    accord: AccordName = None,
    party: Speaker = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Record what an authority did about MEASURE: the second column, beside what follows from the accord.

    Parameters
    ----------
    measure
        The measure's id.
    what
        `implemented`, `warned`, `suspended`, `ended`, `withdrawn` or `superseded`.
    authority
        The authority's id.
    effective
        Since when by its own act (ISO 8601, UTC). Default: now.
    superseded_by
        The narrower measure in its place.
    """
    when_us = now_us() if effective is None else output.moment(effective)
    fields = [f"measure={measure}", f"act={what}", f"authority={authority}", f"by_measure={superseded_by}"]
    with open_mission(mission, signing(passphrase_file), party) as opened:
        of, body = said("act", _name(opened, accord), fields)
        body = msgspec.structs.replace(body, effective_us=when_us or 0)
        show_stated(opened, opened.publish(of, body, now_us()), language, json=json)
    return 0


def determine(
    mission: MissionFolder,
    /,
    *,
    accord: AccordName = None,
    yes: bool = False,
    party: Speaker = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Sign what the evidence shows as of logged time: the digest of the verdict over what seals cover.

    Parameters
    ----------
    yes
        Do not ask (needed where there is no terminal).
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        verdict = verdict_here(opened, None, accord)
        for line in status_lines(verdict, language):
            output.note(line)
        standing = [each for each in verdict.versions if each.state in ("in_force", "signed")]
        if not standing:
            raise UsageError("no version of the accord is signed", next_step="`veedor accord sign`")
        if not yes:
            output.need_consent(language)
        digest = hashlib.sha256(canonical_bytes(msgspec.to_builtins(verdict))).hexdigest()
        size = seals_of(opened.state).size
        body = Determination(verdict.accord, standing[-1].digest, size, verdict.at_us, digest)
        show_stated(opened, opened.publish(DETERMINATION, body, now_us()), language, json=json)
    return 0


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
        bodies += [_stated(each, versions[0].accord.accord) for each in statement]
        at_us = timeline.time_us if at is None else output.moment(at) or 0
        verdict = supposed(versions, timeline, bodies, at_us, output.moment(until) or 0)
    if json:
        output.line(verdict)
    else:
        for line in status_lines(verdict, language):
            output.text(line)
    return 0


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


def _stated(given: str, accord: str) -> tuple[str, Body]:
    party, *rest = given.split(",")
    if not rest:
        raise UsageError("which statement?", expected="PARTY,TYPE,FIELD=VALUE,…", found=given)
    return party, said(rest[0], accord, rest[1:])[1]


def _name(mission: Mission, given: str | None) -> str:
    return chosen(mission, timeline_here(mission), given)[0].accord.accord
