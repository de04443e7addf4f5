"""mission-01: a small finished mission whose every byte is kept, so that no later version can read it otherwise.

Made once from TEST KEYS, a fixed clock and fixed salts; it pins the log's bytes and what they mean, not what detectors
find. `python -m tests.mission.test_golden_mission` makes it again (the result must be the same).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.mission.stage import (
    NOON_US,
    ORIGIN,
    PASSPHRASE,
    Counted,
    a_deposit,
    a_run,
    found,
    means,
    some_findings,
)
from veedor.log.note import NoteSigner
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.log_folder.writer import LogWriter
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.rows.state import read_state
from veedor.mission.state.kinds import deposits_of, findings_of, runs_of
from veedor.mission.statements.bodies import Join
from veedor.mission.statements.chain import BodyType, Chain, payload, signed
from veedor.mission.statements.types import DEPOSIT, FINDINGS, JOIN, RUN
from veedor.mission.verification.verify import verify

GOLDEN = Path(__file__).parents[1] / "golden" / "mission-01"
GENESIS = "05586e7916078fb2ae5e12c0d1ff3fb03e6641ec57b829822678d677c1deb214"
ROOT = "6321fa95bec024ef35d4637b5e36a4323706ff6ee55cfffeed7de8ccd102374c"
SIZE = 11


def make(folder: Path) -> Path:
    """The mission of ve, co and qa (mediator), later joined by br; with a replay, a fork and a type of later days."""
    given = means(folder, "mission-01")
    found(folder, given=given)
    path = folder / "mission"
    with open_mission(path, given) as ve, open_mission(path, given, "co") as co:
        for mission, digest, mode in ((ve, b"\1", "open"), (co, b"\2", "open"), (ve, b"\3", "sealed")):
            private = mission.confidential.collect(share=mode == "open")
            body = a_deposit(private, digest * 32, mission.party, mode=mode)
            mission.publish(DEPOSIT, body, NOON_US, private)
        private = ve.confidential.collect(share=True)
        run = ve.publish(RUN, a_run(private, [b"\1" * 32, b"\2" * 32]), NOON_US + 1, private)
        private = ve.confidential.collect(share=True)
        ve.publish(FINDINGS, some_findings(private, run.digest), NOON_US + 2, private)
        keys = {party: load_key(Folder(path), party, "statement", PASSPHRASE) for party in ("ve", "co")}
        newcomer = new_keys("br", Counted("mission-01 br"))
        joins = Join(new_member(ORIGIN, "br", "observer", newcomer))
        raw(ve, given, _says(ve, keys["ve"], JOIN, joins, keys["co"], newcomer["statement"]))
        private = co.confidential.collect(share=False)
        raw(ve, given, _says(co, keys["co"], BodyType("seal", 9, DEPOSIT.struct), a_deposit(private, party="co")))
        raw(ve, given, LogReader(path / "log", DiskFiles()).entry(2), b"not a statement")
        raw(ve, given, _says(co, keys["co"], DEPOSIT, a_deposit(private, b"\4" * 32, "co"), seq=1))
    return path


def raw(mission: Mission, given, *entries: bytes) -> None:
    """Append what no honest copy would."""
    key = load_key(mission.folder, "ve", "log", PASSPHRASE)
    heads = HeadRecords(given.state_folder, DiskFiles())
    signer = NoteSigner(ORIGIN, key.signing)
    with LogWriter.open(mission.folder.log, DiskFiles(), heads, signer, mission.state.genesis_digest) as writer:
        writer.append(entries)


def _says(mission: Mission, key: Key, kind: BodyType, body, *others: Key, **changes: int) -> bytes:
    seq, prev = mission.state.next_of(mission.party)
    signers = tuple(sorted(each.public for each in (key, *others)))
    place = {"seq": seq, "prev": prev} | changes
    chain = Chain(mission.state.genesis_digest, mission.party, place["seq"], str(place["prev"]), NOON_US + 3, signers)
    return signed(payload(kind, chain, body), [each.signing for each in (key, *others)])


def contents(log: Path) -> dict[str, bytes]:
    return {str(path.relative_to(log)): path.read_bytes() for path in sorted(log.rglob("*")) if path.is_file()}


def test_the_finished_mission_has_the_same_root_for_ever() -> None:
    result = verify(GOLDEN, DiskFiles(), GENESIS)
    assert (result.verdict, result.size, result.root, result.genesis) == ("not agreed", SIZE, ROOT, GENESIS)


def test_without_the_trusted_digest_it_is_unanchored() -> None:
    assert verify(GOLDEN, DiskFiles()).verdict == "unanchored"
    assert verify(GOLDEN, DiskFiles(), ROOT).verdict == "failed"


def test_it_means_the_same_for_ever() -> None:
    state = read_state(GOLDEN, DiskFiles())
    assert {party: len(chain) for party, chain in state.chains.items()} == {"ve": 5, "co": 2}
    assert [(each.chain.party, each.body.mode) for each in deposits_of(state)] == [
        ("ve", "open"),
        ("co", "open"),
        ("ve", "sealed"),
    ]
    assert (len(runs_of(state)), len(findings_of(state))) == (1, 1)
    assert [(void.index, void.reason) for void in state.void] == [(8, "replay"), (9, "not_a_statement"), (10, "fork")]
    assert [(each.index, each.urn) for each in state.unknown] == [(7, "urn:veedor:seal:9")]
    assert {party: member.role for party, member in state.roster.members.items()} == {
        "ve": "party",
        "co": "party",
        "qa": "mediator",
        "br": "observer",
    }


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_its_state_can_be_folded_at_any_size(size: int) -> None:
    assert read_state(GOLDEN, DiskFiles(), size).size == size


def test_made_again_it_has_the_same_bytes(tmp_path: Path) -> None:
    made, kept = contents(make(tmp_path) / "log"), contents(GOLDEN / "log")
    assert made == kept


def test_it_holds_no_private_key() -> None:
    assert not (GOLDEN / "keys").exists()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(make(Path(scratch)) / "log", GOLDEN / "log", dirs_exist_ok=True)
    print(verify(GOLDEN, DiskFiles()))
