"""`veedor join`: do what a draft needs next from this member: add its part, sign, or create the log."""

from __future__ import annotations

from pathlib import Path

from veedor.cli.founding_text import show
from veedor.cli.means import signing
from veedor.mission.founding.founding import join_mission
from veedor.words import Language


def join(
    draft: Path,
    folder: Path,
    /,
    *,
    party: str | None = None,
    passphrase_file: Path | None = None,
    language: Language = "en",
    json: bool = False,
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
    passphrase_file
        File with the passphrase of the keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    means = signing(passphrase_file, new_keys=not folder.exists())
    return show(join_mission(draft, folder, party, means), folder, language, json)
