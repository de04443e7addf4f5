"""`veedor sign`: add this party's signature to a draft, after being shown what it says."""

from __future__ import annotations

from pathlib import Path

from veedor.accord.authority_key import DRAFTED, load_authority_key
from veedor.cli import output
from veedor.cli.means import signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder, SpeakersPassphrase
from veedor.cli.text.proposal import sentences, show_progress
from veedor.mission.acts.proposal import co_sign, need_fitting, read_proposal, write_proposal
from veedor.mission.acts.proposal import sign as sign_proposal


def sign(
    draft: Path,
    mission: MissionFolder,
    /,
    *,
    yes: bool = False,
    party: str | None = None,
    authority_key: Path | None = None,
    passphrase_file: SpeakersPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Show what DRAFT says, and sign it for this party. The author signs last, and that publishes it.

    A draft that does not fit the log of MISSION, or would be void, is not signed.

    Parameters
    ----------
    draft
        The file that goes round.
    yes
        Do not ask (needed where there is no terminal).
    party
        Who signs, in a simulated mission. Default: the party of mission.toml.
    authority_key
        Sign a grant or an act with this key of an authority (`veedor accord key`) instead of the party's.
    """
    with open_mission(mission, signing(passphrase_file), party, joining=True) as opened:
        proposal = read_proposal(opened, draft, DRAFTED)
        need_fitting(opened, proposal)
        if not yes:
            for sentence in sentences(opened, proposal, language):
                output.note(sentence)
            output.need_consent(language)
        if authority_key is None:
            progress = sign_proposal(opened, proposal)
        else:
            key = load_authority_key(opened.files, authority_key, opened.means.need_passphrase())
            progress = co_sign(opened, proposal, key)
        write_proposal(opened, draft, progress.proposal)
        show_progress(opened, progress, draft, language, json)
    return 0
