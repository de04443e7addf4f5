"""mission-02: a mission with seals, other quorums, an adoption, a handover and an end; every byte is kept for ever.

Made once from TEST KEYS and fixed clocks. `python -m tests.mission.test_golden_sealed_mission` makes it again (the
result must be the same).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import DAY_US, NOON_US, ORIGIN, Counted, a_deposit, a_run
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.envelope import digest
from veedor.log.note import NoteSigner, parse_note
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.writer import LogWriter
from veedor.mission.rows.state import read_state
from veedor.mission.state.authority import adopted_of, frozen_by, receipts_of
from veedor.mission.state.seals import Discrepancy, discrepancies, log_time_us, passed, seals_of
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy, Receipt
from veedor.mission.statements.bodies import Quorum
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import ADOPT, DEPOSIT, FREEZE, HANDOVER, POLICY, RECEIPT, RUN, SEAL
from veedor.mission.verification.verify import verify

GOLDEN = Path(__file__).parents[1] / "golden" / "mission-02"
GENESIS = "d01760eab56adb3248f694a6309ea9ca5b446df696c2c0c715f8aaad563bde7c"
ROOT = "3991bdcab5ea3480e7c3f34bfd922bdd3e09c6eb328fa7a6a890027ac29b3e3a"
SIZE = 17


def entries() -> InMemory:
    """Thirty days of ve, co, qa (mediator) and br (observer): who said what, in the order of the log."""
    log = InMemory({"br": "observer", "co": "party", "qa": "mediator", "ve": "party"})
    private = Private(Counted("mission-02"))

    def day(number: int, *parties: str, **off: int) -> dict[str, int]:
        return {party: START_S + number * DAY_S + off.get(party, 0) for party in parties}

    log.logs("ve", DEPOSIT, a_deposit(private))  # 1
    log.seals(day(0, "br", "co", "qa", "ve"))  # 2
    policy = Policy(Quorum("all", 0, 0), Quorum("count", 2, 1), 2)
    log.logs("ve", POLICY, policy, "co")  # 3
    adoption = log.says("co", ADOPT, Adopt("parameters", "d" * 64, NOON_US + DAY_US), "ve")
    log.take(adoption)  # 4
    log.logs("qa", RUN, a_run(private, adoption=digest(adoption)))  # 5
    withheld = log.says("co", DEPOSIT, a_deposit(private, b"\2" * 32, "co"))
    log.logs("qa", RECEIPT, Receipt("co", 2, digest(withheld), NOON_US + 2 * DAY_US))  # 6
    log.seals(day(10, "qa", "ve"))  # 7: co's witness, or its answer, is missing
    log.take(withheld)  # 8
    log.logs("qa", HANDOVER, Handover("co"), "co", "ve")  # 9
    log.logs("ve", SEAL, log.a_seal(day(11, "qa", "ve")))  # 10: it appends no more
    log.seals(day(20, "br", "co", "qa", br=-660))  # 11
    log.seals(day(21, "co", "qa"), witnesses={"qa": log.keys["co"]["witness"]})  # 12: forged
    log.seals(day(21, "co", "ve"))  # 13: no outsider
    log.logs("ve", FREEZE, Freeze("ended", ""), "co")  # 14
    log.logs("ve", DEPOSIT, a_deposit(private, b"\3" * 32))  # 15
    log.seals(day(30, "co", "qa", "ve"))  # 16
    return log


def make(folder: Path) -> Path:
    """Its log folder; the head is cosigned by both parties."""
    log, files = entries(), DiskFiles()
    path = folder / "log"
    path.mkdir(parents=True)
    signer = NoteSigner(ORIGIN, log.keys["co"]["log"].signing)
    with LogWriter.create(path, files, HeadRecords(folder / "state", files), signer, log.entries[0]) as writer:
        writer.append(log.entries[1:])
    head = (path / "checkpoint").read_bytes()
    for party in ("co", "ve"):
        witness = CosignerSigner(f"{ORIGIN}/witness/{party}", log.keys[party]["witness"].signing)
        head += cosign(parse_note(head).text, witness, START_S + 31 * DAY_S)
    (path / "checkpoint").write_bytes(head)
    return path


def contents(log: Path) -> dict[str, bytes]:
    return {str(path.relative_to(log)): path.read_bytes() for path in sorted(log.rglob("*")) if path.is_file()}


def test_the_finished_mission_has_the_same_root_for_ever_and_both_parties_agreed_to_it() -> None:
    result = verify(GOLDEN, DiskFiles(), GENESIS)
    assert (result.verdict, result.size, result.root) == ("verified", SIZE, ROOT)


def test_made_again_it_has_the_same_bytes(tmp_path: Path) -> None:
    assert contents(make(tmp_path)) == contents(GOLDEN / "log")


def test_its_entries_have_the_same_log_time_for_ever() -> None:
    state = read_state(GOLDEN, DiskFiles())
    days = [None if t is None else (t - NOON_US) // DAY_US for t in (log_time_us(state, at) for at in range(SIZE))]
    assert days == [0, 0, 10, 10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30, 30, None]
    assert [each.index for each in seals_of(state).sealed] == [2, 7, 11, 16]
    assert [each.agreed for each in seals_of(state).sealed] == [True, False, False, True]
    assert passed(state, NOON_US + 15 * DAY_US) == seals_of(state).sealed[2]
    assert [(each.party, each.silent_since_s) for each in seals_of(state).watches] == [
        ("br", START_S + 30 * DAY_S),
        ("co", None),
        ("qa", None),
        ("ve", None),
    ]
    assert list(discrepancies(seals_of(state))) == [Discrepancy(11, "br", -660, False)]


def test_its_statements_count_or_are_void_for_the_same_reasons_for_ever() -> None:
    state = read_state(GOLDEN, DiskFiles())
    assert [(void.index, void.reason) for void in state.void] == [
        (10, "not_appender"),
        (12, "bad_cosignature"),
        (13, "no_clock"),
        (15, "frozen"),
    ]
    assert not state.unknown
    assert (state.roster.appender, state.roster.recovery) == ("co", 2)
    assert [each.body.document for each in adopted_of(state)] == ["parameters"]
    assert [each.became for each in receipts_of(state)] == ["logged"]
    frozen = frozen_by(state)
    assert frozen is not None and frozen.index == 14


def test_while_it_was_withheld_the_receipt_said_so() -> None:
    state = read_state(GOLDEN, DiskFiles(), 8)
    assert [(each.became, each.since_s, each.age_s) for each in receipts_of(state)] == [
        ("withheld", START_S + 10 * DAY_S, 0)
    ]


def test_it_holds_no_private_key() -> None:
    assert not (GOLDEN / "keys").exists()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(make(Path(scratch)), GOLDEN / "log", dirs_exist_ok=True)
    print(verify(GOLDEN, DiskFiles()))
