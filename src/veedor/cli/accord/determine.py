"""`veedor accord determine`: people sign what the evidence shows."""

from __future__ import annotations

from veedor.accord.at_hand import judged_here
from veedor.accord.bodies import DETERMINATION, SchemaDetermination
from veedor.accord.determined import digest_of, named_in, schema_of
from veedor.accord.evaluate import evaluate
from veedor.cli import output
from veedor.cli.accord.options import AccordName, Speaker
from veedor.cli.accord.text import status_lines
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.mission.state.seals import seals_of


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

    `accord status` then tells who determined what, and whether the verdict computed there is the same.

    Parameters
    ----------
    yes
        Do not ask (needed where there is no terminal).
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        here = judged_here(opened, None, accord)
        versions = named_in(here.versions, here.timeline)
        verdict = evaluate(versions, here.timeline, here.timeline.time_us) if versions else here.verdict
        for line in status_lines(here.text, verdict, language):
            output.note(line)
        standing = [each for each in verdict.versions if each.state in ("in_force", "signed")]
        if not standing:
            raise UsageError(
                "no version of the accord is signed by all in logged time",
                next_step="`veedor accord sign`; then a seal: `veedor seal`",
            )
        if not yes:
            output.need_consent(language)
        size = seals_of(opened.state).size
        body = SchemaDetermination(
            verdict.accord, standing[-1].digest, size, verdict.at_us, digest_of(verdict), schema_of(verdict)
        )
        show_stated(opened, opened.publish(DETERMINATION, body, now_us()), language, json=json)
    return 0
