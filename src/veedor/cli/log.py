"""`veedor log`: proofs and the trust policy, for whoever checks with this or with other people's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from veedor.cli import output
from veedor.cli.means import reading
from veedor.errors import UsageError
from veedor.log.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.reveal import encode_reveal, find_entry, parse_rows, prove, reveal
from veedor.mission.rows import read_state
from veedor.mission.state.heads import agreement_policy
from veedor.words import Language, say

log = App(name="log", help="Prove entries and rows of the log; write its trust policy.")


@log.command(name="prove")
def prove_entry(
    mission: Path,
    entry: str,
    out: Path,
    /,
    *,
    rows: str | None = None,
    part: Annotated[list[str] | None, Parameter(negative="")] = None,
    alone: bool = False,
    language: Language = "en",
) -> int:
    """Write what proves ENTRY of MISSION to the file OUT: a statement, and rows of a deposit if wanted.

    Parameters
    ----------
    mission
        The mission folder.
    entry
        The number of an entry, or the first digits of a statement's digest.
    out
        The file to write: a reveal (`reveal/1`), which `veedor verify` and the page check alone.
    rows
        `ROW` or `ROW-ROW`: rows of the deposit to show with their proofs. Needs the deposit's files and salts.
    part
        Show only this field group of the rows, or `original`: its bytes in the file. Repeat it for more. Default: all.
    alone
        Write a c2sp.org/tlog-proof file instead, with the entry in its `extra` line, for other people's tools.
    language
        Language of the text.
    """
    if out.exists():
        raise UsageError("this file exists already", file=str(out), next_step="name another file")
    if part and rows is None:
        raise UsageError("parts are of rows", next_step="say which rows, with --rows")
    with open_mission(mission, reading()) as opened:
        index = find_entry(opened.state, entry)
        if alone:
            reader = LogReader(opened.folder.log, opened.files)
            data = prove(reader, index, extra=reader.entry(index)).encode()
        else:
            data = encode_reveal(reveal(opened, index, parse_rows(rows) if rows else (), part))
    out.write_bytes(data)
    output.text(say("log.proved", language, {"entry": index, "file": str(out)}))
    return 0


@log.command(name="policy")
def write_policy(folder: Path, /, *, at: int | None = None) -> int:
    """Print the trust policy of the mission or log in FOLDER (c2sp.org/tlog-policy): keys and agreement quorum now.

    Parameters
    ----------
    folder
        A mission folder, or a log folder.
    at
        Of the first AT entries only.
    """
    state = read_state(folder, reading().files, at)
    output.text(agreement_policy(state.genesis.origin, state.roster).text().decode().rstrip("\n"))
    return 0
