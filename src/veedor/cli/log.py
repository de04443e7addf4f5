"""`veedor log`: proofs and the trust policy, for whoever checks with this or other tools; the head record rebuilt."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.cli.text import exchange as exchange_text
from veedor.errors import UsageError
from veedor.log_folder.reader import LogReader
from veedor.mission.exchange.recover import read_answers, recover
from veedor.mission.rows.state import read_state
from veedor.mission.state.heads import agreement_policy
from veedor.mission.verification.reveal import encode_reveal, find_entry, parse_rows, prove, reveal
from veedor.words import say

log = App(
    name="log", help="Prove entries, rows and findings of the log; write its trust policy; rebuild its head record."
)


@log.command(name="prove")
def prove_entry(
    mission: MissionFolder,
    entry: str,
    out: Path,
    /,
    *,
    rows: str | None = None,
    finding: Annotated[list[str] | None, Parameter(negative="")] = None,
    part: Annotated[list[str] | None, Parameter(negative="")] = None,
    alone: bool = False,
    language: InLanguage = "en",
) -> int:
    """Write what proves ENTRY of MISSION to the file OUT: a statement, and rows of a deposit or findings if wanted.

    Parameters
    ----------
    entry
        The number of an entry, or the first digits of a statement's digest.
    out
        The file to write: a reveal (`reveal/1`, with findings `reveal/2`), which `veedor verify` and the page check
        alone.
    rows
        `ROW` or `ROW-ROW`: rows of the deposit to show with their proofs. Needs the deposit's files and salts.
    finding
        The first digits of the id of a finding to show with its proof, of a statement of findings. Needs its salts and
        the findings of that run. Repeat it for more.
    part
        Show only this field group of the rows (of a finding `what`, `area`, `subject`, `reasons` or `evidence`), or
        `original`: its bytes in the file. Repeat it for more. Default: all.
    alone
        Write a c2sp.org/tlog-proof file instead, with the entry in its `extra` line, for other people's tools.
    """
    if out.exists():
        raise UsageError("this file exists already", file=str(out), next_step="name another file")
    if part and rows is None and not finding:
        raise UsageError("parts are of rows or findings", next_step="say which, with --rows or --finding")
    if rows and finding:
        raise UsageError("an entry is a deposit or findings, never both", next_step="give --rows, or --finding")
    with open_mission(mission, reading()) as opened:
        index = find_entry(opened.state, entry)
        if alone:
            reader = LogReader(opened.folder.log, opened.files)
            data = prove(reader, index, extra=reader.entry(index)).encode()
        else:
            data = encode_reveal(reveal(opened, index, parse_rows(rows) if rows else (), part, finding or ()))
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
    policy = agreement_policy(state.genesis.origin, state.roster)
    if policy is None:
        raise UsageError("no agreement can be reached", found="too many witness keys are revoked", file=str(folder))
    output.text(policy.text().decode().rstrip("\n"))
    return 0


@log.command(name="recover")
def recover_record(
    mission: MissionFolder,
    /,
    *,
    witness: Annotated[list[str], Parameter(negative="")],
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Rebuild this machine's head record of MISSION, which was lost or never there, after asking the witnesses.

    Refused unless the clock quorum or the agreement quorum of witnesses was heard, none of them knows a newer head than
    this copy, and every head they cosigned is one of this log. Exit code 4 when it is refused.

    Parameters
    ----------
    witness
        A head with cosignatures: a file, a folder (log/checkpoint, *.head, or answered requests), or an address.
        Repeat it.
    """
    answers = [answer for text in witness for answer in read_answers(text, reading().files, time.monotonic)]
    with open_mission(mission, reading()) as opened, opened.alone():
        exchange_text.recovered(recover(opened, answers), language, json)
    return 0
