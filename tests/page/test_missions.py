"""Both verifiers make the same state of a log, whatever stands in it, and come to the same verdict about it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.page.chapters import CHAPTERS, OUTCOMES, Chapter
from tests.page.saying import Said
from tests.page.second import b64, judged
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.authority import receipts_of
from veedor.mission.state.fold import AnyKind, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.seals import discrepancies, seals_of
from veedor.mission.state.stolen import signed_while_stolen

pytestmark = pytest.mark.page

GOLDEN = Path(__file__).parents[1] / "golden"


def first_fold(entries: Sequence[bytes], kinds: Sequence[AnyKind] = KINDS) -> dict[str, Any]:
    """The state as the first verifier sees it, in the second one's words."""
    state = fold(entries, kinds)
    sealed = seals_of(state).sealed
    counts = {"urn:veedor:genesis:1": 1}
    apart = {each.index for each in (*state.void, *state.unknown)}
    for chain in state.chains.values():
        for link in chain:
            if link.index not in apart:
                counts[link.urn] = counts.get(link.urn, 0) + 1
    keys = ("log", "recovery", "statement", "witness")
    return {
        "counts": counts,
        "chains": {party: [link.digest for link in chain] for party, chain in state.chains.items() if chain},
        "void": [[each.index, each.reason, each.party, each.urn] for each in state.void],
        "unknown": [[each.index, each.party, each.urn] for each in state.unknown],
        "members": {
            party: [member.role, {key: getattr(member.keys, key) for key in keys}]
            for party, member in state.roster.members.items()
        },
        "appender": state.roster.appender,
        "seals": [[each.index, each.size, each.time_s, each.agreed] for each in sealed],
        "silent": [
            [each.party, each.silent_since_s, sealed[-1].time_s - each.silent_since_s]
            for each in seals_of(state).watches
            if each.silent_since_s is not None
        ],
        "wrong": [[each.entry, each.party, each.off_s, each.proven] for each in discrepancies(seals_of(state))],
        "withheld": [
            [each.receipt.body.party, each.receipt.body.seq, each.receipt.chain.party, each.since_s]
            for each in receipts_of(state)
            if each.became == "withheld"
        ],
        "stolen": sorted(f"{each.link.index} {each.key}" for each in signed_while_stolen(state)),
    }


def second_folds(logs: Sequence[Sequence[bytes]]) -> list[dict[str, Any]]:
    return judged([{"judge": "fold", "entries": [b64(entry) for entry in entries]} for entries in logs])


def missions() -> list[Path]:
    return sorted(path for path in GOLDEN.glob("mission-*") if (path / "log").is_dir())


@pytest.mark.parametrize("mission", missions(), ids=lambda path: path.name)
def test_a_finished_mission_means_the_same_at_every_size(mission: Path) -> None:
    entries = list(LogReader(mission / "log", DiskFiles()).entries())
    prefixes = [entries[:size] for size in range(1, len(entries) + 1)]
    for prefix, second in zip(prefixes, second_folds(prefixes), strict=True):
        assert second == {"ok": True, **first_fold(prefix)}


def test_a_mission_whose_entries_are_shuffled_repeated_and_lost() -> None:
    entries = list(LogReader(GOLDEN / "mission-01/log", DiskFiles()).entries())
    draw = random.Random(1)
    logs = [[entries[0], *draw.choices(entries, k=draw.randint(1, 20))] for _ in range(150)]
    reasons = set()
    for log, second in zip(logs, second_folds(logs), strict=True):
        first = first_fold(log)
        assert second == {"ok": True, **first}
        reasons |= {reason for _, reason, *_ in first["void"]}
    assert reasons >= {"second_genesis", "replay", "fork", "gap", "not_a_statement", "wrong_prev"}


def outcomes(second: dict[str, Any]) -> str:
    apart = {index: reason for index, reason, *_ in second["void"]} | {
        index: "unknown" for index, *_ in second["unknown"]
    }
    size = sum(second["counts"].values()) + len(apart)
    return " ".join(apart.get(index, ".") for index in range(1, size))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.__name__)
def test_rules_of_the_fold(chapter: Chapter) -> None:
    said = Said()
    chapter(said)
    (second,) = second_folds([said.entries])
    assert outcomes(second) == OUTCOMES[chapter.__name__]
    assert second == {"ok": True, **first_fold(said.entries)}


def test_chapters_shuffled() -> None:
    """Entries of all chapters in any order and number: the same keys, so what one chapter forbids another allows."""
    chapters = []
    for chapter in CHAPTERS:
        said = Said()
        chapter(said)
        chapters.append(said.entries)
    draw, logs = random.Random(2), []
    for _ in range(100):
        rest = [entry for entries in draw.sample(chapters, 3) for entry in entries[1:]]
        moved = sorted(range(len(rest)), key=lambda at: at + draw.choice((0, 0, 0, 3, -3, 20)))
        logs.append([chapters[0][0], *(rest[at] for at in moved if draw.random() < 0.95)])
    for log, second in zip(logs, second_folds(logs), strict=True):
        assert second == {"ok": True, **first_fold(log)}
