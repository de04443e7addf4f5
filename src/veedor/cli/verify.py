"""`veedor verify`: whether to believe a mission, step by step, from its bytes alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from msgspec import UNSET

from veedor.cli import output
from veedor.cli.means import reading
from veedor.engine.detector import Detector
from veedor.mission.checks import checks
from veedor.mission.copy.append import open_mission
from veedor.mission.verify import Step, Verification, need_allowable, read_trust
from veedor.mission.verify import verify as verify_mission
from veedor.views.lines import StepLine, SummaryLine
from veedor.words import Language, say

_MARKS = {True: "ok", False: "FAILED", None: "-"}


def register(app: App) -> None:
    app.command(verify)


def verify(
    path: Path,
    /,
    *,
    trust: str | None = None,
    allow: Annotated[list[str] | None, Parameter(negative="")] = None,
    rederive: bool = False,
    language: Language = "en",
    json: bool = False,
) -> int:
    """Verify the mission or log at PATH. Exit code 0 for "verified" and what --allow names, else 4.

    Parameters
    ----------
    path
        A mission folder, or a log folder.
    trust
        The digest of the genesis, or a file that holds it, from outside. Without it the verdict is "unanchored".
    allow
        A verdict that is good enough: `not-agreed` or `unanchored`. Repeat it for both.
    rederive
        Also read the deposits held here again from their files, and make the runs again.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    allowed = need_allowable(allow or [])
    anchor = read_trust(trust, path) if trust else None
    detectors: Sequence[Detector] = ()
    if rederive:
        # Only runs made again need the detectors, which take seconds to load.
        from veedor.house import DETECTORS as detectors
    held = checks(reading().files, lambda: open_mission(path, reading()), detectors, rederive=rederive)
    result = verify_mission(path, reading().files, anchor, held)
    for step in result.steps if json else _shortened(result.steps):
        _show(step, language, json)
    _conclude(result, language, json)
    return 0 if result.verdict == "verified" or result.verdict in allowed else 4


def _shortened(steps: Sequence[Step]) -> Iterator[Step]:
    """Of several good outcomes of one step only the last, for people."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if not (step.ok and following and following.ok and following.number == step.number):
            yield step


def _show(step: Step, language: Language, json: bool) -> None:
    if json:
        output.line(StepLine(**asdict(step)))
        return
    name = say(f"verify.step.{step.name}", language)
    output.text(f"({step.number:>2}) {name:<44} {_MARKS[step.ok]:<7} {step.file}")
    if step.ok is False:
        output.text(f"     {say('verify.expected', language)}: {step.expected}")
    if step.ok is not True:
        output.text(f"     {say('verify.found', language)}: {step.found}")


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
                simulated=state.genesis.simulated if state else UNSET,
            )
        )
        return
    output.text()
    if state and state.genesis.simulated:
        output.text(say("state.simulated", language))
    key = "verify.verdict." + result.verdict.replace(" ", "_")
    output.text(say(key, language, {"size": result.size, "root": result.root, "genesis": result.genesis}))
