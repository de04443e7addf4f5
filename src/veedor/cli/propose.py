"""`veedor propose`: write a draft of a statement that the parties must agree to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from veedor.accord.load import read_accord
from veedor.cli import output
from veedor.cli.means import now_us, reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder, Proposer
from veedor.cli.text.proposal import need_new_file, show_progress
from veedor.engine.parameters import configured
from veedor.errors import UsageError
from veedor.formats.source import FileSource
from veedor.mission.acts.proposal import Progress, names, write_proposal
from veedor.mission.acts.proposal import propose as propose_statement
from veedor.mission.copy.append import Mission
from veedor.mission.copy.parameters import load_parameters
from veedor.mission.founding.newcomer import read_member
from veedor.mission.runs.adoption import unlike
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy
from veedor.mission.statements.bodies import Body, Join, Quorum
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.types import ADOPT, FREEZE, HANDOVER, JOIN, POLICY
from veedor.words import Language

propose = App(name="propose", help="Write a draft to be signed: quorums, a member, an adoption, a handover, the end.")

With = Annotated[tuple[str, ...], Parameter(name="--with", negative="")]


@propose.command
def policy(
    mission: MissionFolder,
    draft: Path,
    /,
    *,
    agreement: str | None = None,
    clock: str | None = None,
    outsiders: int | None = None,
    recovery: int | None = None,
    others: With = (),
    party: Proposer = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Propose other quorums. What is not given stays as it is.

    Parameters
    ----------
    draft
        The draft file to write.
    agreement
        How many parties must agree: `all`, `majority` or a number.
    clock
        How many witnesses give time: `all`, `majority` or a number.
    outsiders
        How many of them are not a party.
    recovery
        How many other members may together replace a member's keys; 0 for none, else at least 2.
    others
        Another member that signs. Repeat it for each. Default: all parties.
    """
    with open_mission(mission, reading(), party) as opened:
        now = opened.state.roster
        clocked = _quorum(clock, now.clock, now.clock.outsiders if outsiders is None else outsiders)
        kept = now.recovery if recovery is None else recovery
        body = Policy(_quorum(agreement, now.agreement, 0), clocked, kept)
        _write(opened, draft, POLICY, body, others, language, json)
    return 0


@propose.command
def adopt(
    mission: MissionFolder,
    draft: Path,
    /,
    *,
    document: Literal["accord", "parameters", "borders", "measures", "registers", "other"],
    file: Path,
    since: str,
    others: With = (),
    party: Proposer = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Propose that the parties adopt a file, by its digest.

    Parameters must be pinned (`veedor parameters pin`) for the detectors that are installed here.

    Parameters
    ----------
    draft
        The draft file to write.
    document
        What it is: `accord`, `parameters`, `borders`, `measures`, `registers` or `other`.
    file
        The file to adopt.
    since
        From when on it holds (ISO 8601, UTC where no zone is given).
    others
        Another member that signs. Repeat it for each. Default: all parties.
    """
    from_us = output.moment(since)
    if from_us is None or from_us < 0:
        raise UsageError("from when on?", expected="such as 2026-03-31", found=since)
    if document == "parameters":
        _need_pinned(file)
    with open_mission(mission, reading(), party) as opened:
        # Of an accord its canonical form is adopted: that is what `veedor accord sign` signs too.
        accord = document == "accord"
        digest = read_accord(opened.files.read(file), str(file)).digest if accord else FileSource(file).sha256.hex()
        body = Adopt(document, digest, from_us)
        _write(opened, draft, ADOPT, body, others, language, json)
    return 0


@propose.command
def handover(
    mission: MissionFolder,
    draft: Path,
    appender: str,
    /,
    *,
    others: With = (),
    party: Proposer = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Propose that the member APPENDER appends to the log from now on.

    Parameters
    ----------
    draft
        The draft file to write.
    appender
        The member.
    others
        Another member that signs. Repeat it for each. Default: all parties.
    """
    with open_mission(mission, reading(), party) as opened:
        _write(opened, draft, HANDOVER, Handover(appender), others, language, json)
    return 0


@propose.command
def freeze(
    mission: MissionFolder,
    draft: Path,
    /,
    *,
    reason: Literal["ended", "moved", "suspended"],
    successor: str = "",
    others: With = (),
    party: Proposer = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Propose that the log ends: nothing but seals counts afterwards, and nothing can undo it.

    Parameters
    ----------
    draft
        The draft file to write.
    reason
        `ended`, `moved` or `suspended`.
    successor
        The digest of the genesis of the log that goes on.
    others
        Another member that signs. Repeat it for each. Default: all parties.
    """
    with open_mission(mission, reading(), party) as opened:
        _write(opened, draft, FREEZE, Freeze(reason, successor), others, language, json)
    return 0


@propose.command(name="join")
def join_later(
    mission: MissionFolder,
    draft: Path,
    member: Path,
    /,
    *,
    others: With = (),
    party: Proposer = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Propose that a later member joins, from the file that `veedor keys new` wrote; the newcomer signs too.

    Parameters
    ----------
    draft
        The draft file to write.
    member
        The newcomer's file.
    others
        Another member that signs. Repeat it for each. Default: all parties.
    """
    with open_mission(mission, reading(), party) as opened:
        state = opened.state
        body = Join(read_member(opened.files, member, state.genesis_digest, state.genesis))
        _write(opened, draft, JOIN, body, others, language, json)
    return 0


def _quorum(text: str | None, now: Quorum, outsiders: int) -> Quorum:
    if text is None:
        return Quorum(now.rule, now.count, outsiders)
    if text in ("all", "majority"):
        return Quorum("all" if text == "all" else "majority", 0, outsiders)
    if not text.isascii() or not text.isdigit() or len(text) > 2:
        raise UsageError("this is no quorum", expected="all, majority or a number", found=text)
    return Quorum("count", int(text), outsiders)


def _write(
    mission: Mission,
    draft: Path,
    kind: BodyType[Any],
    body: Body,
    others: tuple[str, ...],
    language: Language,
    json: bool,
) -> None:
    need_new_file(draft)
    parties = [name for name, member in mission.state.roster.members.items() if member.role == "party"]
    members = others or tuple(parties)
    proposal = propose_statement(mission, kind, body, now_us(), members)
    write_proposal(mission, draft, proposal)
    progress = Progress(proposal, names(mission.state, proposal.unsigned))
    show_progress(mission, progress, draft, language, json)


def _need_pinned(file: Path) -> None:
    from veedor.house import DETECTORS  # loads every detector: only this has to wait for that

    read = load_parameters(file)
    if others := unlike(read.pinned, configured(DETECTORS, read.settings)):
        raise UsageError(
            "these parameters do not pin the detectors that are installed here, so they fix no result",
            file=str(file),
            found=", ".join(others),
            next_step="`veedor parameters pin MISSION`, and give every party the same file",
        )
