"""What a proposal says and where it stands, for people, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from veedor.cli import output
from veedor.cli.text.published import published_line
from veedor.errors import UsageError
from veedor.mission.acts.proposal import Progress, Proposal, names
from veedor.mission.copy.append import Mission
from veedor.mission.statements.authority import Adopt
from veedor.views.keys import proposal_sentences, proposed
from veedor.words import Language, say


def need_new_file(file: Path) -> None:
    """UsageError where the file exists: another draft, or something that nobody meant to lose."""
    if file.exists():
        raise UsageError("this file exists already", file=str(file), next_step="name another file")


def show_progress(mission: Mission, progress: Progress, draft: Path, language: Language, json: bool) -> None:
    """What it says, who signed it, and for whom it waits or where it stands."""
    proposal, made = progress.proposal, progress.published
    signed = names(mission.state, [each.key for each in proposal.signatures])
    if json:
        output.line(proposed(proposal, signed, progress.waits_for, str(draft), made))
        return
    for sentence in sentences(mission, proposal, language):
        output.text(sentence)
    if made is not None:
        output.text(published_line(mission, made, language))
        return
    if signed:
        output.text(say("proposal.signed", language, {"names": ", ".join(signed)}))
    waiting = {"names": ", ".join(progress.waits_for), "file": str(draft), "author": proposal.chain.party}
    output.text(say("proposal.waits", language, waiting))


def sentences(mission: Mission, proposal: Proposal, language: Language) -> Iterator[str]:
    """What a draft says, and of adopted parameters, whether this copy has that very file."""
    yield from proposal_sentences(proposal, language)
    body = proposal.body
    if isinstance(body, Adopt) and body.document == "parameters":
        here = mission.folder.parameters.digest == body.digest
        yield say("proposal.adopt.here" if here else "proposal.adopt.not_here", language)
