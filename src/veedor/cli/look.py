"""`veedor look`: say in the log that another member's confidential data are looked at, before they are shown."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, DeviceKey, InLanguage, MissionFolder, SpeakersPassphrase
from veedor.cli.text.published import show_stated
from veedor.mission.acts.looks import look as state_look
from veedor.mission.statements.vocabulary import DataClass, Purpose
from veedor.words import say


def look(
    mission: MissionFolder,
    /,
    *,
    owner: str,
    data_class: Annotated[DataClass, Parameter(name="--class")],
    purpose: Purpose,
    count: int,
    query: str,
    party: str | None = None,
    device_key: DeviceKey = None,
    passphrase_file: SpeakersPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """State in the log of MISSION that this party looks at data of another member.

    The statement is durable when the command returns: show the data only then. The log says who looks at whose data, of
    what class, why, how many records and when. The query stays a commitment; its opening is sealed to the mediators.

    Parameters
    ----------
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
    """
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        made = state_look(opened, owner, data_class, purpose, count, query, now_us())
        show_stated(opened, made, language, json=json)
        if made.sent is None:
            output.note(say("look.nobody", language))
    return 0
