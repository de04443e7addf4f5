"""`veedor restate`: what an earlier deposit covers, said anew, after being shown both."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.published import show_stated
from veedor.mission.deposits.restating import Restatement, restatement
from veedor.mission.deposits.restating import restate as restate_deposit
from veedor.views.covers import cover_words
from veedor.words import Language, Value, say


def restate(
    mission: MissionFolder,
    deposit: str,
    /,
    *,
    cover: Path,
    yes: bool = False,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Say anew what DEPOSIT of this party covers: its period, whether it is complete, its outages.

    Shows what was stated and what will be, then signs. For an accord it counts from its log time on: what was settled
    by then stays settled. What was stated first stays in the log, for everybody to see.

    Parameters
    ----------
    deposit
        The number of its entry, or the first digits of its statement's digest.
    cover
        Cover note with what is to be stated now (TOML). What is not in it stays: `start`, `end`, `completeness`,
        `outages` (`outages = []` takes them back). Nothing else of a deposit can be said anew.
    yes
        Do not ask (needed where there is no terminal).
    party
        Whose deposit it is, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        said = restatement(opened, deposit, cover)
        for sentence in _sentences(said, language):
            output.note(sentence)
        if not yes:
            output.need_consent(language)
        show_stated(opened, restate_deposit(opened, said, now_us()), language, json=json)
    return 0


def _sentences(said: Restatement, language: Language) -> tuple[str, ...]:
    """Which deposit; what is stated of it now and what will be; whether it counts for an accord then."""
    body = said.deposit.body
    which: dict[str, Value] = {
        "deposit": said.deposit.digest,
        "classes": ", ".join(body.classes),
        "accepted": body.rows.accepted,
    }
    return (
        say("restate.deposit", language, which),
        "  " + say("restate.before", language, {"was": cover_words(said.before, language)}),
        "  " + say("restate.after", language, {"now": cover_words(said.after, language)}),
        say("restate.counts" if said.after.completeness == "complete" else "restate.counts_not", language),
    )
