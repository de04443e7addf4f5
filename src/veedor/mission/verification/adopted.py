"""Whether runs that name an adoption were made by what was adopted: for every such run whose openings are in this copy.

The openings of `common` runs go to all members, so each member can hold the others' runs against parameters.toml. It
needs no detector: the file pins them. A run that names an adoption and used something else leaves the log as sound as
it was, and is told; it is its author's word that is worth nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from veedor.errors import VeedorError
from veedor.log_folder.files import Files
from veedor.mission.copy.folder import Folder
from veedor.mission.runs.run import PARAMETERS_DOMAIN
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import runs_of
from veedor.mission.state.standing import Standing, standing_of
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.bodies import Run
from veedor.mission.statements.salts import decode_openings
from veedor.mission.verification.verify import Outcome
from veedor.words import Said, phrase


def adopted_parameters(folder: Folder, files: Files, state: State) -> Iterator[Outcome]:
    """One outcome for each run that names an adoption."""
    for run in runs_of(state):
        standing = standing_of(state, run)
        if standing.named is not None:
            ok, found = _judged(folder, files, run, standing.named.body.digest)
            expected = Said("verify.said.adopted_in", index=str(standing.named.index))
            found = Said("verify.said.and", one=found, other=Said(f"verify.said.adopted.{standing.word}"))
            yield Outcome(ok, Said("verify.said.run_at", index=str(run.index)), expected, found)


def _judged(folder: Folder, files: Files, run: Signed[Run], adopted: str) -> tuple[bool | None, str]:
    place = folder.openings / f"{run.digest}.json"
    if not files.exists(place):
        return None, Said("verify.said.no_openings")
    try:
        if folder.parameters.digest != adopted:
            return None, Said("verify.said.other_file")
        openings = decode_openings(files.read(place), str(place)).openings
        check_openings(run.body, openings, str(place))
    except VeedorError as error:
        return None, Said("verify.said.not_checked_why", why=phrase(error.problem))
    values = {each.commitment: each.value for each in openings if each.domain == PARAMETERS_DOMAIN}
    made = {each.detector: f"{each.version} {values.get(each.commitment, '-')}" for each in run.body.parameters}
    pinned = folder.parameters.pinned
    if other := sorted(name for name in {*made, *pinned} if made.get(name) != pinned.get(name)):
        return None, Said("verify.said.other_parameters", detectors=", ".join(other))
    return True, Said("verify.said.those_parameters")


def standing_words(standing: Standing) -> str:
    """One run's standing, where a run that was made again is told."""
    if standing.named is None:
        return Said("verify.said.own_parameters")
    return Said(f"verify.said.standing.{standing.word}", index=str(standing.named.index))
