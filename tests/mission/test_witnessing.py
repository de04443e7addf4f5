"""A member's witness signs with the member's key, begins with what its own copy holds, and follows a handover."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mission.log_in_memory import InMemory
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, means
from veedor.errors import UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.note import NoteSigner, parse_note, verify_note
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.means import Means
from veedor.mission.exchange.witnessing import (
    OwnCopy,
    init_of_its_own,
    init_of_member,
    key_in_genesis,
    load_signer,
    read_own_copy,
)
from veedor.mission.state.heads import witness_key
from veedor.mission.statements.authority import Handover
from veedor.mission.statements.types import HANDOVER
from veedor.witness.decision import write_request
from veedor.witness.evidence import check_evidence
from veedor.witness.store import WitnessStore

NOW_S = NOON_US // 1_000_000


def copy_of(tmp_path: Path, mission: Mission) -> OwnCopy:
    return read_own_copy(mission.files, tmp_path / "mission", mission.state.genesis_digest)


def test_a_members_witness_signs_with_its_key_of_the_genesis(tmp_path: Path, stage: Means, mission: Mission) -> None:
    cosigner = init_of_member(tmp_path / "w", copy_of(tmp_path, mission), "co", stage, NOW_S)
    assert cosigner == witness_key(ORIGIN, mission.state.roster.members["co"])
    assert cosigner.name == f"{ORIGIN}/witness/co"
    assert (tmp_path / "w/key.json").stat().st_mode & 0o777 == 0o600
    with WitnessStore(stage.files, tmp_path / "w") as store:
        signer = load_signer(tmp_path / "w", store, PASSPHRASE)
        (log,) = store.logs()
        assert log.origin == ORIGIN and log.latest is not None and log.latest.checkpoint.size == 1
        head = LogReader(tmp_path / "mission/log", stage.files).checkpoint_bytes()
        answer = store.answer(write_request(1, [], head), signer, NOW_S + 60)
        assert len(verify_note(parse_note(head + answer.body), [cosigner])) == 1


def test_it_never_cosigns_another_history_than_its_own_copy_has(tmp_path: Path, stage: Means, mission: Mission) -> None:
    init_of_member(tmp_path / "w", copy_of(tmp_path, mission), "co", stage, NOW_S)
    log = load_key(Folder(tmp_path / "mission"), "ve", "log", PASSPHRASE)
    fork = sign_checkpoint(Checkpoint(ORIGIN, 1, b"\x0f" * 32), NoteSigner(ORIGIN, log.signing))
    with WitnessStore(stage.files, tmp_path / "w") as store:
        signer = load_signer(tmp_path / "w", store, PASSPHRASE)
        assert store.answer(write_request(0, [], fork), signer, NOW_S).status == 409
        (kept,) = store.evidence()
        assert check_evidence(kept, [copy_of(tmp_path, mission).log_key]).kind == "two roots"


def test_the_mission_must_be_the_one_that_is_trusted(tmp_path: Path, mission: Mission) -> None:
    with pytest.raises(VerifyError, match="another genesis"):
        read_own_copy(mission.files, tmp_path / "mission", "0" * 64)


def test_a_head_that_the_log_did_not_sign_makes_no_witness(tmp_path: Path, stage: Means, mission: Mission) -> None:
    copy = copy_of(tmp_path, mission)
    thief = load_key(Folder(tmp_path / "mission"), "co", "log", PASSPHRASE)
    forged = sign_checkpoint(Checkpoint(ORIGIN, 1, b"\x0f" * 32), NoteSigner(ORIGIN, thief.signing))
    with pytest.raises(VerifyError, match="not signed by a key of the log"):
        init_of_member(tmp_path / "w", OwnCopy(copy.path, copy.state, forged), "co", stage, NOW_S)
    assert not (tmp_path / "w").exists()


def test_only_the_key_in_the_log_makes_the_members_witness(tmp_path: Path, stage: Means, mission: Mission) -> None:
    copy = copy_of(tmp_path, mission)
    with pytest.raises(UsageError, match="not a member"):
        init_of_member(tmp_path / "w", copy, "br", stage, NOW_S)
    keys = tmp_path / "mission/keys"
    shutil.copy(keys / "ve/witness.json", keys / "co/witness.json")
    with pytest.raises(UsageError, match="that the log has is not in this folder"):
        init_of_member(tmp_path / "w", copy, "co", stage, NOW_S)
    (keys / "co/witness.json").unlink()
    with pytest.raises(UsageError, match="that the log has is not in this folder"):
        init_of_member(tmp_path / "w", copy, "co", stage, NOW_S)
    assert not (tmp_path / "w").exists()


def test_a_witness_is_not_made_where_a_missions_backup_would_hold_it(
    tmp_path: Path, stage: Means, mission: Mission
) -> None:
    for place in ("mission/w", "mission/keys/../w", "mission"):
        with pytest.raises(UsageError, match="does not live in a mission folder"):
            init_of_member(tmp_path / place, copy_of(tmp_path, mission), "co", stage, NOW_S)


def test_a_witness_is_made_once_and_opens_with_its_own_key_only(tmp_path: Path) -> None:
    given = means(tmp_path)
    own = init_of_its_own(tmp_path / "w", "example.org/witness", given)
    with pytest.raises(UsageError, match="a witness here already"):
        init_of_its_own(tmp_path / "w", "example.org/witness", given)
    other = init_of_its_own(tmp_path / "other", "example.org/witness", given)
    assert own != other
    with WitnessStore(given.files, tmp_path / "w") as store:
        assert load_signer(tmp_path / "w", store, PASSPHRASE).verifier == own
        with pytest.raises(UsageError, match="passphrase"):
            load_signer(tmp_path / "w", store, b"wrong")
        shutil.copy(tmp_path / "other/key.json", tmp_path / "w/key.json")
        with pytest.raises(UsageError, match="another witness"):
            load_signer(tmp_path / "w", store, PASSPHRASE)
        (tmp_path / "w/key.json").unlink()
        with pytest.raises(UsageError, match="no key file"):
            load_signer(tmp_path / "w", store, PASSPHRASE)


def test_a_crash_between_key_and_memory_leaves_no_witness_and_making_it_begins_anew(tmp_path: Path) -> None:
    given = means(tmp_path)
    init_of_its_own(tmp_path / "w", "example.org/witness", given)
    (tmp_path / "w/witness.sqlite").unlink()
    fresh = init_of_its_own(tmp_path / "w", "example.org/witness", given)
    with WitnessStore(given.files, tmp_path / "w") as store:
        assert load_signer(tmp_path / "w", store, PASSPHRASE).verifier == fresh


def test_after_a_handover_the_log_key_is_that_of_the_new_appender() -> None:
    log = InMemory()
    before = OwnCopy(Path("x"), log.state, b"").log_key
    assert before == key_in_genesis(log.state.genesis)
    assert log.logs("ve", HANDOVER, Handover("co"), "co") is None
    after = OwnCopy(Path("x"), log.state, b"").log_key
    assert after.name == before.name and after.public.hex() == log.state.roster.members["co"].keys.log
