"""`veedor run`: run the detectors over deposits, and state in the log what was run."""

from __future__ import annotations

import os

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.published import published_line, sent_lines
from veedor.cli.working import working
from veedor.mission.copy.append import Mission
from veedor.mission.runs.results import kind_counts
from veedor.mission.runs.run import RunDone, not_held, run_detectors
from veedor.views.finding_json import run_summary
from veedor.views.lines import StageLine
from veedor.views.parameters import run_sentence, run_standing
from veedor.words import Language, Value, say


def run(
    mission: MissionFolder,
    /,
    *,
    own: bool = False,
    as_of: str | None = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Run all detectors over the open deposits of MISSION and log what was run.

    Detectors are set to what parameters.toml says. Where the parties adopted that very file before the period, it is a
    joint run; any other is marked the party's own, and the command says why.

    Parameters
    ----------
    own
        Also read this party's sealed deposits; such a run is private, its salts go to nobody.
    as_of
        Findings cover what ended before this time less the mission's delay (ISO 8601). Default: now.
    party
        Whose run it is, in a simulated mission. Default: the party of mission.toml.
    """
    from veedor.house import DETECTORS  # loads every detector: only a run has to wait for that

    commit = os.environ.get("VEEDOR_COMMIT", "")
    with open_mission(mission, signing(passphrase_file), party) as opened, working() as progress:
        at = output.moment(as_of)
        done = run_detectors(
            opened, DETECTORS, "own" if own else "common", now_us() if at is None else at, now_us, commit, progress
        )
        _show(opened, done, language, json)
    return 0


def _show(mission: Mission, done: RunDone, language: Language, json: bool) -> None:
    standing = run_standing(mission.pending(), done)
    if json:
        for stage in done.executed.stages:
            said = {name: getattr(stage, name) for name in ("detector", "writes", "rows", "calls")}
            output.line(StageLine(**said, seconds=round(stage.seconds, 3)))
        output.line(standing)
        output.line(run_summary(done.results, done.results.findings))
        return
    if done.restored.records:
        output.text(say("run.restored", language, {"n": len(done.restored.records)}))
    counts = kind_counts(done.results.findings)
    values = {"n": sum(counts.values()), "deposits": len(done.results.record.deposits)}
    output.text(say("run.done" if counts else "run.none", language, values))
    for kind, count in counts.items():
        output.text(f"  {count:>6}  {say(f'kind.{kind}', language)}")
    if done.executed.withheld:
        output.text(say("run.withheld", language, {"n": done.executed.withheld}))
    for deposit in not_held(mission):
        output.text(say("run.not_held", language, {"entry": deposit.index, "party": deposit.chain.party}))
    for held, why in done.restored.contradicted:
        named: dict[str, Value] = {"entry": held.statement.index, "party": held.statement.chain.party, "why": str(why)}
        output.text(say("run.contradicted", language, named))
    logged = "run.logged.joint" if standing.standing == "adopted" else "run.logged"
    output.text(published_line(mission, done.run, language, logged))
    output.text("  " + run_sentence(standing, done.basis.entry, language))
    for line in sent_lines(done.run, language):
        output.text(line)
