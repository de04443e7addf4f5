"""`veedor bundle`: the whole log and what was revealed, in one file for whoever checks offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.accord import page as accord_page
from veedor.accord.at_hand import timeline_here, versions_at_hand
from veedor.accord.incidents import incidents
from veedor.accord.opened_words import openings_here
from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import InLanguage, MissionFolder
from veedor.errors import UsageError
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.page import page
from veedor.mission.state.kinds import runs_of
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.salts import Openings
from veedor.mission.verification.bundle import write_bundle
from veedor.mission.verification.reveal import parse_reveal
from veedor.views.audience import audience_of, need_public
from veedor.words import LANGUAGES, Value, say


def bundle(
    mission: MissionFolder,
    out: Path,
    /,
    *,
    reveal: Annotated[list[Path] | None, Parameter(negative="")] = None,
    words: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    audience: str = "public",
    language: InLanguage = "en",
) -> int:
    """Write the log of MISSION, with the page that verifies it, to the ZIP file OUT.

    Parameters
    ----------
    out
        The file to write. The same log and reveals give the same bytes.
    reveal
        A file that `veedor log prove` wrote, to go with it. Repeat it for more.
    words
        Open the words of this party's claims and answers about incidents, as far as this copy has them: of another
        party only with its consent. Repeat it for more.
    audience
        `public` or `secretariat`: who is to have it. In a bundle for the public, findings are revealed by `what` and
        `area` only, and none that ended less than 30 days ago.
    """
    if out.exists():
        raise UsageError("this file exists already", file=str(out), next_step="name another file")
    reveals = {path.name: path.read_bytes() for path in reveal or ()}
    with open_mission(mission, reading()) as opened:
        _need_seen(opened, reveals, audience)
        reader, state = LogReader(opened.folder.log, opened.files), opened.state
        genesis = state.genesis_digest
        named: dict[str, Value] = {"origin": state.genesis.origin, "genesis": genesis, "size": state.size}
        readme = "\n\n".join(say("bundle.readme", each, named) for each in LANGUAGES) + "\n"
        accords = {each.digest: each.canonical for each in versions_at_hand(opened)}
        openings = _openings(opened, sorted(set(words))) if words else {}
        with out.open("xb") as stream:
            for piece in write_bundle(
                reader, state, reveals, readme, page(language, (accord_page,)), accords, openings
            ):
                stream.write(piece)
    output.text(say("bundle.written", language, {"file": str(out), "genesis": genesis}))
    return 0


def _need_seen(mission: Mission, reveals: Mapping[str, bytes], audience: str) -> None:
    """UsageError where a reveal shows what this audience may not see, as of what seals and own runs say of the time."""
    if audience_of(audience) == "public":
        sealed = seals_of(mission.state).last
        own = [run.body.as_of_us for run in runs_of(mission.state) if run.chain.party == mission.party]
        now_us = max([0 if sealed is None else sealed.time_us, *own])
        for name, data in reveals.items():
            need_public(name, parse_reveal(data, name).rows, now_us)


def _openings(mission: Mission, parties: Sequence[str]) -> dict[str, Openings]:
    """What opens the words of these members, in every accord of this copy; UsageError for who is no member."""
    for party in parties:
        if party not in mission.state.roster.members:
            raise UsageError(
                f"{party} is not a member of this mission",
                expected=", ".join(mission.state.roster.members),
                found=party,
            )
    timeline = timeline_here(mission)
    found: dict[str, Openings] = {}
    for name in sorted({each.accord.accord for each in versions_at_hand(mission)}):
        found |= openings_here(mission, incidents(timeline, name, (), timeline.time_us), parties)
    return found
