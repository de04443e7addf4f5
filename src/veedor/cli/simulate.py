"""`veedor simulate`: makes a scenario with truth; everything in it says SIMULATED."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from veedor.cli.output import progress, summary, text
from veedor.errors import UsageError
from veedor.simulate import apure
from veedor.words import say


def register(app: App) -> None:
    """Adds the command."""
    app.command(simulate)


def simulate(
    out: Path,
    *,
    scenario: str = "apure",
    seed: int = 1,
    factor: float = 1.0,
    start: datetime | None = None,
    lang: Annotated[str, Parameter(name=["--lang"])] = "en",
    json: bool = False,
) -> int:
    """Make simulated radar logs, ADS-B and bank records of several parties in OUT, with the truth beside them.

    Parameters
    ----------
    out: a new folder.
    scenario: which story; there is one, apure.
    seed: the same seed makes the same bytes.
    factor: 0.1 to 100; 1 is about 4 million plots and 300,000 payments.
    start: first day (UTC).
    lang: en or es.
    json: print one JSON object a line.
    """
    if scenario != "apure":
        raise UsageError("there is no such scenario", expected="apure", found=scenario)
    first = apure.START if start is None else start.replace(tzinfo=UTC)
    with progress.status("simulate") as status:
        made = apure.make(out, seed, factor, first, lambda what, done, of: status.update(f"{what} {done}/{of}"))
    facts = {"illicit_flights": made.scale.illicit_flights, "strips": made.scale.strips, "instances": made.instances}
    if json:
        summary({"folder": str(out), "seed": seed, "factor": factor, "simulated": True, **facts})
    else:
        text(say("simulate.made", lang, {"folder": str(out), "seed": seed, **facts, "lookalikes": made.lookalikes}))
    return 0
