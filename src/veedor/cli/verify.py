"""`veedor verify`: whether to believe a mission, or one file of it, step by step from the bytes alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from msgspec import UNSET

from veedor.accord.statements import WITH_MISSION
from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage
from veedor.engine.detector import Detector
from veedor.mission.deposits.revealed import ReadRow
from veedor.mission.verification.bundle import MAGIC, verify_bundle
from veedor.mission.verification.checks import checks
from veedor.mission.verification.single_file import read_single, verify_file
from veedor.mission.verification.trust import Trust, read_trust
from veedor.mission.verification.verify import Step, Verification, need_allowable
from veedor.mission.verification.verify import verify as verify_mission
from veedor.tables import FINDING_PARTS
from veedor.views.lines import RevealedRowLine, StepLine, SummaryLine
from veedor.views.record import record_fields
from veedor.views.revealed import revealed_lines
from veedor.words import Language, say, told

_MARKS = {True: "verify.mark.ok", False: "verify.mark.failed", None: "verify.mark.open"}


def verify(
    path: Path,
    /,
    *,
    trust: str | None = None,
    allow: Annotated[list[str] | None, Parameter(negative="")] = None,
    rederive: bool = False,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Verify what is at PATH. Exit code 0 for "verified" and what --allow names, else 4.

    Parameters
    ----------
    path
        A mission folder or a log folder; a bundle; a reveal or a proof file; a checkpoint.
    trust
        What you trust, from outside: the digest of the genesis, or a file that holds it; for a proof file or a
        checkpoint a file with entry 0 or with a trust policy (tlog-policy). Without it the verdict is "unanchored".
    allow
        A verdict that is good enough: `not-agreed` or `unanchored`. Repeat it for both.
    rederive
        Also read the deposits held here again from their files, and make the runs again.
    """
    allowed = need_allowable(allow or [])
    trusted = read_trust(trust, path) if trust else Trust()
    result = _mission(path, trusted, rederive) if path.is_dir() or not path.exists() else _file(path, trusted)
    for step in result.steps if json else _shortened(result.steps):
        _show(step, language, json)
    if result.rows:
        _show_rows(result.rows, language, json)
    _conclude(result, language, json)
    return 0 if result.verdict == "verified" or result.verdict in allowed else 4


def _mission(path: Path, trusted: Trust, rederive: bool) -> Verification:
    detectors: Sequence[Detector] = ()
    if rederive:
        # Only runs made again need the detectors, which take seconds to load.
        from veedor.house import DETECTORS as detectors
    held = checks(reading().files, lambda: open_mission(path, reading()), detectors, rederive=rederive)
    return verify_mission(path, reading().files, _digest(trusted), held, WITH_MISSION)


def _file(path: Path, trusted: Trust) -> Verification:
    data = read_single(path)
    if data.startswith(MAGIC):
        return verify_bundle(path, _digest(trusted), WITH_MISSION)
    return verify_file(data, str(path), trusted)


def _digest(trusted: Trust) -> str | None:
    return None if trusted == Trust() else trusted.need_digest()


def _shortened(steps: Sequence[Step]) -> Iterator[Step]:
    """Of several good outcomes of one step only the last, for people."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if not (step.ok and following and following.ok and following.number == step.number):
            yield step


def _show(step: Step, language: Language, json: bool) -> None:
    if json:
        file, expected, found = str(step.file), str(step.expected), str(step.found)
        output.line(StepLine(number=step.number, name=step.name, ok=step.ok, file=file, expected=expected, found=found))
        return
    name = say(f"verify.step.{step.name}", language)
    mark = say(_MARKS[step.ok], language)
    output.text(f"({step.number:>2}) {name:<44} {mark:<7} {told(step.file, language)}")
    if step.ok is False and step.expected:
        output.text(f"     {say('verify.expected', language)}: {told(step.expected, language)}")
    if step.ok is not True:
        output.text(f"     {say('verify.found', language)}: {told(step.found, language)}")


def _show_rows(rows: Sequence[ReadRow], language: Language, json: bool) -> None:
    for row in rows:
        if json:
            shown = {name: _in_json(value) for name, value in row.fields.items()}
            source = None if row.source is None else row.source.hex()
            output.line(
                RevealedRowLine(table=row.table, row=row.row, fields=shown, source=source, withheld=row.withheld)
            )
            continue
        output.text()
        if row.table == FINDING_PARTS.name:
            _show_finding(row, language)
            continue
        output.text(say("verify.row", language, {"row": row.row, "table": row.table}))
        for name, value in record_fields(row.fields, language):
            output.text(f"  {name:<28} {value}")
        if row.source:
            output.text("  " + row.source.decode("utf-8", "backslashreplace").rstrip())
        if row.withheld:
            output.text("  " + say("verify.row.withheld", language, {"parts": ", ".join(row.withheld)}))


def _show_finding(row: ReadRow, language: Language) -> None:
    output.text(say("shown.finding", language, {"row": row.row}) + ":")
    for part, lines in revealed_lines(row.fields, language):
        output.text(f"  {part}")
        for label, sentence in lines:
            # Its author may be a rival: nothing in it may draw over what the screen says.
            shown = "".join(letter if letter.isprintable() else " " for letter in sentence)
            output.text(f"    {label:<22} {shown}")
    if row.withheld:
        parts = ", ".join(say(f"shown.part.{each}", language) for each in row.withheld)
        output.text("  " + say("verify.row.withheld", language, {"parts": parts}))


def _in_json(value: object) -> object:
    """Bytes as hex, however deep they stand."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [_in_json(item) for item in value]
    return {name: _in_json(item) for name, item in value.items()} if isinstance(value, dict) else value


def _conclude(result: Verification, language: Language, json: bool) -> None:
    state = result.state
    if json:
        output.line(
            SummaryLine(
                verdict=result.verdict,
                genesis=result.genesis,
                size=result.size,
                root=result.root,
                void=len(state.void) if state else UNSET,
                unknown=len(state.unknown) if state else UNSET,
                simulated=UNSET if result.simulated is None else result.simulated,
            )
        )
        return
    output.text()
    if result.simulated:
        output.text(say("state.simulated", language))
    key = "verify.verdict." + result.verdict.replace(" ", "_")
    output.text(say(key, language, {"size": result.size, "root": result.root, "genesis": result.genesis}))
