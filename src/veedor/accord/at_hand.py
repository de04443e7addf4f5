"""The versions that a copy has, and the verdict over its log: where the evaluator meets a mission folder.

`accord.yaml` is the working copy and counts for nothing by itself. What was signed lies in `accords/DIGEST.json`, its
canonical JSON, and travels with the log; whoever lacks one is told which.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

from msgspec import Struct

from veedor.accord.bodies import SignAccord
from veedor.accord.check import problems
from veedor.accord.evaluate import evaluate
from veedor.accord.from_log import timeline_of
from veedor.accord.load import LARGEST_CANONICAL, Loaded, read_accord
from veedor.accord.model.accord import Accord
from veedor.accord.statements import KINDS
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import Verdict
from veedor.errors import InputError, UsageError, VerifyError
from veedor.log.tree import leaf_hash, root_of
from veedor.log_folder.files import make_folders, write_durable
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.exchange.carry import ACCORD
from veedor.mission.statements.authority import Adopt

WORKING_COPY = "accord.yaml"


def keep(mission: Mission, loaded: Loaded) -> None:
    """Keep a version under its digest, durable on return."""
    place = mission.folder.accords / f"{loaded.digest}.json"
    if not mission.files.exists(place):
        make_folders(mission.files, place.parent)
        write_durable(mission.files, place, loaded.canonical)


def need_signers(mission: Mission, accord: Accord) -> tuple[str, ...]:
    """The parties of an accord that are no members of this mission yet.

    UsageError where one is a member of another role: it signs no accord, so this one could never be in force.
    """
    members = mission.state.roster.members
    roles = {party: members[party].role for party in accord.parties if party in members}
    if wrong := [f"{party} is of the role {role}" for party, role in roles.items() if role != "party"]:
        raise UsageError(
            "a party of the accord cannot sign it in this mission, so it would never be in force",
            expected="members of the role party: " + ", ".join(accord.parties),
            found=", ".join(wrong),
            next_step="name it a party when the mission is begun, or leave it out of `parties`",
        )
    return tuple(party for party in accord.parties if party not in members)


def versions_at_hand(mission: Mission) -> tuple[Loaded, ...]:
    """Every version that is kept here, by version; VerifyError where a file is another than its name says.

    What is no accord, or has problems that `accord check` finds, cannot be judged and counts for nothing.
    """
    found = []
    for name in mission.files.list(mission.folder.accords):
        place = mission.folder.accords / name
        named = ACCORD.fullmatch(name)
        if not named or mission.files.is_folder(place):
            continue  # a note that somebody left there
        data = mission.files.read(place, LARGEST_CANONICAL + 1)
        digest = named[1]
        if hashlib.sha256(data).hexdigest() != digest:
            raise VerifyError(
                "a version of the accord is not the one it is named after",
                file=str(place),
                expected=digest,
                found=hashlib.sha256(data).hexdigest(),
                next_step="remove it, and fetch it again from another copy",
            )
        try:
            loaded = read_accord(data, str(place))
        except InputError:
            continue  # whatever another copy brought under its right digest must not leave this one without a verdict
        if not problems(loaded):
            found.append(loaded)
    return tuple(sorted(found, key=lambda each: (each.accord.accord, each.accord.version, each.digest)))


def timeline_here(mission: Mission) -> Timeline:
    """The timeline of this copy's log. The mission must be open with the kinds of `statements.WITH_MISSION`.

    VerifyError where the entries are not those under the head: a damaged one would fold to void, and change verdicts.
    """
    assert set(KINDS) <= set(mission.kinds), "without its kinds the accord's statements are unknown"
    state, reader = mission.state, LogReader(mission.folder.log, mission.files)
    entries = list(reader.entries(0, state.size, state.size))
    head, found = reader.checkpoint(), root_of(map(leaf_hash, entries))
    if head.size == state.size and head.root != found:
        raise VerifyError(
            "the entries of the log are not those that its head was signed over",
            file=str(mission.folder.log),
            expected=head.root.hex(),
            found=found.hex(),
            next_step="`veedor verify` says which file; take the log from another copy: `veedor sync`",
        )
    return timeline_of(entries, state)


def timeline_so_far(mission: Mission, now_us: int) -> Timeline:
    """The timeline with what this copy's log holds and no seal covers yet, and what waits here, as if sealed now."""
    state, reader = mission.pending(), LogReader(mission.folder.log, mission.files)
    logged = reader.entries(0, mission.state.size, mission.state.size)
    return timeline_of([*logged, *(each.envelope for each in mission.waiting())], state, now_us)


def chosen(mission: Mission, timeline: Timeline, name: str | None) -> tuple[Loaded, ...]:
    """All versions of the accord `name`, or of the only one that is here.

    UsageError where there is none, several to choose from, or one that all parties signed and that is not here.
    """
    at_hand = versions_at_hand(mission)
    names = sorted({each.accord.accord for each in at_hand})
    if name is None and len(names) == 1:
        name = names[0]
    if name is None or name not in names:
        raise UsageError(
            "which accord?" if names else "this copy has no accord that was signed",
            expected=", ".join(names) or "a version in accords/",
            found=name,
            next_step="name it with --accord"
            if names
            else "sign one: `veedor accord sign`; or fetch it: `veedor sync`",
        )
    here = {each.digest for each in at_hand}
    parties = [set(each.accord.parties) for each in at_hand if each.accord.accord == name]
    for digest, signers in _signed(timeline, name).items():
        # One party alone, naming a version that nobody has, must not leave the others without a verdict.
        if digest not in here and any(each <= signers for each in parties):
            raise UsageError(
                "a version that was signed is not in this copy",
                file=str(mission.folder.accords / f"{digest}.json"),
                next_step="`veedor sync` from a copy that has it",
            )
    return tuple(each for each in at_hand if each.accord.accord == name)


def governing(versions: tuple[Loaded, ...], verdict: Verdict) -> Loaded:
    """The version whose text tells the verdict: the latest in force, else the latest signed, else the latest."""
    rank = {"in_force": 3, "signed": 2, "draft": 1, "superseded": 0}
    standing = {each.digest: (rank[each.state], each.version) for each in verdict.versions}
    return max(versions, key=lambda each: standing.get(each.digest, (0, 0)))


class Judged(Struct, frozen=True):
    """A verdict over a copy's log, with what it was made from. `text` is the version that tells it."""

    versions: tuple[Loaded, ...]
    timeline: Timeline
    text: Accord
    verdict: Verdict


def judged_here(mission: Mission, at_us: int | None = None, name: str | None = None) -> Judged:
    """The verdict over this copy's log at `at_us`, or as of logged time. Errors as `chosen`."""
    timeline = timeline_here(mission)
    versions = chosen(mission, timeline, name)
    verdict = evaluate(versions, timeline, timeline.time_us if at_us is None else at_us)
    return Judged(versions, timeline, governing(versions, verdict).accord, verdict)


def _signed(timeline: Timeline, name: str) -> dict[str, set[str]]:
    """Who signed which version."""
    found: dict[str, set[str]] = defaultdict(set)
    for batch in timeline.batches:
        for fact in batch.facts:
            match fact.body:
                case SignAccord(accord=said) if said == name:
                    found[fact.body.digest].add(fact.party)
                case Adopt(document="accord"):
                    found[fact.body.digest].update(fact.signers)
    return found
