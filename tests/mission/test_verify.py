"""Verification: what is sound passes with the right verdict, and no changed bit of the log passes at all."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

import veedor.mission.verification.verify as verify_module
from tests.mission.stage import NOON_US, PASSPHRASE, a_deposit, a_run, found, means, some_findings
from veedor.errors import UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.note import NoteSigner
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.statements.types import DEPOSIT, FINDINGS, RUN
from veedor.mission.verification.trust import Trust, read_trust
from veedor.mission.verification.verify import (
    STEPS,
    Checks,
    Outcome,
    Rederived,
    Verification,
    need_allowable,
    verify,
)

FILES = DiskFiles()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("finished")
    found(folder)
    with open_mission(folder / "mission", means(folder, "work")) as mission:
        for digest in (b"\1" * 32, b"\2" * 32, b"\3" * 32):
            private = mission.confidential.collect(share=False)
            mission.publish(DEPOSIT, a_deposit(private, digest), NOON_US, private)
        private = mission.confidential.collect(share=True)
        run = mission.publish(RUN, a_run(private), NOON_US, private)
        private = mission.confidential.collect(share=True)
        mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)
        return folder / "mission", mission.state.genesis_digest


@pytest.fixture
def copy(tmp_path: Path, finished: tuple[Path, str]) -> Path:
    shutil.copytree(finished[0], tmp_path / "mission")
    return tmp_path / "mission"


def failure(result: Verification) -> tuple[int, str]:
    assert result.verdict == "failed" and result.failure is not None
    return result.failure.number, result.failure.name


def test_a_sound_mission_is_not_agreed_with_trust_and_unanchored_without(finished: tuple[Path, str]) -> None:
    path, genesis = finished
    assert verify(path, FILES, genesis).verdict == "not agreed"
    assert verify(path, FILES).verdict == "unanchored"
    assert verify(path / "log", FILES, genesis).verdict == "not agreed"


def test_the_steps_are_those_of_the_docstring_in_their_order(finished: tuple[Path, str]) -> None:
    documented = [
        line.split()[:2] for line in (verify_module.__doc__ or "").splitlines() if line.strip().startswith("(")
    ]
    assert documented == [[f"({number})", name] for number, name in enumerate(STEPS, 1)]
    taken = dict.fromkeys((step.number, step.name) for step in verify(*finished[:1], FILES, finished[1]).steps)
    assert list(taken) == list(enumerate(STEPS, 1))


def test_another_genesis_than_the_trusted_one_fails(finished: tuple[Path, str]) -> None:
    result = verify(finished[0], FILES, "0" * 64)
    assert failure(result) == (2, "genesis")
    assert result.failure.expected == "0" * 64 and finished[1] in result.failure.found


def test_an_impostors_whole_mission_is_sound_in_itself_and_fails_against_the_trusted_digest(
    tmp_path: Path, finished: tuple[Path, str]
) -> None:
    given = means(tmp_path, "impostor")
    found(tmp_path, given=given)
    assert verify(tmp_path / "mission", FILES).verdict == "unanchored"
    assert failure(verify(tmp_path / "mission", FILES, finished[1])) == (2, "genesis")


def test_any_changed_bit_in_any_file_of_the_log_fails(copy: Path, finished: tuple[Path, str]) -> None:
    chosen = random.Random(5)
    files = sorted(path for path in (copy / "log").rglob("*") if path.is_file())
    assert len(files) >= 5
    for file in files:
        good = file.read_bytes()
        bits = range(len(good) * 8)
        tried = bits if len(good) < 4 else chosen.sample(bits, 12)
        for bit in tried:
            changed = bytearray(good)
            changed[bit // 8] ^= 1 << bit % 8
            file.write_bytes(changed)
            result = verify(copy, FILES, finished[1])
            assert result.verdict == "failed", (file, bit)
            assert result.failure.found
        file.write_bytes(good)
    assert verify(copy, FILES, finished[1]).verdict == "not agreed"


def test_any_truncated_file_of_the_log_fails(copy: Path, finished: tuple[Path, str]) -> None:
    for file in sorted(path for path in (copy / "log").rglob("*") if path.is_file()):
        good = file.read_bytes()
        for length in {0, 1, len(good) // 2, len(good) - 1}:
            file.write_bytes(good[:length])
            assert verify(copy, FILES, finished[1]).verdict == "failed", (file, length)
        file.write_bytes(good)


def test_a_missing_file_of_the_head_fails(copy: Path, finished: tuple[Path, str]) -> None:
    for name in ("checkpoint", "tile/0/000.p/6", "tile/entries/000.p/6"):
        file = copy / "log" / name
        good = file.read_bytes()
        file.unlink()
        assert verify(copy, FILES, finished[1]).verdict == "failed", name
        file.write_bytes(good)


def test_a_shorter_head_with_the_longer_ones_root_fails(copy: Path, finished: tuple[Path, str]) -> None:
    key = load_key(Folder(copy), "ve", "log", PASSPHRASE)
    head = LogReader(copy / "log", FILES).checkpoint()
    shorter = Checkpoint(head.origin, head.size - 1, head.root)
    (copy / "log/checkpoint").write_bytes(sign_checkpoint(shorter, NoteSigner(head.origin, key.signing)))
    assert verify(copy, FILES, finished[1]).verdict == "failed"


def test_a_head_signed_by_another_members_log_key_fails(copy: Path, finished: tuple[Path, str]) -> None:
    key = load_key(Folder(copy), "co", "log", PASSPHRASE)
    head = LogReader(copy / "log", FILES).checkpoint()
    (copy / "log/checkpoint").write_bytes(sign_checkpoint(head, NoteSigner(head.origin, key.signing)))
    assert failure(verify(copy, FILES, finished[1])) == (4, "head")


def test_an_opening_that_does_not_open_what_was_stated_fails(copy: Path, finished: tuple[Path, str]) -> None:
    one, two = sorted((copy / "keys/openings").iterdir())[:2]
    good = one.read_bytes()
    one.write_bytes(two.read_bytes())
    assert failure(verify(copy, FILES, finished[1])) == (6, "openings")
    one.write_bytes(good.replace(b'"value": "01', b'"value": "ff').replace(b'"value": "02', b'"value": "ff'))
    if one.read_bytes() != good:
        assert failure(verify(copy, FILES, finished[1])) == (6, "openings")
    one.write_bytes(b"{")
    assert failure(verify(copy, FILES, finished[1])) == (6, "openings")


def test_what_the_caller_recomputes_decides_with_step_file_expected_and_found(finished: tuple[Path, str]) -> None:
    path, genesis = finished
    bad = Checks(deposits=lambda folder, state: [Outcome(False, "deposits/x", "root a", "root b")])
    result = verify(path, FILES, genesis, bad)
    assert failure(result) == (7, "deposits")
    assert (result.failure.file, result.failure.expected, result.failure.found) == ("deposits/x", "root a", "root b")
    fine = Checks(deposits=lambda folder, state: [Outcome(True, "", "", "")], findings=lambda folder, state: [])
    assert verify(path, FILES, genesis, fine).verdict == "not agreed"

    def explodes(folder: Folder, state: object) -> list[Outcome]:
        raise VerifyError("broken", file="findings/x", expected="a", found="b")

    assert failure(verify(path, FILES, genesis, Checks(findings=explodes))) == (8, "findings")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("identical", "not agreed"),
        ("same within tolerance", "not agreed"),
        ("cannot", "not agreed"),
        ("differs", "failed"),
    ],
)
def test_rederiving_fails_only_when_it_differs(finished: tuple[Path, str], answer: str, verdict: str) -> None:
    checks = Checks(rederive=lambda folder, state: Rederived(answer, 3, ("findings/1 row 7",)))
    result = verify(finished[0], FILES, finished[1], checks)
    assert result.verdict == verdict
    assert any(answer in step.found for step in result.steps if step.name == "rederive")
    assert any("row 7" in step.found for step in result.steps)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"veedor\n0\n\n\n", b"x\n99999999999999999\n" + b"A" * 43 + b"=\n\n"]
)
def test_any_bytes_as_a_log_give_a_verdict(tmp_path: Path, content: bytes) -> None:
    assert verify(tmp_path / "missing", FILES).verdict == "failed"
    (tmp_path / "log").mkdir()
    (tmp_path / "log/checkpoint").write_bytes(content)
    assert verify(tmp_path, FILES).verdict == "failed"
    assert verify(tmp_path / "log/checkpoint", FILES).verdict == "failed"


def test_the_trusted_digest_comes_from_outside(tmp_path: Path) -> None:
    subject = tmp_path / "mission"
    subject.mkdir()
    digest = "ab" * 32
    (tmp_path / "trust").write_text(f"sha256:{digest}\n")
    (subject / "trust").write_text(digest)
    (tmp_path / "other").write_text("no digest")
    trusted = Trust(digest=digest)
    assert read_trust(digest, subject) == read_trust(f"sha256:{digest}", subject) == trusted
    assert read_trust(str(tmp_path / "trust"), subject) == trusted
    for wrong in ("trust-me", str(tmp_path / "other"), digest[:-1], digest.upper(), str(tmp_path)):
        with pytest.raises(UsageError):
            read_trust(wrong, subject)
    with pytest.raises(UsageError, match="from outside"):
        read_trust(str(subject / "trust"), subject)


def test_a_failed_verification_cannot_be_allowed() -> None:
    assert need_allowable(["not-agreed", "unanchored"]) == {"not agreed", "unanchored"}
    for wrong in ("failed", "verified", "anything"):
        with pytest.raises(UsageError):
            need_allowable([wrong])
