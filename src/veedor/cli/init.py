"""`veedor init`: begin a mission; with others, write the draft that goes round among them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.cli.means import now_us, signing
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.founding import show
from veedor.mission.copy.folder import Folder
from veedor.mission.founding.founding import found_simulated, init_mission, invitations, terms_of


def init(
    folder: Path,
    /,
    *,
    party: str,
    mission: str,
    origin: str,
    others: Annotated[list[str] | None, Parameter(name="--with", negative="")] = None,
    appender: str | None = None,
    delay_hours: int = 24,
    simulated: bool = False,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Begin a mission in FOLDER, with fresh keys for this party.

    Parameters
    ----------
    folder
        The mission folder to make.
    party
        This party's short name in the log, such as `ve`.
    mission
        The mission's short name, such as `apure`.
    origin
        The log's name in the world, such as `veedor.example/apure`.
    others
        Another member to invite: `co`, `qa:mediator`, `br:observer`. Repeat it for each.
    appender
        The member whose copy appends to the log. Default: this party.
    delay_hours
        Findings cover only what ended at least this long before a run's time. At least 24.
    simulated
        A simulated mission: the keys of all its members lie in this folder, and it says SIMULATED everywhere.
    passphrase_file
        File with the passphrase for the new keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    terms = terms_of(
        mission=mission,
        origin=origin,
        invited=invitations(party, others or []),
        appender=appender or party,
        created_us=now_us(),
        delay_hours=delay_hours,
        simulated=simulated,
    )
    means = signing(passphrase_file, new_keys=True)
    progress = found_simulated(folder, terms, means) if simulated else init_mission(folder, party, terms, means)
    return show(progress, folder, Folder(folder).draft, language, json)
