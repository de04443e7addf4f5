"""`veedor label`: new handling of a statement that this party made."""

from __future__ import annotations

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.mission.acts.labelling import label as label_statement
from veedor.mission.statements.vocabulary import LegalBasis, Onward, Purpose, Use
from veedor.words import say


def label(
    mission: MissionFolder,
    statement: str,
    /,
    *,
    retain_until: str | None = None,
    basis: LegalBasis | None = None,
    purpose: Purpose | None = None,
    use: Use | None = None,
    originator: str | None = None,
    onward: Onward | None = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Say how an earlier statement of this party, such as a deposit, is to be handled from now on.

    What is not given stays as the deposit, or the last label, has it; for other statements everything must be given.

    Parameters
    ----------
    statement
        The number of its entry, or the first digits of its digest.
    retain_until
        Until when its private parts are kept (ISO 8601).
    basis
        Legal basis.
    purpose
        What it may be used for.
    use
        `intelligence_only` or `evidence`.
    originator
        The member it came from.
    onward
        Whether it may be passed on: `none`, `originator_consents` or `parties`.
    party
        Who labels, in a simulated mission. Default: the party of mission.toml.
    """
    until_us = output.moment(retain_until)
    if until_us is not None and until_us < 0:
        raise UsageError("nothing is kept until before 1970", found=retain_until)
    given = {
        "basis": basis,
        "purpose": purpose,
        "use": use,
        "originator": originator,
        "onward": onward,
        "retain_until_us": until_us,
    }
    with open_mission(mission, signing(passphrase_file), party) as opened:
        named, made = label_statement(opened, statement, given, now_us())
        if not json:
            output.text(say("label.done", language, {"statement": named}))
        show_stated(opened, made, language, json=json)
    return 0
