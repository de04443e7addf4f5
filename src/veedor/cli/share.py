"""`veedor share`: write what other members may have to a stick, or to the folder that a web server serves."""

from __future__ import annotations

from pathlib import Path

from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.cli.text import exchange as exchange_text
from veedor.mission.exchange.share import share as share_mission


def share(mission: MissionFolder, folder: Path, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Bring FOLDER up to date with what the other members may have of MISSION: never keys, never sealed deposits.

    FOLDER is a stick to carry, or what a web server serves to the members; others `veedor sync` from it. The log in it
    may be shown to anybody; the files of open deposits are for members only.

    Parameters
    ----------
    folder
        A folder of its own; made if it is not there, and brought up to date if it is.
    """
    with open_mission(mission, reading()) as opened, opened.alone():
        exchange_text.shared(folder, share_mission(opened, folder), language, json)
    return 0
