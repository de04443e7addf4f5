"""How `veedor witness` says what a witness holds, what it answered, and what it keeps against logs."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from veedor.cli import output
from veedor.errors import VerifyError
from veedor.log.note import VerifierKey
from veedor.views.exchange_lines import ForkKind, ForkLine, WatchedLogLine, WitnessedLine, WitnessLine, WitnessVerdict
from veedor.views.lines import SummaryLine
from veedor.witness.evidence import Evidence, check_evidence
from veedor.witness.files import Checked
from veedor.witness.store import WatchedLog, WitnessStore
from veedor.words import Language, say

_KINDS: dict[str, ForkKind] = {"two roots": "two_roots", "another beginning": "another_beginning"}
_VERDICTS: dict[bool | None, WitnessVerdict] = {True: "same", False: "fork", None: "not_held"}


def held(folder: Path, store: WitnessStore, language: Language, json: bool) -> int:
    """Print the witness's key and its logs."""
    kept = len(store.evidence())
    lines = [_log_line(log) for log in store.logs()]
    if json:
        output.line(WitnessLine(folder=str(folder), key=store.cosigner.text(), evidence=kept))
        for line in lines:
            output.line(line)
        output.line(SummaryLine(folder=str(folder)))
        return 0
    output.text(say("witness.key", language, {"key": store.cosigner.text()}))
    for line in lines:
        values = {"origin": line.origin, "size": line.size, "root": line.root}
        output.text(say("witness.log" if line.size is not None else "witness.log_new", language, values))
        for key in line.keys:
            output.text("  " + say("witness.log_key", language, {"key": key}))
    if kept:
        output.text(say("witness.evidence", language, {"n": kept, "folder": str(folder)}))
    return 0


def _log_line(log: WatchedLog) -> WatchedLogLine:
    head = log.latest.checkpoint if log.latest else None
    return WatchedLogLine(
        origin=log.origin,
        keys=tuple(key.text() for key in log.keys),
        size=head.size if head else None,
        root=head.root.hex() if head else None,
    )


def checked(files: Sequence[Checked], forks: int, language: Language, json: bool) -> int:
    """Print what became of each file; the exit code: 4 where evidence was found, 3 where something was refused."""
    lines = [_witnessed(each) for each in files]
    for line in lines:
        if json:
            output.line(line)
        else:
            values = {"file": line.file, "written": line.written, "reason": line.reason}
            output.text(say(f"witness.{line.verdict}", language, values))
    refused = sum(line.verdict == "refused" for line in lines)
    if json:
        output.line(SummaryLine(accepted=len(lines) - refused, refused=refused, rows={"fork": forks}))
    elif forks:
        output.text(say("witness.found", language, {"n": forks}))
    if forks:
        return 4
    return 3 if refused else 0


def _witnessed(each: Checked) -> WitnessedLine:
    answer = each.answer
    if answer is None:
        return WitnessedLine(file=str(each.file), verdict=_VERDICTS[each.same], status=None, reason="", written=None)
    cosigned = answer.status == 200
    return WitnessedLine(
        file=str(each.file),
        verdict="cosigned" if cosigned else "refused",
        status=answer.status,
        reason="" if cosigned else f"{answer.status} {answer.body.decode().strip()}",
        written=str(each.written) if each.written else None,
    )


def fork(piece: Evidence, keys: Sequence[VerifierKey], file: Path | None, language: Language, json: bool) -> None:
    """Print what a piece of evidence shows against the holders of these keys."""
    older, newer = piece.heads()
    kind: ForkKind = "unproven"
    signers: tuple[str, ...] = ()
    with contextlib.suppress(VerifyError):
        proven = check_evidence(piece, keys)
        kind, signers = _KINDS[proven.kind], proven.signers
    line = ForkLine(
        kind=kind,
        origin=older.origin,
        older_size=older.size,
        older_root=older.root.hex(),
        newer_size=newer.size,
        newer_root=newer.root.hex(),
        signers=signers,
        file=str(file) if file else None,
    )
    if json:
        output.line(line)
        return
    output.text(say(f"witness.fork.{line.kind}", language, {"origin": line.origin}))
    for head, signer in zip((older, newer), signers or ("", ""), strict=True):
        values: dict[str, int | str | None] = {"size": head.size, "root": head.root.hex(), "signer": signer}
        output.text("  " + say("witness.fork.head" if signer else "witness.fork.unsigned", language, values))
    if file:
        output.text(f"  {file}")


def counted(count: int, language: Language, json: bool) -> int:
    """The last line of a list of evidence."""
    if json:
        output.line(SummaryLine(rows={"fork": count}))
    elif not count:
        output.text(say("witness.no_evidence", language))
    return 0
