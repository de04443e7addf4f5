"""How `init` and `join` say where the founding stands, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from veedor.cli import output
from veedor.mission.founding.founding import Progress
from veedor.views.lines import FoundingLine, SummaryLine
from veedor.words import Language, say


def show(progress: Progress, folder: Path, draft: Path, language: Language, json: bool) -> int:
    """Print it; `draft` is the file that goes round. Always exit code 0, for waiting for others is not a failure."""
    if json:
        output.line(FoundingLine(folder=str(folder), **asdict(progress)))
        output.line(SummaryLine(founded=progress.founded))
        return 0
    for done in progress.did:
        output.text(say(f"founding.{done}", language))
    for key, value in _next(progress):
        output.text(say(f"founding.{key}", language, {"value": value, "draft": str(draft)}))
    return 0


def _next(progress: Progress) -> list[tuple[str, str]]:
    if progress.missing:
        return [("missing", ", ".join(progress.missing))]
    lines = [("content", progress.content or "")]
    if progress.unsigned:
        return [*lines, ("unsigned", ", ".join(progress.unsigned))]
    lines.append(("genesis", progress.genesis or ""))
    return lines if progress.founded else [*lines, ("not_founded", "")]
