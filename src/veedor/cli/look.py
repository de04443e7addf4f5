"""`veedor look`: say in the log that another member's confidential data are looked at, before they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.published_text import show_stated
from veedor.mission.acts.looks import look as state_look
from veedor.mission.copy.append import open_mission
from veedor.mission.statements.vocabulary import DataClass, Purpose
from veedor.words import Language, say


def look(
    mission: Path,
    /,
    *,
    owner: str,
    data_class: Annotated[DataClass, Parameter(name="--class")],
    purpose: Purpose,
    count: int,
    query: str,
    party: str | None = None,
    device_key: Path | None = None,
    passphrase_file: Path | None = None,
    language: Language = "en",
    json: bool = False,
) -> int:
    """State in the log of MISSION that this party looks at data of another member.

    The statement is durable when the command returns: show the data only then. The log says who looks at whose data, of
    what class, why, how many records and when. The query stays a commitment; its opening is sealed to the mediators.

    Parameters
    ----------
    mission
        The mission folder.
    owner
        The member whose data are looked at.
    data_class
        Class of the data.
    purpose
        Why.
    count
        How many records.
    query
        What was asked. It goes into no file that leaves this copy unsealed; a shell may keep it in its history.
    party
        Who looks, in a simulated mission. Default: the party of mission.toml.
    device_key
        A key file that `veedor keys delegate` made: it signs in place of the party's statement key.
    passphrase_file
        File with the passphrase of the keys, or of the delegated key. Default: VEEDOR_PASSPHRASE_FILE, or asked for
        at a terminal.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        made = state_look(opened, owner, data_class, purpose, count, query, now_us())
        show_stated(opened, made, language, json=json)
        if made.sent is None:
            output.note(say("look.nobody", language))
    return 0
