"""`veedor deposit`: hand in files, sealed unless opened on purpose."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from cyclopts import App

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.errors import UsageError
from veedor.formats.choose import choose
from veedor.mission.append import Mission, open_mission
from veedor.mission.cover import SIMULATED_COVER, Cover, load_cover
from veedor.mission.deposit import Deposited, HandIn
from veedor.mission.deposit import deposit as deposit_files
from veedor.words import Language, say


def register(app: App) -> None:
    app.command(deposit)


def deposit(
    mission: Path,
    /,
    *files: Path,
    open: bool = False,
    yes: bool = False,
    cover: Path | None = None,
    party: str | None = None,
    passphrase_file: Path | None = None,
    language: Language = "en",
    json: bool = False,
) -> int:
    """Hand in FILES to MISSION: copied by digest, read, committed row by row, and stated in the log.

    Exit code 3 when rows were rejected; everything else is in.

    Parameters
    ----------
    mission
        The mission folder.
    files
        Files, archives (zip, tar, tgz), mappings (.toml) and site tables.
    open
        Open the records to every party instead of sealing them. Asks on a terminal.
    yes
        Do not ask (needed for --open where there is no terminal).
    cover
        Cover note: recorder, clock, completeness, outages, legal basis (TOML; docs/settings.md lists the keys).
    party
        Whose deposit it is, in a simulated mission. Default: the party of mission.toml.
    passphrase_file
        File with the passphrase of the keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    if open and not yes:
        _need_consent(language)
    with (
        open_mission(mission, signing(passphrase_file), party) as opened,
        tempfile.TemporaryDirectory(prefix="veedor-deposit-") as scratch,
    ):
        done = [
            _show(deposit_files(opened, hand_in, _cover(opened, cover), _mode(open), now_us(), os.urandom), language, json)
            for hand_in in _hand_ins(files, Path(scratch))
        ]
    rejected = sum(each.rejected for each in done)
    if json:
        output.summary({"accepted": sum(each.accepted for each in done), "rejected": rejected, "deposits": len(done)})
    return 3 if rejected else 0
