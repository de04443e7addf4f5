"""`veedor accord say | act | key`: what is said under an accord, and the keys of authorities that sign it too."""

from __future__ import annotations

from pathlib import Path

from veedor.accord.authority_key import make_authority_key
from veedor.cli import output
from veedor.cli.accord.speaking import Voice, state
from veedor.cli.means import now_us, signing
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.errors import UsageError
from veedor.views.accord import AuthorityKeyLine
from veedor.words import say
from veedor.words.formats import moment

_DEFAULT = Voice()


def say_statement(mission: MissionFolder, kind: str, /, *fields: str, voice: Voice = _DEFAULT) -> int:
    """State something under the accord of MISSION: an event, a figure, a grant, a notice, an excuse, a claim.

    Parameters
    ----------
    kind
        The type: sign_accord, event, figure, grant, act, notice, consent, excuse, dispute, withhold, position, meeting,
        claim or answer.
    fields
        Its fields, each as `name=value`, such as `event=request instance=1`. Times end in Z. A claim takes
        `when="15 May"` (with `said=…`, `zone=…`) for its span of time and `text="…"` for its words, an answer
        `text="…"`; the log holds a commitment to the words.
    """
    return state(mission, kind, fields, voice)


def act(
    mission: MissionFolder,
    measure: str,
    what: str,
    /,
    *,
    authority: str,
    effective: str | None = None,
    superseded_by: str = "",
    voice: Voice = _DEFAULT,
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
    return state(mission, "act", [*fields, f"effective_us={moment(when_us or 0, '%Y-%m-%dT%H:%M:%SZ')}"], voice)


def key(
    file: Path,
    /,
    *,
    party: str,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Make a key of an authority's own in FILE, such as of a treasury; where it lies, no key of its party need lie.

    The accord names the public key it prints (`authorities`, `key`); then what that authority grants and does counts
    only with its signature beside the party's.

    Parameters
    ----------
    file
        The key file to write, under a passphrase of its own.
    party
        Whose authority it is, such as `br`.
    passphrase_file
        File with the new passphrase. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    if file.exists():
        raise UsageError("this file exists already", file=str(file), next_step="name another file")
    made = make_authority_key(signing(passphrase_file, new_keys=True), file, party)
    if json:
        output.line(AuthorityKeyLine(party=party, key=made.public, file=str(file)))
    else:
        output.text(say("authority.key", language, {"party": party, "key": made.public, "file": str(file)}))
    return 0
