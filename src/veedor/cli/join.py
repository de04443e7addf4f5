"""`veedor join`: do what a draft needs next from this member: add its part, sign, or create the log."""

from __future__ import annotations

from pathlib import Path

from veedor.cli.means import signing
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase
from veedor.cli.text.founding import show
from veedor.mission.founding.founding import join_mission


def join(
    draft: Path,
    folder: Path,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Take part in the mission of DRAFT. Repeat it whenever the file comes round, until nothing is left to do.

    The first time it makes FOLDER with fresh keys and adds this member's part to DRAFT. When all parts are in, it
    signs. When all signatures are in, the appender's call creates the log.

    Parameters
    ----------
    draft
        The file that goes round.
    folder
        This member's mission folder.
    party
        This member's short name; needed the first time only.
    """
    means = signing(passphrase_file, new_keys=not folder.exists())
    return show(join_mission(draft, folder, party, means), folder, draft, language, json)
